"""``aicapex freeze``: values in place of formulas, in anybody's workbook."""

from __future__ import annotations

from pathlib import Path

import click

from addin.commands.anybodys import carry_out, in_and_out


@click.command()
@in_and_out
@click.option("--all", "everything", is_flag=True, help="Freeze every formula, not only those with our functions.")
@click.option("--keep-notes", is_flag=True, help="Keep each frozen formula as a note on its cell.")
@click.pass_context
def command(ctx: click.Context, source: Path, out: Path, everything: bool, keep_notes: bool) -> None:
    """Put values in place of the formulas of IN that use our functions, and write it to OUT.

    IN is any .xlsx or .xlsm workbook; it is computed first. Other formulas stay live, and nothing else in the
    file changes. OUT may be IN. What can't be computed here is frozen at the value it had, and named; the exit
    status is 3 then, and 2 if IN can't be used.
    """
    from workbooks.foreign.freeze import freeze

    carry_out(ctx, source, out, lambda: freeze(source, out, everything=everything, keep_notes=keep_notes), "frozen")
