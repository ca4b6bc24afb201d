"""Draws of inputs: the same for the same seed, in whatever blocks and by however many workers they are made.

Each input has its own stream of random numbers, and each block of it its own start, so that any block can be drawn
without the others, and one more input leaves the draws of the others as they are. Rank correlations come from a
Gaussian copula: normal numbers with the correlations that give these rank correlations, turned back into chances.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workbooks.simulation.distributions import Distribution
from workbooks.simulation.distributions_file import Correlation
from workbooks.table_file import InputsError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

BLOCK: Final = 8192  # draws of a block; another number would give other draws
_HALF_STEP: Final = 2.0**-54  # between 0 and the first step of the generator: no chance is 0 or 1


@dataclass(frozen=True)
class Draws:
    """What is drawn, how often, and from which seed.

    Parameters
    ----------
    distributions : one for each input that varies.
    correlations : pairs that are named; all others are independent.
    count : number of draws.
    seed : a whole number from 0 on.

    Raises
    ------
    InputsError
        The correlations contradict each other.
    """

    distributions: Sequence[Distribution]
    correlations: Sequence[Correlation]
    count: int
    seed: int

    def __post_init__(self) -> None:
        self._weights()

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return -(-self.count // BLOCK)

    def block(self, number: int) -> dict[str, Numbers]:
        """Return the draws of a block, by input; ``number`` counts from 0."""
        chances = {one.input.name: self._chances(one.input.name, number) for one in self.distributions}
        correlated = self._correlated()
        if correlated:
            from scipy.special import ndtr, ndtri

            independent = [ndtri(chances[name]) for name in correlated]
            for name, weights in zip(correlated, self._weights(), strict=True):
                # Added one by one, in order: a product of matrices may differ from machine to machine.
                total: Any = 0.0
                for weight, normal in zip(weights, independent, strict=False):
                    total = total + weight * normal
                chances[name] = ndtr(total)
        size = min(BLOCK, self.count - number * BLOCK)
        return {one.input.name: one.at(chances[one.input.name][:size]) for one in self.distributions}

    def _chances(self, name: str, number: int) -> Numbers:
        import numpy as np

        stream = np.random.SeedSequence(self.seed, spawn_key=(zlib.crc32(name.encode()), number))
        return np.random.Generator(np.random.Philox(stream)).random(BLOCK) + _HALF_STEP

    def _correlated(self) -> list[str]:
        named = {name for one in self.correlations for name in (one.first, one.second)}
        return [one.input.name for one in self.distributions if one.input.name in named]

    def _weights(self) -> list[list[float]]:
        """Return, for each correlated input, the weights of the independent normal numbers that it is made of."""
        import numpy as np

        names = self._correlated()
        if not names:
            return []
        matrix = np.eye(len(names))
        for one in self.correlations:
            row, column = names.index(one.first), names.index(one.second)
            # The correlation of two normal numbers whose ranks have the correlation asked for.
            matrix[row, column] = matrix[column, row] = 2 * math.sin(math.pi * one.value / 6)
        try:
            weights: list[list[float]] = np.linalg.cholesky(matrix).tolist()
        except np.linalg.LinAlgError:
            raise InputsError(
                f"The correlations of {', '.join(names)} contradict each other: no inputs can have them all at once. "
                "Bring them nearer to 0, or add the pairs that are missing."
            ) from None
        return weights
