"""Excel's own functions in the engine, against Excel's values, other libraries' tests and LibreOffice."""

from __future__ import annotations

import datetime
import io
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from tests.libreoffice import ArrayFormula as OfficeFormula
from tests.workbooks.data_sheet import marked, with_data
from udfs import ExcelError
from workbooks.engine import Engine, EngineError, evaluate
from workbooks.engine import excel_finance as finance
from workbooks.engine.excel_functions import CHECKED

CASES = Path(__file__).with_name("cases")
FINANCIAL = re.findall(
    r"\w+",
    """NPV IRR XNPV XIRR MIRR PMT IPMT PPMT CUMIPMT CUMPRINC RATE NPER PV FV SLN SYD DB DDB VDB EFFECT NOMINAL RRI
    PDURATION FVSCHEDULE ISPMT""",
)
AUTHORITIES = ["excel_documented", "excel_cached", "libreoffice", "numpy_financial", "pyxirr"]


def _cases(authority: str) -> list[Any]:
    content = json.loads((CASES / f"{authority}.json").read_text(encoding="utf-8"))
    return [case for cases in content["cases"].values() for case in cases]


def _meets(value: Any, expected: Any, relative: float = 1e-9, absolute: float = 1e-8) -> bool:
    if isinstance(expected, list):  # any of several rates
        return any(_meets(value, one, relative, absolute) for one in expected)
    if isinstance(expected, str):
        return isinstance(value, ExcelError) and expected in ("error", str(value))
    return isinstance(value, float) and math.isclose(value, expected, rel_tol=relative, abs_tol=absolute)


@pytest.mark.parametrize("authority", AUTHORITIES)
def test_published_values(authority):
    wrong = []
    for place, formula, expected, *tolerance in _cases(authority):
        allowed = tolerance[0] if tolerance else {"rel": 1e-9, "abs": 1e-8}
        value = evaluate(formula)
        if not _meets(value, expected, allowed.get("rel", 0.0), allowed.get("abs", 0.0)):
            wrong.append(f"{place}: {formula[:120]} gives {value!r}, not {expected!r}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("function", FINANCIAL)
def test_every_financial_function_has_values_of_excel_or_of_another_suite(function):
    call = re.compile(rf"\b{function}\(")
    found = [case for authority in AUTHORITIES for case in _cases(authority) if call.search(case[1])]
    assert len(found) >= 2


@pytest.mark.parametrize("authority", AUTHORITIES)
def test_where_authorities_contradict_each_other_excel_is_followed(authority):
    content = json.loads((CASES / f"{authority}.json").read_text(encoding="utf-8"))
    for case in content["not_followed"]:
        excel = case["excel"]
        expected = evaluate(excel) if str(excel).startswith("=") else excel
        value = evaluate(case["formula"])
        assert _meets(value, expected), f"{case['formula']} gives {value!r}, not {expected!r}"
        assert not _meets(value, case["theirs"]), f"{case['formula']}: no contradiction any more, list it as a case"
        assert case["reason"]
        assert case["source"]


DATA: dict[str, list[Any]] = {
    "A": [3, 1, 4, 1, 5, 9, 2, 6],
    "B": ["pear", "Apple", "fig", "apple", "kiwi", "12", None, "x y"],
    "C": [datetime.date(2024, 1, 31) + datetime.timedelta(days=40 * step) for step in range(8)],
    "D": [10, None, "t", True, 2.5, -7, None, 0],
    "E": [-100, 30, 40, 50, 20, -5, 10, 2],
    "F": [0.1, 0.2, 0.05, 0.3, 0.15, 0.07, 0.02, 0.11],
}
NAMES = {"rate": "D!$F$1", "vec": "D!$A$1:$A$8"}
ROWS, COLUMNS = 10, 3


def _functions() -> list[tuple[str, Any, str]]:
    """Return formula, Excel's answer where it is not LibreOffice's, and the reason."""
    lines = (CASES / "functions.txt").read_text(encoding="utf-8").splitlines()
    split = [line.split(" | ") for line in lines if not line.startswith("#")]
    return [(one[0], one[1] if len(one) > 1 else None, one[2] if len(one) > 2 else "") for one in split]


@pytest.fixture(scope="module")
def computed() -> list[list[list[Any]]]:
    """Return the engine's values, a table per formula."""
    book = with_data(DATA)
    for name, text in NAMES.items():
        book.defined_names[name] = DefinedName(name, attr_text=text)
    sheet = book.create_sheet("S")
    tops = [1 + ROWS * place for place in range(len(_functions()))]
    for top, (formula, _, _) in zip(tops, _functions(), strict=True):
        reference = f"A{top}:C{top + ROWS - 1}"
        sheet[f"A{top}"] = ArrayFormula(reference, marked(formula))
    package = io.BytesIO()
    book.save(package)
    engine = Engine.load(package.getvalue())
    engine.calculate()
    return [[[engine.get("S", f"{c}{top + row}") for c in "ABC"] for row in range(ROWS)] for top in tops]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, ExcelError) or isinstance(other, ExcelError):
        return one is other
    if isinstance(one, (float, int)) and isinstance(other, (float, int)):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return (one or "") == (other or "")


def _filled(answer: str) -> list[list[Any]]:
    """Return an answer of the list as an array formula over the table shows it."""
    value = answer if answer.startswith("#") else json.loads(answer)
    table = value if isinstance(value, list) else [[value]]
    table = [[ExcelError(cell) if str(cell).startswith("#") else cell for cell in row] for row in table]

    def cell(row: int, column: int) -> Any:
        row, column = (0 if len(table) == 1 else row), (0 if len(table[0]) == 1 else column)
        return table[row][column] if row < len(table) and column < len(table[0]) else ExcelError.NA

    return [[cell(row, column) for column in range(COLUMNS)] for row in range(ROWS)]


def test_functions_give_what_libreoffice_gives_or_what_excel_is_known_to_give(computed, libreoffice):
    functions = _functions()
    asked = [place for place, (_, answer, _) in enumerate(functions) if answer is None]
    cells = {f"D!{column}{row}": v for column, vs in DATA.items() for row, v in enumerate(vs, start=1) if v is not None}
    theirs = libreoffice.calculate(
        [OfficeFormula(marked(functions[place][0]), ROWS, COLUMNS) for place in asked], cells, NAMES
    )
    expected = dict(zip(asked, theirs, strict=True))
    wrong = []
    for place, (formula, answer, _) in enumerate(functions):
        table = _filled(answer) if answer is not None else expected[place]
        pairs = [
            (o, t) for ours, other in zip(computed[place], table, strict=True) for o, t in zip(ours, other, strict=True)
        ]
        if not all(_same(one, other) for one, other in pairs):
            wrong.append(f"{formula}: {computed[place][:3]} against {table[:3]}")
    assert not wrong, "\n".join(wrong)


def test_every_checked_function_is_in_the_list():
    named = {name for formula, _, _ in _functions() for name in re.findall(r"[A-Z][A-Z0-9.]*(?=\()", formula)}
    assert CHECKED - named == {"NOW", "RAND", "TODAY"}


def test_answers_that_are_not_libreoffices_have_a_reason():
    assert all(reason for _, answer, reason in _functions() if answer is not None)


@pytest.mark.parametrize(
    "formula",
    [
        "=DISC(1,2,3,4)",
        "=PRICE(45322,47000,0.05,0.06,100,2)",
        "=AGGREGATE(14,6,{1;2},1)",
        "=MAP({1;2},3)",
        "=TABLE(1,2)",
    ],
)
def test_functions_beyond_the_engine_are_refused_by_name(formula):
    with pytest.raises(EngineError, match=formula[1:].split("(")[0] if "TABLE" not in formula else "what-if"):
        evaluate(formula)


rates = st.floats(-0.5, 2).filter(lambda rate: abs(rate) > 1e-4)
periods = st.integers(1, 60)
amounts = st.floats(-1e6, 1e6).filter(lambda amount: abs(amount) > 1)
types = st.sampled_from([0.0, 1.0])


@given(rates, periods, amounts, amounts, types, st.data())
def test_interest_and_principal_are_the_payment(rate, nper, pv, fv, type_, data):
    per = data.draw(st.integers(1, nper))
    payment = finance.pmt(rate, nper, pv, fv, type_)
    parts = finance.ipmt(rate, per, nper, pv, fv, type_) + finance.ppmt(rate, per, nper, pv, fv, type_)
    assert parts == pytest.approx(payment, rel=1e-9, abs=1e-6)


@given(rates, periods, amounts, amounts, types)
def test_the_payments_leave_the_future_value(rate, nper, pv, fv, type_):
    payment = finance.pmt(rate, nper, pv, fv, type_)
    size = (abs(pv) + abs(fv) + abs(payment) * nper) * max(1, (1 + rate) ** nper)
    assert finance.fv(rate, nper, payment, pv, type_) == pytest.approx(fv, rel=1e-9, abs=1e-9 * size)


@given(st.floats(1e-4, 2), st.integers(2, 60), st.floats(1, 1e6))
def test_all_principal_parts_repay_the_loan(rate, nper, pv):
    assert finance.cumprinc(rate, nper, pv, 1, nper, 0) == pytest.approx(-pv, rel=1e-6)


@given(st.floats(1, 1e6), st.floats(0, 1), st.integers(1, 40), st.floats(0.1, 1), st.floats(1, 4))
def test_declining_balances_stop_at_the_salvage(cost, part, life, fraction, factor):
    salvage, split = cost * part, life * fraction
    whole = finance.vdb(cost, salvage, life, 0, life, factor)
    assert whole == pytest.approx(cost - salvage, rel=1e-9, abs=1e-6)
    halves = finance.vdb(cost, salvage, life, 0, split, factor) + finance.vdb(cost, salvage, life, split, life, factor)
    assert halves == pytest.approx(whole, rel=1e-9, abs=1e-6)
    by_year = math.fsum(finance.ddb(cost, salvage, life, year, factor) for year in range(1, life + 1))
    assert by_year == pytest.approx(finance.vdb(cost, salvage, life, 0, life, factor, 1.0), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(
    "formula",
    ["=VDB(1E+9,0,1E+300,0,1E+300)", "=CUMIPMT(0.1,1E+12,1,1,1E+12,0)", "=VDB(1,0,9,0,1E+400)", "=PMT(1E+400,1,1)"],
)
def test_arguments_beyond_all_measure_are_an_error_at_once(formula):
    assert evaluate(formula) is ExcelError.NUM


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=IRR({-100;0;121})", 0.1),
        ('=IRR({-100;"x";TRUE;121})', 0.21),
        ('=PMT("0.01",24,"1E3")', -47.07347222),
        ('=PMT("x",24,1000)', ExcelError.VALUE),
        ("=PMT(0.01,24)", ExcelError.VALUE),
        ("=PMT(,24,1000)", -1000 / 24),
        ("=PMT(0.01,24,#N/A)", ExcelError.NA),
        ("=SUM(IPMT(0.01,{1,2,3},24,1000))", -28.8840885),
        ("=XNPV(0.1,{-100;110},{45000;45365})", 0.0),
        ("=XNPV(0.1,{-100;110},{45000})", ExcelError.NUM),
        ("=XIRR({-100;110},{45000;44000})", ExcelError.NUM),
        ('=FVSCHEDULE(100,{0.1;"x"})', 110.0),
    ],
)
def test_arguments_as_excel_takes_them(formula, value):
    result = evaluate(formula)
    assert result is value if isinstance(value, ExcelError) else result == pytest.approx(value, abs=1e-4)
