"""A table of scenarios in, a table of their headline figures out: block by block, however long it is."""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice, repeat
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Protocol

from udfs import ExcelError
from workbooks.inputs_file import ScenarioRow, refuse_double
from workbooks.model import Model, Row, Section
from workbooks.style import BODY, FORMATS, HEADER, HEADER_FILL, LEFT, RIGHT
from workbooks.table_file import InputsError
from workbooks.vector.model_program import SAMPLE, CompiledModel

if TYPE_CHECKING:
    from openpyxl import Workbook

ROWS: Final = 8192  # that are in memory at a time
MOST_IN_WORKBOOK: Final = 1_048_575
SUFFIXES: Final = (".csv", ".xlsx", ".parquet")
_CHECKED: Final = 2  # rows of each block after the first that the engine computes too


@dataclass(frozen=True)
class Column:
    """A column of the table of results."""

    name: str
    label: str
    unit: str
    format: str


class Writer(Protocol):
    """Writes a table block by block."""

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write some rows."""

    def close(self) -> None:
        """Write what is left."""


def compute_table(
    rows: Iterable[ScenarioRow], place: str, model: Model, cluster: str | None = None
) -> tuple[list[Column], Iterator[list[list[Any]]]]:
    """Return the columns of the results, and the results block by block.

    Parameters
    ----------
    rows : the scenarios.
    place : the table they come from, for messages.
    model : what computes them.
    cluster : address of a Dask scheduler, whose workers do.

    Returns
    -------
    columns, blocks
        A row has the scenario's name, its inputs and the headline figures; a figure that is no number is text.

    Raises
    ------
    InputsError
        A row can't be used, or a name is there twice; also while blocks are taken.
    VectorError
        A formula is beyond what is computed over arrays, or the engine computes another value.
    ClusterError
        The cluster can't do the work; while blocks are taken.
    """
    columns = [
        Column("scenario", "Scenario", "", "text"),
        *(Column(one.name, one.label, one.unit, one.format) for one in model.inputs),
        *(Column(name, row.label, row.unit, row.format) for name, row in headlines(model).items()),
    ]
    blocks = _blocks(rows, place)
    if cluster is not None:
        from workbooks.cluster import mapped

        return columns, (result for _, result in mapped(cluster, _on_worker, model.name, blocks))
    compiled = CompiledModel(model)
    checks = chain([SAMPLE], repeat(_CHECKED))
    return columns, (_computed(compiled, block, check) for block, check in zip(blocks, checks, strict=False))


def headlines(model: Model) -> dict[str, Row]:
    """Return the headline figures of a model, by their workbook names."""
    blocks = (block for sheet in model.sheets for block in sheet.blocks)
    sections = (block for block in blocks if isinstance(block, Section))
    return {row.name: row for section in sections for row in section.rows if row.name}


def _blocks(rows: Iterable[ScenarioRow], place: str) -> Iterator[list[ScenarioRow]]:
    seen: dict[str, ScenarioRow] = {}
    waiting = iter(rows)
    while block := list(islice(waiting, ROWS)):
        for one in block:
            key = one.scenario.name.casefold()
            refuse_double(place, one, seen.get(key))
            seen[key] = one
        yield block


def _computed(compiled: CompiledModel, block: Sequence[ScenarioRow], check: int) -> list[list[Any]]:
    given = {line.name: [one.scenario.values[line.name] for one in block] for line in compiled.model.inputs}
    results = compiled.evaluate(given, check=check)
    figures = [map(_shown, results.values(name)) for name in compiled.outputs]
    names = [one.scenario.name for one in block]
    return [list(row) for row in zip(names, *given.values(), *figures, strict=True)]


_compiling = Lock()  # a worker may have several threads


@lru_cache(maxsize=1)
def _compiled(model: str) -> CompiledModel:
    from workbooks.models import MODELS

    return CompiledModel(MODELS[model])


def _on_worker(model: str, block: Sequence[ScenarioRow]) -> list[list[Any]]:
    with _compiling:
        return _computed(_compiled(model), block, _CHECKED)


def _shown(value: Any) -> Any:
    return str(value) if isinstance(value, ExcelError) else value


@contextlib.contextmanager
def writer(path: Path, suffix: str, columns: Sequence[Column]) -> Iterator[Writer]:
    """Open a file for a table: .csv, .xlsx or .parquet."""
    made: Writer
    if suffix == ".xlsx":
        made = _Workbook(path, columns)
    elif suffix == ".parquet":
        made = _Parquet(path, columns)
    else:
        made = _Csv(path, columns)
    try:
        yield made
    finally:
        made.close()


class _Csv:
    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow([one.name for one in columns])

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        self._writer.writerows(rows)

    def close(self) -> None:
        self._file.close()


class _Workbook:
    """A sheet with the table, in the formats of the model, and one that says what its columns are."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        from openpyxl import Workbook
        from openpyxl.utils import get_column_letter

        self._path, self._columns = path, columns
        self._rows = 0
        self._book: Workbook = Workbook(write_only=True)
        self._sheet: Any = self._book.create_sheet("Scenarios")
        self._sheet.freeze_panes = "B2"
        for place, one in enumerate(columns, start=1):
            width = 28 if place == 1 else max(13, len(one.name) + 3)
            self._sheet.column_dimensions[get_column_letter(place)].width = width
        self._sheet.append([self._header(one.name, first=place == 0) for place, one in enumerate(columns)])

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        self._rows += len(rows)
        if self._rows > MOST_IN_WORKBOOK:
            raise InputsError(
                f"The table has more than {MOST_IN_WORKBOOK:,} scenarios, the most that a sheet holds. "
                "Give the output a name that ends in .csv or .parquet."
            )
        for row in rows:
            self._sheet.append([self._cell(value, one.format) for value, one in zip(row, self._columns, strict=True)])

    def close(self) -> None:
        from openpyxl.utils import get_column_letter

        self._sheet.auto_filter.ref = f"A1:{get_column_letter(len(self._columns))}{self._rows + 1}"
        legend: Any = self._book.create_sheet("Columns")
        for letter, width in (("A", 28), ("B", 52), ("C", 20)):
            legend.column_dimensions[letter].width = width
        legend.append([self._header(text, first=True) for text in ("Column", "Meaning", "Unit")])
        for one in self._columns:
            legend.append([self._cell(text, "text") for text in (one.name, one.label, one.unit)])
        self._book.save(self._path)

    def _header(self, text: str, *, first: bool) -> Any:
        cell = self._cell(text, "text")
        cell.font, cell.fill, cell.alignment = HEADER, HEADER_FILL, LEFT if first else RIGHT
        return cell

    def _cell(self, value: Any, form: str) -> Any:
        from openpyxl.cell import WriteOnlyCell

        cell: Any = WriteOnlyCell(self._sheet, value)
        if isinstance(value, str):
            cell.data_type = "s"  # a text that starts with = is no formula
        cell.font, cell.number_format = BODY, FORMATS[form]
        return cell


class _Parquet:
    """Numbers as numbers; where a figure is none its cell is empty, because a column has one type."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        import pyarrow
        from pyarrow import parquet

        self._schema = pyarrow.schema(
            [(one.name, pyarrow.string() if one.name == "scenario" else pyarrow.float64()) for one in columns]
        )
        self._writer = parquet.ParquetWriter(path, self._schema)

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        import pyarrow

        names, *figures = zip(*rows, strict=True)
        numbers = [[value if isinstance(value, float) else None for value in column] for column in figures]
        self._writer.write_table(pyarrow.table([list(names), *numbers], schema=self._schema))

    def close(self) -> None:
        self._writer.close()
