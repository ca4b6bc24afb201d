"""Excel's own functions where the engine lacks them, or computes them otherwise than Excel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

# name -> a function from raw host values to a value, an ExcelError or a table
PATCHES: Final[dict[str, Callable[..., Any]]] = {}

# name -> why a formula that uses it is refused
REFUSED: Final[dict[str, str]] = {}
