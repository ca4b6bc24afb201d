"""``aicapex diff``: what differs between two workbooks."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from addin.commands.failure import Failure


@click.command()
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="text: for people (as if not given). json: for scripts; it lists all.",
)
@click.pass_context
def command(ctx: click.Context, a: Path, b: Path, form: Literal["text", "json"]) -> None:
    """Compare A and B, two .xlsx or .xlsm workbooks: A is the old one.

    First what a person changed: sheets, names, rows, inputs, formulas. Then what followed: results of the same
    formulas. How cells look is not compared.

    The exit status is 0 if nothing differs, 1 if something does, 2 if a file can't be read.
    """
    from rich.console import Console

    from workbooks.foreign.container import UnusableFileError
    from workbooks.foreign.diff import diff
    from workbooks.foreign.diff_report import as_json, print_text

    try:
        found = diff(a, b)
    except UnusableFileError as error:
        raise Failure(f"{error}.") from error
    if form == "json":
        click.echo(as_json(found, str(a), str(b)))
    else:
        # What stands in cells is text, whatever is in it.
        console = Console(markup=False, emoji=False, highlight=False)
        if not console.is_terminal:  # a file or a mail has no width
            console.width = max(console.width, 120)
        print_text(found, str(a), str(b), console)
    if found:
        ctx.exit(1)
