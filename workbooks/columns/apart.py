"""Formulas that are computed already, taken out of a sheet while the engine computes the others, and put back."""

from __future__ import annotations

import numpy as np

from workbooks.columns.fresh import FreshColumns, joined
from workbooks.columns.scan import Scan
from workbooks.columns.tags import Whole, between, pieces
from workbooks.foreign.cells import SheetCells


class SetApart:
    """The computed formulas of one sheet, in whose cells their values are left.

    Parameters
    ----------
    cells : the sheet, with fresh values; nothing else is changed in it.
    columns : the formulas.
    """

    def __init__(self, cells: SheetCells, columns: FreshColumns) -> None:
        self._cells = cells
        scan = _scanned(cells)
        starts, stops = scan.formula_marks[columns.places] - len("<f"), scan.value_tag[columns.places]
        self._places = _keys(scan)[columns.places]
        self._formulas = pieces(scan.rows, starts, stops)
        cells.renew(b"".join(between(scan.rows, starts, stops).to_pylist()))

    def put_back(self) -> None:
        """Put them back, among what has been changed in the sheet since."""
        self._cells.renew(self._cells.changed_rows())
        scan = _scanned(self._cells)
        found = np.searchsorted(_keys(scan), self._places)
        places = scan.marks_end[found] + len(">")
        self._cells.renew(joined(between(scan.rows, places, places), self._formulas))


def _keys(scan: Scan) -> Whole:
    """Return a number for each cell, in their order."""
    return scan.row << 14 | scan.column


def _scanned(cells: SheetCells) -> Scan:
    assert cells.scan is not None  # as it was when the formulas were computed
    return cells.scan
