"""When and how well a spending pays back: yearly cash flows against capital.

Yearly flows fall at the end of years 1, 2, ...; the capital is spent at time 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from udfs.definition import Example, NativeFormula, udf
from udfs.elementwise import expm1, level_payment, log1p, where
from udfs.errors import NA, ExcelError
from udfs.flow_rows import index_rows, multiple_rows, payback_rows, rate_rows
from udfs.flow_steps import index_steps, multiple_steps, payback_steps, rate_steps
from udfs.flows import Flows
from udfs.kinds import Base, Cashflows, Life, Money, Outlay, Rate, Ratio, Share, YearlyMoney, Years
from udfs.rates import rates_of_return
from udfs.trace import Expression, Literal, excel

# Spreadsheets count two numbers as equal when they differ in the last bits only. A capital of 1 repaid by ten
# flows of 0.1 is repaid at the end of year 10, though the binary sum falls short by a bit.
_EQUAL: Final = 1 - 2**-48


def _payback_formula(capex: Expression, cashflows: Expression, rate: Expression) -> NativeFormula:
    flows = Flows(cashflows)
    undiscounted = isinstance(rate, Literal) and rate.value == 0
    if flows.level and undiscounted:
        return NativeFormula(excel("IF", cashflows > 0, capex / cashflows, ExcelError.NA).render())
    if flows.level:
        # NPER counts the years of a level flow; of the last one only the part that is still needed.
        years = excel("ROUNDUP", excel("NPER", rate, -cashflows, capex), 0)
        left = capex + excel("PV", rate, years - 1, cashflows)
        part = left * (1 + rate) ** years / cashflows
        repays = cashflows > excel("MAX", capex * rate, 0)
        return NativeFormula(excel("IF", repays, years - 1 + part, ExcelError.NA).render())
    present = flows.filled if undiscounted else cashflows / (1 + rate) ** flows.year
    total = flows.cumulative(present)
    reached = excel("MATCH", True, total >= capex, 0)
    return NativeFormula(excel("INDEX", flows.year - (total - capex) / present, reached).render(), array=True)


@udf(
    category="Payback",
    source="brealey-myers",
    examples=[
        Example((100.0, 25.0), 4.0),
        Example((72000.0, [[25000.0], [25000.0], [15000.0], [10000.0], [30000.0]]), 3.7),
    ],
    native=_payback_formula,
    steps=payback_steps,
    rows=payback_rows,
)
def PAYBACK(capex: Outlay, cashflows: Cashflows, rate: Rate = 0.0) -> Years:
    """Years until cash flows repay the capital, interpolated within the year.

    Cash is taken to come in evenly within the year in which the (discounted) running sum reaches the capital. Reaching
    it exactly at a year's end is that year. Later outflows do not undo a payback that was reached.

    Parameters
    ----------
    capex : money
        Capital spent at time 0, in currency units, as a positive number.
    cashflows : money a year
        Yearly cash flows from the end of year 1 on, one row or column; or one amount that comes every year for ever.
    rate : fraction a year
        Discount rate; 0 gives the simple payback. Above -1.

    Returns
    -------
    years
        From the spending on.

    Errors
    ------
    #N/A if the flows never repay it; #NUM! if capex is 0 or less; #VALUE! for text or for a block of cells.

    Examples
    --------
    >>> PAYBACK(100, 25)
    4.0
    >>> round(PAYBACK(1000, [300, 400, 500, 200], 0.1), 3)
    3.154
    """
    if not isinstance(cashflows, Sequence):
        return _level_payback(capex, cashflows, rate)
    total = 0.0
    for year, cash in enumerate(cashflows):
        present = cash / (1 + rate) ** (year + 1)
        if total + present >= capex * _EQUAL:
            return year + min((capex - total) / present, 1.0)
        total += present
    return NA


def _level_payback(capex: float, cash: float, rate: float) -> float:
    if cash <= capex * rate or cash <= 0:
        return NA  # it does not even earn the interest
    if rate == 0:
        return capex / cash
    growth = log1p(rate)
    whole = math.ceil(-log1p(-capex * rate / cash) / growth * _EQUAL) - 1
    left = capex + cash * expm1(-whole * growth) / rate
    return whole + min(max(left * (1 + rate) ** (whole + 1) / cash, 0.0), 1.0)


def _moic_formula(capex: Expression, cashflows: Expression) -> NativeFormula:
    total = cashflows if Flows(cashflows).level else excel("SUM", cashflows)
    return NativeFormula((total / capex).render())


@udf(
    category="Payback",
    source="brealey-myers",
    examples=[Example((100.0, [[50.0, 75.0, 125.0]]), 2.5)],
    native=_moic_formula,
    steps=multiple_steps,
    rows=multiple_rows,
)
def MOIC(capex: Base, cashflows: Cashflows) -> Ratio:
    """Multiple on invested capital: all cash that comes back, per unit of capital, undiscounted.

    Parameters
    ----------
    capex : money
        Capital spent at time 0, in currency units, as a positive number.
    cashflows : money a year
        Yearly cash flows, one row or column; or one amount, the total.

    Returns
    -------
    multiple
        1 means that the capital just comes back.

    Errors
    ------
    #DIV/0! if capex is 0; #NUM! if it is negative; #VALUE! for text or for a block of cells.

    Examples
    --------
    >>> MOIC(100, [50, 75, 125])
    2.5
    """
    return (math.fsum(cashflows) if isinstance(cashflows, Sequence) else cashflows) / capex


def _profitindex_formula(capex: Expression, cashflows: Expression, rate: Expression) -> NativeFormula:
    flows = Flows(cashflows)
    if flows.level:
        forever = cashflows / rate / capex
        return NativeFormula(excel("IF", rate > 0, forever, ExcelError.NA).render())
    return NativeFormula((excel("NPV", rate, flows.filled) / capex).render(), array=True)


@udf(
    category="Payback",
    source="brealey-myers",
    examples=[Example((1000.0, [[0.0, 1210.0]], 0.1), 1.0), Example((100.0, [[110.0, 121.0]], 0.1), 2.0)],
    native=_profitindex_formula,
    steps=index_steps,
    rows=index_rows,
)
def PROFITINDEX(capex: Base, cashflows: Cashflows, rate: Rate) -> Ratio:
    """Profitability index: present value of the cash flows per unit of capital.

    Parameters
    ----------
    capex : money
        Capital spent at time 0, in currency units, as a positive number.
    cashflows : money a year
        Yearly cash flows from the end of year 1 on, one row or column; or one amount that comes every year for ever.
    rate : fraction a year
        Discount rate. Above -1; for an amount that comes for ever above 0.

    Returns
    -------
    multiple
        Above 1 the spending earns more than the rate.

    Errors
    ------
    #DIV/0! if capex is 0; #NUM! if it is negative; #N/A for an amount for ever at a rate of 0 or less, which has
    no present value; #VALUE! for text or for a block of cells.

    Examples
    --------
    >>> round(PROFITINDEX(100, [110, 121], 0.1), 12)
    2.0
    """
    if not isinstance(cashflows, Sequence):
        return where(rate > 0, lambda: cashflows / rate / capex, NA)
    return math.fsum(cash / (1 + rate) ** year for year, cash in enumerate(cashflows, start=1)) / capex


@udf(
    category="Payback",
    source="brealey-myers",
    examples=[Example((100.0, 0.0, 4.0), 25.0), Example((1000.0, 0.1, 1.0), 1100.0)],
)
def CAPITALCHARGE(capex: Money, rate: Rate, life: Life, residual: Money = 0.0) -> YearlyMoney:
    """Level yearly charge that recovers the capital over its life and earns the rate: the equivalent annual cost.

    Parameters
    ----------
    capex : money
        Capital spent at time 0, in currency units.
    rate : fraction a year
        Required rate of return; 0 spreads the capital evenly. Above -1.
    life : years
        Useful life, above 0; need not be whole.
    residual : money
        What the asset brings at the end of its life, in currency units.

    Returns
    -------
    money a year
        Falls at the end of each year of the life.

    Errors
    ------
    #NUM! if life is 0 or less, or rate is -1 or less.

    Examples
    --------
    >>> CAPITALCHARGE(100, 0, 4)
    25.0
    >>> round(CAPITALCHARGE(1000, 0.08, 5), 2)
    250.46
    """
    return level_payment(rate, life, capex, residual)


def _irr_formula(capex: Expression, cashflows: Expression, residual: Expression) -> NativeFormula:
    flows = Flows(cashflows)
    nothing_left = isinstance(residual, Literal) and residual.value == 0
    if flows.level:
        forever = cashflows / capex
        return NativeFormula((forever if nothing_left else excel("IF", residual == 0, forever, ExcelError.NA)).render())
    # IRR wants the capital as the first of its flows: the range is taken one cell longer, and what
    # stands in that cell is put aside for the capital.
    first, last, cash = flows.one_longer()
    total, weighted = excel("SUM", cashflows), excel("SUM", cashflows * flows.year)
    if not nothing_left:
        cash = cash + residual * last
        total, weighted = total + residual, weighted + residual * excel("MAX", flows.year)
    # Spreadsheets search from a guess and give up after 20 steps. The rate at which all cash, coming at its
    # mean time, is worth the capital is near enough.
    guess = (total / capex) ** (total / weighted) - 1
    return NativeFormula(excel("IRR", excel("IF", first, -capex, cash), guess).render(), array=True)


@udf(
    category="Payback",
    source="brealey-myers",
    examples=[Example((100.0, [[0.0, 121.0]]), 0.1), Example((100.0, [[10.0, 10.0]], 100.0), 0.1)],
    native=_irr_formula,
    steps=rate_steps,
    rows=rate_rows,
)
def CLUSTERIRR(capex: Money, cashflows: Cashflows, residual: Money = 0.0) -> Share:
    """Internal rate of return of a cluster: the rate at which its cash flows are worth its capital.

    Rates are looked for above -100% and up to 1000% a year. Where several would do, none is shown.

    Parameters
    ----------
    capex : money
        Capital spent at time 0, in currency units, as a positive number.
    cashflows : money a year
        Yearly cash flows from the end of year 1 on, one row or column; or one amount that comes every year for ever.
    residual : money
        What the cluster brings when sold, with the last flow; 0 for an amount that comes for ever.

    Returns
    -------
    fraction a year
        0.12 is 12% a year.

    Errors
    ------
    #N/A if no rate does it; #NUM! if several do, or for a residual after an amount for ever; #VALUE! for text
    or for a block of cells.

    Examples
    --------
    >>> round(CLUSTERIRR(100, [60, 60]), 4)
    0.1307
    """
    if not isinstance(cashflows, Sequence):
        if residual:
            return ExcelError.NUM  # type: ignore[return-value]
        rate = cashflows / capex
        return rate if -1 < rate <= 10 else NA
    *before, last = cashflows
    rates = rates_of_return([-capex, *before, last + residual])
    if len(rates) > 1:
        return ExcelError.NUM  # type: ignore[return-value]
    return rates[0] if rates else NA
