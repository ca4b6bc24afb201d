"""The same work on an existing Dask cluster: each task's result once and in order, whichever workers get lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

_AHEAD: Final = 2  # tasks per thread of a worker that are on the cluster at a time
_SECONDS: Final = 15


class ClusterError(Exception):
    """A cluster can't do the work; the message says why, and what to do."""


def mapped(
    address: str, function: Callable[[Any, Task], Result], common: Any, tasks: Iterable[Task]
) -> Iterator[tuple[Task, Result]]:
    """Yield each task with its result, computed by a cluster's workers.

    A task whose worker is lost is computed again by another: ``function`` gives a result and changes nothing.

    Parameters
    ----------
    address : of the scheduler, such as ``tcp://10.0.0.5:8786``.
    function : of what is common to all tasks, and of a task; workers must be able to import it.
    common : goes with every task: what is scattered is lost with the worker that keeps it.
    tasks : few and large ones, since each costs some milliseconds. They are taken as workers get free.

    Raises
    ------
    ClusterError
        The cluster can't be reached, has no workers, or can't run our functions.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError(
            "--cluster needs the package distributed. Install it with: pip install 'aicapex[cluster]'."
        ) from None
    try:
        client: Any = Client(address, timeout=_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"{address}: no Dask scheduler answers there ({error}). Give an address such as tcp://host:8786."
        ) from error
    with client:
        yield from _mapped(client, address, function, common, tasks)


def _mapped(
    client: Any, address: str, function: Callable[[Any, Task], Result], common: Any, tasks: Iterable[Task]
) -> Iterator[tuple[Task, Result]]:
    from distributed import KilledWorker

    threads = sum(client.nthreads().values())
    if not threads:
        raise ClusterError(f"{address}: the cluster has no workers. Start some with: dask worker {address}.")
    waiting: list[tuple[Task, Any]] = []
    coming = iter(tasks)
    while True:
        while len(waiting) < _AHEAD * threads and (task := next(coming, None)) is not None:
            waiting.append((task, client.submit(function, common, task, pure=False)))
        if not waiting:
            return
        task, future = waiting.pop(0)
        try:
            result = future.result()
        except KilledWorker as error:
            raise ClusterError(f"{address}: too many workers got lost ({error}). Run again with --resume.") from error
        except ModuleNotFoundError as error:
            raise ClusterError(f"{address}: its workers lack a package ({error}). Install aicapex for them.") from error
        future.release()
        yield task, result
