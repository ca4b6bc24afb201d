"""Excel's rounding to multiples, which the engine does otherwise for negative numbers and for fractions."""

from __future__ import annotations

import math

from udfs import ExcelError


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
