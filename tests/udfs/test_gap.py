"""The revenue gap, against David Cahn's own figures and those of the press that took them up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import udfs
from udfs import (
    AICAPEX,
    AICOVERAGE,
    AIGAP,
    AIGAPYEARS,
    AIGPU,
    AIMARGIN,
    AIREVENUE,
    CAPEXINTENSITY,
    ExcelError,
)

money = st.floats(1e3, 1e13)
multiples = st.floats(1, 10)
margins = st.floats(0, 0.95)


def test_cahn_2023():
    """sequoiacap.com/article/follow-the-gpus-perspective"""
    assert AICAPEX(50e9, 2) == 100e9
    assert AIREVENUE(50e9, 2, 0.5) == 200e9
    assert AIGAP(50e9, 2, 0.5, 75e9) == 125e9


def test_cahn_2024():
    """sequoiacap.com/article/ais-600b-question"""
    assert AIREVENUE(150e9, 2, 0.5) == 600e9
    assert AIGAP(150e9, 2, 0.5, 100e9) == 500e9
    assert AIGPU(600e9, 2, 0.5) == 150e9


def test_seventeen_times():
    """Sequoia in the Wall Street Journal, 2024-03-31: $50B of chips against $3B of revenue."""
    assert round(CAPEXINTENSITY(50e9, 3e9)) == 17


@pytest.mark.parametrize(
    ("capex", "revenue", "published"),
    [
        (60e9, 20e9, 3),  # Wall Street analysts on 2026, Kechuangban Daily 2024-07-27
        (1.56e9, 20e6, 78),  # 360's research spending against what AI earned, growthhk 2023-09-25
    ],
)
def test_intensity(capex, revenue, published):
    assert CAPEXINTENSITY(capex, revenue) == published


def test_spending_that_holds_the_data_centre_already():
    """Goldman Sachs, June 2024: over $1 trillion of infrastructure."""
    assert AIGAP(1e12, 1, 0.5) == 2e12


def test_defaults_are_cahns():
    assert AIGAP(50e9) == AIGAP(50e9, 2, 0.5, 0, 0) == 200e9
    assert AICAPEX(50e9) == 100e9


@given(money, multiples, margins, margins)
def test_gpu_is_the_inverse_of_revenue(gpu, mult, margin, cloud):
    assert AIGPU(AIREVENUE(gpu, mult, margin, cloud), mult, margin, cloud) == pytest.approx(gpu, rel=1e-12)


@given(money, multiples, st.floats(0.1, 100), margins)
def test_margin_closes_the_gap(gpu, mult, times, cloud):
    revenue = gpu * mult * times
    margin = AIMARGIN(gpu, mult, revenue, cloud)
    assert margin < 1
    assert AIGAP(gpu, mult, margin, revenue, cloud) == pytest.approx(0, abs=1e-9 * revenue)


@given(money, multiples, margins, money, margins)
def test_coverage_is_the_part_that_is_no_gap(gpu, mult, margin, revenue, cloud):
    required = AIREVENUE(gpu, mult, margin, cloud)
    missing = 1 - AICOVERAGE(gpu, mult, margin, revenue, cloud)
    assert AIGAP(gpu, mult, margin, revenue, cloud) == pytest.approx(
        missing * required, abs=1e-9 * (required + revenue)
    )


@given(money, multiples, margins, margins)
def test_the_two_margins_work_alike(gpu, mult, margin, cloud):
    assert AIREVENUE(gpu, mult, margin, cloud) == pytest.approx(AIREVENUE(gpu, mult, cloud, margin), rel=1e-12)
    assert AIREVENUE(gpu, mult, 0, 0) == AICAPEX(gpu, mult)


@given(money, multiples, st.lists(margins, min_size=2, max_size=2, unique=True))
def test_more_margin_needs_more_revenue(gpu, mult, pair):
    low, high = sorted(pair)
    assert AIREVENUE(gpu, mult, low) <= AIREVENUE(gpu, mult, high)


@given(money, st.floats(1, 1e6), st.floats(0.01, 10))
def test_growing_for_that_long_meets_what_is_required(revenue, times, growth):
    years = AIGAPYEARS(revenue * times, revenue, growth)
    assert revenue * (1 + growth) ** years == pytest.approx(revenue * times, rel=1e-9)


def test_years_of_growth():
    assert AIGAPYEARS(800e9, 100e9, 1) == pytest.approx(3, rel=1e-15)  # doubles three times
    assert AIGAPYEARS(100e9, 100e9, -0.5) == 0  # met already, whatever follows


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("AICAPEX", (50e9, 0.99), ExcelError.NUM),
        ("AIREVENUE", (50e9, 2.0, 1.0), ExcelError.NUM),
        ("AIREVENUE", (50e9, 2.0, -0.01), ExcelError.NUM),
        ("AIREVENUE", (50e9, 2.0, 0.5, 1.0), ExcelError.NUM),
        ("AIGAP", (50e9, 2.0, 0.5, 0.0, -0.1), ExcelError.NUM),
        ("AIGPU", (600e9, 0.5), ExcelError.NUM),
        ("AIMARGIN", (50e9, 2.0, 0.0), ExcelError.DIV0),
        ("AICOVERAGE", (0.0, 2.0, 0.5, 75e9), ExcelError.DIV0),
        ("AIGAPYEARS", (200e9, 100e9, 0.0), ExcelError.NA),
        ("AIGAPYEARS", (200e9, 100e9, -0.2), ExcelError.NA),
        ("AIGAPYEARS", (200e9, 0.0, 1.0), ExcelError.NA),
        ("CAPEXINTENSITY", (50e9, 0.0), ExcelError.DIV0),
        ("AIGAP", ("fifty",), ExcelError.VALUE),
        ("AIGAP", (True,), ExcelError.VALUE),
        ("AIGAP", (ExcelError.REF,), ExcelError.REF),
        ("AIGAP", (), ExcelError.VALUE),
    ],
)
def test_errors(name, arguments, error):
    assert udfs.call(name, *arguments) is error


def test_a_loss_and_a_surplus_are_answers():
    assert udfs.call("AIMARGIN", 50e9, 2.0, 80e9) == -0.25
    assert udfs.call("AIGAP", 50e9, 2.0, 0.5, 300e9) == -100e9
