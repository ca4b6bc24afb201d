"""A formula as a tree: what is computed from what, in the order of Excel's operators.

>>> parse("=-2^2+A1")
Operation(sign='+', left=Operation(sign='^', left=Sign(operand=Constant(value=2.0), sign='-'), \
right=Constant(value=2.0)), right=Area(sheet='', left=1, top=1, right=1, bottom=1))
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.utils.cell import column_index_from_string

from udfs import ExcelError
from workbooks.formulas import FormulaError, bare_name

_STRENGTH: Final = {
    **dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), 1),
    "&": 2,
    **dict.fromkeys(("+", "-"), 3),
    **dict.fromkeys(("*", "/"), 4),
    "^": 5,
}
_AREA: Final = re.compile(
    r"(?:(?:'((?:[^']|'')+)'|([^'!:\[\]]+))!)?\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?",
    re.IGNORECASE,
)
_NAME: Final = re.compile(r"[^\W\d][\w.\\?]*")
_ERRORS: Final = {error.value: error for error in ExcelError}


@dataclass(frozen=True)
class Constant:
    """A number, text, truth value or error that is written into the formula."""

    value: float | str | bool | ExcelError


@dataclass(frozen=True)
class Area:
    """A cell or range by its corners; ``sheet`` is empty for the formula's own."""

    sheet: str
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class Name:
    """A name of the workbook."""

    name: str


@dataclass(frozen=True)
class Sign:
    """A sign before an operand, or % behind it."""

    operand: Node
    sign: str


@dataclass(frozen=True)
class Operation:
    """Two operands and the operator between them."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Function:
    """A call; None is an argument that is skipped."""

    name: str
    arguments: tuple[Node | None, ...]


@dataclass(frozen=True)
class Table:
    """An array constant, row by row."""

    rows: tuple[tuple[Node, ...], ...]


Node = Constant | Area | Name | Sign | Operation | Function | Table


def parse(formula: str) -> Node:
    """Return the tree of a formula, which starts with ``=``.

    Raises
    ------
    FormulaError
        It is no formula, or has a reference to something other than a cell, a range or a name.
    """
    try:
        tokens = [token for token in Tokenizer(formula).items if token.type != Token.WSPACE]
    except (TokenizerError, IndexError, AssertionError) as error:
        raise FormulaError(str(error) or "its brackets do not match") from None
    reader = _Reader(tokens)
    node = reader.expression()
    if reader.left:
        raise FormulaError(f"{reader.next.value!r} is out of place")
    return node


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._place = 0

    @property
    def left(self) -> bool:
        """Whether tokens are left."""
        return self._place < len(self._tokens)

    @property
    def next(self) -> Token:
        """The token that comes next."""
        if not self.left:
            raise FormulaError("it ends too early")
        return self._tokens[self._place]

    def _take(self) -> Token:
        token = self.next
        self._place += 1
        return token

    def expression(self, strength: int = 1) -> Node:
        """Read operands as long as the operators between them bind at least so strongly."""
        node = self._signed()
        while self.left and self.next.type == Token.OP_IN:
            sign = self.next.value
            if sign not in _STRENGTH:
                raise FormulaError(f"it joins or intersects ranges with {sign!r}")
            if _STRENGTH[sign] < strength:
                break
            self._take()
            node = Operation(sign, node, self.expression(_STRENGTH[sign] + 1))
        return node

    def _signed(self) -> Node:
        if self.next.type == Token.OP_PRE:
            sign = self._take().value
            return Sign(self._signed(), sign)
        node = self._operand()
        while self.left and self.next.type == Token.OP_POST:
            node = Sign(node, self._take().value)
        return node

    def _operand(self) -> Node:
        token = self._take()
        if token.type == Token.OPERAND:
            return _operand(token)
        if token.subtype == Token.OPEN and token.type == Token.PAREN:
            node = self.expression()
            self._close()
            return node
        if token.subtype == Token.OPEN and token.type == Token.FUNC:
            return Function(bare_name(token.value[:-1]), tuple(self._arguments()))
        if token.subtype == Token.OPEN and token.type == Token.ARRAY:
            return self._table()
        raise FormulaError(f"{token.value!r} is out of place")

    def _arguments(self) -> list[Node | None]:
        arguments: list[Node | None] = []
        if self._ends():
            self._take()
            return arguments
        while True:
            skipped = self._separates() or self._ends()
            arguments.append(None if skipped else self.expression())
            if not self._separates():
                self._close()
                return arguments
            self._take()

    def _table(self) -> Table:
        rows: list[list[Node]] = [[]]
        while True:
            token = self._take()
            if token.subtype == Token.CLOSE and token.type == Token.ARRAY:
                return Table(tuple(map(tuple, rows)))
            if token.type == Token.SEP:
                if token.subtype == Token.ROW:
                    rows.append([])
            elif token.type in (Token.OPERAND, Token.OP_PRE):
                self._place -= 1
                rows[-1].append(self._signed())
            # what is left opens and closes a row

    def _separates(self) -> bool:
        return bool(self.next.type == Token.SEP)

    def _ends(self) -> bool:
        return bool(self.next.subtype == Token.CLOSE)

    def _close(self) -> None:
        token = self._take()
        if token.subtype != Token.CLOSE:
            raise FormulaError(f"{token.value!r} is out of place")


def _operand(token: Token) -> Node:
    text = token.value
    if token.subtype == Token.NUMBER:
        return Constant(float(text))
    if token.subtype == Token.TEXT:
        return Constant(text[1:-1].replace('""', '"'))
    if token.subtype == Token.LOGICAL:
        return Constant(text.upper() == "TRUE")
    if token.subtype == Token.ERROR and text.upper() in _ERRORS:
        return Constant(_ERRORS[text.upper()])
    area = _AREA.fullmatch(text)
    if area:
        quoted, plain, left, top, right, bottom = area.groups()
        columns = sorted((column_index_from_string(left), column_index_from_string(right or left)))
        rows = sorted((int(top), int(bottom or top)))
        return Area((quoted or plain or "").replace("''", "'"), columns[0], rows[0], columns[1], rows[1])
    if _NAME.fullmatch(text):
        return Name(text)
    raise FormulaError(f"it refers to {text}, which is no cell, range or name of this workbook")
