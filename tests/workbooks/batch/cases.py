"""Scenarios of all kinds for tests of the batch."""

from __future__ import annotations

import random
from collections.abc import Iterator

from workbooks.model import Model, Scenario

# The smallest model: what is tested is not the model.
MODEL = "gap"


def drawn(model: Model, count: int, seed: int = 1, name: str = "Case {}") -> list[Scenario]:
    """Return scenarios in which about half of the inputs are anywhere in the lower part of their range."""
    chance = random.Random(seed)
    base = model.scenarios[0].values
    return [
        Scenario(
            name.format(number),
            {
                one.name: one.low + (one.high - one.low) * chance.random() ** 4
                if chance.random() < 0.5
                else base[one.name]
                for one in model.inputs
            },
        )
        for number in range(count)
    ]


def as_csv(model: Model, scenarios: list[Scenario]) -> str:
    """Return a table of scenarios with all digits."""
    return "\n".join(_lines(model, scenarios)) + "\n"


def _lines(model: Model, scenarios: list[Scenario]) -> Iterator[str]:
    yield ",".join(["scenario", *(one.name for one in model.inputs)])
    for scenario in scenarios:
        name = '"{}"'.format(scenario.name.replace('"', '""'))
        yield ",".join([name, *(repr(scenario.values[one.name]) for one in model.inputs)])
