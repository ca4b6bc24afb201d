"""Rules about what cells show and hold, and about what is hidden."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from openpyxl.utils import get_column_letter

from workbooks.lint.anatomy import Formula, formulas
from workbooks.lint.circles import circles
from workbooks.lint.reading import Cell, Sheet, Workbook
from workbooks.lint.rule import ERROR, WARNING, Found, at, rule

_NUMBER: Final = re.compile(r"[-+(]?[$€£]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?(?:[eE][-+]?\d+)?%?\)?|[-+]?\.\d+%?")
# A telephone number or key starts with a zero, as no number does; years as text are headings that nobody adds up.
_NO_FIGURE: Final = re.compile(r"0\d+|(?:19|20)\d\d")
_MOST: Final = 2 / 3  # of a row's formulas are alike: then the others are no pattern of their own


@rule(
    "inconsistent-formula",
    ERROR,
    "A row has one formula: the same in every column, as copied across.",
    "Copy the formula of the cell to its left; make an exception a row of its own.",
)
def inconsistent_formula(workbook: Workbook) -> Iterator[Found]:
    """Find cells that differ from the formula on both sides of them; numbers typed over a formula too."""
    forms = {id(formula.cell): formula.relative for formula in formulas(workbook)}
    for sheet in workbook.sheets:
        rows: dict[int, list[Cell]] = {}
        for cell in sheet.cells.values():
            if cell.formula is not None or cell.is_constant:
                rows.setdefault(cell.row, []).append(cell)
        for cells in rows.values():
            for block in _blocks(sorted(cells, key=lambda one: one.column)):
                yield from _different(sheet, block, [forms.get(id(cell), "") for cell in block])


def _blocks(cells: list[Cell]) -> Iterator[list[Cell]]:
    block: list[Cell] = []
    for cell in cells:
        if block and cell.column > block[-1].column + 1:
            yield block
            block = []
        block.append(cell)
    yield block


def _different(sheet: Sheet, block: list[Cell], forms: list[str]) -> Iterator[Found]:
    counted = Counter(form for form in forms if form).most_common(2)
    if not counted or counted[0][1] < 2 or (len(counted) > 1 and counted[0][1] == counted[1][1]):
        return
    common, count = counted[0]
    first, last = forms.index(common), len(forms) - 1 - forms[::-1].index(common)
    if count < _MOST * (last - first + 1):
        return
    for cell, form in zip(block[first : last + 1], forms[first : last + 1], strict=True):
        if not form:
            yield at(sheet, cell, "a number stands where the row has a formula")
        elif form != common:
            yield at(sheet, cell, "the formula differs from those to its left and right")


@rule(
    "error-value",
    ERROR,
    "No cell shows an error.",
    "Correct the formula or its inputs; where no answer is an answer, say so with IFERROR.",
)
def error_value(workbook: Workbook) -> Iterator[Found]:
    """Find #DIV/0! and the like."""
    for sheet in workbook.sheets:
        for cell in sheet.cells.values():
            if cell.kind == "e":
                yield at(sheet, cell, f"the cell shows {cell.value}")


@rule(
    "no-value",
    ERROR,
    "Every formula cell has a stored value: programs that do not calculate show nothing else.",
    "Open the file in Excel or LibreOffice, recalculate (F9) and save it.",
)
def no_value(workbook: Workbook) -> Iterator[Found]:
    """Find formulas that were never calculated."""
    for formula in formulas(workbook):
        if formula.cell.value is None:
            yield at(formula.sheet, formula.cell, "the formula has no stored value")


@rule(
    "circular-reference",
    ERROR,
    "No formula depends on its own result.",
    "Break the circle: take one link from the period before, or solve it in closed form.",
)
def circular_reference(workbook: Workbook) -> Iterator[Found]:
    """Find formulas that go round."""
    for circle in circles(workbook, formulas(workbook)):
        yield _circle(sorted(circle, key=lambda one: (one.sheet.name, one.cell.row, one.cell.column)))


def _circle(circle: list[Formula]) -> Found:
    start = circle[0]
    places = [f"{one.sheet.name}!{one.cell.address}" for one in circle[:4]]
    if len(circle) == 1:
        return at(start.sheet, start.cell, "the formula refers to its own cell")
    more = "" if len(circle) <= 4 else f" and {len(circle) - 4:,} more"
    return at(start.sheet, start.cell, f"the cells {', '.join(places)}{more} depend on each other in a circle")


@rule(
    "number-as-text",
    WARNING,
    "Numbers are stored as numbers: SUM passes over those stored as text.",
    "Select the cells, then Convert to Number at the warning sign beside them.",
)
def number_as_text(workbook: Workbook) -> Iterator[Found]:
    """Find text that is a number."""
    for sheet in workbook.sheets:
        for cell in sheet.cells.values():
            text = (cell.value or "").strip() if cell.is_text else ""
            if _NUMBER.fullmatch(text) and not _NO_FIGURE.fullmatch(text):
                yield at(sheet, cell, "a number is stored as text")


@rule(
    "merged-cells",
    WARNING,
    "No merged cells among figures: they break sorting, filtering and copying.",
    "Unmerge them; centre across the selection instead.",
)
def merged_cells(workbook: Workbook) -> Iterator[Found]:
    """Find merged ranges that hold a figure, or stand in a row with figures."""
    for sheet in workbook.sheets:
        figures = {key[0] for key, cell in sheet.cells.items() if cell.is_number or cell.formula}
        for left, top, right, bottom in sheet.merged:
            if any(row in figures for row in range(top, bottom + 1)):
                cells = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
                yield Found(f"{cells} is merged", sheet.name, cells)


@rule(
    "hidden",
    WARNING,
    "No sheet, row or column with contents is hidden: what counts must be seen.",
    "Unhide it, or delete it if nothing needs it.",
)
def hidden(workbook: Workbook) -> Iterator[Found]:
    """Find hidden sheets, and rows and columns that hold something."""
    for sheet in workbook.sheets:
        if sheet.state == "hidden":
            yield Found("the sheet is hidden", sheet.name)
        rows = {row for row, _ in sheet.cells}
        columns = sorted({column for _, column in sheet.cells})
        for row in sorted(rows.intersection(sheet.hidden_rows)):
            yield Found("hidden rows", sheet.name, f"A{row}")
        for entry in sheet.xml.iterfind("{*}cols/{*}col"):
            if entry.get("hidden") in ("1", "true") or float(entry.get("width", "1")) == 0:
                covered = range(int(entry.get("min", "1")), int(entry.get("max", "1")) + 1)
                for column in (one for one in columns if one in covered):
                    yield Found("hidden columns", sheet.name, f"{get_column_letter(column)}1")


@rule(
    "very-hidden-sheet",
    ERROR,
    "No sheet is hidden so that Excel's menu can't show it.",
    "Show it in the Visual Basic editor (Visible = xlSheetVisible), or ask for the workbook without it.",
)
def very_hidden_sheet(workbook: Workbook) -> Iterator[Found]:
    """Find sheets that only a macro can show."""
    for sheet in workbook.sheets:
        if sheet.state == "veryHidden":
            yield Found("the sheet is hidden from Excel's menu", sheet.name)
