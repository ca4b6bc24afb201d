"""How a file says that a formula spills: cells for its values, and a mark that it is a dynamic array.

The form is that of files which Excel and XlsxWriter write: ``cm="1"`` on the formula's cell points to the one record in
``xl/metadata.xml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

_ROW: Final = re.compile(rb"<row\b[^>]*?(?:/>|>.*?</row>)", re.DOTALL)
_ROW_NUMBER: Final = re.compile(rb'<row\b[^>]*?\br="(\d+)"')
_CELL: Final = re.compile(rb"<c\b[^>]*?(?:(?<=/)>|(?<!/)>.*?</c>)", re.DOTALL)
_ADDRESS: Final = re.compile(rb'\br="([A-Z]+)[0-9]+"')
_STYLE: Final = re.compile(rb'\bs="\d+"')

_METADATA: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<metadata xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    b'xmlns:xda="http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray">'
    b'<metadataTypes count="1"><metadataType name="XLDAPR" minSupportedVersion="120000" copy="1" pasteAll="1" '
    b'pasteValues="1" merge="1" splitFirst="1" rowColShift="1" clearFormats="1" clearComments="1" assign="1" '
    b'coerce="1" cellMeta="1"/></metadataTypes><futureMetadata name="XLDAPR" count="1"><bk><extLst>'
    b'<ext uri="{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}"><xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/>'
    b'</ext></extLst></bk></futureMetadata><cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>'
)
_CONTENT_TYPE: Final = (
    b'<Override PartName="/xl/metadata.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheetMetadata+xml"/>'
)
_RELATION: Final = (
    b'<Relationship Id="rIdMetadata" Target="metadata.xml" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sheetMetadata"/>'
)


def members(anchor: str, size: tuple[int, int]) -> list[str]:
    """Return the cells of a spill, row by row, the formula's own first."""
    letters, top = coordinate_from_string(anchor)
    left = column_index_from_string(letters)
    rows, columns = size
    return [
        f"{get_column_letter(column)}{row}" for row in range(top, top + rows) for column in range(left, left + columns)
    ]


def add_cells(sheet: bytes, cells: Mapping[str, bytes]) -> bytes:
    """Return a sheet's XML with cells put in their places; an empty cell there lends its style and goes."""
    by_row: dict[int, dict[int, bytes]] = {}
    for address, cell in cells.items():
        letters, row = coordinate_from_string(address)
        by_row.setdefault(row, {})[column_index_from_string(letters)] = cell

    def merged(match: re.Match[bytes]) -> bytes:
        found = _ROW_NUMBER.match(match.group())
        new = by_row.pop(int(found.group(1)), None) if found else None
        return match.group() if new is None else _merge(match.group(), new)

    sheet = _ROW.sub(merged, sheet)
    for row, new in sorted(by_row.items()):
        sheet = _insert_row(sheet, row, new)
    return sheet


def _merge(row: bytes, new: dict[int, bytes]) -> bytes:
    head, _, _ = row.partition(b">")
    cells: dict[int, bytes] = {}
    for old in _CELL.findall(row):
        found = _ADDRESS.search(old)
        if found:
            cells[column_index_from_string(found.group(1).decode())] = old
    for column, cell in new.items():
        style = _STYLE.search(cells.get(column, b""))
        cells[column] = cell.replace(b"<c ", b"<c " + style.group() + b" ", 1) if style else cell
    return head.rstrip(b"/") + b">" + b"".join(cells[column] for column in sorted(cells)) + b"</row>"


def _insert_row(sheet: bytes, number: int, cells: dict[int, bytes]) -> bytes:
    row = f'<row r="{number}">'.encode() + b"".join(cells[column] for column in sorted(cells)) + b"</row>"
    for match in _ROW.finditer(sheet):
        found = _ROW_NUMBER.match(match.group())
        if found and int(found.group(1)) > number:
            return sheet[: match.start()] + row + sheet[match.start() :]
    return sheet.replace(b"</sheetData>", row + b"</sheetData>", 1)


def mark_dynamic_arrays(parts: dict[str, bytes]) -> None:
    """Add the record that ``cm="1"`` points to, once."""
    if "xl/metadata.xml" in parts:
        return
    parts["xl/metadata.xml"] = _METADATA
    types, relations = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
    parts[types] = parts[types].replace(b"</Types>", _CONTENT_TYPE + b"</Types>")
    parts[relations] = parts[relations].replace(b"</Relationships>", _RELATION + b"</Relationships>")
