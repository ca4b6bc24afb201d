"""The vocabulary in which a model is declared: inputs, scenarios, sheets of rows, charts, checks.

A declaration holds no cell address. Formulas name rows in braces, and inputs and headline figures by their
names, as a reader of the finished workbook will:

``{required}``       the row's value; within a timeline or scenario row, that row's cell in the same column
``{cash.flows}``     the timeline row's cells from year 1 on
``{cash.whole}``     all of the timeline row's cells, from year 0 on
``{sales.whole:costs}``  all cells of the timeline rows from the one to the other
``{cash.sofar}``     the timeline row from year 0 to the same column
``{bridge@2}``       column 2 of the grid row ``bridge``; ``{@2}`` column 2 of the same row
``{axis@1-5}``       columns 1 to 5 of that row
``{a@2:z}``          column 2 from row ``a`` to row ``z``; ``{a@2:}`` from row ``a`` to this one
``{axis.column}``    the grid row's cell in the same column; ``{axis.across}`` its cells up to that column
``{pue.lowest}``     the end of the input's range; ``{pue.highest}`` the other
``{flow1:flow10}``   the scenario's cells from one row down to another, in the same column
``{flow1.down}``     the units' cells from that row down to this one, to be counted with ROWS
``{gap.live}``       the scenario row's cell of the live scenario
``{npv.base}``       the case row's cell of the first case, in which no input is changed
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

SheetKind = Literal["cover", "input", "calculation", "output", "check", "documentation"]
Span = Literal["value", "timeline", "scenarios", "cases"]


@dataclass(frozen=True)
class Input:
    """One assumption: its name is the cell's name and the column of an inputs file."""

    name: str
    label: str
    unit: str
    format: str
    low: float
    high: float
    source: str  # keys of the ledger, separated by "; "
    note: str = ""
    group: str = ""


@dataclass(frozen=True)
class Scenario:
    """A full set of inputs under a name."""

    name: str
    values: Mapping[str, float]


@dataclass(frozen=True)
class Row:
    """One line of a sheet: label, unit and one formula for all its cells.

    Parameters
    ----------
    key : how formulas refer to it.
    label, unit, format : what stands before the value, and how the value looks.
    formula : without ``=``, rows in braces.
    span : one value, a cell per year, per scenario, or per case of a sensitivity analysis.
    note : what a reader should know.
    name : workbook name of a headline figure.
    strong : a total or result.
    """

    key: str
    label: str
    unit: str
    format: str
    formula: str
    span: Span = "value"
    note: str = ""
    name: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Section:
    """Rows under a heading."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class GridRow:
    """A labelled line with a formula, a number or a text per column.

    Parameters
    ----------
    key : how formulas refer to it.
    label : a text, or a formula that gives one.
    cells : what stands in its columns.
    format : of all its cells, where they differ from the grid's columns.
    """

    key: str
    label: str
    cells: tuple[str | float, ...]
    format: str = ""


@dataclass(frozen=True)
class Grid:
    """A small table under a heading; the first column holds labels.

    Parameters
    ----------
    title, headers, formats : its heading, and head and number format of each column.
    rows : its lines.
    key : how charts refer to it.
    note : what a reader should know.
    scale : columns that are coloured from low to high; "good" and "bad" say what a high figure is.
    """

    title: str
    headers: tuple[str, ...]
    formats: tuple[str, ...]
    rows: tuple[GridRow, ...]
    key: str = ""
    note: str = ""
    scale: Literal["", "good", "bad"] = ""


@dataclass(frozen=True)
class Series:
    """One series of a chart: a timeline row's key, or ``grid@column``."""

    key: str
    colour: str = ""  # empty: drawn without fill, as the foot of a waterfall's columns
    labels: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart, standing below the sheet's heading, two in a row.

    Bars lie on their side, stacked to both sides of zero, the first category on top.
    """

    kind: Literal["line", "column", "stacked", "bars"]
    title: str
    series: tuple[Series, ...]
    categories: str
    x_title: str
    y_title: str
    y_format: str
    source: str
    years: int = 0  # of a timeline only so many, from year 0; 0: all


@dataclass(frozen=True)
class Sheet:
    """A sheet of one type."""

    title: str
    kind: SheetKind
    purpose: str
    blocks: tuple[Section | Grid, ...] = ()
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True)
class Check:
    """A difference that must be zero, within rounding; its cell shows 1 or 0."""

    key: str
    label: str
    formula: str


@dataclass(frozen=True)
class Model:
    """A workbook in words.

    Parameters
    ----------
    name, title, question : what it is called and what it answers.
    version, as_of : as shown on the cover; ``as_of`` also dates the file.
    inputs, scenarios : the first scenario is the base case.
    sheets : the calculation and output sheets, in order.
    headline : keys of scenario rows that the cover sets side by side.
    size : name of the input whose size decides between billions and millions in charts.
    tiles : keys of value rows that the cover shows large, for the live scenario.
    checks : conditions beyond those that every model has.
    last_year : of the timeline.
    cases : heads of the columns of rows that span cases.
    own : name of the scenario that waits for the user's own figures; "" if there is none.
    """

    name: str
    title: str
    question: str
    version: str
    as_of: str
    inputs: tuple[Input, ...]
    scenarios: tuple[Scenario, ...]
    sheets: tuple[Sheet, ...]
    headline: tuple[str, ...]
    size: str
    tiles: tuple[str, ...]
    checks: tuple[Check, ...]
    last_year: int = 10
    cases: tuple[str, ...] = ()
    own: str = ""
