"""The cells of a worksheet, read and changed where they stand in the sheet's XML.

Only what is changed is written anew; all the rest of the sheet stays as it is. A sheet is read by patterns: an object
per cell would cost ten times as much.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from udfs import ExcelError
from workbooks.foreign.cell_text import KIND, UNKNOWN_ERROR, VALUE_MARK, Value, address_of, inline_text, patterns
from workbooks.foreign.container import UnusableFileError
from workbooks.foreign.formula_cell import KEEP, FormulaCell, Keep
from workbooks.foreign.rows import numbered, with_values
from workbooks.foreign.sheet_frame import SheetFrame, in_three
from workbooks.foreign.xml_text import plain, prefix, shown, text_of
from workbooks.relative import shifted

if TYPE_CHECKING:
    from workbooks.columns.scan import Scan

_HIDDEN: Final = re.compile(rb"""<(?:[\w.-]+:)?row\b[^>]*\bhidden\s*=\s*["'](?:1|true)""")
_LARGE: Final = 1_000_000  # bytes of a sheet: some ten thousand formulas
_ERRORS: Final = {str(error): error for error in ExcelError}

_OWN_RANGE: Final = re.compile(rb"\bref\s*=")

Shared = tuple[str, int, int]  # the formula, and the row and column that it is written for


class SheetCells:
    """The cells of a worksheet. ``edit`` and ``put`` note changes, ``xml`` gives the part with them.

    Parameters
    ----------
    part : the worksheet's XML.
    strings : the workbook's shared strings.

    Attributes
    ----------
    original : the part as it came.
    rows : the XML inside ``sheetData``, in which each row and cell has its address.
    prefix : what stands before the names of elements.
    frame : the XML around the rows.
    """

    def __init__(self, part: bytes, strings: list[str] | None = None) -> None:
        self.original = part
        self._strings = strings or []
        if len(part) <= _LARGE or not self._open_at_once(part):
            part = plain(part)
            self.prefix = prefix(part)
            head, self.rows, tail = in_three(part, self.prefix)
            self.frame = SheetFrame(head, tail, self.prefix)
            if patterns(self.prefix).unnumbered.search(self.rows):
                self.rows = numbered(self.rows, self.prefix)
        self._patterns = patterns(self.prefix)
        self.value_start = b"<%sv>" % self.prefix
        self.no_value = (b"", b"<%sv/>" % self.prefix, b"<%sv />" % self.prefix)
        self._masters: dict[str, Shared] = {}
        self._new: dict[str, tuple[str | Keep | None, Value | Keep]] = {}
        self._left_groups: set[str] = set()  # shared formulas of which a cell has become an array formula
        self._put: dict[str, Value] = {}
        self._renewed = False

    def _open_at_once(self, part: bytes) -> bool:
        """Look at all cells at once rather than one after the other; return whether that can be done here."""
        from workbooks.columns.scan import scan  # only here is NumPy needed

        start, end = part.find(b"<sheetData>") + len(b"<sheetData>"), part.rfind(b"</sheetData>")
        if end < start:
            return False
        rows = part[start:end]
        found = scan(rows)
        sample = None if found is None else found.sample()
        if sample is None:
            return False
        around = part[:start] + sample + part[end:]
        if plain(around) != around or prefix(around):
            return False
        self.scan = found
        self.prefix = b""
        self.rows = rows
        self.frame = SheetFrame(part[:start], part[end:], b"")
        return True

    @cached_property
    def scan(self) -> Scan | None:
        """All cells at once, as arrays; None if they are in a form in which they can't be had so."""
        from workbooks.columns.scan import scan

        return None if self.prefix else scan(self.rows)

    @cached_property
    def formulas(self) -> dict[str, FormulaCell]:
        """The cells with a formula, by address, in the order of the sheet."""
        found: dict[str, FormulaCell] = {}
        for match in self._patterns.formula_cell.finditer(self.rows):
            cell_marks, address, marks, text, rest = match.groups()
            if not text and not marks:
                continue  # an empty element is no formula
            place = address.decode() if address else address_of(cell_marks)
            cell = FormulaCell(self, place, cell_marks, marks, text or b"", rest, match.start(), match.end())
            found[place] = cell
            if marks and text and cell.kind == "shared":
                if cell.group in self._masters and not _OWN_RANGE.search(marks):
                    cell.raw = b""  # what a copy says of itself does not count
                    continue
                letters, row = coordinate_from_string(place)
                self._masters[cell.group] = cell.written, row, column_index_from_string(letters)
        return found

    @property
    def has_hidden_rows(self) -> bool:
        """Whether a row is hidden, by a person or a filter."""
        scan = self.__dict__.get("scan")
        rows = self.rows if scan is None else b"".join(b"<row%s>" % marks for marks in scan.row_marks)
        return b"hidden" in rows and _HIDDEN.search(rows) is not None

    @property
    def has_formulas(self) -> bool:
        """Whether there are any, by a quick look."""
        return b"<%sf" % self.prefix in self.rows

    @property
    def large(self) -> bool:
        """Whether it is worth while to look at all cells at once."""
        return len(self.rows) > _LARGE

    def renew(self, rows: bytes) -> None:
        """Set the rows anew, with all changes to cells in them."""
        self.rows = rows
        self._renewed = True
        self._new.clear()
        self._put.clear()
        for known in ("formulas", "scan"):
            self.__dict__.pop(known, None)

    def shared_formula(self, cell: FormulaCell) -> str:
        """Return the formula of a copy of a shared one; "" if there is nothing that it copies."""
        if cell.group not in self._masters:
            return ""
        text, row, column = self._masters[cell.group]
        letters, own_row = coordinate_from_string(cell.address)
        return shifted(text, own_row - row, column_index_from_string(letters) - column)

    def has_shared_formula(self, group: str) -> bool:
        """Return whether a shared formula is in the sheet."""
        return group in self._masters

    def value(self, address: str) -> Value:
        """Return a cell's value, of a formula the cached one; None for an empty cell."""
        cell = self.formulas.get(address)
        if cell is not None:
            return cell.value
        found = self._find(address)
        return self.value_of(found[1], found[2] or b"") if found else None

    def values(self) -> dict[str, Value]:
        """Return the value of every cell that has one, formulas' cached ones too."""
        values: dict[str, Value] = {}
        for found in self._patterns.cell.finditer(self.rows):
            value = self.value_of(found[1], found[2] or b"")
            if value is not None:
                values[address_of(found[1])] = value
        return values

    def rich_values(self) -> list[str]:
        """Return the addresses of cells whose value is a data type (``vm``), of which what is cached is a stand-in.

        Errors that came with data types and dynamic arrays, such as ``#FIELD!``, are of their kind.
        """
        if not re.search(rb"\bvm\s*=", self.rows) and not UNKNOWN_ERROR.search(self.rows):
            return []
        cells = self._patterns.cell.finditer(self.rows)
        found = ((address_of(cell[1]), cell) for cell in cells)
        return [
            place
            for place, cell in found
            if VALUE_MARK.search(cell[1]) or (UNKNOWN_ERROR.search(cell[0]) and place not in self.formulas)
        ]

    def edit(
        self,
        address: str,
        *,
        formula: str | Keep | None = KEEP,
        value: Value | Keep = KEEP,
        array: str | None = None,
    ) -> None:
        """Change a formula cell.

        Parameters
        ----------
        address : of a cell in ``formulas``.
        formula : the new one, from ``=`` on; it is an ordinary formula, or stays the array formula that it was. None
            leaves the value alone in the cell.
        value : the new cached value.
        array : the cells that it shall fill as an array formula, itself among them.
        """
        if array is not None:
            self._left_groups.add(self.formulas[address].group)
            self.formulas[address].marks = b' t="array" ref="%s"' % array.encode()
        noted = self._new.get(address)
        if noted is not None:
            formula = noted[0] if isinstance(formula, Keep) else formula
            value = noted[1] if isinstance(value, Keep) else value
        self._new[address] = formula, value

    def put(self, address: str, value: Value) -> None:
        """Set a plain value, in a cell that is there or not: its format stays. None empties the cell."""
        self._put[address] = value

    def resize(self, address: str, reference: str) -> None:
        """Let an array formula fill other cells than it did; their values are to be ``put``."""
        cell = self.formulas[address]
        cell.marks = re.sub(rb"""(\bref\s*=\s*)(?:"[^"]*"|'[^']*')""", rb'\1"%s"' % reference.encode(), cell.marks)
        self._new.setdefault(address, (KEEP, KEEP))

    @property
    def changed(self) -> bool:
        """Whether anything was changed."""
        return bool(self._new or self._put or self._renewed or self.frame.changed)

    @property
    def lost_formulas(self) -> bool:
        """Whether a cell that had a formula has none any more."""
        return any(formula is None for formula, _ in self._new.values())

    def xml(self) -> bytes:
        """Return the sheet's part, with the changes."""
        if not self.changed:
            return self.original
        return b"".join((self.frame.head, self.changed_rows(), self.frame.tail))

    def changed_rows(self) -> bytes:
        """Return the rows with the changes to cells."""
        rows = self._with_changes() if self._new else self.rows
        return with_values(rows, self._put, self.prefix) if self._put else rows

    def _with_changes(self) -> bytes:
        """Return the rows with other formulas and values in the cells that have a formula."""
        self._unshare()
        pieces, place = [], 0
        for address, cell in self.formulas.items():
            new = self._new.get(address)
            if new is not None:
                pieces += [self.rows[place : cell.start], cell.xml(*new)]
                place = cell.end
        pieces.append(self.rows[place:])
        return b"".join(pieces)

    def _unshare(self) -> None:
        """Give each cell of a shared formula its own text where one of them changes."""
        groups = {self.formulas[place].group for place, (formula, _) in self._new.items() if formula is not KEEP}
        groups = (groups | self._left_groups) - {""}
        if not groups:
            return
        for place, cell in self.formulas.items():
            if cell.group in groups and (place not in self._new or self._new[place][0] is KEEP):
                self.edit(place, formula=cell.formula)

    def value_of(self, marks: bytes, inside: bytes) -> Value:
        """Return the value of a cell from its attributes and what stands in it."""
        kind = KIND.search(marks)
        type_ = kind[1] if kind else b"n"
        if type_ == b"inlineStr":
            return inline_text(inside)
        found = self._patterns.value.search(inside)
        if found is None or found[1] is None:
            return "" if type_ == b"str" and found is not None else None
        raw = found[1]
        try:
            if type_ == b"n":
                return float(raw) if raw.strip() else None
            if type_ == b"s":
                return self._strings[int(raw)]
            if type_ == b"b":
                return raw.strip() in (b"1", b"true")
        except (ValueError, IndexError) as error:
            raise UnusableFileError(f"is damaged ({error}). Open it in Excel and save it anew") from error
        text = shown(text_of(raw))
        return _ERRORS.get(text, ExcelError.VALUE) if type_ == b"e" else text

    def _find(self, address: str) -> re.Match[bytes] | None:
        pattern = rb"""<%sc\b(?=[^>]*\br\s*=\s*["']%s["'])""" % (re.escape(self.prefix), address.encode())
        found = re.search(pattern, self.rows)
        return self._patterns.cell.match(self.rows, found.start()) if found else None
