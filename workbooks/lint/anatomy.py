"""What a formula is made of: numbers, functions, names. Copies of the same formula are looked at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Final

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from workbooks.formulas import FormulaError, bare_name, calls
from workbooks.lint.reading import Cell, Sheet, Workbook
from workbooks.relative import relative, skeleton

LONGEST: Final = 8192  # characters; Excel takes no longer formula, and none is taken apart here
_NAME: Final = re.compile(r"[^\W\d][\w.?]*")
_ADDRESS: Final = re.compile(r"\$?[A-Za-z]{1,3}\$?[0-9]+|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}")
_OWN_NAMES: Final = frozenset({"LET", "LAMBDA"})  # functions that define names inside the formula


@dataclass(frozen=True)
class Anatomy:
    """The parts of a formula.

    Parameters
    ----------
    numbers : constants as they are written, in arrays too; but not the 0.5 of ``0.5^``, which is what halving means.
    functions : names in capitals.
    names : defined names that it needs.
    nested_if : whether an IF stands inside another.
    problem : why it can't be read, or empty.
    """

    numbers: tuple[str, ...] = ()
    functions: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    nested_if: bool = False
    problem: str = ""


@dataclass(frozen=True)
class Formula:
    """A cell's formula: its text, what it reads relative to its cell, and its parts."""

    sheet: Sheet
    cell: Cell
    text: str
    relative: str
    anatomy: Anatomy


@lru_cache(maxsize=1)  # every rule asks for the same workbook
def formulas(workbook: Workbook) -> list[Formula]:
    """Return all formulas of a workbook, each distinct one taken apart once."""
    known: dict[str, Anatomy] = {}
    found = []
    for sheet in workbook.sheets:
        for cell, text in sheet.formulas():
            form = relative(text, cell.row, cell.column)
            if form not in known:
                shape = skeleton(text)
                if shape not in known:
                    known[shape] = anatomy(shape)
                known[form] = known[shape]
            found.append(Formula(sheet, cell, text, form, known[form]))
    return found


def anatomy(formula: str) -> Anatomy:
    """Take a formula apart.

    >>> anatomy("=SUM(A1:A3)*1.5+gpu").numbers
    ('1.5',)
    """
    if len(formula) > LONGEST:
        return Anatomy()
    try:
        called = calls(formula)
    except FormulaError as error:
        return Anatomy(problem=str(error))
    except RecursionError:
        return Anatomy(problem="its brackets are nested too deeply")
    tokens = Tokenizer(formula).items
    functions = frozenset(call.name for call in called)
    names = () if functions & _OWN_NAMES else (t.value for t in tokens if t.subtype == Token.RANGE)
    ifs = [call for call in called if call.name == "IF"]
    return Anatomy(
        numbers=tuple(
            token.value
            for token, following in zip_longest(tokens, tokens[1:])
            if token.type == Token.OPERAND
            and token.subtype == Token.NUMBER
            and not (token.value == "0.5" and following is not None and following.value == "^")
        ),
        functions=functions,
        names=frozenset(bare_name(name) for name in names if _NAME.fullmatch(name) and not _ADDRESS.fullmatch(name)),
        nested_if=any(outer.start < inner.start < outer.end for outer in ifs for inner in ifs),
    )
