"""``aicapex install``: the functions into a spreadsheet program."""

from __future__ import annotations

from pathlib import Path

import click

from addin.commands.failure import Failure
from addin.commands.host import chosen_office, host_options


@click.command()
@host_options
def command(host: str, profile: Path | None, soffice: Path | None) -> None:
    """Install the functions in HOST: calc, which is LibreOffice Calc.

    Close LibreOffice before. An older version of the functions is replaced. For Excel see 'aicapex template'.
    """
    from addin.calc.finding import OfficeError
    from addin.calc.installing import install

    office = chosen_office(soffice)
    try:
        install(office, profile)
    except OfficeError as error:
        raise Failure(str(error)) from error
    click.echo(f"The functions are installed in {office.program}. Start it, and type =AIGAP(50;2;0.5) into a cell.")
