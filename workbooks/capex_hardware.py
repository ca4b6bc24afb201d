"""The hardware sheets of the AI-capex model: what a GPU-hour costs, and how GPUs lose their value."""

from __future__ import annotations

from typing import Final

from workbooks import style
from workbooks.model import Chart, Grid, GridRow, Row, Section, Series, Sheet

# fmt: off
_HOUR: Final = Grid(
    "Cost of a paid GPU-hour against its price",
    ("Capital", "Electricity", "Colocation", "Upkeep", "Price"),
    ("cents",) * 5,
    (
        GridRow("hour_costs", "Cost", ("={charge}/{paid_hours}", "={energy_cost}/{paid_hours}",
                                       "={space_cost}/{paid_hours}", "={upkeep_cost}/{paid_hours}", 0)),
        GridRow("hour_sale", "Price", (0, 0, 0, 0, "=hour_price")),
    ),
    key="hour",
    note="What the chart shows",
)

CLUSTER_SHEET: Final = Sheet(
    "Cluster",
    "output",
    "What the GPUs cost to buy and to run, and what one paid hour of one GPU costs",
    (
        Section("Capital", (
            Row("gpus", "GPUs", "GPUs", "count", "gpu/gpu_price", note="Spending over unit price"),
            Row("gpu_cost", "The GPUs", "$", "money", "CLUSTERCAPEX({gpus},gpu_price)"),
            Row("around", "Data centre around them", "$", "money", "{capital}-{gpu_cost}"),
            Row("capital", "Capital", "$", "money", "AICAPEX(gpu,mult)", note="Spent at time 0", strong=True),
            Row("per_gpu", "Capital per GPU", "$/GPU", "price", "{capital}/{gpus}"),
            Row("residue", "Resale value of the GPUs", "$", "money", "resale*gpu", note="At the end of their life"),
            Row("salvage", "Residual value when the GPUs go", "$", "money",
                "{residue}+{around}*MAX(0,1-useful_life/centre_life)",
                note="Their resale; what is around them, less straight-line wear"),
        )),
        Section("Power and yearly costs", (
            Row("it_power", "IT power", "kW", "kilowatts", "{gpus}*gpu_power"),
            Row("facility", "Facility power", "kW", "kilowatts", "CLUSTERPOWER({gpus},gpu_power*1000,0,pue)",
                note="With cooling and losses"),
            Row("energy_cost", "Electricity", "$/year", "money", "ENERGYCOST({it_power},pue,power_price)",
                note="All hours of the year, at full load"),
            Row("space_cost", "Colocation", "$/year", "money", "COLOCOST({it_power},rack_price)"),
            Row("upkeep_cost", "Staff and maintenance", "$/year", "money", "upkeep*{capital}"),
            Row("running_cost", "Running cost", "$/year", "money", "{energy_cost}+{space_cost}+{upkeep_cost}",
                strong=True),
        )),
        Section("One paid GPU-hour", (
            Row("paid_hours", "Paid GPU-hours", "hours/year", "count", "{gpus}*8760*used"),
            Row("charge", "Capital charge", "$/year", "money",
                "CAPITALCHARGE({capital},hurdle,useful_life,{salvage})",
                note="Level cost of the capital over its life"),
            Row("hour_cost", "Cost of a paid GPU-hour", "$/GPU-hour", "cents",
                "GPUHOURCOST({capital},{running_cost},{gpus},used,useful_life,hurdle,{salvage})",
                note="Levelised over the life", name="gpu_hour_cost", strong=True),
            Row("hour_left", "Price in year 1 less that cost", "$/GPU-hour", "cents", "hour_price-{hour_cost}"),
            Row("even_use", "Share of paid hours that just covers cost", "%", "fraction",
                "BREAKEVENUTIL(hour_price,{capital},{running_cost},{gpus},useful_life,hurdle,{salvage})",
                note="At the price of year 1; above 100% it can't"),
            Row("own_month", "A GPU of one's own", "$/month", "price", "{running_cost}/{gpus}/12",
                note="Running cost"),
            Row("rent_month", "A GPU rented for the same hours", "$/month", "price", "hour_price*used*8760/12"),
            Row("own_after", "Owning beats renting after", "months", "count",
                'IFERROR(BUYVSRENT({per_gpu},{own_month},{rent_month}),"never")', note="At the price of year 1"),
        )),
        _HOUR,
    ),
    (
        Chart("stacked", "Cost of a paid GPU-hour against its price",
              (Series("hour@1", style.NAVY, True), Series("hour@2", style.ORANGE), Series("hour@3", style.BLUE),
               Series("hour@4", style.RED), Series("hour@5", style.GREEN, True)),
              "hour@0", "In year 1", "US dollars per GPU-hour", "cents", "Source: Inputs sheet"),
    ),
)

_BOOK: Final = "GPUNBV(gpu,{{residue}},{{whole_life}},MIN({{age}},{{whole_life}}),\"{method}\")"
_EXPENSE: Final = "GPUNBV(gpu,{{residue}},{{whole_life}},MIN(MAX({{age}}-1,0),{{whole_life}}),\"{method}\")-{{{book}}}"


def _method(method: str, name: str) -> tuple[Row, Row]:
    """Return book value and yearly depreciation by a method."""
    book = f"book_{method.lower()}"
    return (
        Row(book, f"Book value, {name}", "$", "money", _BOOK.format(method=method), "timeline"),
        Row(f"expense_{method.lower()}", f"Depreciation, {name}", "$/year", "money",
            _EXPENSE.format(method=method, book=book), "timeline"),
    )


_SL, _SYD, _DDB = _method("SL", "straight line"), _method("SYD", "sum of digits"), _method("DDB", "double declining")

DEPRECIATION_SHEET: Final = Sheet(
    "Depreciation",
    "output",
    "What the GPUs are worth in the books, and what a buyer would pay",
    (
        Section("Result", (
            Row("crossing", "Market value falls below book value in year", "year", "count",
                'IF(SUM({under.whole})=0,"never",MATCH(1,{under.whole},0)-1)', note="Straight line", strong=True),
            Row("yearly", "Depreciation now, straight line", "$/year", "money",
                "INDEX(GPUDEP(gpu,{residue},{whole_life}),1)"),
            Row("change", "Change when the useful life is set anew", "$/year", "money",
                "LIFECHANGE(gpu,{whole_life},new_life,change_age,{residue})",
                note="In parentheses: less expense, more profit before tax"),
        )),
        Section("The asset", (
            Row("whole_life", "Life in whole years", "years", "years", "ROUNDUP(useful_life,0)"),
        )),
        Section("Values at the end of each year", (
            Row("age", "Year", "", "year", "COLUMN()-COLUMN($E$1)", "timeline"),
            _SL[0], _SYD[0], _DDB[0],
            Row("market", "Market value", "$", "money", "GPUVALUE(gpu,{age},half_life)", "timeline", strong=True),
            Row("under", "Market below book", "1 = yes", "flag", "({market}<{book_sl})*1", "timeline"),
        )),
        Section("Depreciation of each year", (_SL[1], _SYD[1], _DDB[1])),
    ),
    (
        Chart("line", "Book value against market value",
              (Series("book_sl", style.NAVY), Series("book_syd", style.BLUE), Series("book_ddb", style.GREEN),
               Series("market", style.ORANGE)),
              "age", "Years from the purchase", "US dollars", "money", "Source: Inputs sheet"),
        Chart("column", "Depreciation by method",
              (Series("expense_sl", style.NAVY), Series("expense_syd", style.BLUE), Series("expense_ddb", style.GREEN)),
              "age", "Years from the purchase", "US dollars", "money", "Source: Inputs sheet"),
    ),
)
# fmt: on
