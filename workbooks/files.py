"""Writing files so that nothing is ever half-written: beside, then renamed."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path


class OutputError(Exception):
    """A file can't be written; the message says which, why, and what to do."""


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file in full or not at all.

    Parameters
    ----------
    path : where it shall stand; an old file there is replaced, and its permissions kept. A link is followed.
    data : its contents.

    Raises
    ------
    OutputError
        The folder is missing or can't be written to, or the path is a folder or a file that is open elsewhere.
    """
    check_writable(path)
    target = Path(os.path.realpath(path))
    try:
        # A short name of its own: the name of the file may already be as long as the disk allows.
        handle, beside = tempfile.mkstemp(dir=target.parent, prefix=".aicapex-", suffix=".tmp")
    except OSError as error:
        raise OutputError(
            f"{path.parent}: can't write in this folder ({error.strerror}). Choose another folder."
        ) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(beside).chmod(_mode(target))
    except OSError as error:
        _remove(beside)
        raise OutputError(f"{path}: can't be written ({error.strerror}). Choose another folder.") from error
    except BaseException:  # Ctrl+C above all
        _remove(beside)
        raise
    try:
        Path(beside).replace(target)
    except OSError as error:
        raise OutputError(
            f"{path}: can't be replaced ({error.strerror}). Close it where it is open, or choose another name."
        ) from error
    finally:
        _remove(beside)


def check_writable(path: Path) -> None:
    """Refuse, before any work is done, a path that can't become a file.

    Raises
    ------
    OutputError
        As ``write_atomically``, as far as it can be known beforehand.
    """
    try:
        _check(path)
    except OSError as error:  # such as a name too long
        raise OutputError(f"{path}: can't be written ({error.strerror}). Choose another name.") from error


def _check(path: Path) -> None:
    if path.is_dir():
        raise OutputError(f"{path}: is a folder. Name a file in it, such as {path / 'report.xlsx'}.")
    if not path.parent.exists():
        raise OutputError(f"{path.parent}: there is no such folder. Make it first, or choose another.")
    if not path.parent.is_dir():
        raise OutputError(f"{path.parent}: is no folder but a file. Choose a folder.")
    if path.exists():
        if not path.is_file():
            raise OutputError(f"{path}: is no ordinary file. Choose another name.")
        if not os.access(path, os.W_OK):
            raise OutputError(f"{path}: is protected against changes. Choose another name, or lift the protection.")
    if not os.access(path.parent, os.W_OK):
        raise OutputError(f"{path.parent}: can't write in this folder. Choose another folder.")
    # Each program keeps a small file beside a workbook that it has open.
    for program, owner in (("Excel", f"~${path.name}"), ("LibreOffice", f".~lock.{path.name}#")):
        try:
            is_open = path.with_name(owner).exists()
        except OSError:  # the name is so long that no such file can be
            continue
        if is_open:
            raise OutputError(
                f"{path}: is open in {program}. Close it there, or choose another name. (If it is not open, "
                f"{program} left {owner} behind: delete that.)"
            )


def _mode(target: Path) -> int:
    """Return the permissions that a file shall have: those it has, or those that any new file gets."""
    with contextlib.suppress(FileNotFoundError):
        return stat.S_IMODE(target.stat().st_mode)
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        Path(path).unlink()
