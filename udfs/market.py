"""What market figures imply: room to grow, earnings behind a price, the period before."""

from __future__ import annotations

from udfs.definition import Example, udf
from udfs.kinds import Change, MarketShare, Money, Ratio, YearlyMoney


@udf(
    category="Market",
    source="norvig",
    examples=[Example((0.5,), 2.0), Example((1.0,), 1.0)],
)
def SHAREHEADROOM(share: MarketShare) -> Ratio:
    """How many times its present sales a company would have with the whole market, as the market is today.

    Peter Norvig's rule: with more than half of a market, sales can't double by winning share.

    Parameters
    ----------
    share : fraction
        Market share, above 0 and at most 1.

    Returns
    -------
    multiple
        Of present sales; 1 leaves no room.

    Errors
    ------
    #NUM! if share is 0 or less, or above 1.

    Examples
    --------
    >>> SHAREHEADROOM(0.5)
    2.0
    """
    return 1 / share


@udf(
    category="Market",
    source="growthhk-2023",
    examples=[Example((1000.0, 25.0), 40.0), Example((100.0, -20.0), -5.0)],
)
def IMPLIEDEARNINGS(cap: Money, pe: Ratio) -> YearlyMoney:
    """Yearly earnings behind a market value and its price-earnings ratio.

    Parameters
    ----------
    cap : money
        Market value of the company, in currency units.
    pe : multiple
        Price-earnings ratio; not 0. Negative stands for a loss.

    Returns
    -------
    money a year
        Over the twelve months that the ratio is about, most often the last four quarters.

    Errors
    ------
    #DIV/0! if pe is 0.

    Examples
    --------
    >>> round(IMPLIEDEARNINGS(2.36e12, 32.75) / 1e9, 2)
    72.06
    """
    return cap / pe


@udf(
    category="Market",
    source="growthhk-2023",
    examples=[Example((150.0, 0.5), 100.0), Example((50.0, -0.5), 100.0)],
)
def PRIORPERIOD(current: Money, growth: Change) -> Money:
    """Figure of the period before, from the present one and its growth.

    Parameters
    ----------
    current : money
        Figure of the present period, in currency units.
    growth : fraction
        Growth over the period before: 0.88 is +88%, -0.5 is half. Above -1.

    Returns
    -------
    money
        For a period of the same length: the quarter before for growth on the quarter, the year before for growth on the
        year.

    Errors
    ------
    #DIV/0! if growth is -1; #NUM! if it is below.

    Examples
    --------
    >>> round(PRIORPERIOD(13.51e9, 0.88) / 1e9, 3)
    7.186
    """
    return current / (1 + growth)
