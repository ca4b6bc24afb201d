"""Circles among formulas.

A range is not followed cell by cell, or running totals over 100,000 rows would take 5,000,000,000 steps: the
formulas of each column, and of each row, are the leaves of a binary tree; a range is the few branches that cover it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from workbooks.lint.anatomy import Formula
from workbooks.lint.reading import Box, Workbook
from workbooks.relative import precedents

Lines = dict[int, tuple[list[int], list[int]]]


def circles(workbook: Workbook, formulas: Sequence[Formula]) -> Iterator[list[Formula]]:
    """Yield the groups of formulas that depend on each other."""
    graph = _Graph(workbook, formulas)
    for component in _components(graph.edges):
        cells = [formulas[node] for node in component if node < len(formulas)]
        if len(component) > 1 or component[0] in graph.edges[component[0]]:
            yield cells


class _Graph:
    """Formulas by number, after them the branches of the trees; ``edges`` lead to what a node depends on."""

    def __init__(self, workbook: Workbook, formulas: Sequence[Formula]) -> None:
        self.edges: list[list[int]] = [[] for _ in formulas]
        # sheet -> for columns and for rows: number -> where in it formulas stand, and which
        self._lines: dict[str, tuple[Lines, Lines]] = {}
        self._branches: dict[tuple[int, int, int], int] = {}
        for node, formula in sorted(enumerate(formulas), key=lambda one: (one[1].cell.row, one[1].cell.column)):
            columns, rows = self._lines.setdefault(formula.sheet.name.upper(), ({}, {}))
            column, row = formula.cell.column, formula.cell.row
            for lines, line, place in ((columns, column, row), (rows, row, column)):
                places, nodes = lines.setdefault(line, ([], []))
                places.append(place)
                nodes.append(node)
        named = {name.name.upper(): list(precedents("=" + name.text)) for name in workbook.names}
        for node, formula in enumerate(formulas):
            ranges = list(precedents(formula.text))
            for name in formula.anatomy.names:
                ranges += named.get(name, [])
            for sheet, cells in ranges:
                self.edges[node] += self._covering((sheet or formula.sheet.name).upper(), cells)

    def _covering(self, sheet: str, cells: Box) -> Iterator[int]:
        """Yield nodes that stand for the formulas of a range: along its longer side."""
        if sheet not in self._lines:
            return
        left, top, right, bottom = cells
        columns, rows = self._lines[sheet]
        if min(right - left + 1, len(columns)) <= min(bottom - top + 1, len(rows)):
            lines, first, last, start, end = columns, left, right, top, bottom
        else:
            lines, first, last, start, end = rows, top, bottom, left, right
        for line in range(first, last + 1) if last - first < len(lines) else lines:
            if first <= line <= last and line in lines:
                places, nodes = lines[line]
                low, high = bisect_left(places, start), bisect_right(places, end)
                if low < high:
                    yield from self._cut(nodes, low, high, 0, len(nodes))

    def _cut(self, nodes: list[int], start: int, end: int, low: int, high: int) -> Iterator[int]:
        """Yield the branches between low and high that lie between start and end."""
        if start <= low and high <= end:
            yield self._branch(nodes, low, high)
            return
        middle = (low + high) // 2
        if start < middle:
            yield from self._cut(nodes, start, end, low, middle)
        if end > middle:
            yield from self._cut(nodes, start, end, middle, high)

    def _branch(self, nodes: list[int], low: int, high: int) -> int:
        if high - low == 1:
            return nodes[low]
        key = id(nodes), low, high
        if key not in self._branches:
            node = self._branches[key] = len(self.edges)
            self.edges.append([])
            middle = (low + high) // 2
            self.edges[node] = [self._branch(nodes, low, middle), self._branch(nodes, middle, high)]
        return self._branches[key]


def _components(edges: list[list[int]]) -> Iterator[list[int]]:
    """Yield the strongly connected components of a graph: Tarjan's algorithm, without recursion."""
    order: dict[int, int] = {}
    lowest: dict[int, int] = {}
    waiting: list[int] = []
    is_waiting: set[int] = set()
    for root in range(len(edges)):
        if root in order:
            continue
        path = [(root, iter(edges[root]))]
        order[root] = lowest[root] = len(order)
        waiting.append(root)
        is_waiting.add(root)
        while path:
            node, following = path[-1]
            for other in following:
                if other not in order:
                    order[other] = lowest[other] = len(order)
                    waiting.append(other)
                    is_waiting.add(other)
                    path.append((other, iter(edges[other])))
                    break
                if other in is_waiting:
                    lowest[node] = min(lowest[node], order[other])
            else:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[node])
                if lowest[node] == order[node]:
                    component: list[int] = []
                    while not component or component[-1] != node:
                        component.append(waiting.pop())
                        is_waiting.discard(component[-1])
                    yield component
