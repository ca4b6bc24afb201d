"""Formulas over arrays give, scenario by scenario, what the engine and LibreOffice give cell by cell."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

import udfs
from tests.formula_sheet import SHEET, FormulaSheet
from tests.libreoffice import LibreOffice
from tests.workbooks.packages import close
from udfs import ExcelError
from workbooks.engine import Engine
from workbooks.vector.cells import column
from workbooks.vector.compiling import compile_book
from workbooks.vector.program import Address, Book, VectorError

NUMBERS = [0.0, 1.0, -2.5, 3.0, 0.1 + 0.2, 0.3, 2.675, 1e9, None]
OTHERS = ["abc", "ABC", True, False, ExcelError.DIV0, ExcelError.NA]

# {a} and {b} are cells, {r} a row with these two and more.
OF_NUMBERS = """
{a}+{b} | {a}-{b} | {a}*{b} | {a}/{b} | -{a} | {a}% | -2^2+{a} | 2^3^2-{a} | ({a}+10)^{b} | {a}*1+{b}*2^-2
{a}={b} | {a}<>{b} | {a}<{b} | {a}>{b} | {a}<={b} | {a}>={b} | ({a}>{b})*{a}+({a}<={b})*{b} | {a}=0 | 0<{b}
{a}/0.3=1 | {a}+{b}=0.6 | {a}/0.3>1
IF({a}>{b},{a},{b}) | IF({a},1,2) | IF({a}>0,{b}) | IF({a}>0,,{b}) | IFERROR({a}/{b},"none") | IF({a}>1,"big",{b})
IF(AND({a}>0,{b}>0),1,0) | OR({a}>1,{b}>1) | NOT({a}) | AND({r}>-5) | ISERROR({a}/{b}) | ISNUMBER({a}/{b})
SUM({r}) | SUM({a},{b},5) | SUM({r},{a}) | PRODUCT({r}) | MIN({r}) | MAX({r}) | MIN({a},{b}) | MAX({a}-{b},0)
AVERAGE({r}) | COUNT({r}) | SUMSQ({r}) | SUMPRODUCT({r},{r}) | SUMPRODUCT(({r}>0)*{r}) | SUMPRODUCT(({r}>{a})*1)
SUM({r}*{b}) | COUNTIF({r},">0") | COUNTIF({r},"<>1") | SUMIF({r},">0")
INDEX({r},2) | INDEX({r},1,3) | INDEX({r},IF({a}>0,1,2)) | INDEX({r},MAX({b},1)) | INDEX({{1;2;3}},MAX({b},1))
CHOOSE({b},7,8,{a})
MATCH({b},{r},0) | MATCH(3,{r},0) | MATCH({a},{{-5,0,1,2,1000}},1) | SMALL({r},2) | LARGE({r},1) | SMALL({r},{b})
RANK({b},{r}) | RANK({b},{r},1) | ROUND({a},1) | ROUND({a},2) | ROUNDUP({a},0) | ROUNDUP({a},2) | ROUNDDOWN({a},1)
INT({a}) | TRUNC({a},1) | ABS({a}) | SIGN({a}) | EXP({b}) | LN({a}) | LOG10({a}) | SQRT({a})
MOD({a},MAX({b},1)) | POWER({a},2)
NPV(0.1,{r}) | NPV({b},10,20,{a}) | PV(0.05,{b},{a}) | PV(0,{b},{a}) | PV({b},3,{a},{a},1) | FV(0.05,{b},{a},-5)
PMT(0.08,{b},{a}) | PMT(0,{b},{a}) | PMT(0.08,5,{a},-{b}) | NPER(0.1,-{a}-1,{b}) | SLN({a},1,{b}) | SYD(100,{a},5,{b})
DDB(1000,{a},5,{b}) | ROWS({r})+{a} | COLUMNS({r})*{a} | COLUMN({b})-COLUMN({a})+{a} | {a}&"" | SUM(COLUMN({r})*{a})
AIGAP({a},2,0.5,{b}) | AIGAP({a},,0.5) | IFERROR(AIGAPYEARS({a},{b},0.5),"never") | PAYBACK({a},{r}) | MOIC({a},{r})
IFERROR(CLUSTERIRR({a},{r}),"none") | DEBTCAP({r},1.3,0.1) | PROFITINDEX({a},{r},0.1) | PAYBACK({a},{b})
BUYVSRENT({a},{b},3)
INDEX(GPUDEP({a},0,4),MAX({b},1)) | SUM(GPUDEP({a},0,3,"SYD")) | GPUNBV({a},1,5,{b},"DDB") | SUM(AIGAP({r},2,0.5))
"""
OF_ANYTHING = """
{a}+{b} | -{a} | {a}*2 | {a}={b} | {a}<{b} | {a}>={b} | {a}&{b} | "x"&{a}&1 | IF({a}={b},1,2) | IFERROR({a},{b})
IFERROR({a}+{b},"none") | SUM({r}) | MAX({r}) | COUNT({r}) | COUNTA({r}) | SUMPRODUCT(({r}={a})*1)
ISERROR({a}) | ISTEXT({a})
ISNA({a}) | IFNA({a},5) | INDEX({r},1) | MATCH("abc",{r},0) | MATCH({a},{r},0) | AIGAP({a},2,0.5) | AIGAP({a},{b},0.5)
PAYBACK(10,{r}) | AND({a},TRUE) | ABS({a}) | NPV(0.1,{r}) | LARGE({r},1) | AVERAGE({r}) | MIN({a},5)
"""
TEMPLATES = [text.strip() for line in OF_NUMBERS.split("\n") for text in line.split(" | ") if text.strip()]
ODD_TEMPLATES = [text.strip() for line in OF_ANYTHING.split("\n") for text in line.split(" | ") if text.strip()]


def row_values(a: Any, b: Any) -> dict[str, Any]:
    """What stands in the row of a scenario."""
    return {"A": a, "B": b, "D": a, "E": b, "F": 3.0, "G": None}


def over_arrays(template: str, pairs: list[tuple[Any, Any]]) -> list[Any]:
    """Compute a formula in all scenarios at once."""
    rows = [row_values(a, b) for a, b in pairs]
    places = {letter: Address(SHEET, 1, ord(letter) - 64) for letter in rows[0]}
    out = Address(SHEET, 1, 9)
    text = "=" + template.format(a="A1", b="B1", r="$D1:$G1")
    program = compile_book(Book({out: text}, {}, lambda cell: None), list(places.values()), [out])
    given = {place: column([row[letter] for row in rows]) for letter, place in places.items()}
    return program.run(given, len(pairs))[out].values(len(pairs))


def one_by_one(templates: list[str], pairs: list[tuple[Any, Any]]) -> FormulaSheet:
    """Write every formula in every scenario into a workbook."""
    cells = {
        f"{letter}{place}": value
        for place, (a, b) in enumerate(pairs, start=1)
        for letter, value in row_values(a, b).items()
        if value is not None
    }
    formulas = [
        "=" + template.format(a=f"A{place}", b=f"B{place}", r=f"$D{place}:$G{place}")
        for template in templates
        for place in range(1, len(pairs) + 1)
    ]
    return FormulaSheet(formulas, cells)


def by_engine(sheet: FormulaSheet) -> list[Any]:
    engine = Engine.load(sheet.package)
    engine.calculate()
    return sheet.values(lambda cell: engine.get(SHEET, cell))


def differences(
    templates: list[str], pairs: list[tuple[Any, Any]], expected: list[Any], absolute: float = 1e-12
) -> list[str]:
    found = []
    for number, template in enumerate(templates):
        theirs = expected[number * len(pairs) : (number + 1) * len(pairs)]
        for pair, one, other in zip(pairs, over_arrays(template, pairs), theirs, strict=True):
            other = 0.0 if other is None else other
            if not close(one, other, absolute) or isinstance(one, bool) != isinstance(other, bool):
                found.append(f"{template} of {pair}: {one!r} against {other!r}")
    return found


NUMBER_PAIRS = list(product(NUMBERS, NUMBERS))
ODD_PAIRS = list(product([1.0, None, *OTHERS], [1.0, None, *OTHERS]))


@pytest.mark.parametrize(
    ("templates", "pairs"), [(TEMPLATES, NUMBER_PAIRS), (ODD_TEMPLATES, ODD_PAIRS)], ids=["numbers", "anything"]
)
def test_as_the_engine(templates: list[str], pairs: list[tuple[Any, Any]]) -> None:
    assert differences(templates, pairs, by_engine(one_by_one(templates, pairs))) == []


def test_truth_values_in_sumproduct() -> None:
    # "SUMPRODUCT treats non-numeric array entries as if they were zeros" (Excel's help); the engine counts TRUE as 1.
    assert over_arrays("SUMPRODUCT({r},{r})", [(True, 2.0), ("abc", True), (None, 1.0)]) == [13.0, 9.0, 10.0]


# LibreOffice has other errors for these, takes them as array formulas only when told, or counts periods from 0.
NOT_AS_EXCEL = ("AND({r}", "SUM({r}*", "SUM(COLUMN", "CHOOSE", "SYD", "DDB", "RANK", "SMALL({r},{b})", "MATCH({a},{{")


def test_as_libreoffice(libreoffice: LibreOffice) -> None:
    templates = [one for one in TEMPLATES if not any(name in one for name in (*NOT_AS_EXCEL, *udfs.FUNCTIONS))]
    numbers = [0.0, 1.0, -0.5, 3.0, 0.1 + 0.2, 2.675, 2.0]
    pairs = list(product(numbers, numbers))
    sheet = one_by_one(templates, pairs)
    assert differences(templates, pairs, sheet.values(libreoffice.recalculate(sheet.package)[SHEET].get)) == []


def refused(text: str, values: dict[str, Any] | None = None) -> str:
    """Return the words in which a formula over arrays is refused."""
    with pytest.raises(VectorError) as error:
        over_arrays(text, [(1.0, 2.0), (0.0, 1.0)])
    return str(error.value)


def test_what_is_not_computed_is_refused_with_its_cell() -> None:
    assert refused("OFFSET({a},1,0)") == "Sheet1!I1 uses OFFSET, which can't be computed over arrays."
    assert refused("{r}*2") == "Sheet1!I1 fills several cells, which can't be computed over arrays."
    assert "Sheet1!I1 calls MATCH in a way that differs" in refused("MATCH(1,{r},{a})")
    assert "Sheet1!I1 looks for a text with *, ? or ~" in refused('MATCH("a*",{r},0)')
    assert "Sheet1!I1 can't be read: =SUM(A1" in refused("SUM({a}")
    assert "the workbook has no name 'profit'" in refused("profit*{a}")
    assert "ROUND takes other arguments" in refused("ROUND({a})")


def test_circles_are_refused_with_a_cell_of_theirs() -> None:
    first, second, third = (Address(SHEET, row, 1) for row in (1, 2, 3))
    book = Book({first: "=A2+A3", second: "=A1+1"}, {}, lambda cell: 0.0)
    with pytest.raises(VectorError, match=r"Sheet1!A1 refers to itself in a circle"):
        compile_book(book, [third], [first])


def test_only_what_depends_on_an_input_is_computed() -> None:
    cells = {name: Address(SHEET, row, 1) for row, name in enumerate(("input", "fixed", "out", "other"), start=1)}
    book = Book(
        {cells["fixed"]: "=RAND()", cells["out"]: "=A1+A2", cells["other"]: "=OFFSET(A1,0,0)"}, {}, lambda cell: 7.0
    )
    program = compile_book(book, [cells["input"]], [cells["out"], cells["fixed"]])
    assert [step.cell for step in program.steps] == [cells["out"]]
    found = program.run({cells["input"]: column([1.0, 2.0])}, 2)
    assert found[cells["out"]].values(2) == [8.0, 9.0]
    assert found[cells["fixed"]].values(2) == [7.0, 7.0]
