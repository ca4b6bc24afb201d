"""Rules for workbooks laid out as ours: which way references flow, between sheets and along a timeline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from openpyxl.utils import get_column_letter

from workbooks.lint.anatomy import Formula, formulas
from workbooks.lint.reading import Sheet, Workbook
from workbooks.lint.rule import WARNING, Found, at, rule
from workbooks.lint.standard import CHECKS, COVER, DOCUMENTATION, calculations, model_sheets, named_cell
from workbooks.relative import precedents, shifted

_PERIOD: Final = re.compile(r"(year|quarter|month)\b.*", re.IGNORECASE)
_SHORTEST: Final = 3  # periods in a timeline
_ANYWHERE: Final = frozenset({COVER, CHECKS, *DOCUMENTATION})
_STATUS: Final = "MASTER_CHECK"  # shown in the head of every sheet


@dataclass(frozen=True)
class Timeline:
    """A row of periods: year 0, 1, 2, ... from one column to another."""

    sheet: Sheet
    row: int
    period: str
    left: int
    right: int
    first: int

    @property
    def cells(self) -> str:
        """As in ``E20:O20``."""
        return f"{get_column_letter(self.left)}{self.row}:{get_column_letter(self.right)}{self.row}"

    def shared(self, other: Timeline) -> int | None:
        """Return the first period that another timeline has too."""
        start = max(self.first, other.first)
        end = min(self.first + self.right - self.left, other.first + other.right - other.left)
        return start if self.period == other.period and start <= end else None


def timelines(sheet: Sheet) -> Iterator[Timeline]:
    """Yield the rows whose label is a period and whose cells rise by one."""
    for (row, column), label in sheet.cells.items():
        named = _PERIOD.fullmatch(label.value or "") if label.is_text else None
        if named is None:
            continue
        numbers = {
            cell.column: float(cell.value or 0)
            for cell in sheet.cells.values()
            if cell.row == row and cell.column > column and cell.is_number
        }
        left = min(numbers, default=0)
        right = left
        while numbers.get(right + 1) == numbers.get(right, 0) + 1:
            right += 1
        if right - left + 1 >= _SHORTEST and numbers[left].is_integer():
            yield Timeline(sheet, row, named.group(1).lower(), left, right, int(numbers[left]))


@rule(
    "sheet-order",
    WARNING,
    "A formula refers to its own sheet or to an earlier one: inputs, calculations, results. The cover, the checks and "
    "the documentation may refer to any.",
    "Move the sheet that is referred to before this one, or compute the figure where it is first needed.",
    ours=True,
)
def sheet_order(workbook: Workbook) -> Iterator[Found]:
    """Find formulas that need a later sheet; what every sheet shows of the checks is no such need."""
    order = {sheet.name.upper(): position for position, sheet in enumerate(workbook.sheets)}
    named = {
        name.name.upper(): target[0].name
        for name in workbook.names
        if name.name.upper() != _STATUS and (target := named_cell(workbook, name.name)) is not None
    }
    for formula in formulas(workbook):
        if formula.sheet.name not in _ANYWHERE:
            titles = {title for title, _ in precedents(formula.text) if title is not None}
            titles |= {named[name] for name in formula.anatomy.names & named.keys()}
            for title in sorted(titles):
                if order.get(title.upper(), -1) > order[formula.sheet.name.upper()]:
                    yield at(formula.sheet, formula.cell, f"the formula refers to the later sheet {title}")


@rule(
    "period-column",
    WARNING,
    "The same period stands in the same column on every sheet.",
    "Insert or delete columns so that the timelines begin in the same one.",
    ours=True,
)
def period_column(workbook: Workbook) -> Iterator[Found]:
    """Find timelines that are out of step with an earlier one."""
    known: list[Timeline] = []
    for sheet in model_sheets(workbook):
        for timeline in timelines(sheet) if sheet.name not in DOCUMENTATION else ():
            for other in known:
                period = timeline.shared(other)
                if period is not None and timeline.left - timeline.first != other.left - other.first:
                    place = f"column {get_column_letter(other.left - other.first + period)} of {other.sheet.name}"
                    yield Found(f"{timeline.period} {period} stands in {place}", sheet.name, timeline.cells)
                    break
            else:
                known.append(timeline)


@rule(
    "later-period",
    WARNING,
    "Along a timeline a formula refers to no later period, and within its own period to no row below. Totals over the "
    "whole row, in fixed columns, and single results above the timeline may.",
    "Carry the figure forward from the period before, and put rows in the order in which they are computed.",
    ours=True,
)
def later_period(workbook: Workbook) -> Iterator[Found]:
    """Find formulas that run against time, or upwards."""
    along: dict[tuple[str, int], list[Formula]] = {}
    for formula in formulas(workbook):
        along.setdefault((formula.sheet.name, formula.cell.row), []).append(formula)
    for sheet in calculations(workbook):
        found = list(timelines(sheet))
        for (title, row), line in along.items():
            timeline = next((one for one in reversed(found) if one.row < row), None)
            if title == sheet.name and timeline is not None:
                cells = [one for one in line if timeline.left <= one.cell.column <= timeline.right]
                if len(cells) >= timeline.right - timeline.left:  # the first period may be blank
                    for formula in cells:
                        yield from _against_time(formula)


def _against_time(formula: Formula) -> Iterator[Found]:
    column, row = formula.cell.column, formula.cell.row
    copied = precedents(shifted(formula.text, 0, 1))
    for (title, (left, _, right, bottom)), (_, (_, _, moved, _)) in zip(precedents(formula.text), copied, strict=True):
        is_fixed = right == moved
        if not is_fixed and right > column:
            yield at(formula.sheet, formula.cell, "the formula refers to a later period")
        elif not is_fixed and left <= column <= right and title in (None, formula.sheet.name) and bottom > row:
            yield at(formula.sheet, formula.cell, "the formula refers to a row below it in the same period")
