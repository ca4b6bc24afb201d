"""``aicapex template``: the workbook for Excel on Windows, or the add-in."""

from __future__ import annotations

import sys
from pathlib import Path, PureWindowsPath

import click

from addin.commands.failure import Failure
from addin.commands.workbook import find_model, inputs_epilog, read_choice, scenario_options


@click.command("template", epilog=inputs_epilog())
@click.argument("out", type=click.Path(path_type=Path), default=Path("aicapex.xlsm"))
@click.option(
    "--interpreter",
    metavar="PATH",
    help="The python.exe that Excel shall start; on Windows, without it, the one that runs this command.",
)
@scenario_options
def command(out: Path, interpreter: str | None, model: str, scenario: str | None, inputs: Path | None) -> None:
    """Write OUT for Excel on Windows, aicapex.xlsm if it is left out.

    A name that ends in .xlsm makes the model with the functions in it. A name that ends in .xlam makes an
    add-in that brings the functions to every workbook, and beside it OUT.IntelliSense.xml, the help while typing.
    """
    if out.suffix.lower() not in (".xlsm", ".xlam"):
        raise Failure(f"{out}: the name must end in .xlsm for the model with functions, or in .xlam for the add-in.")
    addin = out.suffix.lower() == ".xlam"
    if addin and (scenario or inputs):
        raise Failure(f"{out}: an add-in holds no model. Leave out --scenario and --inputs, or name a file in .xlsm.")
    python = windows_interpreter(interpreter)

    from addin.excel.project import BaseError
    from workbooks.files import OutputError, check_writable, write_atomically

    help_file = out.with_suffix(".IntelliSense.xml")
    try:
        for path in (out, help_file) if addin else (out,):
            check_writable(path)
        if addin:
            from addin.excel.metadata import intellisense
            from addin.excel.template import make_addin

            write_atomically(out, make_addin(interpreter=python))
            write_atomically(help_file, intellisense())
            click.echo(f"{help_file} written: help while typing, for Excel-DNA's IntelliSense add-in")
        else:
            write_atomically(out, _model(python, model, scenario, inputs))
    except (OutputError, BaseError) as error:
        raise Failure(str(error)) from error
    click.echo(f"{out} written, for Excel on Windows; its functions run in {python}")


def _model(interpreter: str, model: str, scenario: str | None, inputs: Path | None) -> bytes:
    from addin.excel.template import make_template
    from workbooks.editions import build

    chosen = find_model(model)
    more, live = read_choice(chosen, scenario, inputs)
    return make_template(build(chosen, "addin", live, more), interpreter=interpreter)


def windows_interpreter(path: str | None) -> str:
    """Return the interpreter as the settings sheet shall name it."""
    if path is None:
        if sys.platform != "win32":
            raise Failure(
                "--interpreter is missing. The file is for Excel on Windows, and must name the Python there that "
                r"aicapex is installed for, such as --interpreter C:\Python311\python.exe"
            )
        return sys.executable
    windows = PureWindowsPath(path)
    # Excel expands variables such as %USERPROFILE%.
    complete = windows.suffix.lower() == ".exe" and (windows.is_absolute() or path.startswith("%"))
    if not complete and path.lower() not in ("python", "pythonw"):
        raise Failure(
            f"--interpreter {path}: is not the full path of a Python on Windows. "
            r"Give one such as C:\Python311\python.exe; 'where python' shows it there."
        )
    return path
