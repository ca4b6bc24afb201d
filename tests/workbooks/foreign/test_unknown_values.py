"""Workbooks that were saved where our functions are ``#NAME?``: nobody sees that in the plain ones."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from tests.libreoffice import LibreOffice
from tests.tools import validate_package
from tests.workbooks.foreign.full import full, parts
from tests.workbooks.foreign.test_portable import INPUTS, formulas, values, written
from udfs import ExcelError
from workbooks import portable
from workbooks.foreign.package import Package
from workbooks.foreign.unknown_values import compute_on_load
from workbooks.foreign.workbook import Workbook

MAIN = "xl/workbook.xml"
# The headless engine joins no ranges; LibreOffice and Excel do.
CELLS = {
    "C1": ("=SUM((A1,A3))+AICAPEX(A1)", 150.5),
    "C2": ("=C1*2", 301.0),
    "C3": ("=AIGAP(A1,A2,A3)", 200.0),
    "C4": ("=IFERROR(C1,0)+1", 151.5),
    "C5": ("=COUNT((A1,A2))", 2.0),
}


def saved_without_our_functions(cells: dict[str, str]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("Model")
    for cell, value in INPUTS.items():
        sheet.write(cell, value)
    for cell, formula in cells.items():
        sheet.write_formula(cell, formula, None, "#NAME?")
    book.close()
    return file.getvalue()


def test_what_is_not_computed_here_is_computed_when_it_is_opened(libreoffice: LibreOffice) -> None:
    package = saved_without_our_functions({cell: formula for cell, (formula, _) in CELLS.items()})
    outcome = portable(package)
    assert [(left.cell, "no value until" in left.reason) for left in outcome.left] == [
        (cell, True) for cell in ("C1", "C5", "C2", "C4")
    ]
    assert outcome.notes == ()
    assert {cell: value for cell, value in values(outcome.package).items() if cell in CELLS} == {"C3": 200.0}
    assert b"#NAME?" not in b"".join(parts(outcome.package).values())
    # As it is loaded, before anybody calculates it anew.
    shown = libreoffice.loaded(outcome.package).cells["Model"]
    assert {cell: shown[cell][1] for cell in CELLS} == {cell: value for cell, (_, value) in CELLS.items()}
    assert b'fullCalcOnLoad="1"' in parts(outcome.package)[MAIN]
    assert validate_package(outcome.package) == validate_package(package) == []


def test_what_may_look_at_any_cell_keeps_its_value() -> None:
    cells = {"C1": "=SUM((A1,A3))+AICAPEX(A1)", "C2": "=OFFSET(A1,1,0)+AICAPEX(A2)", "C3": '=INDIRECT("A1")*2'}
    outcome = portable(saved_without_our_functions(cells))
    assert [left.cell for left in outcome.left] == ["C1"]
    assert (values(outcome.package)["C2"], values(outcome.package)["C3"]) == (6.0, 100.0)


def test_what_still_needs_our_functions_keeps_what_it_shows() -> None:
    outcome = portable(
        saved_without_our_functions({"C1": "=INDEX(AISOLVE(A1,0,A2),1)&SUM((A1,A3))", "C2": "=SOMEBODYS(1)"})
    )
    assert values(outcome.package)["C1"] is values(outcome.package)["C2"] is ExcelError.NAME


def test_array_formulas_forget_the_cells_that_they_fill() -> None:
    package = Package(written(INPUTS | {"C1": ("C1:C2", "=AICAPEX(A1:A2)*COUNT((A1,A3))")}))
    part = "xl/worksheets/sheet1.xml"
    wrong = b't="e"><v>#NAME?</v></c>'
    package[part] = package[part].replace(b'<c r="C2"><v>0</v></c>', b'<c r="C2" ' + wrong)
    package[part] = (
        package[part].replace(b"</f><v>0</v>", b"</f><v>#NAME?</v>").replace(b'<c r="C1"><f', b'<c r="C1" t="e"><f')
    )
    plain = portable(package.save()).package
    assert formulas(plain) == {"C1": "=(A1:A2*2)*COUNT((A1,A3))"}
    assert "C2" not in values(plain)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<calcPr calcId="191029"/>', '<calcPr calcId="191029" fullCalcOnLoad="1"/>'),
        ('<calcPr fullCalcOnLoad="0" iterate="1"></calcPr>', '<calcPr iterate="1" fullCalcOnLoad="1"></calcPr>'),
        ("", '<calcPr fullCalcOnLoad="1"/>'),
    ],
)
def test_where_excel_is_told_to_compute(before: str, after: str) -> None:
    book = Workbook.open(full())
    main = book.package[MAIN].decode()
    start = main.index("<calcPr")
    head, tail = main[:start], main[main.index(">", start) + 1 :]
    book.package[MAIN] = f"{head}{before}{tail}".encode()
    compute_on_load(book)
    assert book.package[MAIN].decode() == f"{head}{after}{tail}"
    assert validate_package(book.save(), ".xlsm") == []
