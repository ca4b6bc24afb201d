"""The last pass: computed values into the cells of a finished package, all other parts byte for byte.

openpyxl writes a formula without its value, and a reader that does not calculate (a preview, pandas, Excel in
protected view) then shows nothing. So the values are put in where the file is already text. A formula that spills is
marked as such, and its values get cells of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from workbooks.engine import Value
from workbooks.foreign.cell_text import cell_xml
from workbooks.package import read_parts, sheet_parts, write_parts
from workbooks.spills import add_cells, mark_dynamic_arrays, members

_CELL: Final = re.compile(rb"<c\b([^>]*)(?<!/)>(.*?)</c>", re.DOTALL)
_ADDRESS: Final = re.compile(rb'\br="([A-Z]+[0-9]+)"')
_FORMULA: Final = re.compile(rb"<f\b[^>]*>.*?</f>|<f\b[^>]*/>", re.DOTALL)

Sheets = Mapping[str, Mapping[str, Value]]
Spills = Mapping[str, Mapping[str, tuple[int, int]]]


def plant_values(package: bytes, values: Sheets, spills: Spills | None = None, *, keep_formulas: bool = True) -> bytes:
    """Return the package with values in its formula cells.

    Parameters
    ----------
    package : an .xlsx package.
    values : sheet name -> cell address -> value, also of the cells that a spill fills.
    spills : sheet name -> address of the formula -> rows and columns of its result.
    keep_formulas : False leaves the values alone, in place of the formulas.

    Raises
    ------
    KeyError
        A formula cell has no value.
    """
    parts = read_parts(package)
    spilling = False
    for sheet, part in sheet_parts(parts).items():
        of_sheet, of_spills = values.get(sheet, {}), (spills or {}).get(sheet, {})

        def planted(
            match: re.Match[bytes],
            sheet: str = sheet,
            of_sheet: Mapping[str, Value] = of_sheet,
            of_spills: Mapping[str, tuple[int, int]] = of_spills,
        ) -> bytes:
            formula = _FORMULA.search(match.group(2))
            if formula is None:
                return match.group()
            found = _ADDRESS.search(match.group(1))
            address = found.group(1).decode() if found else "?"
            if address not in of_sheet:
                raise KeyError(f"no value was computed for {sheet}!{address}")
            text = formula.group() if keep_formulas else b""
            attributes = match.group(1)
            if keep_formulas and address in of_spills:
                area = members(address, of_spills[address])
                text = re.sub(rb"<f\b[^>]*>", f'<f t="array" ref="{area[0]}:{area[-1]}">'.encode(), text, count=1)
                attributes += b' cm="1"'
            return cell_xml(attributes, text, of_sheet[address])

        content = _CELL.sub(planted, parts[part])
        for anchor, size in of_spills.items():
            spilling = True
            new = {cell: of_sheet[cell] for cell in members(anchor, size)[1:]}
            content = add_cells(content, {cell: _member_xml(cell, value) for cell, value in new.items()})
        parts[part] = content
    if spilling and keep_formulas:
        mark_dynamic_arrays(parts)
    return write_parts(parts)


def _member_xml(cell: str, value: Value) -> bytes:
    return cell_xml(f' r="{cell}"'.encode(), b"", value)
