"""A workbook while it is written: puts styled cells, and keeps what each edition and the record need to know."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal, cast

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from workbooks import style
from workbooks.layout import Layout, sheet_name
from workbooks.model import Model
from workbooks.native import to_native

Edition = Literal["addin", "headless", "portable", "report"]

_LINK: Final = re.compile(r"=(?:'[^']+'|\w+)!\$?[A-Z]+\$?\d+")


@dataclass(frozen=True)
class Figure:
    """A computed cell: what the record of a report says of it."""

    sheet: str
    cell: str
    label: str
    format: str
    formula: str


@dataclass
class Book:
    """The workbook, its layout and its edition.

    Parameters
    ----------
    layout : where everything stands.
    edition : which formulas go in.
    live : position of the live scenario, from 1.
    """

    layout: Layout
    edition: Edition
    live: int
    workbook: Workbook = field(default_factory=Workbook)
    figures: list[Figure] = field(default_factory=list)

    @property
    def size(self) -> float:
        """The size of the live scenario's amounts, which charts take their unit from."""
        return self.model.scenarios[self.live - 1].values[self.model.size]

    @property
    def model(self) -> Model:
        """The declaration that is written."""
        return self.layout.model

    def add_sheet(self, title: str) -> Worksheet:
        """Return a new last sheet."""
        return cast(Worksheet, self.workbook.create_sheet(title))

    def put(
        self,
        sheet: Worksheet,
        row: int,
        column: int,
        content: str | float | None,
        font: Font = style.BODY,
        *,
        format: str = "text",
        align: Alignment | None = None,
    ) -> Cell:
        """Write a text or a number; text that looks like a formula stays text."""
        cell = sheet.cell(row, column)
        assert isinstance(cell, Cell)
        if isinstance(content, str):
            cell.value = content
            cell.data_type = "s"
            cell.quotePrefix = content[:1] in ("=", "+", "-", "@")
        else:
            cell.value = content
            cell.number_format = style.FORMATS[format]
        cell.font = font
        cell.alignment = align or (style.LEFT if isinstance(content, str) else style.RIGHT)
        return cell

    def compute(
        self,
        sheet: Worksheet,
        row: int,
        column: int,
        formula: str,
        label: str,
        *,
        format: str = "text",
        strong: bool = False,
        font: Font | None = None,
    ) -> Cell:
        """Write a declared formula, without ``=``, in the form that the edition has."""
        text = self.layout.formula(formula, sheet.title, row, column)
        address = f"{get_column_letter(column)}{row}"
        cell = sheet.cell(row, column)
        assert isinstance(cell, Cell)
        self.figures.append(Figure(sheet.title, address, label, format, text))
        native = to_native(text) if self.edition == "portable" else None
        if native is not None and native.array:
            sheet[address] = ArrayFormula(address, native.text)
        else:
            cell.value = native.text if native is not None else text
        cell.number_format = style.FORMATS[format]
        link = _LINK.fullmatch(text) is not None
        plain = (style.STRONG_LINK if link else style.STRONG) if strong else (style.LINK if link else style.BODY)
        cell.font = font or plain
        cell.alignment = style.CENTRE if format == "flag" else style.RIGHT
        if strong and font is None:
            cell.border = style.TOTAL_RULE
        return cell

    def name(self, name: str, sheet: Worksheet, row: int, column: int) -> None:
        """Give a cell a name in the whole workbook."""
        target = f"{sheet_name(sheet.title)}!${get_column_letter(column)}${row}"
        self.workbook.defined_names[name] = DefinedName(name, attr_text=target)

    def show_small_money(self, sheet: Worksheet, cells: str) -> None:
        """Show amounts in ranges, with blanks between them, in millions or dollars where billions would be 0.0."""
        first = re.split("[: ]", cells)[0].replace("$", "")
        for limit, look in style.smaller_money():
            rule = Rule(type="expression", dxf=look, formula=[f"ABS({first})<{limit}"])
            rule.stopIfTrue = True
            sheet.conditional_formatting.add(cells, rule)

    def hide_rounding(self, sheet: Worksheet, cells: str) -> None:
        """Show as 0 what rounding leaves of a difference: -0.0000001 would be (0.)."""
        self.highlight(sheet, cells, f"ABS({cells.partition(':')[0]})<0.00005", style.ROUNDING)

    def highlight(self, sheet: Worksheet, cells: str, condition: str, look: DifferentialStyle) -> None:
        """Colour cells of a range where a condition on its first cell holds."""
        sheet.conditional_formatting.add(cells, Rule(type="expression", dxf=look, formula=[condition]))
