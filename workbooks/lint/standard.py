"""Which workbooks follow our layout, and what kind each of their sheets is."""

from __future__ import annotations

from typing import Final

from workbooks.lint.reading import Box, Cell, Sheet, Workbook, box
from workbooks.relative import precedents

_NAMES: Final = frozenset({"SCENARIO", "SCENARIO_NUMBER", "MASTER_CHECK"})
COVER: Final = "Cover"
INPUTS: Final = "Inputs"
CHECKS: Final = "Checks"
SENSITIVITY: Final = "Sensitivity"
# Sheets that explain: they repeat published figures and show functions with example numbers.
DOCUMENTATION: Final = frozenset({"Evidence", "Sources", "Functions", "Record"})


# The add-in keeps its settings there; it is no part of the model.
_SETTINGS: Final = "xlwings.conf"


def is_ours(workbook: Workbook) -> bool:
    """Return whether a workbook is laid out as those that aicapex builds."""
    titles = {sheet.name for sheet in workbook.sheets}
    return {COVER, INPUTS} <= titles and {name.name.upper() for name in workbook.names} >= _NAMES


def is_documentation(workbook: Workbook, sheet: Sheet) -> bool:
    """Return whether a sheet explains and computes nothing that others use."""
    return sheet.name in DOCUMENTATION and is_ours(workbook)


def is_alive(workbook: Workbook) -> bool:
    """Return whether a workbook computes; a report holds values alone, and nothing in it can be chosen or typed."""
    return any(True for sheet in workbook.sheets for _ in sheet.formulas())


def named_cell(workbook: Workbook, name: str) -> tuple[Sheet, Cell] | None:
    """Return the sheet and the cell that a name stands for; None if that is a range, or holds nothing."""
    for one in workbook.names:
        if one.name.upper() == name.upper():
            for title, (left, top, right, bottom) in precedents("=" + one.text):
                sheet = workbook.sheet(title or "")
                cell = sheet.cells.get((top, left)) if sheet is not None else None
                if sheet is not None and cell is not None and (left, top) == (right, bottom):
                    return sheet, cell
    return None


def model_sheets(workbook: Workbook) -> list[Sheet]:
    """Return all sheets of the model."""
    return [sheet for sheet in workbook.sheets if sheet.name != _SETTINGS]


def calculations(workbook: Workbook) -> list[Sheet]:
    """Return the sheets that compute the model."""
    return [sheet for sheet in model_sheets(workbook) if sheet.name not in {COVER, INPUTS, CHECKS, *DOCUMENTATION}]


def validations(sheet: Sheet) -> list[tuple[str, Box]]:
    """Return the validations of a sheet: kind and cells."""
    return [
        (entry.get("type", ""), box(cells))
        for entry in sheet.xml.iterfind("{*}dataValidations/{*}dataValidation")
        for cells in entry.get("sqref", "").split()
    ]


def holds(cells: Box, cell: Cell) -> bool:
    """Return whether a range holds a cell."""
    left, top, right, bottom = cells
    return left <= cell.column <= right and top <= cell.row <= bottom
