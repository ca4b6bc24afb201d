"""Every place of a workbook where formulas stand, with plain ones put there: cells, names, formats, validations."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from udfs import NativeFormError, NativeFormula
from workbooks.engine.loading import box, tables_of
from workbooks.engine.scoped_names import qualified
from workbooks.engine.table_references import Table, table_at
from workbooks.foreign.helper_cells import TITLE, HelperCells
from workbooks.foreign.helper_sheet import add_helper_sheet
from workbooks.foreign.names import functions_used, handed_over, may_concern, plain_names
from workbooks.foreign.outcome import Left
from workbooks.foreign.portable_formula import Kind, Place, portable_formula
from workbooks.foreign.rules import ELEMENTS, THRESHOLD, rules
from workbooks.foreign.shapes import Scope
from workbooks.foreign.workbook import Name, Sheet, Workbook
from workbooks.foreign.xml_text import parse, plain, rewrite_elements, text_in
from workbooks.formulas import FormulaError
from workbooks.relative import relative, shifted

Where = tuple[str, str]  # sheet and cell; or the sheet that a defined name is limited to, and the name

_TABLE_FORMULAS: Final = frozenset({"calculatedColumnFormula", "totalsRowFormula"})
_COLUMN_FORMULA: Final = rb"(<(?:[\w.-]+:)?(?:calculatedColumnFormula|totalsRowFormula))(?=>%s</)"
_MERGED: Final = re.compile(rb"""<(?:[\w.-]+:)?mergeCell\b[^>]*\bref\s*=\s*["']([A-Za-z0-9:$]+)["']""")
# What depends on the cell: helper cells, which may be shared, and the cell before the flows of a rate of return.
_ITS_OWN: Final = re.compile(rf"IRR\(|{TITLE}")
_LINK: Final = re.compile(r"\[(\d+)\]!")


@dataclass
class Converted:
    """What has become of the formulas with our functions.

    Parameters
    ----------
    done : how many are plain now.
    cells, names : those of them that stand in cells and in names.
    left : those that are not.
    links : numbers of the links to other files that they went through.
    """

    done: int = 0
    cells: set[Where] = field(default_factory=set)
    names: set[Where] = field(default_factory=set)
    left: list[Left] = field(default_factory=list)
    links: set[int] = field(default_factory=set)


def convert(book: Workbook, stay: Mapping[Where, str]) -> Converted:
    """Put plain formulas in place of those with our functions, and note what was done.

    Parameters
    ----------
    book : is changed; the values of its cells are still to be computed.
    stay : formulas that are to be left as they are, and why.
    """
    return _Conversion(book, stay).carry_out()


class _Conversion:
    def __init__(self, book: Workbook, stay: Mapping[Where, str]) -> None:
        self._book = book
        self._stay = stay
        self._helpers = HelperCells([sheet.name for sheet in book.sheets])
        self._tables = {table.name.upper(): table for table in tables_of(book)}
        self._global = {one.name.upper(): one.text for one in book.names if one.scope is None}
        self._global |= {qualified(f"{one.scope}!{one.name}"): one.text for one in book.names if one.scope is not None}
        self._result = Converted()

    def carry_out(self) -> Converted:
        for sheet in self._book.worksheets:
            self._cells(sheet)
            self._rules(sheet)
            self._tables_of(sheet)
        self._names()
        if self._helpers:
            add_helper_sheet(self._book, self._helpers)
        return self._result

    def _cells(self, sheet: Sheet) -> None:
        cells = self._book.cells(sheet)
        merged: set[str] | None = None
        copies: dict[tuple[str, str, bool, Table | None], tuple[NativeFormula, int, int]] = {}
        for address, cell in cells.formulas.items():
            formula = "" if cell.kind == "dataTable" else cell.formula
            if not may_concern(formula):
                continue
            if merged is None:
                merged = _merged(self._book.package[sheet.part], list(cells.formulas))
            kind: Kind = "array" if cell.kind == "array" else "cell"
            letters, row = coordinate_from_string(address)
            column = column_index_from_string(letters)
            # A formula that was copied along the sheet reads the same from each of its cells.
            table = table_at(self._tables.values(), sheet.name, row, column) if "[" in formula else None
            alike = relative(formula, row, column), kind, address in merged, table
            if alike in copies and (sheet.name, address) not in self._stay:
                first, first_row, first_column = copies[alike]
                text = shifted(first.text, row - first_row, column - first_column)
                native: NativeFormula | None = NativeFormula(text, first.array)
                self._note(formula)
            elif _concerns(formula):
                helpers = self._helpers.mark()
                place = self._place(sheet, kind, address, table, merged=address in merged)
                native = self._native(formula, place, (sheet.name, address))
                if native is not None and self._helpers.mark() == helpers and not _ITS_OWN.search(native.text):
                    copies[alike] = native, row, column
            else:
                continue
            if native is not None:
                self._result.cells.add((sheet.name, address))
                array = address if native.array and kind == "cell" else None
                cells.edit(address, formula=native.text, array=array)

    def _rules(self, sheet: Sheet) -> None:
        """Change conditional formats and validations."""
        cells = self._book.cells(sheet)
        labels: dict[str, tuple[str, str]] | None = None

        def changed(text: str) -> str | None:
            nonlocal labels
            if not _concerns(f"={text}"):
                return None
            if labels is None:
                labels = {}
                for rule in rules(cells.frame.element()):
                    labels.setdefault(rule.text, (rule.cells, rule.what))
            area, what = labels.get(text, ("", "a rule"))
            native = self._rule(text, self._place(sheet, "rule", ""), (sheet.name, area), f"has {what} that ")
            return None if native is None else native.text[1:]

        cells.frame.rewrite(ELEMENTS, changed, THRESHOLD)

    def _tables_of(self, sheet: Sheet) -> None:
        """Change the formulas that new rows of tables get."""
        for name in self._book.package.related(sheet.part, "table"):
            old = plain(self._book.package[name])
            table = parse(old)
            where = sheet.name, table.get("ref", "")
            title = table.get("displayName", "")
            what = f"has a column of the table {title} that "
            place = self._place(sheet, "column", "", self._tables.get(title.upper()))
            arrays: set[str] = set()

            def changed(
                text: str, place: Place = place, where: Where = where, what: str = what, arrays: set[str] = arrays
            ) -> str | None:
                native = self._rule(text, place, where, what)
                if native and native.array:
                    arrays.add(native.text[1:])
                return None if native is None else native.text[1:]

            new = rewrite_elements(old, _TABLE_FORMULAS, changed)
            for text in arrays:
                new = re.sub(_COLUMN_FORMULA % re.escape(text_in(text)), rb'\1 array="1"', new)
            if new != old:
                self._book.package[name] = new

    def _names(self) -> None:
        new: dict[Name, str] = {}
        for name in self._book.names:
            sheet = next((one for one in self._book.sheets if one.name == name.scope), None)
            where = name.scope or "", name.name
            native = self._rule(name.text, self._place(sheet, "name", ""), where)
            if native is not None:
                self._result.names.add(where)
                new[name] = native.text[1:]
        if new:
            self._book.rewrite_names(new)

    def _rule(self, text: str, place: Place, where: Where, what: str = "") -> NativeFormula | None:
        """Return the plain formula for one that stands in no cell, without ``=``; None if it stays."""
        return self._native(f"={text}", place, where, what) if _concerns(f"={text}") else None

    def _place(
        self, sheet: Sheet | None, kind: Kind, cell: str, table: Table | None = None, *, merged: bool = False
    ) -> Place:
        title = sheet.name if sheet else ""
        local = {one.name.upper(): one.text for one in self._book.names if sheet and one.scope == sheet.name}
        row = coordinate_from_string(cell)[1] if cell else table.top + table.has_headers if table else 0
        scope = Scope(ChainMap(local, self._global) if local else self._global, self._tables, row, table)
        return Place(kind, title, cell, scope, frozenset(local), merged)

    def _native(self, formula: str, place: Place, where: Where, what: str = "") -> NativeFormula | None:
        """Return the plain formula; None, and a note of it, if there is none."""
        try:
            reason = self._stay.get(where)
            if reason is not None:
                raise NativeFormError(reason)
            native = portable_formula(plain_names(formula), place, self._helpers)
        except (NativeFormError, FormulaError) as error:
            reason = f"{what}still needs our functions: {str(error).rstrip('.')}."
            self._result.left.append(Left(*where, formula, reason))
            return None
        self._note(formula)
        return native

    def _note(self, formula: str) -> None:
        self._result.done += 1
        self._result.links.update(int(number) for number in _LINK.findall(formula))


def _concerns(formula: str) -> bool:
    """Return whether a formula calls a function of ours, or mentions one in a way that makes it unreadable."""
    try:
        return bool(functions_used(formula) or handed_over(formula))
    except FormulaError:
        return True


def _merged(part: bytes, addresses: list[str]) -> set[str]:
    """Return which cells are merged with others."""
    boxes = [box(area.decode().replace("$", "")) for area in _MERGED.findall(part)]
    found = set()
    for address in addresses if boxes else ():
        column, row, _, _ = box(address)
        if any(left <= column <= right and top <= row <= bottom for left, top, right, bottom in boxes):
            found.add(address)
    return found
