"""Workbooks whose first sheet, D, holds data that formulas on others refer to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl
from openpyxl.utils import FORMULAE


def with_data(columns: Mapping[str, Sequence[Any]]) -> openpyxl.Workbook:
    """Return a workbook with values in the columns of its sheet D, from row 1 down."""
    book = openpyxl.Workbook()
    data = book.active
    assert data is not None
    data.title = "D"
    for column, values in columns.items():
        for row, value in enumerate(values, start=1):
            data[f"{column}{row}"] = value
    return book


def marked(formula: str) -> str:
    """Return the formula as a file stores it: functions younger than the format with their mark."""
    typed = {*FORMULAE, "DATEDIF"}
    return re.sub(
        r"[A-Z][A-Z0-9.]*(?=\()", lambda f: f.group() if f.group() in typed else f"_xlfn.{f.group()}", formula
    )
