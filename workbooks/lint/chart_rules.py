"""The rule for charts of workbooks laid out as ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from workbooks import style
from workbooks.lint.reading import Sheet, Workbook, parse
from workbooks.lint.row_rules import in_parentheses
from workbooks.lint.rule import WARNING, Found, rule
from workbooks.lint.standard import model_sheets

_AXES: Final = ("catAx", "valAx", "dateAx", "serAx")
_MOST_SERIES: Final = 6
_ON: Final = ("1", "true")
PALETTE: Final = frozenset({style.NAVY, style.BLUE, style.ORANGE, style.GREEN, style.RED, style.GREY})
_UNIT: Final = re.compile(
    r"dollar|\$|%|per cent|share|×|times|multiple|years?|months?|hours?|watts?|[kMGT]W|tokens?|GPUs?|number",
    re.IGNORECASE,
)
_ROW_HEIGHT: Final = 190500  # of a row that was not made higher, in EMU
_BELOW: Final = 3  # rows under a chart in which its source may stand


@dataclass(frozen=True)
class _Chart:
    part: str
    xml: ET.Element
    column: int
    bottom: int  # the row in which it ends


@rule(
    "chart",
    WARNING,
    f"Every chart has a title above the plot, axes that are shown, each with a title, a unit and a number format where "
    f"it measures, at most {_MOST_SERIES} series in the colours of the house, and its source below.",
    "Add it by Chart Elements (+) and Format Axis, Number; in openpyxl set axis.delete = False and title.overlay = "
    "False. Write “Source: ...” into the cell below the chart.",
    ours=True,
)
def chart(workbook: Workbook) -> Iterator[Found]:
    """Find charts that do not explain themselves."""
    for sheet in model_sheets(workbook):
        for one in _charts(workbook, sheet):
            for what in (*_plot_faults(one.xml), *_axis_faults(one.xml)):
                yield Found(f"{one.part.rpartition('/')[2]}: {what}", sheet.name)
            if not any(
                (cell.value or "").startswith("Source")
                for (row, column), cell in sheet.cells.items()
                if column == one.column and one.bottom <= row <= one.bottom + _BELOW
            ):
                yield Found(f"{one.part.rpartition('/')[2]}: no source stands below the chart", sheet.name)


def _charts(workbook: Workbook, sheet: Sheet) -> Iterator[_Chart]:
    for drawing in (part for _, kind, part in workbook.related(sheet.part) if kind == "drawing"):
        parts = {identity: part for identity, kind, part in workbook.related(drawing) if kind == "chart"}
        for anchor in parse(workbook.parts[drawing]):
            drawn = anchor.find("{*}graphicFrame/{*}graphic/{*}graphicData/{*}chart")
            start = anchor.find("{*}from")
            if drawn is None or start is None:
                continue
            part = next((parts[value] for value in drawn.attrib.values() if value in parts), "")
            top, end, size = int(start.findtext("{*}row", "0")), anchor.find("{*}to"), anchor.find("{*}ext")
            if end is not None:
                bottom = int(end.findtext("{*}row", "0"))
            else:
                bottom = top + int(0 if size is None else size.get("cy", "0")) // _ROW_HEIGHT
            yield _Chart(part, parse(workbook.parts[part]), int(start.findtext("{*}col", "0")) + 1, bottom + 1)


def _plot_faults(xml: ET.Element) -> Iterator[str]:
    title = xml.find("{*}chart/{*}title")
    if title is None:
        yield "the chart has no title"
    elif _is_on(title.find("{*}overlay")):
        yield "the title lies over the plot"
    series = xml.findall("{*}chart/{*}plotArea/*/{*}ser")
    if len(series) > _MOST_SERIES:
        yield f"the chart has {len(series)} series"
    for one in series:
        shapes = one.findall("{*}spPr") + one.findall("{*}dPt/{*}spPr")
        colours = {colour.get("val", "").upper() for shape in shapes for colour in shape.iterfind(".//{*}srgbClr")}
        is_blank = all(shape.find("{*}noFill") is not None for shape in shapes)
        if colours - PALETTE:
            yield f"a series has the colour {', '.join(sorted(colours - PALETTE))}"
        elif not shapes or not (colours or is_blank):
            yield "a series has no colour of its own"


def _axis_faults(xml: ET.Element) -> Iterator[str]:
    for tag in _AXES:
        for axis in xml.iterfind(f"{{*}}chart/{{*}}plotArea/{{*}}{tag}"):
            title = axis.find("{*}title")
            if _is_on(axis.find("{*}delete")):
                yield "an axis is not shown"
                continue
            if title is None:
                yield "an axis has no title"
            elif tag == "valAx" and not _UNIT.search(
                "".join(one.text or "" for one in title.iter() if one.tag.endswith("}t"))
            ):
                yield "the title of an axis names no unit"
            if tag == "valAx":
                yield from _format_faults(axis.find("{*}numFmt"))


def _format_faults(found: ET.Element | None) -> Iterator[str]:
    code = "General" if found is None else found.get("formatCode", "General")
    if found is None or code == "General" or found.get("sourceLinked") in _ON:
        yield "an axis has no number format of its own"
    elif not in_parentheses(code):
        yield "an axis does not show negative amounts in parentheses"


def _is_on(flag: ET.Element | None) -> bool:
    """Return whether a property is on; Excel takes it so where it is not written, too."""
    return flag is None or flag.get("val", "1") in _ON
