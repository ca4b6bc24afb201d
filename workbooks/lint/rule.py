"""What a rule is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from openpyxl.utils import get_column_letter

from workbooks.lint.reading import Box, Cell, Sheet, Workbook, box

Severity = Literal["error", "warning"]
ERROR: Final = "error"
WARNING: Final = "warning"


@dataclass(frozen=True)
class Found:
    """A place where a rule is broken; ``cells`` is a range, or empty for a whole sheet; no sheet: the workbook."""

    what: str
    sheet: str = ""
    cells: str = ""


@dataclass(frozen=True)
class Finding:
    """A rule that is broken at a place."""

    rule: Rule
    found: Found

    @property
    def place(self) -> str:
        """As a formula would write it; the workbook itself has no place."""
        sheet = self.found.sheet if self.found.sheet.isalnum() else f"'{self.found.sheet}'" if self.found.sheet else ""
        return f"{sheet}!{self.found.cells}" if self.found.cells else sheet


@dataclass(frozen=True)
class Rule:
    """A rule.

    Parameters
    ----------
    id : what people select and suppress it by.
    severity : "error" if figures may be wrong, lost or hidden; "warning" if the workbook is harder to read or to trust.
    title : the rule in a sentence.
    mend : what to do where it is broken.
    find : gives the places where a workbook breaks it.
    ours : whether it applies only to workbooks laid out as those that aicapex builds.
    """

    id: str
    severity: Severity
    title: str
    mend: str
    find: Callable[[Workbook], Iterable[Found]]
    ours: bool = False

    def check(self, workbook: Workbook) -> list[Finding]:
        """Return the findings; neighbouring cells with the same finding are one."""
        return [Finding(self, found) for found in _joined(self.find(workbook))]


def rule(
    id: str, severity: Severity, title: str, mend: str, *, ours: bool = False
) -> Callable[[Callable[[Workbook], Iterable[Found]]], Rule]:
    """Make a rule of a function that gives the places where a workbook breaks it."""
    return lambda find: Rule(id, severity, title, mend, find, ours)


def at(sheet: Sheet, cell: Cell, what: str) -> Found:
    """Return a finding at a cell."""
    return Found(what, sheet.name, cell.address)


def reference(cells: Box) -> str:
    """Return a range as in ``B2:D9``, or ``B2`` for a single cell."""
    left, top, right, bottom = cells
    start, end = f"{get_column_letter(left)}{top}", f"{get_column_letter(right)}{bottom}"
    return start if start == end else f"{start}:{end}"


def _joined(places: Iterable[Found]) -> Iterator[Found]:
    """Yield the findings with cells beside and below each other made one range."""
    groups: dict[tuple[str, str], list[Box]] = {}
    for found in places:
        if found.cells:
            groups.setdefault((found.sheet, found.what), []).append(box(found.cells))
        else:
            yield found
    for (sheet, what), boxes in groups.items():
        # A range is (left, top, right, bottom): first those in a row, then rows of equal width.
        rows = _merge(sorted(boxes, key=lambda one: (one[1], one[3], one[0])), along=0)
        columns = _merge(sorted(rows, key=lambda one: (one[0], one[2], one[1])), along=1)
        for left, top, right, bottom in sorted(columns, key=lambda one: (one[1], one[0])):
            yield Found(what, sheet, reference((left, top, right, bottom)))


def _merge(boxes: list[Box], along: int) -> list[Box]:
    """Join ranges that follow each other along columns (0) or rows (1) and have the same extent across."""
    across = 1 - along
    merged: list[Box] = []
    for _, group in groupby(boxes, key=lambda one: (one[across], one[across + 2])):
        first, *others = group
        merged.append(first)
        for one in others:
            last = merged[-1]
            if one[along] <= last[along + 2] + 1:
                longer = list(last)
                longer[along + 2] = max(last[along + 2], one[along + 2])
                merged[-1] = (longer[0], longer[1], longer[2], longer[3])
            else:
                merged.append(one)
    return merged


def shortened(text: str, length: int = 60) -> str:
    """Return a text that fits in a message."""
    return text if len(text) <= length else text[: length - 1] + "…"
