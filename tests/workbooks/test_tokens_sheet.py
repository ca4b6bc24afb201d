"""The Tokens sheet, against published costs and prices, MLPerf's results and plain arithmetic."""

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from tests.workbooks.alone import Alone, given, row
from udfs.ledger import assumptions
from workbooks.capex_inputs import BASE, INPUTS
from workbooks.capex_tokens import TOKENS_CHECKS, TOKENS_SHEET

GPUS = 1000.0
TOKENS = tuple(one for one in INPUTS if one.group == "Tokens")


@pytest.fixture(scope="module")
def alone():
    """A thousand GPUs, rented for the part ``used`` of the year, at a given cost of a paid hour."""
    return Alone(
        TOKENS_SHEET,
        (*(given(one) for one in ("gpu", "hour", "need", "used", "margin", "useful_life")), *TOKENS),
        (
            row("hour_cost", "hour", "value"),
            row("required", "need", "value"),
            row("paid_hours", "1000*8760*used", "value"),
            row("running", "(COLUMN()>COLUMN($E$1))*MAX(0,MIN(1,useful_life-COLUMN()+COLUMN($E$1)+1))"),
        ),
        TOKENS_CHECKS,
    )


CASE = {one.name: BASE.values[one.name] for one in TOKENS} | {
    "gpu": 35e6, "hour": 2.0, "need": 140e6, "used": 0.85, "margin": 0.5, "useful_life": 4.0
}  # fmt: skip


@pytest.mark.parametrize(
    ("hour", "rate", "cost"), [(2.00, 85, 6.54), (2.60, 140, 5.16), (2.00, 120, 4.63), (2.00, 400, 1.39)]
)
def test_cost_is_what_gmi_publishes(alone, hour, rate, cost):
    """gmicloud.ai/en/blog/llm-inference-cost-per-million-tokens."""
    sheet = alone.figures(CASE | {"hour": hour, "token_rate": rate, "busy": 1})
    assert sheet["token_cost"] == pytest.approx(cost, abs=0.005)
    assert not alone.failed()


def test_price_falls_as_a16z_found(alone):
    """$60 for a million tokens, a tenth of it each year: $0.06 after three."""
    sheet = alone.figures(CASE | {"token_price": 60, "token_fall": 10})
    assert sheet["year_price"][1] == 60
    assert sheet["year_price"][4] == pytest.approx(0.06)
    assert sheet["year_price"][0] == 60  # year 1's price holds until then


def test_throughput_is_mlperfs():
    """The logs of NVIDIA's DGX H100 with eight GPUs, Llama 2 70B, server: rounds 4.0, 4.1 and 5.0, a year apart."""
    first, second, third = 20556.40, 21605.79, 31106.28
    ledger = assumptions()
    assert ledger["token_rate_h100"].base * 8 == pytest.approx(third, abs=0.4)
    assert ledger["token_rate_h100"].low * 8 == pytest.approx(second, abs=0.4)
    assert ledger["token_rate_gain"].base == pytest.approx(third / first, abs=0.005)


def test_fall_of_the_price_of_a_model_of_70b():
    """From $0.90 in February 2024 to three price lists of November 2026, 33 months later."""
    ledger = assumptions()
    price, fall = ledger["token_price_70b"], ledger["token_price_fall_70b"]
    falls = [(0.90 / one) ** (12 / 33) for one in (price.high, price.base, price.low)]
    assert falls == pytest.approx([fall.low, fall.base, fall.high], abs=0.01)
    assert price.low == pytest.approx((3 * 0.10 + 0.32) / 4)  # three tokens in for one out


@settings(max_examples=30)
@drawn(
    st.integers(20, 900), st.integers(50, 20000), st.integers(5, 100), st.integers(1, 5000), st.integers(10, 100),
    st.integers(50, 300), st.integers(100, 1000), st.integers(10, 100), st.integers(10, 100),
)  # fmt: skip
def test_token_by_token(alone, cents, rate, busy, price, life, gain, fall, used, need):
    """Counted in tokens, dollars and seconds, year by year."""
    hour, busy, price, life, gain, fall, used = (
        cents / 100, busy / 100, price / 1000, life / 10, gain / 100, fall / 100, used / 100
    )  # fmt: skip
    required = need * 1e6
    sheet = alone.figures(
        CASE
        | {"hour": hour, "token_rate": rate, "busy": busy, "token_price": price, "useful_life": life}
        | {"token_gain": gain, "token_fall": fall, "used": used, "need": required, "tokens_google": 1000}
    )
    hours = GPUS * 365 * 24 * used
    earned = 0.0
    for year in range(1, 11):
        tokens_an_hour = rate * gain ** (year - 1) * busy * 60 * 60
        cost = hour / tokens_an_hour * 1e6
        sold = price * (1 / fall) ** (year - 1)
        service = max(0.0, min(1.0, life - year + 1))
        made = hours * service * tokens_an_hour
        assert sheet["year_cost"][year] == pytest.approx(cost)
        assert sheet["year_price"][year] == pytest.approx(sold)
        assert sheet["year_margin"][year] == pytest.approx((sold - cost) / sold)
        assert sheet["year_made"][year] * 1e12 == pytest.approx(made)
        assert sheet["year_needed"][year] * 1e12 == pytest.approx(required / life / (sold / 1e6))
        left = made / 1e6 * (sold - cost)
        assert sheet["year_left"][year] == pytest.approx(left, abs=1e-9 * hours * hour)
        earned += made / 1e6 * sold
    assert sheet["token_revenue"] == pytest.approx(earned)
    assert sheet["token_part"] == pytest.approx(earned / required)
    assert sheet["even_rate"] * busy * 3600 * price / 1e6 == pytest.approx(hour)  # an hour's tokens pay for it
    assert rate * sheet["even_busy"] * 3600 * price / 1e6 == pytest.approx(hour)
    tokens_a_day = required / price * 1e6 / life / 365
    assert sheet["needed_day"] * 1e9 == pytest.approx(tokens_a_day)
    assert sheet["needed_google"] == pytest.approx(tokens_a_day * 365 / (12 * 1000e12))
    assert sheet["needed_made"] == pytest.approx(tokens_a_day * 365 / (hours * rate * busy * 3600))
    assert not alone.failed()


def test_price_for_the_sellers_margin(alone):
    """At a gross margin of 50%, twice the cost: Cahn's second doubling."""
    sheet = alone.figures(CASE)
    assert sheet["fair_token"] == pytest.approx(2 * sheet["token_cost"])
