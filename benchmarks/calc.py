"""Our functions in LibreOffice Calc: 50,000 cells, one call over as many rows, and loading names of other programs.

Run ``python -m benchmarks.calc``. LibreOffice's own formulas for the same figures stand beside ours.
"""

from __future__ import annotations

import io
from collections.abc import Callable

from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet
from rich.console import Console
from rich.table import Table

from tests.libreoffice import LibreOffice
from tests.tools import newer_soffice

ROWS = 50_000
LOADED = 10_000
RUNS = 5


def book(rows: int, formula: str, *, array: bool = False) -> bytes:
    """Return a workbook with amounts in column A and the formula beside each, or one array formula beside all."""
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    for row in range(1, rows + 1):
        sheet.cell(row, 1, 1e6 * row)
        if not array:
            sheet.cell(row, 2, formula.replace("A#", f"A{row}"))
    if array:
        area = f"B1:B{rows}"
        sheet["B1"] = ArrayFormula(area, formula.replace("A#", f"A1:A{rows}"))
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


RECALCULATED: dict[str, Callable[[], bytes]] = {
    f"{ROWS:,} cells with AIGAP (goal: 500 ms)": lambda: book(ROWS, "=AICAPEX.AIGAP(A#,2,0.5,75000000)"),
    f"one AIGAP over {ROWS:,} rows (goal: 200 ms)": lambda: book(ROWS, "=AICAPEX.AIGAP(A#,2,0.5,75000000)", array=True),
    f"{ROWS:,} cells with the plain formula": lambda: book(ROWS, "=A#*2/(1-0.5)-75000000"),
    f"one plain formula over {ROWS:,} rows": lambda: book(ROWS, "=A#*2/(1-0.5)-75000000", array=True),
}
LOADS: dict[str, Callable[[], bytes]] = {
    f"{LOADED:,} cells with _xll.AIGAP": lambda: book(LOADED, "=_xll.AIGAP(A#,2,0.5,75000000)"),
    f"{LOADED:,} cells with AICAPEX.AIGAP, which Calc knows": lambda: book(LOADED, "=AICAPEX.AIGAP(A#,2,0.5,75000000)"),
}


def main() -> None:
    """Print the table of each LibreOffice that is here."""
    for name, soffice in (("installed", None), ("newer", newer_soffice())):
        if name == "newer" and soffice is None:
            continue
        office = LibreOffice(soffice, extension=True)
        try:
            table = Table(title=f"LibreOffice Calc, the {name} one ({office.version()}), milliseconds (medians)")
            table.add_column("")
            table.add_column("ms", justify="right")
            for what, made in RECALCULATED.items():
                table.add_row(f"recalculate {what}", f"{office.recalculation_seconds(made(), RUNS) * 1e3:,.0f}")
            for what, made in LOADS.items():
                package = made()
                seconds = sorted(office.loaded(package).seconds for _ in range(RUNS))[RUNS // 2]
                table.add_row(f"load {what}", f"{seconds * 1e3:,.0f}")
            Console(width=120).print(table)
        finally:
            office.close()


if __name__ == "__main__":
    main()
