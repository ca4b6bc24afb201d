"""From a workbook's formulas to a program: what is the same in every scenario is computed once, here."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence

import numpy as np

import udfs
from workbooks.foreign.cell_text import Value
from workbooks.formulas import FormulaError
from workbooks.vector.cells import Cells, NotComputedError, constant, stacked
from workbooks.vector.functions import FUNCTIONS
from workbooks.vector.operators import arithmetic, compared, joined, signed
from workbooks.vector.own_functions import call_own
from workbooks.vector.parsing import Area, Constant, Function, Node, Operation, Sign, Table
from workbooks.vector.program import (
    PLACES,
    Address,
    Book,
    Compute,
    Program,
    Step,
    Values,
    VectorError,
    addresses,
    as_cell,
    finite,
    in_order,
    literal,
    precedents,
)

_COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
Term = Cells | Compute  # what is the same in all scenarios, or how it is computed


def compile_book(book: Book, inputs: Sequence[Address], outputs: Sequence[Address]) -> Program:
    """Compile a workbook.

    Parameters
    ----------
    book : its formulas, names and values.
    inputs : cells that may differ from scenario to scenario; a formula in one of them is left aside.
    outputs : cells that are wanted.

    Raises
    ------
    VectorError
        A formula that is needed, and that depends on an input, is beyond what is computed here; or formulas refer to
        each other in a circle.
    """
    formulas = {cell: text for cell, text in book.formulas.items() if cell not in set(inputs)}
    return _Compiler(Book(formulas, book.names, book.value), inputs).program(outputs)


def compile_formula(node: Node, here: Address, areas: Sequence[Area]) -> Program:
    """Compile one formula.

    Parameters
    ----------
    node : the formula's tree, its references with their sheets.
    here : its cell, which is what the program gives.
    areas : all references in it: the inputs.

    Raises
    ------
    VectorError
        It is beyond what is computed here.
    """
    return _Compiler(Book({}, {}, _unknown), areas).program_of(node, here)


class _Compiler:
    def __init__(self, book: Book, inputs: Sequence[Address | Area]) -> None:
        self._book = book
        self._places: dict[Address | Area, int] = {cell: place for place, cell in enumerate(inputs)}
        self._inputs = dict(self._places)
        self._steps: list[Step] = []
        self._used: list[set[int]] = []  # per step, the values it needs
        self._using: set[int] = set()
        self._constants: dict[Address, Cells] = {}
        self._here = Address("", 0, 0)

    def program(self, outputs: Sequence[Address]) -> Program:
        for cell, node in in_order(self._book, outputs).items():
            if any(one in self._places for one in precedents(node)):
                self._add(cell, cell, lambda node=node: self._formula(node))  # type: ignore[misc]
        return self._program(outputs)

    def program_of(self, node: Node, cell: Address) -> Program:
        self._add(cell, cell, lambda: self._formula(node))
        return self._program([cell])

    def _program(self, outputs: Sequence[Address]) -> Program:
        found = {cell: self._places[cell] if cell in self._places else self._constant(cell) for cell in outputs}
        kept = {place for place in found.values() if isinstance(place, int)}
        seen = set(kept)
        for step, used in zip(reversed(self._steps), reversed(self._used), strict=True):
            step.spent = sorted((used | {step.place}) - seen)
            seen |= used
        return Program(self._inputs, self._steps, found, len(self._inputs) + len(self._steps))

    def _add(self, key: Address | Area, cell: Address, compiled: Callable[[], Term]) -> None:
        """Compile a cell or range; it is a step, or the same in all scenarios."""
        self._here, outer = cell, self._using
        self._using = set()
        try:
            term = compiled()
            if isinstance(term, Cells) and isinstance(key, Address):
                term = as_cell(term)
        except NotComputedError as error:
            raise VectorError(f"{cell} {error}, which can't be computed over arrays.") from None
        except RecursionError:
            raise VectorError(f"{cell} is nested too deeply to be computed over arrays.") from None
        except FormulaError as error:
            text = self._book.formulas.get(cell, "")
            raise VectorError(f"{cell} can't be read: {text} ({error}). Correct it.") from None
        if isinstance(term, Cells):
            if isinstance(key, Address):
                self._constants[key] = term
        else:
            self._places[key] = len(self._inputs) + len(self._steps)
            self._steps.append(Step(cell, self._places[key], term))
            self._used.append(self._using)
        self._using = outer

    def _constant(self, cell: Address) -> Cells:
        if cell not in self._constants:
            value = constant(self._book.value(cell))
            self._constants[cell] = Cells(value.numbers, value.codes, reference=True)
        return self._constants[cell]

    def _formula(self, node: Node) -> Term:
        term = self._term(node)
        return term if isinstance(term, Cells) else lambda values: as_cell(term(values))

    def _term(self, node: Node) -> Term:
        match node:
            case Constant() | Table():
                return literal(node)
            case Area():
                return self._area(node)
            case Sign(operand, sign):
                return _applied(lambda one: signed(sign, one), [self._term(operand)])
            case Operation(sign, left, right):
                return _applied(self._operator(sign, left, right), [self._term(left), self._term(right)])
            case Function():
                return self._function(node)
        raise FormulaError(f"{node} has no value")

    def _operator(self, sign: str, left: Node, right: Node) -> Callable[..., Cells]:
        if sign == "&":
            return joined
        if sign in _COMPARISONS:
            # As Excel and the engine, which compare with 0 exactly.
            exact = any(isinstance(side, Constant) and not side.value for side in (left, right))
            return lambda one, other: compared(sign, one, other, digits=not exact)
        return lambda one, other: arithmetic(sign, one, other)

    def _area(self, area: Area) -> Term:
        if area in self._places:
            return self._value(self._places[area])
        cells = addresses(area)
        if len(cells) == len(cells[0]) == 1:
            place = self._places.get(cells[0][0])
            return self._constant(cells[0][0]) if place is None else self._value(place)
        if not any(one in self._places for row in cells for one in row):
            return stacked([[self._constant(one) for one in row] for row in cells])
        here = self._here
        self._add(area, here, lambda: self._stack(cells))
        self._here = here
        return self._value(self._places[area])

    def _stack(self, cells: list[list[Address]]) -> Compute:
        parts: list[list[int | Cells]] = [
            [self._places[one] if one in self._places else self._constant(one) for one in row] for row in cells
        ]
        self._using |= {part for row in parts for part in row if isinstance(part, int)}
        return lambda values: stacked([[_taken(values, part) for part in row] for row in parts])

    def _value(self, place: int) -> Compute:
        self._using.add(place)
        return lambda values: _taken(values, place)

    def _function(self, node: Function) -> Term:
        if node.name in PLACES and (not node.arguments or isinstance(node.arguments[0], Area)):
            return self._position(node)
        if node.name == "IF" and len(node.arguments) > 1:
            condition = self._term(_needed(node, 0))
            if isinstance(condition, Cells) and condition.shape == (1, 1) and condition.plain() is not None:
                branch = 1 if condition.numbers[0, 0, 0] else 2
                if len(node.arguments) > branch:
                    return _skipped() if node.arguments[branch] is None else self._term(_needed(node, branch))
                return constant(False)
        if node.name == "INDEX":
            chosen = self._chosen(node)
            if chosen is not None:
                return self._area(chosen)
        own = udfs.FUNCTIONS.get(node.name)
        if own is not None:
            if not 0 < len(node.arguments) <= len(own.parameters):
                raise FormulaError(f"{node.name} takes other arguments")
            given = [None if one is None else self._term(one) for one in node.arguments]
            return _applied_own(own, given)
        function = FUNCTIONS.get(node.name)
        if function is None:
            raise NotComputedError(f"uses {node.name}")
        try:
            inspect.signature(function).bind(*node.arguments)
        except TypeError:
            raise FormulaError(f"{node.name} takes other arguments") from None
        return _applied(function, [_skipped() if one is None else self._term(one) for one in node.arguments])

    def _chosen(self, node: Function) -> Area | None:
        """Return the cell that INDEX takes from a range, where it is the same in all scenarios."""
        area, *places = node.arguments
        if not isinstance(area, Area) or area in self._places or not places or any(one is None for one in places):
            return None
        terms = [self._term(one) for one in places if one is not None]
        numbers = [int(one.numbers[0, 0, 0]) for one in terms if isinstance(one, Cells) and one.codes is None]
        if len(numbers) < len(terms):
            return None
        if len(numbers) == 1:
            numbers = [1, *numbers] if area.top == area.bottom else [*numbers, 1]
        row, column = area.top + numbers[0] - 1, area.left + numbers[1] - 1
        if area.top <= row <= area.bottom and area.left <= column <= area.right:
            return Area(area.sheet, column, row, column, row)
        return None

    def _position(self, node: Function) -> Cells:
        if not node.arguments:
            return constant(float(self._here.row if node.name == "ROW" else self._here.column))
        area = node.arguments[0]
        assert isinstance(area, Area)
        if node.name == "ROWS":
            return constant(float(area.bottom - area.top + 1))
        if node.name == "COLUMNS":
            return constant(float(area.right - area.left + 1))
        if node.name == "ROW":
            return Cells(np.arange(area.top, area.bottom + 1, dtype=float).reshape(-1, 1, 1))
        return Cells(np.arange(area.left, area.right + 1, dtype=float).reshape(1, -1, 1))


def _unknown(cell: Address) -> Value:
    raise NotComputedError(f"takes {cell.cell} out of a range")


def _needed(node: Function, place: int) -> Node:
    argument = node.arguments[place]
    return Constant(0.0) if argument is None else argument


def _skipped() -> Cells:
    return constant(None)


def _taken(values: Values, place: int | Cells) -> Cells:
    if isinstance(place, Cells):
        return place
    value = values[place]
    assert value is not None
    return value


def _applied(function: Callable[..., Cells], terms: Sequence[Term]) -> Term:
    """Return a function of terms: computed once if they are all the same in every scenario."""
    constants = [term for term in terms if isinstance(term, Cells)]
    if len(constants) == len(terms):
        with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
            return finite(_safely(function, *constants))
    if len(terms) == 2:
        first, second = (_computing(term) for term in terms)
        return lambda values: _safely(function, first(values), second(values))
    computed = [_computing(term) for term in terms]
    return lambda values: _safely(function, *(one(values) for one in computed))


def _applied_own(function: udfs.Definition, terms: Sequence[Term | None]) -> Term:
    if all(term is None or isinstance(term, Cells) for term in terms):
        return call_own(function, [term if isinstance(term, Cells) else None for term in terms])
    computed = [None if term is None else _computing(term) for term in terms]
    return lambda values: call_own(function, [None if one is None else one(values) for one in computed])


def _computing(term: Term) -> Compute:
    return (lambda values: term) if isinstance(term, Cells) else term


def _safely(function: Callable[..., Cells], *cells: Cells) -> Cells:
    try:
        return function(*cells)
    except FloatingPointError:
        with np.errstate(all="ignore"):
            return finite(function(*cells))
