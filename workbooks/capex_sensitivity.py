"""What the answers hang on: two grids and a tornado, all of them ordinary formulas.

The gap's grid is AIGAP over its axes. Payback and net present value need a cash flow for each set of inputs: the Cases
sheet has one per column, first the live scenario, then the points of the payback grid, then each input of the tornado
lower, then each higher.
"""

from __future__ import annotations

from typing import Final

from workbooks import style
from workbooks.capex_inputs import INPUTS
from workbooks.capex_scenarios import Columns, cash_rows, flows
from workbooks.model import Chart, Check, Grid, GridRow, Row, Section, Series, Sheet

_SIDE: Final = 5
_RANKED: Final = 10
_STEPS: Final = ("2 lower", "1 lower", "Live", "1 higher", "2 higher")

# What the tornado varies: all that the rented GPUs' cash flow depends on, except its size.
_VARIED: Final = (
    "mult", "gpu_price", "gpu_power", "pue", "power_price", "rack_price", "upkeep", "hour_price", "hour_decline",
    "used", "useful_life", "resale", "centre_life", "hurdle", "tax_rate",
)  # fmt: skip
_LINES: Final = {line.name: line for line in INPUTS}

CASES: Final = (
    "live",
    *(f"grid {point + 1}" for point in range(_SIDE * _SIDE)),
    *(f"low {place + 1}" for place in range(len(_VARIED))),
    *(f"high {place + 1}" for place in range(len(_VARIED))),
)


def _levels(name: str) -> tuple[str, ...]:
    """Return the formulas of an axis: a price by steps of itself, a share by steps of what it can lose or gain."""
    more = f"(1-{name})" if _LINES[name].format == "fraction" else name
    return (
        f"={name}*(1-grid_step-grid_step)", f"={name}*(1-grid_step)", f"={name}",
        f"={name}+{more}*grid_step", f"={name}+{more}*(grid_step+grid_step)",
    )  # fmt: skip


def _varied(name: str) -> Row:
    line = _LINES[name]
    factor = f"{{c_factor}}^({{c_changed}}=ROWS({{c_{_VARIED[0]}.down}}))"
    formula = f"MAX({{{name}.lowest}},MIN({{{name}.highest}},{name}*{factor}))"
    return Row(f"c_{name}", line.label, line.unit, line.format, formula, "cases")


def _of_case(name: str) -> str:
    """Return how a case's formulas refer to an input."""
    own = {"hour_price": "{c_price}", "used": "{c_share}"}
    return own.get(name, f"{{c_{name}}}" if name in _VARIED else name)


# fmt: off
CASES_SHEET: Final = Sheet(
    "Cases",
    "calculation",
    "The cash flow for each point of the payback grid and each bar of the tornado",
    (
        Grid("The payback grid's axes", _STEPS, ("factor",) * _SIDE, (
            GridRow("axis_price", "Rental price in year 1, $/GPU-hour", _levels("hour_price"), "cents"),
            GridRow("axis_used", "Share of hours that are paid", _levels("used"), "fraction"),
        )),
        Section("How many cases", (
            Row("side", "Points on a side of the grid", "points", "count", "COLUMNS({axis_price@1-5})"),
            Row("points", "Points of the grid", "points", "count", "{side}*{side}"),
            Row("varied", "Inputs of the tornado", "inputs", "count", f"ROWS({{c_{_VARIED[0]}:c_{_VARIED[-1]}}})"),
        )),
        Section("Which case", (
            Row("c_case", "Case", "number", "count", "COLUMN()-COLUMN($E$1)", "cases"),
            Row("c_spot", "Point of the grid", "number", "count", "{c_case}*({c_case}<={points})", "cases"),
            Row("c_line", "Its price", "number", "count", "ROUNDUP({c_spot}/{side},0)", "cases"),
            Row("c_place", "Its share of paid hours", "number", "count", "{c_spot}-({c_line}-1)*{side}", "cases"),
            Row("c_bar", "Bar of the tornado", "number", "count", "MAX(0,{c_case}-{points})", "cases"),
            Row("c_changed", "Input that is changed", "number", "count",
                "IF({c_bar}=0,0,MOD({c_bar}-1,{varied})+1)", "cases"),
            Row("c_factor", "Its factor", "×", "multiple",
                "1+swing*(({c_bar}>{varied})-({c_bar}<={varied}))*({c_bar}>0)", "cases"),
        )),
        Section("Inputs, within their ranges", (
            *(_varied(name) for name in _VARIED),
        )),
        Section("Free cash flow (end of year, nominal, after tax)", (
            Row("c_price", "Rental price in year 1, or the grid's", "$/GPU-hour", "cents",
                "IF({c_spot}>0,INDEX({axis_price@1-5},MAX(1,{c_line})),{c_hour_price})", "cases"),
            Row("c_share", "Share of hours that are paid, or the grid's", "%", "fraction",
                "IF({c_spot}>0,INDEX({axis_used@1-5},MAX(1,{c_place})),{c_used})", "cases"),
            *cash_rows(Columns("c", "cases", _of_case)),
        )),
        Section("Results", (
            Row("c_payback", "Payback", "years", "years",
                f'IFERROR(PAYBACK({{c_capital}},{flows("c")}),"never")', "cases"),
            Row("c_npv", "Net present value", "$", "money", f"NPV({{c_hurdle}},{flows('c')})-{{c_capital}}", "cases"),
        )),
    ),
)

# What is around the GPUs varies, not the GPUs themselves: the multiple stays above 1.
_MULTIPLES: Final = (
    "=1+(mult-1)*(1-grid_step-grid_step)", "=1+(mult-1)*(1-grid_step)", "=mult",
    "=1+(mult-1)*(1+grid_step)", "=1+(mult-1)*(1+grid_step+grid_step)",
)

_GAP_GRID: Final = Grid(
    "Gap, by margin and data centre per $ of GPUs, in steps",
    ("Data centre", *_STEPS),
    ("multiple", *("money",) * _SIDE),
    (
        GridRow("gap_axis", "Gross margin of the AI sellers", ("", *_levels("margin")), "fraction"),
        *(
            GridRow(f"gap_{place}", f"Data centre per $ of GPUs, {step.lower()}", (
                level,
                *("=AIGAP(gpu,{@1},{gap_axis.column},revenue,cloud)",) * _SIDE,
            )) for place, (step, level) in enumerate(zip(_STEPS, _MULTIPLES, strict=True), start=1)
        ),
    ),
    key="gap_grid",
    note="Across: margin. Down: multiple. Blue is good, orange is bad",
    scale="bad",
)

_PAYBACK_GRID: Final = Grid(
    "Payback in years, by rental price and share of paid hours, in steps",
    ("Price", *_STEPS),
    ("cents", *("years",) * _SIDE),
    (
        GridRow("pay_axis", "Share of hours that are paid",
                ("", *(f"={{axis_used@{place}}}" for place in range(1, _SIDE + 1))), "fraction"),
        *(
            GridRow(f"pay_{place}", f"Rental price, {step.lower()}", (
                f"={{axis_price@{place}}}",
                *("=INDEX({c_payback.whole},(ROWS({pay_1.down})-1)*{side}+COLUMNS({pay_axis.across}))",) * _SIDE,
            )) for place, step in enumerate(_STEPS, start=1)
        ),
    ),
    key="pay_grid",
    note="Across: share of paid hours. Down: price of a GPU-hour in year 1",
    scale="bad",
)

_FIRST, _LAST = f"t_{_VARIED[0]}", f"t_{_VARIED[-1]}"

_TORNADO: Final = (
    Grid(
        "The ten inputs that move the net present value most",
        ("Position", "Input lower", "Input higher"),
        ("count", "money", "money"),
        tuple(
            GridRow(f"r_{rank}", f"=INDEX({{{_FIRST}@0:{_LAST}}},{{@1}})", (
                f"=MATCH(ROWS({{r_1.down}}),{{{_FIRST}@4:{_LAST}}},0)",
                f"=INDEX({{{_FIRST}@1:{_LAST}}},{{@1}})-{{npv}}",
                f"=INDEX({{{_FIRST}@2:{_LAST}}},{{@1}})-{{npv}}",
            )) for rank in range(1, _RANKED + 1)
        ),
        key="ranked",
        note="Change of the net present value; position in the table below",
    ),
    Grid(
        "Net present value if one input is lower or higher",
        ("Input lower", "Input higher", "Swing", "Rank"),
        ("money", "money", "money", "count"),
        tuple(
            GridRow(f"t_{name}", _LINES[name].label, (
                f"=INDEX({{c_npv.whole}},1+{{points}}+ROWS({{{_FIRST}.down}}))",
                f"=INDEX({{c_npv.whole}},1+{{points}}+{{varied}}+ROWS({{{_FIRST}.down}}))",
                "=ROUND(ABS({@2}-{@1}),0)",  # in whole dollars, so that equal swings are equal
                f"=SUMPRODUCT(({{{_FIRST}@3:{_LAST}}}>{{@3}})*1)+SUMPRODUCT(({{{_FIRST}@3:}}={{@3}})*1)",
            )) for name in _VARIED
        ),
        key="tornado",
        note="Each alone, by the percentage on the Inputs sheet, within its range",
    ),
)
# fmt: on

_CHART: Final = Chart(
    "bars",
    "What moves the net present value",
    (Series("ranked@2", style.ORANGE), Series("ranked@3", style.NAVY)),
    "ranked@0",
    "Input",
    "Change of the net present value, US dollars",
    "money",
    "Source: Inputs sheet; each input alone, lower and higher",
)


def sensitivity_sheet(*, gap: bool = True, payback: bool = True) -> Sheet:
    """Return the sheet with the grids, and the tornado, of the parts that a model has."""
    blocks = (*((_GAP_GRID,) if gap else ()), *((_PAYBACK_GRID, *_TORNADO) if payback else ()))
    purpose = "How far the answers move when the assumptions do"
    return Sheet("Sensitivity", "output", purpose, blocks, (_CHART,) if payback else ())


_MIDDLE: Final = _SIDE // 2 + 1

GAP_CHECKS: Final = (
    Check("gap_centre", "The gap at the centre of its grid is the gap", f"{{gap_{_MIDDLE}@{_MIDDLE + 1}}}-{{gap}}"),
)

PAYBACK_CHECKS: Final = (
    Check("pay_centre", "The payback at the centre of its grid is the payback",
          f"{{capital}}*(N({{pay_{_MIDDLE}@{_MIDDLE + 1}}})-N({{payback}}))"),
    Check("case_npv", "The first case's net present value is that of the live scenario", "{c_npv.base}-{npv}"),
)  # fmt: skip
