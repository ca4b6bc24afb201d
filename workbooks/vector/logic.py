"""Excel's functions of conditions over cells in many scenarios."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from udfs import ExcelError
from workbooks.vector.cells import (
    BLANK,
    FIRST_ERROR,
    NUMBER,
    TEXT,
    TRUTH,
    VALUE,
    Cells,
    Codes,
    constant,
    first_of,
)
from workbooks.vector.operators import fitted

_TRUTHS = np.full((1, 1, 1), TRUTH, np.uint8)
_NOT_AVAILABLE = constant(ExcelError.NA)


def if_(condition: Cells, then: Cells, otherwise: Cells | None = None) -> Cells:
    """IF: a text as the condition is #VALUE!."""
    condition, then, otherwise = fitted(condition, then, constant(False) if otherwise is None else otherwise)
    chosen = _chosen(condition.numbers != 0, then, otherwise)
    errors = _truth_errors(condition)
    return chosen if errors is None else _overlaid(chosen, errors)


def ifs(*pairs: Cells) -> Cells:
    """IFS: the value after the first condition that is true."""
    result: Cells = _NOT_AVAILABLE
    for condition, value in reversed(list(zip(pairs[::2], pairs[1::2], strict=True))):
        result = if_(condition, value, result)
    return result


def iferror(value: Cells, otherwise: Cells) -> Cells:
    """IFERROR."""
    value, otherwise = fitted(value, otherwise)
    wrong = value.errors()
    return Cells(value.numbers, value.codes) if wrong is None else _chosen(wrong, otherwise, value)


def ifna(value: Cells, otherwise: Cells) -> Cells:
    """IFNA."""
    value, otherwise = fitted(value, otherwise)
    missing = value.all_codes() == _NOT_AVAILABLE.all_codes()
    return _chosen(missing, otherwise, value) if missing.any() else Cells(value.numbers, value.codes)


def choose(number: Cells, *values: Cells) -> Cells:
    """CHOOSE: the number is cut to a whole one."""
    result = constant(ExcelError.VALUE)
    numbers, errors = number.numeric()
    place = np.floor(numbers)
    for position, value in enumerate(values, start=1):
        value, result = fitted(value, result)
        result = _chosen(place == position, value, result)
    return _overlaid(result, errors) if errors.any() else result


def and_(*values: Cells) -> Cells:
    """AND: of ranges the numbers and truth values count."""
    return _together(values, every=True)


def or_(*values: Cells) -> Cells:
    """OR: of ranges the numbers and truth values count."""
    return _together(values, every=False)


def not_(value: Cells) -> Cells:
    """NOT."""
    numbers, errors = value.numeric()
    return _truths(numbers == 0, errors)


def iserror(value: Cells) -> Cells:
    """ISERROR."""
    return _truths(value.all_codes() >= FIRST_ERROR)


def isna(value: Cells) -> Cells:
    """ISNA."""
    return _truths(value.all_codes() == _NOT_AVAILABLE.all_codes())


def isnumber(value: Cells) -> Cells:
    """ISNUMBER."""
    return _truths(value.all_codes() == NUMBER)


def istext(value: Cells) -> Cells:
    """ISTEXT."""
    return _truths(value.all_codes() == TEXT)


def isblank(value: Cells) -> Cells:
    """ISBLANK."""
    return _truths(value.all_codes() == BLANK)


def n(value: Cells) -> Cells:
    """N: a text is 0."""
    codes = value.all_codes()
    errors = np.where(codes >= FIRST_ERROR, codes, 0).astype(np.uint8)
    return Cells(np.where(codes < TEXT, value.numbers, 0.0), errors if errors.any() else None)


def not_available() -> Cells:
    """NA."""
    return _NOT_AVAILABLE


def true() -> Cells:
    """TRUE."""
    return constant(True)


def false() -> Cells:
    """FALSE."""
    return constant(False)


def _chosen(condition: NDArray[np.bool_], then: Cells, otherwise: Cells) -> Cells:
    numbers = np.where(condition, then.numbers, otherwise.numbers)
    if then.codes is None and otherwise.codes is None:
        return Cells(numbers)
    none: Codes = np.zeros((1, 1, 1), np.uint8)
    first, second = (none if one.codes is None else one.codes for one in (then, otherwise))
    codes = np.where(condition, first, second)
    return Cells(numbers, codes if codes.any() else None)


def _overlaid(cells: Cells, errors: Codes) -> Cells:
    codes: Codes = np.zeros((1, 1, 1), np.uint8) if cells.codes is None else cells.codes
    return Cells(cells.numbers, np.where(errors, errors, codes))


def _truth_errors(condition: Cells) -> Codes | None:
    """Return the errors of conditions, a text being #VALUE!; None if there are none."""
    codes = condition.codes
    if codes is None or codes.max() < TEXT:
        return None
    return np.where(codes == TEXT, np.uint8(VALUE), np.where(codes >= FIRST_ERROR, codes, np.uint8(0)))


def _truths(numbers: NDArray[np.bool_], errors: Codes | None = None) -> Cells:
    if errors is None or not errors.any():
        return Cells(numbers.astype(float), _TRUTHS)
    return Cells(numbers.astype(float), np.where(errors, errors, np.uint8(TRUTH)))


def _together(values: tuple[Cells, ...], *, every: bool) -> Cells:
    result: NDArray[np.bool_] = np.full((1, 1, 1), every)
    counted: NDArray[np.bool_] = np.zeros((1, 1, 1), bool)
    errors: Codes = np.zeros((1, 1, 1), np.uint8)
    for cells in values:
        codes = cells.all_codes()
        wrong = np.where(codes >= FIRST_ERROR, codes, 0).astype(np.uint8)
        if not (cells.reference or codes[..., 0].size > 1):
            wrong = np.where(codes == TEXT, np.uint8(VALUE), wrong)
        errors = first_of(errors, first_error(wrong))
        counts = codes < BLANK
        true = cells.numbers != 0
        if every:
            result = result & (true | ~counts).all(axis=(0, 1), keepdims=True)
        else:
            result = result | (true & counts).any(axis=(0, 1), keepdims=True)
        counted = counted | counts.any(axis=(0, 1), keepdims=True)
    return _truths(result, np.where((errors == 0) & ~counted, np.uint8(VALUE), errors))


def first_error(errors: Codes) -> Codes:
    """Return the first error of a range in each scenario; 0 where there is none."""
    flat = errors.reshape(-1, errors.shape[2])
    if not flat.any():
        return np.zeros((1, 1, 1), np.uint8)
    place = (flat != 0).argmax(axis=0)
    return np.take_along_axis(flat, place[None, :], axis=0).reshape(1, 1, -1)
