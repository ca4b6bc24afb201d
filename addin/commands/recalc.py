"""``aicapex recalc``: fresh values in anybody's workbook."""

from __future__ import annotations

from pathlib import Path

import click

from addin.commands.anybodys import carry_out, in_and_out


@click.command()
@in_and_out
@click.pass_context
def command(ctx: click.Context, source: Path, out: Path) -> None:
    """Compute the formulas of IN, any .xlsx or .xlsm workbook, and write it to OUT with fresh values.

    Nothing else in the file changes, and no program is needed to have the values: not Excel, not our add-in.
    OUT may be IN. A formula that can't be computed here keeps the value it had and is named; the exit status is 3
    then, and 2 if IN can't be used.
    """
    from workbooks.foreign.recalc import recalc

    carry_out(ctx, source, out, lambda: recalc(source, out), "computed")
