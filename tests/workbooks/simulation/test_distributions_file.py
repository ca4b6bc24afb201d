"""Tables of distributions and correlations as people write them, and in which words they are refused."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from workbooks.capex_model import CAPEX_MODEL
from workbooks.simulation.distributions_file import (
    CORRELATIONS_EXAMPLE,
    EXAMPLE,
    read_correlations,
    read_distributions,
)
from workbooks.table_file import InputsError

HEAD = "input,distribution,low,likely,high,mean,sd,values,chances\n"


def saved(folder: Path, text: str, name: str = "plan.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_is_read(tmp_path: Path) -> None:
    found = {one.input.name: one for one in read_distributions(saved(tmp_path, EXAMPLE), CAPEX_MODEL)}
    assert found["hour_price"].kind == "PERT"
    assert found["used"].numbers == {"low": 0.4, "likely": 0.85, "high": 0.95}
    assert found["useful_life"].values == (4.0, 5.0, 6.0)
    assert found["useful_life"].chances == (0.25, 0.5, 0.25)
    pairs = read_correlations(saved(tmp_path, CORRELATIONS_EXAMPLE, "pairs.csv"), CAPEX_MODEL, list(found.values()))
    assert [(one.first, one.second, one.value) for one in pairs] == [("hour_price", "used", 0.6)]


def test_other_words_for_the_same(tmp_path: Path) -> None:
    head = "Input;Distribution;Min;Most likely;Max;Standard deviation;Mean\n"
    text = head + "Share of hours that are paid;pert;0,4;0,8;0,9;;\n"
    [one] = read_distributions(saved(tmp_path, text), CAPEX_MODEL)
    assert (one.input.name, one.kind, one.numbers["likely"]) == ("used", "PERT", 0.8)


def test_a_workbook_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (("input", "distribution", "low", "high"), ("hurdle", "uniform", 0.08, 0.16)):
        book.active.append(row)
    book.save(tmp_path / "plan.xlsx")
    [one] = read_distributions(tmp_path / "plan.xlsx", CAPEX_MODEL)
    assert one.numbers == {"low": 0.08, "high": 0.16}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty. Write a header row"),
        (HEAD, "has a header but no row under it. Add a row per input that varies."),
        ("distribution,low\nuniform,1\n", "row 1: the column 'input' is missing. Add it."),
        ("input,distribution,lo\nhurdle,uniform,1\n", "row 1: there is no column 'lo'. Did you mean 'low'?"),
        ("input,distribution,low,min\nhurdle,uniform,1,2\n", "row 1: the column 'low' is there twice."),
        (HEAD + "profit,uniform,1,,2,,,,\n", "row 2, column 'input': no input is called 'profit'"),
        (HEAD + "hour_pric,uniform,1,,2,,,,\n", "Did you mean 'hour_price'?"),
        (HEAD + "hurdle,unifrom,1,,2,,,,\n", "row 2: there is no distribution 'unifrom'. Did you mean 'uniform'?"),
        (HEAD + "hurdle,weibull,1,,2,,,,\n", "There are: normal, lognormal, triangular, PERT, uniform, discrete."),
        (HEAD + "hurdle,uniform,5%,,,,,,\n", "row 2: uniform needs low and high"),
        (HEAD + "hurdle,uniform,5%,,,,,,\n", "'high' is missing. Fill it in."),
        (HEAD + "hurdle,uniform,5%,6%,9%,,,,\n", "row 2: uniform has no 'likely'. Empty that cell."),
        (HEAD + "hurdle,uniform,9%,,5%,,,,\n", "row 2 (hurdle, uniform): low < high does not hold: 0.09, 0.05"),
        (HEAD + "hurdle,uniform,low,,5%,,,,\n", "row 2, column 'low': 'low'"),
        (HEAD + 2 * "hurdle,uniform,5%,,9%,,,,\n", "row 3: the input 'hurdle' is there already, in row 2"),
        (HEAD + "useful_life,discrete,,,,,,4;5,1\n", "there are 2 values and 1 chances"),
        (HEAD + "useful_life,discrete,,,,,,4;50,\n", "50 is outside 1 to 10, the input's range"),
        (HEAD + "pue,normal,,,,1.2,0.5,,\n", "34% of it lie outside 1 to 3, the input's range"),
    ],
)  # fmt: skip
def test_what_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputsError) as error:
        read_distributions(saved(tmp_path, text), CAPEX_MODEL)
    assert words in str(error.value)
    assert "plan.csv" in str(error.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("input,with\nused,hour_price\n", "the column 'correlation' is missing"),
        ("input,with,correlation\nused,pue,0.5\n", "row 2: the input 'pue' has no distribution. Give it one."),
        ("input,with,correlation\nused,used,0.5\n", "'used' is correlated with itself"),
        ("input,with,correlation\nused,hour_price,1\n", "a correlation of 1. Give one between -1 and 1."),
        ("input,with,correlation\nused,hour_price,high\n", "column 'correlation': 'high'"),
        ("input,with,correlation\nused,hour_price,0.1\nhour_price,used,0.2\n", "are there already, in row 2"),
    ],
)
def test_correlations_that_are_refused(tmp_path: Path, text: str, words: str) -> None:
    given = read_distributions(saved(tmp_path, EXAMPLE), CAPEX_MODEL)
    with pytest.raises(InputsError) as error:
        read_correlations(saved(tmp_path, text, "pairs.csv"), CAPEX_MODEL, given)
    assert words in str(error.value)
