"""Changes to the parts of a finished workbook package, each as small as it can be; all else stays byte for byte.

openpyxl would drop cached values, function groups and extensions on the way, so the XML is changed as text.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape

from addin.excel.project import Document

Parts = dict[str, bytes]

WORKBOOK: Final = "xl/workbook.xml"
WORKBOOK_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
CONTENT_TYPES: Final = "[Content_Types].xml"
RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SHEET: Final = re.compile(r"<sheet\b[^>]*/>")
_RELATIONSHIP: Final = re.compile(r"<Relationship\b[^>]*>")
_ATTRIBUTE: Final = re.compile(r'([\w:]+)="([^"]*)"')
_DOCUMENTS: Final[dict[str, tuple[Document, str]]] = {
    f"{RELATION}/worksheet": ("worksheet", "Sheet"),
    f"{RELATION}/chartsheet": ("chartsheet", "Chart"),
}


def add_part(parts: Parts, name: str, content: bytes, content_type: str) -> None:
    """Add a part and its content type."""
    parts[name] = content
    override = f'<Override PartName="/{name}" ContentType="{content_type}"/>'
    _insert(parts, CONTENT_TYPES, override, before="</Types>")


def set_workbook_type(parts: Parts, content_type: str) -> None:
    """Say what kind of workbook this is: plain, with macros, or an add-in."""
    override = f'<Override PartName="/{WORKBOOK}" ContentType="{content_type}"/>'
    _replace(parts, CONTENT_TYPES, rf'<Override PartName="/{WORKBOOK}"[^>]*/>', override)


def relate(parts: Parts, kind: str, target: str) -> str:
    """Relate the workbook to a part and return the relation's id."""
    taken = [int(number) for number in re.findall(rb'\bId="rId(\d+)"', parts[WORKBOOK_RELATIONS])]
    key = f"rId{max(taken, default=0) + 1}"
    relationship = f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>'
    _insert(parts, WORKBOOK_RELATIONS, relationship, before="</Relationships>")
    return key


def add_text_sheet(parts: Parts, name: str, rows: dict[int, tuple[str, ...]], widths: tuple[int, ...]) -> None:
    """Add a last sheet that holds nothing but text."""
    cells = "".join(
        f'<row r="{row}">'
        + "".join(
            f'<c r="{chr(ord("A") + place)}{row}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
            for place, text in enumerate(texts)
        )
        + "</row>"
        for row, texts in rows.items()
    )
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>' for place, width in enumerate(widths, 1)
    )
    sheet = f'<worksheet xmlns="{MAIN}"><cols>{columns}</cols><sheetData>{cells}</sheetData></worksheet>'
    number = 1 + sum(part.startswith("xl/worksheets/") and part.endswith(".xml") for part in parts)
    target = f"worksheets/sheet{number}.xml"
    add_part(parts, f"xl/{target}", document(sheet), _SHEET_TYPE)
    key = relate(parts, f"{RELATION}/worksheet", target)
    identities = [int(number) for number in re.findall(rb'\bsheetId="(\d+)"', parts[WORKBOOK])]
    entry = f'<sheet xmlns:r="{RELATION}" name="{name}" sheetId="{max(identities, default=0) + 1}" r:id="{key}"/>'
    _insert(parts, WORKBOOK, entry, before="</sheets>")


def name_documents(parts: Parts) -> dict[str, Document]:
    """Give the workbook and each sheet the code name that Excel would, and return the sheets' in order."""
    _replace(parts, WORKBOOK, r"<workbookPr\b", '<workbookPr codeName="ThisWorkbook"')
    relations = {}
    for relationship in _RELATIONSHIP.findall(parts[WORKBOOK_RELATIONS].decode()):
        attributes = dict(_ATTRIBUTE.findall(relationship))
        relations[attributes["Id"]] = attributes
    documents: dict[str, Document] = {}
    for place, sheet in enumerate(_SHEET.findall(parts[WORKBOOK].decode()), 1):
        relation = relations[dict(_ATTRIBUTE.findall(sheet))["r:id"]]
        kind, stem = _DOCUMENTS[relation["Type"]]
        _name_sheet(parts, posixpath.join("/xl", relation["Target"])[1:], f"{stem}{place}")
        documents[f"{stem}{place}"] = kind
    return documents


def _name_sheet(parts: Parts, part: str, name: str) -> None:
    if b"<sheetPr" in parts[part]:
        _replace(parts, part, r"<sheetPr\b", f'<sheetPr codeName="{name}"')
    else:
        _replace(parts, part, r"(?<=>)(?=<(?!worksheet|chartsheet|\?))", f'<sheetPr codeName="{name}"/>')


def add_function_groups(parts: Parts, groups: str) -> None:
    """Add the groups of the function wizard to the workbook."""
    _replace(parts, WORKBOOK, "</sheets>", f"</sheets>{groups}")


def add_extension(parts: Parts, extension: str) -> None:
    """Add an extension at the end of the workbook part."""
    if b"<extLst" in parts[WORKBOOK]:
        _insert(parts, WORKBOOK, extension, before="</extLst>")
    else:
        _insert(parts, WORKBOOK, f"<extLst>{extension}</extLst>", before="</workbook>")


def document(xml: str) -> bytes:
    """Return a part with this as its root element."""
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{xml}'.encode()


def relations(targets: Mapping[str, str]) -> bytes:
    """Return a part of relations: type -> target."""
    entries = "".join(
        f'<Relationship Id="rId{place}" Type="{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate(targets.items(), 1)
    )
    return document(f'<Relationships xmlns="{PACKAGE}/relationships">{entries}</Relationships>')


def _insert(parts: Parts, part: str, text: str, *, before: str) -> None:
    """Put text before the last place where ``before`` stands."""
    ahead, anchor, behind = parts[part].decode().rpartition(before)
    if not anchor:
        raise ValueError(f"{part} has no {before}: it is not of a workbook that openpyxl wrote")
    parts[part] = f"{ahead}{text}{anchor}{behind}".encode()


def _replace(parts: Parts, part: str, pattern: str, text: str) -> None:
    """Put text in place of the first match of a pattern."""
    changed, count = re.subn(pattern, lambda _: text, parts[part].decode(), count=1)
    if not count:
        raise ValueError(f"{part} has no {pattern}: it is not of a workbook that openpyxl wrote")
    parts[part] = changed.encode()
