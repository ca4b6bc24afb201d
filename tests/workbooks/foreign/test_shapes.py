"""How many cells an expression gives, as Excel's own rules for ranges and functions have it."""

import pytest

from workbooks.engine.table_references import Table
from workbooks.foreign.shapes import UNKNOWN, Scope, Shape, names_of_let

NAMES = {
    "FLOWS": "Sheet1!$B$1:$F$1",
    "ONE": "Sheet1!$A$1",
    "MOVING": "OFFSET(Sheet1!$A$1,0,0,1,5)",
    "LOOP": "LOOP+LOOP",
    "TWICE": "flows*2",
}
SCOPE = Scope(
    NAMES, {"T": Table("T", "My s", 1, 1, 4, 2, ("a", "b"))}, row=2, own={"_XLPM.F": "B1:F1", "_XLPM.G": None}
)


@pytest.mark.parametrize(
    ("expression", "rows", "columns"),
    [
        ("A1", 1, 1),
        ("$A$1:A1", 1, 1),
        ("-A1%+2^3", 1, 1),
        ('"A1:B2"', 1, 1),
        ("B1:F1", 1, 5),
        ("'a: b'!B1:B9*2", None, None),
        ("'a b'!B1:B9*2", 9, 1),
        ("B1:F1*A1:A3", 3, 5),
        ("B:B", 1048576, 1),
        ("3:3", 1, 16384),
        ("{1,2;3,4}", 2, 2),
        ('{"a;b","c"}', 1, 2),
        ("flows", 1, 5),
        ("Sheet1!flows", 1, 5),
        ("one+1", 1, 1),
        ("twice", 1, 5),
        ("moving", 1, 5),
        ("loop", None, None),
        ("nothing", None, None),
        ("_xlpm.f", 1, 5),
        ("_xlpm.g", None, None),
        ("T[a]", 3, 1),
        ("T[@a]", 1, 1),
        ("T[[#This Row],[a]]", 1, 1),
        ("[@a]", 1, 1),
        ("[[#This Row],a]", 1, 1),
        ("T[[#This Row],[a]:[b]]", 1, 2),
        ("Unknown[[#This Row],[a]:[b]]", 1, None),
        ("T[c]", None, None),
        ("#REF!", 1, 1),
        ("Sheet1!#REF!", 1, 1),
        ("INDEX(B1:F9,2,0)", 1, 5),
        ("INDEX(B1:F9,0,A1)", 9, 1),
        ("INDEX(B1:F9,2,3)", 1, 1),
        ("INDEX(flows,2)", 1, 1),
        ("INDEX(B1:F9,A1:A3,1)", None, None),
        ("SUM(B1:F1)", 1, 1),
        ("LN(B1:F1)", 1, 5),
        ("IF(A1>1,B1:F1,0)", 1, 5),
        ("VLOOKUP(A1:A3,B1:C9,2,0)", 3, 1),
        ("LOOKUP(A1,B1:B9,C1:C9)", 1, 1),
        ("OFFSET(A1,0,COLUMN()-2)", 1, 1),
        ("OFFSET(A1,0,0,1,5)", 1, 5),
        ("OFFSET(A1,0,0,1,COUNT(A1:Z1))", 1, None),
        ("OFFSET(B1:B9,1,0,,1)", 9, 1),
        ("OFFSET(A1,B1:B3,0)", None, None),
        ("$B$1:INDEX($B$1:$Z$1,A1)", 1, None),
        ("B2:INDEX(B1:B9,A1)", None, 1),
        ("A1:INDEX(B1:F9,A1)", None, None),
        ("INDIRECT(A1)", None, None),
        ("ROW(A1:B3)", 3, 1),
        ("A1:INDEX(B1:B9,3)", None, None),
        ("A1:INDEX(loop,3)", None, None),
        ("(A1,B1)", None, None),
        ("A1:C3 B2:B9", None, None),
        ("[1]Other!A1", 1, 1),
        ("_xlfn.SEQUENCE(3)", None, None),
        ("SOMEBODYS(A1)", None, None),
        ("AIGAP(A1:A3,2)", 3, 1),
        ("MOIC(A1,B1:F1)", 1, 1),
        ("MOIC(A1:A3,B1:F1)", 3, 1),
        ("GPUDEP(1,2,3)*2", None, 1),
        ("INDEX(GPUDEP(1,2,3),2)", 1, 1),
        ("AIEXPLAIN(1,2,3)", None, None),
        ("_xlfn.LET(_xlpm.a,1,B1:F1)", 1, 5),
    ],
)
def test_rows_and_columns(expression, rows, columns):
    found = SCOPE.shape(expression)
    assert (found.rows, found.columns) == (rows, columns)


def test_row_and_column_numbers_of_several_cells_are_several():
    assert Scope().shape("COLUMN()").single
    assert Scope(several=True).shape("COLUMN()") == UNKNOWN


@pytest.mark.parametrize(
    ("expression", "address"),
    [
        ("B1:F1", "B1:F1"),
        ("flows", "Sheet1!$B$1:$F$1"),
        ("T[a]", "'My s'!$A$2:$A$4"),
        ("_xlpm.f", "B1:F1"),
        ("flows*1", ""),
        ("INDEX(B1:F9,2,0)", ""),
    ],
)
def test_a_range_says_where_it_lies(expression, address):
    assert SCOPE.shape(expression).address == address


def test_names_that_stand_for_names_in_great_number_are_looked_up_once():
    names = {f"N_{k}": f"N_{k + 1}+N_{k + 1}" for k in range(200)} | {"N_200": "A1:A3"}
    assert Scope(names).shape("N_0") == Shape(3, 1)


def test_names_of_let():
    assert names_of_let("=_xlfn.LET(_xlpm.a,1,_xlpm.b,2,_xlfn.LET(_xlpm.a,3,_xlpm.a+_xlpm.b))") == {
        "_XLPM.A": None,
        "_XLPM.B": "2",
    }
    assert names_of_let("=_xlfn.LAMBDA(_xlpm.x,_xlpm.x+1)(2)") == {"_XLPM.X": None}
