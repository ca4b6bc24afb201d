"""Formulas copied down a column, which are computed together, against LibreOffice, or the same formulas one by one."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl.utils import get_column_letter

from tests.workbooks.columns.conftest import BY_CELL, BY_COLUMN
from tests.workbooks.data_sheet import with_data
from udfs import ExcelError
from workbooks import recalc
from workbooks.engine import Value
from workbooks.foreign.workbook import Workbook
from workbooks.relative import shifted

ROWS = 40
DATA: dict[str, list[Any]] = {
    "A": [3, 1, 4, 1, 5, 9, 2, 6],
    "B": ["pear", "12", None, "x"],
    "C": [10, None, "t", True, 2.5, -7, None, 0],
    "D": [1, 2, "=1/0", 4, "=NA()", 6, 7, 8],
    "E": ["1", "12%", "2024-01-31", "1,234", " 7 ", "TRUE"],
}
FORMULAS = [
    "=1/0", "=2/(1-1)", "=1/D!B20", "=SUM(D!D1:D3)", "=PRODUCT(D!B1:B2)", "=PRODUCT(D!A20:A21)", "=PRODUCT(D!A1:C2)",
    '=COUNT("3",2)', '=COUNT("x",2)', '=ABS("12%")', '=1.5/"12%"', '=FV(0.05,5,"1,234",1)', "=D!$E$3+1",
    "=ROUND(D!$E$2,1)", '=SUMSQ(10,"3")', '=SUMSQ(D!A1:C2)', '=MAX(D!A1,"x")', '=SUMIF(D!$A$1:$A$8,">0",D!$D$1:$D$8)',
    "=ISERROR(MAX(D!D1:D3))", "=SUM(D!$A$1:$A$8*2)", "=D!$A$1:$A$4000*2", "=IFNA(LARGE(D!$A$1:$A$8,D!D1),9)",
    "=AND(D!$A$1:$A$8>0)", "=COUNTIF(D!$A$1:$A$8,D!$A$1:$A$4000)", "=SUMPRODUCT(D!$E$1:$E$6)",
    "=RANK(D!D1,D!$A$1:$A$8)", "=INDEX(D!A1:A8,2)",
]  # fmt: skip


def computed() -> dict[str, list[Value]]:
    """Return the values of formulas copied down a column each."""
    book = with_data(DATA)
    sheet = book.create_sheet("S")
    for row in range(1, ROWS + 1):
        for column, formula in enumerate(FORMULAS, start=1):
            sheet.cell(row, column, shifted(formula, row - 1, 0))
    buffer = io.BytesIO()
    book.save(buffer)
    outcome = recalc(buffer.getvalue())
    assert outcome.left == ()
    found = Workbook.open(outcome.package).cells("S").values()
    return {
        formula: [found.get(f"{get_column_letter(column)}{row}") for row in range(1, ROWS + 1)]
        for column, formula in enumerate(FORMULAS, start=1)
    }


@pytest.fixture
def together(few: Callable[[int], None]) -> dict[str, list[Value]]:
    few(BY_COLUMN)
    return computed()


def test_copies_are_computed_as_each_formula_is_by_itself(together, few):
    few(BY_CELL)
    apart = computed()
    assert {formula: together[formula] for formula in FORMULAS if together[formula] != apart[formula]} == {}


def test_what_excel_is_known_to_give(together):
    """1/0 is no overflow; PRODUCT of no numbers is 0; text counts as the number it is, where it is given by itself."""
    expected = {
        "=2/(1-1)": ExcelError.DIV0,
        "=PRODUCT(D!B1:B2)": 0,
        '=COUNT("3",2)': 2,
        '=1.5/"12%"': 12.5,
        '=SUMSQ(10,"3")': 109,
        "=D!$A$1:$A$4000*2": 6,
    }
    assert {formula: together[formula][0] for formula in expected} == expected
