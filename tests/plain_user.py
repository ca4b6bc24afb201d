"""Work done as a user whom permissions bind: tests often run as root, whom they do not."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def shared_folder() -> Iterator[Path]:
    """A folder that every user may reach; pytest's own are for the user alone who runs the tests."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)
        Path(name).chmod(0o777)  # or a plain user could not remove it


def as_plain_user(work: Callable[[], str]) -> str:
    """Return what ``work`` returns for a plain user, in a process of its own if this one is root's."""
    if os.geteuid() != 0:
        return work()
    receiver, sender = multiprocessing.get_context("fork").Pipe(duplex=False)
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            sender.send(work())
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    sender.close()
    try:
        answer: str = receiver.recv()
    finally:
        os.waitpid(child, 0)
    return answer
