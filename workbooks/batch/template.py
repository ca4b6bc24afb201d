"""A report's template: written once by openpyxl, then printed again and again with other figures.

What changes from scenario to scenario is learned once: the place of each computed cell, of each input of the scenario
and of its name in the parts of the package. A report is then those pieces anew, joined with all that lies between, and
only the parts that have changed are compressed again. The result is, byte for byte, what
``workbooks.editions.build`` gives for the same scenario and figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

from workbooks import style
from workbooks.batch.archive import Archive
from workbooks.book import Edition
from workbooks.cached import cell_xml
from workbooks.editions import with_scenarios, write
from workbooks.engine import Value
from workbooks.layout import INPUTS, Layout, lay_out
from workbooks.model import Model, Scenario
from workbooks.package import read_parts, sheet_parts, write_parts
from workbooks.record_sheet import RECORD, Entry, Record, Reference

Finish = Callable[[bytes], bytes]

_STAND_IN: Final = "\uf8f0"  # for a scenario's name, of the same length; no text of ours has this character
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


@dataclass
class _Hole:
    """A computed cell in the pieces of a part."""

    part: str
    place: int
    attributes: bytes
    formula: bytes


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
        self._record = _RecordState(draft.record, stand_in.name) if draft.record else None
        told = (
            {(RECORD, cell) for entry in draft.record.entries for cell in (entry.value, entry.text)}
            if draft.record
            else set()
        )
        self._record_heads = [address for sheet, address in self._holes.keys() - told if sheet == RECORD]
        self._expected = self._holes.keys() - told

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
        # The record computes nothing but its heading, which is the same on every sheet.
        heads = {(RECORD, address): values["Checks", address] for address in self._record_heads}
        changed = self._changed({**values, **known, **heads})
        parts: set[str] = set()
        for reference in changed:
            if hole := self._holes.get(reference):
                self._fill(hole, cell_xml(hole.attributes, hole.formula, self._values[reference]), parts)
            elif hole := self._input_holes.get(reference):
                text = as_written(scenario.values[hole.formula.decode()]).encode()
                self._fill(hole, b"<c" + hole.attributes + b"><v>" + text + b"</v></c>", parts)
        if scenario.name != self._name:
            self._name = scenario.name
            for part, place in self._name_holes:
                self._parts[part][place] = escape(scenario.name).encode()
                parts.add(part)
        if self._record is not None:
            for address, value in self._record.cells(self._values, changed, scenario.name).items():
                hole = self._holes[RECORD, address]
                self._fill(hole, cell_xml(hole.attributes, hole.formula, value), parts)
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
                hole = _Hole(part, len(pieces) - 1, match.group(1), b"")
                if formula is None:
                    hole.formula = inputs[reference].encode()
                    self._input_holes[reference] = hole
                else:
                    hole.formula = formula.group() if self._keep_formulas else b""
                    self._holes[reference] = hole
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


class _RecordState:
    """Which lines of the record change with which figures."""

    def __init__(self, record: Record, name: str) -> None:
        self._record = record
        self._names = [place for place, value in record.constants.items() if value == name]
        self._entries: dict[Reference, list[Entry]] = {}
        for entry in record.entries:
            for reference in {entry.figure, *(piece for piece in entry.pieces if isinstance(piece, tuple))}:
                self._entries.setdefault(reference, []).append(entry)

    def cells(self, values: Mapping[Reference, Value], changed: list[Reference], name: str) -> dict[str, Value]:
        """Return the cells of the lines that some changed figures stand in."""
        names = dict.fromkeys(self._names, name)
        entries = {id(entry): entry for place in (*changed, *names) for entry in self._entries.get(place, ())}
        return self._record.told({**values, **names}, entries.values())
