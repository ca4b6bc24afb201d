"""Excel's functions that find, rank and count cells, over many scenarios."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbooks.vector.aggregates import constant_error
from workbooks.vector.cells import (
    BLANK,
    FIRST_ERROR,
    NA,
    NUM,
    NUMBER,
    REF,
    TEXT,
    TEXTS,
    VALUE,
    Cells,
    Codes,
    NotComputedError,
    Numbers,
    first_of,
    with_errors,
)
from workbooks.vector.logic import first_error
from workbooks.vector.operators import numbers_compared

_WILDCARDS = frozenset("*?~")


def index(cells: Cells, row: Cells, column: Cells | None = None) -> Cells:
    """INDEX: a row or column of 0 is all of them, where it is the same in all scenarios."""
    height, width = cells.shape
    if column is None and height == 1 and width > 1:
        row, column = Cells(np.ones((1, 1, 1))), row
    (rows, errors), (columns, more) = row.numeric(), (Cells(np.ones((1, 1, 1))) if column is None else column).numeric()
    errors = first_of(errors, more)
    rows, columns = np.floor(rows), np.floor(columns)
    if rows.size == columns.size == 1 and not errors.any() and cells.heights is None:
        top, left = int(rows[0, 0, 0]), int(columns[0, 0, 0])
        if not (0 <= top <= height and 0 <= left <= width):
            return constant_error(VALUE if top < 0 or left < 0 else REF)
        across, down = slice(left - 1, left) if left else slice(None), slice(top - 1, top) if top else slice(None)
        codes = None if cells.codes is None else cells.codes[down, across]
        return Cells(cells.numbers[down, across], codes, reference=cells.reference)
    if rows.shape[:2] != (1, 1) or columns.shape[:2] != (1, 1) or not (rows.all() and columns.all()):
        raise NotComputedError("takes whole rows or columns by INDEX, and others in other scenarios")
    return _picked(cells, rows[0, 0], columns[0, 0], errors[0, 0])


def _picked(cells: Cells, rows: Numbers, columns: Numbers, errors: NDArray[np.uint8]) -> Cells:
    height, width = cells.shape
    scenarios = max(rows.size, columns.size, errors.size, cells.numbers.shape[2], cells.all_codes().shape[2])
    low = (rows < 0) | (columns < 0)
    heights = height if cells.heights is None else np.minimum(cells.heights, height)
    high = (rows > heights) | (columns > width)
    wrong = np.where(low, VALUE, np.where(high, REF, 0)).astype(np.uint8)
    errors = np.where(errors, errors, wrong)
    down = np.broadcast_to(np.where(errors, 0, rows - 1).astype(np.intp), scenarios)
    across = np.broadcast_to(np.where(errors, 0, columns - 1).astype(np.intp), scenarios)
    place = np.arange(scenarios)

    def taken(array: Any) -> Any:
        return array[down, across, place if array.shape[2] > 1 else 0].reshape(1, 1, -1)

    numbers = taken(cells.numbers)
    if cells.codes is None and not errors.any():
        return Cells(numbers, reference=cells.reference)
    codes = taken(cells.all_codes())
    return Cells(numbers, np.where(errors, errors, codes).reshape(1, 1, -1), reference=cells.reference)


def match(value: Cells, cells: Cells, kind: Cells | None = None) -> Cells:
    """MATCH: of equal values the first; of sorted ones the last that is not beyond the value sought."""
    if 1 not in cells.shape or value.shape != (1, 1):
        raise NotComputedError("gives MATCH a block of cells, or several values to look for")
    how = 1.0 if kind is None else _only(kind, "MATCH")
    line = cells.numbers.reshape(-1, cells.numbers.shape[2])
    codes = cells.all_codes().reshape(line.shape[0], -1)
    sought, sought_codes = value.numbers[0], value.all_codes()[0]
    sought_kinds = np.where(sought_codes == BLANK, NUMBER, sought_codes)
    if (sought_kinds == TEXT).any():
        if how:
            raise NotComputedError("looks for text among sorted cells")
        line, sought = _folded(line, codes), _folded(sought, sought_kinds, wild=True)
    same = codes == sought_kinds
    if how == 0:
        hits = same & numbers_compared("=", line, sought)
        place = hits.argmax(axis=0)
    else:
        steps = np.diff(line, axis=0)
        if (codes != NUMBER).any() or (steps < 0 if how > 0 else steps > 0).any():
            raise NotComputedError("searches in cells that are not sorted, or not all numbers")
        hits = same & (line <= sought if how > 0 else line >= sought)
        place = len(hits) - 1 - hits[::-1].argmax(axis=0)
    errors = np.where(hits.any(axis=0), 0, NA).astype(np.uint8)
    given = np.where(sought_codes[0] >= FIRST_ERROR, sought_codes[0], 0).astype(np.uint8)
    errors = np.where(given, given, errors)
    return with_errors((place + 1.0).reshape(1, 1, -1), errors.reshape(1, 1, -1))


def _folded(numbers: Numbers, codes: Codes, *, wild: bool = False) -> Numbers:
    """Return numbers of texts, the same for texts that differ in capitals only."""
    result = np.array(np.broadcast_to(numbers, np.broadcast_shapes(numbers.shape, codes.shape)))
    texts = np.broadcast_to(codes == TEXT, result.shape)
    kinds, places = np.unique(result[texts], return_inverse=True)
    if wild and any(_WILDCARDS & set(TEXTS[kind]) for kind in kinds):
        raise NotComputedError("looks for a text with *, ? or ~ in it")
    result[texts] = np.array([float(TEXTS.number(TEXTS[kind].casefold())) for kind in kinds])[places]
    return result


def small(cells: Cells, place: Cells) -> Cells:
    """SMALL."""
    return _ordered(cells, place, from_end=False)


def large(cells: Cells, place: Cells) -> Cells:
    """LARGE."""
    return _ordered(cells, place, from_end=True)


def _ordered(cells: Cells, place: Cells, *, from_end: bool) -> Cells:
    if place.shape != (1, 1):
        raise NotComputedError("asks for several places of a ranking at once")
    codes = cells.all_codes()
    counts = codes == NUMBER
    line = np.where(counts, cells.numbers, np.inf)
    line = np.sort(line.reshape(-1, line.shape[2]), axis=0)
    count = counts.reshape(len(line), -1).sum(axis=0)
    errors = first_error(np.where(codes >= FIRST_ERROR, codes, 0).astype(np.uint8))
    numbers, wrong = place.numeric()
    wanted = np.floor(numbers[0, 0])
    found = np.where(from_end, count - wanted, wanted - 1)
    outside = (wanted < 1) | (wanted > count)
    errors = first_of(errors, wrong, np.where(outside, NUM, 0).astype(np.uint8).reshape(1, 1, -1))
    found = np.where(errors[0, 0], 0, found).astype(np.intp)
    size = max(line.shape[1], found.size)
    taken = np.broadcast_to(line, (len(line), size))[np.broadcast_to(found, size), np.arange(size)]
    return with_errors(np.where(np.isfinite(taken), taken, 0.0).reshape(1, 1, -1), errors)


def rank(value: Cells, cells: Cells, ascending: Cells | None = None) -> Cells:
    """RANK: 1 is the largest, or the smallest where the order is not 0; equal numbers have one rank."""
    up = ascending is not None and _only(ascending, "RANK") != 0
    number, errors = value.numeric()
    if value.shape != (1, 1):
        raise NotComputedError("ranks several values at once")
    codes = cells.all_codes()
    counts = codes == NUMBER
    errors = first_of(errors, first_error(np.where(codes >= FIRST_ERROR, codes, 0).astype(np.uint8)))
    before = (counts & numbers_compared("<" if up else ">", cells.numbers, number)).sum(axis=(0, 1), keepdims=True)
    there = (counts & numbers_compared("=", cells.numbers, number)).any(axis=(0, 1), keepdims=True)
    return with_errors(before + 1.0, first_of(errors, np.where(there, 0, NA).astype(np.uint8)))


def rows(cells: Cells) -> Cells:
    """ROWS."""
    if cells.heights is not None:
        raise NotComputedError("counts the rows of a result that has others in other scenarios")
    return Cells(np.full((1, 1, 1), float(cells.shape[0])))


def columns(cells: Cells) -> Cells:
    """COLUMNS."""
    return Cells(np.full((1, 1, 1), float(cells.shape[1])))


def transpose(cells: Cells) -> Cells:
    """TRANSPOSE."""
    codes = None if cells.codes is None else np.swapaxes(cells.codes, 0, 1)
    return Cells(np.swapaxes(cells.numbers, 0, 1), codes)


def _only(cells: Cells, name: str) -> float:
    """Return a number that is the same in all scenarios."""
    numbers, errors = cells.numeric()
    if numbers.size > 1 or errors.any():
        raise NotComputedError(f"calls {name} in a way that differs from scenario to scenario")
    return float(numbers[0, 0, 0])
