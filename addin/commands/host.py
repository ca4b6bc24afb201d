"""What ``aicapex install`` and ``aicapex uninstall`` share: which host, and where it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from addin.commands.failure import Failure

if TYPE_CHECKING:
    from addin.calc.finding import Office


def host_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the host's name, --profile and --soffice to a command."""
    for decorate in (
        click.option(
            "--soffice",
            type=click.Path(path_type=Path),
            metavar="PATH",
            help="LibreOffice's program, where there is more than one, or in an unusual place.",
        ),
        click.option(
            "--profile",
            type=click.Path(path_type=Path, file_okay=False),
            metavar="FOLDER",
            help="A LibreOffice profile of its own, instead of yours.",
        ),
        click.argument("host", type=click.Choice(["calc"])),
    ):
        command = decorate(command)
    return command


def chosen_office(soffice: Path | None) -> Office:
    """Return the LibreOffice that is meant.

    Raises
    ------
    Failure
        There is none that can be used.
    """
    from addin.calc.finding import OfficeError, find_office

    try:
        return find_office(soffice)
    except OfficeError as error:
        raise Failure(str(error)) from error
