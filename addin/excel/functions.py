"""The functions as Excel on Windows calls them, through xlwings: one wrapper for each definition.

The sheet ``xlwings.conf`` of a template names this module under ``UDF Modules``. Outside Windows xlwings'
decorators do nothing, and the wrappers are plain functions.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Final

import xlwings as xw
from xlwings.conversion import ConversionContext, Options, Pipeline, RawValueAccessor

import udfs
from addin.excel.names import group_name, vba_name
from addin.excel.transport import arriving, departing, is_rounded
from udfs import FUNCTIONS, OMITTED, Definition

Decorator = Callable[..., Any]

MODULE: Final = __name__  # what UDF Modules says


class CellValues(RawValueAccessor):
    """Reads an argument as the boundary wants it.

    xlwings' cleaned values would make the text ``#N/A`` and the error the same thing (``err_to_str``), an empty text a
    blank cell, and a row or a column a flat list.
    """

    @classmethod
    def reader(cls, options: Options) -> Pipeline:
        """Return the stages of reading: the value as COM gives it, then ours."""
        return super().reader(options).append_stage(cls.convert)  # type: ignore[no-untyped-call,no-any-return]

    @staticmethod
    def convert(context: ConversionContext) -> None:
        """Turn the value that COM gave into the boundary's."""
        value = context.value
        if context.range is not None and is_rounded(value):
            # Value cuts what a currency format shows to four decimals, of a token price the better part.
            value = getattr(context.range.api, "Value2", value)
        context.value = arriving(value)


def wrapper(definition: Definition, func: Decorator, arg: Decorator, ret: Decorator) -> Callable[..., Any]:
    """Return a definition as a function that xlwings can register.

    Parameters
    ----------
    definition : what to wrap.
    func, arg, ret : xlwings' decorators.
    """
    name = definition.name

    def call(*arguments: Any) -> list[list[float | str]]:
        return departing(udfs.call(name, *[OMITTED if argument is None else argument for argument in arguments]))

    call.__name__ = call.__qualname__ = name
    call.__doc__ = definition.summary
    call.__annotations__ = {}  # xlwings would read converters from them
    call.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                vba_name(parameter.name),
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=inspect.Parameter.empty if parameter.required else OMITTED,
            )
            for parameter in definition.parameters
        ]
    )
    registered = ret("raw")(call)
    for parameter in definition.parameters:
        registered = arg(vba_name(parameter.name), CellValues, doc=parameter.help)(registered)
    # Last, for every decorator sets the category anew.
    return func(category=group_name(definition.category))(registered)  # type: ignore[no-any-return]


def catalogue(func: Decorator, arg: Decorator, ret: Decorator) -> dict[str, Callable[..., Any]]:
    """Return name -> registered function, for every definition."""
    return {name: wrapper(definition, func, arg, ret) for name, definition in FUNCTIONS.items()}


globals().update(catalogue(xw.func, xw.arg, xw.ret))
