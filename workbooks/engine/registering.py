"""Functions that the engine is given: ours, those of Excel's that it lacks, and those that prepared formulas call."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import formualizer

import udfs
from udfs import ExcelError
from workbooks.engine.builtins import SORTED_SEARCH, patches
from workbooks.engine.excel_criteria import with_errors
from workbooks.engine.excel_lookup import UnsureError
from workbooks.engine.excel_text import as_text, collated
from workbooks.engine.excel_values import number
from workbooks.engine.guarding import DATED, WITH_ERRORS
from workbooks.engine.host_values import UNSURE, received, sent
from workbooks.engine.rewriting import DIGITS, EACH, FIT, NUMBER, WORDS
from workbooks.engine.spreading import SKIPPED, SORTED, each


def configuration(dates_from_1904: bool = False) -> formualizer.WorkbookConfig:
    """Return how the engine computes a workbook."""
    evaluation = formualizer.EvaluationConfig()
    evaluation.date_system = "1904" if dates_from_1904 else "1900"
    evaluation.enable_parallel = False  # threads only wait for each other where functions are Python
    evaluation.cycle_detection = "runtime"  # a branch that is not taken makes no circle, as in Excel
    return formualizer.WorkbookConfig(eval_config=evaluation)


def register_functions(workbook: formualizer.Workbook, *, dates_from_1904: bool = False) -> None:
    """Give a workbook of the engine's its functions.

    Parameters
    ----------
    workbook : gets them.
    dates_from_1904 : whether it was made to count dates so.
    """
    workbook.set_temporal_egress("serial")
    for name in udfs.FUNCTIONS:
        workbook.register_function(name, partial(_call, partial(udfs.call, name)))
    for name, function in patches(dates_from_1904=dates_from_1904).items():
        workbook.register_function(name, partial(_call, function), allow_override_builtin=True)
    for name, function in SORTED_SEARCH.items():
        workbook.register_function(SORTED + name, partial(_call, function))
    workbook.register_function(FIT, _fit)
    workbook.register_function(EACH, partial(each, configuration(dates_from_1904), dates_from_1904))
    workbook.register_function(DIGITS, partial(_cell_by_cell, _digits))
    workbook.register_function(DATED, partial(_cell_by_cell, _dated))
    workbook.register_function(WITH_ERRORS, partial(_call, with_errors))
    workbook.register_function(WORDS, partial(_cell_by_cell, _words))
    workbook.register_function(NUMBER, partial(_cell_by_cell, partial(_number, dates_from_1904)))


def _call(function: Callable[..., Any], *raw: Any) -> Any:
    try:
        return sent(function(*map(received, raw)))
    except UnsureError:
        return UNSURE


def _cell_by_cell(function: Callable[[Any], Any], value: Any) -> Any:
    if isinstance(value, list):
        return [[function(cell) for cell in row] for row in value]
    return function(value)


def _digits(value: Any) -> Any:
    if isinstance(value, str):
        return collated(value)
    return float(f"{value:.15g}") if isinstance(value, float) else value


def _dated(value: Any) -> Any:
    return sent(ExcelError.NUM) if isinstance(value, (int, float)) and value < 0 else value


def _number(dates_from_1904: bool, value: Any) -> Any:
    if isinstance(value, (str, bool)) and value != SKIPPED:
        return sent(number(value, dates_from_1904=dates_from_1904))
    return value


def _words(value: Any) -> Any:
    return value if isinstance(value, (str, dict)) else as_text(value)


def _fit(value: Any, rows: float, columns: float) -> Any:
    """Return a result as an array formula shows it in the cells that it fills."""
    table = value if isinstance(value, list) else [[value]]
    height, width = len(table), len(table[0])

    def cell(row: int, column: int) -> Any:
        row, column = (0 if height == 1 else row), (0 if width == 1 else column)
        return table[row][column] if row < height and column < width else sent(ExcelError.NA)

    fitted = [[cell(row, column) for column in range(int(columns))] for row in range(int(rows))]
    return fitted[0][0] if rows == columns == 1 else fitted
