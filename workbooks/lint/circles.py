"""Circles among formulas.

A range is not followed cell by cell, or running totals over 100,000 rows would take 5,000,000,000 steps: each column's
formulas are the leaves of a binary tree, and a range is the few branches that cover it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from workbooks.lint.anatomy import Formula
from workbooks.lint.reading import Box, Workbook
from workbooks.lint.relative import precedents


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
        self._columns: dict[str, dict[int, tuple[list[int], list[int]]]] = {}
        self._trees: dict[tuple[str, int], dict[tuple[int, int], int]] = {}
        for node, formula in enumerate(formulas):
            columns = self._columns.setdefault(formula.sheet.name.upper(), {})
            rows, nodes = columns.setdefault(formula.cell.column, ([], []))
            rows.append(formula.cell.row)
            nodes.append(node)
        for columns in self._columns.values():
            for column, (rows, nodes) in columns.items():
                order = sorted(range(len(rows)), key=rows.__getitem__)
                columns[column] = [rows[i] for i in order], [nodes[i] for i in order]
        named = {name.name.upper(): list(precedents("=" + name.text)) for name in workbook.names}
        for node, formula in enumerate(formulas):
            ranges = list(precedents(formula.text))
            for name in formula.anatomy.names:
                ranges += named.get(name, [])
            for sheet, cells in ranges:
                self.edges[node] += self._covering((sheet or formula.sheet.name).upper(), cells)

    def _covering(self, sheet: str, cells: Box) -> Iterator[int]:
        """Yield nodes that stand for the formulas of a range."""
        left, top, right, bottom = cells
        columns = self._columns.get(sheet, {})
        for column in range(left, right + 1) if right - left < len(columns) else columns:
            if left <= column <= right and column in columns:
                rows = columns[column][0]
                start, end = bisect_left(rows, top), bisect_right(rows, bottom)
                if start < end:
                    yield from self._branches(sheet, column, start, end, 0, len(rows))

    def _branches(self, sheet: str, column: int, start: int, end: int, low: int, high: int) -> Iterator[int]:
        if start <= low and high <= end:
            yield self._branch(sheet, column, low, high)
            return
        middle = (low + high) // 2
        if start < middle:
            yield from self._branches(sheet, column, start, end, low, middle)
        if end > middle:
            yield from self._branches(sheet, column, start, end, middle, high)

    def _branch(self, sheet: str, column: int, low: int, high: int) -> int:
        if high - low == 1:
            return self._columns[sheet][column][1][low]
        tree = self._trees.setdefault((sheet, column), {})
        if (low, high) not in tree:
            node = tree[low, high] = len(self.edges)
            self.edges.append([])
            middle = (low + high) // 2
            self.edges[node] = [
                self._branch(sheet, column, low, middle),
                self._branch(sheet, column, middle, high),
            ]
        return tree[low, high]


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
