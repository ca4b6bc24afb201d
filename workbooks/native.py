"""Plain Excel formulas in place of calls of our functions: what makes a workbook portable."""

from __future__ import annotations

from udfs import FUNCTIONS, NativeFormula
from udfs.trace import ATOM, weakest_operator
from workbooks.formulas import Call, calls, rewrite


def to_native(formula: str) -> NativeFormula:
    """Return a formula, with ``=``, in which every call of ours is replaced by its native form.

    A spilled schedule has a formula per row, so of it only ``INDEX(schedule, row)`` has a native form.

    Raises
    ------
    udfs.NativeFormError
        A call has no native form; the message says why.
    """
    array = False

    def replace(call: Call) -> str | None:
        nonlocal array
        if call.name == "INDEX" and len(call.arguments) == 2:
            native = _row_of_schedule(*call.arguments)
        elif call.name in FUNCTIONS and FUNCTIONS[call.name].native_row is None:
            native = FUNCTIONS[call.name].formula(*call.arguments)
        else:
            native = None
        if native is None:
            return None
        array = array or native.array
        return native.text if call.whole or weakest_operator(native.text) == ATOM else f"({native.text})"

    text = rewrite(formula, replace)
    for left in calls(text):
        if left.name in FUNCTIONS:
            FUNCTIONS[left.name].formula(*left.arguments)  # says why it has none
    return NativeFormula(text, array)


def _row_of_schedule(schedule: str | None, row: str | None) -> NativeFormula | None:
    inner = calls(f"={schedule}")[:1]
    if not inner or not inner[0].alone or inner[0].name not in FUNCTIONS or row is None:
        return None
    function = FUNCTIONS[inner[0].name]
    return function.row_formula(row, *inner[0].arguments) if function.native_row else None
