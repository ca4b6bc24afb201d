"""A run: the reports of all scenarios of a plan, made by this process, by several, or by a cluster."""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path
from typing import Final

from workbooks.batch.fingerprint import content_hash
from workbooks.batch.order import Order
from workbooks.batch.plan import Plan, Task
from workbooks.batch.press import Press, Print
from workbooks.files import OutputError, write_atomically

Result = tuple[Task, Print, str]  # with the hash of the file's content
Progress = Callable[[int], None]

BLOCK: Final = 256  # reports that a process makes before it tells of them
SENT: Final = 32  # reports that a cluster's worker sends in one go, some 10 MB
_SECONDS: Final = 1.0  # after which what is done is entered in the journal


def run(plan: Plan, order: Order, folder: Path, jobs: int, progress: Progress, cluster: str | None = None) -> None:
    """Make all reports of a plan that are not there yet.

    Parameters
    ----------
    plan : with its journal open.
    order : what is made of each scenario.
    folder : where the files go.
    jobs : processes that make them.
    progress : is told of each number of reports that are done.
    cluster : address of a Dask scheduler, whose workers make them instead.
    """
    if cluster is not None:
        from workbooks.cluster import mapped

        blocks: Iterator[list[Result]] = (
            [_written(folder, task, result) for task, result in zip(tasks, prints, strict=True)]
            for tasks, prints in mapped(cluster, _prints, (order, plan.many), plan.tasks(SENT))
        )
    elif jobs > 1:
        size = min(BLOCK, -(-plan.size // (2 * jobs)))  # so that all have something to do
        blocks = _by_processes(functools.partial(_block, order, plan.many, folder), plan.tasks(size), jobs)
    else:
        press = _press_of(order, many=plan.many)
        blocks = ([result] for tasks in plan.tasks(BLOCK) for result in _made(press, folder, tasks))
    done: list[Result] = []
    noted = time.monotonic()
    try:
        for results in blocks:
            done += results
            progress(len(results))
            if time.monotonic() - noted > _SECONDS:
                plan.note(done)
                done.clear()
                noted = time.monotonic()
    finally:
        plan.note(done)


def _made(press: Press, folder: Path, tasks: Sequence[Task]) -> Iterator[Result]:
    for task, result in zip(tasks, press.prints([task.scenario for task in tasks]), strict=True):
        yield _written(folder, task, result)


def _written(folder: Path, task: Task, result: Print) -> Result:
    """Write a report; what is returned holds it no longer."""
    path = folder / task.file
    if not result.problem:
        try:
            write_atomically(path, result.report)
        except OutputError as error:
            result = Print(problem=str(error))
    if result.problem:
        with contextlib.suppress(OSError):
            path.unlink()  # of an earlier run, with other inputs
        return task, result, ""
    return task, Print(figures=result.figures), content_hash(result.report)


_press: Press | None = None
_pressing = threading.Lock()  # a cluster's worker may have several threads


def _prints(common: tuple[Order, bool], tasks: Sequence[Task]) -> list[Print]:
    order, many = common
    with _pressing:
        return list(_press_of(order, many=many).prints([task.scenario for task in tasks]))


def _press_of(order: Order, *, many: bool) -> Press:
    """Return this process' press: making one takes a second."""
    global _press
    if _press is None or (_press.order, _press.many) != (order, many):
        _press = Press(order, many)
    return _press


def _block(order: Order, many: bool, folder: Path, tasks: Sequence[Task]) -> list[Result]:
    return list(_made(_press_of(order, many=many), folder, tasks))


def _by_processes(
    make: Callable[[list[Task]], list[Result]], blocks: Iterator[list[Task]], jobs: int
) -> Iterator[list[Result]]:
    # Not forked: readers of Parquet files and databases may have threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, _end_with_parent) as pool:
        waiting: set[Future[list[Result]]] = set()
        try:
            for tasks in blocks:
                waiting.add(pool.submit(make, tasks))
                if len(waiting) > jobs:  # the next block is ready when a process is
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, however that came."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
