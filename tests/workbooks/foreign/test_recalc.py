"""Fresh values in workbooks by other programs: the values that udfs and LibreOffice compute."""

from __future__ import annotations

import datetime
import io
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from tests.libreoffice import LibreOffice
from tests.tools import validate_package
from tests.workbooks.foreign.full import parts
from tests.workbooks.packages import close
from udfs import ExcelError, call
from workbooks import diff, portable, recalc
from workbooks.engine import Value
from workbooks.foreign.container import UnusableFileError
from workbooks.foreign.outcome import Outcome
from workbooks.foreign.package import Package
from workbooks.foreign.workbook import Workbook
from workbooks.package import read_parts, write_parts

WRONG = 987654.25
SHEET = "xl/worksheets/sheet1.xml"

# A small model in Excel's own functions, which LibreOffice computes as well, and cells of ours.
INPUTS: dict[str, Any] = {"A1": 50e9, "A2": 2, "A3": 0.5, "A4": "gpu", "A5": True, "C1": 10, "C2": 20, "C3": 30}
PLAIN = {
    "B1": "=A1*A2/(1-A3)",
    "B2": "=SUM(C1:C3)/COUNT(C1:C3)",
    "B3": '=IF(A5,"yes & "&A4,"<no>")',
    "B4": "=NPV(0.1,C1:C3)-C1",
    "B5": "=A1>B1",
    "B6": "=1/(A2-2)",
    "B7": "=IFERROR(VLOOKUP(20,C1:C3,1,FALSE)*2,-1)",
    "B8": "=INDEX(C1:C3,2)+MATCH(30,C1:C3,0)",
    "B9": '=LEFT(A4,2)&TEXT(C1,"0.00")',
    "B10": "=ROUND(SLN(A1,0,5)/1000,0)",
    "B11": '=IF(A2=3,1,"")',
    "B12": "=D9",  # an empty cell
}
OURS = {
    "E1": ("=AIGAP(A1,A2,A3)", call("AIGAP", 50e9, 2.0, 0.5)),
    "E2": ("=ROUND(AIGAP(A1,A2,A3,75000000000)/1E9,1)&A4", "125gpu"),
    "E3": ("=AIGAP(A1,A2,1.5)", ExcelError.NUM),
}


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def by_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Model"
    for address, value in {**INPUTS, **PLAIN, **{place: formula for place, (formula, _) in OURS.items()}}.items():
        book.active[address] = value
    return saved(book)


def by_xlsxwriter() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Model")
    for address, value in INPUTS.items():
        sheet.write(address, value)
    for address, formula in {**PLAIN, **{place: formula for place, (formula, _) in OURS.items()}}.items():
        sheet.write_formula(address, formula, None, WRONG)
    book.close()
    return buffer.getvalue()


def by_pandas() -> bytes:
    cells = {**INPUTS, **PLAIN, **{place: formula for place, (formula, _) in OURS.items()}}
    table = [[cells.get(f"{column}{row}") for column in "ABCDE"] for row in range(1, 13)]
    buffer = io.BytesIO()
    pd.DataFrame(table).to_excel(buffer, sheet_name="Model", header=False, index=False)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def truth(libreoffice) -> dict[str, Value]:
    """Return what LibreOffice computes of the plain formulas."""
    found = libreoffice.recalculate(by_openpyxl())["Model"]
    return {address: found.get(address) for address in PLAIN}


def values(package: bytes, sheet: str = "Model") -> dict[str, Value]:
    return Workbook.open(package).cells(sheet).values()


def check(outcome: Outcome, before: bytes, truth: dict[str, Value]) -> None:
    assert outcome.left == ()
    found = values(outcome.package)
    wrong = {
        address: (found.get(address), value) for address, value in truth.items() if not close(found.get(address), value)
    }
    assert wrong == {}
    assert {place: found[place] for place in OURS} == {place: value for place, (_, value) in OURS.items()}
    one, other = parts(before), parts(outcome.package)
    assert {name for name in one if one[name] != other.get(name)} <= {SHEET}
    assert validate_package(outcome.package) == validate_package(before)
    old, new = Workbook.open(before).cells("Model").formulas, Workbook.open(outcome.package).cells("Model").formulas
    assert [cell.formula for cell in new.values()] == [cell.formula for cell in old.values()]


@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter, by_pandas])
def test_workbooks_by_libraries(write, truth):
    before = write()
    check(recalc(before), before, truth)


def test_a_workbook_saved_by_libreoffice(truth, libreoffice):
    """Converted from .ods; it writes our names in small letters, and #NAME? beside them."""
    before = libreoffice.convert(libreoffice.convert(by_openpyxl(), "ods"), "xlsx", "ods")
    assert values(before)["E1"] is ExcelError.NAME
    check(recalc(before), before, truth)


def test_a_workbook_that_was_xls(truth, libreoffice):
    """Which can't hold our functions at all: LibreOffice puts NA() in their places."""
    before = libreoffice.convert(libreoffice.convert(by_openpyxl(), "xls"), "xlsx", "xls")
    outcome = recalc(before)
    found = values(outcome.package)
    assert outcome.left == ()
    assert {place: found[place] for place in truth if not close(found[place], truth[place])} == {}


def test_wrong_values_are_what_was_there(truth):
    before = values(by_xlsxwriter())
    assert {before[place] for place in truth} == {WRONG}


NAMES = ["AIGAP", "aigap", "_xll.AIGAP", "_xludf.AIGAP", "_xldudf_AICAPEX_AIGAP", "_xldudf_AIGAP", "[1]!AIGAP",
         "'C:\\My add-ins\\aicapex.xlam'!AIGAP", "AICAPEX.AIGAP"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_our_functions_under_all_their_names(name):
    book = openpyxl.Workbook()
    book.active["A1"] = f"=IF({name}(1,2,0.5)>3,{name}(1,2,0.5)*2,0)"
    outcome = recalc(saved(book))
    assert outcome.left == ()
    assert values(outcome.package, "Sheet")["A1"] == 8.0
    assert Workbook.open(outcome.package).cells("Sheet").formulas["A1"].formula == book.active["A1"].value


def with_rows(rows: str, tail: str = "", **more: bytes) -> bytes:
    """Return a package whose sheet holds these rows as they stand."""
    contents = read_parts(saved(openpyxl.Workbook()))
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    contents[SHEET] = f'<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData>{tail}</worksheet>'.encode()
    return write_parts({**contents, **more})


def computed(rows: str) -> tuple[dict[str, Value], Outcome]:
    outcome = recalc(with_rows(rows))
    return values(outcome.package, "Sheet"), outcome


def test_shared_formulas_as_excel_writes_them():
    """Also those whose copies differ in more than references, as the engine sees them."""
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c>'
        + f'<c r="B{row}"><f t="shared" {head} si="0">{ours if row == 1 else ""}</f><v>0</v></c>'
        + f'<c r="C{row}"><f t="shared" {head.replace("B", "C")} si="1">{place if row == 1 else ""}</f></c></row>'
        for row, head, ours, place in [
            (row, 'ref="B1:B3"' if row == 1 else "", "_xll.AIGAP(A1,2,0.5)+A$1", "SUM(ROW(A1:A2))") for row in (1, 2, 3)
        ]
    )
    found, outcome = computed(rows)
    assert [found[f"B{row}"] for row in (1, 2, 3)] == [5, 9, 13]
    assert [found[f"C{row}"] for row in (1, 2, 3)] == [3, 5, 7]
    assert outcome.left == ()


def test_a_spill_that_grows_and_one_that_shrinks():
    """GPUDEP gives a row per year: the cells that it fills change with its arguments."""
    rows = (
        '<row r="1"><c r="A1"><v>5</v></c><c r="B1" cm="1"><f t="array" ref="B1:B3">GPUDEP(100,0,A1)</f><v>1</v></c>'
        '<c r="C1" cm="1"><f t="array" ref="C1:C3">GPUDEP(100,0,A1-3)</f><v>1</v></c></row>'
        '<row r="2"><c r="B2"><v>1</v></c><c r="C2"><v>1</v></c><c r="E2"><f>SUM(B1:B9)</f></c></row>'
        '<row r="3"><c r="B3" s="0"><v>1</v></c><c r="C3"><v>1</v></c></row>'
    )
    found, outcome = computed(rows)
    assert found == {"A1": 5, **{f"B{row}": 20 for row in range(1, 6)}, "C1": 50, "C2": 50, "E2": 100}
    formulas = Workbook.open(outcome.package).cells("Sheet").formulas
    assert [formulas[place].reference for place in ("B1", "C1")] == ["B1:B5", "C1:C2"]
    assert recalc(outcome.package).package == outcome.package


def test_array_formulas_fill_their_cells():
    book = openpyxl.Workbook()
    for row in (1, 2, 3):
        book.active[f"A{row}"] = row
    book.active["B1"] = ArrayFormula("B1:B3", "=AIGAP(A1:A3,2,0.5)")
    book.active["C1"] = ArrayFormula("C1", "=SUM(A1:A3*A1:A3)")
    outcome = recalc(saved(book))
    found = values(outcome.package, "Sheet")
    assert [found[f"B{row}"] for row in (1, 2, 3)] == [4, 8, 12]
    assert found["C1"] == 14
    assert outcome.left == ()


def test_one_value_of_a_table_in_an_ordinary_formula():
    """As Excel shows it, in a formula that is not marked as one that spills."""
    rows = '<row r="1"><c r="A1"><f>GPUDEP(100,0,5)</f><v>0</v></c></row><row r="2"><c r="A2"><v>7</v></c></row>'
    found, outcome = computed(rows)
    assert found == {"A1": 20, "A2": 7}
    assert outcome.left == ()


def test_dates_from_1904():
    contents = read_parts(
        with_rows('<row r="1"><c r="A1"><f>DATE(2020,1,1)</f></c><c r="B1"><f>YEAR(A1)</f></c></row>')
    )
    main = "xl/workbook.xml"
    contents[main] = contents[main].replace(b"<workbookPr ", b'<workbookPr date1904="true" ')
    assert values(recalc(write_parts(contents)).package, "Sheet") == {"A1": 42369, "B1": 2020}


LEFT = {
    "NOW()": "changes by itself",
    "RANDBETWEEN(1,2)": "changes by itself",
    'WEBSERVICE("a")': "from outside of the workbook",
    "[1]Other!A1+1": "refers to another workbook",
    'TEXT(A9,"0.0E+00")': "uses TEXT with the format",
    'TEXT(A9,"#,##0_);(#,##0)")': "uses TEXT with the format",
    'TEXT(A9,"000-00-0000")': "uses TEXT with the format",
    'TEXT(A9,"[>3]0;0.0")': "uses TEXT with the format",
    "MATCH(2,{3;1;2;5},1)": "not sorted",
    "VLOOKUP(2,{3,1;1,2;2,3;5,4},2)": "not sorted",
    "LOOKUP(2,{3;1;2;5})+1": "not sorted",
    "LEFT(LOOKUP(2,{3;1;2;5}),1)": "not sorted",
    'COUNTIF(A1:A3,"#N/A")': "an error to look for",
    'DATEDIF(1,500,"yd")': "DATEDIF",
    "A1:A3 A2:B2": "intersects ranges",
    "_xlfn.MAP(A1:A3,B1)": "uses MAP",
    "SUM(A1": "can't be read",
    "ROW(A1:A3)*2": "gives a range",
    "SUMPRODUCT(IF(A1:A3>0,1,2))": "chooses among the values of a range",
    "MATCH(1,(A1:A3=2)*1,0)": "searches in computed values",
    "C1+1": "in a circle",
}


@pytest.mark.parametrize(("formula", "reason"), LEFT.items())
def test_what_can_not_be_computed_keeps_its_value_and_is_named(formula, reason):
    rows = (
        f'<row r="1"><c r="C1"><f>{formula}</f><v>41</v></c><c r="D1"><f>C1+1</f><v>0</v></c>'
        '<c r="E1"><f>AIGAP(1,2,0.5)</f><v>0</v></c></row>'
    )
    found, outcome = computed(rows)
    assert found == {"C1": 41, "D1": 42, "E1": 4}  # the value that was kept is what D1 sees
    (left,) = outcome.left
    assert (left.sheet, left.cell, left.formula) == ("Sheet", "C1", f"={formula}")
    assert reason in left.reason
    assert outcome.notes == ("Computed from values that were kept: Sheet!D1.",)


def test_without_a_saved_value_dependents_are_left_too():
    rows = (
        '<row r="1"><c r="A1"><f>NOW()</f></c><c r="B1"><f>SUM(A1:A9)</f><v>5</v></c><c r="C1"><f>B1+1</f><v>0</v></c>'
        '<c r="D1"><f>A1+1</f></c><c r="E1"><f>D1+1</f><v>8</v></c>'
        '<c r="F1"><f>INDIRECT("A"&amp;1)</f><v>3</v></c></row>'
    )
    found, outcome = computed(rows)
    assert found == {"B1": 5, "C1": 6, "E1": 8, "F1": 3}
    assert [one.cell for one in outcome.left] == ["A1", "B1", "D1", "E1", "F1"]
    assert "not known" in outcome.left[1].reason


def test_a_data_type_is_no_value_to_compute_with():
    """A stock or a picture in a cell: the file says #VALUE! where the program shows the thing (``vm``)."""
    rows = (
        '<row r="1"><c r="A1" t="e" vm="1"><v>#VALUE!</v></c><c r="B1"><f>IFERROR(A1*2,0)</f><v>7</v></c>'
        '<c r="C1"><f>B1+1</f><v>0</v></c></row>'
    )
    found, outcome = computed(rows)
    assert found == {"A1": ExcelError.VALUE, "B1": 7, "C1": 8}
    assert [one.cell for one in outcome.left] == ["B1"]
    assert b'<c r="A1" t="e" vm="1"><v>#VALUE!</v></c>' in parts(outcome.package)[SHEET]


def test_a_what_if_table_keeps_its_values():
    rows = (
        '<row r="1"><c r="A1"><f t="dataTable" ref="A1:A2" dt2D="0" dtr="0" r1="C1"/><v>3</v></c></row>'
        '<row r="2"><c r="A2"><v>4</v></c><c r="B2"><f>A2*AIGAP(1,2,0.5)</f><v>0</v></c></row>'
    )
    found, outcome = computed(rows)
    assert found == {"A1": 3, "A2": 4, "B2": 16}
    assert [one.cell for one in outcome.left] == ["A1"]


def test_a_spill_without_room_or_beyond_the_engine_is_left():
    rows = (
        '<row r="1"><c r="A1" cm="1"><f t="array" ref="A1:A2">GPUDEP(100,0,5)</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><v>2</v></c></row><row r="4"><c r="A4"><v>9</v></c></row>'
    )
    found, outcome = computed(rows)
    assert found == {"A1": 1, "A2": 2, "A4": 9}
    assert "finds no room" in outcome.left[0].reason


def test_an_array_formula_over_a_whole_sheet_is_left():
    found, outcome = computed(
        '<row r="1"><c r="A1"><f t="array" ref="A1:XFD1048576">1+1</f><v>1</v></c></row><row r="2"><c r="A2"/></row>'
    )
    assert found == {"A1": 1}
    assert "fills more cells" in outcome.left[0].reason
    with pytest.raises(UnusableFileError, match="is no range of cells"):
        computed('<row r="1"><c r="A1"><f t="array" ref="A1:">1+1</f><v>1</v></c></row>')


def test_a_sheet_with_prefixes_and_attributes_of_later_versions():
    """As the Open XML SDK writes sheets, and Excel its rows; an address may be left out."""
    contents = read_parts(saved(openpyxl.Workbook()))
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    contents[SHEET] = (
        f'<x:worksheet xmlns:x="{namespace}" xmlns:x14ac="urn:later"><x:sheetData><x:row x14ac:dyDescent="0.25">'
        '<x:c t="str"><x:f>AIGAP(B1,2,0.5)&amp;"!"</x:f><x:v>?</x:v></x:c><x:c><x:v>5</x:v></x:c>'
        '<x:c><x:f>NOW()</x:f><x:v>7</x:v></x:c><x:c><x:f t="array" ref="D1:E1">B1*{1,2}+C1</x:f></x:c>'
        "<x:c><x:v>3</x:v></x:c></x:row>"
        "</x:sheetData></x:worksheet>"
    ).encode()
    outcome = recalc(write_parts(contents))
    assert values(outcome.package, "Sheet") == {"A1": "20!", "B1": 5, "C1": 7, "D1": 12, "E1": 17}
    assert [one.cell for one in outcome.left] == ["C1"]
    assert b"<c " not in parts(outcome.package)[SHEET]


def test_subtotals_are_left_where_rows_are_hidden():
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2" {}><c r="A2"><v>2</v></c></row>'
        '<row r="3"><c r="A3"><f>SUBTOTAL(109,A1:A2)</f><v>1</v></c></row>'
    )
    found, outcome = computed(rows.format('hidden="1"'))
    assert found["A3"] == 1
    assert "SUBTOTAL where rows are hidden" in outcome.left[0].reason
    assert computed(rows.format('hidden="0"'))[0]["A3"] == 3


def test_precision_as_displayed_is_left_to_excel():
    contents = read_parts(by_openpyxl())
    main = "xl/workbook.xml"
    contents[main] = contents[main].replace(b"<calcPr ", b'<calcPr fullPrecision="0" ')
    with pytest.raises(UnusableFileError, match="Set precision as displayed"):
        recalc(write_parts(contents))


def test_what_no_formula_stands_for_is_none():
    """A copy of a shared formula that is not there, and an empty element."""
    found, outcome = computed(
        '<row r="1"><c r="A1"><f t="shared" si="7"/><v>3</v></c><c r="B1"><f></f><v>4</v></c><c r="C1"><f/><v>5</v></c>'
        '<c r="D1"><f>SUM(A1:C1)</f></c></row>'
    )
    assert found == {"A1": 3, "B1": 4, "C1": 5, "D1": 12}
    assert [str(one) for one in outcome.left] == [
        "Sheet!A1 is a copy of a shared formula that the sheet does not have. Enter it anew."
    ]


def test_a_name_means_what_its_sheet_says():
    book = openpyxl.Workbook()
    book.active["A1"] = "=gap+1"
    other = book.create_sheet("Other")
    other["A1"] = "=gap+1"
    for sheet, amount in ((book.active, 1), (other, 2)):
        sheet.defined_names["gap"] = DefinedName("gap", attr_text=f"AIGAP({amount},2,0.5)")
    outcome = recalc(saved(book))
    fresh = Workbook.open(outcome.package)
    assert [fresh.cells(sheet).value("A1") for sheet in ("Sheet", "Other")] == [5.0, 9.0]


def test_spaces_as_excel_keeps_them():
    """With ``xml:space``, as ECMA-376 has it for formulas and values that begin or end with a space."""
    rows = (
        '<row r="1"><c r="A1" t="str"><f xml:space="preserve"> " a"&amp;AIGAP(1,2,0.5) </f>'
        '<v xml:space="preserve"> b </v></c></row>'
    )
    found, outcome = computed(rows)
    assert found == {"A1": " a4"}
    assert b'<f xml:space="preserve"> " a"&amp;AIGAP(1,2,0.5) </f>' in parts(outcome.package)[SHEET]


def test_tables_and_names_that_hold_our_functions():
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Model")
    columns = [{"header": "a"}, {"header": "gap", "formula": "=AIGAP([@a],2,0.5)", "total_function": "sum"}]
    sheet.add_table("A1:B4", {"name": "Gaps", "total_row": True, "columns": columns, "data": [[1], [2]]})
    book.define_name("double", "=_xll.AIGAP(Model!$A$2,2,0.5)*2")
    sheet.write_formula("D1", "=double+1")
    sheet.write_formula("D2", "=SUM(Gaps[gap])")
    book.close()
    outcome = recalc(buffer.getvalue())
    found = values(outcome.package)
    assert [found[place] for place in ("B2", "B3", "B4", "D1", "D2")] == [4, 8, 12, 9, 12]
    assert outcome.left == ()


def test_paths_bytes_and_files_all_the_same(tmp_path: Path):
    before = by_xlsxwriter()
    path, out = tmp_path / "in.xlsx", tmp_path / "out.xlsx"
    path.write_bytes(before)
    expected = recalc(before).package
    buffer = io.BytesIO()
    with path.open("rb") as file:
        assert recalc(file, buffer).package == expected
    assert recalc(str(path), out).package == expected
    assert out.read_bytes() == buffer.getvalue() == expected
    recalc(path, path)
    assert path.read_bytes() == expected
    assert sorted(tmp_path.iterdir()) == [path, out]


def test_a_workbook_that_is_none_is_refused():
    with pytest.raises(UnusableFileError, match="is empty"):
        recalc(b"")
    package = Package(by_openpyxl())
    package[SHEET] = package[SHEET][:-20]
    with pytest.raises(UnusableFileError, match="is damaged"):
        recalc(package.save())


def test_an_array_formula_of_one_cell_as_libreoffice_saves_it():
    found, outcome = computed('<row r="1"><c r="A1"><f t="array" ref="A1:A1">1/(B1:B1)</f><v>1</v></c></row>')
    assert (found, outcome.left) == ({"A1": ExcelError.DIV0}, ())


@pytest.mark.parametrize("epoch", [WINDOWS_EPOCH, MAC_EPOCH])
def test_dates_that_are_stored_as_text(libreoffice: LibreOffice, epoch: datetime.datetime):
    """As ECMA-376 has them (``t="d"``), and openpyxl writes them on demand: to Excel they are numbers."""
    packages = []
    for iso_dates in (True, False):
        book = openpyxl.Workbook(iso_dates=iso_dates)
        book.epoch = epoch
        sheet = book.active
        moment = datetime.datetime(2026, 3, 1, 12)
        sheet["A1"], sheet["A2"], sheet["A3"] = moment.date(), moment, datetime.time(6)
        for row, formula in enumerate(("=ISNUMBER(A1)", "=A1+A3", "=AICAPEX(A2)", "=SUM(A1:A3)", '=A1&""'), start=1):
            sheet[f"B{row}"] = formula
        packages.append(recalc(saved(book)).package)
    fresh, expected = (Workbook.open(package).cells("Sheet") for package in packages)
    for row in range(1, 6):
        assert fresh.value(f"B{row}") == expected.value(f"B{row}"), row
    computed = libreoffice.recalculate(portable(packages[0]).package)["Sheet"]
    assert [computed[f"B{row}"] for row in (1, 2, 3)] == [fresh.value(f"B{row}") for row in (1, 2, 3)]
    assert not diff(*packages)


def test_names_of_constants_and_of_other_names(libreoffice):
    book = openpyxl.Workbook()
    names = {"arr": "{1,2,3}", "flag": "TRUE", "part": "5%", "word": '"a""b"', "col": "Sheet!$A:$A", "other": "col"}
    for name, text in names.items():
        book.defined_names[name] = DefinedName(name, attr_text=text)
    formulas = [
        "=SUM(arr)", "=INDEX(arr,2)", "=MATCH(2,arr,0)", "=MAX(arr*2)", "=IF(flag,1,2)", "=part*100", "=word&1",
        "=SUM(other)", "=SUMPRODUCT(other*2)",
    ]  # fmt: skip
    for row, formula in enumerate(formulas, start=1):
        book.active[f"A{row}"], book.active[f"B{row}"] = row, formula
    outcome = recalc(saved(book))
    assert outcome.left == ()
    assert values(outcome.package, "Sheet") == libreoffice.recalculate(saved(book))["Sheet"]


@pytest.mark.parametrize("error", ["#SPILL!", "#CALC!", "#FIELD!", "#GETTING_DATA", "Err:508"])
def test_errors_that_the_format_does_not_know(error):
    """As Excel keeps them beside dynamic arrays and data types: what depends on them is left, all else is computed."""
    rows = (
        f'<row r="1"><c r="A1" t="e"><v>{error}</v></c><c r="B1"><f>A1+1</f><v>3</v></c><c r="C1"><f>1+1</f></c>'
        f'<c r="D1" t="e"><f>2+2</f><v>{error}</v></c><c r="E1"><f>D1+1</f></c></row>'
    )
    found, outcome = computed(rows)
    assert [found[place] for place in ("B1", "C1", "D1", "E1")] == [3, 2, 4, 5]
    assert [one.cell for one in outcome.left] == ["B1"]
    assert f'<c r="A1" t="e"><v>{error}</v></c>'.encode() in parts(outcome.package)[SHEET]


def test_what_a_copy_of_a_shared_formula_says_of_itself_does_not_count(libreoffice):
    """ECMA-376, 18.3.1.40: the formula of a cell that is not the master shall be ignored."""
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}"><f t="shared" si="0"{more}</f></c></row>'
        for row, more in ((1, ' ref="B1:B3">A1*2'), (2, ">A2*100"), (3, ">"))
    )
    found, outcome = computed(rows)
    assert outcome.left == ()
    assert found == libreoffice.recalculate(with_rows(rows))["Sheet"]


def test_text_that_excel_takes_for_a_number_is_no_error():
    """Amounts with commas, and truth values as text: the engine has #VALUE! where Excel has a value."""
    rows = (
        '<row r="1"><c r="A1" t="str"><v>1,234</v></c><c r="B1"><f>A1*2</f><v>7</v></c>'
        '<c r="C1"><f>B1+1</f><v>0</v></c>'
        '<c r="D1" t="str"><v>TRUE</v></c><c r="E1"><f>IF(D1,1,2)</f><v>1</v></c><c r="F1" t="str"><v>pear</v></c>'
        '<c r="G1"><f>F1*2</f><v>0</v></c><c r="H1"><f>A1&amp;"!"</f><v>0</v></c></row>'
    )
    found, outcome = computed(rows)
    assert [one.cell for one in outcome.left] == ["B1", "E1"]
    assert "takes the text '1,234' for a number" in outcome.left[0].reason
    assert [found[place] for place in ("B1", "C1", "E1", "G1", "H1")] == [7, 8, 1, ExcelError.VALUE, "1,234!"]


def test_an_index_of_nothing_is_a_range():
    """INDEX with a blank in place of a row gives a whole column: no #SPILL! in an ordinary formula."""
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>INDEX(A1:A2,C9)</f><v>5</v></c></row>'
        '<row r="2"><c r="A2"><v>2</v></c><c r="B2"><v>3</v></c></row>'
    )
    found, outcome = computed(rows)
    assert found["B1"] == 5
    assert "gives a range" in outcome.left[0].reason
