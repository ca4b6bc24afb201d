from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbooks.formulas import (
    FormulaError,
    bare_name,
    calls,
    joins_ranges,
    operands,
    references,
    rewrite,
    wrap_operands,
)

FORMULAS = [
    "=A1",
    "=  AIGAP(  1 ,, 2 ) ",
    "=A1:INDEX(B:B,2)",
    '="a""b(,,"&X(,)',
    "=LAMBDA(x,x+1)(3)",
    "=_xlfn._xlws.FILTER(A1:A3,A1:A3>2)",
    '={1,2;3,-4;"a",#N/A}',
    "=-F()%",
    "='It''s (a, b)'!A1+G(T[[#This Row],[v,w]])",
    "=F(G(H(1,,2),3),)",
    "=\n F(1,\n  2)",
    "=IF(A1<>B1,1E-5,TRUE)",
    "=@SUM(A1:A3)",
    "=[1]Other!A1+'[Book 2.xlsx]She et'!B2",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_that_is_not_changed_stays_as_it_is(formula):
    assert rewrite(formula, lambda call: None) == formula


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=A1+2", []),
        ("=AIGAP(1,,0.5)", [("AIGAP", ("1", None, "0.5"))]),
        ("=AIGAP( 1 , , 2 )", [("AIGAP", ("1", None, "2"))]),
        ("=AIGAP(1,)", [("AIGAP", ("1", None))]),
        ("=AIGAP(,1)", [("AIGAP", (None, "1"))]),
        ("=NA( )", [("NA", ())]),
        ('=LEN("AIGAP(1,,2)")', [("LEN", ('"AIGAP(1,,2)"',))]),
        ("='AIGAP(1)'!A1", []),
        ("=aigap(1)", [("AIGAP", ("1",))]),
        ("=_xlfn._xlws.SORT(A1:A3)", [("SORT", ("A1:A3",))]),
        ("=F(G(1,,2),{1,2;3,4},H())", [("F", ("G(1,,2)", "{1,2;3,4}", "H()")), ("G", ("1", None, "2")), ("H", ())]),
        ("=A1:INDEX(B1:B9,2)", [("INDEX", ("B1:B9", "2"))]),
        ("=SUM((A1,B1))", [("SUM", ("(A1,B1)",))]),
        ("=SUM(T[[a],[b,c]])", [("SUM", ("T[[a],[b,c]]",))]),
    ],
)
def test_calls_with_their_arguments(formula, expected):
    assert [(call.name, call.arguments) for call in calls(formula)] == expected


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_call_stands_where_it_says(formula):
    for call in calls(formula):
        text = formula[call.start : call.end]
        assert bare_name(text.partition("(")[0]) == call.name
        assert text.endswith(")")


def test_a_call_knows_whether_it_is_the_whole_formula():
    assert [call.alone for call in calls("= F(G(1)) ")] == [True, False]
    assert [call.alone for call in calls("=F(1)+1")] == [False]
    assert [call.alone for call in calls("=(F(1))")] == [False]
    assert [call.alone for call in calls("=A1:F(1)")] == [False]


def test_inner_calls_are_replaced_before_outer_ones():
    formula = "=1+AICAPEX(AICAPEX(B2,2),3)*SUM(AICAPEX(1,1))"
    product = rewrite(formula, lambda call: f"({'*'.join(call.arguments)})" if call.name == "AICAPEX" else None)
    assert product == "=1+((B2*2)*3)*SUM((1*1))"


def test_what_the_tokenizer_takes_for_a_part_of_the_name_stays():
    assert rewrite("=A1:INDEX(B1:B9,2)", lambda call: "C3") == "=A1:C3"
    assert rewrite("=@SUM(A1)", lambda call: "C3") == "=@C3"


@pytest.mark.parametrize(
    "text", ["A1", "", "=F(1", "=F(1))", "=F)", "=(1", '="a', "={1", "=A1#", "='A", "=F(1]", "=[1"]
)
def test_what_is_no_formula_is_an_error(text):
    with pytest.raises(FormulaError):
        rewrite(text, lambda call: None)


@given(st.text(alphabet="AB1(),;{}[]'\"!+-*&<>=:#% .$@", max_size=14))
def test_any_text_is_read_or_refused(text):
    try:
        found = calls(f"={text}")
    except FormulaError:
        return
    assert rewrite(f"={text}", lambda call: None) == f"={text}"
    assert all(0 < call.start < call.end <= len(text) + 1 for call in found)


def test_references_and_names():
    assert references("=A1+'My sheet'!$B$2:C3*gpu-SUM(T[v],A1:INDEX(B:B,2))") == [
        "A1",
        "'My sheet'!$B$2:C3",
        "gpu",
        "T[v]",
        "A1",
        "B:B",
    ]
    assert references('="A1"&TRUE&1') == []


def test_operands_are_those_of_the_outer_operators():
    def shown(expression):
        return [operand if isinstance(operand, str) else operand.name for operand in operands(expression)]

    assert shown("(A1+B2)*-3") == ["A1", "B2", "3"]
    assert shown("SUM(A1:A3)/{1,2}") == ["SUM", "{1,2}"]
    assert shown("A1:INDEX(B1:B3,2)+@SUM(A1)") == ["A1:INDEX(B1:B3,2)", "SUM"]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=A1>=B1", "=D(A1)>=D(B1)"),
        ("=IF(A1+1=B1*2,A2,B2)", "=IF(D(A1+1)=D(B1*2),A2,B2)"),
        ("=A1&B1+1=C1", "=D(W(A1)&W(B1+1))=D(C1)"),
        ('=F("a=b"&A1)', '=F(W("a=b")&W(A1))'),
        ("=SUM((A1:A3>2)*(B1:B3<5))", "=SUM((D(A1:A3)>D(2))*(D(B1:B3)<D(5)))"),
        ("=1=2=3", "=D(D(1)=D(2))=D(3)"),
        ("={1,2}<>3", "=D({1,2})<>D(3)"),
        ("=A1 = B1", "=D(A1)=D(B1)"),
    ],
)
def test_operands_of_comparisons_and_of_joined_text_are_wrapped(formula, expected):
    assert (
        wrap_operands(
            formula,
            joined=lambda side: f"W({side})",
            compared=lambda left, right: (f"D({left})", f"D({right})"),
        )
        == expected
    )


@pytest.mark.parametrize("formula", ["=SUM((A1,C1))", "=A1:C3 B2:B9", "=SUM(A1:B2 B1:C2)", "=F(1) A1"])
def test_joined_and_intersected_ranges_are_seen(formula):
    assert joins_ranges(formula)


@pytest.mark.parametrize("formula", ["=SUM(A1, C1)", "=A1 + B1", "= F( A1 ) * 2", '="a b"&A1', "={1,2}", "='a b'!A1"])
def test_spaces_and_separators_are_no_joined_ranges(formula):
    assert not joins_ranges(formula)
