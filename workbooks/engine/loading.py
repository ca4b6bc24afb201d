"""The engine's own copy of a workbook: what it must be told before it can compute what Excel would.

The copy differs from the package in its formulas alone, which ``prepare`` rewrites or refuses; values that a
spilled or array formula has left in other cells are taken out, or they would stand in the spill's way.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from posixpath import dirname, join, normpath
from typing import Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from openpyxl.utils.cell import range_boundaries

from workbooks.engine.table_references import Table

_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TABLE_PART: Final = "/table"
_LARGEST: Final = 1 << 30  # bytes of XML; more is no workbook that anybody made by hand or with us

# What a package that is cut off, garbled, encrypted or of another kind makes of reading it.
_DAMAGES: Final = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    StopIteration,
    ET.ParseError,
    EOFError,
    RuntimeError,
    UnicodeDecodeError,
)

Box = tuple[int, int, int, int]  # first column, first row, last column, last row, from 1

# A sheet is read as text: parsing and writing 100,000 cells as XML takes ten times as long. What is written in another
# form than Excel and openpyxl use is brought into theirs first.
_PLAIN: Final = re.compile(rb"\s*(?:<\?xml[^>]*\?>\s*)?<worksheet\b", re.IGNORECASE)
_FORMULA_CELL: Final = re.compile(r"<c\b([^>]*)>\s*<f\b([^>]*?)(?:/>|>([^<]*)</f\s*>).*?</c\s*>", re.DOTALL)
_CELL: Final = re.compile(r'<c\b[^>]*?\br="([A-Z]+[0-9]+)"[^>]*?(?:/>|>.*?</c\s*>)', re.DOTALL)
_ADDRESS: Final = re.compile(r'\br="([A-Z]+[0-9]+)"')
_REFERENCE: Final = re.compile(r'\bref="([A-Z0-9:]+)"')
_KIND: Final = re.compile(r'\bt="(\w+)"')
_SPILLS: Final = re.compile(r'\bcm="')
ET.register_namespace("", "http://schemas.openxmlformats.org/spreadsheetml/2006/main")


@dataclass(frozen=True)
class FormulaCell:
    """A formula as the package stores it.

    Parameters
    ----------
    sheet, cell : where it stands.
    text : the formula, from ``=`` on.
    array : for an array formula entered with Ctrl+Shift+Enter, the rows and columns it fills.
    """

    sheet: str
    cell: str
    text: str
    array: tuple[int, int] | None = None


@dataclass
class Source:
    """A package taken apart: parts, sheets by name, defined names, tables."""

    parts: dict[str, bytes]
    sheets: dict[str, str]
    names: dict[str, list[str]] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)

    @classmethod
    def read(cls, package: bytes) -> Source:
        """Take a package apart.

        Raises
        ------
        ValueError
            It is no .xlsx package, or larger than any workbook.
        """
        try:
            with zipfile.ZipFile(io.BytesIO(package)) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
                    raise ValueError("it unpacks to more than a gigabyte")
                parts = {name: archive.read(name) for name in archive.namelist()}
            main = next(part for kind, part in _relations(parts, "") if kind.endswith("/officeDocument"))
            workbook = ET.fromstring(parts[main])
            if workbook.find("{*}workbookPr[@date1904='1']") is not None:
                raise ValueError("it counts dates from 1904")
            targets = dict(_relation_ids(parts, main))
            sheets = {e.get("name", ""): targets[e.get(_RELATION, "")] for e in workbook.iterfind("{*}sheets/{*}sheet")}
            names: dict[str, list[str]] = {}
            for name in workbook.iterfind("{*}definedNames/{*}definedName"):
                names.setdefault(name.get("name", "").upper(), []).append(name.text or "")
            source = cls(parts, {name: part for name, part in sheets.items() if "worksheets/" in part}, names)
            source.tables = list(source._tables())
        except _DAMAGES as error:
            raise ValueError("it is no .xlsx workbook, or it is damaged") from error
        return source

    def _tables(self) -> Iterator[Table]:
        for sheet, part in self.sheets.items():
            for kind, target in _relations(self.parts, part):
                if kind.endswith(_TABLE_PART):
                    table = ET.fromstring(self.parts[target])
                    left, top, right, bottom = box(table.attrib["ref"])
                    yield Table(
                        name=table.attrib["displayName"],
                        sheet=sheet,
                        top=top,
                        left=left,
                        bottom=bottom,
                        right=right,
                        columns=tuple(e.attrib["name"] for e in table.iterfind("{*}tableColumns/{*}tableColumn")),
                        has_headers=table.get("headerRowCount", "1") != "0",
                        has_totals=table.get("totalsRowCount", "0") != "0",
                    )

    def copy(self, prepare: Callable[[FormulaCell], str]) -> bytes:
        """Return a package in which each formula is what ``prepare`` makes of it."""
        buffer = io.BytesIO()
        try:
            rewritten = {part: _rewrite(name, self.parts[part], prepare) for name, part in self.sheets.items()}
        except _DAMAGES as error:
            raise ValueError("a sheet of it is damaged") from error
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for name, part in self.parts.items():
                archive.writestr(name, rewritten.get(name, part))
        return buffer.getvalue()


def _rewrite(sheet: str, part: bytes, prepare: Callable[[FormulaCell], str]) -> bytes:
    if not _PLAIN.match(part) or b"<![CDATA[" in part or b"<!--" in part:
        part = ET.tostring(ET.fromstring(part), encoding="utf-8")
    text = part.decode("utf-8")
    filled: dict[str, Box] = {}

    def rewritten(found: re.Match[str]) -> str:
        attributes, marks, formula = found.groups()
        cell = _ADDRESS.search(attributes)
        address = cell.group(1) if cell else ""
        kind = _KIND.search(marks)
        array = None
        if kind and kind.group(1) in ("array", "dataTable"):
            reference = _REFERENCE.search(marks)
            filled[address] = left, top, right, bottom = box(reference.group(1) if reference else address)
            if not _SPILLS.search(attributes):
                array = bottom - top + 1, right - left + 1
            formula = formula if kind.group(1) == "array" else "TABLE()"  # what Excel shows for a what-if table
            marks = ""
        if formula:  # a copy of a shared formula has no text of its own
            formula = escape(prepare(FormulaCell(sheet, address, "=" + unescape(formula), array))[1:])
        return f'<c r="{address}"><f{marks}>{formula or ""}</f></c>'

    text = _FORMULA_CELL.sub(rewritten, text)
    if filled:
        text = _CELL.sub(lambda found: "" if _fills(filled, found) else found.group(), text)
    return text.encode("utf-8")


def _fills(filled: dict[str, Box], found: re.Match[str]) -> bool:
    """Return whether an array formula of another cell fills this cell."""
    if found.group(1) in filled:
        return False
    column, row, _, _ = box(found.group(1))
    return any(left <= column <= right and top <= row <= bottom for left, top, right, bottom in filled.values())


def box(reference: str) -> Box:
    """Return the corners of ``B2:D9`` or ``B2``."""
    left, top, right, bottom = range_boundaries(reference)
    if left is None or top is None or right is None or bottom is None:
        raise ValueError(f"{reference} has no corners")
    return left, top, right, bottom


def _relations(parts: dict[str, bytes], part: str) -> list[tuple[str, str]]:
    return [(e.get("Type", ""), _target(part, e)) for e in _relation_elements(parts, part)]


def _relation_ids(parts: dict[str, bytes], part: str) -> list[tuple[str, str]]:
    return [(e.get("Id", ""), _target(part, e)) for e in _relation_elements(parts, part)]


def _relation_elements(parts: dict[str, bytes], part: str) -> list[ET.Element]:
    folder, _, name = part.rpartition("/")
    found = parts.get(f"{folder}/_rels/{name}.rels".lstrip("/"))
    return [] if found is None else list(ET.fromstring(found))


def _target(part: str, relation: ET.Element) -> str:
    target = relation.get("Target", "")
    return target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target))
