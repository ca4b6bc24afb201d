"""Excel's functions of single numbers, over cells in many scenarios."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from workbooks.vector.cells import DIV0, NUM, Cells, Numbers, constant, first_of, with_errors
from workbooks.vector.operators import arithmetic, fitted, in_digits

# A number that is nearer than this, as a part of its size, to where rounding changes may stand there in fifteen digits.
_NEAR = 2e-14


def of_numbers(compute: Callable[..., Any]) -> Callable[..., Cells]:
    """Return a function of cells from one of arrays of numbers; what is not finite in the end is #NUM!."""

    @wraps(compute)  # which says how many arguments there are
    def function(*values: Cells) -> Cells:
        pairs = [one.numeric() for one in (fitted(*values) if len(values) > 1 else values)]
        errors = first_of(*(wrong for _, wrong in pairs))
        with np.errstate(all="ignore"):
            result = compute(*(number for number, _ in pairs))
        wrong = ~np.isfinite(result)
        if wrong.any():
            errors = np.where((errors == 0) & wrong, np.uint8(NUM), errors)
            result = np.where(wrong, 0.0, result)
        return with_errors(result, errors)

    return function


def _round(numbers: Numbers, digits: Numbers) -> Numbers:
    return _at_digits(numbers, digits, _half_up)


def _roundup(numbers: Numbers, digits: Numbers) -> Numbers:
    return _at_digits(numbers, digits, np.ceil)


def _rounddown(numbers: Numbers, digits: Numbers) -> Numbers:
    return _at_digits(numbers, digits, np.floor)


def _half_up(sizes: Numbers) -> Numbers:
    return np.asarray(np.floor(sizes + 0.5))


def _at_digits(numbers: Numbers, digits: Numbers, towards: Callable[[Numbers], Numbers]) -> Numbers:
    """Round sizes at a decimal place; 2.675 counts as the decimal number, not as the binary one a bit below it."""
    scale = 10.0 ** np.trunc(np.maximum(digits, -300.0))  # nothing is left of a number but 0, with less
    sizes = np.abs(numbers) * scale
    halves = sizes * 2
    off = np.abs(halves - np.rint(halves))
    near = (off > 0) & (off <= _NEAR * halves)
    if near.any():
        sizes = np.array(np.broadcast_to(sizes, near.shape))
        sizes[near] = in_digits(sizes[near])
    rounded = np.copysign(towards(sizes) / scale, numbers)
    return np.where(np.isfinite(sizes), rounded, numbers)  # a number has no digits so far behind the point


def _int(numbers: Numbers) -> Numbers:
    return np.asarray(np.floor(numbers))


def _modulo(numbers: Numbers, divisor: Numbers) -> Numbers:
    return np.asarray(np.mod(numbers, divisor))


round_ = of_numbers(_round)
roundup = of_numbers(_roundup)
rounddown_of = of_numbers(_rounddown)
int_ = of_numbers(_int)
absolute = of_numbers(lambda number: np.abs(number))
sign = of_numbers(lambda number: np.sign(number))
exp = of_numbers(lambda number: np.exp(number))
ln = of_numbers(lambda number: np.log(number))
log10 = of_numbers(lambda number: np.log10(number))
sqrt = of_numbers(lambda number: np.sqrt(number))


def undivided(result: Cells, *values: Cells) -> Cells:
    """Return a result with #DIV/0! where the last of the values that it is of is 0, if none of them is an error."""
    numbers, _ = values[-1].numeric()
    if numbers.all():
        return result
    errors = first_of(*(one.numeric()[1] for one in fitted(*values)))
    codes = np.where(errors == 0, np.where(numbers == 0, np.uint8(DIV0), result.all_codes()), errors)
    return Cells(result.numbers, codes if codes.any() else None)


def trunc(number: Cells, digits: Cells | None = None) -> Cells:
    """TRUNC."""
    return rounddown_of(number, constant(0.0) if digits is None else digits)


def log(number: Cells, base: Cells | None = None) -> Cells:
    """LOG, to the base of 10 if none is given."""
    return log10(number) if base is None else arithmetic("/", ln(number), ln(base))


def power(number: Cells, exponent: Cells) -> Cells:
    """POWER."""
    return arithmetic("^", number, exponent)


def mod(number: Cells, divisor: Cells) -> Cells:
    """MOD, with the divisor's sign."""
    return undivided(_modulo_of(number, divisor), number, divisor)


_modulo_of = of_numbers(_modulo)
