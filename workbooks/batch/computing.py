"""The computed cells of many scenarios, each beside the model's own and live."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from openpyxl.utils import get_column_letter

from workbooks.batch.template import as_written, input_cells, layout_of
from workbooks.editions import write
from workbooks.engine import Engine, Value
from workbooks.inputs_sheet import SELECTOR_ROW
from workbooks.layout import INPUTS, SCENARIO_HEADERS, VALUE
from workbooks.model import Model, Scenario
from workbooks.record_sheet import Reference


class Computing:
    """The embedded engine on a workbook in which one scenario after the other takes its place.

    Parameters
    ----------
    model : without the scenarios to be computed.
    example : one of them. All must stand beside the model's own, or all in place of the same one.
    """

    def __init__(self, model: Model, example: Scenario) -> None:
        layout, position = layout_of(model, example)
        draft = write(layout, "headless", position)
        self._engine = Engine.load(draft.package)
        self._figures = [(figure.sheet, figure.cell) for figure in draft.figures]
        self._inputs = input_cells(layout, position)
        column = get_column_letter(layout.scenario_columns[position - 1])
        self._names = [f"{get_column_letter(VALUE)}{SELECTOR_ROW}", f"{column}{SCENARIO_HEADERS}"]

    def __call__(self, scenarios: Iterable[Scenario]) -> Iterator[Mapping[Reference, Value]]:
        """Yield all computed cells of each scenario."""
        for scenario in scenarios:
            for cell in self._names:
                self._engine.set(INPUTS, cell, scenario.name)
            for name, (sheet, cell) in self._inputs.items():
                self._engine.set(sheet, cell, float(as_written(scenario.values[name])))
            self._engine.calculate()
            yield {figure: self._engine.get(*figure) for figure in self._figures}
