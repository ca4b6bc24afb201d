"""What runs when LibreOffice has loaded a document: formulas with our functions under other names come to life.

Before 25.2 Calc finds the functions of an add-in in .xlsx files by its own long names only, and no version knows what
Excel puts before them. Such formulas are entered anew, with Calc's name. All else stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any, Final

import unohelper
from aicapex_names import known_names
from com.sun.star.lang import XServiceInfo
from com.sun.star.task import XJob

NAME: Final = "aicapex.NamesOnLoading"
_FORMULAS: Final = 1 | 2 | 4  # com.sun.star.sheet.FormulaResult: values, texts, errors
_FORMULA_CELLS: Final = 16  # com.sun.star.sheet.CellFlags


def known_formulas(document: Any) -> int:
    """Enter anew what Calc did not understand for the name of one of our functions.

    Parameters
    ----------
    document : a spreadsheet.

    Returns
    -------
    int
        How many formulas and named expressions were changed.
    """
    changes = [(sheet, list(_changes(sheet))) for sheet in document.Sheets]
    names = [name for owner in (document, *document.Sheets) for name in owner.NamedRanges if _known(name.getContent())]
    count = len(names) + sum(len(found) for _, found in changes)
    if count:
        with _unnoticed(document):
            for name in names:
                name.setContent(known_names(name.getContent()))
            for sheet, found in changes:
                if found:
                    with _unprotected(sheet):
                        _enter(sheet, found)
        if names:
            document.calculate()
    return count


def _known(formula: str) -> bool:
    return bool(known_names(formula) != formula)


def _changes(sheet: Any) -> Iterator[tuple[int, int, str]]:
    """Yield column, row and new formula of each cell to be changed, column by column."""
    for area in sheet.queryFormulaCells(_FORMULAS):
        first = area.RangeAddress
        for across, column in enumerate(zip(*area.getFormulaArray(), strict=True), start=first.StartColumn):
            for row, formula in enumerate(column, start=first.StartRow):
                new = known_names(formula)
                if new != formula:
                    yield across, row, new


def _enter(sheet: Any, changes: list[tuple[int, int, str]]) -> None:
    """Enter formulas: a stretch of a column in one go, an array formula where it begins."""
    for _, group in groupby(enumerate(changes), lambda one: (one[1][0], one[1][1] - one[0], one[1][2].startswith("{"))):
        stretch = [change for _, change in group]
        column, top, formula = stretch[0]
        if not formula.startswith("{"):
            _enter_column(sheet, column, top, [text for _, _, text in stretch])
            continue
        for _, row, text in stretch:
            cursor = sheet.createCursorByRange(sheet.getCellByPosition(column, row))
            cursor.collapseToCurrentArray()
            place = cursor.RangeAddress
            if (place.StartColumn, place.StartRow) == (column, row):
                cursor.setArrayFormula(text[1:-1])


def _enter_column(sheet: Any, column: int, top: int, formulas: list[str]) -> None:
    """Enter formulas one below the other.

    Calc gathers like formulas that touch each other into a group, and goes through all of the group for each formula
    that joins or leaves it. So the old ones are cleared at once, and the new ones come in blocks that don't touch, then
    those that join the blocks. That makes some n·√n steps instead of n².
    """

    def enter(first: int, last: int) -> None:
        rows = tuple((text,) for text in formulas[first:last])
        if rows:
            sheet.getCellRangeByPosition(column, top + first, column, top + last - 1).setFormulaArray(rows)

    size = math.isqrt(len(formulas)) + 1
    sheet.getCellRangeByPosition(column, top, column, top + len(formulas) - 1).clearContents(_FORMULA_CELLS)
    for first in range(0, len(formulas), size):
        enter(first, min(first + size - 1, len(formulas)))
    for joint in range(size - 1, len(formulas), size):
        enter(joint, joint + 1)


@contextmanager
def _unnoticed(document: Any) -> Iterator[None]:
    """Keep the changes out of the list of what can be undone, and of what has to be saved."""
    modified = document.isModified()
    document.UndoManager.lock()
    document.addActionLock()
    calculates = document.isAutomaticCalculationEnabled()
    document.enableAutomaticCalculation(False)
    try:
        yield
    finally:
        document.enableAutomaticCalculation(calculates)
        document.removeActionLock()
        document.UndoManager.unlock()
        document.setModified(modified)


@contextmanager
def _unprotected(sheet: Any) -> Iterator[None]:
    """Lift a protection without a password. One with a password stays, and so do the formulas under it."""
    protected = sheet.isProtected()
    if protected:
        sheet.unprotect("")
    try:
        yield
    finally:
        if protected:
            sheet.protect("")


class NamesOnLoading(unohelper.Base, XJob, XServiceInfo):
    """The job."""

    def __init__(self, context: Any) -> None:
        pass

    def execute(self, arguments: Any) -> None:
        """Look through a document that was loaded."""
        told = {one.Name: one.Value for one in arguments}
        document = {one.Name: one.Value for one in told.get("Environment", ())}.get("Model")
        if document is not None and document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            known_formulas(document)

    def getImplementationName(self) -> str:
        return NAME

    def supportsService(self, name: str) -> bool:
        return name == NAME

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        return (NAME,)


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - LibreOffice wants the name
g_ImplementationHelper.addImplementation(NamesOnLoading, NAME, (NAME,))
