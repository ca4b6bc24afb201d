"""``aicapex simulate``: what the headline figures do when inputs are drawn from distributions."""

from __future__ import annotations

import shlex
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import click

from addin.commands.failure import Failure
from addin.commands.workbook import find_model, find_scenario, model_option

if TYPE_CHECKING:
    from workbooks.simulation.run import Simulation

_MOST_DRAWS = 10_000_000
_TO_TELL = 0.0005  # part of a distribution whose loss is told


def _epilog() -> str:
    from workbooks.simulation.distributions import KINDS
    from workbooks.simulation.distributions_file import CORRELATIONS_EXAMPLE, EXAMPLE

    kinds = "\n".join(f"  {kind}: {', '.join(needed)}" for kind, needed in KINDS.items())
    return (
        f"A table of distributions has a row for each input that varies:\n\n\b\n{indent(EXAMPLE, '  ')}\n\n"
        f"Distributions and what they need; a discrete one may have chances:\n\n\b\n{kinds}\n\n"
        "Rank correlations stand in a table of their own (--correlations), from -1 to 1; 0.6 means that high values of "
        f"the two mostly come together:\n\n\b\n{indent(CORRELATIONS_EXAMPLE, '  ')}"
    )


@click.command(epilog=_epilog())
@click.argument("distributions", type=click.Path(path_type=Path))
@click.option("--draws", type=click.IntRange(1, _MOST_DRAWS), default=100_000, show_default=True, help="How many.")
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed gives the same draws."
)
@click.option("--correlations", type=click.Path(path_type=Path), metavar="FILE", help="A table of rank correlations.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="An .xlsx workbook with all results."
)
@click.option("--cluster", metavar="ADDRESS", help="Dask scheduler whose workers compute, as tcp://host:8786.")
@click.option("--scenario", metavar="NAME", help="Whose values all other inputs have; without it the base case.")
@model_option
def command(
    distributions: Path,
    draws: int,
    seed: int,
    correlations: Path | None,
    output: Path | None,
    cluster: str | None,
    scenario: str | None,
    model: str,
) -> None:
    """Draw inputs from DISTRIBUTIONS, a .csv or .xlsx table, and show what the headline figures do."""
    from workbooks.cluster import ClusterError
    from workbooks.files import OutputError, check_writable, write_atomically
    from workbooks.simulation.distributions_file import read_correlations, read_distributions
    from workbooks.simulation.draws import Draws
    from workbooks.simulation.run import simulate
    from workbooks.table_file import InputsError
    from workbooks.vector.program import VectorError

    chosen = find_model(model)
    base = find_scenario(chosen, scenario) if scenario is not None else None
    try:
        if output is not None:
            check_writable(output)
            if output.suffix.lower() != ".xlsx":
                raise Failure(f"{output}: the name must end in .xlsx, such as {output.stem or 'simulation'}.xlsx.")
            if any(
                one.exists() and output.exists() and output.samefile(one)
                for one in (distributions, correlations)
                if one
            ):
                raise Failure(f"{output}: is one of the tables itself. Choose another name.")
        given = read_distributions(distributions, chosen)
        pairs = read_correlations(correlations, chosen, given) if correlations is not None else []
        drawn = Draws(given, pairs, draws, seed)
        if cluster is not None:
            from workbooks.simulation.on_cluster import cluster_blocks

            found = simulate(chosen, base, drawn, cluster_blocks(cluster, model, base, drawn))
        else:
            found = simulate(chosen, base, drawn)
        if output is not None:
            from workbooks.simulation.book import simulation_workbook

            parts = ["aicapex", "simulate", distributions.name, "--draws", f"{draws}", "--seed", f"{seed}"]
            parts += ["--correlations", correlations.name] if correlations is not None else []
            parts += ["--scenario", base] if base is not None else []
            parts += ["--model", model] if model != "capex" else []
            write_atomically(output, simulation_workbook(found, shlex.join(parts)))
    except (InputsError, OutputError, VectorError, ClusterError) as error:
        raise Failure(str(error)) from error
    _print(found)
    if output is not None:
        click.echo(f"{output} written")


def _print(simulation: Simulation) -> None:
    from rich.console import Console
    from rich.table import Table

    from workbooks.cover import shown

    console = Console(markup=False, emoji=False, highlight=False)
    console.print(f"{simulation.draws.count:,} draws, seed {simulation.draws.seed}", style="bold")
    table = Table()
    table.add_column("Figure")
    for head in ("10%", "50%", "90%", "mean"):
        table.add_column(head, justify="right")
    for figure in simulation.figures.values():
        known = figure.finite
        values = [*map(figure.percentile, (10, 50, 90)), float(known.mean()) if known.size else None]
        texts = [
            "–" if one is None else "never" if one == float("inf") else shown(one, figure.row.unit) for one in values
        ]
        if console.options.ascii_only:
            texts = [text.replace("×", "x").replace("–", "-") for text in texts]
        table.add_row(figure.row.label, *texts)
    console.print(table)
    if not any(one.varies for one in simulation.figures.values()):
        console.print("none of the figures depends on the inputs that were drawn")
    if "payback_years" in simulation.figures:
        paid = simulation.figures["payback_years"].numbers
        chances = ", ".join(f"{years}: {(paid < years).mean():.0%}" for years in (2, 3, 4, 5, 7, 10))
        console.print(f"probability of a payback in under so many years: {chances}")
    if "revenue_gap" in simulation.figures:
        console.print(
            f"probability that the gap is closed: {(simulation.figures['revenue_gap'].numbers <= 0).mean():.0%}"
        )
    for one in simulation.draws.distributions:
        if one.cut >= _TO_TELL:
            lost = f"{one.cut:.1%} of the {one.kind} distribution lie outside the input's range and are cut off"
            console.print(f"{one.input.name}: {lost}")
    console.print(f"all other inputs as in {simulation.scenario}")
