"""Rows and columns of a sheet in two workbooks, and where what they held has gone."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable
from functools import cached_property
from itertools import pairwise
from typing import Final

from workbooks.foreign.diff_align import Line, aligned
from workbooks.foreign.diff_formulas import standard
from workbooks.foreign.diff_places import Places
from workbooks.lint.reading import Cell

WAYS: Final = 3  # of saying which line is which where nothing stands
_ROWS: Final = 1048576
_COLUMNS: Final = 16384

Key = tuple[int, int]
Labels = dict[tuple[str, int], str]  # sheet in small letters and row -> label
Contents = dict[Key, Hashable]


class Axis:
    """The rows of a sheet, or its columns.

    Parameters
    ----------
    pairs : line of a -> line of b.
    held_a, held_b : the lines that hold anything.
    last : the last line that a sheet can have.
    """

    def __init__(self, pairs: dict[int, int], held_a: Iterable[int], held_b: Iterable[int], last: int) -> None:
        self.pairs = pairs
        self.alone_a = sorted(set(held_a) - pairs.keys())
        self.alone_b = sorted(set(held_b) - set(pairs.values()))
        self._missing = set(self.alone_a)
        self._known = sorted(pairs)
        self._behind = max(held_b, default=0) - max(held_a, default=0)
        self._last = last

    @cached_property
    def straight(self) -> bool:
        """Whether all lines stand where they stood."""
        return not self.alone_a and not self.alone_b and all(one == other for one, other in self.pairs.items())

    def of_b(self, line: int, way: int) -> int | None:
        """Return the line of b for one of a; None if b has it not.

        Where nothing stands nothing says which line is which. There are three ways then: as far behind the pair before,
        at the same place, and as far before the pair behind.
        """
        if line in (0, self._last):
            return line
        if line in self.pairs:
            return self.pairs[line]
        if line in self._missing:
            return None
        if way == 1:
            return line
        place = bisect_right(self._known, line)
        if way == 0:
            before = self._known[place - 1] if place else 0
            return line + self.pairs.get(before, 0) - before
        behind = self._known[place] if place < len(self._known) else None
        return line + (self._behind if behind is None else self.pairs[behind] - behind)


def axes(a: Places, b: Places, of_a: dict[str, Places], of_b: dict[str, Places], renamed: Labels) -> tuple[Axis, Axis]:
    """Return the rows and columns of a sheet.

    Parameters
    ----------
    a, b : the sheet in both workbooks.
    of_a, of_b : all sheets of each workbook, by name in small letters.
    renamed : labels of a that are known to be others in b.
    """
    if _in_place(a, b):
        places = a.sheet.cells.keys() | b.sheet.cells.keys()
        rows, columns = ({at[axis]: at[axis] for at in places} for axis in (0, 1))
        return Axis(rows, rows, rows, _ROWS), Axis(columns, columns, columns, _COLUMNS)
    contents_a, contents_b = _contents(a, of_a, renamed), _contents(b, of_b, {})
    row_axis = _axis(a, b, contents_a, contents_b, 0)
    # Columns are told by the rows that both have.
    of_rows = set(row_axis.pairs.values())
    kept_a = {at: content for at, content in contents_a.items() if at[0] in row_axis.pairs}
    kept_b = {at: content for at, content in contents_b.items() if at[0] in of_rows}
    return row_axis, _axis(a, b, kept_a, kept_b, 1)


def raw(cell: Cell | None) -> Hashable:
    """Return what stands in a cell, as the file has it."""
    if cell is None:
        return None
    return cell.formula.upper() if cell.formula is not None else (cell.kind, cell.value)


def _in_place(a: Places, b: Places) -> bool:
    """Return whether all texts stand where they stood, most of the rest is as it was, and no line is more or less."""
    for axis in (0, 1):
        if {at[axis] for at in a.sheet.cells} != {at[axis] for at in b.sheet.cells}:
            return False
    same = 0
    for at in a.sheet.cells.keys() | b.sheet.cells.keys():
        one, other = a.sheet.cells.get(at), b.sheet.cells.get(at)
        if raw(one) == raw(other):
            same += 1
        elif any(cell is not None and places.typed_text(cell) for places, cell in ((a, one), (b, other))):
            return False
    return 2 * same >= max(len(a.sheet.cells), len(b.sheet.cells))


def _axis(a: Places, b: Places, of_a: Contents, of_b: Contents, axis: int) -> Axis:
    lines_a, lines_b = _lines(a, of_a, axis), _lines(b, of_b, axis)
    held_a, held_b = list(lines_a), list(lines_b)
    pairs = {held_a[i]: held_b[j] for i, j in aligned(list(lines_a.values()), list(lines_b.values()))}
    last = (_ROWS, _COLUMNS)[axis]
    found = Axis(pairs, held_a, held_b, last)
    # Between pairs as far apart as before nothing has moved: a blank line there was filled, or a line emptied.
    filled: dict[int, int] = {}
    for (p, q), (s, t) in pairwise([(0, 0), *sorted(pairs.items())]):
        alone_a, alone_b = _between(found.alone_a, p, s), _between(found.alone_b, q, t)
        if s - p == t - q and bool(alone_a) != bool(alone_b):
            filled |= {line: line + q - p for line in alone_a} | {line + p - q: line for line in alone_b}
    return Axis(pairs | filled, held_a, held_b, last)


def _between(lines: list[int], first: int, last: int) -> list[int]:
    return lines[bisect_right(lines, first) : bisect_left(lines, last)]


def _lines(places: Places, contents: Contents, axis: int) -> dict[int, Line]:
    """Return the lines that hold anything, by number."""
    found: dict[int, tuple[list[str], list[Hashable], list[Hashable], list[Hashable]]] = {}
    for at in sorted(contents):
        labels, texts, figures, written = found.setdefault(at[axis], ([], [], [], []))
        text = places.typed_text(places.sheet.cells[at])
        if text:
            labels.append(text)
            texts.append(contents[at])
        else:
            figures.append(contents[at])
            written.append(raw(places.sheet.cells[at]))
    return {
        number: Line.of(labels[0] if labels else "", texts, figures, written)
        for number, (labels, texts, figures, written) in sorted(found.items())
    }


def _contents(places: Places, sheets: dict[str, Places], renamed: Labels) -> Contents:
    """Return what each cell holds, in a form that stays the same where lines are inserted or deleted elsewhere."""
    own = places.sheet.name.casefold()

    def called(sheet: str | None, row: int, _: int) -> str:
        title = own if sheet is None else sheet
        label = renamed.get((title, row))
        if label is None and title in sheets:
            label = sheets[title].line_label(row, is_row=True)
        return label or ""

    found: Contents = {}
    for at, cell in places.sheet.cells.items():
        if cell.formula is not None:
            found[at] = standard(cell.formula, called)
        elif places.computed(cell):
            found[at] = None
        else:
            value = places.value(cell)
            found[at] = f"{value:.12g}" if isinstance(value, float) else ("", value)
    return found
