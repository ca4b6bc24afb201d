"""Workbooks made by hand with openpyxl, with a value stored in every formula cell."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tests.workbooks.packages import formula_cells
from workbooks import style
from workbooks.cached import plant_values
from workbooks.engine import Value

BLUE, GREEN = Font(color="0000FF"), Font(color="00752E")
FILL = PatternFill("solid", fgColor="FFF8E1")


def saved(book: openpyxl.Workbook, values: Mapping[str, Value] | None = None, *, planted: bool = True) -> bytes:
    """Return the package; every formula shows 1, or what ``values`` has for its cell, as in ``Sheet!A1``."""
    buffer = io.BytesIO()
    book.save(buffer)
    package = buffer.getvalue()
    if not planted:
        return package
    shown = values or {}
    return plant_values(
        package,
        {
            sheet: {cell: shown.get(f"{sheet}!{cell}", 1.0) for cell in cells}
            for sheet, cells in formula_cells(package).items()
        },
    )


def anybodys(change: Callable[[openpyxl.Workbook, Worksheet], None]) -> openpyxl.Workbook:
    """Return a workbook with one sheet, Data: a row of prices, a row of formulas; and what ``change`` makes of it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data"
    for column in range(2, 7):
        sheet.cell(1, column, f"Year {column}")
        sheet.cell(2, column, 100 + column)
        letter = sheet.cell(2, column).column_letter
        sheet.cell(3, column, f"={letter}2*(1+$A$3)")
    sheet["A3"] = 0.25
    change(book, sheet)
    return book


def ours(change: Callable[[openpyxl.Workbook], None]) -> openpyxl.Workbook:
    """Return the smallest workbook laid out as those that aicapex builds, and what ``change`` makes of it."""
    book = openpyxl.Workbook()
    cover = book.active
    cover.title = "Cover"
    inputs, result, checks = (book.create_sheet(title) for title in ("Inputs", "Result", "Checks"))
    _fill_cover(cover, [inputs, result, checks])
    _fill_inputs(inputs)
    result["B2"] = '=IF(master_check=1,"all pass","FAILS")'
    result["B5"], result["C5"], result["D5"] = "Cost", "$/month", "=price*12"
    result["B6"], result["C6"], result["D6"] = "Price", "$/hour", "=Inputs!D8"
    result["D6"].font = GREEN
    result["F17"] = "Source: a-survey"
    checks["B5"], checks["D5"] = "The price is positive", "=IF(price>0,1,0)"
    checks["B7"], checks["D7"] = "Master check", "=MIN(D5:D5)"
    for name, target in (
        ("scenario", "Inputs!$D$5"), ("scenario_number", "Inputs!$D$6"), ("price", "Inputs!$D$8"),
        ("cost", "Result!$D$5"), ("master_check", "Checks!$D$7"),
    ):  # fmt: skip
        book.defined_names[name] = DefinedName(name, attr_text=target)
    result.add_chart(_chart(result), "F2")
    book.properties.title = "Cost of an hour"
    for sheet in book.worksheets:
        _dress(sheet)
    change(book)
    return book


def _fill_cover(sheet: Worksheet, others: list[Worksheet]) -> None:
    sheet["B1"], sheet["B2"] = "Cost of an hour", "What does a month of hours cost at this price?"
    sheet["B3"] = "Version 1.0, figures as of 2026-11-01"
    sheet["B5"], sheet["B6"] = "Input", "Taken from another sheet"
    sheet["B5"].font, sheet["B5"].fill, sheet["B6"].font = BLUE, FILL, GREEN
    for row, other in enumerate(others, start=8):
        sheet.cell(row, 2, other.title).hyperlink = f"#'{other.title}'!A1"


def _fill_inputs(sheet: Worksheet) -> None:
    sheet["B5"], sheet["D5"] = "Scenario", "Base"
    sheet["B6"], sheet["D6"] = "Its number", "=MATCH(scenario,$E$7:$F$7,0)"
    for column, header in enumerate(("Input", "Unit", "Live", "Base", "High", "Source", "As of"), start=2):
        sheet.cell(7, column, header)
    for column, content in enumerate(
        ("Price", "$/hour", "=INDEX($E8:$F8,scenario_number)", 2.5, 3.5, "a-survey", "2026-11-01"), start=2
    ):
        sheet.cell(8, column, content)
    for address in ("D5", "E8", "F8"):
        sheet[address].font, sheet[address].fill = BLUE, FILL
        sheet[address].protection = Protection(locked=False)
    chosen = DataValidation("list", formula1="$E$7:$F$7")
    ranged = DataValidation("decimal", operator="between", formula1="0", formula2="100")
    chosen.add("D5")
    ranged.add("E8:F8")
    sheet.add_data_validation(chosen)
    sheet.add_data_validation(ranged)


def _chart(sheet: Worksheet) -> BarChart:
    chart = BarChart()
    chart.title = "Cost"
    chart.title.overlay = False
    chart.add_data(Reference(sheet, min_col=4, min_row=5, max_row=6))
    chart.series[0].graphicalProperties.solidFill = style.NAVY
    for axis, title in ((chart.x_axis, "Row"), (chart.y_axis, "US dollars")):
        axis.title = title
        axis.delete = False
    chart.y_axis.number_format = style.FORMATS["price"]
    chart.y_axis.numFmt.sourceLinked = False
    return chart


def _dress(sheet: Worksheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.left.text = "Cost of an hour"
    sheet.oddFooter.center.text = "Page &P of &N"
    sheet.oddFooter.right.text = "&A, as of 2026-11-01"
    sheet.sheet_view.showGridLines = False
    if sheet.title != "Cover":
        sheet.freeze_panes = "C4"
        sheet.print_title_rows = "1:3"
    if sheet.title != "Inputs":
        sheet.protection.sheet = True


def add_sensitivity(book: openpyxl.Workbook) -> None:
    """Add a sheet with a table of costs, by price across and by months downwards, and a check of its middle."""
    sheet = book.create_sheet("Sensitivity", 3)
    sheet["B2"] = '=IF(master_check=1,"all pass","FAILS")'
    sheet["B4"], sheet["D5"] = "Cost by price and hours", "Price across, hours downwards"
    sheet["B6"] = "$/hour"
    sheet["D6"], sheet["E6"], sheet["F6"] = "=E6-1", "=price", "=E6+1"
    sheet["B7"], sheet["B8"], sheet["B9"] = "Less", "Live", "More"
    sheet["C7"], sheet["C8"], sheet["C9"] = "=C8-1", "=Inputs!D8", "=C8+1"
    sheet["C8"].font = GREEN
    for row in (7, 8, 9):
        for column in "DEF":
            sheet[f"{column}{row}"] = f"={column}$6*$C{row}*12"
    scale = ColorScaleRule("min", start_color="FFFFFF", end_type="max", end_color=style.ORANGE)  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add("D7:F9", scale)
    checks = book["Checks"]
    checks["B6"], checks["D6"] = "The table's middle is the cost", "=IF(Sensitivity!E8=cost,1,0)"
    checks["D7"] = "=MIN(D5:D6)"
    book["Cover"]["B11"] = sheet.title
    book["Cover"]["B11"].hyperlink = f"#'{sheet.title}'!A1"
    _dress(sheet)
