"""Native formulas over a range of flows: in LibreOffice 7.4 the value of the function, or its error."""

import math
import random
from dataclasses import dataclass, field

import pytest
from openpyxl.utils import get_column_letter

from tests.formula_sheet import ArrayFormula, FormulaSheet
from udfs import FUNCTIONS, ExcelError, NativeFormError, call
from udfs.flows import Flows
from udfs.trace import Argument, Literal
from workbooks.engine import Engine

TENTHS = [0.1] * 10


@dataclass
class Calls:
    """Calls whose flows stand in cells, one row or one column for each."""

    cells: dict = field(default_factory=dict)
    formulas: list = field(default_factory=list)
    expected: list = field(default_factory=list)
    told: list = field(default_factory=list)

    def add(self, name, *arguments, lie="row"):
        """Add a call; its list argument lies in a row, a column, or is written into the formula as an array."""
        texts, values = [], []
        for argument in arguments:
            if not isinstance(argument, list):
                texts.append("0" if argument is None else repr(argument))
                values.append(argument)
                continue
            texts.append(self._range(argument, lie))
            values.append([argument] if lie in ("row", "array row") else [[flow] for flow in argument])
        native = FUNCTIONS[name].formula(*texts)
        self.formulas.append(ArrayFormula(native.text) if native.array else native.text)
        self.expected.append(call(name, *values))
        self.told.append(f"{name}{arguments} in a {lie}: ={native.text}")

    def _range(self, flows, lie):
        if lie.startswith("array"):
            return "{" + ("," if lie == "array row" else ";").join(str(flow) for flow in flows) + "}"
        place = len(self.formulas) + 1
        if lie == "row":
            addresses = [f"Across!{get_column_letter(3 + i)}{place}" for i in range(len(flows))]
        else:
            addresses = [f"'Down there'!{get_column_letter(2 + place)}{4 + i}" for i in range(len(flows))]
        self.cells.update({at: flow for at, flow in zip(addresses, flows, strict=True) if flow is not None})
        # A sheet with a row or column of nothing but blanks exists all the same.
        self.cells.setdefault("Across!A1", "flows")
        self.cells.setdefault("'Down there'!A1", "flows")
        return f"{addresses[0]}:{addresses[-1].rpartition('!')[2]}"

    def differences(self, values):
        return [
            f"{told} is {wanted!r}, but gives {value!r}"
            for told, wanted, value in zip(self.told, self.expected, values, strict=True)
            if not same(value, wanted)
        ]


def same(value, wanted):
    if isinstance(wanted, float):
        # Spreadsheets search a rate of return until it changes by less than 1E-7 or so.
        return isinstance(value, float) and math.isclose(value, wanted, rel_tol=1e-9, abs_tol=1e-9)
    return value is wanted


def known_calls():
    calls = Calls()
    for lie in "row", "column", "array row", "array column":
        blank = 0.0 if lie.startswith("array") else None
        for rate in (None, 0.0, 0.1, -0.02):
            given = () if rate is None else (rate,)
            calls.add("PAYBACK", 100.0, [30.0, 40.0, 50.0, 20.0], *given, lie=lie)
            calls.add("PAYBACK", 100.0, [25.0, 25.0, 25.0, 25.0], *given, lie=lie)  # at a year's end, or never
            calls.add("PAYBACK", 1.0, TENTHS, *given, lie=lie)
            calls.add("PAYBACK", 100.0, [120.0, 5.0], *given, lie=lie)  # within the first year
            calls.add("PAYBACK", 100.0, [60.0, blank, 50.0, blank], *given, lie=lie)
            calls.add("PAYBACK", 100.0, [blank, blank, 50.0, 90.0], *given, lie=lie)
            calls.add("PAYBACK", 100.0, [10.0, 10.0, 10.0], *given, lie=lie)  # never
            calls.add("PAYBACK", 100.0, [-10.0, -10.0], *given, lie=lie)
            calls.add("PAYBACK", 100.0, [60.0, 80.0, -500.0], *given, lie=lie)  # paid back, then spent again
            calls.add("PAYBACK", 100.0, [90.0, -50.0, 30.0, 45.0], *given, lie=lie)
        for flows in ([30.0, 40.0, 50.0, 20.0], [60.0, blank, 70.0], [blank, 121.0], [-10.0, 20.0], TENTHS):
            calls.add("MOIC", 100.0, flows, lie=lie)
            calls.add("MOIC", 0.0, flows, lie=lie)
            for rate in (0.0, 0.1, 1.5, -0.3):
                calls.add("PROFITINDEX", 100.0, flows, rate, lie=lie)
                calls.add("PROFITINDEX", 0.0, flows, rate, lie=lie)
                calls.add("DEBTCAP", flows, 1.3, rate, lie=lie)
        for residual in (None, 0.0, 50.0):
            given = () if residual is None else (residual,)
            calls.add("CLUSTERIRR", 100.0, [60.0, 60.0], *given, lie=lie)
            calls.add("CLUSTERIRR", 100.0, [60.0, blank, 70.0], *given, lie=lie)
            calls.add("CLUSTERIRR", 100.0, [blank, blank, 74.0], *given, lie=lie)
            calls.add("CLUSTERIRR", 1.0, [*TENTHS, 0.5], *given, lie=lie)
            calls.add("CLUSTERIRR", 100.0, [10.0] * 10, *given, lie=lie)
            calls.add("CLUSTERIRR", 70000.0, [12000.0, 15000.0, 18000.0, 21000.0, 26000.0], *given, lie=lie)
    for rate in (None, 0.0, 0.1, 0.24, 0.25, 0.3, -0.1):
        given = () if rate is None else (rate,)
        calls.add("PAYBACK", 100.0, 25.0, *given)
        calls.add("PAYBACK", 1.0, 0.1, *given)
        calls.add("PAYBACK", 100.0, 1000.0, *given)
        calls.add("PAYBACK", 100.0, -5.0, *given)
        calls.add("PAYBACK", 100.0, 0.0, *given)
    for rate in (0.0, 0.1, -0.1):
        calls.add("PROFITINDEX", 1000.0, 50.0, rate)
        calls.add("PROFITINDEX", 0.0, 50.0, rate)
        calls.add("DEBTCAP", 130.0, 1.3, rate)
    calls.add("MOIC", 100.0, 250.0)
    calls.add("CLUSTERIRR", 100.0, 12.0)
    calls.add("CLUSTERIRR", 100.0, 12.0, 0.0)
    for rate in (0.0, 0.08, -0.1, 2.0):
        for life in (1.0, 4.0, 5.5, 0.25):
            calls.add("CAPITALCHARGE", 1000.0, rate, life)
            calls.add("CAPITALCHARGE", 1000.0, rate, life, 150.0)
    return calls


def drawn_calls():
    """Investments as they are made: an outlay and some years of mostly positive flows."""
    chance = random.Random(20260102)
    calls = Calls()
    for _ in range(400):
        scale = 10 ** chance.uniform(0, 11)
        years = chance.randint(2, 15)
        flows = [round(chance.uniform(0.05, 1) * scale / years * 2, 2) for _ in range(years)]
        for year in range(years):
            if chance.random() < 0.1:
                flows[year] = chance.choice([None, 0.0, -flows[year]])
        if all(flow is None for flow in flows):
            continue
        rate = chance.choice([0.0, round(chance.uniform(0, 0.3), 4)])
        lie = chance.choice(["row", "column"])
        calls.add("PAYBACK", scale, flows, rate, lie=lie)
        calls.add("PAYBACK", scale, flows, lie=lie)
        calls.add("MOIC", scale, flows, lie=lie)
        calls.add("PROFITINDEX", scale, flows, rate, lie=lie)
        calls.add("DEBTCAP", flows, round(chance.uniform(1, 2), 2), rate, lie=lie)
        calls.add("CLUSTERIRR", scale, [flow and abs(flow) for flow in flows], lie=lie)
        calls.add("CLUSTERIRR", scale, [flow and abs(flow) for flow in flows], scale / 10, lie=lie)
        calls.add("PAYBACK", scale, round(scale * chance.uniform(0.02, 1.5), 2), rate)
        calls.add("CAPITALCHARGE", scale, rate, chance.choice([3.0, 5.0, 6.5]), round(scale * 0.1, 2))
    return calls


@pytest.mark.parametrize("calls", [known_calls(), drawn_calls()], ids=["known", "drawn"])
def test_in_libreoffice(libreoffice, calls):
    differences = calls.differences(libreoffice.calculate(calls.formulas, calls.cells))
    assert not differences, f"{len(differences)} of {len(calls.told)}:\n" + "\n".join(differences[:20])


@pytest.mark.parametrize("calls", [known_calls(), drawn_calls()], ids=["known", "drawn"])
def test_in_the_engine(calls):
    sheet = FormulaSheet(calls.formulas, calls.cells)
    engine = Engine.load(sheet.package)
    engine.calculate()
    differences = calls.differences(sheet.values(lambda cell: engine.get("Sheet1", cell)))
    assert not differences, f"{len(differences)} of {len(calls.told)}:\n" + "\n".join(differences[:20])


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("D12:M12", "row"),
        ("$D$12:$M$12", "row"),
        ("D12:D20", "column"),
        ("'Cash flow'!D12:D20", "column"),
        ("Flows!D12:M12", "row"),
        ("D12:M12-D13:M13", "row"),
        ("D12:M12*(1-B2)", "row"),
        ("{1,2,3}", "row"),
        ("{1;2;3}", "column"),
        ("{1}", "level"),
        ("D12:D12", "level"),
        ("B7", "level"),
        ("Sheet1!B7", "level"),
        ("250", "level"),
        ("B7*0.9", "level"),
        ("SUM(D12:M12)", "level"),
        ("SUM(D12:M12)/COUNT(D12:M12)", "level"),
        ("MAX(SUM(D12:M12),0)", "level"),
    ],
)
def test_direction(text, direction):
    assert Flows(Argument(text)).direction == direction


def test_number_is_a_level_amount():
    assert Flows(Literal(25.0)).level


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cash", "cash is a name: give the address"),
        ("D12:M14", "is a block"),
        ("{1,2;3,4}", "is a block"),
    ],
)
def test_what_has_no_direction_is_refused(text, message):
    with pytest.raises(NativeFormError, match=message):
        FUNCTIONS["PAYBACK"].formula("A1", text)


@pytest.mark.parametrize("text", ["A3:M3", "D1:D9", "Sheet1!$A$3:$M$3"])
def test_rate_of_return_needs_a_cell_before_the_range(text):
    with pytest.raises(NativeFormError, match="so that a cell stands before"):
        FUNCTIONS["CLUSTERIRR"].formula("B1", text)


def test_rate_of_return_needs_one_range():
    with pytest.raises(NativeFormError, match="several ranges"):
        FUNCTIONS["CLUSTERIRR"].formula("A1", "D12:M12-D13:M13")


def test_flows_made_of_several_ranges(libreoffice):
    cells = {"D3": 50.0, "E3": 60.0, "F3": 70.0, "D4": 5.0, "F4": 10.0}
    formulas = [
        ArrayFormula(FUNCTIONS["PAYBACK"].formula("100", "D3:F3-D4:F4").text),
        ArrayFormula(FUNCTIONS["PAYBACK"].formula("50", "D3:F3*(1-0.5)", "0.1").text),
        ArrayFormula(FUNCTIONS["PROFITINDEX"].formula("100", "D3:F3-D4:F4", "0.1").text),
        ArrayFormula(FUNCTIONS["CLUSTERIRR"].formula("100", "D3:F3/2", "10").text),
    ]
    assert libreoffice.calculate(formulas, cells) == pytest.approx(
        [
            call("PAYBACK", 100, [[45, 60, 60]]),
            call("PAYBACK", 50, [[25, 30, 35]], 0.1),
            call("PROFITINDEX", 100, [[45, 60, 60]], 0.1),
            call("CLUSTERIRR", 100, [[25, 30, 35]], 10),
        ],
        rel=1e-9,
    )


def test_what_stands_before_the_range_does_not_count(libreoffice):
    """The native form of CLUSTERIRR takes the range one cell longer; that cell may hold anything."""
    formulas = [ArrayFormula(FUNCTIONS["CLUSTERIRR"].formula("100", f"C{row}:D{row}").text) for row in range(1, 6)]
    cells = {"B1": "label", "B2": 5.0, "B3": ExcelError.NA, "B4": True}
    for row in range(1, 6):
        cells.update({f"C{row}": 60.0, f"D{row}": 60.0})
    expected = call("CLUSTERIRR", 100.0, [[60.0, 60.0]])
    assert libreoffice.calculate(formulas, cells) == pytest.approx([expected] * 5, rel=1e-9)
