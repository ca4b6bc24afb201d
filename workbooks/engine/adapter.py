"""formualizer behind the engine's interface.

>>> evaluate("=AIGAP(1,2,0.5)+NPV(0.1,{100;200})")
260.198347107438
>>> evaluate("=AIGAP({1;2},2)")
[[4.0], [8.0]]
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final

import formualizer
from openpyxl.utils.cell import column_index_from_string

from udfs import ExcelError
from workbooks.engine.host_values import KINDS, Table, cell_value, received, sent
from workbooks.engine.loading import Formula, Prepared, Source, box
from workbooks.engine.preparing import Preparation
from workbooks.engine.refusals import RefusalError
from workbooks.engine.registering import configuration, register_functions
from workbooks.foreign.cell_text import Value
from workbooks.foreign.container import UnusableFileError
from workbooks.foreign.workbook import Workbook
from workbooks.formulas import references

Place = tuple[str, str]  # sheet and cell

_KEEP: Final = "ENGINE.KEEP"  # hands a result over as it is, whatever its size

_REASONS: Final = {
    "Circ": "refers to itself in a circle. Break the circle.",
    "NImpl": "depends on a search in cells that are not sorted, where spreadsheets differ. Sort them.",
}
_ADDRESS: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_CELL: Final = re.compile(r"\$?[A-Z]{1,3}\$?[0-9]{1,7}|\$?[A-Z]{1,3}:\$?[A-Z]{1,3}|\$?\d+:\$?\d+", re.IGNORECASE)


class EngineError(Exception):
    """A formula or a package that can't be computed: says what, where, and what to do.

    Parameters
    ----------
    message : all of it.
    reason : of a formula, without its place.
    """

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason


class Engine:
    """A workbook that computes.

    Examples
    --------
    >>> import io, openpyxl
    >>> book = openpyxl.Workbook()
    >>> book.active["A1"], book.active["A2"] = 50e9, "=AIGAP(A1,,0.5)"
    >>> package = io.BytesIO()
    >>> book.save(package)
    >>> engine = Engine.load(package.getvalue())
    >>> engine.calculate()
    >>> engine.get("Sheet", "A2")
    200000000000.0
    >>> engine.set("Sheet", "A1", 1.0)
    >>> engine.calculate()
    >>> engine.get("Sheet", "A2")
    4.0
    """

    def __init__(self, workbook: formualizer.Workbook, book: Workbook, ranges: Sequence[tuple[Formula, bool]]) -> None:
        self._workbook = workbook
        self._book = book
        self._ranges = ranges  # formulas that fill several cells, or may; and whether they may spill

    @classmethod
    def load(cls, package: bytes | Workbook, unable: dict[Place, str] | None = None) -> Engine:
        """Load a workbook.

        Parameters
        ----------
        package : content of an .xlsx file, by whichever program, or the workbook opened.
        unable : if given, it is filled with the formulas that can't be computed rightly here, or whose result changes
            by itself, and with the reason; their cached values stand for them, and for the formulas that are in
            it already. Without it, a formula whose result is a range spills, whether or not the package marks it as
            one that does.

        Raises
        ------
        EngineError
            It is no workbook, or, if there is no place for them, it has a formula that can't be computed rightly here.
        """
        ranges: list[tuple[Formula, bool]] = []
        try:
            source = Source(package if isinstance(package, Workbook) else Workbook.open(package))
            prepared = Preparation.of(source, as_stored=unable is not None)

            def prepare(formula: Formula) -> Prepared | None:
                place = formula.sheet, formula.cell
                if unable is not None and place in unable:
                    return None
                try:
                    text = source.scoped_names.replaced(formula.text, formula.sheet, formula.cell)
                    made = prepared(formula if text is formula.text else replace(formula, text=text))
                    looked_at, too_many = source.cells_looked_at(made.text, formula.sheet)
                    if too_many:
                        raise RefusalError(
                            f"refers to {looked_at:,} cells, more than the headless engine goes through. Refer to "
                            "those that hold something."
                        )
                except RefusalError as error:
                    if unable is None:
                        raise EngineError(f"{formula.sheet}!{formula.cell} {error}") from None
                    unable[place] = str(error)
                    return None
                if made.may_spill or formula.array is not None:
                    ranges.append((formula, made.may_spill))
                return made._replace(copies=False) if looked_at else made

            workbook = formualizer.Workbook.from_bytes(
                source.copy(prepare, unable or ()), config=configuration(source.book.dates_from_1904)
            )
        except UnusableFileError as error:
            raise EngineError(f"The workbook can't be read: it {error}.") from error
        except (ValueError, OSError) as error:
            raise EngineError(f"The workbook can't be read: {error}. Save it again as .xlsx, and try that.") from error
        register_functions(workbook, dates_from_1904=source.book.dates_from_1904)
        return cls(workbook, source.book, ranges)

    def set(self, sheet: str, cell: str, value: Value) -> None:
        """Put a value into a cell, in place of what is there; ``calculate`` then brings the results up to date.

        Raises
        ------
        EngineError
            There is no such cell, or a formula spills into it.
        """
        row, column = self._place(sheet, cell)
        role = self._workbook.inspect_cell(_address(sheet, cell), include_values=False).cell.spill
        if role is not None and role.anchor is not None:
            raise EngineError(f"{sheet}!{cell} is filled by the formula in {role.anchor}. Write to that cell instead.")
        if isinstance(value, ExcelError):
            self._workbook.set_value(sheet, row, column, sent(value))
        elif isinstance(value, float) and not math.isfinite(value):
            raise EngineError(f"{sheet}!{cell}: {value} is no number that a cell can hold. Give a finite number.")
        else:
            self._workbook.set_value(sheet, row, column, value)

    def calculate(self) -> None:
        """Compute all formulas that are not up to date.

        Raises
        ------
        EngineError
            Formulas refer to each other in a circle, or a formula for several cells gives one error for all of them.
        """
        self.compute()
        if self._workbook.last_cycle_telemetry().circ_cells_stamped:
            for sheet in self._book.worksheets:
                for cell in self._book.cells(sheet).formulas:
                    self.get(sheet.name, cell)  # says which
        for formula, _ in self._ranges:
            if formula.array is not None and formula.array != (1, 1):
                value = self.get(formula.sheet, formula.cell)
                if isinstance(value, ExcelError) and self.spill(formula.sheet, formula.cell) is None:
                    raise EngineError(
                        f"{formula.sheet}!{formula.cell} has {value} for all its cells. Mend the formula."
                    )

    def compute(self) -> None:
        """Compute all formulas that are not up to date, and leave it to ``get`` to say which can't be."""
        try:
            self._workbook.evaluate_all()
        except formualizer.ExcelEvaluationError as error:
            raise EngineError(f"The workbook can't be computed: {error}. Look for a reference to no cell.") from error

    @property
    def may_spill(self) -> Iterator[Formula]:
        """The formulas whose results may be ranges."""
        return (formula for formula, may_spill in self._ranges if may_spill)

    def results(self, sheet: str, cells: Iterable[str]) -> Iterator[Value | EngineError]:
        """Yield the values of cells as ``get`` gives them, or what it raises."""
        get = self._workbook.get_value
        for cell in cells:
            letters = cell.rstrip("0123456789")
            value = get(sheet, int(cell[len(letters) :]), _column(letters))
            if value.__class__ is float and math.isfinite(value):
                yield value
                continue
            try:
                yield self.get(sheet, cell)
            except EngineError as error:
                yield error

    def get(self, sheet: str, cell: str) -> Value:
        """Return a cell's value, of a formula the one last calculated; None for an empty cell. Dates are serials."""
        row, column = self._place(sheet, cell)
        value = self._workbook.get_value(sheet, row, column)
        if isinstance(value, dict) and value["kind"] not in KINDS:
            reason = _REASONS.get(value["kind"], "is beyond the headless engine. Change it.")
            raise EngineError(f"{sheet}!{cell} {reason}", reason)
        return cell_value(received(value))

    def spill(self, sheet: str, cell: str) -> tuple[int, int] | None:
        """Return rows and columns of the result that spills from a cell; None if it fills that cell alone."""
        self._place(sheet, cell)
        role = self._workbook.inspect_cell(_address(sheet, cell), include_values=False).cell.spill
        if role is None or role.extent is None or role.anchor is not None:
            return None
        left, top, right, bottom = box(role.extent.rpartition("!")[2])
        return bottom - top + 1, right - left + 1

    def _place(self, sheet: str, cell: str) -> tuple[int, int]:
        if sheet not in self._workbook.sheet_names:
            names = ", ".join(self._workbook.sheet_names)
            raise EngineError(f"There is no sheet {sheet!r}. The workbook has: {names}.")
        found = _ADDRESS.fullmatch(cell)
        column, row = (column_index_from_string(found[1]), int(found[2])) if found else (0, 0)
        if not 0 < column <= 16384 or not 0 < row <= 1048576:
            raise EngineError(f"{cell!r} is no cell of sheet {sheet}. Give an address such as B7.")
        return row, column


def evaluate(formula: str) -> Value | Table:
    """Compute one formula that stands in no sheet.

    Parameters
    ----------
    formula : with or without ``=``; ranges as array constants.

    Returns
    -------
    value, or a table for an array

    Raises
    ------
    EngineError
        It is no formula, or it can't be computed rightly here.
    """
    text = "=" + formula.strip().removeprefix("=")
    try:
        prepared = Preparation({})(Formula("", "", text)).text
    except RefusalError as error:
        raise EngineError(f"The formula {error}") from None
    for reference in references(prepared):
        if "!" in reference or _CELL.match(reference):
            raise EngineError(
                f"{formula!r} refers to {reference}, but stands in no sheet. "
                "Write values in its place, a range as {1;2;3}."
            )
    workbook = formualizer.Workbook(config=configuration())
    workbook.add_sheet("Sheet")
    register_functions(workbook)
    kept: list[Any] = []
    workbook.register_function(_KEEP, kept.append, min_args=1, max_args=1)
    workbook.set_formula("Sheet", 1, 1, f"={_KEEP}({prepared[1:]})")
    alone = workbook.evaluate_cell("Sheet", 1, 1)
    result = received(kept[-1] if kept else alone)  # nothing is handed over where a function is unknown
    if not isinstance(result, list):
        return _result(result)
    table = [[_result(value) for value in row] for row in result]
    return table[0][0] if len(table) == len(table[0]) == 1 else table


def _result(value: Any) -> Value:
    return 0.0 if value is None else cell_value(value)


@cache
def _column(letters: str) -> int:
    return column_index_from_string(letters)


def _address(sheet: str, cell: str) -> str:
    return f"'{sheet.replace(chr(39), chr(39) * 2)}'!{cell}"
