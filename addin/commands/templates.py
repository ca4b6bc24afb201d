"""``aicapex templates``: the models that come with aicapex."""

from __future__ import annotations

import click


@click.command("templates")
def command() -> None:
    """List the models that report, build and template can write, for --model."""
    from rich.console import Console
    from rich.table import Table

    from workbooks.models import MODELS

    table = Table("Model", "Answers", "Sheets")
    for name, model in MODELS.items():
        table.add_row(name, model.question, ", ".join(sheet.title for sheet in model.sheets))
    Console(markup=False, emoji=False, highlight=False).print(table)
