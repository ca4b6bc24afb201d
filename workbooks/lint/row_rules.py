"""Rules for the rows of workbooks laid out as ours: what an input needs, what every row of figures needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from workbooks.layout import LABEL, UNIT, VALUE
from workbooks.lint.flow_rules import timelines
from workbooks.lint.looks import look
from workbooks.lint.reading import Cell, Sheet, Workbook
from workbooks.lint.rule import ERROR, WARNING, Found, at, rule
from workbooks.lint.standard import DOCUMENTATION, INPUTS, calculations, holds, is_alive, model_sheets, validations

_SCALED: Final = re.compile(r"\$ ?(?:[kKMB]|bn|mn|MM|thousand|million|billion|trillion)\b")
_DIVIDED: Final = re.compile(r"/(?:1000|1000000|1E\+?0?[369])$", re.IGNORECASE)
_STARTS: Final = ("=", "+", "-", "@")
_AMOUNTS: Final = frozenset({"$", "$/year"})
_LOCALE: Final = re.compile(r"\[\$-[^\]]*\]")
_CURRENCY: Final = re.compile(r"[$€£]")


@rule(
    "input-row",
    ERROR,
    "Every input has a label, a unit, a source, an as-of date and a range that is checked as one types.",
    "Fill in the cell under the header; add a range by Data, Data Validation.",
    ours=True,
)
def input_row(workbook: Workbook) -> Iterator[Found]:
    """Find inputs without what makes them credible."""
    sheet = workbook.sheet(INPUTS)
    if sheet is None:
        return
    headers = _headers(sheet)
    validated = [cells for kind, cells in validations(sheet) if kind != "list"]
    inputs = [cell for cell in sheet.cells.values() if cell.is_constant and not look(workbook, cell).locked]
    for cell in inputs:
        for header in ("Input", "Unit", "Source", "As of"):
            entry = sheet.cells.get((cell.row, headers.get(header, 0)))
            if entry is None or not entry.value:
                yield Found(f"the input has no {header.lower().replace('input', 'label')}", INPUTS, cell.address)
        if is_alive(workbook) and not any(holds(cells, cell) for cells in validated):
            yield at(sheet, cell, "the input has no data validation")


def _headers(sheet: Sheet) -> dict[str, int]:
    """Return header -> column."""
    for row in sorted({row for row, _ in sheet.cells}):
        texts = {cell.value or "": cell.column for (where, _), cell in sheet.cells.items() if where == row}
        if {"Unit", "Source"} <= texts.keys():
            return texts
    return {}


@rule(
    "row-label",
    WARNING,
    "Every row of figures has a label that no other row of its section has, and a unit.",
    "Write both before the figures; × or 1 = yes are units too.",
    ours=True,
)
def row_label(workbook: Workbook) -> Iterator[Found]:
    """Find rows that nobody can tell apart; columns of a table have headers, which say their units."""
    for sheet in [workbook.sheet(INPUTS), *calculations(workbook)]:
        if sheet is not None:
            periods = {timeline.row for timeline in timelines(sheet)}
            for section, is_table in _sections(sheet):
                seen: set[str] = set()
                for row in section:
                    label, unit = (_written(sheet, row, column) for column in (LABEL, UNIT))
                    if not label:
                        yield Found("the row has no label", sheet.name, f"B{row}")
                    elif label.lower() in seen:
                        yield Found(f"another row of this section is called {label}", sheet.name, f"B{row}")
                    elif not unit and not is_table and row not in periods and sheet.name != INPUTS:
                        yield Found("the row has no unit", sheet.name, f"C{row}")
                    seen.add(label.lower())


def _sections(sheet: Sheet) -> Iterator[tuple[list[int], bool]]:
    """Yield the rows of figures that follow each other, and whether a header without a label stands above them."""
    figures: dict[int, list[Cell]] = {}
    for cell in sheet.cells.values():
        if cell.column >= VALUE:
            figures.setdefault(cell.row, []).append(cell)
    section: list[int] = []
    is_table = False
    for row in sorted(figures.keys() | {row for row, column in sheet.cells if column == LABEL}):
        # A row of texts with a unit is one too: what never comes back has no number of years.
        has_figures = any(cell.is_number or _written(sheet, row, UNIT) for cell in figures.get(row, ()))
        if section and (row > section[-1] + 1 or not has_figures):
            yield section, is_table
            section, is_table = [], False
        if has_figures:
            section.append(row)
        else:
            is_table = not _written(sheet, row, LABEL)
    if section:
        yield section, is_table


def _written(sheet: Sheet, row: int, column: int) -> str:
    cell = sheet.cells.get((row, column))
    return "" if cell is None else cell.value or ""


@rule(
    "amount",
    WARNING,
    "Amounts are held in full: a number format, not a division, shows them in thousands, millions or billions, and "
    "sets negative ones in parentheses.",
    'Take out the division, and give the cell a format such as $#,##0.0,,,"B";($#,##0.0,,,"B").',
    ours=True,
)
def amount(workbook: Workbook) -> Iterator[Found]:
    """Find amounts that another row can't add up, and those whose minus sign gets lost."""
    for sheet in model_sheets(workbook):
        for cell in sheet.cells.values():
            if cell.is_number and not in_parentheses(look(workbook, cell).format):
                yield at(sheet, cell, "a negative amount would not stand in parentheses")
            if sheet.name in DOCUMENTATION:
                continue
            if cell.column == UNIT and cell.is_text and _SCALED.match(cell.value or ""):
                yield at(sheet, cell, f"the unit {cell.value} asks for amounts that were divided")
            elif cell.formula and _DIVIDED.search(cell.formula) and _written(sheet, cell.row, UNIT) in _AMOUNTS:
                yield at(sheet, cell, "the amount is divided")


@rule(
    "formula-text",
    WARNING,
    "Text that starts as a formula does, with = + - or @, is marked as text: it must not become one when the cell is "
    "edited.",
    "Put an apostrophe before it, or give the cell the number format Text; in openpyxl set cell.quotePrefix.",
    ours=True,
)
def formula_text(workbook: Workbook) -> Iterator[Found]:
    """Find text, from data perhaps, that an edit turns into a formula."""
    for sheet in model_sheets(workbook):
        for cell in sheet.cells.values():
            if cell.is_text and (cell.value or "").startswith(_STARTS) and not look(workbook, cell).is_text:
                yield at(sheet, cell, "the text would become a formula")


def in_parentheses(code: str) -> bool:
    """Return whether a number format shows negative amounts of money in parentheses; others may have a minus sign.

    >>> in_parentheses('$#,##0;($#,##0)'), in_parentheses("$#,##0"), in_parentheses("0.0")
    (True, False, True)
    """
    sections = _LOCALE.sub("", code).split(";")
    return not _CURRENCY.search(sections[0]) or (len(sections) > 1 and "(" in sections[1])
