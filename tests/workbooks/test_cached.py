"""Values planted into finished packages: what changes, and that nothing else does."""

import io
import math
import re

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tests.tools import validate_package
from tests.workbooks.packages import cached
from udfs import ExcelError
from workbooks.cached import plant_values
from workbooks.engine import Engine
from workbooks.package import read_parts, write_parts


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def package_with(formulas, sheet="Model & more"):
    book = openpyxl.Workbook()
    book.active.title = sheet
    for cell, content in formulas.items():
        book.active[cell] = content
    return saved(book)


def cell_of(package, address, part="xl/worksheets/sheet1.xml"):
    xml = read_parts(package)[part].decode()
    return re.search(rf'<c\b[^>]*?\br="{address}"[^>]*?(?:/>|>.*?</c>)', xml).group()


KINDS = [
    (1.5, 1.5),
    (-0.0, 0),
    (200e9, 200e9),
    (0.1 + 0.2, 0.1 + 0.2),
    (1e-300, 1e-300),
    (True, True),
    ("never", "never"),
    ("<a> & 'b' \"c\"", "<a> & 'b' \"c\""),
    ("  two spaces  ", "  two spaces  "),
    (ExcelError.NA, "#N/A"),
    (ExcelError.DIV0, "#DIV/0!"),
]


@pytest.mark.parametrize("keep_formulas", [True, False])
@pytest.mark.parametrize(("value", "shown"), KINDS)
def test_every_kind_of_value_is_read_back(value, shown, keep_formulas):
    package = package_with({"A1": "label", "B2": "=1+1", "C3": 7})
    planted = plant_values(package, {"Model & more": {"B2": value}}, keep_formulas=keep_formulas)
    assert cached(planted)["Model & more"]["B2"] == shown
    assert cached(planted)["Model & more"]["C3"] == 7
    formula = openpyxl.load_workbook(io.BytesIO(planted))["Model & more"]["B2"].value
    assert (formula == "=1+1") == keep_formulas
    assert validate_package(planted) == validate_package(package)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_to_the_last_bit(number):
    planted = plant_values(package_with({"A1": "=1"}), {"Model & more": {"A1": number}})
    read = float(re.search(r"<v>([^<]*)</v>", cell_of(planted, "A1")).group(1))
    assert math.copysign(1, read) == math.copysign(1, number) or number == 0
    assert read == number


def test_all_other_parts_and_cells_stay_as_they_are():
    package = write_parts(read_parts(package_with({"A1": "text", "B1": 5, "C1": "=B1*2", "D1": "=B1&A1"})))
    before, planted = read_parts(package), plant_values(package, {"Model & more": {"C1": 10.0, "D1": "5text"}})
    after = read_parts(planted)
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == ["xl/worksheets/sheet1.xml"]
    for address in ("A1", "B1"):
        assert cell_of(package, address) == cell_of(planted, address)


def test_a_formula_without_a_value_is_refused():
    with pytest.raises(KeyError, match="Model & more!A1"):
        plant_values(package_with({"A1": "=1"}), {})


def test_planting_again_replaces():
    once = plant_values(package_with({"A1": "=1"}), {"Model & more": {"A1": "text"}})
    assert cached(plant_values(once, {"Model & more": {"A1": 3.0}}))["Model & more"]["A1"] == 3


@pytest.fixture
def spilled():
    """A schedule that spills over cells that are empty, styled or beyond the last row, as the engine computes it."""
    book = openpyxl.Workbook()
    book.active.title = "S"
    book.active["B2"] = "=GPUDEP(50e9,0,4)"
    book.active["C3"] = 1
    book.active["A4"], book.active["D4"] = "left", "right"
    book.active["B4"].number_format = "0.00"
    package = saved(book)
    engine = Engine.load(package)
    engine.calculate()
    size = engine.spill("S", "B2")
    cells = [f"B{row}" for row in range(2, 6)]
    return plant_values(package, {"S": {cell: engine.get("S", cell) for cell in cells}}, {"S": {"B2": size}})


def test_a_spill_gets_its_cells(spilled):
    assert [cached(spilled)["S"][f"B{row}"] for row in range(2, 6)] == [12.5e9] * 4
    assert cached(spilled)["S"]["A4"] == "left"
    assert cached(spilled)["S"]["D4"] == "right"
    assert openpyxl.load_workbook(io.BytesIO(spilled))["S"]["B4"].number_format == "0.00"
    assert {error["path"] for error in validate_package(spilled)} <= {"/xl/styles.xml"}  # openpyxl's order in <font>


def test_a_spill_is_written_as_xlsxwriter_writes_it(spilled):
    """XlsxWriter's form is that of files which Excel saved."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("S")
    sheet.write_dynamic_array_formula("B2:B5", "=GPUDEP(50e9,0,4)", None, 12.5e9)
    book.close()
    theirs = file.getvalue()
    ours_cell, their_cell = cell_of(spilled, "B2"), cell_of(theirs, "B2")
    assert re.sub(r'\s*s="\d+"', "", ours_cell) == their_cell.replace("<v>12500000000.0</v>", "<v>12500000000</v>")
    assert read_parts(spilled)["xl/metadata.xml"] == read_parts(theirs)["xl/metadata.xml"]
    types, relations = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
    for part in (types, relations):
        assert b"metadata.xml" in read_parts(spilled)[part]
    type_of = re.compile(
        rb'<Override[^>]*metadata.xml"[^>]*ContentType="([^"]*)"|ContentType="([^"]*)"[^>]*metadata.xml"'
    )
    assert type_of.search(read_parts(spilled)[types]).group(1) == type_of.search(read_parts(theirs)[types]).group(1)


def test_spilled_values_alone(spilled):
    frozen = plant_values(
        spilled, {"S": {f"B{row}": 12.5e9 for row in range(2, 6)}}, {"S": {"B2": (4, 1)}}, keep_formulas=False
    )
    assert openpyxl.load_workbook(io.BytesIO(frozen))["S"]["B2"].value == 12.5e9
