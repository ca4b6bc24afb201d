"""All tags of a large sheet at once: where they stand and of what sort they are, and pieces cut out of its XML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Whole = NDArray[np.signedinteger[Any]]
Flags = NDArray[np.bool_]
Bytes = bytes | NDArray[np.uint8]

# Sorts of tags, by the two bytes after "<".
OTHER, ROW, CELL, FORMULA, VALUE, INLINE, TEXT, ROW_END, INLINE_END, CELL_END, FORMULA_END, VALUE_END, TEXT_END = range(
    13
)
_SORT: Final = np.zeros(1 << 16, np.uint8)
for _start, _sort in (
    (b"ro", ROW), (b"c ", CELL), (b"f>", FORMULA), (b"f ", FORMULA), (b"f/", FORMULA),
    (b"v>", VALUE), (b"v/", VALUE), (b"v ", VALUE), (b"is", INLINE), (b"t>", TEXT), (b"t ", TEXT),
    (b"/r", ROW_END), (b"/i", INLINE_END), (b"/c", CELL_END), (b"/f", FORMULA_END), (b"/v", VALUE_END),
    (b"/t", TEXT_END),
):  # fmt: skip
    _SORT[_start[1] << 8 | _start[0]] = _sort

_WORD: Final = 8  # bytes


@dataclass(frozen=True)
class Tags:
    """All tags of a sheet: where they open and close, and of what sort they are."""

    text: NDArray[np.uint8]
    opens: Whole
    closes: Whole
    sort: NDArray[np.uint8]
    words: NDArray[np.uint64]  # eight bytes from each place on, as one number, the first byte the lowest

    def sorts(self, tags: Whole) -> NDArray[np.uint8]:
        """Return the sort of some tags; behind the last one there is that one again, and so below."""
        return self.sort[np.minimum(tags, len(self.sort) - 1)]

    def open(self, tags: Whole) -> Whole:
        """Return where tags start."""
        return self.opens[np.minimum(tags, len(self.sort) - 1)]

    def close(self, tags: Whole) -> Whole:
        """Return where tags end, with their ``>``."""
        return self.closes[np.minimum(tags, len(self.sort) - 1)]

    def closed(self, tags: Whole) -> Flags:
        """Return whether the elements have nothing in them: ``<v/>``."""
        found: Flags = self.text[self.close(tags) - 1] == ord("/")
        return found

    def word(self, places: Whole) -> NDArray[np.uint64]:
        """Return the eight bytes from places on."""
        return self.words[np.minimum(places, len(self.words) - 1)]


def tags_of(rows: bytes) -> Tags | None:
    """Find the tags of a sheet's rows; None if some of what stands there is no tag."""
    if len(rows) < _WORD:
        return None
    text = np.frombuffer(rows, np.uint8)
    # Of half the size, they are read in half the time; no part has more bytes.
    opens, closes = (np.flatnonzero(text == ord(mark)).astype(np.int32) for mark in "<>")
    if not len(opens) or len(opens) != len(closes) or not in_turn(opens, closes):
        return None
    lengths = closes - opens
    if lengths.min() < 2:
        return None
    words = np.ndarray((len(rows) - _WORD + 1,), "<u8", rows, strides=(1,))
    sort = _SORT[np.ndarray((len(rows) - 1,), "<u2", rows, strides=(1,))[opens + 1]]
    sort[(sort > INLINE_END) & (lengths != 3)] = OTHER
    ends = np.flatnonzero(sort == ROW_END)
    whole = (lengths[ends] == 5) & (text[opens[ends] + 3] == ord("o")) & (text[closes[ends] - 1] == ord("w"))
    sort[ends[~whole]] = OTHER
    inline = np.flatnonzero((sort == INLINE) | (sort == INLINE_END))
    known = lengths[inline] == np.where(sort[inline] == INLINE, 3, 4)
    sort[inline[~known | (text[closes[inline] - 1] != ord("s"))]] = OTHER
    return Tags(text, opens, closes, sort, words)


def in_turn(one: Whole, other: Whole) -> bool:
    """Return whether places follow each other: the first of one, the first of the other, the second of one, ..."""
    return bool((one < other).all() and (other[:-1] < one[1:]).all())


def pieces(rows: Bytes, start: Whole, end: Whole) -> pa.BinaryArray:
    """Return pieces of the XML, which follow each other."""
    return _cut(rows, start, end).take(as_arrow(np.arange(1, 2 * len(start), 2)))


def between(rows: Bytes, start: Whole, end: Whole) -> pa.BinaryArray:
    """Return what stands before, between and behind such pieces."""
    return _cut(rows, start, end).take(as_arrow(np.arange(0, 2 * len(start) + 1, 2)))


def as_arrow(numbers: Whole | NDArray[np.float64]) -> pa.Array:
    """Return numbers as Arrow has them; ``pyarrow.array`` would load pandas."""
    return pa.Array.from_buffers(pa.from_numpy_dtype(numbers.dtype), len(numbers), [None, pa.py_buffer(numbers)])


def texts_as_arrow(texts: Sequence[bytes]) -> pa.BinaryArray:
    """Return texts as Arrow has them."""
    places = np.cumsum([0, *map(len, texts)]).astype(np.int32)
    return pa.Array.from_buffers(pa.binary(), len(texts), [None, pa.py_buffer(places), pa.py_buffer(b"".join(texts))])


def _cut(rows: Bytes, start: Whole, end: Whole) -> pa.BinaryArray:
    places = np.empty(2 * len(start) + 2, np.int32)
    places[0], places[1:-1:2], places[2:-1:2], places[-1] = 0, start, end, len(rows)
    return pa.Array.from_buffers(pa.binary(), len(places) - 1, [None, pa.py_buffer(places), pa.py_buffer(rows)])
