"""A workbook of 100,000 formulas recalculated: ours over bytes, LibreOffice's whole convert, and formulas.

Each peer gets formulas that it knows: ours a quarter with our functions, the others plain ones in their places, which
compute the same. formulas takes minutes for so many, and is measured on fewer cells and by the cell.
"""

from __future__ import annotations

import contextlib
import io
import statistics
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
from tests.libreoffice import LibreOffice

CELLS = 100_000
FEWER = 2_000  # for formulas
RUNS = 3
GOAL = 20
WRONG = 1.0  # planted beside each formula: what comes out must have been computed


def written(cells: int, *, plain: bool) -> bytes:
    """Return a workbook with four formulas in a row, each on the one before: with our functions, or without."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True})
    sheet = book.add_worksheet("Plan")
    for row in range(cells // 4):
        at = row + 1
        sheet.write_row(row, 0, [1e9 + row, 2.0, 0.5, 75.0 + row % 7])
        ours = f"=A{at}*B{at}/(1-C{at})-D{at}" if plain else f"=AIGAP(A{at},B{at},C{at},D{at})"
        for column, formula in enumerate(
            (ours, f"=E{at}*(1+C{at})", f"=IF(F{at}>E{at},F{at}-D{at},0)", f"=SUM(A{at}:G{at})")
        ):
            sheet.write_formula(row, 4 + column, formula, None, WRONG)
    book.close()
    return buffer.getvalue()


def timed(action: Callable[[], Any], runs: int = RUNS) -> tuple[float, Any]:
    """Return the median time in seconds, and what came out last."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        result = action()
        times.append(time.perf_counter() - start)
    return statistics.median(times), result


def last_value(package: bytes) -> float:
    """Return the last cell of a recalculated workbook."""
    sheet = openpyxl.load_workbook(io.BytesIO(package), data_only=True, read_only=True)["Plan"]
    return float(list(sheet.iter_rows(values_only=True))[-1][7])


def of_ours(*, plain: bool) -> tuple[float, float]:
    """Return seconds and the last value."""
    package = written(CELLS, plain=plain)
    seconds, outcome = timed(lambda: workbooks.recalc(package))
    assert outcome.done == CELLS
    return seconds, last_value(outcome.package)


def of_libreoffice() -> tuple[float, float]:
    """Return the same for a LibreOffice that runs already: it loads the file, computes all cells, and saves it."""
    package = written(CELLS, plain=True)
    office = LibreOffice()
    try:
        seconds, result = timed(lambda: office.convert(package, "xlsx"))
    finally:
        office.close()
    return seconds, last_value(result)


def of_formulas(cells: int) -> tuple[float, float]:
    """Return the same for formulas, on some cells."""
    import formulas

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        path.write_bytes(written(cells, plain=True))

        def recalculate() -> Any:
            with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
                return formulas.ExcelModel().loads(str(path)).finish().calculate()

        seconds, solution = timed(recalculate, 1)
        value = solution[f"'[plan.xlsx]PLAN'!H{cells // 4}"].value[0, 0]
    return seconds, float(value)


def main() -> None:
    """Print the table."""
    table = Table(title=f"{CELLS:,} formulas recalculated, from file to file (medians of {RUNS}; goal: {GOAL} times)")
    for heading in ("", "s", "times ours", "last cell"):
        table.add_column(heading, justify="left" if not heading else "right")
    ours, value = of_ours(plain=False)
    plain, plain_value = of_ours(plain=True)
    office, office_value = of_libreoffice()
    fewer, fewer_value = of_formulas(FEWER)
    for name, seconds, times, shown in (
        ("workbooks.recalc, a quarter with our functions", ours, 1.0, value),
        ("workbooks.recalc, plain formulas", plain, plain / ours, plain_value),
        ("LibreOffice, running: load, compute, save", office, office / ours, office_value),
        (f"formulas, {FEWER:,} of them (times: by the cell)", fewer, fewer * CELLS / FEWER / ours, fewer_value),
    ):
        table.add_row(name, f"{seconds:,.2f}", f"{times:,.1f}", f"{shown:,.1f}")
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
