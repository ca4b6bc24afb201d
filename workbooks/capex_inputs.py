"""The AI-capex model's assumptions, each with its range and source, and the scenarios that fill them."""

from __future__ import annotations

from typing import Final

from udfs.ledger import base
from workbooks.model import Input, Scenario

_GAP: Final = "Spending and revenue"
_CLUSTER: Final = "GPUs and their rental"
_VALUE: Final = "Loss of value"
_DEBT: Final = "GPU-backed debt"
_TOKENS: Final = "Tokens"
_COMPANIES: Final = "Revenue in sight, by company"
_SENSITIVITY: Final = "Sensitivity"
_CAHN: Final = "cahn-2023; cahn-2024"

# The companies that Cahn names, then those that say what they sell: input -> name
COMPANIES: Final = {
    "ai_google": "Google", "ai_microsoft": "Microsoft", "ai_apple": "Apple", "ai_meta": "Meta", "ai_oracle": "Oracle",
    "ai_bytedance": "ByteDance", "ai_alibaba": "Alibaba", "ai_tencent": "Tencent", "ai_x": "X", "ai_tesla": "Tesla",
    "ai_openai": "OpenAI", "ai_anthropic": "Anthropic", "ai_amazon": "Amazon",
}  # fmt: skip
_LARGE: Final = ("ai_google", "ai_microsoft", "ai_apple", "ai_meta")
_SMALL: Final = ("ai_oracle", "ai_bytedance", "ai_alibaba", "ai_tencent", "ai_x", "ai_tesla")

# fmt: off
INPUTS: Final = (
    Input("gpu", "GPU spending", "$", "money", 1e3, 1e13, _CAHN, "One year's spending on GPUs", _GAP),
    Input("mult", "Whole data centre per $ of GPUs", "×", "multiple", 1, 5, "cahn-2024; server_multiple",
          "2: GPUs are half of the cost; rented space: servers only", _GAP),
    Input("margin", "Gross margin of the AI sellers", "%", "fraction", 0, 0.95, _CAHN, "", _GAP),
    Input("cloud", "Margin of the cloud provider", "%", "fraction", 0, 0.95, _CAHN,
          "Cahn leaves it out, and names it", _GAP),
    Input("revenue", "AI revenue in sight", "$", "money", 0, 1e13, f"{_CAHN}; ai_revenue_2026",
          "Over the hardware's life; cluster: a year's rental", _GAP),
    Input("growth", "Growth of that revenue", "%/year", "fraction", -0.5, 3, "revenue_growth",
          "Ours: no source commits to one; vary it", _GAP),
    Input("gpu_price", "Price of a GPU", "$/GPU", "price", 100, 1e6, "gpu_price_h100",
          "H100, middle of the published range", _CLUSTER),
    Input("gpu_power", "Power of a GPU with its server", "kW/GPU", "power", 0.05, 20, "node_power",
          "10.2 kW for a node of eight", _CLUSTER),
    Input("pue", "Power usage effectiveness", "×", "multiple", 1, 3, "pue",
          "Facility power per unit of IT power", _CLUSTER),
    Input("power_price", "Price of electricity", "$/kWh", "energy_price", 0, 2, "electricity_price",
          "", _CLUSTER),
    Input("rack_price", "Colocation rent", "$/kW-month", "price", 0, 2000, "colocation_rate",
          "0 where the data centre is bought", _CLUSTER),
    Input("upkeep", "Staff and maintenance", "% of capital/year", "fraction", 0, 0.5, "upkeep",
          "Ours", _CLUSTER),
    Input("hour_price", "Rental price in year 1", "$/GPU-hour", "cents", 0, 100,
          "rental_price_h100; rental_price_h100_2026", "H100: first price of 2023, early 2024, June 2026", _CLUSTER),
    Input("hour_decline", "Fall of the rental price", "%/year", "fraction", -0.5, 0.95, "rental_price_fall_2024",
          "From 2023's and 2024's price to that of March 2026", _CLUSTER),
    Input("used", "Share of hours that are paid", "%", "fraction", 0.01, 1, "utilisation_rental",
          "Operators: 75% to 95%", _CLUSTER),
    Input("useful_life", "Useful life of the GPUs", "years", "years", 1, 10, "gpu_life", "36 to 60 months", _CLUSTER),
    Input("resale", "Resale value at its end", "% of GPU cost", "fraction", 0, 1, "gpu_residual",
          "", _CLUSTER),
    Input("centre_life", "Useful life of what is around them", "years", "years", 1, 50, "centre_life",
          "Power, cooling, building; servers alone: the GPUs' life", _CLUSTER),
    Input("hurdle", "Discount rate", "%/year", "fraction", 0.0001, 1, "debt_rate_gpu",
          "What GPU-backed debt costs", _CLUSTER),
    Input("tax_rate", "Tax on profit", "%", "fraction", 0, 0.9, "tax_rate_us",
          "US federal; a loss saves tax on other income", _CLUSTER),
    Input("half_life", "Years in which the market value halves", "years", "years", 0.5, 20, "gpu_halflife",
          "Half in three years, an opinion", _VALUE),
    Input("new_life", "Useful life if it is set anew", "years", "years", 3, 15, "useful_life_microsoft",
          "Microsoft went from 4 to 6", _VALUE),
    Input("change_age", "Age of the GPUs at that change", "years", "years", 0, 2.5, "life_change_age",
          "Ours", _VALUE),
    Input("target_cover", "Debt service cover that lenders ask for", "×", "multiple", 1, 5, "dscr_gpu",
          "Cash over interest and principal, in every year", _DEBT),
    Input("tenor", "Tenor of the debt", "years", "years", 1, 10, "debt_tenor_gpu",
          "Whole years; debt service ends with the cash, if sooner", _DEBT),
    Input("debt_rate", "Interest rate of the debt", "%/year", "fraction", 0, 0.5, "debt_rate_gpu; debt_rate_gpu_2026",
          "CoreWeave paid 11% to 15% in 2025, from 5.9% in 2026", _DEBT),
    Input("advance_rate", "Most that is lent per $ of GPUs", "%", "fraction", 0, 0.95, "advance_rate_gpu",
          "Loan to value at the start; buildings are not lent on", _DEBT),
    Input("loop_rounds", "Rounds of lending against GPUs again", "rounds", "count", 0, 20, "loop_rounds",
          "Ours; for the loop alone", _DEBT),
    Input("token_rate", "Tokens per second of a busy GPU", "tokens/s", "count", 1, 1e6, "token_rate_h100",
          "Llama 2 70B on an H100, all requests together", _TOKENS),
    Input("busy", "Share of the paid time in use", "%", "fraction", 0.01, 1, "utilisation_inference",
          "A vendor's range is 30% to 60%", _TOKENS),
    Input("token_price", "Price of tokens in year 1", "$/million", "energy_price", 1e-3, 1e3, "token_price_70b",
          "Of the same size of model: 70B", _TOKENS),
    Input("token_fall", "That price, divided each year by", "×", "multiple", 0.5, 20,
          "token_price_fall_70b; token_price_fall", "One size of model; 10 for equal quality", _TOKENS),
    Input("token_gain", "Tokens per second, multiplied each year by", "×", "multiple", 0.5, 5, "token_rate_gain",
          "Better software on the same GPU; 1 is no gain", _TOKENS),
    Input("tokens_google", "Tokens that Google processes", "trillion/month", "count", 1, 1e7, "tokens_google",
          "To compare with", _TOKENS),
    *(
        Input(name, f"AI revenue of {company}", "$", "money", 0, 1e13, f"{_CAHN}; ai_revenue_2026",
              "Part of the revenue in sight; 0: not named", _COMPANIES)
        for name, company in COMPANIES.items()
    ),
    Input("swing", "Change of each input in the tornado", "%", "fraction", 0.01, 0.5, "sensitivity_swing",
          "Up and down, as far as its range goes", _SENSITIVITY),
    Input("grid_step", "Step of the sensitivity grids", "%", "fraction", 0.01, 0.45, "sensitivity_swing",
          "Of a price; of what a share has to lose or gain", _SENSITIVITY),
)


_COMMON: Final = {
    "margin": base("gross_margin"), "cloud": 0.0, "growth": base("revenue_growth"),
    "gpu_price": base("gpu_price_h100"), "gpu_power": base("node_power") / 8, "pue": base("pue"),
    "power_price": base("electricity_price"), "upkeep": base("upkeep"), "used": base("utilisation_rental"),
    "useful_life": base("gpu_life"), "resale": base("gpu_residual"), "hurdle": base("debt_rate_gpu"),
    "tax_rate": base("tax_rate_us"), "half_life": base("gpu_halflife"), "new_life": base("useful_life_microsoft"),
    "change_age": base("life_change_age"), "swing": base("sensitivity_swing"),
    "grid_step": base("sensitivity_swing"),
    "target_cover": base("dscr_gpu"), "tenor": base("debt_tenor_gpu"), "debt_rate": base("debt_rate_gpu"),
    "advance_rate": base("advance_rate_gpu"), "loop_rounds": base("loop_rounds"),
    "token_rate": base("token_rate_h100"), "busy": base("utilisation_inference"),
    "token_price": base("token_price_70b"), "token_fall": base("token_price_fall_70b"),
    "token_gain": base("token_rate_gain"), "tokens_google": base("tokens_google"),
} | dict.fromkeys(COMPANIES, 0.0)
_BOUGHT: Final = {
    "mult": base("capex_multiple"), "rack_price": 0.0, "centre_life": base("centre_life"),
}
_NAMED_BY_CAHN: Final = dict.fromkeys(_LARGE, base("ai_revenue_cahn_large")) | dict.fromkeys(
    _SMALL, base("ai_revenue_cahn_small")
)
_CAHN_2023: Final = _COMMON | _BOUGHT | _NAMED_BY_CAHN | {
    "gpu": base("gpu_spending_2023"), "revenue": base("ai_revenue_2023"),
    "hour_price": base("rental_price_h100_2023"), "hour_decline": base("rental_price_fall_2023"),
}
_TODAY: Final = {
    "hour_price": base("rental_price_h100_2026"), "hour_decline": base("rental_price_fall_2024"),
}

BASE: Final = Scenario("Base case", _CAHN_2023 | _TODAY)

SCENARIOS: Final = (
    BASE,
    Scenario("Cahn 2023", _CAHN_2023),
    Scenario("Cahn 2024", _CAHN_2023 | {
        "gpu": base("gpu_spending_2024"), "revenue": base("ai_revenue_2024"),
        "ai_openai": base("ai_revenue_2024_openai"),
        "hour_price": base("rental_price_h100_2024"), "hour_decline": base("rental_price_fall_2024"),
    }),
    Scenario("2026 consensus", _COMMON | _BOUGHT | _TODAY | {
        "gpu": base("gpu_spending_2026"), "revenue": base("ai_revenue_2026"),
        "debt_rate": base("debt_rate_gpu_2026"),
        "ai_anthropic": base("ai_revenue_2026_anthropic"), "ai_microsoft": base("ai_revenue_2026_microsoft"),
        "ai_openai": base("ai_revenue_2026_openai"), "ai_amazon": base("ai_revenue_2026_amazon"),
    }),
)

_CLUSTER_SALES: Final = (
    base("cluster_size") * base("hours_year") * base("utilisation_rental") * base("rental_price_h100_2026")
)

# Machines in rented space: what the smaller models about rented GPUs start from.
GPU_CLUSTER: Final = Scenario("GPU cluster", _COMMON | _TODAY | {
    "gpu": base("cluster_size") * base("gpu_price_h100"), "mult": base("server_multiple"),
    "revenue": round(_CLUSTER_SALES, -6), "rack_price": base("colocation_rate"), "centre_life": base("gpu_life"),
})
# fmt: on


def own(like: Scenario) -> Scenario:
    """Return the scenario that waits for the user's own figures; until then it is like another."""
    return Scenario("Your own", like.values)
