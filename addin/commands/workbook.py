"""What the commands that write a workbook share: options, scenarios, and failing before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from addin.commands.failure import Failure

if TYPE_CHECKING:
    from workbooks.book import Edition
    from workbooks.model import Model


def scenario_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --scenario and --inputs to a command."""
    command = click.option(
        "--inputs",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="A .csv or .xlsx table of more scenarios: one row each, a column per input (see below).",
    )(command)
    return click.option(
        "--scenario", metavar="NAME", help="The live scenario; without it the first of --inputs, or the base case."
    )(command)


def inputs_epilog() -> str:
    """Return the help text that shows what a table of inputs looks like."""
    # Kept here rather than taken from workbooks.inputs_file: --help must not import pandas' world.
    return (
        "\b\nA table for --inputs names the inputs that differ from the base case:\n\n"
        "\b\n  scenario,gpu,mult,margin,revenue\n  Cautious,50e9,2,0.5,75e9\n  Bold,250e9,2,0.6,400e9\n\n"
        "\b\nThe names of all inputs stand on the Inputs sheet of any workbook that this command writes."
    )


def write_workbook(path: Path, edition: Edition, scenario: str | None, inputs: Path | None) -> Model:
    """Build a workbook and write it; return the model with all its scenarios.

    Raises
    ------
    Failure
        The inputs, the scenario's name or the path can't be used. No file is written then.
    """
    from workbooks.capex_model import CAPEX_MODEL
    from workbooks.editions import build, with_scenarios
    from workbooks.files import OutputError, check_writable, write_atomically
    from workbooks.inputs_file import InputsError, read_scenarios

    try:
        check_writable(path)
        more = read_scenarios(inputs, CAPEX_MODEL) if inputs else []
        model = with_scenarios(CAPEX_MODEL, more)
        live = find_scenario(model, scenario) if scenario else more[0].name if more else None
        write_atomically(path, build(CAPEX_MODEL, edition, live, more))
    except (OutputError, InputsError) as error:
        raise Failure(str(error)) from error
    return model


def find_scenario(model: Model, name: str) -> str:
    """Return the scenario's name as it is written in the model, whatever the case it was typed in."""
    names = {one.name.lower(): one.name for one in model.scenarios}
    if name.lower() not in names:
        raise Failure(f"there is no scenario {name!r}. There are: {', '.join(names.values())}.")
    return names[name.lower()]
