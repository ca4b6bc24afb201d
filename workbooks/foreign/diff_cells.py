"""Cells of two workbooks side by side, and the ranges in which the same was done to all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbooks.foreign.diff_formulas import readable
from workbooks.foreign.diff_places import Places
from workbooks.foreign.diff_sheets import Matched
from workbooks.foreign.differences import Cells, Change, Value
from workbooks.lint.reading import Cell
from workbooks.relative import relative

_Key = tuple[int, int, int, bool]  # sheet, row, column, and whether it is gone


@dataclass(frozen=True)
class Pair:
    """A cell of both workbooks, or of one of them."""

    sheet: Matched
    a: Cell | None
    b: Cell | None

    def sides(self) -> tuple[tuple[Places, Cell | None], tuple[Places, Cell | None]]:
        """Return the sheet and the cell of each workbook."""
        return (self.sheet.a, self.a), (self.sheet.b, self.b)

    def values(self) -> list[Value]:
        """Return what the cell shows in each workbook."""
        return [None if cell is None else places.value(cell) for places, cell in self.sides()]

    def both_arrays(self) -> bool:
        """Return whether the formulas of both are array formulas, or of none."""
        is_array = {(cell.row, cell.column) in places.arrays for places, cell in self.sides() if cell is not None}
        return len(is_array) < 2

    def key(self) -> _Key:
        """Return the place in b, or in a for a cell that is gone."""
        cell = self.a if self.b is None else self.b
        assert cell is not None
        return id(self.sheet), cell.row, cell.column, self.b is None

    def done(self) -> tuple[object, ...]:
        """Return what was done to the cell, as seen from it: the same for copies of one formula."""
        return tuple(
            None
            if cell is None
            else relative(cell.formula, cell.row, cell.column)
            if cell.formula is not None
            else (cell.kind, cell.value)
            for cell in (self.a, self.b)
        )


def pairs(sheet: Matched) -> Iterator[Pair]:
    """Yield the cells of a sheet in the order of b, then those that a has alone."""
    places = {at: (sheet.rows.pairs.get(at[0]), sheet.columns.pairs.get(at[1])) for at in sheet.a.sheet.cells}
    of_a = {places[at]: cell for at, cell in sheet.a.sheet.cells.items()}
    for at, cell in sorted(sheet.b.sheet.cells.items()):
        yield Pair(sheet, of_a.get(at), cell)
    for at, cell in sorted(sheet.a.sheet.cells.items()):
        if places[at] not in sheet.b.sheet.cells:
            yield Pair(sheet, cell, None)


def change(block: Sequence[Pair]) -> Change:
    """Return what was done to a cell, or to a range of cells, from its first to its last."""
    first, last = block[0], block[-1]
    sides = zip(first.sides(), (last.a, last.b), strict=True)
    a, b = (None if cell is None or end is None else _cells(places, cell, end) for (places, cell), end in sides)
    return Change(a, b, len(block))


def grouped(changed: Sequence[Pair]) -> Iterator[Change]:
    """Yield the changes of formulas; the same change in neighbouring cells of a row, column or block is one."""
    waiting = {pair.key(): (pair, pair.done()) for pair in changed}
    for pair in changed:
        if pair.key() in waiting:
            yield change([waiting.pop(key)[0] for key in _block(pair, waiting)])


def _block(pair: Pair, waiting: dict[_Key, tuple[Pair, tuple[object, ...]]]) -> list[_Key]:
    sheet, row, column, gone = pair.key()
    done = pair.done()

    def belongs(rows: int, columns: int) -> bool:
        other = waiting.get((sheet, row + rows, column + columns, gone))
        return other is not None and other[1] == done and _moved(pair, other[0], rows, columns)

    right = down = 0
    while belongs(0, right + 1):
        right += 1
    while all(belongs(down + 1, offset) for offset in range(right + 1)):
        down += 1
    return [(sheet, row + i, column + j, gone) for i in range(down + 1) for j in range(right + 1)]


def _moved(pair: Pair, other: Pair, rows: int, columns: int) -> bool:
    """Return whether another cell stands as far from the first one in both workbooks."""
    return all(
        (one is None and two is None)
        or (one is not None and two is not None and (two.row - one.row, two.column - one.column) == (rows, columns))
        for one, two in ((pair.a, other.a), (pair.b, other.b))
    )


def _cells(places: Places, cell: Cell, end: Cell) -> Cells:
    label, header, unit = places.label(cell.row, cell.column)
    return Cells(
        sheet=places.sheet.name,
        cells=cell.address if cell is end else f"{cell.address}:{end.address}",
        label=label,
        header=header,
        unit=unit,
        name=places.names.get((cell.row, cell.column), ""),
        formula=None if cell.formula is None else _formula(places, cell),
        value=places.value(cell),
        number_format=places.number_format(cell),
    )


def _formula(places: Places, cell: Cell) -> str:
    """Return a formula as a person sees it: in braces if it was entered as an array formula."""
    text = readable(cell.formula or "")
    return f"{{{text}}}" if places.arrays.get((cell.row, cell.column)) is False else text
