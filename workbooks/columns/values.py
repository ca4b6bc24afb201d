"""The values of a sheet's cells as arrays, read column by column when a formula needs them."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbooks.columns.scan import Scan
from workbooks.columns.tags import Whole
from workbooks.columns.windows import Window
from workbooks.foreign.cell_text import CELL_MARK, KIND, UNKNOWN_ERROR, VALUE_MARK, Value, corners
from workbooks.foreign.cells import SheetCells
from workbooks.vector.cells import BLANK, NUMBER, Cells, encoded

_MOST: Final = 20_000_000  # elements of one array
_SHEET: Final = 1 << 20  # rows, more than there are columns


class SheetValues:
    """What the cells of a sheet hold, as far as it is known by now: constants, and formulas that are computed.

    Parameters
    ----------
    cells : the sheet.
    scan : its cells.

    Attributes
    ----------
    known : whether a cell's value is; in the order of the scan.
    numbers, codes : the values, as ``workbooks.vector.cells`` has them.
    """

    def __init__(self, cells: SheetCells, scan: Scan) -> None:
        self._cells = cells
        self.scan = scan
        self.known = ~scan.has_formula & ~scan.odd
        self.numbers = np.zeros(len(scan.row))
        self.codes = np.zeros(len(scan.row), np.uint8)
        order = np.argsort(scan.column, kind="stable")
        firsts = np.flatnonzero(np.diff(scan.column[order], prepend=0))
        self._columns = dict(zip(scan.column[order[firsts]].tolist(), np.split(order, firsts[1:]), strict=True))
        self._read: set[int] = set()
        self._filled = list(_filled(scan))

    def window(self, window: Window, rows: Whole) -> Cells | None:
        """Return what a reference gives to the formulas in some rows; None if that is not known.

        Its last dimension are the formulas, one if it is the same for all.
        """
        height, width = window.bottom - window.top + 1, window.right - window.left + 1
        seen = np.arange(window.top, window.bottom + 1)
        wanted = seen[:, None] + rows if window.moves else seen[:, None]
        if wanted.size * width > _MOST:
            return None
        numbers = np.empty((height, width, wanted.shape[1]))
        codes = np.zeros(numbers.shape, np.uint8)
        for place in range(width):
            found = self._column(window.left + place, wanted)
            if found is None:
                return None
            numbers[:, place], codes[:, place] = found
        return Cells(numbers, codes if codes.any() else None, reference=True)

    def put(self, places: Whole, cells: Cells) -> None:
        """Note the values of formulas."""
        self.numbers[places] = cells.numbers[0, 0]
        self.codes[places] = 0 if cells.codes is None else cells.codes[0, 0]
        self.known[places] = True

    def computed(self, places: Whole) -> list[Value]:
        """Return the values noted for cells, as a workbook holds them."""
        cells = Cells(self.numbers[places].reshape(1, 1, -1), self.codes[places].reshape(1, 1, -1))
        return cells.values(len(places))

    def cell(self, place: int, marks: bytes) -> Value:
        """Return the value that a cell has in the sheet, of a formula the cached one."""
        return self._cells.value_of(marks, self.scan.rows[self.scan.value_tag[place] : self.scan.value_stop[place]])

    def _column(self, column: int, rows: Whole) -> tuple[NDArray[np.float64], NDArray[np.uint8]] | None:
        first, last = int(rows.min()), int(rows.max())
        if any(
            left <= column <= right and first <= bottom and top <= last for left, top, right, bottom in self._filled
        ):
            return None
        places = self._columns.get(column)
        if places is None:
            return np.zeros(rows.shape), np.full(rows.shape, BLANK, np.uint8)
        if column not in self._read:
            self._read.add(column)
            self._read_column(places)
        own = self.scan.row[places]
        if rows.shape == (1, len(own)) and (rows[0] == own).all():
            taken, there = places[None, :], np.True_
        else:
            found = np.minimum(np.searchsorted(own, rows), len(own) - 1)
            taken, there = places[found], own[found] == rows
        if not (self.known[taken] | ~there).all():
            return None
        if there is np.True_:
            return self.numbers[taken], self.codes[taken]
        return np.where(there, self.numbers[taken], 0.0), np.where(there, self.codes[taken], np.uint8(BLANK))

    def _read_column(self, places: Whole) -> None:
        """Read the constants of a column."""
        scan = self.scan
        places = places[~scan.has_formula[places] & ~scan.odd[places]]
        bare = scan.marks_end[places] == scan.marks_start[places]
        marked = places[~bare]
        texts = scan.texts(scan.marks_start[marked], scan.marks_end[marked])
        plain = {text for text in set(texts) if is_number(text)}
        bare[~bare] = [text in plain for text in texts]
        self._read_numbers(places[bare])
        for place, text in zip(marked.tolist(), texts, strict=True):
            if text in plain:
                continue
            kind = KIND.search(text)
            if (
                VALUE_MARK.search(text)  # a data type, of which there is a stand-in only
                or scan.value_stop[place] == scan.value_tag[place]
                or (kind and kind[1] == b"d")  # a date as text
                or UNKNOWN_ERROR.search(scan.rows[scan.start[place] : scan.end[place]])
            ):
                self.known[place] = False
            else:
                self._read_cell(place, text)

    def _read_numbers(self, places: Whole) -> None:
        scan = self.scan
        filled = scan.value_end[places] > scan.value_start[places]
        self.codes[places] = np.where(filled, NUMBER, BLANK)
        places = places[filled]
        numbers = scan.numbers(places)
        if numbers is None:
            for place in places.tolist():
                self._read_cell(place, b"")
        else:
            self.numbers[places] = numbers

    def _read_cell(self, place: int, marks: bytes) -> None:
        value = self.cell(place, marks)
        if isinstance(value, float) and not math.isfinite(value):
            self.known[place] = False
        else:
            self.numbers[place], self.codes[place] = encoded(value)


def is_number(marks: bytes) -> bool:
    """Return whether attributes say of a cell that its value is a number."""
    kind = KIND.search(marks)
    return (kind is None or kind[1] == b"n") and not VALUE_MARK.search(marks)


def _filled(scan: Scan) -> list[tuple[int, int, int, int]]:
    """Return the corners of what formulas fill beyond their own cells; those that spill may fill more than they do."""
    found = []
    for place, marks in scan.marked_formulas():
        if marks.get("t") in ("array", "dataTable"):
            left, top, right, bottom = corners(marks.get("ref", "A1"))
            if CELL_MARK.search(scan.rows[scan.marks_start[place] : scan.marks_end[place]]):
                right = bottom = _SHEET
            found.append((left, top, right, bottom))
    return found
