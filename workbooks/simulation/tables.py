"""What a simulation's workbook shows, as grids and charts: percentiles, chances, histograms, drivers, settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Final

import numpy as np

from workbooks import style
from workbooks.model import Chart, Grid, GridRow, Series, Sheet
from workbooks.simulation.draws import described
from workbooks.simulation.run import BINS, NEVER, Figure, Simulation, histogram

PERCENTILES: Final = (5, 10, 25, 50, 75, 90, 95)
# The figures that are looked at closer, by their workbook names, as far as the model has them.
_CLOSER: Final = ("payback_years", "net_present_value", "revenue_gap", "gpu_hour_cost")
_DRIVEN: Final = ("net_present_value", "revenue_gap", "gpu_hour_cost", "payback_years")
_YEARS: Final = 10
_SOURCE: Final = "Source: the draws of this simulation; see Settings"


def simulation_sheets(simulation: Simulation, command: str) -> tuple[Sheet, ...]:
    """Return the sheets of a simulation's workbook.

    Parameters
    ----------
    simulation : what came out.
    command : the command line that gives it again.
    """
    closer = [figure for figure in _closer(simulation) if histogram(figure)]
    charts = [chart for figure in closer for chart in _histogram_charts(figure)]
    driven = next((simulation.figures[name] for name in _DRIVEN if name in simulation.figures), None)
    driven = driven or next(iter(simulation.figures.values()))
    drivers, tornado = _drivers(simulation, driven)
    return (
        Sheet(
            "Simulation",
            "output",
            f"{simulation.draws.count:,} draws of {len(simulation.inputs)} inputs of: {simulation.model.title}",
            (_percentiles(simulation), *_chances(simulation)),
            (*charts[:2], tornado) if tornado.series else tuple(charts[:2]),
        ),
        Sheet(
            "Distributions",
            "output",
            "How often each figure comes out where",
            tuple(_histogram_grid(figure) for figure in closer),
            tuple(charts),
        ),
        Sheet("Drivers", "output", "Which inputs move the figures most", drivers),
        Sheet(
            "Settings",
            "documentation",
            "All that is needed to get the same figures again",
            _settings(simulation, command),
        ),
    )


def _closer(simulation: Simulation) -> list[Figure]:
    chosen = [simulation.figures[name] for name in _CLOSER if name in simulation.figures]
    return chosen or list(simulation.figures.values())[:4]


def _cell(value: float | None) -> float | str:
    """Return a number as a cell shows it: none is empty, infinite is never."""
    return "" if value is None or value != value else NEVER if value in (float("inf"), float("-inf")) else value


def _percentiles(simulation: Simulation) -> Grid:
    rows = []
    for figure in simulation.figures.values():
        known = figure.finite
        mean, sd = (float(known.mean()), float(known.std())) if known.size else (None, None)
        values = [mean, sd, figure.percentile(0), *map(figure.percentile, PERCENTILES), figure.percentile(100)]
        rows.append(GridRow(f"p_{figure.name}", _labelled(figure), tuple(map(_cell, values)), format=figure.row.format))
    headers = ("Mean", "Std. dev.", "Lowest", *(f"{one}%" for one in PERCENTILES), "Highest")
    return Grid(
        "Percentiles",
        headers,
        ("figure",) * len(headers),
        tuple(rows),
        key="percentiles",
        note="So many percent of the draws lie below; mean and deviation of the draws that have a number",
    )


def _labelled(figure: Figure) -> str:
    unit = figure.row.unit
    return f"{figure.row.label}, {unit}" if unit else figure.row.label


def _chances(simulation: Simulation) -> Iterator[Grid]:
    figures = simulation.figures
    single: list[tuple[str, float]] = []
    if "revenue_gap" in figures:
        single.append(("The gap is closed: no revenue is missing", _share(figures["revenue_gap"].numbers <= 0)))
    if "net_present_value" in figures:
        single.append(("Net present value above 0", _share(figures["net_present_value"].numbers > 0)))
    for figure in figures.values():
        if figure.never:
            single.append((f"Never: {figure.row.label[0].lower()}{figure.row.label[1:]}", figure.never))
        if figure.missing:
            single.append((f"Without a figure: {figure.row.label[0].lower()}{figure.row.label[1:]}", figure.missing))
    if single:
        rows = tuple(GridRow(f"chance_{place}", label, (share,)) for place, (label, share) in enumerate(single))
        yield Grid("How likely", ("Probability",), ("fraction",), rows, key="chances")
    timed = []
    if "payback_years" in figures:
        timed.append(("under_payback", "Payback in under so many years", figures["payback_years"].numbers, False))
    if "years_to_close" in figures:
        timed.append(
            ("under_closing", "Gap closed by growth within so many years", figures["years_to_close"].numbers, True)
        )
    if timed:
        years = range(1, _YEARS + 1)
        yield Grid(
            "How likely within so many years",
            tuple(f"{year}" for year in years),
            ("fraction",) * _YEARS,
            tuple(
                GridRow(key, label, tuple(_share(numbers <= year if upto else numbers < year) for year in years))
                for key, label, numbers, upto in timed
            ),
            key="within",
            note="Part of all draws",
        )


def _share(where: np.ndarray) -> float:  # type: ignore[type-arg]
    return float(where.mean())


def _scale(figure: Figure) -> tuple[float, str]:
    """Return what a figure's numbers are divided by in labels, and the unit that this gives."""
    unit, largest = figure.row.unit, float(np.abs(figure.finite).max(initial=0))
    if figure.row.format == "money":
        return next(
            ((size, f"{unit}, {word}") for size, word in ((1e9, "billions"), (1e6, "millions")) if largest >= size),
            (1.0, unit),
        )
    return (0.01, "%") if figure.row.format == "fraction" else (1.0, unit)


def _histogram_grid(figure: Figure) -> Grid:
    scale, _ = _scale(figure)
    bins = histogram(figure)
    step = (bins[0].high - bins[0].low) / scale
    decimals = max(0, min(4, int(np.ceil(-np.log10(step)) + 1)))
    return Grid(
        figure.row.label,
        ("From", "To", "Share", "Up to here"),
        (figure.row.format, figure.row.format, "fraction", "fraction"),
        tuple(
            GridRow(
                f"h_{figure.name}_{place}",
                f"{(one.low + one.high) / 2 / scale:,.{decimals}f}",
                (one.low, one.high, one.share, one.cumulative),
            )
            for place, one in enumerate(bins, start=1)
        ),
        key=f"h_{figure.name}",
        note=f"{BINS} steps from the first to the last percentile of the draws with a number; share of all draws",
    )


def _histogram_charts(figure: Figure) -> tuple[Chart, Chart]:
    key, label = f"h_{figure.name}", figure.row.label
    _, unit = _scale(figure)
    title = label if len(label) < 40 else label.split(" (")[0]
    return (
        Chart("column", f"{title}: how often", (Series(f"{key}@3", style.BLUE),), f"{key}@0", unit, "Share of all draws",
              "fraction", _SOURCE),
        Chart("line", f"{title}: up to", (Series(f"{key}@4", style.NAVY),), f"{key}@0", unit,
              "Share of draws up to here", "fraction", _SOURCE),
    )  # fmt: skip


def _drivers(simulation: Simulation, driven: Figure) -> tuple[tuple[Grid, ...], Chart]:
    labels = {one.input.name: one.input.label for one in simulation.draws.distributions}
    found = {name: simulation.correlation(name, driven.name) for name in simulation.inputs}
    ranked = sorted(simulation.inputs, key=lambda name: -abs(found[name] or 0.0))
    title = driven.row.label
    bars = Grid(
        f"Rank correlation with: {title}",
        ("Negative", "Positive"),
        ("share", "share"),
        tuple(
            GridRow(f"d_{name}", labels[name], (min(found[name] or 0.0, 0.0), max(found[name] or 0.0, 0.0)))
            for name in ranked
        ),
        key="drivers",
        note="From -1 to 1: how far the figure rises or falls with the input; the strongest first",
    )
    figures = list(simulation.figures.values())
    table = Grid(
        "Rank correlation of each input with each figure",
        tuple(figure.row.label for figure in figures),
        ("share",) * len(figures),
        tuple(
            GridRow(f"c_{name}", labels[name], tuple(_cell(simulation.correlation(name, one.name)) for one in figures))
            for name in ranked
        ),
        key="correlations",
        note="Empty where the figure does not change",
    )
    moved = any(found.values())
    chart = Chart(
        "bars",
        f"What moves: {title[0].lower()}{title[1:]}",
        (Series("drivers@1", style.ORANGE), Series("drivers@2", style.NAVY)) if moved else (),
        "drivers@0",
        "Input",
        "Rank correlation",
        "share",
        _SOURCE,
    )
    return (bars, table), chart


def _settings(simulation: Simulation, command: str) -> tuple[Grid, ...]:
    draws, model = simulation.draws, simulation.model
    run = (
        ("Model", f"{model.name}, version {model.version}, as of {model.as_of}"),
        ("Scenario of the inputs that are not drawn", simulation.scenario),
        ("Draws", f"{draws.count:,}"),
        ("Seed", f"{draws.seed}"),
        ("Program", f"aicapex {version('aicapex')}, NumPy {np.__version__}"),
        ("Command", command),
        ("Outside an input's range", "Normal and lognormal distributions are cut off there; see below"),
    )
    parameters = ("low", "likely", "high", "mean", "sd", "values", "chances")
    told = [described(one) for one in draws.distributions]
    shown = [name for name in parameters if any(name in one for one in told)]
    distributions = Grid(
        "Distributions",
        ("Distribution", *(name.capitalize() if name != "sd" else "Std. dev." for name in shown)),
        ("text",) * (1 + len(shown)),
        tuple(
            GridRow(
                f"s_{one.input.name}",
                f"{one.input.label} ({one.input.name})",
                (one.kind, *(of.get(name, "") for name in shown)),
            )
            for one, of in zip(draws.distributions, told, strict=True)
        ),
        key="distributions",
    )
    drawn = Grid(
        "What was drawn",
        ("Mean", "Std. dev.", "5%", "50%", "95%"),
        ("figure",) * 5,
        tuple(
            GridRow(f"w_{name}", f"{_input(simulation, name).label}, {_input(simulation, name).unit}", _drawn(numbers),
                    format=_input(simulation, name).format)
            for name, numbers in simulation.inputs.items()
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
    return tuple(grids) + (_others(simulation),)


def _input(simulation: Simulation, name: str):  # type: ignore[no-untyped-def]
    return next(one.input for one in simulation.draws.distributions if one.input.name == name)


def _drawn(numbers: np.ndarray) -> tuple[float, ...]:  # type: ignore[type-arg]
    return float(numbers.mean()), float(numbers.std()), *map(float, np.percentile(numbers, (5, 50, 95)))


def _correlations(simulation: Simulation) -> Grid:
    from workbooks.simulation.run import rank_correlation

    rows = []
    for place, one in enumerate(simulation.draws.correlations):
        first, second = _input(simulation, one.first), _input(simulation, one.second)
        came_out = rank_correlation(simulation.inputs[one.first], simulation.inputs[one.second])
        rows.append(GridRow(f"rc_{place}", f"{first.label} with {second.label}", (one.value, _cell(came_out))))
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
