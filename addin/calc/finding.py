"""Where LibreOffice is on this machine, and the Python that can talk to it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

OLDEST_PYTHON: Final = (3, 10)
OLDEST_PYTHON_TEXT: Final = ".".join(map(str, OLDEST_PYTHON))

_SYSTEM_PYTHON: Final = Path("/usr/bin/python3")
_ASK: Final = "import sys, uno; print(*sys.version_info[:2])"


class OfficeError(Exception):
    """LibreOffice can't be found or used; the message says what to do."""


@dataclass(frozen=True)
class Office:
    """An installed LibreOffice: its program, and a Python with LibreOffice's module ``uno``."""

    program: Path
    python: Path


def find_office(program: Path | None = None) -> Office:
    """Return the LibreOffice of this machine.

    Parameters
    ----------
    program : path of soffice; None looks in the places where LibreOffice is installed to.

    Raises
    ------
    OfficeError
        There is none, or its Python is missing or too old for our functions.
    """
    if program is not None and not program.is_file():
        raise OfficeError(f"{program}: there is no such file. Name LibreOffice's program, soffice.")
    found = program or next((place for place in _programs() if place.is_file()), None)
    if found is None:
        raise OfficeError("LibreOffice was not found. Install it, or name its program with --soffice PATH.")
    found = found.absolute()
    return Office(found, _python(found))


def _programs() -> Iterator[Path]:
    """Yield where LibreOffice's program may be, the most likely places first."""
    for name in ("soffice", "libreoffice"):
        on_path = shutil.which(name)
        if on_path:
            yield Path(on_path)
    if sys.platform == "darwin":
        for folder in (Path("/Applications"), Path.home() / "Applications"):
            yield folder / "LibreOffice.app" / "Contents" / "MacOS" / "soffice"
    elif sys.platform == "win32":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            if variable in os.environ:
                yield Path(os.environ[variable]) / "LibreOffice" / "program" / "soffice.exe"
    else:
        yield Path("/usr/lib/libreoffice/program/soffice")
        yield Path("/usr/lib64/libreoffice/program/soffice")
        yield from sorted(Path("/opt").glob("libreoffice*/program/soffice"), reverse=True)


def _python(program: Path) -> Path:
    """Return the Python that LibreOffice brings, or the system's where LibreOffice uses that one."""
    folder = program.resolve().parent
    places = [
        folder / "python.exe",
        folder / "python",
        folder.parent / "Resources" / "python",
        _SYSTEM_PYTHON,
    ]
    tried = None
    for place in filter(Path.is_file, places):
        done = subprocess.run(
            [place, "-c", _ASK], capture_output=True, text=True, env=environment(), timeout=60, check=False
        )
        if done.returncode == 0:
            tried = tuple(map(int, done.stdout.split()))
            if tried >= OLDEST_PYTHON:
                return place
    if tried:
        raise OfficeError(
            f"{program}: this LibreOffice works with Python {'.'.join(map(str, tried))}, and the functions need "
            f"{OLDEST_PYTHON_TEXT} or later. Install a newer LibreOffice."
        )
    raise OfficeError(
        f"{program}: this LibreOffice has no Python, which the functions need. Install the part (Debian and Ubuntu: "
        "apt-get install python3-uno; Fedora: dnf install libreoffice-pyuno)."
    )


def environment() -> dict[str, str]:
    """Return the environment for LibreOffice's Python: without what points ours to its own modules."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
