"""One workbook with many formulas on one sheet, to be computed by whichever spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet import formula as openpyxl_formula

from udfs import ExcelError

SHEET: Final = "Sheet1"
_FORMULA_COLUMN: Final = 703  # AAA: far from any cell that formulas refer to


@dataclass(frozen=True)
class ArrayFormula:
    """A formula entered with Ctrl+Shift+Enter over ``rows`` times ``columns`` cells."""

    text: str
    rows: int = 1
    columns: int = 1


class FormulaSheet:
    """The workbook.

    Parameters
    ----------
    formulas : formula texts in Excel's syntax, with or without ``=``, or array formulas.
    cells : address -> value; an address without a sheet ("B2") stands on the sheet of the formulas, another
        sheet's is written as in a formula ("'My Sheet'!A1"). Text stays text, even if it starts with ``=``.
    names : defined name -> what it refers to ("Sheet1!$A$1:$A$3").
    """

    def __init__(
        self,
        formulas: Sequence[str | ArrayFormula],
        cells: Mapping[str, Any] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = SHEET
        for address, value in (cells or {}).items():
            where, _, place = address.rpartition("!")
            where = where.strip("'").replace("''", "'") or SHEET
            target = book[where] if where in book.sheetnames else book.create_sheet(where)
            _put(target[place.replace("$", "")], value)
        for name, refers_to in (names or {}).items():
            book.defined_names[name] = DefinedName(name, attr_text=refers_to)
        self._places: list[tuple[int, ArrayFormula]] = []
        row = 1
        for formula in formulas:
            one = formula if isinstance(formula, ArrayFormula) else ArrayFormula(formula)
            text = "=" + one.text.removeprefix("=")
            first = _address(row, 0)
            if isinstance(formula, ArrayFormula):
                area = f"{first}:{_address(row + one.rows - 1, one.columns - 1)}"
                sheet[first] = openpyxl_formula.ArrayFormula(area, text)
            else:
                sheet[first] = text
            self._places.append((row, one))
            row += one.rows
        file = io.BytesIO()
        book.save(file)
        self.package = file.getvalue()

    def values(self, get: Callable[[str], Any]) -> list[Any]:
        """Return the result of each formula.

        Parameters
        ----------
        get : returns the value of a cell, by its address.

        Returns
        -------
        list
            A value; a nested list for an array formula of more than one cell.
        """
        found = []
        for row, formula in self._places:
            block = [
                [get(_address(row + down, across)) for across in range(formula.columns)] for down in range(formula.rows)
            ]
            found.append(block[0][0] if formula.rows == formula.columns == 1 else block)
        return found


def _address(row: int, across: int) -> str:
    return f"{get_column_letter(_FORMULA_COLUMN + across)}{row}"


def _put(cell: Any, value: Any) -> None:
    """Write a value into a cell as what it is: text stays text, an error is an error."""
    cell.value = str(value) if isinstance(value, ExcelError) else value
    if isinstance(value, ExcelError):
        cell.data_type = "e"
    elif isinstance(value, str):
        cell.data_type = "s"
