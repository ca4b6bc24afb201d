"""Names of our functions in formulas that Calc did not understand, and the name by which it knows them.

Where Calc meets an unknown name on loading, it keeps it as it stands in the file. So a formula may hold ``aigap(``, or
that with what Excel puts before the functions of an add-in: ``_xll.aigap(``, ``_xldudf_aigap(``, ``[1]!aigap(``.
"""

from __future__ import annotations

import re
from typing import Final

from udfs import FUNCTIONS

_NAMES: Final = "|".join(sorted(FUNCTIONS, key=len, reverse=True))
_CALL: Final = re.compile(
    r"""
    "(?:[^"]|"")*"                               # text; what looks like a call in it is none
    |
    (?<![\w.!])
    (?:
        '(?:[^']|'')*'(?:!|\#\$?)                # the add-in's path
        | \[[^\[\]]+\]!                          # the number of a link to it
        | [\w.-]+\.xl\w+!                        # its name
        | (?:_xl(?:fn|l|udf|ws)\.|_xldudf_(?:aicapex_)?)+
    )*
    (?P<name>"""
    + _NAMES
    + r""")(?=\s*\()
    |
    '(?:[^']|'')*'                               # the name of a sheet or file
    """,
    re.IGNORECASE | re.VERBOSE,
)


def known_names(formula: str) -> str:
    """Return a formula with the names by which Calc knows our functions.

    >>> known_names("=aigap(A1;2)+_xll.moic(A2;B2:C2)")
    '=AICAPEX.AIGAP(A1;2)+AICAPEX.MOIC(A2;B2:C2)'
    >>> known_names('=IFERROR([1]!aigap(A1);"aigap(")&AICAPEX.AIGAP(A1)')
    '=IFERROR(AICAPEX.AIGAP(A1);"aigap(")&AICAPEX.AIGAP(A1)'
    """
    return _CALL.sub(lambda found: f"AICAPEX.{found['name'].upper()}" if found["name"] else found[0], formula)
