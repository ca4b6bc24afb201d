"""Cost and price of tokens, against published worked examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import udfs
from udfs import REQTOKENS, TOKENCOST, TOKENMARGIN, TOKENPRICE, ExcelError

prices = st.floats(1e-4, 1e3)
speeds = st.floats(0.1, 1e5)
shares = st.floats(0.01, 1)


@pytest.mark.parametrize(
    ("gpuhour", "tps", "utilisation", "published", "source"),
    [
        (2.00, 85, 1, 6.54, "gmicloud.ai/en/blog/llm-inference-cost-per-million-tokens, A"),
        (2.60, 140, 1, 5.16, "gmicloud.ai/en/blog/llm-inference-cost-per-million-tokens, B"),
        (2.00, 120, 1, 4.63, "gmicloud.ai/en/blog/llm-inference-cost-per-million-tokens, C"),
        (2.00, 400, 1, 1.39, "gmicloud.ai/en/blog/llm-inference-cost-per-million-tokens, D"),
        (10.0, 1000, 1, 2.78, "fridayswithfaraday.com/posts/inference-cost-economics-tokens-per-dollar"),
        (1.00, 200, 1, 1.39, "fridayswithfaraday.com/posts/inference-cost-economics-tokens-per-dollar"),
        (1.29, 2400, 1, 0.15, "rahulkashyap.dev/learn/llm-serving-economics, lesson 3"),
        (1.29, 2400, 0.7, 0.21, "rahulkashyap.dev/learn/llm-serving-economics, lesson 3"),
    ],
)
def test_cost_of_a_million_tokens(gpuhour, tps, utilisation, published, source):
    assert TOKENCOST(gpuhour, tps, utilisation) == pytest.approx(published, abs=0.0051), source


@pytest.mark.parametrize(
    ("price", "cost", "published", "source"),
    [
        (15, 0.64, 0.957, "deluair.com/consultancy/tools/compute-cost: 95.7% at $15"),
        (0.210, 0.1012, 1 - 1 / 2.08, "cliffcenter.com/research/inference-economics: a markup of 108% on cost"),
    ],
)
def test_margin_on_tokens(price, cost, published, source):
    assert TOKENMARGIN(price, cost) == pytest.approx(published, abs=2e-3), source


@pytest.mark.parametrize(("years", "published"), [(0, 60), (1, 6), (2, 0.60), (3, 0.06)])
def test_price_that_falls_tenfold_a_year(years, published):
    """a16z.com/llmflation-llm-inference-cost: $60 in November 2021, $0.06 three years on."""
    assert TOKENPRICE(60, 10, years) == pytest.approx(published, rel=1e-12)


@given(prices, speeds, shares)
def test_an_hour_of_tokens_sold_at_cost_pays_the_hour(gpuhour, tps, utilisation):
    cost = TOKENCOST(gpuhour, tps, utilisation)
    made = 3600 * tps * utilisation / 1e6
    assert cost * made == pytest.approx(gpuhour, rel=1e-12)
    assert REQTOKENS(gpuhour, cost) == pytest.approx(made, rel=1e-12)


@given(prices, speeds, shares)
def test_a_cost_per_used_hour_needs_no_second_utilisation(gpuhour, tps, utilisation):
    assert TOKENCOST(gpuhour / utilisation, tps) == pytest.approx(TOKENCOST(gpuhour, tps, utilisation), rel=1e-12)


@given(prices, st.floats(0, 0.95))
def test_margin_undoes_the_breakeven_price(cost, margin):
    assert TOKENMARGIN(udfs.BREAKEVENPRICE(cost, margin), cost) == pytest.approx(margin, abs=1e-12)


@given(prices, st.floats(0.1, 20), st.floats(-5, 5), st.floats(-5, 5))
def test_years_add_up(price, factor, first, second):
    later = TOKENPRICE(TOKENPRICE(price, factor, first), factor, second)
    assert later == pytest.approx(TOKENPRICE(price, factor, first + second), rel=1e-9)


def test_tokens_for_cahns_revenue():
    """$600B a year at $2 a million is 300 billion millions, some 100,000 tokens a day for each of 8 billion people."""
    tokens = REQTOKENS(600e9, 2) * 1e6
    assert tokens / 365 / 8e9 == pytest.approx(1e5, rel=0.05)


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("TOKENCOST", (2.0, 0.0), ExcelError.DIV0),
        ("TOKENCOST", (2.0, 85.0, 0.0), ExcelError.DIV0),
        ("TOKENCOST", (2.0, 85.0, 45.0), ExcelError.NUM),  # 45 for 45%
        ("TOKENCOST", (-2.0, 85.0), ExcelError.NUM),
        ("TOKENMARGIN", (0.0, 1.0), ExcelError.DIV0),
        ("TOKENMARGIN", (-1.0, 1.0), ExcelError.NUM),
        ("TOKENPRICE", (60.0, 0.0, 3.0), ExcelError.NUM),
        ("TOKENPRICE", (60.0, -10.0, 3.0), ExcelError.NUM),
        ("TOKENPRICE", (60.0, 10.0, -1e9), ExcelError.DIV0),  # 10^-1e9 is 0 to a spreadsheet
        ("TOKENPRICE", (60.0, 10.0, 1e9), ExcelError.NUM),
        ("REQTOKENS", (1e9, 0.0), ExcelError.DIV0),
        ("REQTOKENS", (1e9, -2.0), ExcelError.NUM),
    ],
)
def test_errors(name, arguments, error):
    assert udfs.call(name, *arguments) is error


def test_selling_below_cost_is_an_answer():
    assert udfs.call("TOKENMARGIN", 1.0, 2.0) == -1
