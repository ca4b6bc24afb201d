"""The result of a query as a table, fetched a block of rows at a time by SQLAlchemy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from workbooks.table_file import InputsError, Table, one_line, plain_row

if TYPE_CHECKING:
    from sqlalchemy import Engine

_BLOCK: Final = 1000


def open_query(url: str, query: str | None) -> Table:
    """Open the result of a query.

    Parameters
    ----------
    url : of the database, such as ``sqlite:///plans.db`` or ``postgresql+pg8000://user:password@host/plans``.
    query : in SQL. What it changes is not kept.

    Raises
    ------
    InputsError
        The database can't be reached. What is wrong with the query is raised when its rows are asked for.
    """
    import sqlalchemy
    from sqlalchemy.exc import SQLAlchemyError

    try:
        address = sqlalchemy.make_url(url)
        place = address.render_as_string(hide_password=True)
    except SQLAlchemyError:
        # It may hold a password, so it is not shown.
        raise InputsError("the database's URL can't be read. Write it such as sqlite:///plans.db.") from None
    if not query or not query.strip():
        raise InputsError(f"{place}: a query is missing, such as --query 'SELECT * FROM scenarios'.")
    if address.get_backend_name() == "sqlite":
        _check_file(place, address.database)
    try:
        engine = sqlalchemy.create_engine(address)
    except (SQLAlchemyError, ImportError) as error:
        raise InputsError(
            f"{place}: there is no driver for it here ({one_line(error)}). Install one, and name it as in "
            "postgresql+pg8000://host/plans."
        ) from error
    return Table(place, "scenario", _rows(engine, place, query), first=0)


def _check_file(place: str, database: str | None) -> None:
    """Refuse a file that is not there, which SQLite would make."""
    from pathlib import Path

    if database and not database.startswith((":", "file:")) and not Path(database).is_file():
        raise InputsError(f"{place}: there is no such file. Check the folder and the name.")


def _rows(engine: Engine, place: str, query: str) -> Iterator[list[Any]]:
    from sqlalchemy import text
    from sqlalchemy.exc import ResourceClosedError, SQLAlchemyError

    try:
        with engine.connect().execution_options(yield_per=_BLOCK) as connection:
            result = connection.execute(text(query))
            yield [str(name) for name in result.keys()]  # noqa: SIM118 - it is no dictionary
            for row in result:
                yield plain_row(row)
    except ResourceClosedError as error:
        raise InputsError(f"{place}: the query gives no rows. Start it with SELECT.") from error
    except SQLAlchemyError as error:
        reason = getattr(error, "orig", None) or error
        raise InputsError(f"{place}: {one_line(_words(reason))}. Check the URL and the query.") from error
    finally:
        engine.dispose()


def _words(reason: BaseException) -> Exception:
    """Return what a driver says, without the codes around it."""
    details = reason.args[0] if reason.args else ""
    return Exception(details.get("M", details) if isinstance(details, dict) else str(reason))
