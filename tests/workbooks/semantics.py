"""What Excel would repair or refuse, and the Open XML SDK validator does not see."""

from __future__ import annotations

import html
import math
import re

import openpyxl.utils

from workbooks.formulas import calls, references
from workbooks.package import read_parts, sheet_parts

# Functions that Excel 2010 has; a younger one in a file needs its _xlfn. prefix, which we avoid.
_YOUNGER = {
    "IFNA",
    "LET",
    "LAMBDA",
    "XLOOKUP",
    "FILTER",
    "SEQUENCE",
    "SORT",
    "UNIQUE",
    "CONCAT",
    "TEXTJOIN",
    "IFS",
    "SWITCH",
}
_FORMULA = re.compile(r"<f\b[^>]*>([^<]*)</f>|<formula[12]?>([^<]*)</formula[12]?>")


def problems(package: bytes) -> list[str]:
    """Return what is wrong, in words; empty for a sound workbook."""
    parts = read_parts(package)
    sheets = sheet_parts(parts)
    names = re.findall(r'<definedName name="([^"]*)"[^>]*>([^<]*)<', parts["xl/workbook.xml"].decode())
    found = [f"the sheet name {name!r}" for name in sheets if len(name) > 31 or set(name) & set(r"[]:*?/\\")]
    plain = [name for name, _ in names if not name.startswith("_xlnm.")]
    found += [f"the name {name} stands twice" for name in plain if plain.count(name) > 1]
    found += [
        f"the name {name} looks like a cell" for name in plain if re.fullmatch(r"[A-Za-z]{1,3}\d+|[RrCc]\d*", name)
    ]
    known = {*sheets, *(name.strip("'") for name in sheets)}
    for sheet, part in sheets.items():
        xml = parts[part].decode()
        found += [f"{sheet}: {problem}" for problem in _of_sheet(xml, known, set(plain))]
    return found


def _of_sheet(xml: str, sheets: set[str], names: set[str]) -> list[str]:
    found = []
    for match in _FORMULA.finditer(xml):
        text = "=" + html.unescape(match.group(1) or match.group(2) or "")
        found += [f"{text}: {problem}" for problem in _of_formula(text, sheets, names)]
    for value in re.findall(r"<v>([^<]*)</v>", xml):
        if value.lower() in ("nan", "inf", "-inf") or (
            re.fullmatch(r"[-\d.eE+]+", value) and not math.isfinite(float(value))
        ):
            found.append(f"the number {value}")
    for text in re.findall(r"<t\b[^>]*>([^<]*)</t>", xml):
        if len(html.unescape(text)) > 32767 or re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", text):
            found.append(f"the text {text[:40]!r}")
    places = [_place(address) for address in re.findall(r'<c\b[^>]*?\br="([A-Z]+\d+)"', xml)]
    if places != sorted(places):
        found.append("cells out of order")
    if len(places) != len(set(places)):
        found.append("a cell that stands twice")
    for header in re.findall(r"<odd(?:Header|Footer)>([^<]*)<", xml):
        if len(html.unescape(header)) > 255:
            found.append("a header over 255 characters")
    for attribute, limit in (("errorTitle", 32), ("error", 255), ("promptTitle", 32), ("prompt", 255)):
        for text in re.findall(rf'<dataValidation\b[^>]*\b{attribute}="([^"]*)"', xml):
            if len(html.unescape(text)) > limit:
                found.append(f"a validation's {attribute} over {limit} characters")
    return found


def _of_formula(text: str, sheets: set[str], names: set[str]) -> list[str]:
    found = []
    if len(text) > 8192:
        found.append("over 8,192 characters")
    if re.search(r"(?<![\w\"])\d+\.?\d*e[+-]?\d", text):
        found.append("a number with a small e")
    for call in calls(text):
        if call.name in _YOUNGER:
            found.append(f"{call.name} is younger than Excel 2010")
    for reference in references(text):
        sheet, _, cell = reference.rpartition("!")
        if sheet and sheet.strip("'") not in sheets:
            found.append(f"no sheet {sheet}")
        is_cell = re.fullmatch(r"\$?[A-Z]{1,3}\$?\d+(:\$?[A-Z]{1,3}\$?\d+)?", cell)
        if not is_cell and cell not in names:
            found.append(f"no name {cell}")
    return found


def _place(address: str) -> tuple[int, int]:
    column, row = openpyxl.utils.cell.coordinate_from_string(address)
    return row, openpyxl.utils.column_index_from_string(column)
