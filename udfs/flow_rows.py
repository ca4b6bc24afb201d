"""The functions of yearly flows for many calls at once: arrays of numbers, and flows with a row for each call.

Each gives what the function itself gives row by row; a row that it leaves NaN is computed alone by the function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from udfs.errors import ExcelError, as_nan
from udfs.rates import LOWEST_DISCOUNT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_EQUAL = 1 - 2**-48  # as in PAYBACK
_STEPS = 100  # of a search; halving a bracket of floats takes no more than some 60
_SPREAD = 1e12  # between the sizes of flows; rates of flows that differ more are all rounding
_SURE = 1e-9  # a sum that is smaller, against its parts, is left to the search for all roots


def payback_rows(capex: Numbers, cashflows: Numbers, rate: Numbers) -> Numbers:
    """PAYBACK."""
    import numpy as np

    present = cashflows / _growth(rate, cashflows.shape[1]) if rate.any() else cashflows
    total = np.cumsum(present, axis=1)
    reached = total >= (capex * _EQUAL)[:, None]
    year = reached.argmax(axis=1)
    rows = np.arange(len(capex))
    repaid = reached[rows, year]
    before = np.where(year > 0, total[rows, year - 1], 0.0)
    flow = np.where(repaid, present[rows, year], 1.0)
    part = np.minimum((capex - before) / flow, 1.0)
    return np.where(repaid, year + part, as_nan(ExcelError.NA))


def multiple_rows(capex: Numbers, cashflows: Numbers) -> Numbers:
    """MOIC."""
    total: Numbers = cashflows.sum(axis=1) / capex
    return total


def index_rows(capex: Numbers, cashflows: Numbers, rate: Numbers) -> Numbers:
    """PROFITINDEX."""
    return _present_value(cashflows, rate) / capex


def debt_rows(cfads: Numbers, dscr: Numbers, rate: Numbers) -> Numbers:
    """DEBTCAP."""
    return _present_value(cfads, rate) / dscr


def _present_value(cashflows: Numbers, rate: Numbers) -> Numbers:
    value: Numbers = (cashflows / _growth(rate, cashflows.shape[1])).sum(axis=1)
    return value


def _growth(rate: Numbers, years: int) -> Numbers:
    import numpy as np

    growth: Numbers = (1 + rate)[:, None] ** np.arange(1, years + 1)
    return growth


def rate_rows(capex: Numbers, cashflows: Numbers, residual: Numbers) -> Numbers:
    """CLUSTERIRR, for capital that is followed by inflows, and then perhaps by outflows; other rows stay NaN."""
    import numpy as np

    flows = np.column_stack([-capex, cashflows])
    flows[:, -1] += residual
    inflow, outflow = flows > 0, flows < 0
    started = np.logical_or.accumulate(inflow, axis=1)
    ended = np.logical_or.accumulate(outflow & started, axis=1)
    sizes = abs(flows)
    comparable = sizes.max(axis=1) <= _SPREAD * np.where(sizes > 0, sizes, np.inf).min(axis=1)
    invested = (capex > 0) & ~(ended & inflow).any(axis=1) & comparable
    result = np.full(len(capex), np.nan)
    result[invested & ~inflow.any(axis=1)] = as_nan(ExcelError.NA)

    once = np.nonzero(invested & inflow.any(axis=1) & ~ended[:, -1])[0]
    if once.size:
        discount = _root(flows[once])
        # Beyond the highest rate that is looked for there is none; close to that bound the function itself decides.
        within = np.abs(discount / LOWEST_DISCOUNT - 1) > _SURE
        rate = np.where(discount > LOWEST_DISCOUNT, 1 / discount - 1, as_nan(ExcelError.NA))
        result[once] = np.where(within & ~(rate <= -1), rate, np.nan)

    twice = np.nonzero(invested & ended[:, -1])[0]
    if twice.size:
        result[twice] = _of_two(flows[twice])
    return result


def _of_two(flows: Numbers) -> Numbers:
    """Return the rate of outflows, inflows and outflows again, whose value has one peak as the discount factor rises.

    Below zero at the peak there is no rate; above it there are two. If the smaller discount factor is below the lowest
    that is looked for, one is left.
    """
    import numpy as np

    slopes = -flows[:, 1:] * np.arange(1, flows.shape[1])
    peak = _root(slopes)
    height, size = _value(flows, peak)
    at_lowest, size_there = _value(flows, np.full(len(flows), LOWEST_DISCOUNT))
    sure = (np.abs(height) > _SURE * size) & (np.abs(at_lowest) > _SURE * size_there)
    result = np.full(len(flows), np.nan)
    result[sure & (height < 0)] = as_nan(ExcelError.NA)
    result[sure & (height > 0) & (at_lowest < 0) & (peak > LOWEST_DISCOUNT)] = as_nan(ExcelError.NUM)
    return result


def _value(coefficients: Numbers, v: Numbers) -> tuple[Numbers, Numbers]:
    """Return each row's polynomial at its v, and the sum of its terms' sizes."""
    total, size = coefficients[:, -1], abs(coefficients[:, -1])
    for column in range(coefficients.shape[1] - 2, -1, -1):
        total = total * v + coefficients[:, column]
        size = size * v + abs(coefficients[:, column])
    return total, size


def _root(coefficients: Numbers) -> Numbers:
    """Return the one positive root of each row's polynomial, which rises through it: Newton's steps in a bracket."""
    import numpy as np

    rising = np.ascontiguousarray(coefficients.T) / abs(coefficients).max(axis=1)
    rows = np.arange(rising.shape[1])
    low, high = np.zeros(rows.size), np.full(rows.size, 2.0)
    for _ in range(_STEPS):
        below = np.nonzero(_sum(rising[:, rows], high[rows]) < 0)[0]
        if not below.size:
            break
        rows = rows[below]
        low[rows] = high[rows]
        high[rows] *= 2
    root = np.full(rising.shape[1], np.nan)
    rows = np.arange(root.size)
    at, before = np.maximum((low + high) / 2, 0.5), np.full(root.size, np.inf)
    at = np.minimum(np.maximum(at, low), high)
    for _ in range(_STEPS):
        total, slope = rising[-1], np.zeros(rows.size)
        for row in rising[-2::-1]:
            slope = slope * at + total
            total = total * at + row
        low, high = np.where(total < 0, at, low), np.where(total < 0, high, at)
        newton = at - total / np.where(slope > 0, slope, np.inf)
        inside = (newton >= low) & (newton <= high) & (slope > 0)
        new = np.where(inside, newton, (low + high) / 2)
        step = np.abs(new - at)
        # Once steps are in the last digits they no longer shrink.
        done = (step <= 4e-16 * at) | ((step <= 1e-13 * at) & (step >= before / 2))
        if done.any():
            root[rows[done]] = new[done]
            rows, at, low, high, before = (one[~done] for one in (rows, new, low, high, step))
            rising = rising[:, ~done]
        else:
            at, before = new, step
        if not rows.size:
            break
    return root


def _sum(rising: Numbers, v: Numbers) -> Numbers:
    total: Numbers = rising[-1]
    for row in rising[-2::-1]:
        total = total * v + row
    return total
