"""Runs of the batch: interrupted, resumed, by several processes, on a cluster. Always the same files come out."""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from addin.cli import main
from tests.workbooks.batch.cases import MODEL, as_csv, drawn
from workbooks.batch import run as running
from workbooks.batch.plan import JOURNAL
from workbooks.models import MODELS

GAP = MODELS[MODEL]
COUNT = 40


def batch(*arguments: str | Path) -> tuple[int, str, str]:
    """Return exit status, output and errors of ``aicapex batch`` for a small model, run in this process."""
    return command("batch", "--model", MODEL, *arguments)


def command(*arguments: str | Path) -> tuple[int, str, str]:
    """Return exit status, output and errors of a command."""
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors), pytest.raises(SystemExit) as ended:
        main(list(map(str, arguments)))
    code = ended.value.code
    assert code is None or isinstance(code, int)
    return code or 0, out.getvalue(), errors.getvalue()


def made(folder: Path) -> dict[str, bytes]:
    """Return all files of a batch but its journal, which notes the order of events."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(JOURNAL)}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of scenarios."""
    path = tmp_path_factory.mktemp("plan") / "plan.csv"
    path.write_text(as_csv(GAP, drawn(GAP, COUNT)))
    return path


@pytest.fixture(scope="module")
def unbroken(plan: Path) -> dict[str, bytes]:
    """What a run gives that nothing disturbs."""
    folder = plan.parent / "unbroken"
    code, out, errors = batch(plan, "-o", folder)
    assert (code, errors) == (0, "")
    assert out == f"40 scenarios: 40 reports made, 0 were there; summary.xlsx and summary.csv in {folder}\n"
    files = made(folder)
    assert set(files) == {f"Case {number}.xlsx" for number in range(COUNT)} | {"summary.csv", "summary.xlsx"}
    return files


def test_killed_twenty_times(plan: Path, unbroken: dict[str, bytes], tmp_path: Path) -> None:
    chance = random.Random(7)
    folder = tmp_path / "out"
    context = multiprocessing.get_context("fork")  # what is prepared need not be prepared twenty times
    seen = set()
    start = time.monotonic()
    undisturbed = context.Process(target=batch, args=(plan, "-o", tmp_path / "undisturbed"))
    undisturbed.start()
    undisturbed.join()
    seconds = time.monotonic() - start
    for _ in range(20):
        child = context.Process(target=batch, args=(plan, "-o", folder, "--resume"))
        child.start()
        time.sleep(chance.uniform(0, 0.4 * seconds))
        os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        if folder.exists():
            whole = {name: content for name, content in made(folder).items() if not name.endswith(".tmp")}
            assert [
                name for name, content in whole.items() if name.startswith("Case") and content != unbroken[name]
            ] == []
            seen.add(len(whole))
    assert any(0 < number < COUNT for number in seen)  # it is not that all were killed before or after
    code, _, errors = batch(plan, "-o", folder, "--resume")
    assert (code, errors) == (0, "")
    assert made(folder) == unbroken


def test_resuming_makes_only_what_is_not_there_as_it_should_be(
    plan: Path, unbroken: dict[str, bytes], tmp_path: Path
) -> None:
    folder = shutil.copytree(plan.parent / "unbroken", tmp_path / "out")
    before = {path.name: path.stat().st_ino for path in folder.iterdir()}
    (folder / "Case 3.xlsx").unlink()
    (folder / "Case 5.xlsx").write_bytes(b"changed by somebody")
    _, out, _ = batch(plan, "-o", folder, "--resume")
    assert out.startswith("40 scenarios: 2 reports made, 38 were there;")
    assert made(folder) == unbroken
    changed = {name for name, inode in before.items() if (folder / name).stat().st_ino != inode}
    assert changed <= {"Case 3.xlsx", "Case 5.xlsx", "summary.xlsx", "summary.csv"}

    scenarios = drawn(GAP, COUNT)
    scenarios[7] = drawn(GAP, 8, seed=99)[7]
    other = tmp_path / "other.csv"
    other.write_text(as_csv(GAP, scenarios[:39]))
    _, out, _ = batch(other, "-o", folder, "--resume")
    assert out.startswith("39 scenarios: 1 reports made, 38 were there;")
    fresh = tmp_path / "fresh"
    batch(other, "-o", fresh)
    assert made(fresh) == {name: content for name, content in made(folder).items() if name != "Case 39.xlsx"}

    _, out, _ = batch(other, "-o", folder, "--resume", "--edition", "portable")
    assert out.startswith("39 scenarios: 39 reports made, 0 were there;")


def test_a_folder_with_a_batch_is_not_overwritten_unasked(plan: Path, unbroken: dict[str, bytes]) -> None:
    code, _, errors = batch(plan, "-o", plan.parent / "unbroken")
    assert code == 2
    assert "holds a batch already. Add --resume" in errors
    assert made(plan.parent / "unbroken") == unbroken


def test_files_of_others_are_not_overwritten(plan: Path, tmp_path: Path) -> None:
    (tmp_path / "case 7.XLSX").write_bytes(b"mine")
    code, _, errors = batch(plan, "-o", tmp_path)
    assert code == 2
    assert "case 7.XLSX: is there already. Choose another folder, or move it away." in errors
    assert made(tmp_path) == {"case 7.XLSX": b"mine"}


def test_two_at_once_in_one_folder(plan: Path, tmp_path: Path) -> None:
    batch(plan, "-o", tmp_path)
    with contextlib.closing(sqlite3.connect(tmp_path / JOURNAL, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        code, _, errors = batch(plan, "-o", tmp_path, "--resume")
    assert code == 2
    assert "another batch is at work there. Wait for it, or choose another." in errors


def test_a_damaged_journal(plan: Path, tmp_path: Path) -> None:
    (tmp_path / JOURNAL).write_bytes(b"no journal at all" * 1000)
    code, _, errors = batch(plan, "-o", tmp_path, "--resume")
    assert code == 2
    assert "is damaged (file is not a database). Delete it: all reports are made anew then." in errors


def test_a_failed_scenario_does_not_stop_the_rest(plan: Path, unbroken: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "~$Case 3.xlsx").write_bytes(b"somebody has it open")
    code, out, errors = batch(plan, "-o", tmp_path)
    assert code == 3
    assert errors.startswith("aicapex: row 5, 'Case 3': ")
    assert "is open in Excel. Close it there" in errors
    assert errors.count("\n") == 1
    files = made(tmp_path)
    same = {name for name, content in unbroken.items() if files.get(name) == content}
    assert same == {f"Case {number}.xlsx" for number in range(COUNT) if number != 3}
    line = next(line for line in files["summary.csv"].decode("utf-8-sig").splitlines() if line.startswith("5,Case 3,"))
    assert "is open in Excel" in line
    (tmp_path / "~$Case 3.xlsx").unlink()
    code, out, errors = batch(plan, "-o", tmp_path, "--resume")
    assert (code, errors) == (0, "")
    assert out.startswith("40 scenarios: 1 reports made, 39 were there;")
    assert made(tmp_path) == unbroken


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """A table of so many scenarios that they are computed over arrays, and what an unbroken run gives."""
    path = tmp_path_factory.mktemp("many") / "plan.csv"
    path.write_text(as_csv(GAP, drawn(GAP, 200, name="Case {:03}")))
    assert batch(path, "-o", path.parent / "out")[0] == 0
    return path, made(path.parent / "out")


def waited_for(condition: Callable[[], bool], seconds: float = 60) -> bool:
    """Return whether a condition came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_several_processes_end_with_the_one_that_started_them(
    many: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    path, expected = many
    folder = tmp_path / "out"
    program = [sys.executable, "-c", "from addin.cli import main; main()"]
    arguments = ["batch", str(path), "-o", str(folder), "--model", MODEL, "--jobs", "2"]
    started = subprocess.Popen([*program, *arguments], stdout=subprocess.DEVNULL)
    assert waited_for(lambda: len(list(folder.glob("Case*"))) > 5)
    workers = psutil.Process(started.pid).children(recursive=True)
    assert workers
    started.kill()
    started.wait()
    assert waited_for(lambda: not any(one.is_running() and one.status() != "zombie" for one in workers), 10)
    assert [
        name for name, content in made(folder).items() if name.startswith("Case") and content != expected[name]
    ] == []

    done = subprocess.run([*program, *arguments, "--resume"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert made(folder) == expected


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A Dask scheduler and two workers, each a process of its own, on loopback."""
    python = [sys.executable, "-m"]
    log = folder / "scheduler.log"
    scheduler = subprocess.Popen(
        [*python, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"],
        stdout=subprocess.DEVNULL, stderr=log.open("wb"), cwd=folder,
    )  # fmt: skip
    processes = [scheduler]
    try:
        assert waited_for(lambda: re.search(rb"tcp://127\.0\.0\.1:\d+", log.read_bytes()) is not None)
        found = re.search(rb"tcp://127\.0\.0\.1:\d+", log.read_bytes())
        assert found is not None
        address = found.group().decode()
        worker = [*python, "distributed.cli.dask_worker", address, "--host", "127.0.0.1", "--nthreads", "1",
                  "--no-nanny", "--no-dashboard", "--local-directory", str(folder)]  # fmt: skip
        workers = [
            subprocess.Popen(worker, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder) for _ in range(2)
        ]
        processes += workers
        assert waited_for(lambda: log.read_bytes().count(b"Register worker") >= 2)
        yield address, workers
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait()


def test_a_cluster_that_loses_a_worker(
    many: tuple[Path, dict[str, bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, expected = many
    written: list[str] = []
    write = running.write_atomically

    with cluster(tmp_path) as (address, workers):

        def counted(target: Path, data: bytes) -> None:
            write(target, data)
            written.append(target.name)
            if len(written) == 70:
                workers[0].kill()

        monkeypatch.setattr(running, "write_atomically", counted)
        code, _, errors = batch(path, "-o", tmp_path / "out", "--cluster", address)
    assert (code, errors) == (0, "")
    assert workers[0].poll() is not None
    assert made(tmp_path / "out") == expected
    assert sorted(written) == sorted(name for name in expected if name.startswith("Case"))  # each once


def test_scenarios_and_simulations_on_a_cluster(tmp_path: Path) -> None:
    """The same table and the same draws come out, although a worker goes amid the simulation."""
    (tmp_path / "plan.csv").write_text(as_csv(GAP, drawn(GAP, 50)))
    (tmp_path / "draws.csv").write_text("input,distribution,low,mode,high\ngpu,triangular,40e9,50e9,80e9\n")
    scenarios = ["scenarios", tmp_path / "plan.csv", "--model", MODEL]
    simulate = ["simulate", tmp_path / "draws.csv", "--model", MODEL, "--draws", "60000"]
    expected = [command(*one) for one in (scenarios, simulate)]
    with cluster(tmp_path) as (address, workers):
        assert command(*scenarios, "--cluster", address) == expected[0]
        timer = threading.Timer(0.7, workers[0].kill)
        timer.start()
        assert command(*simulate, "--cluster", address) == expected[1]
        timer.join()


def test_no_cluster_there(plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbooks.cluster._SECONDS", 1)
    code, _, errors = batch(plan, "-o", tmp_path / "out", "--cluster", "tcp://127.0.0.1:9")
    assert code == 2
    assert "tcp://127.0.0.1:9: no Dask scheduler answers there" in errors
