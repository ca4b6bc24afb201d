"""The AI-capex model's assumptions, each with its range and source, and the scenarios that fill them."""

from __future__ import annotations

from typing import Final

from workbooks.model import Input, Scenario

_GAP: Final = "Spending and revenue"
_CLUSTER: Final = "GPUs and their rental"
_CAHN: Final = "cahn-2023; cahn-2024"

# fmt: off
INPUTS: Final = (
    Input("gpu", "GPU spending", "$", "money", 1e3, 1e13, _CAHN, "2024-06-20", "One year's spending on GPUs", _GAP),
    Input("mult", "Whole data centre per $ of GPUs", "×", "multiple", 1, 5, "cahn-2024; server_multiple", "2024-06-20",
          "2: GPUs are half of the cost; rented space: servers only", _GAP),
    Input("margin", "Gross margin of the AI sellers", "%", "fraction", 0, 0.95, _CAHN, "2024-06-20", "", _GAP),
    Input("cloud", "Margin of the cloud provider", "%", "fraction", 0, 0.95, _CAHN, "2024-06-20",
          "Cahn leaves it out, and names it", _GAP),
    Input("revenue", "AI revenue in sight", "$", "money", 0, 1e13, _CAHN, "2024-06-20",
          "Over the hardware's life; cluster: a year's rental", _GAP),
    Input("growth", "Growth of that revenue", "%/year", "fraction", -0.5, 3, "revenue_growth", "2026-11-22",
          "Ours: no source commits to one; vary it", _GAP),
    Input("gpu_price", "Price of a GPU", "$/GPU", "price", 100, 1e6, "gpu_price_h100", "2025-12-31",
          "H100, middle of the published range", _CLUSTER),
    Input("gpu_power", "Power of a GPU with its server", "kW/GPU", "power", 0.05, 20, "node_power", "2025-12-31",
          "10.2 kW for a node of eight", _CLUSTER),
    Input("pue", "Power usage effectiveness", "×", "multiple", 1, 3, "pue", "2025-12-31",
          "Facility power per unit of IT power", _CLUSTER),
    Input("power_price", "Price of electricity", "$/kWh", "energy_price", 0, 2, "electricity_price", "2025-12-31",
          "", _CLUSTER),
    Input("rack_price", "Colocation rent", "$/kW-month", "price", 0, 2000, "colocation_rate", "2025-12-31",
          "0 where the data centre is bought", _CLUSTER),
    Input("upkeep", "Staff and maintenance", "% of capital/year", "fraction", 0, 0.5, "upkeep", "2026-11-22",
          "Ours", _CLUSTER),
    Input("hour_price", "Rental price in year 1", "$/GPU-hour", "cents", 0, 100, "rental_price_h100", "2026-03-31",
          "H100: first price of 2023, early 2024, March 2026", _CLUSTER),
    Input("hour_decline", "Fall of the rental price", "%/year", "fraction", -0.5, 0.95, "rental_price_h100",
          "2026-03-31", "From 2023's and 2024's price to that of March 2026", _CLUSTER),
    Input("used", "Share of hours that are paid", "%", "fraction", 0.01, 1, "utilisation_rental", "2026-11-22",
          "Operators: 75% to 95%", _CLUSTER),
    Input("useful_life", "Useful life", "years", "years", 1, 10, "gpu_life", "2025-12-31", "36 to 60 months", _CLUSTER),
    Input("resale", "Resale value at its end", "% of GPU cost", "fraction", 0, 1, "gpu_residual", "2025-12-31",
          "", _CLUSTER),
    Input("hurdle", "Discount rate", "%/year", "fraction", 0.0001, 1, "debt_rate_gpu", "2025-12-31",
          "What GPU-backed debt costs", _CLUSTER),
)

_COMMON: Final = {
    "margin": 0.5, "cloud": 0.0, "growth": 0.5, "gpu_price": 35_000, "gpu_power": 1.275, "pue": 1.25,
    "power_price": 0.08, "upkeep": 0.03, "used": 0.85, "useful_life": 4, "resale": 0.3, "hurdle": 0.13,
}

SCENARIOS: Final = (
    Scenario("Cahn 2023", _COMMON | {
        "gpu": 50e9, "mult": 2, "revenue": 75e9, "rack_price": 0, "hour_price": 4.70, "hour_decline": 0.21,
    }),
    Scenario("Cahn 2024", _COMMON | {
        "gpu": 150e9, "mult": 2, "revenue": 100e9, "rack_price": 0, "hour_price": 2.85, "hour_decline": 0.09,
    }),
    Scenario("GPU cluster", _COMMON | {
        "gpu": 16_384 * 35_000, "mult": 1.16, "revenue": 285e6, "rack_price": 200, "hour_price": 2.35,
        "hour_decline": 0.09,
    }),
)
# fmt: on
