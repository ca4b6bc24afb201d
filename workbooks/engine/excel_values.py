"""What Excel takes a value for where it wants a number: text that is an amount, a percentage, a date or a time counts.

Dates are read as Excel with American settings reads them, as its own documentation does.
"""

from __future__ import annotations

import calendar
import datetime
import math
import re
from functools import lru_cache
from typing import Any, Final

from udfs import OMITTED, ExcelError

_AMOUNT: Final = re.compile(r"([-+]?)\$?([-+]?)((?:\d+|\d{1,3}(?:,\d{3})+)\.?\d*|\.\d+)(E[-+]?\d+)?(%?)", re.IGNORECASE)
_FRACTION: Final = re.compile(r"(-?)(\d+) (\d+)/(\d+)")
_MONTH: Final = r"(?P<name>[a-z]{3,9})\.?"
_DAY: Final = (
    r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})",
    r"(?P<month>\d{1,2})[-/](?P<day>\d{1,2})[-/](?P<year>\d{4}|\d\d)",
    rf"(?P<day>\d{{1,2}})[- /]?{_MONTH}[- /,]+(?P<year>\d{{4}}|\d\d)",
    rf"{_MONTH}[- /]?(?P<day>\d{{1,2}})(?:, *| +|[-/])(?P<year>\d{{4}}|\d\d)",
    rf"{_MONTH}[- /]+(?P<year>\d{{4}})",
)
_TIME: Final = r"(?P<hour>\d{1,4}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2}(?:\.\d+)?))?(?: ?(?P<half>[ap])\.?m?\.?)?"
_MOMENTS: Final = [re.compile(rf"{day}(?:[ T]+{_TIME})?", re.IGNORECASE) for day in _DAY]
_TIME_ALONE: Final = re.compile(_TIME, re.IGNORECASE)
_MONTHS: Final = [name.lower() for name in calendar.month_name[1:]]
_BEFORE_1904: Final = 1462  # days between the two beginnings
LAST_DAY: Final = 2958465  # 31 December 9999


def number(value: Any, *, dates_from_1904: bool = False) -> float | ExcelError:
    """Return a single value as a number; #VALUE! for text that is none.

    >>> [number(text) for text in ("1,234.5", "12%", "($7)", "2024-01-31", "14:30")]
    [1234.5, 0.12, -7.0, 45322.0, 0.6041666666666666]
    """
    if value is None or value is OMITTED:
        return 0.0
    if isinstance(value, ExcelError):
        return value
    if isinstance(value, str):
        return number_in(value, dates_from_1904=dates_from_1904)
    result = float(value)
    return result if math.isfinite(result) else ExcelError.NUM


def truth(value: Any) -> bool | ExcelError:
    """Return a single value as a truth value; #VALUE! for text but TRUE and FALSE."""
    if isinstance(value, ExcelError):
        return value
    if isinstance(value, str):
        known = {"TRUE": True, "FALSE": False}
        return known.get(value.upper(), ExcelError.VALUE)
    return value is not OMITTED and bool(value)


@lru_cache(maxsize=4096)
def number_in(text: str, *, dates_from_1904: bool = False) -> float | ExcelError:
    """Return the number that a text stands for; #VALUE! if it stands for none."""
    text = text.strip(" \xa0")
    brackets = text.startswith("(") and text.endswith(")")
    found = _AMOUNT.fullmatch(text[1:-1].strip() if brackets else text)
    if found and not (found[1] and found[2]) and not (brackets and (found[1] or found[2])):
        amount = float(found[3].replace(",", "") + (found[4] or "")) / (100 if found[5] else 1)
        negative = brackets or "-" in (found[1], found[2])
        return (-amount if negative else amount) if math.isfinite(amount) else ExcelError.VALUE
    fraction = _FRACTION.fullmatch(text)
    if fraction and int(fraction[4]):
        amount = int(fraction[2]) + int(fraction[3]) / int(fraction[4])
        return -amount if fraction[1] else amount
    moment = moment_in(text, dates_from_1904=dates_from_1904)
    return ExcelError.VALUE if moment is None else moment[0] + moment[1]


def is_taken_for_number(text: str) -> bool:
    """Return whether Excel may take a text for a number or truth value."""
    return text.upper() in ("TRUE", "FALSE") or not isinstance(number_in(text), ExcelError)


def moment_in(text: str, *, dates_from_1904: bool = False) -> tuple[float, float] | None:
    """Return the serial of a date in text and its time as a part of a day; None if it is no date and no time."""
    text = text.strip()
    alone = _TIME_ALONE.fullmatch(text)
    if alone:
        time = _time(alone)
        return None if time is None else (0.0, time)
    for pattern in _MOMENTS:
        found = pattern.fullmatch(text)
        if found:
            day, time = _day(found), _time(found)
            if day is None or time is None:
                return None
            serial = day - _BEFORE_1904 if dates_from_1904 else day
            return None if serial < 0 else (float(serial), time)
    return None


def _day(found: re.Match[str]) -> int | None:
    parts = found.groupdict()
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 2000 if year < 30 else 1900
    name = parts.get("name")
    if name:
        known = [number for number, month in enumerate(_MONTHS, start=1) if name.lower() in (month, month[:3])]
        month = known[0] if known else 9 if name.lower() == "sept" else 0
    else:
        month = int(parts["month"])
    try:
        days = (datetime.date(year, month, int(parts.get("day") or 1)) - datetime.date(1899, 12, 30)).days
    except ValueError:
        return None
    return days - (days < 61) if days > 1 else None  # Excel counts a 29 February 1900


def _time(found: re.Match[str]) -> float | None:
    parts = found.groupdict()
    if parts["hour"] is None:
        return 0.0
    hour, minute, second = int(parts["hour"]), int(parts["minute"]), float(parts["second"] or 0)
    if parts["half"]:
        if not 0 < hour <= 12:
            return None
        hour = hour % 12 + (12 if parts["half"].lower() == "p" else 0)
    if minute > 59 or second >= 60 or (hour > 23 and "year" in parts):
        return None
    return (hour * 3600 + minute * 60 + second) / 86400
