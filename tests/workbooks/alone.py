"""One sheet of a model by itself: what it takes from other sheets is given, row by row."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from workbooks.editions import write
from workbooks.engine import Engine
from workbooks.layout import FIRST, INPUTS, LABEL, VALUE, lay_out
from workbooks.model import Check, Input, Model, Row, Scenario, Section, Sheet, Span


def given(name: str) -> Input:
    """Return an input for a figure that another part of the model would compute."""
    return Input(name, f"Given: {name}", "", "figure", -1e15, 1e15, "aicapex", group="Given")


def row(key: str, formula: str, span: Span = "timeline") -> Row:
    """Return a row that another sheet would have."""
    return Row(key, f"Given: {key}", "", "figure", formula, span)


class Alone:
    """A sheet in a workbook of its own, in the engine.

    Parameters
    ----------
    sheet, checks : what is tested.
    inputs : the sheet's own, and those that the given rows need.
    rows : the rows of other sheets that it refers to.
    """

    def __init__(
        self, sheet: Sheet, inputs: tuple[Input, ...], rows: tuple[Row, ...], checks: tuple[Check, ...] = ()
    ) -> None:
        self._sheet = sheet
        source = Sheet("Given", "calculation", "What others say", (Section("Given", rows),), sheet.charts[:1])
        model = Model(
            "alone", "Alone", "?", "1", "2026-11-22", inputs, (Scenario("Only", {i.name: 1.0 for i in inputs}),),
            (source, sheet), (), "gpu", (), checks,
        )  # fmt: skip
        self._layout = lay_out(model)
        package = write(self._layout, "headless", 1).package
        self._engine = Engine.load(package)
        page = openpyxl.load_workbook(io.BytesIO(package))["Checks"]
        rows = {page.cell(row, LABEL).value: row for row in range(1, page.max_row + 1)}
        self._marks = {check.label: f"{get_column_letter(VALUE)}{rows[check.label]}" for check in checks}

    def figures(self, values: Mapping[str, float]) -> dict[str, Any]:
        """Return key -> value, or list of values by year, of the sheet for these inputs."""
        for name, value in values.items():
            self._engine.set(INPUTS, f"{get_column_letter(FIRST)}{self._layout.places[name].row}", float(value))
        self._engine.calculate()
        places = self._layout.places.items()
        return {key: self._read(key) for key, place in places if place.sheet == self._sheet.title and place.span}

    def failed(self) -> list[str]:
        """Return the sheet's checks that do not hold for the inputs last given."""
        return [label for label, cell in self._marks.items() if self._engine.get("Checks", cell) != 1]

    def _read(self, key: str) -> Any:
        place = self._layout.places[key]
        if place.span == "timeline":
            return [self._cell(place.row, column) for column in self._layout.year_columns]
        return self._cell(place.row, VALUE)

    def _cell(self, row: int, column: int) -> Any:
        return self._engine.get(self._sheet.title, f"{get_column_letter(column)}{row}")
