"""Adds our extension to LibreOffice, or removes it: run by LibreOffice's Python, for ``aicapex install calc``.

It starts LibreOffice without a window and asks it over UNO. LibreOffice's own tool, unopkg, refuses to work for root.
The answer is one line of JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from typing import Any, Final

import uno
import unohelper
from com.sun.star.lang import IllegalArgumentException
from com.sun.star.task import XInteractionHandler
from com.sun.star.ucb import XCommandEnvironment
from com.sun.star.uno import RuntimeException

START_SECONDS: Final = 90.0
OWNER: Final = "user"  # the extensions of this user, or of this profile


class Agreeing(unohelper.Base, XCommandEnvironment, XInteractionHandler):
    """Agrees to what LibreOffice asks: whether to install, and to replace another version."""

    def getInteractionHandler(self) -> Agreeing:
        return self

    def getProgressHandler(self) -> None:
        return None

    def handle(self, request: Any) -> None:
        """Agree to a question."""
        agreement = uno.getTypeByName("com.sun.star.task.XInteractionApprove")
        for answer in request.getContinuations():
            if answer.queryInterface(agreement):
                answer.select()
                return


class RefusedError(Exception):
    """What went wrong, in words for the user."""


def connected(process: subprocess.Popen[bytes], pipe: str) -> Any:
    """Return the context of the LibreOffice that was started, as soon as it answers."""
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            return resolver.resolve(f"uno:{pipe};urp;StarOffice.ComponentContext")
        except Exception:  # not yet
            if process.poll() not in (None, 0):
                raise RefusedError(f"LibreOffice ended with status {process.returncode}.") from None
            time.sleep(0.1)
    raise RefusedError(f"LibreOffice gave no answer within {START_SECONDS:g} s.")


def work(context: Any, action: str, identifier: str, extension: str) -> str:
    """Carry out what was asked for, and return what was done."""
    manager = context.getByName("/singletons/com.sun.star.deployment.ExtensionManager")
    asked = Agreeing()
    if action == "add":
        manager.addExtension(extension, (), OWNER, manager.createAbortChannel(), asked)
        return "added"
    try:
        name = manager.getDeployedExtension(OWNER, identifier, "", asked).getName()
    except IllegalArgumentException:  # there is none
        return "absent"
    manager.removeExtension(identifier, name, OWNER, manager.createAbortChannel(), asked)
    return "removed"


def main(action: str, soffice: str, profile: str, identifier: str, extension: str) -> dict[str, str]:
    """Start LibreOffice, do the work, end it.

    Parameters
    ----------
    action : "add" or "remove".
    soffice : LibreOffice's program.
    profile : URL of a profile's folder; empty for the user's own.
    identifier : that of the extension.
    extension : URL of the file.
    """
    pipe = f"pipe,name=aicapex{uuid.uuid4().hex}"
    # os.environ has not what uno has set in this process's environment, and what would mislead another LibreOffice.
    process = subprocess.Popen(
        [
            soffice,
            "--headless",
            "--norestore",
            "--nologo",
            "--nodefault",
            *([f"-env:UserInstallation={profile}"] if profile else []),
            f"--accept={pipe};urp;",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=dict(os.environ),
        start_new_session=True,
    )
    try:
        context = connected(process, pipe)
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        # A LibreOffice that runs already takes the request over, and the process that was started ends.
        if desktop.Frames.Count or process.poll() is not None:
            raise RefusedError("LibreOffice is running. Close it, and run this command again.")
        try:
            return {"done": work(context, action, identifier, extension)}
        finally:
            with contextlib.suppress(RuntimeException, subprocess.TimeoutExpired):  # it ended by itself, or not yet
                desktop.terminate()
                process.wait(timeout=60)
    except RefusedError as problem:
        return {"problem": str(problem)}
    finally:
        if process.poll() is None:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a LibreOffice that does not end by itself, with the programs that it has started."""
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)


if __name__ == "__main__":
    try:
        try:
            answer = main(*sys.argv[1:])
        except RuntimeException:  # in a new profile LibreOffice may end and start anew while it is asked
            answer = main(*sys.argv[1:])
    except Exception as error:
        answer = {"problem": f"LibreOffice refused: {str(error).strip() or type(error).__name__}"}
    print(json.dumps(answer))
