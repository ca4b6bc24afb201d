"""The computed cells of many scenarios, each of them beside the model's own and live."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple

from workbooks.batch.template import as_written, input_cells, layout_of
from workbooks.editions import write
from workbooks.engine import Engine, Value
from workbooks.inputs_sheet import SELECTOR_ROW
from workbooks.layout import INPUTS, SCENARIO_HEADERS, VALUE
from workbooks.model import Model, Scenario
from workbooks.record_sheet import Reference
from workbooks.vector.model_program import SCENARIO, CompiledModel
from workbooks.vector.program import Address, VectorError

Values = Sequence[Value]  # in the order of the figures
_SAMPLE: Final = 3  # scenarios of a run that the engine computes too


class ByEngine:
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
        self.figures: list[Reference] = [(figure.sheet, figure.cell) for figure in draft.figures]
        self._inputs = input_cells(layout, position)
        column = get_column_letter(layout.scenario_columns[position - 1])
        self._names = [f"{get_column_letter(VALUE)}{SELECTOR_ROW}", f"{column}{SCENARIO_HEADERS}"]

    def __call__(self, scenarios: Iterable[Scenario]) -> Iterator[Values]:
        """Yield the values of all computed cells for each scenario."""
        for scenario in scenarios:
            for cell in self._names:
                self._engine.set(INPUTS, cell, scenario.name)
            for name, (sheet, cell) in self._inputs.items():
                self._engine.set(sheet, cell, float(as_written(scenario.values[name])))
            self._engine.calculate()
            yield [self._engine.get(*figure) for figure in self.figures]


class ByArrays:
    """The same, all scenarios of a block in one pass; the engine recomputes a sample.

    Raises
    ------
    VectorError
        The model has a formula that can't be computed so; or, of a block, the engine computes another value.
    """

    def __init__(self, model: Model, example: Scenario) -> None:
        names = [*(one.name for one in model.inputs), SCENARIO]
        layout, position = layout_of(model, example)
        figures = write(layout, "headless", position).figures
        self.figures: list[Reference] = [(one.sheet, one.cell) for one in figures]
        self._cells = [Address(sheet, *coordinate_to_tuple(cell)) for sheet, cell in self.figures]
        self._compiled = CompiledModel(model, example.name, [example], inputs=names, outputs=self._cells)
        self._inputs = [one.name for one in model.inputs]
        self._checked = False

    def __call__(self, scenarios: Sequence[Scenario]) -> Iterator[Values]:
        """Yield the values of all computed cells for each scenario."""
        inputs: dict[str, list[str] | list[float]] = {
            name: [float(as_written(one.values[name])) for one in scenarios] for name in self._inputs
        }
        inputs[SCENARIO] = [one.name for one in scenarios]
        results = self._compiled.evaluate(inputs, check=0 if self._checked else _SAMPLE)
        self._checked = True
        yield from zip(
            *(
                itertools.repeat(results.values(cell)[0], len(scenarios))
                if results.cells[cell].constant
                else results.values(cell)
                for cell in self._cells
            ),
            strict=True,
        )


def computing(model: Model, example: Scenario, *, many: bool) -> ByArrays | ByEngine:
    """Return what computes the scenarios of a model.

    Many are computed over arrays, which takes seconds to prepare, if the model's formulas allow that; few one by one.
    """
    if many:
        with contextlib.suppress(VectorError):
            return ByArrays(model, example)
    return ByEngine(model, example)
