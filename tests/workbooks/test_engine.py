from __future__ import annotations

import datetime
import io
import math
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

import udfs
from udfs import FUNCTIONS, OMITTED, ExcelError
from workbooks.engine import Engine, EngineError, evaluate


def package(cells: Mapping[str, Any], names: Mapping[str, str] | None = None, tables: Mapping[str, str] | None = None):
    """Return an .xlsx package: ``{"A1": 1, "'My sheet'!B2": "=A1"}``; the first sheet is S."""
    book = openpyxl.Workbook()
    book.active.title = "S"
    for address, value in cells.items():
        where, _, cell = address.rpartition("!")
        sheet = where.strip("'").replace("''", "'") or "S"
        (book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet))[cell] = value
    for name, text in (names or {}).items():
        book.defined_names[name] = DefinedName(name, attr_text=text)
    for name, reference in (tables or {}).items():
        book.active.add_table(Table(displayName=name, ref=reference))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def calculated(cells: Mapping[str, Any], **more: Any) -> Engine:
    engine = Engine.load(package(cells, **more))
    engine.calculate()
    return engine


def edited(content: bytes, part: str, change: Any) -> bytes:
    """Return the package with one part's text changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text.decode()) if name == part else text)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


# --- one formula -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=AIGAP(1,2,0.5)", 4.0),
        ("AIGAP(1,2,0.5)", 4.0),
        ("  = AIGAP( 1 , 2 , 0.5 )", 4.0),
        ("=aigap(1,2,0.5)", 4.0),
        ("=AIGAP(1,2,0.5)+NPV(0.1,{100;200})", 4 + 100 / 1.1 + 200 / 1.21),
        ("=AIGAP(AIGAP(1,,0),,)", 8.0),
        ("=AIGAP({5},2,0)", 10.0),
        ('="a"&AIGAP(1,2,0.5)', "a4"),
        ('="a"&ROUND(-0.001,2)', "a0"),
        ("=AIGAP(1,2,0.5)=4", True),
        ("=IF(TRUE,)", 0.0),
        ("=DATE(2024,1,31)", 45322.0),
        ("=IFERROR(AIGAP(1,0.5),7)", 7.0),
    ],
)
def test_one_formula(formula, value):
    result = evaluate(formula)
    assert result == pytest.approx(value, rel=1e-15) if isinstance(value, float) else result == value
    assert type(result) is type(value)


def test_a_skipped_argument_takes_its_default_and_a_zero_does_not():
    assert evaluate("=AIGAP(1,,0.5)") == udfs.call("AIGAP", 1.0, OMITTED, 0.5) == 4.0
    assert evaluate("=AIGAP(1,0,0.5)") is ExcelError.NUM
    assert evaluate("=SUM(AIGAP(1,,0.5),AIGAP(AIGAP(1,,),,0))") == 12.0
    assert evaluate('=AIGAP(1,,0.5)&"AIGAP(1,,)"') == "4AIGAP(1,,)"
    assert evaluate("=AIGAP(,2,0.5)") is ExcelError.VALUE
    assert evaluate("=PMT(0.1,10,100,,1)") == evaluate("=PMT(0.1,10,100,0,1)")


def test_ranges_spread_over_scalar_arguments_and_are_taken_whole_by_series():
    assert evaluate("=AIGAP({1;2},2)") == [[4.0], [8.0]]
    assert evaluate("=AIGAP({1;2},{2,3})") == [[4.0, 6.0], [8.0, 12.0]]
    assert evaluate("=AIGAP({1;2;3},{2;3})") == [[4.0], [12.0], [ExcelError.NA]]
    assert evaluate("=PAYBACK(100,{50;60},0.1)") is ExcelError.NA
    assert evaluate("=PAYBACK(100,{50;60})") == pytest.approx(1 + 50 / 60)
    assert evaluate("=ROWS(GPUDEP(1000,100,4))") == 4.0


@pytest.mark.parametrize(
    "call",
    ["AIGAP(B1:B99999,2,0.5)", "AICOVERAGE(1,1,1,B1:B99999)", "MOIC(B1:B99999,C1:C3)", "TOKENMARGIN(B1:B99999,2)"],
)
def test_a_range_far_beyond_the_last_number_is_computed_cell_by_cell(call):
    cells = {"B1": 5.0, "B2": "text", "B3": -1.0, "B4": "=NA()", "B6": 0.25, "C1": 2.0, "C2": 3.0, "C3": 4.0}
    engine = calculated({**cells, "A1": f"=SUM(IFERROR({call},10))", "A2": f"=COUNT({call})"})
    name, _, arguments = call.removesuffix(")").partition("(")
    flows = [[2.0], [3.0], [4.0]]

    def alone(value):
        values = {"B1:B99999": value, "C1:C3": flows}
        return udfs.call(name, *(values[text] if ":" in text else float(text) for text in arguments.split(",")))

    rows = [alone(value) for value in (5.0, "text", -1.0, ExcelError.NA, None, 0.25)] + [alone(None)] * 99993
    numbers = [value for value in rows if isinstance(value, float)]
    assert engine.get("S", "A2") == len(numbers)
    assert engine.get("S", "A1") == pytest.approx(sum(numbers) + 10 * (len(rows) - len(numbers)), rel=1e-12)


@pytest.mark.parametrize("error", [error for error in ExcelError if error not in (ExcelError.SPILL, ExcelError.CALC)])
def test_an_error_that_comes_in_goes_out(error):
    assert evaluate(f"={error}") is error
    assert evaluate(f"=AIGAP({error},2,0.5)") is error
    assert evaluate(f"=AIGAP({{1;{error}}},2,0.5)") == [[4.0], [error]]
    assert evaluate(f"=AIGAP({error},2,0.5)+1") is error


@pytest.mark.parametrize(
    ("formula", "error"),
    [
        ("=AIGAP(1,0.5)", ExcelError.NUM),
        ('=AIGAP("x")', ExcelError.VALUE),
        ("=AIGAP(TRUE)", ExcelError.VALUE),
        ("=AIMARGIN(1,2,0)", ExcelError.DIV0),
        ("=PAYBACK(100,{1;1})", ExcelError.NA),
        ("=AIGAPP(1)", ExcelError.NAME),
        ("=AIGAP(nothing)", ExcelError.NAME),
        ("=AIGAP(1,2,3,4,5,6)", ExcelError.VALUE),
        ("=AIGAP(1E+400)", ExcelError.NUM),
        ("=1E+308*10", ExcelError.NUM),
    ],
)
def test_errors_of_a_formula(formula, error):
    assert evaluate(formula) is error


def test_large_results_come_whole():
    assert len(evaluate("=AIGAP(SEQUENCE(20000),2)")) == 20000


@pytest.mark.parametrize(
    "formula", ["", "=", "=1=", "=SUM(", "=SUM)", "=A1 B1(", '="a', "=1 2", "=(1", "=AIGAP(1,,0.5))"]
)
def test_what_is_no_formula_is_refused(formula):
    with pytest.raises(EngineError, match=r"can't be read|joins"):
        evaluate(formula)


def test_a_formula_that_refers_to_cells_is_refused_where_there_are_none():
    for formula in ["=A1+1", "=SUM($A$1:B2)", "=S!A1", "=SUM(A:A)", "=SUM(1:2)"]:
        with pytest.raises(EngineError, match="stands in no sheet"):
            evaluate(formula)


def test_numbers_compare_by_fifteen_digits_as_in_excel():
    assert evaluate("=0.1+0.2=0.3") is True
    assert evaluate("=0.1+0.2>0.3") is False
    assert evaluate("=1.1*3<>3.3") is False
    assert evaluate("=0.1*3>=0.3") is True
    assert evaluate("=1=1.00000000000001") is False
    assert evaluate("=IF({0.1;0.2}*3={0.3;0.3},1,0)") == [[1.0], [0.0]]
    assert evaluate('="a"="A"') is True
    assert evaluate('=""=0') is False


def test_starting_the_engine_loads_neither_pandas_nor_xlwings():
    code = "import sys, workbooks.engine; print([m for m in ('pandas', 'xlwings') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


@pytest.mark.parametrize("name", [name for name, function in FUNCTIONS.items() if function.category != "Assist"])
def test_every_function_and_its_native_formula_compute_their_examples(name):
    function = FUNCTIONS[name]
    assert function.examples
    for example in function.examples:
        cells: dict[str, Any] = {}
        texts: list[str | None] = []
        for row, argument in enumerate(example.arguments, start=1):
            values = argument if isinstance(argument, (list, tuple)) else [argument]
            flat = [value for part in values for value in (part if isinstance(part, (list, tuple)) else [part])]
            if argument is None or argument is OMITTED:
                texts.append(None)
                continue
            for column, value in enumerate(flat, start=2):
                cells[f"{get_column_letter(column)}{row}"] = value
            texts.append(f"B{row}" if len(flat) == 1 else f"B{row}:{get_column_letter(len(flat) + 1)}{row}")
        called = f"{name}({','.join(text or '' for text in texts)})"
        if function.native_row is not None:
            native, called = function.row_formula(1, *texts), f"INDEX({called},1)"
        elif function.no_native:
            continue
        else:
            native = function.formula(*texts)
        cells["A20"] = f"={called}"
        cells["A21"] = ArrayFormula("A21", f"={native.text}") if native.array else f"={native.text}"
        engine = calculated(cells)
        ours, theirs = engine.get("S", "A20"), engine.get("S", "A21")
        assert isinstance(ours, (float, ExcelError))
        assert theirs == pytest.approx(ours, rel=1e-9) if isinstance(ours, float) else theirs is ours


# --- workbooks ---------------------------------------------------------------------------------------------------


def test_values_go_in_and_come_out():
    engine = calculated(
        {
            "A1": 5,
            "A2": "text",
            "A3": True,
            "A4": datetime.date(2024, 1, 31),
            "A5": "#N/A",
            "B1": "=A1",
            "B2": "=A2",
            "B3": "=A3",
            "B4": "=A4",
            "B5": "=A5",
            "B6": "=A6",
            "B7": "=AIGAP(A6)",
            "B8": "=AIGAP(A4,1,0)",
            "B9": '=A6&"."',
        }
    )
    assert [engine.get("S", f"B{row}") for row in range(1, 10)] == [
        5.0, "text", True, 45322.0, ExcelError.NA, 0.0, 0.0, 45322.0, ".",
    ]  # fmt: skip
    assert engine.get("S", "A4") == 45322.0
    assert engine.get("S", "A6") is None
    assert engine.get("S", "XFD1048576") is None


def test_setting_values_and_calculating_again():
    engine = calculated({"A1": 1, "B1": "=AIGAP(A1,,0.5)", "C1": "=IFERROR(B1,-1)", "D1": '=A1&""'})
    for value, result in [(2.0, 8.0), (None, 0.0), (ExcelError.NUM, -1.0), ("x", -1.0), (True, -1.0), ("=1", -1.0)]:
        engine.set("S", "A1", value)
        engine.calculate()
        assert engine.get("S", "C1") == result
        assert engine.get("S", "A1") == value
    assert engine.get("S", "D1") == "=1"  # text that looks like a formula is text
    engine.set("S", "B1", 5.0)  # a value in place of a formula
    engine.calculate()
    assert engine.get("S", "C1") == 5.0


def test_what_can_not_be_set_is_refused():
    engine = calculated({"A1": 1})
    for value in (math.nan, math.inf):
        with pytest.raises(EngineError, match="S!A1"):
            engine.set("S", "A1", value)
    for sheet, cell in [("T", "A1"), ("S", "A0"), ("S", "1A"), ("S", ""), ("S", "A1:B2"), ("S", "XFE1")]:
        with pytest.raises(EngineError, match=r"no sheet 'T'.*has: S|no cell of sheet S"):
            engine.set(sheet, cell, 1.0)
        with pytest.raises(EngineError):
            engine.get(sheet, cell)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=6))
@settings(max_examples=25)
def test_the_engine_is_the_boundary(values):
    engine = Engine.load(package({f"B{row}": f"=AIGAP(A{row},,0.3,7)" for row in range(1, len(values) + 1)}))
    for row, value in enumerate(values, start=1):
        engine.set("S", f"A{row}", value)
    engine.calculate()
    for row, value in enumerate(values, start=1):
        assert engine.get("S", f"B{row}") == udfs.call("AIGAP", value, OMITTED, 0.3, 7.0)


def test_spills():
    engine = calculated({"A1": 1000, "B1": "=GPUDEP(A1,100,4)", "C1": "=SUM(B1:B4)", "D1": "=A1"})
    assert engine.spill("S", "B1") == (4, 1)
    assert engine.spill("S", "B2") is None
    assert engine.spill("S", "D1") is None
    assert [engine.get("S", f"B{row}") for row in range(1, 5)] == [225.0] * 4
    assert engine.get("S", "C1") == 900.0
    with pytest.raises(EngineError, match=r"S!B3 is filled by the formula in S!B1"):
        engine.set("S", "B3", 1.0)
    engine.set("S", "A1", 500.0)
    engine.calculate()
    assert engine.get("S", "C1") == 400.0


def test_a_spill_that_shrinks_leaves_nothing_behind():
    engine = calculated({"A1": 4, "B1": "=SEQUENCE(A1)", "C1": "=SUM(B1:B9)"})
    engine.set("S", "A1", 2.0)
    engine.calculate()
    assert engine.spill("S", "B1") == (2, 1)
    assert [engine.get("S", f"B{row}") for row in range(1, 5)] == [1.0, 2.0, None, None]
    assert engine.get("S", "C1") == 3.0
    engine.set("S", "B3", 9.0)
    engine.set("S", "A1", 3.0)
    engine.calculate()
    assert engine.get("S", "B1") is ExcelError.SPILL


def test_array_formulas_fill_their_cells():
    engine = calculated(
        {
            "A1": 1,
            "A2": 2,
            "A3": 3,
            "B1": ArrayFormula("B1:B3", "=A1:A3*2"),
            "C1": ArrayFormula("C1:C5", "=A1:A3*2"),
            "D1": ArrayFormula("D1:E2", "=A1"),
            "F1": ArrayFormula("F1", "=SUM(A1:A3*A1:A3)"),
            "G1": ArrayFormula("G1", "=A1:A3*2"),
            "H1": ArrayFormula("H1:H2", "=TRANSPOSE({1,2,3})"),
        }
    )
    assert [engine.get("S", f"B{row}") for row in (1, 2, 3, 4)] == [2.0, 4.0, 6.0, None]
    assert [engine.get("S", f"C{row}") for row in (3, 4, 5)] == [6.0, ExcelError.NA, ExcelError.NA]
    assert [engine.get("S", cell) for cell in ("D1", "E1", "D2", "E2")] == [1.0] * 4
    assert engine.get("S", "F1") == 14.0
    assert [engine.get("S", cell) for cell in ("G1", "G2")] == [2.0, None]
    assert [engine.get("S", f"H{row}") for row in (1, 2, 3)] == [1.0, 2.0, None]


def test_an_array_formula_that_is_one_error_for_all_its_cells_is_refused():
    with pytest.raises(EngineError, match=r"S!B1 has #VALUE! for all its cells"):
        calculated({"B1": ArrayFormula("B1:B3", '=SUM("a",1)')})


def test_values_left_by_a_spill_do_not_stand_in_its_way():
    def as_excel_saves_it(text: str) -> str:
        spilled = '<c r="B1" cm="1"><f t="array" ref="B1:B4">GPUDEP(A1,100,4)</f><v>1</v></c>'
        text = re.sub(r'<c r="B1".*?</c>', spilled, text)
        return re.sub(r'<c r="B(\d)"[^>]*><v>0</v></c>', r'<c r="B\1"><v>99</v></c>', text)

    content = package({"A1": 1000, "B1": "=1", "B2": 0, "A3": 7, "B3": 0, "B4": 0, "B5": 0, "C1": "=SUM(B1:B4)"})
    engine = Engine.load(edited(content, SHEET, as_excel_saves_it))
    engine.calculate()
    assert engine.spill("S", "B1") == (4, 1)
    assert engine.get("S", "C1") == 900.0
    assert (engine.get("S", "A3"), engine.get("S", "B5")) == (7.0, 99.0)


def test_shared_formulas():
    def as_excel_saves_it(text: str) -> str:
        text = text.replace("<f>AIGAP(A1,,0.5)</f>", '<f t="shared" ref="B1:B3" si="0">AIGAP(A1,,0.5)</f>')
        return re.sub(r"<f>AIGAP\(A[23],,0.5\)</f>", '<f t="shared" si="0"/>', text)

    cells = {f"A{row}": row for row in (1, 2, 3)} | {f"B{row}": f"=AIGAP(A{row},,0.5)" for row in (1, 2, 3)}
    content = edited(package(cells), SHEET, as_excel_saves_it)
    assert zipfile.ZipFile(io.BytesIO(content)).read(SHEET).count(b'si="0"') == 3
    engine = Engine.load(content)
    engine.calculate()
    assert [engine.get("S", f"B{row}") for row in (1, 2, 3)] == [4.0, 8.0, 12.0]


def test_other_ways_to_write_the_same_sheet():
    content = package({"A1": 3, "B1": '=IF(A1>2,"a&b"&A1,"<")', "B2": "=AIGAP(A1,,0.5)"})

    def prefixed(text: str) -> str:
        text = re.sub(r"<(/?)(\w)", r"<\1x:\2", text)
        return text.replace('xmlns="', 'xmlns:x="')

    def commented(text: str) -> str:
        return text.replace("<sheetData>", "<sheetData><!-- <f>SUM(</f> -->")

    def in_cdata(text: str) -> str:
        return text.replace("AIGAP(A1,,0.5)", "<![CDATA[AIGAP(A1,,0.5)]]>")

    def by_numbers(text: str) -> str:
        return text.replace("&amp;", "&#38;").replace("&lt;", "&#x3C;")

    for change in (str, prefixed, commented, in_cdata, by_numbers):
        engine = Engine.load(edited(content, SHEET, change))
        engine.calculate()
        assert engine.get("S", "B1") == "a&b3"
        assert engine.get("S", "B2") == 12.0


def test_a_file_that_libreoffice_saved(libreoffice):
    cells = {f"A{row}": row for row in range(1, 9)} | {f"B{row}": f"=PMT(A{row}/100,12,-100)" for row in range(1, 9)}
    cells |= {"C1": "=SUM(rates)", "D1": ArrayFormula("D1:D8", "=A1:A8*B1:B8"), "E1": "=AVERAGE(D1:D8)"}
    content = package(cells, names={"rates": "S!$A$1:$A$8"})
    saved = libreoffice.recalculate(content)
    engine = calculated(cells, names={"rates": "S!$A$1:$A$8"})
    for cell in [*(f"B{row}" for row in range(1, 9)), "C1", "D3", "E1"]:
        assert engine.get("S", cell) == pytest.approx(saved["S"][cell], rel=1e-12)


def test_names_tables_and_other_sheets():
    engine = calculated(
        {
            "A1": "k",
            "B1": "v",
            "A2": "a",
            "B2": 4,
            "A3": "b",
            "B3": 6,
            "C2": "=AIGAP(T[[#This Row],[v]],,0.5)",
            "D1": "=SUM(T[v])",
            "D2": "=AIGAP(gpu,mult,margin)",
            "D3": "=SUM(vector*2)",
            "D4": "='It''s, (so)'!A1+1",
            "D5": "=both",
            "D6": "=INDEX(T[v],2)+ROUND(SUM(T[v]),0)+ROWS(T)",
            "'It''s, (so)'!A1": "=AIGAP(S!B2,,0.5)",
        },
        names={
            "gpu": "S!$B$2",
            "mult": "2",
            "margin": "0.5",
            "vector": "S!$B$2:$B$3",
            "both": "S!$B$2+S!$B$3",
        },
        tables={"T": "A1:B3"},
    )
    values = [engine.get("S", cell) for cell in ("C2", "D1", "D2", "D3", "D4", "D5", "D6")]
    assert values == [16.0, 10.0, 16.0, 20.0, 17.0, 10.0, 18.0]


def test_functions_of_single_values_over_ranges():
    column = {f"A{row}": value for row, value in enumerate([1, "x", None, 4.4, 5], start=1)}
    engine = calculated(
        column
        | {
            "B1": "=SUMPRODUCT(--ISNUMBER(A1:A5))",
            "C1": "=SUM(IF(ISNUMBER(A1:A5),ROUND(A1:A5,0),0))",
            "D1": "=SUM(COUNTIF(A1:A5,{1;5}))",
            "E1": "=SUM(ROW(A1:A5)*COLUMN(A1:C1))",
            "F1": "=SUMPRODUCT(--ISBLANK(A1:A5))",
            "G1": "=SUM(LEN(vector))",
            "H1": "=ROUND(one,0)",
        },
        names={"vector": "S!$A$1:$A$5", "one": "S!$A$4"},
    )
    assert [engine.get("S", f"{column}1") for column in "BCDEFGH"] == [3.0, 10.0, 2.0, 90.0, 1.0, 6.0, 4.0]


def test_a_range_up_to_a_count():
    engine = calculated(
        {
            **{f"A{row}": float(row) for row in range(1, 11)},
            "B1": 3,
            "C1": "=SUM(100*0.5^(A1:INDEX(A1:A10,B1)-1))",  # 100 + 50 + 25
            "C2": "=SUM($A$2:INDEX($A$2:$A$10,B1))",  # 2 + 3 + 4
            "C3": "=SUM(100*0.5^(A1:INDEX(A1:A10,A2)-1))",  # a formula of the same shape as the first: 100 + 50
            "'T t'!A1": "=SUM(S!A1:INDEX(S!A1:A10,S!B1)*2)",
        }
    )
    assert [engine.get("S", f"C{row}") for row in (1, 2, 3)] == [175.0, 9.0, 150.0]
    assert engine.get("T t", "A1") == 12.0


def test_copied_formulas_keep_their_own_numbers():
    rows = range(1, 30)
    cells: dict[str, Any] = {f"A{row}": row / 7 for row in rows}
    cells |= {f"B{row}": f"=IF(A{row}*{row}>={row}.5,AIGAP(A{row},,0.{row}),ROUND($A${row},{row % 5}))" for row in rows}
    cells |= {f"C{row}": f"=SUM(ROW(A1:A{row}))+LOG10(A{row})+INDEX(A1:A{row},{row})" for row in rows}
    engine = calculated(cells)
    for row in rows:
        a = row / 7
        gap = udfs.call("AIGAP", a, OMITTED, float(f"0.{row}"))
        expected = gap if a * row >= row + 0.5 else math.floor(a * 10 ** (row % 5) + 0.5) / 10 ** (row % 5)
        assert engine.get("S", f"B{row}") == pytest.approx(expected, rel=1e-12)
        assert engine.get("S", f"C{row}") == pytest.approx(row * (row + 1) / 2 + math.log10(a) + a, rel=1e-12)


@pytest.mark.parametrize(
    ("formula", "names", "message"),
    [
        ("=[1]Other!A1+1", {}, r"S!B7 refers to another workbook: \[1\]Other!A1"),
        ("=SUM('[Book 2.xlsx]My sheet'!A1:B2)", {}, r"S!B7 refers to another workbook"),
        ("='/home/[x.xlsx]S'!A1", {}, r"S!B7 refers to another workbook"),
        ("=other*2", {"other": "[1]Other!$A$1"}, r"S!B7 uses the name other, which refers to another workbook"),
        ("=again*2", {"other": "[1]Other!$A$1", "again": "other+1"}, r"S!B7 uses the name other, which refers"),
        ("=loop", {"loop": "pool+1", "pool": "loop+1"}, r"S!B7 uses the name loop, which refers to itself"),
        ("=twice(2)", {"twice": "LAMBDA(x,2*x)"}, r"S!B7 uses the name TWICE, which uses LAMBDA"),
        ("=SUM(A1", {}, r"S!B7 can't be read: =SUM\(A1"),
        ("=DURATION(1,2,3,4,5)", {}, r"S!B7 uses DURATION"),
        ("=IFERROR(_xlfn.MAP(A1:A3,3),0)", {}, r"S!B7 uses MAP"),
        ("=_xlfn.SINGLE(A1:A3)", {}, r"S!B7 uses SINGLE"),
        ("=SUM((A1,A3))", {}, r"S!B7 joins or intersects"),
        ("=SUM(S:T!A1)", {}, r"S!B7 refers to several sheets"),
        ("=SUM('S 1:T'!A1)", {}, r"S!B7 refers to several sheets"),
        ('=TEXT(A1,"0.0E+00")', {}, r"S!B7 uses TEXT with the format"),
        ("=MATCH(1,A1:A3,A5)", {}, r"S!B7 gives MATCH A5 as the kind of search"),
        ("=ROW(INDIRECT(A1))", {}, r"S!B7 asks for the ROW"),
        ("=SUM(T[v])", {}, r"S!B7 refers to a table that the workbook does not have: T\[v\]"),
        ("=N(A1:A3)", {}, r"S!B7 gives N a range"),
        ("=SUM(INDEX(A1:A9,2):A5+0)", {}, r"S!B7 computes the end of a range"),
        ("=SUM(A1:XLOOKUP(3,A1:A9,A1:A9))", {}, r"S!B7 computes the end of a range"),
    ],
)
def test_what_can_not_be_computed_rightly_is_refused_with_its_cell(formula, names, message):
    with pytest.raises(EngineError, match=message):
        Engine.load(package({"B7": formula}, names=names))


def test_names_that_stand_for_formulas():
    """Their relative references are written as seen from A1."""
    engine = calculated(
        {"A1": 3, "A2": 5, "B1": "=gap*2+Gap", "B2": '=ours&"gap"', "C2": "=SUM(left,1)", "D3": "=less+1"},
        names={"gap": "AIGAP(S!$A$1,,0.5)", "ours": "gap+MAX(S!$A$1:$A$2)", "left": "S!XFC1*2", "less": "-2"},
    )
    assert [engine.get("S", cell) for cell in ("B1", "B2", "D3")] == [36.0, "17gap", -1.0]
    with pytest.raises(EngineError, match="circle"):
        calculated({"B1": "=round"}, names={"round": "S!$B$1+1"})


def test_a_table_without_the_column_is_refused_with_the_cell():
    with pytest.raises(EngineError, match=r"S!D9 refers to a column w that the table T does not have"):
        Engine.load(package({"A1": "k", "B1": "v", "A2": 1, "B2": 2, "D9": "=SUM(T[w])"}, tables={"T": "A1:B2"}))
    with pytest.raises(EngineError, match=r"S!D9 refers to its own row of the table T"):
        Engine.load(package({"A1": "k", "B1": "v", "A2": 1, "B2": 2, "D9": "=T[@v]"}, tables={"T": "A1:B2"}))


def test_names_that_no_formula_uses_do_no_harm():
    engine = calculated(
        {"A1": "=1+1"}, names={"other": "[1]Other!$A$1", "old": "#REF!", "_xlnm.Print_Area": "S!$A$1:$B$2"}
    )
    assert engine.get("S", "A1") == 2.0


def test_a_what_if_table_is_refused():
    content = edited(
        package({"A1": "=1"}),
        SHEET,
        lambda text: text.replace("<f>1</f>", '<f t="dataTable" ref="A1:A3" dt2D="0" dtr="0" r1="B1"/>'),
    )
    with pytest.raises(EngineError, match=r"S!A1 belongs to a what-if data table"):
        Engine.load(content)


def test_circles_are_refused_and_branches_not_taken_are_none():
    with pytest.raises(EngineError, match=r"S!A1 refers to itself in a circle"):
        calculated({"A1": "=B1+1", "B1": "=A1+1", "C1": "=IFERROR(A1,0)"})
    assert calculated({"A1": "=IF(TRUE,2,A1)"}).get("S", "A1") == 2.0


def test_dates_counted_from_1904():
    """Day 0 is 1 January 1904; the serials of a date in the two ways of counting differ by 1,462."""
    cells = {
        "A1": 42369,  # 1 January 2020
        "B1": "=YEAR(A1)",
        "B2": "=DATE(2020,1,1)",
        "B3": "=EDATE(A1,1)",
        "B4": '=TEXT(A1,"yyyy-mm-dd")',
        "B5": "=WEEKDAY(A1)",
        "B6": "=SUM(MONTH(A1:A2))",
        "B7": "=DATE(2021,1,1)-A1",
        "A2": 42369 + 31,
    }
    content = edited(
        package(cells), "xl/workbook.xml", lambda text: text.replace("<workbookPr ", '<workbookPr date1904="1" ')
    )
    engine = Engine.load(content)
    engine.calculate()
    assert [engine.get("S", f"B{row}") for row in range(1, 8)] == [2020, 42369, 42400, "2020-01-01", 4, 3, 366]


def test_what_is_no_workbook_is_refused():
    whole = package({"A1": 1, "B1": "=A1"})
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("a.txt", "a")
    damaged = bytearray(whole)
    for place in range(len(whole) // 3, len(whole) // 2):
        damaged[place] ^= 0x55
    torn = edited(whole, SHEET, lambda text: text[: len(text) // 2])
    for content in (b"", b"text", whole[:-1], whole[: len(whole) // 2], empty.getvalue(), bytes(damaged), torn):
        with pytest.raises(EngineError, match="can't be read"):
            Engine.load(content)


def test_a_package_that_unpacks_to_gigabytes_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in range(11):
            with archive.open(f"{part}.xml", "w") as entry:
                for _ in range(100):
                    entry.write(bytes(1_000_000))
    with pytest.raises(EngineError, match="gigabyte"):
        Engine.load(file.getvalue())
