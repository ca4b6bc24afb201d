"""Files are written in full or not at all, and what can't be written is refused in one clear sentence."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.plain_user import as_plain_user, shared_folder
from workbooks.files import OutputError, check_writable, write_atomically


def refusal(path: Path, data: bytes = b"new") -> str:
    """The message with which writing is refused, the same before and at the writing."""
    with pytest.raises(OutputError) as early:
        check_writable(path)
    with pytest.raises(OutputError) as late:
        write_atomically(path, data)
    assert str(early.value) == str(late.value)
    return str(early.value)


def test_writes_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    for data in (b"one", b"two"):
        write_atomically(path, data)
        assert path.read_bytes() == data
        assert list(tmp_path.iterdir()) == [path]


def test_permissions_are_those_of_any_new_file_and_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    other = tmp_path / "b"
    other.touch()
    write_atomically(path, b"one")
    assert path.stat().st_mode == other.stat().st_mode
    path.chmod(0o640)
    write_atomically(path, b"two")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    real, link = tmp_path / "shared" / "real.xlsx", tmp_path / "link.xlsx"
    real.write_bytes(b"old")
    link.symlink_to(real)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_the_longest_name_that_the_disk_allows(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 250 + ".xlsx")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert "File name too long" in refusal(tmp_path / ("a" * 251 + ".xlsx"))


def test_folders_and_what_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    assert refusal(tmp_path).startswith(f"{tmp_path}: is a folder. Name a file in it, such as {tmp_path}/report.xlsx")
    assert f"{tmp_path / 'no'}: there is no such folder. Make it" in refusal(tmp_path / "no" / "a.xlsx")
    assert f"{tmp_path / 'file'}: is no folder but a file" in refusal(tmp_path / "file" / "a.xlsx")
    assert (tmp_path / "file").read_bytes() == b"old"
    os.mkfifo(tmp_path / "pipe.xlsx")
    assert "is no ordinary file" in refusal(tmp_path / "pipe.xlsx")


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_folder_that_takes_no_files() -> None:
    with pytest.raises(OutputError, match=r"^/proc: can't write in this folder \(.+\)\. Choose another folder\.$"):
        write_atomically(Path("/proc/x.xlsx"), b"new")


@pytest.mark.parametrize(("owner", "program"), [("~$a.xlsx", "Excel"), (".~lock.a.xlsx#", "LibreOffice")])
def test_a_file_that_is_open(tmp_path: Path, owner: str, program: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")
    (tmp_path / owner).write_bytes(b"somebody")
    message = refusal(path)
    assert message.startswith(f"{path}: is open in {program}. Close it there, or choose another name.")
    assert message.endswith(f"left {owner} behind: delete that.)")
    assert path.read_bytes() == b"old"


def test_protected_files_and_folders() -> None:
    with shared_folder() as folder:
        path = folder / "approved.xlsx"
        path.write_bytes(b"old")
        path.chmod(0o444)
        assert "approved.xlsx: is protected against changes. Choose" in as_plain_user(lambda: refusal(path))
        folder.chmod(0o555)
        message = as_plain_user(lambda: refusal(folder / "new.xlsx"))
        assert message == f"{folder}: can't write in this folder. Choose another folder."
        assert [one.name for one in folder.iterdir()] == ["approved.xlsx"]
        assert path.read_bytes() == b"old"


WRITE = "import sys, pathlib, workbooks.files as f\nf.write_atomically(pathlib.Path(sys.argv[1]), bytes({size}))"


def _run(path: Path, size: int, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WRITE.format(size=size), str(path)], capture_output=True, text=True, **options
    )


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")
    # The kernel ends the write at this size as it does on a full disk.
    done = _run(path, 100_000, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)))
    assert "OutputError" in done.stderr
    assert "a.xlsx: can't be written (File too large). Choose another folder." in done.stderr
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


INTERRUPTED = """
import pathlib, signal, sys
from workbooks.files import write_atomically
signal.signal(signal.SIGALRM, signal.default_int_handler)  # what Ctrl+C does, at a moment that we choose
path, data = pathlib.Path(sys.argv[1]), bytes(1_000_000)
write_atomically(path, data)
for number in range(40):
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.01 + number * 0.00037)
        while True:
            write_atomically(path, data)
    except KeyboardInterrupt:
        assert list(path.parent.iterdir()) == [path], list(path.parent.iterdir())
        assert path.read_bytes() == data
print("forty times")
"""


def test_ctrl_c_leaves_a_whole_file_and_nothing_beside_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(tmp_path / "a.xlsx")], capture_output=True, text=True, timeout=60
    )
    assert (done.stdout, done.stderr) == ("forty times\n", "")
