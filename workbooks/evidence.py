"""The published claims that the functions reproduce, one record for each figure that can be checked."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from udfs import FUNCTIONS
from udfs.ledger import assumptions

# How a computed figure may differ from the published one: not at all, by at most the tolerance, or by what is
# lost when it is rounded to a multiple of the tolerance. "shown" has no published figure to compare with.
Rule = Literal["exact", "absolute", "rounded", "shown"]

_EXACT = 1e-12  # relative; binary fractions of decimal inputs differ in the last bits


@dataclass(frozen=True)
class Case:
    """One figure of a published claim.

    Parameters
    ----------
    id, case : the claim, and the number of the figure within it.
    source, as_of, claim : key of the source, date, and what it says.
    inputs : name -> value, in the order of the function's parameters.
    function : the function that reproduces it; empty for plain arithmetic. Where it spills, its first row counts.
    arithmetic : the formula in terms of the inputs' names, in Excel's notation; empty for a function.
    published : the figure; None for the rule "shown".
    unit, rule, tolerance : unit of the figure, and how near the computed one must come.
    note : what a reader should know.
    """

    id: str
    case: int
    source: str
    as_of: str
    claim: str
    inputs: Mapping[str, float]
    function: str
    arithmetic: str
    published: float | None
    unit: str
    rule: Rule
    tolerance: float
    note: str

    def formula(self, references: Mapping[str, str]) -> str:
        """Return the worksheet formula, without ``=``.

        Parameters
        ----------
        references : name of each input -> the cell that holds it.
        """
        if self.function:
            call = f"{self.function}({','.join(references[name] for name in self.inputs)})"
            return f"INDEX({call},1)" if FUNCTIONS[self.function].result.shape == "table" else call
        return re.sub(r"[a-z_]\w*", lambda name: references[name.group()], self.arithmetic)

    @property
    def allowed(self) -> float:
        """Largest difference from the published figure that passes."""
        published = abs(self.published or 0.0)
        allowed = {"exact": 0.0, "absolute": self.tolerance, "rounded": self.tolerance / 2, "shown": math.inf}[
            self.rule
        ]
        return allowed + published * _EXACT

    def passes(self, computed: float) -> bool:
        """Return whether the computed figure reproduces the published one."""
        return self.published is None or abs(computed - self.published) <= self.allowed


@cache
def cases() -> tuple[Case, ...]:
    """Return all cases, in the order of the claims."""
    text = files("workbooks").joinpath("evidence.csv").read_text(encoding="utf-8")
    return tuple(_case(row) for row in csv.DictReader(text.splitlines()))


def _case(row: dict[str, str]) -> Case:
    rule: Rule = row["rule"]  # type: ignore[assignment]
    return Case(
        id=row["id"],
        case=int(row["case"]),
        source=row["source"],
        as_of=row["as_of"],
        claim=row["claim"],
        inputs={name: _value(text) for name, text in (pair.split("=") for pair in row["inputs"].split("; "))},
        function=row["function"],
        arithmetic=row["arithmetic"],
        published=float(row["published"]) if row["published"] else None,
        unit=row["unit"],
        rule=rule,
        tolerance=float(row["tolerance"] or 0),
        note=row["note"],
    )


def _value(text: str) -> float:
    """Return the number, or the base value of the assumption that the text names."""
    known = assumptions().get(text)
    return known.base if known else float(text)
