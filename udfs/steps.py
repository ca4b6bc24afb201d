"""The computation of a traced function step by step, with the numbers put in."""

from __future__ import annotations

from typing import NamedTuple

from udfs.errors import ExcelError


class Step(NamedTuple):
    """One step: its formula with names, the same with numbers, its value and unit; the unit empty where unknown."""

    formula: str
    numbers: str
    value: float | str | ExcelError
    unit: str
