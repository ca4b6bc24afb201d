"""``aicapex diff``: exit status as diff(1), text for people, JSON for scripts, refusals."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.addin.command_line import refusal, run
from tests.workbooks.foreign.test_diff_files import made, setting


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    slower = {f"{column}7": f"={column}5*{column}6*0.98" for column in "CDEFG"}
    (tmp_path / "a.xlsx").write_bytes(made())
    (tmp_path / "b.xlsx").write_bytes(made(setting(D5=2.0, A6="[bold]Hours[/bold]", **slower), {"C8": 7.0}))
    return tmp_path


def test_equal_workbooks_give_status_0(folder: Path) -> None:
    done = run("diff", "a.xlsx", "a.xlsx", cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "a.xlsx and a.xlsx: no differences in inputs, formulas and results\n",
        "",
    )


def test_text_says_what_was_done_and_what_followed(folder: Path) -> None:
    done = run("diff", "a.xlsx", "b.xlsx", cwd=folder)
    assert (done.returncode, done.stderr) == (1, "")
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    for line in (
        "Plan!D5 Price, 2027 [$/h] 2.4 2 -16.67%",
        "Plan!C7:G7 Revenue, 2026 [$], 5 cells",
        "was =C5*C6 -> 1",
        "now =C5*C6*0.98 -> 1",
        "Plan!A6 Hours [bold]Hours[/bold]",
        "Plan!C8 Total, 2026 [$] (total) 1 7 +600.00%",
        "Plan 1 C8 Total, 2026 [$] (total) 1 7 +600.00%",
    ):
        assert line in lines, done.stdout
    assert lines[-1] == "a.xlsx and b.xlsx: 1 input, 5 cells with another formula, 1 text, 1 result of the same formula"


def test_json_has_all(folder: Path) -> None:
    done = run("diff", "a.xlsx", "b.xlsx", "--format", "json", cwd=folder)
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert {kind: len(told[kind]) for kind in ("settings", "sheets", "names", "lines")} == dict.fromkeys(
        ("settings", "sheets", "names", "lines"), 0
    )
    side = {
        "sheet": "Plan", "cells": "D5", "label": "Price", "header": "2027", "unit": "$/h", "name": "", "formula": None,
        "value": 2.4, "number_format": "General",
    }  # fmt: skip
    assert told["inputs"] == [{"a": side, "b": side | {"value": 2.0}, "count": 1, "relative": pytest.approx(-1 / 6)}]
    assert (told["a"], told["b"], told["different"], told["without_value"]) == ("a.xlsx", "b.xlsx", True, [0, 0])
    assert told["formulas"][0]["b"]["formula"] == "=C5*C6*0.98"


def test_more_than_a_page_is_cut_in_text_alone(folder: Path) -> None:
    (folder / "c.xlsx").write_bytes(made(setting(**{f"A{row}": row for row in range(20, 100)})))
    text = run("diff", "a.xlsx", "c.xlsx", cwd=folder)
    assert "  ... and 30 more; --format json lists all." in text.stdout.splitlines()
    data = run("diff", "a.xlsx", "c.xlsx", "--format", "json", cwd=folder)
    assert len(json.loads(data.stdout)["inputs"]) == 80


def test_refusals(folder: Path) -> None:
    (folder / "notes.xlsx").write_text("no workbook")
    assert refusal("diff", "a.xlsx", "notes.xlsx", cwd=folder).startswith("notes.xlsx: is no .xlsx workbook")
    assert refusal("diff", "missing.xlsx", "a.xlsx", cwd=folder).startswith("missing.xlsx: can't be read")
    assert "Missing argument 'B'" in refusal("diff", "a.xlsx", cwd=folder)


def lines_told(folder: Path, change: Callable[[openpyxl.Workbook], object]) -> list[str]:
    (folder / "c.xlsx").write_bytes(made(change))
    done = run("diff", "a.xlsx", "c.xlsx", cwd=folder)
    assert (done.returncode, done.stderr) == (1, "")
    return [" ".join(line.split()) for line in done.stdout.splitlines()]


def test_a_number_and_its_text_are_told_apart(folder: Path) -> None:
    assert 'Plan!D5 Price 2.4 "2.4"' in lines_told(folder, setting(D5="2.4"))


def test_years_have_no_separator(folder: Path) -> None:
    told = lines_told(folder, setting(G4=2031, D6=12345))
    assert "Plan!G4 Unit 2030 2031 +0.05%" in told
    assert "Plan!D6 Hours [h] 8760 12,345 +40.92%" in told


def test_a_formula_that_was_not_adapted_to_a_new_row_says_so(folder: Path) -> None:
    """As openpyxl inserts rows: all formulas keep their texts, and refer to other cells."""

    def change(book: openpyxl.Workbook) -> None:
        book["Plan"].insert_rows(6)
        for cell, content in {"A6": "Discount", "C6": 0.1, "C8": "=C5*C6"}.items():
            book["Plan"][cell] = content

    told = lines_told(folder, change)
    assert "name total: still Plan!$C$8, but the cells have moved" in told
    place = told.index("Plan!C8:G8 (was C7:G7) Revenue, 2026 [$] (total), 5 cells")
    assert told[place + 1 : place + 4] == [
        "was =C5*C6 -> 1",
        "now =C5*C6 -> 1",
        "the text is the same, but cells that it refers to have moved",
    ]
