"""Every check of every model is there to catch something: a wrong cell turns it, and the master check, to 0."""

import io
from dataclasses import dataclass
from functools import cache
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from tests.workbooks.building import built
from tests.workbooks.packages import cached, named_cells
from workbooks.engine import Engine
from workbooks.layout import LABEL, UNIT, VALUE, lay_out
from workbooks.models import MODELS
from workbooks.relative import precedents

CHECKS = "Checks"
RANGE_CHECK, CLAIM_CHECK = "Every input is within its range", "Every published claim is reproduced"
FAILED = 0.0


@dataclass(frozen=True)
class Checks:
    """The Checks sheet of a model: label -> address of the mark and formula of the difference; what all cells show."""

    marks: dict[str, str]
    differences: dict[str, str]
    names: dict[str, tuple[str, str]]
    values: dict[str, dict[str, Any]]

    @property
    def master(self):
        return self.names["master_check"]


@cache
def checks(model):
    package = built(model, "headless")
    sheet = openpyxl.load_workbook(io.BytesIO(package))[CHECKS]
    marks, differences = {}, {}
    for row in range(1, sheet.max_row + 1):
        label, difference, mark = (sheet.cell(row, column) for column in (LABEL, UNIT, VALUE))
        if str(difference.value).startswith("="):
            marks[label.value], differences[label.value] = mark.coordinate, difference.value
    return Checks(marks, differences, named_cells(package), cached(package))


def suspects(model, label):
    """The cells that a check's difference is computed from, with a wrong number for each; of ranges, both ends."""
    found = checks(model)
    formula = found.differences[label]
    places = [
        (sheet or CHECKS, f"{get_column_letter(column)}{row}")
        for sheet, (left, top, right, bottom) in precedents(formula)
        for column, row in dict.fromkeys([(left, top), (right, bottom)])
    ]
    places += [place for name, place in found.names.items() if name in formula]
    shown = [(sheet, cell, found.values[sheet].get(cell)) for sheet, cell in reversed(places)]
    return [(sheet, cell, value * 1.001 + 1) for sheet, cell, value in shown if isinstance(value, (int, float))]


def test_every_declared_check_stands_on_the_sheet():
    for name, model in MODELS.items():
        labels = [check.label for check in model.checks]
        assert list(checks(name).marks) == [RANGE_CHECK, CLAIM_CHECK, *labels]
        assert len(set(labels)) == len(labels)


def caught(libreoffice, model, labels):
    """Return check -> a change that turns it to 0 in LibreOffice: a first suspect each, then a second, and so on."""
    found = checks(model)
    marks = list(found.marks)
    shown = [(CHECKS, mark) for mark in found.marks.values()] + [found.master]
    waiting = {label: suspects(model, label) for label in labels}
    guilty = {}
    while any(waiting.values()):
        tries = {label: left.pop(0) for label, left in waiting.items() if left}
        results = libreoffice.tried_cells(built(model, "portable"), list(tries.values()), shown)
        for (label, change), result in zip(tries.items(), results, strict=True):
            assert result[-1] == min(result[:-1]), "the master check is the least of all"
            if result[marks.index(label)] == FAILED:
                guilty[label] = change
                del waiting[label]
    return guilty


@pytest.mark.parametrize("model", MODELS)
def test_every_check_fails_when_a_cell_is_wrong(libreoffice, model):
    declared = {check.label for check in MODELS[model].checks}
    guilty = caught(libreoffice, model, declared)
    assert guilty.keys() == declared
    fails_in_engine(model, guilty.items())


def fails_in_engine(model, changes):
    """Make each change alone in the engine: the check and the master check must be 0, and 1 again after it."""
    found = checks(model)
    engine = Engine.load(built(model, "headless"))
    for label, (sheet, cell, wrong) in changes:
        engine.calculate()
        right = engine.get(sheet, cell)
        assert engine.get(CHECKS, found.marks[label]) == engine.get(*found.master) == 1.0, (label, sheet, cell)
        engine.set(sheet, cell, wrong)
        engine.calculate()
        assert engine.get(CHECKS, found.marks[label]) == engine.get(*found.master) == FAILED, (label, sheet, cell)
        engine.set(sheet, cell, right)


@pytest.mark.parametrize("model", MODELS)
def test_an_input_out_of_range_and_a_missed_claim_fail_a_check(model):
    claims = missed_claims(model)
    assert len(claims) > 20
    fails_in_engine(model, [*inputs_out_of_range(model), *claims])


def inputs_out_of_range(model):
    """Each input of the first scenario, a little too low and a little too high."""
    layout = lay_out(MODELS[model])
    letter = get_column_letter(layout.columns("scenarios")[0])
    for line in MODELS[model].inputs:
        place = layout.places[line.name]
        for wrong in (line.low - 0.001, line.high * 1.001):
            yield RANGE_CHECK, (place.sheet, f"{letter}{place.row}", wrong)


def missed_claims(model):
    """Each published figure, just further off than is allowed."""
    sheet = openpyxl.load_workbook(io.BytesIO(built(model, "headless")), data_only=True)["Evidence"]
    headers = {cell.value: cell.column for row in sheet["A1:T6"] for cell in row if cell.value}
    changes = []
    for row in range(1, sheet.max_row + 1):
        published, allowed = (sheet.cell(row, headers[name]) for name in ("Published", "Allowed"))
        if isinstance(published.value, (int, float)):
            wrong = published.value + 2 * allowed.value + 1e-6 * abs(published.value)
            changes.append((CLAIM_CHECK, (sheet.title, published.coordinate, wrong)))
    return changes
