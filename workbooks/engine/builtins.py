"""Excel's own functions where the engine lacks them, or computes them otherwise than Excel.

What a function computes stands in the modules ``excel_...``. Here is how Excel hands arguments over: blank
is 0, TRUE is 1, text that is a number counts as it in a single value and is passed over in a range; numbers spread over
ranges; an error that comes in goes out.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from udfs import OMITTED, ExcelError
from workbooks.engine import excel_arrays as arrays
from workbooks.engine import excel_finance as finance
from workbooks.engine import excel_lookup as search
from workbooks.engine import excel_numbers as numbers
from workbooks.engine import excel_text as text
from workbooks.engine.spreading import each

_SERIES: Final = {"values", "dates", "schedule"}  # parameters that take a range whole

_GROUPED: Final = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?")
_NUMERAL: Final = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:E[-+]?\d+)?\s*", re.IGNORECASE)


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
        whole = [place for place, parameter in enumerate(parameters) if parameter.name in _SERIES]
        return _spread(partial(_once, function, parameters), *arguments, whole=whole)

    return patched


def _spread(once: Callable[..., Any], *arguments: Any, whole: Sequence[int] = ()) -> Any:
    """Call once per cell of the ranges given for single values."""
    grids = [
        argument if isinstance(argument, list) and place not in whole else [[argument]]
        for place, argument in enumerate(arguments)
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
    if isinstance(value, str) and not _NUMERAL.fullmatch(value):
        return ExcelError.VALUE
    number = 0.0 if value is None else float(value)
    return number if math.isfinite(number) else ExcelError.NUM


def _series(value: Any) -> list[float] | ExcelError:
    """Return the numbers of a range, row by row."""
    if not isinstance(value, list):
        number = _number(value)
        return number if isinstance(number, ExcelError) else [number]
    cells = [cell for row in value for cell in row]
    errors = (cell for cell in cells if isinstance(cell, ExcelError))
    return next(errors, None) or [float(v) for v in cells if isinstance(v, (int, float)) and not isinstance(v, bool)]


def _value(value: Any) -> Any:
    """Return the number that a text stands for; the engine knows dates and times, but not $1,234.5."""
    amount = value.strip().replace("$", "", 1) if isinstance(value, str) else ""
    if _GROUPED.fullmatch(amount):
        return float(amount.replace(",", ""))
    return value if isinstance(value, ExcelError) else each(None, "VALUE", value)


_OF_NUMBERS: Final = (
    numbers.ceiling,
    numbers.floor,
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
    **{function.__name__.upper(): _patch(function) for function in _OF_NUMBERS},
    "MMULT": arrays.mmult,
    "MINVERSE": arrays.minverse,
    "MDETERM": arrays.mdeterm,
    "LOOKUP": partial(_spread, search.lookup, whole=(1, 2)),
    "CONCAT": text.concat,
    "CONCATENATE": partial(_spread, text.concat),
    "TEXTJOIN": text.textjoin,
    "VALUE": partial(_spread, _value),
    "PROPER": partial(_spread, text.proper),
}
# The same for calls that search sorted values; the engine itself looks for equal ones.
SORTED_SEARCH: Final[dict[str, Callable[..., Any]]] = {
    "MATCH": partial(_spread, search.match, whole=(1,)),
    "VLOOKUP": partial(_spread, search.vlookup, whole=(1,)),
    "HLOOKUP": partial(_spread, search.hlookup, whole=(1,)),
}
