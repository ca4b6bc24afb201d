"""What a reader calls a cell: the label beside it, the header above it, its unit and its name."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from functools import cached_property
from itertools import pairwise, product
from typing import Final

from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils import get_column_letter

from udfs import ExcelError
from workbooks.foreign.xml_text import parse, plain, shown
from workbooks.lint.reading import Box, Cell, Sheet, Workbook, box
from workbooks.relative import precedents

Value = float | str | bool | None

_RANGE: Final = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}(?::[A-Z]{1,3}[1-9][0-9]{0,6})?")
_ARRAY: Final = re.compile(rb"<(?:[\w.-]+:)?f\b[^>]*>")
_FILLS: Final = re.compile(rb"""\bt\s*=\s*["'](?:array|dataTable)["']""")
_AREA: Final = re.compile(rb"""\bref\s*=\s*["']([A-Z0-9:]+)["']""")
_ERRORS: Final = frozenset(map(str, ExcelError))
_LONGEST_HEADER: Final = 40  # characters; more is a note
_UNIT: Final = re.compile(
    r"[(\[]?(?:[$€£¥%×x#]|\w{1,4}[$€£]|[$€£]\s?\w{0,3}|USD|EUR|GBP|[kMG]?Wh?|years?|months?|days?|hours?|number|fraction)"
    r"(?:\s?(?:/|per)\s?\S+|\s?(?:k|m|mm|bn|million|billion|thousand|a year|p\.?a\.?))?[)\]]?",
    re.IGNORECASE,
)


class Places:
    """A sheet seen by its reader.

    Parameters
    ----------
    workbook, sheet : what it is a sheet of, and the sheet.
    names : names of single cells, by (row, column).
    formats : number format codes by style.
    arrays : the cells with an array formula, and whether it spills.
    """

    def __init__(
        self,
        workbook: Workbook,
        sheet: Sheet,
        names: dict[tuple[int, int], str],
        formats: list[str],
        arrays: dict[tuple[int, int], bool],
    ) -> None:
        self.sheet = sheet
        self.names = names
        self.arrays = arrays
        self._formats = formats
        self._computed = _computed(sheet, plain(workbook.parts[sheet.part]))

    def value(self, cell: Cell) -> Value:
        """Return what a cell shows; None where nothing is stored."""
        if cell.value is None or cell.kind == "e":
            return cell.value
        if cell.kind == "b":
            return cell.value in ("1", "true")
        if cell.kind == "n":
            try:
                number = float(cell.value)
            except ValueError:
                return cell.value
            return number if math.isfinite(number) else cell.value
        text = shown(cell.value).replace("\r\n", "\n").replace("\r", "\n")
        return f"'{text}" if text in _ERRORS else text  # as Excel marks what is no more than text

    def computed(self, cell: Cell) -> bool:
        """Return whether a cell without a formula shows what the formula of another one gives."""
        return cell.formula is None and (cell.row, cell.column) in self._computed

    def typed_text(self, cell: Cell) -> str:
        """Return the text that somebody typed into a cell; "" if it holds none."""
        return str(self.value(cell)) if cell.is_text and not self.computed(cell) else ""

    def takes_text(self, cell: Cell) -> bool:
        """Return whether a text is an input rather than a label: its cell has a name, or a rule for what is typed."""
        at = cell.row, cell.column
        return at in self.names or any(a <= at[1] <= c and b <= at[0] <= d for a, b, c, d in self._validated)

    def number_format(self, cell: Cell) -> str:
        """Return a cell's number format code."""
        return self._formats[cell.style] if cell.style < len(self._formats) else "General"

    def largest(self, area: Box) -> float:
        """Return the largest number in a range, whatever its sign."""
        left, top, right, bottom = area
        if (right - left + 1) * (bottom - top + 1) > len(self.sheet.cells):
            inside = (
                cell
                for (row, column), cell in self.sheet.cells.items()
                if top <= row <= bottom and left <= column <= right
            )
        else:
            places = product(range(top, bottom + 1), range(left, right + 1))
            inside = (cell for cell in map(self.sheet.cells.get, places) if cell is not None)
        values = map(self.value, inside)
        return max((abs(value) for value in values if isinstance(value, float)), default=0.0)

    def label(self, row: int, column: int) -> tuple[str, str, str]:
        """Return the label to the left of a cell, the header above a figure, and its unit; "" for what there is not."""
        texts = [(at, text) for at, text in self._texts_of_row.get(row, []) if at != column]
        before = [one for one in texts if one[0] < column][::-1]
        unit = next((text for at, text in texts if self._unit_rows.get(at, row) < row), "")
        if len(before) > 1 and not unit and _UNIT.fullmatch(before[0][1]):
            unit = before[0][1]
        labels = [text for _, text in before if text != unit]
        label = labels[0] if labels else ""
        if self.sheet.cells[row, column].kind in ("s", "str"):
            return label, "", ""  # above a text stands another one of its kind, no header
        return label, self._header(row, column), unit

    def line_label(self, number: int, *, is_row: bool) -> str:
        """Return the first text of a row or column."""
        texts = (self._texts_of_row if is_row else self._texts_of_column).get(number)
        return texts[0][1] if texts else ""

    def _header(self, row: int, column: int) -> str:
        texts = self._headers_of_column.get(column, [])
        place = bisect_left(texts, (row, "")) - 1
        number = bisect_left(self._period_rows, row) - 1
        if number >= 0 and (place < 0 or self._period_rows[number] > texts[place][0]):
            period = self.sheet.cells.get((self._period_rows[number], column))
            value = None if period is None else self.value(period)
            if isinstance(value, float):
                return f"{value:g}"
        return texts[place][1] if place >= 0 else ""

    @cached_property
    def _texts_of_row(self) -> dict[int, list[tuple[int, str]]]:
        """The texts by row; those that formulas give count only where nothing was typed."""
        typed: dict[int, list[tuple[int, str]]] = {}
        given: dict[int, list[tuple[int, str]]] = {}
        for (row, column), cell in sorted(self.sheet.cells.items()):
            if cell.kind in ("s", "str") and cell.value and cell.value.strip():
                found = typed if cell.formula is None else given
                found.setdefault(row, []).append((column, " ".join(shown(cell.value).split())))
        return given | typed

    @cached_property
    def _texts_of_column(self) -> dict[int, list[tuple[int, str]]]:
        found: dict[int, list[tuple[int, str]]] = {}
        for row, texts in self._texts_of_row.items():
            for column, text in texts:
                found.setdefault(column, []).append((row, text))
        return found

    @cached_property
    def _unit_rows(self) -> dict[int, int]:
        """The columns of units, and the row from which on they are."""
        headed = {
            column: [row for row, text in texts if text.casefold() in ("unit", "units")]
            for column, texts in self._texts_of_column.items()
        }
        return {column: rows[0] for column, rows in headed.items() if rows}

    @cached_property
    def _headers_of_column(self) -> dict[int, list[tuple[int, str]]]:
        """The texts that may be headers: short, and no inputs."""
        return {
            column: [
                (row, text)
                for row, text in texts
                if len(text) <= _LONGEST_HEADER and not self.takes_text(self.sheet.cells[row, column])
            ]
            for column, texts in self._texts_of_column.items()
        }

    @cached_property
    def _period_rows(self) -> list[int]:
        """The rows whose numbers rise by one, as years do."""
        numbers: dict[int, list[float]] = {}
        for (row, _), cell in sorted(self.sheet.cells.items()):
            value = self.value(cell)
            if isinstance(value, float):
                numbers.setdefault(row, []).append(value)
        return sorted(
            row for row, found in numbers.items() if len(found) > 2 and all(b - a == 1 for a, b in pairwise(found))
        )

    @cached_property
    def _validated(self) -> list[Box]:
        ranges = [entry.get("sqref", "") for entry in self.sheet.xml.iterfind("{*}dataValidations/{*}dataValidation")]
        areas = [area for text in ranges for area in text.split() if _RANGE.fullmatch(area)]
        return [box(area) for area in areas]


def named_cells(workbook: Workbook) -> dict[str, dict[tuple[int, int], str]]:
    """Return the names of single cells: sheet's name in small letters -> (row, column) -> name."""
    found: dict[str, dict[tuple[int, int], str]] = {}
    for name in workbook.names:
        if name.name.startswith("_xlnm."):
            continue
        areas = list(precedents("=" + name.text))
        if len(areas) == 1:
            sheet, (left, top, right, bottom) = areas[0]
            if sheet is not None and (left, top) == (right, bottom):
                found.setdefault(sheet.casefold(), {}).setdefault((top, left), name.name)
    return found


def number_formats(workbook: Workbook) -> list[str]:
    """Return the number format code of each cell style."""
    part = workbook.parts.get("xl/styles.xml")
    if part is None:
        return []
    xml = parse(part)
    codes = dict(BUILTIN_FORMATS)
    for entry in xml.iterfind("{*}numFmts/{*}numFmt"):
        codes[int(entry.get("numFmtId", "0"))] = entry.get("formatCode", "General")
    return [codes.get(int(entry.get("numFmtId", "0")), "General") for entry in xml.iterfind("{*}cellXfs/{*}xf")]


def address(row: int, column: int) -> str:
    """Return a cell's address, as in ``B7``."""
    return f"{get_column_letter(column)}{row}"


def _computed(sheet: Sheet, part: bytes) -> set[tuple[int, int]]:
    """Return the cells that array formulas, spills and what-if tables fill."""
    found: set[tuple[int, int]] = set()
    for tag in _ARRAY.findall(part):
        area = _AREA.search(tag) if _FILLS.search(tag) else None
        if area is None or b":" not in area[1] or not _RANGE.fullmatch(area[1].decode()):
            continue
        left, top, right, bottom = box(area[1].decode())
        if (right - left + 1) * (bottom - top + 1) > len(sheet.cells):
            found.update(at for at in sheet.cells if top <= at[0] <= bottom and left <= at[1] <= right)
        else:
            found.update((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
    return found
