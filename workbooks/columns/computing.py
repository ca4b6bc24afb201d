"""A workbook's formulas computed column by column, as far as they are copies of each other.

What is computed here depends on constants and on other such columns alone. All the rest is left to the engine, which
computes it as well, one formula after the other; and a formula that the engine would refuse is not computed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

import udfs
from workbooks.columns.copies import Copies, copies_of
from workbooks.columns.fresh import FreshColumns
from workbooks.columns.tags import Whole
from workbooks.columns.values import SheetValues
from workbooks.engine.definitions import computes
from workbooks.engine.intersection import intersected
from workbooks.engine.loading import Formula, Source
from workbooks.engine.preparing import Preparation
from workbooks.engine.refusals import RefusalError
from workbooks.foreign.cell_text import VALUE_MARK, address
from workbooks.foreign.workbook import Workbook
from workbooks.formulas import FormulaError
from workbooks.vector.cells import Cells
from workbooks.vector.compiling import compile_formula
from workbooks.vector.parsing import Area, Function, Node, Operation, Sign
from workbooks.vector.program import BLOCK, VectorError

_MANY: Final = 1_000  # formulas that are worth the look
_ELEMENTS: Final = 2_000_000  # of a range that each formula of a block may look through


def fresh_columns(book: Workbook) -> list[FreshColumns]:
    """Return fresh values for the formulas that can be computed so, sheet by sheet.

    Parameters
    ----------
    book : a workbook in which nothing has been changed yet.
    """
    sheets = [(sheet.name, book.cells(sheet)) for sheet in book.worksheets]
    values = {name: SheetValues(cells, cells.scan) for name, cells in sheets if cells.scan is not None}
    if sum(one.scan.formulas for one in values.values()) < _MANY:
        return []
    done: dict[str, list[Copies]] = {}
    waiting, known = list(_computable(book, values)), True
    while known:
        known, left = False, []
        for copies in waiting:
            given = _given(copies, values)
            if given is None:
                left.append(copies)
                continue
            known = True
            result = _result(copies, given)
            if result is not None:
                values[copies.sheet].put(copies.cells, result)
                done.setdefault(copies.sheet, []).append(copies)
        waiting = left
    return [
        _fresh(name, values[name], np.sort(np.concatenate([copies.cells for copies in found])))
        for name, found in done.items()
    ]


def _fresh(sheet: str, values: SheetValues, places: Whole) -> FreshColumns:
    """Return what is computed; the first of a shared formula is not if other formulas may be copies of it."""
    if len(places) < values.scan.formulas:
        first = [
            place for place, marks in values.scan.marked_formulas() if marks.get("t") == "shared" and "ref" in marks
        ]
        places = np.setdiff1d(places, first, assume_unique=True)
    return FreshColumns(sheet, values, places)


def _computable(book: Workbook, values: dict[str, SheetValues]) -> Iterator[Copies]:
    """Yield the copies that the engine would compute, and whose functions can be called for many rows at once."""
    source = Source(book)
    try:
        prepare = Preparation.of(source, as_stored=True)
    except FormulaError:
        return  # a name stands for no formula: the engine tells it
    of_sheets = {name.name.upper() for name in book.names if name.scope is not None}
    names = {
        name.name.upper(): name.text
        for name in book.names
        if name.name.upper() not in of_sheets and not computes(name.text)
    }
    for sheet, own in values.items():
        if any(map(VALUE_MARK.search, own.scan.marks)):
            continue  # data types, of which the formulas, too, may keep a stand-in
        for copies in copies_of(sheet, own.scan, names):
            scan, first = own.scan, copies.cells[0]
            cell = address(int(scan.row[first]), int(scan.column[first]))
            try:
                prepare(Formula(sheet, cell, copies.text))
                # Where a range stands for its one cell in the formula's row, that depends on the row.
                same = intersected(copies.text, cell, source.names) == copies.text
                fits = same and _calls_by_row(copies.node)
            except (RefusalError, RecursionError):
                continue
            if fits:
                yield copies


def _calls_by_row(node: Node) -> bool:
    """Return whether all functions of ours in a formula give one value, for values."""
    match node:
        case Sign(operand, _):
            return _calls_by_row(operand)
        case Operation(_, left, right):
            return _calls_by_row(left) and _calls_by_row(right)
        case Function(name, arguments):
            own = udfs.FUNCTIONS.get(name)
            if own is not None:
                kinds = [own.result, *(parameter.kind for parameter in own.parameters)]
                if any(kind.shape in ("table", "any") for kind in kinds):
                    return False
            return all(one is None or _calls_by_row(one) for one in arguments)
    return True


def _given(copies: Copies, values: dict[str, SheetValues]) -> dict[Area, Cells] | None:
    """Return what the references of a formula give in all its rows; None if one is not known."""
    rows = values[copies.sheet].scan.row[copies.cells]
    given = {}
    for area, window in copies.windows.items():
        sheet = next((one for one in values if one.casefold() == window.sheet.casefold()), None)
        found = None if sheet is None else values[sheet].window(window, rows)
        if found is None:
            return None
        given[area] = found
    return given


def _result(copies: Copies, given: dict[Area, Cells]) -> Cells | None:
    """Return the results in all rows; None if the formula is beyond what is computed over arrays."""
    shared = max((one.numbers.size for one in given.values() if one.numbers.shape[2] == 1), default=1)
    block = max(1, min(BLOCK, _ELEMENTS // shared))
    try:
        program = compile_formula(copies.node, copies.here, list(given))
        return program.run(given, len(copies.cells), block)[copies.here]
    except VectorError:
        return None
