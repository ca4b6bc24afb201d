"""The financing sheet of the AI-capex model: debt on the GPUs, sized by their cash, and what is left to the owners.

Timing: the debt is drawn at time 0, debt service falls at the end of years 1, 2, ... with the cash that pays it.
"""

from __future__ import annotations

from typing import Final

from workbooks import style
from workbooks.model import Chart, Check, Grid, GridRow, Row, Section, Series, Sheet

# fmt: off
_SOURCES_AND_USES: Final = Grid(
    "Sources and uses at time 0",
    ("Amount", "Part"),
    ("money", "fraction"),
    (
        GridRow("source_debt", "Debt", ("={debt}", "={@1}/{sources@1}")),
        GridRow("source_equity", "Equity", ("={equity}", "={@1}/{sources@1}")),
        GridRow("sources", "Sources", ("={source_debt@1}+{source_equity@1}", "={@1}/{sources@1}")),
        GridRow("use_gpus", "GPUs", ("={gpu_cost}", "={@1}/{uses@1}")),
        GridRow("use_around", "Data centre around them", ("={around}", "={@1}/{uses@1}")),
        GridRow("uses", "Uses", ("={use_gpus@1}+{use_around@1}", "={@1}/{uses@1}")),
    ),
)

FINANCING_SHEET: Final = Sheet(
    "Financing",
    "output",
    "If lenders pay for part of it: how much debt the GPUs carry, and what the owners earn",
    (
        Section("Result", (
            Row("debt", "Debt", "$", "money", "MIN({sculpted},{lendable})",
                note="The smaller of what the cash carries and what is lent on GPUs", name="gpu_debt", strong=True),
            Row("equity", "Equity", "$", "money", "{capital}-{debt}"),
            Row("cover", "Debt service cover, the same in every year", "×", "multiple",
                'IF({debt}=0,"none",DEBTCAP({available.flows},1,debt_rate)/{debt})',
                note="Above what lenders ask for where the GPUs limit the debt"),
            Row("most_ltv", "Highest loan to value", "%", "fraction", "MAX({debt_ltv.whole})",
                note="Above 100% the GPUs, sold, would not repay the debt"),
            Row("equity_irr", "Return on equity", "%/year", "fraction",
                'IFERROR(CLUSTERIRR({equity},{to_equity.flows}),"none")',
                note="After tax and debt service; lower than without debt where interest costs more than the GPUs earn",
                name="equity_return", strong=True),
            Row("asset_irr", "Return without debt", "%/year", "fraction", "{irr}"),
            Row("equity_multiple", "Multiple on equity", "×", "multiple", "MOIC({equity},{to_equity.flows})"),
        )),
        Section("Size of the debt", (
            Row("sculpted", "Debt that the cash carries", "$", "money",
                "DEBTCAP({available.flows},target_cover,debt_rate)", note="With the cover asked for in every year"),
            Row("lendable", "Most that is lent on the GPUs", "$", "money", "advance_rate*gpu"),
            Row("bound", "What limits the debt", "", "text",
                'IF({sculpted}<{lendable},"cash flow","GPU value")'),
        )),
        _SOURCES_AND_USES,
        Section("Debt and the owners' cash (end of year, nominal)", (
            Row("debt_year", "Year", "", "year", "COLUMN()-COLUMN($E$1)", "timeline"),
            Row("available", "Cash for debt service", "$", "money",
                "MAX({sales}+{costs}+{tax},0)*({debt_year}>0)*({debt_year}<=tenor)", "timeline"),
            Row("debt_service", "Debt service", "$", "money", "IF({debt}=0,0,{available}/{cover})", "timeline",
                strong=True),
            Row("debt_factor", "Discount factor at the interest rate", "×", "factor", "(1+debt_rate)^-{debt_year}",
                "timeline"),
            Row("debt_paid", "Paid so far, worth at time 0", "$", "money",
                "SUMPRODUCT({debt_service.sofar},{debt_factor.sofar})", "timeline"),
            Row("debt_opening", "Debt at the beginning of the year", "$", "money",
                "(({debt}-{debt_paid})*({debt}-{debt_paid}>1)/{debt_factor}+{debt_service})/(1+debt_rate)"
                "*({debt_year}>0)", "timeline"),
            Row("debt_interest", "Interest", "$", "money", "{debt_opening}*debt_rate", "timeline"),
            Row("debt_principal", "Principal", "$", "money", "{debt_service}-{debt_interest}", "timeline"),
            Row("debt_closing", "Debt at the end of the year", "$", "money",
                "({debt}-{debt_paid})*({debt}-{debt_paid}>1)/{debt_factor}", "timeline", strong=True),
            Row("debt_cover", "Debt service cover (DSCR)", "×", "multiple",
                'IFERROR(DSCR({available},{debt_service}),"none")', "timeline"),
            Row("gpu_value", "Market value of the GPUs", "$", "money", "{market}", "timeline"),
            Row("debt_ltv", "Loan to value (LTV)", "%", "fraction", "GPULTV({debt_closing},{gpu_value})", "timeline"),
            Row("unlevered", "Free cash flow without debt", "$", "money", "{cash}", "timeline"),
            Row("debt_drawn", "Debt drawn", "$", "money", "{debt}*({debt_year}=0)", "timeline"),
            Row("debt_served", "Debt service paid", "$", "money", "-{debt_service}", "timeline"),
            Row("interest_shield", "Tax saved by the interest", "$", "money", "TAXSHIELD({debt_interest},tax_rate)",
                "timeline"),
            Row("to_equity", "Cash flow to equity", "$", "money",
                "SUM({unlevered},{debt_drawn},{debt_served},{interest_shield})", "timeline", strong=True),
        )),
        Section("Buy GPUs, borrow on them, buy more, borrow again", (
            Row("loop_own", "Own money in the first GPUs", "$", "money", "(1-advance_rate)*gpu"),
            Row("loop_assets", "GPUs bought after the rounds", "$", "money",
                "GPULOOP({loop_own},advance_rate,INT(loop_rounds))"),
            Row("loop_debt", "Debt on them", "$", "money", "{loop_assets}-{loop_own}"),
            Row("loop_times", "GPUs per $ of own money", "×", "multiple", "{loop_assets}/{loop_own}"),
            Row("loop_limit", "If it went on for ever", "×", "multiple", "GPULOOP({loop_own},advance_rate)/{loop_own}"),
            Row("loop_fall", "Fall in value that takes all own money", "%", "fraction", "{loop_own}/{loop_assets}"),
            Row("loop_under", "Years until then, if nothing is repaid", "years", "years",
                'IF({loop_debt}>1,LN({loop_debt}/{loop_assets})/LN(GPUVALUE(1,1,half_life)),"never")',
                note="At the half-life of the Inputs sheet"),
        )),
    ),
    (
        Chart("line", "Debt against what the GPUs would sell for",
              (Series("debt_closing", style.NAVY), Series("gpu_value", style.ORANGE)),
              "debt_year", "Years from the spending", "US dollars", "money",
              "Source: Inputs sheet; where debt is above, the GPUs would not repay it"),
        Chart("column", "Cash against debt service",
              (Series("available", style.GREEN), Series("debt_service", style.NAVY)),
              "debt_year", "Years from the spending", "US dollars", "money", "Source: Inputs sheet"),
    ),
)

FINANCING_CHECKS: Final = (
    Check("debt_closes", "Principal adds up to the debt, which closes at zero",
          "{debt}-SUM({debt_principal.whole})+{debt_closing.last}"),
    Check("debt_worth", "Debt service is worth the debt at the interest rate",
          "NPV(debt_rate,{debt_service.flows})-{debt}"),
    Check("service_parts", "Interest and principal add up to debt service",
          "SUM({debt_interest.whole:debt_principal})-SUM({debt_service.whole})"),
    Check("balances", "Each year opens with the debt that the year before left",
          "SUM({debt_opening.whole})-SUM({debt_closing.whole})+{debt_closing.last}"),
    Check("sources_uses", "Sources equal uses", "{sources@1}-{uses@1}"),
    Check("owners_pay", "The owners' first cash flow is the equity", "INDEX({to_equity.whole},1)+{equity}"),
    Check("loop_whole", "Lent on for ever, the loop buys all GPUs", "GPULOOP({loop_own},advance_rate)-gpu"),
)
# fmt: on
