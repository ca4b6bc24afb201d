"""Excel's functions of interest and depreciation, over cells in many scenarios. Signs and timing are Excel's."""

from __future__ import annotations

import numpy as np

from workbooks.vector.cells import (
    BLANK,
    DIV0,
    FIRST_ERROR,
    NUMBER,
    Cells,
    NotComputedError,
    Numbers,
    constant,
    first_of,
    with_errors,
)
from workbooks.vector.logic import first_error
from workbooks.vector.mathematics import of_numbers, undivided

_NOTHING = constant(0.0)


def npv(rate: Cells, *values: Cells) -> Cells:
    """NPV: flows at the end of periods 1, 2, ...; what is no number in a range takes no period."""
    rates, errors = rate.numeric()
    flows: list[Numbers] = []
    counted: list[Numbers] = []
    for one in values:
        codes = one.all_codes()
        errors = first_of(errors, first_error(np.where(codes >= FIRST_ERROR, codes, 0).astype(np.uint8)))
        ranged = one.reference or one.shape != (1, 1)
        numbers, wrong = (one.numbers, None) if ranged else one.numeric()
        counts = codes == NUMBER if ranged else codes != BLANK
        if wrong is not None:
            errors = first_of(errors, wrong)
        flat, flags = numbers.reshape(-1, numbers.shape[2]), counts.reshape(one.shape[0] * one.shape[1], -1)
        flows += [row[None, None, :] for row in np.where(flags, flat, 0.0)]
        counted += [row[None, None, :].astype(float) for row in flags]
    with np.errstate(all="ignore"):
        growth = 1 + rates
        period: Numbers = np.zeros((1, 1, 1))
        total: Numbers = np.zeros((1, 1, 1))
        for flow, counts_here in zip(flows, counted, strict=True):
            period = period + counts_here
            total = total + flow / growth**period
    errors = first_of(errors, np.where(growth == 0, DIV0, 0).astype(np.uint8))
    return with_errors(total, errors)


def _growth(rate: Numbers, periods: Numbers) -> tuple[Numbers, Numbers]:
    """Return what 1 earns, exact also for a small rate, and what becomes of it, exact also where little is left."""
    if (rate == -1).any():
        raise NotComputedError("has a rate of interest of -100%")
    grown = (1 + rate) ** periods
    earned = np.where(rate > -1, np.expm1(periods * np.log1p(rate)), grown - 1)
    return earned, np.where((rate > -1) & (earned > -0.5), earned + 1, grown)


def _start_factor(rate: Numbers, kind: Numbers) -> Numbers:
    return np.where(kind != 0, 1 + rate, 1.0)


def _pv(rate: Numbers, nper: Numbers, pmt: Numbers, fv: Numbers, kind: Numbers) -> Numbers:
    earned, grown = _growth(rate, nper)
    level = -(fv + pmt * nper)
    return np.where(rate == 0, level, -(fv + pmt * _start_factor(rate, kind) * earned / rate) / grown)


def _fv(rate: Numbers, nper: Numbers, pmt: Numbers, pv: Numbers, kind: Numbers) -> Numbers:
    earned, grown = _growth(rate, nper)
    return np.where(rate == 0, -(pv + pmt * nper), -(pv * grown + pmt * _start_factor(rate, kind) * earned / rate))


def _pmt(rate: Numbers, nper: Numbers, pv: Numbers, fv: Numbers, kind: Numbers) -> Numbers:
    earned, grown = _growth(rate, nper)
    level = -(pv + fv) / nper
    return np.where(rate == 0, level, -(pv * grown + fv) * rate / (earned * _start_factor(rate, kind)))


def _nper(rate: Numbers, pmt: Numbers, pv: Numbers, fv: Numbers, kind: Numbers) -> Numbers:
    paid = pmt * _start_factor(rate, kind) / rate
    return np.where(rate == 0, -(pv + fv) / pmt, np.log((paid - fv) / (paid + pv)) / np.log1p(rate))


def _sln(cost: Numbers, salvage: Numbers, life: Numbers) -> Numbers:
    return (cost - salvage) / life


def _syd(cost: Numbers, salvage: Numbers, life: Numbers, period: Numbers) -> Numbers:
    charge = (cost - salvage) * (life - period + 1) * 2 / (life * (life + 1))
    return np.where((life > 0) & (period > 0) & (period <= life), charge, np.nan)


def _ddb(cost: Numbers, salvage: Numbers, life: Numbers, period: Numbers, factor: Numbers) -> Numbers:
    keep = np.maximum(1 - factor / life, 0.0)
    before, after = cost * keep ** (period - 1), cost * keep**period
    fine = (cost >= 0) & (salvage >= 0) & (life > 0) & (period >= 1) & (period <= life) & (factor > 0)
    return np.where(fine, np.maximum(before - np.maximum(after, salvage), 0.0), np.nan)


def _of_loan(first: Cells, second: Cells, third: Cells, fourth: Cells | None, kind: Cells | None) -> tuple[Cells, ...]:
    return first, second, third, _NOTHING if fourth is None else fourth, _NOTHING if kind is None else kind


def pv(rate: Cells, nper: Cells, pmt: Cells, fv: Cells | None = None, kind: Cells | None = None) -> Cells:
    """PV."""
    return _PV(*_of_loan(rate, nper, pmt, fv, kind))


def fv(rate: Cells, nper: Cells, pmt: Cells, pv: Cells | None = None, kind: Cells | None = None) -> Cells:
    """FV."""
    return _FV(*_of_loan(rate, nper, pmt, pv, kind))


def pmt(rate: Cells, nper: Cells, pv: Cells, fv: Cells | None = None, kind: Cells | None = None) -> Cells:
    """PMT."""
    return _PMT(*_of_loan(rate, nper, pv, fv, kind))


def nper(rate: Cells, pmt: Cells, pv: Cells, fv: Cells | None = None, kind: Cells | None = None) -> Cells:
    """NPER."""
    return _NPER(*_of_loan(rate, pmt, pv, fv, kind))


def sln(cost: Cells, salvage: Cells, life: Cells) -> Cells:
    """SLN: #DIV/0! for a life of 0."""
    return undivided(_SLN(cost, salvage, life), cost, salvage, life)


def ddb(cost: Cells, salvage: Cells, life: Cells, period: Cells, factor: Cells | None = None) -> Cells:
    """DDB."""
    return _DDB(cost, salvage, life, period, constant(2.0) if factor is None else factor)


_PV = of_numbers(_pv)
_FV = of_numbers(_fv)
_PMT = of_numbers(_pmt)
_NPER = of_numbers(_nper)
_SLN = of_numbers(_sln)
_DDB = of_numbers(_ddb)
syd = of_numbers(_syd)
