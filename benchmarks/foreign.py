"""A workbook of 100,000 formulas recalculated, from file to file: ours, LibreOffice's whole convert, and formulas.

Seven of ten formulas use our functions. The peers, which do not know them, get plain formulas in their places: those
that ``aicapex portable`` puts there. formulas takes minutes for so many, and is measured on fewer, by the cell.
"""

from __future__ import annotations

import contextlib
import io
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from rich.console import Console
from rich.table import Table

import workbooks
from tests.tools import soffice_binary
from udfs import FUNCTIONS

CELLS = 100_000
FEWER = 500  # for formulas
RUNS = 5
GOAL = 20
WRONG = 1.0  # stored beside each formula: what comes out must have been computed

# In columns A to K stand a row's inputs: capital, multiple or rate, margin, life, costs, and five yearly flows.
OURS = (
    ("AIGAP", "A{0}", "B{0}", "C{0}", "F{0}"),
    ("CAPITALCHARGE", "A{0}", "C{0}", "D{0}"),
    ("GPUHOURCOST", "A{0}", "E{0}", "B{0}", "C{0}", "D{0}", "C{0}", "E{0}"),
    ("GPUNBV", "A{0}", "E{0}", "D{0}", "B{0}"),
    ("MOIC", "A{0}", "F{0}:J{0}"),
    ("PAYBACK", "A{0}", "F{0}:J{0}", "C{0}"),
    ("CLUSTERIRR", "A{0}", "F{0}:J{0}"),
)
ORDINARY = ("SUM(A{0}:Q{0})", "IF(L{0}>M{0},L{0}-M{0},0)", "NPV(C{0},F{0}:J{0})-A{0}*P{0}")
PER_ROW = len(OURS) + len(ORDINARY)


def written(cells: int, *, plain: bool) -> bytes:
    """Return a workbook of ten formulas in a row: with our functions, or with what stands for them without us."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True})
    sheet = book.add_worksheet("Plan")
    for row in range(cells // PER_ROW):
        inputs = [100.0 + row % 50, 2.0, 0.1, 5.0, 3.0]
        sheet.write_row(row, 0, inputs + [60.0 + row % 7 + year for year in range(5)])
        for column, (name, *arguments) in enumerate(OURS, start=11):
            used = [argument.format(row + 1) for argument in arguments]
            native = FUNCTIONS[name].formula(*used)
            if plain and native.array:
                sheet.write_array_formula(row, column, row, column, f"{{={native.text}}}", None, WRONG)
            else:
                text = f"={native.text}" if plain else f"={name}({','.join(used)})"
                sheet.write_formula(row, column, text, None, WRONG)
        for column, formula in enumerate(ORDINARY, start=11 + len(OURS)):
            sheet.write_formula(row, column, "=" + formula.format(row + 1), None, WRONG)
    book.close()
    return buffer.getvalue()


def timed(action: Callable[[], Any], runs: int = RUNS, warming_up: int = 2) -> tuple[float, Any]:
    """Return the median time in seconds, and what came out last.

    Parameters
    ----------
    action : what is timed.
    runs : how often.
    warming_up : how often it is done before: modules are loaded, profiles made, and memory is got.
    """
    for _ in range(warming_up):
        action()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        result = action()
        times.append(time.perf_counter() - start)
    return statistics.median(times), result


def total(package: bytes) -> float:
    """Return the sum of all results of a recalculated workbook."""
    sheet = openpyxl.load_workbook(io.BytesIO(package), data_only=True, read_only=True)["Plan"]
    return float(sum(sum(row[11:]) for row in sheet.iter_rows(values_only=True)))


def of_ours(cells: int, *, plain: bool) -> tuple[float, float]:
    """Return seconds and the sum of all results."""
    package = written(cells, plain=plain)
    seconds, outcome = timed(lambda: workbooks.recalc(package))
    assert outcome.done == cells, outcome.left[:3]
    return seconds, total(outcome.package)


def of_libreoffice(cells: int) -> tuple[float, float]:
    """Return the same for LibreOffice on the command line: it starts, loads, computes all cells, and saves."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(
            '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
            '<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">'
            "<value>0</value></prop></item></oor:items>"
        )
        source = folder / "plan.xlsx"
        source.write_bytes(written(cells, plain=True))
        command = [soffice_binary(), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
        command += ["--convert-to", "xlsx", "--outdir", str(folder / "out"), str(source)]

        def convert() -> bytes:
            subprocess.run(command, check=True, capture_output=True)
            return (folder / "out" / "plan.xlsx").read_bytes()

        seconds, result = timed(convert)
    return seconds, total(result)


def of_formulas(cells: int) -> tuple[float, float]:
    """Return the same for formulas, without the time to save."""
    import formulas

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        path.write_bytes(written(cells, plain=True))

        def recalculate() -> Any:
            with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
                return formulas.ExcelModel().loads(str(path)).finish().calculate()

        seconds, solution = timed(recalculate, runs=1, warming_up=0)
    places = [f"'[plan.xlsx]PLAN'!{column}{row + 1}" for column in "LMNOPQRSTU" for row in range(cells // PER_ROW)]
    return seconds, sum(float(solution[place].value[0, 0]) for place in places)


def main() -> None:
    """Print the table."""
    table = Table(title=f"{CELLS:,} formulas recalculated, from file to file (medians of {RUNS}; goal: {GOAL} times)")
    for heading in ("", "formulas", "s", "times ours, by the cell", "sum of results"):
        table.add_column(heading, justify="left" if not heading else "right")
    ours = of_ours(CELLS, plain=False)
    rows = (
        ("workbooks.recalc, our functions", CELLS, ours),
        ("LibreOffice --convert-to, plain formulas", CELLS, of_libreoffice(CELLS)),
        ("workbooks.recalc, our functions", FEWER, of_ours(FEWER, plain=False)),
        ("formulas, plain formulas", FEWER, of_formulas(FEWER)),
    )
    for name, cells, (seconds, result) in rows:
        times = seconds * CELLS / cells / ours[0]
        table.add_row(name, f"{cells:,}", f"{seconds:,.2f}", f"{times:,.1f}", f"{result:,.6f}")
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
