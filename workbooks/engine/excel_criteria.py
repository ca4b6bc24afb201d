"""Excel's sums over cells that meet criteria: an error in a cell that does is the result, which the engine passes over.

What criteria mean is written here a second time, for such ranges alone. Arguments are raw host values.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any, Final

from udfs import ExcelError
from workbooks.engine.excel_text import pattern
from workbooks.engine.excel_values import number_in

_SIGN: Final = re.compile(r"(<>|<=|>=|<|>|=)?(.*)", re.DOTALL)
_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_WORDS: Final = {"TRUE": True, "FALSE": False} | {str(error): error for error in ExcelError}

Meets = Callable[[Any], bool]


def with_errors(result: Any, summed: Any, *ranges_and_criteria: Any) -> Any:
    """Return the first error among the cells that meet all criteria; a result as it is if there is none."""
    columns = [_cells(one) for one in ranges_and_criteria[::2]]
    meet = [criterion(one) for one in ranges_and_criteria[1::2]]
    for place, value in enumerate(_cells(summed)):
        if isinstance(value, ExcelError) and all(
            place < len(cells) and meets(cells[place]) for cells, meets in zip(columns, meet, strict=True)
        ):
            return value
    return result


def criterion(value: Any) -> Meets:
    """Return what says whether a cell meets a criterion, as ``>=3``, ``a*`` or 5."""
    if isinstance(value, list):
        value = value[0][0]
    if value is None:
        value = 0.0
    if not isinstance(value, str):
        return lambda cell: _equal(cell, value)
    found = _SIGN.fullmatch(value)
    assert found is not None
    sign, text = found[1] or "=", found[2]
    if sign in _COMPARE:
        return _ordered(_COMPARE[sign], text)
    equals = _equals(text, plain=not found[1])
    return equals if sign == "=" else lambda cell: not equals(cell)


def _equals(text: str, *, plain: bool) -> Meets:
    if not text:
        return lambda cell: cell is None or (plain and cell == "")
    if text.upper() in _WORDS:
        return lambda cell: _equal(cell, _WORDS[text.upper()])
    number = number_in(text)
    if not isinstance(number, ExcelError):
        return lambda cell: _equal(cell, number)
    wanted = pattern(text)
    return lambda cell: isinstance(cell, str) and wanted.fullmatch(cell) is not None


def _ordered(compare: Callable[[Any, Any], bool], text: str) -> Meets:
    number = number_in(text)
    if isinstance(number, ExcelError):
        return lambda cell: isinstance(cell, str) and compare(cell.lower(), text.lower())
    return lambda cell: isinstance(cell, (int, float)) and not isinstance(cell, bool) and compare(cell, number)


def _equal(cell: Any, value: Any) -> bool:
    if isinstance(value, (bool, ExcelError)) or isinstance(cell, bool):
        return cell.__class__ is value.__class__ and bool(cell == value)
    if isinstance(cell, str):
        return bool(number_in(cell) == value)
    return isinstance(cell, (int, float)) and bool(cell == value)


def _cells(value: Any) -> list[Any]:
    return [cell for row in value for cell in row] if isinstance(value, list) else [value]
