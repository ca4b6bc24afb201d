"""Which sheet, row, column and formula of one workbook is which of the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from itertools import product
from typing import Final

from workbooks.foreign.diff_formulas import standard, without_add_in
from workbooks.foreign.diff_lines import WAYS, Labels, axes
from workbooks.foreign.diff_places import Places
from workbooks.relative import skeleton

_ALIKE: Final = 0.5  # share of cells that sheets of two names have in common if one was renamed
_FEW: Final = 4  # cells of a sheet below which that says nothing

_ROUNDS: Final = 5  # of finding rows by labels that have changed themselves


class Matched:
    """A sheet of both workbooks: which row and column of it is which.

    Parameters
    ----------
    a, b : the sheet in both.
    of_a, of_b : all sheets of each workbook, by name in small letters.
    renamed : labels of a that are known to be others in b.
    """

    def __init__(self, a: Places, b: Places, of_a: dict[str, Places], of_b: dict[str, Places], renamed: Labels) -> None:
        self.a, self.b = a, b
        self.rows, self.columns = axes(a, b, of_a, of_b, renamed)
        self.straight = self.rows.straight and self.columns.straight and a.sheet.name == b.sheet.name


class Formulas:
    """Whether formulas of the two workbooks say the same."""

    def __init__(self, matched: list[Matched]) -> None:
        self._of_a = {one.a.sheet.name.casefold(): one for one in matched}
        self._of_b = {one.b.sheet.name.casefold() for one in matched}
        self._straight = all(one.straight for one in matched)

    def same(self, a: str, b: str, sheet: Matched | None) -> bool:
        """Return whether a formula of a sheet of a, or of a name if there is no sheet, is that of b."""
        if a == b and self._straight:
            return True
        if self._standard_same(a, b, sheet):
            return True
        plain = without_add_in(a), without_add_in(b)
        return plain != (a, b) and self._standard_same(*plain, sheet)

    def _standard_same(self, a: str, b: str, sheet: Matched | None) -> bool:
        own_a, own_b = ("", "") if sheet is None else (sheet.a.sheet.name.casefold(), sheet.b.sheet.name.casefold())

        def of_b(name: str | None, row: int, column: int) -> str:
            title = own_b if name is None else name
            return f"{'' if title in self._of_b else 'b:'}{title} {row} {column}"

        wanted = standard(b, of_b)
        tried = set()
        for way in product(range(1 if self._straight else WAYS), repeat=2):

            def of_a(name: str | None, row: int, column: int, way: tuple[int, ...] = way) -> str:
                title = own_a if name is None else name
                other = self._of_a.get(title)
                if other is None:
                    return f"a:{title} {row} {column}"
                row_of_b, column_of_b = other.rows.of_b(row, way[0]), other.columns.of_b(column, way[1])
                if row_of_b is None or column_of_b is None:
                    return f"a:{title} {row} {column}"
                return f"{other.b.sheet.name.casefold()} {row_of_b} {column_of_b}"

            got = standard(a, of_a)
            if got == wanted:
                return True
            if got in tried:
                return False
            tried.add(got)
        return False


def matched_sheets(of_a: dict[str, Places], of_b: dict[str, Places]) -> list[Matched]:
    """Return the sheets that both have, by name; and those renamed, which hold the same under another name."""
    pairs = [(name, name) for name in of_a if name in of_b]
    alone_a = {name: _shapes(of_a[name]) for name in of_a if name not in of_b}
    alone_b = {name: _shapes(of_b[name]) for name in of_b if name not in of_a}
    scores = []
    for one, other in product(alone_a, alone_b):
        largest = max(alone_a[one].total(), alone_b[other].total())
        score = (alone_a[one] & alone_b[other]).total() / max(largest, 1)
        if largest >= _FEW and score >= _ALIKE:
            scores.append((-score, sorted((one, other)), one, other))
    for _, _, one, other in sorted(scores):
        if all(one != a and other != b for a, b in pairs):
            pairs.append((one, other))
    # Formulas are told apart by the labels of the rows that they use. Where some of those have changed, rows that use
    # them are found in the next round.
    renamed: Labels = {}
    for _ in range(_ROUNDS):
        matched = [Matched(of_a[one], of_b[other], of_a, of_b, renamed) for one, other in pairs]
        known, renamed = renamed, _renamed(matched)
        if renamed == known:
            break
    return matched


def _renamed(matched: list[Matched]) -> Labels:
    """Return the new labels of rows that are called otherwise in b: by sheet of a, in small letters, and row."""
    found = {}
    for one in matched:
        for row, other in one.rows.pairs.items():
            old, new = one.a.line_label(row, is_row=True), one.b.line_label(other, is_row=True)
            if old != new:
                found[one.a.sheet.name.casefold(), row] = new
    return found


def _shapes(places: Places) -> Counter[Hashable]:
    """Return what a sheet holds, wherever on it: how often each constant, and each formula but for its references."""
    return Counter(
        (cell.kind, cell.value) if cell.formula is None else skeleton(cell.formula).upper()
        for cell in places.sheet.cells.values()
    )
