"""Host values as arguments: what a number, a blank cell, text, a date or a range counts as."""

from __future__ import annotations

import datetime
from decimal import Decimal
from numbers import Real
from typing import Any, Final

from udfs.definition import Parameter
from udfs.errors import OMITTED, ExcelError
from udfs.kinds import Kind

_EPOCH: Final = datetime.datetime(1899, 12, 30)


def single(value: Any, parameter: Parameter) -> Any:
    """Return the argument for one value: a number or text in its domain, whatever it is for "any", or an error."""
    kind = parameter.kind
    if value is OMITTED:
        return ExcelError.VALUE if parameter.required else parameter.default
    if kind.shape == "any":
        return 0.0 if value is None else value
    if kind.choices:
        return _choice(value, kind.choices)
    if kind.text:
        return value if isinstance(value, (str, ExcelError)) else ExcelError.VALUE
    number = as_number(value)
    if isinstance(number, ExcelError):
        return number
    return number if kind.holds(number) else ExcelError.NUM


def _choice(value: Any, choices: tuple[str, ...]) -> str | ExcelError:
    if isinstance(value, ExcelError):
        return value
    if not isinstance(value, str):
        return ExcelError.VALUE
    word = value.strip().upper()
    return word if word in choices else ExcelError.NA


def as_number(value: Any) -> float | ExcelError:
    """Return the number that Excel would count a cell's value as, or the error it gives."""
    if isinstance(value, float):
        return float(value)
    if value is None:
        return 0.0
    if isinstance(value, ExcelError):
        return value
    if isinstance(value, bool):
        return ExcelError.VALUE
    if isinstance(value, (Real, Decimal)):
        try:
            return float(value)
        except OverflowError:
            return ExcelError.NUM
        except (TypeError, ValueError):  # NumPy's time spans call themselves whole numbers
            return ExcelError.VALUE
    if isinstance(value, datetime.date):
        moment = value if isinstance(value, datetime.datetime) else datetime.datetime.combine(value, datetime.time())
        return (moment.replace(tzinfo=None) - _EPOCH) / datetime.timedelta(days=1)
    return ExcelError.VALUE


def series(value: Any, kind: Kind) -> tuple[float, ...] | ExcelError:
    """Return one row or column as a tuple; a block is #VALUE!, since its order in time is anybody's guess."""
    rows = grid(value)
    if len(rows) > 1 and len(rows[0]) > 1:
        return ExcelError.VALUE
    numbers = []
    for cell in rows[0] if len(rows) == 1 else [row[0] for row in rows]:
        number = as_number(cell)
        if isinstance(number, ExcelError):
            return number
        if not kind.holds(number):
            return ExcelError.NUM
        numbers.append(number)
    return tuple(numbers)


def is_range(value: Any) -> bool:
    """Return whether a host value is a range: nested lists, or an array of at least one dimension."""
    return isinstance(value, (list, tuple)) or (hasattr(value, "__array__") and getattr(value, "ndim", 1) > 0)


def grid(value: Any) -> Any:
    """Return a range as rows of equal length: nested lists, or a 2-D NumPy array where one came in."""
    if isinstance(value, (list, tuple)):
        rows = [row if isinstance(row, (list, tuple)) else [row] for row in value]
        widths = set(map(len, rows))
        if len(widths) < 2:
            return rows
        return [[*row, *[ExcelError.NA] * (max(widths) - len(row))] for row in rows]
    import numpy as np

    array = np.asarray(value)
    if not array.size:
        return []
    if array.dtype.kind == "M":
        array = array.astype("datetime64[us]").astype(object)  # in nanoseconds they would pass as whole numbers
    return array if array.ndim == 2 else array.reshape(len(array), -1)
