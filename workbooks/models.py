"""The models that come with aicapex, by the name that ``--model`` takes.

The smaller ones are parts of the large one: the same sheets, with the inputs that these need.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from workbooks.capex_hardware import CLUSTER_SHEET, DEPRECIATION_SHEET
from workbooks.capex_inputs import GPU_CLUSTER, INPUTS, SCENARIOS, own
from workbooks.capex_model import (
    CAPEX_MODEL,
    CLUSTER_CHECKS,
    DEPRECIATION_CHECKS,
    GAP_CHECKS,
    GAP_SHEET,
    PAYBACK_CHECKS,
    PAYBACK_SHEET,
)
from workbooks.capex_scenarios import scenarios_sheet
from workbooks.capex_sensitivity import CASES, CASES_SHEET, sensitivity_sheet
from workbooks.capex_sensitivity import GAP_CHECKS as GAP_CENTRE
from workbooks.capex_sensitivity import PAYBACK_CHECKS as PAYBACK_CENTRE
from workbooks.model import Check, Input, Model, Scenario, Section, Sheet


def _needed(sheets: tuple[Sheet, ...], checks: tuple[Check, ...]) -> tuple[Input, ...]:
    """Return the inputs that the formulas of sheets and checks name; the size of the spending always is one."""
    formulas = [check.formula for check in checks]
    for block in (block for sheet in sheets for block in sheet.blocks):
        if isinstance(block, Section):
            formulas += [row.formula for row in block.rows]
        else:
            formulas += [cell for row in block.rows for cell in row.cells if isinstance(cell, str)]
    named = {"gpu", *re.findall(r"\w+", " ".join(formulas))}
    return tuple(line for line in INPUTS if line.name in named)


def _part(name: str, title: str, question: str, scenarios: tuple[Scenario, ...], sheets: tuple[Sheet, ...],
          headline: tuple[str, ...], tiles: tuple[str, ...], checks: tuple[Check, ...]) -> Model:  # fmt: skip
    """Return a model of some of the large one's sheets."""
    inputs = _needed(sheets, checks)
    held = tuple(
        Scenario(one.name, {line.name: one.values[line.name] for line in inputs})
        for one in (*scenarios, own(scenarios[0]))
    )
    return replace(
        CAPEX_MODEL, name=name, title=title, question=question, inputs=inputs, scenarios=held, sheets=sheets,
        headline=headline, tiles=tiles, checks=checks, cases=CASES if CASES_SHEET in sheets else (),
    )  # fmt: skip


_GAP: Final = _part(
    "gap",
    "The AI revenue gap",
    "Somebody says: we are spending fifty billion on GPUs. How much revenue does that need, who would bring it, and "
    "how much of it is missing?",
    SCENARIOS,
    (GAP_SHEET, scenarios_sheet(hour=False, payback=False), sensitivity_sheet(payback=False)),
    ("s_gpu", "s_required", "s_revenue", "s_gap", "s_coverage", "s_closing"),
    ("required", "in_sight", "gap", "coverage", "closing"),
    (*GAP_CHECKS, *GAP_CENTRE),
)

_PAYBACK: Final = _part(
    "payback",
    "Payback of rented GPUs",
    "These GPUs are bought and rented out by the hour. When does the money come back, and what does the answer hang "
    "on?",
    (GPU_CLUSTER, *SCENARIOS),
    (CLUSTER_SHEET, PAYBACK_SHEET, scenarios_sheet(gap=False), CASES_SHEET, sensitivity_sheet(gap=False)),
    ("s_capital", "s_sales", "s_costs", "s_hour_cost", "s_payback", "s_discounted", "s_moic", "s_npv", "s_irr"),
    ("payback", "discounted", "moic", "npv", "irr"),
    (*CLUSTER_CHECKS, *PAYBACK_CHECKS, *PAYBACK_CENTRE),
)

_CLUSTER: Final = _part(
    "cluster",
    "Cost of a GPU cluster",
    "What does one paid hour of one GPU cost, from purchase, power and space to the loss of value, and what must it be "
    "rented out for?",
    (GPU_CLUSTER, *SCENARIOS),
    (CLUSTER_SHEET, DEPRECIATION_SHEET, scenarios_sheet(gap=False, payback=False)),
    ("s_capital", "s_gpus", "s_costs", "s_hour_cost", "s_hour_price", "s_even_use"),
    ("hour_cost", "hour_left", "even_use", "own_after", "capital"),
    (*CLUSTER_CHECKS, *DEPRECIATION_CHECKS),
)

MODELS: Final[Mapping[str, Model]] = {model.name: model for model in (CAPEX_MODEL, _GAP, _PAYBACK, _CLUSTER)}
