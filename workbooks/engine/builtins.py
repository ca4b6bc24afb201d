"""Excel's own functions where the engine lacks them, or computes them otherwise than Excel.

What a function computes stands in the modules ``excel_...``. Here is how Excel hands arguments over: blank
is 0, TRUE is 1, text that is a number counts as it in a single value and is passed over in a range; numbers spread over
ranges; an error that comes in goes out.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from udfs import OMITTED, ExcelError
from workbooks.engine import excel_arrays as arrays
from workbooks.engine import excel_dates as dates
from workbooks.engine import excel_finance as finance
from workbooks.engine import excel_lookup as search
from workbooks.engine import excel_numbers as numbers
from workbooks.engine import excel_text as text
from workbooks.engine.excel_text import as_text
from workbooks.engine.excel_values import number, truth

Functions = dict[str, Callable[..., Any]]

_SERIES: Final = {"values", "dates", "schedule"}  # parameters that take a range whole


def _patch(function: Callable[..., Any], *, dates_from_1904: bool = False) -> Callable[..., Any]:
    """Return a function of raw host values from one whose parameters say by their types what they take."""
    parameters = [one for one in inspect.signature(function).parameters.values() if one.kind is not one.KEYWORD_ONLY]
    if len(parameters) < len(inspect.signature(function).parameters):
        function = partial(function, dates_from_1904=dates_from_1904)
    as_number = partial(number, dates_from_1904=dates_from_1904)
    taken = [_TAKEN.get("series" if one.name in _SERIES else str(one.annotation), as_number) for one in parameters]
    whole = [place for place, one in enumerate(parameters) if one.name in _SERIES]
    required = sum(one.default is inspect.Parameter.empty for one in parameters)
    defaults = [0.0 if place < required else one.default for place, one in enumerate(parameters)]
    defaults = [OMITTED if default is None else default for default in defaults]
    once = partial(_once, function, taken)

    def patched(*raw: Any) -> Any:
        if not required <= len(raw) <= len(parameters):
            return ExcelError.VALUE
        arguments = [default if value is OMITTED else value for value, default in zip(raw, defaults, strict=False)]
        return _spread(once, *arguments, *defaults[len(raw) :], whole=whole)

    return patched


def _spread(once: Callable[..., Any], *arguments: Any, whole: Sequence[int] = ()) -> Any:
    """Call once per cell of the ranges given for single values."""
    if not any(argument.__class__ is list and place not in whole for place, argument in enumerate(arguments)):
        return once(*arguments)
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


def _once(function: Callable[..., Any], taken: Sequence[Callable[[Any], Any]], *raw: Any) -> Any:
    arguments = [take(value) for take, value in zip(taken, raw, strict=True)]
    for argument in arguments:
        if argument.__class__ is ExcelError:
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


def _series(value: Any) -> list[float] | ExcelError:
    """Return the numbers of a range, row by row."""
    if not isinstance(value, list):
        single = number(value)
        return single if isinstance(single, ExcelError) else [single]
    cells = [cell for row in value for cell in row]
    errors = (cell for cell in cells if isinstance(cell, ExcelError))
    return next(errors, None) or [float(v) for v in cells if isinstance(v, (int, float)) and not isinstance(v, bool)]


def _number_or_none(value: Any) -> float | ExcelError | None:
    return None if value is OMITTED else number(value)


# what a parameter's type says -> how a raw value becomes that
_TAKEN: Final[dict[str, Callable[[Any], Any]]] = {
    "series": _series,
    "str": as_text,
    "bool": truth,
    "float | None": _number_or_none,
    "Any": lambda value: value,
}


_DECLARED: Final = (
    dates.date,
    dates.datevalue,
    dates.timevalue,
    numbers.ceiling,
    numbers.ceiling_math,
    numbers.floor,
    numbers.floor_math,
    numbers.gammaln,
    numbers.log,
    numbers.value,
    text.clean,
    text.code,
    text.exact,
    text.find,
    text.left,
    text.len_,
    text.lower,
    text.mid,
    text.numbervalue,
    text.replace,
    text.rept,
    text.right,
    text.search,
    text.substitute,
    text.trim,
    text.unicode,
    text.upper,
    finance.dollarde,
    finance.dollarfr,
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

_OF_RANGES: Final[Functions] = {
    "MMULT": arrays.mmult,
    "MINVERSE": arrays.minverse,
    "MDETERM": arrays.mdeterm,
    "SUMPRODUCT": arrays.sumproduct,
    "SUMX2MY2": arrays.sumx2my2,
    "SUMX2PY2": arrays.sumx2py2,
    "SUMXMY2": arrays.sumxmy2,
    "GCD": numbers.gcd,
    "LCM": numbers.lcm,
    "MULTINOMIAL": numbers.multinomial,
    "MODE": numbers.mode,
    "MODE.SNGL": numbers.mode,
    "LOOKUP": partial(_spread, search.lookup, whole=(1, 2)),
    "CONCAT": text.concat,
    "CONCATENATE": partial(_spread, text.concat),
    "TEXTJOIN": text.textjoin,
    "PROPER": partial(_spread, text.proper),
}


def patches(*, dates_from_1904: bool = False) -> Functions:
    """Return by its name what computes each function: from raw host values to a value, an ExcelError or a table."""
    declared = {
        function.__name__.rstrip("_").replace("_", ".").upper(): _patch(function, dates_from_1904=dates_from_1904)
        for function in _DECLARED
    }
    return declared | _OF_RANGES


PATCHES: Final = frozenset(patches())
# The same for calls that search sorted values; the engine itself looks for equal ones.
SORTED_SEARCH: Final[dict[str, Callable[..., Any]]] = {
    "MATCH": partial(_spread, search.match, whole=(1,)),
    "VLOOKUP": partial(_spread, search.vlookup, whole=(1,)),
    "HLOOKUP": partial(_spread, search.hlookup, whole=(1,)),
}
