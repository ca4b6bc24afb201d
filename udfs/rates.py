"""Internal rates of return: every one of them, so that a rate is never shown where several would do."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

LOWEST_DISCOUNT: Final = 1 / 11  # the discount factor at a rate of 10, 1000% a year
_LAST_DIGITS: Final = 1e-6  # a step this small, against where it starts, mends digits and goes nowhere else
_TOUCHING: Final = 1e-12  # a sum this small, against its parts, is zero: two rates that coincide


def rates_of_return(flows: Sequence[float]) -> list[float]:
    """Return all rates in (-1, 10] at which the flows have a net present value of 0, lowest first.

    Parameters
    ----------
    flows : amounts at time 0, 1, 2, ...
    """
    signs = [flow > 0 for flow in flows if flow]
    changes = sum(a != b for a, b in pairwise(signs))
    if changes == 0:
        return []
    if changes == 1:
        rate = _only_rate(flows)
        if rate is not None:
            return [rate] if -1 < rate <= 10 else []
    first, last = (next(i for i in order if flows[i]) for order in (range(len(flows)), reversed(range(len(flows)))))
    coefficients = list(flows[first : last + 1])
    bound = 1 + max(abs(c) for c in coefficients) / abs(coefficients[-1])
    roots = _roots(coefficients, LOWEST_DISCOUNT, bound)
    return sorted(1 / _polished(coefficients, v) - 1 for v in roots)


def _only_rate(flows: Sequence[float]) -> float | None:
    """Return the rate of flows that change sign once, by pyxirr where it is installed."""
    try:
        from pyxirr import irr
    except ImportError:  # hosts whose Python holds nothing but the standard library
        return None
    rate: float | None = irr(list(flows))
    return rate if rate is None or rate <= -1 else 1 / _polished(flows, 1 / (1 + rate)) - 1


def _polished(coefficients: Sequence[float], root: float) -> float:
    """Return a root with its last digits: searches stop where the sum is near 0, one of Newton's steps goes on."""
    value = slope = 0.0
    for c in reversed(coefficients):
        slope = slope * root + value
        value = value * root + c
    better = root - value / slope if slope else root
    return better if abs(better - root) < _LAST_DIGITS * root else root


def _roots(coefficients: Sequence[float], low: float, high: float) -> list[float]:
    """Return the roots of a polynomial in [low, high]: between two turning points there is at most one."""
    if len(coefficients) < 2:
        return []
    slope = [power * c for power, c in enumerate(coefficients)][1:]
    turns = [low, *_roots(slope, low, high), high]
    found: list[float] = []
    for left, right in pairwise(turns):
        at_left, at_right = _value(coefficients, left), _value(coefficients, right)
        if at_left == 0:
            root = left
        elif at_right == 0:
            continue  # it is the left end of the next stretch
        elif (at_left > 0) != (at_right > 0):
            root = _bisect(coefficients, left, right)
        else:
            continue
        if not found or root > found[-1]:
            found.append(root)
    if _value(coefficients, high) == 0:
        found.append(high)
    return found


def _value(coefficients: Sequence[float], v: float) -> float:
    total = size = 0.0
    for c in reversed(coefficients):
        total = total * v + c
        size = size * v + abs(c)
    return 0.0 if abs(total) <= _TOUCHING * size else total


def _bisect(coefficients: Sequence[float], low: float, high: float) -> float:
    rising = _value(coefficients, high) > 0
    while low < (middle := (low + high) / 2) < high:
        value = _value(coefficients, middle)
        if value == 0:
            return middle
        low, high = (low, middle) if (value > 0) == rising else (middle, high)
    return low
