"""``#NAME?`` that was stored where our functions were not known: nobody shall see it when the formulas are plain."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from udfs import ExcelError
from workbooks.foreign.cell_text import members
from workbooks.foreign.workbook import Workbook
from workbooks.foreign.xml_text import plain, prefix

# What stands behind calcPr in a workbook (ECMA-376, part 1, CT_Workbook).
_BEHIND: Final = (
    b"oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr webPublishObjects "
    b"extLst"
)


def forget(book: Workbook, but: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Take ``#NAME?`` out of the cells with formulas, and return those.

    Parameters
    ----------
    book : is changed; what can be computed here gets its value later.
    but : sheet and cell of formulas that keep it.
    """
    found = set()
    for sheet in book.worksheets:
        cells = book.cells(sheet)
        for address, cell in cells.formulas.items():
            if (sheet.name, address) not in but and cell.value is ExcelError.NAME:
                found.add((sheet.name, address))
                cells.edit(address, value=None)
                for member in list(members(cell.reference))[1:] if cell.kind == "array" else ():
                    cells.put(member, None)
    return found


def compute_on_load(book: Workbook) -> None:
    """Let Excel compute all formulas when it opens the workbook; LibreOffice computes those without a value anyway."""
    part = plain(book.package[book.main])
    tag = re.escape(prefix(part))
    found = re.search(rb"<%scalcPr\b[^>]*?(?=\s*/?>)" % tag, part)
    if found is not None:
        new = re.sub(rb"""\s+fullCalcOnLoad\s*=\s*["'][^"']*["']""", b"", found[0]) + b' fullCalcOnLoad="1"'
        book.package[book.main] = part[: found.start()] + new + part[found.end() :]
        return
    place = re.search(rb"<%s(?:%s)\b|</%sworkbook\s*>" % (tag, b"|".join(_BEHIND.split()), tag), part)
    if place is not None:
        element = b'<%scalcPr fullCalcOnLoad="1"/>' % prefix(part)
        book.package[book.main] = part[: place.start()] + element + part[place.start() :]
