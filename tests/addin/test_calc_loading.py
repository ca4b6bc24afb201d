"""Workbooks from elsewhere, opened by a LibreOffice that has the extension: their formulas come to life."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.packaging.relationship import Relationship
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.external_link.external import ExternalBook, ExternalLink
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from tests.libreoffice import LibreOffice
from tests.tools import newer_soffice
from workbooks.foreign.names import plain_names
from workbooks.package import read_parts

OURS = "=AICAPEX.AIGAP(A1;2;0.5)"


def book(fill: Callable[[Worksheet], None]) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    for row, value in enumerate((50, 60, 70), start=1):
        sheet.cell(row, 1, value)
    fill(sheet)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def formulas(package: bytes) -> list[str]:
    """Return the formulas of the first sheet as the file has them."""
    sheet = read_parts(package)["xl/worksheets/sheet1.xml"].decode()
    return re.findall(r"<f\b[^>]*>([^<]*)</f>", sheet)


@pytest.mark.parametrize(
    "name",
    [
        "AIGAP",
        "_xll.AIGAP",
        "_xldudf_AIGAP",
        "_xldudf_AICAPEX_AIGAP",
        "_xludf.AIGAP",
        "[1]!AIGAP",
        r"'C:\add-ins\aicapex.xlam'!AIGAP",
        "AICAPEX.AIGAP",
    ],
)
def test_names_of_other_programs(calc: LibreOffice, name: str) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["B1"] = f"={name}(A1,2,0.5)"
        sheet["B2"] = f'=IFERROR({name}(A2),"{name}(1)")&"x"'
        sheet["C1"] = ArrayFormula("C1:C3", f"={name}(A1:A3,2,0.5)")
        sheet["D1"] = ArrayFormula("D1", f"=SUM({name}(A1:A3,2,0.5))")
        sheet["E1"] = "=SUM(A1:A3)"
        assert sheet.parent is not None
        sheet.parent.defined_names["gap"] = DefinedName("gap", attr_text=f"2*{name}(Sheet!$A$1,2,0.5)")
        sheet["F1"] = "=gap+1"

    found = calc.loaded(book(fill))
    cells = found.cells["Sheet"]
    assert cells["B1"] == (OURS, 200.0)
    assert cells["B2"][1] == "240x"
    assert [cells[cell] for cell in ("C1", "C2", "C3")] == [
        ("{=AICAPEX.AIGAP(A1:A3;2;0.5)}", value) for value in (200.0, 240.0, 280.0)
    ]
    assert cells["D1"] == ("{=SUM(AICAPEX.AIGAP(A1:A3;2;0.5))}", 720.0)
    assert cells["F1"] == ("=gap+1", 401.0)
    assert found.names == {"gap": "2*AICAPEX.AIGAP($Sheet.$A$1;2;0.5)"}
    assert (found.modified, found.undo) == (False, [])  # nobody is asked to save what he only looked at


def test_a_link_to_an_addin_as_excel_stores_it(calc: LibreOffice) -> None:
    """Excel numbers the add-in, and says in a part of its own where it was."""

    def fill(sheet: Worksheet) -> None:
        link = ExternalLink(externalBook=ExternalBook(id="rId1"))
        link.file_link = Relationship(type="externalLinkPath", Target="file:///C:/add-ins/aicapex.xlam", Id="rId1")
        link.file_link.TargetMode = "External"
        assert sheet.parent is not None
        sheet.parent._external_links.append(link)  # type: ignore[attr-defined]
        sheet["B1"] = "=[1]!AIGAP(A1,2,0.5)"
        sheet["B2"] = "=1+[1]!PAYBACK(100,A1:A3)"

    cells = calc.loaded(book(fill)).cells["Sheet"]
    assert cells["B1"] == (OURS, 200.0)
    assert cells["B2"] == ("=1+AICAPEX.PAYBACK(100;A1:A3)", pytest.approx(1 + 1 + 50 / 60))


def test_other_formulas_and_documents_stay_as_they_are(calc: LibreOffice) -> None:
    texts = ["=MYAIGAP(A1)", "=OTHER.AIGAP(A1)", '="AIGAP("&A1', "=[2]!NOSUCH(A1)", "=A1*2", "=NOSUCH(1)"]

    def fill(sheet: Worksheet) -> None:
        for row, text in enumerate(texts, start=1):
            sheet.cell(row, 2, text)

    found = calc.loaded(book(fill))
    shown = [found.cells["Sheet"][f"B{row}"] for row in range(1, len(texts) + 1)]
    assert [formula.upper().replace(";", ",") for formula, _ in shown] == texts
    assert [value for _, value in shown] == ["#NAME?", "#NAME?", "AIGAP(50", "#NAME?", 100.0, "#NAME?"]
    assert (found.modified, found.undo) == (False, [])


def test_protected_sheets(calc: LibreOffice) -> None:
    """A protection without a password is put back; one with a password is respected."""

    def fill(sheet: Worksheet) -> None:
        sheet["B1"] = "=_xll.AIGAP(A1,2,0.5)"
        sheet.protection.sheet = True
        assert sheet.parent is not None
        locked = sheet.parent.create_sheet("Locked")
        locked["B1"] = "=_xll.AIGAP(Sheet!A1,2,0.5)"
        locked.protection.set_password("secret")
        locked.protection.sheet = True

    found = calc.loaded(book(fill))
    assert found.cells["Sheet"]["B1"] == (OURS, 200.0)
    assert found.cells["Locked"]["B1"][1] == "#NAME?"
    assert found.protected == ["Sheet", "Locked"]


def test_ten_thousand_formulas(calc: LibreOffice) -> None:
    def fill(sheet: Worksheet) -> None:
        for row in range(1, 5001):
            sheet.cell(row, 1, row)
            sheet.cell(row, 2, f"=_xll.AIGAP(A{row},2,0.5)")
            sheet.cell(row, 3, f"=IF(A{row}>2500,[1]!AICAPEX(A{row},2),B{row})")

    cells = calc.loaded(book(fill)).cells["Sheet"]
    assert [cells[f"B{row}"][1] for row in range(1, 5001)] == [4.0 * row for row in range(1, 5001)]
    assert [cells[f"C{row}"][1] for row in range(1, 5001)] == [
        (2.0 if row > 2500 else 4.0) * row for row in range(1, 5001)
    ]


def test_saved_to_xlsx_and_ods(calc: LibreOffice) -> None:
    """25.2 and later keep the plain names. 7.4 writes its own, which ``aicapex recalc`` and the like understand."""

    def fill(sheet: Worksheet) -> None:
        sheet["B1"] = "=AIGAP(A1,2,0.5)"
        sheet["B2"] = "=IFERROR(PAYBACK(100,A1:A3),0)"

    package = book(fill)
    saved = calc.convert(package, "xlsx")
    newer = calc.soffice == newer_soffice()
    plain = ["AIGAP(A1,2,0.5)", "IFERROR(PAYBACK(100,A1:A3),0)"]
    long = ["AICAPEX.AIGAP(A1,2,0.5)", "IFERROR(AICAPEX.PAYBACK(100,A1:A3),0)"]
    assert formulas(saved) == (plain if newer else long)
    assert [plain_names(f"={text}") for text in formulas(saved)] == [f"={text}" for text in plain]
    for again in (saved, calc.convert(package, "ods")):
        cells = calc.loaded(again, "xlsx" if again is saved else "ods").cells["Sheet"]
        assert cells["B1"] == (OURS, 200.0)
