"""A report's template: written once by openpyxl, then printed again and again with other figures.

What changes from scenario to scenario is learned once: the place of each computed cell, of each input of the scenario
and of its name in the parts of the package. A report is then those pieces anew, joined with all that lies between, and
only the parts that have changed are compressed again. The result is, byte for byte, what
``workbooks.editions.build`` gives for the same scenario and figures.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

from workbooks import style
from workbooks.batch.archive import Archive
from workbooks.batch.order import Order
from workbooks.batch.pieces import Cell, Part, RecordLines
from workbooks.editions import with_scenarios, write
from workbooks.engine import Value
from workbooks.layout import INPUTS, Layout, lay_out
from workbooks.model import Model, Scenario
from workbooks.package import read_parts, sheet_parts, write_parts
from workbooks.record_sheet import RECORD, Reference

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
    order : of which workbook.
    example : a scenario of the shape.
    figures : all computed cells, in the order in which their values will come.
    """

    def __init__(self, order: Order, example: Scenario, figures: Sequence[Reference]) -> None:
        shape = Shape.of(order.model, example)
        stand_in = Scenario(shape.own or _STAND_IN * shape.length, example.values)
        self._name = stand_in.name
        layout, position = layout_of(order.model, stand_in)
        draft = write(layout, order.edition, position)
        package = order.finish(draft.package) if order.finish else draft.package
        self._keep_formulas = order.edition != "report"
        self._inputs = input_cells(layout, position)
        self._parts: dict[str, Part] = {}
        self._cells: dict[Reference, Cell] = {}
        self._input_cells: dict[str, Cell] = {}
        self._learn(package)
        self._names = [] if shape.own else self._cut_at_name(read_parts(package), stand_in.name.encode())
        # The members in the order and form in which a finished package has them.
        self._archive = Archive.read(write_parts(read_parts(package)))
        self._row: list[Any] = [object()] * (len(figures) + len(self._inputs))  # like no value
        # A figure is known by its number in a row of values; the scenario's inputs come after the figures.
        numbers = {place: number for number, place in enumerate([*figures, *self._inputs.values()])}
        self._record = RecordLines(draft.record, stand_in.name, numbers, self._cells) if draft.record else None
        # The record computes nothing but its heading, which is the same on every sheet.
        numbers |= {place: numbers["Checks", place[1]] for place in self._cells if place[0] == RECORD}
        self._cells_of: list[list[Cell]] = [[] for _ in self._row]
        for place, cell in self._cells.items():
            self._cells_of[numbers[place]].append(cell)

    def print(self, scenario: Scenario, values: Sequence[Value]) -> bytes:
        """Return the finished workbook of a scenario.

        Parameters
        ----------
        scenario : of the template's shape.
        values : of the figures, in their order.
        """
        inputs = [scenario.values[name] for name in self._inputs]
        old, self._row = self._row, [*values, *inputs]
        changed = [
            number
            for number, (value, before) in enumerate(zip(self._row, old, strict=True))
            if value is not before and (value != before or not _same(value, before))
        ]
        for number in changed:
            for cell in self._cells_of[number]:
                cell.put(self._row[number])
        for cell, value in zip(self._input_cells.values(), inputs, strict=True):
            cell.put_xml(b"<c%b><v>%b</v></c>" % (cell.attributes, as_written(value).encode()))
        if scenario.name != self._name:
            self._name = scenario.name
            for part, number in self._names:
                part.put(number, escape(scenario.name).encode())
        if self._record is not None:
            self._record.put(self._row, changed, scenario.name)
        self._archive.replace({name: part.taken() for name, part in self._parts.items() if part.changed})
        return self._archive.package()

    def _learn(self, package: bytes) -> None:
        """Find all cells that change, and keep the parts that they are in as pieces."""
        parts = read_parts(package)
        inputs = {place: name for name, place in self._inputs.items()}
        for sheet, name in sheet_parts(parts).items():
            part = self._parts[name] = Part([])
            done = 0
            for match in _CELL.finditer(parts[name]):
                address = _ADDRESS.search(match.group(1))
                reference = sheet, address.group(1).decode() if address else ""
                formula = _FORMULA.search(match.group(2))
                if formula is None and reference not in inputs:
                    continue
                part.pieces += parts[name][done : match.start()], match.group()
                done = match.end()
                kept = formula.group() if formula is not None and self._keep_formulas else b""
                cell = Cell(part, len(part.pieces) - 1, match.group(1), kept)
                if formula is None:
                    self._input_cells[inputs[reference]] = cell
                else:
                    self._cells[reference] = cell
            part.pieces.append(parts[name][done:])

    def _cut_at_name(self, parts: Mapping[str, bytes], name: bytes) -> list[tuple[Part, int]]:
        """Put each place where the scenario's name stands in a piece of its own, and return these."""
        found = []
        for key, content in parts.items():
            if name not in content:
                continue
            part = self._parts.setdefault(key, Part([content]))
            pieces: list[bytes] = []
            moved = {}
            for number, piece in enumerate(part.pieces):
                first, *others = piece.split(name)
                pieces.append(first)
                moved[number] = len(pieces) - 1
                for other in others:
                    found.append((part, len(pieces)))
                    pieces += name, other
            part.pieces = pieces
            for cell in (*self._cells.values(), *self._input_cells.values()):
                if cell.part is part:
                    cell.number = moved[cell.number]
        return found


def _same(one: Any, other: Any) -> bool:
    """Return whether two values are written alike: 1 is not TRUE, and 0 not -0."""
    return one == other and one.__class__ is other.__class__ and (one != 0 or repr(one) == repr(other))
