"""What the commands that change anybody's workbook share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from addin.commands.failure import Failure

if TYPE_CHECKING:
    from workbooks.foreign.outcome import Outcome

LEFT: Final = 3  # exit status where formulas were left as they were


def in_and_out(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add IN and --out to a command."""
    command = click.option(
        "-o",
        "--out",
        type=click.Path(path_type=Path),
        metavar="OUT",
        required=True,
        help="The workbook to write; it may be IN itself.",
    )(command)
    return click.argument("source", type=click.Path(path_type=Path), metavar="IN")(command)


def carry_out(ctx: click.Context, source: Path, out: Path, change: Callable[[], Outcome], done: str) -> None:
    """Change a workbook, and say what was done and what was not.

    Parameters
    ----------
    ctx : ends the command with the status that fits.
    source, out : the files.
    change : does it.
    done : what it does to formulas, as in "computed".

    Raises
    ------
    Failure
        The workbook can't be used, or OUT can't be written.
    """
    from workbooks.files import OutputError
    from workbooks.foreign.container import UnusableFileError

    try:
        outcome = change()
    except UnusableFileError as error:
        raise Failure(f"{source}: {error}.") from error
    except OutputError as error:
        raise Failure(str(error)) from error
    count = "1 formula" if outcome.done == 1 else f"{outcome.done:,} formulas"
    click.echo(
        f"{out} written: {count} {done}" + (f", {len(outcome.left):,} left as they were" if outcome.left else "")
    )
    for note in outcome.notes:
        click.echo(f"aicapex: {note}", err=True)
    for left in outcome.left:
        click.echo(f"aicapex: {left}", err=True)
    if outcome.left:
        ctx.exit(LEFT)
