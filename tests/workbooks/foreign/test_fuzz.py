"""Some hundred broken workbooks; ``python -m tests.workbooks.foreign.fuzz 10000`` makes as many as one likes."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest

import workbooks
from tests.addin.command_line import run as run_command
from tests.addin.command_line import snapshot
from tests.workbooks.foreign.fuzz import COMMANDS, run
from tests.workbooks.foreign.mutations import mutated, sound

COUNT = 100


def test_broken_workbooks_give_a_result_or_a_refusal() -> None:
    tally = run(range(COUNT))
    assert tally.faults == []
    for name in COMMANDS:
        assert tally.results[name] + tally.refusals[name] == COUNT
        assert tally.results[name] > COUNT / 5, "too broken to tell anything"
        assert tally.refusals[name] > COUNT / 5, "too sound to tell anything"


@pytest.mark.parametrize("whose", ["xlsxwriter", "by hand", "full"])
def test_sound_workbooks_give_results(whose: str) -> None:
    for name, command in COMMANDS.items():
        assert command(sound()[whose], None) is not None, name


@pytest.mark.parametrize(
    "formula",
    [
        "=SUM(Far!A:XFD)", "=SUM(Far!$1:$1048576)+1", "=SUM(A1,Far!A1:GR1048576)", "=MOIC(5,Far!A1:C1048576)",
        "=SUM(AIGAP(Far!A1:A180000,Far!C1:WVA1))",  # a column and a row spread to a grid
    ],
)  # fmt: skip
def test_ranges_over_whole_sheets_are_left(formula: str) -> None:
    """The engine would go through each of their cells, down to the last that holds something."""
    book = openpyxl.Workbook()
    book.active["B1"], book.active["C1"] = formula, "=SUM(Far!A:A)"
    far = book.create_sheet("Far")
    far["A1"], far["A1048576"] = 1, 2
    buffer = io.BytesIO()
    book.save(buffer)
    outcome = workbooks.recalc(buffer.getvalue())
    assert outcome.done == 1
    [left] = outcome.left
    assert (left.cell, left.formula) == ("B1", formula)
    assert re.match(r"refers to [\d,]{9,} cells", left.reason)


@pytest.mark.parametrize("number", [3029, 4978, 7173])
def test_what_a_long_run_has_found(number: int) -> None:
    assert run(range(number, number + 1)).faults == []


def test_mutations_are_the_same_each_time() -> None:
    assert [mutated(number) for number in range(20)] == [mutated(number) for number in range(20)]


@pytest.mark.parametrize(
    ("number", "command"), list(enumerate(["recalc", "portable", "freeze", "diff"] * 2, start=300))
)
def test_the_command_line_says_it_in_a_line(tmp_path: Path, number: int, command: str) -> None:
    _, package = mutated(number)
    (tmp_path / "in.xlsx").write_bytes(package)
    before = snapshot(tmp_path)
    arguments = ["in.xlsx", "in.xlsx"] if command == "diff" else ["in.xlsx", "-o", "out.xlsx"]
    done = run_command(command, *arguments, cwd=tmp_path)
    assert done.returncode in (0, 2, 3), done
    assert "Traceback" not in done.stderr
    if done.returncode == 2:
        assert re.fullmatch(r"aicapex: .+\n", done.stderr)
        assert snapshot(tmp_path) == before
    else:
        assert snapshot(tmp_path).keys() - before.keys() == (set() if command == "diff" else {"out.xlsx"})
