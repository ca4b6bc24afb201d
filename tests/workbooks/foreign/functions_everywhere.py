"""The functions that plain formulas may use: all that Excel 2010, LibreOffice 7.4 and Google Sheets have.

Excel: "Excel functions (alphabetical)", support.microsoft.com, marks those that a later version than 2007 brought;
these are not marked. LibreOffice: "Functions by Category", help.libreoffice.org/7.4. Google Sheets: "Google Sheets
function list", support.google.com/docs/table/25273; VDB has its page at support.google.com/docs/answer/9199424.
"""

from __future__ import annotations

from typing import Final

EVERYWHERE: Final = frozenset(
    """
    AND CHOOSE COLUMN IF INDEX IRR LN MATCH MAX MIN MMULT NA NPER NPV PMT PV ROUNDUP ROW SLN SUM SYD TRANSPOSE TRIM VDB
    """.split()  # noqa: SIM905 (a list of words reads better)
)
