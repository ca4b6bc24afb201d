"""``aicapex functions``: the catalogue and each function's help, on a screen of 80 columns or in a pipe."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.cli import main
from tests.addin.command_line import refusal, run
from udfs import FUNCTIONS
from workbooks.engine import evaluate


def screen(name: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["functions", name])
    assert not ended.value.code
    return capsys.readouterr().out


def test_the_catalogue_lists_every_function_once(tmp_path: Path) -> None:
    done = run("functions", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert all(line == line.rstrip() for line in lines)
    assert [line.split()[0] for line in lines if re.match(r"  [A-Z]", line)] == list(FUNCTIONS)
    assert [line for line in lines if line[:1].strip()] == [
        f"{category}:" for category in dict.fromkeys(one.category for one in FUNCTIONS.values())
    ]
    text = " ".join(done.stdout.split())
    assert all(f"{name} {one.summary}" in text for name, one in FUNCTIONS.items())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_help_of_a_function(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    function = FUNCTIONS[name]
    shown = screen(name, capsys)
    lines = shown.splitlines()
    assert lines[0].startswith(f"{name}(")
    # What is there to be copied stays in one line.
    copied = ("In plain Excel: =", f"={name}(", "  {", "  ")
    assert [line for line in lines if len(line) > 80 and not line.startswith(copied)] == []
    text = " ".join(shown.split())
    assert function.summary in text
    assert function.returns in text
    assert function.errors in text
    assert all(parameter.help in text for parameter in function.parameters)
    assert all(parameter.name in text for parameter in function.parameters if not parameter.name.startswith("arg"))
    assert f"Category {function.category}, source {function.source}" in lines


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_examples_can_be_typed_and_give_what_they_say(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = screen(name, capsys).split("\n\n")
    examples = [block.splitlines() for block in blocks if block.startswith(f"={name}(")]
    assert len(examples) == len(FUNCTIONS[name].examples)
    for formula, result in examples:
        computed, written = evaluate(formula), evaluate(result) if result.startswith("  {") else result.strip()
        flat = [cell for row in computed for cell in row] if isinstance(computed, list) else [computed]
        if isinstance(written, list):
            expected = [cell for row in written for cell in row]
        else:
            expected = [written if isinstance(flat[0], str) else float(written)]  # type: ignore[arg-type]
        assert flat == [pytest.approx(cell, rel=1e-9) if isinstance(cell, float) else cell for cell in expected]


@pytest.mark.parametrize("written", ["aigap", "AiGap", "=AIGAP(", " AIGAP ", "AIGAP()"])
def test_the_name_is_found_as_it_is_written(written: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert screen(written, capsys) == screen("AIGAP", capsys)


@pytest.mark.parametrize(
    ("written", "near"),
    [("AIGPA", "AIGPU"), ("paybak", "PAYBACK"), ("aigapyear", "AIGAPYEARS"), ("GPUHOURSCOST", "GPUHOURCOST"),
     ("AIEXPLAN", "AIEXPLAIN")],
)  # fmt: skip
def test_near_names_are_suggested(written: str, near: str, tmp_path: Path) -> None:
    assert refusal("functions", written, cwd=tmp_path) == f"there is no function {written!r}. Did you mean {near}?"


def test_a_name_like_no_other(tmp_path: Path) -> None:
    message = "there is no function 'zzzz'. 'aicapex functions' lists them all."
    assert refusal("functions", "zzzz", cwd=tmp_path) == message
    assert "unexpected extra argument (PAYBACK)" in refusal("functions", "AIGAP", "PAYBACK", cwd=tmp_path)


@given(st.text(max_size=12).filter(lambda text: not text.startswith("-")))
def test_any_name_is_found_or_refused(written: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["functions", written])
    known = written.strip().removeprefix("=").partition("(")[0].upper() in FUNCTIONS
    assert (ended.value.code or 0) == (0 if known else 2)
