"""``aicapex lint``: exit status, formats, choice of rules, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.addin.command_line import refusal, run
from tests.workbooks.lint.fixtures import BAD, GOOD


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.xlsx"
    path.write_bytes(BAD["hard-coded-number"].package())
    return path


def test_errors_give_status_1(bad: Path) -> None:
    done = run("lint", bad, cwd=bad.parent)
    assert done.returncode == 1
    assert "Data!B9" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(("fixtures", "end"), [(BAD, "1 warning"), (GOOD, "no warnings")])
def test_warnings_alone_and_nothing_give_status_0(tmp_path: Path, fixtures: dict, end: str) -> None:
    (tmp_path / "book.xlsm").write_bytes(fixtures["nested-if"].package())
    done = run("lint", "book.xlsm", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == f"book.xlsm: no errors, {end}"


def test_chosen_rules_alone_are_checked(bad: Path) -> None:
    assert run("lint", bad, "--rules", "hidden, nested-if", cwd=bad.parent).returncode == 0
    assert run("lint", bad, "--rules", "hidden,hard-coded-number", cwd=bad.parent).returncode == 1


def test_formats(bad: Path) -> None:
    as_json = run("lint", bad, "--format", "json", cwd=bad.parent)
    as_sarif = run("lint", "bad.xlsx", "--format", "sarif", cwd=bad.parent)
    assert as_json.returncode == as_sarif.returncode == 1
    assert json.loads(as_json.stdout)["findings"][0]["cells"] == "B9"
    result = json.loads(as_sarif.stdout)["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "bad.xlsx"


def test_refusals(bad: Path) -> None:
    folder = bad.parent
    (folder / "notes.xlsx").write_text("no workbook")
    assert refusal("lint", "notes.xlsx", cwd=folder).startswith("notes.xlsx: is no .xlsx workbook")
    assert refusal("lint", "missing.xlsx", cwd=folder).startswith("missing.xlsx: can't be read (No such file")
    assert refusal("lint", folder, cwd=folder).endswith("Name an .xlsx or .xlsm file.")
    assert "there is no rule 'spelling'. There are: hard-coded-number" in refusal(
        "lint", "bad.xlsx", "--rules", "spelling", cwd=folder
    )


def test_the_workbook_for_excel_has_no_errors(tmp_path: Path) -> None:
    made = run("template", "model.xlsm", "--interpreter", r"C:\Python311\python.exe", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    found = json.loads(run("lint", "model.xlsm", "--format", "json", cwd=tmp_path).stdout)["findings"]
    assert [one for one in found if one["severity"] == "error"] == []
    assert {one["rule"] for one in found if one["severity"] == "warning"} <= {"long-formula"}
