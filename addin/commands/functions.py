"""``aicapex functions``: the catalogue, or one function's help."""

from __future__ import annotations

import difflib
from itertools import groupby
from typing import TYPE_CHECKING

import click

from addin.commands.failure import Failure

if TYPE_CHECKING:
    from udfs import Definition


@click.command()
@click.argument("name", required=False)
def command(name: str | None) -> None:
    """List all functions, or show the help of the function NAME."""
    from udfs import FUNCTIONS

    if name is None:
        _print_catalogue(list(FUNCTIONS.values()))
        return
    function = FUNCTIONS.get(name.upper())
    if function is None:
        near = difflib.get_close_matches(name.upper(), FUNCTIONS, n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]}?" if near else "'aicapex functions' lists them all."
        raise Failure(f"there is no function {name!r}. {hint}")
    _print_help(function)


def _print_catalogue(functions: list[Definition]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    for category, group in groupby(functions, key=lambda one: one.category):
        table.add_row(category, "", style="cyan")
        for one in group:
            table.add_row(f"  {one.name}", one.summary)
        table.add_row("", "")
    Console().print(table)


def _print_help(function: Definition) -> None:
    click.echo(f"{function.syntax}\n\n{function.summary}\n")
    if function.sections["Description"]:
        click.echo(click.wrap_text(function.sections["Description"], 100) + "\n")
    for parameter in function.parameters:
        facts = ", ".join(filter(None, (parameter.kind.unit, parameter.kind.domain)))
        click.echo(f"  {parameter.name} ({facts})")
        click.echo(click.wrap_text(parameter.help, 100, "      ", "      "))
    click.echo("\n" + click.wrap_text(f"Returns ({function.result.unit}): {function.returns}", 100))
    click.echo("\n" + click.wrap_text(f"Errors: {function.errors}", 100))
    click.echo(f"\nIn plain Excel: {native_words(function)}")
    click.echo(f"\nCategory {function.category}, source {function.source}")
    for line in function.sections.get("Examples", "").splitlines():
        click.echo(f"  {line}")


def native_words(function: Definition) -> str:
    """Return the native formula, or why there is none."""
    from udfs import NativeFormError

    try:
        return "=" + function.native_formula
    except NativeFormError as error:
        return str(error)
