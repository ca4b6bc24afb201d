"""For each rule a workbook that breaks it, with the place, and one that comes close and does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import openpyxl
from openpyxl.styles import Font
from openpyxl.worksheet.formula import DataTableFormula

from tests.workbooks.lint.changes import (
    along,
    axis,
    axis_format,
    axis_title,
    bare_chart,
    chart_with,
    colour,
    drop_validations,
    footer,
    format_of,
    gridlines,
    hide,
    link,
    lock_inputs,
    merge,
    name,
    no_scale,
    overlay,
    password,
    portrait,
    scale_of,
    sensitivity,
    series_colour,
    state,
    text,
    timeline,
    two_pages,
    wide,
)
from tests.workbooks.lint.making import BLUE, GREEN, anybodys, ours, saved
from udfs import ExcelError
from workbooks.engine import Value


@dataclass(frozen=True)
class Case:
    """A workbook: cells to set, as in ``Data!A9``, then what ``change`` does; values that formulas show."""

    cells: dict[str, object]
    place: str = ""
    change: Callable[[openpyxl.Workbook], None] = lambda book: None
    values: dict[str, Value] | None = None
    planted: bool = True
    marked: bool = False

    def package(self) -> bytes:
        """Return the finished package."""

        def change(book: openpyxl.Workbook) -> None:
            for address, content in self.cells.items():
                sheet, _, cell = address.partition("!")
                book[sheet][cell] = content
            self.change(book)

        book = ours(change) if self.marked else anybodys(lambda book, _: change(book))
        return saved(book, self.values, planted=self.planted)


def model(cells: dict[str, object], place: str = "", change=lambda book: None, values=None) -> Case:
    """Return a case of a workbook laid out as ours."""
    return Case(cells, place, change, values, marked=True)


YEARS, SHOWN = timeline("Result", 20, "EFGH")
EARLIER, EARLIER_SHOWN = timeline("Checks", 20, "DEFG")
LATER_SHOWN = {cell: year + 2 for cell, year in EARLIER_SHOWN.items()}
SAME, SAME_SHOWN = timeline("Checks", 20, "EFGHI")
OTHER, OTHER_SHOWN = timeline("Checks", 22, "JKL", label="Quarter")
BELOW = along(22, ["=price", "=price", "=price", "=price"], "Fee")

LONG = "=" + "+".join(["B2"] * 27)  # 81 characters: B2 and + 26 times, B2, and the sign =
HUGE = "=" + "+".join(["B2"] * 2731)

BAD: dict[str, Case] = {
    "hard-coded-number": Case({"Data!B9": "=B2*1.19"}, "Data!B9"),
    "volatile-function": Case({"Data!B9": "=SUM(OFFSET(B2,0,0,1,12))"}, "Data!B9"),
    "long-formula": Case({"Data!B9": LONG}, "Data!B9"),
    "too-long-formula": Case({"Data!B9": HUGE}, "Data!B9"),
    "nested-if": Case({"Data!B9": "=IF(B2>0,IF(C2>0,1,0),0)"}, "Data!B9"),
    "unreadable-formula": Case({"Data!B9": "=SUM(B2"}, "Data!B9"),
    "dde": Case({"Data!B9": "=cmd|'/C calc'!A0"}, "Data!B9"),
    "external-link": Case({"Data!B9": "=[1]Prices!A1"}, "Data!B9", link),
    "broken-reference": Case({"Data!B9": "=SUM(#REF!)"}, "Data!B9", name("lost", "Data!#REF!")),
    "undefined-name": Case({"Data!B9": "=growht*B2"}, "Data!B9"),
    "inconsistent-formula": Case({"Data!D3": "=D2*(1+$A$3)+1"}, "Data!D3"),
    "error-value": Case({"Data!B9": "=B2/0"}, "Data!B9", values={"Data!B9": ExcelError("#DIV/0!")}),
    "no-value": Case({}, "Data!B3:F3", planted=False),
    "circular-reference": Case({"Data!B9": "=C9+1", "Data!C9": "=SUM(A1:B10)"}, "Data!B9"),
    "number-as-text": Case({"Data!B9": "1,250.5"}, "Data!B9"),
    "merged-cells": Case({}, "Data!B2:C2", merge("B2:C2")),
    "hidden": Case({}, "Data!A3", hide("row", 3)),
    "very-hidden-sheet": Case({}, "Other", state("veryHidden")),
    "data-table": Case({"Data!B9": DataTableFormula("B9:B11", dt2D=False, r1="A3")}, "Data!B9"),
    "sensitivity": model({}, "Sensitivity!D7:F9", sensitivity({"Sensitivity!D7": "=D$6*$C7"})),
    "cover": model({}, "Cover", lambda book: book.create_sheet("Notes", 0)),
    "constant-outside-inputs": model({"Result!D9": 42}, "Result!D9"),
    "colour-class": model({}, "Result!D5", colour("Result!D5", BLUE)),
    "input-row": model({"Inputs!G8": None}, "Inputs!E8:F8"),
    "row-label": model({"Result!B6": "cost"}, "Result!B6"),
    "amount": model({"Result!C5": "$M"}, "Result!C5"),
    "formula-text": model({}, "Result!B9", text("Result!B9", "=price", marked=False)),
    "sheet-order": model({"Inputs!D10": "=Result!D5"}, "Inputs!D10"),
    "period-column": model(YEARS | EARLIER, "Checks!D20:G20", values=SHOWN | EARLIER_SHOWN),
    "later-period": model(YEARS | along(21, ["=F20", "=G20", "=H20", "=I20"]), "Result!E21:H21", values=SHOWN),
    "selector": model({}, "Inputs!D5", drop_validations("list")),
    "checks": model({}, "Checks!D5", values={"Checks!D5": 0.0}),
    "names": model({}, "Result", name("total", "Result!$D$5", "Result")),
    "chart": model({}, "Result", bare_chart),
    "page-setup": model({}, "Result", portrait),
    "sheet-view": model({}, "Result", gridlines),
    "narrow-column": model({}, "Result!D5", wide(9), {"Result!D5": 1234567890.0}),
    "protection": model({}, "Result", password),
}
# Other ways to break a rule.
MORE_BAD: list[tuple[str, Case]] = [
    ("hard-coded-number", Case({"Data!B9": "=SUM({1,2}*B2)"}, "Data!B9")),
    ("hard-coded-number", Case({"Data!B9": "=0.5*B2"}, "Data!B9")),
    ("volatile-function", Case({"Data!B9": "=TODAY()"}, "Data!B9")),
    ("nested-if", Case({"Data!B9": "=IF(B2>0,SUM(1,IF(C2>0,1,0)),0)"}, "Data!B9")),
    ("external-link", Case({"Data!B9": "=SUM('C:\\old\\[prices.xlsx]Sheet 1'!A1:A9)"}, "Data!B9")),
    ("external-link", Case({}, "", link)),
    ("external-link", Case({}, "", name("prices", "[1]Prices!$A$1"))),
    ("broken-reference", Case({}, "", name("lost", "Data!#REF!"))),
    ("inconsistent-formula", Case({"Data!D3": 130.0}, "Data!D3")),
    ("inconsistent-formula", Case({"Data!C3": "=C2*(1+$B$3)"}, "Data!C3")),
    ("circular-reference", Case({"Data!B9": "=B9+1"}, "Data!B9")),
    ("circular-reference", Case({"Data!B9": "=loop", "Data!B10": "=B9"}, "Data!B9", name("loop", "Data!$B$10"))),
    ("number-as-text", Case({"Data!B9": "-12%", "Data!B10": "$1,000", "Data!B11": "1.5e3"}, "Data!B9:B11")),
    ("merged-cells", Case({}, "Data!G3:H3", merge("G3:H3"))),
    ("hidden", Case({}, "Other", state("hidden"))),
    ("hidden", Case({}, "Data!C1", hide("column", "C"))),
    ("cover", model({}, "Cover", lambda book: book.create_sheet("Notes"))),
    ("cover", model({"Cover!B2": None}, "Cover")),
    ("cover", model({"Cover!B3": "Figures as of 2026-11-01"}, "Cover")),
    ("cover", model({"Cover!B3": "Version 1.0, of this autumn"}, "Cover")),
    ("cover", model({"Cover!B5": None}, "Cover")),
    ("cover", model({"Cover!B6": None}, "Cover")),
    ("constant-outside-inputs", model({"Cover!D9": 0.07}, "Cover!D9")),
    ("colour-class", model({}, "Inputs!E8", colour("Inputs!E8", Font(color="222222")))),
    ("colour-class", model({}, "Result!D6", colour("Result!D6", Font(color="222222")))),
    ("colour-class", model({}, "Result!D5", colour("Result!D5", GREEN))),
    ("input-row", model({"Inputs!C8": None}, "Inputs!E8:F8")),
    ("input-row", model({"Inputs!H8": None}, "Inputs!E8:F8")),
    ("input-row", model({}, "Inputs!E8:F8", drop_validations("decimal"))),
    ("row-label", model({"Result!B6": None}, "Result!B6")),
    ("row-label", model({"Result!C6": None}, "Result!C6")),
    ("row-label", model({f"Inputs!{cell}": text for cell, text in {"B9": "Price", "D9": "=D8"}.items()}, "Inputs!B9")),
    (
        "row-label",
        model(
            {"Result!D6": '="never"', "Result!B7": "Price", "Result!C7": "$/hour", "Result!D7": "=price"},
            "Result!B7",
            values={"Result!D6": "never"},
        ),
    ),
    ("amount", model({"Result!C5": "$", "Result!D5": "=price/1000000"}, "Result!D5")),
    ("amount", model({}, "Result!D5", format_of("Result!D5", "$#,##0.00"))),
    ("amount", model({}, "Inputs!D8", format_of("Inputs!D8", "$#,##0;-$#,##0"))),
    ("formula-text", model({}, "Cover!B12", text("Cover!B12", "+49 30 1234", marked=False))),
    ("sheet-order", model({"Inputs!D10": "=cost*12"}, "Inputs!D10")),
    ("period-column", model(YEARS | EARLIER, "Checks!D20:G20", values=SHOWN | LATER_SHOWN)),
    (
        "later-period",
        model(YEARS | BELOW | along(21, ["=E22", "=F22", "=G22", "=H22"]), "Result!E21:H21", values=SHOWN),
    ),
    (
        "later-period",
        model(YEARS | along(21, [f"=SUM($E20:{one}20)" for one in "FGHI"]), "Result!E21:H21", values=SHOWN),
    ),
    ("sensitivity", model({}, "Sensitivity", no_scale)),
    ("sensitivity", model({}, "Sensitivity!A1:XFC1048575", scale_of("A1:XFC1048575"))),
    ("sensitivity", model({}, "Sensitivity!C7:F9", scale_of("C7:F9"))),
    ("sensitivity", model({}, "Sensitivity!D7:F9", sensitivity({"Sensitivity!E8": 30.0}))),
    ("sensitivity", model({}, "Sensitivity!D7:F9", sensitivity({"Sensitivity!E6": 2.5}))),
    ("sensitivity", model({}, "Sensitivity!D7:F9", sensitivity({"Sensitivity!C9": None}))),
    ("sensitivity", model({}, "Sensitivity!D7:F9", sensitivity({"Checks!D6": "=IF(Sensitivity!E7=cost,1,0)"}))),
    ("selector", model({"Inputs!D8": "=E8"}, "Inputs!D8")),
    ("selector", model({}, "Inputs", name("scenario", "Inputs!$D$5:$E$5"))),
    ("checks", model({}, "Checks!D5", values={"Checks!D5": 0.5})),
    ("checks", model({"Result!B2": "all pass"}, "Result")),
    ("checks", model({}, "", name("master_check", "Result!$D$5"))),
    ("names", model({}, "", name("total", "Result!$D$5:$D$6"))),
    ("names", model({"Cover!C9": 1}, "Cover", name("total", "Cover!$C$9"))),
    ("chart", model({}, "Result", chart_with(7))),
    ("chart", model({}, "Result", axis("delete", True))),
    ("chart", model({}, "Result", axis("title", None))),
    ("page-setup", model({}, "Result", lambda book: setattr(book["Result"].page_setup, "fitToWidth", 2))),
    ("page-setup", model({}, "Result", lambda book: setattr(book["Result"], "_print_rows", None))),
    ("chart", model({}, "Result", axis_title("Size"))),
    ("chart", model({}, "Result", overlay)),
    ("chart", model({}, "Result", axis_format("General"))),
    ("chart", model({}, "Result", axis_format("$#,##0;($#,##0)", linked=True))),
    ("chart", model({}, "Result", axis_format("$#,##0"))),
    ("chart", model({}, "Result", series_colour("FF00FF"))),
    ("chart", model({}, "Result", lambda book: setattr(book["Result"]._charts[0].series[0], "spPr", None))),
    ("chart", model({"Result!F17": "Made with care"}, "Result")),
    ("chart", model({"Result!F17": None, "Result!F30": "Source: a-survey"}, "Result")),
    ("page-setup", model({}, "Result", footer("center", "Page &P"))),
    ("page-setup", model({}, "Result", footer("left", "Result"))),
    ("page-setup", model({}, "Result", footer("right", "&A, &D"))),
    ("page-setup", model({}, "Result", lambda book: setattr(book.properties, "title", None))),
    ("sheet-view", model({}, "Result", lambda book: setattr(book["Result"], "freeze_panes", None))),
    ("protection", model({}, "Result", lambda book: setattr(book["Result"].protection, "sheet", False))),
    ("protection", model({}, "Inputs", lock_inputs)),
]
GOOD: dict[str, Case] = {
    "hard-coded-number": Case({"Data!B9": '=B2*12/1000&" of 1.19"', "Data!B10": "=SUM({1,12,365}*B2)*1E6*0.5^B2"}),
    "volatile-function": Case({"Data!B9": '=SUM(B2:INDEX(B2:F2,1,$B$12))&"OFFSET(B2,0)"'}),
    "long-formula": Case({"Data!B9": LONG[:-3]}),
    "too-long-formula": Case({"Data!B9": "=SUM(B2:F2)"}),
    "nested-if": Case({"Data!B9": "=IF(B2>0,1,0)*IF(C2>0,1,0)+IF(SUM(B2:C2)>0,IFERROR(B2,0),0)"}),
    "unreadable-formula": Case({"Data!B9": "=SUM((B2:C2,E2:F2))+-B2%"}),
    "dde": Case({"Data!B9": "=\"cmd|'/C calc'!A0\"", "Data!A10": "+49 30 1234", "Data!A11": "-", "Data!A12": "@home"}),
    "external-link": Case({"Data!B9": '="[1]Prices!A1"&B2'}),
    "broken-reference": Case({"Data!B9": '="#REF!"&B2'}),
    "undefined-name": Case({"Data!B9": "=Growth*B2+TRUE"}, change=name("growth", "Data!$A$3")),
    # A total at the end, an opening year, and two measures taking turns are no slips.
    "inconsistent-formula": Case({
        "Data!G3": "=SUM(B3:F3)", "Data!A5": "=B2", "Data!B5": "=A5+B2", "Data!C5": "=B5+C2", "Data!D5": "=C5+D2",
        "Data!A7": "=A2", "Data!B7": "=A2/B2", "Data!C7": "=C2", "Data!D7": "=C2/D2",
    }),
    "error-value": Case({"Data!B9": "=IFERROR(B2/0,0)", "Data!B10": "#DIV/0! is what Excel says"}),
    "no-value": Case({"Data!B9": '=IF(B2>0,"","x")'}, values={"Data!B9": ""}),
    "circular-reference": Case({"Data!B9": "=SUM(B1:B8)", "Data!B10": "=ROWS(B1:B10)+B9", "Data!B11": "=COLUMN(B11)"}),
    "number-as-text": Case({"Data!A9": "2026", "Data!C9": "$", "Data!A10": "007", "Data!B10": "%", "Data!A12": "E01"}),
    "merged-cells": Case({"Data!A15": "A title across"}, change=merge("A15:F15")),
    "hidden": Case({}, change=hide("column", "Z")),
    "very-hidden-sheet": Case({}, change=state("visible")),
    "data-table": Case({"Data!B9": '="TABLE()"&ROWS(B2:B3)', "Data!B10": "=SUM(B2:F2)"}),
    "sensitivity": model({}, change=sensitivity()),
    "cover": model({"Cover!B1": "Does it pay back?"}),
    "constant-outside-inputs": model(
        {"Result!B9": "Months", "Result!C9": "/year", "Result!D9": 12, "Result!B11": "in 42 days"}
    ),
    "colour-class": model(
        {"Result!B8": "Both", "Result!C8": "$", "Result!D8": "=SUM(Inputs!E8:F8)"}, change=colour("Result!B5", BLUE)
    ),
    "input-row": model({"Inputs!H8": "2026-06-30"}),
    # A table's columns have headers; a label may come again in another section; years need no unit.
    "row-label": model(YEARS | {
        "Result!B9": "Cost", "Result!C9": "×", "Result!D9": 1, "Result!D12": "Base", "Result!B13": "Cost",
        "Result!D13": 1, "Result!B15": "Cost and price", "Result!B16": "Hours", "Result!D16": "12 a year",
    }, values=SHOWN),
    "amount": model({"Result!B8": "Energy", "Result!C8": "$/kWh", "Result!D8": "=price/1000"},
        change=format_of("Result!D5", "[$-409]$#,##0.00_);[Red]($#,##0.00)")),
    "formula-text": model({}, change=text("Result!B9", "=price", marked=True)),
    "sheet-order": model({"Cover!D9": "=cost*12", "Checks!C5": "=cost", "Inputs!B3": "=master_check"}),
    "period-column": model(YEARS | SAME | OTHER, values=SHOWN | SAME_SHOWN | OTHER_SHOWN),
    # The year before, a running total, and shares of a total; above the timeline a result may look down.
    "later-period": model(
        YEARS | {"Result!B9": "In all", "Result!C9": "$", "Result!D9": "=SUM(E21:H21)"}
        | along(21, ["=D22+E20", "=E22+F20", "=F22+G20", "=G22+H20"])
        | along(22, [f"=SUM($E21:{one}21)/SUM($E20:$H20)+ROWS(E22:E30)" for one in "EFGH"], "Total"), values=SHOWN),
    "selector": model({"Inputs!D5": "High"}),
    "checks": model({"Checks!C5": "=price-1"}, values={"Checks!C5": 0.5}),
    "names": model({}, change=name("total", "Result!$D$6")),
    "chart": model({}, change=chart_with(6)),
    "page-setup": model({"Result!B9": "Cases", "Result!C9": "×", "Result!Y9": 1}, change=two_pages),
    "sheet-view": model({}, change=lambda book: setattr(book["Inputs"], "freeze_panes", "D9")),
    "narrow-column": model({}, "", wide(13), {"Result!D5": 1234567890.0}),
    "protection": model({}, change=lambda book: setattr(book["Inputs"].protection, "sheet", True)),
}  # fmt: skip
