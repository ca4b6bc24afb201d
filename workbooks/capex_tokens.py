"""The tokens sheet of the AI-capex model: what a million tokens costs, and how many the required revenue takes."""

from __future__ import annotations

from typing import Final

from workbooks import style
from workbooks.model import Chart, Check, Row, Section, Series, Sheet

# fmt: off
TOKENS_SHEET: Final = Sheet(
    "Tokens",
    "output",
    "If the GPUs served a language model: what a million tokens costs, and how many must be sold",
    (
        Section("One million tokens in year 1", (
            Row("hour_tokens", "Tokens from a paid GPU-hour", "million/hour", "years",
                "1/TOKENCOST(1,token_rate,busy)"),
            Row("token_cost", "Cost of a million tokens", "$/million", "energy_price",
                "TOKENCOST({hour_cost},token_rate,busy)", note="From the cost of a paid GPU-hour",
                name="million_token_cost", strong=True),
            Row("token_sale", "Price of a million tokens", "$/million", "energy_price", "token_price"),
            Row("token_kept", "Gross margin on tokens", "%", "fraction", "TOKENMARGIN({token_sale},{token_cost})",
                note="Negative: sold below cost", strong=True),
            Row("even_rate", "Tokens per second that just cover cost", "tokens/s", "count",
                "TOKENCOST({hour_cost},1,busy)/{token_sale}", note="Break-even throughput of a busy GPU"),
            Row("even_busy", "Share of paid time in use that just covers it", "%", "fraction",
                "busy*{token_cost}/{token_sale}", note="Above 100% it can't"),
            Row("hours_cost", "Cost of the paid GPU-hours", "$/year", "money", "{paid_hours}*{hour_cost}"),
            Row("fair_token", "Price that leaves the AI sellers' margin", "$/million", "energy_price",
                "BREAKEVENPRICE({token_cost},margin)"),
        )),
        Section("Tokens for the required revenue, at the price of year 1", (
            Row("needed_life", "Tokens needed over the life", "trillion", "count",
                "REQTOKENS({required},{token_sale})/1000000"),
            Row("needed_year", "Tokens needed a year", "trillion/year", "count", "{needed_life}/useful_life",
                strong=True),
            Row("needed_day", "Tokens needed a day", "billion/day", "count", "{needed_year}*1000/365"),
            Row("needed_google", "Times what Google processes", "×", "multiple", "{needed_year}/(12*tokens_google)"),
            Row("made_year", "Tokens that these GPUs make a year", "trillion/year", "count",
                "{paid_hours}*{hour_tokens}/1000000"),
            Row("needed_made", "Needed for each that they make", "×", "multiple", "{needed_year}/{made_year}",
                note="Above 1×: at this price tokens alone can't bring the revenue"),
        )),
        Section("Year by year, on the same GPUs (nominal)", (
            Row("token_year", "Year", "", "year", "COLUMN()-COLUMN($E$1)", "timeline"),
            Row("year_rate", "Throughput of a busy GPU", "tokens/s", "count",
                "token_rate*token_gain^MAX({token_year}-1,0)", "timeline"),
            Row("year_cost", "Cost of a million", "$/million", "energy_price",
                "TOKENCOST({hour_cost},{year_rate},busy)", "timeline"),
            Row("year_price", "Price of a million", "$/million", "energy_price",
                "TOKENPRICE(token_price,token_fall,MAX({token_year}-1,0))", "timeline"),
            Row("year_margin", "Gross margin", "%", "fraction", "TOKENMARGIN({year_price},{year_cost})", "timeline",
                strong=True),
            Row("year_made", "Tokens made by these GPUs", "trillion", "count",
                "{paid_hours}*{running}/TOKENCOST(1,{year_rate},busy)/1000000", "timeline"),
            Row("year_needed", "Tokens needed for a year of that revenue", "trillion", "count",
                "REQTOKENS({required}/useful_life,{year_price})/1000000*({token_year}>0)", "timeline"),
            Row("year_earned", "Revenue from the tokens made", "$", "money", "{year_made}*1000000*{year_price}",
                "timeline"),
            Row("year_spent", "Cost of the GPU-hours paid for", "$", "money", "{hours_cost}*{running}", "timeline"),
            Row("year_left", "Left of the revenue", "$", "money", "{year_earned}-{year_spent}", "timeline",
                strong=True),
        )),
        Section("Over the life of the GPUs", (
            Row("token_revenue", "Revenue from all tokens made", "$", "money", "SUM({year_earned.whole})"),
            Row("token_part", "Part of the required revenue", "×", "multiple", "{token_revenue}/{required}"),
        )),
    ),
    (
        Chart("line", "Price and cost of a million tokens",
              (Series("year_price", style.GREEN), Series("year_cost", style.ORANGE)),
              "token_year", "Year", "US dollars per million tokens", "energy_price",
              "Source: Inputs sheet; where cost is above, they sell at a loss", years=6),
        Chart("column", "Tokens needed for the required revenue, and tokens made",
              (Series("year_needed", style.NAVY), Series("year_made", style.BLUE)),
              "token_year", "Year", "Trillion tokens", "count", "Source: Inputs sheet", years=6),
    ),
)

TOKENS_CHECKS: Final = (
    Check("tokens_sold", "The tokens needed, sold at their price, bring the required revenue",
          "{needed_life}*1000000*token_price-{required}"),
    Check("tokens_even", "At the break-even throughput, tokens pay for the GPU-hours",
          "{hours_cost}-{made_year}*1000000*{even_rate}/token_rate*token_price"),
    Check("tokens_margin", "What tokens leave in year 1 is the margin on their revenue",
          "INDEX({year_earned.flows},1)*{token_kept}-INDEX({year_left.flows},1)"),
)
# fmt: on
