"""Excel's functions that make dates, as far as the engine's own differ from Excel."""

from __future__ import annotations

import datetime
from typing import Any

from udfs import ExcelError
from workbooks.engine.excel_values import LAST_DAY, moment_in

_FIRST = datetime.date(1904, 1, 1)
_BEFORE_MARCH_1900 = datetime.date(1899, 12, 31)


def date(year: float, month: float, day: float, *, dates_from_1904: bool = False) -> float | ExcelError:
    """Return the serial of a date; months and days beyond the year's and month's run on."""
    full, months = int(year), int(month) - 1
    full += 1900 if 0 <= full < 1900 else 0
    full, months = full + months // 12, months % 12
    if not 1899 <= full <= 9999 or not 0 <= int(year) <= 9999:
        return ExcelError.NUM
    first = datetime.date(full, months + 1, 1)
    if dates_from_1904:
        serial = (first - _FIRST).days
    else:
        serial = (first - _BEFORE_MARCH_1900).days
        serial += serial > 59  # Excel counts a 29 February 1900
    serial += int(day) - 1
    return float(serial) if 0 <= serial <= LAST_DAY else ExcelError.NUM


def datevalue(text: Any, *, dates_from_1904: bool = False) -> float | ExcelError:
    """Return the serial of a date in text."""
    found = moment_in(text, dates_from_1904=dates_from_1904) if isinstance(text, str) else None
    if isinstance(text, ExcelError):
        return text
    return ExcelError.VALUE if found is None else found[0]


def timevalue(text: Any) -> float | ExcelError:
    """Return the time in text as a part of a day."""
    found = moment_in(text) if isinstance(text, str) else None
    if isinstance(text, ExcelError):
        return text
    return ExcelError.VALUE if found is None else found[1] % 1
