"""Writing files so that nothing is ever half-written: beside, then renamed."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
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
    # Named before it is made, so that it can be removed whenever Ctrl+C comes; and by a short name, because
    # that of the file may already be as long as the disk allows.
    beside = target.with_name(f".aicapex-{secrets.token_hex(8)}.tmp")
    try:
        _write(beside, data, target, path)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


@contextlib.contextmanager
def written_beside(path: Path) -> Iterator[Path]:
    """Give a path beside a file for its new contents, which take its place when the block ends without an error.

    Raises
    ------
    OutputError
        As ``write_atomically``.
    """
    check_writable(path)
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".aicapex-{secrets.token_hex(8)}.tmp")
    try:
        yield beside
        _replace(beside, target, path)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


def _write(beside: Path, data: bytes, target: Path, path: Path) -> None:
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
    try:
        handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), mode or 0o666)
    except OSError as error:
        raise OutputError(
            f"{path.parent}: can't write in this folder ({error.strerror}). Choose another folder."
        ) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        if mode is not None:
            beside.chmod(mode)
    except OSError as error:
        raise OutputError(f"{path}: can't be written ({error.strerror}). Choose another folder.") from error
    _replace(beside, target, path)


def _replace(beside: Path, target: Path, path: Path) -> None:
    try:
        beside.replace(target)
    except OSError as error:
        raise OutputError(
            f"{path}: can't be replaced ({error.strerror}). Close it where it is open, or choose another name."
        ) from error


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
