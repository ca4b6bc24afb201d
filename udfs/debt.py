"""Debt on GPUs: how far lending against them goes, and how much their cash flow carries."""

from __future__ import annotations

import math
from collections.abc import Sequence

from udfs.definition import Example, NativeFormula, udf
from udfs.elementwise import where
from udfs.errors import NA, ExcelError
from udfs.flow_rows import debt_rows
from udfs.flow_steps import debt_steps
from udfs.flows import Flows
from udfs.kinds import Base, Cashflows, Cover, Margin, Money, Rate, Ratio, Rounds, Share
from udfs.trace import Expression, excel


@udf(
    category="Debt",
    source="growthhk-2023",
    examples=[
        Example((100.0, 0.5, 0.0), 100.0),
        Example((100.0, 0.5, 1.0), 150.0),
        Example((100.0, 0.5, 2.0), 175.0),
        Example((100.0, 0.5), 200.0),
    ],
)
def GPULOOP(equity: Base, ltv: Margin, rounds: Rounds = None) -> Money:
    """GPUs bought by borrowing against GPUs, buying more with the loan, and borrowing again.

    Parameters
    ----------
    equity : money
        Own money in the first purchase, in currency units.
    ltv : fraction
        Loan to value: what a lender gives on new GPUs as a fraction of their price, from 0 to below 1.
    rounds : count
        How often the new GPUs are lent against, a whole number; 0 is the first purchase alone. Left out: again and
        again, as far as it goes.

    Returns
    -------
    money
        Price of all GPUs bought; what is above the equity is debt.

    Errors
    ------
    #NUM! if equity is negative, ltv is negative or 1 and more, or rounds is not a whole number of at least 0.

    Examples
    --------
    >>> round(GPULOOP(1, 0.7), 4)
    3.3333
    >>> GPULOOP(100, 0.5, 1)
    150.0
    """
    if rounds is None:
        return equity / (1 - ltv)
    last: float = ltv ** (rounds + 1)
    return equity * (1 - last) / (1 - ltv)


@udf(
    category="Debt",
    source="v2pseo-2026",
    examples=[Example((1575000.0, 2625000.0), 0.6)],
)
def GPULTV(debt: Base, value: Base) -> Share:
    """Loan to value: debt as a fraction of what the GPUs behind it are worth.

    Parameters
    ----------
    debt : money
        Debt outstanding, in currency units.
    value : money
        What the GPUs would sell for now, such as GPUVALUE gives it; not 0.

    Returns
    -------
    fraction
        Above 1 the debt is more than the GPUs would bring.

    Errors
    ------
    #DIV/0! if value is 0; #NUM! if debt or value is negative.

    Examples
    --------
    >>> GPULTV(1575000, 2625000)
    0.6
    """
    return debt / value


@udf(
    category="Debt",
    source="yescombe",
    examples=[Example((125.0, 100.0), 1.25), Example((90.0, 100.0), 0.9)],
)
def DSCR(cfads: Money, service: Base) -> Ratio:
    """Debt service cover ratio: cash available for debt service per unit of debt service, in one period.

    Give it two rows of periods, and it gives a row of ratios.

    Parameters
    ----------
    cfads : money
        Cash flow available for debt service in the period, in currency units: after running cost and tax.
    service : money
        Interest and repayment due in the same period, as a positive number; not 0.

    Returns
    -------
    multiple
        Below 1 the cash does not pay the debt service of the period.

    Errors
    ------
    #DIV/0! if service is 0; #NUM! if it is negative.

    Examples
    --------
    >>> DSCR(125, 100)
    1.25
    """
    return cfads / service


def _capacity_formula(cfads: Expression, dscr: Expression, rate: Expression) -> NativeFormula:
    flows = Flows(cfads)
    if flows.level:
        return NativeFormula(excel("IF", rate > 0, cfads / dscr / rate, ExcelError.NA).render())
    return NativeFormula((excel("NPV", rate, flows.filled) / dscr).render(), array=True)


@udf(
    category="Debt",
    source="yescombe",
    examples=[Example(([[110.0, 121.0]], 1.0, 0.1), 200.0), Example((130.0, 1.3, 0.1), 1000.0)],
    native=_capacity_formula,
    steps=debt_steps,
    rows=debt_rows,
)
def DEBTCAP(cfads: Cashflows, dscr: Cover, rate: Rate) -> Money:
    """Debt that a cash flow carries when each year's debt service is its cash over the cover ratio: sculpted debt.

    Interest and repayments together take the same part of the cash in every year, and the last of them clears the debt.

    Parameters
    ----------
    cfads : money a year
        Yearly cash flow available for debt service from the end of year 1 on, one row or column, one cell for each year
        of the debt; or one amount that comes every year for ever.
    dscr : multiple
        Debt service cover ratio that lenders ask for, above 0; 1.3 leaves 30% more cash than debt service.
    rate : fraction a year
        Interest rate of the debt. Above -1; for an amount that comes for ever above 0.

    Returns
    -------
    money
        At time 0: the present value, at the interest rate, of the debt service that the cash allows.

    Errors
    ------
    #NUM! if dscr is 0 or less or rate is -1 or less; #N/A for an amount for ever at a rate of 0 or less, which has no
    present value; #VALUE! for text or for a block of cells.

    Examples
    --------
    >>> round(DEBTCAP([110, 121], 1, 0.1), 9)
    200.0
    """
    if not isinstance(cfads, Sequence):
        return where(rate > 0, lambda: cfads / dscr / rate, NA)
    return math.fsum(cash / (1 + rate) ** year for year, cash in enumerate(cfads, start=1)) / dscr
