"""The summary of a run: all scenarios in a CSV file, and a workbook that shows how their headline figures spread."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from openpyxl.chart import BarChart, Reference
from openpyxl.chart import Series as DrawnSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from workbooks import style
from workbooks.batch.order import Order
from workbooks.batch.plan import SUMMARY, Line, Plan
from workbooks.batch.sheet_rows import stream_rows
from workbooks.book import Book
from workbooks.charts import dress_chart
from workbooks.cover import shown
from workbooks.editions import saved
from workbooks.files import written_beside
from workbooks.layout import LABEL, lay_out
from workbooks.model import Chart, Row, Series
from workbooks.pages import set_up_page
from workbooks.vector.scenario_table import headlines

_SHARES: Final = (
    ("Lowest", 0.0),
    ("5%", 0.05),
    ("25%", 0.25),
    ("Median", 0.5),
    ("75%", 0.75),
    ("95%", 0.95),
    ("Highest", 1.0),
)
_BINS: Final = 12
_CHARTS: Final = 8  # headline figures that get one
_CHART_ROWS: Final = 18
_TOP: Final = 5
_DATA: Final = "Scenarios"
_SPREAD: Final = "Spread"


def write_summary(plan: Plan, order: Order, folder: Path) -> None:
    """Write the summary of a run into its folder.

    Raises
    ------
    OutputError
        A file of it can't be written, such as while it is open.
    """
    _write_csv(plan, order, folder / f"{SUMMARY}.csv")
    _write_workbook(plan, order, folder / f"{SUMMARY}.xlsx")


def _write_csv(plan: Plan, order: Order, path: Path) -> None:
    with written_beside(path) as beside, beside.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(
            ["row", "scenario", "note", *(one.name for one in order.model.inputs), *plan.figures, "file", "problem"]
        )
        writer.writerows(_cells(line, len(plan.figures)) for line in plan.lines())


def _cells(line: Line, figures: int) -> list[str | float | None]:
    values = line.figures or (None,) * figures
    return [line.row, line.name, line.note, *line.inputs, *values, line.file, line.problem]  # type: ignore[list-item]


def _write_workbook(plan: Plan, order: Order, path: Path) -> None:
    book = Book(lay_out(order.model), "report", 1)
    summary: Any = book.workbook.active
    summary.title = "Summary"
    rows = {name: row for name, row in headlines(order.model).items() if name in plan.figures}
    spread = book.add_sheet(_SPREAD)
    _write_head(book, summary, plan)
    _write_spread(book, summary, spread, plan, list(rows.values()))
    data = book.add_sheet(_DATA)
    last = _write_data_heads(book, data, order, plan, list(rows.values()))
    for sheet in (summary, spread, data):
        set_up_page(book, sheet)
        sheet.sheet_view.showGridLines = False
    # A table of so many columns is read on the screen.
    data.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
    summary.page_setup.orientation, summary.page_setup.fitToHeight = "portrait", 1
    with written_beside(path) as beside:
        stream_rows(saved(book), data.title, last, (_cells(line, len(rows)) for line in plan.lines()), beside)


def _write_head(book: Book, sheet: Worksheet, plan: Plan) -> None:
    failed = sum(1 for _ in plan.problems())
    sheet.row_dimensions[1].height = 28
    book.put(sheet, 1, LABEL, f"{plan.size:,} scenarios", style.TITLE)
    told = f"{book.model.title} How the headline figures spread; the sheet {_DATA} has all of them"
    book.put(sheet, 2, LABEL, told, style.QUESTION)
    text = (
        f"{failed:,} scenarios failed and are left out; their rows say why."
        if failed
        else "All scenarios were computed."
    )
    book.put(sheet, 3, LABEL, text, style.STRONG)
    widths = {1: 2.0, LABEL: 44.0, LABEL + 1: 14.0, LABEL + 2: 11.0} | dict.fromkeys(range(LABEL + 3, LABEL + 10), 12.0)
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = f"A{_TOP + 1}"
    sheet.print_title_rows = f"1:{_TOP}"


def _write_spread(book: Book, sheet: Worksheet, spread: Worksheet, plan: Plan, rows: Sequence[Row]) -> None:
    """Write a line per headline figure, and a chart of those that differ."""
    heads = ("Headline figure", "Unit", "Scenarios", *(title for title, _ in _SHARES))
    _write_heads(book, sheet, _TOP, heads, left=2)
    book.put(spread, 1, LABEL, "How many scenarios lie where", style.TITLE)
    for column, width in ((1, 2), (LABEL, 44), (LABEL + 1, 16), (LABEL + 2, 12)):
        spread.column_dimensions[get_column_letter(column)].width = width
    below = 3
    charts: list[BarChart] = []
    for place, row in enumerate(rows):
        line = _TOP + 1 + place
        numbers = plan.spread(place)
        count = numbers.count()
        book.put(sheet, line, LABEL, row.label, style.STRONG if row.strong else style.BODY)
        book.put(sheet, line, LABEL + 1, row.unit, style.UNIT_FONT)
        book.put(sheet, line, LABEL + 2, count, format="count")
        if not count:
            continue
        shares = numbers.ordered([round(share * (count - 1)) for _, share in _SHARES])
        for column, value in enumerate(shares, start=LABEL + 3):
            book.put(sheet, line, column, value, format=row.format)
        if row.format == "money":
            first, last = get_column_letter(LABEL + 3), get_column_letter(LABEL + 2 + len(_SHARES))
            book.show_small_money(sheet, f"{first}{line}:{last}{line}")
        if shares[0] < shares[-1] and len(charts) < _CHARTS:
            edges = [shares[0] + (shares[-1] - shares[0]) * part / _BINS for part in range(_BINS)] + [shares[-1]]
            counts = numbers.histogram(edges)
            charts.append(_bins(book, spread, below, row, edges, counts))
            below += len(counts) + 3
    top = _TOP + len(rows) + 2
    for place, chart in enumerate(charts):
        column = LABEL if place % 2 == 0 else LABEL + 4
        sheet.add_chart(chart, f"{get_column_letter(column)}{top + place // 2 * _CHART_ROWS}")
    note = "Each column: how many scenarios lie from the amount below it up to the next."
    if charts:
        book.put(sheet, top + (len(charts) + 1) // 2 * _CHART_ROWS, LABEL, note, style.NOTE)


def _bins(book: Book, sheet: Worksheet, top: int, row: Row, edges: Sequence[float], counts: Sequence[int]) -> BarChart:
    """Write the bins of a figure, and return their chart."""
    _write_heads(book, sheet, top, (row.label, "From", "Scenarios"), left=1)
    for line, (edge, count) in enumerate(zip(edges, counts, strict=False), start=top + 1):
        book.put(sheet, line, LABEL, _label(edge, row), align=style.LEFT)
        book.put(sheet, line, LABEL + 1, edge, format=row.format)
        book.put(sheet, line, LABEL + 2, count, format="count")
    if row.format == "money":
        letter = get_column_letter(LABEL + 1)
        book.show_small_money(sheet, f"{letter}{top + 1}:{letter}{top + len(counts)}")
    chart: Any = BarChart()
    chart.type, chart.gapWidth = "col", 8
    last = top + len(counts)
    series = DrawnSeries(Reference(sheet, min_col=LABEL + 2, min_row=top, max_row=last), title_from_data=True)
    series.graphicalProperties = GraphicalProperties(solidFill=style.BLUE, ln=LineProperties(noFill=True))
    chart.series.append(series)
    chart.set_categories(Reference(sheet, min_col=LABEL, min_row=top + 1, max_row=last))
    declared = Chart("column", row.label, (Series("", style.BLUE),), "", f"from ({row.unit})", "scenarios", "count", "")
    dress_chart(chart, declared, max(counts), 15.5, 8.2)
    return chart  # type: ignore[no-any-return]


def _label(edge: float, row: Row) -> str:
    """Return an amount as an axis shows it: short, without the unit that the axis' title has."""
    return f"{edge:,.1f}" if row.format == "years" else shown(edge, row.unit)


def _write_data_heads(book: Book, sheet: Worksheet, order: Order, plan: Plan, rows: Sequence[Row]) -> int:
    """Write the heading of the table of scenarios, and a row that shows what the cells of all others look like."""
    formats = [
        "flag",
        "text",
        "text",
        *(one.format for one in order.model.inputs),
        *(row.format for row in rows),
        "text",
        "text",
    ]
    heads = (
        "Row",
        "Scenario",
        "Note",
        *(one.label for one in order.model.inputs),
        *(row.label for row in rows),
        "File",
        "Problem",
    )
    book.put(sheet, 1, 1, f"{book.model.title}: inputs and headline figures of each scenario", style.TITLE)
    _write_heads(book, sheet, 3, heads, left=3, first=1)
    sheet.row_dimensions[3].height = 42
    for column, (head, format) in enumerate(zip(heads, formats, strict=True), start=1):
        letter = get_column_letter(column)
        text = format == "text"
        sheet.cell(3, column).alignment = style.WRAP if text else style.TOP_RIGHT_WRAP
        sheet.column_dimensions[letter].width = (
            32 if head in ("Scenario", "File", "Problem", "Note") else 14 if column > 1 else 7
        )
        cell = book.put(sheet, 4, column, "" if text else 0.0, format=format, align=style.LEFT if text else style.RIGHT)
        cell.data_type = "s" if text else "n"
        if format == "money":
            book.show_small_money(sheet, f"{letter}4:{letter}{3 + plan.size}")
    sheet.freeze_panes = "C4"
    sheet.print_title_rows = "1:3"
    sheet.auto_filter.ref = f"A3:{get_column_letter(len(heads))}{3 + plan.size}"
    return 4


def _write_heads(book: Book, sheet: Worksheet, row: int, heads: Sequence[str], left: int, first: int = LABEL) -> None:
    for place, text in enumerate(heads):
        align = style.LEFT if place < left else style.RIGHT
        book.put(sheet, row, first + place, text, style.HEADER, align=align).fill = style.HEADER_FILL
