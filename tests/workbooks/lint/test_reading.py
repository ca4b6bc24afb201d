"""What programs put in packages is read; what no program writes is refused with a reason."""

import contextlib
import io
import re
import zipfile

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.formula.translate import Translator

from tests.workbooks.lint.making import anybodys, ours, saved
from workbooks.lint.reading import UnusableFileError, read
from workbooks.lint.rules import check, chosen
from workbooks.package import read_parts, write_parts
from workbooks.relative import precedents, relative, shifted

SHEET = "xl/worksheets/sheet1.xml"


def with_sheet(xml: str) -> bytes:
    """Return a package whose sheet holds these rows as they stand."""
    parts = read_parts(saved(openpyxl.Workbook()))
    parts[SHEET] = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{xml}</sheetData></worksheet>"
    ).encode()
    return write_parts(parts)


def test_shared_formulas_are_expanded():
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:C1" si="0">B$2*$E3</f><v>1</v></c>'
        '<c r="B1"><f t="shared" si="0"/><v>1</v></c><c r="C1"><f t="shared" si="0"/><v>1</v></c></row>'
    )
    cells = read(with_sheet(rows)).sheets[0].cells
    assert [cells[1, column].formula for column in (1, 2, 3)] == ["=B$2*$E3", "=C$2*$E3", "=D$2*$E3"]
    assert check(read(with_sheet(rows)), chosen()) == []


def test_a_shared_formula_in_a_circle_is_found():
    rows = (
        '<row r="1"><c r="A1"><v>5</v></c><c r="B1"><f t="shared" ref="B1:C1" si="0">A1+C2</f><v>1</v></c>'
        '<c r="C1"><f t="shared" si="0"/><v>1</v></c></row><row r="2"><c r="D2"><f>C1</f><v>1</v></c></row>'
    )
    assert [one.place for one in check(read(with_sheet(rows)), chosen(["circular-reference"]))] == ["Sheet!C1"]


def test_rows_and_cells_without_addresses_are_counted():
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"
    assert {key: cell.value for key, cell in read(with_sheet(rows)).sheets[0].cells.items()} == {
        (1, 1): "1",
        (1, 2): "2",
        (2, 1): "3",
    }


def test_another_programs_workbook(tmp_path):
    """XlsxWriter stores text in a table of its own, and columns of a table in brackets."""
    book = xlsxwriter.Workbook(tmp_path / "written.xlsx")
    sheet = book.add_worksheet("My figures")
    sheet.add_table(
        "A1:B3", {"name": "Costs", "data": [["a", 2], ["b", 3]], "columns": [{"header": "what"}, {"header": "x1"}]}
    )
    sheet.write_rich_string("D1", "two ", book.add_format({"bold": True}), "parts")
    sheet.write_formula("D2", "=SUM(Costs[x1])", None, 5)
    sheet.write_dynamic_array_formula("D4:D5", "=LET(n,Costs[x1],n*B2)", None, 4)
    sheet.write_boolean("E1", True)
    book.close()
    workbook = read((tmp_path / "written.xlsx").read_bytes())
    cells = workbook.sheets[0].cells
    assert cells[1, 4].value == "two parts"
    assert cells[1, 4].is_text
    assert cells[2, 4].formula == "=SUM(Costs[x1])"
    assert cells[4, 4].array
    assert not cells[1, 5].is_number
    assert check(workbook, chosen()) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(encoding):
    parts = read_parts(saved(openpyxl.Workbook()))
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    parts[SHEET] = (f'<?xml version="1.0" encoding="{encoding}"?>{bomb}' + parts[SHEET].decode()).encode(encoding)
    with pytest.raises(UnusableFileError, match="declares entities"):
        read(write_parts(parts))


def test_a_bomb_is_refused_before_it_is_unpacked():
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(SHEET, "w") as entry,
    ):
        for _ in range(600):
            entry.write(b" " * (1 << 20))
    with pytest.raises(UnusableFileError, match="half a gigabyte"):
        read(buffer.getvalue())


@pytest.mark.parametrize(
    ("package", "message"),
    [
        (b"", "no .xlsx workbook"),
        (b"Price,Amount\n1,2\n", "no .xlsx workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "protected with a password"),
        (saved(openpyxl.Workbook())[:2000], "damaged"),
        (write_parts({"word/document.xml": b"<document/>"}), "no .xlsx workbook"),
        (write_parts({"xl/workbook.bin": b""}), "binary workbook"),
        (with_sheet('<row r="1"><c r="A1"><v>1</v></row>'), "damaged"),
        (with_sheet('<row r="1"><c r="A7"><v>1</v></c></row>'), "calls itself A7"),
        (with_sheet('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'), "damaged"),
    ],
)
def test_what_is_no_workbook_is_refused(package, message):
    with pytest.raises(UnusableFileError, match=re.escape(message)):
        read(package)


SOUND = {"anybody's": saved(anybodys(lambda book, sheet: None)), "ours": saved(ours(lambda book: None))}


@pytest.mark.parametrize("whose", SOUND)
@given(data=st.data())
def test_a_damaged_package_is_read_or_refused(whose, data):
    """Whatever byte of a part is lost or changed, there is an answer and no traceback."""
    parts = read_parts(SOUND[whose])
    name = data.draw(st.sampled_from(sorted(parts)))
    place = data.draw(st.integers(0, len(parts[name]) - 1))
    parts[name] = parts[name][:place] + data.draw(st.binary(max_size=3)) + parts[name][place + 1 :]
    with contextlib.suppress(UnusableFileError):
        check(read(write_parts(parts)), chosen())


def test_brackets_without_end_are_a_finding():
    deep = "(" * 4000 + "1" + ")" * 4000
    package = with_sheet(f'<row r="1"><c r="A1"><f>{deep}</f><v>1</v></c></row>')
    assert "unreadable-formula" in {one.rule.id for one in check(read(package), chosen())}


FORMULAS = [
    "=B2+$C$3*D$4-$E5", "=SUM(A1:B$9)*Inputs!C3", "='My sheet'!B2&\"B2 'x' \"", "=LOG10(B2)+Costs[B2]",
    "=SUM(B:C)+SUM($3:4)", "=IF(B2>1,\"it's B2\",C2)",
]  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
@given(rows=st.integers(0, 50), columns=st.integers(0, 20))
def test_copies_are_those_of_openpyxl_and_relatively_the_same(formula, rows, columns):
    target = openpyxl.utils.get_column_letter(6 + columns) + str(8 + rows)
    copied = shifted(formula, rows, columns)
    assert copied == Translator(formula, "F8").translate_formula(target)
    assert relative(copied, 8 + rows, 6 + columns) == relative(formula, 8, 6)


def test_a_reference_to_another_file_is_none_to_this_one():
    assert list(precedents("=[1]Data!A1+B1")) == [(None, (2, 1, 2, 1))]
