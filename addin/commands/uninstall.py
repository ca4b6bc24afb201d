"""``aicapex uninstall``: the functions out of a spreadsheet program again."""

from __future__ import annotations

from pathlib import Path

import click

from addin.commands.failure import Failure
from addin.commands.host import chosen_office, host_options


@click.command()
@host_options
def command(host: str, profile: Path | None, soffice: Path | None) -> None:
    """Remove the functions from HOST: calc, which is LibreOffice Calc. Close LibreOffice before."""
    from addin.calc.finding import OfficeError
    from addin.calc.installing import uninstall

    office = chosen_office(soffice)
    try:
        removed = uninstall(office, profile)
    except OfficeError as error:
        raise Failure(str(error)) from error
    click.echo(f"The functions {'are removed from' if removed else 'were not installed in'} {office.program}.")
