"""Fresh values put beside the formulas of a sheet, all at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbooks.columns.tags import Whole, between
from workbooks.columns.values import SheetValues, is_number
from workbooks.foreign.cell_text import VALUE_MARK, address, cell_xml
from workbooks.vector.cells import NUMBER, Value


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
        others = [one for one in map(self._other, self.places[~simple].tolist()) if one is not None]
        if others:
            more_starts, more_stops, more_texts = zip(*others, strict=True)
            starts, stops = np.append(starts, more_starts), np.append(stops, more_stops)
            order = np.argsort(starts)
            texts = pa.concat_arrays([texts, pa.array(more_texts, pa.binary())]).take(order)
            starts, stops = starts[order], stops[order]
        kept = between(scan.rows, starts, stops)
        joined = pc.binary_join_element_wise(kept[:-1], texts, b"")
        return b"".join([*(joined.buffers()[2:] if len(joined) else ()), kept[-1].as_py()])

    def _numbers(self, places: Whole) -> tuple[Whole, Whole, pa.BinaryArray]:
        """Return what is to be replaced, and by what, where a number is and was."""
        scan, numbers = self.values.scan, self.values.numbers[places] + 0.0  # a cell shows -0 as 0
        old = scan.numbers(places)
        if old is None:
            old = np.array([_number(text) for text in scan.texts(scan.value_start[places], scan.value_end[places])])
        changed = old != numbers
        places, numbers = places[changed], numbers[changed]
        # The shortest texts that give the same numbers back.
        texts = pa.array(numbers).cast(pa.string()).cast(pa.binary())
        starts, stops = scan.value_start[places], scan.value_end[places]
        empty = starts == stops
        if empty.any():
            starts, stops = np.where(empty, (scan.value_tag[places], scan.value_stop[places]), (starts, stops))
            texts = pc.if_else(empty, pc.binary_join_element_wise(b"<v>", texts, b"</v>", b""), texts)
        return starts, stops, texts

    def _other(self, place: int) -> tuple[int, int, bytes] | None:
        """Return the same for the whole cell where the value is, or was, of another type."""
        scan = self.values.scan
        marks = scan.rows[scan.marks_start[place] : scan.marks_end[place]]
        old = self.values.cell(place, marks)
        [new] = self.values.computed(np.array([place]))
        if old == new and isinstance(old, bool) == isinstance(new, bool):
            return None
        start, stop = int(scan.start[place]), int(scan.end[place])
        before = scan.rows[start + 2 : int(scan.marks_end[place])]
        formula = scan.rows[int(scan.formula_marks[place]) - 2 : int(scan.value_tag[place])]
        return start, stop, cell_xml(VALUE_MARK.sub(b"", before), formula, new)


def _number(text: bytes) -> float:
    """Return the number that a text is; NaN if it is none."""
    try:
        return float(text)
    except ValueError:
        return np.nan
