"""What market figures imply, against the figures of the press."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import udfs
from udfs import IMPLIEDEARNINGS, PRIORPERIOD, SHAREHEADROOM, ExcelError

money = st.floats(1, 1e13)


@pytest.mark.parametrize(
    ("share", "published"), [(0.82, 1.2195), (0.95, 1.0526), (0.5, 2), (0.70, 1.4286), (0.85, 1.1765)]
)
def test_norvigs_rule(share, published):
    """Kechuangban Daily 2024-07-27: Nvidia's shares of accelerators and of training; Cisco's in 2000."""
    assert SHAREHEADROOM(share) == pytest.approx(published, abs=5e-5)


@given(st.floats(0.5, 1, exclude_min=True))
def test_above_a_half_nothing_doubles(share):
    assert SHAREHEADROOM(share) < 2


@pytest.mark.parametrize(
    ("cap", "pe", "published"),
    [(2.36e12, 32.75, 72.06e9), (1.64e12, 27.54, 59.55e9), (2.73e12, 29.33, 93.08e9), (1.03e12, 100.51, 10.25e9)],
)
def test_earnings_behind_a_market_value(cap, pe, published):
    """growthhk 2023-09-25: Microsoft, Google, Apple, Nvidia."""
    assert IMPLIEDEARNINGS(cap, pe) == pytest.approx(published, abs=10e6)


@pytest.mark.parametrize(
    ("current", "growth", "published", "tolerance"),
    [(13.51e9, 0.88, 7.186e9, 10e6), (13.51e9, 1.01, 6.721e9, 10e6), (52.9e9, 0.96, 26.99e9, 100e6)],
)
def test_nvidias_period_before(current, growth, published, tolerance):
    """growthhk 2023-09-25: on the quarter, on the year, and 2022's revenue."""
    assert PRIORPERIOD(current, growth) == pytest.approx(published, abs=tolerance)


def test_nvidias_own_report():
    """Nvidia, second quarter of fiscal 2024: $13.51B, after $7.19B in the quarter and $6.70B in the year before."""
    assert PRIORPERIOD(13.51e9, 0.88) == pytest.approx(7.19e9, rel=3e-3)
    assert PRIORPERIOD(13.51e9, 1.01) == pytest.approx(6.70e9, rel=5e-3)


@given(money, st.floats(-0.9, 10))
def test_growing_again_gives_the_present(current, growth):
    assert PRIORPERIOD(current, growth) * (1 + growth) == pytest.approx(current, rel=1e-12)


@given(money, st.floats(0.1, 1000))
def test_earnings_times_the_ratio_are_the_value(cap, pe):
    assert IMPLIEDEARNINGS(cap, pe) * pe == pytest.approx(cap, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("SHAREHEADROOM", (0.0,), ExcelError.NUM),
        ("SHAREHEADROOM", (1.01,), ExcelError.NUM),
        ("SHAREHEADROOM", (-0.5,), ExcelError.NUM),
        ("SHAREHEADROOM", (None,), ExcelError.NUM),
        ("IMPLIEDEARNINGS", (1e12, 0.0), ExcelError.DIV0),
        ("PRIORPERIOD", (1e9, -1.0), ExcelError.DIV0),
        ("PRIORPERIOD", (1e9, -1.5), ExcelError.NUM),
        ("PRIORPERIOD", (ExcelError.NA, 0.5), ExcelError.NA),
    ],
)
def test_errors(name, arguments, error):
    assert udfs.call(name, *arguments) is error


def test_losses_are_answers():
    assert udfs.call("IMPLIEDEARNINGS", 100.0, -20.0) == -5
    assert udfs.call("SHAREHEADROOM", 1.0) == 1
