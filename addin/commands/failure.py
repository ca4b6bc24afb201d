"""How a command fails."""

from __future__ import annotations

from typing import Any

import click


class Failure(click.ClickException):
    """Something the user can mend: the message goes to stderr, and the exit status is 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the message."""
        click.echo(f"aicapex: {self.message}", err=True)
