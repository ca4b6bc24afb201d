"""How a command fails."""

from __future__ import annotations

from typing import Any

import click


class Failure(click.ClickException):
    """Something the user can mend: the message goes to stderr in one line, and the exit status is 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the message."""
        click.echo(f"aicapex: {' '.join(self.message.split())}", err=True)


def as_failure(error: click.UsageError) -> Failure:
    """Return what is wrong with a command line in the form of all other failures."""
    command = error.ctx.command_path if error.ctx else "aicapex"
    return Failure(f"{error.format_message().rstrip('.')}. See '{command} --help'.")
