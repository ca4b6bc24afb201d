"""The summary against its reports, and against NumPy's statistics of them."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from tests.tools import validate_package
from tests.workbooks.batch.cases import MODEL, as_csv, drawn
from tests.workbooks.batch.test_run import batch
from tests.workbooks.semantics import problems
from workbooks.models import MODELS
from workbooks.vector.scenario_table import headlines

GAP = MODELS[MODEL]
SCENARIOS = drawn(GAP, 30, seed=5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished batch, with a note on each scenario."""
    folder = tmp_path_factory.mktemp("batch")
    lines = as_csv(GAP, SCENARIOS).splitlines()
    noted = [lines[0] + ",note", *(f"{line},<note> {number} & more" for number, line in enumerate(lines[1:]))]
    (folder / "plan.csv").write_text("\n".join(noted))
    assert batch(folder / "plan.csv", "-o", folder / "out")[0] == 0
    return folder / "out"


def figures(folder: Path) -> pd.DataFrame:
    """Return the headline figures as the reports have them, by their names in the workbook."""
    rows = []
    for scenario in SCENARIOS:
        book = openpyxl.load_workbook(folder / f"{scenario.name}.xlsx", data_only=True)
        places = {name: next(iter(defined.destinations)) for name, defined in book.defined_names.items()}
        rows.append({name: book[sheet][cell.replace("$", "")].value for name, (sheet, cell) in places.items()})
    return pd.DataFrame(rows)


def as_cell(content: object) -> object:
    """Return what a cell holds: a column with a text in it, such as "more than 10", is read as text."""
    try:
        return float(str(content))
    except ValueError:
        return content


def test_the_csv_file_says_what_the_reports_say(folder: Path) -> None:
    table = pd.read_csv(folder / "summary.csv")
    names = [one.name for one in GAP.inputs]
    headline = [name for name in table.columns if name not in {"row", "scenario", "note", "file", "problem", *names}]
    assert len(headline) >= 2
    reports = figures(folder)
    for name in headline:
        assert [as_cell(one) for one in table[name]] == list(reports[name])
    for name in names:
        assert list(table[name]) == [one.values[name] for one in SCENARIOS]
        # openpyxl writes inputs with sixteen digits
        assert list(table[name]) == pytest.approx(list(reports[name]), rel=1e-15)
    assert list(table["scenario"]) == [one.name for one in SCENARIOS]
    assert list(table["row"]) == list(range(2, 32))
    assert table["note"][3] == "<note> 3 & more"
    assert table["file"][3] == "Case 3.xlsx"
    assert table["problem"].isna().all()


def test_the_workbook_has_the_same_rows(folder: Path) -> None:
    table = pd.read_csv(folder / "summary.csv")
    sheet = pd.read_excel(folder / "summary.xlsx", sheet_name="Scenarios", header=2)
    assert sheet.shape == table.shape
    for theirs, ours in zip(sheet, table, strict=True):
        assert [as_cell(one) for one in sheet[theirs].fillna("")] == [as_cell(one) for one in table[ours].fillna("")], (
            ours
        )


def test_percentiles_and_bins(folder: Path) -> None:
    table = pd.read_csv(folder / "summary.csv")
    book = openpyxl.load_workbook(folder / "summary.xlsx")
    labels = {row.label: name for name, row in headlines(GAP).items()}
    lines = [[cell.value for cell in row[1:]] for row in book["Summary"].iter_rows(min_row=6) if row[1].value in labels]
    assert len(lines) == len(labels)
    for label, _, count, *shares in lines:
        numbers = pd.to_numeric(table[labels[label]], errors="coerce").dropna()
        assert count == len(numbers)
        expected = np.quantile(numbers, [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1], method="nearest")
        assert shares == pytest.approx(expected.tolist(), rel=1e-15)
    spread = [[cell.value for cell in row[1:4]] for row in book["Spread"].iter_rows(min_row=3)]
    for place, (label, *_) in enumerate(spread):
        if label in labels:
            bins = [line for line in spread[place + 1 : place + 13] if line[2] is not None]
            numbers = pd.to_numeric(table[labels[label]], errors="coerce").dropna()
            assert sum(count for *_, count in bins) == len(numbers)
            assert [count for *_, count in bins] == np.histogram(numbers, len(bins))[0].tolist()


def test_excel_opens_it(folder: Path) -> None:
    package = (folder / "summary.xlsx").read_bytes()
    assert validate_package(package) == []
    assert problems(package) == []
    charts = openpyxl.load_workbook(io.BytesIO(package))["Summary"]._charts
    assert 1 <= len(charts) <= 8
    for chart in charts:
        assert chart.x_axis.delete is False
        assert chart.y_axis.delete is False
