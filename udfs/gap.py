"""The revenue gap: what AI spending must earn, after David Cahn's question, and how far off that is."""

from __future__ import annotations

from udfs.definition import Example, udf
from udfs.elementwise import log, where
from udfs.errors import NA
from udfs.kinds import Growth, Margin, Money, Multiple, Ratio, Share, Years


@udf(
    category="Gap",
    source="cahn-2023",
    examples=[Example((50e9, 2.0), 100e9)],
)
def AICAPEX(gpu: Money, mult: Multiple = 2.0) -> Money:
    """Whole data-centre spending that GPU spending brings with it.

    Half of a data centre's cost is GPUs in Cahn's account; the other half is energy, buildings and generators.

    Parameters
    ----------
    gpu : money
        Spending on GPUs, in currency units.
    mult : multiple
        Whole data-centre spending per unit of GPU spending; 2 when GPUs are half of the cost. At least 1.

    Returns
    -------
    money
        GPU spending times the multiple, over the same period.

    Errors
    ------
    #NUM! if mult is below 1.

    Examples
    --------
    >>> AICAPEX(50e9, 2)
    100000000000.0
    """
    return gpu * mult


@udf(
    category="Gap",
    source="cahn-2023",
    examples=[Example((50e9, 2.0, 0.5), 200e9), Example((150e9, 2.0, 0.5), 600e9)],
)
def AIREVENUE(gpu: Money, mult: Multiple = 2.0, margin: Margin = 0.5, cloud: Margin = 0.0) -> Money:
    """Revenue that end users must pay over the hardware's life for the spending to pay back.

    It is revenue over the life of one year's GPUs, not revenue per year.

    Parameters
    ----------
    gpu : money
        Spending on GPUs in one year, in currency units.
    mult : multiple
        Whole data-centre spending per unit of GPU spending. At least 1.
    margin : fraction
        Gross margin of those who sell the AI service, from 0 to below 1; 0.5 means half of the revenue is theirs.
    cloud : fraction
        Margin of the cloud provider between them and the hardware, from 0 to below 1. Cahn leaves it out and names it.

    Returns
    -------
    money
        Required revenue, before anything that is already earned.

    Errors
    ------
    #NUM! if mult is below 1, or if a margin is negative or 1 and more.

    Examples
    --------
    >>> AIREVENUE(50e9, 2, 0.5)
    200000000000.0
    """
    return gpu * mult / ((1 - margin) * (1 - cloud))


@udf(
    category="Gap",
    source="cahn-2023",
    examples=[
        Example((50e9, 2.0, 0.5), 200e9),
        Example((50e9, 2.0, 0.5, 75e9), 125e9),
        Example((150e9, 2.0, 0.5, 100e9), 500e9),
    ],
)
def AIGAP(gpu: Money, mult: Multiple = 2.0, margin: Margin = 0.5, revenue: Money = 0.0, cloud: Margin = 0.0) -> Money:
    """Revenue still missing to pay back a year's GPU spending.

    Parameters
    ----------
    gpu : money
        Spending on GPUs in one year, in currency units.
    mult : multiple
        Whole data-centre spending per unit of GPU spending. At least 1.
    margin : fraction
        Gross margin of those who sell the AI service, from 0 to below 1.
    revenue : money
        AI revenue already in sight, over the hardware's life, in currency units.
    cloud : fraction
        Margin of the cloud provider in between, from 0 to below 1.

    Returns
    -------
    money
        Required revenue less the revenue in sight; negative is a surplus.

    Errors
    ------
    #NUM! if mult is below 1, or if a margin is negative or 1 and more.

    Examples
    --------
    >>> AIGAP(50e9, 2, 0.5, 75e9)
    125000000000.0
    """
    return AIREVENUE(gpu, mult, margin, cloud) - revenue


@udf(
    category="Gap",
    source="cahn-2024",
    examples=[Example((600e9, 2.0, 0.5), 150e9)],
)
def AIGPU(required: Money, mult: Multiple = 2.0, margin: Margin = 0.5, cloud: Margin = 0.0) -> Money:
    """GPU spending that a revenue supports: AIREVENUE solved for gpu.

    Parameters
    ----------
    required : money
        Revenue over the hardware's life, in currency units.
    mult : multiple
        Whole data-centre spending per unit of GPU spending. At least 1.
    margin : fraction
        Gross margin of those who sell the AI service, from 0 to below 1.
    cloud : fraction
        Margin of the cloud provider in between, from 0 to below 1.

    Returns
    -------
    money
        Spending on GPUs that the revenue just pays back.

    Errors
    ------
    #NUM! if mult is below 1, or if a margin is negative or 1 and more.

    Examples
    --------
    >>> AIGPU(600e9, 2, 0.5)
    150000000000.0
    """
    return required * (1 - margin) * (1 - cloud) / mult


@udf(
    category="Gap",
    source="cahn-2023",
    examples=[Example((50e9, 2.0, 200e9), 0.5)],
)
def AIMARGIN(gpu: Money, mult: Multiple, revenue: Money, cloud: Margin = 0.0) -> Share:
    """Margin at which the gap is zero: what sellers of AI services may keep.

    Parameters
    ----------
    gpu : money
        Spending on GPUs in one year, in currency units.
    mult : multiple
        Whole data-centre spending per unit of GPU spending. At least 1.
    revenue : money
        AI revenue over the hardware's life, in currency units; not 0.
    cloud : fraction
        Margin of the cloud provider in between, from 0 to below 1.

    Returns
    -------
    fraction
        Negative where the revenue does not even cover the spending.

    Errors
    ------
    #DIV/0! if revenue is 0; #NUM! if mult is below 1 or cloud is outside 0 to below 1.

    Examples
    --------
    >>> AIMARGIN(50e9, 2, 200e9)
    0.5
    """
    return 1 - gpu * mult / ((1 - cloud) * revenue)


@udf(
    category="Gap",
    source="cahn-2023",
    examples=[Example((50e9, 2.0, 0.5, 75e9), 0.375)],
)
def AICOVERAGE(gpu: Money, mult: Multiple, margin: Margin, revenue: Money, cloud: Margin = 0.0) -> Ratio:
    """Part of the required revenue that is in sight.

    Parameters
    ----------
    gpu : money
        Spending on GPUs in one year, in currency units; not 0.
    mult : multiple
        Whole data-centre spending per unit of GPU spending. At least 1.
    margin : fraction
        Gross margin of those who sell the AI service, from 0 to below 1.
    revenue : money
        AI revenue already in sight, over the hardware's life, in currency units.
    cloud : fraction
        Margin of the cloud provider in between, from 0 to below 1.

    Returns
    -------
    multiple
        Revenue per unit of AIREVENUE; 1 closes the gap.

    Errors
    ------
    #DIV/0! if gpu is 0; #NUM! if mult is below 1, or if a margin is negative or 1 and more.

    Examples
    --------
    >>> AICOVERAGE(50e9, 2, 0.5, 75e9)
    0.375
    """
    return revenue / AIREVENUE(gpu, mult, margin, cloud)


@udf(
    category="Gap",
    source="cahn-2023",
    examples=[Example((200e9, 100e9, 1.0), 1.0), Example((100e9, 200e9, 0.0), 0.0)],
)
def AIGAPYEARS(required: Money, revenue: Money, growth: Growth) -> Years:
    """Years of growth until revenue meets the required revenue.

    Parameters
    ----------
    required : money
        Required revenue, in currency units, as AIREVENUE gives it.
    revenue : money
        Revenue today, in currency units.
    growth : fraction a year
        Growth of the revenue from year to year; 0.5 is 50% a year.

    Returns
    -------
    years
        Counted from today; 0 where revenue already meets what is required.

    Errors
    ------
    #N/A if it never will: growth is 0 or less, or there is no revenue to grow from, while revenue is short.

    Examples
    --------
    >>> AIGAPYEARS(200e9, 100e9, 1)
    1.0
    """
    grows = (revenue > 0) & (growth > 0)
    return where(
        revenue >= required,
        0.0,
        lambda: where(grows, lambda: log(required / revenue) / log(1 + growth), NA),
    )


@udf(
    category="Gap",
    source="wsj-sequoia-2024",
    examples=[Example((51e9, 3e9), 17.0)],
)
def CAPEXINTENSITY(capex: Money, revenue: Money) -> Ratio:
    """Capital spending per unit of revenue: the "17 times" of 2023.

    Parameters
    ----------
    capex : money
        Capital spending of a period, in currency units.
    revenue : money
        Revenue of the same period, in the same currency; not 0.

    Returns
    -------
    multiple
        Spending divided by revenue.

    Errors
    ------
    #DIV/0! if revenue is 0.

    Examples
    --------
    >>> round(CAPEXINTENSITY(50e9, 3e9))
    17
    """
    return capex / revenue
