"""The installed ``aicapex`` command, run as a user runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

AICAPEX = str(Path(sys.executable).with_name("aicapex"))


def run(*arguments: str | Path, cwd: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder."""
    return subprocess.run(
        [AICAPEX, *map(str, arguments)],
        cwd=cwd,
        stdin=None if "input" in options else subprocess.DEVNULL,
        stdout=options.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
        encoding=options.pop("encoding", "utf-8"),
        timeout=120,
        **options,
    )


def refusal(*arguments: str | Path, cwd: Path, **options: Any) -> str:
    """Return the one line with which a command refuses; it must leave the folder as it was."""
    before = snapshot(cwd)
    done = run(*arguments, cwd=cwd, **options)
    assert done.returncode == 2, done
    assert not done.stdout
    assert done.stderr.startswith("aicapex: ")
    assert done.stderr.endswith("\n")
    assert done.stderr.count("\n") == 1, done.stderr
    assert snapshot(cwd) == before
    return done.stderr.removeprefix("aicapex: ").rstrip("\n")


def snapshot(folder: Path) -> dict[str, bytes | None]:
    """Return all that is in a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}
