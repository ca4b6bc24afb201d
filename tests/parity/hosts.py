"""The hosts that compute a call, each in the way that it really does.

A host takes all draws at once and gives one result for each: a float, text, an error, or a table; ``ABSENT`` where
it has no such call.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import openpyxl
from openpyxl.utils import get_column_letter

from tests.addin.com import MISSING, Cells, error, windows
from tests.formula_sheet import SHEET, ArrayFormula, FormulaSheet
from tests.libreoffice import LibreOffice
from tests.parity.draws import Draw
from udfs import OMITTED, ExcelError, NativeFormError, NativeFormula, call
from udfs.kinds import Kind
from workbooks.engine import Engine


class Absent:
    """The type of ``ABSENT``."""

    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = Absent()
Results = list[Any]


def boundary(draws: Sequence[Draw]) -> Results:
    """One call of ``udfs.call`` with single values: what all others are held against."""
    return [call(draw.function.name, *draw.arguments) for draw in draws]


def plain_python(draws: Sequence[Draw]) -> Results:
    """The function as Python code calls it; it has no rules for what is not a number of its domain."""
    return [_plain(draw) for draw in draws]


def _plain(draw: Draw) -> Any:
    values: list[Any] = []
    for parameter, value in zip(draw.function.parameters, draw.arguments, strict=True):
        if value is OMITTED:
            values.append(parameter.default)
            continue
        if isinstance(value, list):
            value = tuple(cell for row in value for cell in row)
        if not all(_of_kind(cell, parameter.kind) for cell in (value if isinstance(value, tuple) else (value,))):
            return ABSENT
        values.append(value)
    if OMITTED in values:
        return ABSENT
    try:
        result = draw.function.body(*values)
    except ZeroDivisionError:
        return ExcelError.DIV0
    except (OverflowError, ValueError):
        return ExcelError.NUM
    cells = [cell for row in result for cell in row] if isinstance(result, list) else [result]
    return ABSENT if any(cell in (math.inf, -math.inf) for cell in cells) else result


def _of_kind(value: Any, kind: Kind) -> bool:
    if kind.numeric:
        return isinstance(value, float) and kind.holds(value)
    return value in kind.choices if kind.choices else isinstance(value, (str, float))


def one_range(draws: Sequence[Draw]) -> Results:
    """One call of ``udfs.call`` for all argument sets of a function: a column for each parameter."""
    return _in_columns(draws, lambda column: [[cell] for cell in column])


def one_array(draws: Sequence[Draw]) -> Results:
    """The same with NumPy arrays."""
    import numpy as np

    def array(column: list[Any]) -> Any:
        cells = np.empty((len(column), 1), dtype=object)
        cells[:, 0] = column
        return cells

    return _in_columns(draws, array)


def _in_columns(draws: Sequence[Draw], column: Callable[[list[Any]], Any]) -> Results:
    results: Results = []
    place = 0
    while place < len(draws):
        function = draws[place].function
        mine = [draw for draw in draws[place:] if draw.function is function]
        place += len(mine)
        shapes = {parameter.kind.shape for parameter in function.parameters} | {function.result.shape}
        if shapes != {"scalar"}:
            results += [ABSENT] * len(mine)
            continue
        repeated = mine * (1 + 512 // len(mine))  # enough cells for the way that many cells take
        table = call(function.name, *map(column, map(list, zip(*(draw.arguments for draw in repeated), strict=True))))
        results += [row[0] for row in table[: len(mine)]]
    return results


def engine(draws: Sequence[Draw]) -> Results:
    """``=AIGAP(...)`` in a workbook, computed by the headless engine."""
    book = openpyxl.load_workbook(io.BytesIO(_sheet([], draws).package))
    formulas = book.create_sheet("Formulas")
    for place, draw in enumerate(draws):
        formulas[_spill_cell(place)] = draw.formula()
    package = io.BytesIO()
    book.save(package)
    computed = Engine.load(package.getvalue())
    computed.calculate()
    results: Results = []
    for place in range(len(draws)):
        cell = _spill_cell(place)
        size = computed.spill("Formulas", cell)
        if size is None:
            results.append(computed.get("Formulas", cell))
            continue
        first = formulas[cell]
        results.append(
            [
                [
                    computed.get("Formulas", f"{get_column_letter(first.column + across)}{first.row + down}")
                    for across in range(size[1])
                ]
                for down in range(size[0])
            ]
        )
    return results


def _spill_cell(place: int) -> str:
    """Return a cell with room for a table of 1000 rows and 8 columns."""
    return f"{get_column_letter(1 + 8 * (place % 500))}{1 + 1002 * (place // 500)}"


def native_in_engine(draws: Sequence[Draw]) -> Results:
    """The plain formula that a portable workbook holds, computed by the headless engine."""

    def values(sheet: FormulaSheet) -> Results:
        computed = Engine.load(sheet.package)
        computed.calculate()
        return sheet.values(lambda cell: computed.get(SHEET, cell))

    return _native(draws, values)


def native_in_libreoffice(draws: Sequence[Draw], office: LibreOffice) -> Results:
    """The plain formula that a portable workbook holds, computed by LibreOffice."""

    def values(sheet: FormulaSheet) -> Results:
        return sheet.values(office.recalculate(sheet.package)[SHEET].get)

    return _native(draws, values)


def in_calc(draws: Sequence[Draw], office: LibreOffice) -> Results:
    """``=AIGAP(...)`` in a workbook, computed by a LibreOffice that has the extension."""
    formulas: list[str | ArrayFormula] = []
    for draw in draws:
        table = call(draw.function.name, *draw.arguments)
        size = (len(table), len(table[0])) if isinstance(table, list) else (1, 1)
        formulas.append(ArrayFormula(draw.formula(), *size) if size != (1, 1) else draw.formula())
    sheet = _sheet(formulas, draws)
    return sheet.values(office.recalculate(sheet.package)[SHEET].get)


MOST_ROWS: Final = 15  # of a table; each row has a formula of its own


def _native(draws: Sequence[Draw], values: Callable[[FormulaSheet], Results]) -> Results:
    formulas: list[str | ArrayFormula] = []
    pieces: list[slice | None] = []
    for draw in draws:
        try:
            forms = _forms(draw)
        except NativeFormError:
            forms = []
        pieces.append(slice(len(formulas), len(formulas) + len(forms)) if forms else None)
        formulas += [ArrayFormula(form.text) if form.array else form.text for form in forms]
    found = values(_sheet(formulas, draws))
    return [ABSENT if piece is None else _rows(draw, found[piece]) for draw, piece in zip(draws, pieces, strict=True)]


def _forms(draw: Draw) -> list[NativeFormula]:
    """Return the formula of a call, or one for each row of its table."""
    if not draw.function.native_row:
        return [draw.function.formula(*draw.texts())]
    table = call(draw.function.name, *draw.arguments)
    rows = len(table) if isinstance(table, list) else 3
    return [draw.function.row_formula(row, *draw.texts()) for row in range(1, rows + 1)] if rows <= MOST_ROWS else []


def _rows(draw: Draw, found: Results) -> Any:
    """Return what a call's formulas gave as the call itself would: a value, a table, or the error of all rows."""
    if not draw.function.native_row:
        return found[0]
    return found[0] if isinstance(found[0], ExcelError) and len(set(found)) == 1 else [[value] for value in found]


def _sheet(formulas: list[str | ArrayFormula], draws: Sequence[Draw]) -> FormulaSheet:
    cells: dict[str, Any] = {"Single!A1": "arguments", "Across!A1": "series", "Down!A1": "series"}
    for draw in draws:
        cells |= draw.cells()
    return FormulaSheet(formulas, cells)


def xlwings(draws: Sequence[Draw]) -> Results:
    """What Excel on Windows gets through xlwings' own COM server and converters."""
    from addin.excel.transport import MARK

    def cell(value: Any) -> Any:
        if isinstance(value, ExcelError):
            return error(_CODES[value])
        return value

    def argument(value: Any) -> Any:
        if value is OMITTED:
            return MISSING
        if isinstance(value, list):
            return Cells(tuple(tuple(map(cell, row)) for row in value))
        return Cells(cell(value))

    def received(value: Any) -> Any:
        if isinstance(value, list):
            rows = value if isinstance(value[0], list) else [value]
            return [[received(one) for one in row] for row in rows]
        return ExcelError(value[1:]) if isinstance(value, str) and value.startswith(MARK) else value

    with windows() as excel:
        return [received(excel.call(draw.function.name, *map(argument, draw.arguments))) for draw in draws]


# What the documentation calls them, and how they compute all draws; but for LibreOffice, which must run for it.
HOSTS: Final[dict[str, Callable[[Sequence[Draw]], Results]]] = {
    "plain Python": plain_python,
    "one range": one_range,
    "one NumPy array": one_array,
    "headless engine": engine,
    "Excel through xlwings": xlwings,
    "native formula in the engine": native_in_engine,
}

# The numbers of VBA's CVErr, from Microsoft's documentation of "Cell error values".
_CODES: Final = {
    ExcelError.NULL: 2000,
    ExcelError.DIV0: 2007,
    ExcelError.VALUE: 2015,
    ExcelError.REF: 2023,
    ExcelError.NAME: 2029,
    ExcelError.NUM: 2036,
    ExcelError.NA: 2042,
}
