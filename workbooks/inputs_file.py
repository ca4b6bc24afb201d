"""Scenarios from a table: one row a scenario, a column per input, and what each cell of it must be."""

from __future__ import annotations

import datetime
import difflib
import re
from pathlib import Path
from typing import Any, Final

from workbooks.model import Input, Model, Scenario
from workbooks.table_file import InputsError, Table, is_blank, read_table
from workbooks.written_numbers import number

__all__ = ["EXAMPLE", "InputsError", "read_scenarios"]

NAME_COLUMN: Final = "scenario"
EXAMPLE: Final = """\
scenario,gpu,mult,margin,revenue
Cautious,50e9,2,0.5,75e9
Bold,250e9,2,0.6,400e9
"""
LONGEST_NAME: Final = 40
MOST_SCENARIOS: Final = 1000  # a column each, on every sheet that compares them

# MATCH, with which the workbook finds the live scenario, reads these as wildcards.
_WILDCARDS: Final = "*?~"


def read_scenarios(path: Path, model: Model) -> list[Scenario]:
    """Return the scenarios of a file.

    Parameters
    ----------
    path : a .csv or .xlsx file. The first row of its (first) sheet names inputs, in any order, and in a column
        ``scenario`` each further row has its scenario's name; without that column the rows are named after the file.
    model : the inputs it may set. An input without a column, or with an empty cell, is as in the base case, or as
        in the model's own scenario of that name.

    Raises
    ------
    InputsError
        The file, a column, a row or a value can't be used.
    """
    table = read_table(path)
    inputs = {one.name: one for one in model.inputs}
    header = next((position for position, row in enumerate(table.rows) if not all(map(is_blank, row))), None)
    if header is None:
        raise InputsError(f"{table.place}: is empty. Write a header row with names of inputs, then a row per scenario.")
    columns = _columns(table, header, inputs)
    rows = [position for position, row in enumerate(table.rows) if position > header and not all(map(is_blank, row))]
    if not rows:
        raise InputsError(f"{table.place}: has a header but no row under it. Add a row per scenario.")
    if len(rows) > MOST_SCENARIOS:
        raise InputsError(
            f"{table.place}: has {len(rows):,} scenarios, and a workbook sets at most {MOST_SCENARIOS:,} side by side. "
            "Split the table."
        )
    own = {one.name.casefold(): one for one in model.scenarios}
    found: dict[str, tuple[int, Scenario]] = {}
    for row in rows:
        name = _name(table, row, columns, path.stem if len(rows) == 1 else f"{path.stem} {len(found) + 1}")
        key = name.casefold()  # as Excel compares
        if key in found:
            raise InputsError(
                f"{table.place}, row {row + 1}: the scenario {name!r} is there already, in row {found[key][0] + 1}. "
                "Give each its own name."
            )
        base = own.get(key, model.scenarios[0])
        given = {
            column: _number(table, row, position, inputs[column])
            for column, position in columns.items()
            if column != NAME_COLUMN and not is_blank(table.rows[row][position])
        }
        found[key] = row, Scenario(base.name if key in own else name, {**base.values, **given})
    return [scenario for _, scenario in found.values()]


def _columns(table: Table, header: int, inputs: dict[str, Input]) -> dict[str, int]:
    """Return input, or ``scenario``, -> position of its column."""
    from openpyxl.utils import get_column_letter

    columns: dict[str, int] = {}
    for position, content in enumerate(table.rows[header]):
        title = " ".join(str(content).split())
        name = re.sub(r"[\s-]", "_", title.lower())
        if not title:
            below = enumerate(table.rows[header:], start=header + 1)
            row = next((row for row, cells in below if not is_blank(cells[position])), None)
            if row is not None:
                raise InputsError(
                    f"{table.place}, row {row}: column {get_column_letter(position + 1)} is filled but has no name in "
                    f"row {header + 1}. Name the column, or empty it."
                )
        elif name in columns:
            raise InputsError(f"{table.place}, row {header + 1}: the column {name!r} is there twice. Remove one.")
        elif name != NAME_COLUMN and name not in inputs:
            if any(str(cells[0]).strip().lower() in inputs for cells in table.rows[header + 1 :]):
                raise InputsError(
                    f"{table.place}: has the inputs below each other. They go side by side, with a row per scenario: "
                    "turn the table (in Excel: copy, Paste Special, Transpose)."
                )
            raise InputsError(
                f"{table.place}, row {header + 1}: no input is called {title!r}. {_nearest(title, name, inputs)}"
            )
        else:
            columns[name] = position
    if columns.keys() <= {NAME_COLUMN}:
        raise InputsError(f"{table.place}, row {header + 1}: names no input. Inputs are: {', '.join(inputs)}.")
    return columns


def _nearest(title: str, name: str, inputs: dict[str, Input]) -> str:
    known = {NAME_COLUMN: NAME_COLUMN} | {one: one for one in inputs}
    labels = {one.label.lower(): one.name for one in inputs.values()}  # as the Inputs sheet words them
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    near = near or difflib.get_close_matches(title.lower(), labels, n=1, cutoff=0.5)
    return f"Did you mean {(known | labels)[near[0]]!r}?" if near else f"Inputs are: {', '.join(inputs)}."


def _name(table: Table, row: int, columns: dict[str, int], otherwise: str) -> str:
    content = table.rows[row][columns[NAME_COLUMN]] if NAME_COLUMN in columns else ""
    if is_blank(content):
        content = otherwise
    where = f"{table.place}, row {row + 1}, column {NAME_COLUMN!r}"
    if isinstance(content, bool) or not isinstance(content, (str, int, float)) or content != content:
        raise InputsError(f"{where}: {_shown(content)}, not a name. Write it as text.")
    name = " ".join(str(content).split())
    if len(name) > LONGEST_NAME:
        raise InputsError(f"{where}: {name!r} is longer than {LONGEST_NAME} characters. Give a shorter name.")
    if not name.isprintable():
        sign = next(sign for sign in name if not sign.isprintable())
        raise InputsError(f"{where}: {name!r} has an invisible character, U+{ord(sign):04X}. Type the name again.")
    wild = [sign for sign in _WILDCARDS if sign in name]
    if wild:
        raise InputsError(f"{where}: {name!r} has {wild[0]} in it, which Excel takes for any text. Leave it out.")
    return name


def _number(table: Table, row: int, position: int, item: Input) -> float:
    content = table.rows[row][position]
    where = f"{table.place}, row {row + 1}, column {item.name!r}"
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
