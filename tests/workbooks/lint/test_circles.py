"""Circles are those that networks of single cells have; ranges do not slow it down."""

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from tests.workbooks.lint.making import saved
from workbooks.lint.anatomy import formulas
from workbooks.lint.circles import circles
from workbooks.lint.reading import read

CELL = st.tuples(st.integers(1, 3), st.integers(1, 6))


def address(cell):
    return f"{'ABC'[cell[0] - 1]}{cell[1]}"


@given(sums=st.dictionaries(CELL, st.lists(st.tuples(CELL, CELL), min_size=1, max_size=2), min_size=1, max_size=12))
def test_circles_are_those_found_cell_by_cell(sums):
    book = openpyxl.Workbook()
    for cell, ranges in sums.items():
        book.active[address(cell)] = "=" + "+".join(f"SUM({address(a)}:{address(b)})" for a, b in ranges)
    workbook = read(saved(book))
    needed = {
        cell: {other for other in sums for a, b in ranges if within(other, a, b)} for cell, ranges in sums.items()
    }
    reached = {cell: reach(cell, needed) for cell in sums}
    expected = {
        frozenset(other for other in reached[cell] if cell in reached[other]) for cell in sums if cell in reached[cell]
    }
    found = {
        frozenset((one.cell.column, one.cell.row) for one in circle) for circle in circles(workbook, formulas(workbook))
    }
    assert found == expected


def within(cell, a, b):
    return all(min(x, y) <= own <= max(x, y) for own, x, y in zip(cell, a, b, strict=True))


def reach(start, needed):
    reached, waiting = set(), [start]
    while waiting:
        for other in needed[waiting.pop()] - reached:
            reached.add(other)
            waiting.append(other)
    return reached
