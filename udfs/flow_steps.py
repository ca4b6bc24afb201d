"""The steps of the functions over a range of yearly flows, year by year; one level amount is one formula, not steps."""

from __future__ import annotations

import math
from collections.abc import Sequence

from udfs.errors import ExcelError
from udfs.steps import Step
from udfs.trace import Literal

Flows = float | Sequence[float]
Result = float | ExcelError


def payback_steps(result: Result, capex: float, cashflows: Flows, rate: float) -> list[Step]:
    """Return what is repaid after each year, and the part of the last year that is needed."""
    if not isinstance(cashflows, Sequence):
        return []
    years = len(cashflows) if isinstance(result, ExcelError) else math.ceil(result)
    steps, repaid, before = [], 0.0, 0.0
    for year, cash in enumerate(cashflows[:years], start=1):
        formula, numbers, present = _present(f"cash{year}", cash, year, rate)
        before = repaid
        repaid += present
        steps.append(Step(f"repaid{year} = repaid{year - 1}+{formula}", f"{_text(before)}+{numbers}", repaid, "$"))
    if isinstance(result, ExcelError):
        return [*steps, Step(f"repaid{years}<capex", f"{_text(repaid)}<{_text(capex)}", result, "years")]
    first = years - 1
    formula = f"{first}+(capex-repaid{first})/(repaid{years}-repaid{first})"
    numbers = f"{first}+({_text(capex)}-{_text(before)})/({_text(repaid)}-{_text(before)})"
    return [*steps, Step(formula, numbers, result, "years")]


def multiple_steps(result: Result, capex: float, cashflows: Flows) -> list[Step]:
    """Return all cash, and what it is of the capital."""
    if not isinstance(cashflows, Sequence):
        return []
    total = math.fsum(cashflows)
    names = "+".join(f"cash{year}" for year in range(1, len(cashflows) + 1))
    return [
        Step(f"cash = {names}", "+".join(map(_term, cashflows)), total, "$"),
        Step("cash/capex", f"{_text(total)}/{_text(capex)}", result, "x"),
    ]


def index_steps(result: Result, capex: float, cashflows: Flows, rate: float) -> list[Step]:
    """Return the present value of each year's cash, their sum, and what it is of the capital."""
    if not isinstance(cashflows, Sequence):
        return []
    steps, total = _present_values(cashflows, rate)
    return [*steps, Step("present/capex", f"{_text(total)}/{_text(capex)}", result, "x")]


def debt_steps(result: Result, cfads: Flows, dscr: float, rate: float) -> list[Step]:
    """Return the present value of each year's cash, their sum, and the debt that it covers."""
    if not isinstance(cfads, Sequence):
        return []
    steps, total = _present_values(cfads, rate)
    return [*steps, Step("present/dscr", f"{_text(total)}/{_text(dscr)}", result, "$")]


def rate_steps(result: Result, capex: float, cashflows: Flows, residual: float) -> list[Step]:
    """Return the proof: at the rate, the flows are worth the capital."""
    if not isinstance(cashflows, Sequence):
        return []
    *before, last = cashflows
    equation = "+".join(f"cash{year}/(1+rate)^{year}" for year in range(1, len(cashflows) + 1))
    steps = [] if isinstance(result, ExcelError) else _present_values([*before, last + residual], result)[0]
    return [*steps, Step(f"rate at which {equation}=capex", f"capex={_text(capex)}", result, "fraction/year")]


def _present_values(cashflows: Sequence[float], rate: float) -> tuple[list[Step], float]:
    steps = []
    for year, cash in enumerate(cashflows, start=1):
        formula, numbers, present = _present(f"cash{year}", cash, year, rate)
        steps.append(Step(f"present{year} = {formula}", numbers, present, "$"))
    total = math.fsum(step.value for step in steps if isinstance(step.value, float))
    names = "+".join(f"present{year}" for year in range(1, len(steps) + 1))
    numbers = "+".join(_term(step.value) for step in steps if isinstance(step.value, float))
    return [*steps, Step(f"present = {names}", numbers, total, "$")], total


def _present(name: str, cash: float, year: int, rate: float) -> tuple[str, str, float]:
    """Return the present value of a year's cash: formula with names, with numbers, and value."""
    if rate == 0:
        return name, _term(cash), cash
    return f"{name}/(1+rate)^{year}", f"{_term(cash)}/(1+{_term(rate)})^{year}", cash / (1 + rate) ** year


def _text(number: float) -> str:
    return Literal(number).render()


def _term(number: float) -> str:
    """Return the number as it stands after an operator."""
    return f"({_text(number)})" if number < 0 else _text(number)
