"""Dates that a cell holds as text, as ISO 8601 has them (``t="d"``): the numbers that Excel makes of them."""

from __future__ import annotations

import re
from typing import Final

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_ISO8601, to_excel

_CELL: Final = re.compile(rb"""(<c\b[^>]*?)\s+t\s*=\s*["']d["']([^>]*>\s*<v\b[^>]*>)([^<]*)(?=</v)""")


def serial(text: str, *, from_1904: bool) -> float | None:
    """Return the number of a date, of a date with a time, or of a time; None if the text is none.

    >>> serial("2026-01-01", from_1904=False), serial("06:00:00", from_1904=True)
    (46023.0, 0.25)
    """
    try:
        date = from_ISO8601(text.strip().removesuffix("Z"))  # type: ignore[no-untyped-call]
        return float(to_excel(date, MAC_EPOCH if from_1904 else WINDOWS_EPOCH))  # type: ignore[no-untyped-call]
    except (ValueError, TypeError, OverflowError):
        return None


def with_serials(rows: bytes, *, from_1904: bool) -> bytes:
    """Return the rows of a sheet, of elements without a prefix, with numbers in place of such dates."""

    def number(found: re.Match[bytes]) -> bytes:
        value = serial(found[3].decode(), from_1904=from_1904)
        return found[0] if value is None else b"%s%s%r" % (found[1], found[2], value)

    return _CELL.sub(number, rows)
