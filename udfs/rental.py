"""Renting GPUs: what a contract brings, what it says about later prices, and what prices may do.

Contract prices are flat: the same price per GPU-hour in every year of the term.
"""

from __future__ import annotations

from udfs.definition import Example, NativeFormula, udf
from udfs.kinds import (
    Decline,
    Duration,
    Gpus,
    HourPrice,
    HourPriceTable,
    Money,
    MonthHours,
    MonthlyMoney,
    Months,
    WholeYears,
)
from udfs.trace import Expression, before


@udf(
    category="Rental",
    source="growthhk-2023",
    examples=[Example((37000.0, 30000.0, 60.0), 420000.0), Example((37000.0, 30000.0, 1.0), 7000.0)],
)
def RENTSPREAD(sell: MonthlyMoney, buy: MonthlyMoney, months: Months) -> Money:
    """What is left of renting capacity from one party and letting it to another.

    Parameters
    ----------
    sell : money a month
        Rent that comes in, in currency units.
    buy : money a month
        Rent that is paid for the same capacity.
    months : months
        Length of the contract, at least 0.

    Returns
    -------
    money
        Over the whole contract, undiscounted; negative is a loss.

    Errors
    ------
    #NUM! if months is negative.

    Examples
    --------
    >>> RENTSPREAD(37000, 30000, 60)
    420000
    """
    return (sell - buy) * months


@udf(
    category="Rental",
    source="growthhk-2023",
    examples=[Example((37000.0, 8.0), 6.335616438356165), Example((23808.0, 1.0, 744.0), 32.0)],
)
def GPUHOUR(monthly: MonthlyMoney, gpus: Gpus, hours: MonthHours = 730.0) -> HourPrice:
    """Price per GPU-hour of a machine that is rented by the month.

    Parameters
    ----------
    monthly : money a month
        Rent a month for the whole machine, in currency units.
    gpus : count
        Number of GPUs in it.
    hours : hours a month
        Hours in the month, at most 744. 730 is a twelfth of a year; cloud price lists also use 720 or 744.

    Returns
    -------
    money per GPU-hour
        For hours that are paid, whether they are used or not.

    Errors
    ------
    #DIV/0! if gpus or hours is 0; #NUM! if gpus is negative or hours are outside 0 to 744.

    Examples
    --------
    >>> round(GPUHOUR(37000, 8), 4)
    6.3356
    """
    return monthly / (gpus * hours)


@udf(
    category="Rental",
    source="nextplatform-2024",
    examples=[Example((7.2, 1.0, 5.4, 3.0), 4.5), Example((3.0, 1.0, 3.0, 2.0), 3.0)],
)
def RENTFORWARD(rate1: HourPrice, term1: Duration, rate2: HourPrice, term2: Duration) -> HourPrice:
    """Price for the years between two contract terms that makes the short and the long contract cost the same.

    Parameters
    ----------
    rate1 : money per GPU-hour
        Flat price of the shorter contract, in currency units.
    term1 : years
        Term of the shorter contract.
    rate2 : money per GPU-hour
        Flat price of the longer contract that starts on the same day.
    term2 : years
        Term of the longer contract.

    Returns
    -------
    money per GPU-hour
        Average price from the end of term1 to the end of term2 that the two quotes imply, without discounting.
        Negative: the long contract costs less in all than the short one.

    Errors
    ------
    #DIV/0! if the terms are equal; #NUM! if a price or term is negative.

    Examples
    --------
    >>> round(RENTFORWARD(7.2, 1, 5.4, 3), 2)
    4.5
    """
    return (rate2 * term2 - rate1 * term1) / (term2 - term1)


def _curve_formula(row: Expression, price: Expression, decline: Expression, years: Expression) -> NativeFormula:
    return NativeFormula((price * (1 - decline) ** before(row)).render())


@udf(
    category="Rental",
    source="nextplatform-2024",
    examples=[Example((8.0, 0.5, 3.0), [[8.0], [4.0], [2.0]]), Example((2.0, 0.0, 2.0), [[2.0], [2.0]])],
    native_row=_curve_formula,
)
def RENTCURVE(price: HourPrice, decline: Decline, years: WholeYears) -> HourPriceTable:
    """Rental prices that fall by the same fraction every year, one row a year; it spills downwards.

    Parameters
    ----------
    price : money per GPU-hour
        Price in year 1, in currency units.
    decline : fraction a year
        Fall from each year to the next, below 1; 0.2 is 20% a year. Negative is a rise.
    years : years
        How many, a whole number from 1 to 1000: one row for each.

    Returns
    -------
    money per GPU-hour
        A column with the price of year 1, which is the price given, at the top.

    Errors
    ------
    #NUM! if price is negative, decline is 1 or more, or years is not a whole number from 1 to 1000.

    Examples
    --------
    >>> RENTCURVE(8, 0.5, 3)
    [[8.0], [4.0], [2.0]]
    """
    return [[price * (1 - decline) ** year] for year in range(int(years))]
