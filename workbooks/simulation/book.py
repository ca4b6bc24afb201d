"""The workbook of a simulation: values alone, in the house style."""

from __future__ import annotations

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from workbooks import style
from workbooks.book import Book
from workbooks.editions import saved
from workbooks.layout import FIRST, HEADING_ROWS, LABEL, UNIT, VALUE, lay_out
from workbooks.model import Grid, Model, Scenario, Sheet
from workbooks.pages import set_up_page
from workbooks.sheets import write_charts, write_grid
from workbooks.simulation.run import Simulation
from workbooks.simulation.tables import simulation_sheets

_WIDTHS = {1: 2.0, LABEL: 46.0, UNIT: 10.0}
_COLUMN = 12.0
_LONG = 13  # characters that a header shows in one line
_HEADERS = Alignment(horizontal="right", vertical="bottom", wrap_text=True)


def simulation_workbook(simulation: Simulation, command: str) -> bytes:
    """Return a simulation as an .xlsx package: same draws, same bytes.

    Parameters
    ----------
    simulation : what came out.
    command : the command line that gives it again.
    """
    sheets = simulation_sheets(simulation, command)
    model = simulation.model
    declared = Model(
        name="simulation",
        title=f"Simulation: {model.title}",
        question=model.question,
        version=model.version,
        as_of=model.as_of,
        inputs=(),
        scenarios=(Scenario(simulation.scenario, {"size": 1.0}),),
        sheets=sheets,
        headline=(),
        size="size",
        tiles=(),
        checks=(),
    )
    book = Book(lay_out(declared), "report", 1)
    first = book.workbook.active
    for declared_sheet in sheets:
        sheet = _write(book, declared_sheet, simulation)
        if declared_sheet is sheets[0]:
            set_up_page(book, sheet)
            sheet.page_setup.fitToHeight = 1  # what came out, at a glance
        else:
            set_up_page(book, sheet, book.layout.starts(sheet.title))
    if first is not None:
        book.workbook.remove(first)
    return saved(book)


def _write(book: Book, declared: Sheet, simulation: Simulation) -> Worksheet:
    sheet = book.add_sheet(declared.title)
    grids = {row: line for row, line in book.layout.lines[declared.title].items() if isinstance(line, Grid)}
    last = max(VALUE + len(grid.headers) - 1 for grid in grids.values())
    last = max(last, FIRST + 10) if declared.charts else last
    _head(book, sheet, declared, simulation, last)
    for column in range(1, last + 1):
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(column, _COLUMN)
    write_charts(book, sheet, declared)
    for row, grid in grids.items():
        write_grid(book, sheet, row, grid, last)
        _dress(sheet, row, grid)
    return sheet


def _head(book: Book, sheet: Worksheet, declared: Sheet, simulation: Simulation, columns: int) -> None:
    sheet.sheet_view.showGridLines = False
    sheet.row_dimensions[1].height = 28
    book.put(sheet, 1, LABEL, declared.title, style.TITLE)
    book.put(sheet, 2, LABEL, declared.purpose, style.QUESTION)
    told = f"{simulation.draws.count:,} draws, seed {simulation.draws.seed}; all else as in {simulation.scenario}"
    book.put(sheet, 3, LABEL, told, style.STRONG)
    for column in range(LABEL, columns + 1):
        sheet.cell(3, column).border = style.RULE
    sheet.freeze_panes = f"{get_column_letter(UNIT)}{HEADING_ROWS}"
    sheet.print_title_rows = f"1:{HEADING_ROWS - 1}"


def _dress(sheet: Worksheet, row: int, grid: Grid) -> None:
    """Put texts among numbers to the right, and break headers that are too long for their column."""
    if any(len(header) > _LONG for header in grid.headers):
        sheet.row_dimensions[row + 1].height = 54
    for column in range(VALUE, VALUE + len(grid.headers)):
        sheet.cell(row + 1, column).alignment = _HEADERS
        texts = grid.formats[column - VALUE] == "text"
        for position in range(row + 2, row + 2 + len(grid.rows)):
            if not (texts and len(grid.headers) == 1):
                sheet.cell(position, column).alignment = style.RIGHT
