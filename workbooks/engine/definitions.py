"""Names and tables that a workbook defines, put into the formulas that use them.

The engine knows names of cells and constants, but none that stands for a formula, and no tables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from openpyxl.utils import quote_sheetname
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from workbooks.engine.loading import Formula
from workbooks.engine.refusals import RefusalError
from workbooks.engine.table_references import Table, plain_address, table_at
from workbooks.formulas import FormulaError, calls, operands, replace_references
from workbooks.relative import relative, shifted

_ONE_CELL: Final = re.compile(r"(?:'(?:[^']|'')+'!|[^'!]+!)?\$?[A-Z]{1,3}\$?[0-9]+|-?[0-9.]+", re.IGNORECASE)
_CONSTANT: Final = re.compile(
    r"\{.*|TRUE|FALSE", re.IGNORECASE | re.DOTALL
)  # that the engine does not take from a name


class Definitions:
    """The names and tables of one workbook.

    Parameters
    ----------
    names : defined names in capitals, with all that they stand for: in the workbook first, then in single sheets.
    tables : of all sheets.

    Attributes
    ----------
    single_names : names of single cells and constants.
    formulas : names in whose place is put what they stand for: a formula, or cells seen from the one that uses it.
    """

    def __init__(self, names: Mapping[str, Sequence[str]], tables: Sequence[Table]) -> None:
        self.single_names = {name for name, texts in names.items() if all(map(_ONE_CELL.fullmatch, texts))}
        self.formulas = {
            name: texts[0]
            for name, texts in names.items()
            if computes(texts[0]) or texts[0].upper() in names or _CONSTANT.fullmatch(texts[0])
        }
        patterns = "|".join(map(re.escape, self.formulas))
        self._inlined = re.compile(rf"(?<![\w.])(?:{patterns})(?![\w.(])", re.IGNORECASE) if patterns else None
        self._tables = {table.name.upper(): table for table in tables}
        self._table_names = re.compile("|".join(map(re.escape, self._tables)) or "(?!)", re.IGNORECASE)

    def plain(self, text: str, formula: Formula) -> str:
        """Return a formula's text without names that stand for formulas, and without tables.

        Raises
        ------
        RefusalError
            A name refers to itself.
        TableReferenceError
            A table does not have what the formula names.
        """
        return self._without_tables(self._without_names(text, formula), formula)

    def _without_names(self, text: str, formula: Formula) -> str:
        if self._inlined is None or not self._inlined.search(text):
            return text
        letters, row = coordinate_from_string(formula.cell)
        rows, columns = row - 1, column_index_from_string(letters) - 1  # names are written as seen from A1
        home = quote_sheetname(formula.sheet)

        def expanded(text: str, within: tuple[str, ...]) -> str:
            def stands_for(reference: str) -> str | None:
                if within and reference.startswith("!"):  # of the sheet where the name is used
                    return home + reference
                name = reference.upper()
                if name not in self.formulas:
                    return None
                if name in within:
                    raise RefusalError(f"uses the name {reference}, which refers to itself. Break the circle.")
                inner = expanded("=" + self.formulas[name], (*within, name))
                inner = inner if within else shifted(inner, rows, columns)
                return inner[1:] if _is_one_range(self.formulas[name]) else f"({inner[1:]})"

            return replace_references(text, stands_for)

        return expanded(text, ())

    def _without_tables(self, text: str, formula: Formula) -> str:
        if not self._tables or ("[" not in text and not self._table_names.search(text)):
            return text
        letters, row = coordinate_from_string(formula.cell)
        own = table_at(self._tables.values(), formula.sheet, row, column_index_from_string(letters))
        return replace_references(text, lambda reference: plain_address(reference, self._tables, row, own))


def computes(text: str) -> bool:
    """Return whether what a name stands for is put in its place: a formula, or cells seen from the one that uses it."""
    try:
        called = calls(f"={text}")
        if any(call.name == "LAMBDA" for call in called):
            return False
        return bool(called) or not _is_one_range(text) or relative(text, 1, 1) != relative(text, 2, 2) or text[0] == "!"
    except FormulaError:
        return False


def _is_one_range(text: str) -> bool:
    return operands(text) == [text.strip()]
