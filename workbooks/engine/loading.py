"""The engine's own copy of a workbook: what it must be told before it can compute what Excel would.

The copy holds cells and names alone, without formats, so that dates are the numbers that they are. Formulas are what
``prepare`` makes of them; values that a spilled or array formula has left in other cells are taken out, or they would
stand in the spill's way.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from openpyxl.utils.cell import range_boundaries

from workbooks.engine.scoped_names import ScopedNames
from workbooks.engine.table_references import Table
from workbooks.foreign.cell_text import UNKNOWN_ERROR
from workbooks.foreign.container import UnusableFileError
from workbooks.foreign.formula_cell import FormulaCell
from workbooks.foreign.iso_dates import with_serials
from workbooks.foreign.names import functions_used, plain_names
from workbooks.foreign.workbook import Name, Sheet, Workbook
from workbooks.foreign.xml_text import parse, text_in
from workbooks.formulas import FormulaError
from workbooks.relative import precedents

Box = tuple[int, int, int, int]  # first column, first row, last column, last row, from 1

_CELL: Final = re.compile(rb"""<c\b[^>]*?\br\s*=\s*["']([A-Z]+[0-9]+)["'][^>]*?(?:/>|>.*?</c\s*>)""", re.DOTALL)
_EMPTY: Final = re.compile(rb"<f\s*(?:/>|></f\s*>)")  # no formula
# A range that may have very many cells, one that ends in a row, and the rows of a sheet.
_WIDE: Final = re.compile(r":\s*\$?(?:[A-Z]{2,3}(?![A-Z(])|[A-Z]{1,3}\$?[0-9]{5}|[0-9])", re.IGNORECASE)
_FAR: Final = re.compile(r":\s*\$?[A-Z]{0,3}\$?[0-9]", re.IGNORECASE)
_MOST_CELLS: Final = 100_000_000  # a second's work
_MOST_OF_OURS: Final = 2_500_000  # two columns; a few seconds' work
_ROW: Final = re.compile(rb"""<(?:[\w.-]+:)?row\b[^>]*?\br\s*=\s*["'](\d{1,7})["']""")
_DIGIT: Final = re.compile("[1-9]")
_ONE_DIGIT: Final = bytes.maketrans(b"23456789", b"11111111")  # 0 stays: it often means something else
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KINDS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
ET.register_namespace("", _MAIN)


@dataclass(frozen=True)
class Formula:
    """A formula as the package stores it.

    Parameters
    ----------
    sheet, cell : where it stands.
    text : the formula, from ``=`` on.
    array : for an array formula entered with Ctrl+Shift+Enter, the rows and columns it fills.
    spills : whether it is marked as one that spills.
    """

    sheet: str
    cell: str
    text: str
    array: tuple[int, int] | None = None
    spills: bool = False


class Prepared(NamedTuple):
    """A formula as the engine gets it.

    Parameters
    ----------
    text : from ``=`` on.
    copies : whether copies of it in other cells differ from it in their references alone.
    may_spill : whether its result may be a range.
    """

    text: str
    copies: bool
    may_spill: bool


Prepare = Callable[[Formula], Prepared | None]


class Source:
    """What the engine computes of a workbook.

    Parameters
    ----------
    book : the workbook.

    Raises
    ------
    UnusableFileError
        A part of it is damaged.
    """

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.names: dict[str, list[str]] = {}
        self._last_rows: dict[str, int] = {}
        self.tables = list(tables_of(book))
        named = [name.name for name in book.names] + [table.name for table in self.tables]
        self._numbered_names = any(_DIGIT.search(name) for name in named)
        self.scoped_names = ScopedNames(book.names)
        # Those of one sheet come last: formulas have what they stand for in their place, before anything is looked up.
        for name in sorted(book.names, key=lambda one: one.scope is not None):
            self.names.setdefault(name.name.upper(), []).append(_plain(self._expanded(name)))

    @property
    def hidden_rows(self) -> bool:
        """Whether a row of any sheet is hidden, by a person or a filter."""
        return any(self.book.cells(sheet).has_hidden_rows for sheet in self.book.worksheets)

    def cells_looked_at(self, formula: str, sheet: str) -> tuple[int, bool]:
        """Return how many cells the engine goes through for the ranges of a formula, and whether they are too many.

        It goes to the last row that holds anything, but through all columns; and hands all cells of a range that has
        an end to functions of ours, which spread a column and a row to a grid. Formulas that can't look at many are not
        read, and give 0.
        """
        if not _WIDE.search(formula):
            return 0, False
        ours = bool(_FAR.search(formula) and functions_used(formula))
        count = tallest = widest = 0
        for name, (left, top, right, bottom) in precedents(formula):
            last = bottom if ours else min(bottom, self._last_row(name or sheet))
            height, width = max(last - top + 1, 0), right - left + 1
            count, tallest, widest = count + height * width, max(tallest, height), max(widest, width)
        if ours:
            count = max(count, tallest * widest)
        return count, count > (_MOST_OF_OURS if ours else _MOST_CELLS)

    def _last_row(self, name: str) -> int:
        if name not in self._last_rows:
            sheet = next((one for one in self.book.worksheets if one.name.casefold() == name.casefold()), None)
            rows = b"" if sheet is None else self.book.cells(sheet).rows
            self._last_rows[name] = max(map(int, _ROW.findall(rows)), default=0)
        return self._last_rows[name]

    def copy(self, prepare: Prepare, left: Collection[tuple[str, str]] = ()) -> bytes:
        """Return a package in which each formula is what ``prepare`` makes of it; None leaves its cached value.

        Parameters
        ----------
        prepare : is not asked again about a formula that differs in numbers alone from one that it left as it was.
        left : sheet and cell of formulas of which to ask nevertheless.
        """
        sheets = self.book.worksheets
        parts = {
            f"xl/worksheets/sheet{n}.xml": self._sheet(
                sheet, prepare, {cell for where, cell in left if where == sheet.name}
            )
            for n, sheet in enumerate(sheets, start=1)
        }
        strings = self.book.package.related(self.book.main, "sharedStrings")
        if strings:
            parts["xl/sharedStrings.xml"] = self.book.package[strings[0]]
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for name, frame in self._frame(bool(strings)).items():
                archive.writestr(name, frame)
            for name, part in parts.items():
                archive.writestr(name, part)
        return buffer.getvalue()

    def _frame(self, strings: bool) -> dict[str, str]:
        """Return the parts around the sheets."""
        sheets = self.book.worksheets
        names = [sheet.name for sheet in sheets]
        entries = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, start=1)
        )
        scopes = {None: ""} | {name: f' localSheetId="{n}"' for n, name in enumerate(names)}
        defined = "".join(
            f"<definedName name={quoteattr(one.name)}{scopes[one.scope]}>{text_in(self._expanded(one)).decode()}"
            "</definedName>"
            for one in self.book.names
            if one.scope in scopes
        )
        date_system = '<workbookPr date1904="1"/>' if self.book.dates_from_1904 else ""
        related = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(names) + 1)]
        related += [("sharedStrings", "sharedStrings.xml")] if strings else []
        relations = "".join(
            f'<Relationship Id="rId{n}" Type="{_KINDS}/{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(related, start=1)
        )
        package = "http://schemas.openxmlformats.org/package/2006"
        return {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="{_CONTENT}.worksheet+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_CONTENT}.sheet.main+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_CONTENT}.sharedStrings+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{_KINDS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_KINDS}">{date_system}<sheets>{entries}</sheets>'
            f"<definedNames>{defined}</definedNames></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{relations}</Relationships>',
        }

    def _expanded(self, name: Name) -> str:
        """Return what a name stands for without names that belong to other sheets."""
        return self.scoped_names.replaced(f"={name.text}", name.scope or "", "A1")[1:]

    def _sheet(self, sheet: Sheet, prepare: Prepare, left: Collection[str]) -> bytes:
        cells = self.book.cells(sheet)
        rows = cells.rows
        filled: dict[str, Box] = {}
        expanded: set[str] = set()
        pieces, place = [], 0
        steady: set[bytes] = set()  # formulas, but for their digits, that stay as they are
        for address, cell in cells.formulas.items():
            if cell.marks:
                piece = _copied(sheet.name, address, cell, prepare, expanded, filled)
            else:
                shape = cell.raw.translate(_ONE_DIGIT)
                if shape in steady and address not in left:
                    piece = b'<c r="%s"><f>%s</f></c>' % (address.encode(), cell.raw)
                else:
                    made = prepare(Formula(sheet.name, address, cell.written))
                    if made is not None and made.copies and made.text == cell.written and not self._numbered_names:
                        steady.add(shape)
                    piece = _written(address.encode(), made, cell)
            pieces += [rows[place : cell.start], piece]
            place = cell.end
        pieces.append(rows[place:])
        rows = b"".join(pieces)
        if cells.prefix:
            rows = rows.replace(b"<" + cells.prefix, b"<").replace(b"</" + cells.prefix, b"</")
        rows = with_serials(_EMPTY.sub(b"", rows), from_1904=self.book.dates_from_1904)
        rows = UNKNOWN_ERROR.sub(rb"\1#VALUE!", rows)
        if filled:
            rows = _CELL.sub(lambda found: b"" if _fills(filled, found) else found[0], rows)
        return b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (_MAIN.encode(), rows)


def _plain(text: str) -> str:
    """Return what a name stands for with our functions by their plain names."""
    try:
        return plain_names(f"={text}")[1:]
    except FormulaError:
        return text


def tables_of(book: Workbook) -> Iterator[Table]:
    """Yield the tables of all sheets.

    Raises
    ------
    UnusableFileError
        The part of one is damaged.
    """
    for sheet in book.worksheets:
        for part in book.package.related(sheet.part, "table"):
            table = parse(book.package[part])
            try:
                left, top, right, bottom = box(table.attrib["ref"])
                yield Table(
                    name=table.attrib["displayName"],
                    sheet=sheet.name,
                    top=top,
                    left=left,
                    bottom=bottom,
                    right=right,
                    columns=tuple(e.attrib["name"] for e in table.iterfind("{*}tableColumns/{*}tableColumn")),
                    has_headers=table.get("headerRowCount", "1") != "0",
                    has_totals=table.get("totalsRowCount", "0") != "0",
                )
            except (KeyError, ValueError) as error:
                raise UnusableFileError(f"is damaged in {part}. Open it in Excel and save it anew") from error


def _copied(
    sheet: str, address: str, cell: FormulaCell, prepare: Prepare, expanded: set[str], filled: dict[str, Box]
) -> bytes:
    """Return a cell of the copy whose formula is shared, or fills several cells.

    Parameters
    ----------
    expanded : shared formulas of which each cell gets its own text; those are added.
    filled : address of an array formula -> the cells that it fills; those are added.
    """
    place = address.encode()
    kind, group = cell.kind, cell.group
    if group and not cell.written and group not in expanded and cell.has_master:
        return b'<c r="%s"><f t="shared" si="%s"/></c>' % (place, group.encode())
    array = None
    if kind in ("array", "dataTable"):
        left, top, right, bottom = corners = box(cell.reference)
        array = None if cell.spills else (bottom - top + 1, right - left + 1)
    made = prepare(Formula(sheet, address, cell.formula, array, cell.spills))
    if made is not None and kind == "array" and corners[:2] != corners[2:]:  # most fill their own cell alone
        filled[address] = corners
    if group and cell.written:
        if made is not None and made.copies:
            marks = b'<c r="%s"><f t="shared" ref="%s" si="%s">%s</f></c>'
            return marks % (place, cell.reference.encode(), group.encode(), text_in(made.text[1:]))
        expanded.add(group)
    return _written(place, made, cell)


def _written(place: bytes, made: Prepared | None, cell: FormulaCell) -> bytes:
    if made is None:
        return cell.as_value()
    return b'<c r="%s"><f>%s</f></c>' % (place, text_in(made.text[1:]))


def _fills(filled: dict[str, Box], found: re.Match[bytes]) -> bool:
    """Return whether an array formula of another cell fills this cell."""
    address = found[1].decode()
    if address in filled:
        return False
    column, row, _, _ = box(address)
    return any(left <= column <= right and top <= row <= bottom for left, top, right, bottom in filled.values())


def box(reference: str) -> Box:
    """Return the corners of ``B2:D9`` or ``B2``."""
    left, top, right, bottom = range_boundaries(reference)
    if left is None or top is None or right is None or bottom is None:
        raise ValueError(f"{reference} has no corners")
    return left, top, right, bottom
