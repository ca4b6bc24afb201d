"""Keys become addresses."""

import pytest

from workbooks.layout import DeclarationError, lay_out
from workbooks.model import Grid, GridRow, Input, Model, Row, Scenario, Section, Sheet


def model(*rows, grid=()):
    sheet = Sheet(
        "One",
        "calculation",
        "",
        (Section("S", rows), *([Grid("G", ("a", "b"), ("money",) * 2, grid, key="g")] if grid else [])),
    )
    other = Sheet("Two", "output", "", (Section("T", (Row("far", "Far", "", "text", "{a}"),)),))
    item = Input("gpu", "GPU", "$", "money", 0, 1, "aicapex", group="A")
    scenarios = (Scenario("First", {"gpu": 1}), Scenario("Second", {"gpu": 2}))
    return Model(
        "m", "M", "?", "1", "2026-01-01", (item,), scenarios, (sheet, other), (), "gpu", (), (), last_year=3,
        cases=("live", "low"),
    )  # fmt: skip


A = Row("a", "A", "", "text", "1")
T = Row("t", "T", "", "text", "{a}", "timeline")
S = Row("s", "S", "", "text", "{gpu}", "scenarios")
C = Row("c", "C", "", "text", "{gpu.lowest}", "cases")
LAYOUT = lay_out(
    model(
        A,
        T,
        S,
        Row("s2", "S2", "", "text", "{s}", "scenarios"),
        C,
        grid=(GridRow("line", "Line", ("={a}", "={@1}")),),
    )
)
# One: heading in rows 1 to 4, section in 5, then a, t, s, s2, c in 6 to 10; grid title 12, headers 13, line 14.


@pytest.mark.parametrize(
    ("formula", "sheet", "row", "column", "expected"),
    [
        ("{a}", "One", 6, 4, "=$D$6"),
        ("{a}*2", "Two", 6, 4, "=One!$D$6*2"),
        ("{t}", "One", 7, 6, "=F7"),
        ("SUM({t.sofar})", "One", 7, 6, "=SUM($E7:F7)"),
        ("{t.flows}", "One", 6, 4, "=$F$7:$H$7"),
        ("{t.whole}", "Two", 6, 4, "=One!$E$7:$H$7"),
        ("{t.whole:s2}", "Two", 6, 4, "=One!$E$7:$H$9"),
        ("{t.last}", "One", 6, 4, "=$H$7"),
        ("{gpu}", "One", 8, 6, "=Inputs!F$10"),
        ("{s}", "One", 9, 5, "=E$8"),
        ("{s:s2}", "One", 9, 5, "=E$8:E$9"),
        ("ROWS({s.down})", "One", 9, 5, "=ROWS($C$8:$C9)"),
        ("{s.live}", "Two", 6, 4, "=INDEX(One!$E$8:$F$8,scenario_number)"),
        ("{line@1}", "One", 6, 4, "=$D$14"),
        ("{@1}", "One", 14, 5, "=$D14"),
        ("{line@1-2}", "Two", 6, 4, "=One!$D$14:$E$14"),
        ("{line@0:line}", "Two", 6, 4, "=One!$B$14:$B$14"),
        ("{line@2:}", "One", 15, 4, "=$E$14:$E15"),
        ("{line.column}", "One", 15, 5, "=E$14"),
        ("{line.across}", "One", 15, 5, "=$D$14:E$14"),
        ("{c}", "One", 10, 6, "=F$10"),
        ("{c.base}", "Two", 6, 4, "=One!$E$10"),
        ("{gpu.lowest}", "One", 6, 4, "=Inputs!$G$10"),
        ("{gpu.highest}", "One", 6, 4, "=Inputs!$H$10"),
        ("NPV(0.1,{1;2})+{a}", "One", 6, 4, "=NPV(0.1,{1;2})+$D$6"),
    ],
)
def test_formula(formula, sheet, row, column, expected):
    assert LAYOUT.formula(formula, sheet, row, column) == expected


def test_ranges_for_charts():
    assert LAYOUT.cells("t") == "One!$E$7:$H$7"
    assert LAYOUT.cells("t", 2) == "One!$E$7:$F$7"
    assert LAYOUT.cells("g@0") == "One!$B$14:$B$14"
    assert LAYOUT.cells("g@2") == "One!$E$14:$E$14"


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("{nothing}", "no row 'nothing'"),
        ("{t}", "does not fit a timeline row"),
        ("{a.last}", "does not fit a value row"),
        ("{line}", "needs its column"),
    ],
)
def test_wrong_declarations_say_where(formula, message):
    with pytest.raises(DeclarationError, match=message) as error:
        LAYOUT.formula(formula, "Two", 6, 4)
    assert "Two!D6" in str(error.value)


def test_a_key_stands_once():
    with pytest.raises(DeclarationError, match="used twice"):
        lay_out(model(A, A))
