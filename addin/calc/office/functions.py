"""The add-in that Calc calls: each function of the catalogue as a method, everything through the boundary."""

from __future__ import annotations

import struct
from collections.abc import Callable
from itertools import chain
from typing import Any, Final

import unohelper
from aicapex import XFunctions
from com.sun.star.lang import XServiceInfo

from udfs import FUNCTIONS, OMITTED, ExcelError, call

NAME: Final = "aicapex"  # and so Calc's own name of a function is aicapex.AIGAP
SERVICES: Final = ("com.sun.star.sheet.AddIn", NAME)

Cells = tuple[tuple[Any, ...], ...]


def not_a_number(code: int) -> float:
    """Return the NaN by which Calc knows one of its errors."""
    number: float = struct.unpack("<d", struct.pack("<Q", 0x7FF8_0000_0000_0000 | code))[0]
    return number


# Calc's numbers of the errors; it has none for Excel's younger ones.
ERRORS: Final = {
    ExcelError.NULL: not_a_number(521),
    ExcelError.DIV0: not_a_number(532),
    ExcelError.VALUE: not_a_number(519),
    ExcelError.REF: not_a_number(524),
    ExcelError.NAME: not_a_number(525),
    ExcelError.NUM: not_a_number(503),
    ExcelError.NA: not_a_number(32767),
    ExcelError.SPILL: not_a_number(519),
    ExcelError.CALC: not_a_number(519),
}


def arriving(value: Any) -> Any:
    """Return what the boundary is given for an argument. Of a range, Calc hands over an empty cell as empty text."""
    if value is None:
        return OMITTED
    if value.__class__ is tuple and "" in chain.from_iterable(value):
        return [[None if cell == "" else cell for cell in row] for row in value]
    return value


def departing(result: Any) -> Cells:
    """Return the rows that Calc is given for a result: numbers and texts, and for an error its NaN."""
    if result.__class__ is float:
        return ((result,),)
    rows = result.tolist() if hasattr(result, "tolist") else result if isinstance(result, list) else [[result]]
    if set(map(type, chain.from_iterable(rows))) == {float}:
        return tuple(map(tuple, rows))
    return tuple(tuple(ERRORS[cell] if cell.__class__ is ExcelError else cell for cell in row) for row in rows)


def method(name: str) -> Callable[..., Cells]:
    """Return the method that computes a function."""

    def compute(self: Functions, *arguments: Any) -> Cells:
        return departing(call(name, *map(arriving, arguments)))

    return compute


class Functions(unohelper.Base, XFunctions, XServiceInfo):
    """The add-in."""

    def __init__(self, context: Any) -> None:
        pass

    def getImplementationName(self) -> str:
        return NAME

    def supportsService(self, name: str) -> bool:
        return name in SERVICES

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        return SERVICES


for function in FUNCTIONS:
    setattr(Functions, function, method(function))

g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - LibreOffice wants the name
g_ImplementationHelper.addImplementation(Functions, NAME, SERVICES)
