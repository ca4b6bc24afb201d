"""Argument sets for every function, drawn from each parameter's kind: ordinary ones, edges, and slips."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from openpyxl.utils import get_column_letter

from tests.drawing import inside, ordinary, outside
from udfs import FUNCTIONS, OMITTED, Definition, ExcelError
from udfs.kinds import Kind

SEED: Final = 20260103
PER_FUNCTION: Final = 90

_ODD: Final = (
    None,
    None,
    "fifty",
    "5",
    True,
    False,
    *(e for e in ExcelError if e not in (ExcelError.SPILL, ExcelError.CALC)),
)


@dataclass(frozen=True)
class Draw:
    """One call: a function, a raw value for each parameter, and the sheet row it has for itself.

    A list of rows stands for a range. In every third call numbers are written into the formula, else they are in cells.
    """

    function: Definition
    arguments: tuple[Any, ...]
    row: int

    def cells(self) -> dict[str, Any]:
        """Return address -> value of every cell that the call refers to."""
        found: dict[str, Any] = {}
        for place, value in enumerate(self.arguments):
            for address, cell in self._addresses(place, value):
                if cell is not None:
                    found[address] = cell
        return found

    def texts(self) -> list[str | None]:
        """Return formula text for each argument; None where it is skipped."""
        found: list[str | None] = []
        for place, value in enumerate(self.arguments):
            if isinstance(value, float) and self.row % 3 == 0:
                found.append(f"{value:.15g}")
                continue
            addresses = [address for address, _ in self._addresses(place, value)]
            if not addresses:
                found.append(None)
            elif len(addresses) == 1:
                found.append(addresses[0])
            else:
                found.append(f"{addresses[0]}:{addresses[-1].rpartition('!')[2]}")
        return found

    def formula(self) -> str:
        """Return the call as people type it."""
        texts = self.texts()
        while texts and texts[-1] is None:
            texts.pop()
        return f"={self.function.name}({','.join(text or '' for text in texts)})"

    def told(self) -> str:
        """Return the call with its values, for a message."""
        return f"{self.function.name}{self.arguments!r}"

    def _addresses(self, place: int, value: Any) -> Iterator[tuple[str, Any]]:
        if value is OMITTED:
            return
        if not isinstance(value, list):
            yield f"Single!{get_column_letter(place + 1)}{self.row}", value
        elif len(value) == 1:
            for across, cell in enumerate(value[0]):
                yield f"Across!{get_column_letter(20 * place + 3 + across)}{self.row}", cell
        else:
            for down, [cell] in enumerate(value):
                yield f"Down!{get_column_letter(self.row + 1)}{20 * place + 3 + down}", cell


def draws() -> list[Draw]:
    """Return the argument sets of all functions; those of one don't depend on which others there are."""
    found: list[Draw] = []
    for function in FUNCTIONS.values():
        chance = random.Random(f"{SEED} {function.name}")
        for number in range(PER_FUNCTION):
            arguments = _arguments(function, chance) if number else ordinary(function)
            found.append(Draw(function, tuple(arguments), len(found) + 2))
    return found


def _arguments(function: Definition, chance: random.Random) -> list[Any]:
    scale = 10 ** chance.uniform(0, 11)
    arguments = [_ordinary(parameter.kind, scale, chance) for parameter in function.parameters]
    if any(not parameter.kind.numeric and not parameter.kind.choices for parameter in function.parameters):
        # Names of functions and keys of the ledger make sense with each other only.
        example = chance.choice(function.examples).arguments
        arguments = [*map(_varied(chance), example), *[OMITTED] * (len(arguments) - len(example))]
    for place, parameter in enumerate(function.parameters):
        if not parameter.required and chance.random() < 0.3:
            arguments[place] = OMITTED
    style = chance.random()
    numeric = [place for place, parameter in enumerate(function.parameters) if parameter.kind.numeric]
    if style > 0.5 and numeric:
        for place in chance.sample(numeric, chance.choice([1, 1, 1, min(2, len(numeric))])):
            arguments[place] = _unusual(function.parameters[place].kind, arguments[place], style, chance)
    elif style > 0.45:
        place = chance.randrange(len(function.parameters))
        arguments[place] = _with(arguments[place], chance.choice(_ODD), chance)
    return arguments


def _varied(chance: random.Random) -> Callable[[Any], Any]:
    return lambda value: _typed(value * chance.uniform(0.5, 1.5)) if isinstance(value, float) else value


def _unusual(kind: Kind, value: Any, style: float, chance: random.Random) -> Any:
    """Return an edge of the domain, a number outside of it, or no number at all."""
    if style < 0.65:
        return _with(value, chance.choice(inside(kind)), chance)
    if style < 0.8 and outside(kind):
        return _with(value, chance.choice(outside(kind)), chance)
    return _with(value, chance.choice(_ODD), chance)


def _with(value: Any, cell: Any, chance: random.Random) -> Any:
    """Put a cell into a range, or in place of a single value."""
    if not isinstance(value, list):
        return _typed(cell)
    rows = [list(row) for row in value]
    row = chance.randrange(len(rows))
    rows[row][chance.randrange(len(rows[row]))] = _typed(cell)
    return rows


def _ordinary(kind: Kind, scale: float, chance: random.Random) -> Any:
    """Return what someone might really type; amounts of one call are of one size."""
    if not kind.numeric:
        return chance.choice(inside(kind))
    if kind.shape == "series":
        flows = [_amount(kind, scale / 3, chance) for _ in range(chance.randint(2, 9))]
        if chance.random() < 0.2:
            return flows[0]
        return [flows] if chance.random() < 0.5 else [[flow] for flow in flows]
    return _amount(kind, scale, chance)


def _amount(kind: Kind, scale: float, chance: random.Random) -> float:
    if "year" in kind.unit and kind.unit != "$/year" and "fraction" not in kind.unit:
        number = chance.uniform(0.25, 15)
    elif kind.unit.startswith("fraction"):
        number = chance.uniform(max(kind.low, -0.2), min(kind.high, 0.9))
    elif kind.unit.startswith("$"):
        number = scale * chance.uniform(0.05, 2)
    else:
        number = chance.uniform(max(kind.low, 0), min(kind.high, 40 if kind.whole else 2000))
    number = float(round(number)) if kind.whole or chance.random() < 0.2 else float(f"{number:.6g}")
    return number if kind.holds(number) else float(max(kind.lowest, 1.0))


def _typed(value: Any) -> Any:
    """Return a number as Excel keeps what is typed: 15 digits, and 0 for what is too small to have them."""
    if not isinstance(value, float):
        return value
    return float(f"{value:.15g}") if abs(value) > 2.3e-308 else 0.0
