"""Formulas computed by the engine, one by one, as far as Excel would compute them so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from openpyxl.utils.cell import coordinate_from_string, get_column_letter

from udfs import ExcelError
from workbooks.engine import Engine, EngineError, Value
from workbooks.engine.excel_values import is_taken_for_number
from workbooks.engine.loading import tables_of
from workbooks.engine.table_references import Table, TableReferenceError, plain_address
from workbooks.foreign.cell_text import count, members
from workbooks.foreign.cells import SheetCells
from workbooks.foreign.dependents import Dependents, Place
from workbooks.foreign.formula_cell import FormulaCell
from workbooks.foreign.outcome import Left
from workbooks.foreign.workbook import Workbook
from workbooks.formulas import FormulaError, replace_references
from workbooks.relative import precedents
from workbooks.spills import members as members_of_size

if TYPE_CHECKING:
    from workbooks.columns.fresh import FreshColumns

_NUMERAL: Final = re.compile(r"\s*[-+]?[0-9.]+(?:E[-+]?[0-9]+)?%?\s*", re.IGNORECASE)  # that the engine takes as well
_A_RANGE: Final = "gives a range, of which an ordinary formula shows one value only. Enter it as an array formula."
_LARGEST_ARRAY: Final = 100_000  # cells
_ROUNDS: Final = 20  # of computing again because formulas dropped out; two or three are usual


@dataclass(frozen=True)
class Computed:
    """What came out of a workbook.

    Parameters
    ----------
    by_cell : sheet and cell of formulas that could be computed -> their values.
    left : the formulas that could not be.
    notes : what else there is to know, a sentence each.
    by_column : the other formulas that could be, those that were computed column by column.
    """

    by_cell: Mapping[Place, Value]
    left: tuple[Left, ...]
    notes: tuple[str, ...]
    by_column: Sequence[FreshColumns] = ()

    @property
    def count(self) -> int:
        """How many formulas could be computed."""
        return len(self.by_cell) + sum(len(one.places) for one in self.by_column)

    @cached_property
    def values(self) -> Mapping[Place, Value]:
        """Sheet and cell of each formula that could be computed -> its value."""
        columns = {(one.sheet, address): value for one in self.by_column for address, value in one.items()}
        return columns | dict(self.by_cell)


def is_computed_array(cell: FormulaCell) -> bool:
    """Return whether a formula fills several cells, and not more than are computed at once."""
    return cell.kind == "array" and count(cell.reference) <= _LARGEST_ARRAY


class Recalculation:
    """The recalculation of one workbook, whose values are noted in it.

    Parameters
    ----------
    book : the workbook.
    """

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._sheets = {sheet.name: book.cells(sheet) for sheet in book.worksheets}
        self._unable: dict[Place, str] = {
            (
                sheet,
                address,
            ): "fills more cells than the headless engine computes at once (100,000). Use smaller ranges."
            for sheet, cells in self._sheets.items()
            for address, cell in cells.formulas.items()
            if cell.kind == "array" and count(cell.reference) > _LARGEST_ARRAY
        }
        self._graph: Dependents | None = None

    def carry_out(self) -> Computed:
        """Compute all formulas, and note the values in the workbook."""
        values = self._values()
        for sheet, cell, value in values:
            old = cell.value
            if old != value or isinstance(old, bool) != isinstance(value, bool):
                self._sheets[sheet].edit(cell.address, value=value)
        left = tuple(
            Left(sheet, address, cells.formulas[address].formula, self._unable[sheet, address])
            for sheet, cells in self._sheets.items()
            for address in cells.formulas
            if (sheet, address) in self._unable
        )
        fresh = {(sheet, cell.address): value for sheet, cell, value in values}
        return Computed(fresh, left, tuple(self._stale()))

    def _values(self) -> list[tuple[str, FormulaCell, Value]]:
        """Return the new values of all formulas that can be computed; the others are noted."""
        for attempt in range(_ROUNDS):
            engine = Engine.load(self._book, self._unable)
            if self._without_inputs():
                continue
            engine.compute()
            known = set(self._unable)
            values = list(self._results(engine))
            self._note_spills(engine)
            new = self._unable.keys() - known
            if new and attempt < _ROUNDS // 4:
                for place in new - self._dependents().circles(new):
                    del self._unable[place]  # it only looks at others that can't be computed
            if not new:
                for sheet, cells in self._sheets.items():
                    self._fill(engine, sheet, cells)
                return values
        raise EngineError("too many of its formulas depend on others that can't be computed. Let Excel compute it.")

    def _results(self, engine: Engine) -> Iterator[tuple[str, FormulaCell, Value]]:
        """Yield the values of all formulas, and note those that have none."""
        for sheet, cells in self._sheets.items():
            formulas = cells.formulas
            for (address, cell), value in zip(formulas.items(), engine.results(sheet, formulas), strict=True):
                if (sheet, address) in self._unable:
                    continue
                taken = self._text_for_a_number(engine, sheet, cell) if value is ExcelError.VALUE else None
                if isinstance(value, EngineError):
                    self._unable[sheet, address] = value.reason or str(value)
                elif value is ExcelError.SPILL and cell.kind != "array" and cell.value is not ExcelError.SPILL:
                    self._unable[sheet, address] = _A_RANGE
                elif taken is not None:
                    self._unable[sheet, address] = (
                        f"takes the text {taken!r} for a number, which the headless engine does not. Make it a number."
                    )
                else:
                    # A formula that refers to an empty cell shows 0.
                    yield sheet, cell, 0.0 if value is None else value

    def _text_for_a_number(self, engine: Engine, sheet: str, cell: FormulaCell) -> str | None:
        """Return a text in a cell that a formula refers to, and that Excel would take for a number: 1,234 or TRUE."""
        sheets = {one.casefold(): one for one in self._sheets}
        for where, (left, top, right, bottom) in precedents(cell.formula):
            name = sheets.get((where or sheet).casefold())
            if name is not None and left == right and top == bottom:
                (value,) = engine.results(name, [f"{get_column_letter(left)}{top}"])
                if isinstance(value, str) and not _NUMERAL.fullmatch(value) and is_taken_for_number(value):
                    return value
        return None

    def _note_spills(self, engine: Engine) -> None:
        """Note formulas of which the engine makes more, or less, than Excel."""
        for formula in engine.may_spill:
            place = formula.sheet, formula.cell
            cell = self._sheets[formula.sheet].formulas[formula.cell]
            if place in self._unable or cell.kind == "array":
                continue
            if engine.spill(*place) is not None or engine.get(*place) is ExcelError.SPILL:
                self._unable[place] = _A_RANGE
        for sheet, cells in self._sheets.items():
            for address, cell in cells.formulas.items():
                if cell.kind != "array" or (sheet, address) in self._unable:
                    continue
                value = engine.get(sheet, address)
                if value is ExcelError.SPILL and cell.value is not ExcelError.SPILL:
                    self._unable[sheet, address] = (
                        "gives a range that finds no room, or has more cells than the headless engine spills (10,000)."
                    )
                elif (
                    isinstance(value, ExcelError)
                    and not cell.spills
                    and count(cell.reference) > 1
                    and engine.spill(sheet, address) is None
                ):
                    self._unable[sheet, address] = f"has {value} for all its cells. Mend the formula."

    def _without_inputs(self) -> bool:
        """Note the formulas that depend on cells whose values are not known; return whether there are more of them."""
        unknown: list[Place] = []
        for sheet, cells in self._sheets.items():
            unknown += [(sheet, address) for address in cells.rich_values()]
            unknown += [
                (sheet, address)
                for address, cell in cells.formulas.items()
                if (sheet, address) in self._unable and cell.value is None
            ]
        if not unknown:
            return False
        has_value = {
            (s, a) for s, cells in self._sheets.items() for a, c in cells.formulas.items() if c.value is not None
        }
        more = self._dependents().of(unknown, stop=has_value) - self._unable.keys()
        for place in more:
            self._unable[place] = "depends on a cell whose value is not known here. Let Excel compute it."
        return bool(more)

    def _fill(self, engine: Engine, sheet: str, cells: SheetCells) -> None:
        """Put the values of array formulas into the cells that they fill."""
        known: dict[str, Value] | None = None
        for address, cell in cells.formulas.items():
            if cell.kind != "array" or (sheet, address) in self._unable:
                continue
            old = list(members(cell.reference))
            new = old
            if cell.spills:
                new = members_of_size(address, engine.spill(sheet, address) or (1, 1))
                if new != old:
                    cells.resize(address, address if len(new) == 1 else f"{address}:{new[-1]}")
            if len(old) > 1 or len(new) > 1:
                known = cells.values() if known is None else known
                for member in new[1:]:
                    value = engine.get(sheet, member)
                    if known.get(member) != value:
                        cells.put(member, value)
                for member in set(old) - set(new):
                    cells.put(member, None)

    def _stale(self) -> Iterator[str]:
        """Yield what is to be said of the formulas that depend on values which were kept."""
        if not self._unable:
            return
        places = sorted(self._dependents().of(self._unable, guess=False) - self._unable.keys())
        if places:
            named = ", ".join(f"{sheet}!{cell}" for sheet, cell in places[:5])
            more = f" and {len(places) - 5:,} more" if len(places) > 5 else ""
            yield f"Computed from values that were kept: {named}{more}."

    def _dependents(self) -> Dependents:
        if self._graph is None:
            tables = {table.name.upper(): table for table in tables_of(self._book)}
            formulas = {
                (sheet, address): _with_addresses(cell.formula, tables, address)
                for sheet, cells in self._sheets.items()
                for address, cell in cells.formulas.items()
            }
            fills = {
                (sheet, address): list(members(cell.reference))
                for sheet, cells in self._sheets.items()
                for address, cell in cells.formulas.items()
                if cell.kind in ("array", "dataTable") and count(cell.reference) <= _LARGEST_ARRAY
            }
            self._graph = Dependents(formulas, self._book.names, fills)
        return self._graph


def _with_addresses(formula: str, tables: Mapping[str, Table], address: str) -> str:
    """Return a formula with plain addresses in place of references into tables."""
    if not tables or "[" not in formula:
        return formula
    row = coordinate_from_string(address)[1]
    try:
        return replace_references(formula, lambda reference: plain_address(reference, tables, row))
    except (FormulaError, TableReferenceError):
        return formula
