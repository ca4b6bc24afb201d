"""Which workbooks follow our layout, and what kind each of their sheets is."""

from __future__ import annotations

from typing import Final

from workbooks.lint.reading import Sheet, Workbook

_NAMES: Final = frozenset({"SCENARIO", "SCENARIO_NUMBER", "MASTER_CHECK"})
COVER: Final = "Cover"
INPUTS: Final = "Inputs"
CHECKS: Final = "Checks"
# Sheets that explain: they repeat published figures and show functions with example numbers.
DOCUMENTATION: Final = frozenset({"Evidence", "Sources", "Functions", "Record"})


def is_ours(workbook: Workbook) -> bool:
    """Return whether a workbook is laid out as those that aicapex builds."""
    titles = {sheet.name for sheet in workbook.sheets}
    return {COVER, INPUTS} <= titles and {name.name.upper() for name in workbook.names} >= _NAMES


def is_documentation(workbook: Workbook, sheet: Sheet) -> bool:
    """Return whether a sheet explains and computes nothing that others use."""
    return sheet.name in DOCUMENTATION and is_ours(workbook)


def calculations(workbook: Workbook) -> list[Sheet]:
    """Return the sheets that compute the model."""
    return [sheet for sheet in workbook.sheets if sheet.name not in {COVER, INPUTS, CHECKS, *DOCUMENTATION}]
