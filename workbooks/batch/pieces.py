"""The parts of a template as pieces, and the cells and lines among them that are put in anew for each report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from udfs import ExcelError
from workbooks.engine import Value
from workbooks.foreign.cell_text import cell_xml
from workbooks.record_sheet import RECORD, Record, Reference, in_formula

_SHOWN: Final = "\uf8f1"  # stands for a number in a line of the record; no text of ours has this character


@dataclass(eq=False)
class Part:
    """A part of a package, cut into pieces."""

    pieces: list[bytes]
    changed: bool = False

    def put(self, number: int, content: bytes) -> None:
        """Replace a piece."""
        self.pieces[number] = content
        self.changed = True

    def taken(self) -> bytes:
        """Return the part as it is now."""
        self.changed = False
        return b"".join(self.pieces)


class Cell:
    """A cell that changes.

    Parameters
    ----------
    part, number : which piece it is.
    attributes, formula : as ``cell_xml`` takes them.
    """

    def __init__(self, part: Part, number: int, attributes: bytes, formula: bytes) -> None:
        self.part, self.number, self.attributes, self._formula = part, number, attributes, formula
        before, _, after = cell_xml(attributes, formula, 0.0).replace(b"%", b"%%").rpartition(b"0")
        self._of_number = before + b"%r" + after

    def put(self, value: Value) -> None:
        """Give it a value."""
        if isinstance(value, float) and not value.is_integer():
            self.put_xml(self._of_number % value)  # as cell_xml would, and nearly all are such
        else:
            self.put_xml(cell_xml(self.attributes, self._formula, value))

    def put_xml(self, xml: bytes) -> None:
        """Give it another content."""
        self.part.pieces[self.number] = xml
        self.part.changed = True

    def form(self, text: str) -> str:
        """Return the cell with a text in it."""
        return cell_xml(self.attributes, self._formula, text).decode()


class RecordLines:
    """The record's lines, cut so that only those of figures that have changed are put together anew.

    Parameters
    ----------
    record : as it was written.
    name : of the scenario in it.
    numbers : of the figures and inputs in a row of values.
    cells : of the template; those that the record's lines fill are taken out.
    """

    def __init__(
        self, record: Record, name: str, numbers: Mapping[Reference, int], cells: dict[Reference, Cell]
    ) -> None:
        # What a line refers to is known by its number; what is not in a row of values comes after it.
        others = [place for place in record.constants if place not in numbers]
        numbers = {**numbers, **{place: len(numbers) + count for count, place in enumerate(others)}}
        self._names = [numbers[place] for place, value in record.constants.items() if value == name]
        self._shown = [""] * len(numbers)
        for place, value in record.constants.items():
            self._shown[numbers[place]] = escape(in_formula(value))
        self._values: list[list[Cell]] = [[] for _ in numbers]
        self._using: list[list[int]] = [[] for _ in numbers]
        self._lines: list[tuple[Cell, str, tuple[int, ...]]] = []
        for count, entry in enumerate(record.entries):
            self._values[numbers[entry.figure]].append(cells.pop((RECORD, entry.value)))
            cell = cells.pop((RECORD, entry.text))
            text = "".join(piece if isinstance(piece, str) else _SHOWN for piece in entry.pieces)
            references = tuple(numbers[piece] for piece in entry.pieces if isinstance(piece, tuple))
            self._lines.append((cell, cell.form(text).replace("%", "%%").replace(_SHOWN, "%s"), references))
            for reference in set(references):
                self._using[reference].append(count)
        self._due = set(range(len(self._lines)))

    def put(self, row: Sequence[Value], changed: Sequence[int], name: str) -> None:
        """Bring all lines up to date in which figures stand that have changed."""
        shown = self._shown
        for number in changed:
            value = row[number]
            for cell in self._values[number]:
                cell.put(str(value) if isinstance(value, ExcelError) else value)
            if self._using[number]:
                shown[number] = f"{value:.15g}" if value.__class__ is float else escape(in_formula(value))
                self._due.update(self._using[number])
        for number in self._names:
            shown[number] = escape(in_formula(name))
            self._due.update(self._using[number])
        for count in self._due:
            cell, line, references = self._lines[count]
            cell.put_xml((line % tuple([shown[number] for number in references])).encode())
        self._due.clear()
