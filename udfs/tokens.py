"""What tokens cost to make and what they sell for. Prices and costs are per million tokens."""

from __future__ import annotations

from udfs.definition import Example, udf
from udfs.kinds import (
    HourPrice,
    MillionTokens,
    Money,
    Share,
    TokenPrice,
    TokenRate,
    Utilisation,
    YearlyFactor,
    Years,
)


@udf(
    category="Tokens",
    source="gmi-2026",
    examples=[Example((3.6, 1000.0), 1.0), Example((3.6, 1000.0, 0.5), 2.0)],
)
def TOKENCOST(gpuhour: HourPrice, tps: TokenRate, utilisation: Utilisation = 1.0) -> TokenPrice:
    """Cost of a million tokens, from the cost of a GPU-hour and how many tokens it makes.

    Parameters
    ----------
    gpuhour : money per GPU-hour
        Cost or rent of a GPU-hour that is paid for, in currency units.
    tps : tokens a second
        Tokens a second that one GPU serves when it is busy, over all requests together.
    utilisation : fraction
        Part of the paid time in which it is busy, above 0 and at most 1. Leave it at 1 if gpuhour is a cost per used
        hour, as GPUHOURCOST gives it: else idle time counts twice.

    Returns
    -------
    money per million tokens
        In the currency of the GPU-hour.

    Errors
    ------
    #DIV/0! if tps or utilisation is 0; #NUM! if utilisation is outside 0 to 1, or gpuhour or tps is negative.

    Examples
    --------
    >>> round(TOKENCOST(2, 85), 2)
    6.54
    """
    return gpuhour * 1e6 / (3600 * tps * utilisation)


@udf(
    category="Tokens",
    source="cahn-2023",
    examples=[Example((10.0, 4.0), 0.6), Example((1.0, 2.0), -1.0)],
)
def TOKENMARGIN(price: TokenPrice, cost: TokenPrice) -> Share:
    """Gross margin on tokens: the part of the price that is left after what they cost to make.

    Parameters
    ----------
    price : money per million tokens
        Price at which they sell, in currency units; not 0.
    cost : money per million tokens
        What they cost to make, such as TOKENCOST gives it.

    Returns
    -------
    fraction
        Of the price, not of the cost; negative where they sell below cost.

    Errors
    ------
    #DIV/0! if price is 0; #NUM! if price or cost is negative.

    Examples
    --------
    >>> round(TOKENMARGIN(15, 0.64), 3)
    0.957
    """
    return 1 - cost / price


@udf(
    category="Tokens",
    source="a16z-2024",
    examples=[Example((60.0, 10.0, 3.0), 0.06), Example((60.0, 10.0, 0.0), 60.0)],
)
def TOKENPRICE(price: TokenPrice, factor: YearlyFactor, years: Years) -> TokenPrice:
    """Price of tokens of the same quality after some years of steady fall.

    Parameters
    ----------
    price : money per million tokens
        Price today, in currency units.
    factor : multiple a year
        By how much the price is divided every year, above 0: 10 is a tenth after one year; below 1 is a rise.
    years : years
        Time from today; need not be whole. Negative looks back.

    Returns
    -------
    money per million tokens
        In the currency of the price.

    Errors
    ------
    #NUM! if price is negative, or factor is 0 or less.

    Examples
    --------
    >>> TOKENPRICE(60, 10, 3)
    0.06
    """
    fall: float = factor**years
    return price / fall


@udf(
    category="Tokens",
    source="a16z-2024",
    examples=[Example((60.0, 0.06), 1000.0), Example((600e9, 2.0), 300e9)],
)
def REQTOKENS(revenue: Money, price: TokenPrice) -> MillionTokens:
    """Million tokens that must be sold to reach a revenue.

    Parameters
    ----------
    revenue : money
        Revenue to be reached, such as AIREVENUE gives it, in currency units.
    price : money per million tokens
        Average price at which they sell, in the same currency; not 0.

    Returns
    -------
    million tokens
        Over the period of the revenue.

    Errors
    ------
    #DIV/0! if price is 0; #NUM! if it is negative.

    Examples
    --------
    >>> REQTOKENS(60, 0.06)
    1000.0
    """
    return revenue / price
