"""``aicapex portable``: exit status, what is said, refusals, IN as OUT."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.addin.command_line import refusal, run


@pytest.fixture
def model(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"] = 50e9, "=_xll.AIGAP(A1,2,0.5)+1"
    path = tmp_path / "model.xlsx"
    book.save(path)
    return path


def test_plain_formulas_with_values(model: Path) -> None:
    done = run("portable", "model.xlsx", "-o", "model.xlsx", cwd=model.parent)
    assert (done.returncode, done.stdout, done.stderr) == (0, "model.xlsx written: 1 formula made plain\n", "")
    assert openpyxl.load_workbook(model).active["A2"].value == "=(A1*2/(1-0.5))+1"
    assert openpyxl.load_workbook(model, data_only=True).active["A2"].value == 200e9 + 1
    assert list(model.parent.iterdir()) == [model]


def test_what_is_left_gives_status_3_and_is_named(model: Path) -> None:
    book = openpyxl.load_workbook(model)
    book.active["A3"] = '=AISOLVE("AIGAP",0,"margin",A1,2,,A1)'
    book.save(model)
    done = run("portable", model, "-o", "out.xlsx", cwd=model.parent)
    assert done.returncode == 3
    assert done.stdout == "out.xlsx written: 1 formula made plain, 1 left as they were\n"
    assert done.stderr == (
        "aicapex: Sheet!A3 still needs our functions: AISOLVE has no native formula: it calls another function many "
        "times or takes it apart.\n"
    )


def test_refusals_leave_nothing_behind(model: Path) -> None:
    (model.parent / "data.xlsx").write_bytes(b"a,b\n")
    assert "is no .xlsx workbook" in refusal("portable", "data.xlsx", "-o", "o.xlsx", cwd=model.parent)
    assert "must end in .xlsx" in refusal("portable", model, "-o", "o.xlsm", cwd=model.parent)
    assert "no such folder" in refusal("portable", model, "-o", "none/o.xlsx", cwd=model.parent)
