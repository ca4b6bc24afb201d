"""Rules about sensitivity tables: ordinary formulas around the base case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workbooks.lint.anatomy import Formula, formulas
from workbooks.lint.reading import Box, Sheet, Workbook, box
from workbooks.lint.rule import ERROR, WARNING, Found, at, reference, rule
from workbooks.lint.standard import CHECKS, SENSITIVITY, is_alive
from workbooks.relative import precedents

_DATA_TABLES: Final = frozenset({"TABLE", "MULTIPLE.OPERATIONS"})  # as Excel and as LibreOffice write them


@rule(
    "data-table",
    WARNING,
    "No data tables (What-If Analysis): other programs show them blank or stale, and nobody can trace them.",
    "Write the formula into each cell, with the figures of its row and column in place of the inputs.",
)
def data_table(workbook: Workbook) -> Iterator[Found]:
    """Find tables that Excel fills by trying out inputs."""
    for formula in formulas(workbook):
        if formula.anatomy.functions & _DATA_TABLES:
            yield at(formula.sheet, formula.cell, "a data table begins here")


@rule(
    "sensitivity",
    ERROR,
    f"On the sheet {SENSITIVITY}, a range under a colour scale is a table of one formula with the base case in its "
    "middle, and a check holds that cell against the result itself.",
    "Give the table an odd number of rows and columns, put the live inputs in the middle of its axes, and add a check "
    "of its middle cell.",
    ours=True,
)
def sensitivity(workbook: Workbook) -> Iterator[Found]:
    """Find tables that could say something else than the model."""
    sheet = workbook.sheet(SENSITIVITY)
    if sheet is None or not is_alive(workbook):
        return
    tables = list(_tables(sheet))
    if not tables:
        yield Found("no range has a colour scale, which tells a table", sheet.name)
    here = {(one.cell.column, one.cell.row): one for one in formulas(workbook) if one.sheet is sheet}
    checked = {
        cells
        for formula in formulas(workbook)
        if formula.sheet.name == CHECKS
        for title, cells in precedents(formula.text)
        if title == sheet.name
    }
    for table in tables:
        for what in _faults(sheet, table, here, checked):
            yield Found(what, sheet.name, reference(table))


def _tables(sheet: Sheet) -> Iterator[Box]:
    for entry in sheet.xml.iterfind("{*}conditionalFormatting"):
        if any(condition.get("type") == "colorScale" for condition in entry.iterfind("{*}cfRule")):
            yield from map(box, entry.get("sqref", "").split())


def _faults(sheet: Sheet, table: Box, here: dict[tuple[int, int], Formula], checked: set[Box]) -> Iterator[str]:
    left, top, right, bottom = table
    rows, columns = range(top, bottom + 1), range(left, right + 1)
    if len(rows) % 2 == 0 or len(columns) % 2 == 0:
        yield "the table has no cell in its middle"
        return
    if len(rows) * len(columns) > len(here):
        yield "the table's cells do not all hold a formula"
        return
    if len({here[cell].relative if cell in here else "" for cell in ((x, y) for x in columns for y in rows)}) > 1:
        yield "the table's cells do not all hold the same formula"
    middle = rows[len(rows) // 2], columns[len(columns) // 2]
    for name, axis, base in (
        ("above", [(top - 1, column) for column in columns], (top - 1, middle[1])),
        ("to the left of", [(row, left - 1) for row in rows], (middle[0], left - 1)),
    ):
        if not all(cell in sheet.cells and sheet.cells[cell].is_number for cell in axis):
            yield f"the line {name} the table is no axis of numbers"
        elif sheet.cells[base].formula is None:
            yield f"the figure {name} the table's middle is no live input"
    if (middle[1], middle[0], middle[1], middle[0]) not in checked:
        yield "no check refers to the table's middle"
