"""What each worksheet function computes. Knows nothing of Excel, files or hosts.

>>> import udfs
>>> udfs.AIGAP(50e9, 2, 0.5)
200000000000.0
>>> udfs.call("AIGAP", 50e9, 0.5)
<ExcelError.NUM: '#NUM!'>
>>> udfs.FUNCTIONS["AIGAP"].formula("B2", "B3", "B4").text
'B2*B3/(1-B4)'
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from udfs.boundary import call
from udfs.definition import FUNCTIONS, Definition, Example, NativeFormError, NativeFormula, Parameter
from udfs.errors import OMITTED, ExcelError
from udfs.rows import call_rows

# The families, in the order of the catalogue. A new one is named here, and nowhere else.
from udfs import gap, payback, cluster, depreciation, rental, debt, tokens, market, assist, sourcing  # isort: skip

__all__ = [
    "FUNCTIONS",
    "OMITTED",
    "Definition",
    "Example",
    "ExcelError",
    "NativeFormError",
    "NativeFormula",
    "Parameter",
    "assist",
    "call",
    "call_rows",
    "cluster",
    "debt",
    "depreciation",
    "gap",
    "market",
    "payback",
    "rental",
    "sourcing",
    "tokens",
]


def __getattr__(name: str) -> Callable[..., Any]:
    """Return a function of the catalogue as plain Python: ``udfs.AIGAP(50e9, 2, 0.5)``."""
    try:
        return FUNCTIONS[name].body
    except KeyError:
        raise AttributeError(f"module 'udfs' has no function {name!r}") from None
