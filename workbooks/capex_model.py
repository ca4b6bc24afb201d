"""The AI-capex model: from GPU spending to the revenue it needs, and from rented GPU-hours to the payback.

Timing: capital is spent at time 0, flows fall at the end of years 1, 2, ... Amounts are nominal dollars after tax.
"""

from __future__ import annotations

from typing import Final

from workbooks import capex_sensitivity, style
from workbooks.capex_financing import FINANCING_CHECKS, FINANCING_SHEET
from workbooks.capex_hardware import CLUSTER_SHEET, DEPRECIATION_SHEET
from workbooks.capex_inputs import BASE, COMPANIES, INPUTS, SCENARIOS, own
from workbooks.capex_scenarios import scenarios_sheet
from workbooks.capex_sensitivity import CASES, CASES_SHEET, sensitivity_sheet
from workbooks.capex_tokens import TOKENS_CHECKS, TOKENS_SHEET
from workbooks.model import Chart, Check, Grid, GridRow, Model, Row, Section, Series, Sheet

_FIRST, _LAST = next(iter(COMPANIES)), next(reversed(COMPANIES))

_BRIDGE: Final = Grid(
    "From GPU spending to the gap",
    ("Amount", "Foot", "Spending", "Required", "Revenue", "Missing"),
    ("money",) * 6,
    (
        GridRow("step_gpu", "GPUs", ("=gpu", 0, "={@1}", 0, 0, 0)),
        GridRow("step_centre", "Energy, buildings", ("={centre}-gpu", "={step_gpu@1}", "={@1}", 0, 0, 0)),
        GridRow("step_margin", "Margins", ("={required}-{centre}", "={centre}", "={@1}", 0, 0, 0)),
        GridRow("step_required", "Required revenue", ("={required}", 0, 0, "={@1}", 0, 0)),
        GridRow(
            "step_revenue", "Revenue in sight", ("=-revenue", "=MAX({gap},0)", 0, 0, "=MIN(revenue,{required})", 0)
        ),
        GridRow("step_gap", "Gap", ("={gap}", 0, 0, 0, 0, "={gap}")),
    ),
    key="bridge",
    note="From Foot on: the parts of the chart's columns",
)

_SELLERS: Final = Grid(
    "Who brings the revenue",
    ("Amount", "In sight", "Missing"),
    ("money", "fraction", "fraction"),
    (
        *(GridRow(f"by_{name}", company, (f"={name}", "={@1}/{required}", 0)) for name, company in COMPANIES.items()),
        GridRow("by_others", "Others, implied", (f"=revenue-SUM({{by_{_FIRST}@1:by_{_LAST}}})", "={@1}/{required}", 0)),
        GridRow("by_nobody", "Nobody: the gap", ("={gap}", 0, "={@1}/{required}")),
    ),
    key="sellers",
    note="Those that the source names; the rest of the revenue in sight is implied",
)

GAP_SHEET: Final = Sheet(
    "Gap",
    "output",
    "How much revenue the spending needs, and how much of it is missing",
    (
        Section("Cahn's question", (
            Row("centre", "Data-centre spending", "$", "money", "AICAPEX(gpu,mult)",
                note="GPUs, energy, buildings, generators"),
            Row("required", "Required revenue", "$", "money", "AIREVENUE(gpu,mult,margin,cloud)",
                note="Over the life of the GPUs", name="required_revenue", strong=True),
            Row("in_sight", "AI revenue in sight", "$", "money", "revenue"),
            Row("gap", "Gap", "$", "money", "AIGAP(gpu,mult,margin,revenue,cloud)",
                note="Revenue still missing; in parentheses a surplus", name="revenue_gap", strong=True),
        )),
        Section("What would have to be true", (
            Row("coverage", "Part of the requirement in sight", "×", "multiple",
                "AICOVERAGE(gpu,mult,margin,revenue,cloud)"),
            Row("fair_margin", "Margin at which the gap is zero", "%", "fraction",
                'IFERROR(AIMARGIN(gpu,mult,revenue,cloud),"none")',
                note="Negative: the revenue does not even cover the spending"),
            Row("fair_gpu", "GPU spending that the revenue supports", "$", "money",
                "AIGPU(revenue,mult,margin,cloud)"),
            Row("closing", "Years of growth until the gap is closed", "years", "years",
                'IFERROR(AIGAPYEARS({required},revenue,growth),"never")', name="years_to_close"),
        )),
        _BRIDGE,
        _SELLERS,
        Section("If revenue grows", (
            Row("gap_year", "Year", "", "year", "COLUMN()-COLUMN($E$1)", "timeline"),
            Row("grown", "Revenue in sight", "$", "money", "revenue*(1+growth)^{gap_year}", "timeline"),
            Row("needed", "Required revenue", "$", "money", "{required}", "timeline"),
            Row("gap_left", "Gap", "$", "money", "{needed}-{grown}", "timeline", strong=True),
        )),
    ),
    (
        Chart("stacked", "From GPU spending to the gap",
              (Series("bridge@2"), Series("bridge@3", style.BLUE, True), Series("bridge@4", style.NAVY, True),
               Series("bridge@5", style.GREEN, True), Series("bridge@6", style.ORANGE, True)),
              "bridge@0", "Step", "US dollars", "money", "Source: Cahn, Sequoia Capital; Inputs sheet"),
        Chart("line", "Revenue in sight against what is required",
              (Series("grown", style.GREEN), Series("needed", style.NAVY)),
              "gap_year", "Years from now", "US dollars", "money", "Source: Inputs sheet, growth as assumed there",
              years=6),
        Chart("bars", "Who covers the required revenue",
              (Series("sellers@2", style.GREEN), Series("sellers@3", style.ORANGE)), "sellers@0",
              "Seller of AI", "% of the required revenue", "fraction",
              "Source: Cahn, Sequoia Capital; company reports; Inputs sheet"),
        Chart("line", "Gap over the years", (Series("gap_left", style.ORANGE),), "gap_year", "Years from now",
              "US dollars", "money", "Source: Inputs sheet; below zero a surplus", years=6),
    ),
)  # fmt: skip

PAYBACK_SHEET: Final = Sheet(
    "Payback",
    "output",
    "If these GPUs were rented out at the market's price: when does the spending come back?",
    (
        Section("Result", (
            Row("payback", "Payback", "years", "years", 'IFERROR(PAYBACK({capital},{cash.flows}),"never")',
                note="From the spending on, interpolated within the year", name="payback_years", strong=True),
            Row("discounted", "Discounted payback", "years", "years",
                'IFERROR(PAYBACK({capital},{cash.flows},hurdle),"never")'),
            Row("moic", "Multiple on invested capital (MOIC)", "×", "multiple", "MOIC({capital},{cash.flows})",
                name="moic_multiple"),
            Row("index", "Profitability index", "×", "multiple", "PROFITINDEX({capital},{cash.flows},hurdle)"),
            Row("npv", "Net present value", "$", "money", "NPV(hurdle,{cash.flows})-{capital}",
                name="net_present_value"),
            Row("irr", "Internal rate of return", "%/year", "fraction",
                'IFERROR(CLUSTERIRR({capital},{cash.flows}),"none")', name="internal_rate"),
        )),
        Section("Yearly cash flow (end of year, nominal, after tax)", (
            Row("year", "Year", "", "year", "COLUMN()-COLUMN($E$1)", "timeline"),
            Row("running", "Part of the year in service", "years", "share",
                "MAX(0,MIN(1,useful_life-{year}+1))*({year}>0)", "timeline"),
            Row("price", "Rental price", "$/GPU-hour", "cents", "hour_price*(1-hour_decline)^MAX({year}-1,0)",
                "timeline"),
            Row("sales", "Rental revenue", "$", "money", "GPUREVENUE({gpus},{price},used)*{running}", "timeline"),
            Row("costs", "Electricity, space, upkeep", "$", "money",
                "-{running_cost}*{running}", "timeline"),
            Row("wear", "Depreciation for tax, straight line", "$", "money",
                "({capital}-{salvage})/useful_life*{running}", "timeline"),
            Row("profit", "Taxable profit", "$", "money", "{sales}+{costs}-{wear}", "timeline"),
            Row("shield", "Tax shield of depreciation", "$", "money", "TAXSHIELD({wear},tax_rate)", "timeline"),
            Row("tax", "Tax, less the shield", "$", "money", "{shield}-tax_rate*({sales}+{costs})", "timeline"),
            Row("sold", "Residual value", "$", "money", "{salvage}*({year}=ROUNDUP(useful_life,0))",
                "timeline"),
            Row("spent", "Capital", "$", "money", "-{capital}*({year}=0)", "timeline"),
            Row("cash", "Free cash flow", "$", "money", "SUM({sales},{costs},{tax},{sold},{spent})", "timeline",
                strong=True),
            Row("cumulative", "Cumulative cash flow", "$", "money", "SUM({cash.sofar})", "timeline"),
            Row("factor", "Discount factor", "×", "factor", "(1+hurdle)^-{year}", "timeline"),
            Row("present", "Cumulative, discounted", "$", "money", "SUMPRODUCT({cash.sofar},{factor.sofar})",
                "timeline"),
        )),
    ),
    (
        Chart("line", "Cumulative cash flow",
              (Series("cumulative", style.NAVY), Series("present", style.ORANGE)),
              "year", "Years from the spending", "US dollars", "money",
              "Source: Inputs sheet; above zero it has paid back"),
        Chart("stacked", "Revenue, costs, tax and residual value",
              (Series("sales", style.GREEN), Series("costs", style.RED), Series("tax", style.GREY),
               Series("sold", style.BLUE)),
              "year", "Years from the spending", "US dollars", "money", "Source: Inputs sheet"),
    ),
)  # fmt: skip

GAP_CHECKS: Final = (
    Check("identity", "Required revenue less revenue in sight is the gap", "{required}-revenue-{gap}"),
    Check("margins", "Data-centre spending, grossed up for both margins, is the required revenue",
          "{centre}/((1-margin)*(1-cloud))-{required}"),
    Check("bridge_closes", "The steps from GPU spending add up to the gap",
          "SUM({step_gpu@1:step_margin})+{step_revenue@1}-{gap}"),
    Check("bridge_total", "Their first three steps add up to the required revenue",
          "SUM({step_gpu@1:step_margin})-{step_required@1}"),
    Check("sellers_total", "The sellers' revenue and the gap add up to the required revenue",
          f"SUM({{by_{_FIRST}@1:by_nobody}})-{{required}}"),
    Check("scenario_gap", "The live scenario's gap is the same side by side", "{s_gap.live}-{gap}"),
)  # fmt: skip

CLUSTER_CHECKS: Final = (
    Check("charge_npv", "The capital charge is worth the capital",
          "PV(hurdle,useful_life,-{charge},-{salvage})-{capital}"),
    Check("hour_parts", "The parts of a GPU-hour's cost add up to it",
          "SUM({hour_costs@1-4})-{hour_cost}"),
    Check("break_even", "At the break-even share of paid hours, revenue covers all costs",
          "{paid_hours}/used*{even_use}*hour_price-{charge}-{running_cost}"),
    Check("scenario_hour", "The live scenario's cost of all paid hours is the same side by side",
          "({s_hour_cost.live}-{hour_cost})*{paid_hours}"),
)  # fmt: skip

PAYBACK_CHECKS: Final = (
    Check("cash_sums", "Free cash flow is revenue, costs, tax, residual value and capital",
          "SUM({sales.whole:costs},{tax.whole:spent})-SUM({cash.whole})"),
    Check("worn", "Depreciation for tax adds up to capital less residual value",
          "SUM({wear.whole})+{salvage}-{capital}"),
    Check("taxed", "Tax is the rate on the whole profit",
          "SUM({tax.whole})+tax_rate*SUM({profit.whole})"),
    Check("cumulative_ends", "The cumulative line ends at the sum of the flows", "{cumulative.last}-SUM({cash.whole})"),
    Check("npv_ends", "The discounted line ends at the net present value", "{present.last}-{npv}"),
    Check("index_npv", "Profitability index and net present value agree", "({index}-1)*{capital}-{npv}"),
    Check("scenario_npv", "The live scenario's net present value is the same side by side", "{s_npv.live}-{npv}"),
)  # fmt: skip

DEPRECIATION_CHECKS: Final = (
    Check("ends_sl", "Straight-line depreciation ends at the resale value", "{book_sl.last}-{residue}"),
    Check("ends_syd", "So does depreciation by the sum of digits", "{book_syd.last}-{residue}"),
    Check("ends_ddb", "So does double declining depreciation", "{book_ddb.last}-{residue}"),
    Check("expensed", "Straight-line depreciation adds up to cost less resale value",
          "SUM({expense_sl.whole})+{residue}-gpu"),
)  # fmt: skip

VERSION: Final = "0.1.0"
AS_OF: Final = "2026-11-22"

CAPEX_MODEL: Final = Model(
    name="capex",
    title="AI capex: what must be true for it to pay back?",
    question="Somebody says: we are spending fifty billion on GPUs. How much revenue does that need, how much of it is "
    "missing, and when would the GPUs have earned their price?",
    version=VERSION,
    as_of=AS_OF,
    inputs=INPUTS,
    scenarios=(*SCENARIOS, own(BASE)),
    sheets=(
        GAP_SHEET, CLUSTER_SHEET, PAYBACK_SHEET, DEPRECIATION_SHEET, FINANCING_SHEET, TOKENS_SHEET,
        scenarios_sheet(), CASES_SHEET, sensitivity_sheet(),
    ),
    headline=(
        "s_gpu", "s_required", "s_revenue", "s_gap", "s_coverage", "s_closing", "s_capital",
        "s_hour_cost", "s_payback", "s_moic", "s_irr",
    ),
    size="gpu",
    tiles=("required", "in_sight", "gap", "payback", "moic"),
    checks=(
        *GAP_CHECKS, *CLUSTER_CHECKS, *PAYBACK_CHECKS, *DEPRECIATION_CHECKS, *FINANCING_CHECKS, *TOKENS_CHECKS,
        *capex_sensitivity.GAP_CHECKS,
        *capex_sensitivity.PAYBACK_CHECKS,
    ),
    cases=CASES,
    own="Your own",
)  # fmt: skip
