"""Reports as PDF: printed by LibreOffice, many files in one go."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from workbooks.batch.plan import Plan
from workbooks.files import OutputError, write_atomically

_FILES: Final = 25  # in one run of LibreOffice, which takes seconds to start
_SECONDS: Final = 60.0  # at most for a file, and to start
_PLACES: Final = {
    "darwin": ("/Applications/LibreOffice.app/Contents/MacOS/soffice",),
    "win32": (
        r"C:\Program Files\LibreOffice\program\soffice.com",
        r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
    ),
}


class MissingOfficeError(Exception):
    """There is no LibreOffice on this machine; the message says what to do."""


def find_office() -> str:
    """Return the path of LibreOffice's program.

    Raises
    ------
    MissingOfficeError
        There is none.
    """
    found = shutil.which("soffice") or shutil.which("libreoffice")
    found = found or next((place for place in _PLACES.get(sys.platform, ()) if Path(place).exists()), None)
    if found is None:
        raise MissingOfficeError(
            "--pdf needs LibreOffice, and there is no soffice on the PATH. Install LibreOffice, or leave --pdf out."
        )
    return found


def print_all(plan: Plan, folder: Path, jobs: int, progress: Callable[[int], None]) -> None:
    """Print every report that has no PDF yet; what can't be printed becomes a problem of its scenario.

    Parameters
    ----------
    plan : with the reports made.
    folder : where they are, and where the PDFs go.
    jobs : how many LibreOffices work at a time.
    progress : is told of each number of files that are done.
    """
    office = find_office()
    with ThreadPoolExecutor(jobs) as pool:
        for blocks in plan.without_pdf(folder, _FILES * jobs):
            parts = [blocks[start : start + _FILES] for start in range(0, len(blocks), _FILES)]
            for files, printed in zip(parts, pool.map(lambda part: _print(office, folder, part), parts), strict=True):
                plan.note_pdf([file for file in files if not printed[file]])
                for file, problem in printed.items():
                    if problem:
                        plan.note_problem(file, problem)
                progress(len(files))


def _print(office: str, folder: Path, files: Sequence[str]) -> dict[str, str]:
    """Print some files; return each with what went wrong, empty if nothing did."""
    with tempfile.TemporaryDirectory(prefix="aicapex-pdf-") as temporary:
        # Each run has a profile of its own: one that is in use by a person would refuse to work.
        profile = f"-env:UserInstallation={(Path(temporary) / 'profile').as_uri()}"
        command = [office, profile, "--headless", "--norestore", "--convert-to", "pdf", "--outdir", temporary]
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(
                [*command, *(str((folder / file).resolve()) for file in files)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS * (1 + len(files)),
                check=False,
            )
        problems = {}
        for file in files:
            made = (Path(temporary) / file).with_suffix(".pdf")
            problems[file] = _moved(made, (folder / file).with_suffix(".pdf"))
        return problems


def _moved(made: Path, path: Path) -> str:
    if not made.is_file():
        return "LibreOffice made no PDF of its report. Open the report in it to see why."
    try:
        write_atomically(path, made.read_bytes())
    except OutputError as error:
        return str(error)
    return ""
