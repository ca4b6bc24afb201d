"""The cells of a large sheet found all at once: where the pieces of each stand in the sheet's XML, as arrays.

The plain form in which all programs write almost every cell is recognized, without a step of Python for each. What is
in any other form is marked as odd, and left to whoever reads cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from workbooks.columns.tags import (
    CELL,
    CELL_END,
    FORMULA,
    FORMULA_END,
    INLINE,
    INLINE_END,
    ROW,
    ROW_END,
    TEXT,
    TEXT_END,
    VALUE,
    VALUE_END,
    Flags,
    Tags,
    Whole,
    in_turn,
    pieces,
    tags_of,
)
from workbooks.foreign.xml_text import attributes

_REFERENCE: Final = re.compile(rb"&[^&;<>]*;")
_CONTROL: Final = re.compile(rb"[^\t\n\r -\xff]")
_EMPTY_ROW: Final = re.compile(rb'<row r="[1-9][0-9]{0,6}"([^<>]*)/')
_ROW_START: Final = np.uint64(int.from_bytes(b'<row r="', "little"))
_ADDRESS_START: Final = np.uint64(int.from_bytes(b'c r="', "little"))


@dataclass(frozen=True)
class Scan:
    """The cells of a sheet in the order of its XML. Arrays have an element for each cell.

    Attributes
    ----------
    rows : the XML inside ``sheetData``.
    row, column : of the cell, from 1.
    row_text : the numbers of the rows as the XML has them, by ``of_row``.
    of_row : the place in ``row_text`` of the cell's.
    start, end : of the cell's element.
    marks_start, marks_end : of its attributes behind the address.
    has_formula, has_value : whether there is such an element.
    formula_marks, formula_start, formula_end : the formula's attributes end where its text starts, but for ``>``.
    value_tag, value_stop : of the value's element, or that of a text written into the cell; both are where it would
        stand if there is none.
    value_start, value_end : of the value's text; the same place if there is none.
    odd : whether anything in the cell is in another form; then no more is known of it than where it starts.
    marks : all that stands in cells' elements behind the address.
    row_marks : all that stands in rows' elements behind the number.
    formulas : how many elements of formulas there are, in odd cells too.
    tags : the tags that it was read from.
    """

    rows: bytes
    row: Whole
    column: Whole
    row_text: list[bytes]
    of_row: Whole
    start: Whole
    end: Whole
    marks_start: Whole
    marks_end: Whole
    has_formula: Flags
    has_value: Flags
    formula_marks: Whole
    formula_start: Whole
    formula_end: Whole
    value_tag: Whole
    value_start: Whole
    value_end: Whole
    value_stop: Whole
    odd: Flags
    marks: Collection[bytes]
    row_marks: Collection[bytes]
    formulas: int
    tags: Tags

    def texts(self, start: Whole, end: Whole) -> list[bytes]:
        """Return pieces of the XML, which follow each other, as a list."""
        found: list[bytes] = pieces(self.rows, start, end).to_pylist()
        return found

    def numbers(self, cells: Whole) -> NDArray[np.float64] | None:
        """Return the numbers that cells hold, of formulas the cached ones; None if there is none in one of them."""
        texts = pieces(self.rows, self.value_start[cells], self.value_end[cells])
        try:
            # Not by to_numpy, which would load pandas.
            found = np.frombuffer(texts.cast(pa.string()).cast(pa.float64()).buffers()[1], np.float64, len(cells))
        except pa.ArrowInvalid:
            return None
        return found if np.isfinite(found).all() else None

    def sample(self) -> bytes | None:
        """Return each attribute and reference once, as XML: the rows are well-formed if it is.

        An XML parser takes a fraction of the time for it. None if the rows may be no XML even so.
        """
        if self.odd.any():
            return None
        rows, tags = self.rows, self.tags
        if tags.text.min() < ord(" ") and _CONTROL.search(rows):
            return None
        references = _REFERENCE.findall(rows) if b"&" in rows else []
        if len(references) < np.count_nonzero(tags.text == ord("&")):
            return None
        if not rows.isascii():
            try:
                rows.decode()
            except UnicodeDecodeError:
                return None
        marked = np.flatnonzero(((tags.sort == FORMULA) | (tags.sort == TEXT)) & (tags.closes - tags.opens > 2))
        of_texts = set(pieces(tags.text, tags.opens[marked] + 2, tags.closes[marked]).to_pylist())
        elements = {b"<f%s>" % one if one.endswith(b"/") else b"<f%s/>" % one for one in of_texts}
        elements |= {b'<c r=""%s/>' % one for one in (*self.marks, *self.row_marks)}
        return b"".join((*elements, *set(references)))

    def marked_formulas(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the cells whose formulas have attributes, and these; odd cells are left out."""
        places = np.flatnonzero(self.has_formula & ~self.odd & (self.formula_start - self.formula_marks > 1))
        texts = self.texts(self.formula_marks[places], self.formula_start[places] - 1)
        known = {text: attributes(text) for text in set(texts)}
        return ((place, known[text]) for place, text in zip(places.tolist(), texts, strict=True))


def scan(rows: bytes) -> Scan | None:
    """Find the cells of a sheet.

    Parameters
    ----------
    rows : what stands in ``sheetData``, in the main namespace without a prefix.

    Returns
    -------
    scan, or None if rows or cells are not in order, or not in any form that is known here
    """
    tags = tags_of(rows)
    if tags is None:
        return None
    cells, starts = np.flatnonzero(tags.sort == CELL), np.flatnonzero(tags.sort == ROW)
    without_cells = starts[tags.closed(starts)]
    starts, ends = starts[~tags.closed(starts)], np.flatnonzero(tags.sort == ROW_END)
    if not len(cells) or not len(starts) or len(starts) != len(ends) or not in_turn(starts, ends):
        return None
    firsts = np.searchsorted(cells, starts)
    if firsts[0] or not (np.searchsorted(cells, ends)[:-1] == firsts[1:]).all() or cells[-1] > ends[-1]:
        return None  # a cell outside of the rows
    of_row = np.repeat(np.arange(len(starts)), np.diff(np.append(firsts, len(cells))))
    numbers = _row_numbers(tags, tags.opens[starts])
    addresses = None if numbers is None else _addresses(tags, tags.opens[cells], numbers, of_row)
    empty_rows = pieces(rows, tags.open(without_cells), tags.close(without_cells)).to_pylist()
    empty_marks = [_EMPTY_ROW.fullmatch(tag) for tag in empty_rows]
    if numbers is None or addresses is None or not all(empty_marks):
        return None

    # A cell's tags: its own, and those of formula and value.
    empty = tags.closed(cells)
    first = cells + 1
    has_formula = ~empty & (tags.sorts(first) == FORMULA)
    wide = has_formula & ~tags.closed(first)
    second = first + has_formula + wide
    has_value = ~empty & (tags.sorts(second) == VALUE)
    wide_value = has_value & ~tags.closed(second)
    inline = ~empty & ~has_formula & (tags.sorts(second) == INLINE)
    for place, one in enumerate((TEXT, TEXT_END, INLINE_END), start=1):
        inline &= tags.sorts(second + place) == one
    inline &= ~tags.closed(second + 1)
    last = np.where(empty, cells, second + has_value + wide_value + 4 * inline)
    odd = wide & (tags.sorts(first + 1) != FORMULA_END)
    value_tag, value_close = tags.open(second), tags.close(second)
    length = value_close - value_tag
    odd |= wide_value & ((tags.sorts(second + 1) != VALUE_END) | (length != 2))
    odd |= has_value & ~wide_value & ((length > 4) | ((length == 4) & (tags.text[value_tag + 2] != ord(" "))))
    odd |= ~empty & (tags.sorts(last) != CELL_END)
    if odd.any():
        cell_ends = np.append(np.flatnonzero(tags.sort == CELL_END), len(tags.sort))
        last = np.where(odd, cell_ends[np.searchsorted(cell_ends, cells)], last)
    if int((last - cells + 1).sum()) + 2 * len(starts) + len(without_cells) != len(tags.sort):
        return None  # something else stands among the cells

    row, column, marks_start = addresses
    marks_end = tags.close(cells) - empty
    marked = np.flatnonzero(marks_end > marks_start)
    marks = set(pieces(rows, marks_start[marked], marks_end[marked]).to_pylist())
    numbered = tags.opens[starts] + numbers.widths + len(b'<row r=""')
    row_marks = {*pieces(rows, numbered, tags.closes[starts]).to_pylist(), *(one[1] for one in empty_marks if one)}
    value_start = np.where(has_value, value_close + 1, value_tag)
    formula_start = tags.close(first) + 1
    return Scan(
        rows,
        row,
        column,
        numbers.texts,
        of_row,
        start=tags.opens[cells],
        end=tags.close(last) + 1,
        marks_start=marks_start,
        marks_end=marks_end,
        has_formula=has_formula,
        has_value=has_value,
        formula_marks=tags.open(first) + 2,
        formula_start=formula_start,
        formula_end=np.where(wide, tags.open(first + 1), formula_start),
        value_tag=value_tag,
        value_start=value_start,
        value_end=np.where(wide_value, tags.open(second + 1), value_start),
        value_stop=np.where(wide_value | inline, tags.close(second + np.where(inline, 3, 1)) + 1, value_start),
        odd=odd,
        marks=marks,
        row_marks=row_marks,
        formulas=int(np.count_nonzero(tags.sort == FORMULA)),
        tags=tags,
    )


class _RowNumbers(NamedTuple):
    """The numbers of rows: as they are written, how long they are, and with the quote behind them as one number."""

    texts: list[bytes]
    widths: Whole
    quoted: NDArray[np.uint64]


def _row_numbers(tags: Tags, opens: Whole) -> _RowNumbers | None:
    """Return the numbers of rows; None if one has none."""
    if not (tags.word(opens) == _ROW_START).all():
        return None
    start = opens + 8
    digits = tags.word(start)
    widths = np.zeros(len(opens), np.int32)
    inside = np.ones(len(opens), bool)
    for place in range(7):
        inside &= (digits >> np.uint64(8 * place) & np.uint64(255)) - np.uint64(ord("0")) <= 9
        widths += inside
    if not (tags.text[start + widths] == ord('"')).all() or not ((tags.text[start] != ord("0")) & (widths > 0)).all():
        return None
    return _RowNumbers(pieces(tags.text, start, start + widths).to_pylist(), widths, digits & _lowest(widths + 1))


def _addresses(tags: Tags, opens: Whole, numbers: _RowNumbers, of_row: Whole) -> tuple[Whole, Whole, Whole] | None:
    """Return rows and columns of cells, and where their attributes go on; None if they are not in order.

    Each address must say the number of the row that the cell stands in.
    """
    column, width = _columns(tags.word(opens + 6))
    addressed = (tags.word(opens + 1) & _lowest(np.array(len('c r="')))) == _ADDRESS_START
    number = tags.word(opens + 6 + width) & _lowest(numbers.widths + 1)[of_row]
    row = np.array(list(map(int, numbers.texts)), np.int64)[of_row]
    known = addressed & (number == numbers.quoted[of_row]) & (column >= 1) & (column <= 1 << 14) & (row <= 1 << 20)
    if not known.all() or not (np.diff(row << 14 | column - 1) > 0).all():
        return None
    return row, column, opens + 7 + width + numbers.widths[of_row]


def _lowest(count: Whole) -> NDArray[np.uint64]:
    """Return numbers in which so many of the lowest of eight bytes are full."""
    return np.uint64((1 << 64) - 1) >> (64 - 8 * count).astype(np.uint64)


def _columns(letters: NDArray[np.uint64]) -> tuple[Whole, Whole]:
    """Return columns, and how many letters they have; the first letter is the lowest byte. No column is 0."""
    column, width = np.zeros(len(letters), np.int32), np.zeros(len(letters), np.int32)
    inside = np.ones(len(letters), bool)
    for place in range(3):
        letter = letters.view(np.uint8).reshape(-1, 8)[:, place] - np.uint8(ord("A"))
        inside &= letter < 26
        column = np.where(inside, column * 26 + letter + 1, column)
        width += inside
    return column, width
