"""``aicapex oxt``: the extension for LibreOffice Calc as a file."""

from __future__ import annotations

from pathlib import Path

import click

from addin.commands.failure import Failure


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
def command(out: Path) -> None:
    """Write OUT, the extension for LibreOffice Calc; its name ends in .oxt.

    Hand it to whoever looks after the machines: 'unopkg add --shared OUT' installs it for all users. For yourself
    there is 'aicapex install calc'.
    """
    if out.suffix.lower() != ".oxt":
        raise Failure(f"{out}: the name must end in .oxt, such as {out.stem or 'aicapex'}.oxt.")
    from addin.calc.extension import make_extension
    from workbooks.files import OutputError, write_atomically

    try:
        write_atomically(out, make_extension())
    except OutputError as error:
        raise Failure(str(error)) from error
    click.echo(f"{out} written: the extension for LibreOffice Calc 7.4 or later")
