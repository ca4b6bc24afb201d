"""``aicapex recalc`` and ``aicapex freeze``: exit status, what is said, refusals, IN as OUT."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.addin.command_line import refusal, run, snapshot
from tests.workbooks.foreign.full import full


@pytest.fixture
def model(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"], book.active["A3"] = "=AIGAP(1,2,0.5)", "=A1+1", "=SUM(A1:A2)"
    path = tmp_path / "model.xlsx"
    book.save(path)
    return path


def values(path: Path) -> list[object]:
    return [cell.value for cell in openpyxl.load_workbook(path, data_only=True).active["A"]]


def test_recalc(model: Path) -> None:
    done = run("recalc", model, "-o", "out.xlsx", cwd=model.parent)
    assert (done.returncode, done.stdout, done.stderr) == (0, "out.xlsx written: 3 formulas computed\n", "")
    assert values(model.parent / "out.xlsx") == [4, 5, 9]
    assert values(model) == [None, None, None]


def test_in_may_be_out(model: Path) -> None:
    model.chmod(0o640)
    assert run("recalc", "model.xlsx", "-o", "model.xlsx", cwd=model.parent).returncode == 0
    assert values(model) == [4, 5, 9]
    assert list(model.parent.iterdir()) == [model]
    assert model.stat().st_mode & 0o777 == 0o640


def test_freeze(model: Path) -> None:
    done = run("freeze", model, "-o", "out.xlsx", "--keep-notes", cwd=model.parent)
    assert (done.returncode, done.stdout, done.stderr) == (0, "out.xlsx written: 1 formula frozen\n", "")
    sheet = openpyxl.load_workbook(model.parent / "out.xlsx").active
    assert [cell.value for cell in sheet["A"]] == [4, "=A1+1", "=SUM(A1:A2)"]
    assert sheet["A1"].comment.text == "=AIGAP(1,2,0.5)"
    done = run("freeze", model, "-o", "out.xlsx", "--all", cwd=model.parent)
    assert done.stdout == "out.xlsx written: 3 formulas frozen\n"
    assert [cell.value for cell in openpyxl.load_workbook(model.parent / "out.xlsx").active["A"]] == [4, 5, 9]


def test_what_is_left_gives_status_3_and_is_named(model: Path) -> None:
    book = openpyxl.load_workbook(model)
    book.active["A2"] = "=NOW()"
    book.save(model)
    done = run("recalc", model, "-o", "out.xlsx", cwd=model.parent)
    assert done.returncode == 3
    assert done.stdout == "out.xlsx written: 1 formula computed, 2 left as they were\n"
    assert done.stderr.splitlines() == [
        "aicapex: Sheet!A2 uses NOW, whose result changes by itself. Let Excel compute it.",
        "aicapex: Sheet!A3 depends on a cell whose value is not known here. Let Excel compute it.",
    ]


@pytest.mark.parametrize("command", ["recalc", "freeze"])
def test_refusals_leave_nothing_behind(model: Path, command: str) -> None:
    folder = model.parent
    (folder / "data.xlsx").write_bytes(b"a,b\n")
    (folder / "macros.xlsm").write_bytes(full())
    assert refusal(command, "data.xlsx", "-o", "o.xlsx", cwd=folder).startswith("data.xlsx: is no .xlsx workbook")
    assert refusal(command, "none.xlsx", "-o", "o.xlsx", cwd=folder).startswith(
        "none.xlsx: can't be read (No such file"
    )
    assert "must end in .xlsx, because the workbook is one without macros" in refusal(
        command, model, "-o", "o.xlsm", cwd=folder
    )
    assert "must end in .xlsm, because the workbook holds macros" in refusal(
        command, "macros.xlsm", "-o", "o.xlsx", cwd=folder
    )
    assert "there is no such folder" in refusal(command, model, "-o", "x/o.xlsx", cwd=folder)
    assert "Missing option" in refusal(command, model, cwd=folder)


def test_a_failed_run_leaves_the_old_file_whole(model: Path) -> None:
    (model.parent / ".~lock.model.xlsx#").write_text("open in LibreOffice")
    before = snapshot(model.parent)
    assert "is open in LibreOffice" in refusal("recalc", model, "-o", model, cwd=model.parent)
    assert snapshot(model.parent) == before
