"""What an argument or a result means: its unit, its domain and how a cell shows it.

A kind stands in a function's signature as an ``Annotated`` type. It validates the argument, words the
wizard's help, formats the cell in a template, and is what a unit check reads.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any, Final, Literal

from udfs.errors import ExcelError

# No amount in this field comes near. Below it, products and quotients of a few arguments stay finite,
# so an overflow can't hide inside a formula and come out as a plausible number.
LARGEST: Final = 1e100

MONEY_FORMAT: Final = "#,##0;(#,##0);0"
MULTIPLE_FORMAT: Final = '0.00"x"'
PERCENT_FORMAT: Final = "0.0%"
YEARS_FORMAT: Final = "0.00"
COUNT_FORMAT: Final = "#,##0"
POWER_FORMAT: Final = "#,##0.0"
PRICE_FORMAT: Final = "#,##0.00;(#,##0.00);0.00"


@dataclass(frozen=True)
class Kind:
    """Meaning of a number (or text, or series) that crosses the boundary.

    Parameters
    ----------
    noun : what it is, in words ("money", "fraction").
    unit : the unit a label shows ("$", "years", "x").
    number_format : the Excel number format of its cell.
    low, high : bounds of the domain.
    low_open, high_open : whether the bound itself is outside.
    shape : "scalar" broadcasts over ranges, "series" takes a range whole, "table" is a spilled result, "any" is
        what goes on to another function as it came.
    whole : whether it must be a whole number.
    text : whether it is text.
    choices : for text of a few words: the words allowed, in capitals.
    """

    noun: str
    unit: str
    number_format: str
    low: float = -LARGEST
    high: float = LARGEST
    low_open: bool = False
    high_open: bool = False
    shape: Literal["scalar", "series", "table", "any"] = "scalar"
    whole: bool = False
    text: bool = False
    choices: tuple[str, ...] = ()

    @cached_property
    def numeric(self) -> bool:
        """Whether it is a number or a series of them."""
        return not (self.text or self.choices or self.shape == "any")

    @cached_property
    def lowest(self) -> float:
        """Smallest float inside the domain, so that one chained comparison is the whole check."""
        return math.nextafter(self.low, math.inf) if self.low_open else self.low

    @cached_property
    def highest(self) -> float:
        """Largest float inside the domain."""
        return math.nextafter(self.high, -math.inf) if self.high_open else self.high

    def holds(self, number: float) -> bool:
        """Whether a number is in the domain."""
        return self.lowest <= number <= self.highest and not (self.whole and number % 1)

    @property
    def domain(self) -> str:
        """The domain in words: "at least 0 and below 1"; empty where every number will do."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        parts = ["a whole number"] if self.whole else []
        if self.low > -LARGEST:
            parts.append(f"{'above' if self.low_open else 'at least'} {self.low:g}")
        if self.high < LARGEST:
            parts.append(f"{'below' if self.high_open else 'at most'} {self.high:g}")
        return " and ".join(parts)

    def within(
        self,
        *,
        above: float | None = None,
        at_least: float | None = None,
        below: float | None = None,
        at_most: float | None = None,
    ) -> Kind:
        """Return the same kind with a narrower domain."""
        kind = self
        if above is not None or at_least is not None:
            low = above if above is not None else at_least
            assert low is not None
            kind = replace(kind, low=low, low_open=above is not None)
        if below is not None or at_most is not None:
            high = below if below is not None else at_most
            assert high is not None
            kind = replace(kind, high=high, high_open=below is not None)
        return kind


MONEY: Final = Kind("money", "$", MONEY_FORMAT)
FRACTION: Final = Kind("fraction", "fraction", PERCENT_FORMAT)
YEARLY_RATE: Final = Kind("yearly rate", "fraction/year", PERCENT_FORMAT)
YEARS: Final = Kind("duration", "years", YEARS_FORMAT)
RATIO: Final = Kind("multiple", "x", MULTIPLE_FORMAT)
COUNT: Final = Kind("count", "", COUNT_FORMAT).within(at_least=0)
POWER: Final = Kind("power", "kW", POWER_FORMAT).within(at_least=0)
HOURS: Final = Kind("hours", "hours/year", COUNT_FORMAT).within(at_least=0)
PRICE: Final = Kind("price", "$", PRICE_FORMAT).within(at_least=0)

# Lives that are written off year by year; the limit keeps a slip of the hand from filling a million rows.
WRITTEN_OFF: Final = YEARS.within(above=0, at_most=1000)
WHOLE_YEARS: Final = replace(WRITTEN_OFF, whole=True, number_format=COUNT_FORMAT).within(at_least=1)

# Money
Money = Annotated[float, MONEY]
Outlay = Annotated[float, MONEY.within(above=0)]
Base = Annotated[float, MONEY.within(at_least=0)]
MonthlyMoney = Annotated[float, replace(MONEY, unit="$/month")]
YearlyMoney = Annotated[float, replace(MONEY, unit="$/year")]
YearlyMoneyTable = Annotated[list[list[float]], replace(MONEY, unit="$/year", shape="table")]
# One amount instead of a range means that amount in every year.
Cashflows = Annotated[float | Sequence[float], replace(MONEY, noun="yearly cash flows", unit="$/year", shape="series")]

# Fractions and multiples
Multiple = Annotated[float, RATIO.within(at_least=1)]
Ratio = Annotated[float, RATIO]
Cover = Annotated[float, RATIO.within(above=0)]
YearlyFactor = Annotated[float, replace(RATIO, noun="yearly factor", unit="x/year").within(above=0)]
Margin = Annotated[float, FRACTION.within(at_least=0, below=1)]
Overhead = Annotated[float, FRACTION.within(at_least=0)]
Utilisation = Annotated[float, FRACTION.within(at_least=0, at_most=1)]
MarketShare = Annotated[float, FRACTION.within(above=0, at_most=1)]
Share = Annotated[float, FRACTION]
Growth = Annotated[float, YEARLY_RATE]
Change = Annotated[float, FRACTION.within(at_least=-1)]
Decline = Annotated[float, YEARLY_RATE.within(below=1)]
Rate = Annotated[float, YEARLY_RATE.within(above=-1)]

# Durations
Years = Annotated[float, YEARS]
Life = Annotated[float, YEARS.within(above=0)]
WrittenOffLife = Annotated[float, WRITTEN_OFF]
WholeYears = Annotated[float, WHOLE_YEARS]
Duration = Annotated[float, YEARS.within(at_least=0)]
Months = Annotated[float, replace(YEARS, unit="months", number_format=POWER_FORMAT).within(at_least=0)]
YearHours = Annotated[float, HOURS.within(at_most=8784)]
MonthHours = Annotated[float, replace(HOURS, unit="hours/month").within(at_most=744)]

# Clusters and what they sell
Gpus = Annotated[float, replace(COUNT, unit="GPUs")]
Rounds = Annotated[float | None, replace(COUNT, unit="rounds", whole=True)]
Watts = Annotated[float, replace(POWER, unit="W/GPU", number_format=COUNT_FORMAT)]
Power = Annotated[float, POWER]
Megawatts = Annotated[float, replace(POWER, unit="MW")]
Pue = Annotated[float, Kind("power usage effectiveness", "x", "0.00").within(at_least=1)]
GpuPrice = Annotated[float, replace(PRICE, unit="$/GPU", number_format=MONEY_FORMAT)]
MegawattPrice = Annotated[float, replace(PRICE, unit="$/MW", number_format=MONEY_FORMAT)]
EnergyPrice = Annotated[float, replace(PRICE, unit="$/kWh", number_format="0.000")]
PowerRent = Annotated[float, replace(PRICE, unit="$/kW-month")]
HourPrice = Annotated[float, replace(PRICE, unit="$/GPU-hour")]
HourPriceTable = Annotated[list[list[float]], replace(PRICE, unit="$/GPU-hour", shape="table")]
TokenRate = Annotated[float, replace(COUNT, noun="throughput", unit="tokens/s")]
TokenPrice = Annotated[float, replace(PRICE, unit="$/million tokens", number_format="#,##0.0000")]
MillionTokens = Annotated[float, replace(COUNT, unit="million tokens")]

# Text
Method = Annotated[str, Kind("depreciation method", "text", "@", choices=("SL", "SYD", "DDB"))]
Text = Annotated[str, Kind("text", "text", "@", text=True)]
TextTable = Annotated[list[list[float | str | ExcelError]], Kind("table", "", "General", shape="table")]

# What a function about functions is given
Number = Annotated[float, Kind("number", "", "General")]
NumberTable = Annotated[list[list[float]], Kind("numbers", "", "General", shape="table")]
Anything = Annotated[Any, Kind("value or range", "", "General", shape="any")]
Spread = Annotated[float, FRACTION.within(above=0, at_most=1)]
LedgerColumn = Annotated[str, Kind("end of a published range", "text", "@", choices=("BASE", "LOW", "HIGH"))]
