"""What differs around the cells: settings, sheets, names, rows and columns that one of the two has alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple

from workbooks.engine.loading import tables_of
from workbooks.engine.table_references import Table, TableReferenceError, of_this_row, table_at
from workbooks.foreign.container import Source
from workbooks.foreign.diff_places import Places, named_cells, number_formats
from workbooks.foreign.diff_sheets import Formulas, Matched
from workbooks.foreign.differences import Fact, Lines
from workbooks.foreign.iso_dates import serial
from workbooks.foreign.workbook import Sheet as AnySheet
from workbooks.foreign.workbook import Workbook as Parts
from workbooks.foreign.xml_text import parse
from workbooks.formulas import FormulaError, replace_references
from workbooks.lint.reading import Cell, Sheet, Workbook, read
from workbooks.relative import precedents

_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")  # the beginning of a part in UTF-16
_MACROS: Final = "xl/vbaProject.bin"
# What changes results without any cell being changed: element, attribute, and what holds where it is absent.
_SETTINGS: Final = {
    "dates counted from 1904": ("workbookPr", "date1904", "0"),
    "circles computed by iteration": ("calcPr", "iterate", "0"),
    "computed with all digits, not those shown": ("calcPr", "fullPrecision", "1"),
}


@dataclass
class Book:
    """One of the two workbooks; its sheets by name in small letters."""

    parts: Parts
    workbook: Workbook
    sheets: dict[str, Places]

    @classmethod
    def open(cls, source: Source) -> Book:
        """Open a workbook.

        Raises
        ------
        ValueError
            It can't be read.
        """
        parts = Parts.open(source)
        workbook = read(parts.package.data)
        tables = {table.name.upper(): table for table in tables_of(parts)}
        for sheet in workbook.sheets:
            sheet.cells |= _dates(sheet, from_1904=parts.dates_from_1904)
            if tables:
                sheet.cells |= _of_tables(sheet, tables)
        of_cells, formats = named_cells(workbook), number_formats(workbook)
        sheets = (
            Places(workbook, sheet, of_cells.get(sheet.name.casefold(), {}), formats, _arrays(parts, sheet))
            for sheet in workbook.sheets
        )
        return cls(parts, workbook, {places.sheet.name.casefold(): places for places in sheets})

    @property
    def without_value(self) -> int:
        """How many formulas show no value."""
        return sum(cell.value is None for sheet in self.workbook.sheets for cell, _ in sheet.formulas())

    @cached_property
    def largest(self) -> float:
        """The largest number in it, whatever its sign."""
        return max((places.largest((1, 1, 16384, 1048576)) for places in self.sheets.values()), default=0.0)

    def largest_used(self, places: Places, formula: str) -> float:
        """Return the largest number in the cells that a formula refers to, whatever its sign."""
        areas = (
            (places if name is None else self.sheets.get(name.casefold()), box) for name, box in precedents(formula)
        )
        return max((sheet.largest(box) for sheet, box in areas if sheet is not None), default=0.0)


def _arrays(parts: Parts, sheet: Sheet) -> dict[tuple[int, int], bool]:
    """Return the cells with an array formula, and whether it spills."""
    part = parts.package[sheet.part]
    if b"array" not in part and not part.startswith(_WIDE):
        return {}
    formulas = parts.cells(sheet.name).formulas.values()
    return {coordinate_to_tuple(cell.address): cell.spills for cell in formulas if cell.kind == "array"}


def _dates(sheet: Sheet, *, from_1904: bool) -> dict[tuple[int, int], Cell]:
    """Return the cells that hold a date as text, with the number that it is."""
    found = {}
    for at, cell in sheet.cells.items():
        number = serial(cell.value or "", from_1904=from_1904) if cell.kind == "d" else None
        if number is not None:
            found[at] = replace(cell, kind="n", value=repr(number))
    return found


def _of_tables(sheet: Sheet, tables: Mapping[str, Table]) -> dict[tuple[int, int], Cell]:
    """Return the cells whose formulas refer to their own row of a table, in the form that Excel writes."""
    found = {}
    for at, cell in sheet.cells.items():
        if cell.formula is None or "[" not in cell.formula:
            continue
        own = table_at(tables.values(), sheet.name, *at)
        with suppress(FormulaError, TableReferenceError):
            text = replace_references(cell.formula, lambda one, own=own: of_this_row(one, tables, own))  # type: ignore[misc]
            found[at] = replace(cell, formula=text)
    return found


def settings(a: Book, b: Book, matched: Sequence[Matched]) -> Iterator[Fact]:
    """Yield what differs between the workbooks as such."""
    for about, setting in _SETTINGS.items():
        of_a, of_b = _setting(a, *setting), _setting(b, *setting)
        if of_a != of_b:
            yield Fact(about, of_a, of_b)
    macros = [book.parts.package[_MACROS] if _MACROS in book.parts.package else b"" for book in (a, b)]  # noqa: SIM401 - no dict
    if macros[0] != macros[1]:
        yield Fact("macros", *(f"{len(one):,} bytes" if one else None for one in macros))
    in_a, in_b = _by_place(matched, a, 0), _by_place(matched, b, 1)
    yield from _moved([one.b.sheet.name for one in in_a], [one.b.sheet.name for one in in_b])


def _by_place(matched: Sequence[Matched], book: Book, side: int) -> list[Matched]:
    place = {name: number for number, name in enumerate(book.sheets)}
    return sorted(matched, key=lambda one: place[(one.a, one.b)[side].sheet.name.casefold()])


def _moved(before: list[str], after: list[str]) -> Iterator[Fact]:
    """Yield the sheets that stand elsewhere: as few as there can be, the same ones from either side."""
    place = {name: number for number, name in enumerate(after)}
    longest: dict[str, tuple[str, ...]] = {}  # the longest row of sheets up to one of them that stand in one order
    for name in before:
        rows = [row for last, row in longest.items() if place[last] < place[name]]
        longest[name] = (*min(rows, key=lambda row: (-len(row), row), default=()), name)
    stay = min(longest.values(), key=lambda row: (-len(row), row), default=())
    for name in after:
        if name not in stay:
            yield Fact(f"place of sheet {name}", *(_behind(name, order) for order in (before, after)))


def _behind(name: str, order: list[str]) -> str:
    place = order.index(name)
    return f"behind {order[place - 1]}" if place else "first"


def sheets(a: Book, b: Book, matched: Sequence[Matched]) -> Iterator[Fact]:
    """Yield the sheets that one of the two has alone, and those that were renamed, hidden or shown."""
    in_a = {one.a.sheet.name.casefold() for one in matched}
    in_b = {one.b.sheet.name.casefold() for one in matched}
    of_a, of_b = _contents(a), _contents(b)
    for name, (title, holds) in of_a.items():
        if name not in in_a and (name in in_b or name not in of_b):
            yield Fact(f"sheet {title}", holds, None)
    for name, (title, holds) in of_b.items():
        if name not in in_b and (name in in_a or name not in of_a):
            yield Fact(f"sheet {title}", None, holds)
    for one in matched:
        before, after = one.a.sheet, one.b.sheet
        if before.name != after.name:
            yield Fact("name of a sheet", before.name, after.name)
        if before.state != after.state:
            yield Fact(
                f"sheet {after.name}", _SEEN.get(before.state, before.state), _SEEN.get(after.state, after.state)
            )


def names(a: Book, b: Book, matched: Sequence[Matched], formulas: Formulas) -> Iterator[Fact]:
    """Yield the defined names that differ; what Excel itself names, such as print areas, is no matter here."""
    titles = {one.a.sheet.name: one.b.sheet.name for one in matched}
    of_a = _names(a, titles)
    of_b = _names(b, {})
    for key, (about, text) in of_a.items():
        other = of_b.get(key)
        if other is None or not formulas.same("=" + text, "=" + other[1], None):
            yield Fact(about if other is None else other[0], text, other[1] if other else None)
    for key, (about, text) in of_b.items():
        if key not in of_a:
            yield Fact(about, None, text)


def lines_alone(sheet: Matched) -> Iterator[Lines]:
    """Yield the rows and columns that one of the two has alone; those that hold nothing are no matter."""
    for kind, axis in (("rows", sheet.rows), ("columns", sheet.columns)):
        for places, alone, inserted in ((sheet.a, axis.alone_a, False), (sheet.b, axis.alone_b, True)):
            while alone:
                count = next((n for n, line in enumerate(alone) if line != alone[0] + n), len(alone))
                numbers, alone = alone[:count], alone[count:]
                texts = (places.line_label(number, is_row=kind == "rows") for number in numbers)
                ends = [str(end) if kind == "rows" else get_column_letter(end) for end in (numbers[0], numbers[-1])]
                yield Lines(
                    sheet=places.sheet.name,
                    kind=kind,
                    lines=ends[0] if count == 1 else ":".join(ends),
                    labels=tuple(filter(None, texts)),
                    inserted=inserted,
                )


_SEEN: Final = {"visible": "shown", "hidden": "hidden", "veryHidden": "hidden, and not in the list of hidden sheets"}


def _setting(book: Book, tag: str, attribute: str, usual: str) -> str:
    element = parse(book.parts.package[book.parts.main]).find(f"{{*}}{tag}")
    return "yes" if (usual if element is None else element.get(attribute, usual)) in ("1", "true") else "no"


def _contents(book: Book) -> dict[str, tuple[str, str]]:
    """Return for each sheet, by its name in small letters, its name and what it holds."""
    return {sheet.name.casefold(): (sheet.name, _holds(book, sheet)) for sheet in book.parts.sheets}


def _holds(book: Book, sheet: AnySheet) -> str:
    places = book.sheets.get(sheet.name.casefold())
    if places is None:
        return sheet.kind
    cells = places.sheet.cells.values()
    formulas = sum(cell.formula is not None for cell in cells)
    numbers = sum(cell.is_constant and not places.computed(cell) for cell in cells)
    return f"{formulas:,} formulas, {numbers:,} numbers"


def _names(book: Book, titles: dict[str, str]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the names: by their scope and name in small letters, how they are written and what they stand for."""
    found = {}
    for name in book.workbook.names:
        if not name.name.startswith("_xlnm."):
            scope = "" if name.scope is None else titles.get(name.scope, name.scope)
            about = f"name {name.name}" + (f" of sheet {name.scope}" if name.scope else "")
            found[scope.casefold(), name.name.casefold()] = about, name.text
    return found
