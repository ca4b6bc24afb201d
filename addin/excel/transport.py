"""How values travel between a cell and a function, through VBA and COM.

In: an error arrives from COM as a whole number, 0x800A0000 plus the number that VBA's ``CVErr`` knows. Cells hold no
whole numbers otherwise (a number in a cell is a float), so an error can't be taken for the text ``#N/A``, which some
cells hold, nor such a text for an error. Dates and Currency are the numbers that Excel counts them as.

Out: COM can't carry an error from Python to VBA. It goes as text with ``MARK`` in front, a control character that
nobody types, and the VBA helper makes the error of it. Text results lose a leading mark, so none can be taken for an
error. Where the helper is missing, the cell shows ``#NUM!`` as text: no number that a sum would take.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any, Final

from udfs import ExcelError
from udfs.values import as_number

MARK: Final = "\x1a"  # SUBSTITUTE: stands in for a character that could not be sent

# The numbers of VBA's CVErr.
NUMBERS: Final = {
    ExcelError.NULL: 2000,
    ExcelError.DIV0: 2007,
    ExcelError.VALUE: 2015,
    ExcelError.REF: 2023,
    ExcelError.NAME: 2029,
    ExcelError.NUM: 2036,
    ExcelError.NA: 2042,
    ExcelError.SPILL: 2045,
    ExcelError.CALC: 2050,
}

_AS_THEY_ARE: Final = {float, str, bool, type(None)}
_FIRST: Final = -2146828288  # 0x800A0000, as the signed number that COM hands over
_CODES: Final = {_FIRST + number: error for error, number in NUMBERS.items()}


def arriving(value: Any) -> Any:
    """Return what the boundary is given for a value from COM.

    Parameters
    ----------
    value : a cell's value; rows of them for a range; one flat row for an array constant such as ``{1,2,3}``.

    Returns
    -------
    A single value, or a tuple of rows. A blank cell is a range of one blank, since a bare None is xlwings' word for
    a required argument that was skipped.
    """
    if value.__class__ is float:
        return value
    if value is None:
        return ((None,),)
    if not isinstance(value, (tuple, list)):
        return _cell(value)
    rows = value if value and isinstance(value[0], (tuple, list)) else (value,)
    if kinds(rows) <= _AS_THEY_ARE:
        return rows
    return tuple(tuple(map(_cell, row)) for row in rows)


def departing(result: Any) -> list[list[float | str]]:
    """Return the rows that go to VBA for a result of the boundary."""
    if result.__class__ is float:
        return [[result]]
    rows: list[list[Any]] = (
        result.tolist() if hasattr(result, "tolist") else result if isinstance(result, list) else [[result]]
    )
    if kinds(rows) == {float}:
        return rows
    return [[_sent(value) for value in row] for row in rows]


def is_rounded(value: Any) -> bool:
    """Return whether a value from COM is, or has in it, a number that COM has cut: Currency or a date."""
    found = kinds(value) if isinstance(value, tuple) else {type(value)}
    return any(issubclass(kind, (Decimal, date)) for kind in found)


def kinds(rows: Sequence[Sequence[Any]]) -> set[type]:
    """Return the types that occur in a table."""
    return set(map(type, chain.from_iterable(rows)))


def _cell(value: Any) -> Any:
    if isinstance(value, (Decimal, date)):  # a cell that looks like money or a date holds a number all the same
        return as_number(value)
    # Errors that are newer than this table (#FIELD!, #BLOCKED!, ...) are still errors, not numbers.
    if value.__class__ is int and _FIRST + 2000 <= value < _FIRST + 3000:
        return _CODES.get(value, ExcelError.VALUE)
    return value


def _sent(value: Any) -> float | str:
    if isinstance(value, ExcelError):
        return f"{MARK}{value}"
    return value.lstrip(MARK) if isinstance(value, str) else float(value)
