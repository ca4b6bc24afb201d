"""Cells in all the forms of ECMA-376, part 1, 18.3, read and changed."""

from __future__ import annotations

import io
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs import ExcelError
from workbooks.foreign.cells import SheetCells
from workbooks.foreign.container import UnusableFileError
from workbooks.foreign.xml_text import hidden, plain, rewrite_elements, shown, text_in, text_of

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet(rows: str, tail: str = "") -> SheetCells:
    return SheetCells(
        f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{tail}</worksheet>'.encode(), ["zero", "one"]
    )


def rows(cells: SheetCells) -> str:
    text = cells.xml().decode()
    return text.partition("<sheetData>")[2].partition("</sheetData>")[0]


VALUES = (
    '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"a"</f><v>a_x000D_&lt;b</v></c>'
    '<c r="C1" t="b"><f>TRUE</f><v>1</v></c><c r="D1" t="e"><f>NA()</f><v>#N/A</v></c><c r="E1"><f>F1</f></c>'
    '<c r="F1" t="s"><v>1</v></c><c r="G1" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r><rPh><t>x</t></rPh></is>'
    '</c><c r="H1" t="str"><f>""</f><v></v></c><c r="I1" s="4"/><c r="J1"><v>1E-3</v></c></row>'
)


def test_values_are_read():
    cells = sheet(VALUES)
    assert cells.values() == {
        "A1": 2.0, "B1": "a\r<b", "C1": True, "D1": ExcelError.NA, "F1": "one", "G1": "inline", "H1": "", "J1": 0.001,
    }  # fmt: skip
    assert {place: cell.value for place, cell in cells.formulas.items()} == {
        "A1": 2.0, "B1": "a\r<b", "C1": True, "D1": ExcelError.NA, "E1": None, "H1": "",
    }  # fmt: skip
    assert cells.value("F1") == "one"
    assert cells.value("Z9") is None
    assert cells.xml() == cells.original


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (2.5, '<c r="A1" s="3" ph="1"><f>B1</f><v>2.5</v></c>'),
        (1e300, '<c r="A1" s="3" ph="1"><f>B1</f><v>1e+300</v></c>'),
        (True, '<c r="A1" s="3" ph="1" t="b"><f>B1</f><v>1</v></c>'),
        (ExcelError.DIV0, '<c r="A1" s="3" ph="1" t="e"><f>B1</f><v>#DIV/0!</v></c>'),
        ("a<\x07", '<c r="A1" s="3" ph="1" t="str"><f>B1</f><v>a&lt;_x0007_</v></c>'),
    ],
)
def test_a_value_takes_the_place_of_another(value, written):
    cells = sheet('<row r="1"><c r="A1" s="3" t="str" ph="1"><f>B1</f><v>old</v></c></row>')
    cells.edit("A1", value=value)
    assert rows(cells) == f'<row r="1">{written}</row>'
    assert SheetCells(cells.xml()).value("A1") == value


SHARED = (
    '<row r="1"><c r="A1"><f t="shared" ref="A1:C1" si="0">B$2*$E3</f><v>1</v></c>'
    '<c r="B1"><f t="shared" si="0"/><v>2</v></c><c r="C1" s="1"><f t="shared" si="0"></f><v>3</v></c></row>'
)


def test_shared_formulas():
    cells = sheet(SHARED)
    assert [cell.formula for cell in cells.formulas.values()] == ["=B$2*$E3", "=C$2*$E3", "=D$2*$E3"]
    assert [cell.written for cell in cells.formulas.values()] == ["=B$2*$E3", "", ""]
    cells.edit("B1", value=9.0)  # the formulas stay shared
    assert rows(cells) == SHARED.replace("<v>2</v>", "<v>9</v>")
    cells.edit("A1", formula=None)
    assert rows(cells) == (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>C$2*$E3</f><v>9</v></c>'
        '<c r="C1" s="1"><f>D$2*$E3</f><v>3</v></c></row>'
    )


def test_frozen_values_keep_their_digits_and_texts():
    cells = sheet(VALUES)
    for place in list(cells.formulas):
        cells.edit(place, formula=None)
    assert rows(cells).startswith(
        '<row r="1"><c r="A1"><v>2</v></c><c r="B1" t="inlineStr"><is><t xml:space="preserve">a_x000D_&lt;b</t></is>'
        '</c><c r="C1" t="b"><v>1</v></c><c r="D1" t="e"><v>#N/A</v></c><c r="E1"/><c r="F1" t="s"><v>1</v></c>'
    )
    assert cells.lost_formulas


ARRAY = (
    '<row r="1"><c r="A1" cm="1"><f t="array" ref="A1:A2">B1:B2</f><v>1</v></c><c r="C1" vm="1" t="e"><f>X</f>'
    '<v>#VALUE!</v></c></row><row r="2"><c r="A2" s="5"><v>2</v></c><c r="C2"><f t="dataTable" ref="C2:D3" dt2D="1" '
    'dtr="1" r1="F1" r2="F2"/><v>7</v></c></row>'
)


def test_arrays_data_types_and_data_tables():
    cells = sheet(ARRAY)
    spill, rich, table = cells.formulas.values()
    assert (spill.kind, spill.reference, spill.spills, rich.rich) == ("array", "A1:A2", True, True)
    assert (table.kind, table.formula, table.reference) == ("dataTable", "=TABLE()", "C2:D3")
    assert cells.rich_values() == ["C1"]
    cells.resize("A1", "A1:A3")
    cells.put("A2", "text")
    cells.put("A3", 3.0)
    cells.put("Q9", None)
    cells.edit("C1", value=4.0)
    cells.edit("C2", formula=None)
    assert rows(cells) == (
        '<row r="1"><c r="A1" cm="1"><f t="array" ref="A1:A3">B1:B2</f><v>1</v></c><c r="C1"><f>X</f><v>4</v></c></row>'
        '<row r="2"><c r="A2" s="5" t="inlineStr"><is><t xml:space="preserve">text</t></is></c><c r="C2"><v>7</v></c>'
        '</row><row r="3"><c r="A3"><v>3</v></c></row>'
    )
    cells = sheet(ARRAY)
    cells.edit("A1", formula=None)
    assert rows(cells).startswith('<row r="1"><c r="A1"><v>1</v></c>')


def test_an_ordinary_formula_becomes_an_array_formula():
    cells = sheet('<row r="1"><c r="A1"><f>SUM(B1)</f><v>1</v></c></row>')
    cells.edit("A1", formula="=SUM(B1:B2*2) ", array="A1")
    assert rows(cells) == (
        '<row r="1"><c r="A1"><f t="array" ref="A1" xml:space="preserve">SUM(B1:B2*2) </f><v>1</v></c></row>'
    )


def test_spaces_that_excel_keeps_are_kept():
    cells = sheet(
        '<row r="1"><c r="A1" t="str"><f xml:space="preserve"> B1 </f><v xml:space="preserve"> a </v></c></row>'
    )
    assert (cells.formulas["A1"].formula, cells.value("A1")) == ("= B1 ", " a ")
    cells.edit("A1", value="b")
    assert '<f xml:space="preserve"> B1 </f>' in rows(cells)


ODD = (
    '<?xml version="1.0" encoding="{encoding}"?><x:worksheet xmlns:x="{main}"><x:sheetData><x:row><x:c t=\'str\'>'
    "<x:f>A2&amp;\"é\"</x:f><x:v>é</x:v></x:c><x:c r='C1' s='3'/><x:c><x:f>1</x:f></x:c></x:row><!-- </x:c><x:c -->"
    '<x:row r="4"><x:c><x:f><![CDATA[A1<B1]]></x:f></x:c></x:row></x:sheetData></x:worksheet>'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_prefixes_missing_addresses_comments_and_encodings(encoding):
    part = ODD.format(encoding=encoding, main=MAIN).encode(encoding)
    cells = SheetCells(part)
    assert {place: cell.formula for place, cell in cells.formulas.items()} == {
        "A1": '=A2&"é"',
        "D1": "=1",
        "A4": "=A1<B1",
    }
    assert cells.value("A1") == "é"
    assert cells.xml() == part
    cells.edit("A4", value=True)
    cells.put("B2", 5.0)
    root = ET.fromstring(cells.xml())
    assert [[c.get("r") for c in row] for row in root.iterfind("{*}sheetData/{*}row")] == [
        ["A1", "C1", "D1"],
        ["B2"],
        ["A4"],
    ]
    assert SheetCells(cells.xml()).values() == {"A1": "é", "B2": 5.0, "A4": True}


def test_an_empty_sheet_gets_cells():
    cells = SheetCells(f'<worksheet xmlns="{MAIN}"><sheetData/><pageMargins/></worksheet>'.encode())
    cells.put("B2", 1.0)
    assert b'<sheetData><row r="2"><c r="B2"><v>1</v></c></row></sheetData><pageMargins/>' in cells.xml()


def test_what_stands_around_the_cells():
    tail = (
        '<conditionalFormatting sqref="A1"><cfRule><formula>A1&gt;1</formula></cfRule></conditionalFormatting>'
        "<dataValidation><formula1>B1</formula1></dataValidation>"
        '<extLst><ext><xm:f xmlns:xm="m">C1</xm:f></ext></extLst>'
    )
    cells = sheet('<row r="1"><c r="A1"><f>A1&gt;1</f></c></row>', tail)
    seen = []

    def change(text: str) -> str | None:
        seen.append(text)
        return "A1<2" if text == "A1>1" else None

    cells.frame.rewrite({"formula", "formula1", "f"}, change)
    assert seen == ["A1>1", "B1", "C1"]
    cells.frame.insert(b"<legacyDrawing/>", before=("tableParts", "extLst"))
    assert cells.frame.find("legacyDrawing") == b"<legacyDrawing/>"
    expected = tail.replace("A1&gt;1", "A1&lt;2").replace("<extLst>", "<legacyDrawing/><extLst>")
    assert cells.xml().decode().endswith(f"<f>A1&gt;1</f></c></row></sheetData>{expected}</worksheet>")


@pytest.mark.parametrize(
    "part",
    [b"<worksheet><sheetData></worksheet>", b"", b"<worksheet/>", b"<x:worksheet><x:sheetData/></x:worksheet>"],
)
def test_damage_is_refused(part):
    with pytest.raises(UnusableFileError, match="is damaged"):
        SheetCells(part)


def test_a_shared_string_that_is_missing_is_damage():
    with pytest.raises(UnusableFileError, match="is damaged"):
        sheet('<row r="1"><c r="A1" t="s"><v>7</v></c></row>').values()


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20))
def test_any_text_survives(text):
    assert shown(hidden(text)) == text
    assert text_of(text_in(text)) == text
    cells = sheet('<row r="1"><c r="A1"><f>B1</f></c></row>')
    cells.edit("A1", value=text)
    cells.put("B1", text)
    assert SheetCells(cells.xml()).values() == {"A1": text, "B1": text}


def test_numeric_references_are_read():
    assert text_of(b"&#65;&#x42;&amp;#67;&quot;&apos;&#38;lt;") == "AB&#67;\"'&lt;"


def test_elements_of_any_namespace_are_rewritten():
    part = plain(b'<a xmlns:xm="m"><f1>1</f1><xm:f1 b="2">2&lt;3</xm:f1><f1/><f11>4</f11></a>')
    assert rewrite_elements(part, ["f1"], lambda text: text + "&") == (
        b'<a xmlns:xm="m"><f1>1&amp;</f1><xm:f1 b="2">2&lt;3&amp;</xm:f1><f1>&amp;</f1><f11>4</f11></a>'
    )


def test_openpyxl_reads_what_is_written():
    book = openpyxl.Workbook()
    for row in range(1, 4):
        book.active.cell(row, 1, f"=B{row}")
    buffer = io.BytesIO()
    book.save(buffer)
    from workbooks.foreign.workbook import Workbook

    opened = Workbook.open(buffer.getvalue())
    cells = opened.cells("Sheet")
    cells.edit("A1", value="a")
    cells.edit("A2", value=1.5, formula="=C1<D1")
    cells.edit("A3", formula=None, value=ExcelError.NUM)
    saved = io.BytesIO(opened.save())
    assert [cell.value for cell in openpyxl.load_workbook(saved)["Sheet"]["A"]] == ["=B1", "=C1<D1", "#NUM!"]
    assert [cell.value for cell in openpyxl.load_workbook(saved, data_only=True)["Sheet"]["A"]] == ["a", 1.5, "#NUM!"]
