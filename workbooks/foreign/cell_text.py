"""How one cell is written in a worksheet's XML: patterns that find its pieces, and its text from a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from openpyxl.utils.cell import get_column_letter, range_boundaries

from udfs import ExcelError
from workbooks.foreign.container import UnusableFileError
from workbooks.foreign.xml_text import hidden, shown, text_in, text_of

Value = float | str | bool | ExcelError | None  # what a cell holds; dates are serials

ADDRESS: Final = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3}[0-9]{1,7})["']""")
TYPE: Final = re.compile(rb"""\s*\bt\s*=\s*(?:"[^"]*"|'[^']*')""")
KIND: Final = re.compile(rb"""\bt\s*=\s*["'](\w*)""")
# The value of a cell with an error that is none of the seven of the format.
UNKNOWN_ERROR: Final = re.compile(
    rb"""(<(?:[\w.-]+:)?c\b[^>]*\bt\s*=\s*["']e["'][^>]*>(?:<(?:[\w.-]+:)?f\b[^>]*(?:/>|>[^<]*</[^>]*>))?<(?:[\w.-]+:)?v\s*>)"""
    rb"""(?!\s*\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A)\s*<)[^<]*(?=</)"""
)
CELL_MARK: Final = re.compile(rb"""\s*\bcm\s*=\s*(?:"[^"]*"|'[^']*')""")
VALUE_MARK: Final = re.compile(rb"""\s*\bvm\s*=\s*(?:"[^"]*"|'[^']*')""")


class Patterns(NamedTuple):
    """How cells are written in a sheet whose elements have some prefix."""

    formula_cell: re.Pattern[bytes]
    cell: re.Pattern[bytes]
    row: re.Pattern[bytes]
    value: re.Pattern[bytes]
    inline: re.Pattern[bytes]
    unnumbered: re.Pattern[bytes]


def cell_xml(marks: bytes, formula: bytes, value: Value, tag: bytes = b"", rest: bytes = b"") -> bytes:
    """Return a cell with a value of its type.

    Parameters
    ----------
    marks : the attributes of the old cell; its type is replaced.
    formula : the formula's element; empty for a plain value.
    value : None for none.
    tag : what stands before the names of elements.
    rest : what else stands in the cell.
    """
    marks = TYPE.sub(b"", marks)
    if isinstance(value, str) and not formula:
        inside = b'<%sis><%st xml:space="preserve">%s</%st></%sis>' % (tag, tag, text_in(hidden(value)), tag, tag)
        return b'<%sc%s t="inlineStr">%s%s</%sc>' % (tag, marks, inside, rest, tag)
    kind, text = b"", b""
    if isinstance(value, ExcelError):
        kind, text = b' t="e"', str(value).encode()
    elif isinstance(value, bool):
        kind, text = b' t="b"', b"%d" % value
    elif isinstance(value, str):
        kind, text = b' t="str"', text_in(hidden(value))
    elif value is not None:
        # repr is the shortest text that gives the same number back.
        text = repr(float(value) + 0.0).removesuffix(".0").encode()  # -0 is shown as 0
    space = b' xml:space="preserve"' if isinstance(value, str) and value != value.strip() else b""
    written = b"" if value is None else b"<%sv%s>%s</%sv>" % (tag, space, text, tag)
    if not (formula or written or rest):
        return b"<%sc%s/>" % (tag, marks)
    return b"<%sc%s%s>%s%s%s</%sc>" % (tag, marks, kind, formula, written, rest, tag)


def members(reference: str) -> Iterator[str]:
    """Yield the cells of ``B2:C9``, row by row."""
    left, top, right, bottom = corners(reference)
    letters = [get_column_letter(column) for column in range(left, right + 1)]
    for row in range(top, bottom + 1):
        for letter in letters:
            yield f"{letter}{row}"


def count(reference: str) -> int:
    """Return how many cells ``B2:C9`` has."""
    left, top, right, bottom = corners(reference)
    return (right - left + 1) * (bottom - top + 1)


def corners(reference: str) -> tuple[int, int, int, int]:
    """Return the first column and row of ``B2:C9``, and the last."""
    try:
        left, top, right, bottom = range_boundaries(reference)
    except (ValueError, TypeError):
        left = top = right = bottom = None
    if left is None or top is None or right is None or bottom is None or left > right or top > bottom:
        raise UnusableFileError(f"is damaged: {reference!r} is no range of cells. Open it in Excel and save it anew")
    return left, top, right, bottom


def address(row: int, column: int) -> str:
    """Return the address of a cell: ``B7``."""
    return f"{get_column_letter(column)}{row}"


def address_of(marks: bytes) -> str:
    """Return the address among a cell's attributes."""
    found = ADDRESS.search(marks)
    if found is None:
        raise UnusableFileError("is damaged: a cell has no address. Open it in Excel and save it anew")
    return found[1].decode()


def inline_text(inside: bytes) -> str:
    """Return the text of an inline string with its runs; how it is pronounced is no part of it."""
    inside = re.sub(rb"<(?:[\w.-]+:)?rPh\b.*?</(?:[\w.-]+:)?rPh\s*>", b"", inside, flags=re.DOTALL)
    runs = re.findall(rb"<(?:[\w.-]+:)?t\b[^>]*>([^<]*)</", inside)
    return shown(text_of(b"".join(runs)))


@cache
def patterns(tag: bytes) -> Patterns:
    """Return how cells are found where ``tag`` stands before the names of elements."""
    p = re.escape(tag)
    return Patterns(
        # Attributes, among them the address (which most writers put first), the formula's attributes and text, and the
        # rest: most often that is a value.
        formula_cell=re.compile(
            rb"""<%sc\b((?:\ r="([A-Z]{1,3}[0-9]{1,7})")?[^>]*)>\s*<%sf\b([^>]*?)(?:/>|>([^<]*)</%sf\s*>)"""
            rb"(<%sv>[^<]*</%sv>|.*?)</%sc\s*>" % (p, p, p, p, p, p),
            re.DOTALL,
        ),
        cell=re.compile(rb"<%sc\b([^>]*?)(?:/>|>(.*?)</%sc\s*>)" % (p, p), re.DOTALL),
        row=re.compile(rb"<%srow\b([^>]*?)(?:/>|>(.*?)</%srow\s*>)" % (p, p), re.DOTALL),
        value=re.compile(rb"\s*<%sv\b[^>]*?(?:/>|>([^<]*)</%sv\s*>)" % (p, p)),
        inline=re.compile(rb"\s*<%sis\b.*?(?:</%sis\s*>|<%sis\s*/>)" % (p, p, p), re.DOTALL),
        unnumbered=re.compile(rb"""<%s(?:c|row)(?=[\s/>])(?! r=)(?![^>]*\br\s*=)""" % p),
    )
