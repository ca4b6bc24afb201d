"""Reports of many scenarios: ours, and what other ways to write the same workbook take; and the memory of a run.

Run ``python -m benchmarks.batch``.
"""

from __future__ import annotations

import io
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from rich.console import Console
from rich.table import Table

from tests.libreoffice import LibreOffice
from workbooks.batch.order import Order
from workbooks.batch.press import Press
from workbooks.batch.template import input_cells, layout_of
from workbooks.book import Edition
from workbooks.editions import build
from workbooks.model import Model, Scenario
from workbooks.models import MODELS

BLOCK = 64
ROUNDS = 5
MEMORY = (100, 1_000, 10_000)  # scenarios; of the smallest model, of which 10,000 reports are 1 GB
PROCESSES = (200, 600)  # scenarios: the difference of both runs leaves out what is done once

# Not by getrusage: its peak is that of the process which started this one, if that was higher.
_MEASURED = r"""
import re, sys
from pathlib import Path
from addin.cli import main
try:
    main(sys.argv[1:])
except SystemExit as ended:
    assert not ended.code, ended.code
print(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1])
"""


def drawn(model: Model, number: int) -> Scenario:
    """Return a scenario near the base case; each number gives another."""
    chance = random.Random(number)
    base = model.scenarios[0].values
    values = {one.name: max(one.low, base[one.name] * chance.uniform(0.95, 1.0)) for one in model.inputs}
    return Scenario(f"Case {number:06}", values)


def seconds(action: Callable[[], Any]) -> float:
    """Return how long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def ways(model: Model, edition: Edition, office: LibreOffice) -> dict[str, tuple[Callable[[], Any], int]]:
    """Return what makes reports in each way, and how many at a time."""
    press = Press(Order(model, edition), many=True)
    numbers = count(1)

    def ours() -> None:
        for printed in press.prints([drawn(model, next(numbers)) for _ in range(BLOCK)]):
            assert printed.report, printed.problem

    ours()  # the template and the compiled formulas are made once
    example = drawn(model, 0)
    template = build(model, edition, example.name, [example])
    layout, position = layout_of(model, example)
    places = input_cells(layout, position)

    def load_and_fill() -> None:
        book = openpyxl.load_workbook(io.BytesIO(template))
        scenario = drawn(model, next(numbers))
        for name, (sheet, cell) in places.items():
            book[sheet][cell] = scenario.values[name]
        book.save(io.BytesIO())

    cells = [
        (
            sheet.title,
            [(c.row - 1, c.column - 1, c.value) for row in sheet.iter_rows() for c in row if c.value is not None],
        )
        for sheet in openpyxl.load_workbook(io.BytesIO(template), data_only=True)
    ]

    def from_nothing() -> None:
        book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
        for title, contents in cells:
            sheet = book.add_worksheet(title)
            for row, column, value in contents:
                if isinstance(value, str):
                    sheet.write_string(row, column, value)
                else:
                    sheet.write_number(row, column, value)
        book.close()

    portable = build(model, "portable", example.name, [example])
    return {
        "aicapex batch, values computed": (ours, BLOCK),
        "openpyxl: load, fill in the inputs, save; computes nothing": (load_and_fill, 1),
        "XlsxWriter: all cells anew, no styles or charts; computes nothing": (from_nothing, 1),
        "LibreOffice, running: load the portable workbook, calculate, save": (
            lambda: office.convert(portable, "xlsx"),
            1,
        ),
    }


def writers(console: Console) -> None:
    """Print the table of ways to write reports, each in turn, so that a busy moment does not fall on one alone."""
    office = LibreOffice()
    try:
        for edition in ("report", "headless"):
            chosen: Edition = "report" if edition == "report" else "headless"
            found = ways(MODELS["capex"], chosen, office)
            times: dict[str, list[float]] = {name: [] for name in found}
            for _ in range(ROUNDS):
                for name, (action, reports) in found.items():
                    times[name].append(seconds(action) / reports)
            ours = statistics.median(next(iter(times.values())))
            table = Table(title=f"The capex model, {edition} edition: milliseconds a workbook (medians of {ROUNDS})")
            for heading in ("way", "ms", "times ours"):
                table.add_column(heading, justify="left" if heading == "way" else "right")
            for name, taken in times.items():
                median = statistics.median(taken)
                table.add_row(name, f"{median * 1e3:,.1f}", f"{median / ours:,.0f}")
            console.print(table)
    finally:
        office.close()


def run(model: str, scenarios: int, jobs: int) -> tuple[float, float]:
    """Return seconds and peak megabytes of a batch in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        chosen = MODELS[model]
        with (folder / "plan.csv").open("w") as file:
            file.write("scenario," + ",".join(one.name for one in chosen.inputs) + "\n")
            for number in range(scenarios):
                one = drawn(chosen, number)
                file.write(one.name + "," + ",".join(repr(one.values[line.name]) for line in chosen.inputs) + "\n")
        command = [sys.executable, "-c", _MEASURED, "batch", str(folder / "plan.csv"), "-o", str(folder / "out")]
        start = time.perf_counter()
        done = subprocess.run(
            [*command, "--model", model, "--jobs", str(jobs)], capture_output=True, text=True, check=True
        )
        return time.perf_counter() - start, int(done.stdout.split()[-1]) / 1024


def processes(console: Console) -> None:
    """Print how many reports a second one and two processes make."""
    rates = {}
    for jobs in (1, 2):
        few, many = (run("capex", scenarios, jobs)[0] for scenarios in PROCESSES)
        rates[jobs] = (PROCESSES[1] - PROCESSES[0]) / (many - few)
    table = Table(title=f"aicapex batch, reports a second (between {PROCESSES[0]} and {PROCESSES[1]} scenarios)")
    for heading in ("--jobs", "reports a second", "times one"):
        table.add_column(heading, justify="right")
    for jobs, rate in rates.items():
        table.add_row(str(jobs), f"{rate:,.0f}", f"{rate / rates[1]:.2f}")
    console.print(table)


def memory(console: Console) -> None:
    """Print what memory a run takes, by the number of its scenarios."""
    table = Table(title="aicapex batch --model gap: memory of the whole process at its peak")
    for heading in ("scenarios", "MB", "seconds"):
        table.add_column(heading, justify="right")
    for scenarios in MEMORY:
        taken, megabytes = run("gap", scenarios, 1)
        table.add_row(f"{scenarios:,}", f"{megabytes:,.0f}", f"{taken:,.1f}")
    console.print(table)


def main() -> None:
    """Print the tables."""
    console = Console(width=120)
    for part in (writers, processes, memory):
        part(console)


if __name__ == "__main__":
    main()
