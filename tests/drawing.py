"""What cells and callers may hand to a function: values inside and outside a kind's domain, and everything else."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import numpy as np

from udfs import Definition, ExcelError, Parameter
from udfs.kinds import LARGEST, Kind

# Sizes that people type, and numbers where arithmetic goes wrong: tiny, huge, next to 0 and to 1.
_NUMBERS: Final = (
    0.0, 1.0, 2.0, 3.0, 0.5, 0.25, 0.1, 0.9, 5.0, 10.0, 40.0, 100.0, 1000.0, 8760.0, 2.5e4, 1e6, 75e9, 150e9,
    -1.0, -2.0, -0.1, -0.5, -100.0, 1e-6, 1e-12, 1 - 2**-53, 1 + 2**-52, 1e15, 1e30, -1e15, 5e-324, -5e-324, 1e-200,
    LARGEST, -LARGEST,
)  # fmt: skip

# Raw value of a cell -> the number it counts as, or the error it gives.
NUMBERS_IN_DISGUISE: Final[list[tuple[Any, float]]] = [
    (None, 0.0),  # a blank cell
    (3, 3.0),
    (-2, -2.0),
    (Decimal("1.5"), 1.5),  # xlwings hands a currency cell over like this
    (Fraction(1, 4), 0.25),
    (np.float64(0.5), 0.5),
    (np.float32(2), 2.0),
    (np.int64(3), 3.0),
    (np.uint8(200), 200.0),
    (datetime.date(2024, 1, 1), 45292.0),  # Excel's serial numbers
    (datetime.datetime(2024, 1, 1, 12), 45292.5),
    (datetime.datetime(1900, 3, 1, tzinfo=datetime.UTC), 61.0),
]
NO_NUMBERS: Final[list[tuple[Any, ExcelError]]] = [
    *((error, error) for error in ExcelError),
    *((text, ExcelError.VALUE) for text in ("", " ", "fifty", "5", "#N/A", "=1+1", b"5")),
    *((truth, ExcelError.VALUE) for truth in (True, False, np.True_, np.False_)),
    *((thing, ExcelError.VALUE) for thing in (1j, object(), {}, {1: 2}, {3}, len, int, datetime.time(3))),
    (datetime.timedelta(days=2), ExcelError.VALUE),
    (np.timedelta64(3, "s"), ExcelError.VALUE),
    (Decimal("sNaN"), ExcelError.VALUE),
    *((number, ExcelError.NUM) for number in (math.nan, math.inf, -math.inf, np.nan, Decimal("NaN"))),
    *((number, ExcelError.NUM) for number in (1e101, -1e308, 10**400, -(10**400), Fraction(10**400), Decimal("1e999"))),
]

# Ranges that no sheet has, but that a caller may hand over.
ODD_RANGES: Final[list[Any]] = [
    [], [[]], [[], []], (), [[[1.0]]], [[[1.0, 2.0]]], [[1.0], [2.0, 3.0]], [1.0, [2.0, 3.0]], ((1.0, 2.0),), [None],
    [["x"]], [[{}]], [[[[], []]]], [np.array([1.0, 2.0])],
    np.array([]), np.zeros((0, 3)), np.zeros((3, 0)), np.zeros((2, 2, 2)),
    np.array([1, 2]), np.array(5.0), np.array("x"), np.array(None), np.array([["a", "b"]]), np.array([True, False]),
    np.array([1j, 2]), np.array(["2024-01-01", "2024-01-02"], dtype="M8[ns]"), np.array([1, 2], dtype="m8[s]"),
    np.array([(1, 2.0)], dtype="i4,f8"), np.array([1.0, np.nan, np.inf]), np.array([None, 10**400], dtype=object),
]  # fmt: skip


def _candidates(kind: Kind) -> list[float]:
    bounds = [kind.low, kind.high, kind.lowest, kind.highest]
    beside = [math.nextafter(bound, side) for bound in bounds for side in (-math.inf, math.inf)]
    return [*_NUMBERS, *bounds, *beside, (max(kind.low, -1e6) + min(kind.high, 1e6)) / 2]


def inside(kind: Kind) -> list[Any]:
    """Return values of a kind's domain, its edges among them."""
    if kind.choices:
        return [*kind.choices, kind.choices[0].lower(), f" {kind.choices[-1]} "]
    if kind.text:
        return ["AIGAP", "payback", "pue", "nothing of the kind"]
    if kind.shape == "any":
        return [2.0, 0.5, 50e9, None, "margin"]
    return [number for number in _candidates(kind) if kind.holds(number)]


def outside(kind: Kind) -> list[Any]:
    """Return values just outside of a kind's domain and far from it; empty for "any"."""
    if kind.choices:
        return ["", "NONE", "SL;", 1.0]
    if kind.shape == "any" or kind.text:
        return []
    return [number for number in _candidates(kind) if not kind.holds(number)]


def ordinary(function: Definition) -> tuple[Any, ...]:
    """Return arguments, one per parameter, with a sound result: those of the first example, and defaults."""
    given = function.examples[0].arguments
    rest: tuple[Parameter, ...] = function.parameters[len(given) :]
    return (*given, *(parameter.default for parameter in rest))
