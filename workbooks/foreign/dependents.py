"""Which formulas depend on given cells, read off the formulas' texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Final

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from workbooks.foreign.workbook import Name
from workbooks.formulas import FormulaError, references
from workbooks.relative import precedents

Place = tuple[str, str]  # sheet and cell
Box = tuple[int, int, int, int]

_SMALL: Final = 64  # cells of a range that are found one by one
_MOST_IN_CIRCLES: Final = 500  # of which those are told apart that only look at a circle
_MOST_STEPS: Final = 20_000_000  # beyond that, a formula that looks at ranges counts as a dependent


class Dependents:
    """The formulas of a workbook by what they look at.

    Parameters
    ----------
    formulas : place -> formula, from ``=`` on.
    names : the defined names.
    fills : place of an array formula -> the cells that it fills.
    """

    def __init__(
        self, formulas: Mapping[Place, str], names: Sequence[Name], fills: Mapping[Place, Collection[str]]
    ) -> None:
        self._fills = fills
        self._single: dict[tuple[str, int, int], list[Place]] = {}
        self._ranges: dict[str, dict[Box, list[Place]]] = {}
        self._steps = 0
        self._anything: list[Place] = []  # what they look at is known only when they are computed
        named: dict[str, list[tuple[str | None, Box]]] = {}
        dynamic = {name.name.upper() for name in names if _is_dynamic(name.text)}
        for name in names:
            named.setdefault(name.name.upper(), []).extend(precedents("=" + name.text))
        for place, formula in formulas.items():
            looks_at = list(precedents(formula))
            mentioned = _mentioned(formula) if named else ()
            for one in mentioned:
                looks_at += named.get(one, [])
            if _is_dynamic(formula) or dynamic.intersection(mentioned):
                self._anything.append(place)
            for sheet, (left, top, right, bottom) in looks_at:
                where = (sheet or place[0]).upper()
                if (right - left + 1) * (bottom - top + 1) <= _SMALL:
                    for row, column in product(range(top, bottom + 1), range(left, right + 1)):
                        self._single.setdefault((where, row, column), []).append(place)
                else:
                    self._ranges.setdefault(where, {}).setdefault((left, top, right, bottom), []).append(place)

    def of(self, cells: Iterable[Place], stop: Collection[Place] = (), *, guess: bool = True) -> set[Place]:
        """Return the formulas that depend on any of the cells.

        Parameters
        ----------
        cells : the cells.
        stop : what depends on the cells through these alone is not meant.
        guess : whether formulas count of which only their computation shows what they look at, such as INDIRECT.
        """
        found: set[Place] = set()
        waiting = list(cells)
        if waiting and guess:
            found.update(self._anything)
            waiting += [place for place in self._anything if place not in stop]
        ranges = {sheet: dict(boxes) for sheet, boxes in self._ranges.items()}
        while waiting:
            for dependent in self._direct(waiting.pop(), ranges):
                if dependent not in found:
                    found.add(dependent)
                    if dependent not in stop:
                        waiting.append(dependent)
        return found

    def circles(self, cells: Collection[Place]) -> set[Place]:
        """Return those of the cells that do not merely look at a circle among them."""
        left = set(cells)
        if len(left) > _MOST_IN_CIRCLES:
            return left
        direct = {place: {one for one in self._direct(place, self._ranges) if one in left} for place in left}
        while True:
            ends = {place for place in left if not direct[place] & left}
            if not ends or ends == left:
                return left
            left -= ends

    def _direct(self, place: Place, ranges: dict[str, dict[Box, list[Place]]]) -> Iterator[Place]:
        """Yield the formulas that look at a cell; a copy of the ranges loses those that are followed."""
        sheet = place[0].upper()
        boxes = ranges.get(sheet, {})
        for cell in self._fills.get(place, (place[1],)):
            letters, row = coordinate_from_string(cell)
            column = column_index_from_string(letters)
            yield from self._single.get((sheet, row, column), ())
            self._steps += len(boxes)
            for box in list(boxes):
                if self._steps > _MOST_STEPS or (box[0] <= column <= box[2] and box[1] <= row <= box[3]):
                    yield from boxes[box]
                    if ranges is not self._ranges:
                        del boxes[box]


def _is_dynamic(formula: str) -> bool:
    upper = formula.upper()
    return "INDIRECT(" in upper or "OFFSET(" in upper


def _mentioned(formula: str) -> Collection[str]:
    try:
        return {one.rpartition("!")[2].upper() for one in references(formula)}
    except FormulaError:
        return ()
