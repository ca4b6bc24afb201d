"""Rents and contract prices, against published quotes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import udfs
from tests.libreoffice import LibreOffice
from udfs import FUNCTIONS, GPUHOUR, RENTCURVE, RENTFORWARD, RENTSPREAD, ExcelError

prices = st.floats(0.01, 100)
terms = st.floats(0.1, 10)


def test_dgx_cloud():
    """growthhk 2023-09-25: $37k a month against $30k is $7k a month and $420k in five years; eight A100."""
    assert RENTSPREAD(37000, 30000, 1) == 7000
    assert RENTSPREAD(37000, 30000, 60) == 420000
    assert GPUHOUR(37000, 8) == pytest.approx(6.3356, abs=5e-5)


@pytest.mark.parametrize(("hourly", "monthly"), [(32, 24000), (40, 30000)])
def test_aws_by_the_month(hourly, monthly):
    """growthhk 2023-09-25: $32 to $40 an hour is $24k to $30k a month, of 31 days."""
    assert GPUHOUR(monthly, 1, 744) == pytest.approx(hourly, rel=0.01)
    assert GPUHOUR(hourly * 744, 8, 744) == hourly / 8


@given(st.floats(1, 1e7), st.integers(1, 10000))
def test_twelve_months_are_a_year(monthly, gpus):
    year = udfs.GPUREVENUE(gpus, GPUHOUR(monthly, gpus), 1)
    assert year == pytest.approx(12 * monthly, rel=1e-12)


def test_forward_price_of_an_h100():
    """Hacker News 40246398 on The Next Platform's quotes: $7.20 for one year and $5.40 for three imply $4.50."""
    assert RENTFORWARD(7.20, 1, 5.40, 3) == pytest.approx(4.50, rel=1e-12)


def test_falling_prices_of_an_h100():
    """The same reader: with a constant yearly ratio (he writes 0.72) that is $7.20, $5.22 and $3.78."""
    ratio = (6**0.5 - 1) / 2  # solves r + r^2 = 2 * 4.50 / 7.20
    curve = [row[0] for row in RENTCURVE(7.20, 1 - ratio, 3)]
    assert [round(price, 2) for price in curve] == [7.20, 5.22, 3.78]


@given(prices, terms, prices, terms)
def test_short_contract_and_forward_are_the_long_contract(rate1, term1, rate2, more):
    term2 = term1 + more
    forward = RENTFORWARD(rate1, term1, rate2, term2)
    assert rate1 * term1 + forward * more == pytest.approx(rate2 * term2, rel=1e-6)


@given(prices, terms, terms)
def test_flat_prices_stay_flat(price, term, more):
    assert RENTFORWARD(price, term, price, term + more) == pytest.approx(price, rel=1e-6)


@given(prices, st.floats(-0.5, 0.9), st.integers(2, 40))
def test_each_price_is_the_last_less_the_decline(price, decline, years):
    curve = [row[0] for row in RENTCURVE(price, decline, years)]
    assert len(curve) == years
    assert curve[0] == price
    for before, after in pairwise(curve):
        assert after == pytest.approx(before * (1 - decline), rel=1e-12)


@given(prices, st.floats(-0.5, 0.9), st.integers(1, 10))
def test_forwards_of_a_curve_are_the_curve(price, decline, year):
    """Contracts priced at the average of the curve imply the curve again."""
    curve = [row[0] for row in RENTCURVE(price, decline, year + 1)]
    short, long = sum(curve[:year]) / year, sum(curve) / (year + 1)
    assert RENTFORWARD(short, year, long, year + 1) == pytest.approx(curve[year], rel=1e-6)


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("RENTSPREAD", (37000.0, 30000.0, -1.0), ExcelError.NUM),
        ("GPUHOUR", (37000.0, 0.0), ExcelError.DIV0),
        ("GPUHOUR", (37000.0, 8.0, 0.0), ExcelError.DIV0),
        ("GPUHOUR", (37000.0, 8.0, 8760.0), ExcelError.NUM),  # hours of a year
        ("RENTFORWARD", (7.2, 1.0, 5.4, 1.0), ExcelError.DIV0),
        ("RENTFORWARD", (7.2, -1.0, 5.4, 3.0), ExcelError.NUM),
        ("RENTCURVE", (2.0, 1.0, 3.0), ExcelError.NUM),
        ("RENTCURVE", (2.0, 0.2, 0.0), ExcelError.NUM),
        ("RENTCURVE", (2.0, 0.2, 2.5), ExcelError.NUM),
        ("RENTCURVE", (-2.0, 0.2, 3.0), ExcelError.NUM),
        ("RENTCURVE", (2.0, "fast", 3.0), ExcelError.VALUE),
    ],
)
def test_errors(name, arguments, error):
    assert udfs.call(name, *arguments) is error


def test_a_loss_is_an_answer():
    assert udfs.call("RENTSPREAD", 30000.0, 37000.0, 12.0) == -84000
    assert udfs.call("RENTFORWARD", 7.0, 1.0, 2.0, 3.0) == -0.5


def test_curve_by_row_in_libreoffice(libreoffice: LibreOffice):
    curve = FUNCTIONS["RENTCURVE"]
    rows = [curve.row_formula(row, "B1", "B2", "B3").text for row in (1, 2, 3)]
    rows.append(curve.row_formula("ROWS(A$1:A4)", "B1", "B2", "B3").text)
    expected = [row[0] for row in RENTCURVE(7.2, 0.28, 4)]
    assert libreoffice.calculate(rows, {"B1": 7.2, "B2": 0.28, "B3": 4}) == pytest.approx(expected, rel=1e-12)
