"""The model's headline figures in many scenarios: arrays, our engine one by one, and peers, from the same draws."""

from __future__ import annotations

import contextlib
import io
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.libreoffice import LibreOffice
from workbooks.capex_model import CAPEX_MODEL
from workbooks.editions import build, write
from workbooks.engine import Engine
from workbooks.package import read_parts, write_parts
from workbooks.simulation.distributions_file import EXAMPLE, read_distributions
from workbooks.simulation.draws import Draws
from workbooks.vector.model_program import CompiledModel

DRAWS = 100_000
BY_ENGINE, BY_IRONCALC, BY_LIBREOFFICE, BY_FORMULAS = 30, 30, 10, 1  # scenarios that the slower ones compute
RUNS = 5
CHECKED = "net_present_value"
VARIED = "hour_price"  # the one input that LibreOffice is given

Draw = dict[str, float]


def drawn() -> tuple[dict[str, np.ndarray[Any, Any]], list[Draw]]:
    """Return the draws as arrays, and the first of them one by one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.csv"
        path.write_text(EXAMPLE)
        draws = Draws(read_distributions(path, CAPEX_MODEL), [], DRAWS, 1)
    blocks = [draws.block(number) for number in range(draws.blocks)]
    arrays = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    return arrays, [{name: float(array[place]) for name, array in arrays.items()} for place in range(BY_ENGINE)]


def median(action: Callable[[], Any], runs: int = RUNS) -> float:
    """Return the median time of an action in seconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def each(compute: Callable[[Draw], float], draws: list[Draw]) -> tuple[float, list[float]]:
    """Return the median time of a scenario, and the figure in each."""
    times, found = [], []
    for draw in draws:
        start = time.perf_counter()
        found.append(compute(draw))
        times.append(time.perf_counter() - start)
    return statistics.median(times), found


def of_engine(compiled: CompiledModel, draws: list[Draw]) -> tuple[float, list[float]]:
    engine = Engine.load(write(compiled.layout, "headless", 1).package)
    engine.calculate()

    def compute(draw: Draw) -> float:
        for name, value in draw.items():
            [cell] = compiled.inputs[name]
            engine.set(cell.sheet, cell.cell, value)
        engine.calculate()
        values = {name: engine.get(cell.sheet, cell.cell) for name, cell in compiled.outputs.items()}
        return float(values[CHECKED])  # type: ignore[arg-type]

    return each(compute, draws)


def of_ironcalc(compiled: CompiledModel, package: bytes, draws: list[Draw]) -> tuple[float, list[float]]:
    """The portable edition: cells set as numbers, then one evaluation."""
    import ironcalc

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.xlsx"
        path.write_bytes(package)
        model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    sheets = [sheet["name"] for sheet in model.get_worksheets_properties()]

    def compute(draw: Draw) -> float:
        for name, value in draw.items():
            [cell] = compiled.inputs[name]
            model.update_cell_with_number(sheets.index(cell.sheet), cell.row, cell.column, value)
        model.evaluate()
        values = {
            name: model.get_cell_value(sheets.index(cell.sheet), cell.row, cell.column)
            for name, cell in compiled.outputs.items()
        }
        return float(values[CHECKED])

    return each(compute, draws)


def of_formulas(compiled: CompiledModel, package: bytes, draws: list[Draw]) -> tuple[float, list[float]]:
    """The portable edition: ``calculate`` with the inputs, for the cells asked for."""
    import formulas

    def name_of(cell: Any) -> str:
        return f"'[model.xlsx]{cell.sheet.upper()}'!{cell.cell}"

    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()):
        path = Path(folder) / "model.xlsx"
        parts = read_parts(package)
        # It can't read numbers such as 1e6.
        path.write_bytes(write_parts({name: re.sub(rb"\b1e6\b", b"1000000", part) for name, part in parts.items()}))
        model = formulas.ExcelModel().loads(str(path)).finish()
        outputs = {name: name_of(cell) for name, cell in compiled.outputs.items()}

        def compute(draw: Draw) -> float:
            inputs = {name_of(compiled.inputs[name][0]): value for name, value in draw.items()}
            solution = model.calculate(inputs=inputs, outputs=list(outputs.values()))
            return float(solution[outputs[CHECKED]].value[0, 0])

        return each(compute, draws)


def of_libreoffice(compiled: CompiledModel, package: bytes, draws: list[Draw]) -> tuple[float, list[float]]:
    """The portable edition, loaded once, over UNO: of each draw one input is set and put back."""
    outputs = [(cell.sheet, cell.cell) for cell in compiled.outputs.values()]
    [varied] = compiled.inputs[VARIED]
    changes = [(varied.sheet, varied.cell, draw[VARIED]) for draw in draws]
    office = LibreOffice()
    try:
        office.tried_cells(package, changes[:1], outputs)
        start = time.perf_counter()
        office.tried_cells(package, changes[:1], outputs)
        once = time.perf_counter() - start
        start = time.perf_counter()
        found = office.tried_cells(package, changes, outputs)
        took = (time.perf_counter() - start - once) / (len(draws) - 1)
    finally:
        office.close()
    place = list(compiled.outputs).index(CHECKED)
    return took, [float(values[place]) for values in found]  # type: ignore[arg-type]


def command_seconds(draws: int) -> tuple[float, float]:
    """Return the time of the whole command ``aicapex simulate``, and the most memory it took in megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "plan.csv").write_text(EXAMPLE)
        code = (
            "import resource, subprocess, sys; "
            "subprocess.run([sys.executable, '-m', 'addin', *sys.argv[1:]], check=True, stdout=subprocess.DEVNULL); "
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        )
        plan = str(Path(folder) / "plan.csv")
        arguments = ["simulate", plan, "--draws", str(draws), "-o", str(Path(folder) / "sim.xlsx")]
        start = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True)
        return time.perf_counter() - start, int(done.stdout) / 1024


def main() -> None:
    """Print both tables."""
    arrays, draws = drawn()
    start = time.perf_counter()
    compiled = CompiledModel(CAPEX_MODEL, inputs=list(arrays))
    compiling = time.perf_counter() - start
    package = build(CAPEX_MODEL, "portable")
    whole = median(lambda: compiled.evaluate(arrays, check=0))
    checked = median(lambda: compiled.evaluate(arrays), 1)
    expected = compiled.evaluate(arrays, check=0).numbers(CHECKED)
    of_one = compiled.evaluate({VARIED: arrays[VARIED]}, check=0).numbers(CHECKED)
    ours = whole / DRAWS
    peers = (
        ("our engine, one by one", BY_ENGINE, lambda some: of_engine(compiled, some)),
        ("ironcalc, portable edition", BY_IRONCALC, lambda some: of_ironcalc(compiled, package, some)),
        (
            "LibreOffice over UNO, portable edition",
            BY_LIBREOFFICE,
            lambda some: of_libreoffice(compiled, package, some),
        ),
        ("formulas, portable edition", BY_FORMULAS, lambda some: of_formulas(compiled, package, some)),
    )
    table = Table(title=f"Headline figures of the capex model, six inputs drawn ({len(compiled.outputs)} figures)")
    for heading in ("how", "scenarios", "ms a scenario", "100,000 take", "times ours", "same figure"):
        table.add_column(heading, justify="left" if heading == "how" else "right")
    table.add_row("arrays", f"{DRAWS:,}", f"{ours * 1e3:.4f}", f"{whole:.2f} s", "1", "")
    for name, count, compute in peers:
        seconds, found = compute(draws[:count])
        figures = of_one if name.startswith("LibreOffice") else expected
        same = np.allclose(found, figures[:count], rtol=1e-9)
        table.add_row(
            name, f"{count}", f"{seconds * 1e3:,.2f}", f"{seconds * DRAWS:,.0f} s", f"{seconds / ours:,.0f}", str(same)
        )
    Console(width=120).print(table)
    Console(width=120).print(f"compiling, with the engine loaded for the check: {compiling:.1f} s")
    Console(width=120).print(f"{DRAWS:,} draws with the check: {checked:.2f} s\n")
    table = Table(title="aicapex simulate with its workbook, the whole command")
    for heading in ("draws", "s", "most memory, MB"):
        table.add_column(heading, justify="right")
    for count in (10_000, 100_000, 1_000_000):
        seconds, memory = command_seconds(count)
        table.add_row(f"{count:,}", f"{seconds:.1f}", f"{memory:,.0f}")
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
