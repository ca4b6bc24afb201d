"""Rules for workbooks laid out as ours: charts, printing, what is in view, protection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from workbooks.lint.looks import look
from workbooks.lint.reading import Workbook, parse
from workbooks.lint.rule import ERROR, WARNING, Found, at, rule
from workbooks.lint.standard import COVER, DOCUMENTATION, INPUTS, is_alive, model_sheets
from workbooks.lint.widths import shown_width

_AXES: Final = ("catAx", "valAx", "dateAx", "serAx")
_MOST_SERIES: Final = 6
_DEFAULT_WIDTH: Final = 8.43
_ON: Final = ("1", "true")


@rule(
    "chart",
    WARNING,
    f"Every chart has a title, axes that are shown, each with a title, and at most {_MOST_SERIES} series.",
    "Add it by Chart Elements (+); in openpyxl set axis.delete = False.",
    ours=True,
)
def chart(workbook: Workbook) -> Iterator[Found]:
    """Find charts that do not explain themselves."""
    for sheet in model_sheets(workbook):
        drawings = [part for _, kind, part in workbook.related(sheet.part) if kind == "drawing"]
        charts = [part for one in drawings for _, kind, part in workbook.related(one) if kind == "chart"]
        for part in charts:
            for what in _faults(parse(workbook.parts[part])):
                yield Found(f"{part.rpartition('/')[2]}: {what}", sheet.name)


def _faults(xml: ET.Element) -> Iterator[str]:
    if xml.find("{*}chart/{*}title") is None:
        yield "the chart has no title"
    for axis in (axis for tag in _AXES for axis in xml.iterfind(f"{{*}}chart/{{*}}plotArea/{{*}}{tag}")):
        deleted = axis.find("{*}delete")
        if deleted is None or deleted.get("val", "1") in _ON:
            yield "an axis is not shown"
        elif axis.find("{*}title") is None:
            yield "an axis has no title"
    count = len(xml.findall("{*}chart/{*}plotArea/*/{*}ser"))
    if count > _MOST_SERIES:
        yield f"the chart has {count} series"


@rule(
    "page-setup",
    WARNING,
    "Every sheet prints in landscape, one page wide, with its header repeated and the page's number in the footer.",
    "Set it in Page Layout: Orientation, Scale to Fit, Print Titles, Footer.",
    ours=True,
)
def page_setup(workbook: Workbook) -> Iterator[Found]:
    """Find sheets that come out of the printer in pieces."""
    titled = {name.scope for name in workbook.names if name.name == "_xlnm.Print_Titles"}
    for sheet in model_sheets(workbook):
        setup = sheet.xml.find("{*}pageSetup")
        fits = sheet.xml.find("{*}sheetPr/{*}pageSetUpPr")
        if setup is None or setup.get("orientation") != "landscape":
            yield Found("it does not print in landscape", sheet.name)
        if setup is None or setup.get("fitToWidth", "1") != "1" or fits is None or fits.get("fitToPage") not in _ON:
            yield Found("it does not print one page wide", sheet.name)
        if sheet.name not in titled and sheet.name != COVER:
            yield Found("its header is not repeated on every page", sheet.name)
        if "&P" not in sheet.xml.findtext("{*}headerFooter/{*}oddFooter", ""):
            yield Found("its footer has no page number", sheet.name)


@rule(
    "sheet-view",
    WARNING,
    "Headers stay in view (frozen panes), and no gridlines show outside the documentation.",
    "Use View, Freeze Panes, and clear View, Gridlines.",
    ours=True,
)
def sheet_view(workbook: Workbook) -> Iterator[Found]:
    """Find sheets whose headers scroll away, or that show gridlines."""
    for sheet in model_sheets(workbook):
        view = sheet.xml.find("{*}sheetViews/{*}sheetView")
        pane = None if view is None else view.find("{*}pane")
        if sheet.name != COVER and (pane is None or pane.get("state") != "frozen"):
            yield Found("its header is not frozen", sheet.name)
        if sheet.name not in DOCUMENTATION and (view is None or view.get("showGridLines", "1") in _ON):
            yield Found("it shows gridlines", sheet.name)


@rule(
    "narrow-column",
    ERROR,
    "Every column is wide enough for its figures: otherwise Excel shows ####.",
    "Double-click the border to the right of the column's letter.",
    ours=True,
)
def narrow_column(workbook: Workbook) -> Iterator[Found]:
    """Find figures that are wider than their column."""
    for sheet in model_sheets(workbook):
        widths: dict[int, float] = {}
        for entry in sheet.xml.iterfind("{*}cols/{*}col"):
            for column in range(int(entry.get("min", "1")), int(entry.get("max", "1")) + 1):
                widths[column] = float(entry.get("width", _DEFAULT_WIDTH))
        for cell in sheet.cells.values():
            width = widths.get(cell.column, _DEFAULT_WIDTH)
            if cell.is_number and shown_width(float(cell.value or 0), look(workbook, cell)) > width:
                yield at(sheet, cell, "the column is too narrow for the figure")


@rule(
    "protection",
    WARNING,
    "Every sheet but Inputs is protected, without a password; inputs can be changed.",
    "Use Review, Protect Sheet with an empty password; unlock inputs in Format Cells, Protection.",
    ours=True,
)
def protection(workbook: Workbook) -> Iterator[Found]:
    """Find sheets on which a formula is soon typed over, and those that nobody can open."""
    for sheet in model_sheets(workbook):
        found = sheet.xml.find("{*}sheetProtection")
        if found is not None and (found.get("password") or found.get("hashValue")):
            yield Found("it is protected with a password", sheet.name)
        elif sheet.name != INPUTS and (found is None or found.get("sheet") not in _ON):
            yield Found("it is not protected", sheet.name)
        if sheet.name == INPUTS and is_alive(workbook):
            constants = (cell for cell in sheet.cells.values() if cell.is_constant)
            if all(look(workbook, cell).locked for cell in constants):
                yield Found("no input is unlocked", sheet.name)
