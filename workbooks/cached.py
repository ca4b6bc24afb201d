"""The last pass: computed values into the cells of a finished package, all other parts byte for byte.

openpyxl writes a formula without its value, and a reader that does not calculate (a preview, pandas, Excel in
protected view) then shows nothing. So the values are put in where the file is already text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape

from udfs import ExcelError
from workbooks.engine import Value
from workbooks.package import read_parts, write_parts

_CELL: Final = re.compile(rb"<c\b([^>]*)(?<!/)>(.*?)</c>", re.DOTALL)
_ADDRESS: Final = re.compile(rb'\br="([A-Z]+[0-9]+)"')
_TYPE: Final = re.compile(rb'\s*\bt="[^"]*"')
_FORMULA: Final = re.compile(rb"<f\b[^>]*>.*?</f>|<f\b[^>]*/>", re.DOTALL)
_SHEET: Final = re.compile(r'<sheet\b[^>]*?\bname="([^"]*)"[^>]*?\br:id="([^"]*)"')
_RELATION: Final = re.compile(r"<Relationship\b[^>]*>")
_ENTITIES: Final = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}


def plant_values(package: bytes, values: Mapping[str, Mapping[str, Value]], *, keep_formulas: bool = True) -> bytes:
    """Return the package with values in its formula cells.

    Parameters
    ----------
    package : an .xlsx package.
    values : sheet name -> cell address -> value.
    keep_formulas : False leaves the values alone, in place of the formulas.

    Raises
    ------
    KeyError
        A formula cell has no value.
    """
    parts = read_parts(package)
    for sheet, part in sheet_parts(parts).items():
        of_sheet = values.get(sheet, {})

        def planted(match: re.Match[bytes], sheet: str = sheet, of_sheet: Mapping[str, Value] = of_sheet) -> bytes:
            formula = _FORMULA.search(match.group(2))
            if formula is None:
                return match.group()
            found = _ADDRESS.search(match.group(1))
            address = found.group(1).decode() if found else "?"
            if address not in of_sheet:
                raise KeyError(f"no value was computed for {sheet}!{address}")
            kind, text = _encoded(of_sheet[address])
            attributes = _TYPE.sub(b"", match.group(1)) + (f' t="{kind}"'.encode() if kind else b"")
            kept = formula.group() if keep_formulas else b""
            if text is None:
                return b"<c" + attributes + b">" + kept + b"</c>" if kept else b"<c" + attributes + b"/>"
            if kind == "str" and not keep_formulas:
                attributes = _TYPE.sub(b"", attributes) + b' t="inlineStr"'
                return b"<c" + attributes + b'><is><t xml:space="preserve">' + text.encode() + b"</t></is></c>"
            return b"<c" + attributes + b">" + kept + b"<v>" + text.encode() + b"</v></c>"

        parts[part] = _CELL.sub(planted, parts[part])
    return write_parts(parts)


def _encoded(value: Value) -> tuple[str, str | None]:
    """Return the cell type and the text of ``<v>``."""
    if value is None:
        return "", None
    if isinstance(value, ExcelError):
        return "e", str(value)
    if isinstance(value, bool):
        return "b", str(int(value))
    if isinstance(value, str):
        return "str", escape(value)
    # repr is the shortest text that gives the same number back; openpyxl's 16 digits do not always.
    return "", repr(float(value)).removesuffix(".0")


def sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Return sheet name -> part name, for worksheets, in the workbook's order."""
    targets = {}
    for relation in _RELATION.findall(parts["xl/_rels/workbook.xml.rels"].decode()):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', relation))
        if attributes["Type"].endswith("/worksheet"):
            target = attributes["Target"]
            targets[attributes["Id"]] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    sheets = _SHEET.findall(parts["xl/workbook.xml"].decode())
    return {_unescaped(name): targets[key] for name, key in sheets if key in targets}


def _unescaped(text: str) -> str:
    return re.sub(r"&\w+;", lambda match: _ENTITIES.get(match.group(), match.group()), text)
