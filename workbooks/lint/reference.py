"""The page about the linter, written from its rules: ``python -m workbooks.lint.reference`` writes docs/lint.md."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from workbooks.lint.points import STANDARD
from workbooks.lint.rules import RULES

_HEAD: Final = """\
# The linter

`aicapex lint FILE` checks an .xlsx or .xlsm workbook, anybody's, without opening a spreadsheet program: it says which
sheet and cell breaks which rule and how to mend it. `--rules hard-coded-number,hidden` checks only those; `--format
json` is for scripts and `--format sarif` for code hosts and editors. The exit status is 1 if a finding is an error
(figures may be wrong, lost or hidden), 0 if there are none or only warnings (the workbook is harder to read or to
trust), and 2 if the file can't be read. Neighbouring cells with the same finding are one. A workbook counts as laid out
like ours if it has the sheets Cover and Inputs and the names `scenario`, `scenario_number` and `master_check`; there,
the sheets Evidence, Sources, Functions and Record are documentation and may repeat figures.

What it can't see: whether a formula is the right one. References made from text (INDIRECT) are not followed in the
search for circles; a different formula in the first or last column of a row counts as an opening balance or a total.
Array formulas are not held to a length, as they stand for a function each. Widths of figures are estimates.

How some rules of our own layout are meant:

* Results may stand at the top of a sheet, above the timeline that computes them. Along a timeline (a row of years,
  quarters or months, and the rows below it that fill its columns) a formula looks at its own period and earlier ones; a
  range that ends in a fixed column, such as the total of a row or all that is left of a loan's life, is no such look.
* Formulas refer to their own sheet or earlier ones; the cover, the checks and the documentation to any.
* On a sheet called Sensitivity a colour scale marks a table. The figures above and to the left of it are its axes.
* A chart's source is a text that starts with “Source”, in the chart's first column, directly below it.

This page is written from the rules by `python -m workbooks.lint.reference`; a test keeps it current.
"""
_STANDARD: Final = """\
## The standard behind the rules

Our workbooks keep these points, after the FAST standard, ICAEW's principles for spreadsheets and banking practice;
tests run the linter on every model and edition.
"""


def lint_markdown() -> str:
    """Return the page: how to use the linter, all its rules, and the standard that they check."""
    lines = [_HEAD, "| rule | severity | what is asked | how to mend it |", "| --- | --- | --- | --- |"]
    for ours in (False, True):
        if ours:
            lines.append("| **only in workbooks laid out like ours** | | | |")
        lines += [
            f"| `{rule.id}` | {rule.severity} | {_cell(rule.title)} | {_cell(rule.mend)} |"
            for rule in RULES.values()
            if rule.ours is ours
        ]
    lines += ["", _STANDARD, "| | point | checked by | not checked |", "| --- | --- | --- | --- |"]
    for number, point in enumerate(STANDARD, start=1):
        rules = ", ".join(f"`{one}`" for one in point.rules)
        lines.append(f"| {number} | {_cell(point.what)} | {rules} | {_cell(point.unchecked)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Write the page beside the package, in docs."""
    target = Path(__file__).parents[2] / "docs" / "lint.md"
    target.write_text(lint_markdown(), encoding="utf-8")


if __name__ == "__main__":
    main()
