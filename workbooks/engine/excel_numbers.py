"""Excel's rounding to multiples, divisors and multiples, and what text counts as, where the engine does otherwise."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any, Final

from udfs import ExcelError
from workbooks.engine.excel_values import number as number_of

_MOST_FACTORS: Final = 5000


def ceiling(number: float, significance: float) -> float | ExcelError:
    """Round up to a multiple; with both negative, away from zero."""
    if number > 0 > significance:
        return ExcelError.NUM
    return math.ceil(_quotient(number, significance)) * significance if significance else 0.0


def floor(number: float, significance: float) -> float | ExcelError:
    """Round down to a multiple; with both negative, towards zero."""
    if number > 0 > significance:
        return ExcelError.NUM
    return math.floor(_quotient(number, significance)) * significance if number else 0.0


def _quotient(number: float, significance: float) -> float:
    # 0.3/0.1 is a bit below 3 in binary, and Excel counts it as 3.
    return float(f"{number / significance:.15g}")


def ceiling_math(number: float, significance: float = 1.0, mode: float = 0.0) -> float:
    """Round up to a multiple; with a mode, negative numbers away from zero."""
    return -floor_math(-number, significance) if number >= 0 or not mode else -ceiling_math(-number, significance)


def floor_math(number: float, significance: float = 1.0, mode: float = 0.0) -> float:
    """Round down to a multiple; with a mode, negative numbers towards zero."""
    if not significance:
        return 0.0
    size = abs(significance)
    quotient = _quotient(number, size)
    return (math.ceil(quotient) if number < 0 and mode else math.floor(quotient)) * size


def log(number: float, base: float = 10.0) -> float:
    """Return the logarithm, exact for powers of 2 and 10."""
    exact = {2.0: math.log2, 10.0: math.log10}.get(base)
    return exact(number) if exact else math.log(number) / math.log(base)


def gammaln(x: float) -> float | ExcelError:
    """Return the logarithm of the gamma function."""
    return math.lgamma(x) if x > 0 else ExcelError.NUM


def value(text: Any, *, dates_from_1904: bool = False) -> float | ExcelError:
    """Return the number that a text stands for; a truth value stands for none."""
    return ExcelError.VALUE if isinstance(text, bool) else number_of(text, dates_from_1904=dates_from_1904)


def gcd(*values: Any) -> float | ExcelError:
    """Return the greatest common divisor."""
    numbers = _whole(values)
    return numbers if isinstance(numbers, ExcelError) else _limited(math.gcd(*numbers))


def lcm(*values: Any) -> float | ExcelError:
    """Return the least common multiple."""
    numbers = _whole(values)
    return numbers if isinstance(numbers, ExcelError) else _limited(math.lcm(*numbers))


def multinomial(*values: Any) -> float | ExcelError:
    """Return the factorial of a sum over the product of the factorials."""
    numbers = _whole(values)
    if isinstance(numbers, ExcelError):
        return numbers
    if sum(numbers) > _MOST_FACTORS:
        return ExcelError.NUM
    result = math.factorial(sum(numbers)) // math.prod(map(math.factorial, numbers))
    return float(result) if result.bit_length() < 1024 else ExcelError.NUM


def mode(*values: Any) -> float | ExcelError:
    """Return the number that is there most often, the first of several; #N/A if each is there once."""
    numbers: list[float] = []
    for value in values:
        if isinstance(value, list):
            cells = [cell for row in value for cell in row]
            numbers += [float(cell) for cell in cells if cell.__class__ in (float, int)]
            single = next((cell for cell in cells if isinstance(cell, ExcelError)), 0.0)
        else:
            single = value if isinstance(value, ExcelError) else 0.0
            numbers += [float(value)] if value.__class__ in (float, int) else []
        if isinstance(single, ExcelError):
            return single
    counted = Counter(numbers)  # in the order in which they came
    most = max(counted.values(), default=0)
    return next(number for number, times in counted.items() if times == most) if most > 1 else ExcelError.NA


def _limited(result: int) -> float | ExcelError:
    return ExcelError.NUM if result >= 2**53 else float(result)


def _whole(values: tuple[Any, ...]) -> list[int] | ExcelError:
    """Return the numbers of ranges and single values without their fractions; text in them is an error, blanks not."""
    found: list[int] = []
    for value in values:
        for cell in [cell for row in value for cell in row] if isinstance(value, list) else [value]:
            if cell is None:
                continue
            if isinstance(cell, bool):
                return ExcelError.VALUE
            number = number_of(cell)
            if isinstance(number, ExcelError):
                return number
            if number < 0 or number >= 2**53:
                return ExcelError.NUM
            found.append(int(number))
    return found or [0]
