"""Values as the engine hands them over and takes them, and as our functions do."""

from __future__ import annotations

import math
from itertools import chain
from typing import Any, Final

from udfs import OMITTED, ExcelError
from workbooks.engine.excel_lookup import UnsureError
from workbooks.engine.spreading import SKIPPED
from workbooks.foreign.cell_text import Value

Table = list[list[Value]]

KINDS: Final = {
    "Null": ExcelError.NULL,
    "Div": ExcelError.DIV0,
    "Value": ExcelError.VALUE,
    "Ref": ExcelError.REF,
    "Name": ExcelError.NAME,
    "Num": ExcelError.NUM,
    "Na": ExcelError.NA,
    "Spill": ExcelError.SPILL,
    "Calc": ExcelError.CALC,
}
_SENT: Final = {error: {"type": "Error", "kind": kind} for kind, error in KINDS.items()}
# An error that is none of a spreadsheet's: a result that depends on how a spreadsheet searches has it.
UNSURE: Final = {"type": "Error", "kind": "NImpl"}
_ALIKE: Final = {float, int, bool, type(None)}  # types of values that mean the same to both


def received(value: Any) -> Any:
    """Return what the engine hands over as a host value."""
    if value.__class__ is float:
        return value
    if isinstance(value, dict):
        if value["kind"] == UNSURE["kind"]:
            raise UnsureError
        return KINDS.get(value["kind"], ExcelError.VALUE)
    if isinstance(value, list):
        return value if _plain(value) else [[received(cell) for cell in row] for row in value]
    return OMITTED if value == SKIPPED else value


def sent(value: Any) -> Any:
    """Return a host value as the engine takes it."""
    if isinstance(value, ExcelError):
        return _SENT[value]
    if isinstance(value, list):
        return value if _plain(value) else [[sent(cell) for cell in row] for row in value]
    return value


def _plain(table: list[list[Any]]) -> bool:
    return _ALIKE.issuperset(map(type, chain.from_iterable(table)))


def cell_value(value: Any) -> Value:
    """Return a host value as a cell shows it."""
    if isinstance(value, (ExcelError, bool, str)) or value is None:
        return value
    number = float(value)
    return number if math.isfinite(number) else ExcelError.NUM
