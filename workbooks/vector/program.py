"""A workbook's formulas as one pass over many scenarios: each cell that changes is one operation on arrays.

Of the workbook only those cells are computed that the asked ones need and that depend on an input; all others are the
same in every scenario and keep the value that they have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from openpyxl.utils import get_column_letter

from workbooks.foreign.cell_text import Value
from workbooks.formulas import FormulaError
from workbooks.vector.cells import BLANK, FIRST_ERROR, NUM, NUMBER, Cells, NotComputedError, constant
from workbooks.vector.parsing import Area, Constant, Function, Name, Node, Operation, Sign, Table, parse

BLOCK: Final = 4096  # scenarios computed in one go: the arrays of a formula stay in the processor's cache

Compute = Callable[["Values"], Cells]
Values = list[Cells | None]

# Functions that ask where cells are, not what is in them.
PLACES: Final = frozenset({"ROW", "ROWS", "COLUMN", "COLUMNS"})


class VectorError(Exception):
    """A workbook that can't be computed over arrays, or not rightly; the message names sheet and cell."""


@dataclass(frozen=True, order=True)
class Address:
    """A cell of a workbook."""

    sheet: str
    row: int
    column: int

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}"

    @property
    def cell(self) -> str:
        """The cell's own address, such as B7."""
        return f"{get_column_letter(self.column)}{self.row}"


@dataclass(frozen=True)
class Book:
    """What a workbook says.

    Parameters
    ----------
    formulas : each formula cell's text, from ``=`` on.
    names : defined names in capitals, with the formula that each stands for.
    value : gives a cell's value, as it is when nothing is changed.
    """

    formulas: Mapping[Address, str]
    names: Mapping[str, str]
    value: Callable[[Address], Value]

    def tree(self, cell: Address) -> Node:
        """Return a cell's formula as a tree, its references with their sheets and in place of names.

        Raises
        ------
        FormulaError
            It is no formula, or uses a name that the workbook does not have.
        """
        try:
            return self._resolved(parse(self.formulas[cell]), cell.sheet, frozenset())
        except RecursionError:
            raise FormulaError("it is nested too deeply") from None

    def _resolved(self, node: Node, sheet: str, inside: frozenset[str]) -> Node:
        def again(one: Node) -> Node:
            return self._resolved(one, sheet, inside)

        match node:
            case Area(sheet=""):
                return Area(sheet, node.left, node.top, node.right, node.bottom)
            case Name(name):
                key = name.upper()
                if key not in self.names or key in inside:
                    raise FormulaError(f"the workbook has no name {name!r}")
                return self._resolved(parse("=" + self.names[key]), sheet, inside | {key})
            case Sign(operand, sign):
                return Sign(again(operand), sign)
            case Operation(sign, left, right):
                return Operation(sign, again(left), again(right))
            case Function(name, arguments):
                return Function(name, tuple(one if one is None else again(one) for one in arguments))
        return node


def addresses(area: Area) -> list[list[Address]]:
    """Return the cells of a range, row by row."""
    columns = range(area.left, area.right + 1)
    return [[Address(area.sheet, row, column) for column in columns] for row in range(area.top, area.bottom + 1)]


def precedents(node: Node) -> Iterator[Address]:
    """Return the cells whose values a formula may use."""
    match node:
        case Area():
            for row in addresses(node):
                yield from row
        case Sign(operand, _):
            yield from precedents(operand)
        case Operation(_, left, right):
            yield from precedents(left)
            yield from precedents(right)
        case Function(name, arguments):
            for one in arguments:
                if one is not None and not (name in PLACES and isinstance(one, Area)):
                    yield from precedents(one)


def in_order(book: Book, wanted: Sequence[Address]) -> dict[Address, Node]:
    """Return the formula cells that the wanted ones need, each after all that it needs itself.

    Raises
    ------
    VectorError
        Formulas refer to each other in a circle, or one can't be read.
    """
    done: dict[Address, Node] = {}
    waiting: dict[Address, tuple[Node, Iterator[Address]]] = {}  # a chain of cells, each needed by the one before
    for cell in wanted:
        if cell in done or cell not in book.formulas:
            continue
        waiting[cell] = _opened(book, cell)
        while waiting:
            last = next(reversed(waiting))
            node, needed = waiting[last]
            one = next((one for one in needed if one not in done and one in book.formulas), None)
            if one is None:
                done[last] = node
                del waiting[last]
            elif one in waiting:
                raise VectorError(f"{one} refers to itself in a circle. Break the circle.")
            else:
                waiting[one] = _opened(book, one)
    return done


def _opened(book: Book, cell: Address) -> tuple[Node, Iterator[Address]]:
    try:
        node = book.tree(cell)
    except FormulaError as error:
        raise VectorError(f"{cell} can't be read: {book.formulas[cell]} ({error}). Correct it.") from None
    return node, precedents(node)


@dataclass
class Step:
    """One operation of the pass.

    Parameters
    ----------
    cell : the formula cell that it computes, or for which it puts a range together.
    place : where the result goes among the values.
    compute : gives it from the values so far.
    spent : places of values that nothing needs after this step.
    """

    cell: Address
    place: int
    compute: Compute
    spent: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Program:
    """A compiled workbook.

    Parameters
    ----------
    inputs : the cells, or ranges, that may differ from scenario to scenario, and their places among the values.
    steps : in order.
    outputs : the cells asked for; those that depend on no input with their value.
    size : number of places.
    """

    inputs: Mapping[Any, int]
    steps: Sequence[Step]
    outputs: Mapping[Address, int | Cells]
    size: int

    def run(self, given: Mapping[Any, Cells], scenarios: int, block: int = BLOCK) -> dict[Address, Cells]:
        """Compute the asked cells in all scenarios.

        Parameters
        ----------
        given : a value for each input, one for all scenarios or as many as there are scenarios.
        scenarios : their number.
        block : how many are computed in one go, which bounds the memory needed; the results do not depend on it.

        Raises
        ------
        VectorError
            A formula is beyond what is computed here.
        """
        found: dict[Address, Cells] = {cell: place for cell, place in self.outputs.items() if isinstance(place, Cells)}
        places = {cell: place for cell, place in self.outputs.items() if isinstance(place, int)}
        numbers = {cell: np.empty(scenarios) for cell in places}
        codes = {cell: np.zeros(0, np.uint8) for cell in places}
        for first in range(0, scenarios, block):
            last = min(first + block, scenarios)
            values = self._pass({cell: one.part(first, last) for cell, one in given.items()})
            for cell, place in places.items():
                one = values[place]
                assert one is not None
                numbers[cell][first:last] = one.numbers[0, 0]
                if one.codes is not None:
                    if not codes[cell].size:
                        codes[cell] = np.zeros(scenarios, np.uint8)
                    codes[cell][first:last] = one.codes[0, 0]
        for cell in places:
            kinds = codes[cell].reshape(1, 1, -1) if codes[cell].size else None
            found[cell] = Cells(numbers[cell].reshape(1, 1, -1), kinds)
        return found

    def _pass(self, given: Mapping[Any, Cells]) -> Values:
        values: Values = [None] * self.size
        for cell, place in self.inputs.items():
            values[place] = Cells(given[cell].numbers, given[cell].codes, reference=True)
        with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
            for step in self.steps:
                try:
                    values[step.place] = step.compute(values)
                except NotComputedError as error:
                    raise VectorError(f"{step.cell} {error}, which can't be computed over arrays.") from None
                except RecursionError:
                    raise VectorError(f"{step.cell} is nested too deeply to be computed over arrays.") from None
                for place in step.spent:
                    values[place] = None
        return values


def as_cell(cells: Cells) -> Cells:
    """Return the result of a formula as its cell holds it: a blank is 0."""
    if cells.shape != (1, 1):
        raise NotComputedError("fills several cells")
    codes = cells.codes
    if codes is not None and (codes == BLANK).any():
        codes = np.where(codes == BLANK, np.uint8(NUMBER), codes)
        codes = codes if codes.any() else None
    return Cells(cells.numbers, codes, reference=True)


def finite(cells: Cells) -> Cells:
    """Return cells with #NUM! in place of numbers that are none."""
    wrong = ~np.isfinite(cells.numbers)
    if not wrong.any():
        return cells
    codes = cells.all_codes()
    codes = np.where(wrong & (codes < FIRST_ERROR), np.uint8(NUM), codes)
    return Cells(np.where(wrong, 0.0, cells.numbers), codes, cells.reference)


def literal(node: Constant | Table) -> Cells:
    """Return what is written into a formula."""
    if isinstance(node, Constant):
        return constant(node.value)
    rows = [[_written(one) for one in row] for row in node.rows]
    numbers = np.concatenate([np.concatenate([one.numbers for one in row], axis=1) for row in rows], axis=0)
    codes = np.concatenate([np.concatenate([one.all_codes() for one in row], axis=1) for row in rows], axis=0)
    return Cells(numbers, codes if codes.any() else None)


def _written(node: Node) -> Cells:
    if isinstance(node, Constant):
        return constant(node.value)
    if isinstance(node, Sign) and isinstance(node.operand, Constant) and isinstance(node.operand.value, float):
        return constant(-node.operand.value if node.sign == "-" else node.operand.value)
    raise FormulaError("an array constant holds more than constants")
