"""Reports printed by a real LibreOffice."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.workbooks.batch.test_run import batch


def test_pdf(tmp_path: Path) -> None:
    plan, folder = tmp_path / "plan.csv", tmp_path / "out"
    plan.write_text("scenario,gpu,margin\nVersion 1.0,60e9,0.5\nVersion 1.1,150e9,0.6\n")
    code, _, errors = batch(plan, "-o", folder, "--pdf")
    assert (code, errors) == (0, "")
    for name in ("Version 1.0", "Version 1.1"):
        text = subprocess.run(["pdftotext", folder / f"{name}.pdf", "-"], capture_output=True, text=True, check=True)
        assert f"Live scenario: {name}" in text.stdout
        assert "###" not in text.stdout
        # Each sheet is one page wide: no page begins in the middle of a table.
        assert re.search(r"Page 1 of \d", text.stdout)
    written = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.pdf")}
    (folder / "Version 1.1.pdf").unlink()
    batch(plan, "-o", folder, "--pdf", "--resume")
    again = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.pdf")}
    assert again.keys() == written.keys()
    assert again["Version 1.0.pdf"] == written["Version 1.0.pdf"]


def test_without_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plan.csv").write_text("gpu\n1e9\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    code, _, errors = batch(tmp_path / "plan.csv", "-o", tmp_path / "out", "--pdf")
    assert code == 2
    assert (
        "--pdf needs LibreOffice, and there is no soffice on the PATH. Install LibreOffice, or leave --pdf out."
        in errors
    )
    assert not (tmp_path / "out").exists()


def test_editions_whose_functions_libreoffice_lacks(tmp_path: Path) -> None:
    code, _, errors = batch(tmp_path / "plan.csv", "-o", tmp_path / "out", "--pdf", "--edition", "headless")
    assert code == 2
    assert "--pdf prints reports and portable workbooks" in errors
