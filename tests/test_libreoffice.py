"""The harness itself: does LibreOffice calculate, or only show what a file holds?"""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from tests.formula_sheet import ArrayFormula as CellsFormula
from tests.libreoffice import LibreOffice, LibreOfficeError
from tests.tools import validate_package
from udfs import ExcelError


def _book(*formulas: str | ArrayFormula) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row, formula in enumerate(formulas, start=1):
        sheet.cell(row, 1, formula)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _edited(package: bytes, part: str, old: bytes, new: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                assert old in data
                data = data.replace(old, new)
            target.writestr(name, data)
    return file.getvalue()


def test_planted_values_are_calculated_anew(libreoffice: LibreOffice) -> None:
    package = _book("=1+2", "=A1*2", ArrayFormula("A3", "=SUM(A1:A2*A1:A2)"))
    planted = _edited(package, "xl/worksheets/sheet1.xml", b"<v />", b"<v>99</v>")
    assert libreoffice.recalculate(planted) == {"Sheet": {"A1": 3.0, "A2": 6.0, "A3": 45.0}}
    converted = openpyxl.load_workbook(io.BytesIO(libreoffice.convert(planted, "xlsx")), data_only=True)
    assert [row[0].value for row in converted["Sheet"]["A1:A3"]] == [3, 6, 45]


def test_values_keep_their_type(libreoffice: LibreOffice) -> None:
    cells = {"A1": 0.1, "A2": "=1+1", "A3": True, "A4": ExcelError.DIV0, "'It''s'!B2": 7}
    formulas = ["A1*3", "A2", "A3", "A1=0.1", "A4", "'It''s'!B2", "A9", 'A2&""', "=NA()", "k+1", 'IF(A3,"",1)']
    assert libreoffice.calculate(formulas, cells, {"k": "Sheet1!$A$1"}) == [
        0.1 * 3, "=1+1", True, True, ExcelError.DIV0, 7.0, 0.0, "=1+1", ExcelError.NA, 1.1, "",
    ]  # fmt: skip


def test_array_formulas(libreoffice: LibreOffice) -> None:
    cells = {"A1": 1, "B1": 2, "A2": 3, "B2": 4}
    formulas: list[str | CellsFormula] = [
        CellsFormula("SUM(A1:B1*A2:B2)"),
        CellsFormula("TRANSPOSE(A1:B1)", rows=2),
        CellsFormula("A1:B2*10", rows=2, columns=2),
        "SUM({1,2;3,4})",
    ]
    assert libreoffice.calculate(formulas, cells) == [11.0, [[1.0], [2.0]], [[10.0, 20.0], [30.0, 40.0]], 10.0]


def test_errors_are_those_of_excel(libreoffice: LibreOffice) -> None:
    found = libreoffice.calculate(["1/0", "LN(-1)", "(-8)^0.5", '1+"x"', "NOSUCH(1)", "MATCH(5,{1,2},0)"])
    assert found == [
        ExcelError.DIV0, ExcelError.NUM, ExcelError.NUM, ExcelError.VALUE, ExcelError.NAME, ExcelError.NA,
    ]  # fmt: skip


def test_nonsense_is_refused_by_name(libreoffice: LibreOffice) -> None:
    with pytest.raises(LibreOfficeError, match="Err:522 for =A2"):  # a circle
        libreoffice.recalculate(_book("=A2", "=A1"))
    with pytest.raises(LibreOfficeError):
        libreoffice.recalculate(b"PK\x03\x04 not a workbook")


def test_prints_to_pdf(libreoffice: LibreOffice) -> None:
    assert libreoffice.to_pdf(_book("=1+2")).startswith(b"%PDF-")


def test_validator_finds_a_planted_fault() -> None:
    sheet = "xl/worksheets/sheet1.xml"
    faults = validate_package(_edited(_book("=1+2"), sheet, b"<sheetData>", b"<sheetData><bogus/>"))
    assert any(fault["path"] == f"/{sheet}" and "bogus" in fault["description"] for fault in faults)


def test_changes_are_tried_one_by_one(libreoffice: LibreOffice) -> None:
    package = _book("=1+2", "=A1*2", ArrayFormula("A3", "=SUM(A1:A2*A1:A2)"), '=IF(A1>3,"more","")')
    changes = [("Sheet", "A1", 4.0), ("Sheet", "A3", "x"), ("Sheet", "A2", 1.0), ("Sheet", "A4", 0.0)]
    assert libreoffice.tried(package, changes)[0] == {"Sheet": {"A1": 4.0, "A2": 8.0, "A3": 80.0, "A4": "more"}}
    cells = [("Sheet", f"A{row}") for row in (1, 2, 3, 4)]
    assert libreoffice.tried_cells(package, changes, cells) == [
        [4.0, 8.0, 80.0, "more"], [3.0, 6.0, "x", ""], [3.0, 1.0, 10.0, ""], [3.0, 6.0, 45.0, 0.0],
    ]  # fmt: skip


def test_stored_values_are_kept_on_wish(libreoffice: LibreOffice) -> None:
    planted = _edited(_book("=1+2"), "xl/worksheets/sheet1.xml", b"<v />", b"<v>99</v>")
    converted = libreoffice.convert(planted, "xlsx", anew=False)
    assert openpyxl.load_workbook(io.BytesIO(converted), data_only=True)["Sheet"]["A1"].value == 99
