"""Changes to a workbook of ``making`` that a cell's content cannot make, and rows along a timeline."""

from __future__ import annotations

from openpyxl.chart import BarChart
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.packaging.relationship import Relationship
from openpyxl.styles import Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.external_link import ExternalLink
from openpyxl.workbook.external_link.external import ExternalBook

from tests.workbooks.lint.making import add_sensitivity


def name(title: str, target: str, scope: str | None = None):
    def define(book):
        names = book[scope].defined_names if scope else book.defined_names
        names[title] = DefinedName(title, attr_text=target)

    return define


def link(book):
    external = ExternalLink(externalBook=ExternalBook(id="rId1"))
    external.file_link = Relationship(type="externalLinkPath", Target="prices.xlsx", TargetMode="External", Id="rId1")
    book._external_links.append(external)


def hide(what, key):
    def change(book):
        dimensions = getattr(book["Data"], f"{what}_dimensions")
        dimensions[key].hidden = True

    return change


def state(state):
    def change(book):
        book.create_sheet("Other").sheet_state = state

    return change


def merge(cells):
    return lambda book: book["Data"].merge_cells(cells)


def chart_with(series: int):
    def change(book):
        chart = book["Result"]._charts[0]
        chart.series = chart.series * series

    return change


def bare_chart(book):
    book["Result"].add_chart(BarChart(), "F20")


def wide(width):
    def change(book):
        book["Result"]["D5"].number_format = "#,##0"
        book["Result"].column_dimensions["D"].width = width

    return change


def colour(address, font):
    def change(book):
        sheet, _, cell = address.partition("!")
        book[sheet][cell].font = font

    return change


def portrait(book):
    book["Result"].page_setup.orientation = "portrait"


def two_pages(book):
    """Make a sheet print on two pages, side by side, and another on one."""
    book["Result"].page_setup.fitToWidth = 2
    book["Cover"].page_setup.fitToHeight = 1


def gridlines(book):
    book["Result"].sheet_view.showGridLines = True


def password(book):
    book["Result"].protection.password = "secret"


def drop_validations(kind):
    def change(book):
        validations = book["Inputs"].data_validations
        validations.dataValidation = [one for one in validations.dataValidation if one.type != kind]

    return change


def axis(attribute, value):
    return lambda book: setattr(book["Result"]._charts[0].x_axis, attribute, value)


def lock_inputs(book):
    for address in ("E8", "F8"):
        book["Inputs"][address].protection = Protection(locked=True)


def axis_format(code, linked=False):
    def change(book):
        found = book["Result"]._charts[0].y_axis
        found.number_format = code
        found.numFmt.sourceLinked = linked

    return change


def series_colour(colour):
    return lambda book: setattr(book["Result"]._charts[0].series[0].graphicalProperties, "solidFill", colour)


def axis_title(title):
    return lambda book: setattr(book["Result"]._charts[0].y_axis, "title", title)


def overlay(book):
    book["Result"]._charts[0].title.overlay = True


def footer(part, text):
    return lambda book: setattr(getattr(book["Result"].oddFooter, part), "text", text)


def format_of(address, code):
    def change(book):
        sheet, _, cell = address.partition("!")
        book[sheet][cell].number_format = code

    return change


def text(address, content, *, marked):
    def change(book):
        sheet, _, place = address.partition("!")
        cell = book[sheet][place]
        cell.value, cell.data_type, cell.quotePrefix = content, "s", marked

    return change


def sensitivity(cells=None):
    """Return a change that adds a sensitivity table, with these cells set to something else."""

    def change(book):
        add_sensitivity(book)
        for address, content in (cells or {}).items():
            sheet, _, cell = address.partition("!")
            book[sheet][cell] = content

    return change


def no_scale(book):
    add_sensitivity(book)
    book["Sensitivity"].conditional_formatting = ConditionalFormattingList()


def scale_of(cells):
    """Return a change that adds a sensitivity table whose colour scale covers other cells."""

    def change(book):
        no_scale(book)
        scale = ColorScaleRule("min", start_color="FFFFFF", end_type="max", end_color="E08E0B")
        book["Sensitivity"].conditional_formatting.add(cells, scale)

    return change


def timeline(sheet, row, columns, formula="=COLUMN()-COLUMN($E$1)", label="Year"):
    """Return a row of years and what it shows."""
    cells = {f"{sheet}!B{row}": label} | {f"{sheet}!{column}{row}": formula for column in columns}
    return cells, {f"{sheet}!{column}{row}": float(year) for year, column in enumerate(columns)}


def along(row, formulas, label="Flow"):
    """Return a row of the sheet Result with a unit and a formula for each year."""
    cells = {f"Result!B{row}": label, f"Result!C{row}": "$/year"}
    return cells | {f"Result!{column}{row}": formula for column, formula in zip("EFGH", formulas, strict=True)}
