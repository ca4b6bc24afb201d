"""``aicapex build``: the model as a workbook, in one of its editions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from addin.commands.workbook import inputs_epilog, scenario_options, write_workbook

if TYPE_CHECKING:
    from workbooks.book import Edition


@click.command(epilog=inputs_epilog())
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--edition",
    type=click.Choice(["headless", "portable", "report"]),
    required=True,
    help="headless: our functions, with values. portable: plain formulas, nothing to install. report: values only.",
)
@scenario_options
def command(file: Path, edition: Edition, model: str, scenario: str | None, inputs: Path | None) -> None:
    """Write the model to FILE, whose name ends in .xlsx."""
    write_workbook(file, edition, model, scenario, inputs)
    click.echo(f"{file} written: {edition} edition")
