"""Distributions against scipy's, and against moments that textbooks give."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from workbooks.model import Input
from workbooks.simulation.distributions import Distribution, DistributionError

ITEM = Input("price", "Price", "$", "cents", 0.0, 100.0, "test")
CHANCES = np.linspace(0.0005, 0.9995, 999)


def made(kind: str, *, low: float = 0.0, high: float = 100.0, **numbers: float) -> Distribution:
    item = Input("price", "Price", "$", "cents", low, high, "test")
    names = {"lowest": "low", "highest": "high"}
    return Distribution(item, kind, {names.get(name, name): value for name, value in numbers.items()})


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (made("normal", mean=50, sd=5), stats.truncnorm(-10, 10, 50, 5)),
        (made("normal", mean=10, sd=7), stats.truncnorm(-10 / 7, 90 / 7, 10, 7)),
        (made("triangular", lowest=1, likely=2, highest=5), stats.triang(0.25, 1, 4)),
        (made("triangular", lowest=1, likely=1, highest=5), stats.triang(0, 1, 4)),
        (made("triangular", lowest=1, likely=5, highest=5), stats.triang(1, 1, 4)),
        (made("PERT", lowest=1, likely=2, highest=5), stats.beta(2, 4, 1, 4)),
        (made("uniform", lowest=1, highest=5), stats.uniform(1, 4)),
    ],
    ids=lambda one: getattr(one, "kind", ""),
)
def test_quantiles_as_scipy(ours: Distribution, theirs: stats.rv_frozen) -> None:
    np.testing.assert_allclose(ours.at(CHANCES), theirs.ppf(CHANCES), rtol=1e-9)


def test_lognormal_has_the_mean_and_deviation_that_are_stated() -> None:
    ours = made("lognormal", mean=2.0, sd=0.6, high=1e9)
    sigma = math.sqrt(math.log(1 + 0.09))
    theirs = stats.lognorm(sigma, scale=2.0 / math.sqrt(1.09))
    assert theirs.mean() == pytest.approx(2.0)
    assert theirs.std() == pytest.approx(0.6)
    np.testing.assert_allclose(ours.at(CHANCES), theirs.ppf(CHANCES), rtol=1e-9)


def test_pert_has_the_mean_of_the_rule_of_thumb() -> None:
    # (low + 4 * likely + high) / 6, as the Program Evaluation and Review Technique has it
    points = (np.arange(100_000) + 0.5) / 100_000
    assert made("PERT", lowest=1, likely=2, highest=6).at(points).mean() == pytest.approx((1 + 8 + 6) / 6, rel=1e-5)
    assert made("triangular", lowest=1, likely=2, highest=6).at(points).mean() == pytest.approx(3, rel=1e-5)


def test_discrete_values_come_as_often_as_their_chances() -> None:
    one = Distribution(ITEM, "discrete", {}, (4.0, 5.0, 6.0), (0.25, 0.5, 0.25))
    values, counts = np.unique(one.at((np.arange(1000) + 0.5) / 1000), return_counts=True)
    assert values.tolist() == [4.0, 5.0, 6.0]
    assert counts.tolist() == [250, 500, 250]


def test_what_lies_outside_the_range_is_cut_off() -> None:
    one = made("normal", mean=10, sd=7)
    assert one.cut == pytest.approx(stats.norm(10, 7).cdf(0) + stats.norm(10, 7).sf(100))
    drawn = one.at(np.array([1e-300, 0.5, 1 - 2**-53]))
    assert drawn.min() >= 0
    assert drawn.max() <= 100
    assert made("uniform", lowest=1, highest=2).cut == 0


@pytest.mark.parametrize(
    ("kind", "numbers", "words"),
    [
        ("normal", {"mean": 50, "sd": 0}, "standard deviation is 0. Give one above 0"),
        ("normal", {"mean": 1, "sd": 8}, "45% of it lie outside 0 to 100, the input's range"),
        ("lognormal", {"mean": -1, "sd": 8}, "mean of a lognormal is -1"),
        ("uniform", {"lowest": 3, "highest": 2}, "low < high does not hold: 3, 2"),
        ("uniform", {"lowest": 3, "highest": 3}, "low < high does not hold: 3, 3"),
        ("triangular", {"lowest": 3, "likely": 2, "highest": 9}, "low <= likely <= high does not hold: 3, 2, 9"),
        ("PERT", {"lowest": 3, "likely": 4, "highest": 900}, "900 is outside 0 to 100, the input's range"),
    ],
)
def test_parameters_that_make_no_distribution(kind: str, numbers: dict[str, float], words: str) -> None:
    with pytest.raises(DistributionError) as error:
        made(kind, **numbers)
    assert words in str(error.value)


def test_chances_must_add_up() -> None:
    with pytest.raises(DistributionError, match="chances add up to 0"):
        Distribution(ITEM, "discrete", {}, (1.0, 2.0), (0.5, 0.4))
    with pytest.raises(DistributionError, match="a value is there twice"):
        Distribution(ITEM, "discrete", {}, (1.0, 1.0), (0.5, 0.5))
