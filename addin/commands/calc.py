"""``aicapex calc``: formulas in, results out, as a cell would show them but with all digits."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from addin.commands.failure import Failure

if TYPE_CHECKING:
    from workbooks.engine import Value


@click.command()
@click.argument("formulas", nargs=-1, metavar="FORMULA...")
@click.option(
    "-f",
    "--file",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="A file with one formula a line; - reads standard input.",
)
def command(formulas: tuple[str, ...], file: Path | None) -> None:
    r"""Compute each FORMULA with our functions and Excel's own.

    \b
      aicapex calc "=AIGAP(50e9,2,0.5,75e9)"
      aicapex calc "=NPV(0.1,{100;200})+AIGAP(1,2,0.5)"

    Ranges are written as array constants: {1,2} is a row, {1;2} a column. One result a line, in order;
    a table is written as an array constant.
    """
    lines = _read(file) if file else list(formulas)
    if not lines:
        raise Failure("there is nothing to compute. Give a formula, such as '=AIGAP(50e9,2,0.5)', or a file with -f.")
    from workbooks.engine import EngineError, evaluate

    failed = False
    for number, line in enumerate(lines, start=1):
        try:
            click.echo(shown(evaluate(line)))
        except EngineError as error:
            # One result a line: a formula that can't be computed keeps its place in the output.
            click.echo("")
            where = f"{file}, line {number}" if file else f"formula {number}"
            click.echo(f"aicapex: {where}: {error}", err=True)
            failed = True
    if failed:
        sys.exit(2)


def _read(file: Path) -> list[str]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Failure(f"{file}: can't be read ({error.strerror}).") from error
    except UnicodeDecodeError:
        raise Failure(f"{file}: is not text in UTF-8. Save it as plain text.") from None
    return [line for line in text.splitlines() if line.strip()]


def shown(result: Any) -> str:
    """Return a result as text: numbers with all their digits, errors as in a cell, tables as array constants."""
    if isinstance(result, list):
        return "{" + ";".join(",".join(_quoted(cell) for cell in row) for row in result) + "}"
    return _plain(result)


def _plain(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return "" if value is None else str(value)


def _quoted(value: Value) -> str:
    return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else _plain(value)
