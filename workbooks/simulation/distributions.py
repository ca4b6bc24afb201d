"""What an input may turn out to be: distributions in the terms in which people state them.

A normal or lognormal distribution is cut off at the input's range: what lies outside is spread over the rest in
proportion. If that is more than ``MOST_CUT`` of it, the distribution is refused. All others must lie in the range.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workbooks.model import Input

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

MOST_CUT: Final = 0.1

# kind -> the parameters that it needs
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "normal": ("mean", "sd"),
    "lognormal": ("mean", "sd"),
    "triangular": ("low", "likely", "high"),
    "PERT": ("low", "likely", "high"),
    "uniform": ("low", "high"),
    "discrete": ("values",),
}
MEANINGS: Final[Mapping[str, str]] = {
    "normal": "mean and standard deviation",
    "lognormal": "mean and standard deviation of the amount itself, not of its logarithm",
    "triangular": "lowest, most likely and highest value",
    "PERT": "the same, but smoother and nearer to the most likely value",
    "uniform": "any value from low to high, all alike",
    "discrete": "some values, each with its chance; all alike if no chances are given",
}


class DistributionError(ValueError):
    """Parameters that make no distribution of the input; the message says why, and what to do."""


@dataclass(frozen=True)
class Distribution:
    """The distribution of one input.

    Parameters
    ----------
    input : what it is about.
    kind : one of ``KINDS``.
    numbers : the parameters by name; of a discrete one none.
    values, chances : of a discrete one.

    Raises
    ------
    DistributionError
        The parameters contradict each other, or leave the input's range.
    """

    input: Input
    kind: str
    numbers: Mapping[str, float]
    values: tuple[float, ...] = ()
    chances: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        given = self.numbers
        if "sd" in given and given["sd"] <= 0:
            raise DistributionError(f"the standard deviation is {given['sd']:g}. Give one above 0.")
        if self.kind == "lognormal" and given["mean"] <= 0:
            raise DistributionError(f"the mean of a lognormal is {given['mean']:g}. Give one above 0.")
        ends = [given[name] for name in ("low", "likely", "high") if name in given]
        if self.kind in ("triangular", "PERT", "uniform"):
            if sorted(ends) != ends or ends[0] == ends[-1]:
                names = " < ".join(KINDS[self.kind]).replace("low < likely < high", "low <= likely <= high")
                raise DistributionError(
                    f"{names} does not hold: {', '.join(f'{one:g}' for one in ends)}. Correct them."
                )
            self._within(*ends)
        elif self.kind == "discrete":
            self._within(*self.values)
            if len(set(self.values)) < len(self.values):
                raise DistributionError("a value is there twice. Give each once, with its whole chance.")
            if min(self.chances) < 0 or not math.isclose(sum(self.chances), 1, abs_tol=1e-6):
                raise DistributionError(
                    f"the chances add up to {sum(self.chances):.6g}. Let them add up to 1, or 100%."
                )
        elif self.cut > MOST_CUT:
            raise DistributionError(
                f"{self.cut:.0%} of it lie outside {self.input.low:g} to {self.input.high:g}, the input's range. "
                "Choose other parameters, or one with a lowest and highest value such as PERT."
            )

    def _within(self, *values: float) -> None:
        for value in values:
            if not self.input.low <= value <= self.input.high:
                raise DistributionError(
                    f"{value:g} is outside {self.input.low:g} to {self.input.high:g}, the input's range. Correct it."
                )

    @property
    def cut(self) -> float:
        """Part of it that lies outside the input's range, and is cut off."""
        if self.kind not in ("normal", "lognormal"):
            return 0.0
        below, above = self._ends()
        return below + 1 - above

    def at(self, chance: Numbers) -> Numbers:
        """Return the values below which it lies with these chances: its quantiles."""
        import numpy as np

        found: Numbers = _QUANTILES[self.kind](self, chance)
        return np.clip(found, self.input.low, self.input.high)

    def _ends(self) -> tuple[float, float]:
        """Return the chances below the ends of the input's range, before anything is cut off."""
        from scipy.special import ndtr

        middle, width = self._normal()
        ends = [self.input.low, self.input.high]
        if self.kind == "lognormal":
            ends = [math.log(one) if one > 0 else -math.inf for one in ends]
        below, above = (float(ndtr((one - middle) / width)) for one in ends)
        return below, above

    def _normal(self) -> tuple[float, float]:
        """Return mean and standard deviation of the normal distribution, or of the logarithm of a lognormal one."""
        mean, sd = self.numbers["mean"], self.numbers["sd"]
        if self.kind == "normal":
            return mean, sd
        variance = math.log1p((sd / mean) ** 2)
        return math.log(mean) - variance / 2, math.sqrt(variance)


def _normal(one: Distribution, chance: Numbers) -> Numbers:
    from scipy.special import ndtri

    middle, width = one._normal()
    below, above = one._ends()
    found: Numbers = middle + width * ndtri(below + chance * (above - below))
    return found


def _lognormal(one: Distribution, chance: Numbers) -> Numbers:
    import numpy as np

    found: Numbers = np.exp(_normal(one, chance))
    return found


def _triangular(one: Distribution, chance: Numbers) -> Numbers:
    import numpy as np

    low, likely, high = (one.numbers[name] for name in ("low", "likely", "high"))
    rising = low + np.sqrt(chance * (high - low) * (likely - low))
    falling = high - np.sqrt((1 - chance) * (high - low) * (high - likely))
    return np.where(chance * (high - low) < likely - low, rising, falling)


def _pert(one: Distribution, chance: Numbers) -> Numbers:
    from scipy.special import betaincinv

    low, likely, high = (one.numbers[name] for name in ("low", "likely", "high"))
    before, after = 1 + 4 * (likely - low) / (high - low), 1 + 4 * (high - likely) / (high - low)
    found: Numbers = low + (high - low) * betaincinv(before, after, chance)
    return found


def _uniform(one: Distribution, chance: Numbers) -> Numbers:
    return one.numbers["low"] + chance * (one.numbers["high"] - one.numbers["low"])


def _discrete(one: Distribution, chance: Numbers) -> Numbers:
    import numpy as np

    reached = np.cumsum(one.chances)[:-1]
    found: Numbers = np.array(one.values)[np.searchsorted(reached, chance, side="right")]
    return found


_QUANTILES: Final[Mapping[str, Callable[[Distribution, Numbers], Numbers]]] = {
    "normal": _normal,
    "lognormal": _lognormal,
    "triangular": _triangular,
    "PERT": _pert,
    "uniform": _uniform,
    "discrete": _discrete,
}
