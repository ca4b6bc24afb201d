"""The ``aicapex`` command. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final, NoReturn

import click

from addin.commands.failure import Failure, as_failure

# command -> module that defines it
_COMMANDS: Final = {
    "report": "addin.commands.report",
    "build": "addin.commands.build",
    "template": "addin.excel.command",
    "templates": "addin.commands.templates",
    "install": "addin.commands.install",
    "uninstall": "addin.commands.uninstall",
    "oxt": "addin.commands.oxt",
    "batch": "addin.commands.batch",
    "scenarios": "addin.commands.scenarios",
    "simulate": "addin.commands.simulate",
    "calc": "addin.commands.calc",
    "lint": "addin.commands.lint",
    "diff": "addin.commands.diff",
    "recalc": "addin.commands.recalc",
    "portable": "addin.commands.portable",
    "freeze": "addin.commands.freeze",
    "functions": "addin.commands.functions",
}
_HELP: Final = {
    "report": "Write the offline report and print its headline figures.",
    "build": "Write the model as a workbook, in one of its editions.",
    "templates": "List the models that come with aicapex.",
    "template": "Write the workbook, or the add-in, for Excel on Windows.",
    "install": "Put the functions into LibreOffice Calc.",
    "uninstall": "Take them out of LibreOffice Calc again.",
    "oxt": "Write the extension for LibreOffice Calc as a file.",
    "batch": "Write a report for every row of a table, and a summary.",
    "scenarios": "Compute the headline figures of a table of scenarios.",
    "simulate": "Draw inputs from distributions, and show what the figures do.",
    "calc": "Compute formulas, as a cell would.",
    "lint": "Check a workbook by the rules of good models.",
    "diff": "Tell what differs between two workbooks.",
    "recalc": "Put fresh values into any workbook, without Excel.",
    "portable": "Put plain formulas in place of our functions, in any workbook.",
    "freeze": "Put values in place of formulas with our functions, in any workbook.",
    "functions": "List the functions, or show the help of one.",
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        if cmd_name not in _COMMANDS:
            ctx.fail(f"There is no command {cmd_name!r}. There are: {', '.join(_COMMANDS)}.")
        return importlib.import_module(_COMMANDS[cmd_name]).command  # type: ignore[no-any-return]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_HELP.items()))


@click.group(
    cls=_Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.version_option(version("aicapex"), prog_name="aicapex")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """What must be true for this much spending on AI compute to pay back?

    Worksheet functions such as AIGAP and PAYBACK, models built on them, and offline reports.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line, and end the process; whatever goes wrong is told in one line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a character that a terminal lacks must not end in a traceback
            stream.reconfigure(errors="backslashreplace")
    try:
        # On Windows click would take * in formulas for names of files.
        sys.exit(cli.main(args, "aicapex", standalone_mode=False, windows_expand_args=False))
    except click.UsageError as error:
        failure: click.ClickException = as_failure(error)
    except click.ClickException as error:
        failure = error
    except click.Abort:
        click.echo("aicapex: stopped.", err=True)
        sys.exit(130)  # as shells count Ctrl+C
    except OSError as error:  # the disk that the output goes to is full
        # Writers that are cut off, and what is left of the output, would complain a second time.
        sys.unraisablehook = lambda _: None
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        failure = Failure(f"stopped: {error}.")
    failure.show()
    sys.exit(failure.exit_code)
