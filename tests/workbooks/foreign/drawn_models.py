"""Workbooks drawn at random that use our functions within ordinary formulas, over ranges and in schedules."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import xlsxwriter
from openpyxl.utils import get_column_letter

from tests.parity.draws import Draw, draws
from udfs import OMITTED, ExcelError, call

INPUTS: Final = "In puts"  # a name that needs quotes
MODEL: Final = "Model"
_ROW: Final = 30  # of the first range of inputs: above it stand the first cells of formulas' columns

# They give back what they are given: put around an argument they change nothing but the formula.
_SAME: Final = (
    "{}",
    "({}+0)",
    "IF(1>0,{},5)",
    "MAX({},{})",
    "RENTSPREAD({},0,1)",
    "CAPITALCHARGE({},0,1)",
    "PRIORPERIOD({},0)",
    "MOIC(1,{})",
    "IFERROR({}/1,-1)",
    "REPLACEGAIN({},0,0,3,0.1)",
    "_xll.RENTSPREAD({},0,1)",
    "SUM({},0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0)",
)
_AROUND: Final = (
    "{}",
    "1+{}",
    "-{}^2",
    "ROUND({},3)*2",
    "IF({0}>10,{0},{0}*3)",
    'IFERROR({},"never")',
    "SUM({},1,2)",
    "MAX(0,{})-{}",
    "RENTSPREAD({0},1,2)/TOKENPRICE(3,2,1)",
    "AIMARGIN({0}^2+1,1,{0}^2+2)",
    '"it is "&ROUND({},2)&" (AIGAP(1,2))"',
)
_NAMES: Final = (
    "{}",
    "_xll.{}",
    "[1]!{}",
    "_xldudf_{}",
    "_xludf.{}",
    "'C:\\my (1) files\\aicapex.xlam'!{}",
    "AICAPEX.{}",
)


@dataclass
class DrawnModel:
    """A workbook on its way.

    Parameters
    ----------
    seed : decides everything.
    """

    seed: int
    inputs: dict[str, Any] = field(default_factory=dict)
    formulas: list[tuple[str, str, str]] = field(default_factory=list)  # first cell, kind and formula
    _row: int = _ROW

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def package(self, formulas: int) -> bytes:
        """Return a workbook with so many formulas."""
        for number in range(formulas):
            kind = self._chance.choice(("cell", "cell", "cell", "array", "spill", "total", "schedule"))
            cell = f"{get_column_letter(2 + 2 * (number % 20))}{5 + 20 * (number // 20)}"
            self.formulas.append((cell, *getattr(self, f"_{kind}")()))
        return self._written()

    def _cell(self) -> tuple[str, str]:
        return "cell", self._around(self._call(self._ordinary()))

    def _array(self) -> tuple[str, str]:
        return "array", self._around(self._over_ranges())

    def _spill(self) -> tuple[str, str]:
        return "spill", self._around(self._over_ranges())

    def _total(self) -> tuple[str, str]:
        """A total over a call that computes several cells, in an ordinary cell."""
        return "cell", f"{self._chance.choice(('SUM', 'MAX', 'SUMPRODUCT'))}({self._over_ranges()})"

    def _schedule(self) -> tuple[str, str]:
        years = self._chance.randint(1, 6)
        place = self._put([[float(years)]])
        cost, rest = self._put([[self._chance.uniform(50, 500)]]), self._put([[self._chance.uniform(0, 40)]])
        method = self._chance.choice(("", ',"SYD"', ',"ddb"', ',"SL"'))
        price, fall = self._put([[self._chance.uniform(1, 9)]]), self._put([[self._chance.uniform(0, 0.5)]])
        table = self._chance.choice((f"GPUDEP({cost},{rest},{place}{method})", f"RENTCURVE({price},{fall},{place})"))
        form = self._chance.choice(("{}", "TAXSHIELD({},0.25)", "SUM({})*2", "INDEX({},1)", "1-{}", "NPV(0.1,{})"))
        text = form.format(table)
        if form.startswith(("SUM", "INDEX", "NPV")):
            return "cell", text
        return self._chance.choice((f"spill{years}", f"array{years}")), text

    def _ordinary(self, name: str | None = None) -> Draw:
        """Return arguments with a number for a result."""
        while True:
            draw = self._chance.choice(_ORDINARY if name is None else [d for d in _ORDINARY if d.function.name == name])
            if not draw.function.native_row:
                return draw

    def _call(self, draw: Draw) -> str:
        texts = []
        for parameter, value in zip(draw.function.parameters, draw.arguments, strict=True):
            if value is OMITTED:
                texts.append("")
            elif isinstance(value, str):
                texts.append(f'"{value}"')
            elif isinstance(value, list):
                texts.append(self._put(value))
            elif self._chance.random() < 0.2:
                texts.append(f"{value:.15g}")
            else:
                place = self._put([[value]])
                texts.append(self._chance.choice(_SAME).replace("{}", place) if self._nests(parameter) else place)
        return f"{self._chance.choice(_NAMES).format(draw.function.name)}({','.join(texts).rstrip(',')})"

    def _nests(self, parameter: Any) -> bool:
        return bool(parameter.kind.shape in ("scalar", "series") and self._chance.random() < 0.6)

    def _over_ranges(self) -> str:
        """Return a call with columns of three in place of some single values; flows are one amount."""
        first = self._ordinary()
        while any(isinstance(value, list) for value in first.arguments):
            first = self._ordinary()
        name = first.function.name
        three = [first, self._ordinary(name), self._ordinary(name)]
        several = any(isinstance(value, list) for draw in three for value in draw.arguments)
        unlike = len({tuple(v is OMITTED for v in draw.arguments) for draw in three}) > 1
        series = any(parameter.kind.shape == "series" for parameter in first.function.parameters)
        mixed = not (several or unlike or series) and self._chance.random() < 0.7
        texts = []
        for place, value in enumerate(first.arguments):
            column = [(draw if mixed else first).arguments[place] for draw in three]
            whole = first.function.parameters[place].kind.shape == "series"
            single = whole or not (mixed or self._chance.random() < 0.7)
            if value is OMITTED:
                texts.append("")
                continue
            address = self._put([[value]] if single else [[one] for one in column])
            form = "{}" if isinstance(value, str) else self._chance.choice(("{}", "{}", "{}+0", "-(-{})", "{}*1"))
            texts.append(form.format(address))
        return f"{name}({','.join(texts).rstrip(',')})"

    def _around(self, text: str) -> str:
        form = self._chance.choice(_AROUND)
        return form.replace("{0}", "{}").replace("{}", text)

    def _put(self, rows: Sequence[Sequence[Any]]) -> str:
        """Write values into cells of their own, and return the reference to them."""
        sheet = self._chance.choice((INPUTS, MODEL))
        left = 3 if sheet == INPUTS else 60
        for down, row in enumerate(rows):
            for across, value in enumerate(row):
                self.inputs[f"{sheet}!{get_column_letter(left + across)}{self._row + down}"] = value
        first = f"{get_column_letter(left)}{self._row}"
        last = f"{get_column_letter(left + len(rows[0]) - 1)}{self._row + len(rows) - 1}"
        self._row += len(rows) + 1
        address = first if first == last else f"{first}:{last}"
        return address if sheet == MODEL else f"'{INPUTS}'!{address}"

    def _written(self) -> bytes:
        file = io.BytesIO()
        book = xlsxwriter.Workbook(file, {"in_memory": True})
        sheets = {MODEL: book.add_worksheet(MODEL), INPUTS: book.add_worksheet(INPUTS)}
        for place, value in self.inputs.items():
            sheet, _, address = place.rpartition("!")
            if value is not None:
                sheets[sheet].write(address, value)
        for cell, kind, text in self.formulas:
            model = sheets[MODEL]
            if kind == "cell":
                model.write_formula(cell, f"={text}", None, 987654.25)
                continue
            rows = int(kind[5:] or 3)
            column, row = cell.rstrip("0123456789"), int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            area = f"{cell}:{column}{row + rows - 1}"
            write = model.write_dynamic_array_formula if kind.startswith("spill") else model.write_array_formula
            write(area, f"={text}", None, 987654.25)
        book.close()
        return file.getvalue()


def _is_number(draw: Draw) -> bool:
    """Return whether a call has a number for a result, and a plain formula that gives the same."""
    values = [
        cell for value in draw.arguments for row in (value if isinstance(value, list) else [[value]]) for cell in row
    ]
    if any(isinstance(value, (bool, ExcelError)) or value is None for value in values):
        return False
    if any(isinstance(value, float) and value and not 1e-6 < abs(value) < 1e13 for value in values):
        return False
    spans = [
        value
        for parameter, value in zip(draw.function.parameters, draw.arguments, strict=True)
        if parameter.kind.unit == "years" and isinstance(value, float)
    ]
    if max(spans, default=0.0) > 100:  # powers that a spreadsheet can't hold
        return False
    result = call(draw.function.name, *draw.arguments)
    return isinstance(result, float) and abs(result) < 1e13


_ORDINARY: Final = [
    draw for draw in draws() if not draw.function.no_native and not draw.function.native_row and _is_number(draw)
]
