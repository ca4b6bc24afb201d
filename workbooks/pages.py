"""How sheets print: on A4 across, as wide as a page, with pages that end where a block of rows does."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from math import ceil
from typing import Any, Final

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.book import Book

_WIDE: Final = 20  # columns that a printed page holds
# A4 across within the margins set here, in points; the height of a row and the width of one character of a column.
_SIDE: Final = 0.4  # inches
_WIDTH, _HEIGHT = 784, 500
_ROW, _CHARACTER = 15.0, 5.25
_SMALLEST: Final = 0.6  # scale at which a sheet is still put on one page: six points for text of ten
_LITTLE: Final = 0.8  # and so much smaller than its width asks for, whatever that is


def set_up_page(book: Book, sheet: Worksheet, starts: Collection[int] = ()) -> None:
    """Set how a sheet prints; its footer has title, page and date.

    Parameters
    ----------
    sheet : with all that stands on it.
    starts : rows in which blocks start, each below a blank row; they are not cut. Without any, a page ends anywhere.
    """
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    across = ceil(sheet.max_column / _WIDE)
    if across > 1:  # a column per case
        sheet.print_title_cols = "A:C"
    width = _width(sheet, across)
    widest = min(1.0, across * _WIDTH / width)
    on_one = _HEIGHT / sum(_heights(sheet, 1, sheet.max_row))
    smallest = min(_SMALLEST, widest * _LITTLE)
    one_page = sheet.title == "Cover" or on_one >= smallest
    sheet.page_setup.fitToWidth = across
    sheet.page_setup.fitToHeight = int(one_page)  # 0: as many as there are, else all breaks are ignored
    margins = sheet.page_margins
    margins.left = margins.right = _SIDE
    margins.top, margins.bottom, margins.footer = 0.5, 0.75, 0.35
    if not one_page and starts:
        scale, breaks = _best(sheet, sorted(starts), widest, smallest)
        sheet.row_breaks.brk = [Break(id=row - 2) for row in breaks]  # the blank row goes along
        if across == 1 and scale < widest:  # what is fitted to the width of the page is made smaller by wider margins
            margins.left = margins.right = round(_SIDE + (_WIDTH - scale * width) / 2 / 72, 3)
    footer: Any = sheet.oddFooter
    footer.left.text = book.model.title
    footer.center.text = "Page &P of &N"
    footer.right.text = f"&A, as of {book.model.as_of}"


def _width(sheet: Worksheet, across: int) -> float:
    """Return the width of a sheet that is so many pages wide, in points; its titles are on each."""
    widths = [sheet.column_dimensions[get_column_letter(column)].width for column in range(1, sheet.max_column + 1)]
    return _CHARACTER * (sum(widths) + (across - 1) * sum(widths[:3]))


def _heights(sheet: Worksheet, first: int, last: int) -> Iterator[float]:
    for row in range(first, last + 1):
        yield sheet.row_dimensions[row].height or _ROW


def _best(sheet: Worksheet, starts: Sequence[int], widest: float, smallest: float) -> tuple[float, list[int]]:
    """Return a scale, and the rows in which new pages start: few blocks cut, few pages, large figures."""
    tried = []
    for percent in range(100, ceil(smallest / widest * 100) - 1, -1):
        scale = widest * percent / 100
        cut, breaks = _breaks(sheet, starts, _HEIGHT / scale)
        tried.append((cut, len(breaks), -percent, scale, breaks))
    return min(tried)[3:]


def _breaks(sheet: Worksheet, starts: Sequence[int], room: float) -> tuple[int, list[int]]:
    """Return how many blocks are longer than a page, and the rows in which new pages start."""
    header = used = sum(_heights(sheet, 1, starts[0] - 1))
    cut, breaks = 0, []
    for start, following in pairwise([*starts, sheet.max_row + 2]):
        height = sum(_heights(sheet, start, following - 2))  # the row below is blank
        if used > header and used + height > room:
            breaks.append(start)
            used = header
        cut += used + height > room
        used += height + _ROW
    return cut, breaks
