"""Excel's functions of text, as far as the engine's own differ from Excel. Arguments are raw host values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from udfs import OMITTED, ExcelError

Result = str | ExcelError


def as_text(value: Any) -> Any:
    """Return a value as Excel puts it into text, a number with fifteen digits; an error as it is."""
    if isinstance(value, (str, ExcelError)):
        return value
    if value is None or value is OMITTED:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if abs(value) >= 1e20:
        mantissa, _, exponent = f"{value:.14E}".partition("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"
    return f"{Decimal(f'{value + 0.0:.15g}'):f}"  # the zero of -0.001 rounded has no sign in Excel


def proper(text: Any) -> Result:
    """Return text with a capital at the start of each run of letters."""
    words = as_text(text)
    return words if isinstance(words, ExcelError) else re.sub(r"[^\W\d_]+", lambda run: run.group().capitalize(), words)


def concat(*values: Any) -> Result:
    """Return all values in one text, ranges row by row."""
    return textjoin("", False, *values)


def textjoin(delimiter: Any, ignore_empty: Any, *values: Any) -> Result:
    """Return all values in one text, with a delimiter between them."""
    texts: list[str] = []
    for value in _cells([as_text(delimiter), *values]):
        text = as_text(value)
        if isinstance(text, ExcelError):
            return text
        texts.append(text)
    separator, *rest = texts
    return separator.join(text for text in rest if text or not ignore_empty)


def _cells(values: list[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from (cell for row in value for cell in row)
        else:
            yield value
