"""The rules of the boundary, for every function: what an argument counts as, which error decides, what may come out."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from tests.drawing import NO_NUMBERS, NUMBERS_IN_DISGUISE, ODD_RANGES, inside, ordinary, outside
from udfs import FUNCTIONS, OMITTED, ExcelError, call

every_function = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)
every_parameter = pytest.mark.parametrize(
    ("function", "place"),
    [
        pytest.param(function, place, id=f"{function.name}-{parameter.name}")
        for function in FUNCTIONS.values()
        for place, parameter in enumerate(function.parameters)
        if parameter.kind.numeric
    ],
)
SERIES = [
    (function, place)
    for function in FUNCTIONS.values()
    for place, parameter in enumerate(function.parameters)
    if parameter.kind.shape == "series"
]
every_series = pytest.mark.parametrize(("function", "place"), SERIES, ids=lambda value: getattr(value, "name", None))

JUNK = st.sampled_from(
    [raw for raw, _ in NO_NUMBERS] + [raw for raw, _ in NUMBERS_IN_DISGUISE] + ODD_RANGES + [OMITTED, 0.0, 2.0, 50e9]
)
ANYTHING = st.recursive(
    JUNK,
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.lists(st.lists(inner, max_size=2)),
    max_leaves=6,
)


def changed(function, place, value):
    arguments = list(ordinary(function))
    arguments[place] = value
    return call(function.name, *arguments)


def sound(result):
    """Whether it is something that cells can hold: never NaN, infinity, a truth value, or a number of another type."""
    if isinstance(result, np.ndarray):
        return result.ndim == 2 and sound(result.tolist())
    if isinstance(result, list):
        return bool(result) and all(isinstance(row, list) and row and all(map(sound_cell, row)) for row in result)
    return sound_cell(result)


def sound_cell(value):
    if isinstance(value, str):
        return not value.startswith("#") and "Traceback" not in value
    return isinstance(value, ExcelError) or (type(value) is float and math.isfinite(value))


@every_parameter
def test_what_counts_as_a_number(function, place):
    for raw, number in NUMBERS_IN_DISGUISE:
        assert changed(function, place, raw) == changed(function, place, number), raw


@every_parameter
def test_what_is_no_number(function, place):
    for raw, error in NO_NUMBERS:
        assert changed(function, place, raw) is error, raw


@every_parameter
def test_domain(function, place):
    kind = function.parameters[place].kind
    if kind.shape == "scalar":
        for value in outside(kind):
            assert changed(function, place, value) is ExcelError.NUM, value
    for value in inside(kind):
        assert sound(changed(function, place, value)), value


@pytest.mark.parametrize(
    ("function", "place"),
    [(f, i) for f in FUNCTIONS.values() for i, p in enumerate(f.parameters) if p.kind.choices],
    ids=lambda value: getattr(value, "name", None),
)
def test_words(function, place):
    for word in function.parameters[place].kind.choices:
        expected = changed(function, place, word)
        assert expected is not ExcelError.VALUE
        assert changed(function, place, f" {word.lower()}") == expected
    assert changed(function, place, "no such word") is ExcelError.NA
    for wrong in (None, 1.0, True):
        assert changed(function, place, wrong) is ExcelError.VALUE
    assert changed(function, place, ExcelError.REF) is ExcelError.REF


@every_function
def test_skipped_argument_takes_its_default(function):
    arguments = ordinary(function)
    for place, parameter in enumerate(function.parameters):
        if parameter.required:
            assert changed(function, place, OMITTED) is ExcelError.VALUE
        elif parameter.default is not None:
            assert changed(function, place, OMITTED) == changed(function, place, parameter.default)
    shortest = max((i + 1 for i, parameter in enumerate(function.parameters) if parameter.required), default=0)
    for length in range(shortest, len(arguments)):
        skipped = [*arguments[:length], *[OMITTED] * (len(arguments) - length)]
        assert call(function.name, *arguments[:length]) == call(function.name, *skipped)


@every_function
def test_blank_is_0_and_not_the_default(function):
    for place, parameter in enumerate(function.parameters):
        if parameter.kind.numeric and parameter.default not in (0.0, OMITTED, None):
            assert changed(function, place, None) == changed(function, place, 0.0)
            assert changed(function, place, None) != changed(function, place, OMITTED)


@every_function
@given(data=st.data())
@settings(max_examples=20)
def test_first_argument_with_something_wrong_decides(function, data):
    numeric = [place for place, parameter in enumerate(function.parameters) if parameter.kind.numeric]
    if not numeric:
        return
    wrong = data.draw(st.lists(st.sampled_from(numeric), min_size=1, unique=True))
    arguments = list(ordinary(function))
    expected = {}
    for place in wrong:
        arguments[place], expected[place] = data.draw(st.sampled_from(NO_NUMBERS))
        if data.draw(st.booleans()):
            arguments[place] = [[arguments[place]]]
    assert call(function.name, *arguments) is expected[min(wrong)]


@every_function
@given(data=st.data())
@settings(max_examples=60)
def test_nothing_raises_and_only_sound_values_come_out(function, data):
    good = [st.sampled_from(inside(parameter.kind)) for parameter in function.parameters]
    arguments = [data.draw(st.one_of(ANYTHING, strategy, JUNK)) for strategy in good]
    assert sound(call(function.name, *arguments)), arguments


@every_function
def test_range_of_one_cell_is_that_cell(function):
    for place, parameter in enumerate(function.parameters):
        if parameter.kind.shape == "any":
            continue
        values = [*inside(parameter.kind), None, True, "x", ExcelError.REF]
        for value in values:
            expected = changed(function, place, value)
            for same in ([value], [[value]], ((value,),), np.array([[value]], dtype=object)):
                assert changed(function, place, same) == expected, (place, value)
            if isinstance(value, float):
                assert changed(function, place, np.array([value])) == expected


@every_function
def test_table_does_not_spread_over_a_range(function):
    if function.result.shape == "table":
        for place, parameter in enumerate(function.parameters):
            if parameter.kind.shape == "scalar":
                value = ordinary(function)[place]
                assert changed(function, place, [value, value]) is ExcelError.VALUE


@every_series
def test_series_is_a_row_or_a_column(function, place):
    flows = [30.0, 0.0, 60.0, 45.5, 12.0]
    expected = changed(function, place, [flows])
    assert isinstance(expected, float)
    column = [[flow] for flow in flows]
    for same in (
        flows,
        column,
        tuple(flows),
        np.array(flows),
        np.array([flows]),
        np.array(column),
        [[30, None, 60, 45.5, 12]],
    ):
        assert changed(function, place, same) == expected
    assert changed(function, place, [flows, flows]) is ExcelError.VALUE
    assert changed(function, place, np.array([flows, flows])) is ExcelError.VALUE


@every_series
def test_first_cell_of_a_series_with_something_wrong_decides(function, place):
    for raw, error in NO_NUMBERS:
        assert changed(function, place, [1.0, raw, "x", ExcelError.NULL]) is error, raw
        assert changed(function, place, [[1.0, raw, ExcelError.NULL]]) is error, raw


@every_series
def test_series_is_taken_whole_where_others_spread(function, place):
    flows = [[60.0], [70.0]]
    others = [i for i, parameter in enumerate(function.parameters) if parameter.kind.shape == "scalar"]
    for other in others:
        arguments = list(ordinary(function))
        arguments[place] = flows
        values = inside(function.parameters[other].kind)
        arguments[other] = values
        spread = call(function.name, *arguments)
        assert len(spread) == len(values)
        for value, [result] in zip(values, spread, strict=True):
            arguments[other] = value
            assert result == call(function.name, *arguments)


def test_names_in_any_case():
    assert call("aigap", 50e9) == call("AIGAP", 50e9) == 200e9
    assert call("NOSUCH", 1) is ExcelError.NAME
    assert call("", 1) is ExcelError.NAME
    assert call("__class__") is ExcelError.NAME


@every_function
def test_too_many_arguments(function):
    assert call(function.name, *ordinary(function), 1.0) is ExcelError.VALUE


def test_functions_are_plain_python():
    assert udfs.AIGAP(50e9, margin=0.5) == 200e9
    with pytest.raises(AttributeError, match="NOSUCH"):
        _ = udfs.NOSUCH
    with pytest.raises(TypeError):
        FUNCTIONS["X"] = FUNCTIONS["AIGAP"]  # type: ignore[index]
