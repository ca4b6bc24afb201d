"""Excel's functions that make one value of ranges, over cells in many scenarios.

In ranges they count numbers alone; a text or truth value that is an argument of its own counts as its number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from udfs import ExcelError
from workbooks.vector.cells import (
    BLANK,
    DIV0,
    FIRST_ERROR,
    NUMBER,
    TEXT,
    VALUE,
    Cells,
    Codes,
    NotComputedError,
    Numbers,
    constant,
    first_of,
    with_errors,
)
from workbooks.vector.logic import first_error
from workbooks.vector.operators import compared


def sum_(*values: Cells) -> Cells:
    """SUM."""
    return _reduced(values, np.add.reduce, 0.0, np.add)


def sumsq(*values: Cells) -> Cells:
    """SUMSQ."""
    return _reduced([_squared(one) for one in values], np.add.reduce, 0.0, np.add)


def product(*values: Cells) -> Cells:
    """PRODUCT: 0 of no numbers."""
    result = _reduced(values, np.multiply.reduce, 1.0, np.multiply)
    return Cells(np.where(_counted(values) == 0, 0.0, result.numbers), result.codes)


def minimum(*values: Cells) -> Cells:
    """MIN: 0 of no numbers."""
    return _or_zero(values, _reduced(values, np.minimum.reduce, np.inf, np.minimum))


def maximum(*values: Cells) -> Cells:
    """MAX: 0 of no numbers."""
    return _or_zero(values, _reduced(values, np.maximum.reduce, -np.inf, np.maximum))


def average(*values: Cells) -> Cells:
    """AVERAGE: #DIV/0! of no numbers."""
    total, count = sum_(*values), _counted(values)
    errors = np.where(count == 0, DIV0, 0).astype(np.uint8)
    if total.codes is not None:
        errors = first_of(np.where(total.codes >= FIRST_ERROR, total.codes, 0).astype(np.uint8), errors)
    return with_errors(total.numbers / np.maximum(count, 1), errors)


def count(*values: Cells) -> Cells:
    """COUNT."""
    return Cells(_counted(values).astype(float))


def counta(*values: Cells) -> Cells:
    """COUNTA."""
    filled = [(one.all_codes() != BLANK).sum(axis=(0, 1), keepdims=True) for one in values]
    return Cells(np.asarray(sum(filled), dtype=float))


def sumproduct(*values: Cells) -> Cells:
    """SUMPRODUCT: what is no number counts as 0, and ranges must be of one shape."""
    shapes = {one.shape for one in values}
    if len(shapes) > 1:
        return constant_error(VALUE)
    result: Numbers = np.ones((1, 1, 1))
    errors: Codes = np.zeros((1, 1, 1), np.uint8)
    for one in values:
        codes = one.codes
        if codes is None:
            result = result * one.numbers
            continue
        result = result * np.where(codes == NUMBER, one.numbers, 0.0)
        errors = first_of(errors, first_error(np.where(codes >= FIRST_ERROR, codes, 0).astype(np.uint8)))
    return with_errors(_summed(result), errors)


def countif(cells: Cells, criterion: Cells) -> Cells:
    """COUNTIF, for a number or a comparison with a number, such as ``"<1"``."""
    return Cells(_meeting(cells, criterion).sum(axis=(0, 1), keepdims=True).astype(float))


def sumif(cells: Cells, criterion: Cells, summed: Cells | None = None) -> Cells:
    """SUMIF, for criteria as in COUNTIF."""
    of = cells if summed is None else summed
    meeting = _meeting(cells, criterion)
    if of.shape != cells.shape:
        raise NotComputedError("gives SUMIF ranges of different shapes")
    codes = np.where(meeting, of.all_codes(), np.uint8(BLANK))
    return sum_(Cells(np.where(meeting, of.numbers, 0.0), codes, reference=True))


def constant_error(code: int) -> Cells:
    """Return an error for all scenarios."""
    return Cells(np.zeros((1, 1, 1)), np.full((1, 1, 1), code, np.uint8))


def _meeting(cells: Cells, criterion: Cells) -> NDArray[np.bool_]:
    """Return where cells meet a criterion."""
    if not criterion.constant or criterion.shape != (1, 1):
        raise NotComputedError("has a criterion that differs from scenario to scenario")
    [wanted] = criterion.values(1)
    if isinstance(wanted, ExcelError):
        raise NotComputedError(f"has the criterion {wanted}")
    sign = "="
    if isinstance(wanted, str):
        sign = next((one for one in ("<=", ">=", "<>", "<", ">", "=") if wanted.startswith(one)), "=")
        try:
            wanted = float(wanted.removeprefix(sign))
        except ValueError:
            raise NotComputedError(f"has the criterion {wanted!r}, which is no comparison with a number") from None
    numbers = cells.all_codes() == NUMBER
    met = compared(sign, Cells(cells.numbers), constant(wanted), digits=True).numbers != 0
    return np.where(numbers, met, sign == "<>")


def _summed(numbers: Numbers) -> Numbers:
    total: Numbers = np.add.reduce(numbers.reshape(-1, numbers.shape[2]), axis=0)
    return total.reshape(1, 1, -1)


def _reduced(values: Any, reduce: Callable[..., Any], neutral: float, combine: Callable[[Any, Any], Any]) -> Cells:
    """Return what a reduction makes of all numbers, and the first error if there is one."""
    result: Numbers | None = None
    errors: Codes = np.zeros((1, 1, 1), np.uint8)
    for one in values:
        numbers = one.numbers
        if one.codes is not None:
            numbers, wrong = _counting(one, neutral)
            errors = first_of(errors, first_error(wrong))
        part = numbers if one.shape == (1, 1) else reduce(numbers.reshape(-1, numbers.shape[2]), axis=0)
        part = part.reshape(1, 1, -1)
        result = part if result is None else combine(result, part)
    assert result is not None
    return with_errors(result, errors)


def _counting(cells: Cells, neutral: float) -> tuple[Numbers, Codes]:
    """Return the numbers that count, with a neutral one in place of what does not, and the errors."""
    if not (cells.reference or cells.shape != (1, 1)):
        return cells.numeric()
    codes = cells.all_codes()
    errors = np.where(codes >= FIRST_ERROR, codes, 0).astype(np.uint8)
    return np.where(codes == NUMBER, cells.numbers, neutral), errors


def _squared(cells: Cells) -> Cells:
    if cells.codes is None:
        return Cells(np.square(cells.numbers), None, cells.reference)
    if not (cells.reference or cells.shape != (1, 1)):
        numbers, errors = cells.numeric()
        return with_errors(np.square(numbers), errors)
    return Cells(np.where(cells.codes < TEXT, np.square(cells.numbers), cells.numbers), cells.codes, cells.reference)


def _counted(values: Any) -> NDArray[np.int64]:
    counts: Any = np.zeros((1, 1, 1), np.int64)
    for one in values:
        codes = one.all_codes()
        if one.reference or one.shape != (1, 1):
            counted = codes == NUMBER
        else:  # text that is given by itself counts if it is a number
            counted = (codes != BLANK) & (one.numeric()[1] == 0)
        counts = counts + counted.sum(axis=(0, 1), keepdims=True)
    return np.asarray(counts)


def _or_zero(values: Any, result: Cells) -> Cells:
    if all(one.codes is None for one in values):
        return result
    empty = ~np.isfinite(result.numbers)
    if empty.any():
        return Cells(np.where(empty, 0.0, result.numbers), result.codes)
    return result
