"""Rules for workbooks laid out as ours: where constants live, what colours mean, scenarios, checks, names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workbooks.lint.anatomy import formulas
from workbooks.lint.formula_rules import ALLOWED
from workbooks.lint.looks import look
from workbooks.lint.reading import Sheet, Workbook
from workbooks.lint.rule import ERROR, WARNING, Found, at, rule
from workbooks.lint.standard import (
    CHECKS,
    COVER,
    DOCUMENTATION,
    INPUTS,
    calculations,
    holds,
    is_alive,
    model_sheets,
    named_cell,
    validations,
)
from workbooks.relative import precedents
from workbooks.style import INPUT_TEXT, LINK_TEXT

_SELECTOR: Final = frozenset({"scenario", "scenario_number"})


@rule(
    "constant-outside-inputs",
    ERROR,
    "Typed numbers stand on the Inputs sheet only; 0, 1, 12, 100, 365, 3600, 8760, 1000 and 1,000,000 are free.",
    "Move the number to the Inputs sheet, with unit and source, and refer to it by name.",
    ours=True,
)
def constant_outside_inputs(workbook: Workbook) -> Iterator[Found]:
    """Find constants on sheets that compute; in a report every number is a value."""
    if is_alive(workbook):
        for sheet in model_sheets(workbook):
            if sheet.name != INPUTS and sheet.name not in DOCUMENTATION:
                for cell in sheet.cells.values():
                    if cell.is_constant and float(cell.value or 0) not in ALLOWED:
                        yield at(sheet, cell, "a number stands on a sheet that computes")


@rule(
    "colour-class",
    WARNING,
    "Inputs are blue on a fill, links to another sheet green, all other figures neither.",
    "Give the cell the style of its class (see the colour key on the cover).",
    ours=True,
)
def colour_class(workbook: Workbook) -> Iterator[Found]:
    """Find cells in another class's colour. A cell that may be changed is an input; headings have their own colour."""
    for sheet in model_sheets(workbook):
        for cell in sheet.cells.values():
            own = look(workbook, cell)
            is_input = sheet.name == INPUTS and cell.formula is None and not own.locked
            if is_input and not (own.colour == INPUT_TEXT and own.filled):
                yield at(sheet, cell, "an input is not blue on a fill")
            elif cell.is_number and own.colour == INPUT_TEXT and not is_input and sheet.name not in DOCUMENTATION:
                yield at(sheet, cell, "a figure that is no input is blue")
    for formula in formulas(workbook):
        is_green = look(workbook, formula.cell).colour == LINK_TEXT
        if _is_link(formula.text, formula.sheet):
            if formula.cell.is_number and not is_green:
                yield at(formula.sheet, formula.cell, "a link to another sheet is not green")
        elif is_green:
            yield at(formula.sheet, formula.cell, "a formula is green, as only links to another sheet are")


def _is_link(formula: str, sheet: Sheet) -> bool:
    """Return whether a formula is nothing but a cell of another sheet."""
    found = list(precedents(formula))
    if len(found) != 1 or found[0][0] in (None, sheet.name):
        return False
    return formula.rpartition("!")[2].replace("$", "").isalnum() and not set(formula) & set('+-*/^&(,;"')


@rule(
    "selector",
    ERROR,
    "One cell, named scenario, chooses the scenario from a list; every live figure is picked with INDEX.",
    "Give the cell a list (Data, Data Validation), and the live column =INDEX(scenarios, scenario_number).",
    ours=True,
)
def selector(workbook: Workbook) -> Iterator[Found]:
    """Find a selector that is none, and live figures that do not follow it."""
    if not is_alive(workbook):
        return
    chosen = named_cell(workbook, "scenario")
    if chosen is None or chosen[0].name != INPUTS:
        yield Found("the name scenario is not one filled cell of this sheet", INPUTS)
    elif not any(kind == "list" and holds(cells, chosen[1]) for kind, cells in validations(chosen[0])):
        yield at(chosen[0], chosen[1], "the scenario is not chosen from a list")
    picking = {
        (formula.cell.row, formula.cell.column)
        for formula in formulas(workbook)
        if formula.sheet.name == INPUTS
        and "INDEX" in formula.anatomy.functions
        and "SCENARIO_NUMBER" in formula.anatomy.names
    }
    for name in workbook.names:
        target = named_cell(workbook, name.name)
        if target and target[0].name == INPUTS and name.name.lower() not in _SELECTOR:
            sheet, cell = target
            if (cell.row, cell.column) not in picking:
                yield at(sheet, cell, "a named input does not follow the scenario")


@rule(
    "checks",
    ERROR,
    "Every check is 1; one master check says so, and every sheet that computes shows it.",
    "Look into the check that fails; show master_check in the head of each sheet.",
    ours=True,
)
def checks(workbook: Workbook) -> Iterator[Found]:
    """Find checks that fail or are none, and sheets that do not show them."""
    target = named_cell(workbook, "master_check")
    if target is None or target[0].name != CHECKS:
        yield Found(f"the name master_check is not one filled cell of the sheet {CHECKS}")
        return
    sheet, master = target
    for cell in sheet.cells.values():
        if cell.column == master.column and cell.is_number and float(cell.value or 0) != 1:
            yield at(sheet, cell, "the check fails" if cell.value == "0" else "the check is neither 0 nor 1")
    if is_alive(workbook):
        shown = {formula.sheet.name for formula in formulas(workbook) if "MASTER_CHECK" in formula.anatomy.names}
        for other in calculations(workbook):
            if other.name not in shown:
                yield Found("the sheet does not show the master check", other.name)


@rule(
    "names",
    WARNING,
    "Names stand for single cells, inputs and headline results, in the whole workbook.",
    "Delete the name, or give it one cell and the whole workbook as its scope (Formulas, Name Manager).",
    ours=True,
)
def names(workbook: Workbook) -> Iterator[Found]:
    """Find names for anything else; Excel's own, such as print titles, are no names of the model."""
    for name in workbook.names:
        if name.name.startswith("_xlnm."):
            continue
        target = named_cell(workbook, name.name)
        if name.scope is not None:
            yield Found(f"the name {name.name} holds on this sheet only", name.scope)
        elif target is None:
            yield Found(f"the name {name.name} is not one filled cell")
        elif target[0].name in {COVER, *DOCUMENTATION}:
            yield Found(f"the name {name.name} stands for a cell that is neither input nor result", target[0].name)
