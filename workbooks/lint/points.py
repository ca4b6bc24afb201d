"""The points of the standard that our workbooks keep, and which rules of the linter check each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Point:
    """A point of the standard.

    Parameters
    ----------
    what : is asked.
    rules : ids of the rules that look for it.
    unchecked : the part that no program can tell from the file, or that tests check instead.
    """

    what: str
    rules: tuple[str, ...]
    unchecked: str = ""


STANDARD: Final = (
    Point("The cover comes first: purpose, version, as-of date, colour key, contents with links", ("cover",)),
    Point("Each sheet has one purpose; constants live on the Inputs sheet", ("constant-outside-inputs",)),
    Point("No numbers in formulas but units of time and scale", ("hard-coded-number",)),
    Point(
        "Inputs, formulas and links to other sheets each have their colour",
        ("colour-class", "cover"),
        "a formula that computes with another sheet's cells counts as a formula, not as a link",
    ),
    Point("One formula along a row", ("inconsistent-formula",), "its first and last column"),
    Point(
        "A formula fits on a line, without IF inside IF",
        ("long-formula", "too-long-formula", "nested-if", "unreadable-formula"),
        "array formulas, which stand for a function each",
    ),
    Point(
        "Nothing volatile, merged or hidden",
        ("volatile-function", "merged-cells", "hidden", "very-hidden-sheet"),
    ),
    Point(
        "No circles, no links to other files or programs, no references to nothing",
        ("circular-reference", "external-link", "dde", "broken-reference", "undefined-name"),
        "references made from text",
    ),
    Point(
        "Each row has a label of its own and a unit; an input also source, as-of date and validation",
        ("row-label", "input-row"),
        "whether the source says so (tests of the ledger)",
    ),
    Point(
        "A period keeps its column on every sheet; references run forward in time, down the timeline, from earlier "
        "sheets to later ones",
        ("period-column", "later-period", "sheet-order"),
        "single results may stand above the rows they sum up",
    ),
    Point(
        "One selector of scenarios; live figures are picked with INDEX", ("selector",), "that the base case is first"
    ),
    Point("Checks are 1 or 0; one master check, shown on every sheet", ("checks",), "that each can fail (tests)"),
    Point(
        "Sensitivity tables are ordinary formulas around the base case",
        ("data-table", "sensitivity"),
        "that the check of the middle compares it with the right result",
    ),
    Point(
        "Charts explain themselves; amounts are scaled by number format, negative ones in parentheses",
        ("chart", "amount"),
        "whether texts overlap (pictures of every sheet)",
    ),
    Point("No errors; every formula has its value; figures are numbers", ("error-value", "no-value", "number-as-text")),
    Point("Prints one page wide, with header, page x of y, title and as-of date", ("page-setup",)),
    Point("Headers frozen, columns wide enough, no gridlines", ("sheet-view", "narrow-column"), "texts that are cut"),
    Point("Text that starts as a formula does stays text", ("formula-text", "dde")),
    Point("Sheets are protected without a password, inputs unlocked", ("protection",)),
    Point(
        "Names stand for inputs and headline results, in the whole workbook",
        ("names",),
        "that they are those of the glossary",
    ),
)
