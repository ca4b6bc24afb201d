"""A workbook as its package holds it: cells, formulas, names and what stands around them.

Anybody's file is read here, so nothing is trusted; ``workbooks.foreign.container`` looks at it first. Sheets are read
as a stream: an object model of 100,000 cells takes ten times as long.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from posixpath import basename, dirname, join, normpath
from typing import Final
from xml.etree import ElementTree as ET

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

from workbooks.foreign.container import Container, UnusableFileError
from workbooks.relative import shifted

_RELATION: Final = re.compile(r"\{.*/relationships\}id")
_ADDRESS: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")

Box = tuple[int, int, int, int]  # first column, first row, last column, last row, from 1


@dataclass(slots=True)
class Cell:
    """What a cell holds.

    Parameters
    ----------
    row, column : from 1.
    kind : as the file says: n, s (text), b, e (error), str (text that a formula gives), d.
    value : the text of the value; None if there is none.
    formula : from ``=`` on, None for a constant; copies of a shared formula have their own.
    array : whether it is an array formula.
    style : number of its cell format.
    """

    row: int
    column: int
    kind: str
    value: str | None
    formula: str | None
    array: bool
    style: int

    @property
    def address(self) -> str:
        """As in ``B7``."""
        return f"{get_column_letter(self.column)}{self.row}"

    @property
    def is_number(self) -> bool:
        """Whether it holds or shows a number."""
        return self.kind == "n" and bool(self.value)

    @property
    def is_constant(self) -> bool:
        """Whether it holds a number that somebody typed."""
        return self.formula is None and self.is_number

    @property
    def is_text(self) -> bool:
        """Whether it holds text that somebody typed."""
        return self.formula is None and self.kind == "s"


@dataclass(eq=False)
class Sheet:
    """A worksheet: its cells, and the XML of all the rest.

    Parameters
    ----------
    name, state, part : name, "visible", "hidden" or "veryHidden", and the part that holds it.
    cells : those that hold anything, by row and column.
    hidden_rows : rows that can't be seen.
    xml : the worksheet without its cells.
    """

    name: str
    state: str
    part: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    xml: ET.Element = field(default_factory=lambda: ET.Element("worksheet"))

    @property
    def merged(self) -> list[Box]:
        """The merged ranges."""
        return [box(e.get("ref", "A1")) for e in self.xml.iterfind("{*}mergeCells/{*}mergeCell")]

    def formulas(self) -> Iterator[tuple[Cell, str]]:
        """Yield the cells with a formula, and the formula."""
        for cell in self.cells.values():
            if cell.formula is not None:
                yield cell, cell.formula


@dataclass(frozen=True)
class Name:
    """A defined name; ``scope`` is the sheet that it is limited to."""

    name: str
    text: str
    scope: str | None


@dataclass(eq=False)
class Workbook:
    """A workbook taken apart."""

    parts: dict[str, bytes]
    sheets: list[Sheet] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)

    @cached_property
    def defined(self) -> frozenset[str]:
        """Every name a formula may use, of cells and tables, in capitals."""
        tables = [parse(part) for name, part in self.parts.items() if re.fullmatch(r"xl/tables/[^/]+\.xml", name)]
        names = [one.name for one in self.names] + [e.get("displayName", "") for e in tables]
        return frozenset(name.upper() for name in names)

    def sheet(self, name: str) -> Sheet | None:
        """Return a sheet by its name."""
        return next((sheet for sheet in self.sheets if sheet.name.upper() == name.upper()), None)

    def related(self, part: str) -> list[tuple[str, str, str]]:
        """Return what a part is related to: identity, kind such as "chart", and the part or address."""
        folder, _, name = part.rpartition("/")
        found = self.parts.get(f"{folder}/_rels/{name}.rels".lstrip("/"))
        relations = [] if found is None else list(parse(found))
        return [(e.get("Id", ""), basename(e.get("Type", "")), _target(part, e)) for e in relations]


def read(package: bytes) -> Workbook:
    """Take a package apart.

    Raises
    ------
    UnusableFileError
        It is no .xlsx or .xlsm package, damaged, encrypted, or larger than any workbook.
    """
    try:
        container = Container(package)
        # Pictures and macros are of no interest here.
        return _workbook({name: container.read(name) for name in container.names if name.endswith((".xml", ".rels"))})
    except ET.ParseError as error:
        raise UnusableFileError("is no .xlsx workbook, or it is damaged. Open it in Excel and save it anew") from error
    except (LookupError, ValueError, OverflowError) as error:  # also of an encoding that there is not
        raise damaged(error) from error


def damaged(error: Exception) -> UnusableFileError:
    """Return the refusal of a package that stumbles over an error."""
    if isinstance(error, UnusableFileError):
        return error
    return UnusableFileError(f"is damaged ({error}). Open it in Excel and save it anew")


def parse(part: bytes) -> ET.Element:
    """Parse XML that somebody else wrote."""
    return ET.fromstring(part)


def box(reference: str) -> Box:
    """Return the corners of ``B2:D9`` or ``B2``; a whole column or row ends where sheets end."""
    left, top, right, bottom = range_boundaries(reference)
    return left or 1, top or 1, right or 16384, bottom or 1048576


def _workbook(parts: dict[str, bytes]) -> Workbook:
    workbook = Workbook(parts)
    main = next((target for _, kind, target in workbook.related("") if kind == "officeDocument"), "")
    if main not in parts:
        raise UnusableFileError("is no .xlsx workbook")
    xml = parse(parts[main])
    related = {identity: (kind, target) for identity, kind, target in workbook.related(main)}
    strings = [_text(item) for _, kind, part in workbook.related(main) if kind == "sharedStrings"
               for item in parse(parts[part]).iterfind("{*}si")]  # fmt: skip
    titles = []
    for entry in xml.iterfind("{*}sheets/{*}sheet"):
        titles.append(entry.get("name", ""))
        identity = next((value for key, value in entry.items() if _RELATION.fullmatch(key)), "")
        kind, part = related.get(identity, ("", ""))
        if kind == "worksheet":
            sheet = Sheet(titles[-1], entry.get("state", "visible"), part)
            _read_cells(sheet, parts[part], strings)
            workbook.sheets.append(sheet)
    for entry in xml.iterfind("{*}definedNames/{*}definedName"):
        scope = entry.get("localSheetId")
        title = titles[int(scope)] if scope is not None else None
        workbook.names.append(Name(entry.get("name", ""), entry.text or "", title))
    return workbook


def _read_cells(sheet: Sheet, part: bytes, strings: list[str]) -> None:
    shared: dict[str, tuple[str, int, int]] = {}
    row_number = 0
    stream = ET.iterparse(io.BytesIO(part), ("start", "end"))
    _, sheet.xml = next(stream)
    namespace = sheet.xml.tag.rpartition("}")[0] + "}" if "}" in sheet.xml.tag else ""
    row_tag, cell_tag = namespace + "row", namespace + "c"
    for event, row in stream:
        if event == "start" or row.tag != row_tag:
            continue
        row_number = int(row.get("r", row_number + 1))
        if row.get("hidden") in ("1", "true") or row.get("ht") == "0":
            sheet.hidden_rows.append(row_number)
        column = 0
        for entry in row.iterfind(cell_tag):
            column = _column(entry.get("r"), row_number) or column + 1
            cell = _cell(entry, row_number, column, namespace, strings, shared)
            if cell.value is not None or cell.formula is not None:
                sheet.cells[row_number, column] = cell
        row.clear()


def _cell(
    entry: ET.Element,
    row: int,
    column: int,
    namespace: str,
    strings: list[str],
    shared: dict[str, tuple[str, int, int]],
) -> Cell:
    kind = entry.get("t", "n")
    found = entry.find(namespace + "v")
    value = None if found is None else found.text or ("" if kind == "str" else None)
    if kind == "s" and value is not None:
        value = strings[int(value)]
    elif kind == "inlineStr":
        inline = entry.find(namespace + "is")
        kind, value = "s", None if inline is None else _text(inline)
    formula = None
    written = entry.find(namespace + "f")
    array = written is not None and written.get("t") == "array"
    if written is not None:
        formula = "=" + written.text if written.text else None
        if written.get("t") == "shared":
            group = written.get("si", "")
            if formula:
                shared[group] = formula, row, column
            elif group in shared:
                master, top, left = shared[group]
                formula = shifted(master, row - top, column - left)
        elif written.get("t") == "dataTable":
            formula = "=TABLE()"
    elif kind == "str":
        kind = "s"
    return Cell(row, column, kind, value, formula, array, int(entry.get("s", "0")))


def _text(item: ET.Element) -> str:
    """Return the text of a string with its runs; how it is pronounced is no part of it."""
    return "".join(
        e.text or "" for child in item if not child.tag.endswith("rPh") for e in child.iter() if e.tag.endswith("}t")
    )


def _column(address: str | None, row: int) -> int:
    if address is None:
        return 0
    found = _ADDRESS.fullmatch(address)
    if found is None or int(found.group(2)) != row:
        raise ValueError(f"a cell of row {row} calls itself {address}")
    column = 0
    for letter in found.group(1):
        column = column * 26 + ord(letter) - 64
    return column


def _target(part: str, relation: ET.Element) -> str:
    target = relation.get("Target", "")
    if relation.get("TargetMode") == "External":
        return target
    return target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target))
