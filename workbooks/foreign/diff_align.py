"""Which row of one sheet is which of the other: one that was inserted must not make all below it differ.

Rows and columns are lines here. The pairs chosen are those that leave the least to tell: cells that differ, and
lines that stand in one of the two alone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

_MOST: Final = 200_000  # pairs of lines compared one by one; between longer stretches the order decides
Pairs = list[tuple[int, int]]


@dataclass(frozen=True)
class Line:
    """A row or column.

    Parameters
    ----------
    label : what it is called; "" if nothing.
    cells : what it holds, as (content, how many of it came before); the label counts twice.
    figures : those of its cells that are no text.
    written : the same as the file has them; formulas then mention the cells that they use by their addresses.
    """

    label: str
    cells: frozenset[tuple[Hashable, int]]
    figures: frozenset[tuple[Hashable, int]]
    written: frozenset[tuple[Hashable, int]]

    @classmethod
    def of(
        cls, label: str, texts: Sequence[Hashable], figures: Sequence[Hashable], written: Sequence[Hashable] = ()
    ) -> Line:
        """Return the line with these texts and figures."""
        numbered = _numbered(figures)
        return cls(label, numbered | _numbered([*texts, label] if label else texts), numbered, _numbered(written))


def aligned(a: Sequence[Line], b: Sequence[Line]) -> Pairs:
    """Return the pairs of lines, from 0, that correspond.

    The order of the two does not matter: ``aligned(b, a)`` gives the same pairs the other way round.

    >>> price, volume = Line.of("Price", [], [5]), Line.of("Volume", [], [7])
    >>> aligned([price, volume], [price, Line.of("Discount", [], [0.1]), volume])
    [(0, 0), (1, 2)]
    """
    if _ordered(b) < _ordered(a):
        return [(i, j) for j, i in aligned(b, a)]
    found: Pairs = []
    _align(a, b, (0, len(a), 0, len(b)), _STEPS, found)
    found.sort()
    in_place = [(i, i) for i in range(min(len(a), len(b))) if _may_be_one(a[i], b[i])]
    return min(in_place, found, key=lambda pairs: _cost(a, b, pairs))


def _align(
    a: Sequence[Line],
    b: Sequence[Line],
    stretch: tuple[int, int, int, int],
    steps: Sequence[Callable[[Line], Any]],
    found: Pairs,
) -> None:
    """Pair the lines of two stretches: equal ends first, then lines that are alone of their kind, then the rest."""
    top, end, left, right = stretch
    while top < end and left < right and a[top].cells == b[left].cells:
        found.append((top, left))
        top, left = top + 1, left + 1
    while top < end and left < right and a[end - 1].cells == b[right - 1].cells:
        end, right = end - 1, right - 1
        found.append((end, right))
    if top == end or left == right:
        return
    if not steps:
        found.extend(_cheapest(a, b, (top, end, left, right)))
        return
    corners = [(top - 1, left - 1), *_anchors(a, b, (top, end, left, right), steps[0]), (end, right)]
    found.extend(corners[1:-1])
    for (i, j), (k, n) in pairwise(corners):
        _align(a, b, (i + 1, k, j + 1, n), steps[1:], found)


def _anchors(
    a: Sequence[Line], b: Sequence[Line], stretch: tuple[int, int, int, int], key: Callable[[Line], Any]
) -> Pairs:
    """Return pairs of lines that have a key alone on both sides; the longest row of them that does not cross."""
    top, end, left, right = stretch
    of_a, of_b = [key(line) for line in a[top:end]], [key(line) for line in b[left:right]]
    counts_a, counts_b = Counter(of_a), Counter(of_b)
    place = {one: left + number for number, one in enumerate(of_b)}
    pairs = [
        (top + number, place[one])
        for number, one in enumerate(of_a)
        if one and counts_a[one] == 1 and counts_b.get(one) == 1
    ]
    ends: list[int] = []  # the smallest end of a rising row of each length
    last: list[int] = []
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [j]
        last[length : length + 1] = [number]
    rising = []
    number = last[-1] if last else -1
    while number >= 0:
        rising.append(pairs[number])
        number = before[number]
    return rising[::-1]


def _cheapest(a: Sequence[Line], b: Sequence[Line], stretch: tuple[int, int, int, int]) -> Pairs:
    """Return the pairs that leave the least to tell, all choices looked at."""
    top, end, left, right = stretch
    if (end - top) * (right - left) > _MOST:
        pairs = zip(range(top, end), range(left, right), strict=False)
        return [(i, j) for i, j in pairs if _may_be_one(a[i], b[j])]
    costs = [[0.0] * (right - left + 1)]
    for j in range(left, right):
        costs[0][j - left + 1] = costs[0][j - left] + _alone(b[j])
    choices: list[list[str]] = []
    for i in range(top, end):
        above, row, chosen = costs[-1], [costs[-1][0] + _alone(a[i])], []
        for j in range(left, right):
            number = j - left
            paired = above[number] + _apart(a[i], b[j])
            only_a, only_b = above[number + 1] + _alone(a[i]), row[number] + _alone(b[j])
            best = min(paired, only_a, only_b)
            row.append(best)
            chosen.append("both" if best == paired else "a" if best == only_a else "b")
        costs.append(row)
        choices.append(chosen)
    i, j, found = end - 1, right - 1, []
    while i >= top and j >= left:
        choice = choices[i - top][j - left]
        if choice == "both":
            found.append((i, j))
        i, j = i - (choice != "b"), j - (choice != "a")
    return found[::-1]


def _cost(a: Sequence[Line], b: Sequence[Line], pairs: Pairs) -> float:
    of_a, of_b = {i for i, _ in pairs}, {j for _, j in pairs}
    alone = sum(_alone(line) for i, line in enumerate(a) if i not in of_a)
    return (
        alone
        + sum(_alone(line) for j, line in enumerate(b) if j not in of_b)
        + sum(_apart(a[i], b[j]) for i, j in pairs)
    )


def _alone(line: Line) -> float:
    return len(line.cells) + 1.0


def _apart(a: Line, b: Line) -> float:
    return len(a.cells ^ b.cells) if _may_be_one(a, b) else float("inf")


def _may_be_one(a: Line, b: Line) -> bool:
    """Return whether a line may have become another: called the same, or not called, or half of its figures kept."""
    if a.label == b.label or not a.label or not b.label or not (a.figures or b.figures):
        return True
    kept = max(len(a.figures & b.figures), len(a.written & b.written))
    return 2 * kept >= max(len(a.figures), len(b.figures))


def _numbered(contents: Sequence[Hashable]) -> frozenset[tuple[Hashable, int]]:
    seen: Counter[Hashable] = Counter()
    numbered = set()
    for content in contents:
        numbered.add((content, seen[content]))
        seen[content] += 1
    return frozenset(numbered)


def _ordered(lines: Sequence[Line]) -> Any:
    return len(lines), [(line.label, sorted(map(repr, line.cells))) for line in lines]


_STEPS: Final[tuple[Callable[[Line], Any], ...]] = (lambda line: line.cells, lambda line: line.label)
