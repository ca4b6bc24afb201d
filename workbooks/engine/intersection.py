"""Ordinary formulas with ranges where one value is wanted: Excel takes the cell in the formula's own row or column.

``=A1:A9*2`` in row 3 is ``=A3*2``, and ``=SUM(A1:A9*2)`` is no sum either, unless the formula is an array formula. That
is how a file is read that does not mark the formula as one that spills, whichever program wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, range_boundaries

import udfs
from workbooks.engine.excel_functions import CHECKED, RANGE_OF_ALL, whole_arguments
from workbooks.engine.refusals import RefusalError
from workbooks.formulas import replace_within

# What may be wanted: one value; a range as it is; values computed one by one, also by functions that choose among
# values, in which to search; and in arguments of our functions, which take what they get, anything.
ONE, RANGE, ARRAY, CHOSEN, SEARCHED, ANYTHING = range(6)

# Arguments of functions that compute with arrays also in ordinary formulas; None for all of them.
_ARRAYS: Final[dict[str, Sequence[int] | None]] = {
    **dict.fromkeys(RANGE_OF_ALL - {"IF", "IFERROR", "IFNA", "ROW", "COLUMN"}),
    **dict.fromkeys(("SUMPRODUCT", "CORREL", "COVAR", "INTERCEPT", "MODE", "PEARSON", "RSQ", "SLOPE", "STEYX")),
    **dict.fromkeys(("SUMX2MY2", "SUMX2PY2", "SUMXMY2", "LAMBDA")),
    **dict.fromkeys(("INDEX", "SORT", "UNIQUE", "TAKE", "DROP", "CHOOSEROWS", "CHOOSECOLS"), (0,)),
    **dict.fromkeys(("LOOKUP", "XLOOKUP", "FORECAST"), (1, 2)),
    "XMATCH": (1,),
}
_REFERENCES: Final = frozenset({"AREAS", "COLUMN", "COLUMNS", "FORMULATEXT", "ISFORMULA", "ISREF", "ROW", "ROWS"})
_BRANCHES: Final = frozenset({"CHOOSE", "IF"})
_ONE_BY_ONE: Final = frozenset({"CHOOSE", "IF", "IFERROR", "IFNA", "IFS", "SWITCH"})
_SEARCHES: Final = frozenset({"HLOOKUP", "MATCH", "VLOOKUP"})


def intersected(text: str, cell: str, names: Mapping[str, Sequence[str]]) -> str:
    """Return an ordinary formula with single cells in place of ranges where one value is wanted.

    Parameters
    ----------
    text : from ``=`` on.
    cell : where it stands.
    names : defined names in capitals, with all that they stand for.

    Raises
    ------
    RefusalError
        Spreadsheets differ in what they make of it.

    Examples
    --------
    >>> intersected("=SUM(A1:A9,B1:B9*2)+SUMPRODUCT(C1:C9*2)", "F3", {})
    '=SUM(A1:A9,B3*2)+SUMPRODUCT(C1:C9*2)'
    """
    letters, row = coordinate_from_string(cell)
    column = column_index_from_string(letters)

    def one(reference: str, wanted: int) -> str | None:
        meanings = names.get(reference.upper(), [reference])
        if wanted in (RANGE, ARRAY, ANYTHING) or len(meanings) > 1 or ":" not in meanings[0]:
            return None
        found = _intersection(meanings[0], row, column)
        if wanted == ONE or found is None:
            return found
        what = "searches in computed values" if wanted == SEARCHED else "chooses among the values of a range"
        raise RefusalError(f"{what}, as only an array formula does. Enter it as an array formula.")

    return replace_within(text, one, _wanted, whole=ONE)


def _wanted(name: str, place: int, count: int, outside: int, computed: bool) -> int:
    """Return what is wanted in an argument.

    Parameters
    ----------
    name : of the function.
    place, count : of the argument, and how many there are.
    outside : what is wanted of the call.
    computed : whether the argument is more than a reference or a call.
    """
    if outside == ANYTHING or name in udfs.FUNCTIONS or (name not in CHECKED and name not in _REFERENCES):
        return ANYTHING
    whole = name in _REFERENCES or (name not in ("IF", "IFERROR", "IFNA") and place in whole_arguments(name, count))
    if outside in (ARRAY, CHOSEN, SEARCHED):
        if whole and not computed:
            return RANGE
        return CHOSEN if outside == ARRAY and name in _ONE_BY_ONE else outside
    if name in _ARRAYS and (_ARRAYS[name] is None or place in (_ARRAYS[name] or ())):
        return ARRAY
    if name in _BRANCHES and place:
        return outside
    if whole and not computed:
        return RANGE
    return SEARCHED if whole and name in _SEARCHES else ONE


def _intersection(reference: str, row: int, column: int) -> str | None:
    """Return the cell of a range in a row or column; ``#VALUE!`` if there is none; None for what is no range."""
    sheet, mark, address = reference.rpartition("!")
    try:
        left, top, right, bottom = range_boundaries(address.replace("$", ""))
    except (ValueError, TypeError):
        return None
    left, right, top, bottom = left or 1, right or 16384, top or 1, bottom or 1048576
    if left == right and top <= row <= bottom:
        return f"{sheet}{mark}{get_column_letter(left)}{row}"
    if top == bottom and left <= column <= right:
        return f"{sheet}{mark}{get_column_letter(column)}{top}"
    return "#VALUE!"
