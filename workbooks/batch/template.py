"""A report's template: written once by openpyxl, then printed again and again with other figures.

What changes from scenario to scenario is learned once: the place of each computed cell, of each input of the scenario
and of its name in the parts of the package. A report is then those pieces anew, joined with all that lies between, and
only the parts that have changed are compressed again. The result is, byte for byte, what
``workbooks.editions.build`` gives for the same scenario and figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

from udfs import ExcelError
from workbooks import style
from workbooks.batch.archive import Archive
from workbooks.book import Edition
from workbooks.cached import cell_xml
from workbooks.editions import with_scenarios, write
from workbooks.engine import Value
from workbooks.layout import INPUTS, Layout, lay_out
from workbooks.model import Model, Scenario
from workbooks.package import read_parts, sheet_parts, write_parts
from workbooks.record_sheet import RECORD, Record, Reference, in_formula

Finish = Callable[[bytes], bytes]

_STAND_IN: Final = "\uf8f0"  # for a scenario's name, of the same length; no text of ours has this character
_SHOWN: Final = "\uf8f1"  # for a number in a line of the record
_SHORT, _LONG = 9, 21  # lengths of names within which the width of columns follows them
_CELL: Final = re.compile(rb"<c\b([^>]*)(?<!/)>(.*?)</c>", re.DOTALL)
_ADDRESS: Final = re.compile(rb'\br="([A-Z]+[0-9]+)"')
_FORMULA: Final = re.compile(rb"<f\b[^>]*>.*?</f>|<f\b[^>]*/>", re.DOTALL)


@dataclass(frozen=True)
class Shape:
    """What makes two scenarios' workbooks differ in more than figures and a name.

    Parameters
    ----------
    own : the scenario of the model whose place it takes; empty for one that stands beside them.
    length : of its name, as far as columns are wider or narrower for it.
    unit : in which charts show amounts of its size.
    """

    own: str
    length: int
    unit: str

    @classmethod
    def of(cls, model: Model, scenario: Scenario) -> Shape:
        """Return the shape of a scenario's workbook."""
        own = scenario.name if any(one.name == scenario.name for one in model.scenarios) else ""
        return cls(own, max(_SHORT, min(_LONG, len(scenario.name))), style.money_format(scenario.values[model.size]))


class _Hole:
    """A computed cell in the pieces of a part."""

    def __init__(self, part: str, place: int, attributes: bytes, formula: bytes) -> None:
        self.part, self.place, self.attributes, self.formula = part, place, attributes, formula
        before, _, self._after = cell_xml(attributes, formula, 0.0).rpartition(b"0")
        self._before = before

    def xml(self, value: Value) -> bytes:
        """Return the cell with a value, as ``cell_xml`` does."""
        if value.__class__ is float:  # nearly all are
            return self._before + repr(value).removesuffix(".0").encode() + self._after
        return cell_xml(self.attributes, self.formula, value)


def layout_of(model: Model, scenario: Scenario) -> tuple[Layout, int]:
    """Return the layout of a model with this scenario in it, and the scenario's position from 1."""
    model = with_scenarios(model, [scenario])
    return lay_out(model), 1 + [one.name for one in model.scenarios].index(scenario.name)


def input_cells(layout: Layout, position: int) -> dict[str, Reference]:
    """Return input -> its cell of a scenario."""
    letter = get_column_letter(layout.scenario_columns[position - 1])
    return {one.name: (INPUTS, f"{letter}{layout.places[one.name].row}") for one in layout.model.inputs}


def as_written(value: float) -> str:
    """Return an input as openpyxl writes it."""
    return f"{value:.16g}"


class Template:
    """Prints the reports of all scenarios of one shape.

    Parameters
    ----------
    model, edition : of which workbook.
    example : a scenario of the shape.
    finish : what else is done to the finished package, such as adding VBA.
    """

    def __init__(self, model: Model, edition: Edition, example: Scenario, finish: Finish | None = None) -> None:
        shape = Shape.of(model, example)
        stand_in = Scenario(shape.own or _STAND_IN * shape.length, example.values)
        self._name = stand_in.name
        layout, position = layout_of(model, stand_in)
        draft = write(layout, edition, position)
        self._keep_formulas = edition != "report"
        self._inputs = input_cells(layout, position)
        self._parts: dict[str, list[bytes]] = {}
        self._holes: dict[Reference, _Hole] = {}
        self._input_holes: dict[Reference, _Hole] = {}
        self._name_holes: list[tuple[str, int]] = []
        package = finish(draft.package) if finish else draft.package
        self._learn(package, "" if shape.own else stand_in.name)
        # The members in the order and form in which a finished package has them.
        self._archive = Archive.read(write_parts(read_parts(package)))
        self._values: dict[Reference, Value] = {}
        self._record = _RecordLines(draft.record, stand_in.name, self._holes) if draft.record else None
        self._expected = self._holes.keys() - (self._record.cells if self._record else set())
        # The record computes nothing but its heading, which is the same on every sheet.
        self._record_heads = [address for sheet, address in self._expected if sheet == RECORD]

    def print(self, scenario: Scenario, values: Mapping[Reference, Value]) -> bytes:
        """Return the finished workbook of a scenario.

        Parameters
        ----------
        scenario : of the template's shape.
        values : of every computed cell.

        Raises
        ------
        KeyError
            A computed cell has no value.
        """
        known: dict[Reference, Value] = {place: scenario.values[name] for name, place in self._inputs.items()}
        heads = {(RECORD, address): values["Checks", address] for address in self._record_heads}
        changed = self._changed({**values, **known, **heads})
        parts: set[str] = set()
        for reference in changed:
            if hole := self._holes.get(reference):
                self._fill(hole, hole.xml(self._values[reference]), parts)
            elif hole := self._input_holes.get(reference):
                # openpyxl writes inputs, with the digits that it gives.
                text = as_written(scenario.values[hole.formula.decode()]).encode()
                self._fill(hole, b"<c" + hole.attributes + b"><v>" + text + b"</v></c>", parts)
        if scenario.name != self._name:
            self._name = scenario.name
            for part, place in self._name_holes:
                self._parts[part][place] = escape(scenario.name).encode()
                parts.add(part)
        if self._record is not None:
            for hole, xml in self._record.changed(self._values, changed, scenario.name):
                self._fill(hole, xml, parts)
        self._archive.replace({part: b"".join(self._parts[part]) for part in sorted(parts)})
        return self._archive.package()

    def _changed(self, values: dict[Reference, Value]) -> list[Reference]:
        """Take over a scenario's values, and return where they are others than the last one's."""
        old = self._values
        changed = [place for place, value in values.items() if not _same(value, old.get(place))]
        if missing := self._expected - values.keys():
            raise KeyError("no value was computed for {}!{}".format(*min(missing)))
        self._values = values
        return changed

    def _fill(self, hole: _Hole, xml: bytes, parts: set[str]) -> None:
        self._parts[hole.part][hole.place] = xml
        parts.add(hole.part)

    def _learn(self, package: bytes, name: str) -> None:
        """Find all that changes, and keep the parts that it is in as pieces."""
        parts = read_parts(package)
        inputs = {place: name for name, place in self._inputs.items()}
        for sheet, part in sheet_parts(parts).items():
            pieces = self._parts[part] = []
            done = 0
            for match in _CELL.finditer(parts[part]):
                address = _ADDRESS.search(match.group(1))
                reference = sheet, address.group(1).decode() if address else ""
                formula = _FORMULA.search(match.group(2))
                if formula is None and reference not in inputs:
                    continue
                pieces += parts[part][done : match.start()], match.group()
                done = match.end()
                place = len(pieces) - 1
                if formula is None:
                    self._input_holes[reference] = _Hole(part, place, match.group(1), inputs[reference].encode())
                else:
                    kept = formula.group() if self._keep_formulas else b""
                    self._holes[reference] = _Hole(part, place, match.group(1), kept)
            pieces.append(parts[part][done:])
        if not name:
            return
        for part, content in parts.items():
            pieces = self._parts.get(part, [content])
            if any(name.encode() in piece for piece in pieces):
                self._cut_at_name(part, pieces, name.encode())

    def _cut_at_name(self, part: str, pieces: list[bytes], name: bytes) -> None:
        """Put each place of the name in a piece of its own."""
        new: list[bytes] = []
        places = {}
        for old, piece in enumerate(pieces):
            first, *others = piece.split(name)
            new.append(first)
            places[old] = len(new) - 1
            for other in others:
                self._name_holes.append((part, len(new)))
                new += name, other
        self._parts[part] = new
        for hole in (*self._holes.values(), *self._input_holes.values()):
            if hole.part == part:
                hole.place = places[hole.place]


def _same(one: Value, other: Value) -> bool:
    """Return whether two values are written alike: 1 is not TRUE, and 0 not -0."""
    return one == other and one.__class__ is other.__class__ and (one != 0 or repr(one) == repr(other))


class _RecordLines:
    """The record's lines, cut so that only those of figures that have changed are put together anew."""

    def __init__(self, record: Record, name: str, holes: Mapping[Reference, _Hole]) -> None:
        self._names = [place for place, value in record.constants.items() if value == name]
        self._shown = {place: escape(in_formula(value)) for place, value in record.constants.items()}
        self._figures: dict[Reference, list[_Hole]] = {}
        self._texts: list[tuple[_Hole, str, tuple[Reference, ...]]] = []
        self._using: dict[Reference, list[int]] = {}
        for number, entry in enumerate(record.entries):
            self._figures.setdefault(entry.figure, []).append(holes[RECORD, entry.value])
            hole = holes[RECORD, entry.text]
            text = "".join(piece if isinstance(piece, str) else _SHOWN for piece in entry.pieces)
            line = cell_xml(hole.attributes, hole.formula, text).decode().replace("%", "%%").replace(_SHOWN, "%s")
            references = tuple(piece for piece in entry.pieces if isinstance(piece, tuple))
            self._texts.append((hole, line, references))
            for reference in set(references):
                self._using.setdefault(reference, []).append(number)
        self.cells = {(RECORD, cell) for entry in record.entries for cell in (entry.value, entry.text)}

    def changed(
        self, values: Mapping[Reference, Value], changed: Iterable[Reference], name: str
    ) -> Iterator[tuple[_Hole, bytes]]:
        """Yield the cells of all lines that some changed figures stand in."""
        lines: set[int] = set()
        new = {place: values[place] for place in changed} | dict.fromkeys(self._names, name)
        for place, value in new.items():
            for hole in self._figures.get(place, ()):
                yield hole, hole.xml(str(value) if isinstance(value, ExcelError) else value)
            if place in self._using:
                self._shown[place] = escape(in_formula(value))
                lines.update(self._using[place])
        if not self._printed:
            lines.update(range(len(self._texts)))
            self._printed = True
        for number in lines:
            hole, line, references = self._texts[number]
            yield hole, (line % tuple([self._shown[place] for place in references])).encode()

    _printed = False
