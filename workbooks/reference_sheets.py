"""The sheets that prove and document: Evidence, Sources, Checks."""

from __future__ import annotations

from typing import Final

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from udfs.ledger import Assumption, assumptions, sources
from workbooks import style
from workbooks.book import Book
from workbooks.evidence import Case, cases
from workbooks.inputs_sheet import ranges_checked
from workbooks.layout import HEADING_ROWS, LABEL, UNIT, VALUE
from workbooks.sheets import colour_check, head

_HEADERS: Final = HEADING_ROWS + 1
FIRST_ROW: Final = _HEADERS + 1
_EVIDENCE: Final = (
    ("Claim", 52), ("Id", 7), ("Source", 18), ("As of", 11), ("Computed by", 30),
    ("Input 1", 10), ("Input 2", 10), ("Input 3", 10), ("Input 4", 10),
    ("Computed", 11), ("Published", 11), ("Unit", 13), ("Difference", 14), ("Allowed", 12), ("Pass", 7), ("Note", 50),
)  # fmt: skip
_FIRST_INPUT: Final = 7
_COMPUTED: Final = 11


def write_evidence(book: Book) -> str:
    """Write the Evidence sheet; return the range of its pass marks."""
    sheet = book.add_sheet("Evidence")
    head(
        book,
        sheet,
        "Published claims, computed again: what the functions give against what was said",
        LABEL + len(_EVIDENCE) - 1,
        _HEADERS,
    )
    write_headers(book, sheet, _EVIDENCE)
    row = _HEADERS
    for case in cases():
        row += 1
        _write_case(book, sheet, row, case)
    marks = get_column_letter(_COMPUTED + 5)
    return f"Evidence!${marks}${_HEADERS + 1}:${marks}${row}"


def _write_case(book: Book, sheet: Worksheet, row: int, case: Case) -> None:
    book.put(sheet, row, LABEL, case.claim, align=style.WRAP)
    book.put(sheet, row, LABEL + 1, case.id if case.case == 1 else f"{case.id}.{case.case}")
    book.put(sheet, row, LABEL + 2, case.source, style.UNIT_FONT)
    book.put(sheet, row, LABEL + 3, case.as_of, style.UNIT_FONT)
    names = {name: name for name in case.inputs}
    book.put(sheet, row, LABEL + 4, case.formula(names), style.UNIT_FONT)
    places = {}
    for column, (name, number) in enumerate(case.inputs.items(), start=_FIRST_INPUT):
        cell = book.put(sheet, row, column, number, style.INPUT)
        cell.number_format = style.figure_format(number)
        places[name] = cell.coordinate
    computed = book.compute(sheet, row, _COMPUTED, case.formula(places), case.claim)
    computed.number_format = style.figure_format(case.published or max(case.inputs.values()) * 1000)
    book.put(sheet, row, _COMPUTED + 2, case.unit, style.UNIT_FONT, align=style.INDENTED)
    book.put(sheet, row, _COMPUTED + 6, case.note, style.NOTE, align=style.WRAP)
    lines = max(len(case.claim) / 60, len(case.note) / 66)
    sheet.row_dimensions[row].height = 14 * (1 + int(lines))
    if case.published is None:
        book.put(sheet, row, _COMPUTED + 1, "no figure published", style.NOTE)
        mark = book.compute(
            sheet, row, _COMPUTED + 5, f"IF(ISNUMBER({computed.coordinate}),1,0)", "Pass", format="flag"
        )
    else:
        published = book.put(sheet, row, _COMPUTED + 1, case.published, style.INPUT)
        published.number_format = computed.number_format
        difference = book.compute(
            sheet,
            row,
            _COMPUTED + 3,
            f"{computed.coordinate}-{published.coordinate}",
            "Difference",
        )
        allowed = book.put(sheet, row, _COMPUTED + 4, case.allowed, style.UNIT_FONT)
        difference.number_format = allowed.number_format = style.figure_format(case.allowed)
        book.hide_rounding(sheet, difference.coordinate)
        mark = book.compute(
            sheet,
            row,
            _COMPUTED + 5,
            f"IFERROR(IF(ABS({difference.coordinate})<={allowed.coordinate},1,0),0)",
            "Pass",
            format="flag",
        )
    colour_check(book, sheet, mark.coordinate, "1")
    for column in range(LABEL, LABEL + len(_EVIDENCE)):
        align = sheet.cell(row, column).alignment
        sheet.cell(row, column).alignment = Alignment(
            horizontal=align.horizontal, vertical="top", wrap_text=align.wrap_text, indent=align.indent
        )


def write_sources(book: Book) -> None:
    """Write the Sources sheet: who said what where, and the ledger of assumptions."""
    sheet = book.add_sheet("Sources")
    columns = (
        ("Title, or assumption", 52), ("Key", 24), ("Who", 40), ("As of", 12), ("Reported in, or figure", 44),
        ("Address", 52),
    )  # fmt: skip
    head(
        book,
        sheet,
        "Who said what, where and when; below, every assumption with its range",
        LABEL + len(columns) - 1,
        _HEADERS,
    )
    write_headers(book, sheet, columns)
    row = _HEADERS
    for source in sources().values():
        row += 1
        texts = (source.title, source.key, source.who, source.date, source.reported_in, source.address)
        _write_texts(book, sheet, row, texts, columns)
    row += 2
    ledger = (("Assumption", 0), ("Key", 0), ("Source", 0), ("As of", 0), ("Figure and its range", 0), ("Address", 0))
    write_headers(book, sheet, ledger, row)
    for entry in assumptions().values():
        row += 1
        source_text = f"{entry.source} ({entry.confidence})"
        texts = (entry.note, entry.key, source_text, entry.as_of, _range_text(entry), entry.address)
        _write_texts(book, sheet, row, texts, columns)


def _range_text(entry: Assumption) -> str:
    base = f"{entry.base:,.10g} {entry.unit}"
    low, high = (None if bound is None else f"{bound:,.10g}" for bound in (entry.low, entry.high))
    if low and high:
        return f"{base}, from {low} to {high}"
    return f"{base}, up to {high}" if high else f"{base}, at least {low}" if low else base


def write_checks(book: Book, evidence_marks: str) -> None:
    """Write the Checks sheet: each condition 1 or 0, and the master check."""
    sheet = book.add_sheet("Checks")
    head(book, sheet, "Each check is 1 where it holds; the master check is 1 where all do", VALUE + 1)
    for column, width in ((1, 2), (LABEL, 70), (UNIT, 18), (VALUE, 13)):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for column, header in ((LABEL, "Check"), (UNIT, "Difference"), (VALUE, "Holds")):
        align = style.LEFT if column == LABEL else style.RIGHT if column == UNIT else style.CENTRE
        book.put(sheet, _HEADERS, column, header, style.HEADER, align=align).fill = style.HEADER_FILL
    row = _HEADERS
    for label, marks in (
        ("Every input is within its range", ranges_checked(book)),
        ("Every published claim is reproduced", evidence_marks),
    ):
        row += 1
        book.put(sheet, row, LABEL, label)
        missing = book.compute(sheet, row, UNIT, f"COUNTIF({marks},0)", label, format="count")
        book.compute(sheet, row, VALUE, f"IF({missing.coordinate}=0,1,0)", label, format="flag")
    for check in book.model.checks:
        row += 1
        book.put(sheet, row, LABEL, check.label)
        off = book.compute(sheet, row, UNIT, check.formula, check.label, format="figure")
        # Within a millionth of a dollar per million dollars of spending: rounding, and nothing else.
        book.compute(
            sheet,
            row,
            VALUE,
            f"IFERROR(IF(ABS({off.coordinate})*1000000<=gpu/1000000,1,0),0)",
            check.label,
            format="flag",
        )
    marks = f"{get_column_letter(VALUE)}{_HEADERS + 1}:{get_column_letter(VALUE)}{row}"
    colour_check(book, sheet, marks, "1")
    book.hide_rounding(sheet, f"{get_column_letter(UNIT)}{_HEADERS + 1}:{get_column_letter(UNIT)}{row}")
    book.put(sheet, row + 2, LABEL, "Master check", style.STRONG)
    master = book.compute(sheet, row + 2, VALUE, f"MIN({marks})", "Master check", format="flag", strong=True)
    colour_check(book, sheet, master.coordinate, "1")
    book.name("master_check", sheet, row + 2, VALUE)


def write_headers(book: Book, sheet: Worksheet, columns: tuple[tuple[str, int], ...], row: int = _HEADERS) -> None:
    """Write a table's headers, and set the columns' widths where they are not 0."""
    sheet.column_dimensions["A"].width = 2
    numeric = {
        "Input 1",
        "Input 2",
        "Input 3",
        "Input 4",
        "Computed",
        "Published",
        "Difference",
        "Allowed",
        "Value",
        "Its result",
    }
    for column, (header, width) in enumerate(columns, start=LABEL):
        beside = column > LABEL and columns[column - LABEL - 1][0] in numeric
        align = style.RIGHT if header in numeric else style.INDENTED if beside else style.LEFT
        if header == "Pass":
            align = style.CENTRE
        book.put(sheet, row, column, header, style.HEADER, align=align).fill = style.HEADER_FILL
        if width:
            sheet.column_dimensions[get_column_letter(column)].width = width


def _write_texts(
    book: Book, sheet: Worksheet, row: int, texts: tuple[str, ...], columns: tuple[tuple[str, int], ...]
) -> None:
    lines = 1
    for column, (text, (_, width)) in enumerate(zip(texts, columns, strict=True), start=LABEL):
        book.put(sheet, row, column, text, style.BODY if column == LABEL else style.UNIT_FONT, align=style.WRAP)
        lines = max(lines, 1 + int(len(text) * 0.95 / width))
    sheet.row_dimensions[row].height = 14 * lines
