"""Formulas that are copies of each other down a column, and what each of them refers to, as seen from its own row.

Whether two texts are copies is seen without reading every one of them: with a mark in place of the cell's own row they
are the same text. Such a text is then read for two rows, and the two are compared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import Final, NamedTuple

import numpy as np
import pyarrow.compute as pc

from workbooks.columns.scan import Scan
from workbooks.columns.tags import Whole, as_arrow, pieces, texts_as_arrow
from workbooks.columns.windows import HERE, THERE, Window, windows_of
from workbooks.foreign.names import plain_names
from workbooks.foreign.xml_text import text_in, text_of
from workbooks.formulas import FormulaError
from workbooks.relative import shifted
from workbooks.vector.parsing import Area, Node
from workbooks.vector.program import Address, Book

_MARK: Final = b"\0"
_REFERENCE: Final = re.compile(rb"(?<![\w.$])(\$?[A-Z]{1,3})([1-9][0-9]{0,6})(?![\w(.!])")
_DISTANCE: Final = re.compile(rb"\0(-?[0-9]+)\0")
_MANY: Final = 20  # copies that are worth an array
_FEW: Final = 100  # smaller groups that are computed with the large ones, so that the engine need not be asked at all

_LAST: Final = 1 << 20  # row of a sheet


@dataclass(frozen=True, eq=False)
class Copies:
    """Cells of a column with one formula.

    Parameters
    ----------
    sheet, column : where they stand.
    cells : their places in the scan of the sheet, downwards.
    text : the formula of the first, from ``=`` on.
    here : the cell for which the tree is read.
    node : the formula's tree.
    windows : by the references in the tree.
    """

    sheet: str
    column: int
    cells: Whole
    text: str
    here: Address
    node: Node
    windows: Mapping[Area, Window]


def copies_of(sheet: str, scan: Scan, names: Mapping[str, str]) -> list[Copies]:
    """Return the formulas of a sheet that can be computed column by column.

    Parameters
    ----------
    sheet : its name.
    scan : its cells.
    names : what the defined names stand for that mean the same everywhere, in capitals.
    """
    return list(_Finder(sheet, scan, names).found())


class _Alike(NamedTuple):
    """Cells of a column whose formulas may be copies: ``written`` gives the text of the one in a row."""

    cells: Whole
    column: int
    written: Callable[[int], bytes]


class _Finder:
    """The formulas of one sheet."""

    def __init__(self, sheet: str, scan: Scan, names: Mapping[str, str]) -> None:
        self._sheet = sheet
        self._scan = scan
        self._names = names
        self._row_texts = texts_as_arrow(scan.row_text)
        self._small: list[_Alike] = []

    def found(self) -> Iterator[Copies]:
        for alike in self._candidates():
            if len(alike.cells) < _MANY:
                self._small.append(alike)
            else:
                yield from self._copies(alike)
        if len(self._small) <= _FEW:
            for alike in self._small:
                yield from self._copies(alike)

    def _candidates(self) -> Iterator[_Alike]:
        own, shared = self._sorted()
        for cells in _by_column(own, self._scan):
            yield from self._of_column(cells)
        for members in shared:
            yield from self._of_shared(members)

    def _sorted(self) -> tuple[Whole, list[list[int]]]:
        """Return the cells with a formula of their own, and those of each shared one.

        The first of these is the one for which it is written. Formulas written for several cells, or none, are left.
        """
        scan = self._scan
        own = scan.has_formula & ~scan.odd
        shared: dict[str, list[int]] = {}
        written: list[str] = []
        for place, marks in scan.marked_formulas():
            kind = marks.get("t", "normal")
            own[place] = kind == "normal"
            if kind == "shared":
                members = shared.setdefault(marks.get("si", ""), [])
                members.insert(0 if "ref" in marks else len(members), place)
                written += [marks["si"]] if {"ref", "si"} <= marks.keys() else []
        once = {group for group, times in Counter(written).items() if times == 1}
        return np.flatnonzero(own), [members for group, members in shared.items() if group in once]

    def _of_column(self, cells: Whole) -> Iterator[_Alike]:
        """Yield the copies among formulas that each have their text."""
        column = int(self._scan.column[cells[0]])
        if len(cells) < _MANY:
            yield from self._scattered(cells, column)
            return
        key = self._only_key(cells)
        if key is None:
            yield from self._of_mixed(cells, column)
        else:
            yield _Alike(cells, column, partial(_marked, key))

    def _only_key(self, cells: Whole) -> bytes | None:
        """Return the text of all formulas of a column with a mark in place of the row, if it is the same in all."""
        scan, usual = self._scan, cells[len(cells) // 2]
        text = scan.rows[scan.formula_start[usual] : scan.formula_end[usual]]
        key = text.replace(scan.row_text[scan.of_row[usual]], _MARK)
        rows = self._row_texts.take(as_arrow(scan.of_row[cells]))
        between = texts_as_arrow([b"", *key.split(_MARK)])
        expected = [one for piece in list(between)[2:] for one in (rows, piece)]
        whole = pc.binary_join_element_wise(between[1], *expected, between[0]) if expected else None
        written = pieces(scan.rows, scan.formula_start[cells], scan.formula_end[cells])
        return key if whole is not None and whole.equals(written) else None

    def _of_mixed(self, cells: Whole, column: int) -> Iterator[_Alike]:
        """Yield the copies among formulas of which some differ."""
        texts, rows = self._written(cells)
        keys = list(map(bytes.replace, texts, rows, repeat(_MARK)))
        groups: dict[bytes, list[int]] = {}
        rest: list[int] = []
        for key, members in _grouped(keys).items():
            if len(members) >= _MANY and self._tree(_Alike(cells, column, partial(_marked, key))) is not None:
                groups[key] = members
            else:
                rest += members
        left: list[int] = []
        for one in rest:
            # The row's digits may stand in other numbers of the formula, too: 1 in A1*1.5.
            like = next((key for key in groups if key.replace(_MARK, rows[one]) == texts[one]), None)
            (left if like is None else groups[like]).append(one)
        for key, members in groups.items():
            yield _Alike(cells[np.sort(members)], column, partial(_marked, key))
        if left:
            yield from self._scattered(cells[np.sort(left)], column)

    def _scattered(self, cells: Whole, column: int) -> Iterator[_Alike]:
        """Yield formulas by the distances of their references."""
        if len(self._small) > _FEW and len(cells) < _MANY:
            return
        groups: dict[bytes, list[int]] = {}
        for place, (text, row) in enumerate(zip(*self._written(cells), strict=True)):
            groups.setdefault(_moved(text, int(row)), []).append(place)
        for key, members in groups.items():
            yield _Alike(cells[members], column, partial(_moved_back, key))

    def _written(self, cells: Whole) -> tuple[list[bytes], list[bytes]]:
        """Return the texts of formulas, and the numbers of their rows."""
        scan = self._scan
        rows = map(scan.row_text.__getitem__, scan.of_row[cells].tolist())
        return scan.texts(scan.formula_start[cells], scan.formula_end[cells]), list(rows)

    def _of_shared(self, cells: list[int]) -> Iterator[_Alike]:
        scan = self._scan
        master = cells[0]
        written = "=" + text_of(scan.rows[scan.formula_start[master] : scan.formula_end[master]])
        row, column = int(scan.row[master]), int(scan.column[master])
        if written == "=":
            return  # a copy of nothing
        for members in _by_column(np.sort(cells), scan):
            here = int(scan.column[members[0]])
            yield _Alike(members, here, partial(_shifted, written, row, here - column))

    def _copies(self, alike: _Alike) -> Iterator[Copies]:
        """Yield formulas as copies, if they are."""
        tree = self._tree(alike)
        if tree is None:
            return
        node, windows = tree
        rows = self._scan.row[alike.cells]
        first, last = int(rows[0]), int(rows[-1])
        if all(first + one.top >= 1 and last + one.bottom <= _LAST for one in windows.values() if one.moves):
            here = Address(self._sheet, HERE, alike.column)
            yield Copies(self._sheet, alike.column, alike.cells, _formula(alike, first), here, node, windows)

    def _tree(self, alike: _Alike) -> tuple[Node, Mapping[Area, Window]] | None:
        """Return the tree of formulas, and what its references stand for; None if they are no copies."""
        places = [Address(self._sheet, row, alike.column) for row in (HERE, THERE)]
        try:
            formulas = {place: _formula(alike, place.row) for place in places}
            here, there = map(Book(formulas, self._names, lambda _: None).tree, places)
            return here, windows_of(here, there)
        except (FormulaError, RecursionError):
            return None


def _formula(alike: _Alike, row: int) -> str:
    return plain_names("=" + text_of(alike.written(row)))


def _by_column(cells: Whole, scan: Scan) -> Sequence[Whole]:
    """Return cells column by column, downwards."""
    if not len(cells):
        return []
    ordered = cells[np.argsort(scan.column[cells], kind="stable")]
    return np.split(ordered, np.flatnonzero(np.diff(scan.column[ordered])) + 1)


def _grouped(keys: list[bytes]) -> dict[bytes, list[int]]:
    """Return where each key stands."""
    usual = keys[len(keys) // 2]
    if keys.count(usual) == len(keys):
        return {usual: list(range(len(keys)))}
    groups: dict[bytes, list[int]] = {}
    for place, key in enumerate(keys):
        groups.setdefault(key, []).append(place)
    return groups


def _marked(key: bytes, row: int) -> bytes:
    return key.replace(_MARK, b"%d" % row)


def _shifted(formula: str, row: int, columns: int, there: int) -> bytes:
    return text_in(shifted(formula, there - row, columns)[1:])


def _moved(text: bytes, row: int) -> bytes:
    """Return a formula's text with the distances of its references in place of their rows."""
    return _REFERENCE.sub(lambda found: b"%s\0%d\0" % (found[1], int(found[2]) - row), text)


def _moved_back(key: bytes, row: int) -> bytes:
    return _DISTANCE.sub(lambda found: b"%d" % (row + int(found[1])), key)
