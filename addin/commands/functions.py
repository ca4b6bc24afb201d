"""``aicapex functions``: the catalogue, or one function's help."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import click

from addin.commands.calc import shown
from addin.commands.failure import Failure

if TYPE_CHECKING:
    from udfs import Definition, Example, Parameter

_WIDTH: Final = 80


@click.command()
@click.argument("name", required=False)
def command(name: str | None) -> None:
    """List all functions, or show the help of the function NAME."""
    from udfs import FUNCTIONS

    if name is None:
        _print_catalogue(list(FUNCTIONS.values()))
        return
    key = name.strip().removeprefix("=").partition("(")[0].upper()
    function = FUNCTIONS.get(key)
    if function is None:
        near = difflib.get_close_matches(key, FUNCTIONS, n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]}?" if near else "'aicapex functions' lists them all."
        raise Failure(f"there is no function {name!r}. {hint}")
    click.echo("\n\n".join(_help(function)))


def _print_catalogue(functions: list[Definition]) -> None:
    formatter = click.HelpFormatter(width=_WIDTH)
    for category, group in groupby(functions, key=lambda one: one.category):
        with formatter.section(category):
            formatter.write_dl([(one.name, one.summary) for one in group])
    click.echo(formatter.getvalue().rstrip())


def _help(function: Definition) -> Iterator[str]:
    """Yield the paragraphs of a function's help."""
    yield _wrapped(function.syntax, following="    ")
    yield _wrapped(function.summary)
    if function.sections["Description"]:
        yield _wrapped(function.sections["Description"])
    # Parameters that mean the same, such as arg1 to arg8, are explained once.
    for (facts, words), group in groupby(function.parameters, key=lambda one: (_facts(one), one.help)):
        names = [one.name for one in group]
        head = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
        yield f"  {head}{facts}\n{_wrapped(words, '      ', '      ')}"
    unit = f" ({function.result.unit})" if function.result.unit else ""
    yield _wrapped(f"Returns{unit}: {function.returns}")
    yield _wrapped(f"Errors: {function.errors}")
    yield _native(function)
    yield f"Category {function.category}, source {function.source}"
    for example in function.examples:
        yield f"{example_formula(function, example)}\n  {shown(example.result)}"


def _facts(parameter: Parameter) -> str:
    facts = ", ".join(filter(None, (parameter.kind.unit, parameter.kind.domain)))
    return f" ({facts})" if facts else ""


def _wrapped(text: str, first: str = "", following: str = "") -> str:
    return click.wrap_text(text, _WIDTH, first, following)


def example_formula(function: Definition, example: Example) -> str:
    """Return an example's call as it is typed into a cell."""
    return f"={function.name}({','.join(map(_argument, example.arguments))})"


def _argument(value: Any) -> str:
    from udfs import OMITTED

    if value is OMITTED:
        return ""
    return f'"{value}"' if isinstance(value, str) else shown(value)


def _native(function: Definition) -> str:
    from udfs import NativeFormError

    try:
        return f"In plain Excel: ={function.native_formula}"  # in one line, to be copied
    except NativeFormError as error:
        return _wrapped(f"In plain Excel: {error}")
