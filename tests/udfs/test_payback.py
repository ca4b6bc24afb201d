"""Payback, multiples and returns, against textbooks, Excel's documented values and pyxirr."""

import json
import math
from pathlib import Path

import pytest
import pyxirr
from hypothesis import assume, example, given
from hypothesis import strategies as st

import udfs
from udfs import CAPITALCHARGE, CLUSTERIRR, MOIC, PAYBACK, PROFITINDEX, ExcelError
from udfs.rates import rates_of_return

CASES = json.loads((Path(__file__).parent / "cases" / "payback.json").read_text(encoding="utf-8"))

money = st.floats(1, 1e12)
inflows = st.lists(st.floats(1, 1e9), min_size=2, max_size=30)  # one cell would be a level amount
rates = st.floats(0.001, 1)


def answer(case):
    return udfs.call("PAYBACK", case["capex"], [case["cashflows"]], case.get("rate", 0))


@pytest.mark.parametrize(
    "case", [case for case in CASES if "not_followed" not in case], ids=lambda case: case["source"]
)
def test_published_payback(case):
    if case["years"] == "never":
        assert answer(case) is ExcelError.NA
    else:
        assert answer(case) == pytest.approx(case["years"], rel=0, abs=case["within"])


@pytest.mark.parametrize("case", [case for case in CASES if "not_followed" in case], ids=lambda case: case["source"])
def test_published_payback_of_another_convention(case):
    """Each says why we differ; all of them are spending of 0 or less."""
    assert case["capex"] <= 0
    assert answer(case) is ExcelError.NUM


@given(money, inflows, st.one_of(st.just(0.0), rates))
def test_payback_is_where_the_running_sum_reaches_capex(capex, flows, rate):
    present = [flow / (1 + rate) ** year for year, flow in enumerate(flows, start=1)]
    years = udfs.call("PAYBACK", capex, flows, rate)
    if years is ExcelError.NA:
        assert math.fsum(present) < capex
        return
    whole, part = int(years), years % 1
    reached = math.fsum(present[:whole]) + (part * present[whole] if part else 0)
    assert reached == pytest.approx(capex, rel=1e-9, abs=1e-13 * max(present))  # years have some 15 digits


@given(st.floats(1, 1e6), st.floats(1, 1e6), st.one_of(st.just(0.0), st.floats(0.01, 0.3)))
@example(1.0, 0.1, 0.0)
def test_level_amount_is_a_long_row_of_it(capex, cash, rate):
    years = udfs.call("PAYBACK", capex, cash, rate)
    if years is ExcelError.NA:
        assert cash <= capex * rate
        return
    assume(years < 400)
    assert PAYBACK(capex, [cash] * 401, rate) == pytest.approx(years, rel=1e-6)


def test_ten_tenths_repay_one():
    """In binary ten times 0.1 falls short of 1; people and spreadsheets see it repaid at the end of year 10."""
    assert PAYBACK(1, [0.1] * 10) == pytest.approx(10, rel=1e-15)
    assert PAYBACK(1, 0.1) == pytest.approx(10, rel=1e-15)


def test_a_payback_that_was_reached_stays():
    assert PAYBACK(100, [60, 80, -500]) == 1.5


def test_rows_columns_and_blanks():
    assert udfs.call("PAYBACK", 100, [[50, 50, 50]]) == udfs.call("PAYBACK", 100, [[50], [50], [50]]) == 2
    assert udfs.call("PAYBACK", 100, [[50, None, 50]]) == 3  # a year without cash


@given(st.floats(1, 1e9), st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20))
def test_moic_and_profit_index_agree_at_rate_zero(capex, flows):
    assert PROFITINDEX(capex, flows, 0) == pytest.approx(MOIC(capex, flows), rel=1e-9, abs=1e-9)


@given(st.floats(1, 1e9), st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20), st.floats(-0.5, 2))
def test_profit_index_is_pyxirrs_present_value(capex, flows, rate):
    value = pyxirr.npv(rate, flows, start_from_zero=False)
    size = pyxirr.npv(rate, [abs(flow) for flow in flows], start_from_zero=False)
    assert PROFITINDEX(capex, flows, rate) * capex == pytest.approx(value, rel=1e-9, abs=1e-12 * (1 + size))


def test_profit_index_is_excels_npv():
    """NPV of Excel's documentation, as apache/poi has it in TestFinanceLib.testNpv."""
    assert PROFITINDEX(1, [-10000, 3000, 4200, 6800], 0.1) == pytest.approx(1188.4434123352207, abs=1e-8)


def test_amount_for_ever():
    assert PROFITINDEX(1000, 50, 0.05) == pytest.approx(1)  # a perpetuity
    assert udfs.call("PROFITINDEX", 1000.0, 50.0, 0.0) is ExcelError.NA


@pytest.mark.parametrize(
    ("capex", "rate", "life", "residual", "charge", "source"),
    [
        # PMT counts what is paid as negative
        (0, 0.06 / 12, 18 * 12, 50000, -129.081160867991, "MicrosoftDocs/query-docs, pmt-function-dax.md"),
        (15000, 0.08 / 12, 5 * 12, 0, 304.1459143262052, "numpy-financial, test_pmt_decimal_simple"),
        (15000, 0, 5 * 12, 0, 250, "numpy-financial, test_pmt_zero_rate"),
        (20000, 0.8, 3, 0, 19311.2582781457, "numpy-financial, test_pmt_decimal_broadcast"),
        (2000, 0.3, 12, 0, 626.9081401700759, "numpy-financial, test_pmt_decimal_broadcast"),
    ],
)
def test_charge_is_excels_payment(capex, rate, life, residual, charge, source):
    assert CAPITALCHARGE(capex, rate, life, residual) == pytest.approx(charge, rel=1e-10), source


def test_equivalent_annual_cost():
    """liquisearch.com/equivalent_annual_cost/a_practical_example: machines at 5%, with their maintenance."""
    assert round(CAPITALCHARGE(50000, 0.05, 3) + 13000) == 31360
    assert round(CAPITALCHARGE(150000, 0.05, 8) + 7500) == 30708


@given(money, st.floats(-0.5, 1), st.integers(1, 50), st.floats(0, 1e12))
def test_charge_is_pyxirrs_payment(capex, rate, life, residual):
    assume(abs(rate) > 1e-4)  # pyxirr subtracts nearly equal numbers below that
    expected = -pyxirr.pmt(rate, life, capex, -residual)
    assert CAPITALCHARGE(capex, rate, life, residual) == pytest.approx(
        expected, rel=1e-7, abs=1e-7 * (capex + residual)
    )


@given(money, st.one_of(st.just(0.0), st.floats(-0.3, 1)), st.integers(1, 40), st.floats(0, 1))
@example(1.0, 5e-324, 3, 0.5)  # a rate that is no more than 0 but in name
def test_charge_recovers_capital_and_earns_the_rate(capex, rate, life, part):
    residual = part * capex
    charge = CAPITALCHARGE(capex, rate, life, residual)
    present = math.fsum(charge / (1 + rate) ** year for year in range(1, life + 1)) + residual / (1 + rate) ** life
    assert present == pytest.approx(capex, rel=1e-9)


@given(money, st.floats(1, 20))
def test_charge_is_steady_at_rate_zero(capex, life):
    assert CAPITALCHARGE(capex, 1e-9, life) == pytest.approx(CAPITALCHARGE(capex, 0, life), rel=1e-7)


@pytest.mark.parametrize(
    ("capex", "flows", "rate", "source"),
    [
        (70000, [12000, 15000, 18000, 21000], -0.02124484827341093, "Excel's documentation, in apache/poi TestIrr"),
        (
            70000,
            [12000, 15000, 18000, 21000, 26000],
            0.08663094803653162,
            "Excel's documentation, in apache/poi TestIrr",
        ),
        (70000, [12000, 15000], -0.44350694133474067, "Excel's documentation, in apache/poi TestIrr"),
        (20, [9, 9, 9, 9, 9], 0.34943285739920205, "cached by Excel, ironcalc/IronCalc IRR.xlsx General!L12"),
        (400, [1, 1, 1, 1, 1], -0.6737366751808405, "cached by Excel, ironcalc/IronCalc IRR.xlsx General!L17"),
        (120, [30, 20, 30, 20, 30], 0.027307616095139098, "cached by Excel, ironcalc/IronCalc IRR.xlsx General!L27"),
        (30, [30, 20, 30, 20, 30], 0.846365513626516, "cached by Excel, ironcalc/IronCalc IRR.xlsx General!L45"),
        (5, [1], -0.8, "cached by Excel, ironcalc/IronCalc IRR.xlsx Two Values!C6"),
    ],
)
def test_irr_is_excels(capex, flows, rate, source):
    assert CLUSTERIRR(capex, flows) == pytest.approx(rate, abs=1e-9), source
    # Part of the last flow may as well be a residual value.
    assert CLUSTERIRR(capex, [*flows[:-1], 0], flows[-1]) == pytest.approx(rate, abs=1e-9), source


@pytest.mark.parametrize(
    ("capex", "flows", "rate"),
    [
        (150000, [15000, 25000, 35000, 45000, 60000], 0.0524),
        (100, [0, 0, 74], -0.0955),
        (100, [39, 59, 55, 20], 0.28095),
    ],
)
def test_irr_is_numpy_financials(capex, flows, rate):
    """numpy/numpy-financial, test_basic_values"""
    assert CLUSTERIRR(capex, flows) == pytest.approx(rate, abs=5e-5)


@given(st.floats(1, 1e6), st.lists(st.floats(0.01, 1e6), min_size=2, max_size=15))
def test_irr_is_pyxirrs_where_there_is_but_one(capex, flows):
    rate = udfs.call("CLUSTERIRR", capex, flows)
    expected = pyxirr.irr([-capex, *flows])
    if expected is not None and -1 < expected <= 10:
        assert rate == pytest.approx(expected, abs=1e-9)
    else:
        assert rate is ExcelError.NA


def test_several_rates_show_none():
    """numpy-financial's test_basic_values gives -8.33% for the first; -68% would do as well."""
    assert len(rates_of_return([-100, 100, 0, -7])) == 2
    assert udfs.call("CLUSTERIRR", 100, [100, 0, -7]) is ExcelError.NUM


@given(st.lists(st.floats(0.1, 3), min_size=1, max_size=3, unique=True), st.floats(1, 1000))
def test_every_rate_is_found(growth, scale):
    """A polynomial built from its roots: growth factors 1 + rate."""
    assume(all(abs(a / b - 1) > 0.05 for a in growth for b in growth if a is not b))
    flows = [scale]
    for factor in growth:
        flows = [a - factor * b for a, b in zip([*flows, 0], [0, *flows], strict=True)]
    assert rates_of_return(flows) == pytest.approx(sorted(factor - 1 for factor in growth), abs=1e-6)


@given(st.lists(st.floats(-1000, 1000).filter(lambda flow: abs(flow) > 0.01), min_size=2, max_size=12))
def test_every_rate_is_a_rate(flows):
    for rate in rates_of_return(flows):
        terms = [flow / (1 + rate) ** year for year, flow in enumerate(flows)]
        assert math.fsum(terms) == pytest.approx(0, abs=1e-8 * math.fsum(map(abs, terms)))


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("PAYBACK", (0.0, 25.0), ExcelError.NUM),
        ("PAYBACK", (-100.0, 25.0), ExcelError.NUM),
        ("PAYBACK", (100.0, 25.0, -1.0), ExcelError.NUM),
        ("PAYBACK", (100.0, 0.0), ExcelError.NA),
        ("PAYBACK", (100.0, -5.0), ExcelError.NA),
        ("PAYBACK", (100.0, [[10.0, 10.0]]), ExcelError.NA),
        ("PAYBACK", (100.0, [[50.0, 50.0], [50.0, 50.0]]), ExcelError.VALUE),
        ("PAYBACK", (100.0, [["fifty"], [50.0]]), ExcelError.VALUE),
        ("PAYBACK", (100.0, [[ExcelError.REF], [50.0]]), ExcelError.REF),
        ("MOIC", (0.0, 25.0), ExcelError.DIV0),
        ("MOIC", (-1.0, 25.0), ExcelError.NUM),
        ("PROFITINDEX", (0.0, [[25.0, 25.0]], 0.1), ExcelError.DIV0),
        ("PROFITINDEX", (100.0, -25.0, -0.1), ExcelError.NA),
        ("CAPITALCHARGE", (100.0, 0.1, 0.0), ExcelError.NUM),
        ("CAPITALCHARGE", (100.0, 0.1, -1.0), ExcelError.NUM),
        ("CAPITALCHARGE", (100.0, -1.0, 4.0), ExcelError.NUM),
        ("CLUSTERIRR", (100.0, [[-10.0, -10.0]]), ExcelError.NA),
        ("CLUSTERIRR", (1.0, [[20.0, 1.0]]), ExcelError.NA),  # 2000% is beyond what is looked for
        ("CLUSTERIRR", (100.0, 10.0, 5.0), ExcelError.NUM),
    ],
)
def test_errors(name, arguments, error):
    assert udfs.call(name, *arguments) is error
