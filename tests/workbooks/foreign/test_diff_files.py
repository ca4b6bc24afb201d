"""Files as programs write them: what a person did is told, what programs do is not."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

import workbooks
from tests.libreoffice import LibreOffice
from tests.workbooks.lint.making import saved
from workbooks.editions import build
from workbooks.foreign.container import UnusableFileError
from workbooks.foreign.diff import diff
from workbooks.foreign.diff_report import shown
from workbooks.foreign.differences import Change, Differences, Fact, Lines
from workbooks.models import MODELS
from workbooks.package import read_parts, write_parts


def made(change: Callable[[openpyxl.Workbook], object] = lambda book: None, values: dict | None = None) -> bytes:
    """Return a small model: labels, units, years; inputs, a formula along the years, a named total, a drop-down."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Plan"
    rows = [
        ["Plan of one cluster"],
        ["Scenario", None, "Base"],
        [],
        ["Item", "Unit", *range(2026, 2031)],
        ["Price", "$/h", 2.5, 2.4, 2.3, 2.2, 2.1],
        ["Hours", "h", *[8760] * 5],
        ["Revenue", "$", *[f"={column}5*{column}6" for column in "CDEFG"]],
        ["Total", "$", "=SUM(C7:G7)"],
    ]
    for row in rows:
        sheet.append(row)
    book.defined_names["total"] = DefinedName("total", attr_text="Plan!$C$8")
    chosen = DataValidation("list", formula1='"Base,High"')
    chosen.add("C2")
    sheet.add_data_validation(chosen)
    change(book)
    return saved(book, {f"Plan!{cell}": value for cell, value in (values or {}).items()})


def setting(**cells: object) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        for cell, content in cells.items():
            book["Plan"][cell] = content

    return change


def told(changes: list[Change]) -> list[tuple]:
    return [
        (
            (one.a or one.b).cells,
            one.count,
            *((side and (side.formula or side.value)) for side in (one.a, one.b)),
        )
        for one in changes
    ]


def differing(found: Differences, *kinds: str) -> list[str]:
    return [kind for kind in kinds if getattr(found, kind)]


def test_an_input_is_told_with_what_is_around_it() -> None:
    found = diff(made(), made(setting(D5=2.0), {"D7": 5.0, "C8": 7.0}))
    [change] = found.inputs
    assert (change.b.sheet, change.b.cells, change.b.label, change.b.header, change.b.unit) == (
        "Plan", "D5", "Price", "2027", "$/h",
    )  # fmt: skip
    assert (change.a.value, change.b.value) == (2.4, 2.0)
    assert change.relative == pytest.approx(-1 / 6)
    assert [(one.b.cells, one.b.name, one.a.value, one.b.value) for one in found.values] == [
        ("D7", "", 1.0, 5.0),
        ("C8", "total", 1.0, 7.0),
    ]
    assert not found.formulas
    assert not found.texts


def test_a_change_along_a_row_is_one_change() -> None:
    slower = {f"{column}7": f"={column}5*{column}6*0.98" for column in "CDEFG"}
    assert told(diff(made(), made(setting(**slower))).formulas) == [("C7:G7", 5, "=C5*C6", "=C5*C6*0.98")]
    one_wrong = {**slower, "E7": "=E5*E6*0.89"}
    assert told(diff(made(), made(setting(**one_wrong))).formulas) == [
        ("C7:D7", 2, "=C5*C6", "=C5*C6*0.98"),
        ("E7", 1, "=E5*E6", "=E5*E6*0.89"),
        ("F7:G7", 2, "=F5*F6", "=F5*F6*0.98"),
    ]


def test_a_formula_typed_over_is_told_among_formulas() -> None:
    found = diff(made(), made(setting(E7=20000, F7=None)))
    assert told(found.formulas) == [("E7", 1, "=E5*E6", 20000.0), ("F7", 1, "=F5*F6", None)]
    assert not found.inputs


def test_a_choice_is_an_input_and_a_label_is_text() -> None:
    found = diff(made(), made(setting(C2="High", A6="Hours a year")))
    assert told(found.inputs) == [("C2", 1, "Base", "High")]
    assert told(found.texts) == [("A6", 1, "Hours", "Hours a year")]


def test_formulas_that_moved_are_the_same_and_the_row_is_told() -> None:
    def insert(book: openpyxl.Workbook) -> None:
        sheet = book["Plan"]
        sheet.insert_rows(6)
        sheet["A6"], sheet["B6"] = "Discount", "%"
        for column in "CDEFG":
            sheet[f"{column}8"] = f"={column}5*{column}7"
        sheet["C9"] = "=SUM(C8:G8)"
        book.defined_names["total"].attr_text = "Plan!$C$9"

    found = diff(made(), made(insert))
    assert found.lines == [Lines("Plan", "rows", "6", ("Discount",), inserted=True)]
    assert differing(found, "formulas", "inputs", "values", "names", "sheets") == []


def test_a_sum_that_misses_the_new_row_differs_from_one_that_has_it() -> None:
    """What a person must do after adding a row below a sum's last one: done or forgotten, both can be seen."""

    def add(total: str) -> Callable[[openpyxl.Workbook], None]:
        def change(book: openpyxl.Workbook) -> None:
            sheet = book["Plan"]
            sheet.insert_rows(8)
            sheet["A8"], sheet["C8"], sheet["C9"] = "Other", 100, total
            book.defined_names["total"].attr_text = "Plan!$C$9"

        return change

    assert told(diff(made(), made(add("=SUM(C7:G7)"))).formulas) == []
    assert told(diff(made(), made(add("=SUM(C7:G8)"))).formulas) == [("C8", 1, "=SUM(C7:G7)", "=SUM(C7:G8)")]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("=AIGAP(C5,D5)", "=_xll.AIGAP(C5,D5)"),
        ("=AIGAP(C5,D5)", "=aigap( C5 , D5 )"),
        ("=AIGAP(C5,D5)", "=[1]!AIGAP(C5,D5)"),
        ("=AIGAP(C5,D5)", "=_xldudf_AICAPEX_AIGAP(C5,D5)"),
        ("=SUM(Plan!C5:D5)", "=SUM(C5:D5)"),
        ("=SUM('Plan'!C5:D5)+1E3", "=SUM(Plan!C5:D5)+1000"),
        ("=CONCAT(C5,TRUE)", "=_xlfn.CONCAT(C5,TRUE())"),
        ("=IF(C5>1,\"a b\",'Plan'!total)", '=if(C5 > 1,"a b",Plan!TOTAL)'),
    ],
)
def test_how_a_program_writes_a_formula_is_no_difference(a: str, b: str) -> None:
    assert not diff(made(setting(C9=a)), made(setting(C9=b)))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("=C5*D5", "=C5*$D5"),
        ('="a b"', '="ab"'),
        ("=SUM(C5:D5)", "=SUM(C5,D5)"),
        ("=C5*1.1", "=C5*1.11"),
        ("=AIGAP(C5,D5)", "=[1]!OTHER(C5,D5)"),
        ("=[1]Prices!A1", "=[1]Prices!A2"),
        ("=SUM(C5:D5 D5:E5)", "=SUM(C5:D5,D5:E5)"),
        ("=LOG10(C5)", "=LN(C5)"),
    ],
)
def test_what_a_person_wrote_otherwise_is_one(a: str, b: str) -> None:
    assert told(diff(made(setting(C9=a)), made(setting(C9=b))).formulas) == [("C9", 1, a, b)]


def test_the_last_digits_of_a_number_are_no_difference() -> None:
    assert not diff(made(setting(C5=0.1 + 0.2)), made(setting(C5=0.3)))
    assert told(diff(made(setting(C5=1.0)), made(setting(C5=1 + 1e-11))).inputs) == [("C5", 1, 1.0, 1 + 1e-11)]


def test_a_difference_of_large_numbers_is_as_exact_as_they_are() -> None:
    """50 billion less 50 billion is 0 in one program and 0.00001 in another; 0.00001 less 0 is not."""
    change = setting(C5=50e9, C9="=C5-C10", C10=50e9)
    assert not diff(made(change, {"C9": 0.0}), made(change, {"C9": 7.6e-6}))
    small = setting(C5=1e-5, C9="=C5-C10", C10=1e-5)
    assert len(diff(made(small, {"C9": 0.0}), made(small, {"C9": 7.6e-6})).values) == 1


def test_results_of_arrays_are_no_inputs() -> None:
    def spilled(scale: float, rows: int = 3) -> bytes:
        buffer = io.BytesIO()
        book = xlsxwriter.Workbook(buffer)
        sheet = book.add_worksheet("Plan")
        sheet.write_dynamic_array_formula(0, 1, rows - 1, 1, "=SEQUENCE(3)*2", None, scale)
        for row in range(1, rows):
            sheet.write_number(row, 1, (row + 1) * scale)
        book.close()
        return buffer.getvalue()

    found = diff(spilled(2), spilled(3))
    assert told(found.values) == [
        ("B1", 1, "=SEQUENCE(3)*2", "=SEQUENCE(3)*2"),
        ("B2", 1, 4.0, 6.0),
        ("B3", 1, 6.0, 9.0),
    ]
    assert differing(found, "inputs", "formulas", "texts") == []


def test_names_and_sheets() -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.defined_names["total"].attr_text = "Plan!$D$8"
        book.defined_names["rate"] = DefinedName("rate", attr_text="0.1")
        book.create_sheet("Notes")["A1"] = 5
        book["Plan"].sheet_state = "hidden"

    found = diff(made(), made(change))
    assert found.names == [Fact("name total", "Plan!$C$8", "Plan!$D$8"), Fact("name rate", None, "0.1")]
    assert found.sheets == [
        Fact("sheet Notes", None, "0 formulas, 1 numbers"),
        Fact("sheet Plan", "shown", "hidden"),
    ]


def test_settings_that_change_results() -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.calculation.iterate = True
        book.calculation.fullPrecision = False
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    assert [one.about for one in diff(made(), made(change)).settings] == [
        "dates counted from 1904",
        "circles computed by iteration",
        "computed with all digits, not those shown",
    ]


def test_macros_are_told() -> None:
    parts = read_parts(made())
    with_macros = [write_parts({**parts, "xl/vbaProject.bin": content}) for content in (b"one", b"three")]
    assert diff(made(), with_macros[0]).settings == [Fact("macros", None, "3 bytes")]
    assert diff(*with_macros).settings == [Fact("macros", "3 bytes", "5 bytes")]
    assert not diff(with_macros[0], with_macros[0])


def test_formulas_without_values_are_counted() -> None:
    book = openpyxl.load_workbook(io.BytesIO(made()))
    buffer = io.BytesIO()
    book.save(buffer)
    found = diff(made(), buffer.getvalue())
    assert not found
    assert found.without_value == (0, 6)


@pytest.mark.parametrize("edition", ["portable", "report"])
def test_a_copy_saved_by_libreoffice_is_the_same(libreoffice: LibreOffice, edition: str) -> None:
    """All sheets, names, inputs and formulas; and as LibreOffice computes all anew on loading, all results."""
    package = build(MODELS["capex"], edition)
    found = diff(package, libreoffice.convert(package, "xlsx"))
    assert not found, found
    assert found.without_value == (0, 0)


def test_formulas_with_our_functions_are_the_same_after_libreoffice(libreoffice: LibreOffice) -> None:
    """It does not know our functions, writes them in small letters, and shows #NAME?: the results alone differ."""
    package = build(MODELS["capex"], "headless")
    found = diff(package, libreoffice.convert(package, "xlsx"))
    assert differing(found, "inputs", "texts", "formulas", "names", "sheets", "lines") == []
    assert "#NAME?" in {one.b.value for one in found.values}


def test_another_scenario_is_one_input() -> None:
    model = MODELS["capex"]
    first, second = (build(model, "headless", scenario.name) for scenario in model.scenarios[:2])
    found = diff(first, second)
    assert [(one.b.name, one.a.value, one.b.value) for one in found.inputs] == [
        ("scenario", model.scenarios[0].name, model.scenarios[1].name)
    ]
    assert differing(found, "formulas", "texts", "lines", "sheets", "names") == []
    assert "payback_years" in {one.b.name for one in found.values}


def test_paths_bytes_and_files(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(made())
    with path.open("rb") as file:
        assert not workbooks.diff(str(path), file)
    assert not workbooks.diff(path, made())


def test_refusals_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "notes.xlsx"
    path.write_bytes(b"no workbook")
    with pytest.raises(UnusableFileError, match=r"^\S*notes\.xlsx: is no \.xlsx workbook"):
        diff(made(), path)
    with pytest.raises(UnusableFileError, match=r"^the first workbook: is no \.xlsx workbook"):
        diff(b"no workbook", path)
    with pytest.raises(UnusableFileError, match=r"missing\.xlsx: can't be read"):
        diff(tmp_path / "missing.xlsx", path)


def arrays(write: Callable[[Any], None]) -> bytes:
    """Return a workbook with a row of numbers and formulas that XlsxWriter writes."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row("A1", [1, 2, 3])
    write(sheet)
    book.close()
    return file.getvalue()


def test_an_array_formula_is_another_formula(libreoffice: LibreOffice) -> None:
    ordinary = arrays(lambda sheet: sheet.write_formula("B3", "=SUM(A1:C1*2)", None, 4))  # that of its column
    entered = arrays(lambda sheet: sheet.write_array_formula("B3:B3", "=SUM(A1:C1*2)", None, 12))
    spilled = arrays(lambda sheet: sheet.write_dynamic_array_formula("B3:B3", "=SUM(A1:C1*2)", None, 12))
    [change] = diff(ordinary, entered).formulas
    assert (change.a.formula, change.b.formula) == ("=SUM(A1:C1*2)", "{=SUM(A1:C1*2)}")
    assert told(diff(ordinary, spilled).formulas) == [("B3", 1, "=SUM(A1:C1*2)", "=SUM(A1:C1*2)")]
    assert not diff(entered, spilled)  # LibreOffice saves the one for the other
    assert not diff(spilled, libreoffice.convert(spilled, "xlsx"))


def test_texts_that_look_alike() -> None:
    for one, other in (("Base", "Base "), ("a b", "a\nb"), ("a  b", "a b")):
        [change] = diff(made(setting(A9=one)), made(setting(A9=other))).texts
        assert shown(change.a, change.b) == tuple(json.dumps(text) for text in (one, other))


def test_an_error_is_no_text() -> None:
    book, texts = made(setting(C9="#N/A")), arrays(lambda sheet: sheet.write_string("A2", "#N/A"))
    assert b't="e"' in b"".join(read_parts(book).values())  # openpyxl takes it for the error
    assert not diff(book, made(setting(C9="#N/A")))
    errors = arrays(lambda sheet: sheet.write_formula("A2", "=NA()", None, "#N/A"))
    [change] = diff(errors, texts).formulas
    assert (change.a.value, change.b.value) == ("#N/A", "'#N/A")


def test_a_sheet_that_was_moved_is_told_alone() -> None:
    def with_sheets(*names: str) -> bytes:
        return made(lambda book: [book.create_sheet(name) for name in names])

    before, after = with_sheets("Debt", "Tax", "Checks"), with_sheets("Tax", "Checks", "Debt")
    assert diff(before, after).settings == [Fact("place of sheet Debt", "behind Plan", "behind Checks")]
    assert diff(after, before).settings == [Fact("place of sheet Debt", "behind Checks", "behind Plan")]
    assert not diff(with_sheets("Debt", "Tax"), with_sheets("Debt", "New", "Tax")).settings


@pytest.mark.parametrize("form", ["[[#This Row],a]", "T[@a]", "T[@[a]]", "T[[#This Row],a]", "[@a]"])
def test_forms_of_the_own_row_of_a_table_are_the_same(form: str) -> None:
    """XlsxWriter and people write it so; Excel stores the table and brackets."""

    def table(sheet: Any) -> None:
        sheet.add_table("A5:B7", {"name": "T", "columns": [{"header": "a"}, {"header": "b", "formula": "=1"}]})

    def with_form(text: str) -> bytes:
        parts = read_parts(arrays(table))
        sheet = parts["xl/worksheets/sheet1.xml"]
        return write_parts(
            parts | {"xl/worksheets/sheet1.xml": sheet.replace(b"<f>1</f>", f"<f>{text}*2</f>".encode())}
        )

    assert not diff(with_form("T[[#This Row],[a]]"), with_form(form))
    assert diff(with_form("T[[#This Row],[a]]"), with_form("T[[#Headers],[a]]")).formulas


def test_a_deleted_year_is_a_column_though_no_text_has_moved() -> None:
    def years(*kept: int) -> bytes:
        def write(sheet: Any) -> None:
            sheet.write_row("A2", ["Item", *kept])
            sheet.write_row("A3", ["Price", *(year - 2000.5 for year in kept)])
            for column in "BCDEFG"[: len(kept)]:
                sheet.write_formula(f"{column}4", f"={column}3*2", None, 1)

        return arrays(write)

    found = diff(years(2026, 2027, 2028, 2029, 2030, 2031), years(2026, 2027, 2028, 2029, 2031))
    assert found.lines == [Lines("Sheet1", "columns", "F", (), inserted=False)]
    assert told(found.inputs) == [("F2", 1, 2030.0, None), ("F3", 1, 29.5, None)]
    assert told(found.formulas) == [("F4", 1, "=F3*2", None)]


def test_a_sheet_in_another_encoding_is_the_same() -> None:
    package = arrays(lambda sheet: sheet.write_array_formula("A3:C3", "{=A1:C1*2}", None, 2))
    parts = read_parts(package)
    name = "xl/worksheets/sheet1.xml"
    wide = parts[name].decode().replace("UTF-8", "UTF-16").encode("utf-16")
    assert not diff(package, write_parts(parts | {name: wide}))
    changed = wide.replace("<v>2</v>".encode("utf-16-le"), "<v>5</v>".encode("utf-16-le"))
    found = diff(package, write_parts(parts | {name: changed}))
    assert not found.formulas
    assert found.values
