"""Excel's functions of single values over ranges: ``LN(A1:A5)`` is five logarithms.

The engine spreads its operators over ranges but not its functions: some give #VALUE!, some the first cell's answer. So
its copy of a formula calls ``each`` where an argument that should be one value may be a range. Whether it may be is
read off the text; where that can't be told the answer is yes, which costs time but no correctness.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any, Final

import formualizer
from openpyxl.utils import get_column_letter

import udfs
from workbooks.formulas import Call, operands


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Functions whose every argument is one value.
SINGLE: Final = _names(
    """
    ABS ACOS ACOSH ASIN ASINH ATAN ATAN2 ATANH CEILING CEILING.MATH COMBIN COS COSH DEGREES EVEN EXP FACT
    FLOOR FLOOR.MATH INT LN LOG LOG10 MOD MROUND ODD POWER QUOTIENT RADIANS ROUND ROUNDDOWN ROUNDUP SIGN SIN SINH
    SQRT TAN TANH TRUNC
    CHAR CLEAN CODE EXACT FIND LEFT LEN LOWER MID PROPER REPLACE REPT RIGHT SEARCH SUBSTITUTE TEXT TRIM UPPER VALUE
    DATE DATEVALUE DAY DAYS EDATE EOMONTH HOUR MINUTE MONTH SECOND TIME WEEKDAY WEEKNUM YEAR YEARFRAC
    ISBLANK ISERR ISERROR ISEVEN ISLOGICAL ISNA ISNONTEXT ISNUMBER ISODD ISTEXT NOT
    CHOOSE IFS SWITCH
    CUMIPMT CUMPRINC DB DDB EFFECT FV IPMT ISPMT NOMINAL NPER PDURATION PMT PPMT PV RATE RRI SLN SYD VDB
    """
)

# Functions that take ranges and make one value of them.
_ONE_VALUE_OF_ALL: Final = _names(
    """
    AND AVEDEV AVERAGE AVERAGEA CONCAT CORREL COUNT COUNTA COUNTBLANK COVAR COVARIANCE.P COVARIANCE.S DEVSQ GCD GEOMEAN
    HARMEAN INTERCEPT KURT LCM MAX MAXA MEDIAN MIN MINA MODE MODE.SNGL OR PEARSON PRODUCT RSQ SKEW SLOPE STDEV STDEV.P
    STDEV.S STDEVA STDEVP STEYX SUM SUMPRODUCT SUMSQ SUMX2MY2 SUMX2PY2 SUMXMY2 VAR VAR.P VAR.S VARA VARP XOR
    ROWS COLUMNS
    """
)
# Functions that take ranges whole, or spread by themselves, and may give a range.
_RANGE_OF_ALL: Final = _names(
    """
    FILTER FREQUENCY GROWTH HSTACK IF IFERROR IFNA LAMBDA LET LINEST LOGEST MDETERM MINVERSE MMULT SORTBY TOCOL TOROW
    TRANSPOSE TREND VSTACK
    """
)
# Functions of both kinds of arguments: which of them are ranges, given how many there are.
_RANGES: Final[dict[str, Callable[[int], Collection[int]]]] = {
    **dict.fromkeys(["COUNTIF", "LARGE", "SMALL", "PERCENTILE", "QUARTILE", "PERCENTRANK", "TRIMMEAN"], lambda n: [0]),
    **dict.fromkeys(["PERCENTILE.INC", "PERCENTILE.EXC", "QUARTILE.INC", "QUARTILE.EXC"], lambda n: [0]),
    **dict.fromkeys(["INDEX", "OFFSET", "SORT", "UNIQUE", "TAKE", "DROP", "CHOOSEROWS", "CHOOSECOLS"], lambda n: [0]),
    **dict.fromkeys(["MATCH", "XMATCH", "VLOOKUP", "HLOOKUP", "RANK", "RANK.EQ", "RANK.AVG"], lambda n: [1]),
    **dict.fromkeys(["LOOKUP", "XLOOKUP", "FORECAST", "FORECAST.LINEAR"], lambda n: [1, 2]),
    **dict.fromkeys(["SUMIF", "AVERAGEIF"], lambda n: [0, 2]),
    **dict.fromkeys(["SUMIFS", "AVERAGEIFS", "MAXIFS", "MINIFS"], lambda n: [0, *range(1, n, 2)]),
    "COUNTIFS": lambda n: range(0, n, 2),
    **dict.fromkeys(["IRR", "MIRR"], lambda n: [0]),
    "FVSCHEDULE": lambda n: [1],
    "XNPV": lambda n: [1, 2],
    "XIRR": lambda n: [0, 1],
    **dict.fromkeys(["NPV", "SUBTOTAL"], lambda n: range(1, n)),
    **dict.fromkeys(["AGGREGATE", "TEXTJOIN"], lambda n: range(2, n)),
    **dict.fromkeys(["NETWORKDAYS", "WORKDAY"], lambda n: [2]),
}
_GIVES_RANGES: Final = _names("INDEX OFFSET SORT UNIQUE TAKE DROP CHOOSEROWS CHOOSECOLS XLOOKUP LOOKUP AGGREGATE")
_ONE_VALUE: Final = re.compile(
    r"""(?:'(?:[^']|'')+'!|[^!'\[]+!)?\$?[A-Z]{1,3}\$?[0-9]+   # one cell
    | [\w.]*\[\s*@[^:]*\] | [\w.]*\[\[\#This\ Row\],\s*\[[^\]:]*\]\]   # this row of a table's column
    | [0-9.]+(?:E[+-]?[0-9]+)? | ".*" | TRUE | FALSE | \#.*""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


# What stands for a skipped argument in the engine's copy of a formula: the engine itself hands over 0.
SKIPPED: Final = "\ue000"


def whole_arguments(name: str, arguments: int) -> Collection[int] | None:
    """Return the positions of the arguments that a function takes as whole ranges; None if it is not known here."""
    if name in SINGLE:
        return ()
    if name in _ONE_VALUE_OF_ALL or name in _RANGE_OF_ALL:
        return range(arguments)
    if name in _RANGES:
        return _RANGES[name](arguments)
    return None


def spreads(call: Call, single_names: Collection[str]) -> bool:
    """Return whether an argument that should be one value may be a range.

    Parameters
    ----------
    call : of a function of Excel's; of one not known here every argument should be one value.
    single_names : defined names, in capitals, of single cells and constants.
    """
    whole = whole_arguments(call.name, len(call.arguments)) or ()
    return any(
        argument is not None and _may_be_range(argument, single_names)
        for position, argument in enumerate(call.arguments)
        if position not in whole
    )


def _may_be_range(expression: str, single_names: Collection[str]) -> bool:
    return any(
        _call_may_be_range(operand, single_names)
        if isinstance(operand, Call)
        else not _ONE_VALUE.fullmatch(operand) and operand.upper() not in single_names
        for operand in operands(expression)
    )


def _call_may_be_range(call: Call, single_names: Collection[str]) -> bool:
    if call.name in _ONE_VALUE_OF_ALL or not call.arguments:
        return False
    if call.name in udfs.FUNCTIONS:
        function = udfs.FUNCTIONS[call.name]
        pairs = zip(function.parameters, call.arguments, strict=False)
        spread = [argument for parameter, argument in pairs if argument and parameter.kind.shape == "scalar"]
        return function.result.shape == "table" or any(_may_be_range(argument, single_names) for argument in spread)
    if call.name == "INDEX":  # without both numbers, or with a 0, it can be a row or column
        chosen = [argument and argument.strip("0") for argument in call.arguments[1:3]]
        return len(chosen) < 2 or not all(chosen) or spreads(call, single_names)
    if call.name in SINGLE or (call.name in _RANGES and call.name not in _GIVES_RANGES):
        return spreads(call, single_names)
    return True


def each(name: str, *raw: Any) -> Any:
    """Call a function of the engine's once per cell of the ranges among its single arguments.

    Parameters
    ----------
    name : of the function.
    *raw : its arguments as the engine hands them over; ``SKIPPED`` for one that is left out.
    """
    whole = whole_arguments(name, len(raw)) or ()
    grids = [[[v]] if place in whole or not isinstance(v, list) else v for place, v in enumerate(raw)]
    height, width = max(map(len, grids)), max(len(grid[0]) for grid in grids)
    cells = [[_pick(grid, row, column) for grid in grids] for row in range(height) for column in range(width)]

    # One row of the sheet per call: its arguments, then its formula. Whole ranges stand on sheets of their own.
    workbook = formualizer.Workbook()
    workbook.set_temporal_egress("serial")
    workbook.add_sheet("Calls")
    texts = []
    for place, value in enumerate(raw):
        column = get_column_letter(place + 1)
        if place in whole and isinstance(value, list):
            workbook.add_sheet(f"Range{place}")
            workbook.set_values_batch(f"Range{place}", 1, 1, value)
            texts.append(f"Range{place}!$A$1:${get_column_letter(len(value[0]))}${len(value)}")
        else:
            texts.append("" if value == SKIPPED else column + "{row}")
    workbook.set_values_batch("Calls", 1, 1, cells)
    formula = f"={name}({','.join(texts)})"
    last = len(raw) + 1
    workbook.set_formulas_batch("Calls", 1, last, [[formula.format(row=row + 1)] for row in range(len(cells))])
    workbook.evaluate_all()
    results = [workbook.get_value("Calls", row + 1, last) for row in range(len(cells))]
    if height == width == 1:
        return results[0]
    return [results[row * width : (row + 1) * width] for row in range(height)]


def _pick(grid: list[list[Any]], row: int, column: int) -> Any:
    row, column = (0 if len(grid) == 1 else row), (0 if len(grid[0]) == 1 else column)
    if row < len(grid) and column < len(grid[0]):
        value = grid[row][column]
        return None if isinstance(value, list) or value == SKIPPED else value
    return {"type": "Error", "kind": "Na"}
