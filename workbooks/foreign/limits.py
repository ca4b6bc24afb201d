"""What a plain formula must not be: longer or deeper than Excel takes, or one that reads its own cell; and the like."""

from __future__ import annotations

import re
from typing import Final

from udfs import NativeFormError
from workbooks.engine.loading import box
from workbooks.formulas import calls
from workbooks.relative import precedents

LONGEST: Final = 8192  # characters
DEEPEST: Final = 64  # functions within each other
# Braces; texts, sheets and columns are stepped over.
_LIST: Final = re.compile(r"""(\{)|"(?:[^"]|"")*"|'(?:[^']|'')*'|\[[^\[\]]*\]""")


def check_length(text: str) -> None:
    """Refuse a formula that is longer than Excel takes."""
    if len(text) > LONGEST:
        raise NativeFormError(
            f"its plain formula would have more than the {LONGEST:,} characters that Excel takes: put parts of it into "
            "cells of their own"
        )


def check_depth(text: str) -> None:
    """Refuse a formula with more functions within each other than Excel takes."""
    if _depth(text) > DEEPEST:
        raise NativeFormError(
            f"its plain formula has more than {DEEPEST} functions within each other, which Excel does not take: put "
            "parts of it into cells of their own"
        )


def _depth(text: str) -> int:
    """Return how many function calls stand within each other."""
    deepest = 0
    ends: list[int] = []
    for call in calls(text):
        while ends and ends[-1] <= call.start:
            ends.pop()
        ends.append(call.end)
        deepest = max(deepest, len(ends))
    return deepest


def check_circle(old: str, new: str, sheet: str, cell: str) -> None:
    """Refuse a formula that reads its own cell, as one of a rate of return does from the cell before its flows."""
    if not cell:
        return
    column, row, _, _ = box(cell)

    def reads_itself(formula: str) -> bool:
        return any(
            (where or sheet) == sheet and left <= column <= right and top <= row <= bottom
            for where, (left, top, right, bottom) in precedents(formula)
        )

    if reads_itself(new) and not reads_itself(old):
        raise NativeFormError(
            "its plain formula would read the cell that it stands in, the one before the flows: move the formula"
        )


def check_lists(old: str, new: str) -> None:
    """Refuse lists in braces, ``{1,2}``, in a conditional format or a validation: Excel takes none there."""
    if any(_LIST.findall(new)) and not any(_LIST.findall(old)):
        raise NativeFormError(
            "its plain formula has a list in braces, which Excel does not take there: write the method as text, or put "
            "the call into a cell of its own"
        )
