"""Ranges give, cell by cell, what single calls give: in lists and in NumPy arrays, few cells and many."""

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.drawing import NO_NUMBERS, NUMBERS_IN_DISGUISE, inside, ordinary, outside
from udfs import FUNCTIONS, ExcelError, boundary, call, vectorised
from udfs.errors import OMITTED

SPREADING = [function for function in FUNCTIONS.values() if function.result.shape == "scalar" and function.parameters]
every_function = pytest.mark.parametrize("function", SPREADING, ids=lambda function: function.name)
ODD = [raw for raw, _ in NO_NUMBERS + NUMBERS_IN_DISGUISE] + [OMITTED]


def cells(kind):
    """A cell of a range: usually a number of the domain, sometimes one outside of it or no number at all."""
    good, bad = inside(kind), outside(kind) or ODD
    return st.one_of(st.sampled_from(good), st.sampled_from(good), st.sampled_from(good + bad), st.sampled_from(ODD))


def numbers(kind):
    return st.sampled_from(inside(kind) * 3 + outside(kind) + [math.nan, math.inf])


def block(draw, cell, rows, columns):
    return [[draw(cell) for _ in range(columns)] for _ in range(rows)]


def spreading(function, arguments):
    """The places of the ranges that spread; one for a series is taken whole."""
    scalars = (place for place, parameter in enumerate(function.parameters) if parameter.kind.shape == "scalar")
    return [place for place in scalars if isinstance(arguments[place], list)]


def cell_by_cell(function, arguments):
    """What Excel does: a single row or column is repeated; where a range has no cell, #N/A takes its place."""
    places = spreading(function, arguments)
    rows, columns = max(len(arguments[i]) for i in places), max(len(arguments[i][0]) for i in places)

    def at(value, row, column):
        line = value[0] if len(value) == 1 else value[row] if row < len(value) else None
        if line is None:
            return ExcelError.NA
        return line[0] if len(line) == 1 else line[column] if column < len(line) else ExcelError.NA

    def alone(row, column):
        picked = (at(value, row, column) if i in places else value for i, value in enumerate(arguments))
        return call(function.name, *picked)

    return [[alone(row, column) for column in range(columns)] for row in range(rows)]


def same(one, other):
    """Errors and text exactly; numbers but for the last bits of NumPy's powers and logarithms."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-300)
    return one is other or (isinstance(one, str) and one == other)


def assert_same(results, expected, arguments=None):
    assert [len(row) for row in results] == [len(row) for row in expected]
    for row, (got, wanted) in enumerate(zip(results, expected, strict=True)):
        for column, (one, other) in enumerate(zip(got, wanted, strict=True)):
            assert same(one, other), f"row {row}, column {column}: {one!r}, but alone {other!r}; {arguments}"


def as_objects(value):
    if not isinstance(value, list):
        return value
    array = np.empty((len(value), len(value[0])), dtype=object)
    for row, line in enumerate(value):
        for column, one in enumerate(line):
            array[row, column] = one
    return array


def draw_call(data, function, cell):
    """Draw arguments of which at least one is a range, of shapes that may fit each other or not."""
    rows, columns = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    sizes = st.sampled_from([(rows, columns), (rows, 1), (1, columns), (rows + 1, columns), (rows, columns + 2), None])
    arguments = list(ordinary(function))
    scalars = [i for i, parameter in enumerate(function.parameters) if parameter.kind.shape == "scalar"]
    shapes = {place: data.draw(sizes) for place in scalars}
    if all(shape in (None, (1, 1)) for shape in shapes.values()):
        shapes[data.draw(st.sampled_from(scalars))] = (rows + 1, columns)
    for place, shape in shapes.items():
        kind = function.parameters[place].kind
        arguments[place] = block(data.draw, cell(kind), *shape) if shape else data.draw(cell(kind))
    return arguments


@every_function
@given(data=st.data())
@settings(max_examples=40)
def test_lists_and_arrays_of_anything(function, data):
    arguments = draw_call(data, function, cells)
    expected = cell_by_cell(function, arguments)
    assert_same(call(function.name, *arguments), expected, arguments)
    array = call(function.name, *map(as_objects, arguments))
    assert isinstance(array, np.ndarray)
    assert_same(array.tolist(), expected, arguments)


@every_function
@given(data=st.data())
@settings(max_examples=30)
def test_arrays_of_floats(function, data):
    if not all(parameter.kind.numeric for parameter in function.parameters):
        return
    arguments = draw_call(data, function, numbers)
    expected = cell_by_cell(function, arguments)
    for order in "C", "F":
        arrays = [np.array(value, float, order=order) if isinstance(value, list) else value for value in arguments]
        result = call(function.name, *arrays)
        assert isinstance(result, np.ndarray)
        errors = any(isinstance(value, ExcelError) for row in expected for value in row)
        assert result.dtype == (object if errors else float)
        assert_same(result.tolist(), expected, arguments)


@every_function
@given(seed=st.integers(0, 2**32), wrong=st.sampled_from([0.0, 0.01, 0.3]))
@settings(max_examples=8)
def test_many_cells(function, seed, wrong):
    """More cells than the boundary takes one by one, in blocks that divide unevenly."""
    chance = random.Random(seed)
    pools = [
        (chance.sample(inside(p.kind), min(4, len(inside(p.kind)))), chance.sample(outside(p.kind) + ODD, 4))
        for p in function.parameters
    ]
    arguments = list(ordinary(function))
    for place, parameter in enumerate(function.parameters):
        if parameter.kind.shape == "scalar":
            good, bad = pools[place]
            shape = chance.choice([(1031, 1), (1, 1), (1031, 1)])
            arguments[place] = [
                [chance.choice(bad if chance.random() < wrong else good) for _ in range(shape[1])]
                for _ in range(shape[0])
            ]
    first, *_ = spreading(function, arguments)
    if len(arguments[first]) == 1:
        arguments[first] = arguments[first] * 1031
    expected = cell_by_cell(function, arguments)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectorised, "_AT_ONCE", 1000)
        patch.setattr(vectorised, "_CACHED", 400)
        assert_same(call(function.name, *arguments), expected)
        assert_same(call(function.name, *map(as_objects, arguments)).tolist(), expected)


@every_function
@given(seed=st.integers(0, 2**32), filled=st.integers(0, 4))
@settings(max_examples=4)
def test_ranges_to_the_end_of_the_sheet(function, seed, filled):
    """All but the first cells are blank: of one range, or of several."""
    chance = random.Random(seed)
    arguments = list(ordinary(function))
    scalars = [place for place, parameter in enumerate(function.parameters) if parameter.kind.shape == "scalar"]
    for place in chance.sample(scalars, chance.randint(1, min(2, len(scalars)))):
        kind = function.parameters[place].kind
        height, width = chance.choice([(600, 1), (600, 2), (1, 2)] if place != scalars[0] else [(600, 1), (600, 2)])
        pool = inside(kind) * 3 + outside(kind) + ODD
        arguments[place] = [
            [chance.choice(pool) if row < filled or height == 1 else None for _ in range(width)]
            for row in range(height)
        ]
    if not spreading(function, arguments):
        arguments[scalars[0]] = [[None]] * 600
    assert_same(call(function.name, *arguments), cell_by_cell(function, arguments), arguments)


def test_blank_rows_at_the_end_are_computed_once(monkeypatch):
    """In which cell they end makes no difference, nor what the one result of all of them is."""
    function = FUNCTIONS["MOIC"]
    calls = []

    def counted(*arguments):
        calls.append(arguments)
        return function.body(*arguments)

    monkeypatch.setattr(boundary, "FUNCTIONS", {"MOIC": replace(function, body=counted)})
    flows = [[50.0], [100.0]]
    result = call("MOIC", [[100.0], [None], [300.0], *[[None]] * 100_000], flows)
    division = [ExcelError.DIV0]
    assert result == [[1.5], division, [0.5], *[division] * 100_000]
    assert len(calls) < 10
    result[-1][0] = 7.0
    assert result[-2] == division
    assert call("MOIC", [[None]] * 1000, flows) == [division] * 1000


def test_blank_rows_beside_what_does_not_fit():
    """A range with fewer rows has #N/A below its last; an array comes out as an array."""
    blanks = [[1.0], *[[None]] * 999]
    assert call("AIGAP", blanks, [[2.0]] * 998) == [[4.0], *[[0.0]] * 997, *[[ExcelError.NA]] * 2]
    assert call("AIGAP", blanks, np.array([[2.0, 3.0]])).tolist() == [[4.0, 6.0], *[[0.0, 0.0]] * 999]


def test_both_paths_are_taken(monkeypatch):
    """The body is called once with arrays where cells are many, and cell by cell where they are few."""
    seen = []

    def spy(function, arguments, spread, shape, cell):
        seen.append(shape)
        return vectorised.vectorised(function, arguments, spread, shape, cell)

    monkeypatch.setattr(boundary, "vectorised", spy)
    few, many = [[float(i)] for i in range(511)], [[float(i)] for i in range(512)]
    call("AIGAP", few)
    assert seen == []
    call("AIGAP", many)
    assert seen == [(512, 1)]
    call("AIGAP", np.array([[1.0, 2.0]]))
    assert seen == [(512, 1), (1, 2)]


def test_body_is_called_with_whole_blocks(monkeypatch):
    """A million cells are a few calls of the body, not a million."""
    function = FUNCTIONS["AIGAP"]
    calls = []

    def counted(*arguments):
        calls.append(arguments)
        return function.body(*arguments)

    arguments = [np.full((1_000_000, 1), 50e9), 2.0, 0.5, 0.0, 0.0]
    result = vectorised.vectorised(replace(function, body=counted), arguments, [0], (1_000_000, 1), None)
    assert (result == 200e9).all()
    assert len(calls) < 100


def test_a_grid_of_a_column_and_a_row():
    """The shape that Excel gives: =AIGAP({1;2}, {1,2,4})."""
    assert call("AIGAP", [[1.0], [2.0]], [[1.0, 2.0, 4.0]]) == [[2.0, 4.0, 8.0], [4.0, 8.0, 16.0]]


def test_what_does_not_fit_is_not_available():
    assert call("AICAPEX", [[1.0], [2.0], [3.0]], [[2.0], [2.0]]) == [[2.0], [4.0], [ExcelError.NA]]
    assert call("AICAPEX", [[1.0, 2.0]], [[2.0, 2.0, 2.0]]) == [[2.0, 4.0, ExcelError.NA]]


def test_hidden_division_and_overflow():
    """0.5^(age/0) is 0 in NumPy, and price/1E+400 is too: plausible numbers, where single calls give errors."""
    ones = np.ones((600, 1))
    assert set(call("GPUVALUE", ones * 100, 1.0, [[0.0], *[[3.0]] * 599]).flat) == {
        ExcelError.NUM,
        call("GPUVALUE", 100.0, 1.0, 3.0),
    }
    huge = call("TOKENPRICE", ones, 1e10, ones * 50)
    assert set(huge.flat) == {ExcelError.NUM}


def test_results_can_be_written_to():
    result = call("AIGAP", np.array([1.0, 2.0]))
    result[0] = 5.0
    assert result.tolist() == [[5.0], [8.0]]
