"""Formulas of conditional formats and data validations, which stand behind the cells in a sheet's XML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

ELEMENTS: Final = frozenset({"formula", "formula1", "formula2", "f"})
THRESHOLD: Final = ("cfvo", "val")  # element and attribute: of a colour scale, data bar or set of icons
_KINDS: Final = {"conditionalFormatting": "a conditional format", "dataValidation": "a data validation"}


class Rule(NamedTuple):
    """One formula: the cells that it is for, what it belongs to, and its text, without ``=``."""

    cells: str
    what: str
    text: str


def rules(around: ET.Element) -> Iterator[Rule]:
    """Yield the formulas of a sheet's conditional formats and data validations.

    Parameters
    ----------
    around : the sheet's elements without its cells.
    """
    for element in around.iter():
        what = _KINDS.get(_bare(element))
        if what is None:
            continue
        cells = element.get("sqref") or element.findtext("{*}sqref") or ""
        for inner in element.iter():
            text = inner.get(THRESHOLD[1]) if _bare(inner) == THRESHOLD[0] else inner.text
            if text and _bare(inner) in {*ELEMENTS, THRESHOLD[0]}:
                yield Rule(cells, what, text)


def _bare(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
