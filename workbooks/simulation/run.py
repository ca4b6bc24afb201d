"""A simulation: the headline figures of a model in all draws, and what they say together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbooks.model import Model, Row
from workbooks.simulation.draws import Draws
from workbooks.vector.cells import TEXT, TEXTS
from workbooks.vector.model_program import SAMPLE, CompiledModel, Results
from workbooks.vector.scenario_table import headlines

Numbers = NDArray[np.float64]

NEVER: Final = "never"  # what a model writes for a time that does not come
_CHECKED_BLOCKS: Final = 20  # of all blocks, those of which the engine computes a draw too


@dataclass(frozen=True)
class Figure:
    """A headline figure in all draws.

    Parameters
    ----------
    name, row : of the model.
    numbers : one for each draw; infinite where it never comes, NaN where there is none.
    """

    name: str
    row: Row
    numbers: Numbers

    @cached_property
    def _known(self) -> Numbers:
        """The draws that have a figure, in order of size."""
        return np.sort(self.numbers[~np.isnan(self.numbers)])

    @property
    def finite(self) -> Numbers:
        """The numbers of all draws that have one."""
        return self.numbers[np.isfinite(self.numbers)]

    @property
    def varies(self) -> bool:
        """Whether it is not the same in all draws."""
        return not np.array_equal(self.numbers, np.broadcast_to(self.numbers[0], self.numbers.shape), equal_nan=True)

    @property
    def never(self) -> float:
        """Part of the draws in which it never comes."""
        return float(np.isinf(self.numbers).mean())

    @property
    def missing(self) -> float:
        """Part of the draws in which there is no such figure."""
        return float(np.isnan(self.numbers).mean())

    def percentile(self, percent: float) -> float | None:
        """Return the number below which so many percent of the draws lie; None where none has a figure.

        Draws without a figure are left out; those in which it never comes are above all numbers.
        """
        known = self._known
        if not known.size:
            return None
        place = percent / 100 * (known.size - 1)
        below, above = known[int(np.floor(place))], known[int(np.ceil(place))]
        if below == above:
            return float(below)
        return float(below + (above - below) * (place % 1))


@dataclass(frozen=True)
class Simulation:
    """Inputs and headline figures of all draws.

    Parameters
    ----------
    model : what was computed.
    scenario : whose values the inputs have that are not drawn.
    draws : what was drawn.
    inputs : the draws by input.
    figures : by name.
    """

    model: Model
    scenario: str
    draws: Draws
    inputs: Mapping[str, Numbers]
    figures: Mapping[str, Figure]

    def correlation(self, name: str, figure: str) -> float | None:
        """Return the rank correlation of an input and a figure; None where one of them is always the same."""
        numbers = self.figures[figure].numbers
        if np.isnan(numbers).any():
            return rank_correlation(self.inputs[name], numbers)
        return _correlation(self._ranks[name], self._ranks[figure])

    @cached_property
    def _ranks(self) -> Mapping[str, Numbers]:
        """Ranks of the draws of each input, and of each figure that all draws have."""
        known = {name: one.numbers for name, one in self.figures.items() if not np.isnan(one.numbers).any()}
        return {name: _ranked(numbers) for name, numbers in (*self.inputs.items(), *known.items())}


Block = tuple[Mapping[str, Numbers], Mapping[str, Numbers]]  # inputs and figures of some draws


def compute_block(compiled: CompiledModel, draws: Draws, number: int) -> Block:
    """Return the inputs and figures of one block of draws; the engine recomputes some of them.

    Raises
    ------
    VectorError
        The engine computes another value.
    """
    inputs = draws.block(number)
    among = max(1, draws.blocks // _CHECKED_BLOCKS)
    check = SAMPLE if number == 0 else 1 if number % among == 0 else 0
    results = compiled.evaluate(inputs, check=check)
    return inputs, {name: _numbers(results, name) for name in compiled.outputs}


def simulate(model: Model, scenario: str | None, draws: Draws, blocks: Iterable[Block] | None = None) -> Simulation:
    """Compute a model in all draws.

    Parameters
    ----------
    model : the declaration.
    scenario : whose values the inputs have that are not drawn; the first, if None.
    draws : what is drawn.
    blocks : what ``compute_block`` gives for each block, in order, where it is computed elsewhere.

    Raises
    ------
    VectorError
        A formula is beyond what is computed over arrays, or the engine computes another value.
    """
    inputs: dict[str, Numbers] = {}
    figures: dict[str, Numbers] = {}
    first = 0
    for block in _blocks(model, scenario, draws) if blocks is None else blocks:
        last = first
        for target, part in zip((inputs, figures), block, strict=True):
            for name, numbers in part.items():
                last = first + numbers.size
                target.setdefault(name, np.empty(draws.count))[first:last] = numbers
        first = last
    rows = headlines(model)
    return Simulation(
        model,
        scenario or model.scenarios[0].name,
        draws,
        inputs,
        {name: Figure(name, rows[name], numbers) for name, numbers in figures.items()},
    )


def _blocks(model: Model, scenario: str | None, draws: Draws) -> Iterator[Block]:
    compiled = CompiledModel(model, scenario, inputs=[one.input.name for one in draws.distributions])
    for number in range(draws.blocks):
        yield compute_block(compiled, draws, number)


def _numbers(results: Results, name: str) -> Numbers:
    numbers = results.numbers(name)
    cells = results.cells[name]
    if cells.codes is None:
        return numbers
    texts = np.broadcast_to(cells.codes[0, 0] == TEXT, numbers.shape)
    given = np.broadcast_to(cells.numbers[0, 0], numbers.shape)
    for kind in np.unique(given[texts]):
        if TEXTS[kind] == NEVER:
            numbers[texts & (given == kind)] = np.inf
    return numbers


def rank_correlation(one: Numbers, other: Numbers) -> float | None:
    """Return Spearman's rank correlation, draws with NaN left out; None where one side is always the same."""
    known = ~(np.isnan(one) | np.isnan(other))
    return _correlation(_ranked(one[known]), _ranked(other[known]))


def _correlation(first: Numbers, second: Numbers) -> float | None:
    if first.size < 2 or first.min() == first.max() or second.min() == second.max():
        return None
    return float(np.corrcoef(first, second)[0, 1])


def _ranked(numbers: Numbers) -> Numbers:
    """Return the rank of each number; equal ones share the mean of their ranks."""
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    ends = np.concatenate([starts[1:], [numbers.size]])
    ranks = np.empty(numbers.size)
    ranks[order] = np.repeat((starts + ends + 1) / 2, ends - starts)
    return ranks


@dataclass(frozen=True)
class Bin:
    """A column of a histogram: draws from a value to the next, as parts of all draws."""

    low: float
    high: float
    share: float
    cumulative: float  # of all draws up to ``high``


BINS: Final = 24
_TAIL: Final = 1.0  # percent at either end that a histogram leaves out


def histogram(figure: Figure) -> list[Bin]:
    """Return the histogram of a figure between its first and last percentile; empty where it is always the same."""
    known = figure.finite
    if not known.size:
        return []
    low, high = np.percentile(known, [_TAIL, 100 - _TAIL])
    if not high > low:
        return []
    edges = np.linspace(low, high, BINS + 1)
    counts, _ = np.histogram(known, edges)
    total = figure.numbers.size
    below = [float((known <= edge).sum()) / total for edge in edges[1:]]
    return [
        Bin(float(left), float(right), float(count) / total, up_to)
        for left, right, count, up_to in zip(edges, edges[1:], counts, below, strict=False)
    ]
