"""The rented GPUs' cash flow computed a second way: years downwards, a column for each scenario or case.

The Payback sheet shows one scenario, year by year; here all scenarios, and all cases of the sensitivity analysis, stand
side by side. The Checks sheet holds the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from workbooks.model import Row, Section, Sheet, Span

_YEARS: Final = range(1, 11)


@dataclass(frozen=True)
class Columns:
    """What the rows are written for.

    Parameters
    ----------
    prefix : of the rows' keys: ``s`` gives ``s_capital`` and ``s_flow1`` to ``s_flow10``.
    span : what a column is.
    read : how a formula refers to an input of its column.
    """

    prefix: str
    span: Span
    read: Callable[[str], str]

    def row(self, key: str, label: str, unit: str, format: str, formula: str) -> Row:
        """Return a row; ``<gpu>`` stands for an input, ``{.gpus}`` for a row with the prefix."""
        filled = re.sub(r"<(\w+)>", lambda found: self.read(found[1]), formula)
        return Row(f"{self.prefix}_{key}", label, unit, format, filled.replace("{.", f"{{{self.prefix}_"), self.span)


def _cost_rows(columns: Columns) -> tuple[Row, ...]:
    """Return the rows from the inputs to capital, yearly revenue, costs and residual value."""
    row = columns.row
    # fmt: off
    return (
        row("capital", "Capital", "$", "money", "AICAPEX(<gpu>,<mult>)"),
        row("gpus", "GPUs", "GPUs", "count", "<gpu>/<gpu_price>"),
        row("power", "IT power", "kW", "kilowatts", "{.gpus}*<gpu_power>"),
        row("sales", "Rental revenue, year 1", "$/year", "money", "GPUREVENUE({.gpus},<hour_price>,<used>)"),
        row("energy", "Electricity", "$/year", "money", "ENERGYCOST({.power},<pue>,<power_price>)"),
        row("space", "Colocation", "$/year", "money", "COLOCOST({.power},<rack_price>)"),
        row("costs", "Electricity, space, upkeep", "$/year", "money",
            "{.energy}+{.space}+<upkeep>*{.capital}"),
        row("around", "Part of what is around the GPUs that is left", "%", "fraction",
            "MAX(0,1-<useful_life>/<centre_life>)"),
        row("sold", "Residual value", "$", "money", "<resale>*<gpu>+{.around}*({.capital}-<gpu>)"),
    )
    # fmt: on


def cash_rows(columns: Columns) -> tuple[Row, ...]:
    """Return the rows from the inputs to the free cash flow of each year."""
    row, prefix = columns.row, columns.prefix
    year = f"ROWS({{{prefix}_flow1.down}})"
    # fmt: off
    return (
        *_cost_rows(columns),
        row("wear", "Depreciation for tax", "$/year", "money", "({.capital}-{.sold})/<useful_life>"),
        row("earned", "Rental revenue, year 1, after tax", "$/year", "money", "{.sales}*(1-<tax_rate>)"),
        row("borne", "Costs after tax, less the tax shield", "$/year", "money",
            "{.costs}*(1-<tax_rate>)-TAXSHIELD({.wear},<tax_rate>)"),
        row("kept", "Price kept from year to year", "%", "fraction", "1-<hour_decline>"),
        row("end", "Last year of service", "year", "year", "ROUNDUP(<useful_life>,0)"),
        *(row(f"service{n}", f"Part of year {n} in service", "years", "share",
              f"MAX(0,MIN(1,<useful_life>-ROWS({{{prefix}_service1.down}})+1))") for n in _YEARS),
        *(row(f"flow{n}", f"Free cash flow, year {n}", "$", "money",
              f"({{.earned}}*{{.kept}}^({year}-1)-{{.borne}})*{{.service{n}}}+{{.sold}}*({year}={{.end}})")
          for n in _YEARS),
    )
    # fmt: on


def flows(prefix: str) -> str:
    """Return the reference to a column's free cash flow from year 1 on."""
    return f"{{{prefix}_flow1:{prefix}_flow10}}"


# fmt: off
_GAP: Final = Section("The gap", (
    Row("s_gpu", "GPU spending", "$", "money", "{gpu}", "scenarios"),
    Row("s_required", "Required revenue", "$", "money", "AIREVENUE({gpu},{mult},{margin},{cloud})", "scenarios"),
    Row("s_revenue", "AI revenue in sight", "$", "money", "{revenue}", "scenarios"),
    Row("s_gap", "Gap", "$", "money", "AIGAP({gpu},{mult},{margin},{revenue},{cloud})", "scenarios", strong=True),
    Row("s_coverage", "Part of the requirement in sight", "×", "multiple",
        "AICOVERAGE({gpu},{mult},{margin},{revenue},{cloud})", "scenarios"),
    Row("s_closing", "Years of growth until the gap is closed", "years", "years",
        'IFERROR(AIGAPYEARS({s_required},{revenue},{growth}),"never")', "scenarios"),
))

_HOUR: Final = Section("One paid GPU-hour", (
    Row("s_hour_cost", "Cost of a paid GPU-hour", "$/GPU-hour", "cents",
        "GPUHOURCOST({s_capital},{s_costs},{s_gpus},{used},{useful_life},{hurdle},{s_sold})", "scenarios", strong=True),
    Row("s_hour_price", "Rental price in year 1", "$/GPU-hour", "cents", "{hour_price}", "scenarios"),
    Row("s_even_use", "Share of paid hours that just covers cost", "%", "fraction",
        "BREAKEVENUTIL({hour_price},{s_capital},{s_costs},{s_gpus},{useful_life},{hurdle},{s_sold})", "scenarios"),
))

_CASH: Final = Columns("s", "scenarios", lambda name: f"{{{name}}}")

_COSTS: Final = Section("Capital and yearly costs behind it", _cost_rows(_CASH))

_PAYBACK: Final = (
    _HOUR,
    Section("The payback of rented GPUs", (
        Row("s_payback", "Payback", "years", "years",
            f'IFERROR(PAYBACK({{s_capital}},{flows("s")}),"never")', "scenarios", strong=True),
        Row("s_discounted", "Discounted payback", "years", "years",
            f'IFERROR(PAYBACK({{s_capital}},{flows("s")},{{hurdle}}),"never")', "scenarios"),
        Row("s_moic", "Multiple on invested capital (MOIC)", "×", "multiple",
            f"MOIC({{s_capital}},{flows('s')})", "scenarios"),
        Row("s_npv", "Net present value", "$", "money", f"NPV({{hurdle}},{flows('s')})-{{s_capital}}", "scenarios"),
        Row("s_irr", "Internal rate of return", "%/year", "fraction",
            f'IFERROR(CLUSTERIRR({{s_capital}},{flows("s")}),"none")', "scenarios"),
    )),
    Section("Cash flow behind it (end of year, nominal, after tax)",
            cash_rows(_CASH)),
)
# fmt: on


def scenarios_sheet(*, gap: bool = True, hour: bool = True, payback: bool = True) -> Sheet:
    """Return the sheet with the headline figures of all scenarios, of the parts that a model has.

    Parameters
    ----------
    gap : the revenue gap.
    hour : the cost of a paid GPU-hour.
    payback : the cash flow of renting the GPUs out, which needs the cost of the hour.
    """
    blocks = (*((_GAP,) if gap else ()), *(_PAYBACK if payback else (_HOUR, _COSTS) if hour else ()))
    return Sheet("Scenarios", "output", "The headline figures of all scenarios side by side", blocks)
