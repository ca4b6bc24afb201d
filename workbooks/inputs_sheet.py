"""The Inputs sheet: scenarios side by side, one chosen by a drop-down, each assumption with range and source."""

from __future__ import annotations

from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from udfs.ledger import assumptions, sources
from workbooks import style
from workbooks.book import Book
from workbooks.layout import FIRST, INPUTS, LABEL, SCENARIO_HEADERS, UNIT, VALUE
from workbooks.model import Input
from workbooks.sheets import colour_check, head

SELECTOR_ROW = SCENARIO_HEADERS - 3
NUMBER_ROW = SCENARIO_HEADERS - 2
_AFTER = ("Lowest", "Highest", "In range", "Source", "As of", "Note")
_AFTER_WIDTHS = (10, 10, 9, 34, 11, 52)


def write_inputs(book: Book) -> Worksheet:
    """Write the Inputs sheet."""
    sheet = book.add_sheet(INPUTS)
    scenarios = book.layout.scenario_columns
    after = scenarios[-1] + 1
    purpose = "Every assumption of the model"
    if book.edition != "report":
        purpose += "; change the blue figures and the selector"
    head(book, sheet, purpose, after + len(_AFTER) - 1, SCENARIO_HEADERS)
    _set_widths(book, sheet, after)
    _write_selector(book, sheet)
    _write_headers(book, sheet, after)
    for row, line in book.layout.lines[INPUTS].items():
        if isinstance(line, str):
            book.put(sheet, row, LABEL, line, style.SECTION)
            for column in range(LABEL, after + len(_AFTER)):
                sheet.cell(row, column).border = style.RULE
        elif isinstance(line, Input):
            _write_input(book, sheet, row, line, after)
    return sheet


def ranges_checked(book: Book) -> str:
    """Return the formula cells that say whether each input is in its range, as one range of the Inputs sheet."""
    rows = [row for row, line in book.layout.lines[INPUTS].items() if isinstance(line, Input)]
    letter = get_column_letter(book.layout.scenario_columns[-1] + 3)
    return f"{INPUTS}!${letter}${min(rows)}:${letter}${max(rows)}"


def _set_widths(book: Book, sheet: Worksheet, after: int) -> None:
    widths = {1: 2, LABEL: 34, UNIT: 23, VALUE: 12}
    for column, scenario in zip(book.layout.scenario_columns, book.model.scenarios, strict=True):
        widths[column] = max(12, min(24, len(scenario.name) + 3))
    widths |= dict(enumerate(_AFTER_WIDTHS, start=after))
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = width


def _write_selector(book: Book, sheet: Worksheet) -> None:
    first, last = get_column_letter(FIRST), get_column_letter(book.layout.scenario_columns[-1])
    names = f"${first}${SCENARIO_HEADERS}:${last}${SCENARIO_HEADERS}"
    book.put(sheet, SELECTOR_ROW, LABEL, "Scenario that drives the model", style.STRONG)
    chosen = book.put(
        sheet, SELECTOR_ROW, VALUE, book.model.scenarios[book.live - 1].name, style.INPUT, align=style.CENTRE
    )
    chosen.fill, chosen.protection = style.INPUT_FILL, style.UNLOCKED
    chosen.number_format = "@"  # a scenario called 2024 or =A1 must stay the text that MATCH looks for
    book.name("scenario", sheet, SELECTOR_ROW, VALUE)
    if book.edition != "report":
        validation = DataValidation("list", formula1=names, allow_blank=False, showErrorMessage=True)
        validation.promptTitle, validation.prompt = "Scenario", "Choose which column of inputs drives every sheet."
        validation.errorTitle, validation.error = "Scenario", "Choose one of the names in the header of the inputs."
        validation.showInputMessage = True
        sheet.add_data_validation(validation)
        validation.add(chosen.coordinate)
        book.put(sheet, SELECTOR_ROW, FIRST, "choose from the list", style.NOTE)
    book.put(sheet, NUMBER_ROW, LABEL, "Its number", style.BODY)
    book.compute(sheet, NUMBER_ROW, VALUE, f"MATCH(scenario,{names},0)", "Number of the live scenario", format="flag")
    book.name("scenario_number", sheet, NUMBER_ROW, VALUE)


def _write_headers(book: Book, sheet: Worksheet, after: int) -> None:
    headers = ["Input", "Unit", "Live", *(scenario.name for scenario in book.model.scenarios), *_AFTER]
    for column, header in enumerate(headers, start=LABEL):
        text = column in (LABEL, UNIT) or column >= after + 3
        align = style.CENTRE if header == "In range" else style.LEFT if text else style.RIGHT
        cell = book.put(sheet, SCENARIO_HEADERS, column, header, style.HEADER, align=align)
        cell.fill = style.HEADER_FILL
    scenarios = book.layout.scenario_columns
    first = f"{get_column_letter(scenarios[0])}{SCENARIO_HEADERS}"
    cells = f"{first}:{get_column_letter(scenarios[-1])}{SCENARIO_HEADERS}"
    book.highlight(sheet, cells, f"{first}=scenario", DifferentialStyle(fill=style.LIVE_FILL))


def _write_input(book: Book, sheet: Worksheet, row: int, line: Input, after: int) -> None:
    book.put(sheet, row, LABEL, line.label)
    book.put(sheet, row, UNIT, line.unit, style.UNIT_FONT)
    scenarios = book.layout.scenario_columns
    first, last = get_column_letter(scenarios[0]), get_column_letter(scenarios[-1])
    live = book.compute(
        sheet,
        row,
        VALUE,
        f"INDEX(${first}{row}:${last}{row},scenario_number)",
        line.label,
        format=line.format,
        font=style.STRONG,
    )
    book.name(line.name, sheet, row, VALUE)
    for column, scenario in zip(scenarios, book.model.scenarios, strict=True):
        cell = book.put(sheet, row, column, scenario.values[line.name], style.INPUT, format=line.format)
        cell.fill, cell.protection = style.INPUT_FILL, style.UNLOCKED
    lowest = book.put(sheet, row, after, line.low, style.UNIT_FONT, format=line.format)
    highest = book.put(sheet, row, after + 1, line.high, style.UNIT_FONT, format=line.format)
    if line.format == "money":
        book.show_small_money(sheet, f"{live.coordinate}:{last}{row}")
        book.show_small_money(sheet, f"{lowest.coordinate}:{highest.coordinate}")
    book.compute(
        sheet, row, after + 2,
        f"IF(AND(MIN({first}{row}:{last}{row})>={lowest.coordinate},MAX({first}{row}:{last}{row})<={highest.coordinate}),1,0)",
        f"{line.label} in range", format="flag",
    )  # fmt: skip
    colour_check(book, sheet, sheet.cell(row, after + 2).coordinate, "1")
    book.put(sheet, row, after + 3, line.source, style.UNIT_FONT)
    book.put(sheet, row, after + 4, _as_of(line), style.UNIT_FONT)
    book.put(sheet, row, after + 5, line.note, style.NOTE)
    if book.edition != "report":
        validation = DataValidation(
            "decimal",
            operator="between",
            formula1=f"${get_column_letter(after)}${row}",
            formula2=f"${get_column_letter(after + 1)}${row}",
        )
        validation.allow_blank = False
        validation.showErrorMessage = True
        validation.errorTitle = line.label[:32]
        unit = line.unit if line.format != "fraction" else line.unit.removeprefix("%").strip()
        validation.error = f"From {_bound(line, line.low)} to {_bound(line, line.high)}" + (
            f" ({unit})." if unit else "."
        )
        sheet.add_data_validation(validation)
        validation.add(f"{first}{row}:{last}{row}")


def _bound(line: Input, value: float) -> str:
    return f"{value * 100:.10g}%" if line.format == "fraction" else f"{value:,.15g}"


def _as_of(line: Input) -> str:
    """Return the date of the newest of an input's sources, as far as the ledger knows it."""
    keys = line.source.split("; ")
    return max(assumptions()[key].as_of if key in assumptions() else sources()[key].date for key in keys)
