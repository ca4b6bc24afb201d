"""Whether a formula text means the same elsewhere: on another sheet, or as an array formula."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import Final

from openpyxl.utils import quote_sheetname

from udfs import FUNCTIONS
from workbooks.engine.excel_functions import whole_arguments
from workbooks.foreign.shapes import Scope
from workbooks.formulas import Call, FormulaError, calls, operands, references, replace_references

_CELLS: Final = re.compile(
    r"\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?|\$?[A-Z]{1,3}:\$?[A-Z]{1,3}|\$?[0-9]+:\$?[0-9]+", re.IGNORECASE
)
_FIXED: Final = re.compile(
    r"\$[A-Z]{1,3}\$[0-9]+(?::\$[A-Z]{1,3}\$[0-9]+)?|\$[A-Z]{1,3}:\$[A-Z]{1,3}|\$[0-9]+:\$[0-9]+", re.IGNORECASE
)
# They look at the cell that they stand in, or make references of text.
_PLACED: Final = frozenset({"CELL", "COLUMN", "FORMULATEXT", "INDIRECT", "ROW", "SHEET"})
# They are worked out over arrays in any formula.
_ARRAYS_ANYWAY: Final = frozenset({"LOOKUP", "MMULT", "SUMPRODUCT"})


def qualified(text: str, scope: Scope, sheet: str, local: Collection[str], *, fixed: bool, array: bool) -> str | None:
    """Return a formula text as it reads on any sheet; None if it would mean something else there.

    Parameters
    ----------
    text : without the leading ``=``.
    scope : what names mean where it stands.
    sheet : that it stands on.
    local : names in capitals that are that sheet's own.
    fixed : whether its references must be absolute, as it stands in no cell.
    array : whether it shall be an array formula there.
    """
    formula = f"={text}"
    for call in calls(formula):
        if call.name in FUNCTIONS or call.name.startswith("_XLPM.") or (call.name in _PLACED and not _looks_far(call)):
            return None
    home = f"{quote_sheetname(sheet)}!"
    seen: list[str] = []

    def with_sheet(reference: str) -> str | None:
        seen.append(reference)
        if "!" in reference:
            return None
        return home + reference if _CELLS.fullmatch(reference) or reference.upper() in local else None

    moved = replace_references(formula, with_sheet)
    left_out = Counter(references(formula)) - Counter(seen)  # what stands before A1:INDEX(...)
    if any("!" not in reference for reference in left_out):
        return None
    for reference in (*seen, *left_out):
        own = reference.upper().startswith("_XLPM.") or "@" in reference or "#this row" in reference.lower()
        area = reference.rpartition("!")[2]
        if own or (fixed and _CELLS.fullmatch(area) and not _FIXED.fullmatch(area)):
            return None
    return None if not array and fills_cells(formula, scope) else moved[1:]


def fills_cells(formula: str, scope: Scope) -> bool:
    """Return whether an ordinary formula would compute something else as an array formula.

    So it is where a range stands in place of one value, which an ordinary formula takes for the cell of its own row.
    Our own functions take ranges as they are in either.

    Parameters
    ----------
    formula : from ``=`` on.
    scope : what names mean where it stands.
    """
    if _has_range(formula[1:], scope):
        return True
    for call in calls(formula):
        if call.name in _PLACED and not _looks_far(call):
            return True
        if call.name == "OFFSET" and any(inner.name in ("ROW", "COLUMN") for inner in calls(formula)):
            return True  # in an array formula it is handed arrays of one element, and fails at that
        if call.name in _ARRAYS_ANYWAY or call.name in FUNCTIONS:
            continue
        whole = whole_arguments(call.name, len(call.arguments))
        for place, argument in enumerate(call.arguments):
            if argument is None or (place in whole and _is_one_operand(argument)):
                continue
            if _has_range(argument, scope):
                return True
    return False


def _looks_far(call: Call) -> bool:
    """Return whether ROW or COLUMN is asked for that of a given range."""
    return call.name in ("ROW", "COLUMN") and bool(call.arguments)


def _has_range(expression: str, scope: Scope) -> bool:
    """Return whether a range is among what an expression combines by operators."""
    try:
        found = operands(expression)
    except FormulaError:
        return True
    return any(_is_range(operand, scope) for operand in found)


def _is_range(operand: Call | str, scope: Scope) -> bool:
    if isinstance(operand, Call):
        return operand.name not in FUNCTIONS and not scope.call_shape(operand).single
    return not operand.startswith("{") and not scope.shape(operand).single


def _is_one_operand(expression: str) -> bool:
    only = operands(expression)
    if len(only) != 1 or not isinstance(only[0], Call):
        return only == [expression]
    return calls(f"={expression}")[0].alone
