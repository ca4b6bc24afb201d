"""Models over arrays of inputs: the engine's numbers, and LibreOffice's, in every cell."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.libreoffice import LibreOffice
from tests.workbooks.packages import close
from udfs import ExcelError
from workbooks.editions import build
from workbooks.model import Model, Scenario
from workbooks.models import MODELS
from workbooks.vector.model_program import SCENARIO, CompiledModel
from workbooks.vector.program import VectorError

CAPEX = MODELS["capex"]
NEW = "Case 1"


@cache
def every_cell(name: str) -> CompiledModel:
    """Return a model with a scenario of its own live, and all of its formula cells as outputs."""
    model = MODELS[name]
    added = Scenario(NEW, model.scenarios[0].values)
    return CompiledModel(model, NEW, [added], [*(one.name for one in model.inputs), SCENARIO], "all")


@cache
def headline(name: str) -> CompiledModel:
    return CompiledModel(MODELS[name])


def drawn(model: Model, count: int, seed: int = 1, ends: float = 0.1) -> dict[str, list[float]]:
    """Return inputs all over their ranges: near the base case, and a part of them at the ends."""
    chance = np.random.default_rng(seed)
    values = {}
    for one in model.inputs:
        near = model.scenarios[0].values[one.name] * chance.uniform(0.5, 1.6, count)
        anywhere = np.where(chance.random(count) < ends, chance.choice([one.low, one.high], count), near)
        values[one.name] = np.clip(anywhere, one.low, one.high).tolist()
    return values


@pytest.mark.parametrize("name", ["capex", "gap", "cluster"])
def test_every_cell_as_the_engine_computes_it(name: str) -> None:
    compiled = every_cell(name)
    given = drawn(compiled.model, 4)
    results = compiled.evaluate({**given, SCENARIO: [f"Case {place}" for place in range(4)]}, check=4)
    assert len(results.cells) > 400


def test_every_number_as_libreoffice_computes_it(libreoffice: LibreOffice) -> None:
    compiled = every_cell("capex")
    values = {name: numbers[0] for name, numbers in drawn(CAPEX, 1, ends=0).items()}
    package = build(CAPEX, "portable", NEW, [Scenario(NEW, values)])
    theirs = libreoffice.recalculate(package)
    results = compiled.evaluate({**values, SCENARIO: NEW}, check=0)
    differing, numbers = [], 0
    for cell in results.cells:
        [ours] = results.values(cell)
        if isinstance(ours, float) and cell.sheet not in ("Functions", "Checks"):
            numbers += 1
            other = theirs[cell.sheet].get(cell.cell, 0.0)
            # What is left of a difference of billions is as large as their last digits.
            if not close(ours, other, 1e-3):
                differing.append(f"{cell}: {ours!r} against {other!r}")
    assert differing == []
    assert numbers > 1000


@settings(max_examples=5)
@given(seed=st.integers(0, 10_000), name=st.sampled_from(["capex", "payback"]))
def test_headlines_as_the_engine_computes_them(seed: int, name: str) -> None:
    compiled = headline(name)
    compiled.evaluate(drawn(MODELS[name], 3, seed), check=3)


def test_published_figures() -> None:
    # Cahn 2023: 50 billion of GPUs need 200 billion of revenue; a year later it was 600 billion.
    results = headline("capex").evaluate({"gpu": np.array([50e9, 150e9]), "mult": 2.0, "margin": 0.5, "revenue": 75e9})
    assert results.values("required_revenue") == [200e9, 600e9]
    assert results.numbers("revenue_gap").tolist() == [125e9, 525e9]


def test_blocks_make_no_difference() -> None:
    compiled = headline("capex")
    given = drawn(CAPEX, 1000)
    whole = compiled.evaluate(given, check=0)
    for block in (1, 17, 999):
        parts = compiled.evaluate({k: v[:200] for k, v in given.items()} if block == 1 else given, block=block, check=0)
        for name in compiled.outputs:
            np.testing.assert_allclose(
                parts.numbers(name), whole.numbers(name)[: parts.scenarios], rtol=1e-11, equal_nan=True
            )


def test_one_value_for_all_scenarios_or_one_for_each() -> None:
    compiled = headline("gap")
    one = compiled.evaluate({"gpu": [1e9, 2e9], "margin": 0.6}, check=2)
    each = compiled.evaluate({"gpu": np.array([1e9, 2e9]), "margin": [0.6, 0.6]}, check=0)
    assert one.values("revenue_gap") == each.values("revenue_gap")
    assert compiled.evaluate({}, check=1).scenarios == 1
    with pytest.raises(ValueError, match="different numbers of scenarios"):
        compiled.evaluate({"gpu": [1e9, 2e9], "margin": [0.5, 0.6, 0.7]})
    with pytest.raises(KeyError, match="profit"):
        compiled.evaluate({"profit": 1.0})


def test_texts_and_errors_of_scenarios() -> None:
    results = headline("gap").evaluate({"revenue": [75e9, 0.0], "growth": [0.5, -0.1]}, check=2)
    assert isinstance(results.values("years_to_close")[0], float)
    assert results.values("years_to_close")[1] == "never"
    assert np.isnan(results.numbers("years_to_close")[1])
    assert ExcelError.VALUE not in results.values("years_to_close")


def test_a_difference_from_the_engine_is_refused_with_its_cell() -> None:
    compiled = CompiledModel(MODELS["gap"], inputs=["gpu"])
    [margin] = CompiledModel(MODELS["gap"]).inputs["margin"]
    compiled._engine.set(margin.sheet, margin.cell, 0.9)  # another workbook than the one that was compiled
    with pytest.raises(VectorError, match=r"^Gap!\w+: computed over arrays =AI\w+\(.* by the engine .*report it"):
        compiled.evaluate({"gpu": [1e9, 2e9]})
