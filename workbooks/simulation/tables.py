"""What a simulation's workbook shows, as grids and charts: percentiles, chances, histograms, drivers, settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbooks import style
from workbooks.model import Chart, Grid, GridRow, Series, Sheet
from workbooks.simulation.run import BINS, Bin, Figure, Simulation, histogram
from workbooks.simulation.settings import in_cell, settings_grids

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
    closer = _closer(simulation)
    charts = [chart for figure in closer for chart in _histogram_charts(figure)]
    driven = next((simulation.figures[name] for name in _DRIVEN if name in simulation.figures), None)
    driven = driven or next(iter(simulation.figures.values()))
    drivers, tornado = _drivers(simulation, driven)
    spread = Sheet(
        "Distributions",
        "output",
        "How often each figure comes out where",
        tuple(_histogram_grid(figure) for figure in closer),
        tuple(charts),
    )
    return (
        Sheet(
            "Simulation",
            "output",
            f"{simulation.draws.count:,} draws of {len(simulation.inputs)} inputs of: {simulation.model.title}",
            (_percentiles(simulation), *_chances(simulation)),
            (*charts[:2], tornado) if tornado.series else tuple(charts[:2]),
        ),
        *((spread,) if closer else ()),
        Sheet("Drivers", "output", "Which inputs move the figures most", drivers),
        Sheet(
            "Settings",
            "documentation",
            "All that is needed to get the same figures again",
            settings_grids(simulation, command),
        ),
    )


def _closer(simulation: Simulation) -> list[Figure]:
    """Return the figures that are shown as histograms: of those that vary, the ones that people ask for first."""
    varying = [figure for figure in simulation.figures.values() if histogram(figure)]
    return (
        sorted((one for one in varying if one.name in _CLOSER), key=lambda one: _CLOSER.index(one.name)) or varying[:4]
    )


def _percentiles(simulation: Simulation) -> Grid:
    rows = []
    for figure in simulation.figures.values():
        known = figure.finite
        mean, sd = (float(known.mean()), float(known.std())) if known.size else (None, None)
        values = [mean, sd, figure.percentile(0), *map(figure.percentile, PERCENTILES), figure.percentile(100)]
        rows.append(
            GridRow(f"p_{figure.name}", _labelled(figure), tuple(map(in_cell, values)), format=figure.row.format)
        )
    headers = ("Mean", "Std. dev.", "Lowest", *("Median" if one == 50 else f"P{one}" for one in PERCENTILES), "Highest")
    return Grid(
        "Percentiles",
        headers,
        ("figure",) * len(headers),
        tuple(rows),
        key="percentiles",
        note="P5: 5% of the draws lie below; mean and deviation of the draws that have a number",
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
        timed.append(("under_payback", "Payback in under", figures["payback_years"].numbers, False))
    if "years_to_close" in figures:
        timed.append(("under_closing", "Gap closed by growth within", figures["years_to_close"].numbers, True))
    if timed:
        years = range(1, _YEARS + 1)
        yield Grid(
            "How likely in time",
            tuple(f"{year} year{'s' if year > 1 else ''}" for year in years),
            ("fraction",) * _YEARS,
            tuple(
                GridRow(key, label, tuple(_share(numbers <= year if upto else numbers < year) for year in years))
                for key, label, numbers, upto in timed
            ),
            key="within",
            note="Part of all draws",
        )


def _share(where: NDArray[np.bool_]) -> float:
    return float(where.mean())


def _histogram_grid(figure: Figure) -> Grid:
    bins = histogram(figure)
    return Grid(
        figure.row.label,
        ("From", "To", "Share", "Up to here"),
        (figure.row.format, figure.row.format, "fraction", "fraction"),
        tuple(
            GridRow(f"h_{figure.name}_{place}", label, (one.low, one.high, one.share, one.cumulative))
            for place, (one, label) in enumerate(zip(bins, _middles(figure, bins), strict=True), start=1)
        ),
        key=f"h_{figure.name}",
        note=f"{BINS} steps from the first to the last percentile of the draws with a number; share of all draws",
    )


def _middles(figure: Figure, bins: Sequence[Bin]) -> list[str]:
    """Return the middle of each bin as the axis shows it, with as many decimals as tell them apart."""
    largest = max(abs(bins[0].low), abs(bins[-1].high))
    size, prefix, suffix = 1.0, "$" if figure.row.unit.startswith("$") else "", ""
    if figure.row.format == "money" and largest >= 1e6:
        size, suffix = (1e9, "B") if largest >= 1e9 else (1e6, "M")
    elif figure.row.format == "fraction":
        size, suffix = 0.01, "%"
    elif not prefix:
        suffix = {"years": "y", "multiple": "×"}.get(figure.row.format, "")
    decimals = max(0, min(4, int(np.ceil(-np.log10((bins[0].high - bins[0].low) / size)))))
    middles = [(one.low + one.high) / 2 / size for one in bins]
    return [f"{'-' if one < 0 else ''}{prefix}{abs(one):,.{decimals}f}{suffix}" for one in middles]


def _histogram_charts(figure: Figure) -> tuple[Chart, Chart]:
    key, label = f"h_{figure.name}", figure.row.label
    unit = figure.row.unit
    title = label.split(" (")[0]
    often, upto, axis = f"{title}: how often", f"{title}: up to", f"{key}@0"
    return (
        Chart(
            "column", often, (Series(f"{key}@3", style.BLUE),), axis, unit, "Share of all draws", "fraction", _SOURCE
        ),
        Chart("line", upto, (Series(f"{key}@4", style.NAVY),), axis, unit, "Share up to here", "fraction", _SOURCE),
    )


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
            GridRow(
                f"c_{name}", labels[name], tuple(in_cell(simulation.correlation(name, one.name)) for one in figures)
            )
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
