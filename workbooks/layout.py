"""Where everything stands: cell addresses for a declared model, and formulas with addresses in place of keys."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import ceil
from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.utils import quote_sheetname as quoted

from workbooks.model import Grid, GridRow, Input, Model, Row, Section, Sheet, Span

LABEL, UNIT, VALUE, FIRST = 2, 3, 4, 5  # columns; from FIRST on: years from 0, scenarios, or columns of a grid
HEADING_ROWS: Final = 4
CHART_ROWS: Final = 18
INPUTS: Final = "Inputs"
SCENARIO_HEADERS: Final = HEADING_ROWS + 4  # row of the Inputs sheet with the scenarios' names

_KEY: Final = re.compile(r"\{(\w*)(?:\.(\w+)(?:(?<=\.whole):(\w+))?|:(\w+)|@(\d+)(?:-(\d+)|:(\w*))?)?\}")


class DeclarationError(Exception):
    """A model is declared wrongly; the message names the sheet and the formula."""


@dataclass(frozen=True)
class Place:
    """A line of a sheet, and what its cells are."""

    sheet: str
    row: int
    span: Span | None = None  # None: a grid's line


@dataclass
class Layout:
    """All places of a model.

    Parameters
    ----------
    model : what is laid out.
    places : key -> place, for rows, grid rows and inputs.
    lines : sheet title -> what stands in each row, top down.
    """

    model: Model
    places: dict[str, Place] = field(default_factory=dict)
    lines: dict[str, dict[int, Section | Grid | GridRow | Row | Input | str]] = field(default_factory=dict)

    @property
    def scenario_columns(self) -> range:
        """Columns of the scenarios, on every sheet that sets them side by side."""
        return range(FIRST, FIRST + len(self.model.scenarios))

    @property
    def year_columns(self) -> range:
        """Columns of the timeline: year 0 to the last."""
        return range(FIRST, FIRST + self.model.last_year + 1)

    def starts(self, sheet: str) -> list[int]:
        """Return the rows of a sheet in which a section, a grid, a group of inputs or a row of charts starts."""
        lines = self.lines.get(sheet, {})
        blocks = [row for row, line in lines.items() if isinstance(line, Section | Grid | str)]
        return [*range(HEADING_ROWS + 1, blocks[0], CHART_ROWS), *blocks] if sheet != INPUTS and blocks else blocks

    def columns(self, span: Span) -> range:
        """Return the columns that a row of this span fills."""
        match span:
            case "timeline":
                return self.year_columns
            case "scenarios":
                return self.scenario_columns
            case "cases":
                return range(FIRST, FIRST + len(self.model.cases))
        return range(VALUE, VALUE + 1)

    def cells(self, key: str, years: int = 0) -> str:
        """Return the absolute range of a row's cells, or of a grid's column as ``grid@column``, with its sheet.

        Of a timeline row the first ``years`` cells only, unless that is 0.
        """
        name, _, column = key.partition("@")
        place = self._place(name, "a chart")
        if column:
            grid = self.lines[place.sheet][place.row]
            assert isinstance(grid, Grid)
            letter = grid_letter(column)
            first = place.row + 2
            return f"{sheet_name(place.sheet)}!${letter}${first}:${letter}${first + len(grid.rows) - 1}"
        assert place.span is not None
        columns = self.columns(place.span)[: years or None]
        left, right = get_column_letter(columns[0]), get_column_letter(columns[-1])
        return f"{sheet_name(place.sheet)}!${left}${place.row}:${right}${place.row}"

    def formula(self, text: str, sheet: str, row: int, column: int) -> str:
        """Return a declared formula with addresses, as it stands in the cell at ``row`` and ``column`` of ``sheet``."""
        where = f"{sheet}!{get_column_letter(column)}{row}: {text}"
        here = self.lines.get(sheet, {}).get(row)
        span = here.span if isinstance(here, Row) else "scenarios" if isinstance(here, Input) else None

        def address(match: re.Match[str]) -> str:
            key, part, last_row, end, grid_column, last_column, last_line = match.groups()
            if not key:
                return f"${grid_letter(grid_column)}{row}"
            place = self._place(key, where)
            prefix = "" if place.sheet == sheet else f"{sheet_name(place.sheet)}!"
            if grid_column:
                letter = grid_letter(grid_column)
                start = f"{prefix}${letter}${place.row}"
                if last_column:
                    return f"{start}:${grid_letter(last_column)}${place.row}"
                if last_line is not None:
                    return f"{start}:${letter}" + (f"${self._place(last_line, where).row}" if last_line else str(row))
                return start
            if end:
                letter = get_column_letter(column)
                return f"{prefix}{letter}${place.row}:{letter}${self._place(end, where).row}"
            if part == "down":
                # Counted in the units' column, where no formula stands: no engine sees a circle.
                letter = get_column_letter(UNIT)
                return f"${letter}${place.row}:${letter}{row}"
            if part == "live" and place.span == "scenarios":
                columns = self.columns(place.span)
                first, last = get_column_letter(columns[0]), get_column_letter(columns[-1])
                return f"INDEX({prefix}${first}${place.row}:${last}${place.row},scenario_number)"
            cells = prefix + self._cell(place, part, span, column, where)
            return f"{cells.rpartition('$')[0]}${self._place(last_row, where).row}" if last_row else cells

        return "=" + _KEY.sub(address, text)

    def _cell(self, place: Place, part: str | None, span: Span | None, column: int, where: str) -> str:
        letter = get_column_letter(column)
        if place.span is None and part == "column":
            return f"{letter}${place.row}"
        if place.span is None and part == "across":
            return f"${get_column_letter(VALUE)}${place.row}:{letter}${place.row}"
        if place.sheet == INPUTS and part in ("lowest", "highest"):
            return f"${get_column_letter(self.scenario_columns[-1] + (1 if part == 'lowest' else 2))}${place.row}"
        if place.span is None:
            raise DeclarationError(f"{where}: a grid's cell needs its column, as in {{key@1}}")
        columns = self.columns(place.span)
        first, last = get_column_letter(columns[0]), get_column_letter(columns[-1])
        row = place.row
        match part:
            case None if place.span == "value":
                return f"${get_column_letter(VALUE)}${row}"
            case None if place.span == span:
                return f"{letter}{row}" if span == "timeline" else f"{letter}${row}"
            case "flows" if place.span == "timeline":
                return f"${get_column_letter(columns[1])}${row}:${last}${row}"
            case "whole":
                return f"${first}${row}:${last}${row}"
            case "sofar" if place.span == span == "timeline":
                return f"${first}{row}:{letter}{row}"
            case "base" if place.span == "cases":
                return f"${first}${row}"
            case "last" if place.span == "timeline":
                return f"${last}${row}"
        raise DeclarationError(f"{where}: {{{part}}} does not fit a {place.span} row")

    def _place(self, key: str, where: str) -> Place:
        try:
            return self.places[key]
        except KeyError:
            raise DeclarationError(f"{where}: there is no row {key!r}") from None


def sheet_name(title: str) -> str:
    """Return a sheet's name as a formula writes it: in quotes only where it must be."""
    return title if title.isalpha() else quoted(title)


def grid_letter(column: str) -> str:
    """Return the letter of a grid's column: 0 is its labels, 1 the first with figures."""
    return get_column_letter(LABEL if column == "0" else VALUE - 1 + int(column))


def lay_out(model: Model) -> Layout:
    """Give every row of a model its place."""
    layout = Layout(model)
    _lay_inputs(layout)
    for sheet in model.sheets:
        _lay_sheet(layout, sheet)
    return layout


def _lay_inputs(layout: Layout) -> None:
    lines = layout.lines.setdefault(INPUTS, {})
    row = SCENARIO_HEADERS
    group = ""
    for item in layout.model.inputs:
        if item.group != group:
            group = item.group
            row += 1
            lines[row] = group
            row += 1
        lines[row] = item
        _enter(layout, item.name, Place(INPUTS, row, "scenarios"))
        row += 1


def _lay_sheet(layout: Layout, sheet: Sheet) -> None:
    lines = layout.lines.setdefault(sheet.title, {})
    row = HEADING_ROWS + 1 + CHART_ROWS * ceil(len(sheet.charts) / 2)
    for block in sheet.blocks:
        lines[row] = block
        if isinstance(block, Section):
            row += 1
            for line in block.rows:
                lines[row] = line
                _enter(layout, line.key, Place(sheet.title, row, line.span))
                row += 1
        else:
            if block.key:
                _enter(layout, block.key, Place(sheet.title, row))
            row += 2
            for grid_row in block.rows:
                lines[row] = grid_row
                _enter(layout, grid_row.key, Place(sheet.title, row))
                row += 1
        row += 1


def _enter(layout: Layout, key: str, place: Place) -> None:
    if key in layout.places:
        raise DeclarationError(f"{place.sheet}: the key {key!r} is used twice")
    layout.places[key] = place
