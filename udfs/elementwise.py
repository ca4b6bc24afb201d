"""The few operations that a function body needs beyond arithmetic: on floats, NumPy arrays and symbols.

NumPy is looked for only when an array comes in, so that bodies run where it is not installed (a browser,
LibreOffice's own Python).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, cast

from udfs.errors import ExcelError, as_nan
from udfs.trace import Expression, excel

Branch = float | Callable[[], float]

_NO_INTEREST: Final = 1e-300  # close to the smallest floats, which have but a few digits


def log(x: float) -> float:
    """Return the natural logarithm; LN in Excel."""
    if isinstance(x, (float, int)):
        return math.log(x)
    if isinstance(x, Expression):
        return excel("LN", x)
    import numpy as np

    return np.log(x)


def log1p(x: float) -> float:
    """Return ln(1 + x), exact also for a small rate x. Not for traced bodies: Excel has no such function."""
    if isinstance(x, (float, int)):
        return math.log1p(x)
    import numpy as np

    return np.log1p(x)


def expm1(x: float) -> float:
    """Return exp(x) - 1, exact also for a small x. Not for traced bodies: Excel has no such function."""
    if isinstance(x, (float, int)):
        return math.expm1(x)
    import numpy as np

    return np.expm1(x)


def maximum(x: float, y: float) -> float:
    """Return the larger of two; MAX in Excel."""
    if isinstance(x, Expression) or isinstance(y, Expression):
        return cast(float, excel("MAX", x, y))
    if isinstance(x, (float, int)) and isinstance(y, (float, int)):
        return max(x, y)
    import numpy as np

    return cast(float, np.maximum(x, y))


def level_payment(rate: float, periods: float, present: float, future: float) -> float:
    """Return the level payment that turns a present amount into a future one; -PMT in Excel.

    Parameters
    ----------
    rate : interest a period; 0 spreads the difference evenly.
    periods : number of payments, at the end of each period; need not be whole.
    present : amount at the start.
    future : what is left of it at the end.
    """
    if any(isinstance(argument, Expression) for argument in (rate, periods, present, future)):
        return cast(float, excel("PMT", rate, periods, -present, future))
    decay = expm1(-periods * log1p(rate))  # discount factor at the end, less 1
    return where(
        abs(decay) < _NO_INTEREST,
        lambda: (present - future) / periods,
        lambda: (present - future * (1 + decay)) * rate / -decay,
    )


def where(condition: bool, then: Branch, otherwise: Branch) -> float:
    """Choose by a condition; IF in Excel.

    Parameters
    ----------
    condition : truth value, array of them, or traced comparison.
    then, otherwise : a value, or a callable without arguments that computes it. A callable is
        called only where its value may be used, so it may divide by what the condition excludes.

    Returns
    -------
    The chosen value, in the shape of the condition.
    """
    if isinstance(condition, bool):
        return _value(then if condition else otherwise)
    if isinstance(condition, Expression):
        return cast(float, excel("IF", condition, _value(then), _value(otherwise)))
    import numpy as np

    # Both branches are computed everywhere, so each may divide by what the condition excludes. What is not finite
    # in the end is computed again, cell by cell, by the boundary.
    with np.errstate(divide="ignore", invalid="ignore"):
        return cast(float, np.where(condition, _number(_value(then)), _number(_value(otherwise))))


def _value(branch: Branch) -> float:
    return branch() if callable(branch) else branch


def _number(value: float) -> float:
    return as_nan(value) if isinstance(value, ExcelError) else value
