"""Excel's financial functions, as far as the engine's own differ from Excel.

Excel's signs: what is received is positive, what is paid negative. A type other than 0 puts payments at the start of
each period. Arguments are numbers, or lists of them where Excel takes a range. An error is returned as
a value; ``ZeroDivisionError`` and ``ValueError`` stand for #DIV/0! and #NUM!.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Sequence
from itertools import count
from typing import Final

from udfs import ExcelError

Result = float | ExcelError

_EPOCH: Final = datetime.date(1899, 12, 30)
_LAST_DAY: Final = 2958465  # 31 December 9999
_MOST_PERIODS: Final = 1_000_000  # that are counted one by one; no loan and no asset has as many


def pmt(rate: float, nper: float, pv: float, fv: float = 0.0, type: float = 0.0) -> Result:
    """Return the level payment of a loan."""
    if rate <= -1 or nper == 0:
        return ExcelError.NUM
    if rate == 0:
        return -(pv + fv) / nper
    growth = _growth(rate, nper)
    return -(pv * (growth + 1) + fv) * rate / (growth * _start_factor(rate, type))


def fv(rate: float, nper: float, pmt: float, pv: float = 0.0, type: float = 0.0) -> Result:
    """Return the future value of level payments."""
    if rate == 0:
        return -(pv + pmt * nper)
    growth = _growth(rate, nper) if rate > -1 else (1 + rate) ** nper - 1
    return -(pv * (growth + 1) + pmt * _start_factor(rate, type) * growth / rate)


def ipmt(rate: float, per: float, nper: float, pv: float, fv: float = 0.0, type: float = 0.0) -> Result:
    """Return the interest in one payment of a loan."""
    if rate <= -1 or not 1 <= per < nper + 1:
        return ExcelError.NUM
    if rate == 0 or (type and per == 1):  # paid before any time has passed
        return 0.0
    whole, before = _growth(rate, nper), _growth(rate, per - 1)
    owed = (pv * (whole - before) - fv * before) / whole
    return -owed * rate / _start_factor(rate, type)


def ppmt(rate: float, per: float, nper: float, pv: float, fv: float = 0.0, type: float = 0.0) -> Result:
    """Return the principal in one payment of a loan."""
    if rate <= -1 or not 1 <= per < nper + 1:
        return ExcelError.NUM
    if rate == 0 or (type and per == 1):
        return pmt(rate, nper, pv, fv, type)
    # The difference of payment and interest, written so that no digits are lost where they are nearly equal.
    growing = (1 + _growth(rate, per - 1)) / _growth(rate, nper)
    return -(pv + fv) * rate * growing / _start_factor(rate, type)


def cumipmt(rate: float, nper: float, pv: float, start: float, end: float, type: float) -> Result:
    """Return the interest paid from one period to another."""
    return _cumulated(ipmt, rate, nper, pv, start, end, type)


def cumprinc(rate: float, nper: float, pv: float, start: float, end: float, type: float) -> Result:
    """Return the principal repaid from one period to another."""
    return _cumulated(ppmt, rate, nper, pv, start, end, type)


def _cumulated(
    part: Callable[..., Result], rate: float, nper: float, pv: float, start: float, end: float, type: float
) -> Result:
    if rate <= 0 or nper <= 0 or pv <= 0 or type not in (0, 1):
        return ExcelError.NUM
    if not 1 <= start <= end <= min(nper, _MOST_PERIODS):
        return ExcelError.NUM
    parts = [part(rate, per, nper, pv, 0.0, type) for per in range(math.ceil(start), math.floor(end) + 1)]
    return math.fsum(one for one in parts if not isinstance(one, ExcelError))


def _growth(rate: float, periods: float) -> float:
    """Return what 1 earns, exact also for a small rate."""
    return math.expm1(periods * math.log1p(rate))


def _start_factor(rate: float, type: float) -> float:
    return 1 + rate if type else 1.0


def db(cost: float, salvage: float, life: float, period: float, month: float = 12.0) -> Result:
    """Return fixed-declining-balance depreciation; Excel rounds its rate to three places."""
    period, month = math.floor(period), math.floor(month)
    if cost < 0 or salvage < 0 or life <= 0 or period < 1 or not 1 <= month <= 12:
        return ExcelError.NUM
    if period > life + (month < 12):
        return ExcelError.NUM
    if cost == 0:
        return 0.0
    rate = round(1 - math.pow(salvage / cost, 1 / life), 3)
    first = cost * rate * month / 12
    if period == 1:
        return first
    book = (cost - first) * math.pow(1 - rate, period - 2)
    return book * rate * ((12 - month) / 12 if period > life else 1)


def ddb(cost: float, salvage: float, life: float, period: float, factor: float = 2.0) -> Result:
    """Return declining-balance depreciation of one period."""
    if cost < 0 or salvage < 0 or life <= 0 or period < 1 or period > life or factor <= 0:
        return ExcelError.NUM
    keep = max(1 - factor / life, 0.0)
    before, after = cost * math.pow(keep, period - 1), cost * math.pow(keep, period)
    return max(before - max(after, salvage), 0.0)


def vdb(
    cost: float,
    salvage: float,
    life: float,
    start: float,
    end: float,
    factor: float = 2.0,
    no_switch: float = 0.0,
) -> Result:
    """Return declining-balance depreciation from one time to another, changing to straight line where that is more."""
    if cost < 0 or salvage < 0 or life <= 0 or factor < 0 or not 0 <= start <= end <= min(life, _MOST_PERIODS):
        return ExcelError.NUM
    book, total = cost, 0.0
    for year in count():
        if year >= end:
            return total
        term = max(min(book * factor / life, book - salvage), 0.0)
        if not no_switch:
            term = max(term, (book - salvage) / (life - year))
        total += term * max(min(end, year + 1) - max(start, year), 0.0)
        book -= term
    raise AssertionError("count() does not end")


def fvschedule(principal: float, schedule: Sequence[float]) -> Result:
    """Return a principal compounded at a rate for each period."""
    return principal * math.prod(1 + rate for rate in schedule)


def irr(values: Sequence[float], guess: float = 0.1) -> Result:
    """Return the internal rate of return of yearly flows, the first at time 0."""
    from pyxirr import irr as rate_of

    if guess <= -1:
        return ExcelError.VALUE
    if not _both_signs(values):
        return ExcelError.NUM
    rate = rate_of(list(values), guess=guess)
    return ExcelError.NUM if rate is None else float(rate)


def mirr(values: Sequence[float], finance_rate: float, reinvest_rate: float) -> Result:
    """Return the rate at which outlays, financed, become the returns, reinvested."""
    last = len(values) - 1
    if last < 1:
        return ExcelError.DIV0
    returns = math.fsum(v * (1 + reinvest_rate) ** (last - t) for t, v in enumerate(values) if v > 0)
    outlays = math.fsum(v / (1 + finance_rate) ** t for t, v in enumerate(values) if v < 0)
    return math.pow(returns / -outlays, 1 / last) - 1


def xnpv(rate: float, values: Sequence[float], dates: Sequence[float]) -> Result:
    """Return the present value of dated flows at the first date."""
    days = _days(values, dates)
    if days is None or rate < 0:
        return ExcelError.NUM
    return math.fsum(value / (1 + rate) ** ((day - days[0]) / 365) for value, day in zip(values, days, strict=True))


def xirr(values: Sequence[float], dates: Sequence[float], guess: float = 0.1) -> Result:
    """Return the internal rate of return of dated flows."""
    from pyxirr import xirr as rate_of

    days = _days(values, dates)
    if days is None or guess <= -1 or not _both_signs(values):
        return ExcelError.NUM
    rate = rate_of([_EPOCH + datetime.timedelta(days=day) for day in days], list(values), guess=guess)
    return ExcelError.NUM if rate is None else float(rate)


def _days(values: Sequence[float], dates: Sequence[float]) -> list[int] | None:
    """Return the dates as whole days; None where they do not fit the values or come before the first."""
    days = [math.floor(date) for date in dates]
    if len(days) != len(values) or not days or min(days) < max(days[0], 0) or max(days) > _LAST_DAY:
        return None
    return days


def _both_signs(values: Sequence[float]) -> bool:
    return any(value > 0 for value in values) and any(value < 0 for value in values)


def dollarde(dollar: float, fraction: float) -> Result:
    """Return a price in fractions, as 1.02 for 1 2/16, as a decimal number."""
    return _fractional(dollar, fraction, to_decimal=True)


def dollarfr(dollar: float, fraction: float) -> Result:
    """Return a decimal price in fractions."""
    return _fractional(dollar, fraction, to_decimal=False)


def _fractional(dollar: float, fraction: float, *, to_decimal: bool) -> Result:
    if fraction < 0:
        return ExcelError.NUM
    if fraction < 1:
        return ExcelError.DIV0
    part, whole = math.modf(dollar)
    step = math.floor(fraction)
    digits = 10.0 ** math.ceil(math.log10(step))
    return whole + (part * digits / step if to_decimal else part * step / digits)
