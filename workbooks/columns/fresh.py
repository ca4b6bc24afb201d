"""Fresh values put beside the formulas of a sheet, all at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbooks.columns.tags import Whole, as_arrow, between, texts_as_arrow
from workbooks.columns.values import SheetValues, is_number
from workbooks.foreign.cell_text import VALUE_MARK, Value, address, cell_xml
from workbooks.vector.cells import NUMBER

_OPENING, _CLOSING, _NOTHING = texts_as_arrow([b"<v>", b"</v>", b""])


@dataclass(frozen=True)
class FreshColumns:
    """The formulas of a sheet that have been computed.

    Parameters
    ----------
    sheet : its name.
    values : what its cells hold.
    places : the formulas' cells, in the order of the scan.
    """

    sheet: str
    values: SheetValues
    places: Whole

    @property
    def whole(self) -> bool:
        """Whether these are all the formulas of the sheet."""
        return len(self.places) == self.values.scan.formulas

    def addresses(self) -> Iterator[str]:
        """Return the addresses of the formulas."""
        scan = self.values.scan
        return map(address, scan.row[self.places].tolist(), scan.column[self.places].tolist())

    def items(self) -> Iterator[tuple[str, Value]]:
        """Return the address and value of each formula."""
        return zip(self.addresses(), self.values.computed(self.places), strict=True)

    def rows(self) -> bytes:
        """Return the sheet's rows with the fresh values; where a value is the same its text stays."""
        values, scan = self.values, self.values.scan
        marked = scan.marks_end[self.places] > scan.marks_start[self.places]
        simple = values.codes[self.places] == NUMBER
        odd = self.places[marked]
        marks = scan.texts(scan.marks_start[odd], scan.marks_end[odd])
        plain = {text for text in set(marks) if is_number(text)}
        simple[marked] &= np.array([text in plain for text in marks], bool)
        starts, stops, texts = self._numbers(self.places[simple])
        others = list(self._others(self.places[~simple]))
        if others:
            more_starts, more_stops, more_texts = zip(*others, strict=True)
            starts, stops = np.append(starts, more_starts), np.append(stops, more_stops)
            order = np.argsort(starts)
            texts = pa.concat_arrays([texts, texts_as_arrow(more_texts)]).take(as_arrow(order))
            starts, stops = starts[order], stops[order]
        return joined(between(scan.rows, starts, stops), texts)

    def _numbers(self, places: Whole) -> tuple[Whole, Whole, pa.BinaryArray]:
        """Return what is to be replaced, and by what, where a number is and was: elements of values."""
        scan, numbers = self.values.scan, self.values.numbers[places] + 0.0  # a cell shows -0 as 0
        old = scan.numbers(places)
        if old is None:
            old = np.array([_number(text) for text in scan.texts(scan.value_start[places], scan.value_end[places])])
        changed = old != numbers
        places, numbers = places[changed], numbers[changed]
        # The shortest texts that give the same numbers back.
        texts = as_arrow(numbers).cast(pa.string()).cast(pa.binary())
        elements = pc.binary_join_element_wise(_OPENING, texts, _CLOSING, _NOTHING)
        return scan.value_tag[places], scan.value_stop[places], elements

    def _others(self, places: Whole) -> Iterator[tuple[int, int, bytes]]:
        """Yield the same for whole cells, where the value is, or was, of another type."""
        scan = self.values.scan
        for place, new in zip(places.tolist(), self.values.computed(places), strict=True):
            start, marks_end = int(scan.start[place]), int(scan.marks_end[place])
            old = self.values.cell(place, scan.rows[scan.marks_start[place] : marks_end])
            if old == new and isinstance(old, bool) == isinstance(new, bool):
                continue
            before = VALUE_MARK.sub(b"", scan.rows[start + 2 : marks_end])
            formula = scan.rows[scan.formula_marks[place] - 2 : scan.value_tag[place]]
            yield start, int(scan.end[place]), cell_xml(before, formula, new)


def joined(kept: pa.BinaryArray, new: pa.BinaryArray) -> bytes:
    """Return pieces of XML with others between them."""
    pairs = pc.binary_join_element_wise(kept[:-1], new, _NOTHING)
    return b"".join([*(pairs.buffers()[2:] if len(pairs) else ()), kept[-1].as_py()])


def _number(text: bytes) -> float:
    """Return the number that a text is; NaN if it is none."""
    try:
        return float(text)
    except ValueError:
        return np.nan
