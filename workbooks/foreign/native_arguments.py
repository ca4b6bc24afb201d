"""Arguments as native forms take them: marks that are filled in last, ranges of flows, figures of the ledger."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import udfs
from udfs import Definition, NativeFormError
from udfs.flows import Flows
from udfs.trace import ATOM, PRODUCT, Argument, as_expression
from workbooks.engine.table_references import of_this_row
from workbooks.foreign.helper_cells import NUMBERS
from workbooks.foreign.shapes import Scope, Shape
from workbooks.formulas import Call, calls, joins_ranges, operands, rewrite

TEXT: Final = re.compile(r'\s*"((?:[^"]|"")*)"\s*')  # as it is written into a formula
_LONGEST_TEXT: Final = 255  # characters of a text in a formula
_TOTALS: Final = frozenset({"MOIC"})  # they look at the sum of the flows alone, however they lie
_REFERENCES: Final = frozenset({"ANCHORARRAY", "INDEX", "INDIRECT", "OFFSET"})
_WHOLE_FLOWS: Final = frozenset({"IRR", "MMULT"})  # they make one value of the flows, for one value of all else


@dataclass(frozen=True, eq=False, slots=True)
class Slot(Argument):
    """An argument that is put in last, so that it can be seen how often it is needed."""

    binding: int = ATOM

    @property
    def strength(self) -> int:  # type: ignore[override]
        return self.binding


def figure(call: Call) -> str | None:
    """Return what the ledger says of a key that stands in the formula; None for any other call."""
    keys = [TEXT.fullmatch(argument or "") for argument in call.arguments]
    if call.name not in ("AIASSUME", "AISOURCE") or not all(keys):
        return None
    value = udfs.call(call.name, *(key[1].replace('""', '"') for key in keys if key))
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        pieces = [value[start : start + _LONGEST_TEXT] for start in range(0, len(value), _LONGEST_TEXT)]
        return "(" + "&".join(as_expression(piece).render() for piece in pieces) + ")"
    return as_expression(value).render()


def flows_argument(function: Definition, text: str, shape: Shape, scope: Scope) -> Argument:
    """Return the symbol for a range of flows."""
    alone = operands(text) == [text] and not text.startswith("{")  # a range, or a name for one
    if function.name in _TOTALS and (alone or _gives_range(text)):
        return Argument(text, "row")
    if shape.rows is None or shape.columns is None:
        if 1 not in (shape.rows, shape.columns) or not alone:
            raise NativeFormError(
                f"the flows of {function.name} are worked out in it: put them into cells, or give their range a name"
            )
    elif 1 not in (shape.rows, shape.columns):
        raise NativeFormError(f"{text} is a block: {function.name} takes one row or one column of flows")
    elif shape.rows * shape.columns > NUMBERS:
        raise NativeFormError(
            f"{text} has more than {NUMBERS} cells: give {function.name} the range of the flows alone"
        )
    direction = "row" if shape.rows == 1 else "column"
    if shape.address and shape.address != text:
        own_row = of_this_row(text, scope.tables, scope.table)  # which its address would not follow
        return Argument(text, direction, own_row or shape.address)
    if alone and not shape.address:
        return Argument(text, direction)
    inner = calls(f"={text}")[:1]
    if inner and inner[0].alone and inner[0].name == "INDEX":
        return Argument(text, direction)
    # In an expression, one of its ranges must tell the years.
    flows = Flows(Argument(text))
    alike = scope.shape(flows.reference) if flows.reference else shape
    if flows.direction != direction or (alike.rows, alike.columns) != (shape.rows, shape.columns):
        raise NativeFormError(f"the flows of {function.name} are worked out in it: put them into cells")
    if flows.reference is None and not text.startswith("{"):
        raise NativeFormError(f"the flows of {function.name} are worked out in it: put them into cells")
    return Argument(text)


def _gives_range(text: str) -> bool:
    """Return whether a text is nothing but a function that gives a range of cells, or ranges joined."""
    found = calls(f"={text}")[:1]
    return joins_ranges(f"={text}") or bool(found and found[0].alone and found[0].name in _REFERENCES)


def cell_by_cell(function: Definition, form: str, ranges: Sequence[Slot]) -> str:
    """Return a native formula that computes cell by cell where these arguments are ranges."""
    choices = [call for call in calls(f"={form}") if call.name == "IF"]

    def spread(call: Call) -> str | None:
        if call.name in _WHOLE_FLOWS:
            raise NativeFormError(
                f"{function.name} is given a range in place of one value, beside its range of flows: write one formula "
                "for each value"
            )
        if call.name in ("MAX", "MIN") and len(call.arguments) == 2:
            first, second = call.arguments
            # Only a comparison would be read wrongly here, and a comparison is no number.
            return f"IF({first}{'>' if call.name == 'MAX' else '<'}{second},{first},{second})"
        if call.name == "AND":
            return "*".join(f"({condition})" for condition in call.arguments)
        within = any(one.start < call.start and call.end < one.end for one in choices)
        if call.name == "IF" and ranges and not within:
            condition, *branches = map(str, call.arguments)
            if not any(one.text in condition for one in ranges):
                # By one condition IF chooses once, and may give one value for all cells.
                zeros = "".join(f"+0*({one.text})" if one.strength < PRODUCT else f"+0*{one.text}" for one in ranges)
                return f"IF(({condition}){zeros},{','.join(branches)})"
        return None

    return rewrite(f"={form}", spread)[1:]
