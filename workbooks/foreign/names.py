r"""The forms under which files store the names of our functions, and the plain form that people type.

A workbook that was typed, saved or converted elsewhere may hold ``AIGAP`` as

* ``AIGAP``: typed by a person, or saved by Excel in the workbook that itself holds the functions;
* ``[1]!AIGAP`` or ``'C:\path\aicapex.xlam'!AIGAP``: Excel, from an add-in, by the number of a link or by its path;
* ``_xll.AIGAP`` or ``_xludf.AIGAP``: Excel, from an add-in of compiled code, or where it did not know the function;
* ``_xldudf_AICAPEX_AIGAP``, also without the namespace: Excel, from an add-in of JavaScript;
* ``AICAPEX.AIGAP``: with the namespace of an add-in; LibreOffice's long names are of this form too.

>>> plain_names("=1+[1]!aigap(A1)*_xll.MOIC(A2,B2:C2)")
'=1+AIGAP(A1)*MOIC(A2,B2:C2)'
>>> plain_names('=AIGAP (A1)&" AIGAP (A1)"&T[AIGAP (m)]')
'=AIGAP(A1)&" AIGAP (A1)"&T[AIGAP (m)]'
>>> plain_names('=SUM(A1:A3)&"[1]!AIGAP(A1)"')
'=SUM(A1:A3)&"[1]!AIGAP(A1)"'
"""

from __future__ import annotations

import re
from typing import Final

from udfs import FUNCTIONS
from workbooks.formulas import rename_calls

_NAMES: Final = "|".join(sorted(FUNCTIONS, key=len, reverse=True))
# The workbook that a name is said to stand in, quoted or not; and what else stands between it and the name itself.
_BOOK: Final = r"'(?:[^']|'')*\.xl\w+\]?'!|'\[(?:[^']|'')*'!|\[[^\[\]]+\]!|[\w.-]+\.xl\w+!"
_MARK: Final = r"_xl(?:fn|l|udf|ws)\.|_xldudf_(?:aicapex_)?|(?:[a-z]\w*\.)*aicapex\w*\.(?:[a-z]\w*\.)*"
_OURS: Final = re.compile(rf"(?:{_BOOK})?(?:{_MARK})*(?P<name>{_NAMES})$", re.IGNORECASE)
# Most formulas hold no such call, and this tells it without reading them.
_SEEN: Final = re.compile(rf"(?<![A-Z0-9]){_NAMES.join(('(?:', ')'))}\s*\(", re.IGNORECASE)
# People type a space before the bracket, and programs store it. Texts, sheets and columns are stepped over.
_SPACE: Final = re.compile(
    rf"""(?P<skipped>"(?:[^"]|"")*"|'(?:[^']|'')*'|\[[^\[\]]*\])|(?<![A-Z0-9])(?P<name>{_NAMES})\s+(?=\()""",
    re.IGNORECASE,
)
# Functions are handed to others, as to MAP, under this mark.
_HANDED: Final = re.compile(rf"_xleta\.({_NAMES})\b", re.IGNORECASE)


def plain_names(formula: str) -> str:
    """Return a formula in which our functions are called by their plain names; all else stays as it is.

    A function of the same name from somebody else's add-in can't be told from ours.

    Parameters
    ----------
    formula : starts with ``=``.

    Raises
    ------
    workbooks.formulas.FormulaError
        The text is no formula.
    """

    def plain(name: str) -> str | None:
        found = _OURS.search(name)
        if found is None or not _stands_alone(name[: found.start()]):
            return None
        return name[: found.start()] + found["name"].upper()

    return (
        rename_calls(_SPACE.sub(lambda found: found["name"] or found[0], formula), plain)
        if _SEEN.search(formula)
        else formula
    )


def may_concern(formula: str) -> bool:
    """Return whether a formula may call or hand over a function of ours, by a quick look."""
    return _SEEN.search(formula) is not None or _HANDED.search(formula) is not None


def functions_used(formula: str) -> list[str]:
    """Return which of our functions a formula calls, in the order of the text.

    >>> functions_used("=IF(_xll.AIGAP(A1)>0,MOIC(A2,B2:C2),1)")
    ['AIGAP', 'MOIC']
    """
    found: list[str] = []

    def note(name: str) -> None:
        bare = re.split("[:@]", name)[-1].upper()
        if bare in FUNCTIONS:
            found.append(bare)

    if not _SEEN.search(formula):
        return found
    rename_calls(plain_names(formula), note)
    return found


def handed_over(formula: str) -> str | None:
    """Return a function of ours that a formula hands to another one without calling it, as ``MAP(A1:A3,AIGAP)``."""
    found = _HANDED.search(formula)
    return found[1].upper() if found else None


def _stands_alone(before: str) -> bool:
    """Return whether what the tokenizer took for a part of the name is an operator: ``@`` or ``A1:``."""
    return not before or before[-1] in ":@"
