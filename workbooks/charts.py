"""Charts that look right in Excel: what openpyxl leaves at defaults is set here once."""

from __future__ import annotations

from typing import Any, Final

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart import Series as ChartSeries
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.drawing.text import Font as DrawingFont
from openpyxl.utils import get_column_letter

from workbooks import style
from workbooks.layout import LABEL, Layout, grid_letter
from workbooks.model import Chart, Series

_GRID: Final = "E3E3E3"


def build_chart(layout: Layout, chart: Chart, size: float, width: float, height: float) -> BarChart | LineChart:
    """Return the chart that a model declares.

    Parameters
    ----------
    layout : where its series stand.
    chart : the declaration.
    size : of the amounts it shows.
    width, height : in centimetres.
    """
    drawn: Any = LineChart() if chart.kind == "line" else BarChart()
    if chart.kind != "line":
        drawn.type = "bar" if chart.kind == "bars" else "col"
        drawn.gapWidth = 50
        if chart.kind != "column":
            drawn.grouping = "stacked"
            drawn.overlap = 100
    for series in chart.series:
        drawn.series.append(_series(layout, chart, series, size))
    drawn.set_categories(Reference(range_string=layout.cells(chart.categories, chart.years)))
    dress_chart(drawn, chart, size, width, height)
    return drawn  # type: ignore[no-any-return]


def dress_chart(drawn: Any, chart: Chart, size: float, width: float, height: float) -> None:
    """Give a chart that has its series the house style, and the declared titles and formats."""
    drawn.title = _title(chart.title, 1200, bold=True)
    drawn.width, drawn.height = width, height
    drawn.style = 2
    drawn.roundedCorners = False
    drawn.graphical_properties = GraphicalProperties(solidFill="FFFFFF", ln=LineProperties(noFill=True))
    drawn.plot_area.graphicalProperties = GraphicalProperties(noFill=True)
    _dress_axes(drawn, chart, size)
    if len(chart.series) == 1 or any(not series.colour for series in chart.series):
        drawn.legend = None  # the title says it, or the categories of a waterfall's columns
    else:
        drawn.legend.position = "b"
        drawn.legend.overlay = False
        drawn.legend.txPr = _text(900)


def _series(layout: Layout, chart: Chart, declared: Series, size: float) -> Any:
    key, colour = declared.key, declared.colour
    values = Reference(range_string=layout.cells(key, chart.years))
    series = ChartSeries(values, title_from_data=False)
    series.tx = _series_name(layout, key)
    series.invertIfNegative = False if chart.kind != "line" else None
    if chart.kind == "line":
        series.smooth = False
        series.marker.symbol = "none"
        series.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=colour, w=28575))
        return series
    if colour:
        series.graphicalProperties = GraphicalProperties(solidFill=colour, ln=LineProperties(noFill=True))
    else:
        series.graphicalProperties = GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
    if declared.labels:
        series.dLbls = DataLabelList(
            showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False,
            numFmt=_number_format(chart, size, '""'), txPr=_text(900, colour="FFFFFF", bold=True),
        )  # fmt: skip
    return series


def _series_name(layout: Layout, key: str) -> SeriesLabel:
    """Return the series' name as a reference to its label, so that it follows the cell."""
    name, _, column = key.partition("@")
    place = layout.places[name]
    letter, row = (grid_letter(column), place.row + 1) if column else (get_column_letter(LABEL), place.row)
    return SeriesLabel(strRef=StrRef(f"'{place.sheet}'!${letter}${row}"))


def _number_format(chart: Chart, size: float, zero: str) -> str:
    if chart.y_format == "money":
        return style.money_format(size, zero)
    return f"{style.FORMATS[chart.y_format]};{zero}"


def _dress_axes(drawn: Any, chart: Chart, size: float) -> None:
    for axis, title in ((drawn.x_axis, chart.x_title), (drawn.y_axis, chart.y_title)):
        axis.delete = False
        axis.title = _title(title, 900, bold=False)
        axis.majorTickMark = axis.minorTickMark = "none"
        axis.txPr = _text(900)
    drawn.x_axis.tickLblPos = "low"
    drawn.x_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=style.GREY, w=9525))
    drawn.y_axis.number_format = _number_format(chart, size, "0")
    drawn.y_axis.numFmt.sourceLinked = False
    drawn.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=_GRID, w=6350))
    drawn.y_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    if chart.kind == "bars":
        drawn.x_axis.scaling.orientation = "maxMin"  # the first category on top, and so the values' axis below
        drawn.x_axis.tickLblSkip = 1
        drawn.x_axis.txPr = _text(800)
        drawn.y_axis.crosses = "max"


def _title(text: str, size: int, *, bold: bool) -> Title:
    font = _characters(size, style.NAVY if bold else style.GREY, bold)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=font), r=[RegularTextRun(rPr=font, t=text)])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _text(size: int, *, colour: str = "444444", bold: bool = False) -> RichText:
    font = _characters(size, colour, bold)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=font), endParaRPr=font)])


def _characters(size: int, colour: str, bold: bool) -> CharacterProperties:
    return CharacterProperties(sz=size, b=bold, solidFill=colour, latin=DrawingFont(typeface=style.FONT))
