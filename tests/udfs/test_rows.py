"""Functions of flows over many rows give, row by row, what single calls give."""

import math

import numpy as np
import numpy_financial
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.drawing import NO_NUMBERS, inside, outside
from udfs import FUNCTIONS, OMITTED, ExcelError, call, call_rows

SERIES = [one for one in FUNCTIONS.values() if any(p.kind.shape == "series" for p in one.parameters)]
ODD = [raw for raw, _ in NO_NUMBERS if raw is None or isinstance(raw, (str, bool, ExcelError))]


def same(one, other):
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return one is other


def test_all_functions_of_a_series_know_rows():
    assert {one.name for one in SERIES if one.rows is not None} == {one.name for one in SERIES}


@pytest.mark.parametrize("function", SERIES, ids=lambda one: one.name)
@settings(max_examples=60)
@given(data=st.data())
def test_as_single_calls(function, data):
    count, years = data.draw(st.integers(1, 5)), data.draw(st.integers(2, 4))
    shared, rows = [], []
    for parameter in function.parameters:
        kind = parameter.kind
        good = st.sampled_from(inside(kind))
        cell = st.one_of(good, good, good, st.sampled_from(outside(kind) + ODD))
        if kind.shape == "series":
            table = [[data.draw(cell) for _ in range(years)] for _ in range(count)]
            shared.append(objects(table))
            rows.append([[row] for row in table])
        elif data.draw(st.booleans()):
            values = [data.draw(cell) for _ in range(count)]
            shared.append(objects(values))
            rows.append(values)
        else:
            value = data.draw(good) if parameter.required else OMITTED
            shared.append(value)
            rows.append([value] * count)
    got = call_rows(function.name, *shared)
    for place, one in enumerate(got.tolist()):
        alone = call(function.name, *(values[place] for values in rows))
        assert same(one, alone), (place, one, alone)


def objects(values):
    array = np.empty((len(values), len(values[0])) if isinstance(values[0], list) else len(values), object)
    for place, value in enumerate(values):
        array[place] = value
    return array


@settings(max_examples=40)
@given(
    st.lists(st.lists(st.integers(0, 100).map(float), min_size=4, max_size=4), min_size=3, max_size=30),
    st.floats(1, 200),
)
def test_rates_as_numpy_financial(flows, capex):
    table = np.array(flows)
    for row, rate in zip(table, call_rows("CLUSTERIRR", np.full(len(table), capex), table).tolist(), strict=True):
        if row.sum() == 0 or not isinstance(rate, float):
            continue
        assert abs(numpy_financial.npv(rate, [-capex, *row])) < 1e-9 * capex
        if -0.5 < rate < 5:
            assert numpy_financial.irr([-capex, *row]) == pytest.approx(rate, rel=1e-6, abs=1e-9)


def test_late_outflows():
    """Outlay, returns, outlay again: no rate, one, or two."""
    flows = np.array(
        [
            [230.0, -132.0],  # 10% and 20%: Brealey/Myers' case of two rates, by the roots of the polynomial
            [150.0, -100.0],  # the value is negative at every rate
            [2500.0, -10.0],  # 2396% and -99.6%: one of them is in the range that is looked for
            [300.0, 100.0],  # no late outflow
        ]
    )
    rates = call_rows("CLUSTERIRR", np.full(4, 100.0), flows).tolist()
    assert rates[:2] == [ExcelError.NUM, ExcelError.NA]
    assert rates[2] == pytest.approx(-0.996, abs=1e-3)
    assert rates[3] == pytest.approx(math.sqrt(3.25) + 0.5, rel=1e-12)


def test_published_figures_in_rows():
    # Investopedia's payback of 3.7 years among others
    capex = np.array([72000.0, 100.0, 1000.0])
    flows = np.array([[25000.0, 25000.0, 15000.0, 10000.0, 30000.0], [1.0] * 5, [500.0] * 5])
    assert call_rows("PAYBACK", capex, flows).tolist() == [3.7, ExcelError.NA, 2.0]


def test_a_nan_that_is_given_is_no_error_of_ours():
    marked = np.array([np.nan, 5.0])
    marked.view(np.uint64)[0] = 0x7FF8_A1CA_0000_0008  # the bits that stand for #N/A inside
    assert call("BUYVSRENT", marked.reshape(2, 1), 1.0, 2.0).tolist() == [[ExcelError.NUM], [5.0]]
    assert call_rows("MOIC", marked, np.ones((2, 2))).tolist() == [ExcelError.NUM, 0.4]


def test_without_a_series_as_over_a_column():
    gpu = np.array([50e9, 100e9, -1.0])
    assert call_rows("AIGAP", gpu, 2.0, 0.5).tolist()[:2] == [200e9, 400e9]
    assert call_rows("BUYVSRENT", np.array([10.0, 10.0]), 1.0, np.array([2.0, 1.0])).tolist() == [10.0, ExcelError.NA]


def test_many_rows_with_an_overflow_among_them():
    capex, flows = np.full(500, 100.0), np.ones((500, 10)) * 30
    rate = np.full(500, 0.1)
    rate[123] = 1e90  # (1+rate)^10 is beyond all floats
    found = call_rows("PAYBACK", capex, flows, rate).tolist()
    assert found[123] is call("PAYBACK", 100.0, [[30.0] * 10], 1e90)
    assert len(set(found)) == 2
