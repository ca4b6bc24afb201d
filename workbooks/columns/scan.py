"""The cells of a large sheet found all at once: where the pieces of each stand in the sheet's XML, as arrays.

The plain form in which all programs write almost every cell is recognized, without a step of Python for each. What is
in any other form is marked as odd, and left to whoever reads cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
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
_CONTROL: Final = re.compile(rb"[^\t\n\r -\xff]")
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
    value_tag, value_stop : of the value's element; both are where it would stand if there is none.
    value_start, value_end : of the value's text; the same place if there is none.
    odd : whether anything in the cell is in another form; then no more is known of it than where it starts.
    marks : all that stands in cells' elements behind the address.
    row_tags : the tags of rows, together.
    formulas : how many elements of formulas there are, in odd cells too.
    sound : whether the XML is surely well-formed.
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
    row_tags: bytes
    formulas: int
    sound: bool

    def texts(self, start: Whole, end: Whole) -> list[bytes]:
        """Return pieces of the XML, which follow each other, as a list."""
        found: list[bytes] = pieces(self.rows, start, end).to_pylist()
        return found

    def numbers(self, cells: Whole) -> NDArray[np.float64] | None:
        """Return the numbers that cells hold, of formulas the cached ones; None if there is none in one of them."""
        texts = pieces(self.rows, self.value_start[cells], self.value_end[cells])
        try:
            found: NDArray[np.float64] = texts.cast(pa.string()).cast(pa.float64()).to_numpy()
        except pa.ArrowInvalid:
            return None
        return found if np.isfinite(found).all() else None

    def marked_formulas(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the cells whose formulas have attributes, and these; odd cells are left out."""
        places = np.flatnonzero(self.has_formula & ~self.odd & (self.formula_start - self.formula_marks > 1))
        texts = self.texts(self.formula_marks[places], self.formula_start[places] - 1)
        known = {text: attributes(text) for text in set(texts)}
        return ((place, known[text]) for place, text in zip(places.tolist(), texts, strict=True))


def pieces(rows: bytes, start: Whole, end: Whole) -> pa.BinaryArray:
    """Return pieces of the XML, which follow each other."""
    return _cut(rows, start, end).take(np.arange(1, 2 * len(start), 2))


def between(rows: bytes, start: Whole, end: Whole) -> pa.BinaryArray:
    """Return what stands before, between and behind such pieces."""
    return _cut(rows, start, end).take(np.arange(0, 2 * len(start) + 1, 2))


def _cut(rows: bytes, start: Whole, end: Whole) -> pa.BinaryArray:
    places = np.empty(2 * len(start) + 2, np.int32)
    places[0], places[1:-1:2], places[2:-1:2], places[-1] = 0, start, end, len(rows)
    return pa.Array.from_buffers(pa.binary(), len(places) - 1, [None, pa.py_buffer(places), pa.py_buffer(rows)])


def scan(rows: bytes) -> Scan | None:
    """Find the cells of a sheet.

    Parameters
    ----------
    rows : what stands in ``sheetData``, in the main namespace without a prefix.

    Returns
    -------
    scan, or None if rows or cells are not in order, or not in any form that is known here
    """
    if len(rows) < 64:
        return None
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
    if not len(cells) or len(row_starts) != len(row_ends) or not _in_turn(row_starts, row_ends):
        return None
    # Eight bytes from each place on, as one number, the first byte the lowest.
    words = np.ndarray((len(rows) - 7,), "<u8", rows, strides=(1,))
    row_texts = _row_texts(rows, words, opens[row_starts])
    if row_texts is None:
        return None
    firsts = np.searchsorted(cells, row_starts)
    if firsts[0] or not (np.searchsorted(cells, row_ends)[:-1] == firsts[1:]).all() or cells[-1] > row_ends[-1]:
        return None  # a cell outside of the rows
    of_row = np.repeat(np.arange(len(row_starts)), np.diff(np.append(firsts, len(cells))))
    row = np.array(list(map(int, row_texts)))[of_row]

    at = opens[cells]
    column, width = _columns(words[at + 6])
    digits = np.array(list(map(len, row_texts)))[of_row]
    quoted = np.array([int.from_bytes(one + b'"', "little") for one in row_texts], np.uint64)[of_row]
    kept = np.uint64((1 << 64) - 1) >> (56 - 8 * digits).astype(np.uint64)
    addressed = (words[at + 1] & np.uint64((1 << 40) - 1)) == _ADDRESS_START
    addressed &= words[at + 6 + width] & kept == quoted
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
    marked = np.flatnonzero(marks_end > marks_start)
    marks = set(pieces(rows, marks_start[marked], marks_end[marked]).to_pylist())
    tags = np.flatnonzero(sort == _ROW)
    row_tags = b"".join(pieces(rows, opens[tags], closes[tags] + 1).to_pylist())
    return Scan(
        rows,
        row,
        column,
        row_text=row_texts,
        of_row=of_row,
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
        marks=marks,
        row_tags=row_tags,
        formulas=formulas,
        sound=not odd.any() and _sound_texts(rows, int(text.min()), marks, row_tags),
    )


def _in_turn(one: Whole, other: Whole) -> bool:
    """Return whether places follow each other: the first of one, the first of the other, the second of one, ..."""
    return bool((one < other).all() and (other[:-1] < one[1:]).all())


def _row_texts(rows: bytes, words: NDArray[np.uint64], opens: Whole) -> list[bytes] | None:
    """Return the numbers of rows as they are written; None if one has none."""
    if opens[-1] + 15 >= len(words) or not (words[opens] == _ROW_START).all():
        return None
    digits = words[opens + 8]
    width = np.zeros(len(opens), np.int64)
    inside = np.ones(len(opens), bool)
    for place in range(7):
        inside &= (digits >> np.uint64(8 * place) & np.uint64(255)) - np.uint64(ord("0")) <= 9
        width += inside
    texts = [rows[a:b] for a, b in zip((opens + 8).tolist(), (opens + 8 + width).tolist(), strict=True)]
    if not all(texts) or not (words[opens + 8 + width] & np.uint64(255) == ord('"')).all():
        return None
    return None if any(text.startswith(b"0") for text in texts) else texts


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


def _sound_texts(rows: bytes, lowest: int, marks: Collection[bytes], row_tags: bytes) -> bool:
    """Return whether all between the tags' marks, and all attributes, is as XML must be."""
    if lowest < ord(" ") and _CONTROL.search(rows):
        return False
    if b"&" in rows and rows.count(b"&") != len(_REFERENCE.findall(rows)):
        return False
    if not rows.isascii():
        try:
            rows.decode()
        except UnicodeDecodeError:
            return False
    return _ROW_TAGS.fullmatch(row_tags) is not None and all(map(_CELL_MARKS.fullmatch, marks))
