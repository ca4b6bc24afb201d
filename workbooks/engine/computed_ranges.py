"""Ranges of which a function gives an end, as ``A1:INDEX(A1:A9,n)``.

The engine follows them where they are the whole argument of a function such as SUM; elsewhere it makes #REF! of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from workbooks.engine.excel_functions import ONE_OF_ALL
from workbooks.formulas import Call, calls

_TEXTS: Final = re.compile(r'"[^"]*"')
_COMPUTED: Final = re.compile(r"\)\s*:|:\s*(?:_\w+\.)*([A-Z][A-Z0-9.]*)\(", re.IGNORECASE)
_ENDS: Final = re.compile(r"(?:(?:'(?:[^']|'')+'|[\w.]+)!)?\$?[A-Z]{1,3}\$?[0-9]+|\(\)", re.IGNORECASE)
# The first cells of a column: A1:INDEX(A1:A9,n).
_FIRST_CELLS: Final = re.compile(
    r"((?:'(?:[^']|'')+'!|\w+!)?(\$?[A-Z]{1,3})\$?[0-9]+):INDEX\(\1:\2\$?[0-9]+,", re.IGNORECASE
)
_GIVE_CELLS: Final = frozenset({"CHOOSE", "IF", "INDEX", "INDIRECT", "OFFSET"})


def with_offset(text: str) -> str:
    """Return a formula with OFFSET for the first cells of a column, which the engine follows among operators too.

    >>> with_offset("=SUM(A1:INDEX(A1:A9,2)*2)")
    '=SUM(OFFSET(A1,0,0,2)*2)'
    """
    return _FIRST_CELLS.sub(r"OFFSET(\1,0,0,", text)


def beyond_the_engine(text: str, called: Sequence[Call]) -> bool:
    """Return whether a formula has such a range where the engine can't follow it.

    >>> [beyond_the_engine(text, calls(text)) for text in ("=SUM(A1:OFFSET(A1,2,0))", "=SUM(A1:OFFSET(A1,2,0)*2)")]
    [False, True]
    """
    rest = _TEXTS.sub('""', with_offset(text))
    if not _COMPUTED.search(rest):
        return False
    for call in called:
        for argument in call.arguments if call.name in ONE_OF_ALL else ():
            if argument and _COMPUTED.search(argument) and _is_one_range(argument):
                rest = rest.replace(_TEXTS.sub('""', argument), "A1")
    return _COMPUTED.search(rest) is not None


def _is_one_range(argument: str) -> bool:
    """Return whether an argument is such a range and nothing else."""
    outermost: list[Call] = []
    for call in calls(f"={argument}"):
        if not outermost or call.start >= outermost[-1].end:
            outermost.append(call)
    if any(call.name not in _GIVE_CELLS for call in outermost):
        return False
    shape, place = "", 0
    for call in outermost:
        shape += argument[place : call.start - 1] + "()"
        place = call.end - 1
    ends = (shape + argument[place:]).split(":")
    return len(ends) == 2 and all(_ENDS.fullmatch(end.strip()) for end in ends)
