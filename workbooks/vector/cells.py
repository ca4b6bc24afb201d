"""Values of cells over many scenarios at once: an array of numbers, and what is not a number as codes beside it.

Every value has three dimensions: rows and columns of the range that it stands for, and scenarios. One cell is a range
of one row and one column; what is the same in all scenarios has one place in the third.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from udfs import ExcelError
from workbooks.engine.excel_values import is_taken_for_number
from workbooks.foreign.cell_text import Value

Numbers = NDArray[np.float64]
Codes = NDArray[np.uint8]

# What an element is. The order counts: below TEXT it is its number in arithmetic, from FIRST_ERROR on it is an error.
NUMBER, TRUTH, BLANK, TEXT, FIRST_ERROR = range(5)
_ERRORS: Final = tuple(ExcelError)
CODE_OF: Final = {error: FIRST_ERROR + place for place, error in enumerate(_ERRORS)}
VALUE, DIV0, NUM, NA, REF = (
    CODE_OF[error] for error in (ExcelError.VALUE, ExcelError.DIV0, ExcelError.NUM, ExcelError.NA, ExcelError.REF)
)
_NUMERAL: Final = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:E[-+]?\d+)?\s*", re.IGNORECASE)


class NotComputedError(Exception):
    """A formula is beyond what is computed here; the message completes "The formula ...", without a full stop."""


class _Texts:
    """Each text once, known by its number."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """Return the number of a text."""
        place = self._numbers.setdefault(text, len(self._texts))
        if place == len(self._texts):
            self._texts.append(text)
        return place

    def __getitem__(self, number: float) -> str:
        return self._texts[int(number)]


TEXTS: Final = _Texts()


@dataclass(slots=True)
class Cells:
    """Values of a range, or of one cell, in many scenarios.

    Parameters
    ----------
    numbers : of shape (rows, columns, scenarios); truth values are 0 and 1, a blank is 0, a text is its number in
        ``TEXTS``.
    codes : what each element is, of a shape that broadcasts to that of the numbers; None if all are numbers.
    reference : whether it came from cells, where functions such as SUM pass over text.
    heights : rows of the range in each scenario, where that differs; below them it is blank.
    """

    numbers: Numbers
    codes: Codes | None = None
    reference: bool = False
    heights: NDArray[np.int64] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.numbers.shape[0], self.numbers.shape[1]

    @property
    def constant(self) -> bool:
        """Whether it is the same in all scenarios."""
        return self.numbers.shape[2] == 1 and (self.codes is None or self.codes.shape[2] == 1)

    def plain(self) -> Numbers | None:
        """Return the numbers to calculate with; None if there are texts or errors among them."""
        codes = self.codes
        return self.numbers if codes is None or codes.max() < TEXT else None

    def numeric(self) -> tuple[Numbers, Codes]:
        """Return the numbers to calculate with, 0 where there is none, and the errors; code 0 is no error."""
        if self.codes is None or self.codes.max() < TEXT:
            return self.numbers, np.zeros((1, 1, 1), np.uint8)
        codes = np.broadcast_to(self.codes, np.broadcast_shapes(self.codes.shape, self.numbers.shape))
        errors = np.where(codes >= FIRST_ERROR, codes, 0).astype(np.uint8)
        numbers = np.where(codes < TEXT, self.numbers, 0.0)
        texts = codes == TEXT
        if texts.any():
            given = np.broadcast_to(self.numbers, codes.shape)[texts]
            kinds, places = np.unique(given, return_inverse=True)
            read = [_number_in(TEXTS[k]) for k in kinds]
            found = np.array(read)[places]
            numbers[texts] = np.nan_to_num(found)
            errors[texts] = np.where(np.isnan(found), VALUE, 0)
        return numbers, errors

    def errors(self) -> NDArray[np.bool_] | None:
        """Return where errors are; None if nowhere."""
        if self.codes is None or self.codes.max() < FIRST_ERROR:
            return None
        return self.codes >= FIRST_ERROR

    def all_codes(self) -> Codes:
        """Return a code for each element."""
        shape = self.numbers.shape
        if self.codes is None:
            return np.zeros(shape, np.uint8)
        return np.broadcast_to(self.codes, np.broadcast_shapes(shape, self.codes.shape))

    def values(self, scenarios: int) -> list[Value]:
        """Return the value of one cell in each scenario, as a workbook holds it."""
        numbers = np.broadcast_to(self.numbers[0, 0], scenarios) + 0.0  # a cell shows -0 as 0
        found: list[Value] = numbers.tolist()
        if self.codes is not None:
            codes = np.broadcast_to(self.codes[0, 0], scenarios)
            for place in np.nonzero(codes)[0].tolist():
                found[place] = _decoded(numbers[place], int(codes[place]))
        return found

    def part(self, first: int, last: int) -> Cells:
        """Return some of the scenarios."""
        codes = self.codes
        return Cells(
            self.numbers if self.numbers.shape[2] == 1 else self.numbers[:, :, first:last],
            codes if codes is None or codes.shape[2] == 1 else codes[:, :, first:last],
        )


def _number_in(text: str) -> float:
    """Return the number that a text is; NaN if it is none."""
    if _NUMERAL.fullmatch(text):
        return float(text)
    if is_taken_for_number(text):
        raise NotComputedError(f"takes the text {text!r} for a number")
    return np.nan


def _decoded(number: float, code: int) -> Value:
    if code >= FIRST_ERROR:
        return _ERRORS[code - FIRST_ERROR]
    if code == TEXT:
        return TEXTS[number]
    return bool(number) if code == TRUTH else None


def encoded(value: Value) -> tuple[float, int]:
    """Return a value as number and code."""
    if value is None:
        return 0.0, BLANK
    if isinstance(value, bool):
        return float(value), TRUTH
    if isinstance(value, str):
        return float(TEXTS.number(value)), TEXT
    if isinstance(value, ExcelError):
        return 0.0, CODE_OF[value]
    return float(value), NUMBER


def constant(value: Value) -> Cells:
    """Return one value for all scenarios."""
    number, code = encoded(value)
    return Cells(np.full((1, 1, 1), number), None if code == NUMBER else np.full((1, 1, 1), code, np.uint8))


def column(values: Sequence[Value] | NDArray[Any] | float | str) -> Cells:
    """Return one cell from its value in each scenario; one value alone is that in all of them."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiu":
        return Cells(values.astype(float).reshape(1, 1, -1))
    if isinstance(values, (float, int, str, bool, ExcelError)):
        return constant(values)
    pairs = [encoded(value) for value in values]
    return coded((number for number, _ in pairs), (code for _, code in pairs), (1, 1, len(pairs)))


def coded(numbers: Iterable[float], codes: Iterable[int], shape: tuple[int, int, int]) -> Cells:
    """Return cells from their numbers and codes in order."""
    size = shape[0] * shape[1] * shape[2]
    kinds = np.fromiter(codes, np.uint8, size).reshape(shape)
    return Cells(np.fromiter(numbers, float, size).reshape(shape), kinds if kinds.any() else None)


def stacked(rows: Sequence[Sequence[Cells]]) -> Cells:
    """Return the range of some cells; each of them is one row and one column."""
    if len(rows) == len(rows[0]) == 1:
        cell = rows[0][0]
        return Cells(cell.numbers, cell.codes, reference=True)
    scenarios = max(cell.numbers.shape[2] for row in rows for cell in row)
    numbers = np.empty((len(rows), len(rows[0]), scenarios))
    coded_cells = [cell for row in rows for cell in row if cell.codes is not None]
    codes = None
    if coded_cells:
        deep = max(cell.codes.shape[2] for cell in coded_cells if cell.codes is not None)
        codes = np.zeros((len(rows), len(rows[0]), deep), np.uint8)
    for top, row in enumerate(rows):
        for left, cell in enumerate(row):
            numbers[top, left] = cell.numbers[0, 0]
            if codes is not None and cell.codes is not None:
                codes[top, left] = cell.codes[0, 0]
    return Cells(numbers, codes, reference=True)


def with_errors(numbers: Numbers, errors: Codes) -> Cells:
    """Return numbers, with errors where their codes are not 0."""
    return Cells(numbers, errors if errors.any() else None)


def first_of(*errors: Codes) -> Codes:
    """Return, element by element, the first code that is an error."""
    found = errors[0]
    for other in errors[1:]:
        if other.any():
            found = np.where(found, found, other)
    return found
