"""``aicapex scenarios`` and ``aicapex simulate``, run as a user runs them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tests.addin.command_line import refusal, run
from tests.tools import validate_package
from tests.workbooks import semantics
from workbooks.lint.reading import read
from workbooks.lint.rules import check, chosen
from workbooks.simulation.distributions_file import CORRELATIONS_EXAMPLE, EXAMPLE

SCENARIOS = "scenario,gpu,mult,margin,revenue\nCautious,50e9,2,0.5,75e9\nLate,150e9,2,50%,75e9\n"


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the workbook of a simulation, and what the command printed."""
    folder = tmp_path_factory.mktemp("simulate")
    (folder / "plan.csv").write_text(EXAMPLE)
    (folder / "pairs.csv").write_text(CORRELATIONS_EXAMPLE)
    done = run("simulate", "plan.csv", "--correlations", "pairs.csv", "--draws", "9000", "-o", "sim.xlsx", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "sim.xlsx", done.stdout


def test_scenarios_on_the_screen(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(SCENARIOS)
    done = run("scenarios", "plan.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    # Cahn's 200 and 600 billion
    assert [(row["scenario"], float(row["required_revenue"])) for row in rows] == [("Cautious", 200e9), ("Late", 600e9)]
    assert [float(row["revenue_gap"]) for row in rows] == [125e9, 525e9]
    assert [path.name for path in tmp_path.iterdir()] == ["plan.csv"]


def test_scenarios_into_files(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(SCENARIOS + "None,50e9,2,0.5,0\n")
    for name in ("out.csv", "out.xlsx", "out.parquet"):
        done = run("scenarios", "plan.csv", "--model", "gap", "-o", name, cwd=tmp_path)
        assert done.stdout == f"{name} written: 3 scenarios\n", done.stderr
    by_text = pd.read_csv(tmp_path / "out.csv", keep_default_na=False)
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    head, *rows = book["Scenarios"].values
    assert list(head) == list(by_text.columns)
    for row, expected in zip(rows, by_text.itertuples(index=False), strict=True):
        for cell, written in zip(row, expected, strict=True):
            number = isinstance(cell, (int, float))
            assert (cell == pytest.approx(float(written), rel=1e-15)) if number else (cell == written)
    assert by_text["years_to_close"].tolist()[2] == "never"
    typed = pd.read_parquet(tmp_path / "out.parquet")
    assert typed["revenue_gap"].tolist() == [125e9, 525e9, 200e9]
    assert typed["years_to_close"].isna().tolist() == [False, False, True]  # a column of numbers has no text
    assert {row[0] for row in book["Columns"].values} >= {"gpu", "years_to_close"}
    assert validate_package((tmp_path / "out.xlsx").read_bytes()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("scenarios", "missing.csv"), "there is no such file"),
        (("scenarios", "plan.csv", "-o", "plan.csv"), "is the table of scenarios itself"),
        (("scenarios", "plan.csv", "-o", "out.txt"), "must end in .csv, .xlsx or .parquet"),
        (("scenarios", "plan.csv", "--model", "x"), "there is no model 'x'"),
        (
            ("scenarios", "bad.csv", "--model", "gap", "-o", "out.csv"),
            "row 3, column 'margin': '5' is outside 0 to 0.95",
        ),
        (("scenarios", "double.csv", "--model", "gap", "-o", "out.csv"), "is there already, in row 2"),
        (("simulate", "plan.csv"), "row 1: there is no column 'scenario'. Columns are: input, distribution"),
        (("simulate", "d.csv", "-o", "d.csv"), "the name must end in .xlsx"),
        (("simulate", "d.csv", "--scenario", "Basis"), "there is no scenario 'Basis'. There are: Base case"),
        (("simulate", "d.csv", "--draws", "0"), "'--draws'"),
        (("simulate", "d.csv", "--correlations", "missing.csv"), "there is no such file"),
    ],
)
def test_refusals(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    (tmp_path / "plan.csv").write_text(SCENARIOS)
    (tmp_path / "bad.csv").write_text(SCENARIOS.replace("50%", "5"))
    (tmp_path / "double.csv").write_text(SCENARIOS.replace("Late", "Cautious"))
    (tmp_path / "d.csv").write_text(EXAMPLE)
    assert words in refusal(*arguments, cwd=tmp_path)


def test_simulation_on_the_screen(simulated: tuple[Path, str]) -> None:
    _, text = simulated
    assert "9,000 draws, seed 1" in text
    assert "Net present value" in text
    assert "probability of a payback in under so many years" in text
    assert "probability that the gap is closed" in text


def test_the_same_seed_gives_the_same_bytes(simulated: tuple[Path, str], tmp_path: Path) -> None:
    path, _ = simulated
    for name in ("plan.csv", "pairs.csv"):
        (tmp_path / name).write_bytes((path.parent / name).read_bytes())
    book = openpyxl.load_workbook(path)
    command = next(row[3] for row in book["Settings"].values if row[1] == "Command")
    assert command == "aicapex simulate plan.csv --draws 9000 --seed 1 --correlations pairs.csv"
    done = run(*command.split()[1:], "-o", "again.xlsx", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


def test_the_workbook_of_a_simulation(simulated: tuple[Path, str]) -> None:
    path, _ = simulated
    package = path.read_bytes()
    assert validate_package(package) == []
    assert semantics.problems(package) == []
    findings = check(read(package), chosen([]))
    assert [one for one in findings if one.rule.severity == "error"] == []
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Simulation", "Distributions", "Drivers", "Settings"]
    rows = {row[1]: row[3:] for row in book["Simulation"].values if row[1]}
    shares = [cell for cell in rows["Payback in under"] if isinstance(cell, (int, float))]
    assert shares == sorted(shares)
    assert 0 < shares[-1] <= 1
    never = rows["Never: payback"][0]
    assert shares[-1] <= 1 - never + 1e-12
    drivers = {row[1]: row[3:5] for row in reversed(list(book["Drivers"].values)) if row[1]}  # the upper of two tables
    assert drivers["Rental price in year 1"][1] > 0.5  # a higher price is a higher value
    assert drivers["Fall of the rental price"][0] < -0.1
    assert len(book["Simulation"]._charts) == 3


def test_draws_that_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text("input,distribution,low,high\nnew_life,uniform,4,8\n")
    done = run("simulate", "plan.csv", "--model", "cluster", "--draws", "3", "-o", "sim.xlsx", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "none of the figures depends on the inputs that were drawn" in done.stdout
    assert openpyxl.load_workbook(tmp_path / "sim.xlsx").sheetnames == ["Simulation", "Drivers", "Settings"]
