"""``aicapex report``: the offline report, and its headline figures on the screen."""

from __future__ import annotations

from pathlib import Path

import click

from addin.commands.workbook import inputs_epilog, scenario_options, write_workbook


@click.command(epilog=inputs_epilog())
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("aicapex-report.xlsx"),
    show_default=True,
    metavar="FILE",
)
@scenario_options
def command(output: Path, scenario: str | None, inputs: Path | None) -> None:
    """Write the offline report: values, with the formula and the numbers behind each figure on record."""
    write_workbook(output, "report", scenario, inputs)
    _print_headlines(output)
    click.echo(f"{output} written")


def _print_headlines(report: Path) -> None:
    """Print the cover's table as the file now holds it: what is shown is what was written."""
    from openpyxl import load_workbook
    from rich.console import Console
    from rich.table import Table

    from workbooks.cover import headlines

    title, live, headers, rows = headlines(load_workbook(report, read_only=True)["Cover"])
    table = Table(title=title, caption=f"live scenario: {live}; money in US dollars")
    for position, header in enumerate(headers):
        table.add_column(header, justify="left" if position == 0 else "right")
    for row in rows:
        table.add_row(*row)
    Console().print(table)
