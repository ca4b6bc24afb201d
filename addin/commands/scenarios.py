"""``aicapex scenarios``: a table of scenarios in, a table of headline figures out."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from addin.commands.failure import Failure
from addin.commands.workbook import find_model, inputs_epilog, model_option

if TYPE_CHECKING:
    from workbooks.inputs_file import ScenarioRow
    from workbooks.model import Model


@click.command(epilog=inputs_epilog())
@click.argument("source", metavar="SCENARIOS")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A .csv, .xlsx or .parquet file; without it CSV goes to the screen.",
)
@click.option("--query", metavar="SQL", help="What to ask of a database.")
@click.option("--cluster", metavar="ADDRESS", help="Dask scheduler whose workers compute, as tcp://host:8786.")
@model_option
def command(source: str, output: Path | None, query: str | None, cluster: str | None, model: str) -> None:
    """Compute the headline figures of all scenarios of a table.

    SCENARIOS is a .csv, .xlsx or .parquet file, or the URL of a database such as sqlite:///plans.db, with --query.
    """
    from workbooks.cluster import ClusterError
    from workbooks.files import OutputError, written_beside
    from workbooks.inputs_file import InputsError, scenario_rows
    from workbooks.table_file import open_table
    from workbooks.vector.program import VectorError
    from workbooks.vector.scenario_table import SUFFIXES

    chosen = find_model(model)
    suffix = output.suffix.lower() if output is not None else ".csv"
    if suffix not in SUFFIXES:
        raise Failure(f"{output}: the name must end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}.")
    try:
        table = open_table(source, query)
        rows = scenario_rows(table, chosen)
        if output is not None:
            if output.exists() and Path(source).exists() and output.samefile(source):
                raise Failure(f"{output}: is the table of scenarios itself. Choose another name.")
            with written_beside(output) as path:
                count = _write(path, suffix, rows, table.place, chosen, cluster)
            click.echo(f"{output} written: {count:,} scenarios")
        else:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "results.csv"
                _write(path, suffix, rows, table.place, chosen, cluster)
                with path.open(encoding="utf-8") as file:
                    for line in file:
                        sys.stdout.write(line)
    except (InputsError, OutputError, VectorError, ClusterError) as error:
        raise Failure(str(error)) from error


def _write(path: Path, suffix: str, rows: Iterable[ScenarioRow], place: str, model: Model, cluster: str | None) -> int:
    from workbooks.vector.scenario_table import compute_table, writer

    columns, blocks = compute_table(rows, place, model, cluster)
    count = 0
    with writer(path, suffix, columns) as table:
        for block in blocks:
            table.write(block)
            count += len(block)
    return count
