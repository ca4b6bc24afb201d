"""What hardware is still worth: depreciation in the books, value in the market, and when to replace it.

Years of depreciation are whole years of the asset's life: row 1 is the first twelve months, whatever the calendar.
"""

from __future__ import annotations

import math
import re
from typing import Final

from udfs.definition import Example, NativeFormula, udf
from udfs.elementwise import maximum, where
from udfs.errors import NUM
from udfs.kinds import (
    Base,
    Duration,
    Life,
    Method,
    Money,
    Rate,
    Utilisation,
    WholeYears,
    WrittenOffLife,
    YearlyMoney,
    YearlyMoneyTable,
)
from udfs.payback import CAPITALCHARGE
from udfs.trace import Argument, Expression, before, excel

_METHODS: Final = ("SL", "SYD", "DDB")
_WORD: Final = re.compile(r'"\s*(\w+)\s*"')


def _by_method(method: Expression, forms: tuple[Expression, Expression, Expression]) -> Expression:
    """Return the form for a method that is written into the formula; for one in a cell, the choice between them."""
    word = _WORD.fullmatch(method.render().strip())
    if word and word.group(1).upper() in _METHODS:
        return forms[_METHODS.index(word.group(1).upper())]
    # MATCH is #N/A for any other text, as the function is.
    place = excel("MATCH", excel("TRIM", method), Argument('{"SL","SYD","DDB"}'), 0)
    return excel("CHOOSE", place, *forms)


def _charge_formula(
    row: Expression, cost: Expression, residual: Expression, life: Expression, method: Expression
) -> NativeFormula:
    # VDB is Excel's declining balance with the switch to straight line; its periods are the ends of the year.
    charge = _by_method(
        method,
        (
            excel("SLN", cost, residual, life),
            excel("SYD", cost, residual, life, row),
            excel("VDB", cost, residual, life, before(row), row),
        ),
    )
    return NativeFormula(excel("IF", row > life, 0, charge).render())


@udf(
    category="Depreciation",
    source="kieso",
    examples=[
        Example((50e9, 0.0, 4.0), [[12.5e9]] * 4),
        Example((35000.0, 5000.0, 5.0, "SYD"), [[10000.0], [8000.0], [6000.0], [4000.0], [2000.0]]),
        Example((35000.0, 5000.0, 5.0, "DDB"), [[14000.0], [8400.0], [5040.0], [2560.0], [0.0]]),
    ],
    native_row=_charge_formula,
)
def GPUDEP(cost: Base, residual: Base, life: WholeYears, method: Method = "SL") -> YearlyMoneyTable:
    """Depreciation of hardware, one row for each year of its life; it spills downwards.

    The rows add up to cost less residual.

    Parameters
    ----------
    cost : money
        What the hardware cost, in currency units, as a positive number.
    residual : money
        What it is expected to be worth at the end of its life; at most the cost.
    life : years
        Useful life in whole years, 1 to 1000: one row for each.
    method : text
        SL: straight line. SYD: sum of the years' digits. DDB: double declining balance, changing to straight line from
        the year in which that charges more, as Excel's VDB does.

    Returns
    -------
    money a year
        A column with the charge of year 1 at the top, as positive numbers.

    Errors
    ------
    #NUM! if life is not a whole number from 1 to 1000, cost or residual is negative, or residual is above cost; #N/A
    for any other method.

    Examples
    --------
    >>> GPUDEP(50e9, 0, 4)
    [[12500000000.0], [12500000000.0], [12500000000.0], [12500000000.0]]
    >>> GPUDEP(35000, 5000, 5, "SYD")
    [[10000.0], [8000.0], [6000.0], [4000.0], [2000.0]]
    """
    if residual > cost:
        return NUM  # type: ignore[return-value]
    return [[charge] for charge in _charges(cost, residual, int(life), method)]


def _charges(cost: float, residual: float, life: int, method: str) -> list[float]:
    base = cost - residual
    if method == "SL":
        return [base / life] * life
    if method == "SYD":
        return [base * left * 2 / (life * (life + 1)) for left in range(life, 0, -1)]
    charges = []
    for left in range(life, 0, -1):
        declining, straight = 2 * (base + residual) / life, base / left
        charges.append(min(max(declining, straight), base))
        base -= charges[-1]
    return charges


def _straight_line(cost: float, residual: float, life: float, age: float) -> float:
    return residual + (cost - residual) * maximum(1 - age / life, 0)


def _years_digits(cost: float, residual: float, life: float, age: float) -> float:
    left = maximum(life - age, 0)
    return residual + (cost - residual) * left * (left + 1) / (life * (life + 1))


def _value_formula(
    cost: Expression, residual: Expression, life: Expression, age: Expression, method: Expression
) -> NativeFormula:
    arguments = (cost, residual, life, age)
    declining = cost - excel("VDB", cost, residual, life, 0, excel("MIN", age, life))
    forms = (_straight_line(*arguments), _years_digits(*arguments), declining)  # type: ignore[arg-type]
    return NativeFormula(_by_method(method, forms).render())  # type: ignore[arg-type]


@udf(
    category="Depreciation",
    source="kieso",
    examples=[
        Example((30000.0, 0.0, 5.0, 3.0), 12000.0),
        Example((35000.0, 5000.0, 5.0, 2.0, "SYD"), 17000.0),
        Example((100000.0, 20000.0, 10.0, 3.0, "DDB"), 51200.0),
    ],
    native=_value_formula,
)
def GPUNBV(cost: Base, residual: Base, life: WrittenOffLife, age: Duration, method: Method = "SL") -> Money:
    """Net book value of hardware at an age: its cost less the depreciation so far.

    Parameters
    ----------
    cost : money
        What the hardware cost, in currency units, as a positive number.
    residual : money
        What it is expected to be worth at the end of its life; at most the cost.
    life : years
        Useful life, above 0 and at most 1000; in whole years for SYD and DDB.
    age : years
        Time since the purchase, at least 0; in whole years for SYD and DDB.
    method : text
        SL: straight line. SYD: sum of the years' digits. DDB: double declining balance, changing to straight line from
        the year in which that charges more, as Excel's VDB does.

    Returns
    -------
    money
        At the end of the year of that age; from the end of its life on it is the residual.

    Errors
    ------
    #NUM! if life is 0 or less or above 1000, age, cost or residual is negative, residual is above cost, or, for SYD and
    DDB, life or age is not whole; #N/A for any other method.

    Examples
    --------
    >>> GPUNBV(30000, 0, 5, 3)
    12000.0
    >>> GPUNBV(100000, 20000, 10, 3, "DDB")
    51200.0
    """
    fits = residual <= cost
    if method == "SL":
        return where(fits, lambda: _straight_line(cost, residual, life, age), NUM)
    fits = fits & (life % 1 == 0) & (age % 1 == 0)
    if method == "SYD":
        return where(fits, lambda: _years_digits(cost, residual, life, age), NUM)
    if not fits:
        return NUM
    still_to_come = _charges(cost, residual, int(life), method)[int(min(age, life)) :]
    return residual + math.fsum(still_to_come)


@udf(
    category="Depreciation",
    source="reddit-2024",
    examples=[Example((1.0, 3.0, 3.0), 0.5), Example((30000.0, 6.0), 7500.0)],
)
def GPUVALUE(cost: Base, age: Duration, halflife: Life = 3.0) -> Money:
    """Market value of a used GPU that loses half of its value in every so many years.

    Parameters
    ----------
    cost : money
        Price when new, in currency units.
    age : years
        Time since then, at least 0; need not be whole.
    halflife : years
        Time in which half of the value is lost, above 0; 3 years is a loss of 20.6% a year.

    Returns
    -------
    money
        What it would sell for, in the currency of the cost.

    Errors
    ------
    #NUM! if halflife is 0 or less, or cost or age is negative.

    Examples
    --------
    >>> GPUVALUE(1, 3, 3)
    0.5
    """
    left: float = 0.5 ** (age / halflife)
    return cost * left


@udf(
    category="Depreciation",
    source="ias-8",
    examples=[Example((120000.0, 4.0, 6.0, 2.0), -15000.0), Example((120000.0, 6.0, 4.0, 3.0), 40000.0)],
)
def LIFECHANGE(cost: Base, oldlife: Life, newlife: Life, age: Duration, residual: Base = 0.0) -> YearlyMoney:
    """Change in the yearly depreciation when the useful life is set anew.

    Straight line. The change works forward only: what is left in the books at that age is spread over the rest of the
    new life, and years that are past stay as they were.

    Parameters
    ----------
    cost : money
        What the hardware cost, in currency units, as a positive number.
    oldlife : years
        Useful life so far assumed, above 0, counted from the purchase.
    newlife : years
        Useful life assumed from now on, counted from the purchase; above age.
    age : years
        Age at which the life is changed, at least 0.
    residual : money
        Value at the end of either life; at most the cost.

    Returns
    -------
    money a year
        Charge a year after the change less the charge before. Negative is less expense and more profit; 0 for hardware
        that is written off already.

    Errors
    ------
    #NUM! if newlife is not above age, oldlife is 0 or less, residual is above cost, or an argument is negative.

    Examples
    --------
    >>> round(LIFECHANGE(150000, 15, 20, 5))
    -3333
    """
    base = cost - residual
    return where(
        (newlife > age) & (residual <= cost),
        lambda: base * maximum(1 - age / oldlife, 0) / (newlife - age) - where(age < oldlife, base / oldlife, 0.0),
        NUM,
    )


@udf(
    category="Depreciation",
    source="brealey-myers",
    examples=[Example((12.5e9, 0.21), 2.625e9), Example((9e6, 0.27), 2430000.0)],
)
def TAXSHIELD(depreciation: YearlyMoney, tax: Utilisation) -> YearlyMoney:
    """Tax that depreciation saves.

    Parameters
    ----------
    depreciation : money a year
        Depreciation that the tax authority accepts for the year, in currency units.
    tax : fraction
        Tax rate on profit, from 0 to 1.

    Returns
    -------
    money a year
        In the year of the depreciation, for a company that has profit to set it against.

    Errors
    ------
    #NUM! if tax is outside 0 to 1.

    Examples
    --------
    >>> TAXSHIELD(12.5e9, 0.21)
    2625000000.0
    """
    return depreciation * tax


@udf(
    category="Depreciation",
    source="brealey-myers",
    examples=[
        Example((350400.0, 175200.0, 500000.0, 5.0), 75200.0),
        Example((100.0, 0.0, 150.0, 2.0, 0.0, 50.0), 50.0),
    ],
)
def REPLACEGAIN(
    oldopex: YearlyMoney, newopex: YearlyMoney, newcapex: Money, life: Life, rate: Rate = 0.0, resale: Money = 0.0
) -> YearlyMoney:
    """Yearly gain from replacing hardware now instead of keeping it, for the same work.

    What the old hardware cost is past and does not count; what it can be sold for does.

    Parameters
    ----------
    oldopex : money a year
        Running cost a year of the old hardware, as a positive number.
    newopex : money a year
        Running cost a year of the new hardware that does the same work.
    newcapex : money
        What the new hardware costs, at time 0, in currency units.
    life : years
        Useful life of the new hardware, above 0; need not be whole.
    rate : fraction a year
        Required rate of return. Above -1.
    resale : money
        What the old hardware can be sold for now.

    Returns
    -------
    money a year
        Running cost saved less the capital charge on what the change costs; negative: keep the old hardware.

    Errors
    ------
    #NUM! if life is 0 or less, or rate is -1 or less.

    Examples
    --------
    >>> round(REPLACEGAIN(31360, 7500, 150000, 8, 0.05))
    652
    """
    return oldopex - newopex - CAPITALCHARGE(newcapex - resale, rate, life)
