"""Draws: the same for the same seed, in any order of blocks, and with the rank correlations asked for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from workbooks.capex_model import CAPEX_MODEL
from workbooks.simulation.distributions import Distribution
from workbooks.simulation.distributions_file import Correlation
from workbooks.simulation.draws import BLOCK, Draws
from workbooks.simulation.run import Figure, histogram, rank_correlation
from workbooks.table_file import InputsError

INPUTS = {one.name: one for one in CAPEX_MODEL.inputs}
PRICE = Distribution(INPUTS["hour_price"], "PERT", {"low": 1.0, "likely": 2.5, "high": 4.0})
USED = Distribution(INPUTS["used"], "uniform", {"low": 0.4, "high": 0.9})
FALL = Distribution(INPUTS["hour_decline"], "normal", {"mean": 0.2, "sd": 0.05})


def whole(draws: Draws) -> dict[str, np.ndarray]:
    blocks = [draws.block(number) for number in range(draws.blocks)]
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def test_the_same_seed_gives_the_same_draws() -> None:
    draws = Draws([PRICE, USED], [], 20_000, 7)
    first, again = whole(draws), whole(Draws([PRICE, USED], [], 20_000, 7))
    assert all((first[name] == again[name]).all() for name in first)
    other = whole(Draws([PRICE, USED], [], 20_000, 8))
    assert not (first["used"] == other["used"]).any()


def test_blocks_and_other_inputs_do_not_matter() -> None:
    draws = Draws([PRICE, USED, FALL], [], 2 * BLOCK + 5, 7)
    backwards = {number: draws.block(number)["used"] for number in reversed(range(draws.blocks))}
    alone = whole(Draws([USED], [], 2 * BLOCK + 5, 7))["used"]
    assert (np.concatenate([backwards[number] for number in range(3)]) == alone).all()
    assert (whole(Draws([USED], [], 100, 7))["used"] == alone[:100]).all()


def test_draws_follow_their_distribution() -> None:
    found = whole(Draws([PRICE, USED, FALL], [], 100_000, 1))
    for name, theirs in (
        ("hour_price", stats.beta(3, 3, 1, 3)),
        ("used", stats.uniform(0.4, 0.5)),
        ("hour_decline", stats.norm(0.2, 0.05)),
    ):
        assert stats.kstest(found[name], theirs.cdf).pvalue > 1e-3
    assert abs(np.corrcoef(found["used"], found["hour_price"])[0, 1]) < 0.02


@pytest.mark.parametrize("asked", [0.6, -0.3, 0.95])
def test_rank_correlations_come_out(asked: float) -> None:
    draws = Draws([PRICE, USED, FALL], [Correlation("hour_price", "used", asked)], 100_000, 3)
    found = whole(draws)
    assert stats.spearmanr(found["hour_price"], found["used"]).statistic == pytest.approx(asked, abs=0.01)
    assert abs(stats.spearmanr(found["hour_price"], found["hour_decline"]).statistic) < 0.01
    assert stats.kstest(found["used"], stats.uniform(0.4, 0.5).cdf).pvalue > 1e-3  # each on its own is as it was


def test_correlations_that_contradict_each_other() -> None:
    pairs = [("hour_price", "used", 0.9), ("used", "hour_decline", 0.9), ("hour_price", "hour_decline", -0.9)]
    with pytest.raises(InputsError, match="hour_price, used, hour_decline contradict each other"):
        Draws([PRICE, USED, FALL], [Correlation(*pair) for pair in pairs], 10, 1)


def figure(numbers: list[float]) -> Figure:
    return Figure("test", CAPEX_MODEL.sheets[0].blocks[0].rows[0], np.array(numbers))  # type: ignore[union-attr]


def test_percentiles_as_numpy() -> None:
    numbers = np.random.default_rng(1).normal(size=1001)
    for percent in (0, 1, 5, 33.3, 50, 97.5, 100):
        expected = np.percentile(numbers, percent)
        assert figure(numbers.tolist()).percentile(percent) == pytest.approx(expected, rel=1e-12)


def test_percentiles_where_some_never_come_or_are_none() -> None:
    one = figure([1.0, 2.0, 3.0, np.inf, np.inf, np.nan])
    assert [one.percentile(percent) for percent in (0, 25, 50, 75, 100)] == [1.0, 2.0, 3.0, np.inf, np.inf]
    assert one.never == pytest.approx(2 / 6)
    assert one.missing == pytest.approx(1 / 6)
    assert figure([np.nan]).percentile(50) is None


def test_rank_correlation_as_scipy() -> None:
    chance = np.random.default_rng(2)
    one, other = chance.integers(0, 20, 500).astype(float), chance.integers(0, 5, 500).astype(float)
    other += one
    assert rank_correlation(one, other) == pytest.approx(stats.spearmanr(one, other).statistic, rel=1e-12)
    assert rank_correlation(one, np.ones(500)) is None
    never = np.where(one > 10, np.inf, one)
    assert rank_correlation(one, never) == pytest.approx(stats.spearmanr(one, np.minimum(one, 11)).statistic, rel=1e-12)


def test_histogram_counts_all_draws_between_its_ends() -> None:
    numbers = np.random.default_rng(3).normal(size=10_000)
    bins = histogram(figure([*numbers, np.inf]))
    low, high = np.percentile(numbers, [1, 99])
    assert (bins[0].low, bins[-1].high) == pytest.approx((low, high))
    assert sum(one.share for one in bins) == pytest.approx(0.98, abs=1e-3)
    assert bins[-1].cumulative == pytest.approx(0.99, abs=1e-3)
    assert histogram(figure([5.0] * 10)) == []
