"""``#NAME?`` that was stored where our functions were not known: nobody shall see it when the formulas are plain."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from workbooks.foreign.cell_text import members
from workbooks.foreign.workbook import Workbook
from workbooks.foreign.xml_text import plain, prefix

# What stands behind calcPr in a workbook (ECMA-376, part 1, CT_Workbook).
_BEHIND: Final = (
    b"oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr webPublishObjects "
    b"extLst"
)


def forget(book: Workbook, places: Collection[tuple[str, str]]) -> None:
    """Take the values out of cells with formulas, and out of the cells that array formulas fill.

    Parameters
    ----------
    book : is changed.
    places : sheet and cell of the formulas.
    """
    for sheet, address in places:
        cells = book.cells(sheet)
        cells.edit(address, value=None)
        cell = cells.formulas[address]
        for member in list(members(cell.reference))[1:] if cell.kind == "array" else ():
            cells.put(member, None)


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
