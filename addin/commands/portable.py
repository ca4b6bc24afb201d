"""``aicapex portable``: anybody's workbook with plain formulas in place of our functions."""

from __future__ import annotations

from pathlib import Path

import click

from addin.commands.anybodys import carry_out, in_and_out


@click.command()
@in_and_out
@click.pass_context
def command(ctx: click.Context, source: Path, out: Path) -> None:
    """Put plain formulas in place of our functions in IN, any .xlsx or .xlsm workbook, and write it to OUT.

    OUT needs no add-in, shows the same values, and stays live: in Excel, LibreOffice and Google Sheets. All else in
    the file stays as it is. OUT may be IN. A formula that can't be made plain stays and is named; the exit status is
    3 then, and 2 if IN can't be used.
    """
    from workbooks.foreign.portable import portable

    carry_out(ctx, source, out, lambda: portable(source, out), "made plain")
