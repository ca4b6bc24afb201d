"""``aicapex calc``: formulas in, results out, as a cell would show them but with all digits."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from addin.commands.failure import Failure

if TYPE_CHECKING:
    from workbooks.engine import Table, Value


class _Calc(click.Command):
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            hint = "A formula that starts with a minus is written '=-1+2'."
            raise click.UsageError(f"{error.format_message()} {hint}", ctx) from error


@click.command(cls=_Calc)
@click.argument("formulas", nargs=-1, metavar="FORMULA...")
@click.option(
    "-f",
    "--file",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="A text file with one formula a line; - reads standard input.",
)
def command(formulas: tuple[str, ...], file: Path | None) -> None:
    """Compute each FORMULA with our functions and Excel's own.

    \b
      aicapex calc "=AIGAP(50e9,2,0.5,75e9)"
      aicapex calc "=NPV(0.1,{100;200})+AIGAP(1,2,0.5)"

    Ranges are written as array constants: {1,2} is a row, {1;2} a column. Each formula gives one line, in order:
    a number with all its digits, an error as #NUM!, a table as an array constant. An empty line gives an empty
    line. So does a formula that can't be computed; stderr says why, and the exit status is 2.
    """  # noqa: D301 - click wants the character
    if file and formulas:
        raise Failure("give formulas or a file with -f, not both.")
    lines = _read(file) if file else list(formulas)
    if not any(map(str.strip, lines)):
        raise Failure("there is nothing to compute. Give a formula, such as '=AIGAP(50e9,2,0.5)', or a file with -f.")
    from workbooks.engine import EngineError, evaluate

    failed = False
    for number, line in enumerate(lines, start=1):
        try:
            result = shown(evaluate(line)) if line.strip() else ""
        except EngineError as error:
            result, failed = "", True
            where = f"{_name(file)}, line {number}" if file else f"formula {number}"
            Failure(f"{where}: {error}").show()
        click.echo(result)
    if failed:
        sys.exit(Failure.exit_code)


def _read(file: Path) -> list[str]:
    if str(file) == "-" and sys.stdin is None:
        raise Failure("standard input is closed. Give a file.")
    try:
        with click.open_file(str(file), "rb") as stream:
            text = stream.read().decode("utf-8-sig")
    except OSError as error:
        raise Failure(f"{_name(file)}: can't be read ({error.strerror}). Give a text file.") from error
    except UnicodeDecodeError:
        raise Failure(f"{_name(file)}: is not text in UTF-8. Save it as plain text in UTF-8.") from None
    # Of all that Python takes for an end of line, editors show these three only.
    return [line.removesuffix("\n") for line in io.StringIO(text, newline=None)]


def _name(file: Path) -> str:
    return "standard input" if str(file) == "-" else str(file)


def shown(result: Value | Table) -> str:
    """Return a result in one line: numbers with all their digits, errors as in a cell, tables as array constants."""
    if isinstance(result, list):
        return "{" + ";".join(",".join(_quoted(cell) for cell in row) for row in result) + "}"
    return _plain(result)


def _plain(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return repr(value + 0.0).removesuffix(".0")  # a cell shows -0 as 0
    # A line break in a text would make two lines of one result.
    return "" if value is None else " ".join(str(value).splitlines())


def _quoted(value: Value) -> str:
    return '"' + _plain(value).replace('"', '""') + '"' if isinstance(value, str) else _plain(value)
