"""All the places in a domain where a function of one number meets a target.

The function is known by its values only, and may have poles, jumps, gaps and flat stretches. It is sampled on a grid
that is dense where such functions turn (small and large magnitudes, the edges of the domain), and every change of
sign between two samples is narrowed down. Halving is done on the floats in their order rather than on the numbers,
so that 64 steps reach two neighbouring floats from any stretch, from 0 to 1E+18.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Final

from udfs.kinds import LARGEST, Kind

# What a function gives for a number; None where it gives an error.
Function = Callable[[float], float | None]

_MOST_WHOLE: Final = 1000  # whole numbers are tried one by one up to here
_PER_DECADE: Final = 24  # samples a tenth apart: two solutions nearer to each other may be taken for none
_DECADES: Final = range(-9, 19)
_CLOSE: Final = 1e-9  # of the target, or of what the function changes nearby, is close enough to meet it
_ROUNDING: Final = 1e-4  # of what is close enough: lost in the last bits
_NOISE: Final = 1e-13  # of the target: lost to rounding on the way
_SAME: Final = 1e-7  # solutions nearer to each other than this are one; a double root can't be told better

_MAGNITUDES: Final = tuple(10.0 ** (e + i / _PER_DECADE) for e in _DECADES for i in range(_PER_DECADE))
_TOWARDS_AN_EDGE: Final = tuple(10.0**-e for e in range(1, 16))


class AnyValueError(ValueError):
    """Every number in the domain meets the target."""


def solutions(function: Function, target: float, domain: Kind, near: Iterable[float] = ()) -> list[float]:
    """Return the numbers at which a function meets a target, in rising order.

    Parameters
    ----------
    function : what to solve.
    target : the value to be met.
    domain : the numbers allowed.
    near : further numbers to look around, such as the values of the function's other arguments.

    Returns
    -------
    list of float
        Where a whole stretch of numbers meets the target: its two ends, without one that is nowhere in sight.

    Raises
    ------
    AnyValueError
        Wherever the function has a value, it meets the target.
    """
    samples = _Samples(function, target, domain, near)
    if not domain.whole:
        samples.find_poles()
        samples.find_edges()
        samples.find_turns()
    found: list[float] = []
    for x in samples.roots():
        if not found or x - found[-1] > _SAME * max(abs(x), abs(found[-1]), 1e-6):
            found.append(x)
    return found


def _grid(domain: Kind, near: Iterable[float]) -> Iterable[float]:
    low, high = domain.lowest, domain.highest
    if domain.whole:
        first = math.ceil(max(low, -_MOST_WHOLE))
        yield from (float(x) for x in range(first, math.floor(min(high, first + _MOST_WHOLE)) + 1))
        return
    yield 0.0
    for size in _MAGNITUDES:
        yield from (size, -size, low + size, high - size)
    yield from (float(x) for x in range(1, 61))
    yield from (low, high)
    yield from (
        edge + side * step for edge in (domain.low, domain.high) for step in _TOWARDS_AN_EDGE for side in (-1, 1)
    )
    if high - low <= 1e6:
        yield from (domain.low + (domain.high - domain.low) * i / 64 for i in range(65))
    for x in near:
        yield x
        yield from (x * (1 + side * step) for step in (0.5, *_TOWARDS_AN_EDGE) for side in (-1, 1))


class _Samples:
    """Points in rising order and how far off the target the function is there; None where it has no value."""

    def __init__(self, function: Function, target: float, domain: Kind, near: Iterable[float]) -> None:
        self.function = function
        self.target = target
        self.size = abs(target)
        self.domain = domain
        self.points: list[float] = []
        self.values: list[float | None] = []
        self.turns: set[float] = set()
        self._add({x for x in _grid(domain, near) if domain.holds(x)})

    def off(self, x: float) -> float | None:
        """Return how far off the target the function is."""
        value = self.function(x)
        return None if value is None else value - self.target

    def _sample(self, x: float) -> float | None:
        """Return how far off, with the noise of rounding taken as 0."""
        value = self.off(x)
        return value if value is None or abs(value) > _NOISE * self.size else 0.0

    def _add(self, points: Iterable[float]) -> None:
        known = dict(zip(self.points, self.values, strict=True))
        known |= {x: self._sample(x) for x in points if x not in known}
        self.points = sorted(known)
        self.values = [known[x] for x in self.points]

    def _stretches(self) -> Iterable[tuple[float, float, float | None, float | None]]:
        for (left, right), (a, b) in zip(pairwise(self.points), pairwise(self.values), strict=True):
            yield left, right, a, b

    def find_edges(self) -> None:
        """Add the last points before the function stops having values: it may run off to infinity towards there."""
        edges: list[float] = []
        for left, right, a, b in self._stretches():
            if (a is None) != (b is None):
                edges += _halve(lambda x: self.off(x) is None, left, right)
        self._add(edges)

    def find_poles(self) -> None:
        """Add both sides of every place where the function changes its own sign.

        Where it does so at a pole, it meets the target somewhere between the pole and the next sample.
        """
        poles: list[float] = []
        for left, right, a, b in self._stretches():
            if a is None or b is None or (a > 0) != (b > 0):
                continue
            if (a + self.target) * (b + self.target) < 0:
                poles += _halve(lambda x: (self.function(x) or 0.0) > 0, left, right)
        self._add(poles)

    def find_turns(self) -> None:
        """Add the point nearest to the target where the function turns back before it reaches a sample."""
        values = self.values
        for i in range(1, len(values) - 1):
            before, here, after = values[i - 1 : i + 2]
            if not before or here is None or not after or (before > 0) != (after > 0):
                continue
            if here == 0:  # it may have crossed twice
                self.turns |= {self.points[i] * (1 + side * step) for step in (1e-3, 1e-6) for side in (-1, 1)}
                continue
            noise = _NOISE * max(self.size, abs(before))
            if (here > 0) == (after > 0) and abs(here) + noise < abs(before) and abs(here) <= abs(after):
                self.turns.add(_turn(self.off, self.points[i - 1], self.points[i + 1], here > 0))
        self._add(self.turns)

    def roots(self) -> Iterable[float]:
        """Yield the points that meet the target."""
        points, values = self.points, self.values
        if self._is_met_everywhere():
            raise AnyValueError
        i, last = 0, len(points) - 1
        while i <= last:
            x, value = points[i], values[i]
            if value == 0:
                end = i
                while end < last and values[end + 1] == 0:
                    end += 1
                yield from [self._simplest(x, 0.0)] if end == i else self._ends_of_flat(i, end)
                i = end
            elif value is not None and not self.domain.whole:
                after = values[i + 1] if i < last else None
                if after and (after > 0) != (value > 0):
                    yield from self._crossing(i)
                elif x in self.turns and abs(value) <= (allowed := self._allowed(_NOISE * self.size, x)):
                    yield self._simplest(x, allowed)
            i += 1

    def _is_met_everywhere(self) -> bool:
        """Whether it is met at all samples, but for those where a pole next to them makes noise."""
        if 0 not in self.values:
            return False
        poles = [x for x, value in zip(self.points, self.values, strict=True) if value is None]
        return all(
            not value or any(abs(x - pole) <= 1e-3 * abs(pole) for pole in poles)
            for x, value in zip(self.points, self.values, strict=True)
        )

    def _crossing(self, i: int) -> Iterable[float]:
        """Yield where the function crosses the target after point i, if it does not jump over it there."""
        left, right = _halve(lambda x: (self.off(x) or 0.0) > 0, self.points[i], self.points[i + 1])
        best = min((left, right), key=self._error)
        if self._error(best) <= (allowed := self._allowed(_CLOSE * self.size, best)):
            yield self._simplest(best, allowed)

    def _allowed(self, least: float, x: float) -> float:
        """Return how far off is close enough, by what the function changes within a thousandth of x."""
        return max(least, *(_CLOSE * abs(self.off(x * (1 + side * 1e-3)) or 0.0) for side in (-1, 1)))

    def _ends_of_flat(self, first: int, last: int) -> list[float]:
        """Return the ends of a stretch that meets the target; a bound of the domain only if it belongs to it."""
        low, high = self.points[first], self.points[last]
        ends = []
        if first > 0:
            low = self._edge_of_flat(self.points[first - 1], low)
            ends.append(self._simplest(low, 0.0))
        elif self.domain.low > -LARGEST and not self.domain.low_open:
            ends.append(low)
        if last < len(self.points) - 1:
            high = self._edge_of_flat(self.points[last + 1], high)
            ends.append(self._simplest(high, 0.0))
        elif self.domain.high < LARGEST and not self.domain.high_open:
            ends.append(high)
        if len(ends) == 2 and not self.domain.whole:
            width = high - low
            if max(self._error(low - width), self._error(high + width)) <= 100 * _NOISE * self.size:
                return [_shortest(low, high)]  # it is not flat, rounding hides the slope
        return ends

    def _edge_of_flat(self, outside: float, inside: float) -> float:
        if self.domain.whole:
            return inside
        pair = _halve(lambda x: self._sample(x) == 0, min(outside, inside), max(outside, inside))
        return pair[1] if outside < inside else pair[0]

    def _error(self, x: float) -> float:
        value = self.off(x)
        return math.inf if value is None else abs(value)

    def _simplest(self, x: float, allowed: float) -> float:
        """Return a number with few digits if it is as good: 0.5 rather than 0.49999999999999994."""
        if self.domain.whole:
            return x
        error = max(self._error(x), allowed * _ROUNDING)
        for digits in range(1, 11):
            simple = float(f"{x:.{digits}g}")
            if abs(simple - x) <= _SAME * abs(x) and self._error(simple) <= error:
                return simple
        return x


def _shortest(low: float, high: float) -> float:
    """Return the number with the fewest digits in a stretch."""
    if low <= 0 <= high:
        return 0.0
    middle = (low + high) / 2
    return next(x for digits in range(1, 18) if low <= (x := float(f"{middle:.{digits}g}")) <= high)


def _halve(test: Callable[[float], bool], low: float, high: float) -> tuple[float, float]:
    """Return the two neighbouring floats between which the outcome of a test changes."""
    first, last, at_low = _place(low), _place(high), test(low)
    while last - first > 1:
        middle = (first + last) // 2
        if test(_float(middle)) == at_low:
            first = middle
        else:
            last = middle
    return _float(first), _float(last)


def _turn(off: Function, low: float, high: float, above: bool) -> float:
    """Return the point between two where a function that is above (or below) the target at both comes nearest to it.

    It may come to the other side; then any point there is returned.
    """

    def height(place: int) -> float:
        value = off(_float(place))
        return math.inf if value is None else value if above else -value

    first, last = _place(low), _place(high)
    while last - first > 2:
        third = (last - first) // 3
        left, right = height(first + third), height(last - third)
        if min(left, right) < 0:
            return _float(first + third if left < right else last - third)
        if left <= right:
            last -= third
        else:
            first += third
    return _float((first + last) // 2)


def _place(x: float) -> int:
    """Return the place of a float in the order of all floats."""
    bits = int(struct.unpack("<q", struct.pack("<d", x))[0])
    return bits if bits >= 0 else -(bits & 0x7FFFFFFFFFFFFFFF)


def _float(place: int) -> float:
    bits = place if place >= 0 else -place | -0x8000000000000000
    return float(struct.unpack("<d", struct.pack("<q", bits))[0])
