"""Scenarios from a table: one row a scenario, a column per input, and what each cell of it must be."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from workbooks.model import Input, Model, Scenario
from workbooks.table_file import InputsError, Table, is_blank, open_table
from workbooks.written_numbers import number

__all__ = ["EXAMPLE", "InputsError", "ScenarioRow", "read_scenarios", "scenario_rows"]

NAME_COLUMN: Final = "scenario"
NOTE_COLUMN: Final = "note"
EXAMPLE: Final = """\
scenario,gpu,mult,margin,revenue
Cautious,50e9,2,0.5,75e9
Bold,250e9,2,0.6,400e9
"""
LONGEST_NAME: Final = 40
LONGEST_NOTE: Final = 500
MOST_SCENARIOS: Final = 1000  # a column each, on every sheet that compares them

# MATCH, with which the workbook finds the live scenario, reads these as wildcards.
_WILDCARDS: Final = "*?~"
_FORMULA_STARTS: Final = ("=", "+", "-", "@")
_AHEAD: Final = 50  # rows that are looked at before the first is used


@dataclass(frozen=True)
class ScenarioRow:
    """A scenario of a table.

    Parameters
    ----------
    row : its row's number.
    scenario : with all inputs.
    note : what the table's column ``note`` says of it.
    """

    row: int
    scenario: Scenario
    note: str = ""


def read_scenarios(path: Path, model: Model) -> list[Scenario]:
    """Return the scenarios of a file, to stand side by side in a workbook.

    Parameters
    ----------
    path : a .csv, .xlsx or .parquet file. The first row of its (first) sheet names inputs, in any order, and in a
        column ``scenario`` each further row has its scenario's name; without that column the rows are named after
        the file.
    model : the inputs it may set. An input without a column, or with an empty cell, is as in the base case, or as
        in the model's own scenario of that name.

    Raises
    ------
    InputsError
        The file, a column, a row or a value can't be used.
    """
    table = open_table(path)
    found: dict[str, ScenarioRow] = {}
    for one in _scenarios(table, model, (NAME_COLUMN,)):
        if len(found) == MOST_SCENARIOS:
            raise InputsError(
                f"{table.place}: has more than {MOST_SCENARIOS:,} scenarios, the most that a workbook sets side by "
                "side. Split the table, or make a report of each with 'aicapex batch'."
            )
        refuse_double(table.place, one, found.get(one.scenario.name.casefold()))
        found[one.scenario.name.casefold()] = one
    return [one.scenario for one in found.values()]


def scenario_rows(table: Table, model: Model) -> Iterator[ScenarioRow]:
    """Yield the scenarios of a table of any length, each with its note; equal names are not looked for.

    Raises
    ------
    InputsError
        As ``read_scenarios``; also for a name or note that a spreadsheet would take for a formula when it opens a
        CSV file with them.
    """
    for one in _scenarios(table, model, (NAME_COLUMN, NOTE_COLUMN)):
        for column, text in ((NAME_COLUMN, one.scenario.name), (NOTE_COLUMN, one.note)):
            if text.startswith(_FORMULA_STARTS):
                raise InputsError(
                    f"{table.place}, row {one.row}, column {column!r}: {text!r} starts with {text[0]}, as formulas do. "
                    "Start it with a letter or a digit."
                )
        yield one


def refuse_double(place: str, one: ScenarioRow, earlier: ScenarioRow | None) -> None:
    """Raise an error if an earlier row has the same name."""
    if earlier is not None:
        raise InputsError(
            f"{place}, row {one.row}: the scenario {one.scenario.name!r} is there already, in row {earlier.row}. "
            "Give each its own name."
        )


def _scenarios(table: Table, model: Model, texts: tuple[str, ...]) -> Iterator[ScenarioRow]:
    inputs = {one.name: one for one in model.inputs}
    rows = (
        (number, cells) for number, cells in enumerate(table.rows, start=table.first) if not all(map(is_blank, cells))
    )
    header, titles = next(rows, (0, None))
    if titles is None:
        raise InputsError(f"{table.place}: is empty. Write a header row with names of inputs, then a row per scenario.")
    first = list(islice(rows, _AHEAD))
    columns = _columns(table, header, titles, first, inputs, texts)
    unnamed = [position for position, title in enumerate(titles) if is_blank(title)]
    if not first:
        raise InputsError(f"{table.place}: has a header but no row under it. Add a row per scenario.")
    own = {one.name.casefold(): one for one in model.scenarios}
    for count, (row, cells) in enumerate(chain(first, rows), start=1):
        filled = next((place for place in (*unnamed, *range(len(titles), len(cells))) if _at(cells, place) != ""), None)
        if filled is not None:
            from openpyxl.utils import get_column_letter

            raise InputsError(
                f"{table.place}, row {row}: column {get_column_letter(filled + 1)} is filled but has no name in "
                f"row {header}. Name the column, or empty it."
            )
        name = _name(table, row, cells, columns, table.stem if len(first) == 1 else f"{table.stem} {count}")
        key = name.casefold()  # as Excel compares
        base = own.get(key, model.scenarios[0])
        given = {
            column: _number(table, row, cells[position], inputs[column])
            for column, position in columns.items()
            if column not in texts and _at(cells, position) != ""
        }
        scenario = Scenario(base.name if key in own else name, {**base.values, **given})
        yield ScenarioRow(row, scenario, _note(table, row, cells, columns))


def _at(cells: list[Any], position: int) -> Any:
    """Return a cell; an empty one is "", also where the row ends before it."""
    return "" if position >= len(cells) or is_blank(cells[position]) else cells[position]


def _columns(
    table: Table,
    header: int,
    titles: list[Any],
    below: list[tuple[int, list[Any]]],
    inputs: dict[str, Input],
    texts: tuple[str, ...],
) -> dict[str, int]:
    """Return input, ``scenario`` or ``note`` -> position of its column."""
    columns: dict[str, int] = {}
    where = f"{table.place}, row {header}" if header else f"{table.place}, names of columns"
    for position, content in enumerate(titles):
        title = " ".join(str(content).split())
        name = re.sub(r"[\s-]", "_", title.lower())
        if not title:
            continue
        if name in columns:
            raise InputsError(f"{where}: the column {name!r} is there twice. Remove one.")
        if name not in texts and name not in inputs:
            if any(str(cells[0]).strip().lower() in inputs for _, cells in below):
                raise InputsError(
                    f"{table.place}: has the inputs below each other. They go side by side, with a row per scenario: "
                    "turn the table (in Excel: copy, Paste Special, Transpose)."
                )
            raise InputsError(f"{where}: no input is called {title!r}. {_nearest(title, name, inputs)}")
        columns[name] = position
    if columns.keys() <= set(texts):
        raise InputsError(f"{where}: names no input. Inputs are: {', '.join(inputs)}.")
    return columns


def _nearest(title: str, name: str, inputs: dict[str, Input]) -> str:
    known = {NAME_COLUMN: NAME_COLUMN} | {one: one for one in inputs}
    labels = {one.label.lower(): one.name for one in inputs.values()}  # as the Inputs sheet words them
    near = [title.lower()] if title.lower() in labels else difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    near = near or difflib.get_close_matches(title.lower(), labels, n=1, cutoff=0.5)
    return f"Did you mean {(known | labels)[near[0]]!r}?" if near else f"Inputs are: {', '.join(inputs)}."


def _name(table: Table, row: int, cells: list[Any], columns: dict[str, int], otherwise: str) -> str:
    content = _at(cells, columns[NAME_COLUMN]) if NAME_COLUMN in columns else ""
    if content == "":
        content = otherwise
    where = f"{table.place}, row {row}, column {NAME_COLUMN!r}"
    if isinstance(content, bool) or not isinstance(content, (str, int, float)) or content != content:
        raise InputsError(f"{where}: {_shown(content)}, not a name. Write it as text.")
    name = " ".join(str(content).split())
    if len(name) > LONGEST_NAME:
        raise InputsError(f"{where}: {name!r} is longer than {LONGEST_NAME} characters. Give a shorter name.")
    _refuse_invisible(where, name)
    wild = [sign for sign in _WILDCARDS if sign in name]
    if wild:
        raise InputsError(f"{where}: {name!r} has {wild[0]} in it, which Excel takes for any text. Leave it out.")
    return name


def _note(table: Table, row: int, cells: list[Any], columns: dict[str, int]) -> str:
    note = " ".join(str(_at(cells, columns[NOTE_COLUMN])).split()) if NOTE_COLUMN in columns else ""
    where = f"{table.place}, row {row}, column {NOTE_COLUMN!r}"
    if len(note) > LONGEST_NOTE:
        raise InputsError(f"{where}: is longer than {LONGEST_NOTE} characters. Shorten it.")
    _refuse_invisible(where, note)
    return note


def _refuse_invisible(where: str, text: str) -> None:
    if not text.isprintable():
        sign = next(sign for sign in text if not sign.isprintable())
        raise InputsError(f"{where}: {text!r} has an invisible character, U+{ord(sign):04X}. Type it again.")


def _number(table: Table, row: int, content: Any, item: Input) -> float:
    where = f"{table.place}, row {row}, column {item.name!r}"
    if isinstance(content, str):
        try:
            value = number(content, table.decimal)
        except ValueError as error:
            raise InputsError(f"{where}: {error}.") from None
    elif isinstance(content, bool) or not isinstance(content, (int, float)) or content != content:
        raise InputsError(f"{where}: {_shown(content)}, not a number. Format the cell as a number and type it again.")
    else:
        value = float(content)
    if not item.low <= value <= item.high:
        raise InputsError(
            f"{where}: {_shown(content)} is outside {item.low:g} to {item.high:g} ({item.label}, {item.unit}). "
            "Correct it."
        )
    return value


def _shown(content: Any) -> str:
    """Return a cell's content as a message names it."""
    if isinstance(content, bool):
        return f"{str(content).upper()} is a truth value"
    if isinstance(content, (datetime.date, datetime.time, datetime.timedelta)):
        return f"{content} is a date or time"
    if isinstance(content, float) and content != content:
        return "the cell has an error value"
    return repr(content)
