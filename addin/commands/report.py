"""``aicapex report``: the offline report, and its headline figures on the screen."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import click

from addin.commands.workbook import inputs_epilog, scenario_options, write_workbook

if TYPE_CHECKING:
    from rich.table import Table

Column = tuple[str, list[str]]  # a scenario's name, and its figures


@click.command(epilog=inputs_epilog())
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("aicapex-report.xlsx"),
    show_default=True,
    metavar="FILE",
    help="Where to write it.",
)
@scenario_options
def command(output: Path, model: str, scenario: str | None, inputs: Path | None) -> None:
    """Write the offline report: values, with the formula and the numbers behind each figure on record."""
    write_workbook(output, "report", model, scenario, inputs)
    _print_headlines(output)
    click.echo(f"{output} written")


def _print_headlines(report: Path) -> None:
    """Print the cover's table as the file now holds it: what is shown is what was written."""
    from openpyxl import load_workbook
    from rich.console import Console

    from workbooks.cover import headlines

    title, live, headers, rows = headlines(load_workbook(report, read_only=True)["Cover"])
    # Names of scenarios are text, whatever is in them.
    console = Console(markup=False, emoji=False, highlight=False)
    if console.options.ascii_only:
        rows = [[text.replace("×", "x") for text in row] for row in rows]
    columns = [
        (f"{name}\n(live)" if name == live else name, figures)
        for name, *figures in zip(headers[1:], *(row[1:] for row in rows), strict=True)
    ]
    labels = [row[0] for row in rows]
    console.print(title, style="bold")
    while columns:
        band = _fitting(columns, console.width - max(map(len, labels)) - len("│  │"))
        console.print(_table(headers[0], labels, columns[:band]))
        columns = columns[band:]
    console.print(f"live scenario: {live}; money in US dollars")


def _fitting(columns: list[Column], width: int) -> int:
    """Return how many columns stand side by side in a width: one at least."""
    needed = list(accumulate(_width(column) + len("  │") for column in columns))
    return max(1, bisect_right(needed, width))


def _width(column: Column) -> int:
    name, figures = column
    return max(len(text) for text in (*figures, *name.split()))


def _table(head: str, labels: list[str], columns: list[Column]) -> Table:
    from rich.table import Table

    table = Table()
    table.add_column(head)
    for column in columns:
        table.add_column(column[0], justify="right", width=_width(column))
    for label, *figures in zip(labels, *(figures for _, figures in columns), strict=True):
        table.add_row(label, *figures)
    return table
