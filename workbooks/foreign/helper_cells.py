"""Cells on a sheet of their own that plain formulas refer to, so that a long argument is computed once.

The sheet also has the numbers 1 to 1000 in a column: a schedule over a number of years that stands in a cell counts
with as many of them. And the ledger, where keys of it stand in cells.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from workbooks.foreign.ledger_table import entries

TITLE: Final = "Plain formulas"
FIRST_ROW: Final = 5  # of the helper cells and of the numbers
NUMBERS: Final = 1000  # the longest life and the longest price curve
_LONGEST_TITLE: Final = 31


@dataclass(frozen=True)
class Helper:
    """One helper cell.

    Parameters
    ----------
    formula : from ``=`` on, with the sheet before every reference.
    array : whether it is an array formula.
    used_by : the cell, or what else, whose formula refers to it first: ``Model!C7``.
    meaning : what it computes: ``AIGAPYEARS: required``.
    """

    formula: str
    array: bool
    used_by: str
    meaning: str


class HelperCells:
    """The helper cells of a workbook, as they are asked for.

    Parameters
    ----------
    sheets : names of the sheets that the workbook has, so that theirs gets another.
    """

    def __init__(self, sheets: Collection[str] = ()) -> None:
        taken = {name.casefold() for name in sheets}
        numbered = (f"{TITLE} {number}"[:_LONGEST_TITLE] for number in range(2, len(taken) + 3))
        self.title = next(name for name in (TITLE, *numbered) if name.casefold() not in taken)
        self.cells: list[Helper] = []
        self.counts = False
        self.looks_up = False
        self._known: dict[tuple[str, bool], int] = {}

    def __bool__(self) -> bool:
        return self.counts or self.looks_up or bool(self.cells)

    def reference(self, helper: Helper) -> str:
        """Return the reference to a helper cell; the same formula gets the same cell."""
        place = self._known.setdefault((helper.formula, helper.array), len(self.cells))
        if place == len(self.cells):
            self.cells.append(helper)
        return f"'{self.title}'!$C${FIRST_ROW + place}"

    def numbers(self, count: str) -> str:
        """Return the range of the numbers 1, 2, ... up to a count that a formula text gives."""
        self.counts = True
        column = f"'{self.title}'!$E${FIRST_ROW}"
        if count.isdigit() and 1 <= int(count) <= NUMBERS:
            return f"{column}:$E${FIRST_ROW + int(count) - 1}"
        return f"{column}:INDEX({column}:$E${FIRST_ROW + NUMBERS - 1},{count})"

    def ledger(self, first: str, last: str) -> str:
        """Return the range of columns of the ledger."""
        self.looks_up = True
        return f"'{self.title}'!${first}${FIRST_ROW}:${last}${FIRST_ROW + len(entries()) - 1}"

    def mark(self) -> tuple[int, bool, bool]:
        """Return where things stand, for ``back_to``."""
        return len(self.cells), self.counts, self.looks_up

    def back_to(self, mark: tuple[int, bool, bool]) -> None:
        """Give up the cells asked for since a mark."""
        del self.cells[mark[0] :]
        _, self.counts, self.looks_up = mark
        self._known = {key: place for key, place in self._known.items() if place < mark[0]}
