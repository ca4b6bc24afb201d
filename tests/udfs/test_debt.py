"""Debt on GPUs, against published figures, pyxirr and plain loan accounts."""

import math

import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as st

import udfs
from udfs import DEBTCAP, DSCR, FUNCTIONS, GPULOOP, GPULTV, OMITTED, ExcelError

money = st.floats(1, 1e12)
ltvs = st.floats(0, 0.95)
flows = st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=30)
rates = st.one_of(st.just(0.0), st.floats(-0.2, 0.5))


def test_lending_against_gpus_again_and_again():
    """growthhk 2023-09-25 tells of the loop; 1/(1-0.7) is evidence E26."""
    assert GPULOOP(1, 0.7) == pytest.approx(3.3333, abs=5e-5)


@given(money, ltvs, st.integers(0, 20))
def test_loop_purchase_by_purchase(equity, ltv, rounds):
    bought = purchase = equity
    for _ in range(rounds):
        purchase *= ltv
        bought += purchase
    assert GPULOOP(equity, ltv, rounds) == pytest.approx(bought, rel=1e-9)


@given(money, ltvs)
def test_rounds_go_towards_the_limit(equity, ltv):
    limit = GPULOOP(equity, ltv)
    sizes = [GPULOOP(equity, ltv, rounds) for rounds in (0, 1, 5, 50, 2000)]
    assert sizes == sorted(sizes)
    assert sizes[0] == pytest.approx(equity, rel=1e-12)
    assert sizes[-1] == pytest.approx(limit, rel=1e-9)


@given(money, ltvs)
def test_debt_of_the_loop_is_the_loan_to_value(equity, ltv):
    assets = GPULOOP(equity, ltv)
    assert GPULTV(assets - equity, assets) == pytest.approx(ltv, abs=1e-9)


def test_rounds_left_out_are_all_rounds():
    every = udfs.call("GPULOOP", 100.0, 0.5)
    assert every == udfs.call("GPULOOP", 100.0, 0.5, OMITTED) == 200
    assert udfs.call("GPULOOP", 100.0, 0.5, None) == 100  # a blank cell is 0, the first purchase alone
    assert udfs.call("GPULOOP", [[100.0, 200.0]], 0.5) == [[200, 400]]
    assert udfs.call("GPULOOP", 100.0, 0.5, [[0.0], [1.0], [1.5], [-1.0]]) == [
        [100],
        [150],
        [ExcelError.NUM],
        [ExcelError.NUM],
    ]
    many = udfs.call("GPULOOP", [[100.0]] * 1000, 0.5, [[0.0, 1.5]])
    assert many == [[100, ExcelError.NUM]] * 1000
    loop = FUNCTIONS["GPULOOP"]
    assert loop.syntax == "GPULOOP(equity, ltv, [rounds])"
    assert loop.formula("B1", "B2").text == "B1/(1-B2)"
    assert loop.formula("B1", "B2", "B3").text == "B1*(1-B2^(B3+1))/(1-B2)"


def test_loan_on_a_hundred_h100():
    """v2-pseo-ai.pages.dev/financing/gpu-ltv-calculator: $1.575M on $2.625M of collateral is 60%."""
    assert GPULTV(1.575e6, 2.625e6) == pytest.approx(0.6)


def test_cover_ratio_of_each_period():
    assert udfs.call("DSCR", [[130.0, 100.0, 90.0]], [[100.0, 0.0, 100.0]]) == [[1.3, ExcelError.DIV0, 0.9]]


def test_capacity_at_a_cover_of_one_is_excels_npv():
    """NPV of Excel's documentation, as apache/poi has it in TestFinanceLib.testNpv."""
    assert DEBTCAP([-10000, 3000, 4200, 6800], 1, 0.1) == pytest.approx(1188.4434123352207, abs=1e-8)


def test_capacity_of_a_level_cash_flow_is_excels_pv():
    """PMT of numpy-financial's test_pmt_decimal_simple: a loan of 15,000 is 304.15 a month for 60 months."""
    assert DEBTCAP([304.1459143262052] * 60, 1, 0.08 / 12) == pytest.approx(15000, rel=1e-10)
    assert DEBTCAP([304.1459143262052 * 1.25] * 60, 1.25, 0.08 / 12) == pytest.approx(15000, rel=1e-10)


@given(flows, st.floats(0.5, 3), rates)
def test_capacity_is_pyxirrs_present_value(cfads, dscr, rate):
    value = pyxirr.npv(rate, cfads, start_from_zero=False) / dscr
    size = pyxirr.npv(rate, [abs(cash) for cash in cfads], start_from_zero=False)
    assert DEBTCAP(cfads, dscr, rate) == pytest.approx(value, rel=1e-9, abs=1e-12 * (1 + size))


@given(st.lists(st.floats(1, 1e9), min_size=2, max_size=20), st.floats(1, 3), st.floats(0, 0.3))
def test_sculpted_service_clears_the_debt_and_keeps_the_cover(cfads, dscr, rate):
    """The loan account, year by year: interest, service, balance."""
    balance = debt = DEBTCAP(cfads, dscr, rate)
    for cash in cfads:
        service = cash / dscr
        assert DSCR(cash, service) == pytest.approx(dscr)
        balance = balance * (1 + rate) - service
    assert balance == pytest.approx(0, abs=1e-9 * debt * (1 + rate) ** len(cfads))


@given(st.floats(1, 1e9), st.floats(1, 3), st.floats(0.05, 0.5))
def test_amount_for_ever_is_a_very_long_row(cash, dscr, rate):
    years = math.ceil(25 / math.log1p(rate))
    assert DEBTCAP([cash] * years, dscr, rate) == pytest.approx(DEBTCAP(cash, dscr, rate), rel=1e-9)


@given(st.lists(st.floats(1, 1e9), min_size=2, max_size=20), st.floats(1, 3), st.floats(0, 0.3))
def test_what_lowers_the_capacity(cfads, dscr, rate):
    debt = DEBTCAP(cfads, dscr, rate)
    assert DEBTCAP(cfads, dscr + 0.1, rate) < debt
    assert DEBTCAP(cfads, dscr, rate + 0.01) < debt
    assert DEBTCAP(cfads[:-1], dscr, rate) < debt or cfads[-1] < 1e-9 * debt


def test_native_form_is_npv():
    capacity = FUNCTIONS["DEBTCAP"]
    assert capacity.formula("D12:M12", "B2", "B3").text == "NPV(B3,D12:M12+0)/B2"
    assert capacity.formula("D12:M12", "B2", "B3").array
    assert capacity.formula("B1", "B2", "B3").text == "IF(B3>0,B1/B2/B3,NA())"


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("GPULOOP", (100.0, 1.0), ExcelError.NUM),
        ("GPULOOP", (100.0, -0.1), ExcelError.NUM),
        ("GPULOOP", (-100.0, 0.5), ExcelError.NUM),
        ("GPULOOP", (100.0, 0.5, "all"), ExcelError.VALUE),
        ("GPULTV", (100.0, 0.0), ExcelError.DIV0),
        ("GPULTV", (-100.0, 50.0), ExcelError.NUM),
        ("DSCR", (100.0, 0.0), ExcelError.DIV0),
        ("DSCR", (100.0, -50.0), ExcelError.NUM),
        ("DEBTCAP", (100.0, 1.3, 0.0), ExcelError.NA),
        ("DEBTCAP", (100.0, 0.0, 0.1), ExcelError.NUM),
        ("DEBTCAP", ([[100.0, 100.0]], 1.3, -1.0), ExcelError.NUM),
        ("DEBTCAP", ([[100.0, 100.0], [100.0, 100.0]], 1.3, 0.1), ExcelError.VALUE),
        ("DEBTCAP", ([[100.0, "soon"]], 1.3, 0.1), ExcelError.VALUE),
    ],
)
def test_errors(name, arguments, error):
    assert udfs.call(name, *arguments) is error
