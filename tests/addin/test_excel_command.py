"""``aicapex template``: files, defaults, and what it says when it can't."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from addin.excel import project
from addin.excel.command import command
from addin.excel.metadata import intellisense
from addin.excel.template import make_addin

PYTHON = r"C:\Python311\python.exe"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def setting(path: Path) -> str:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes())).get_sheet_by_name("xlwings.conf").to_python()
    assert [row[0] for row in rows[:4]] == ["Interpreter_Win", "UDF Modules", "ADD_WORKBOOK_TO_PYTHONPATH", ""]
    return str(rows[0][1])


def test_the_model_is_the_default(folder: Path) -> None:
    done = run("--interpreter", PYTHON)
    assert done.exit_code == 0
    assert done.output == f"aicapex.xlsm written, for Excel on Windows; its functions run in {PYTHON}\n"
    assert [path.name for path in folder.iterdir()] == ["aicapex.xlsm"]
    assert setting(folder / "aicapex.xlsm") == PYTHON
    assert len(openpyxl.load_workbook(folder / "aicapex.xlsm").sheetnames) > 5


def test_the_addin_has_its_help_beside_it(folder: Path) -> None:
    done = run("tools.XLAM", "--interpreter", PYTHON)
    assert done.exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["tools.IntelliSense.xml", "tools.XLAM"]
    assert (folder / "tools.XLAM").read_bytes() == make_addin(interpreter=PYTHON)
    assert (folder / "tools.IntelliSense.xml").read_bytes() == intellisense()


def test_the_scenario_is_live(folder: Path) -> None:
    assert run("a.xlsm", "--interpreter", PYTHON, "--scenario", "cahn 2024").exit_code == 0
    assert run("b.xlsm", "--interpreter", PYTHON).exit_code == 0
    Path("more.csv").write_text("scenario,gpu\nBold,250e9\n")
    assert run("c.xlsm", "--interpreter", PYTHON, "--inputs", "more.csv").exit_code == 0
    live = [
        openpyxl.load_workbook(folder / name, data_only=True).defined_names["gpu"].attr_text
        for name in ("a.xlsm", "b.xlsm", "c.xlsm")
    ]
    sheet, _, cell = live[0].partition("!")
    values = [
        openpyxl.load_workbook(folder / name, data_only=True)[sheet.strip("'")][cell.replace("$", "")].value
        for name in ("a.xlsm", "b.xlsm", "c.xlsm")
    ]
    assert values == [150e9, 50e9, 250e9]


def test_on_windows_the_running_python_is_the_interpreter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_addin(interpreter=PYTHON)  # has xlwings' generator loaded, which asks for the platform too
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "executable", r"C:\venv\Scripts\python.exe")
    assert run("a.xlam").exit_code == 0
    assert setting(folder / "a.xlam") == r"C:\venv\Scripts\python.exe"


@pytest.mark.parametrize("path", [r"%USERPROFILE%\venv\Scripts\python.exe", "pythonw", r"\\server\share\python.exe"])
def test_interpreters_that_excel_can_start(folder: Path, path: str) -> None:
    assert run("a.xlam", "--interpreter", path).exit_code == 0
    assert setting(folder / "a.xlam") == path


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--interpreter is missing. The file is for Excel on Windows, and must name the Python there"),
        (["--interpreter", "/usr/bin/python3"], "--interpreter /usr/bin/python3: is not the full path of a Python"),
        (["--interpreter", r"C:\Python311"], r"--interpreter C:\Python311: is not the full path of a Python"),
        (["--interpreter", r"Scripts\python.exe"], r"--interpreter Scripts\python.exe: is not the full path"),
        (["a.xlsx", "--interpreter", PYTHON], "a.xlsx: the name must end in .xlsm for the model with functions"),
        (["a.xlam", "--interpreter", PYTHON, "--scenario", "Cahn 2023"], "a.xlam: an add-in holds no model"),
        (["a.xlsm", "--interpreter", PYTHON, "--scenario", "none"], "there is no scenario 'none'. There are: Base"),
        (["a.xlsm", "--interpreter", PYTHON, "--inputs", "none.csv"], "none.csv"),
        (["none/a.xlsm", "--interpreter", PYTHON], "none: there is no such folder"),
        (["none/a.xlam", "--interpreter", PYTHON], "none: there is no such folder"),
    ],
)
def test_what_can_not_be_done_is_said_and_nothing_written(folder: Path, arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert message in done.output
    assert "Traceback" not in done.output
    assert list(folder.iterdir()) == []


def test_a_folder_of_that_name(folder: Path) -> None:
    (folder / "a.xlsm").mkdir()
    done = run("a.xlsm", "--interpreter", PYTHON)
    assert done.exit_code == 2
    assert "a.xlsm: is a folder" in done.output


@pytest.mark.parametrize("base", [b"not a workbook", None])
def test_an_xlwings_that_is_not_as_it_should_be(
    folder: Path, monkeypatch: pytest.MonkeyPatch, base: bytes | None
) -> None:
    site = folder / "site"
    site.mkdir()
    if base is not None:
        (site / "quickstart_standalone.xlsm").write_bytes(base)
    monkeypatch.setattr(project, "files", lambda _: site)
    done = run("a.xlam", "--interpreter", PYTHON)
    assert done.exit_code == 2
    assert "quickstart_standalone.xlsm" in done.output
    assert not (folder / "a.xlam").exists()


def test_interpreter_paths_are_text_and_nothing_else(folder: Path) -> None:
    path = r"C:\R&D <new>\python.exe"
    assert run("a.xlam", "--interpreter", path).exit_code == 0
    assert setting(folder / "a.xlam") == path
