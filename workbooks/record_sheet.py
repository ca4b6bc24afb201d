"""The record of a report: each figure, the formula it came from, and that formula with its numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from udfs import ExcelError
from workbooks import style
from workbooks.book import Book
from workbooks.engine import Value
from workbooks.layout import LABEL
from workbooks.reference_sheets import FIRST_ROW, write_headers
from workbooks.sheets import head

RECORD: Final = "Record"
Reference = tuple[str, str]  # sheet and cell

_PLANTED: Final = "=0"  # holds the place of a value that the last pass over the sheet's XML puts in
_SINGLE: Final = re.compile(
    r"(?<![\w.:!'$])(?:'([^']+)'!|(\w+)!)?\$?([A-Z]{1,3})\$?(\d+)(?![\w:(.])|(?<![\w.!:$])[a-z]\w*(?![\w(!.:])"
)


@dataclass(frozen=True)
class Entry:
    """A line of the record: its cells, the figure it tells of, and the figure's formula cut at its references."""

    value: str
    text: str
    figure: Reference
    pieces: tuple[str | Reference, ...]


@dataclass(frozen=True)
class Record:
    """What a report says of its figures, whatever their values.

    Parameters
    ----------
    entries : its lines, from the top.
    constants : values of the cells that formulas refer to and that are not computed.
    """

    entries: tuple[Entry, ...]
    constants: Mapping[Reference, Value]

    def told(self, values: Mapping[Reference, Value]) -> dict[str, Value]:
        """Return the values of the record's cells.

        Parameters
        ----------
        values : of all computed cells; those of other cells go before what the workbook holds.
        """
        known = {**self.constants, **values}
        cells: dict[str, Value] = {}
        for entry in self.entries:
            value = known[entry.figure]
            cells[entry.value] = str(value) if isinstance(value, ExcelError) else value
            cells[entry.text] = "".join(
                [piece if isinstance(piece, str) else in_formula(known[piece]) for piece in entry.pieces]
            )
        return cells


def in_formula(value: Value) -> str:
    """Return a value as a formula would write it."""
    if isinstance(value, str):
        return f'"{value}"'
    return "0" if value is None else str(value) if isinstance(value, ExcelError) else f"{float(value):.15g}"


def write_record(book: Book) -> Record:
    """Write the record of a report: each figure, the formula it came from, and that formula with its numbers.

    Values, and formulas with numbers in them, are left to be planted as the figures themselves are.
    """
    sheet = book.add_sheet(RECORD)
    columns = (("Figure", 52), ("Sheet", 13), ("Cell", 8), ("Value", 20), ("Formula", 70), ("With its inputs", 70))
    head(book, sheet, "How each figure of this report was computed", LABEL + len(columns) - 1, FIRST_ROW - 1)
    write_headers(book, sheet, columns)
    names = _named_cells(book)
    entries = []
    money = []
    figures = [figure for figure in book.figures if figure.sheet != sheet.title]
    for row, figure in enumerate(figures, start=FIRST_ROW):
        book.put(sheet, row, LABEL, figure.label)
        book.put(sheet, row, LABEL + 1, figure.sheet, style.UNIT_FONT)
        book.put(sheet, row, LABEL + 2, figure.cell, style.UNIT_FONT)
        value = book.put(sheet, row, LABEL + 3, None, format=figure.format, align=style.RIGHT)
        book.put(sheet, row, LABEL + 4, figure.formula, style.UNIT_FONT, align=style.INDENTED)
        text = book.put(sheet, row, LABEL + 5, None, style.UNIT_FONT, align=style.LEFT)
        value.value = text.value = _PLANTED
        text.quotePrefix = True  # what will stand there begins with =, and is text
        if figure.format == "money":
            money.append(value.coordinate)
        entries.append(
            Entry(
                value.coordinate,
                text.coordinate,
                (figure.sheet, figure.cell),
                tuple(_cut(figure.formula, figure.sheet, names)),
            )
        )
    if money:
        book.show_small_money(sheet, " ".join(money))
    computed = {(figure.sheet, figure.cell) for figure in book.figures}
    referred = {piece for entry in entries for piece in entry.pieces if isinstance(piece, tuple)}
    return Record(
        tuple(entries), {(where, cell): book.workbook[where][cell].value for where, cell in referred - computed}
    )


def _named_cells(book: Book) -> dict[str, Reference]:
    names = {}
    for name, target in book.workbook.defined_names.items():
        sheet, _, cell = target.attr_text.partition("!")
        names[name] = (sheet.strip("'"), cell.replace("$", ""))
    return names


def _cut(formula: str, sheet: str, names: Mapping[str, Reference]) -> Iterator[str | Reference]:
    """Yield a formula's text and, each by itself, its references to single cells, also by name."""
    done = 0
    for match in _SINGLE.finditer(formula):
        if match.group(4) is not None:
            reference = match.group(1) or match.group(2) or sheet, match.group(3) + match.group(4)
        elif match.group() in names:
            reference = names[match.group()]
        else:
            continue
        yield formula[done : match.start()]
        yield reference
        done = match.end()
    yield formula[done:]
