"""Formulas rewritten where the engine needs telling.

It must be told of skipped arguments, of functions of single values over ranges, of the rows and columns of a range, and
that Excel compares numbers by fifteen digits.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from openpyxl.utils.cell import range_boundaries

import udfs
from workbooks.engine.builtins import PATCHES, SORTED_SEARCH
from workbooks.engine.catching import with_errors_handed_on
from workbooks.engine.computed_ranges import with_offset
from workbooks.engine.excel_functions import CHECKED, CUT, GIVE_TEXT, NO_RANGE, OF_NUMBERS, number_arguments
from workbooks.engine.guarding import guarded
from workbooks.engine.refusals import RefusalError
from workbooks.engine.spreading import SKIPPED, SORTED, spreads
from workbooks.formulas import Call, calls, operands, rewrite, wrap_operands

Names = Mapping[str, Sequence[str]]

FIT: Final = "ENGINE.FIT"  # fits a result into the cells that an array formula fills
EACH: Final = "ENGINE.EACH"  # calls a function of single values for each cell of a range
WORDS: Final = "ENGINE.WORDS"  # puts a number into text
DIGITS: Final = "ENGINE.DIGITS"  # rounds to the digits by which Excel compares
NUMBER: Final = "ENGINE.NUMBER"  # makes a number of text that is one, such as a date

_NUMERAL: Final = re.compile(r"[-+]?[0-9.]+(?:E[-+]?[0-9]+)?%?", re.IGNORECASE)
_LITERAL: Final = re.compile(r'[-+]?[0-9.]+(?:E[-+]?[0-9]+)?%?|"(?:[^"]|"")*"|TRUE|FALSE', re.IGNORECASE)


def rewritten(text: str, names: Names, single_names: Collection[str]) -> str:
    """Return a formula as the engine needs it.

    Parameters
    ----------
    text : from ``=`` on.
    names : defined names in capitals, with all that they stand for.
    single_names : those of single cells and constants.

    Raises
    ------
    RefusalError
        The engine can't be told what the formula means.
    """
    told = rewrite(with_offset(text), lambda call: _replaced(call, names, single_names))
    told = wrap_operands(told, joined=_as_text, compared=_by_digits)
    return with_errors_handed_on(rewrite(rewrite(told, _with_numbers), guarded))


def _replaced(call: Call, names: Names, single_names: Collection[str]) -> str | None:
    if call.name in ("ROW", "COLUMN"):
        return _positions(call, names)
    arguments = [f'"{SKIPPED}"' if argument is None else argument for argument in call.arguments]
    if call.name == "HYPERLINK" and len(call.arguments) == 2:  # of a number the engine makes text
        return f"IF(ISERROR({arguments[0]}),{arguments[0]},{arguments[1]})"
    if call.name in udfs.FUNCTIONS or call.name in PATCHES:
        return f"{call.name}({','.join(arguments)})"
    if call.name in SORTED_SEARCH and not _looks_for_equal(call):
        return f"{SORTED}{call.name}({','.join(arguments)})"
    if call.name not in CHECKED or not spreads(call, single_names):
        return None
    if call.name in NO_RANGE:
        raise RefusalError(
            f"gives {call.name} a range, which the headless engine can't take. Use a formula for each cell."
        )
    quoted = f'"{call.name}"'
    return f"{EACH}({','.join([quoted, *arguments])})"


def _with_numbers(call: Call) -> str | None:
    """Return a call that gets numbers where the engine does not take text for the number that it is."""
    places = number_arguments(call.name)
    arguments = [argument or "" for argument in call.arguments]
    for place, argument in enumerate(arguments):
        wanted = place in places and argument and not _NUMERAL.fullmatch(argument)
        if wanted or (call.name in OF_NUMBERS and _gives_text(argument)):
            arguments[place] = f"{NUMBER}({argument})"
    cut = CUT.get(call.name)
    if cut is not None and len(arguments) > cut:
        arguments[cut] = f"TRUNC({arguments[cut]})"
    if call.name == "TYPE" and len(arguments) == 1:
        return f"IF(ISERROR({arguments[0]}),16,TYPE({arguments[0]}))"
    return (
        None if arguments == [argument or "" for argument in call.arguments] else f"{call.name}({','.join(arguments)})"
    )


def _gives_text(argument: str) -> bool:
    """Return whether an argument is text for certain, and no reference to a cell with text."""
    if argument.startswith('"') and _LITERAL.fullmatch(argument):
        return True
    found = operands(argument)
    return len(found) == 1 and isinstance(found[0], Call) and found[0].name in GIVE_TEXT and found[0].alone


def _positions(call: Call, names: Names) -> str | None:
    """Return the row or column numbers of a range as a formula: the engine gives the first only."""
    if not call.arguments:
        return None
    reference = str(call.arguments[0])
    address = names.get(reference.upper(), [reference])[0].rpartition("!")[2]
    try:
        left, top, right, bottom = range_boundaries(address)
    except (ValueError, TypeError):
        left = top = right = bottom = None
    first, last = (top, bottom) if call.name == "ROW" else (left, right)
    moved = _moved_positions(call.name, reference, names) if first is None else None
    if moved is not None:
        return moved
    if first is None or last is None:
        raise RefusalError(f"asks for the {call.name} of {reference}. Give it the address of a range.")
    if first == last:
        return None
    return _numbers(call.name, str(last - first + 1), str(first))


def _moved_positions(name: str, reference: str, names: Names) -> str | None:
    """Return the row or column numbers of a range that OFFSET or INDEX gives; None of any other."""
    while reference.startswith("(") and reference.endswith(")"):  # as names stand that were put in
        reference = reference[1:-1]
    found = calls(f"={reference}")[:1]
    if not found or not found[0].alone or found[0].name not in ("INDEX", "OFFSET") or len(found[0].arguments) < 3:
        return None
    area, *place = (str(one or 0) for one in found[0].arguments)
    try:
        left, top, right, bottom = range_boundaries(names.get(area.upper(), [area])[0].rpartition("!")[2])
    except (ValueError, TypeError):
        return None
    first, last, moved = (top, bottom, place[0]) if name == "ROW" else (left, right, place[1])
    if first is None or last is None:
        return None
    if found[0].name == "INDEX":
        if not moved.strip("0 "):
            return _numbers(name, str(last - first + 1), str(first))
        return f"({first - 1}+({moved}))"
    return _numbers(name, f"{name}S({reference})", f"{first}+({moved})")


def _numbers(name: str, count: str, first: str) -> str:
    """Return so many row or column numbers, from a first one on."""
    return f"SEQUENCE({count},1,{first})" if name == "ROW" else f"SEQUENCE(1,{count},{first})"


def _looks_for_equal(call: Call) -> bool:
    """Return whether a call of MATCH, VLOOKUP or HLOOKUP looks for equal values, not in sorted ones."""
    place = 2 if call.name == "MATCH" else 3
    if len(call.arguments) <= place:
        return False
    how = (call.arguments[place] or "0").upper().removesuffix("()")  # LibreOffice writes FALSE()
    if how in ("0", "FALSE"):
        return True
    if how == "TRUE" or _NUMERAL.fullmatch(how):
        return False
    raise RefusalError(f"gives {call.name} {how} as the kind of search. Write 0 or 1 into the formula.")


def _as_text(side: str) -> str:
    """Put a number into text with the digits that Excel shows."""
    return side if side.startswith('"') and _LITERAL.fullmatch(side) else f"{WORDS}({side})"


def _by_digits(left: str, right: str) -> tuple[str, str]:
    """Make both sides of a comparison equal where Excel counts them as equal: in their first fifteen digits."""
    plain = [side == "0" or side.upper() in ("TRUE", "FALSE") or side.startswith('"') for side in (left, right)]
    if any(plain) and (left + right).isascii():
        return left, right
    wrapped = [side if side.isascii() and _LITERAL.fullmatch(side) else f"{DIGITS}({side})" for side in (left, right)]
    return wrapped[0], wrapped[1]
