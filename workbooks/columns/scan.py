"""The cells of a large sheet found all at once: where the pieces of each stand in the sheet's XML, as arrays.

The plain form in which all programs write almost every cell is recognized, without a step of Python for each. What is
in any other form is marked as odd, and left to whoever reads cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbooks.foreign.xml_text import attributes

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Sorts of tags, by the two bytes after "<".
_OTHER, _ROW, _CELL, _FORMULA, _VALUE, _ROW_END, _CELL_END, _FORMULA_END, _VALUE_END = range(9)
_SORT: Final = np.zeros(1 << 16, np.uint8)
for _start, _sort in (
    (b"ro", _ROW), (b"c ", _CELL), (b"f>", _FORMULA), (b"f ", _FORMULA), (b"f/", _FORMULA),
    (b"v>", _VALUE), (b"v/", _VALUE), (b"v ", _VALUE),
    (b"/r", _ROW_END), (b"/c", _CELL_END), (b"/f", _FORMULA_END), (b"/v", _VALUE_END),
):  # fmt: skip
    _SORT[_start[0] << 8 | _start[1]] = _sort

_ATTRIBUTES: Final = rb'(?:\s+[\w.:-]+="[^"<>&]*")*\s*/?'
_CELL_MARKS: Final = re.compile(_ATTRIBUTES)
_ROW_TAGS: Final = re.compile(rb"(?:<row%s>)*" % _ATTRIBUTES)
_REFERENCE: Final = re.compile(rb"&(?:lt|gt|amp|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);")
_ROW_NUMBER: Final = re.compile(rb'<row r="([1-9][0-9]{0,6})"')
_ADDRESS_START: Final = int.from_bytes(b'c r="', "little")


@dataclass(frozen=True)
class Scan:
    """The cells of a sheet in the order of its XML. Arrays have an element for each cell.

    Attributes
    ----------
    rows : the XML inside ``sheetData``.
    row, column : of the cell, from 1.
    row_text : the row's number as the XML has it.
    start, end : of the cell's element.
    marks_start, marks_end : of its attributes behind the address.
    has_formula, has_value : whether there is such an element.
    formula_marks, formula_start, formula_end : the formula's attributes end where its text starts, but for ``>``.
    value_tag, value_stop : of the value's element; both are where it would stand if there is none.
    value_start, value_end : of the value's text; the same place if there is none.
    odd : whether anything in the cell is in another form; then no more is known of it than where it starts.
    formulas : how many elements of formulas there are, in odd cells too.
    sound : whether the XML is surely well-formed.
    """

    rows: bytes
    row: Whole
    column: Whole
    row_text: list[bytes]
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
    formulas: int
    sound: bool

    def texts(self, start: Whole, end: Whole) -> list[bytes]:
        """Return pieces of the XML."""
        rows = self.rows
        return [rows[a:b] for a, b in zip(start.tolist(), end.tolist(), strict=True)]

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
    text = np.frombuffer(rows, np.uint8)
    opens, closes = np.flatnonzero(text == ord("<")), np.flatnonzero(text == ord(">"))
    if not len(opens) or len(opens) != len(closes) or not ((closes - opens >= 2).all() and _in_turn(opens, closes)):
        return None
    sort = _SORT[text[opens + 1].astype(np.uint16) << 8 | text[opens + 2]]
    lengths = closes - opens
    sort[(sort > _ROW_END) & (lengths != 3)] = _OTHER
    closed = text[closes - 1] == ord("/")

    cells, row_starts = np.flatnonzero(sort == _CELL), np.flatnonzero((sort == _ROW) & ~closed)
    row_ends = np.flatnonzero((sort == _ROW_END) & (lengths == 5))
    numbers = [_ROW_NUMBER.match(rows, place) for place in opens[row_starts].tolist()]
    if not len(cells) or len(row_starts) != len(row_ends) or not all(numbers):
        return None
    row_texts = [found[1] for found in numbers if found]
    if not _in_turn(row_starts, row_ends):
        return None
    firsts = np.searchsorted(cells, row_starts)
    if firsts[0] or not (np.searchsorted(cells, row_ends)[:-1] == firsts[1:]).all() or cells[-1] > row_ends[-1]:
        return None  # a cell outside of the rows
    of_row = np.repeat(np.arange(len(row_starts)), np.diff(np.append(firsts, len(cells))))
    row = np.array(list(map(int, row_texts)))[of_row]

    # Eight bytes from each place on, as one number.
    words = np.ndarray((max(len(rows) - 7, 0),), "<u8", rows, strides=(1,))
    at = opens[cells]
    letters = words[np.minimum(at + 6, len(words) - 1)]
    column, width = _columns(letters)
    digits = np.array([len(one) for one in row_texts])[of_row]
    written = np.array([int.from_bytes(one, "little") for one in row_texts])[of_row]
    kept = (1 << 8 * (digits + 1)) - 1
    found = words[np.minimum(at + 6 + width, len(words) - 1)] & kept.astype(np.uint64)
    addressed = (words[at + 1] & ((1 << 40) - 1)) == _ADDRESS_START
    addressed &= found == (written | ord('"') << 8 * digits).astype(np.uint64)
    place = row * (1 << 14) + column
    if not addressed.all() or (column < 1).any() or (column > 1 << 14).any() or not (np.diff(place) > 0).all():
        return None
    marks_start = at + 7 + width + digits

    # A cell's tags: its own, and those of formula and value.
    sort, closed = (np.append(one, np.zeros(8, one.dtype)) for one in (sort, closed))
    alone = closed[cells]
    first = cells + 1
    has_formula = ~alone & (sort[first] == _FORMULA)
    wide = has_formula & ~closed[first]
    second = first + has_formula + wide
    has_value = ~alone & (sort[second] == _VALUE)
    wide_value = has_value & ~closed[second]
    last = np.where(alone, cells, second + has_value + wide_value)
    odd = wide & (sort[first + 1] != _FORMULA_END)
    odd |= wide_value & ((sort[second + 1] != _VALUE_END) | (np.append(lengths, np.zeros(8, int))[second] != 2))
    odd |= ~alone & (sort[last] != _CELL_END)
    if odd.any():
        ends = np.append(np.flatnonzero(sort == _CELL_END), len(sort))
        last = np.where(odd, ends[np.searchsorted(ends, cells)], last)
    rows_alone = int(np.count_nonzero(closed[sort == _ROW]))
    if int((last - cells + 1).sum()) + 2 * len(row_starts) + rows_alone != len(sort) - 8:
        return None  # something else stands among the cells
    formulas = int(np.count_nonzero(sort == _FORMULA))

    opens, closes = (np.append(one, np.full(8, len(rows))) for one in (opens, closes))
    value_tag = opens[second]
    value_start = np.where(has_value, closes[second] + 1, value_tag)
    marks_end = closes[cells] - alone
    return Scan(
        rows,
        row,
        column,
        row_text=[row_texts[one] for one in of_row.tolist()],
        start=at,
        end=closes[np.minimum(last, len(closes) - 1)] + 1,
        marks_start=marks_start,
        marks_end=marks_end,
        has_formula=has_formula,
        has_value=has_value,
        formula_marks=opens[first] + 2,
        formula_start=closes[first] + 1,
        formula_end=np.where(wide, opens[first + 1], closes[first] + 1),
        value_tag=value_tag,
        value_start=value_start,
        value_end=np.where(wide_value, opens[second + 1], value_start),
        value_stop=np.where(wide_value, closes[second + 1] + 1, value_start),
        odd=odd,
        formulas=formulas,
        sound=not odd.any() and _sound_texts(rows, text, opens, row_starts, marks_start, marks_end),
    )


def _in_turn(one: Whole, other: Whole) -> bool:
    """Return whether places follow each other: the first of one, the first of the other, the second of one, ..."""
    return bool((one < other).all() and (other[:-1] < one[1:]).all())


def _columns(letters: NDArray[np.uint64]) -> tuple[Whole, Whole]:
    """Return columns, and how many letters they have; the first letter is the lowest byte. No column is 0."""
    column, width = np.zeros(len(letters), np.int64), np.zeros(len(letters), np.int64)
    inside = np.ones(len(letters), bool)
    for place in range(3):
        letter = (letters >> np.uint64(8 * place) & np.uint64(255)).astype(np.int64) - ord("A") + 1
        inside &= (letter >= 1) & (letter <= 26)
        column = np.where(inside, column * 26 + letter, column)
        width += inside
    return column, width


def _sound_texts(
    rows: bytes, text: NDArray[np.uint8], opens: Whole, row_starts: Whole, marks_start: Whole, marks_end: Whole
) -> bool:
    """Return whether all between the tags' marks, and all attributes, is as XML must be."""
    if ((text < 32) & (text != 9) & (text != 10) & (text != 13)).any() or b"]]>" in rows:
        return False
    if b"&" in rows and rows.count(b"&") != len(_REFERENCE.findall(rows)):
        return False
    if not rows.isascii():
        try:
            rows.decode()
        except UnicodeDecodeError:
            return False
    marked = np.flatnonzero(marks_end > marks_start)
    marks = {rows[a:b] for a, b in zip(marks_start[marked].tolist(), marks_end[marked].tolist(), strict=True)}
    tags = b"".join([rows[a : rows.index(b">", a) + 1] for a in opens[row_starts].tolist()])
    return _ROW_TAGS.fullmatch(tags) is not None and all(map(_CELL_MARKS.fullmatch, marks))
