"""Excel's own functions where the engine lacks them, or computes them otherwise than Excel.

What a function computes stands in ``excel_finance`` and ``excel_arrays``. Here is how Excel hands arguments over: blank
is 0, TRUE is 1, text that is a number counts as it in a single value and is passed over in a range; numbers spread over
ranges; an error that comes in goes out.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from udfs import OMITTED, ExcelError
from workbooks import excel_arrays as arrays
from workbooks import excel_finance as finance

_SERIES: Final = {"values", "dates", "schedule"}  # parameters that take a range whole


def _patch(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of raw host values."""
    parameters = list(inspect.signature(function).parameters.values())

    def patched(*raw: Any) -> Any:
        if len(raw) > len(parameters):
            return ExcelError.VALUE
        arguments: list[Any] = []
        for parameter, value in zip(parameters, [*raw, *[OMITTED] * (len(parameters) - len(raw))], strict=True):
            required = parameter.default is inspect.Parameter.empty
            if required and len(arguments) >= len(raw):
                return ExcelError.VALUE
            if value is OMITTED:
                value = 0.0 if required else parameter.default
            arguments.append(value)
        return _spread(partial(_once, function, parameters), parameters, arguments)

    return patched


def _spread(once: Callable[..., Any], parameters: list[inspect.Parameter], arguments: list[Any]) -> Any:
    """Call once per cell of the ranges given for single numbers."""
    grids = [
        argument if isinstance(argument, list) and parameter.name not in _SERIES else [[argument]]
        for parameter, argument in zip(parameters, arguments, strict=True)
    ]
    height, width = max(map(len, grids)), max(len(grid[0]) for grid in grids)
    table = [[once(*(_pick(grid, row, column) for grid in grids)) for column in range(width)] for row in range(height)]
    return table[0][0] if height == width == 1 else table


def _pick(grid: list[list[Any]], row: int, column: int) -> Any:
    row, column = (0 if len(grid) == 1 else row), (0 if len(grid[0]) == 1 else column)
    return grid[row][column] if row < len(grid) and column < len(grid[0]) else ExcelError.NA


def _once(function: Callable[..., Any], parameters: list[inspect.Parameter], *raw: Any) -> Any:
    arguments = [_series(v) if p.name in _SERIES else _number(v) for p, v in zip(parameters, raw, strict=True)]
    for argument in arguments:
        if isinstance(argument, ExcelError):
            return argument
    try:
        result = function(*arguments)
    except ZeroDivisionError:
        return ExcelError.DIV0
    except (OverflowError, ValueError):
        return ExcelError.NUM
    if isinstance(result, complex) or (isinstance(result, float) and not math.isfinite(result)):
        return ExcelError.NUM
    return result


def _number(value: Any) -> float | ExcelError:
    """Return a single value as a number."""
    if isinstance(value, ExcelError):
        return value
    try:
        return 0.0 if value is None else float(value)
    except ValueError:
        return ExcelError.VALUE


def _series(value: Any) -> list[float] | ExcelError:
    """Return the numbers of a range, row by row."""
    if not isinstance(value, list):
        number = _number(value)
        return number if isinstance(number, ExcelError) else [number]
    cells = [cell for row in value for cell in row]
    errors = (cell for cell in cells if isinstance(cell, ExcelError))
    return next(errors, None) or [float(v) for v in cells if isinstance(v, (int, float)) and not isinstance(v, bool)]


_FINANCIAL: Final = (
    finance.pmt,
    finance.fv,
    finance.ipmt,
    finance.ppmt,
    finance.cumipmt,
    finance.cumprinc,
    finance.db,
    finance.ddb,
    finance.vdb,
    finance.fvschedule,
    finance.irr,
    finance.mirr,
    finance.xnpv,
    finance.xirr,
)

# name -> a function from raw host values to a value, an ExcelError or a table
PATCHES: Final[dict[str, Callable[..., Any]]] = {
    **{function.__name__.upper(): _patch(function) for function in _FINANCIAL},
    "MMULT": arrays.mmult,
    "MINVERSE": arrays.minverse,
    "MDETERM": arrays.mdeterm,
}

# name -> why a formula that uses it is refused
REFUSED: Final[dict[str, str]] = {
    "TABLE": "a what-if data table, which is for Excel to compute. Put its values in the cells.",
}
