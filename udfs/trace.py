"""Symbols that a function body can compute with, and the plain Excel formula they turn into.

Calling a body with symbols instead of numbers yields the tree of its arithmetic. Written out, the tree is a
formula that any spreadsheet computes without Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from udfs.errors import ExcelError

# Excel's binding strengths. Its unary minus binds tighter than ^, other than in Python.
COMPARISON, CONCATENATION, SUM, PRODUCT, POWER, PERCENT, NEGATION, ATOM = range(1, 9)

_STRENGTH: Final = {
    **dict.fromkeys(("=", "<>", "<", "<=", ">", ">="), COMPARISON),
    "&": CONCATENATION,
    **dict.fromkeys(("+", "-"), SUM),
    **dict.fromkeys(("*", "/"), PRODUCT),
    "^": POWER,
}


class Expression:
    """A node of a traced formula. Python's operators on it build the tree."""

    __slots__ = ()
    # Comparisons build formulas, so nodes can't be told apart by value.
    __hash__ = object.__hash__
    # Keeps NumPy from taking an operation over, element by element.
    __array_ufunc__ = None

    strength = ATOM

    def render(self) -> str:
        """Return the node as Excel text."""
        raise NotImplementedError

    def children(self) -> tuple[Expression, ...]:
        """Return the nodes this one is computed from."""
        return ()

    def walk(self) -> Iterator[Expression]:
        """Yield every node of the tree, operands before what is computed from them."""
        for child in self.children():
            yield from child.walk()
        yield self

    def __str__(self) -> str:
        return self.render()

    def __bool__(self) -> bool:
        raise TypeError("a traced value has no truth value: choose with where(), or give the function a native formula")

    def __add__(self, other: Any) -> Expression:
        return _operation("+", self, other)

    def __radd__(self, other: Any) -> Expression:
        return _operation("+", other, self)

    def __sub__(self, other: Any) -> Expression:
        return _operation("-", self, other)

    def __rsub__(self, other: Any) -> Expression:
        return _operation("-", other, self)

    def __mul__(self, other: Any) -> Expression:
        return _operation("*", self, other)

    def __rmul__(self, other: Any) -> Expression:
        return _operation("*", other, self)

    def __truediv__(self, other: Any) -> Expression:
        return _operation("/", self, other)

    def __rtruediv__(self, other: Any) -> Expression:
        return _operation("/", other, self)

    def __pow__(self, other: Any) -> Expression:
        return _operation("^", self, other)

    def __rpow__(self, other: Any) -> Expression:
        return _operation("^", other, self)

    def __neg__(self) -> Expression:
        return Negation(self)

    def __eq__(self, other: object) -> Expression:  # type: ignore[override]
        return _operation("=", self, other)

    def __ne__(self, other: object) -> Expression:  # type: ignore[override]
        return _operation("<>", self, other)

    def __lt__(self, other: Any) -> Expression:
        return _operation("<", self, other)

    def __le__(self, other: Any) -> Expression:
        return _operation("<=", self, other)

    def __gt__(self, other: Any) -> Expression:
        return _operation(">", self, other)

    def __ge__(self, other: Any) -> Expression:
        return _operation(">=", self, other)

    def __and__(self, other: Any) -> Expression:
        return excel("AND", self, other)

    def __or__(self, other: Any) -> Expression:
        return excel("OR", self, other)


@dataclass(frozen=True, eq=False, slots=True)
class Literal(Expression):
    """A number, text or error written into the formula."""

    value: float | str | bool | ExcelError

    @property
    def strength(self) -> int:  # type: ignore[override]
        return NEGATION if isinstance(self.value, (int, float)) and self.value < 0 else ATOM

    def render(self) -> str:
        if isinstance(self.value, ExcelError):
            return "NA()" if self.value is ExcelError.NA else str(self.value)
        if isinstance(self.value, str):
            return '"' + self.value.replace('"', '""') + '"'
        if isinstance(self.value, bool):
            return str(self.value).upper()
        if self.value == int(self.value) and abs(self.value) < 1e15:
            return str(int(self.value))
        return repr(self.value).upper()


@dataclass(frozen=True, eq=False, slots=True)
class Argument(Expression):
    """What the caller wrote for a parameter: a reference, a name, or any formula text."""

    text: str
    direction: str = ""  # "row" or "column", where the text is a range but does not show it
    address: str = ""  # of that range, if it is known

    @property
    def strength(self) -> int:  # type: ignore[override]
        return weakest_operator(self.text)

    def render(self) -> str:
        return self.text


@dataclass(frozen=True, eq=False, slots=True)
class Negation(Expression):
    """Unary minus."""

    operand: Expression
    strength = NEGATION

    def children(self) -> tuple[Expression, ...]:
        return (self.operand,)

    def render(self) -> str:
        return "-" + _bracketed(self.operand, self.operand.strength != ATOM)


@dataclass(frozen=True, eq=False, slots=True)
class Operation(Expression):
    """Two operands and an operator."""

    operator: str
    left: Expression
    right: Expression

    @property
    def strength(self) -> int:  # type: ignore[override]
        return _STRENGTH[self.operator]

    def children(self) -> tuple[Expression, ...]:
        return (self.left, self.right)

    def render(self) -> str:
        mine = self.strength
        # (-x)^2 and a-(-b) would be read right without brackets, but not by people.
        hide_left = self.left.strength < mine or (mine == POWER and self.left.strength == NEGATION)
        hide_right = self.right.strength <= mine or (mine == SUM and self.right.strength == NEGATION)
        return _bracketed(self.left, hide_left) + self.operator + _bracketed(self.right, hide_right)


@dataclass(frozen=True, eq=False, slots=True)
class Call(Expression):
    """A call of an Excel function."""

    name: str
    arguments: tuple[Expression, ...]

    def children(self) -> tuple[Expression, ...]:
        return self.arguments

    def render(self) -> str:
        return f"{self.name}({','.join(argument.render() for argument in self.arguments)})"


def excel(name: str, *arguments: Any) -> Expression:
    """Return a call of the Excel function ``name``."""
    return Call(name, tuple(as_expression(argument) for argument in arguments))


def before(row: Expression) -> Expression:
    """Return the number of the row before, worked out where the number is written into the formula."""
    return Literal(row.value - 1) if isinstance(row, Literal) and isinstance(row.value, (int, float)) else row - 1


def as_expression(value: Any) -> Expression:
    """Return a node for a value that stands in a formula."""
    return value if isinstance(value, Expression) else Literal(value)


def _operation(operator: str, first: Any, second: Any) -> Expression:
    """Build an operation, leaving out what does nothing: the readable part of a default filled in."""
    left, right = as_expression(first), as_expression(second)
    if _is(right, 0) and operator in "+-":
        return left
    if _is(right, 1) and operator in "*/^":
        return left
    if _is(left, 0) and operator == "+":
        return right
    if _is(left, 0) and operator == "-":
        return Negation(right)
    if _is(left, 1) and operator == "*":
        return right
    if operator == "*" and isinstance(left, Literal) and isinstance(right, Literal) and (_is(left, 0) or _is(right, 0)):
        return Literal(0)  # of two defaults; an argument stays, its errors count
    return Operation(operator, left, right)


def _is(node: Expression, number: float) -> bool:
    return isinstance(node, Literal) and not isinstance(node.value, (str, bool)) and node.value == number


def _bracketed(node: Expression, brackets: bool) -> str:
    return f"({node.render()})" if brackets else node.render()


# Strings, quoted sheet names, numbers with exponent, comparison signs, brackets, and anything else by character.
_TOKEN: Final = re.compile(
    r"""("(?:[^"]|"")*"|'(?:[^']|'')*'|(?<![\w.])(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"""
    r"""|\#(?:N/A|DIV/0!|NULL!|VALUE!|REF!|NAME\?|NUM!)|<=|>=|<>|.)""",
    re.DOTALL,
)


def weakest_operator(text: str) -> int:
    """Return the strength of the operator that a formula text does last; ``ATOM`` if it has none.

    Parameters
    ----------
    text : formula text without the leading ``=``.
    """
    weakest = ATOM
    depth = 0
    after_operand = False
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token.isspace():
            continue
        if token in "([{":
            depth += 1
            after_operand = False
        elif token in ")]}":
            depth -= 1
            after_operand = True
        elif depth:
            continue
        elif token in "+-" and not after_operand:
            weakest = min(weakest, NEGATION)
        elif token in _STRENGTH:
            weakest = min(weakest, _STRENGTH[token])
            after_operand = False
        elif token == "%":
            weakest = min(weakest, PERCENT)
            after_operand = True
        else:
            after_operand = True
    return weakest
