"""The computation of a traced function step by step, with the numbers put in."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from udfs import units
from udfs.elementwise import level_payment
from udfs.errors import ExcelError
from udfs.trace import Argument, Call, Expression, Literal, Negation, Operation

Value = float | str | bool | ExcelError


class Step(NamedTuple):
    """One step: its formula with names, the same with numbers, its value and unit; the unit empty where unknown."""

    formula: str
    numbers: str
    value: float | str | ExcelError
    unit: str


_OPERATORS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
# The Excel functions that the operations of udfs.elementwise are traced to, but for IF, which chooses what is computed.
_FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "AND": lambda *values: all(values),
    "OR": lambda *values: any(values),
    "LN": math.log,
    "MIN": min,
    "MAX": max,
    "PMT": lambda rate, periods, present, future: level_payment(rate, periods, -present, future),
}


def traced_steps(root: Expression, values: Mapping[str, float | str], kinds: Mapping[str, str]) -> list[Step]:
    """Return the steps of a traced formula, the whole formula last.

    Parameters
    ----------
    root : the traced formula, its arguments being names.
    values : name -> value.
    kinds : name -> unit.

    Returns
    -------
    list of Step
        Only what is computed: of a choice, the branch that the numbers take. From a step that fails on, the
        values are its error.
    """
    walk = _Walk(values, kinds)
    value, unit = walk.visit(root)
    if not walk.steps or walk.steps[-1].formula != root.render():
        walk.note(root, value, unit)
    return walk.steps


class _Walk:
    def __init__(self, values: Mapping[str, float | str], kinds: Mapping[str, str]) -> None:
        self.values = values
        self.kinds = kinds
        self.steps: list[Step] = []

    def visit(self, node: Expression, noted: bool = True) -> tuple[Value, str]:
        """Return value and unit of a node; note the operations on the way unless told not to."""
        if isinstance(node, Literal):
            return node.value, "x" if node.value in (0, 1) else units.UNKNOWN
        if isinstance(node, Argument):
            return self.values[node.text], self.kinds[node.text]
        if isinstance(node, Negation):
            value, unit = self.visit(node.operand, noted)
            return _computed(operator.neg, value), unit
        if isinstance(node, Call) and node.name == "IF":
            return self._choice(node, noted)
        parts = [self.visit(child, noted) for child in node.children()]
        operands = [value for value, _ in parts]
        if isinstance(node, Operation):
            value = _computed(_OPERATORS[node.operator], *operands)
            unit = _unit_of_operation(node, *(unit for _, unit in parts))
        elif isinstance(node, Call):
            value = _computed(_FUNCTIONS[node.name], *operands)
            unit = _unit_of_call(node.name, [unit for _, unit in parts])
        else:
            raise TypeError(f"{node!r} is no part of a traced formula")
        if noted and not isinstance(value, bool):
            self.note(node, value, unit)
        return value, unit

    def _choice(self, node: Call, noted: bool) -> tuple[Value, str]:
        condition, then, otherwise = node.arguments
        holds, _ = self.visit(condition, noted=False)
        if isinstance(holds, ExcelError):
            return holds, units.UNKNOWN
        return self.visit(then if holds else otherwise, noted)

    def note(self, node: Expression, value: Value, unit: str) -> None:
        """Add a step, once."""
        formula = node.render()
        if all(step.formula != formula for step in self.steps):
            self.steps.append(Step(formula, self._with_numbers(node).render(), value, unit))

    def _with_numbers(self, node: Expression) -> Expression:
        if isinstance(node, Argument):
            return Literal(self.values[node.text])
        if isinstance(node, Negation):
            return Negation(self._with_numbers(node.operand))
        if isinstance(node, Operation):
            return Operation(node.operator, self._with_numbers(node.left), self._with_numbers(node.right))
        if isinstance(node, Call):
            return Call(node.name, tuple(self._with_numbers(argument) for argument in node.arguments))
        return node


def _computed(function: Callable[..., Any], *operands: Value) -> Value:
    for operand in operands:
        if isinstance(operand, ExcelError):
            return operand
    try:
        value = function(*operands)
    except ZeroDivisionError:
        return ExcelError.DIV0
    except (OverflowError, ValueError):
        return ExcelError.NUM
    if isinstance(value, bool):
        return value
    return float(value) if not isinstance(value, complex) and math.isfinite(value) else ExcelError.NUM


def _unit_of_operation(node: Operation, left: str, right: str) -> str:
    if node.operator in "+-":
        for side, other in ((node.left, right), (node.right, left)):
            if isinstance(side, Literal):
                return units.plus_number(node.operator, other)
        return units.plus(left, right)
    if node.operator == "*":
        return units.times(left, right)
    if node.operator == "/":
        return units.over(left, right)
    return "x" if isinstance(node.left, Literal) else units.power(left)


def _unit_of_call(name: str, parts: list[str]) -> str:
    if name == "LN":
        return "x"
    if name == "PMT":
        return units.over(parts[2], "years")
    return parts[0]
