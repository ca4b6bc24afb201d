"""Calls of the engine's functions guarded where these would pass over what Excel does not."""

from __future__ import annotations

from typing import Final

from workbooks.formulas import Call

WITH_ERRORS: Final = "ENGINE.WITHERRORS"  # gives an error among the cells that meet criteria
DATED: Final = "ENGINE.DATED"  # gives #NUM! for days before the calendar's first
_MAKE_DATES: Final = frozenset({"EDATE", "EOMONTH", "WORKDAY", "WORKDAY.INTL"})
_SUMS: Final = {"AVERAGEIF": 2, "SUMIF": 2, "AVERAGEIFS": 0, "SUMIFS": 0}  # the argument that is summed
_SAME_SIZE: Final = {"AVERAGEIFS": 0, "SUMIFS": 0, "MAXIFS": 0, "MINIFS": 0, "COUNTIFS": -1}
# An error in the argument of this place becomes another one, or is passed over.
_FIRST: Final = {
    **dict.fromkeys(("LARGE", "PERCENTILE", "PERCENTILE.EXC", "PERCENTILE.INC", "PERCENTRANK", "QUARTILE"), 1),
    **dict.fromkeys(("QUARTILE.EXC", "QUARTILE.INC", "SMALL", "TRIMMEAN"), 1),
    **dict.fromkeys(("RANK", "RANK.AVG", "RANK.EQ"), 0),
}


def guarded(call: Call) -> str | None:
    """Return a guarded call; None if it needs no guard."""
    arguments = [argument or "" for argument in call.arguments]
    plain = f"{call.name}({','.join(arguments)})"
    if call.name in _MAKE_DATES:
        return f"{DATED}({plain})"
    first = _FIRST.get(call.name)
    if first is not None and len(arguments) > first:
        one = arguments[first]
        simple = not one or one.startswith("{") or one.replace(".", "").isdigit()
        return None if simple else f"IF(ISERROR({one}),{one},{plain})"
    if call.name in ("AVERAGEIF", "SUMIF") and len(arguments) == 3 and arguments[2]:
        tested, criterion, summed = arguments
        # Of the range that is summed, Excel takes as many cells as are tested.
        return f"IF(ISERROR(SUM({summed})),{WITH_ERRORS}({plain},{summed},{tested},{criterion}),{plain})"
    if call.name not in _SAME_SIZE or len(arguments) < 2 or not all(arguments):
        return None
    pairs = arguments if call.name == "COUNTIFS" else arguments[1:]
    if call.name in _SUMS:
        plain = f"IF(ISERROR(SUM({arguments[0]})),{WITH_ERRORS}({plain},{','.join(arguments)}),{plain})"
    same = [
        f"{count}({arguments[0]})={count}({one})"
        for one in pairs[::2]
        if one != arguments[0]
        for count in ("ROWS", "COLUMNS")
    ]
    return f"IF(AND({','.join(same)}),{plain},#VALUE!)" if same else (plain if call.name in _SUMS else None)
