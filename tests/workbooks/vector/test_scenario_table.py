"""Tables of scenarios, block by block."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from workbooks.inputs_file import ScenarioRow
from workbooks.model import Scenario
from workbooks.models import MODELS
from workbooks.table_file import InputsError
from workbooks.vector.scenario_table import ROWS, compute_table

GAP = MODELS["gap"]
COUNT = ROWS + 100


def scenarios(count: int, taken: list[int]) -> Iterator[ScenarioRow]:
    for row in range(count):
        taken.append(row)
        values = {**GAP.scenarios[0].values, "gpu": 1e9 + row * 1e6, "mult": 2.0, "margin": 0.5, "cloud": 0.0}
        yield ScenarioRow(row + 2, Scenario(f"Case {row}", values))


def test_rows_come_out_in_order_and_a_block_at_a_time() -> None:
    taken: list[int] = []
    columns, blocks = compute_table(scenarios(COUNT, taken), "plan.csv", GAP)
    names = [one.name for one in columns]
    first = next(blocks)
    assert len(taken) == len(first) == ROWS  # no more are in memory
    rows = [*first, *(row for block in blocks for row in block)]
    assert [row[0] for row in rows] == [f"Case {row}" for row in range(COUNT)]
    required = np.array([row[names.index("required_revenue")] for row in rows])
    np.testing.assert_allclose(required, 4 * (1e9 + np.arange(COUNT) * 1e6), rtol=1e-12)  # Cahn: gpu * 2 / (1 - 50%)


def test_a_name_that_comes_again_in_another_block() -> None:
    def twice() -> Iterator[ScenarioRow]:
        yield from scenarios(ROWS + 1, [])
        yield ScenarioRow(99_999, Scenario("case 5", GAP.scenarios[0].values))

    _, blocks = compute_table(twice(), "plan.csv", GAP)
    with pytest.raises(InputsError, match=r"plan.csv, row 99999: the scenario 'case 5' is there already, in row 7"):
        list(blocks)
