"""Distributions and rank correlations as tables: one row an input, and one row a pair of inputs."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from workbooks.model import Input, Model
from workbooks.simulation.distributions import KINDS, MEANINGS, Distribution, DistributionError
from workbooks.table_file import InputsError, Table, is_blank, open_table
from workbooks.written_numbers import number

EXAMPLE: Final = """\
input,distribution,low,likely,high,mean,sd,values,chances
hour_price,PERT,1.2,2.65,4,,,,
used,triangular,40%,85%,95%,,,,
hour_decline,normal,,,,20%,8%,,
power_price,lognormal,,,,0.08,0.03,,
hurdle,uniform,8%,,16%,,,,
useful_life,discrete,,,,,,4;5;6,25%;50%;25%
"""
CORRELATIONS_EXAMPLE: Final = """\
input,with,correlation
hour_price,used,0.6
"""

_PARAMETERS: Final = ("low", "likely", "high", "mean", "sd", "values", "chances")
_COLUMNS: Final = ("input", "distribution", *_PARAMETERS)
_PAIR_COLUMNS: Final = ("input", "with", "correlation")
_OTHER_NAMES: Final[Mapping[str, str]] = {
    "min": "low", "minimum": "low", "lowest": "low", "mode": "likely", "most_likely": "likely", "max": "high",
    "maximum": "high", "highest": "high", "average": "mean", "stdev": "sd", "std": "sd", "standard_deviation": "sd",
    "probabilities": "chances", "weights": "chances",
}  # fmt: skip


@dataclass(frozen=True)
class Correlation:
    """Rank correlation that two inputs are to have."""

    first: str
    second: str
    value: float


def read_distributions(source: str | Path, model: Model) -> list[Distribution]:
    """Return the distributions of a table, in the order of the model's inputs.

    Parameters
    ----------
    source : a .csv, .xlsx or .parquet file with the columns ``input`` and ``distribution``, and a column for each
        parameter that is needed: low, likely, high, mean, sd, values, chances.
    model : whose inputs they are about.

    Raises
    ------
    InputsError
        The file, a column, a row or a value can't be used.
    """
    table = open_table(source)
    inputs = {one.name: one for one in model.inputs}
    found: dict[str, tuple[int, Distribution]] = {}
    for row, cells in _rows(table, _COLUMNS, _COLUMNS[:2]):
        name = _input_name(table, row, "input", cells["input"], inputs)
        if name in found:
            raise InputsError(
                f"{table.place}, row {row}: the input {name!r} is there already, in row {found[name][0]}. Remove one."
            )
        found[name] = row, _distribution(table, row, cells, inputs[name])
    if not found:
        raise InputsError(f"{table.place}: has a header but no row under it. Add a row per input that varies.")
    return [found[name][1] for name in inputs if name in found]


def read_correlations(source: str | Path, model: Model, distributions: Sequence[Distribution]) -> list[Correlation]:
    """Return the rank correlations of a table with the columns ``input``, ``with`` and ``correlation``.

    Raises
    ------
    InputsError
        The file or a row can't be used; also where an input has no distribution.
    """
    table = open_table(source)
    inputs = {one.name: one for one in model.inputs}
    drawn = {one.input.name for one in distributions}
    found: dict[frozenset[str], tuple[int, Correlation]] = {}
    for row, cells in _rows(table, _PAIR_COLUMNS, _PAIR_COLUMNS):
        names = [_input_name(table, row, column, cells[column], inputs) for column in _PAIR_COLUMNS[:2]]
        for name in names:
            if name not in drawn:
                raise InputsError(f"{table.place}, row {row}: the input {name!r} has no distribution. Give it one.")
        pair = frozenset(names)
        if len(pair) < 2:
            raise InputsError(f"{table.place}, row {row}: {names[0]!r} is correlated with itself. Name two inputs.")
        if pair in found:
            raise InputsError(
                f"{table.place}, row {row}: {names[0]!r} and {names[1]!r} are there already, in row {found[pair][0]}. "
                "Remove one."
            )
        value = _number(table, row, "correlation", cells["correlation"])
        if not -1 < value < 1:
            raise InputsError(f"{table.place}, row {row}: a correlation of {value:g}. Give one between -1 and 1.")
        found[pair] = row, Correlation(names[0], names[1], value)
    return [one for _, one in found.values()]


def _rows(table: Table, known: Sequence[str], needed: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield number and cells of each row that is not empty, by the names of their columns."""
    columns: dict[str, int] | None = None
    for row, cells in enumerate(table.rows, start=table.first):
        if all(map(is_blank, cells)):
            continue
        if columns is None:
            columns = _columns(table, row, cells, known, needed)
            continue
        yield row, {name: cells[place] if place < len(cells) else "" for name, place in columns.items()}
    if columns is None:
        raise InputsError(f"{table.place}: is empty. Write a header row with {', '.join(needed)}, then the rows.")


def _columns(
    table: Table, row: int, cells: Sequence[Any], known: Sequence[str], needed: Sequence[str]
) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, content in enumerate(cells):
        if is_blank(content):
            continue
        title = " ".join(str(content).split())
        name = re.sub(r"[\s-]", "_", title.lower())
        name = name if name in known else _OTHER_NAMES.get(name, name)
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Columns are: {', '.join(known)}."
            raise InputsError(f"{table.place}, row {row}: there is no column {title!r}. {hint}")
        if name in columns:
            raise InputsError(f"{table.place}, row {row}: the column {name!r} is there twice. Remove one.")
        columns[name] = place
    for name in needed:
        if name not in columns:
            raise InputsError(f"{table.place}, row {row}: the column {name!r} is missing. Add it.")
    return columns


def _input_name(table: Table, row: int, column: str, content: Any, inputs: Mapping[str, Input]) -> str:
    title = " ".join(str(content).split())
    name = re.sub(r"[\s-]", "_", title.lower())
    labels = {one.label.lower(): one.name for one in inputs.values()}
    if name in inputs:
        return name
    if title.lower() in labels:
        return labels[title.lower()]
    near = difflib.get_close_matches(name, inputs, n=1) or [
        labels[one] for one in difflib.get_close_matches(title.lower(), labels, n=1, cutoff=0.5)
    ]
    hint = f"Did you mean {near[0]!r}?" if near else f"Inputs are: {', '.join(inputs)}."
    raise InputsError(f"{table.place}, row {row}, column {column!r}: no input is called {title!r}. {hint}")


def _distribution(table: Table, row: int, cells: Mapping[str, Any], item: Input) -> Distribution:
    title = str(cells["distribution"]).strip()
    kinds = {one.lower(): one for one in KINDS}
    if title.lower() not in kinds:
        near = difflib.get_close_matches(title.lower(), kinds, n=1, cutoff=0.5)
        hint = f"Did you mean {kinds[near[0]]!r}?" if near else f"There are: {', '.join(KINDS)}."
        raise InputsError(f"{table.place}, row {row}: there is no distribution {title!r}. {hint}")
    kind = kinds[title.lower()]
    given = {name: cells[name] for name in _PARAMETERS if name in cells and not is_blank(cells[name])}
    for name in KINDS[kind]:
        if name not in given:
            raise InputsError(
                f"{table.place}, row {row}: {kind} needs {' and '.join(KINDS[kind])} ({MEANINGS[kind]}), "
                f"and {name!r} is missing. Fill it in."
            )
    allowed = (*KINDS[kind], *(("chances",) if kind == "discrete" else ()))
    for name in given:
        if name not in allowed:
            raise InputsError(f"{table.place}, row {row}: {kind} has no {name!r}. Empty that cell.")
    try:
        if kind == "discrete":
            values = _numbers(table, row, "values", given["values"])
            chances = _numbers(table, row, "chances", given["chances"]) if "chances" in given else ()
            if chances and len(chances) != len(values):
                raise DistributionError(f"there are {len(values)} values and {len(chances)} chances. Give as many.")
            return Distribution(item, kind, {}, values, chances or (1 / len(values),) * len(values))
        return Distribution(item, kind, {name: _number(table, row, name, given[name]) for name in KINDS[kind]})
    except DistributionError as error:
        raise InputsError(f"{table.place}, row {row} ({item.name}, {kind}): {error}") from None


def _numbers(table: Table, row: int, column: str, content: Any) -> tuple[float, ...]:
    """Return the numbers of a list, which semicolons or bars separate."""
    if not isinstance(content, str):
        return (_number(table, row, column, content),)
    return tuple(_number(table, row, column, part.strip()) for part in re.split(r"[;|]", content) if part.strip())


def _number(table: Table, row: int, column: str, content: Any) -> float:
    where = f"{table.place}, row {row}, column {column!r}"
    if isinstance(content, str):
        try:
            return number(content, table.decimal)
        except ValueError as error:
            raise InputsError(f"{where}: {error}.") from None
    if isinstance(content, bool) or not isinstance(content, (int, float)) or content != content:
        raise InputsError(f"{where}: {content!r} is not a number. Format the cell as a number and type it again.")
    return float(content)
