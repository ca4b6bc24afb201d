"""Excel's operators over cells in many scenarios.

Where all operands are plain numbers an operator is one operation of NumPy. The compiled workbook runs with NumPy's
errors raised, so that a division by zero or an overflow is seen without looking for it; then, and where there are texts
or errors among the operands, each element gets its own error.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workbooks.engine.excel_text import as_text
from workbooks.vector.cells import (
    DIV0,
    FIRST_ERROR,
    NA,
    NUM,
    TEXT,
    TRUTH,
    Cells,
    Codes,
    Numbers,
    coded,
    encoded,
    first_of,
    with_errors,
)

_ARITHMETIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
}
_COMPARISONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "=": np.equal,
    "<>": np.not_equal,
    "<": np.less,
    ">": np.greater,
    "<=": np.less_equal,
    ">=": np.greater_equal,
}
_OF_VALUES: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
# Two numbers that are nearer than this, as a part of their size, may have the same fifteen digits.
_NEAR: Final = 2e-14
_TRUE_OR_FALSE: Final = np.full((1, 1, 1), TRUTH, np.uint8)
_TRUTH_AS_RANK: Final = 4


def arithmetic(sign: str, left: Cells, right: Cells) -> Cells:
    """Compute ``+ - * / ^``."""
    operation = _ARITHMETIC[sign]
    a, b = left.plain(), right.plain()
    if a is not None and b is not None and _fit(left, right):
        try:
            return Cells(operation(a, b))
        except FloatingPointError:
            pass
    left, right = fitted(left, right)
    (x, x_errors), (y, y_errors) = left.numeric(), right.numeric()
    with np.errstate(all="ignore"):
        result = operation(x, y)
    errors = first_of(x_errors, y_errors)
    wrong = ~np.isfinite(result)
    if wrong.any():
        mine = np.where(y == 0, DIV0, NUM).astype(np.uint8) if sign == "/" else np.uint8(NUM)
        errors = np.where((errors == 0) & wrong, mine, errors).astype(np.uint8)
        result = np.where(wrong, 0.0, result)
    return with_errors(result, errors)


def signed(sign: str, operand: Cells) -> Cells:
    """Compute a sign before an operand, or % behind it."""
    if sign == "+":
        return Cells(operand.numbers, operand.codes)
    if sign == "%":
        return arithmetic("/", operand, Cells(np.full((1, 1, 1), 100.0)))
    numbers, errors = operand.numeric()
    return with_errors(-numbers, errors)


def joined(left: Cells, right: Cells) -> Cells:
    """Compute ``&``."""
    left, right = fitted(left, right)
    shape = np.broadcast_shapes(left.numbers.shape, right.numbers.shape)
    sides = [_values(side, shape) for side in (left, right)]

    def join(first: Any, second: Any) -> tuple[float, int]:
        wrong = next((text for text in (first, second) if not isinstance(text, str)), None)
        return encoded(first + second if wrong is None else wrong)

    pairs = [join(as_text(first), as_text(second)) for first, second in zip(*sides, strict=True)]
    return coded((number for number, _ in pairs), (code for _, code in pairs), shape)


def compared(sign: str, left: Cells, right: Cells, *, digits: bool) -> Cells:
    """Compute a comparison.

    Parameters
    ----------
    sign : the operator.
    left, right : what is compared.
    digits : whether numbers are equal that have the same first fifteen digits, as Excel compares.
    """
    if left.codes is None and right.codes is None and _fit(left, right):
        return Cells(numbers_compared(sign, left.numbers, right.numbers, digits).astype(float), _TRUE_OR_FALSE)
    left, right = fitted(left, right)
    shape = np.broadcast_shapes(left.numbers.shape, right.numbers.shape)
    codes_left, codes_right = (np.broadcast_to(side.all_codes(), shape) for side in (left, right))
    result = numbers_compared(sign, left.numbers, right.numbers, digits)
    if codes_left.max() >= TRUTH or codes_right.max() >= TRUTH:
        result = np.broadcast_to(result, shape).copy()
        odd = (codes_left > 0) | (codes_right > 0)
        a, b = (np.array(_values(side, shape), object).reshape(shape)[odd] for side in (left, right))
        result[odd] = [_OF_VALUES[sign](_rank(x, y), _rank(y, x)) for x, y in zip(a, b, strict=True)]
    errors = first_of(
        *(np.where(codes >= FIRST_ERROR, codes, 0).astype(np.uint8) for codes in (codes_left, codes_right))
    )
    return Cells(result.astype(float), np.where(errors, errors, np.uint8(TRUTH)) if errors.any() else _TRUE_OR_FALSE)


def numbers_compared(sign: str, a: Numbers, b: Numbers, digits: bool = True) -> NDArray[np.bool_]:
    """Compare numbers, if asked for by their first fifteen digits."""
    result: NDArray[np.bool_] = _COMPARISONS[sign](a, b)
    if digits:
        near = (a != b) & (np.abs(a - b) <= _NEAR * np.abs(a))
        if near.any():
            x, y = (np.broadcast_to(side, near.shape)[near] for side in (a, b))
            result = np.broadcast_to(result, near.shape).copy()
            result[near] = _COMPARISONS[sign](in_digits(x), in_digits(y))
    return result


def in_digits(numbers: Numbers) -> Numbers:
    """Return numbers with the fifteen digits that Excel compares and rounds by."""
    return np.array([float(f"{number:.15g}") for number in numbers.tolist()])


def _rank(value: Any, other: Any) -> tuple[int, Any]:
    """Return what Excel orders values by: numbers, texts, truth values; a blank is as the other side has it."""
    if value is None:
        value = "" if isinstance(other, str) else False if isinstance(other, bool) else 0.0
    if isinstance(value, bool):
        return _TRUTH_AS_RANK, value
    if isinstance(value, str):
        return TEXT, value.casefold()
    return 0, value if isinstance(value, float) else 0.0


def _values(cells: Cells, shape: tuple[int, ...]) -> list[Any]:
    """Return all elements as values, in order."""
    rows, columns, scenarios = shape
    whole = Cells(
        np.broadcast_to(cells.numbers, shape), None if cells.codes is None else np.broadcast_to(cells.codes, shape)
    )
    found: list[Any] = []
    for row in range(rows):
        for column in range(columns):
            codes = None if whole.codes is None else whole.codes[row : row + 1, column : column + 1]
            found += Cells(whole.numbers[row : row + 1, column : column + 1], codes).values(scenarios)
    return found


def fitted(*cells: Cells) -> tuple[Cells, ...]:
    """Return ranges that broadcast: one row or column is repeated, and where a range has no cell it is #N/A."""
    height, width = (max(one.shape[side] for one in cells) for side in (0, 1))
    return tuple(one if _fits(one, height, width) else _padded(one, height, width) for one in cells)


def _fit(left: Cells, right: Cells) -> bool:
    return all(1 in (a, b) or a == b for a, b in zip(left.shape, right.shape, strict=True))


def _fits(cells: Cells, height: int, width: int) -> bool:
    return cells.shape[0] in (1, height) and cells.shape[1] in (1, width)


def _padded(cells: Cells, height: int, width: int) -> Cells:
    rows, columns = cells.shape
    height, width = (1 if rows == 1 else height), (1 if columns == 1 else width)
    own = cells.all_codes()
    numbers = np.zeros((height, width, own.shape[2]))
    codes: Codes = np.full(numbers.shape, NA, np.uint8)
    numbers[:rows, :columns] = cells.numbers
    codes[:rows, :columns] = own
    return Cells(numbers, codes, cells.reference)
