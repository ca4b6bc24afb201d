"""The boundary that every host calls: raw host values in, host-neutral values or an Excel error out.

Rules, the same in every host. A skipped argument takes its default. A blank cell counts as 0, as in Excel. Text
or a truth value where a number belongs is #VALUE!. A number outside the domain is #NUM!. An error that comes
in goes out. The first argument with something wrong decides. A range of one cell is that cell. Ranges broadcast as in
Excel's own functions: one row against one column makes a grid, and where a range has no cell the result is #N/A.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from udfs.definition import FUNCTIONS, Definition
from udfs.errors import OMITTED, ExcelError
from udfs.values import grid, is_range, series, single
from udfs.vectorised import as_array, vectorised

Result = Any  # a float, text, an ExcelError, or a table of floats and errors

# From this many cells on, one pass of NumPy beats the loop even if it has to be imported.
_VECTOR_CELLS: Final = 512
_SINGLE: Final = frozenset({float, int, str, bool, type(None), type(OMITTED), ExcelError})


def call(name: str, *raw: object) -> Result:
    """Call a function with values as a host has them.

    Parameters
    ----------
    name : function name, in any case.
    *raw : per argument a number, text, truth value, date, ``None`` for a blank cell, ``OMITTED``, an
        ``ExcelError``, or a range: nested lists, a NumPy array or anything that converts to one. A flat
        list is one column.

    Returns
    -------
    float, str, ExcelError, or a table
        A table is a nested list of floats and errors; if a NumPy array came in, a 2-D NumPy array, of
        floats, or of objects where some are errors. Nothing is ever raised on account of the values.

    Examples
    --------
    >>> call("AIGAP", 50e9, 2.0, 0.5)
    200000000000.0
    >>> call("AIGAP", [[50e9], ["fifty"]])
    [[200000000000.0], [<ExcelError.VALUE: '#VALUE!'>]]
    """
    function = FUNCTIONS.get(name) or FUNCTIONS.get(str(name).upper())
    if function is None:
        return ExcelError.NAME
    missing = len(function.parameters) - len(raw)
    if missing < 0:
        return ExcelError.VALUE
    if missing:
        raw += (OMITTED,) * missing
    for value in raw:
        if value.__class__ not in _SINGLE:
            return _call_with_ranges(function, raw)
    return _call_once(function, raw)


def _call_once(function: Definition, raw: Sequence[Any]) -> Result:
    """Call with one value per scalar parameter."""
    values: list[Any] = []
    for (numeric, lowest, highest, whole, default, parameter), value in zip(function.checks, raw, strict=True):
        if numeric and value.__class__ is float:
            if not lowest <= value <= highest or (whole and value % 1):
                return ExcelError.NUM
        elif value is OMITTED and default is not OMITTED:
            value = default
        else:
            kind = parameter.kind
            whole = kind.shape == "series" and is_range(value)
            value = series(value, kind) if whole else single(value, parameter)
            if value.__class__ is ExcelError:
                return value
        values.append(value)
    try:
        result = function.body(*values)
    except ZeroDivisionError:
        return ExcelError.DIV0
    except (OverflowError, ValueError):
        return ExcelError.NUM
    except Exception:  # a fault of ours must not become text or a traceback in a cell
        return ExcelError.VALUE
    if result.__class__ is float and math.isfinite(result):
        return result
    if isinstance(result, list):
        return [[_cell(value) for value in row] for row in result]
    return _cell(result)


def _cell(value: Any) -> float | str | ExcelError:
    """Return a computed value as a cell may hold it."""
    if isinstance(value, (ExcelError, str)):
        return value
    if isinstance(value, complex) or not math.isfinite(value):
        return ExcelError.NUM
    return float(value)


def _call_with_ranges(function: Definition, raw: Sequence[Any]) -> Result:
    """Call once per cell of the grid that the ranges of scalar parameters span."""
    arguments = []
    spread = []  # positions of the arguments that are ranges for a scalar parameter
    rows = columns = 0
    for position, (parameter, value) in enumerate(zip(function.parameters, raw, strict=True)):
        if is_range(value):
            value = grid(value)
            height, width = len(value), len(value[0]) if len(value) else 0
            if not width:
                value = ExcelError.VALUE
            elif height == width == 1:
                [[value]] = value
                if is_range(value):
                    value = ExcelError.VALUE  # no cell holds a range
            elif parameter.kind.shape == "scalar":
                spread.append(position)
                rows, columns = max(rows, height), max(columns, width)
        arguments.append(value)
    if not spread:
        return _call_once(function, arguments)
    if function.result.shape == "table":
        return ExcelError.VALUE  # no cell can hold a spill of its own
    if rows * columns >= _VECTOR_CELLS:
        kept = rows - _blank_rows([arguments[position] for position in spread], rows) + 1
        if 1 < kept < rows:  # a range to the end of the sheet: its blank rows all have the result of the first of them
            for position in spread:
                arguments[position] = arguments[position][:kept]
            cells = _call_with_ranges(function, arguments)
            return cells + [list(cells[-1]) for _ in range(rows - kept)]

    picked = list(arguments)

    def cell(row: int, column: int) -> Any:
        for position in spread:
            picked[position] = _pick(arguments[position], row, column)
        return _call_once(function, picked)

    arrays = any(hasattr(arguments[position], "__array__") for position in spread)
    if arrays or rows * columns >= _VECTOR_CELLS:
        result = vectorised(function, arguments, spread, (rows, columns), cell)
        if result is not None:
            return result if arrays else result.tolist()
    cells = [[cell(row, column) for column in range(columns)] for row in range(rows)]
    return as_array(cells) if arrays else cells


def _blank_rows(ranges: Sequence[Any], rows: int) -> int:
    """Return how many rows of the result, counted from its end, come from blank cells and single rows alone."""
    if not all(isinstance(one, list) and len(one) in (1, rows) for one in ranges):
        return 0
    return min((_blank_at_end(one) for one in ranges if len(one) > 1), default=0)


def _blank_at_end(rows: Sequence[Sequence[Any]]) -> int:
    for count, row in enumerate(reversed(rows)):
        for cell in row:
            if cell is not None:
                return count
    return len(rows) - 1  # a range of one row would be no range


def _pick(rows: Any, row: int, column: int) -> Any:
    """Return the cell of a range that falls on a cell of the result; #N/A where the range has none."""
    row, column = (0 if len(rows) == 1 else row), (0 if len(rows[0]) == 1 else column)
    return rows[row][column] if row < len(rows) and column < len(rows[0]) else ExcelError.NA
