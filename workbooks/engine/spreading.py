"""Excel's functions of single values over ranges: ``LN(A1:A5)`` is five logarithms.

The engine spreads its operators over ranges but not its functions: some give #VALUE!, some the first cell's answer. So
its copy of a formula calls ``each`` where an argument that should be one value may be a range. Whether it may be is
read off the text; where that can't be told the answer is yes, which costs time but no correctness.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final

import formualizer
from openpyxl.utils import get_column_letter

import udfs
from udfs import ExcelError
from workbooks.engine.excel_functions import gives_one_value, number_arguments, whole_arguments
from workbooks.engine.excel_values import number
from workbooks.formulas import Call, operands

_ONE_VALUE: Final = re.compile(
    r"""(?:'(?:[^']|'')+'!|[^!'\[]+!)?\$?[A-Z]{1,3}\$?[0-9]+   # one cell
    | [0-9.]+(?:E[+-]?[0-9]+)? | ".*" | TRUE | FALSE | \#.*""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


# What stands for a skipped argument in the engine's copy of a formula: the engine itself hands over 0.
SKIPPED: Final = "\ue000"
# Before the name of MATCH, VLOOKUP and HLOOKUP where they search sorted values.
SORTED: Final = "SORTED."


def spreads(call: Call, single_names: Collection[str]) -> bool:
    """Return whether an argument that should be one value may be a range.

    Parameters
    ----------
    call : of a function of Excel's.
    single_names : defined names, in capitals, of single cells and constants.
    """
    whole = whole_arguments(call.name.removeprefix(SORTED), len(call.arguments))
    return any(
        argument is not None and may_be_range(argument, single_names)
        for position, argument in enumerate(call.arguments)
        if position not in whole
    )


def may_be_range(expression: str, single_names: Collection[str]) -> bool:
    """Return whether the result of an expression may be a range.

    Parameters
    ----------
    expression : without a leading ``=``.
    single_names : as in ``spreads``.
    """
    return any(
        _callmay_be_range(operand, single_names)
        if isinstance(operand, Call)
        else not _ONE_VALUE.fullmatch(operand) and operand.upper() not in single_names
        for operand in operands(expression)
    )


def _callmay_be_range(call: Call, single_names: Collection[str]) -> bool:
    if not call.arguments:
        return False
    if call.name in udfs.FUNCTIONS:
        function = udfs.FUNCTIONS[call.name]
        pairs = zip(function.parameters, call.arguments, strict=False)
        spread = [argument for parameter, argument in pairs if argument and parameter.kind.shape == "scalar"]
        return function.result.shape == "table" or any(may_be_range(argument, single_names) for argument in spread)
    if call.name in ("IF", "IFERROR", "IFNA"):
        return any(may_be_range(argument, single_names) for argument in call.arguments if argument)
    if call.name == "INDEX":  # without both numbers, or with a 0, it can be a row or column
        chosen = [argument and argument.strip("0") for argument in call.arguments[1:3]]
        return len(chosen) < 2 or not all(chosen) or spreads(call, single_names)
    return not gives_one_value(call.name.removeprefix(SORTED)) or spreads(call, single_names)


def each(config: formualizer.WorkbookConfig, dates_from_1904: bool, name: str, *raw: Any) -> Any:
    """Call a function of the engine's once per cell of the ranges among its single arguments.

    Parameters
    ----------
    config : of the engine that the function runs in.
    dates_from_1904 : whether it counts dates so.
    name : of the function.
    *raw : its arguments as the engine hands them over; ``SKIPPED`` for one that is left out.
    """
    whole = whole_arguments(name, len(raw))
    numbers = number_arguments(name)
    raw = tuple(_as_numbers(v, dates_from_1904) if place in numbers else v for place, v in enumerate(raw))
    grids = [[[v]] if place in whole or not isinstance(v, list) else v for place, v in enumerate(raw)]
    height, width = max(map(len, grids)), max(len(grid[0]) for grid in grids)
    cells = [[_pick(grid, row, column) for grid in grids] for row in range(height) for column in range(width)]

    # One row of the sheet per call: its arguments, then its formula. Whole ranges stand on sheets of their own.
    workbook = formualizer.Workbook(config=config)
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


def _as_numbers(value: Any, dates_from_1904: bool) -> Any:
    if isinstance(value, list):
        return [[_as_numbers(cell, dates_from_1904) for cell in row] for row in value]
    if not isinstance(value, (str, bool)) or value == SKIPPED:
        return value
    found = number(value, dates_from_1904=dates_from_1904)
    return {"type": "Error", "kind": "Value"} if isinstance(found, ExcelError) else found


def _pick(grid: list[list[Any]], row: int, column: int) -> Any:
    row, column = (0 if len(grid) == 1 else row), (0 if len(grid[0]) == 1 else column)
    if row < len(grid) and column < len(grid[0]):
        value = grid[row][column]
        return None if isinstance(value, list) or value == SKIPPED else value
    return {"type": "Error", "kind": "Na"}
