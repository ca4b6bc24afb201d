"""Formulas of two workbooks side by side: the same if they say the same, however they are written.

Programs write one formula in several ways: functions in lower case, with marks of age or of an add-in, sheets in quotes
or not, ``1E3`` for ``1000``. And where a row was inserted, all references below it read differently without anybody
having changed them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final

from openpyxl.utils import column_index_from_string

from workbooks.foreign.names import plain_names
from workbooks.formulas import FormulaError

# Sheet, row and column of a reference -> what it is called. Row or column is 0 where whole lines are meant.
Namer = Callable[[str | None, int, int], str]

_TOKEN: Final = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")
    |(?P<external>(?:'(?:[^']|'')*\[[^\[\]]+\](?:[^']|'')*'|\[[^\[\]]+\][\w.]*)!
        (?:\$?[A-Z]{1,3})?(?:\$?[0-9]{1,7})?(?::(?:\$?[A-Z]{1,3})?(?:\$?[0-9]{1,7})?)?)
    |(?P<table>\[(?:[^\[\]]|\[[^\[\]]*\])*\])
    |(?<![\w.$\\?])(?:(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!)?(?:
        (?P<c1>\$?[A-Z]{1,3})(?P<r1>\$?[1-9][0-9]{0,6})(?::(?P<c2>\$?[A-Z]{1,3})(?P<r2>\$?[1-9][0-9]{0,6}))?
        |(?P<from>\$?[A-Z]{1,3}):(?P<to>\$?[A-Z]{1,3})
        |(?P<first>\$?[1-9][0-9]{0,6}):(?P<last>\$?[1-9][0-9]{0,6})
    )(?![\w.(!\[])
    |(?P<quoted>'(?:[^']|'')+'!)
    |(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:E[+-]?[0-9]+)?(?![\w.]))
    |(?P<truth>\b(?:TRUE|FALSE))\(\)
    |(?P<marks>(?:_xl(?:fn|ws|pm)\.)+)
    |(?P<word>[^\W\d][\w.\\?]*)
    |(?P<space>\s+)""",
    re.VERBOSE | re.IGNORECASE,
)
_MARKS: Final = re.compile(r"(?<!\w)(?:_xl(?:fn|ws|pm)\.)+", re.IGNORECASE)
_PLAIN_SHEET: Final = re.compile(r"'[^\W\d][\w.]*'")
_JOINS: Final = re.compile(r"[\w)\]}'\"#%]")
_STARTS: Final = re.compile(r"[\w($\[{'\"]")


def standard(formula: str, namer: Namer) -> str:
    """Return a formula in a form that does not depend on the program that wrote it.

    Parameters
    ----------
    formula : from ``=`` on, or the text of a defined name.
    namer : gives the text for each cell that is referred to; the dollar signs stay.

    Examples
    --------
    >>> standard("= _xlfn.Concat('Gap'!a$1:B2)*1E3", lambda sheet, row, column: f"{sheet}.{column}.{row}")
    '=CONCAT(<gap.1.1$>:<gap.2.2>)*1000.0'
    """

    def token(found: re.Match[str]) -> str:
        kind = found.lastgroup
        if kind == "space":
            before, after = formula[: found.start()][-1:], formula[found.end() :][:1]
            return " " if _JOINS.match(before) and _STARTS.match(after) else ""
        if kind in ("text", "quoted"):
            return _unquoted(found[0]) if kind == "quoted" else found[0]
        if kind == "number":
            return repr(float(found[0]))
        if kind in ("truth", "word", "table", "external"):
            return (found["truth"] or found[0]).upper()
        if kind == "marks":
            return ""
        return _reference(found, namer)

    return _TOKEN.sub(token, formula)


def without_add_in(formula: str) -> str:
    """Return a formula in which our functions have their plain names, whatever add-in the file says they are from."""
    try:
        return plain_names(formula)
    except (FormulaError, RecursionError):
        return formula


def readable(formula: str) -> str:
    """Return a formula as a person sees it in the cell.

    >>> readable("=_xlfn.CONCAT(A1,_xll.AIGAP(B1))")
    '=CONCAT(A1,AIGAP(B1))'
    """
    return _MARKS.sub("", without_add_in(formula))


def _reference(found: re.Match[str], namer: Namer) -> str:
    sheet = found["sheet"]
    if sheet is not None:
        sheet = (sheet[1:-1].replace("''", "'") if sheet[0] == "'" else sheet).casefold()

    def cell(column: str, row: str) -> str:
        text = namer(sheet, _number(row), _number(column))
        marks = ("$" if column[:1] == "$" else "", "$" if row[:1] == "$" else "")
        return f"<{marks[0]}{text}{marks[1]}>"

    if found["c1"]:
        return cell(found["c1"], found["r1"]) + (f":{cell(found['c2'], found['r2'])}" if found["c2"] else "")
    if found["from"]:
        return f"{cell(found['from'], '')}:{cell(found['to'], '')}"
    return f"{cell('', found['first'])}:{cell('', found['last'])}"


def _unquoted(sheet: str) -> str:
    return (sheet[1:-2] + "!" if _PLAIN_SHEET.fullmatch(sheet[:-1]) else sheet).upper()


@cache
def _number(text: str) -> int:
    """Return the number of a row or column as it is written; 0 for none."""
    text = text.lstrip("$")
    return 0 if not text else int(text) if text[0].isdigit() else column_index_from_string(text.upper())
