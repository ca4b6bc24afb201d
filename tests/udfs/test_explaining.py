"""AIEXPLAIN: every step is what another engine makes of the numbers it shows, and the last is the result."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import udfs
from udfs import FUNCTIONS, OMITTED, ExcelError, units
from udfs.steps import traced_steps
from udfs.trace import Argument
from workbooks.engine import evaluate

EXPLAINED = [function for function in FUNCTIONS.values() if function.category != "Assist"]
CALLS = [
    pytest.param(function.name, example.arguments, id=f"{function.name}-{number}")
    for function in EXPLAINED
    for number, example in enumerate(function.examples)
]
# Calls that take other ways through the functions than their examples do.
MORE_CALLS = [
    ("PAYBACK", (1000.0, [[300.0, -50.0, 500.0, 800.0]], 0.1)),
    ("PAYBACK", (100.0, 30.0)),
    ("PAYBACK", (100.0, 30.0, 0.05)),
    ("AIGAPYEARS", (100e9, 200e9, 0.5)),
    ("CLUSTERIRR", (100.0, [[60.0, 60.0]], 20.0)),
    ("PROFITINDEX", (100.0, [[60.0, -5.0, 60.0]], 0.0)),
    ("GPUNBV", (30000.0, 3000.0, 5.0, 2.0, "DDB")),
    ("GPUDEP", (35000.0, 5000.0, 5.0, "SYD")),
    ("GPULOOP", (100.0, 0.5)),
    ("CAPITALCHARGE", (1000.0, 0.08, 5.0, 100.0)),
    ("AIGAP", (-50e9, 2.0, 0.1, -3e9, 0.2)),
]
every_call = pytest.mark.parametrize(("name", "arguments"), CALLS + MORE_CALLS)


def explain(name, *arguments):
    header, *rows = udfs.call("AIEXPLAIN", name, *arguments)
    assert header == ["Step", "Formula", "With numbers", "Value", "Unit", "Source"]
    inputs = [row for row in rows if row[0] == "input"]
    assert rows[: len(inputs)] == inputs
    return inputs, rows[len(inputs) :]


@every_call
def test_last_step_is_the_result(name, arguments):
    _, steps = explain(name, *arguments)
    result = udfs.call(name, *arguments)
    shown = [[step[3]] for step in steps] if isinstance(result, list) else steps[-1][3]
    assert shown == result
    assert [step[0] for step in steps] == list(range(1, len(steps) + 1))
    assert steps[-1][4] == FUNCTIONS[name].result.unit


@every_call
def test_numbers_give_the_value(name, arguments):
    """Excel's own functions by another engine, on the very text that is shown."""
    _, steps = explain(name, *arguments)
    checked = 0
    for _, _, numbers, value, _, _ in steps:
        if isinstance(value, float) and not numbers.startswith("capex="):  # the proof of a rate has no formula
            assert evaluate(f"={numbers}") == pytest.approx(value, rel=1e-9, abs=1e-12), numbers
            checked += 1
    assert checked


@every_call
def test_steps_of_what_was_given(name, arguments):
    function = FUNCTIONS[name]
    inputs, _ = explain(name, *arguments)
    given = len(arguments)
    for row, parameter in zip(inputs, function.parameters, strict=False):
        assert row[1] == parameter.name
        assert row[4] == parameter.kind.unit
    assert [row[5] for row in inputs[:given]] == ["given"] * given
    assert all(row[5].startswith("default") for row in inputs[given:])


def test_gap_by_hand():
    inputs, steps = explain("aigap", 50e9, OMITTED, 0.5, 75e9)
    assert inputs == [
        ["input", "gpu", "", 50e9, "$", "given"],
        ["input", "mult", "", 2.0, "x", "default, capex_multiple"],
        ["input", "margin", "", 0.5, "fraction", "given"],
        ["input", "revenue", "", 75e9, "$", "given"],
        ["input", "cloud", "", 0.0, "fraction", "default"],
    ]
    assert steps == [
        [1.0, "gpu*mult", "50000000000*2", 100e9, "$", "cahn-2023"],
        [2.0, "1-margin", "1-0.5", 0.5, "fraction", "cahn-2023"],
        [3.0, "gpu*mult/(1-margin)", "50000000000*2/(1-0.5)", 200e9, "$", "cahn-2023"],
        [4.0, "gpu*mult/(1-margin)-revenue", "50000000000*2/(1-0.5)-75000000000", 125e9, "$", "cahn-2023"],
    ]


def test_payback_year_by_year():
    """A textbook's way: 72,000 repaid by 25, 25, 15, 10 thousand is 7 of the 10 thousand of year 4."""
    _, steps = explain("PAYBACK", 72000, [[25000], [25000], [15000], [10000], [30000]])
    assert [step[3] for step in steps] == [25000, 50000, 65000, 75000, 3.7]
    assert steps[3][1:3] == ["repaid4 = repaid3+cash4", "65000+10000"]
    assert steps[4][1] == "3+(capex-repaid3)/(repaid4-repaid3)"


def test_the_step_that_fails_shows_it():
    _, steps = explain("AIMARGIN", 50e9, 2, 0)
    assert [step[3] for step in steps] == [100e9, ExcelError.DIV0, ExcelError.DIV0]
    _, steps = explain("PAYBACK", 1000, [[300], [300]])
    assert [step[3] for step in steps] == [300, 600, ExcelError.NA]
    _, steps = explain("AIGAPYEARS", 200e9, 100e9, -0.5)
    assert steps[-1][3] is ExcelError.NA


def test_an_argument_outside_its_domain():
    inputs, steps = explain("AIGAP", 50e9, 2, 1)
    assert inputs[2] == ["input", "margin", "1", ExcelError.NUM, "fraction", "given: must be at least 0 and below 1"]
    assert [step[3] for step in steps] == [ExcelError.NUM]
    inputs, steps = explain("AIGAP", "fifty")
    assert inputs[0][2:4] == ['"fifty"', ExcelError.VALUE]
    assert steps[-1][3] is ExcelError.VALUE
    inputs, _ = explain("AIGAP", OMITTED, 2)
    assert inputs[0][3] is ExcelError.VALUE
    assert inputs[0][5] == "missing"


def test_only_the_branch_that_is_taken():
    _, steps = explain("AIGAPYEARS", 100e9, 200e9, 0.5)
    assert len(steps) == 1
    _, steps = explain("AIGAPYEARS", 200e9, 100e9, 1)
    assert len(steps) > 3


def test_refused():
    for name in ("NOPE", "", "AIEXPLAIN", "AISOLVE", "AIASSUME", "=AIGAP", "AIGAP(1)", "__import__('os')", "udfs.call"):
        assert udfs.call("AIEXPLAIN", name, 1) is ExcelError.NA
    for name in (None, 1.0, True):
        assert udfs.call("AIEXPLAIN", name, 1) is ExcelError.VALUE
    assert udfs.call("AIEXPLAIN", "AIGAP", [[1], [2]]) is ExcelError.VALUE
    assert udfs.call("AIEXPLAIN", "SHAREHEADROOM", 0.5, 1) is ExcelError.VALUE
    assert udfs.call("AIEXPLAIN", "AIGAP", ExcelError.REF) is ExcelError.REF


def test_ranges_as_hosts_have_them():
    rows = udfs.call("AIEXPLAIN", "MOIC", 100, [[50, 75, 125]])
    for flows in ([[50], [75], [125]], np.array([50, 75, 125]), np.array([[50.0, 75.0, 125.0]])):
        assert udfs.call("AIEXPLAIN", "moic ", np.array([[100]]), flows) == rows


@every_call
def test_only_plain_text_and_numbers(name, arguments):
    """A sheet, a CSV file or a macro takes no cell for a formula."""
    for row in udfs.call("AIEXPLAIN", name, *arguments):
        assert len(row) == 6
        for cell in row:
            assert isinstance(cell, (float, str, ExcelError))
            assert not isinstance(cell, str) or not cell.startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("function", EXPLAINED, ids=lambda function: function.name)
def test_units_agree_with_what_the_function_says(function):
    """The algebra of units, where it can tell, comes to the unit of the result."""
    if function.native or function.native_row:
        return
    names = [parameter.name for parameter in function.parameters]
    values = dict.fromkeys(names, 0.5) | {"rounds": 2.0, "newlife": 4.0, "rent": 4.0}
    steps = traced_steps(
        function.trace(*map(Argument, names)), values, {p.name: p.kind.unit for p in function.parameters}
    )
    found, said = steps[-1].unit, function.result.unit
    interchangeable = {"x", "fraction"}
    # A price-earnings ratio is years of earnings, but nobody writes it so. Flows at the end of years count in years.
    exceptions = {"IMPLIEDEARNINGS": "$", "AIGAPYEARS": "x"}
    assert found in ("", said, exceptions.get(function.name)) or {found, said} <= interchangeable


@given(st.sampled_from(["$", "x", "GPUs", "$/GPU-hour", "kW", "$/kWh", "hours/year", "million tokens"]))
def test_units_divide_out(unit):
    assert units.over(unit, unit) == "x"
    assert units.times(unit, "x") == unit
    assert units.over(units.times(unit, "years"), "years") == unit


@pytest.mark.parametrize(
    ("one", "other", "product"),
    [
        ("GPUs", "$/GPU", "$"),
        ("kW", "hours/year", "kWh/year"),
        ("kWh/year", "$/kWh", "$/year"),
        ("$/month", "months", "$"),
        ("fraction", "$", "$"),
        ("", "$", ""),
    ],
)
def test_units_multiply(one, other, product):
    assert units.times(one, other) == product


def test_every_function_without_a_trace_names_its_steps():
    for function in EXPLAINED:
        if any(parameter.kind.shape == "series" for parameter in function.parameters):
            assert function.steps is not None, function.name
            assert re.search("_steps$", function.steps.__name__)
