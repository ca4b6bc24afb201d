"""Unit economics of a GPU cluster: what it costs to build, to power and to run, and what an hour of it must earn.

A year has 8760 hours unless a function takes the hours as an argument.
"""

from __future__ import annotations

from typing import Final

from udfs.definition import Example, udf
from udfs.elementwise import where
from udfs.errors import NA
from udfs.kinds import (
    Base,
    EnergyPrice,
    GpuPrice,
    Gpus,
    HourPrice,
    Life,
    Margin,
    MegawattPrice,
    Megawatts,
    Money,
    MonthlyMoney,
    Months,
    Overhead,
    Power,
    PowerRent,
    Pue,
    Rate,
    Share,
    Utilisation,
    Watts,
    YearHours,
    YearlyMoney,
)
from udfs.payback import CAPITALCHARGE

YEAR: Final = 8760  # hours


@udf(
    category="Cluster",
    source="disintermediate-2025",
    examples=[Example((32051.0, 40000.0), 1282040000.0), Example((0.0, 0.0, 0.0, 20.0, 25e6), 500e6)],
)
def CLUSTERCAPEX(
    gpus: Gpus, price: GpuPrice, overhead: Overhead = 0.0, mw: Megawatts = 0.0, permw: MegawattPrice = 0.0
) -> Money:
    """Capital needed for a GPU cluster: the GPUs, what goes with them, and the data centre around them.

    Parameters
    ----------
    gpus : count
        Number of GPUs.
    price : money per GPU
        Price of one GPU, in currency units.
    overhead : fraction
        Servers, network and storage as a fraction of what the GPUs cost; 0.3 adds 30%. At least 0.
    mw : MW
        Data-centre capacity to be built, in megawatts; 0 if space is rented.
    permw : money per MW
        Cost of building one megawatt of data centre, in currency units.

    Returns
    -------
    money
        Spent at time 0, as a positive number.

    Errors
    ------
    #NUM! if any argument is negative.

    Examples
    --------
    >>> CLUSTERCAPEX(1000, 30000, 0.5, 2, 10e6)
    65000000.0
    """
    return gpus * price * (1 + overhead) + mw * permw


@udf(
    category="Cluster",
    source="green-grid-2012",
    examples=[Example((10000.0, 700.0, 0.3, 1.3), 11830.0), Example((10000.0, 700.0, 0.3), 9100.0)],
)
def CLUSTERPOWER(gpus: Gpus, watts: Watts, overhead: Overhead = 0.0, pue: Pue = 1.0) -> Power:
    """Power that a GPU cluster draws from the grid, in kW.

    With pue left out it is the power of the IT equipment alone, which is what ENERGYCOST asks for.

    Parameters
    ----------
    gpus : count
        Number of GPUs.
    watts : W per GPU
        Power of one GPU in watts, such as its thermal design power.
    overhead : fraction
        Power of CPUs, memory, network and storage as a fraction of the GPUs' own; 0.3 adds 30%. At least 0.
    pue : multiple
        Power usage effectiveness: power of the whole facility per unit of IT power. At least 1.

    Returns
    -------
    kW
        At full load.

    Errors
    ------
    #NUM! if pue is below 1 or any other argument is negative.

    Examples
    --------
    >>> CLUSTERPOWER(10000, 700, 0.3, 1.3)
    11830.0
    """
    return gpus * watts / 1000 * (1 + overhead) * pue


@udf(
    category="Cluster",
    source="green-grid-2012",
    examples=[Example((500.0, 1.45, 0.12), 762120.0), Example((10.0, 1.2, 0.1), 10512.0)],
)
def ENERGYCOST(
    itkw: Power, pue: Pue, price: EnergyPrice, load: Utilisation = 1.0, hours: YearHours = 8760.0
) -> YearlyMoney:
    """Cost of a year's electricity for a data centre.

    Parameters
    ----------
    itkw : kW
        Power of the IT equipment at full load, in kW, before cooling and losses.
    pue : multiple
        Power usage effectiveness: power of the whole facility per unit of IT power. At least 1.
    price : money per kWh
        Price of electricity, in currency units per kWh.
    load : fraction
        Average load as a fraction of full load, from 0 to 1.
    hours : hours a year
        Hours of operation in the year, from 0 to 8784; 8760 is all of them.

    Returns
    -------
    money a year
        In the currency of the price.

    Errors
    ------
    #NUM! if pue is below 1, load is outside 0 to 1, hours are outside 0 to 8784, or power or price is negative.

    Examples
    --------
    >>> ENERGYCOST(500, 1.45, 0.12)
    762120.0
    """
    return itkw * pue * price * load * hours


@udf(
    category="Cluster",
    source="515engine",
    examples=[Example((1000.0, 150.0), 1800000.0)],
)
def COLOCOST(kw: Power, rate: PowerRent) -> YearlyMoney:
    """Rent for a year of data-centre space that is charged by power.

    Parameters
    ----------
    kw : kW
        Power under contract, in kW; it is paid for whether it is used or not.
    rate : money per kW and month
        Rent per kW and month, in currency units.

    Returns
    -------
    money a year
        Twelve months of rent. Electricity is extra where the contract passes it on.

    Errors
    ------
    #NUM! if power or rate is negative.

    Examples
    --------
    >>> COLOCOST(1000, 150)
    1800000
    """
    return 12 * kw * rate


@udf(
    category="Cluster",
    source="short-1995",
    examples=[Example((30660.0, 0.0, 1.0, 0.7, 5.0), 1.0), Example((8760.0, 876.0, 1.0, 0.5, 1.0, 0.1), 2.4)],
)
def GPUHOURCOST(
    capex: Money,
    opex: YearlyMoney,
    gpus: Gpus,
    utilisation: Utilisation,
    life: Life,
    rate: Rate = 0.0,
    residual: Money = 0.0,
) -> HourPrice:
    """Levelised cost of a GPU-hour that is delivered: capital and running cost over the hours that are used.

    Parameters
    ----------
    capex : money
        Capital of the cluster, spent at time 0, in currency units.
    opex : money a year
        Running cost a year: power, space, staff; without depreciation and interest.
    gpus : count
        Number of GPUs.
    utilisation : fraction
        Part of the 8760 hours of a year that is sold or used, above 0 and at most 1.
    life : years
        Useful life, above 0; need not be whole.
    rate : fraction a year
        Required rate of return; 0 spreads the capital evenly. Above -1.
    residual : money
        What the cluster brings at the end of its life, in currency units.

    Returns
    -------
    money per GPU-hour
        The price at which the cluster earns exactly the rate: capital charge plus running cost, per delivered hour.

    Errors
    ------
    #DIV/0! if utilisation or gpus is 0; #NUM! if utilisation is outside 0 to 1, gpus is negative, life is 0 or less,
    or rate is -1 or less.

    Examples
    --------
    >>> round(GPUHOURCOST(30000, 0, 1, 0.7, 5), 2)
    0.98
    """
    return (CAPITALCHARGE(capex, rate, life, residual) + opex) / (gpus * YEAR * utilisation)


@udf(
    category="Cluster",
    source="disintermediate-2025",
    examples=[Example((64.0, 2.0, 0.7), 784896.0)],
)
def GPUREVENUE(gpus: Gpus, price: HourPrice, utilisation: Utilisation, hours: YearHours = 8760.0) -> YearlyMoney:
    """Revenue a year from renting out GPUs by the hour.

    Parameters
    ----------
    gpus : count
        Number of GPUs.
    price : money per GPU-hour
        Average price of a GPU-hour that is sold, in currency units.
    utilisation : fraction
        Part of the hours that is sold, from 0 to 1.
    hours : hours a year
        Hours on offer in the year, from 0 to 8784; 8760 is all of them.

    Returns
    -------
    money a year
        Before any cost.

    Errors
    ------
    #NUM! if utilisation is outside 0 to 1, hours are outside 0 to 8784, or gpus or price is negative.

    Examples
    --------
    >>> GPUREVENUE(64, 2, 0.7)
    784896.0
    """
    return gpus * price * utilisation * hours


@udf(
    category="Cluster",
    source="cahn-2023",
    examples=[Example((100e9, 0.5), 200e9), Example((1.5,), 1.5)],
)
def BREAKEVENPRICE(cost: HourPrice, margin: Margin = 0.0) -> HourPrice:
    """Price that covers a unit cost and leaves a margin.

    It serves GPU-hours, tokens and whole budgets alike: the price comes in the unit of the cost.

    Parameters
    ----------
    cost : money per unit
        Cost of a unit, such as GPUHOURCOST gives it per GPU-hour.
    margin : fraction
        Gross margin that is to be left, as a fraction of the price, from 0 to below 1; not a mark-up on the cost.

    Returns
    -------
    money per unit
        In the unit of the cost.

    Errors
    ------
    #NUM! if cost is negative, or margin is negative or 1 and more.

    Examples
    --------
    >>> BREAKEVENPRICE(1.5, 0.25)
    2.0
    """
    return cost / (1 - margin)


@udf(
    category="Cluster",
    source="short-1995",
    examples=[Example((2.0, 35040.0, 0.0, 1.0, 4.0), 0.5), Example((1.0, 35040.0, 8760.0, 1.0, 4.0), 2.0)],
)
def BREAKEVENUTIL(
    price: HourPrice,
    capex: Money,
    opex: YearlyMoney,
    gpus: Gpus,
    life: Life,
    rate: Rate = 0.0,
    residual: Money = 0.0,
) -> Share:
    """Utilisation at which renting out a cluster just covers its cost: GPUHOURCOST solved for utilisation.

    Parameters
    ----------
    price : money per GPU-hour
        Price of a GPU-hour that is sold, or saved by not renting, in currency units.
    capex : money
        Capital of the cluster, spent at time 0, in currency units.
    opex : money a year
        Running cost a year: power, space, staff; without depreciation and interest.
    gpus : count
        Number of GPUs.
    life : years
        Useful life, above 0; need not be whole.
    rate : fraction a year
        Required rate of return; 0 spreads the capital evenly. Above -1.
    residual : money
        What the cluster brings at the end of its life, in currency units.

    Returns
    -------
    fraction
        Part of the 8760 hours of a year. Above 1 the cluster can't pay at this price, however full it is.

    Errors
    ------
    #DIV/0! if price or gpus is 0; #NUM! if one of them is negative, life is 0 or less, or rate is -1 or less.

    Examples
    --------
    >>> round(BREAKEVENUTIL(2, 1.92e6, 182170, 64, 4), 2)
    0.59
    """
    return (CAPITALCHARGE(capex, rate, life, residual) + opex) / (gpus * YEAR * price)


@udf(
    category="Cluster",
    source="legitlads",
    examples=[Example((300000.0, 5000.0, 25000.0), 15.0)],
)
def BUYVSRENT(capex: Base, own: MonthlyMoney, rent: MonthlyMoney) -> Months:
    """Months until owning a cluster has cost less than renting one.

    Parameters
    ----------
    capex : money
        Capital spent on the cluster at the start, in currency units, as a positive number.
    own : money a month
        Running cost a month of the cluster that is owned.
    rent : money a month
        Rent a month for the same capacity.

    Returns
    -------
    months
        From the start; without interest, and without what the cluster could be sold for.

    Errors
    ------
    #N/A if it never does: the rent is no more than the running cost; #NUM! if capex is negative.

    Examples
    --------
    >>> BUYVSRENT(300000, 5000, 25000)
    15.0
    """
    return where(rent > own, lambda: capex / (rent - own), NA)
