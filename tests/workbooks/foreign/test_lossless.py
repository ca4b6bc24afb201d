"""What is not meant is not touched: every other part stays byte for byte, as it is compressed."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.tools import validate_package
from tests.workbooks.foreign.full import full, packed, parts
from workbooks import freeze, recalc
from workbooks.foreign.outcome import SIGNATURE
from workbooks.foreign.package import Package

SHEETS = {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet3.xml", "xl/worksheets/sheet4.xml"}
CHAIN = "xl/calcChain.xml"
FRAME = {"[Content_Types].xml", "xl/_rels/workbook.xml.rels"}  # they name the list that goes


@pytest.fixture(scope="module")
def before() -> bytes:
    return full()


def changed(before: bytes, after: bytes) -> set[str]:
    """Return the parts that differ; the others stand in the same order, compressed as they were."""
    one, other = packed(before), packed(after)
    same = [name for name in one if one[name] == other.get(name)]
    assert [name for name in other if name in same] == same
    return set(one) ^ set(other) | {name for name in set(one) & set(other) if one[name] != other[name]}


def test_recalc_changes_the_sheets_with_formulas_only(before):
    outcome = recalc(before)
    assert changed(before, outcome.package) == SHEETS
    assert (outcome.done, outcome.left, outcome.notes) == (5, (), ())
    for name in SHEETS:  # nothing but values in the formulas' cells
        old, new = parts(before)[name], parts(outcome.package)[name]
        assert [line for line in old.split(b"<c ") if b"<f>" not in line] == [
            line for line in new.split(b"<c ") if b"<f>" not in line
        ]
    values = openpyxl.load_workbook(io.BytesIO(outcome.package), data_only=True)
    assert [values["Model"][cell].value for cell in ("D1", "D2", "D3")] == [20, "more, <&>", 26]
    assert (values["Hidden"]["A1"].value, values["Very hidden"]["A1"].value) == (40, 24)


def test_a_workbook_that_is_up_to_date_stays_the_very_same(before):
    once = recalc(before).package
    assert recalc(once).package == once


def test_freeze_changes_the_sheets_with_our_functions_only(before):
    fresh = recalc(before).package
    frozen = freeze(fresh).package
    assert changed(fresh, frozen) == {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet4.xml", CHAIN} | FRAME
    assert b"AIGAP" not in b"".join(parts(frozen).values())
    book = openpyxl.load_workbook(io.BytesIO(frozen))
    assert [book["Model"][cell].value for cell in ("D1", "D2", "D3")] == [20, '=IF(D1>1,"more, <&>",0)', "=D1+B3"]
    assert book["Model"]["D3"].font.bold


def test_freeze_with_notes_adds_to_the_notes_that_are_there(before):
    frozen = freeze(before, keep_notes=True).package
    comments = {"xl/comments1.xml", "xl/drawings/vmlDrawing1.vml", "xl/comments2.xml", "xl/drawings/vmlDrawing2.vml"}
    rels = {"xl/worksheets/_rels/sheet4.xml.rels"}
    assert changed(before, frozen) == SHEETS | {CHAIN} | FRAME | comments | rels
    book = openpyxl.load_workbook(io.BytesIO(frozen))
    assert book["Model"]["A2"].comment.text == "What a GPU costs"
    assert book["Model"]["D1"].comment.text == "=AIGAP(B2,2,0.5)"


@pytest.mark.parametrize("do", [recalc, freeze, lambda data: freeze(data, everything=True, keep_notes=True)])
def test_the_validator_finds_nothing_new(before, do):
    assert validate_package(do(before).package, ".xlsm") == validate_package(before, ".xlsm") == []


def test_a_signature_ends_with_a_change_and_that_is_said(before):
    package = Package(before)
    package.add(
        "_xmlsignatures/origin.sigs",
        b"",
        "application/vnd.openxmlformats-package.digital-signature-origin",
        part="",
        kind="digital-signature/origin",
    )
    signed = package.save()
    once = recalc(signed)
    assert once.notes == (SIGNATURE,)
    assert recalc(once.package).notes == ()  # nothing changed, so the signature is as good as it was
    assert freeze(signed).notes == (SIGNATURE,)
