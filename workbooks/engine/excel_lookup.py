"""Excel's search in sorted values, which passes over errors and values of another type; the engine's does not.

So ``LOOKUP(2,1/(A1:A9>0),B1:B9)`` finds the last cell that meets a condition, and ``MATCH(9E+307,A1:A9)`` the last
number. Arguments are raw host values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from udfs import ExcelError

Cells = Sequence[Any]


class UnsureError(Exception):
    """The result depends on how a spreadsheet searches in cells that are not sorted, which is not known."""


def match(value: Any, cells: Any, direction: Any = 1.0) -> Any:
    """Return the position of the last value up to ``value``; with a negative direction of the last down to it."""
    row = _line(cells)
    if row is None:
        return ExcelError.NA
    place = _place(value, row, descending=isinstance(direction, float) and direction < 0)
    return place if isinstance(place, ExcelError) else float(place + 1)


def lookup(value: Any, cells: Any, results: Any = None) -> Any:
    """Return what stands in ``results`` beside the last value up to ``value``."""
    table = cells if isinstance(cells, list) else [[cells]]
    if results is None:  # search the longer side of the table, take from the other end
        across = len(table[0]) > len(table)
        searched, taken = (table[0], table[-1]) if across else (_column(table, 0), _column(table, -1))
    else:
        searched, taken = _line(cells) or [], _line(results) or []
    place = _place(value, searched)
    if isinstance(place, ExcelError):
        return place
    return taken[place] if place < len(taken) else ExcelError.NA


def vlookup(value: Any, table: Any, column: Any, _sorted: Any = True) -> Any:
    """Return the cell of a column in the last row whose first cell is up to ``value``."""
    rows = table if isinstance(table, list) else [[table]]
    if isinstance(column, ExcelError):
        return column
    if not isinstance(column, (int, float)) or column < 1:
        return ExcelError.VALUE
    if column >= len(rows[0]) + 1:
        return ExcelError.REF
    place = _place(value, _column(rows, 0))
    return place if isinstance(place, ExcelError) else rows[place][int(column) - 1]


def hlookup(value: Any, table: Any, row: Any, _sorted: Any = True) -> Any:
    """Return the cell of a row in the last column whose first cell is up to ``value``."""
    rows = table if isinstance(table, list) else [[table]]
    return vlookup(value, [list(column) for column in zip(*rows, strict=True)], row)


def _place(value: Any, cells: Cells, *, descending: bool = False) -> int | ExcelError:
    if isinstance(value, ExcelError):
        return value
    kind, sought = _key(0.0 if value is None else value)
    known = [(place, key) for place, (of_cell, key) in enumerate(map(_key, cells)) if of_cell == kind]
    fitting = [key >= sought if descending else key <= sought for _, key in known]
    if not any(fitting):
        return ExcelError.NA
    last = len(fitting) - 1 - fitting[::-1].index(True)
    if descending and len(known) < len(cells):
        raise UnsureError
    if last < len(fitting) - 1 or not all(fitting):
        keys = [key for _, key in known]
        if keys != sorted(keys, reverse=descending):
            raise UnsureError
    return known[last][0]


def _key(value: Any) -> tuple[str, Any]:
    """Return the type that Excel compares within, and the value to compare."""
    if isinstance(value, bool):
        return "truth", value
    if isinstance(value, (int, float)):
        return "number", value
    if isinstance(value, str):
        return "text", value.casefold()
    return "nothing to compare", 0


def _line(cells: Any) -> Cells | None:
    """Return one row or column as a list; None for a block."""
    rows = cells if isinstance(cells, list) else [[cells]]
    if len(rows) == 1:
        return list(rows[0])
    return _column(rows, 0) if len(rows[0]) == 1 else None


def _column(rows: list[list[Any]], place: int) -> Cells:
    return [row[place] for row in rows]
