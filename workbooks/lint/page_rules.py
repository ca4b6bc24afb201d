"""Rules for workbooks laid out as ours: printing, what is in view, protection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil
from typing import Final

from workbooks.lint.looks import look
from workbooks.lint.reading import Workbook, parse
from workbooks.lint.rule import ERROR, WARNING, Found, at, rule
from workbooks.lint.standard import COVER, DOCUMENTATION, INPUTS, is_alive, model_sheets
from workbooks.lint.widths import shown_width

_DEFAULT_WIDTH: Final = 8.43
_COLUMNS: Final = 16384
_ON: Final = ("1", "true")
_CODES: Final = re.compile("&[A-Z]")
_WIDEST: Final = 20  # columns that can still be read on a page
_DATE: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


@rule(
    "page-setup",
    WARNING,
    f"Every sheet prints in landscape, one page wide for each {_WIDEST} columns, with its header repeated; its "
    "footer has the page and how many there are, the workbook's title and the as-of date.",
    "Set it in Page Layout: Orientation, Scale to Fit, Print Titles, Footer.",
    ours=True,
)
def page_setup(workbook: Workbook) -> Iterator[Found]:
    """Find sheets that come out of the printer in pieces."""
    core = workbook.parts.get("docProps/core.xml")
    title = "" if core is None else parse(core).findtext("{*}title", "")
    titled = {name.scope for name in workbook.names if name.name == "_xlnm.Print_Titles"}
    for sheet in model_sheets(workbook):
        setup = sheet.xml.find("{*}pageSetup")
        fits = sheet.xml.find("{*}sheetPr/{*}pageSetUpPr")
        if setup is None or setup.get("orientation") != "landscape":
            yield Found("it does not print in landscape", sheet.name)
        pages = ceil(max((column for _, column in sheet.cells), default=1) / _WIDEST)
        width = 0 if setup is None else int(setup.get("fitToWidth", "1"))
        if not 1 <= width <= pages or fits is None or fits.get("fitToPage") not in _ON:
            yield Found("it does not print one page wide", sheet.name)
        if sheet.name not in titled and sheet.name != COVER:
            yield Found("its header is not repeated on every page", sheet.name)
        footer = sheet.xml.findtext("{*}headerFooter/{*}oddFooter", "")
        if not {"&P", "&N"} <= set(_CODES.findall(footer)):
            yield Found("its footer does not say page x of y", sheet.name)
        if not title or title not in footer:
            yield Found("its footer does not have the workbook's title", sheet.name)
        if not _DATE.search(footer):
            yield Found("its footer has no as-of date", sheet.name)


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
            last = min(int(entry.get("max", "1")), _COLUMNS)
            for column in range(int(entry.get("min", "1")), last + 1):
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
