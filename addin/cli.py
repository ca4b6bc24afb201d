"""The ``aicapex`` command. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import importlib
import sys
from importlib.metadata import version
from typing import Final

import click

# command -> module that defines it
_COMMANDS: Final = {
    "report": "addin.commands.report",
    "build": "addin.commands.build",
    "calc": "addin.commands.calc",
    "functions": "addin.commands.functions",
}
_HELP: Final = {
    "report": "Write the offline report and print its headline figures.",
    "build": "Write the model as a workbook, in one of its editions.",
    "calc": "Compute formulas, as a cell would.",
    "functions": "List the functions, or show the help of one.",
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        return importlib.import_module(_COMMANDS[cmd_name]).command  # type: ignore[no-any-return]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_HELP.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("aicapex"), prog_name="aicapex")
def cli() -> None:
    """What must be true for this much spending on AI compute to pay back?

    Worksheet functions such as AIGAP and PAYBACK, models built on them, and offline reports.
    """


def main() -> None:
    """Run the command line."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    cli(prog_name="aicapex")
