"""``aicapex lint``: what is wrong with a workbook, and how to mend it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import quote

import click

from addin.commands.failure import Failure


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    help="text: for people (as if not given). json: for scripts. sarif: for code hosts and editors.",
)
@click.option("--rules", help="Check only these, as in hidden,nested-if. docs/lint.md lists them.")
@click.pass_context
def command(ctx: click.Context, file: Path, form: Literal["text", "json", "sarif"], rules: str | None) -> None:
    """Check FILE, an .xlsx or .xlsm workbook.

    The exit status is 1 if there are errors, 0 if there are none or only warnings, 2 if FILE can't be read.
    """
    from workbooks.foreign.container import UnusableFileError
    from workbooks.lint.reading import read
    from workbooks.lint.report import as_json, as_sarif, as_text
    from workbooks.lint.rules import UnknownRuleError, check, chosen

    try:
        selected = chosen([one.strip() for one in rules.split(",")] if rules is not None else [])
        findings = check(read(file.read_bytes()), selected)
    except UnknownRuleError as error:
        raise Failure(f"{error}.") from error
    except UnusableFileError as error:
        raise Failure(f"{file}: {error}.") from error
    except OSError as error:
        raise Failure(f"{file}: can't be read ({error.strerror}). Name an .xlsx or .xlsm file.") from error
    if form == "text":
        click.echo(as_text(findings, str(file)))
    elif form == "json":
        click.echo(as_json(findings, str(file)))
    else:
        click.echo(as_sarif(findings, quote(file.as_posix()), selected))
    if any(finding.rule.severity == "error" for finding in findings):
        ctx.exit(1)
