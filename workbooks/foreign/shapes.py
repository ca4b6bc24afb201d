"""How many cells an expression gives, read off its text: one value, a row, a column, or what only computing tells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from openpyxl.utils.cell import range_boundaries

from udfs import FUNCTIONS
from workbooks.engine.excel_functions import gives_one_value, whole_arguments
from workbooks.engine.scoped_names import qualified
from workbooks.engine.table_references import Table, TableReferenceError, plain_address
from workbooks.formulas import Call, FormulaError, calls, joins_ranges, operands
from workbooks.relative import relative

_SHEET: Final = r"(?:'(?:[^']|'')+'!|[^'!:()\s]+!)?"
_AREA: Final = re.compile(
    rf"{_SHEET}(\$?[A-Z]{{1,3}}\$?[0-9]+(?::\$?[A-Z]{{1,3}}\$?[0-9]+)?|\$?[A-Z]{{1,3}}:\$?[A-Z]{{1,3}}|\$?\d+:\$?\d+)",
    re.IGNORECASE,
)
_CONSTANT: Final = re.compile(rf'[0-9.]+(?:E[+-]?[0-9]+)?|".*"|TRUE|FALSE|{_SHEET}#.*', re.IGNORECASE | re.DOTALL)
_TO_INDEX: Final = re.compile(rf"{_SHEET}\$?[A-Z]{{1,3}}\$?[0-9]+:INDEX\(", re.IGNORECASE)
_THIS_ROW: Final = re.compile(r"\[\s*(?:@|\[\s*#This Row\s*\])", re.IGNORECASE)
_ARRAY: Final = re.compile(r'"(?:[^"]|"")*"|[;,]')


@dataclass(frozen=True)
class Shape:
    """Rows and columns of a result.

    Parameters
    ----------
    rows, columns : None where only computing tells.
    address : where it lies, if the expression is nothing but a range, or a name for one: ``Sheet1!$B$2:$F$2``.
    """

    rows: int | None = None
    columns: int | None = None
    address: str = ""

    @property
    def single(self) -> bool:
        """Whether it is one value."""
        return self.rows == self.columns == 1


ONE: Final = Shape(1, 1)
UNKNOWN: Final = Shape()


@dataclass(frozen=True)
class Scope:
    """What names mean where a formula stands.

    Parameters
    ----------
    names : defined names in capitals, with what they stand for; those of other sheets with their sheet.
    tables : by name in capitals.
    row : of the formula's cell; 0 where it stands in none.
    table : that the formula stands in.
    several : whether the formula fills several cells.
    own : names that LET gives in the formula, as stored and in capitals, with what they stand for; None for
        those that are given more than once or by LAMBDA.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    row: int = 0
    table: Table | None = None
    several: bool = False
    own: Mapping[str, str | None] = field(default_factory=dict)
    _known: dict[str, Shape] = field(default_factory=dict, init=False, repr=False, compare=False)

    def shape(self, expression: str) -> Shape:
        """Return the shape of an expression's result; the expression has no leading ``=``."""
        if expression not in self._known:
            self._known[expression] = UNKNOWN  # found again if a name stands for itself
            self._known[expression] = self._shape(expression)
        return self._known[expression]

    def _shape(self, expression: str) -> Shape:
        try:
            if joins_ranges(f"={expression}"):
                return UNKNOWN
            found = operands(expression)
        except FormulaError:
            return UNKNOWN
        shapes = [self._operand(operand) for operand in found]
        if len(shapes) == 1 and isinstance(found[0], str) and found[0] == expression.strip():
            return shapes[0]
        return spread(shapes)

    def _operand(self, operand: Call | str) -> Shape:
        if isinstance(operand, Call):
            return self.call_shape(operand)
        if _CONSTANT.fullmatch(operand):
            return ONE
        if operand.startswith("{"):
            separators = _ARRAY.findall(operand)
            rows = separators.count(";") + 1
            return Shape(rows, separators.count(",") // rows + 1)
        area = _AREA.fullmatch(operand)
        if area:
            return _area(operand, area[1])
        key = operand.upper()
        if key in self.own:
            text = self.own[key]
            return UNKNOWN if text is None else self.shape(text)
        for name in (key, qualified(key), key.rpartition("!")[2]):
            if name in self.names:
                found = self.shape(self.names[name].removeprefix("="))
                # Cells seen from the one that uses the name have no one address.
                return (
                    found
                    if relative(found.address, 1, 1) == relative(found.address, 2, 2)
                    else replace(found, address="")
                )
        if _TO_INDEX.match(operand):
            return self._to_index(operand)
        try:
            address = plain_address(operand, self.tables, self.row, self.table)
        except TableReferenceError:
            address = None
        if address:
            return self.shape(address)
        if _THIS_ROW.search(operand):
            return Shape(1) if ":" in operand else ONE
        return UNKNOWN

    def _to_index(self, operand: str) -> Shape:
        """Return the shape of ``A1:INDEX(A1:Z1,n)``: a row or a column, if its cells lie in one."""
        first, _, rest = operand.partition(":")
        area = self.shape((calls(f"={rest}")[0].arguments or ("",))[0] or "")
        start = self.shape(first)
        if not (area.address and start.address):
            return UNKNOWN
        left, top, right, bottom = range_boundaries(area.address.rpartition("!")[2])
        column, row, _, _ = range_boundaries(start.address.rpartition("!")[2])
        return Shape(1 if row == top == bottom else None, 1 if column == left == right else None)

    def call_shape(self, call: Call) -> Shape:
        """Return the shape of a call's result."""
        arguments = [argument or "0" for argument in call.arguments]
        if call.name in FUNCTIONS:
            function = FUNCTIONS[call.name]
            pairs = zip(function.parameters, arguments, strict=False)
            spreading = [self.shape(text) for parameter, text in pairs if parameter.kind.shape == "scalar"]
            if function.result.shape == "table":
                return Shape(None, 1) if function.native_row else UNKNOWN
            return spread(spreading)
        if call.name == "INDEX" and len(arguments) in (2, 3):
            return self._index(arguments)
        if call.name in ("IF", "IFERROR", "IFNA"):
            return spread([self.shape(argument) for argument in arguments])
        if call.name == "LET" and arguments:
            return self.shape(arguments[-1])
        if call.name in ("ROW", "COLUMN"):
            if not arguments:
                return UNKNOWN if self.several else ONE
            base = self.shape(arguments[0])
            return Shape(base.rows, 1) if call.name == "ROW" else Shape(1, base.columns)
        if call.name == "MMULT" and len(arguments) == 2:
            return Shape(self.shape(arguments[0]).rows, self.shape(arguments[1]).columns)
        if call.name == "TRANSPOSE" and arguments:
            base = self.shape(arguments[0])
            return Shape(base.columns, base.rows)
        if call.name == "OFFSET" and 3 <= len(arguments) <= 5 and spread([*map(self.shape, arguments[1:3])]).single:
            base = self.shape(arguments[0])
            rows, columns, *_ = [*call.arguments[3:], None, None]
            return Shape(_number(rows, base.rows), _number(columns, base.columns))
        if call.name == "LOOKUP" and len(arguments) == 3:
            return spread([self.shape(arguments[0])])
        if not gives_one_value(call.name):
            return UNKNOWN
        whole = whole_arguments(call.name, len(arguments))
        return spread([self.shape(text) for place, text in enumerate(arguments) if place not in whole])

    def _index(self, arguments: Sequence[str]) -> Shape:
        base = self.shape(arguments[0])
        chosen = spread([self.shape(text) for text in arguments[1:]])
        if not chosen.single:
            return UNKNOWN
        row, column = arguments[1], arguments[2] if len(arguments) == 3 else ""
        every = [not text.strip("0 ") for text in (row, column)]
        if not column and 1 in (base.rows, base.columns) and not every[0]:
            return ONE
        return Shape(base.rows if every[0] else 1, base.columns if every[1] else 1)


def spread(shapes: Sequence[Shape]) -> Shape:
    """Return the shape of what is computed from several, cell by cell."""
    known = [shape for shape in shapes if not shape.single]
    if len(known) == 1:
        return Shape(known[0].rows, known[0].columns)
    if any(shape.rows is None or shape.columns is None for shape in known):
        columns = {shape.columns for shape in known}
        return Shape(None, 1) if columns == {1} else UNKNOWN
    return Shape(max((shape.rows or 1 for shape in known), default=1), max((s.columns or 1 for s in known), default=1))


def names_of_let(formula: str) -> dict[str, str | None]:
    """Return the names that LET and LAMBDA give in a formula, as ``Scope.own`` has them.

    >>> names_of_let("=_xlfn.LET(_xlpm.a,B1:F1,_xlpm.b,2,SUM(_xlpm.a)*_xlfn.LAMBDA(_xlpm.c,_xlpm.c)(1))")
    {'_XLPM.A': 'B1:F1', '_XLPM.B': '2', '_XLPM.C': None}
    """
    found: dict[str, str | None] = {}
    for call in calls(formula):
        if call.name == "LET":
            for name, text in zip(call.arguments[:-1:2], call.arguments[1::2], strict=False):
                if name:
                    found[name.upper()] = None if name.upper() in found else text
        elif call.name == "LAMBDA":
            found |= {name.upper(): None for name in call.arguments[:-1] if name}
    return found


def _number(text: str | None, omitted: int | None) -> int | None:
    """Return the number that an argument is; None if only computing tells."""
    return omitted if text is None else int(text) if text.isdigit() else None


def _area(text: str, address: str) -> Shape:
    if ":" in text.rpartition("!")[0]:  # several sheets at once
        return UNKNOWN
    try:
        left, top, right, bottom = range_boundaries(address)
    except ValueError:
        return UNKNOWN
    rows = 1048576 if top is None or bottom is None else bottom - top + 1
    columns = 16384 if left is None or right is None else right - left + 1
    return Shape(rows, columns, text)
