"""``aicapex install calc`` and ``uninstall calc``: into real LibreOffices, for root and others; what they refuse."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from addin.calc.extension import make_extension
from addin.calc.finding import OfficeError, find_office
from addin.calc.installing import install, uninstall
from tests.addin.command_line import refusal, run
from tests.conftest import OFFICES
from tests.libreoffice import LibreOffice
from tests.plain_user import as_plain_user, shared_folder
from tests.tools import soffice_binary
from udfs import FUNCTIONS

offices = pytest.mark.parametrize("soffice", OFFICES.values(), ids=OFFICES.keys())


def options(soffice: Path | None) -> list[str]:
    return ["--profile", "profile", *(["--soffice", str(soffice)] if soffice else [])]


@offices
def test_in_and_out_again(tmp_path: Path, soffice: Path | None) -> None:
    """As whoever runs the tests, root in most CI. An installed version is replaced: removing it once is enough."""
    program = soffice or soffice_binary()
    for _ in range(2):
        done = run("install", "calc", *options(soffice), cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == (
            f"The functions are installed in {program}. Start it, and type =AIGAP(50;2;0.5) into a cell.\n"
        )
    for words in ("are removed from", "were not installed in"):
        done = run("uninstall", "calc", *options(soffice), cwd=tmp_path)
        assert (done.returncode, done.stdout) == (0, f"The functions {words} {program}.\n"), done.stderr


def test_as_a_plain_user() -> None:
    def work() -> str:
        install(find_office(), folder / "profile")
        removed = [uninstall(find_office(), folder / "profile") for _ in range(2)]
        return f"{removed}, {(folder / 'profile').stat().st_uid == os.getuid()}"

    make_extension()  # loads modules that the plain user may not be allowed to read
    with shared_folder() as folder:
        assert as_plain_user(work) == "[True, False], True"


def test_the_wizard_shows_every_function_with_help(calc: LibreOffice) -> None:
    known = calc.wizard()
    for function in FUNCTIONS.values():
        told = known[function.name]
        assert told["description"] == f"{function.category}: {function.summary}"
        assert [name for name, _, _ in told["arguments"]] == [parameter.name for parameter in function.parameters]
        for (_, text, _), parameter in zip(told["arguments"], function.parameters, strict=True):
            assert text.startswith(parameter.help)


def test_a_libreoffice_that_is_running_is_left_alone(tmp_path: Path) -> None:
    office = LibreOffice(extension=True)
    try:
        message = refusal("uninstall", "calc", "--profile", office.profile, cwd=tmp_path)
        assert message.endswith("LibreOffice is running. Close it, and run this command again.")
        assert office.calculate(["AIGAP(50,2,0.5)"]) == [200.0]
    finally:
        office.close()


def program(folder: Path, python: str, says: str, status: int = 0) -> Path:
    """Return a program in a folder, with a Python beside it that says which one it is."""
    soffice = folder / "soffice"
    soffice.parent.mkdir(parents=True, exist_ok=True)
    beside = folder / python
    beside.parent.mkdir(parents=True, exist_ok=True)
    beside.write_text(f"#!/bin/sh\necho {says}\nexit {status}\n")
    for file in (soffice, beside):
        file.touch()
        file.chmod(0o755)
    return soffice.rename(folder / "soffice.exe") if python.endswith(".exe") else soffice


def test_found_where_windows_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soffice = program(tmp_path / "LibreOffice" / "program", "python.exe", "3 10")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("PROGRAMFILES", str(tmp_path))
    found = find_office()
    assert (found.program, found.python) == (soffice, soffice.with_name("python.exe"))


def test_found_where_a_mac_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = tmp_path / "Applications" / "LibreOffice.app" / "Contents"
    soffice = program(contents / "MacOS", "../Resources/python", "3 11")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setenv("HOME", str(tmp_path))
    found = find_office()
    assert (found.program, found.python.resolve()) == (soffice, contents / "Resources" / "python")


def test_found_on_linux() -> None:
    assert find_office().program == Path(soffice_binary())
    assert find_office(Path(soffice_binary())).program == Path(soffice_binary())


def test_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(OfficeError, match="LibreOffice was not found"):
        find_office()


def test_a_python_that_is_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soffice = program(tmp_path, "python", "3 8")
    monkeypatch.setattr("addin.calc.finding._SYSTEM_PYTHON", tmp_path / "none")
    with pytest.raises(OfficeError, match=r"works with Python 3\.8, and the functions need 3\.10 or later"):
        find_office(soffice)


def test_no_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soffice = program(tmp_path, "python", "no uno", status=1)
    monkeypatch.setattr("addin.calc.finding._SYSTEM_PYTHON", tmp_path / "none")
    with pytest.raises(OfficeError, match=r"has no Python, which the functions need.*apt-get install python3-uno"):
        find_office(soffice)


def test_what_can_not_be_done(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    assert refusal("install", "calc", "--soffice", "none", cwd=folder).startswith("none: there is no such file.")
    assert "'excel' is not" in refusal("install", "excel", cwd=folder)
    (folder / "file").touch()
    assert "file" in refusal("install", "calc", "--profile", "file", cwd=folder)
    false = shutil.which("false")
    assert false is not None
    assert "LibreOffice ended with status 1" in refusal("install", "calc", "--soffice", false, cwd=folder)
