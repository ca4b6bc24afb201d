"""What a cell of Calc passes to our functions and gets back: every case in which the two count differently."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from addin.commands.functions import example_formula
from tests.libreoffice import ArrayFormula, LibreOffice
from udfs import FUNCTIONS, ExcelError, call

CELLS: dict[str, Any] = {
    "A1": 50e9,
    "A2": None,
    "A3": "fifty",
    "A4": "5",
    "A5": True,
    "A6": ExcelError.DIV0,
    "A7": datetime.date(2024, 1, 1),
    "B1": 50.0,
    "B2": None,
    "B3": 70.0,
    "C1": 50.0,
    "C2": "fifty",
    "C3": 0.2,
    "D1": 50.0,
    "D2": ExcelError.NA,
    "E1": 2.0,
    "F1": 0.5,
    "G1": 0.75,
}


def results(calc: LibreOffice, cases: dict[str, Any]) -> dict[str, Any]:
    """Return formula -> what Calc computes, for the formulas of some cases."""
    return dict(zip(cases, calc.calculate(list(cases), CELLS), strict=True))


def test_numbers_and_arguments_left_out(calc: LibreOffice) -> None:
    cases = {
        "AIGAP(50E9,2,0.5)": 200e9,
        "AIGAP(A1,2,0.5,75E9)": 125e9,
        "AIGAP(A1)": 200e9,
        "AIGAP(A1,,0.5)": 200e9,
        "AIGAP(A1,,,75E9)": 125e9,
        "AIGAP()": ExcelError.VALUE,  # gpu has no default
        "AIGAP(,2)": ExcelError.VALUE,
        "aigap(A1,2,0.5)": 200e9,
    }
    assert results(calc, cases) == cases


def test_blank_text_truth_dates(calc: LibreOffice) -> None:
    cases = {
        "AIGAP(A2,2,0.5)": 0.0,
        "AICAPEX(A1,A2)": ExcelError.NUM,  # a blank counts as 0, and that is no multiple
        "AIGAP(A3,2,0.5)": ExcelError.VALUE,
        "AIGAP(A4,2,0.5)": ExcelError.VALUE,  # text, though Calc would make a number of it
        'AIGAP("5",2,0.5)': ExcelError.VALUE,
        # Calc knows no truth values: they are the numbers 1 and 0.
        "AICAPEX(A5,2)": 2.0,
        "AICAPEX(TRUE(),2)": 2.0,
        "AICAPEX(A7,2)": 2 * 45292.0,
        "AICAPEX(DATE(2024,1,1),2)": 2 * 45292.0,
    }
    assert results(calc, cases) == cases


def test_errors_are_those_of_calc(calc: LibreOffice) -> None:
    """Errors, not numbers or texts: a sum shows them, IFERROR and ERROR.TYPE see them."""
    cases = {
        "AIREVENUE(A1,2,1.5)": ExcelError.NUM,
        "DSCR(1,0)": ExcelError.DIV0,
        "PAYBACK(100,-1)": ExcelError.NA,
        "AIGAP(A6,2,0.5)": ExcelError.DIV0,
        "SUM(1,DSCR(1,0))": ExcelError.DIV0,
        "1+AIREVENUE(A1,2,1.5)": ExcelError.NUM,
        "IFERROR(DSCR(1,0),7)": 7.0,
        "_xlfn.IFNA(PAYBACK(100,-1),7)": 7.0,
        "ISNA(PAYBACK(100,-1))": True,
        "ISERR(PAYBACK(100,-1))": False,
        "ERROR.TYPE(AAA1)": 6.0,  # the formulas stand in this column
        "ERROR.TYPE(AAA2)": 2.0,
        "ERROR.TYPE(AAA3)": 7.0,
        "_xlfn.AGGREGATE(9,6,DSCR(1,0),DSCR(4,2))": 2.0,
    }
    assert results(calc, cases) == cases


def test_results_within_other_formulas(calc: LibreOffice) -> None:
    cases = {
        "IF(AIGAP(A1,2,0.5)>0,AICAPEX(1,2),3)": 2.0,
        'AICAPEX(1,2)&" and "&AISOURCE("cahn-2023")<>""': True,
        "ROUND(AIGAPYEARS(200,100,0.1),3)": 7.273,
        "INDEX(B1:B3,AICAPEX(1,3))": 70.0,
        "CHOOSE(AICAPEX(1,2),10,20)": 20.0,
        "AIGAP(AICAPEX(25,2),E1,F1)": 200.0,
        "SUMPRODUCT(AICAPEX(B1:B3,2),B1:B3)": 2 * (50.0**2 + 70.0**2),
        "ISNUMBER(AIGAP(A1))": True,
        'ISTEXT(AISOURCE("cahn-2023"))': True,
        "MAX(AICAPEX(1,2),AICAPEX(2,2))": 4.0,
        "-AICAPEX(1,2)^2": 4.0,
    }
    assert results(calc, cases) == cases


def test_ranges(calc: LibreOffice) -> None:
    """Calc passes an empty cell of a range as empty text; an error in a range it does not pass at all."""
    grid = ArrayFormula("AIGAP(B1:B3,E1,F1:G1)", rows=3, columns=2)
    cases: list[str | ArrayFormula] = [
        ArrayFormula("AIGAP(B1:B3,2,0.5)", rows=3),
        ArrayFormula("AIGAP(C1:C3,2,0.5)", rows=3),
        ArrayFormula("AICAPEX(1,C1:C3)", rows=3),
        grid,
        ArrayFormula("AICAPEX({1,2;3,4},2)", rows=2, columns=2),
        "MOIC(100,B1:B3)",
        "PAYBACK(100,{50,25,50})",
        "SUM(AIGAP(B1:B3,2,0.5))",
        "AIGAP(B1:B3,2,0.5)",
        "MOIC(100,D1:D2)",
        "MOIC(100,C1:C3)",
        "IFERROR(MOIC(100,D1:D2),7)",
    ]
    assert calc.calculate(cases, CELLS) == [
        [[200.0], [0.0], [280.0]],
        [[200.0], [ExcelError.VALUE], [0.8]],
        [[50.0], [ExcelError.VALUE], [ExcelError.NUM]],
        [[200.0, 400.0], [0.0, 0.0], [280.0, 560.0]],
        [[2.0, 4.0], [6.0, 8.0]],
        1.2,
        2.5,
        480.0,
        200.0,  # one cell shows the first of a table
        ExcelError.VALUE,  # as Err:504
        ExcelError.VALUE,
        7.0,
    ]


def test_an_empty_text_in_a_range_counts_as_blank(calc: LibreOffice) -> None:
    """Calc passes both alike, and blank cells are more common; alone the empty text is seen as what it is."""
    *_, series, single = calc.calculate(['""', "40", "MOIC(100,AAA1:AAA2)", "AICAPEX(AAA1,2)"])
    assert (series, single) == (0.4, ExcelError.VALUE)


def test_tables_spill_into_array_formulas(calc: LibreOffice) -> None:
    cases: list[str | ArrayFormula] = [
        ArrayFormula("GPUDEP(100,10,3)", rows=3),
        ArrayFormula("GPUDEP(100,10,3)", rows=4),
        ArrayFormula('AITORNADO("AIGAP",0.1,50,2,0.5)', rows=4, columns=4),
        ArrayFormula('AIEXPLAIN("AIGAP",50,2,0.5)', rows=2, columns=3),
    ]
    equal, longer, tornado, explained = calc.calculate(cases, CELLS)
    assert equal == [[30.0], [30.0], [30.0]]
    assert longer == [[30.0], [30.0], [30.0], [ExcelError.NA]]
    expected = call("AITORNADO", "AIGAP", 0.1, 50.0, 2.0, 0.5)
    assert tornado == [row[:4] for row in expected[:4]]
    assert [row[0] for row in explained] == ["Step", "input"]


def test_published_examples(calc: LibreOffice) -> None:
    """The examples of all functions, typed into cells."""
    examples = [(function, example) for function in FUNCTIONS.values() for example in function.examples]
    formulas: list[str | ArrayFormula] = []
    for function, example in examples:
        size = (len(example.result), len(example.result[0])) if isinstance(example.result, list) else (1, 1)
        formula = example_formula(function, example)
        formulas.append(formula if size == (1, 1) else ArrayFormula(formula, *size))
    wrong = []
    for (_, example), formula, found in zip(examples, formulas, calc.calculate(formulas), strict=True):
        rows, expected = (one if isinstance(one, list) else [[one]] for one in (found, example.result))
        if rows != [
            [pytest.approx(cell, rel=1e-9) if isinstance(cell, float) else cell for cell in row] for row in expected
        ]:
            wrong.append(f"{formula} gives {found!r}, not {example.result!r}")
    assert not wrong
