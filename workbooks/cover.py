"""The cover: the question, the answers of all scenarios, one chart, what is where and what the colours mean."""

from __future__ import annotations

from typing import Any, cast

from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from workbooks import style
from workbooks.book import Book
from workbooks.charts import build_chart
from workbooks.layout import LABEL, Layout
from workbooks.model import Model, Row, Section
from workbooks.sheets import colour_check

_TILES = 7
_TABLE = 11
_PURPOSES = {
    "Inputs": "Scenarios, assumptions, ranges and sources",
    "Evidence": "Published claims, reproduced",
    "Sources": "Who said what, and the ledger of assumptions",
    "Functions": "Every function: syntax, example, source",
    "Checks": "What must hold in this workbook, and whether it does",
    "Record": "How each figure was computed",
}
_USE = {
    "report": ("A report: values only. The Record sheet shows the formula and the numbers behind each figure.",),
    "portable": (
        "Choose a scenario on the Inputs sheet, or change its blue figures.",
        "Everything follows, in any spreadsheet: nothing needs to be installed.",
    ),
    "addin": (
        "Choose a scenario on the Inputs sheet, or change its blue figures.",
        "Formulas such as =AIGAP( ) are computed by aicapex on this machine.",
    ),
}


def write_cover(book: Book, contents: list[str]) -> Worksheet:
    """Write the cover into the workbook's first sheet."""
    model = book.model
    sheet = cast(Worksheet, book.workbook.active)
    sheet.title = "Cover"
    sheet.sheet_view.showGridLines = False
    columns = max(5, 2 + len(model.scenarios))
    for column, width in ((1, 2), (LABEL, 38), *((3 + i, 17) for i in range(columns - 1))):
        sheet.column_dimensions[get_column_letter(column)].width = width
    _write_head(book, sheet, columns)
    _write_tiles(book, sheet, columns)
    below = _write_table(book, sheet, columns)
    chart = build_chart(book.layout, model.sheets[0].charts[0], book.size, 13.4, 8.6)
    sheet.add_chart(chart, f"{get_column_letter(LABEL)}{below}")
    book.put(sheet, below + 17, LABEL, model.sheets[0].charts[0].source, style.NOTE)
    _write_contents(book, sheet, below, contents)
    return sheet


def _write_head(book: Book, sheet: Worksheet, columns: int) -> None:
    model = book.model
    sheet.row_dimensions[1].height = 30
    book.put(sheet, 1, LABEL, model.title, style.TITLE)
    first, second = _halves(model.question)
    book.put(sheet, 2, LABEL, first, style.QUESTION)
    book.put(sheet, 3, LABEL, second, style.QUESTION)
    book.put(
        sheet,
        4,
        LABEL,
        f"Version {model.version}, figures as of {model.as_of}, nominal US dollars",
        style.NOTE,
    )
    book.put(sheet, 5, LABEL, "Live scenario and master check", style.UNIT_FONT)
    book.compute(sheet, 5, LABEL + 1, "scenario", "Live scenario", font=style.STRONG).alignment = style.LEFT
    check = book.compute(
        sheet, 5, LABEL + 2, 'IF(master_check=1,"all checks pass","CHECK FAILS")', "All checks", font=style.STRONG
    )
    check.alignment = style.CENTRE
    colour_check(book, sheet, check.coordinate, "all checks pass")
    for column in range(LABEL, LABEL + columns):
        sheet.cell(5, column).border = style.RULE


def _halves(text: str) -> tuple[str, str]:
    """Return a sentence in two lines of like length."""
    middle = text.rfind(" ", 0, len(text) // 2 + 12)
    return text[:middle], text[middle + 1 :]


def _write_tiles(book: Book, sheet: Worksheet, columns: int) -> None:
    rows = _declared_rows(book.model)
    sheet.row_dimensions[_TILES + 1].height = 28
    for column, key in enumerate(book.model.tiles[:columns], start=LABEL):
        row = rows[key]
        book.put(sheet, _TILES, column, _short(row.label), style.TILE_LABEL)
        cell = book.compute(sheet, _TILES + 1, column, f"{{{key}}}", row.label, format=row.format, font=style.TILE_LINK)
        cell.alignment = style.LEFT
        if row.format == "money":
            book.show_small_money(sheet, cell.coordinate)
        if row.unit == "years":
            cell.number_format = '0.0" years"'


def _short(label: str) -> str:
    """Return a label's abbreviation, where it has one: "Multiple on invested capital (MOIC)"."""
    return label.rpartition("(")[2].rstrip(")")


def _write_table(book: Book, sheet: Worksheet, columns: int) -> int:
    """Write the headline figures of all scenarios; return the row below."""
    layout = book.layout
    book.put(sheet, _TABLE - 1, LABEL, "All scenarios side by side; the live one is marked", style.SECTION)
    heads = ["", "", *(scenario.name for scenario in book.model.scenarios)]
    heads[0], heads[1] = "Figure", "Unit"
    for column, text in enumerate(heads, start=LABEL):
        align = style.LEFT if column < LABEL + 2 else style.RIGHT
        book.put(sheet, _TABLE, column, text, style.HEADER, align=align).fill = style.HEADER_FILL
    first = f"{get_column_letter(LABEL + 2)}{_TABLE}"
    last = get_column_letter(LABEL + 1 + len(book.model.scenarios))
    book.highlight(sheet, f"{first}:{last}{_TABLE}", f"{first}=scenario", DifferentialStyle(fill=style.LIVE_FILL))
    rows = _declared_rows(book.model)
    for position, key in enumerate(book.model.headline, start=_TABLE + 1):
        row = rows[key]
        book.put(sheet, position, LABEL, row.label, style.STRONG if row.strong else style.BODY)
        book.put(sheet, position, LABEL + 1, row.unit, style.UNIT_FONT)
        for number, source in enumerate(layout.scenario_columns):
            book.compute(
                sheet,
                position,
                LABEL + 2 + number,
                _cell_of(layout, key, source),
                row.label,
                format=row.format,
                strong=row.strong,
            )
        if row.format == "money":
            book.show_small_money(sheet, f"{get_column_letter(LABEL + 2)}{position}:{last}{position}")
    return _TABLE + len(book.model.headline) + 2


def _cell_of(layout: Layout, key: str, column: int) -> str:
    place = layout.places[key]
    return f"{place.sheet}!{get_column_letter(column)}{place.row}"


def _write_contents(book: Book, sheet: Worksheet, row: int, contents: list[str]) -> None:
    column = LABEL + 3
    book.put(sheet, row, column, "What is where", style.SECTION)
    purposes = _PURPOSES | {declared.title: declared.purpose for declared in book.model.sheets}
    for title in contents:
        row += 1
        cell = book.put(sheet, row, column, title, style.HYPERLINK)
        cell.hyperlink = f"#'{title}'!A1"
        cell.font = style.HYPERLINK
        book.put(sheet, row, column + 1, purposes[title], style.UNIT_FONT)
    row += 2
    book.put(sheet, row, column, "How to use it", style.SECTION)
    for line in _USE["addin" if book.edition == "headless" else book.edition]:
        row += 1
        book.put(sheet, row, column, line, style.BODY)
    row += 2
    book.put(sheet, row, column, "Colours", style.SECTION)
    for text, font, fill in (
        ("Input" if book.edition == "report" else "Input: may be changed", style.INPUT, style.INPUT_FILL),
        ("Computed on the same sheet", style.BODY, None),
        ("Taken from another sheet", style.LINK, None),
    ):
        row += 1
        cell = book.put(sheet, row, column, text, font)
        if fill:
            cell.fill = fill
            sheet.cell(row, column + 1).fill = fill


def _declared_rows(model: Model) -> dict[str, Row]:
    return {
        row.key: row
        for sheet in model.sheets
        for block in sheet.blocks
        if isinstance(block, Section)
        for row in block.rows
    }


def headlines(cover: Any) -> tuple[str, str, list[str], list[list[str]]]:
    """Return title, live scenario, headers and rows of a finished cover's table of scenarios, as text.

    Parameters
    ----------
    cover : the sheet, read back from a file.
    """
    rows = [[cell.value for cell in row] for row in cover.iter_rows(min_col=LABEL)]
    heads = [str(text) for text in rows[_TABLE - 1] if text is not None]
    table = []
    for row in rows[_TABLE:]:
        if row[0] is None:
            break
        figures = [shown(value, str(row[1])) for value in row[2 : len(heads)]]
        table.append([str(row[0]), *figures])
    return str(rows[0][0]), str(rows[4][1]), [heads[0], *heads[2:]], table


def shown(value: Any, unit: str) -> str:
    """Return a figure as the cover shows it."""
    if not isinstance(value, (int, float)):
        return str(value)
    size = abs(value)
    if unit.startswith("$"):
        limit, letter = (1e9, "B") if size >= 0.9995e9 else (1e6, "M") if size >= 0.9995e6 else (1, "")
        decimals = 1 if letter else 0 if size >= 1000 else 2
        text = f"${size / limit:,.{decimals}f}{letter}"
    elif unit.startswith("%"):
        text = f"{size:.1%}"
    else:
        text = f"{size:.2f}×" if unit == "×" else f"{size:,.{0 if size >= 1000 else 1}f} {unit}"
    return f"({text})" if value < 0 else text
