"""Formulas relative to their cell: two cells hold the same formula if it reads the same from each of them.

This works on text by one pattern, not on a parsed formula, as it is done for every cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from openpyxl.utils import column_index_from_string, get_column_letter

_SHEET: Final = r"(?:(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!)?"
_BEFORE: Final = r"(?<![\w.$\\?!])"
_AFTER: Final = r"(?![\w.(!\[])"
# Texts and what stands in brackets (names of columns of tables) are stepped over; a quoted sheet too if a name follows.
_REFERENCE: Final = re.compile(
    rf"""(?P<skipped>"[^"]*"|\[[^\[\]]*\])
    |{_BEFORE}{_SHEET}(?:
        (?P<c1>\$?[A-Z]{{1,3}})(?P<r1>\$?[1-9][0-9]{{0,6}})(?::(?P<c2>\$?[A-Z]{{1,3}})(?P<r2>\$?[1-9][0-9]{{0,6}}))?{_AFTER}
        |(?P<from>\$?[A-Z]{{1,3}}):(?P<to>\$?[A-Z]{{1,3}}){_AFTER}
        |(?P<first>\$?[1-9][0-9]{{0,6}}):(?P<last>\$?[1-9][0-9]{{0,6}}){_AFTER}
    )
    |'(?:[^']|'')*'""",
    re.VERBOSE | re.IGNORECASE,
)
# These look at where a range is, not at what is in it.
_PLACES: Final = re.compile(r"\b(?:ROWS?|COLUMNS?|AREAS|ISREF|FORMULATEXT|SHEET)\([^()]*\)", re.IGNORECASE)
_ROWS: Final = 1048576
_COLUMNS: Final = 16384


def relative(formula: str, row: int, column: int) -> str:
    """Return a formula with its references in the R1C1 form, seen from a cell.

    >>> relative("=B$1*Inputs!A2", 2, 3)
    '=R1C[-1]*Inputs!R[0]C[-2]'
    """

    def row_text(text: str) -> str:
        return f"R{text[1:]}" if text[0] == "$" else f"R[{int(text) - row}]"

    def column_text(text: str) -> str:
        return f"C{_number(text[1:])}" if text[0] == "$" else f"C[{_number(text) - column}]"

    return _rewritten(formula, lambda column, row: row_text(row) + column_text(column), row_text, column_text)


def shifted(formula: str, rows: int, columns: int) -> str:
    """Return a formula as it reads when copied so many rows down and columns to the right.

    >>> shifted("=B$1*SUM($A2:A2)", 1, 2)
    '=D$1*SUM($A3:C3)'
    """

    def row_text(text: str) -> str:
        return text if text[0] == "$" else str((int(text) + rows - 1) % _ROWS + 1)

    def column_text(text: str) -> str:
        return text if text[0] == "$" else get_column_letter((_number(text) + columns - 1) % _COLUMNS + 1)

    return _rewritten(formula, lambda column, row: column_text(column) + row_text(row), row_text, column_text)


def _rewritten(
    formula: str, cell: Callable[[str, str], str], row_text: Callable[[str], str], column_text: Callable[[str], str]
) -> str:
    """Return a formula with its references written anew, from the texts of their columns and rows."""

    def reference(found: re.Match[str]) -> str:
        parts = found.groupdict()
        sheet = f"{parts['sheet']}!" if parts["sheet"] else ""
        if parts["c1"]:
            end = f":{cell(parts['c2'], parts['r2'])}" if parts["c2"] else ""
            return f"{sheet}{cell(parts['c1'], parts['r1'])}{end}"
        if parts["from"]:
            return f"{sheet}{column_text(parts['from'])}:{column_text(parts['to'])}"
        if parts["first"]:
            return f"{sheet}{row_text(parts['first'])}:{row_text(parts['last'])}"
        return found.group()

    return _REFERENCE.sub(reference, formula)


def skeleton(formula: str) -> str:
    """Return a formula with ``A1`` in place of every reference.

    >>> skeleton("=SUM(B2:B9)*Inputs!$C$3*1.5")
    '=SUM(A1)*A1*1.5'
    """
    return _REFERENCE.sub(lambda found: found.group() if found.lastgroup in (None, "skipped") else "A1", formula)


def precedents(formula: str) -> Iterator[tuple[str | None, tuple[int, int, int, int]]]:
    """Yield the ranges whose contents a formula uses: sheet (None: its own) and corners, columns first.

    >>> list(precedents("=B2+SUM('My sheet'!$A$1:A3)+ROWS(A1:A9)"))
    [(None, (2, 2, 2, 2)), ('My sheet', (1, 1, 1, 3))]
    """
    text = _PLACES.sub("0", formula)
    for found in _REFERENCE.finditer(text):
        if text[found.start() - 1] == "]":  # in another file
            continue
        parts = {key: text.replace("$", "") for key, text in found.groupdict().items() if text}
        sheet = parts.get("sheet")
        if sheet is not None and sheet[0] == "'":
            sheet = sheet[1:-1].replace("''", "'")
        if "c1" in parts:
            left, top = _number(parts["c1"]), int(parts["r1"])
            right, bottom = _number(parts.get("c2", parts["c1"])), int(parts.get("r2", top))
        elif "from" in parts:
            left, top, right, bottom = _number(parts["from"]), 1, _number(parts["to"]), _ROWS
        elif "first" in parts:
            left, top, right, bottom = 1, int(parts["first"]), _COLUMNS, int(parts["last"])
        else:
            continue
        yield sheet, (min(left, right), min(top, bottom), max(left, right), max(top, bottom))


@cache
def _number(letters: str) -> int:
    return column_index_from_string(letters.upper())
