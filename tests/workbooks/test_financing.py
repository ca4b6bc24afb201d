"""The Financing sheet, against loan accounts kept in plain Python, Excel's documentation and published terms."""

import math

import numpy_financial as npf
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from tests.workbooks.alone import Alone, given, row
from udfs.ledger import assumptions
from workbooks.capex_financing import FINANCING_CHECKS, FINANCING_SHEET
from workbooks.capex_inputs import INPUTS

YEARS = range(1, 11)
CASH = [f"cash_{year}" for year in YEARS]
IN_YEAR = f"CHOOSE(COLUMN()-COLUMN($E$1)+1,0,{','.join(CASH)})"


@pytest.fixture(scope="module")
def alone():
    """Cash flows are given; the GPUs cost ``gpu`` and half as much again stands around them."""
    return Alone(
        FINANCING_SHEET,
        (
            *(given(name) for name in ("gpu", "tax_rate", "half_life", *CASH)),
            *(one for one in INPUTS if one.group == "GPU-backed debt"),
        ),
        (
            row("sales", IN_YEAR),
            row("costs", "0"),
            row("tax", "-tax_rate*{sales}"),
            row("cash", "{sales}+{tax}-{capital}*(COLUMN()=COLUMN($E$1))"),
            row("market", "GPUVALUE(gpu,COLUMN()-COLUMN($E$1),half_life)"),
            row("capital", "{gpu_cost}+{around}", "value"),
            row("gpu_cost", "gpu", "value"),
            row("around", "0.5*gpu", "value"),
            row("irr", "0", "value"),
        ),
        FINANCING_CHECKS,
    )


TERMS = {"gpu": 1e9, "tax_rate": 0.0, "half_life": 3.0, "target_cover": 1.25, "tenor": 10, "debt_rate": 0.08} | {
    "advance_rate": 0.95, "loop_rounds": 3
}  # fmt: skip


def level(amount, years=10):
    return {name: amount if year <= years else 0.0 for year, name in zip(YEARS, CASH, strict=True)}


def test_a_level_cash_flow_is_the_loan_of_excels_ppmt(alone):
    """PPMT in Excel's documentation: of 200,000 at 8% over ten years, year 10 repays 27,598.05."""
    payment = -npf.pmt(0.08, 10, 200000)
    sheet = alone.figures(TERMS | level(1.25 * payment))
    assert sheet["debt"] == pytest.approx(200000, rel=1e-12)
    assert sheet["debt_principal"][10] == pytest.approx(27598.05, abs=0.005)
    assert sheet["debt_principal"][1:] == pytest.approx([-npf.ppmt(0.08, year, 10, 200000) for year in YEARS])
    assert sheet["bound"] == "cash flow"
    assert not alone.failed()


def test_interest_is_that_of_excels_ipmt(alone):
    """IPMT in Excel's documentation: of 8,000 at 10% over three years, year 3 pays 292.45 of interest."""
    payment = -npf.pmt(0.1, 3, 8000)
    sheet = alone.figures(TERMS | {"debt_rate": 0.1, "tenor": 3, "target_cover": 2} | level(2 * payment))
    assert sheet["debt"] == pytest.approx(8000, rel=1e-12)
    assert sheet["debt_interest"][3] == pytest.approx(292.45, abs=0.005)
    assert sheet["debt_closing"][3:] == [0] * 8
    assert sheet["debt_cover"] == ["none", 2, 2, 2, *["none"] * 7]


def test_the_gpus_limit_the_debt(alone):
    """60% of collateral of $2.625M is $1.575M: v2-pseo-ai.pages.dev/financing/gpu-ltv-calculator."""
    sheet = alone.figures(TERMS | {"gpu": 2.625e6, "advance_rate": 0.6} | level(2e6))
    assert sheet["debt"] == pytest.approx(1.575e6)
    assert sheet["bound"] == "GPU value"
    assert sheet["debt_ltv"][0] == pytest.approx(0.6)
    assert sheet["cover"] > 1.25
    assert sheet["equity"] == pytest.approx(1.5 * 2.625e6 - 1.575e6)


def test_the_loop(alone):
    """Lent on at 70% for ever, a dollar buys 3.33 of GPUs, evidence E26; purchase by purchase for three rounds."""
    sheet = alone.figures(TERMS | {"advance_rate": 0.7, "half_life": 3} | level(1e8))
    assert sheet["loop_limit"] == pytest.approx(3.3333, abs=5e-5)
    assert sheet["loop_times"] == pytest.approx(1 + 0.7 + 0.49 + 0.343)
    left = sheet["loop_assets"] * 0.5 ** (sheet["loop_under"] / 3)
    assert left == pytest.approx(sheet["loop_debt"])
    assert alone.figures(TERMS | {"loop_rounds": 0} | level(1e8))["loop_under"] == "never"


def account(cash, terms):
    """The loan and the owners' cash, year by year."""
    kept = [(1 - terms["tax_rate"]) * amount for amount in cash]
    pledged = [max(amount, 0) if year <= terms["tenor"] else 0.0 for year, amount in enumerate(kept, start=1)]
    worth = npf.npv(terms["debt_rate"], [0, *pledged])
    debt = min(worth / terms["target_cover"], terms["advance_rate"] * terms["gpu"])
    balance, balances, interests, owners = debt, [debt], [], [debt - 1.5 * terms["gpu"]]
    for amount, pledge in zip(kept, pledged, strict=True):
        service = pledge * debt / worth if worth else 0.0
        interest = balance * terms["debt_rate"]
        balance += interest - service
        balances.append(balance)
        interests.append(interest)
        owners.append(amount - service + interest * terms["tax_rate"])
    return debt, balances, interests, owners


@settings(max_examples=40)
@drawn(
    st.lists(st.integers(-1000, 2000), min_size=10, max_size=10),
    st.integers(100, 300), st.integers(1, 10), st.integers(0, 30), st.integers(0, 95), st.integers(0, 40),
)  # fmt: skip
def test_loan_account_year_by_year(alone, millions, cover, tenor, rate, advance, tax):
    percent = {"target_cover": cover, "debt_rate": rate, "advance_rate": advance, "tax_rate": tax}
    terms = TERMS | {"tenor": tenor} | {name: value / 100 for name, value in percent.items()}
    cash = [1e6 * amount for amount in millions]
    sheet = alone.figures(terms | dict(zip(CASH, cash, strict=True)))
    debt, balances, interests, owners = account(cash, terms)
    cents = 1e-9 * sum(map(abs, cash)) + 1  # balances below a dollar count as none
    assert sheet["debt"] == pytest.approx(debt, abs=cents)
    assert sheet["debt_closing"] == pytest.approx(balances, abs=cents)
    assert sheet["debt_interest"][1:] == pytest.approx(interests, abs=cents)
    assert sheet["to_equity"] == pytest.approx(owners, abs=cents)
    assert sheet["debt_closing"][10] == 0
    assert all(one == "none" or one >= cover / 100 - 1e-9 for one in sheet["debt_cover"])
    assert sum(sheet["debt_principal"]) == pytest.approx(debt, abs=cents)
    assert not alone.failed()


def test_return_on_equity_is_numpy_financials(alone):
    cash = [4e8, 5e8, 6e8, 3e8, 2e8, 1e8, 1e8, 0, 0, 0]
    terms = TERMS | {"tax_rate": 0.21, "advance_rate": 0.6, "tenor": 4}
    sheet = alone.figures(terms | dict(zip(CASH, cash, strict=True)))
    *_, owners = account(cash, terms)
    assert sheet["equity_irr"] == pytest.approx(npf.irr(owners), rel=1e-9)
    assert sheet["equity_multiple"] == pytest.approx(sum(owners[1:]) / -owners[0])


@pytest.mark.parametrize(("rate", "better"), [(0.02, True), (0.4, False)])
def test_debt_helps_the_owners_only_where_the_gpus_earn_more_than_it_costs(alone, rate, better):
    cash = [6e8, 6e8, 6e8, 6e8, 0, 0, 0, 0, 0, 0]
    without = npf.irr([-1.5e9, *cash])
    assert 0.02 < without < 0.4
    sheet = alone.figures(TERMS | {"debt_rate": rate, "tenor": 4} | dict(zip(CASH, cash, strict=True)))
    assert (sheet["equity_irr"] > without) is better


def test_no_cash_no_debt(alone):
    sheet = alone.figures(TERMS | level(-1e6))
    assert (sheet["debt"], sheet["cover"]) == (0, "none")
    assert sheet["debt_cover"] == ["none"] * 11
    assert sheet["equity"] == 1.5e9
    assert not alone.failed()


def test_terms_are_the_published_ones():
    """CoreWeave's note on debt of 30 June 2025 (sec.gov ... R41.htm), and its 8-K of 2 October 2025."""
    ledger = assumptions()
    balances, rates = (1_782_500, 4_953_967), (0.15, 0.11)
    entry = ledger["debt_rate_gpu"]
    assert (entry.high, entry.low) == rates
    average = sum(map(math.prod, zip(balances, rates, strict=True))) / sum(balances)
    assert entry.low < average < entry.base
    assert ledger["debt_tenor_gpu"].high == 5  # "matures five years after the date of such draw"
    assert ledger["debt_rate_gpu_2026"].base == 0.035 + 0.045  # SOFR taken as 3.5%, and the margin of DDTL 5.0
