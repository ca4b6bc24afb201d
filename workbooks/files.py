"""Writing files so that nothing is ever half-written: beside, then renamed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


class OutputError(Exception):
    """A file can't be written; the message says which, why, and what to do."""


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file in full or not at all.

    Parameters
    ----------
    path : where it shall stand; an old file there is replaced.
    data : its contents.

    Raises
    ------
    OutputError
        The folder is missing or can't be written to, or the path is a folder or a file that is open elsewhere.
    """
    check_writable(path)
    try:
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise OutputError(
            f"{path.parent}: can't write in this folder ({error.strerror}). Choose another with -o."
        ) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        umask = os.umask(0)
        os.umask(umask)
        Path(beside).chmod(0o666 & ~umask)
        Path(beside).replace(path)
    except OSError as error:
        raise OutputError(
            f"{path}: can't be replaced ({error.strerror}). Close it where it is open, or choose another name with -o."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            Path(beside).unlink()


def check_writable(path: Path) -> None:
    """Refuse, before any work is done, a path that can't become a file."""
    if path.is_dir():
        raise OutputError(f"{path}: is a folder. Name a file in it, such as {path / 'report.xlsx'}.")
    if not path.parent.is_dir():
        raise OutputError(f"{path.parent}: there is no such folder. Make it first, or choose another with -o.")
    if not os.access(path.parent, os.W_OK):
        raise OutputError(f"{path.parent}: can't write in this folder. Choose another with -o.")
    # Office keeps a small owner file beside a workbook that it has open.
    if path.with_name(f"~${path.name}").exists():
        raise OutputError(f"{path}: is open in Excel. Close it there, or choose another name with -o.")
