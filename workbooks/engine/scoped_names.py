"""Names that belong to one sheet: ``price`` there, and ``Model!price`` on other sheets. The engine knows no such."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from workbooks.foreign.workbook import Name
from workbooks.formulas import FormulaError, operands, replace_references
from workbooks.relative import shifted

_OF_EXCEL: Final = "_xlnm."


class ScopedNames:
    """The names of a workbook that belong to one sheet each.

    Parameters
    ----------
    names : all names of the workbook.
    """

    def __init__(self, names: Iterable[Name]) -> None:
        own = [one for one in names if one.scope is not None and not one.name.startswith(_OF_EXCEL)]
        self._texts: Mapping[str, str] = {qualified(f"{one.scope}!{one.name}"): one.text for one in own}
        words = "|".join(re.escape(one.name) for one in own)
        self._used = re.compile(rf"(?<![\w.])(?:{words})(?![\w.(!\[])", re.IGNORECASE) if own else None

    def replaced(self, formula: str, sheet: str, cell: str) -> str:
        """Return a formula with what they stand for in place of such names.

        Parameters
        ----------
        formula : from ``=`` on.
        sheet, cell : that it stands in.
        """
        if self._used is None or not self._used.search(formula):
            return formula
        letters, row = coordinate_from_string(cell)
        rows, columns = row - 1, column_index_from_string(letters) - 1  # names are written as seen from A1
        try:
            return self._expanded(formula, sheet, rows, columns, ())
        except FormulaError:  # told where it is read
            return formula

    def _expanded(self, formula: str, sheet: str, rows: int, columns: int, within: tuple[str, ...]) -> str:
        def stands_for(reference: str) -> str | None:
            key = qualified(reference if "!" in reference else f"{sheet}!{reference}")
            if key not in self._texts or key in within:
                return None
            text = self._texts[key]
            inner = self._expanded(f"={text}", sheet, rows, columns, (*within, key))[1:]
            inner = inner if within else shifted(f"={inner}", rows, columns)[1:]
            return inner if operands(text) == [text] else f"({inner})"

        return replace_references(formula, stands_for)


def qualified(reference: str) -> str:
    """Return a name with its sheet in the one form that it is found by.

    >>> qualified("'Bob''s sheet'!Price")
    "BOB'S SHEET!PRICE"
    """
    sheet, mark, name = reference.rpartition("!")
    if sheet.startswith("'") and sheet.endswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    return f"{sheet}{mark}{name}".upper()
