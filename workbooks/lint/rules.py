"""All rules, and the check of a workbook by them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from xml.etree import ElementTree as ET

from workbooks.lint import (
    cell_rules,
    chart_rules,
    cover_rules,
    flow_rules,
    formula_rules,
    model_rules,
    page_rules,
    row_rules,
    sensitivity_rules,
)
from workbooks.lint.reading import Workbook, damaged
from workbooks.lint.rule import Finding, Rule
from workbooks.lint.standard import is_ours

# id -> rule, in the order in which the modules define them
RULES: Final[dict[str, Rule]] = {
    found.id: found
    for module in (
        formula_rules,
        cell_rules,
        sensitivity_rules,
        cover_rules,
        model_rules,
        row_rules,
        flow_rules,
        chart_rules,
        page_rules,
    )
    for found in vars(module).values()
    if isinstance(found, Rule)
}


class UnknownRuleError(ValueError):
    """There is no rule of that id; the message names those there are."""


def chosen(ids: Collection[str] = ()) -> list[Rule]:
    """Return the rules of these ids; all, if there are none.

    Raises
    ------
    UnknownRuleError
        There is no such rule.
    """
    for one in ids:
        if one not in RULES:
            raise UnknownRuleError(f"there is no rule {one!r}. There are: {', '.join(RULES)}")
    return [RULES[one] for one in dict.fromkeys(ids or RULES)]


def check(workbook: Workbook, rules: Collection[Rule]) -> list[Finding]:
    """Return what is wrong with a workbook: errors first, rule by rule, in the order of sheets.

    Raises
    ------
    UnusableFileError
        A part that the rules look into is damaged.
    """
    ours = is_ours(workbook)
    try:
        findings = [finding for rule in rules if ours or not rule.ours for finding in rule.check(workbook)]
    except (ET.ParseError, ValueError, KeyError, IndexError, OverflowError) as error:
        raise damaged(error) from error
    order = {sheet.name: position for position, sheet in enumerate(workbook.sheets)}
    places = list(RULES)
    return sorted(
        findings,
        key=lambda one: (
            one.rule.severity != "error",
            places.index(one.rule.id),
            order.get(one.found.sheet, -1),
        ),
    )
