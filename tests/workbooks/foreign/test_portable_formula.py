"""Single formulas: what they become, how long, and which can't be made plain."""

from __future__ import annotations

import pytest

from tests.parity.draws import draws
from tests.workbooks.foreign.drawn_models import DrawnModel
from tests.workbooks.foreign.functions_everywhere import EVERYWHERE
from udfs import FUNCTIONS, NativeFormError
from workbooks.engine.table_references import Table
from workbooks.foreign.helper_cells import FIRST_ROW, NUMBERS, HelperCells
from workbooks.foreign.limits import DEEPEST, LONGEST
from workbooks.foreign.names import functions_used, plain_names
from workbooks.foreign.portable_formula import REPEATED, Place, portable_formula
from workbooks.foreign.shapes import Scope
from workbooks.formulas import calls

NAMES = {"FLOWS": "Model!$B$1:$F$1", "G": "Model!$B$7", "MOVING": "OFFSET(Model!$A$1,0,0,1,5)"}
SCOPE = Scope(NAMES, {"T": Table("T", "Model", 3, 1, 9, 2, ("cash", "rate"))}, row=7)
CELL = Place("cell", "Model", "Z7", SCOPE)
ARRAY = Place("array", "Model", "Z7", SCOPE)
RULE = Place("rule", "Model", "", SCOPE)
LONG = "SUM(B2:B9)*(1+B3)^2-MAX(B4,B5)/ROUND(B6,2)+MIN(C1:C9)"


def plain(formula: str, place: Place = CELL, helpers: HelperCells | None = None) -> str:
    """Return the plain formula, in braces if it is an array formula."""
    native = portable_formula(formula, place, HelperCells() if helpers is None else helpers)
    return f"{{{native.text}}}" if native.array else native.text


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=AIGAP(A1,2,B1,C1)", "=A1*2/(1-B1)-C1"),
        ("=1+AIGAP(A1,,B1)^2", "=1+(A1*2/(1-B1))^2"),
        ("=AICAPEX(A1+B1,2)*3", "=((A1+B1)*2)*3"),
        ("=aicapex( A1 , 3 )&AICAPEX(2)", "=(A1*3)&(2*2)"),
        ("=1+_xlfn.SINGLE(AICAPEX(A1))", "=1+(A1*2)"),
        ("=_xlfn.SINGLE(AICAPEX(A1,_xlfn.SINGLE(B1)))", "=A1*B1"),
        ("=AIGAP(AICAPEX(A1,B1),1,C1)", "=A1*B1*1/(1-C1)"),
        ('=IF(A1>0,AICAPEX(A1),"AIGAP(1)")', '=IF(A1>0,A1*2,"AIGAP(1)")'),
        ("='AIGAP(1)'!A1+AICAPEX('a b'!A1)", "='AIGAP(1)'!A1+('a b'!A1*2)"),
        ("=MOIC(A1,B1:F1)", "=SUM(B1:F1)/A1"),
        ("=MOIC(A1,flows)", "=SUM(flows)/A1"),
        ("=MOIC(A1,T[cash])", "=SUM(T[cash])/A1"),
        ("=AICAPEX(T[@cash],G)", "=T[[#This Row],[cash]]*G"),
        ('=GPUNBV(A1,0,5,B1,"sl")', "=0+(A1-0)*MAX(1-B1/5,0)"),
        ("=INDEX(RENTCURVE(A1,B1,9),ROW()-3)", "=A1*(1-B1)^(ROW()-3-1)"),
        ("=INDEX(GPUDEP(A1,B1,5),2,1)", "=IF(2>5,0,SLN(A1,B1,5))"),
        ('=AIASSUME("pue")*2', "=1.25*2"),
        ('=AIASSUME("nothing")', "=NA()"),
        ("=SUM(A1:A3)", "=SUM(A1:A3)"),
    ],
)
def test_a_call_becomes_a_plain_formula(formula, expected):
    assert plain(formula) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=AICAPEX(A1:A3,2)", "={A1:A3*2}"),
        ("=SUM(AIGAP(A1:A3,2))", "={SUM(A1:A3*2/(1-0.5))}"),
        ("=GPUNBV(A1:A3,0,5,B1)", "={0+(A1:A3-0)*IF(1-B1/5>0,1-B1/5,0)}"),
        (
            "=AIGAPYEARS(A1:A3,B1,C1)",
            "={IF(B1>=A1:A3,0,IF((B1>0)*(C1>0),LN(A1:A3/B1)/LN(1+C1),NA()))}",
        ),
        # With one condition IF would give one value where three are wanted.
        ("=BUYVSRENT(A1:A3,B1,C1)", "={IF((C1>B1)+0*A1:A3,A1:A3/(C1-B1),NA())}"),
        ("=BUYVSRENT(A1:A3-1,B1,C1)", "={IF((C1>B1)+0*(A1:A3-1),(A1:A3-1)/(C1-B1),NA())}"),
        ("=MOIC(A1:A3,B1:F1)", "={SUM(B1:F1)/A1:A3}"),
        ("=PROFITINDEX(A1,B1:F1*0.9,0.1)", "={NPV(0.1,B1:F1*0.9+0)/A1}"),
        ("=PROFITINDEX(A1,INDEX(B1:F9,2,0),0.1)", "={NPV(0.1,INDEX(B1:F9,2,0)+0)/A1}"),
        ("=TAXSHIELD(GPUDEP(A1,0,4),0.2)", "={IF('Plain formulas'!$E$5:$E$8>4,0,SLN(A1,0,4))*0.2}"),
        (
            "=SUM(RENTCURVE(A1,0.2,B1))",
            "={SUM(A1*(1-0.2)^('Plain formulas'!$E$5:INDEX('Plain formulas'!$E$5:$E$1004,B1)-1))}",
        ),
    ],
)
def test_what_computes_several_cells_is_an_array_formula(formula, expected):
    assert plain(formula) == expected.replace("={", "{=", 1)
    assert portable_formula(formula, ARRAY, HelperCells()).text == expected.replace("={", "=", 1).removesuffix("}")


def test_an_ordinary_formula_shows_the_first_row_of_a_schedule():
    assert plain("=GPUDEP(A1,B1,C1)") == "=IF(1>C1,0,SLN(A1,B1,C1))"


def test_names_of_let_stay_as_they_are():
    assert (
        plain("=_xlfn.LET(_xlpm.x,A1,AIGAP(_xlpm.x,,0.5)+_xlpm.x)")
        == "=_xlfn.LET(_xlpm.x,A1,(_xlpm.x*2/(1-0.5))+_xlpm.x)"
    )
    assert plain("=_xlfn.LET(_xlpm.f,B1:F1,MOIC(A1,_xlpm.f))") == "=_xlfn.LET(_xlpm.f,B1:F1,SUM(_xlpm.f)/A1)"
    # What LAMBDA is given may be a range.
    assert (
        plain("=_xlfn.MAP(A1:A3,_xlfn.LAMBDA(_xlpm.x,AIGAPYEARS(_xlpm.x,2,0.3)))", ARRAY)
        == "=_xlfn.MAP(A1:A3,_xlfn.LAMBDA(_xlpm.x,IF(2>=_xlpm.x,0,IF((2>0)*(0.3>0),LN(_xlpm.x/2)/LN(1+0.3),NA()))))"
    )
    assert plain("=_xlfn.LAMBDA(_xlpm.x,AICAPEX(_xlpm.x))", RULE) == "=_xlfn.LAMBDA(_xlpm.x,_xlpm.x*2)"


def test_a_long_argument_is_computed_in_a_helper_cell():
    helpers = HelperCells(["Model", "plain formulas"])
    cell = f"'Plain formulas 2'!$C${FIRST_ROW}"
    assert (
        plain(f"=AIGAPYEARS(A1,{LONG},C1)", helpers=helpers)
        == f"=IF({cell}>=A1,0,IF(AND({cell}>0,C1>0),LN(A1/({cell}))/LN(1+C1),NA()))"
    )
    [helper] = helpers.cells
    assert helper.formula == (
        "='Model'!B2:B9".replace("='Model'!B2:B9", "=SUM('Model'!B2:B9)")
        + "*(1+'Model'!B3)^2-MAX('Model'!B4,'Model'!B5)/ROUND('Model'!B6,2)+MIN('Model'!C1:C9)"
    )
    assert (helper.used_by, helper.meaning, helper.array) == ("Model!Z7", "AIGAPYEARS: revenue", False)
    # The same argument again is the same cell.
    plain(f"=AIGAPYEARS({LONG},A1,C1)", helpers=helpers)
    assert len(helpers.cells) == 1


def test_an_argument_is_repeated_only_as_far_as_it_is_short():
    formula = "=AIGAPYEARS(A1,B1,C1)"
    for _ in range(12):  # in each other, in the place that is used three times
        formula = f"=AIGAPYEARS(A1,{formula[1:]},C1)"
    helpers = HelperCells()
    native = portable_formula(formula, CELL, helpers)
    longest = max(map(len, [native.text, *(helper.formula for helper in helpers.cells)]))
    assert longest < 3 * (REPEATED + len("=IF(>=,0,IF(AND(>0,>0),LN(/)/LN(1+),NA()))")) + 200


def test_random_numbers_are_drawn_once():
    helpers = HelperCells()
    text = plain("=BUYVSRENT(100,RAND(),2)", helpers=helpers)
    assert "RAND" not in text
    assert helpers.cells[0].formula == "=RAND()"
    with pytest.raises(NativeFormError, match="random numbers"):
        plain("=BUYVSRENT(100,A1:A3*RAND(),2)")


def test_an_array_formula_in_a_formula_that_is_none_goes_into_a_helper_cell():
    for formula, place in [
        ("=A1:A9*MOIC(2,B1:F1)+PROFITINDEX(A1,B1:F1,0.1)", CELL),  # A1:A9 is the cell of the same row
        ("=OFFSET(A1,ROW(A2),1)+PROFITINDEX(A1,B1:F1,0.1)", CELL),
        ("=PROFITINDEX(A1,B1:F1,0.1)", Place("cell", "Model", "Z7", SCOPE, merged=True)),
        ("=PROFITINDEX($A$1,$B$1:$F$1,0.1)>1", RULE),
    ]:
        helpers = HelperCells()
        native = portable_formula(formula, place, helpers)
        assert not native.array
        assert f"'Plain formulas'!$C${FIRST_ROW}" in native.text
        assert helpers.cells[0].formula.replace("$", "") == "=NPV(0.1,'Model'!B1:F1+0)/'Model'!A1"
        assert helpers.cells[0].array


def test_a_name_of_a_range_keeps_its_name_but_where_a_cell_before_it_is_needed():
    assert "flows" in plain("=PAYBACK(A1,flows)")
    text = plain("=CLUSTERIRR(A1,flows)")
    assert "Model!$A$1:$F$1" in text
    assert "SUM(flows)" in text


@pytest.mark.parametrize(
    ("formula", "place", "reason"),
    [
        ("=AIEXPLAIN(A1,1)", CELL, "AIEXPLAIN has no native formula"),
        ("=AISOURCE(A1:A3)", CELL, "range in place of one key"),
        ("=AIASSUME(A1,A2,A3)", CELL, "more arguments than it takes"),
        ("=_xlfn.MAP(A1:A3,_xleta.AIGAP)", ARRAY, "AIGAP is handed to another function"),
        ("=AIMARGIN(A1)", CELL, "needs its argument mult"),
        ("=AIGAP(1,2,3,4,5,6)", CELL, "at most 5"),
        ("=GPUDEP(A1,B1)", CELL, "needs its argument life"),
        ("=SUM(GPUDEP(A1,B1))", CELL, "needs its argument life"),
        ("=GPUDEP(A1:A3,B1,C1)", ARRAY, "range in place of one value"),
        ("=PAYBACK(A1,unknown)", CELL, "flows of PAYBACK are worked out"),
        ("=CLUSTERIRR(A1,moving)", CELL, "needs the address"),
        ("=PAYBACK(A1,OFFSET(A1,0,0,1,B9))", CELL, "flows of PAYBACK are worked out"),
        ("=PAYBACK(A1,IF(B1:F1>0,B1:F1,0))", CELL, "flows of PAYBACK are worked out"),
        ("=PAYBACK(A1,2*{1,2,3})", CELL, "flows of PAYBACK are worked out"),
        ("=PAYBACK(A1,(B1:C1,D1:E1))", CELL, "flows of PAYBACK are worked out"),
        ("=PAYBACK(A1,B1:C9)", CELL, "block"),
        ("=DEBTCAP(B:B,1.2,0.1)", CELL, "more than 1000 cells"),
        ("=MOIC(A1,IF(B1:F1>0,B1:F1,0))", CELL, "flows of MOIC are worked out"),
        ("=PAYBACK(A1:A3,B1:F1)", CELL, "beside its range of flows"),
        ("=CLUSTERIRR(A1,INDEX(B1:F9,2,0))", CELL, "needs the address"),
        ("=CLUSTERIRR(A2,A1:F1)", CELL, "starts in column A"),
        ("=CLUSTERIRR(A1,AA7:AF7)", CELL, "would read the cell that it stands in"),
        ("=PROFITINDEX(A1,B1:F1,0.1)+AICAPEX(A1:A3)", RULE, "range in place of one value"),
        ("=GPUNBV(A1,0,5,2,B1)>1", RULE, "list in braces"),
        ("=AICAPEX($A$1:$A$3,2)", RULE, "range in place of one value"),
        ("=SUM(GPUDEP($A$1,0,5))", RULE, "put it into cells"),
        ("=_xlfn.SINGLE(AICAPEX(A1:A3))", CELL, "range in place of one value"),
        ("=A1:A9*SUM(AICAPEX(B1:B3,2))", CELL, "range in place of one value"),
        ("=ROW()+PROFITINDEX(ROW(),B1:F1,0.1)", CELL, "put the call into a cell of its own"),
    ],
)
def test_what_has_no_plain_formula_says_why_and_leaves_no_helper_cells(formula, place, reason):
    helpers = HelperCells()
    with pytest.raises(NativeFormError, match=reason):
        plain(formula, place, helpers)
    assert not helpers


def test_rules_that_excel_takes():
    """It takes no lists in braces in formats and validations, but in names."""
    assert plain('=GPUNBV(A1,0,5,2,"syd")>1', RULE).startswith("=")
    assert '{"SL","SYD","DDB"}' in plain("=GPUNBV($A$1,0,5,2,$B$1)", Place("name", "Model", "", SCOPE))
    assert plain('=AICAPEX(A1)&"{1,2}"', RULE) == '=(A1*2)&"{1,2}"'


def test_a_name_of_the_workbook_hides_the_function():
    place = Place("cell", "Model", "Z7", Scope({"DSCR": "_xlfn.LAMBDA(_xlpm.a,_xlpm.b,1)"}))
    with pytest.raises(NativeFormError, match="name of the workbook"):
        plain("=DSCR(A1,B1)", place)


def test_a_formula_too_long_or_too_deep_for_excel_is_refused():
    many = "+".join(["PAYBACK(A1,B1:F1,C1)"] * 30)
    with pytest.raises(NativeFormError, match="8,192"):
        plain(f"={many}")
    deep = "A1"
    for _ in range(DEEPEST - 1):
        deep = f"ABS({deep})"
    assert plain(f"=1+AICAPEX({deep})", RULE)
    with pytest.raises(NativeFormError, match="more than 64 functions"):
        plain(f"=AIGAPYEARS({deep},1,0.1)", RULE)
    doubled = "A1"
    for _ in range(60):
        doubled = f"BUYVSRENT(1,{doubled},2)"
    with pytest.raises(NativeFormError, match="8,192"):
        plain(f"={doubled}", RULE)
    assert LONGEST == 8192


def test_schedules_count_as_far_as_the_longest_life():
    assert max(p.kind.high for f in FUNCTIONS.values() if f.native_row for p in f.parameters if p.kind.whole) == NUMBERS


def test_native_formulas_use_what_every_spreadsheet_has():
    texts = []
    for draw in draws():
        if draw.function.no_native:
            continue
        try:
            form = draw.function.row_formula if draw.function.native_row else draw.function.formula
            texts.append((form("2", *draw.texts()) if draw.function.native_row else form(*draw.texts())).text)
        except NativeFormError:
            continue
    used = {call.name for text in texts for call in calls(f"={text}")}
    assert used == EVERYWHERE


def test_plain_formulas_use_what_every_spreadsheet_has():
    for seed in range(10):
        model = DrawnModel(seed)
        model.package(30)
        for _, kind, text in model.formulas:
            formula = plain_names(f"={text}")
            place = Place("cell" if kind == "cell" else "array", "Model", "A1", SCOPE)
            native = portable_formula(formula, place, HelperCells())
            own = {call.name for call in calls(formula)}
            assert not functions_used(native.text)
            assert {call.name for call in calls(native.text)} - own <= EVERYWHERE
