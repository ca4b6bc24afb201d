"""Broken workbooks through all that reads anybody's: ``python -m tests.workbooks.foreign.fuzz 10000 [first number]``.

For each of them a result or a clear refusal, within ten seconds and two gigabytes; no other error, and nothing left
behind. Each workbook has a process of its own, because an engine that ends at once can't be caught otherwise. Every
second one is computed column by column, as large sheets are.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import workbooks
from tests.workbooks.foreign.mutations import mutated, sound
from workbooks.columns import computing, copies
from workbooks.files import OutputError
from workbooks.foreign import cells
from workbooks.foreign.container import UnusableFileError

SECONDS = 10.0
MEMORY = 2 << 30  # bytes more than before

Command = Callable[[Path, Path], Any]
COMMANDS: dict[str, Command] = {
    "recalc": workbooks.recalc,
    "portable": workbooks.portable,
    "freeze": workbooks.freeze,
    "freeze all": lambda source, target: workbooks.freeze(source, target, everything=True, keep_notes=True),
    "diff": lambda source, _: workbooks.diff(source, sound()["xlsxwriter"]),
}


class TooSlowError(Exception):
    """It took longer than a person waits."""


@dataclass
class Tally:
    """What came of the broken workbooks."""

    results: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: dict[str, tuple[float, int]] = field(default_factory=dict)


def run(numbers: range, tell: Callable[[str], None] = lambda text: None) -> Tally:
    """Put mutations through all commands, and count what comes of them."""
    tally = Tally()
    sound()
    for number in numbers:
        what, package = mutated(number)
        ending = ".xlsm" if what.startswith("full") else ".xlsx"
        for name, seconds, kind, fault in _in_a_process(package, ending, by_column=number % 2 == 0):
            counts = {"result": tally.results, "refusal": tally.refusals}
            if kind in counts:
                counts[kind][name] += 1
            if fault:
                tally.faults.append(f"{number} ({what}), {name}: {fault}")
                tell(tally.faults[-1])
            tally.slowest[name] = max(tally.slowest.get(name, (0.0, 0)), (seconds, number))
        if number % 500 == 499:
            tell(f"{number + 1 - numbers.start:,} done, {len(tally.faults)} faults")
    return tally


def _in_a_process(package: bytes, ending: str, *, by_column: bool) -> Iterator[tuple[str, float, str, str]]:
    """Yield for each command how long it took, whether it gave a result or a refusal, and what is wrong with it."""
    context = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory() as folder:
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_try_all, args=(Path(folder), package, ending, by_column, there))
        process.start()
        there.close()
        try:
            for name in COMMANDS:
                if not here.poll(SECONDS * 1.5):
                    yield name, SECONDS * 1.5, "", "hangs, and can't be stopped"
                    break
                try:
                    yield name, *here.recv()
                except EOFError:
                    process.join()
                    yield name, 0.0, "", f"ends the whole process ({process.exitcode})"
                    break
        finally:
            process.kill()
            process.join()


def _try_all(folder: Path, package: bytes, ending: str, by_column: bool, report: Connection) -> None:
    if by_column:  # as sheets of a megabyte are computed
        cells._LARGE, computing._MANY, copies._MANY = 0, 1, 2  # type: ignore[misc]
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())  # what an engine says when it ends
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for command in COMMANDS.values():
        start = time.perf_counter()
        kind, fault = _tried(folder, package, ending, command)
        report.send((time.perf_counter() - start, kind, fault))


def _tried(folder: Path, package: bytes, ending: str, command: Command) -> tuple[str, str]:
    """Return what came of a command, and what is wrong with it; "" if nothing."""
    source, target = folder / f"book{ending}", folder / f"out{ending}"
    source.write_bytes(package)
    try:
        with _limited(SECONDS):
            outcome = command(source, target)
        kind, fault = "result", ""
        if target.exists() and target.read_bytes() != outcome.package:
            fault = "another file than the result"
    except (UnusableFileError, OutputError) as error:
        kind, fault, message = "refusal", "", str(error)
        if not message.strip() or "\n" in message or len(message) > 2000:
            fault = f"no clear refusal: {message[:500]!r}"
    except TooSlowError:
        return "", f"took too long\n{traceback.format_exc()[-1500:]}"
    except Exception:
        return "", traceback.format_exc()[-1500:]
    expected = {source.name, target.name} if kind == "result" and command != COMMANDS["diff"] else {source.name}
    there = {path.name for path in folder.iterdir()}
    if not fault and there != expected:
        fault = f"files {sorted(there)} in the folder instead of {sorted(expected)}"
    if not fault and source.read_bytes() != package:
        fault = "the source was changed"
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return kind, fault


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TooSlowError

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main() -> None:
    """Run as many mutations as asked for, and tell what came of them."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    tally = run(range(first, first + count), lambda text: print(text, flush=True))
    for name, (seconds, number) in tally.slowest.items():
        done = f"{tally.results[name]:,} results, {tally.refusals[name]:,} refusals"
        print(f"{name}: {done}; slowest {seconds:.1f} s (number {number})")
    print(f"{count:,} mutations, {len(tally.faults)} faults")
    sys.exit(1 if tally.faults else 0)


if __name__ == "__main__":
    main()
