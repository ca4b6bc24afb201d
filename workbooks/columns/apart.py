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
        self._rows = cells.rows
        scan = cells.scan
        assert scan is not None  # as it was when the formulas were computed
        starts, stops = scan.formula_marks[columns.places] - len("<f"), scan.value_tag[columns.places]
        self._places = _keys(scan)[columns.places]
        self._formulas = pieces(scan.rows, starts, stops)
        cells.renew(b"".join(between(scan.rows, starts, stops).to_pylist()))

    def put_back(self) -> bool:
        """Put them back, among what has been changed in the sheet since; return whether their cells are still there."""
        self._cells.renew(self._cells.changed_rows())
        scan = self._cells.scan
        if scan is None:
            return False
        keys = _keys(scan)
        found = np.minimum(np.searchsorted(keys, self._places), len(keys) - 1)
        if (keys[found] != self._places).any():
            return False
        places = scan.marks_end[found] + len(">")
        self._cells.renew(joined(between(scan.rows, places, places), self._formulas))
        return True

    def undo(self) -> None:
        """Let the sheet be as it was before."""
        self._cells.renew(self._rows)


def _keys(scan: Scan) -> Whole:
    """Return a number for each cell, in their order."""
    return scan.row << 14 | scan.column
