"""References into tables as plain addresses: ``Costs[Power]`` is ``Inputs!$B$2:$B$9``. The engine knows no tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from openpyxl.utils import get_column_letter, quote_sheetname

# Column names and keywords in their brackets, which XlsxWriter leaves out: Costs[[#This Row],Power]. An apostrophe
# before a bracket makes it a part of the name.
_ITEM: Final = re.compile(r"\[((?:'.|[^]'[])*)\]|(?:^|(?<=[,:]))([^][,:]+)(?=[,:]|$)", re.DOTALL)
_ESCAPED: Final = re.compile(r"'(.)", re.DOTALL)
_SPECIAL: Final = re.compile(r"(?=[][#'])")
_ESCAPE: Final = "'"


class TableReferenceError(ValueError):
    """A reference to what the table does not have; the message says what."""


@dataclass(frozen=True)
class Table:
    """A table: its sheet, first and last row and column (from 1, with headers and totals), and its columns' names."""

    name: str
    sheet: str
    top: int
    left: int
    bottom: int
    right: int
    columns: tuple[str, ...]
    has_headers: bool = True
    has_totals: bool = False


def plain_address(reference: str, tables: Mapping[str, Table], row: int, own: Table | None = None) -> str | None:
    """Return the address that a reference into a table stands for; None for any other reference.

    Parameters
    ----------
    reference : such as ``Costs[Power]``, ``Costs[[#This Row],[Power]]``, ``Costs[[#Headers],[a]:[c]]``, ``Costs``.
    tables : by name in capitals.
    row : of the cell that the reference stands in, for those to its own row.
    own : the table that the cell stands in, which ``[Power]`` means.

    Raises
    ------
    TableReferenceError
        The table has no such column or part.

    Examples
    --------
    >>> costs = Table("Costs", "My sheet", 1, 1, 4, 2, ("Item", "Power"))
    >>> plain_address("Costs[Power]", {"COSTS": costs}, 9)
    "'My sheet'!$B$2:$B$4"
    """
    name, bracket, inner = reference.partition("[")
    table = tables.get(name.upper()) if name or "!" in reference else own
    if table is None:
        return None
    items = _items(inner.removesuffix("]")) if bracket else []
    parts = [item.lower() for item in items if item.startswith(("#", "@"))]
    columns = [_column(table, item) for item in items if not item.startswith(("#", "@"))]
    first, last = _rows(table, parts, row)
    left, right = (min(columns), max(columns)) if columns else (table.left, table.right)
    corner, other = f"${get_column_letter(left)}${first}", f"${get_column_letter(right)}${last}"
    sheet = table.sheet if re.fullmatch(r"[A-Za-z_]\w*", table.sheet) else quote_sheetname(table.sheet)
    return f"{sheet}!{corner}" if corner == other else f"{sheet}!{corner}:{other}"


def of_this_row(
    reference: str, tables: Mapping[str, Table], own: Table | None = None, *, before: int = 0
) -> str | None:
    """Return a reference to cells of the own row in the form that files have; None for any other reference.

    XlsxWriter leaves out the table and brackets, which Excel understands and LibreOffice does not.

    Parameters
    ----------
    reference, tables, own : as for ``plain_address``.
    before : how many columns before the first one it shall begin.

    Examples
    --------
    >>> costs = Table("Costs", "My sheet", 1, 1, 4, 2, ("Item", "Power"))
    >>> of_this_row("[[#This Row],Power]", {"COSTS": costs}, costs)
    'Costs[[#This Row],[Power]]'
    """
    name, bracket, inner = reference.partition("[")
    table = tables.get(name.upper()) if name else own
    if table is None or not bracket:
        return None
    items = _items(inner.removesuffix("]"))
    columns = [_column(table, item) - table.left for item in items if not item.startswith(("#", "@"))]
    if not columns or [item.lower() for item in items if item.startswith(("#", "@"))] not in (["@"], ["#this row"]):
        return None
    first = min(columns) - before
    if first < 0:
        return None
    ends = dict.fromkeys((table.columns[first], table.columns[max(columns)]))
    return f"{table.name}[[#This Row],{':'.join(f'[{_SPECIAL.sub(_ESCAPE, end)}]' for end in ends)}]"


def table_at(tables: Iterable[Table], sheet: str, row: int, column: int) -> Table | None:
    """Return the table that a cell stands in."""
    return next(
        (
            one
            for one in tables
            if one.sheet == sheet and one.top <= row <= one.bottom and one.left <= column <= one.right
        ),
        None,
    )


def _items(inner: str) -> list[str]:
    """Return keywords and column names; ``@`` at the start is the keyword of this row."""
    this_row = ["@"] if inner.lstrip().startswith("@") else []
    inner = inner.lstrip().removeprefix("@")
    pairs = _ITEM.findall(inner) if "[" in inner else [(inner, "")]
    found = [(bracketed or bare).strip() for bracketed, bare in pairs]
    return this_row + [item if item.startswith("#") else _ESCAPED.sub(r"\1", item) for item in found if item]


def _column(table: Table, name: str) -> int:
    for place, column in enumerate(table.columns):
        if column.casefold() == name.casefold():
            return table.left + place
    raise TableReferenceError(f"refers to a column {name} that the table {table.name} does not have. Correct the name.")


def _rows(table: Table, parts: list[str], row: int) -> tuple[int, int]:
    data = table.top + table.has_headers, table.bottom - table.has_totals
    spans = {"#all": (table.top, table.bottom), "#data": data, "@": (row, row), "#this row": (row, row)}
    if table.has_headers:
        spans["#headers"] = table.top, table.top
    if table.has_totals:
        spans["#totals"] = table.bottom, table.bottom
    missing = [part for part in parts if part not in spans]
    if missing:
        raise TableReferenceError(f"refers to {missing[0]} that the table {table.name} does not have. Correct it.")
    if {"@", "#this row"} & set(parts) and not data[0] <= row <= data[1]:
        raise TableReferenceError(f"refers to its own row of the table {table.name}, but stands in none of its rows.")
    chosen = [spans[part] for part in parts] or [data]
    return min(first for first, _ in chosen), max(last for _, last in chosen)
