"""How cells look: the parts of a cell format that the rules ask about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from xml.etree import ElementTree as ET

from openpyxl.styles.numbers import BUILTIN_FORMATS

from workbooks.lint.reading import Cell, Workbook, parse


@dataclass(frozen=True)
class Look:
    """A cell format.

    Parameters
    ----------
    colour : of the text, as RRGGBB; empty for the automatic one or one of the theme.
    filled : whether the cell has a colour of its own.
    locked : whether protection of the sheet covers it.
    format : number format code.
    size : of the font, in points.
    bold : whether the text is bold.
    is_text : whether what looks like a formula stays text when the cell is edited.
    """

    colour: str = ""
    filled: bool = False
    locked: bool = True
    format: str = "General"
    size: float = 11
    bold: bool = False
    is_text: bool = False


_PLAIN: Final = Look()


def look(workbook: Workbook, cell: Cell) -> Look:
    """Return how a cell looks."""
    formats = _formats(workbook)
    return formats[cell.style] if cell.style < len(formats) else _PLAIN


@lru_cache(maxsize=1)
def _formats(workbook: Workbook) -> list[Look]:
    part = workbook.parts.get("xl/styles.xml")
    if part is None:
        return []
    xml = parse(part)
    fonts = list(xml.iterfind("{*}fonts/{*}font"))
    fills = list(xml.iterfind("{*}fills/{*}fill"))
    codes = dict(BUILTIN_FORMATS)
    for entry in xml.iterfind("{*}numFmts/{*}numFmt"):
        codes[int(entry.get("numFmtId", "0"))] = entry.get("formatCode", "General")
    return [
        _look(
            entry,
            fonts[int(entry.get("fontId", "0"))],
            fills[int(entry.get("fillId", "0"))],
            codes.get(int(entry.get("numFmtId", "0")), "General"),
        )
        for entry in xml.iterfind("{*}cellXfs/{*}xf")
    ]


def _look(entry: ET.Element, font: ET.Element, fill: ET.Element, code: str) -> Look:
    colour, size, bold = (font.find(f"{{*}}{tag}") for tag in ("color", "sz", "b"))
    pattern, protection = fill.find("{*}patternFill"), entry.find("{*}protection")
    return Look(
        colour="" if colour is None else colour.get("rgb", "")[-6:].upper(),
        filled=pattern is not None and pattern.get("patternType") == "solid",
        locked=protection is None or protection.get("locked") not in ("0", "false"),
        format=code,
        size=11.0 if size is None else float(size.get("val", "11")),
        bold=bold is not None and bold.get("val") not in ("0", "false"),
        is_text=code == "@" or entry.get("quotePrefix") in ("1", "true"),
    )
