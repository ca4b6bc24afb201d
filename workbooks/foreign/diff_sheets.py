"""Which sheet, row, column and formula of one workbook is which of the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from itertools import product
from typing import Final

from workbooks.foreign.diff_align import Line, aligned
from workbooks.foreign.diff_formulas import standard, without_add_in
from workbooks.foreign.diff_places import Places
from workbooks.lint.reading import Cell
from workbooks.lint.relative import skeleton

_LAST: Final = {False: 1048576, True: 16384}  # row, column
_ALIKE: Final = 0.5  # share of cells that sheets of two names have in common if one was renamed
_FEW: Final = 4  # cells of a sheet below which that says nothing

_ROUNDS: Final = 5

Key = tuple[int, int]
Labels = dict[tuple[str, int], str]  # sheet and row -> label


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
        self.rows, self.columns = _lines(a, b, of_a, of_b, renamed)
        self._ends = _ends(a), _ends(b)
        self.straight = all(line == other for lines in (self.rows, self.columns) for line, other in lines.items())
        self.straight &= self._ends[0] == self._ends[1] == (len(self.rows), len(self.columns))

    def line(self, number: int, *, is_column: bool, way: int) -> int | None:
        """Return the row or column of b for one of a; None if b has it not.

        Below and right of all that a sheet holds nothing says which line is which. There are three ways then: as far
        behind the last pair, at the same place, and as far behind the end.
        """
        lines = self.columns if is_column else self.rows
        end_a, end_b = (ends[is_column] for ends in self._ends)
        if number in (0, _LAST[is_column]):
            return number
        if number <= end_a:
            return lines.get(number)
        last = max(lines.items(), default=(0, 0))
        return number + (last[1] - last[0], 0, end_b - end_a)[way]


class Formulas:
    """Whether formulas of the two workbooks say the same."""

    def __init__(self, matched: list[Matched]) -> None:
        self._of_a = {one.a.sheet.name.casefold(): one for one in matched}
        self._of_b = {one.b.sheet.name.casefold() for one in matched}
        self._straight = all(
            one.straight and one.a.sheet.name.casefold() == one.b.sheet.name.casefold() for one in matched
        )

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
        for way in product(range(1 if self._straight else 3), repeat=2):

            def of_a(name: str | None, row: int, column: int, way: tuple[int, ...] = way) -> str:
                title = own_a if name is None else name
                other = self._of_a.get(title)
                if other is None:
                    return f"a:{title} {row} {column}"
                row_of_b = other.line(row, is_column=False, way=way[0])
                column_of_b = other.line(column, is_column=True, way=way[1])
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
        for row, other in one.rows.items():
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


def _raw(cell: Cell | None) -> Hashable:
    if cell is None:
        return None
    return cell.formula.upper() if cell.formula is not None else (cell.kind, cell.value)


def _ends(places: Places) -> Key:
    cells = places.sheet.cells
    return max((row for row, _ in cells), default=0), max((column for _, column in cells), default=0)


def _lines(
    a: Places, b: Places, of_a: dict[str, Places], of_b: dict[str, Places], renamed: Labels
) -> tuple[dict[int, int], dict[int, int]]:
    ends_a, ends_b = _ends(a), _ends(b)
    if ends_a == ends_b and _in_place(a, b):
        return {row: row for row in range(1, ends_a[0] + 1)}, {column: column for column in range(1, ends_a[1] + 1)}
    contents_a, contents_b = _contents(a, of_a, renamed), _contents(b, of_b, {})
    rows = dict(_pairs(a, b, contents_a, contents_b, ends_a[0], ends_b[0], 0))
    kept_a = {at: content for at, content in contents_a.items() if at[0] in rows}
    of_rows = set(rows.values())
    kept_b = {at: content for at, content in contents_b.items() if at[0] in of_rows}
    return rows, dict(_pairs(a, b, kept_a, kept_b, ends_a[1], ends_b[1], 1))


def _in_place(a: Places, b: Places) -> bool:
    """Return whether all texts stand where they stood, and most of the rest is as it was."""
    same = 0
    for at in a.sheet.cells.keys() | b.sheet.cells.keys():
        one, other = a.sheet.cells.get(at), b.sheet.cells.get(at)
        if _raw(one) == _raw(other):
            same += 1
        elif any(cell is not None and places.typed_text(cell) for places, cell in ((a, one), (b, other))):
            return False
    return 2 * same >= max(len(a.sheet.cells), len(b.sheet.cells))


def _pairs(
    a: Places, b: Places, of_a: dict[Key, Hashable], of_b: dict[Key, Hashable], end_a: int, end_b: int, axis: int
) -> list[tuple[int, int]]:
    lines = [_of_lines(places, contents, end, axis) for places, contents, end in ((a, of_a, end_a), (b, of_b, end_b))]
    return [(i + 1, j + 1) for i, j in aligned(*lines)]


def _of_lines(places: Places, contents: dict[Key, Hashable], end: int, axis: int) -> list[Line]:
    texts: list[list[Hashable]] = [[] for _ in range(end)]
    figures: list[list[Hashable]] = [[] for _ in range(end)]
    written: list[list[Hashable]] = [[] for _ in range(end)]
    labels = [""] * end
    for at in sorted(contents):
        line = at[axis] - 1
        text = places.typed_text(places.sheet.cells[at])
        labels[line] = labels[line] or text
        (texts if text else figures)[line].append(contents[at])
        if not text:
            written[line].append(_raw(places.sheet.cells[at]))
    return [Line.of(*line) for line in zip(labels, texts, figures, written, strict=True)]


def _contents(places: Places, sheets: dict[str, Places], renamed: Labels) -> dict[Key, Hashable]:
    """Return what each cell holds, in a form that stays the same where lines are inserted or deleted elsewhere."""
    own = places.sheet.name.casefold()

    def called(sheet: str | None, row: int, _: int) -> str:
        title = own if sheet is None else sheet
        label = renamed.get((title, row))
        if label is None and title in sheets:
            label = sheets[title].line_label(row, is_row=True)
        return label or ""

    found: dict[Key, Hashable] = {}
    for at, cell in places.sheet.cells.items():
        if cell.formula is not None:
            found[at] = standard(cell.formula, called)
        elif places.computed(cell):
            found[at] = None
        else:
            value = places.value(cell)
            found[at] = f"{value:.12g}" if isinstance(value, float) else ("", value)
    return found
