"""Our functions under every name that a file may give them."""

import pytest

from workbooks.foreign.names import functions_used, handed_over, plain_names
from workbooks.formulas import FormulaError


@pytest.mark.parametrize(
    "name",
    [
        "AIGAP",
        "aigap",
        "_xll.AIGAP",
        "_XLL.AiGap",
        "_xludf.AIGAP",
        "_xlfn.AIGAP",
        "_xlfn._xludf.AIGAP",
        "_xldudf_AIGAP",
        "_xldudf_AICAPEX_AIGAP",
        "AICAPEX.AIGAP",
        "aicapex.aigap",
        "ORG.AICAPEX.FUNCTIONS.AIGAP",
        "[1]!AIGAP",
        "[12]!AICAPEX.AIGAP",
        "'C:\\path\\aicapex.xlam'!AIGAP",
        "'C:\\It''s (mine): [1]\\[aicapex.xlam]'!AIGAP",
        "'https://example.com/my files/aicapex.xlam'!AIGAP",
        "'/Users/me/model.xlsm'!AIGAP",
        "'[aicapex.xlam]'!AIGAP",
        "aicapex.xlam!AIGAP",
    ],
)
@pytest.mark.parametrize(
    "formula",
    [
        "={}(A1,2)",
        "=1+{}( A1 ,, 2 )^-{}(B2)",
        "=_xlfn.SINGLE({}(A1:A3))",
        "=IF(A1>0,{}({}(1)),\"_xll.AIGAP(1) [1]!AIGAP(1)\"&'_xll.AIGAP(1)'!B2)",
        "=_xlfn.LET(_xlpm.x,{}(A1),_xlfn._xlws.SORT({}(_xlpm.x)))",
        "=SUM(T[[#This Row],[_xll.AIGAP(1)]],{1,2;3,4},{}(1))",
    ],
)
def test_every_form_becomes_the_plain_name(name, formula):
    assert plain_names(formula.replace("{}", name)) == formula.replace("{}", "AIGAP")
    assert set(functions_used(formula.replace("{}", name))) == {"AIGAP"}


@pytest.mark.parametrize(
    "formula",
    [
        "=MYAIGAP(1)",
        "=AIGAPS(1)",
        "=OTHER.DSCR(1,2)",
        "=Sheet1!DSCR(1,2)",
        "='My sheet'!DSCR(1,2)",
        "=_xlpm.DSCR(3)",
        '="[1]!AIGAP(1)"',
        "='[1]!AIGAP('!A1",
        "=SUM(_xll.OTHER(1),[1]!OTHER(2))",
        "=_xlfn.STDEV.S(A1:A3)",
        "=AIGAP+1",
    ],
)
def test_what_is_not_ours_stays(formula):
    assert plain_names(formula) == formula
    assert functions_used(formula) == []


def test_what_stands_before_a_name_without_a_space_stays():
    assert plain_names("=@[1]!AIGAP(A1:A3)") == "=@AIGAP(A1:A3)"
    assert plain_names("=SUM(B1:_xll.AIGAP(1))") == "=SUM(B1:AIGAP(1))"


def test_functions_are_named_in_order():
    assert functions_used("=MOIC(AIGAP(1),B1:B2)+_xll.DSCR(1,2)") == ["MOIC", "AIGAP", "DSCR"]


def test_a_function_handed_to_another_one_is_seen():
    assert handed_over("=_xlfn.MAP(A1:A3,_xleta.AIGAP)") == "AIGAP"
    assert handed_over("=_xlfn.MAP(A1:A3,_xleta.SUM)") is None


def test_what_is_no_formula_is_refused():
    with pytest.raises(FormulaError):
        plain_names("=_xll.AIGAP(1")
