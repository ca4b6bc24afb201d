"""A large workbook through ``aicapex lint``: as a person runs it, the whole command."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter
from rich.console import Console
from rich.table import Table
from xlsxwriter.utility import xl_rowcol_to_cell

ROWS, COLUMNS = 1000, 100


def write_large(path: Path) -> None:
    """Write a model of 1,000 rows and 97 years of formulas, with a running total in each formula."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    for row in range(ROWS):
        for column in range(COLUMNS):
            if column < 3:
                sheet.write_number(row, column, row + column)
            else:
                before, first = xl_rowcol_to_cell(row, column - 1), xl_rowcol_to_cell(row, 2, col_abs=True)
                sheet.write_formula(row, column, f"={before}*(1+$A$1)+SUM({first}:{before})", None, 1)
    book.close()


def main() -> None:
    """Print the table."""
    table = Table(title="aicapex lint on 100,000 cells with running totals, seconds (goal: under 10)")
    table.add_column("run")
    table.add_column("s", justify="right")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.xlsx"
        write_large(path)
        for run in (1, 2, 3):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-m", "addin", "lint", str(path)], check=True, capture_output=True)
            table.add_row(str(run), f"{time.perf_counter() - start:.1f}")
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
