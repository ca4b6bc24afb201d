"""Formulas that stand in no cell: conditional formats, validations, names. LibreOffice says what they come to."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import xlsxwriter

from tests.libreoffice import LibreOffice
from tests.workbooks.foreign.test_portable import INPUTS, formulas, parts, values, without_ours, written
from tests.workbooks.foreign.test_portable_models import spoiled
from tests.workbooks.packages import close
from workbooks import freeze, portable
from workbooks.foreign.package import Package

_SHEET = "xl/worksheets/sheet1.xml"
_RED = "#FF0000"


def with_thresholds(*values: str) -> bytes:
    """Return a workbook with a colour scale, data bars and icons whose thresholds are formulas."""
    package = Package(written(INPUTS))
    scale, bar, icon = (f'<cfvo type="formula" val="{value}"/>' for value in values)
    formats = (
        f'<colorScale><cfvo type="min"/>{scale}<color rgb="FFFF0000"/><color rgb="FF00FF00"/></colorScale>',
        f'<dataBar><cfvo type="min"/>{bar}<color rgb="FF638EC6"/></dataBar>',
        f'<iconSet><cfvo type="percent" val="0"/><cfvo type="num" val="33"/>{icon}</iconSet>',
    )
    rules = "".join(
        f'<conditionalFormatting sqref="A{row}:F{row}"><cfRule type="{text[1 : text.index(">")]}" priority="{row}">'
        f"{text}</cfRule></conditionalFormatting>"
        for row, text in enumerate(formats, start=7)
    )
    package[_SHEET] = package[_SHEET].replace(b"</sheetData>", f"</sheetData>{rules}".encode())
    return package.save()


def test_thresholds_of_scales_bars_and_icons() -> None:
    before = with_thresholds("AIGAP($A$1,1)", "_xll.AICAPEX($A$1)", "IF($A$1&gt;1,[1]!AICAPEX(9,2),&quot;no&quot;)")
    outcome = portable(before)
    after = parts(without_ours(outcome))[_SHEET].decode()
    assert outcome.done == 3
    thresholds = ("$A$1*1/(1-0.5)", "$A$1*2", "IF($A$1&gt;1,9*2,&quot;no&quot;)")
    assert after == parts(with_thresholds(*thresholds))[_SHEET].decode()
    told = [str(left) for left in freeze(before).left]
    assert len(told) == 3
    assert told[0].startswith("Model!A7:F7 has a conditional format with our function: =AIGAP($A$1,1).")


def test_a_threshold_that_can_not_be_made_plain_is_named_with_its_cells() -> None:
    [left] = portable(with_thresholds("INDEX(AISOLVE(A7,$A$1,A8),1)", "$A$1", "$A$2")).left
    assert (left.cell, left.formula) == ("A7:F7", "=INDEX(AISOLVE(A7,$A$1,A8),1)")
    assert left.reason.startswith("has a conditional format that still needs our functions: AISOLVE has no native")


def test_formats_over_the_flows_of_each_row(libreoffice: LibreOffice) -> None:
    def write(book: xlsxwriter.Workbook, sheet: Any) -> None:
        red = book.add_format({"bg_color": _RED})
        for row, flows in enumerate(((10, 20, 30, 30, 40), (1, 2, 3, 3, 4), (60, 1, 1, 1, 1))):
            sheet.write_row(row, 0, [50, *flows])
        for area, formula in {
            "A1:A3": "=IFERROR(PAYBACK($A1,$B1:$F1),99)<3",  # 2.7 years, never, 0.8
            "B1:B3": "=CLUSTERIRR($A1,$B1:$F1)>0.2",  # 34%, less than 0, 25%
            "C1:C3": "=PROFITINDEX($A1,$B1:$F1,0.1)<1.5",  # 1.87, 0.19, 1.15
            "D1:D3": "=DEBTCAP($B1:$F1,1.2,0.1)>50",  # 78, 8, 48
        }.items():
            sheet.conditional_format(area, {"type": "formula", "criteria": formula, "format": red})

    plain = without_ours(portable(written({}, write)))
    html = libreoffice.convert(plain, "html").decode()
    rows = [re.findall(r"<td[^>]*>", row) for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)]
    assert [[_RED in cell for cell in row[:4]] for row in rows[:3]] == [
        [True, True, False, True],
        [False, False, True, False],
        [True, True, True, False],
    ]


def test_a_validation_over_the_flows_of_each_row() -> None:
    def write(book: xlsxwriter.Workbook, sheet: Any) -> None:
        sheet.data_validation("A1:A9", {"validate": "custom", "value": "=PROFITINDEX(A1,B1:F1,0.1)>1"})

    book = openpyxl.load_workbook(io.BytesIO(without_ours(portable(written(INPUTS, write)))))
    [rule] = book["Model"].data_validations.dataValidation
    assert rule.formula1 == "SUMPRODUCT(NPV(0.1,B1:F1+0)/A1)>1"
    assert book.sheetnames == ["Model"]


def test_a_name_that_is_seen_from_its_cell(libreoffice: LibreOffice) -> None:
    def write(book: xlsxwriter.Workbook, sheet: Any) -> None:
        book.define_name("back", "=PAYBACK(Model!$A1,Model!$B1:$F1)")
        book.define_name("gap", "=_xll.AIGAP(Model!$A1,2)")
        for row, flows in enumerate(((10, 20, 30, 30, 40), (60, 1, 1, 1, 1))):
            sheet.write_row(row, 0, [50, *flows])
            sheet.write_formula(row, 7, "=back*12")
            sheet.write_formula(row, 8, "=gap+1")

    plain = without_ours(portable(written({}, write)))
    computed = libreoffice.recalculate(spoiled(plain))["Model"]
    expected = {"H1": 32.0, "H2": 10.0, "I1": 201.0, "I2": 201.0}
    assert all(close(computed[cell], value) for cell, value in expected.items())
    assert all(close(values(plain)[cell], value) for cell, value in expected.items())


def test_a_function_that_excel_kept_as_an_unknown_name() -> None:
    def write(book: xlsxwriter.Workbook, sheet: Any) -> None:
        book.define_name("AICAPEX", "=#NAME?")

    assert formulas(portable(written(INPUTS | {"C1": "=AICAPEX(A1)"}, write)).package) == {"C1": "=A1*2"}
