"""The model recalculated after an input has changed: our engine, formulas, and LibreOffice, on the same workbook."""

from __future__ import annotations

import contextlib
import io
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.libreoffice import LibreOffice
from workbooks.capex_model import CAPEX_MODEL
from workbooks.editions import build
from workbooks.engine import Engine

RUNS = 5


def timed(action: Callable[[], Any], runs: int = RUNS) -> float:
    """Return the median time of an action, in milliseconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e3


def of_ours() -> tuple[float, float, str]:
    """Return load and recalculation of the headless edition, and the gap it computes."""
    package = build(CAPEX_MODEL, "headless")
    engine = Engine.load(package)
    engine.calculate()
    changes = iter(range(1, 1000))

    def recalculate() -> None:
        engine.set("Inputs", "E10", 50e9 + next(changes))
        engine.calculate()
        engine.get("Cover", "D8")

    recalculation = timed(recalculate)
    engine.set("Inputs", "E10", 50e9)
    engine.calculate()
    return timed(lambda: Engine.load(package).calculate()), recalculation, f"{engine.get('Cover', 'D8'):,.0f}"


def of_formulas() -> tuple[float, float, str]:
    """Return the same for formulas, on the portable edition."""
    import formulas

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.xlsx"
        path.write_bytes(build(CAPEX_MODEL, "portable"))
        with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
            start = time.perf_counter()
            model = formulas.ExcelModel().loads(str(path)).finish()
            solution = model.calculate()
            load = (time.perf_counter() - start) * 1e3
            cell = "'[model.xlsx]INPUTS'!E10"
            recalculation = timed(lambda: model.calculate(inputs={cell: 50e9 + 1}), 3)
        value = solution["'[model.xlsx]COVER'!D8"].value[0, 0]
    return load, recalculation, f"{value:,.0f}" if isinstance(value, float) else str(value)


def of_libreoffice() -> tuple[float, float, str]:
    """Return the same for LibreOffice, which loads and recalculates in one go, on the portable edition."""
    package = build(CAPEX_MODEL, "portable")
    office = LibreOffice()
    try:
        value = office.recalculate(package)["Cover"]["D8"]
        both = timed(lambda: office.recalculate(package), 3)
    finally:
        office.close()
    return both, both, f"{value:,.0f}"


def main() -> None:
    """Print the table."""
    table = Table(title="The capex model, milliseconds (medians); the gap of Cahn 2023 as a check")
    for heading in ("engine", "load and calculate", "recalculate one input", "times ours", "gap"):
        table.add_column(heading, justify="left" if heading == "engine" else "right")
    ours = of_ours()
    for name, (load, again, value) in (
        ("aicapex (formualizer, our functions)", ours),
        ("formulas (portable edition)", of_formulas()),
        ("LibreOffice, which loads it each time (portable edition)", of_libreoffice()),
    ):
        table.add_row(name, f"{load:,.1f}", f"{again:,.2f}", f"{again / ours[1]:,.0f}", value)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
