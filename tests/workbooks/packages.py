"""Looking into finished packages: formula cells, wrong values put into them, readers."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

import openpyxl

from workbooks.cached import plant_values
from workbooks.package import read_parts, sheet_parts

WRONG = 987654.25

_FORMULA_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]+\d+)"[^>]*(?<!/)>(?:(?!</c>).)*?<f\b', re.DOTALL)


def named_cells(package: bytes) -> dict[str, tuple[str, str]]:
    """Return name -> sheet and address of its cell."""
    names = openpyxl.load_workbook(io.BytesIO(package)).defined_names
    places = {name: target.attr_text.rpartition("!") for name, target in names.items()}
    return {name: (sheet.strip("'"), cell.replace("$", "")) for name, (sheet, _, cell) in places.items()}


def formula_cells(package: bytes) -> dict[str, list[str]]:
    """Return sheet -> addresses of its formula cells."""
    parts = read_parts(package)
    return {
        sheet: [address.decode() for address in _FORMULA_CELL.findall(parts[part])]
        for sheet, part in sheet_parts(parts).items()
    }


def spoiled(package: bytes) -> bytes:
    """Return the package with a wrong value cached in every formula cell."""
    wrong = {sheet: dict.fromkeys(cells, WRONG) for sheet, cells in formula_cells(package).items()}
    return plant_values(package, wrong)


def cached(package: bytes) -> dict[str, dict[str, Any]]:
    """Return sheet -> address -> the value that openpyxl reads without calculating."""
    book = openpyxl.load_workbook(io.BytesIO(package), data_only=True)
    return {
        sheet.title: {
            cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
        }
        for sheet in book.worksheets
    }


def close(one: Any, other: Any, absolute: float = 0.0) -> bool:
    """Return whether two cells hold the same: numbers to 1e-9 of their size."""
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= max(1e-9 * max(abs(one), abs(other)), absolute)
    return one == other


def differences(one: Mapping[str, Any], other: Mapping[str, Any], cells: list[str], absolute: float = 0.0) -> list[str]:
    """Return what differs between two sheets' cells, in words."""
    return [
        f"{cell}: {one.get(cell)!r} against {other.get(cell)!r}"
        for cell in cells
        if not close(one.get(cell), other.get(cell), absolute)
    ]
