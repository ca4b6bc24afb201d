"""A declared model over many scenarios: inputs by their names in, headline figures out, held against the engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from openpyxl.utils.cell import coordinate_to_tuple

from workbooks.editions import with_scenarios, write
from workbooks.engine import Engine
from workbooks.foreign.cell_text import Value
from workbooks.inputs_sheet import SELECTOR_ROW
from workbooks.layout import INPUTS, SCENARIO_HEADERS, VALUE, Layout, lay_out
from workbooks.model import Model, Row, Scenario, Section
from workbooks.package import read_parts, sheet_parts, write_parts
from workbooks.vector.cells import Cells, column
from workbooks.vector.compiling import compile_book
from workbooks.vector.program import BLOCK, Address, Book, Program, VectorError, in_order, precedents

SCENARIO: Final = "scenario"  # the input that is the live scenario's name
SAMPLE: Final = 20  # scenarios of each run that the engine computes too
_TOLERANCE: Final = 1e-9
_ROUNDING: Final = 1e-11  # of the largest number that a formula uses: what may be left of a difference
_FORMULA: Final = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*><f>[^<]*</f><v\s*/>\s*</c>')
_NAME: Final = re.compile(r'<definedName\b[^>]*\bname="([^"]*)"[^>]*>([^<]*)</definedName>')


@dataclass(frozen=True)
class Results:
    """Cells in many scenarios.

    Parameters
    ----------
    cells : by name or address.
    scenarios : their number.
    """

    cells: Mapping[Any, Cells]
    scenarios: int

    def values(self, key: Any) -> list[Value]:
        """Return a cell's value in each scenario, as a workbook holds it."""
        return self.cells[key].values(self.scenarios)

    def numbers(self, key: Any) -> NDArray[np.float64]:
        """Return a cell's number in each scenario, NaN where it is none."""
        one = self.cells[key]
        numbers = np.broadcast_to(one.numbers[0, 0], self.scenarios)
        if one.codes is None:
            return numbers + 0.0
        return np.where(np.broadcast_to(one.codes[0, 0], self.scenarios) == 0, numbers + 0.0, np.nan)


class CompiledModel:
    """A model whose live scenario's inputs may be arrays.

    Parameters
    ----------
    model : the declaration.
    scenario : name of the live scenario, whose inputs are the base; the first, if None.
    scenarios : more scenarios, or others under the same names.
    inputs : names of the inputs that are given; all of them if None. ``scenario`` is the live scenario's name.
    outputs : names of headline figures, or addresses; all headline figures if None; ``"all"`` is every formula cell.

    Raises
    ------
    VectorError
        A formula that is needed is beyond what is computed over arrays.
    KeyError
        There is no scenario, input or headline figure of that name.

    Examples
    --------
    >>> from workbooks.models import MODELS
    >>> compiled = CompiledModel(MODELS["capex"])
    >>> compiled.evaluate({"gpu": np.array([50e9, 100e9]), "margin": 0.5}).values("required_revenue")
    [200000000000.0, 400000000000.0]
    """

    def __init__(
        self,
        model: Model,
        scenario: str | None = None,
        scenarios: Sequence[Scenario] = (),
        inputs: Iterable[str] | None = None,
        outputs: Iterable[str | Address] | None = None,
    ) -> None:
        self.model = with_scenarios(model, scenarios)
        names = [one.name for one in self.model.scenarios]
        live = names.index(scenario) if scenario is not None and scenario in names else 0
        if scenario is not None and scenario not in names:
            raise KeyError(scenario)
        self.base = self.model.scenarios[live]
        self.layout = lay_out(self.model)
        draft = write(self.layout, "headless", live + 1)
        self.book = Book(
            {_address(one.sheet, one.cell): one.formula for one in draft.figures},
            _names(draft.package),
            lambda cell: self._engine.get(cell.sheet, cell.cell),
        )
        places = _input_cells(self.layout, live)
        self.inputs: dict[str, tuple[Address, ...]] = {
            name: places[name] for name in ([one.name for one in self.model.inputs] if inputs is None else inputs)
        }
        known = headline_cells(self.layout)
        wanted = list(known if outputs is None else self.book.formulas if outputs == "all" else outputs)
        self.outputs: dict[Any, Address] = {one: one if isinstance(one, Address) else known[one] for one in wanted}
        needed = in_order(self.book, list(self.outputs.values()))
        self._engine = Engine.load(_without_others(draft.package, needed))
        self._engine.calculate()
        self.program: Program = compile_book(
            self.book, [cell for cells in self.inputs.values() for cell in cells], list(self.outputs.values())
        )
        self._checking: Program | None = None

    def evaluate(self, inputs: Mapping[str, Any], *, block: int = BLOCK, check: int = SAMPLE) -> Results:
        """Compute the outputs in all scenarios.

        Parameters
        ----------
        inputs : name -> one value for all scenarios, or an array or list with one for each; what is left out is as in
            the live scenario. Whether values are in their ranges is the caller's to see to.
        block : how many scenarios are computed in one go; the results do not depend on it.
        check : how many of the scenarios the engine computes too; 0 for none.

        Raises
        ------
        VectorError
            The engine computes another value; the message names the cell.
        """
        given = self._given(inputs)
        scenarios = max((one.numbers.shape[2] for one in given.values()), default=1)
        found = self.program.run(given, scenarios, block)
        results = Results({key: found[cell] for key, cell in self.outputs.items()}, scenarios)
        if check:
            self._check(given, _sample(results, check))
        return results

    def _given(self, inputs: Mapping[str, Any]) -> dict[Address, Cells]:
        unknown = inputs.keys() - self.inputs.keys()
        if unknown:
            raise KeyError(min(unknown))
        given: dict[Address, Cells] = {}
        for name, cells in self.inputs.items():
            value = inputs.get(name, self.base.name if name == SCENARIO else self.base.values.get(name))
            given |= dict.fromkeys(cells, column(value))
        lengths = {one.numbers.shape[2] for one in given.values()} - {1}
        if len(lengths) > 1:
            raise ValueError(f"inputs have different numbers of scenarios: {sorted(lengths)}")
        return given

    def _check(self, given: Mapping[Address, Cells], sample: Sequence[int]) -> None:
        """Let the engine compute some scenarios, and compare every cell on the way to the outputs."""
        if self._checking is None:
            cells = list(dict.fromkeys(step.cell for step in self.program.steps))
            self._checking = compile_book(self.book, list(self.program.inputs), cells)
        chosen = {cell: _picked(one, sample) for cell, one in given.items()}
        found = self._checking.run(chosen, len(sample))
        values = {cell: one.values(len(sample)) for cell, one in found.items()}
        before = {cell: self._engine.get(cell.sheet, cell.cell) for cell in given}
        try:
            for place in range(len(sample)):
                for cell, one in chosen.items():
                    self._engine.set(cell.sheet, cell.cell, one.values(len(sample))[place])
                self._engine.calculate()
                for cell, of_cell in values.items():
                    self._compare(cell, of_cell[place], self._engine.get(cell.sheet, cell.cell))
        finally:
            for cell, value in before.items():
                self._engine.set(cell.sheet, cell.cell, value)
            self._engine.calculate()

    def _compare(self, cell: Address, ours: Value, theirs: Value) -> None:
        theirs = 0.0 if theirs is None else theirs
        if ours == theirs and isinstance(ours, bool) == isinstance(theirs, bool):
            return
        if isinstance(ours, float) and isinstance(theirs, float):
            difference = abs(ours - theirs)
            if difference <= _TOLERANCE * max(abs(ours), abs(theirs)):
                return
            used = [self._engine.get(one.sheet, one.cell) for one in precedents(self.book.tree(cell))]
            if difference <= _ROUNDING * max((abs(one) for one in used if isinstance(one, float)), default=0.0):
                return
        raise VectorError(
            f"{cell}: computed over arrays {self.book.formulas[cell]} is {ours}, and by the engine {theirs}. "
            "Please report it; nothing was written."
        )


def headline_cells(layout: Layout) -> dict[str, Address]:
    """Return the cells of a model's named figures, by name."""
    cells = {}
    for sheet in layout.model.sheets:
        for block in sheet.blocks:
            for row in block.rows if isinstance(block, Section) else ():
                if isinstance(row, Row) and row.name:
                    cells[row.name] = Address(sheet.title, layout.places[row.key].row, VALUE)
    return cells


def _input_cells(layout: Layout, live: int) -> dict[str, tuple[Address, ...]]:
    """Return the cells that hold the live scenario's inputs, by name."""
    place = layout.scenario_columns[live]
    cells = {one.name: (Address(INPUTS, layout.places[one.name].row, place),) for one in layout.model.inputs}
    return {**cells, SCENARIO: (Address(INPUTS, SELECTOR_ROW, VALUE), Address(INPUTS, SCENARIO_HEADERS, place))}


def _without_others(package: bytes, needed: Iterable[Address]) -> bytes:
    """Return the package with these formulas only: the engine has no others to read and to compute."""
    wanted: dict[str, set[bytes]] = {}
    for cell in needed:
        wanted.setdefault(cell.sheet, set()).add(cell.cell.encode())
    parts = read_parts(package)
    for sheet, part in sheet_parts(parts).items():
        cells = wanted.get(sheet, set())
        parts[part] = _FORMULA.sub(lambda found, cells=cells: found.group() if found[1] in cells else b"", parts[part])  # type: ignore[misc]
    return write_parts(parts)


def _names(package: bytes) -> dict[str, str]:
    text = read_parts(package)["xl/workbook.xml"].decode()
    return {unescape(name).upper(): unescape(target) for name, target in _NAME.findall(text)}


def _address(sheet: str, cell: str) -> Address:
    row, place = coordinate_to_tuple(cell)
    return Address(sheet, row, place)


def _picked(cells: Cells, sample: Sequence[int]) -> Cells:
    if cells.constant:
        return cells
    codes = cells.codes
    return Cells(
        cells.numbers[:, :, sample] if cells.numbers.shape[2] > 1 else cells.numbers,
        codes if codes is None or codes.shape[2] == 1 else codes[:, :, sample],
    )


def _sample(results: Results, size: int) -> list[int]:
    """Return scenarios to be computed twice: first and last, where an output is no number or extreme, some between."""
    last = results.scenarios - 1
    chosen = [0, last]
    extremes: list[int] = []
    for key in results.cells:
        numbers = results.numbers(key)
        missing = np.nonzero(np.isnan(numbers))[0][:1]
        chosen += missing.tolist()
        if missing.size == 0 or not np.isnan(numbers).all():
            extremes += [int(np.nanargmin(numbers)), int(np.nanargmax(numbers))]
    chosen += [
        one
        for pair in zip(extremes, (round(last * part / size) for part in range(1, size)), strict=False)
        for one in pair
    ]
    return sorted(list(dict.fromkeys(chosen))[:size])
