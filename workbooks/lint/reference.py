"""The page about the linter, written from its rules: ``python -m workbooks.lint.reference`` writes docs/lint.md."""

from __future__ import annotations

from pathlib import Path
from typing import Final

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

This page is written from the rules by `python -m workbooks.lint.reference`; a test keeps it current.
"""


def lint_markdown() -> str:
    """Return the page: how to use the linter, and all its rules."""
    lines = [_HEAD, "| rule | severity | what is asked | how to mend it |", "| --- | --- | --- | --- |"]
    for ours in (False, True):
        if ours:
            lines.append("| **only in workbooks laid out like ours** | | | |")
        lines += [
            f"| `{rule.id}` | {rule.severity} | {_cell(rule.title)} | {_cell(rule.mend)} |"
            for rule in RULES.values()
            if rule.ours is ours
        ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Write the page beside the package, in docs."""
    target = Path(__file__).parents[2] / "docs" / "lint.md"
    target.write_text(lint_markdown(), encoding="utf-8")


if __name__ == "__main__":
    main()
