"""The headless edition of every model, with our functions in it, computed by a LibreOffice that has the extension."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.libreoffice import LibreOffice
from tests.workbooks.packages import WRONG, cached, differences, formula_cells, spoiled
from udfs import FUNCTIONS
from workbooks.editions import build
from workbooks.formulas import calls
from workbooks.models import MODELS

# Differences of like amounts may hold nothing but rounding: cents of billions count as equal there.
ROUNDING = 1e-2


@pytest.mark.parametrize("name", MODELS)
def test_every_cell_is_ours(calc: LibreOffice, name: str) -> None:
    """From wrong values planted in the file, Calc computes in each cell what we computed."""
    package = build(MODELS[name], "headless")
    ours, cells = cached(package), formula_cells(package)
    wrong = spoiled(package)
    planted = cached(wrong)
    assert all(planted[sheet][cell] == WRONG for sheet, addresses in cells.items() for cell in addresses)
    fresh = calc.recalculate(wrong)
    assert sum(map(len, cells.values())) > 200
    for sheet, addresses in cells.items():
        assert WRONG not in fresh[sheet].values()
        assert not differences(ours[sheet], fresh[sheet], addresses, ROUNDING), sheet


def test_the_model_calls_our_functions() -> None:
    """What the test above proves, it proves of all functions."""
    book = openpyxl.load_workbook(io.BytesIO(build(MODELS["capex"], "headless")))
    formulas = [
        cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    ]
    assert {call.name for formula in formulas for call in calls(formula)} >= set(FUNCTIONS)
