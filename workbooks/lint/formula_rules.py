"""Rules about what stands in formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from workbooks.lint.anatomy import LONGEST, formulas
from workbooks.lint.reading import Workbook
from workbooks.lint.rule import ERROR, WARNING, Found, at, rule, shortened
from workbooks.lint.standard import is_documentation

ALLOWED: Final = frozenset({0.0, 1.0, 12.0, 100.0, 365.0, 3600.0, 8760.0, 1e3, 1e6})
_VOLATILE: Final = frozenset({"OFFSET", "INDIRECT", "NOW", "TODAY", "RAND", "RANDBETWEEN"})
_LINE: Final = 80
_TEXTS: Final = re.compile(r'"[^"]*"')
_DDE: Final = re.compile(r"\|\s*(?:'[^']*'|[\w.]+)\s*!")
_OTHER_FILE: Final = re.compile(r"(?<![\w\]\[:])\[\d+\][^\[\]\",;()+*/&=<>^]*!|'[^'\[\]]*\[[^\]]+\][^']*'!")


@rule(
    "hard-coded-number",
    ERROR,
    "A formula holds no number but 0, 1, 12, 100, 365, 3600, 8760, 1000 and 1,000,000, and 0.5^ for halving.",
    "Put the number in an input cell with its unit and source, and refer to that cell.",
)
def hard_coded_number(workbook: Workbook) -> Iterator[Found]:
    """Find numbers in formulas, in arrays too."""
    for formula in formulas(workbook):
        numbers = [text for text in formula.anatomy.numbers if float(text) not in ALLOWED]
        if numbers and not is_documentation(workbook, formula.sheet):
            yield at(formula.sheet, formula.cell, f"the formula holds the number {', '.join(dict.fromkeys(numbers))}")


@rule(
    "volatile-function",
    WARNING,
    "No OFFSET, INDIRECT, NOW, TODAY, RAND or RANDBETWEEN: their results change without any input changing, "
    "or nobody can trace them.",
    "Use INDEX in place of OFFSET and INDIRECT; make the date or the draw an input.",
)
def volatile_function(workbook: Workbook) -> Iterator[Found]:
    """Find functions that are computed anew at each change."""
    for formula in formulas(workbook):
        for name in sorted(formula.anatomy.functions & _VOLATILE):
            yield at(formula.sheet, formula.cell, f"the formula uses {name}")


@rule(
    "long-formula",
    WARNING,
    f"A formula fits on a line: at most {_LINE} characters.",
    "Split it into rows of their own, each with a label.",
)
def long_formula(workbook: Workbook) -> Iterator[Found]:
    """Find formulas that nobody reads; array formulas stand for a function and are not meant to be read."""
    for formula in formulas(workbook):
        if _LINE < len(formula.text) <= LONGEST and not formula.cell.array:
            yield at(formula.sheet, formula.cell, f"the formula has more than {_LINE} characters")


@rule(
    "too-long-formula",
    ERROR,
    f"No formula is longer than {LONGEST:,} characters: Excel does not open such a file.",
    "Split it into rows of their own.",
)
def too_long_formula(workbook: Workbook) -> Iterator[Found]:
    """Find formulas that Excel refuses."""
    for formula in formulas(workbook):
        if len(formula.text) > LONGEST:
            yield at(formula.sheet, formula.cell, f"the formula has {len(formula.text):,} characters")


@rule(
    "nested-if",
    WARNING,
    "No IF stands inside another IF.",
    "Give each condition a row, or look the answer up in a table with INDEX and MATCH.",
)
def nested_if(workbook: Workbook) -> Iterator[Found]:
    """Find IFs in IFs; an array formula of the portable edition stands for a function and is not meant to be read."""
    for formula in formulas(workbook):
        if formula.anatomy.nested_if and not formula.cell.array:
            yield at(formula.sheet, formula.cell, "an IF stands inside another")


@rule(
    "unreadable-formula",
    ERROR,
    "Every formula can be read.",
    "Correct it in Excel, which says what is wrong with it.",
)
def unreadable_formula(workbook: Workbook) -> Iterator[Found]:
    """Find text that is no formula."""
    for formula in formulas(workbook):
        if formula.anatomy.problem:
            what = f"{shortened(formula.text)} is no formula: {formula.anatomy.problem}"
            yield at(formula.sheet, formula.cell, what)


@rule(
    "dde",
    WARNING,
    "No formula starts another program (DDE, as in =cmd|'/C calc'!A0).",
    "Delete it; do not allow Excel to start the program.",
)
def dde(workbook: Workbook) -> Iterator[Found]:
    """Find links to programs, in formulas and in the package."""
    for formula in formulas(workbook):
        if _DDE.search(_TEXTS.sub("", formula.text)):
            yield at(formula.sheet, formula.cell, f"the formula starts a program: {shortened(formula.text)}")
    for part, content in workbook.parts.items():
        if part.startswith("xl/externalLinks/") and b"ddeLink" in content:
            yield Found(f"{part} links to another program")


@rule(
    "external-link",
    ERROR,
    "No formula or name refers to another file: the reader does not have it.",
    "Copy the figures in as inputs with their source, or break the link (Data, Edit Links).",
)
def external_link(workbook: Workbook) -> Iterable[Found]:
    """Find references to other files."""
    for formula in formulas(workbook):
        if _OTHER_FILE.search(_TEXTS.sub("", formula.text)):
            yield at(formula.sheet, formula.cell, "the formula refers to another file")
    for name in workbook.names:
        if _OTHER_FILE.search(name.text):
            yield Found(f"the name {name.name} refers to another file")
    for part in workbook.parts:
        if re.fullmatch(r"xl/externalLinks/[^/]+\.xml", part):
            targets = [target for _, _, target in workbook.related(part)]
            yield Found(f"the workbook is linked to {', '.join(targets) or 'another file'}")


@rule(
    "broken-reference",
    ERROR,
    "No formula or name refers to cells that were deleted (#REF!).",
    "Point it at the right cells, or delete it (Formulas, Name Manager).",
)
def broken_reference(workbook: Workbook) -> Iterator[Found]:
    """Find references to nothing."""
    for formula in formulas(workbook):
        if "#REF!" in _TEXTS.sub("", formula.text):
            yield at(formula.sheet, formula.cell, "the formula refers to deleted cells")
    for name in workbook.names:
        if "#REF!" in name.text:
            yield Found(f"the name {name.name} refers to deleted cells", name.scope or "")


@rule(
    "undefined-name",
    ERROR,
    "Every name that a formula uses is defined.",
    "Define the name, or correct its spelling.",
)
def undefined_name(workbook: Workbook) -> Iterator[Found]:
    """Find names that nobody defined."""
    for formula in formulas(workbook):
        for name in sorted(formula.anatomy.names - workbook.defined):
            yield at(formula.sheet, formula.cell, f"nobody defined {name}")
