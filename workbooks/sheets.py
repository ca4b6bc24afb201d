"""Sheets of rows, grids and charts: the calculation and output sheets of a model."""

from __future__ import annotations

from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from workbooks import style
from workbooks.book import Book
from workbooks.charts import build_chart
from workbooks.layout import CHART_ROWS, FIRST, HEADING_ROWS, INPUTS, LABEL, SCENARIO_HEADERS, UNIT, VALUE
from workbooks.model import Grid, GridRow, Row, Section, Sheet

_WIDTHS = {1: 2.0, LABEL: 40.0, UNIT: 15.0, VALUE: 13.0}
_COLUMN_WIDTH = 10.5
_CHARTS = ((LABEL, 12.7), (FIRST, 17.5))  # column and width in centimetres
_CHART_HEIGHT = 8.2


def write_sheet(book: Book, declared: Sheet) -> Worksheet:
    """Write one declared sheet."""
    sheet = book.add_sheet(declared.title)
    last = last_column(book, declared)
    head(book, sheet, declared.purpose, last)
    for column, width in _WIDTHS.items():
        sheet.column_dimensions[get_column_letter(column)].width = width
    for column in range(FIRST, last + 1):
        sheet.column_dimensions[get_column_letter(column)].width = _COLUMN_WIDTH
    if not declared.charts:
        for column, scenario in zip(book.layout.scenario_columns, book.model.scenarios, strict=True):
            sheet.column_dimensions[get_column_letter(column)].width = max(13, min(24, len(scenario.name) + 3))
    if declared.charts:
        write_charts(book, sheet, declared)
    for row, line in book.layout.lines[declared.title].items():
        if isinstance(line, Section):
            _write_section_head(book, sheet, row, line, last)
        elif isinstance(line, Grid):
            write_grid(book, sheet, row, line, last)
        elif isinstance(line, Row):
            _write_row(book, sheet, row, line)
    return sheet


def head(book: Book, sheet: Worksheet, purpose: str, columns: int, headers: int = HEADING_ROWS - 1) -> None:
    """Write a sheet's heading: its title, what it is for, the live scenario and the master check.

    Rows down to ``headers`` stay in view, and are repeated on every printed page.
    """
    sheet.sheet_view.showGridLines = False
    sheet.row_dimensions[1].height = 28
    book.put(sheet, 1, LABEL, sheet.title, style.TITLE)
    book.put(sheet, 2, LABEL, purpose, style.QUESTION)
    status = book.compute(
        sheet, 3, LABEL, '"Live scenario: "&scenario&IF(master_check=1," (checks pass)"," (CHECK FAILS)")',
        "Live scenario and checks", font=style.STRONG,
    )  # fmt: skip
    status.alignment = style.LEFT
    book.highlight(sheet, status.coordinate, "master_check=1", DifferentialStyle(fill=style.PASS_FILL))
    book.highlight(sheet, status.coordinate, "master_check<>1", DifferentialStyle(fill=style.FAIL_FILL))
    for column in range(LABEL, columns + 1):
        sheet.cell(3, column).border = style.RULE
    sheet.freeze_panes = f"{get_column_letter(UNIT)}{headers + 1}"
    sheet.print_title_rows = f"1:{headers}"


def colour_check(book: Book, sheet: Worksheet, cells: str, good: str) -> None:
    """Colour cells that pass and cells that fail; ``good`` is the text or number of those that pass."""
    first = cells.partition(":")[0]
    value = f'"{good}"' if not good.isdigit() else good
    book.highlight(sheet, cells, f"{first}={value}", DifferentialStyle(fill=style.PASS_FILL))
    book.highlight(sheet, cells, f"{first}<>{value}", DifferentialStyle(fill=style.FAIL_FILL))


def last_column(book: Book, declared: Sheet) -> int:
    """Return the last column that a sheet's rows fill, or its charts cover."""
    spans = {line.span for block in declared.blocks if isinstance(block, Section) for line in block.rows}
    ends = [book.layout.columns(span)[-1] for span in spans]
    ends += [VALUE + len(block.headers) - 1 for block in declared.blocks if isinstance(block, Grid)]
    widest = max(ends)
    return max(widest, FIRST + 10) if declared.charts else widest


def write_charts(book: Book, sheet: Worksheet, declared: Sheet) -> None:
    """Write a sheet's charts, two in a row, below its heading."""
    for number, chart in enumerate(declared.charts):
        top = HEADING_ROWS + 1 + number // len(_CHARTS) * CHART_ROWS
        column, width = _CHARTS[number % len(_CHARTS)]
        if chart.kind == "bars" and number % len(_CHARTS) == 0 and chart is declared.charts[-1]:
            width = sum(width for _, width in _CHARTS)  # its labels are long, and it has the row to itself
        sheet.add_chart(
            build_chart(book.layout, chart, book.size, width, _CHART_HEIGHT), f"{get_column_letter(column)}{top}"
        )
        book.put(sheet, top + CHART_ROWS - 2, column, chart.source, style.NOTE)


def _write_section_head(book: Book, sheet: Worksheet, row: int, section: Section, last: int) -> None:
    book.put(sheet, row, LABEL, section.title, style.SECTION)
    spans = {line.span for line in section.rows}
    for column in range(LABEL, last + 1):
        sheet.cell(row, column).border = style.RULE
    if "scenarios" in spans:
        book.put(sheet, row, VALUE, "Live", style.SECTION, align=style.RIGHT)
        for column, scenario in zip(book.layout.scenario_columns, book.model.scenarios, strict=True):
            letter = get_column_letter(column)
            book.compute(sheet, row, column, f"{INPUTS}!{letter}${SCENARIO_HEADERS}", scenario.name, font=style.SECTION)
        cells = f"{get_column_letter(FIRST)}{row}:{get_column_letter(book.layout.scenario_columns[-1])}{row}"
        first = cells.partition(":")[0]
        book.highlight(sheet, cells, f"{first}=scenario", DifferentialStyle(fill=style.LIVE_FILL))
    if "cases" in spans:
        for column, case in zip(book.layout.columns("cases"), book.model.cases, strict=True):
            book.put(sheet, row, column, case, style.SECTION, align=style.RIGHT)


def _write_row(book: Book, sheet: Worksheet, row: int, line: Row) -> None:
    book.put(sheet, row, LABEL, line.label, style.STRONG if line.strong else style.BODY)
    book.put(sheet, row, UNIT, line.unit, style.UNIT_FONT)
    columns = book.layout.columns(line.span)
    for column in columns:
        cell = book.compute(sheet, row, column, line.formula, line.label, format=line.format, strong=line.strong)
        cell.alignment = style.RIGHT
    if line.span == "scenarios":
        book.compute(sheet, row, VALUE, f"{{{line.key}.live}}", line.label, format=line.format, strong=line.strong)
    if line.format == "year":
        for column in columns:
            sheet.cell(row, column).font = style.STRONG
    if line.format == "money":
        first = VALUE if line.span == "scenarios" else columns[0]
        book.show_small_money(sheet, f"{get_column_letter(first)}{row}:{get_column_letter(columns[-1])}{row}")
    if line.note:
        book.put(sheet, row, FIRST, line.note, style.NOTE, align=style.INDENTED)
    if line.name:
        book.name(line.name, sheet, row, VALUE)


def write_grid(book: Book, sheet: Worksheet, row: int, grid: Grid, last: int) -> None:
    """Write a grid from a row on; its heading is ruled up to column ``last``."""
    book.put(sheet, row, LABEL, grid.title, style.SECTION)
    book.put(sheet, row, FIRST, grid.note, style.NOTE, align=style.INDENTED)
    for column in range(LABEL, last + 1):
        sheet.cell(row, column).border = style.RULE
    for column, header in enumerate(grid.headers, start=VALUE):
        book.put(sheet, row + 1, column, header, style.STRONG, align=style.RIGHT)
    for position, line in enumerate(grid.rows, start=row + 2):
        if line.label.startswith("="):
            book.compute(sheet, position, LABEL, line.label[1:], grid.title).alignment = style.LEFT
        else:
            book.put(sheet, position, LABEL, line.label)
        for column, (content, of_column) in enumerate(zip(line.cells, grid.formats, strict=True), start=VALUE):
            format = line.format or of_column
            if isinstance(content, str) and content.startswith("="):
                book.compute(
                    sheet, position, column, content[1:], f"{_said(grid, line)}: {grid.headers[column - VALUE]}",
                    format=format,
                )  # fmt: skip
            elif content != "":
                book.put(sheet, position, column, content, format=format)
            if format == "money":
                book.show_small_money(sheet, f"{get_column_letter(column)}{position}")
    if grid.scale:
        body = [number for number, line in enumerate(grid.rows, start=row + 2) if not line.format]
        right = get_column_letter(VALUE + len(grid.headers) - 1)
        cells = f"{get_column_letter(VALUE + 1)}{body[0]}:{right}{body[-1]}"
        sheet.conditional_formatting.add(cells, style.colour_scale(grid.scale == "good"))


def _said(grid: Grid, line: GridRow) -> str:
    """Return what a line is called where its label is computed, too."""
    return grid.title if line.label.startswith("=") else line.label
