"""``aicapex batch``: a report for every row of a table."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from addin.commands.failure import Failure
from addin.commands.workbook import find_model, model_option

if TYPE_CHECKING:
    from workbooks.batch.order import Order
    from workbooks.batch.plan import Plan
    from workbooks.book import Edition

_FAILED: Final = 3  # exit status: some scenarios failed, all others are done
_SHOWN: Final = 20  # failed scenarios that are told on the screen


@click.command()
@click.argument("scenarios")
@click.option(
    "-o", "--output", "folder", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Where files go."
)
@click.option("--query", metavar="SQL", help="What is asked of the database, if SCENARIOS is the URL of one.")
@model_option
@click.option(
    "--edition",
    type=click.Choice(["report", "portable", "headless", "addin"]),
    default="report",
    show_default=True,
    help="report: values only. portable: plain formulas. headless, addin: our functions.",
)
@click.option("--interpreter", metavar="PATH", help="For --edition addin, as in 'aicapex template --help'.")
@click.option("--pdf", is_flag=True, help="Print each report to PDF too, by LibreOffice.")
@click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes that work.")
@click.option("--cluster", metavar="ADDRESS", help="Dask scheduler whose workers work instead, as tcp://host:8786.")
@click.option("--resume", is_flag=True, help="Keep the reports in DIR that are as they would be made again.")
@click.pass_context
def command(
    ctx: click.Context,
    scenarios: str,
    folder: Path,
    query: str | None,
    model: str,
    edition: Edition,
    interpreter: str | None,
    pdf: bool,
    jobs: int,
    cluster: str | None,
    resume: bool,
) -> None:
    """Write a report for every row of SCENARIOS, and a summary of them all.

    SCENARIOS is a .csv, .xlsx or .parquet file, or with --query a database, such as sqlite:///plans.db or
    postgresql+pg8000://user@host/plans. It has a column for each input that differs from the base case, a column
    'scenario' that names rows and files, and a column 'note' if you like.

    Nothing is written before the whole table has been checked. The exit status is 3 if some scenarios failed; they
    are named, and the others are done.
    """
    from workbooks.batch.order import Order
    from workbooks.batch.plan import Plan, PlanError
    from workbooks.table_file import InputsError, open_table

    chosen = find_model(model)
    if pdf and edition in ("headless", "addin"):
        raise Failure(
            f"--pdf prints reports and portable workbooks; in the {edition} edition LibreOffice lacks functions."
        )
    order = Order(chosen, edition)
    if edition == "addin":
        from addin.excel.command import windows_interpreter
        from addin.excel.template import make_template

        python = windows_interpreter(interpreter)
        order = Order(chosen, edition, functools.partial(make_template, interpreter=python), python)
    if pdf:
        from workbooks.batch.pdf import MissingOfficeError, find_office

        try:
            find_office()
        except MissingOfficeError as error:
            raise Failure(str(error)) from error
    with Plan(order) as plan:
        try:
            plan.read(open_table(scenarios, query), order)
            _make(folder)
            plan.open_journal(folder, resume=resume)
        except (InputsError, PlanError) as error:
            raise Failure(str(error)) from error
        _run(plan, order, folder, jobs, cluster, pdf=pdf)
        failed = _tell(plan)
    if failed:
        ctx.exit(_FAILED)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except FileExistsError:
        raise Failure(f"{folder}: is no folder but a file. Choose another name.") from None
    except FileNotFoundError:
        raise Failure(f"{folder.parent}: there is no such folder. Make it first, or choose another.") from None
    except OSError as error:
        raise Failure(f"{folder}: can't be made ({error.strerror}). Choose another folder.") from error


def _run(plan: Plan, order: Order, folder: Path, jobs: int, cluster: str | None, *, pdf: bool) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    from workbooks.batch.run import run
    from workbooks.batch.summary import write_summary
    from workbooks.cluster import ClusterError
    from workbooks.files import OutputError

    to_do = plan.to_do(folder)
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    try:
        with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
            reports = bar.add_task("reports", total=to_do, rate="")

            def advance(task: TaskID, done: int) -> None:
                bar.advance(task, done)
                speed = bar.tasks[task].speed
                bar.update(task, rate=f"{speed:,.0f}/s" if speed else "")

            run(plan, order, folder, jobs, functools.partial(advance, reports), cluster)
            if pdf:
                from workbooks.batch.pdf import print_all

                pages = bar.add_task("PDF", total=plan.size, rate="")
                print_all(plan, folder, jobs, functools.partial(advance, pages))
        write_summary(plan, order, folder)
    except (OutputError, ClusterError) as error:
        raise Failure(str(error)) from error
    counts = f"{plan.size:,} scenarios: {to_do:,} reports made, {plan.size - to_do:,} were there"
    click.echo(f"{counts}; summary.xlsx and summary.csv in {folder}")


def _tell(plan: Plan) -> int:
    """Name the scenarios that failed; return their number."""
    failed = 0
    for row, name, problem in plan.problems():
        failed += 1
        if failed <= _SHOWN:
            Failure(f"row {row}, {name!r}: {problem}").show()
    if failed > _SHOWN:
        Failure(f"and {failed - _SHOWN:,} more failed; summary.csv names them all.").show()
    return failed
