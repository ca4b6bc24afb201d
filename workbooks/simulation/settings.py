"""The Settings sheet of a simulation: all that is needed to get the same figures again."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

import numpy as np

from workbooks.model import Grid, GridRow
from workbooks.simulation.distributions import Distribution
from workbooks.simulation.run import NEVER, Numbers, Simulation, rank_correlation

_PARAMETERS: Final = ("low", "likely", "high", "mean", "sd")


def in_cell(value: float | None) -> float | str:
    """Return a number as a cell shows it: none is empty, infinite is never."""
    return "" if value is None or value != value else NEVER if value in (float("inf"), float("-inf")) else value


def settings_grids(simulation: Simulation, command: str) -> tuple[Grid, ...]:
    """Return the grids of the Settings sheet.

    Parameters
    ----------
    simulation : what came out.
    command : the command line that gives it again.
    """
    draws, model = simulation.draws, simulation.model
    run: tuple[tuple[str, str | float], ...] = (
        ("Model", f"{model.name}, version {model.version}, as of {model.as_of}"),
        ("Scenario of the inputs that are not drawn", simulation.scenario),
        ("Draws", float(draws.count)),
        ("Seed", float(draws.seed)),
        ("Program", f"aicapex {version('aicapex')}, NumPy {np.__version__}"),
        ("Command", command),
        ("Outside an input's range", "Normal and lognormal distributions are cut off there; see below"),
    )
    named = [name for name in _PARAMETERS if any(name in one.numbers for one in draws.distributions)]
    lists = any(one.values for one in draws.distributions)
    heads = ["Std. dev." if name == "sd" else name.capitalize() for name in named]
    distributions = Grid(
        "Distributions",
        ("Distribution", *heads, *(("Values", "Chances") if lists else ())),
        ("text",) * (1 + len(named) + 2 * lists),
        tuple(
            GridRow(
                f"s_{one.input.name}",
                f"{one.input.label} ({one.input.name})",
                (one.kind, *(one.numbers.get(name, "") for name in named), *(_listed(one) if lists else ())),
                format=one.input.format,
            )
            for one in draws.distributions
        ),
        key="distributions",
    )
    drawn = Grid(
        "What was drawn",
        ("Mean", "Std. dev.", "5%", "50%", "95%"),
        ("figure",) * 5,
        tuple(
            GridRow(f"w_{one.name}", f"{one.label}, {one.unit}", _drawn(simulation.inputs[one.name]), format=one.format)
            for one in (given.input for given in draws.distributions)
        ),
        key="drawn",
    )  # fmt: skip
    grids = [
        Grid(
            "Run",
            ("",),
            ("text",),
            tuple(GridRow(f"run_{place}", label, (text,)) for place, (label, text) in enumerate(run)),
        ),
        distributions,
        drawn,
    ]
    cut = [one for one in draws.distributions if one.kind in ("normal", "lognormal")]
    if cut:
        rows = tuple(GridRow(f"cut_{one.input.name}", one.input.label, (one.cut,)) for one in cut)
        grids.append(Grid("Cut off, because outside the input's range", ("Share",), ("fraction",), rows, key="cut"))
    if draws.correlations:
        grids.append(_correlations(simulation))
    return *grids, _others(simulation)


def _listed(one: Distribution) -> tuple[str, str]:
    """Return the values of a discrete distribution and their chances, as a table of distributions has them."""
    if len(one.values) == 1:
        return f"only {one.values[0]:.15g}", "1"
    return "; ".join(f"{value:.15g}" for value in one.values), "; ".join(f"{chance:.6g}" for chance in one.chances)


def _drawn(numbers: Numbers) -> tuple[float, ...]:
    return float(numbers.mean()), float(numbers.std()), *map(float, np.percentile(numbers, (5, 50, 95)))


def _correlations(simulation: Simulation) -> Grid:
    labels = {one.input.name: one.input.label for one in simulation.draws.distributions}
    rows = []
    for place, one in enumerate(simulation.draws.correlations):
        came_out = rank_correlation(simulation.inputs[one.first], simulation.inputs[one.second])
        rows.append(
            GridRow(f"rc_{place}", f"{labels[one.first]} with {labels[one.second]}", (one.value, in_cell(came_out)))
        )
    return Grid("Rank correlations of inputs", ("Asked for", "Drawn"), ("share", "share"), tuple(rows), key="asked")


def _others(simulation: Simulation) -> Grid:
    base = next(one for one in simulation.model.scenarios if one.name == simulation.scenario)
    rows: Sequence[GridRow] = [
        GridRow(
            f"o_{one.name}",
            f"{one.label}, {one.unit}" if one.unit else one.label,
            (base.values[one.name],),
            format=one.format,
        )
        for one in simulation.model.inputs
        if one.name not in simulation.inputs
    ]
    return Grid(f"All other inputs, as in {simulation.scenario}", ("Value",), ("figure",), tuple(rows), key="others")
