"""``aicapex batch`` as a user runs it: what it refuses, and what it leaves behind then."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.addin.command_line import run
from tests.tools import validate_package
from tests.workbooks.batch.test_run import batch

GOOD = "scenario,gpu,margin\nBold,60e9,0.6\n"


def test_reports_and_their_summary(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text("scenario,gpu,note\nGPUs: 50%,50e9,half\nBold,60e9,\n")
    done = run("batch", "plan.csv", "-o", "out", "--model", "gap", "--edition", "portable", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")  # no progress where there is no terminal
    assert done.stdout == "2 scenarios: 2 reports made, 0 were there; summary.xlsx and summary.csv in out\n"
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"GPUs_ 50%.xlsx", "Bold.xlsx", "summary.xlsx", "summary.csv", ".aicapex-batch.sqlite"}
    assert validate_package((tmp_path / "out" / "GPUs_ 50%.xlsx").read_bytes()) == []


def test_the_template_for_excel(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(GOOD)
    arguments = ["batch", "plan.csv", "-o", "out", "--model", "gap", "--edition", "addin"]
    done = run(*arguments, "--interpreter", r"C:\Python311\python.exe", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    single = run("template", "one.xlsm", "--model", "gap", "--inputs", "plan.csv",
                 "--interpreter", r"C:\Python311\python.exe", cwd=tmp_path)  # fmt: skip
    assert single.returncode == 0, single.stderr
    assert (tmp_path / "out" / "Bold.xlsm").read_bytes() == (tmp_path / "one.xlsm").read_bytes()


BAD = {
    "scenario,gpu\n": "has a header but no row under it. Add a row per scenario.",
    "": "plan.csv: is empty. Write a header row",
    "scenario,gpuu\nA,1e9\n": "row 1: no input is called 'gpuu'. Did you mean 'gpu'?",
    "scenario\nA\n": "row 1: names no input. Inputs are: gpu",
    "scenario,gpu\nA,fifty\n": "row 2, column 'gpu': 'fifty' is not a number.",
    "scenario,margin\nA,0.5\nB,1.5\n": "row 3, column 'margin': '1.5' is outside 0 to 0.95",
    "scenario,gpu\nA,1e9\nB,2e9\na,3e9\n": "row 4: the scenario 'a' is there already, in row 2.",
    "scenario,gpu\nA/B,1e9\nA:B,2e9\n": "row 3: a report of 'A:B' would be called A_B.xlsx, and so would that "
    "of 'A/B' in row 2. Give one of them another name.",
    "scenario,gpu\nA.,1e9\nA,2e9\n": "row 3: a report of 'A' would be called A.xlsx, and so would that of 'A.'",
    "scenario,gpu\nStraße:,1e9\nSTRASSE/,2e9\n": "row 3: a report of 'STRASSE/' would be called STRASSE_.xlsx",
    "scenario,gpu\nSummary,1e9\n": "row 2: a report of 'Summary' would be called Summary.xlsx, as the summary is.",
    "scenario,gpu\n=cmd|' /C calc'!A0,1e9\n": "starts with =, as formulas do. Start it with a letter or a digit.",
    "scenario,gpu\n+1,1e9\n": "row 2, column 'scenario': '+1' starts with +, as formulas do.",
    "scenario,gpu\n@SUM(A1),1e9\n": "'@SUM(A1)' starts with @, as formulas do.",
    "scenario,gpu,note\nA,1e9,-2+3\n": "row 2, column 'note': '-2+3' starts with -, as formulas do.",
    "scenario,gpu,note\nA,1e9,x\x07y\n": "column 'note': 'x\\x07y' has an invisible character, U+0007.",
    f"scenario,gpu,note\nA,1e9,{'x' * 501}\n": "row 2, column 'note': is longer than 500 characters. Shorten it.",
    "x" * 3_000_000: "plan.csv: has a line of over a million characters, and is no table.",
    "scenario,gpu\n" + "A,1e9\n" * 20 + '"' + "x" * 200_000: "plan.csv: can't be read as a table (",
}


@pytest.mark.parametrize(("text", "message"), BAD.items(), ids=lambda text: repr(text)[:40])
def test_what_is_refused_leaves_nothing_behind(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(text, encoding="utf-8")
    code, out, errors = batch(tmp_path / "plan.csv", "-o", tmp_path / "out")
    assert (code, out) == (2, "")
    assert message in errors
    assert errors.startswith("aicapex: ")
    assert errors.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["plan.csv"]


@pytest.mark.parametrize(
    ("name", "start", "message"),
    [
        ("plan.csv", b"", "is not text in UTF-8"),
        ("plan.csv", b"\xff\xfes\0c\0", "is not text in UTF-8"),
        ("plan.xlsx", b"PK\3\4", "is damaged, or is no Excel workbook"),
        ("plan.parquet", b"PAR1", "is damaged, or is no Parquet file"),
        ("plan.db", b"SQLite format 3\0", "Check the URL and the query."),
    ],
)
def test_a_gigabyte_of_garbage(name: str, start: bytes, message: str, tmp_path: Path) -> None:
    """It is refused before it is read to its end, in little memory."""
    path = tmp_path / name
    path.write_bytes(start)
    os.truncate(path, 1 << 30)  # takes no room on the disk
    source, query = (f"sqlite:///{path}", ["--query", "SELECT * FROM t"]) if name.endswith("db") else (str(path), [])
    done = run("batch", source, "-o", "out", *query, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_a_workbook_that_unpacks_to_more_than_a_gigabyte(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "plan.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "plan.xlsx", "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/bomb", "w") as bomb,
    ):
        for _ in range(1025):
            bomb.write(bytes(1 << 20))
    code, _, errors = batch(tmp_path / "plan.xlsx", "-o", tmp_path / "out")
    assert code == 2
    assert "unpacks to more than a gigabyte. Save the table as .csv." in errors


OPTIONS = {
    ("no.csv", "-o", "out"): "no.csv: there is no such file.",
    ("plan.csv", "-o", "no/such/out"): "no/such: there is no such folder. Make it first, or choose another.",
    ("plan.csv", "-o", "plan.csv"): "plan.csv: is no folder but a file. Choose another name.",
    ("plan.csv",): "Missing option '-o'",
    ("plan.csv", "-o", "out", "--model", "none"): "there is no model 'none'. There are: capex,",
    ("plan.csv", "-o", "out", "--jobs", "0"): "0 is not in the range 1<=x<=256",
    ("plan.csv", "-o", "out", "--query", "SELECT 1"): "plan.csv: is a file, and a query is asked of a database.",
    ("plan.csv", "-o", "out", "--edition", "addin"): "--interpreter is missing.",
}


@pytest.mark.parametrize(("arguments", "message"), OPTIONS.items(), ids=str)
def test_options_that_are_refused(arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(GOOD)
    done = run("batch", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["plan.csv"]
