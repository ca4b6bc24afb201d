"""AISOLVE, AITORNADO, AISOURCE and AIASSUME, and what all functions about functions have in common."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs import FUNCTIONS, OMITTED, ExcelError, NativeFormError
from udfs.definition import MOST_ARGUMENTS
from udfs.ledger import assumptions, sources

money = st.floats(1e3, 1e13)
margins = st.floats(0, 0.99)
ASSIST = [function for function in FUNCTIONS.values() if function.category == "Assist"]
OTHERS = [function for function in FUNCTIONS.values() if function.category != "Assist"]
UNKNOWNS = [
    pytest.param(function, place, id=f"{function.name}-{parameter.name}")
    for function in OTHERS
    if function.result.shape != "table"
    for place, parameter in enumerate(function.parameters)
    if parameter.kind.numeric
]


def solve(name, target, unknown, *arguments):
    """The solutions as a list; an error as it is."""
    result = udfs.call("AISOLVE", name, target, unknown, *arguments)
    return result if isinstance(result, ExcelError) else [row[0] for row in result]


# --- AISOLVE


@given(money, st.floats(1, 10), margins, margins)
def test_inverse_of_revenue(required, mult, margin, cloud):
    closed = udfs.AIGPU(required, mult, margin, cloud)
    assert solve("AIREVENUE", required, "gpu", OMITTED, mult, margin, cloud) == pytest.approx([closed], rel=1e-9)


@given(money, st.floats(1, 10), money, margins)
def test_margin_that_closes_the_gap(gpu, mult, revenue, cloud):
    closed = udfs.AIMARGIN(gpu, mult, revenue, cloud)
    found = solve("AIGAP", 0.0, "margin", gpu, mult, OMITTED, revenue, cloud)
    if 0 <= closed < 1 - 1e-7:
        assert found == pytest.approx([closed], rel=1e-9, abs=1e-9)
    elif closed < -1e-9:
        assert found is ExcelError.NA


@pytest.mark.parametrize(("function", "place"), UNKNOWNS)
def test_gives_back_an_argument(function, place):
    """Of each function and argument: solved for what an example gives, the example's own value is found."""
    parameter = function.parameters[place]
    solved = 0
    for example in function.examples:
        arguments = [*example.arguments, *[OMITTED] * (len(function.parameters) - len(example.arguments))]
        given_value = parameter.default if arguments[place] is OMITTED else arguments[place]
        result = udfs.call(function.name, *arguments)
        if isinstance(given_value, list) or given_value is None or isinstance(result, ExcelError):
            continue
        found = solve(function.name, result, parameter.name, *arguments)
        if found is ExcelError.NUM:  # the argument makes no difference here
            moved = udfs.call(function.name, *arguments[:place], given_value + 1, *arguments[place + 1 :])
            assert moved == result or isinstance(moved, ExcelError)
            continue
        assert isinstance(found, list), (example, found)
        for x in found:
            again = udfs.call(function.name, *arguments[:place], x, *arguments[place + 1 :])
            assert again == pytest.approx(result, rel=1e-9, abs=1e-9)
        nearby = [
            udfs.call(function.name, *arguments[:place], given_value * factor, *arguments[place + 1 :])
            for factor in (0.999, 1.001)
        ]
        flat = given_value and any(value == pytest.approx(result, rel=1e-12) for value in nearby)
        assert flat or any(x == pytest.approx(given_value, rel=1e-7, abs=1e-9) for x in found), (example, found)
        solved += 1
    assert solved or parameter.kind.shape == "series" or parameter.default is None or parameter.name in UNINFORMED


# Arguments that no example gives a value to which the result is sensitive.
UNINFORMED: set[str] = set()


@given(money, st.floats(1, 5), margins, st.floats(-1e12, 1e13))
def test_solving_and_calling_gives_the_target_back(gpu, mult, margin, target):
    found = solve("AIGAP", target, "revenue", gpu, mult, margin)
    (revenue,) = found
    size = abs(target) + udfs.AIREVENUE(gpu, mult, margin)
    assert udfs.AIGAP(gpu, mult, margin, revenue) == pytest.approx(target, abs=1e-9 * size)


@settings(max_examples=20)  # each is a search over internal rates of return
@given(st.floats(10, 1e6), st.lists(st.floats(1, 1e6), min_size=2, max_size=6), st.floats(0.01, 0.5))
def test_capital_that_earns_a_rate(capex, flows, rate):
    """The capital at which a rate is earned is the present value at the rate, for which CLUSTERIRR is not needed."""
    worth = sum(flow / (1 + rate) ** year for year, flow in enumerate(flows, start=1))
    assert solve("CLUSTERIRR", rate, "capex", capex, [flows]) == pytest.approx([worth], rel=1e-7)


def test_both_rates():
    """100 now, 230 back, 132 to pay: the textbook's project with two rates, 10% and 20%."""
    assert solve("PROFITINDEX", 1, "rate", 100, [[230, -132]]) == pytest.approx([0.1, 0.2])


def test_forward_price_around_its_pole():
    """7.20 for one year and 5.40 for three are 4.50 for the two years between."""
    assert solve("RENTFORWARD", 4.5, "term2", 7.2, 1, 5.4) == pytest.approx([3])
    assert solve("RENTFORWARD", 4.5, "rate2", 7.2, 1, OMITTED, 3) == pytest.approx([5.4])


def test_ends_of_a_flat_stretch():
    assert solve("AIGAPYEARS", 0, "revenue", 200e9, OMITTED, 0.5) == [200e9]


def test_every_value_does():
    assert solve("AIGAP", -5, "margin", 0, 2, OMITTED, 5) is ExcelError.NUM


def test_level_flow_for_a_series():
    assert solve("PAYBACK", 4, "cashflows", 100) == pytest.approx([25])
    assert solve("MOIC", 2.5, "CashFlows", 100) == pytest.approx([250])


def test_place_of_the_unknown_is_ignored():
    for anything in (OMITTED, 0.0, 0.3, 7.0, "text", None):
        assert solve("AIGAP", 0, "margin", 50e9, 2, anything, 200e9) == [0.5]
    assert udfs.AISOLVE("AIGAP", 0, "margin", 50e9, 2, None, 200e9) == [[0.5]]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("NOPE", 0, "gpu", 1), ExcelError.NA),
        (("AIGAP", 0, "nope", 1), ExcelError.NA),
        (("AIGAP", -1e9, "gpu", OMITTED, 0.5), ExcelError.NUM),  # mult is outside its domain, whatever gpu is
        (("AIGAP", 0, "margin"), ExcelError.VALUE),  # gpu is missing
        (("AIGAP", 0, "margin", "fifty"), ExcelError.VALUE),
        (("AIGAP", 0, "margin", 50e9, 2, OMITTED, 75e9), ExcelError.NA),  # it would take a negative margin
        (("BUYVSRENT", 5, "capex", OMITTED, 9, 8), ExcelError.NA),
        (("GPUDEP", 5, "cost", OMITTED, 0, 4), ExcelError.VALUE),
        (("GPUNBV", 5, "method", 9, 0, 4, 1), ExcelError.VALUE),
        (("AIGAP", 0, "margin", [[50e9], [60e9]]), ExcelError.VALUE),
        (("AIGAP", "zero", "margin", 50e9), ExcelError.VALUE),
        (("AIGAP", 0, 3.0, 50e9), ExcelError.VALUE),
        (("AIGAP", 0, "margin", 1, 2, 0, 4, 0, 6), ExcelError.VALUE),
        (("AIGAP", 0, "margin", ExcelError.REF), ExcelError.REF),
    ],
)
def test_no_solution(arguments, error):
    assert udfs.call("AISOLVE", *arguments) is error


# --- AITORNADO


def tornado(name, spread, *arguments):
    header, *rows = udfs.call("AITORNADO", name, spread, *arguments)
    assert header == ["Argument", "Value", "Low", "High", "Swing"]
    return rows


def test_tornado_by_hand():
    """200 = 100/(1-0.5), less 75: each argument by a tenth of itself."""
    rows = tornado("AIGAP", 0.1, 50, 2, 0.5, 75)
    assert [row[0] for row in rows] == ["margin", "gpu", "mult", "revenue"]
    assert [row[1] for row in rows] == [0.5, 50, 2, 75]
    low, high = 100 / 0.55 - 75, 100 / 0.45 - 75
    assert rows[0][2:] == pytest.approx([low, high, high - low])
    assert rows[1][2:] == pytest.approx([105, 145, 40])
    assert rows[2][2:] == pytest.approx([105, 145, 40])
    assert rows[3][2:] == pytest.approx([132.5, 117.5, 15])


def test_tornado_moves_defaults_and_ranges():
    assert [row[0] for row in tornado("AIGAP", 0.1, 50)] == ["margin", "gpu", "mult"]  # the others are 0
    rows = tornado("MOIC", 0.1, 100, [[50], [75], [125]])
    assert sorted(rows) == [
        ["capex", 100.0, pytest.approx(250 / 90), pytest.approx(250 / 110), pytest.approx(250 / 90 - 250 / 110)],
        ["cashflows", "3 years", pytest.approx(2.25), pytest.approx(2.75), pytest.approx(0.5)],
    ]
    assert rows[0][0] == "capex"


def test_tornado_shows_who_leaves_the_domain():
    rows = tornado("GPUREVENUE", 0.2, 64, 2, 0.9, 8760)
    failed = {row[0]: row[2:] for row in rows if row[4] is ExcelError.NUM}
    assert set(failed) == {"utilisation", "hours"}
    assert [row[0] for row in rows[2:]] == ["utilisation", "hours"], "last"
    assert failed["utilisation"] == [pytest.approx(64 * 2 * 0.72 * 8760), ExcelError.NUM, ExcelError.NUM]


@given(st.floats(0.01, 0.9), money, st.floats(1, 5), margins, money)
def test_tornado_ranks_and_agrees_with_calls(spread, gpu, mult, margin, revenue):
    rows = tornado("AICOVERAGE", spread, gpu, mult, margin, revenue)
    swings = [row[4] for row in rows if isinstance(row[4], float)]
    assert swings == sorted(swings, reverse=True)
    linear = next(row for row in rows if row[0] == "revenue")
    base = udfs.AICOVERAGE(gpu, mult, margin, revenue)
    assert linear[2:] == pytest.approx([base * (1 - spread), base * (1 + spread), base * 2 * spread])


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("NOPE", 0.1, 1), ExcelError.NA),
        (("AITORNADO", 0.1, 1), ExcelError.NA),
        (("AIGAP", 0, 1), ExcelError.NUM),
        (("AIGAP", 1.5, 1), ExcelError.NUM),
        (("AIGAP", 0.1, 1, 0.5), ExcelError.NUM),
        (("CAPEXINTENSITY", 0.1, 1, 0), ExcelError.DIV0),
        (("GPUDEP", 0.1, 100, 0, 4), ExcelError.VALUE),
        (("AIGAP", 0.1, [[1, 2]]), ExcelError.VALUE),
        (("AIGAP", 0.1), ExcelError.VALUE),
    ],
)
def test_no_tornado(arguments, error):
    assert udfs.call("AITORNADO", *arguments) is error


# --- AISOURCE and AIASSUME


def test_every_entry_of_the_ledger():
    for key, entry in assumptions().items():
        assert udfs.call("AIASSUME", key) == entry.base
        assert udfs.call("AIASSUME", key.upper(), "low") == (ExcelError.NA if entry.low is None else entry.low)
        assert udfs.call("AIASSUME", f" {key} ", "High") == (ExcelError.NA if entry.high is None else entry.high)
        assert entry.publisher in udfs.call("AISOURCE", key)
    for key, source in sources().items():
        assert udfs.call("AISOURCE", key.upper()).startswith(f"{source.who}: {source.title}")
        assert udfs.call("AIASSUME", key) is ExcelError.NA


def test_ranges_of_keys():
    keys = [["pue"], ["nope"], [None], [3.0], [ExcelError.REF]]
    errors = [[ExcelError.NA], [ExcelError.VALUE], [ExcelError.VALUE], [ExcelError.REF]]
    assert udfs.call("AIASSUME", keys) == [[1.25], *errors]
    assert udfs.call("AIASSUME", "pue", [["low", "base", "high"]]) == [[1.1, 1.25, 1.4]]
    assert udfs.call("AISOURCE", np.array(keys, dtype=object))[1:].tolist() == errors


# --- all of them


def test_enough_places_for_any_function():
    assert max(len(function.parameters) for function in OTHERS) <= MOST_ARGUMENTS
    places = [parameter.name for parameter in FUNCTIONS["AIEXPLAIN"].parameters]
    assert places == ["name", *(f"arg{place}" for place in range(1, MOST_ARGUMENTS + 1))]
    assert FUNCTIONS["AIEXPLAIN"].syntax.startswith("AIEXPLAIN(name, [arg1], [arg2], ")


@pytest.mark.parametrize("function", ASSIST, ids=lambda function: function.name)
def test_no_native_form_and_why(function):
    with pytest.raises(NativeFormError, match=f"{function.name} has no native formula: it "):
        function.formula('"pue"')


def test_blank_cells_count_as_0():
    assert udfs.call("AITORNADO", "AIGAP", 0.1, 50, 2, None, 75) == udfs.call("AITORNADO", "AIGAP", 0.1, 50, 2, 0, 75)


def test_a_long_argument_list_is_an_error():
    assert udfs.call("AIEXPLAIN", "AIGAP", *[1.0] * 9) is ExcelError.VALUE


def test_without_numpy():
    """Calc's own Python and the browser have none."""
    code = """
import sys
sys.modules["numpy"] = sys.modules["pyxirr"] = None
import udfs
assert udfs.call("AISOLVE", "AIGAP", 0, "margin", 50e9, 2, udfs.OMITTED, 200e9) == [[0.5]]
assert udfs.call("AIEXPLAIN", "CLUSTERIRR", 100, [[60, 60]])[-1][3] > 0.13
assert udfs.call("AITORNADO", "MOIC", 0.1, 100, [[60, 60]])[1][0] in ("capex", "cashflows")
assert udfs.call("AIASSUME", [["pue"], ["hours_year"]]) == [[1.25], [8760.0]]
"""
    subprocess.run([sys.executable, "-c", code], check=True)
