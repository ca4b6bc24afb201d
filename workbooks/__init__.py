"""What people open: models declared once, written with openpyxl, computed headless, reported.

For anybody's workbooks there are ``recalc``, ``freeze``, ``portable`` and ``diff``; for scenarios, ``scenarios``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from workbooks.foreign.diff import diff as diff
    from workbooks.foreign.freeze import freeze as freeze
    from workbooks.foreign.portable import portable as portable
    from workbooks.foreign.recalc import recalc as recalc
    from workbooks.vector.frames import scenarios as scenarios

# function -> module that defines it; none is imported before it is asked for
_FUNCTIONS: Final = {
    "recalc": "workbooks.foreign.recalc",
    "freeze": "workbooks.foreign.freeze",
    "portable": "workbooks.foreign.portable",
    "diff": "workbooks.foreign.diff",
    "scenarios": "workbooks.vector.frames",
}


def __getattr__(name: str) -> Any:
    if name not in _FUNCTIONS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_FUNCTIONS[name]), name)
