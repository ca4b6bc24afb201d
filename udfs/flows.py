"""Native formulas over a range of yearly flows: its direction, the year of each flow, running sums.

Only what Excel 2010 and LibreOffice 7.4 both compute, and nothing volatile: no LET, LAMBDA or OFFSET.
"""

from __future__ import annotations

import re
from typing import Final

from udfs.definition import NativeFormError
from udfs.trace import Argument, Expression, Literal, Operation, excel

_RANGE: Final = re.compile(
    r"(?:'(?:[^']|'')+'!|[\w.]+!)?\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)", re.IGNORECASE
)
_CELL: Final = re.compile(r"\$?[A-Z]{1,3}\$?\d+", re.IGNORECASE)
_NAME: Final = re.compile(r"[A-Z_\\][\w.]*", re.IGNORECASE)
_CALL: Final = re.compile(r"[A-Z_][\w.]*\([^()]*\)", re.IGNORECASE)


class Flows:
    """The argument of a series parameter: a row, a column, or one level amount.

    Parameters
    ----------
    expression : what the caller wrote, e.g. ``D12:M12`` or ``{100;200}`` or ``B7``.

    Raises
    ------
    NativeFormError
        The direction can't be read off the text: a name, or a block.
    """

    def __init__(self, expression: Expression) -> None:
        self.expression = expression
        self.reference: str | None = None
        self.length = 0
        self.several = False
        self._address = ""
        if isinstance(expression, Argument) and expression.direction:
            self.direction = expression.direction
            self.reference = expression.text
            self._address = expression.address
        elif isinstance(expression, Literal):
            self.direction = "level"
        else:
            self.direction = self._read(expression.render())

    def _read(self, text: str) -> str:
        if text.startswith("{"):
            down, across = text.count(";"), text.count(",")
            self.length = down + across + 1
            return self._one_line(text, down + 1, across + 1)
        while _CALL.search(text):
            text = _CALL.sub("0", text)  # what a function makes of a range is one value
        found = _RANGE.search(text)
        if found:
            self.reference = found.group()
            self.several = len(_RANGE.findall(text)) > 1
            left, top, right, bottom = found.groups()
            return self._one_line(text, int(bottom) - int(top) + 1, 1 if left.upper() == right.upper() else 2)
        if _NAME.fullmatch(text) and not _CELL.fullmatch(text):
            raise NativeFormError(f"{text} is a name: give the address of the range, such as D12:M12")
        return "level"

    @staticmethod
    def _one_line(text: str, rows: int, columns: int) -> str:
        if rows > 1 and columns > 1:
            raise NativeFormError(f"{text} is a block: flows are one row or one column")
        return "column" if rows > 1 else "row" if columns > 1 else "level"

    @property
    def level(self) -> bool:
        """Whether one amount stands for every year."""
        return self.direction == "level"

    @property
    def _position(self) -> Expression:
        """Row or column number of each flow."""
        if self.reference is None:
            separator = ";" if self.direction == "column" else ","
            return Argument("{" + separator.join(str(year) for year in range(1, self.length + 1)) + "}")
        return excel("ROW" if self.direction == "column" else "COLUMN", Argument(self.reference))

    @property
    def filled(self) -> Expression:
        """The flows, a blank cell being a year without cash: MMULT refuses blanks, NPV and IRR skip them."""
        return Operation("+", self.expression, Literal(0)) if self.reference else self.expression

    @property
    def year(self) -> Expression:
        """The year of each flow: 1, 2, ..."""
        if self.reference is None:
            return self._position
        return self._position - excel("MIN", self._position) + 1

    def one_longer(self) -> tuple[Expression, Expression, Expression]:
        """Return the flows with one more element before the first, and where that element and the last one are.

        Returns
        -------
        first, last, flows : Expression
            Two arrays of truth values, and the flows, a blank cell being 0; the added element may be anything.

        Raises
        ------
        NativeFormError
            The range starts at the sheet's edge, so that no cell stands before it; or there are several ranges.
        """
        if self.several:
            raise NativeFormError(f"{self.expression.render()} is made of several ranges: put the flows into one")
        if self.reference is None:
            down = self.direction == "column"
            place: Expression = Argument(
                "{" + (";" if down else ",").join(str(k) for k in range(self.length + 1)) + "}"
            )
            across = Argument("{" + ("," if down else ";").join(str(k) for k in range(1, self.length + 1)) + "}")
            shift = excel("IF", place == across, 1, 0)
            moved = (shift, self.expression) if down else (self.expression, shift)
            return place == 0, place == self.length, excel("MMULT", *moved)
        longer = _one_cell_before(self._address or self.reference, self.direction)
        place = excel("ROW" if self.direction == "column" else "COLUMN", Argument(longer))
        flows = Operation("+", Argument(self.expression.render().replace(self.reference, longer)), Literal(0))
        return place == excel("MIN", place), place == excel("MAX", place), flows

    def cumulative(self, values: Expression) -> Expression:
        """Return the running sum of values that lie as the flows do."""
        across = excel("TRANSPOSE", self._position)
        if self.direction == "column":
            return excel("MMULT", excel("IF", self._position >= across, 1, 0), values)
        return excel("MMULT", values, excel("IF", across <= self._position, 1, 0))


def _one_cell_before(reference: str, direction: str) -> str:
    """Return a range with the cell before its first."""
    found = _RANGE.fullmatch(reference)
    if found is None:  # a name in the documentation
        return f"before:{reference}"
    left, top, _, _ = found.groups()
    if direction == "column" and top == "1":
        raise NativeFormError(f"{reference} starts in row 1: move the flows down, so that a cell stands before them")
    if direction == "row" and left.upper() == "A":
        raise NativeFormError(
            f"{reference} starts in column A: move the flows right, so that a cell stands before them"
        )
    (start, stop), new = (
        (found.span(2), str(int(top) - 1)) if direction == "column" else (found.span(1), _column_before(left))
    )
    return reference[:start] + new + reference[stop:]


def _column_before(letters: str) -> str:
    """Return the letters of the column before any but A."""
    letters = letters.upper()
    if letters[-1] > "A":
        return letters[:-1] + chr(ord(letters[-1]) - 1)
    return (_column_before(letters[:-1]) if letters[:-1] != "A" else "") + "Z"
