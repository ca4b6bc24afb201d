"""Values in place of formulas, and the formulas as notes: read by other programs."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.worksheet.formula import ArrayFormula

from tests.tools import validate_package
from tests.workbooks.foreign.full import parts
from udfs import ExcelError
from workbooks import freeze, recalc
from workbooks.foreign.package import Package
from workbooks.foreign.workbook import Workbook


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def formulas_and_values(package: bytes, sheet: str = "Sheet") -> tuple[dict[str, str], dict[str, object]]:
    cells = Workbook.open(package).cells(sheet)
    return {place: cell.formula for place, cell in cells.formulas.items()}, cells.values()


@pytest.fixture
def book() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["A2"] = 5, 6
    sheet["B1"] = "=AIGAP(A1,2,0.5)"
    sheet["B2"] = '=IF(_xll.AIGAP(A2,2,0.5)>3,"more <&> "&A2,0)'
    sheet["B3"] = "=B1+A2"
    sheet["B4"] = "=AIGAP(A1,2,0.5)>1"
    sheet["B5"] = "=AIGAP(A1,2,1.5)"
    sheet["C1"] = ArrayFormula("C1:C2", "=AIGAP(A1:A2,2,0.5)")
    return book


def test_our_functions_become_values_and_the_rest_stays_live(book):
    outcome = freeze(saved(book))
    formulas, values = formulas_and_values(outcome.package)
    assert formulas == {"B3": "=B1+A2"}
    assert values == {
        "A1": 5, "A2": 6, "B1": 20, "B2": "more <&> 6", "B3": 26, "B4": True, "B5": ExcelError.NUM, "C1": 20, "C2": 24,
    }  # fmt: skip
    assert (outcome.done, outcome.left) == (5, ())


def test_everything_becomes_a_value(book):
    outcome = freeze(saved(book), everything=True)
    formulas, values = formulas_and_values(outcome.package)
    assert formulas == {}
    assert values["B3"] == 26
    assert outcome.done == 6


def test_a_frozen_workbook_is_read_the_same_by_libreoffice(book, libreoffice):
    frozen = freeze(saved(book), keep_notes=True).package
    _, values = formulas_and_values(frozen)
    assert libreoffice.recalculate(frozen)["Sheet"] == values


def test_notes_hold_the_formulas_and_older_notes_stay(book, libreoffice):
    book.active["B1"].comment = Comment("Checked by Ann", "Ann")
    book.active["D1"].comment = Comment("Not ours", "Ann")
    outcome = freeze(saved(book), keep_notes=True)
    assert validate_package(outcome.package) == validate_package(saved(book))
    expected = {
        "B1": "Checked by Ann\n=AIGAP(A1,2,0.5)",
        "B2": '=IF(_xll.AIGAP(A2,2,0.5)>3,"more <&> "&A2,0)',
        "B4": "=AIGAP(A1,2,0.5)>1",
        "B5": "=AIGAP(A1,2,1.5)",
        "C1": "=AIGAP(A1:A2,2,0.5)",
        "D1": "Not ours",
    }
    for package in (outcome.package, libreoffice.convert(outcome.package, "xlsx")):
        sheet = openpyxl.load_workbook(io.BytesIO(package)).active
        found = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
        assert found == expected


def test_hundreds_of_notes_on_several_sheets():
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("Other")):
        for row in range(1, 1201):
            sheet.cell(row, 1, f"=AIGAP({row},2,0.5)")
    outcome = freeze(saved(book), keep_notes=True)
    assert validate_package(outcome.package) == validate_package(saved(book))
    sheets = openpyxl.load_workbook(io.BytesIO(outcome.package)).worksheets
    assert [sheet["A1200"].comment.text for sheet in sheets] == ["=AIGAP(1200,2,0.5)"] * 2
    for sheet in ("Sheet", "Other"):
        formulas, values = formulas_and_values(outcome.package, sheet)
        assert (formulas, values["A1200"]) == ({}, 4800)


def test_a_thread_of_comments_stays_as_it_is(book):
    """Excel writes the note of a threaded comment by itself, and would write over ours."""
    book.active["B1"].comment = Comment("[Threaded comment] Is this right?", "tc={1}")
    package = Package(saved(book))
    namespace = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    thread = (
        f'<ThreadedComments xmlns="{namespace}"><threadedComment ref="B1" dT="2024-01-01T00:00:00.00" '
        'personId="{00000000-0000-0000-0000-000000000001}" id="{00000000-0000-0000-0000-000000000002}">'
        "<text>Is this right?</text></threadedComment></ThreadedComments>"
    )
    package.add(
        "xl/threadedComments/threadedComment1.xml",
        thread.encode(),
        "application/vnd.ms-excel.threadedcomments+xml",
        part="xl/worksheets/sheet1.xml",
        kind="threadedComment",
    )
    outcome = freeze(package.save(), keep_notes=True)
    assert outcome.notes == ("Sheet!B1 has a thread of comments, and no note of its formula.",)
    sheet = openpyxl.load_workbook(io.BytesIO(outcome.package)).active
    assert sheet["B1"].comment.text == "[Threaded comment] Is this right?"
    assert sheet["B4"].comment.text == "=AIGAP(A1,2,0.5)>1"


def test_shared_formulas_and_spills():
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">AIGAP(B1,2,0.5)</f><v>0</v></c><c r="B1"><v>1</v></c>'
        '<c r="C1" cm="1"><f t="array" ref="C1">GPUDEP(100,0,2)</f><v>0</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>0</v></c><c r="B2"><v>2</v></c></row>'
    )
    package = Package(saved(openpyxl.Workbook()))
    name = "xl/worksheets/sheet1.xml"
    package[name] = re.sub(rb"<sheetData ?/>|</sheetData>", f"<sheetData>{rows}</sheetData>".encode(), package[name])
    package[name] = package[name].replace(b"<sheetData><sheetData>", b"<sheetData>")
    outcome = freeze(package.save())
    formulas, values = formulas_and_values(outcome.package)
    assert (formulas, values) == ({}, {"A1": 4, "A2": 8, "B1": 1, "B2": 2, "C1": 50, "C2": 50})
    assert b"cm=" not in parts(outcome.package)[name]


def test_a_table_forgets_the_formulas_that_it_would_put_into_new_rows():
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Model")
    columns = [
        {"header": "a", "total_string": "Total"},
        {"header": "gap", "formula": "=AIGAP([@a],2,0.5)", "total_function": "=SUM(AIGAP(Gaps[a],2,0.5))"},
        {"header": "twice", "formula": "=[@a]*2", "total_function": "sum"},
    ]
    sheet.add_table("A1:C4", {"name": "Gaps", "total_row": True, "columns": columns, "data": [[1], [2]]})
    book.close()
    before = buffer.getvalue()
    table = "xl/tables/table1.xml"
    frozen = freeze(before)
    assert frozen.left == ()
    formulas, values = formulas_and_values(frozen.package, "Model")
    assert set(formulas) == {"C2", "C3", "C4"}
    assert [values[place] for place in ("B2", "B3", "B4", "C4")] == [4, 8, 12, 6]
    assert parts(frozen.package)[table].count(b"Formula>") == 2  # the one of the other column, begin and end
    assert b'totalsRowFunction="custom"' not in parts(frozen.package)[table]
    assert b'totalsRowFunction="sum"' in parts(frozen.package)[table]
    whole = freeze(before, everything=True)
    assert formulas_and_values(whole.package, "Model")[0] == {}
    assert b"Formula" not in parts(whole.package)[table]
    assert b"totalsRowFunction" not in parts(whole.package)[table]
    assert validate_package(frozen.package) == validate_package(whole.package) == []


def linked(file: str) -> bytes:
    """Return a workbook with functions from an add-in, as Excel links to it."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"] = "=[1]!AIGAP(1,2,0.5)", "=A1+1"
    package = Package(saved(book))
    main, link = "xl/workbook.xml", "xl/externalLinks/externalLink1.xml"
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    content = (
        f'<externalLink xmlns="{namespace}" xmlns:r="{relations}"><externalBook r:id="rId1"><definedNames>'
        '<definedName name="AIGAP"/></definedNames></externalBook></externalLink>'
    )
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
    identity = package.add(link, content.encode(), content_type, part=main, kind="externalLink")
    package["xl/externalLinks/_rels/externalLink1.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relations}/externalLinkPath" Target="file:///C:/add-ins/{file}" '
        'TargetMode="External"/></Relationships>'
    ).encode()
    reference = f'<externalReferences><externalReference xmlns:r="{relations}" r:id="{identity}"/></externalReferences>'
    package[main] = package[main].replace(b"</sheets>", b"</sheets>" + reference.encode())
    return package.save()


@pytest.mark.parametrize(
    ("file", "notes"), [("aicapex.xlam", ()), ("Bank.xlam", ("Functions of Bank.xlam were taken for ours.",))]
)
def test_the_link_to_an_add_in_goes_with_its_last_formula(file, notes):
    before = linked(file)
    outcome = freeze(before)
    assert formulas_and_values(outcome.package) == ({"A2": "=A1+1"}, {"A1": 4, "A2": 5})
    assert not any("externalLink" in name for name in parts(outcome.package))
    assert b"externalReference" not in parts(outcome.package)["xl/workbook.xml"]
    assert validate_package(outcome.package) == validate_package(before)
    assert outcome.notes == recalc(before).notes == notes
    assert "xl/externalLinks/externalLink1.xml" in parts(recalc(before).package)


def test_what_can_not_be_frozen_fresh_is_named():
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Model")
    sheet.write_formula("A1", "=AIGAP(1,2,0.5)*DAY(TODAY())", None, 44)
    sheet.write_formula("A2", '=AIGAP(1,2,0.5)&WEBSERVICE("a")', None, "#NAME?")
    sheet.write_formula("A3", "=NOW()", None, 45000)
    sheet.write_formula("A4", "=gap*2", None, 0)
    sheet.conditional_format("B2:B9", {"type": "formula", "criteria": "=AIGAP(B2,2,0.5)>1"})
    sheet.data_validation("C1", {"validate": "custom", "value": "=AIGAP(C1,2,0.5)>1"})
    book.define_name("gap", "=AIGAP(1,2,0.5)")
    book.close()
    outcome = freeze(buffer.getvalue())
    formulas, values = formulas_and_values(outcome.package, "Model")
    assert set(formulas) == {"A2", "A3"}
    assert (values["A1"], values["A4"]) == (44, 8)
    told = [str(one) for one in outcome.left]
    assert [one.split(" ")[0] for one in told] == ["Model!A1", "Model!A2", "Model!A3", "Model!B2:B9", "Model!C1", "The"]
    assert told[0].endswith("It is frozen at the value it had.")
    assert told[1].endswith("stays.")
    assert told[2].endswith("Let Excel compute it.")
    assert "a conditional format with our function: =AIGAP(B2,2,0.5)>1" in told[3]
    assert "a data validation with our function" in told[4]
    assert told[5].startswith("The name gap stands for a formula with our function: =AIGAP(1,2,0.5).")


def test_notes_in_a_strict_workbook_are_strict(book, libreoffice):
    """ISO/IEC 29500 Strict has namespaces of its own: no part may be of the others."""
    main, relations = (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    )
    strict = {
        main: "http://purl.oclc.org/ooxml/spreadsheetml/main",
        relations: "http://purl.oclc.org/ooxml/officeDocument/relationships",
    }
    package = Package(saved(book))
    for name in package.names:
        for old, new in strict.items():
            if name.startswith(("xl/", "_rels")):
                package[name] = package[name].replace(old.encode(), new.encode())
    before = package.save()
    frozen = freeze(before, keep_notes=True).package
    changed = [part for name, part in parts(frozen).items() if parts(before).get(name) != part]
    assert not any(main.encode() in part or b"officeDocument/2006/relationships" in part for part in changed)
    sheet = openpyxl.load_workbook(io.BytesIO(libreoffice.convert(frozen, "xlsx"))).active
    assert sheet["B1"].comment.text == "=AIGAP(A1,2,0.5)"


def test_a_note_without_text_gets_its_own(book):
    book.active["B1"].comment = Comment("Ann", "Ann")
    book.active["B4"].comment = Comment("Not this one", "Ann")
    package = Package(saved(book))
    name = next(name for name in package.names if "comment" in name and name.endswith(".xml"))
    package[name] = re.sub(
        rb"<text>(?:(?!</text>).)*Ann</?t>.*?</text>|<text><t[^>]*>Ann</t></text>", b"<text/>", package[name]
    )
    assert b"<text/>" in package[name]
    sheet = openpyxl.load_workbook(io.BytesIO(freeze(package.save(), keep_notes=True).package)).active
    assert sheet["B1"].comment.text == "=AIGAP(A1,2,0.5)"
    assert sheet["B4"].comment.text == "Not this one\n=AIGAP(A1,2,0.5)>1"


def test_a_date_that_was_kept_as_text_is_frozen_as_a_date(book, libreoffice):
    """``t="d"``, as ECMA-376 has it: the date of a formula that is not computed here stays what it was."""
    package = Package(saved(book))
    name = "xl/worksheets/sheet1.xml"
    date = b'<row r="9"><c r="A9" t="d"><f>AIGAP(1,2,0.5)+TODAY()</f><v>2024-01-31</v></c></row></sheetData>'
    package[name] = package[name].replace(b"</sheetData>", date)
    frozen = freeze(package.save()).package
    assert b'<c r="A9" t="d"><v>2024-01-31</v></c>' in parts(frozen)[name]
    assert libreoffice.recalculate(frozen)["Sheet"]["A9"] == 45322
