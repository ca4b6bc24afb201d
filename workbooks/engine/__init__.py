"""The headless engine: computes a workbook without Excel, our functions and Excel's own.

Nothing outside this package knows which engine does it. It works on its own copy of the workbook and saves nothing.
"""

from __future__ import annotations

from workbooks.engine.adapter import Engine, EngineError, evaluate
from workbooks.engine.host_values import Table
from workbooks.foreign.cell_text import Value

__all__ = ["Engine", "EngineError", "Table", "Value", "evaluate"]
