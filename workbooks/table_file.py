"""Tables as they stand in .csv, .xlsx and .parquet files and in databases: row by row, or the reason why not.

No more than a few rows are in memory at a time, however long the table is.
"""

from __future__ import annotations

import csv
import itertools
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from workbooks.written_numbers import Mark

_PACKAGES: Final = (".xlsx", ".xlsm")
_OLD_OR_LOCKED: Final = bytes.fromhex("D0CF11E0A1B11AE1")  # how .xls files start, and workbooks with a password
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_LONGEST_LINE: Final = 1 << 20
_LARGEST_PACKAGE: Final = 1 << 30  # unpacked
_BATCH: Final = 1000  # rows of a database or Parquet file that are fetched at a time


class InputsError(Exception):
    """A table of inputs can't be used; the message names file, row and column, and what to do."""


@dataclass(frozen=True)
class Table:
    """Cells as they stand in a file.

    Parameters
    ----------
    place : the file, and of a workbook the sheet; or the database.
    stem : what its rows are called that have no name.
    rows : from the first row and column on; an empty cell is "". They can be gone through once.
    decimal : the decimal mark of the file's text, if that is known.
    first : number of the first row, as people see it; 0 where names of columns are no row.
    """

    place: str
    stem: str
    rows: Iterator[list[Any]]
    decimal: Mark | None = None
    first: int = 1


def open_table(source: str | Path, query: str | None = None) -> Table:
    """Open a table; of a workbook that on its first sheet.

    Parameters
    ----------
    source : a .csv, .xlsx or .parquet file, or the URL of a database, such as ``sqlite:///plans.db``.
    query : in SQL, for a database.

    Raises
    ------
    InputsError
        The table can't be read. What is wrong further down is raised when its rows get there.
    """
    if "://" in str(source):
        from workbooks.database_table import open_query

        return open_query(str(source), query)
    path = Path(source)
    if query is not None:
        raise InputsError(
            f"{path}: is a file, and a query is asked of a database. Leave the query out, or give the database's URL, "
            "such as sqlite:///plans.db."
        )
    suffix = path.suffix.lower()
    try:
        if path.is_dir():
            raise InputsError(f"{path}: is a folder. Name the .csv or .xlsx file in it.")
        with path.open("rb") as file:
            start = file.read(8)
    except FileNotFoundError:
        raise InputsError(f"{path}: there is no such file. Check the folder and the name.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputsError(f"{path}: can't be read ({reason}). Check the name and that you may read it.") from error
    if suffix not in (".csv", ".parquet", *_PACKAGES):
        raise InputsError(f"{path}: is not a .csv, .xlsx or .parquet file. Save the table as one of them.")
    if not start:
        raise InputsError(f"{path}: is empty. Write a header row with names of inputs, then a row per scenario.")
    if suffix == ".csv":
        return _open_csv(path, start)
    return _open_package(path, start) if suffix in _PACKAGES else _open_parquet(path)


def _open_csv(path: Path, start: bytes) -> Table:
    lines = _lines(path, start)
    above = 0
    header = ""
    for header in lines:
        if header.strip(" ,;\n"):
            break
        above += 1
        header = ""
    # Excel saves semicolons where the comma is the decimal mark. No input's name has either.
    separator = ";" if ";" in header else ","
    rows = _cells(path, itertools.chain([header] if header else [], lines), separator, above)
    blank: list[list[Any]] = [[] for _ in range(above)]
    return Table(str(path), path.stem, itertools.chain(blank, rows), "," if separator == ";" else ".")


def _lines(path: Path, start: bytes) -> Iterator[str]:
    try:
        if start.startswith(_UTF_16):
            raise ValueError
        with path.open(encoding="utf-8-sig") as file:
            while line := file.readline(_LONGEST_LINE):
                if "\0" in line:
                    raise ValueError
                if len(line) == _LONGEST_LINE:
                    raise InputsError(f"{path}: has a line of over a million characters, and is no table.")
                yield line
    except ValueError:
        raise InputsError(f"{path}: is not text in UTF-8. In Excel, save it as 'CSV UTF-8' or as .xlsx.") from None
    except OSError as error:
        raise InputsError(f"{path}: can't be read to its end ({error.strerror}). Copy it to this machine.") from error


def _cells(path: Path, lines: Iterable[str], separator: str, above: int) -> Iterator[list[Any]]:
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    expected = None
    try:
        for position, row in enumerate(reader, start=above + 1):
            if expected is None:
                expected = len(row)
            elif len(row) > expected and not all(map(is_blank, row[expected:])):
                raise InputsError(
                    f"{path}, row {position}: has {len(row)} cells, and the header has {expected}. "
                    "Put a number or name that has the separator in it into quotation marks."
                )
            yield row
    except csv.Error as error:
        raise InputsError(
            f"{path}: can't be read as a table ({one_line(error)}). Is a quotation mark left open?"
        ) from error


def _open_package(path: Path, start: bytes) -> Table:
    import openpyxl

    if start.startswith(_OLD_OR_LOCKED):
        raise InputsError(f"{path}: has a password, or is an old .xls. Save it as .xlsx without a password.")
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST_PACKAGE:
                raise InputsError(f"{path}: unpacks to more than a gigabyte. Save the table as .csv.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of decorations that openpyxl does not know
            # Once for the values, once to see which cells have a formula.
            books = [openpyxl.load_workbook(path, read_only=True, data_only=values) for values in (True, False)]
        title = books[0].worksheets[0].title
    except InputsError:
        raise
    except Exception as error:  # readers raise whatever the file's damage makes them raise
        raise _damaged(path, error) from error
    place = f"{path}, sheet {title!r}"
    return Table(place, path.stem, _sheet_rows(path, place, books))


def _damaged(path: Path, error: Exception) -> InputsError:
    if isinstance(error, (zipfile.BadZipFile, EOFError, KeyError)):
        return InputsError(f"{path}: is damaged, or is no Excel workbook. Save it again as .xlsx.")
    return InputsError(f"{path}: can't be read as a workbook ({one_line(error)}). Save it again as .xlsx.")


def _sheet_rows(path: Path, place: str, books: list[Any]) -> Iterator[list[Any]]:
    with closing(books[0]), closing(books[1]):
        sheets = [book.worksheets[0] for book in books]
        for sheet in sheets:
            sheet.reset_dimensions()  # what the file says of its size may be wrong
        pairs = zip(*(sheet.iter_rows() for sheet in sheets), strict=False)
        while True:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    pair = next(pairs, None)
            except Exception as error:
                raise _damaged(path, error) from error
            if pair is None:
                return
            values, formulas = pair
            row = [_plain(cell) for cell in values]
            for content, cell in zip(row, formulas, strict=False):
                if cell.data_type == "f" and is_blank(content):
                    raise InputsError(
                        f"{place}, cell {cell.coordinate}: has a formula, but the file does not hold its result. "
                        "Open the file in Excel and save it, or type the number."
                    )
            yield row


def _plain(cell: Any) -> Any:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "e":
        return float("nan")
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _open_parquet(path: Path) -> Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        # pandas stores the labels of rows as such a column.
        names = [name for name in file.schema_arrow.names if not name.startswith("__index_level_")]
    except (pa.ArrowException, OSError) as error:
        raise InputsError(f"{path}: is damaged, or is no Parquet file. Save it again, or as .csv.") from error

    def rows() -> Iterator[list[Any]]:
        yield list(names)
        try:
            with file:
                for batch in file.iter_batches(_BATCH, columns=names):
                    yield from map(plain_row, zip(*(column.to_pylist() for column in batch.columns), strict=True))
        except (pa.ArrowException, OSError) as error:
            raise InputsError(f"{path}: can't be read to its end ({one_line(error)}). Save it again.") from error

    return Table(str(path), path.stem, rows(), first=0)


def plain_row(row: Iterable[Any]) -> list[Any]:
    """Return a row of a database or Parquet file in the form that a sheet's has."""
    from decimal import Decimal

    return ["" if cell is None else float(cell) if isinstance(cell, Decimal) else cell for cell in row]


def is_blank(content: Any) -> bool:
    """Return whether a cell is empty."""
    return isinstance(content, str) and not content.strip()


def one_line(error: Exception) -> str:
    """Return what an error says, in a line of bearable length."""
    return " ".join(str(error).split())[:120]
