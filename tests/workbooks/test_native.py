"""Formulas without our functions."""

import pytest

from udfs import NativeFormError
from workbooks.native import to_native


@pytest.mark.parametrize(
    ("formula", "native"),
    [
        ("=AIGAP(gpu,mult,margin,revenue)", "=gpu*mult/(1-margin)-revenue"),
        ("=1+AIGAP(A1,2,B1,C1)", "=1+(A1*2/(1-B1)-C1)"),
        ("=AICAPEX(A1+B1,2)*3", "=((A1+B1)*2)*3"),
        ("=AIGAP(AICAPEX(A1,B1),1,C1)", "=A1*B1*1/(1-C1)"),
        ('=IF(A1>0,AICAPEX(A1),"AIGAP(1)")', '=IF(A1>0,A1*2,"AIGAP(1)")'),
        ("=SUM(A1:A3)", "=SUM(A1:A3)"),
        ("=INDEX(RENTCURVE(A1,B1,3),2)", "=A1*(1-B1)^(2-1)"),
        ("=MOIC(A1,B1:F1)", "=SUM(B1:F1)/A1"),
    ],
)
def test_calls_become_plain_formulas(formula, native):
    assert to_native(formula).text == native
    assert not to_native(formula).array


def test_a_payback_over_a_range_is_an_array_formula():
    assert to_native('=IFERROR(PAYBACK(A1,B1:F1),"never")').array


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("=AISOURCE(A1)", "no native formula"),
        ("=GPUDEP(A1,B1,4)", "spills"),
        ("=PAYBACK(A1,flows)", "flows is a name"),
        ("=PAYBACK(A1,B1:C9)", "block"),
        ("=AIGAP(1,2,3,4,5,6)", "at most 5"),
        ("=AIMARGIN(A1)", "needs its argument mult"),
    ],
)
def test_what_has_no_plain_formula_says_why(formula, reason):
    with pytest.raises(NativeFormError, match=reason):
        to_native(formula)
