"""Units of products, quotients and sums, in the words of the kinds: "$/GPU-hour" times "GPUs" and "hours" is "$"."""

from __future__ import annotations

from collections import Counter
from typing import Final

UNKNOWN: Final = ""
_PURE: Final = ("x", "fraction")
_PLURALS: Final = {f"{word}s": word for word in ("GPU", "hour", "month", "year", "round", "token")}


def times(one: str, other: str) -> str:
    """Return the unit of a product."""
    if UNKNOWN in (one, other):
        return UNKNOWN
    if one in _PURE and other in _PURE:
        return one if one == other else "x"
    return _written(_parts(one), _parts(other))


def over(one: str, other: str) -> str:
    """Return the unit of a quotient."""
    if UNKNOWN in (one, other):
        return UNKNOWN
    inverse = Counter({word: -power for word, power in _parts(other).items()})
    return _written(_parts(one), inverse)


def plus(one: str, other: str) -> str:
    """Return the unit of a sum or difference; unknown where the two do not go together."""
    if one == other:
        return one
    return "x" if one in _PURE and other in _PURE else UNKNOWN


def plus_number(operator: str, unit: str) -> str:
    """Return the unit of a sum or difference with a plain number: 1-margin is a fraction, 1+overhead a multiple."""
    return "x" if _is_yearly_factor(unit) or (unit in _PURE and operator == "+") else unit


def power(base: str) -> str:
    """Return the unit of a power: only pure numbers have one."""
    return "x" if base in _PURE or _is_yearly_factor(base) else UNKNOWN


def _is_yearly_factor(unit: str) -> bool:
    return unit.split("/")[0] in _PURE and "/" in unit


def _parts(unit: str) -> Counter[str]:
    """Return word -> power."""
    parts: Counter[str] = Counter()
    for place, group in enumerate(unit.replace("kWh", "kW-hour").split("/")):
        for word in group.split("-"):
            if word not in _PURE:
                parts[_PLURALS.get(word, word)] += -1 if place else 1
    return parts


def _written(*factors: Counter[str]) -> str:
    powers: Counter[str] = Counter()
    for factor in factors:
        powers.update(factor)
    above = [word for word, power in powers.items() for _ in range(power)]
    below = [word for word, power in powers.items() for _ in range(-power)]
    first = f"{above[0]}s" if len(above) == 1 and f"{above[0]}s" in _PLURALS else _joined(above) or "x"
    return f"{first}/{_joined(below)}" if below else first


def _joined(words: list[str]) -> str:
    return "-".join(words).replace("kW-hour", "kWh")
