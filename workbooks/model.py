"""The vocabulary in which a model is declared: inputs, scenarios, sheets of rows, charts, checks.

A declaration holds no cell address. Formulas name rows in braces, and inputs and headline figures by their
names, as a reader of the finished workbook will:

``{required}``       the row's value; within a timeline or scenario row, that row's cell in the same column
``{cash.flows}``     the timeline row's cells from year 1 on
``{cash.whole}``     all of the timeline row's cells, from year 0 on
``{cash.sofar}``     the timeline row from year 0 to the same column
``{bridge@2}``       column 2 of the grid row ``bridge``; ``{@2}`` column 2 of the same row
``{flow1:flow10}``   the scenario's cells from one row down to another, in the same column
``{flow1.down}``     the label cells from that row down to this one, to be counted with ROWS
``{gap.live}``       the scenario row's cell of the live scenario
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

SheetKind = Literal["cover", "input", "calculation", "output", "check", "documentation"]
Span = Literal["value", "timeline", "scenarios"]


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
    span : one value, a cell per year, or a cell per scenario.
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
    """A labelled line with a formula, a number or a text per column."""

    key: str
    label: str
    cells: tuple[str | float, ...]


@dataclass(frozen=True)
class Grid:
    """A small table under a heading; the first column holds labels."""

    title: str
    headers: tuple[str, ...]
    formats: tuple[str, ...]
    rows: tuple[GridRow, ...]
    key: str = ""
    note: str = ""


@dataclass(frozen=True)
class Series:
    """One series of a chart: a timeline row's key, or ``grid@column``."""

    key: str
    colour: str = ""  # empty: drawn without fill, as the foot of a waterfall's columns
    labels: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart, standing in a row of charts below the sheet's heading."""

    kind: Literal["line", "column", "stacked"]
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
