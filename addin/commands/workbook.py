"""What the commands that write a workbook share: options, scenarios, and failing before anything is written."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any

import click

from addin.commands.failure import Failure
from workbooks.capex_inputs import INPUTS
from workbooks.inputs_file import EXAMPLE

if TYPE_CHECKING:
    from workbooks.book import Edition
    from workbooks.model import Model, Scenario


def scenario_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --model, --scenario and --inputs to a command."""
    command = click.option(
        "--inputs",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="A .csv or .xlsx table of more scenarios: one row each, a column per input (see below).",
    )(command)
    command = click.option(
        "--scenario", metavar="NAME", help="The live scenario; without it the first of --inputs, or the base case."
    )(command)
    return model_option(command)


def model_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --model to a command."""
    return click.option(
        "--model", metavar="NAME", default="capex", show_default=True, help="Which model: see 'aicapex templates'."
    )(command)


def inputs_epilog() -> str:
    """Return the help text that shows what a table of inputs looks like."""
    return (
        "A table for --inputs has the scenarios' names in a column 'scenario', and a column for each input that "
        "differs from the base case. An empty cell means the base case's value; a row named like a scenario of "
        "the model changes that one.\n\n"
        f"\b\n{indent(EXAMPLE, '  ')}\n\n"
        "Numbers may be written as 50e9, $50,000 or 50%; with semicolons between columns, also as 0,5.\n\n"
        f"Inputs: {', '.join(one.name for one in INPUTS)}. The Inputs sheet of a report says what each means."
    )


def write_workbook(path: Path, edition: Edition, model: str, scenario: str | None, inputs: Path | None) -> None:
    """Build a workbook and write it.

    Raises
    ------
    Failure
        The model's or the scenario's name, the inputs or the path can't be used. No file is written then.
    """
    from workbooks.files import OutputError, check_writable, write_atomically

    try:
        check_writable(path)
        if path.suffix.lower() != ".xlsx":
            raise Failure(f"{path}: the name must end in .xlsx, such as {path.stem or 'report'}.xlsx.")
        chosen = find_model(model)
        more, live = read_choice(chosen, scenario, inputs)
        if inputs and path.exists() and path.samefile(inputs):
            raise Failure(f"{path}: is the table of inputs itself. Choose another name.")
        from workbooks.editions import build

        write_atomically(path, build(chosen, edition, live, more))
    except OutputError as error:
        raise Failure(str(error)) from error


def read_choice(model: Model, scenario: str | None, inputs: Path | None) -> tuple[list[Scenario], str | None]:
    """Return the scenarios of --inputs, and the name of the live one; None is the base case.

    Raises
    ------
    Failure
        The table can't be used, or there is no such scenario.
    """
    from workbooks.editions import with_scenarios
    from workbooks.inputs_file import InputsError, read_scenarios

    try:
        more = read_scenarios(inputs, model) if inputs is not None else []
    except InputsError as error:
        raise Failure(str(error)) from error
    if scenario is None:
        return more, more[0].name if more else None
    return more, find_scenario(with_scenarios(model, more), scenario)


def find_model(name: str) -> Model:
    """Return the model of this name.

    Raises
    ------
    Failure
        There is none.
    """
    from workbooks.models import MODELS

    if name not in MODELS:
        raise Failure(f"there is no model {name!r}. There are: {', '.join(MODELS)}.")
    return MODELS[name]


def find_scenario(model: Model, name: str) -> str:
    """Return the scenario's name as it is written in the model, whatever the case it was typed in."""
    names = {one.name.casefold(): one.name for one in model.scenarios}
    key = " ".join(name.split()).casefold()
    if key not in names:
        near = difflib.get_close_matches(key, names, n=1)
        hint = f"Did you mean {names[near[0]]!r}?" if near else f"There are: {', '.join(names.values())}."
        raise Failure(f"there is no scenario {name!r}. {hint}")
    return names[key]
