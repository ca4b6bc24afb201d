"""Scenarios from a table: one row a scenario, a column per input, read by pandas."""

from __future__ import annotations

import difflib
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from workbooks.model import Input, Model, Scenario

if TYPE_CHECKING:
    import pandas as pd

NAME_COLUMN: Final = "scenario"
EXAMPLE: Final = """\
scenario,gpu,mult,margin,revenue
Cautious,50e9,2,0.5,75e9
Bold,250e9,2,0.6,400e9
"""
_READABLE: Final = (".csv", ".xlsx", ".xlsm")


class InputsError(Exception):
    """A table of inputs can't be used; the message names file, row and column, and what to do."""


def read_scenarios(path: Path, model: Model) -> list[Scenario]:
    """Return the scenarios of a file.

    Parameters
    ----------
    path : a .csv or .xlsx file. Its first sheet has a header row with the names of inputs, and a column
        ``scenario`` with the scenarios' names; without it the rows are named after the file.
    model : the inputs it may set. An input without a column, or with an empty cell, is as in the base case.

    Raises
    ------
    InputsError
        The file, a column, a row or a value can't be used.
    """
    table = _read(path)
    inputs = {one.name: one for one in model.inputs}
    columns = [str(column).strip().lower() for column in table.columns]
    table.columns = columns
    _check_columns(path, columns, inputs)
    if table.empty:
        raise InputsError(f"{path}: has a header but no row. Add one row per scenario.")
    base = model.scenarios[0]
    scenarios: list[Scenario] = []
    for position, record in enumerate(table.to_dict("records"), start=2):
        name = _name(path, position, record.get(NAME_COLUMN), len(table))
        if name in {one.name for one in scenarios}:
            raise InputsError(f"{path}, row {position}: the scenario {name!r} is there twice. Give each its own name.")
        given = {
            column: _number(path, position, inputs[column], value)
            for column, value in record.items()
            if column in inputs and not _blank(value)
        }
        scenarios.append(Scenario(name, {**base.values, **given}))
    return scenarios


def _read(path: Path) -> pd.DataFrame:
    if not path.exists():
        raise InputsError(f"{path}: there is no such file.")
    if path.suffix.lower() not in _READABLE:
        raise InputsError(f"{path}: is not a .csv or .xlsx file. Save the table as one of them.")
    import pandas as pd

    try:
        if path.suffix.lower() == ".csv":
            return pd.read_csv(path, dtype=object, keep_default_na=False, skipinitialspace=True)
        return pd.read_excel(path, dtype=object, keep_default_na=False)
    except pd.errors.EmptyDataError:
        raise InputsError(
            f"{path}: is empty. Write a header row with the names of inputs, then one row per scenario."
        ) from None
    except Exception as error:  # readers raise whatever the file's damage makes them raise
        raise InputsError(
            f"{path}: can't be read as a table ({_one_line(error)}). Save it again as .csv or .xlsx."
        ) from error


def _check_columns(path: Path, columns: list[str], inputs: dict[str, Input]) -> None:
    for position, column in enumerate(columns):
        if column in columns[:position]:
            raise InputsError(f"{path}: the column {column!r} is there twice. Remove one.")
        if column != NAME_COLUMN and column not in inputs:
            near = difflib.get_close_matches(column, [NAME_COLUMN, *inputs], n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]!r}?" if near else f"Inputs are: {', '.join(inputs)}."
            raise InputsError(f"{path}: no input is called {column!r}. {hint}")


def _name(path: Path, position: int, value: Any, rows: int) -> str:
    if _blank(value):
        return path.stem if rows == 1 else f"{path.stem} {position - 1}"
    name = " ".join(str(value).split())
    if len(name) > 40:
        raise InputsError(f"{path}, row {position}: the scenario's name is longer than 40 characters. Shorten it.")
    return name


def _number(path: Path, position: int, item: Input, value: Any) -> float:
    where = f"{path}, row {position}, column {item.name!r}"
    try:
        if isinstance(value, bool):
            raise ValueError
        number = float(value)
    except (TypeError, ValueError):
        raise InputsError(f"{where}: {str(value)!r} is not a number. Write it in full, such as 50e9 or 0.5.") from None
    if not math.isfinite(number) or not item.low <= number <= item.high:
        raise InputsError(f"{where}: {number:g} is outside {item.low:g} to {item.high:g} ({item.label}, {item.unit}).")
    return number


def _blank(value: Any) -> bool:
    return (
        value is None
        or (isinstance(value, float) and math.isnan(value))
        or (isinstance(value, str) and not value.strip())
    )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
