"""Putting the extension into a LibreOffice, and taking it out again."""

from __future__ import annotations

import json
import subprocess
import tempfile
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final, Literal

from addin.calc.extension import IDENTIFIER, make_extension
from addin.calc.finding import Office, OfficeError, environment

_SECONDS: Final = 240


def install(office: Office, profile: Path | None = None) -> None:
    """Add the extension to LibreOffice, or replace the version that is there.

    Parameters
    ----------
    office : which LibreOffice.
    profile : folder of its profile, made if it is not there; None is the user's own.

    Raises
    ------
    OfficeError
        LibreOffice is running, does not start, or refuses.
    """
    with tempfile.TemporaryDirectory() as folder:
        extension = Path(folder) / "aicapex.oxt"
        extension.write_bytes(make_extension())
        _manage(office, "add", profile, extension.as_uri())


def uninstall(office: Office, profile: Path | None = None) -> bool:
    """Remove the extension from LibreOffice, and return whether it was there.

    Parameters
    ----------
    office : which LibreOffice.
    profile : folder of its profile; None is the user's own.

    Raises
    ------
    OfficeError
        As ``install``.
    """
    return _manage(office, "remove", profile) == "removed"


def _manage(office: Office, action: Literal["add", "remove"], profile: Path | None, extension: str = "") -> str:
    url = profile.resolve().as_uri() if profile else ""
    with as_file(files("addin.calc") / "office" / "manager.py") as manager:
        try:
            done = subprocess.run(
                [office.python, manager, action, office.program, url, IDENTIFIER, extension],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                env=environment(),
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise OfficeError(
                f"{office.program}: gave no answer within {_SECONDS} s. Close LibreOffice, try again."
            ) from None
    try:
        answer: dict[str, str] = json.loads(done.stdout)
    except ValueError:
        raise OfficeError(f"{office.program}: could not be asked. {done.stderr.strip()}") from None
    if "problem" in answer:
        raise OfficeError(f"{office.program}: {answer['problem']}")
    return answer["done"]
