"""Whole workbooks without our functions: everywhere a formula may stand, and nothing else changed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from tests.libreoffice import LibreOffice
from tests.tools import validate_package
from tests.workbooks.foreign.full import full, packed, parts
from tests.workbooks.foreign.test_portable_models import spoiled
from tests.workbooks.packages import WRONG, close
from udfs import ExcelError
from workbooks import portable, recalc
from workbooks.foreign.helper_cells import FIRST_ROW
from workbooks.foreign.outcome import Outcome
from workbooks.foreign.package import Package
from workbooks.foreign.workbook import Workbook

Write = Callable[[xlsxwriter.Workbook, Any], None]
_LINK = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def written(cells: Mapping[str, Any], write: Write | None = None, **options: Any) -> bytes:
    """Return a workbook with a sheet Model: formulas, ``("B2:B4", formula)`` for array formulas, and values."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, **options})
    sheet = book.add_worksheet("Model")
    for cell, value in cells.items():
        if isinstance(value, tuple):
            sheet.write_array_formula(value[0], value[1])
        else:
            sheet.write(cell, value)
    if write is not None:
        write(book, sheet)
    book.close()
    return file.getvalue()


FLOWS = {f"{column}7": value for column, value in zip("BCDEF", (10.0, 20.0, 30.0, 30.0, 40.0), strict=True)}
INPUTS = {"A1": 50.0, "A2": 2.0, "A3": 0.5, "A4": 75.0, "A5": 0.1, **FLOWS}


def formulas(package: bytes, sheet: str = "Model") -> dict[str, str]:
    return {address: cell.formula for address, cell in Workbook.open(package).cells(sheet).formulas.items()}


def values(package: bytes, sheet: str = "Model") -> dict[str, Any]:
    return Workbook.open(package).cells(sheet).values()


def without_ours(outcome: Outcome) -> bytes:
    """Return the package after a look that nothing of ours is in any part of it."""
    assert outcome.left == ()
    ours = re.compile(rb"AIGAP|AICAPEX\(|PAYBACK|GPUDEP|MOIC|CLUSTERIRR|PROFITINDEX|RENTCURVE")
    for name, part in parts(outcome.package).items():
        found = ours.search(part)
        # The helper sheet says what its cells are for.
        assert found is None or b"Helper cells" in part or name.startswith("docProps/"), (name, found)
    return outcome.package


# --- places of formulas ------------------------------------------------------------------------------------------


def test_formats_validations_names_tables_and_charts(libreoffice: LibreOffice) -> None:
    def write(book: xlsxwriter.Workbook, sheet: Any) -> None:
        book.define_name("gap", "=_xll.AIGAP(Model!$A$1,Model!$A$2,Model!$A$3)")
        book.define_name("Model!back", "=PAYBACK(Model!$A$1,Model!$B$7:$F$7)")
        book.define_name("flows", "=Model!$B$7:$F$7")
        sheet.conditional_format("B7:F7", {"type": "formula", "criteria": "=AICAPEX(B7,$A$2)>50", "format": None})
        sheet.data_validation("A1", {"validate": "custom", "value": "=[1]!AICAPEX(A1,A2)>A1"})
        sheet.data_validation(
            "A2", {"validate": "decimal", "criteria": "between", "minimum": 1, "maximum": "=AICAPEX(5)"}
        )
        table = {
            "columns": [{"header": "gpu"}, {"header": "all", "formula": "=AICAPEX(Table1[[#This Row],[gpu]],3)"}],
            "data": [[1.0], [2.0]],
        }
        sheet.add_table("H1:I3", table)
        sheet.write_row("A10", [1.0, 2.0, 3.0])
        sheet.write_formula("C1", "=gap+SUM(I2:I3)")
        sheet.write_formula("C2", "=back*MOIC(A1,flows)")

    package = written(INPUTS, write)
    outcome = portable(package)
    plain = without_ours(outcome)
    book = openpyxl.load_workbook(io.BytesIO(plain))
    sheet = book["Model"]
    assert book.defined_names["gap"].attr_text == "Model!$A$1*Model!$A$2/(1-Model!$A$3)"
    assert sheet.defined_names["back"].attr_text == f"'Plain formulas'!$C${FIRST_ROW}"
    [format_] = sheet.conditional_formatting
    assert format_.rules[0].formula == ["(B7*$A$2)>50"]
    assert [one.formula2 or one.formula1 for one in sheet.data_validations.dataValidation] == ["(A1*A2)>A1", "5*2"]
    assert sheet.tables["Table1"].tableColumns[1].calculatedColumnFormula.attr_text == "Table1[[#This Row],[gpu]]*3"
    assert outcome.done == 9
    fresh, computed = values(recalc(package).package), libreoffice.recalculate(spoiled(plain))["Model"]
    assert close(fresh["C1"], 200.0 + 3 + 6)
    assert all(close(fresh[cell], values(plain)[cell]) and close(fresh[cell], computed[cell]) for cell in ("C1", "C2"))
    assert validate_package(plain) == validate_package(package)


def test_rules_that_newer_versions_of_excel_keep_elsewhere() -> None:
    extension = (
        '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
        'uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"><x14:conditionalFormattings><x14:conditionalFormatting '
        'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:cfRule type="expression" priority="1" '
        'id="{AAAAAAAA-0000-4000-8000-000000000000}"><xm:f>AICAPEX(Other!A1,2)&gt;5</xm:f></x14:cfRule>'
        "<xm:sqref>B7:F7</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
    )
    package = Package(written(INPUTS, lambda book, sheet: book.add_worksheet("Other")))
    part = "xl/worksheets/sheet1.xml"
    package[part] = package[part].replace(b"</worksheet>", extension.encode() + b"</worksheet>")
    data = package.save()
    plain = without_ours(portable(data))
    assert parts(plain)[part] == parts(data)[part].replace(b"AICAPEX(Other!A1,2)&gt;5", b"(Other!A1*2)&gt;5")


def test_a_rule_that_can_not_be_made_plain_is_named_with_its_cells() -> None:
    def write(book: xlsxwriter.Workbook, sheet: Any) -> None:
        book.define_name("path", "=SUM(AICAPEX(Model!$B$7:$F$7,2))")
        sheet.data_validation("D4:D5", {"validate": "custom", "value": '=INDEX(AISOLVE("AIGAP",D4,"gpu"),1)>0'})

    outcome = portable(written(INPUTS, write))
    told = [str(left) for left in outcome.left]
    assert told == [
        "Model!D4:D5 has a data validation that still needs our functions: AISOLVE has no native formula: it calls "
        "another function many times or takes it apart.",
        "The name path still needs our functions: AICAPEX is given a range in place of one value, which takes an array "
        "formula: put the call into cells of its own.",
    ]
    assert outcome.done == 0


def test_shared_formulas_array_formulas_and_spills(libreoffice: LibreOffice) -> None:
    def write(book: xlsxwriter.Workbook, sheet: Any) -> None:
        sheet.write_dynamic_array_formula("J1:J3", "=GPUDEP(A1,0,A2+1)")
        sheet.write_array_formula("K1:K5", "{=RENTCURVE(A1,A5,5)}")
        sheet.write_dynamic_array_formula("L1:P1", "=AIGAPYEARS(B7:F7,15,A5)")
        sheet.write_formula("Q1", "=SUM(GPUDEP(A1,0,A2+1))")

    package = Package(written(INPUTS | {"H1": "=B7"}, write))
    part = "xl/worksheets/sheet1.xml"
    shared = b'<f t="shared" ref="H1:H3" si="0">AICAPEX(A1,$A$2)</f><v>0</v></c>'
    package[part] = re.sub(rb"<f>B7</f><v>[^<]*</v></c>", shared, package[part])
    for row in (2, 3):
        copy = b'<c r="H%d"><f t="shared" si="0"/><v>0</v></c><c r="J%d"' % (row, row)
        package[part] = package[part].replace(b'<c r="J%d"' % row, copy)
    package = package.save()
    plain = without_ours(portable(package))
    assert [formulas(plain)[cell] for cell in ("H1", "H2", "H3")] == ["=A1*$A$2", "=A2*$A$2", "=A3*$A$2"]
    cells = Workbook.open(plain).cells("Model").formulas
    assert [(cells[cell].reference, cells[cell].spills) for cell in ("J1", "K1", "L1")] == [
        ("J1:J3", True),
        ("K1:K5", False),
        ("L1:P1", True),
    ]
    fresh, computed = values(recalc(package).package), libreoffice.recalculate(spoiled(plain))["Model"]
    assert fresh["H3"] == 1.0
    assert [fresh[f"J{row}"] for row in (1, 2, 3)] == pytest.approx([50 / 3] * 3)
    assert [fresh[f"K{row}"] for row in range(1, 6)] == pytest.approx([50, 45, 40.5, 36.45, 32.805])
    assert fresh["Q1"] == pytest.approx(50)
    for cell, value in fresh.items():
        assert close(value, values(plain)[cell]), cell
        assert close(value, computed[cell]), cell


def test_spaces_and_line_breaks_in_formulas(libreoffice: LibreOffice) -> None:
    cells = {
        "C1": "= AIGAP (A1 ,\n 2 )+_xll.AICAPEX \n(A1)",
        "C2": '=IF(A1>1,"AIGAP (\n"&AICAPEX( A1 ),"AICAPEX (A1)")',
        "C3": "=SUM( AICAPEX (A1:A3) ) ",
    }
    plain = without_ours(portable(written(INPUTS | {"C1": cells["C1"], "C3": cells["C3"]})))
    assert formulas(plain)["C1"] == "= (A1*2/(1-0.5))+(A1*2)"
    computed = libreoffice.recalculate(spoiled(plain))["Model"]
    assert (computed["C1"], computed["C3"]) == (values(plain)["C1"], values(plain)["C3"]) == (300.0, 105.0)
    text = formulas(portable(written(INPUTS | cells)).package)["C2"]
    assert text == '=IF(A1>1,"AIGAP (\n"&(A1*2),"AICAPEX (A1)")'


def test_let_stays_and_computes_the_same() -> None:
    package = written(
        INPUTS
        | {
            "C1": "=_xlfn.LET(_xlpm.g,A1*2,_xlpm.f,B7:F7,_xll.AIGAP(_xlpm.g,,A3)+MOIC(_xlpm.g,_xlpm.f))",
            "C2": "=_xlfn.LET(_xlpm.x,AICAPEX(A1),AICAPEX(_xlpm.x)+_xlpm.x)",
        }
    )
    fresh, plain = values(recalc(package).package), without_ours(portable(package))
    assert formulas(plain)["C1"] == ("=_xlfn.LET(_xlpm.g,A1*2,_xlpm.f,B7:F7,(_xlpm.g*2/(1-A3))+(SUM(_xlpm.f)/_xlpm.g))")
    assert (fresh["C1"], fresh["C2"]) == (401.3, 300.0)
    assert {cell: values(plain)[cell] for cell in ("C1", "C2")} == {"C1": 401.3, "C2": 300.0}


def test_the_result_stays_live(libreoffice: LibreOffice) -> None:
    """New inputs in the plain workbook give what our functions give for them."""
    long = "(SUM(B7:F7)*(1+A5)^2+A4*A2-MIN(B7:F7)+MAX(A1,A4)-ROUND(A3*A5*A2,2)+A1*A2*A3*A4*A5+AVERAGE(B7:F7,A1:A5))"
    cells = {
        "C1": "=IF(AIGAP(A1,A2,A3,A4)>0,PAYBACK(A1,B7:F7,A5),0)",
        "C2": f"=AIGAPYEARS({long}*3,{long},A5)",
        "C3": "=CLUSTERIRR(A1,B7:F7,A5)",
        "C4": '=SUM(GPUDEP(A1,A5,ROUND(A2*2,0),"SYD")*1)',
        "C5": "=SUMPRODUCT(RENTCURVE(A1,A5,A2+2),RENTCURVE(A2,A3,A2+2))",
        "C6": "=NPV(A5,TAXSHIELD(GPUDEP(A1,0,A2*2),0.2))",
    }
    changed = {"A1": 60.0, "A2": 3.0, "A3": 0.25, "A4": 20.0, "A5": 0.2, "D7": 45.0}
    package = written(INPUTS | cells)
    plain = Workbook.open(without_ours(portable(package)))
    for cell, value in changed.items():
        plain.cells("Model").put(cell, value)
    expected = values(recalc(written(INPUTS | changed | cells)).package)
    computed = libreoffice.recalculate(plain.save())["Model"]
    for cell in cells:
        assert close(expected[cell], computed[cell]), cell
        assert not close(expected[cell], values(recalc(package).package)[cell]), cell


def test_the_helper_sheet_is_to_be_seen_and_read() -> None:
    long = "+".join(f"A{row}*{row}.5" for row in range(1, 40))
    package = written(INPUTS | {"C1": f"=AIGAPYEARS(1000,{long},A5)", "C2": "=SUM(GPUDEP(A1,0,A2))"})
    book = openpyxl.load_workbook(io.BytesIO(portable(package).package))
    assert book.sheetnames == ["Model", "Plain formulas"]
    sheet = book["Plain formulas"]
    assert sheet.sheet_state == "visible"
    assert not sheet.protection.sheet
    assert sheet["A1"].value == "Helper cells of the plain formulas"
    row = FIRST_ROW
    assert [sheet[f"{column}{row - 1}"].value for column in "ABCE"] == ["Used by", "What", "Value", "Numbers"]
    assert [sheet[f"{column}{row}"].value for column in "AB"] == ["Model!C1", "AIGAPYEARS: revenue"]
    assert sheet[f"C{row}"].value.startswith("='Model'!A1*1.5+'Model'!A2*2.5")
    assert [sheet[f"E{row + down}"].value for down in (0, 999, 1000)] == [1, 1000, None]
    shown = openpyxl.load_workbook(io.BytesIO(portable(package).package), data_only=True)
    assert shown["Plain formulas"][f"C{row}"].value == pytest.approx(75 + 5 + 1.75 + 337.5 + 0.55 + 0, rel=1e-9)


# --- what stays ----------------------------------------------------------------------------------------------------


def test_all_other_parts_stay_as_they_are() -> None:
    before = full()
    outcome = portable(before)
    after = outcome.package
    assert outcome.left == ()
    one, other = packed(before), packed(after)
    assert {name for name in one if one[name] != other[name]} == {
        f"xl/worksheets/sheet{number}.xml" for number in (1, 3, 4)
    }
    assert list(one) == list(other)
    sheet, new = (parts(package)["xl/worksheets/sheet1.xml"] for package in (before, after))
    assert new.replace(b"<f>B2*2/(1-0.5)</f><v>20</v>", b"<f>AIGAP(B2,2,0.5)</f><v>1</v>") == re.sub(
        rb"(<f>D1\+B3</f><v>)2<", rb"\g<1>26<", sheet.replace(b"<v>old</v>", b"<v>more, &lt;&amp;&gt;</v>")
    )
    assert validate_package(after, ".xlsm") == validate_package(before, ".xlsm") == []


def test_with_a_helper_sheet_the_validator_finds_nothing_new_and_macros_stay() -> None:
    book = Workbook.open(full())
    book.cells("Model").edit("D3", formula="=PAYBACK(50,B2:B3)+SUM(GPUDEP(B2,0,B3))")
    before = book.save()
    after = portable(before).package
    assert validate_package(after, ".xlsm") == validate_package(before, ".xlsm") == []
    one, other = packed(before), packed(after)
    assert {name for name in one if one[name] != other.get(name)} == {
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
        "xl/workbook.xml",
        *(f"xl/worksheets/sheet{number}.xml" for number in (1, 3, 4)),
    }


def test_a_workbook_without_our_functions_is_only_computed_anew() -> None:
    package = written({"A1": 1.0, "A2": "=A1+1", "A3": '="AIGAP(1)"'})
    outcome = portable(package)
    assert outcome.done == 0
    assert outcome.package == recalc(package).package


def test_what_would_show_something_else_is_not_changed() -> None:
    package = written(
        INPUTS
        | {
            "C1": "=AIREVENUE(A1,2,1.5)",  # a margin of 150%
            "C2": "=IFERROR(C1,0)+AICAPEX(A1)",
            "C3": '=IFERROR(AIREVENUE(A1,2,1.5),"no")',
            "C4": "=NOW()*0+AICAPEX(A1)",
            "C5": '=AIEXPLAIN("AIGAP",1)&""',
            "C6": "=INDEX(GPUDEP(A1,0,3),4)",  # there is no fourth year
        }
    )
    outcome = portable(package)
    told = {left.cell: left.reason for left in outcome.left}
    assert told == {
        "C1": "still needs our functions: it shows #NUM! here, and its plain formula would show -200, as that refuses "
        "no argument outside its domain. Correct the arguments.",
        "C3": "still needs our functions: it shows no here, and its plain formula would show -200.",
        "C4": "is plain, but keeps the value that it had, as it uses NOW, whose result changes by itself. Let Excel "
        "compute it.",
        "C5": "still needs our functions: AIEXPLAIN has no native formula: it calls another function many times or "
        "takes it apart.",
        "C6": "still needs our functions: it shows #REF! here, and its plain formula would show 0.",
    }
    assert formulas(outcome.package)["C1"] == "=AIREVENUE(A1,2,1.5)"
    assert formulas(outcome.package)["C2"] == "=IFERROR(C1,0)+(A1*2)"
    assert values(outcome.package)["C1"] is ExcelError.NUM
    assert values(outcome.package)["C2"] == 100.0


def test_a_name_that_would_show_something_else_is_not_changed() -> None:
    def write(book: xlsxwriter.Workbook, sheet: Any) -> None:
        book.define_name("far", "=AIREVENUE(Model!$A$1,2,1.5)")

    outcome = portable(written(INPUTS | {"C1": "=far*2", "C2": "=AICAPEX(A1)+IFERROR(far,1)"}, write))
    assert {left.cell for left in outcome.left} == {"far"}
    assert values(outcome.package)["C2"] == 101.0


# --- links -----------------------------------------------------------------------------------------------------------


def linked(*targets: str, cells: Mapping[str, Any]) -> bytes:
    """Return a workbook with links to other files, numbered from 1."""
    package = Package(written(cells))
    entries = []
    for number, target in enumerate(targets, start=1):
        name = f"xl/externalLinks/externalLink{number}.xml"
        link = f'<externalLink xmlns="{_MAIN}"><externalBook xmlns:r="{_RELATIONS}" r:id="rId1"/></externalLink>'
        identity = package.add(name, link.encode(), _LINK, part="xl/workbook.xml", kind="externalLink")
        package[f"xl/externalLinks/_rels/externalLink{number}.xml.rels"] = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
            f'Id="rId1" Type="{_RELATIONS}/externalLinkPath" Target="{target}" TargetMode="External"/></Relationships>'
        ).encode()
        entries.append(f'<externalReference r:id="{identity}"/>')
    links = f"</sheets><externalReferences>{''.join(entries)}</externalReferences>".encode()
    package["xl/workbook.xml"] = package["xl/workbook.xml"].replace(b"</sheets>", links)
    return package.save()


def test_a_link_that_nothing_uses_any_more_goes() -> None:
    before = linked("file:///C:/a/aicapex.xlam", cells=INPUTS | {"C1": "=[1]!AIGAP(A1,2,0.5)"})
    after = without_ours(portable(before))
    assert not [name for name in parts(after) if "externalLink" in name]
    assert b"externalReference" not in parts(after)["xl/workbook.xml"]
    assert b"externalLink" not in parts(after)["[Content_Types].xml"] + parts(after)["xl/_rels/workbook.xml.rels"]
    assert validate_package(after) == validate_package(before) == []


@pytest.mark.parametrize(
    ("cells", "targets", "stay"),
    [
        ({"C1": "=[1]!AIGAP(A1,2)", "C2": "=[1]!OTHER(A1)"}, ["aicapex.xlam"], 1),
        ({"C1": "=[1]!AIGAP(A1,2)", "C2": "=[2]S!A1"}, ["aicapex.xlam", "rates.xlsx"], 2),
        ({"C1": "=[2]!AIGAP(A1,2)", "C2": "=[1]S!A1"}, ["rates.xlsx", "aicapex.xlam"], 1),
        ({"C1": "=AIGAP(A1,2)", "C2": "=B1"}, ["rates.xlsx"], 1),
    ],
)
def test_a_link_stays_where_it_or_a_later_one_is_used(cells, targets, stay) -> None:
    after = portable(linked(*targets, cells=INPUTS | cells)).package
    assert len([name for name in parts(after) if name.startswith("xl/externalLinks/e")]) == stay
    assert formulas(after)["C2"] == cells["C2"]


def test_an_add_in_of_another_name_is_taken_for_ours_and_that_is_said() -> None:
    outcome = portable(linked("file:///C:/tools.xlam", cells=INPUTS | {"C1": "=[1]!AIGAP(A1,2,0.5)"}))
    assert outcome.notes == ("Functions of tools.xlam were taken for ours.",)


# --- files -----------------------------------------------------------------------------------------------------------


def test_paths_bytes_and_files(tmp_path: Path) -> None:
    package = written(INPUTS | {"C1": "=AICAPEX(A1)"})
    path = tmp_path / "model.xlsx"
    path.write_bytes(package)
    expected = portable(package).package
    assert portable(path, path).package == expected == path.read_bytes()
    target = io.BytesIO()
    with (tmp_path / "other.xlsx").open("wb") as file:
        file.write(package)
    with (tmp_path / "other.xlsx").open("rb") as file:
        portable(file, target)
    assert target.getvalue() == expected
    assert list(tmp_path.iterdir()) != []
    assert WRONG not in values(expected).values()


def test_dates_from_1904_and_hidden_sheets(libreoffice: LibreOffice) -> None:
    def write(book: xlsxwriter.Workbook, sheet: Any) -> None:
        hidden = book.add_worksheet("Hidden")
        hidden.write_formula("A1", "=AICAPEX(Model!A1)+DATE(2024,1,1)")
        hidden.very_hidden()

    package = written(INPUTS, write, date_1904=True)
    plain = without_ours(portable(package))
    assert values(plain, "Hidden")["A1"] == 43830.0 + 100
    assert libreoffice.recalculate(spoiled(plain))["Hidden"]["A1"] == 43830.0 + 100


def test_copied_formulas_refer_to_their_own_rows() -> None:
    long = "SUM($A$1:$A$5)*{row}+SUM(B{row}:F{row})*2+MAX(B{row}:F{row})-MIN(B{row}:F{row})+PRODUCT(B{row}:C{row})^0.5"
    cells = {f"{column}{row}": float(row + place) for row in range(8, 12) for place, column in enumerate("BCDEF")}
    for row in range(8, 12):
        cells[f"H{row}"] = f"=AIGAP(B{row},$A$2,$A$3)-$A$4+B$7"
        cells[f"I{row}"] = f"=AIGAPYEARS({long.format(row=row)},B{row},$A$5)"
        cells[f"J{row}"] = f"=CLUSTERIRR($A$1,C{row}:F{row})"
        cells[f"K{row}"] = f'=MOIC(C{row},B$7:F$7)&"H8 TAXSHIELD(H8)"'
    package = written(INPUTS | cells)
    plain = without_ours(portable(package))
    got = formulas(plain)
    assert [got[f"H{row}"] for row in (8, 9, 11)] == [f"=(B{row}*$A$2/(1-$A$3))-$A$4+B$7" for row in (8, 9, 11)]
    assert [got[f"K{row}"] for row in (8, 9, 11)] == [
        f'=(SUM(B$7:F$7)/C{row})&"H8 TAXSHIELD(H8)"' for row in (8, 9, 11)
    ]
    assert len({got[f"I{row}"] for row in range(8, 12)}) == 4
    fresh, after = values(recalc(package).package), values(plain)
    assert all(close(fresh[cell], after[cell], 1e-7) for cell in fresh)


def test_a_formula_that_would_read_itself_is_not_changed() -> None:
    rows = {f"{column}{row}": 30.0 for row in (8, 9) for column in "CDEF"}
    outcome = portable(written(INPUTS | rows | {"B8": "=CLUSTERIRR($A$1,C8:F8)", "A9": "=CLUSTERIRR($A$1,C9:F9)"}))
    assert [(left.cell, "would read the cell" in left.reason) for left in outcome.left] == [("B8", True)]


def test_a_shared_formula_of_which_one_copy_stays() -> None:
    rows = {f"{column}{row}": 10.0 * row for row in (1, 2, 3) for column in "BCDEF"}
    package = Package(written(rows | {"A1": 20.0, "A2": -5.0, "A3": 30.0, "H1": "=B7", "H2": "=B7", "H3": "=B7"}))
    part = "xl/worksheets/sheet1.xml"
    kinds = iter((b' t="shared" ref="H1:H3" si="0">PAYBACK(A1,B1:F1)</f>', *[b' t="shared" si="0"/>'] * 2))
    package[part] = re.sub(rb"(?<=<f)>B7</f>", lambda found: next(kinds), package[part])
    outcome = portable(package.save())
    assert [(left.cell, left.formula) for left in outcome.left] == [("H2", "=PAYBACK(A2,B2:F2)")]
    assert formulas(outcome.package)["H2"] == "=PAYBACK(A2,B2:F2)"
    after = values(outcome.package)
    assert (after["H1"], after["H2"], after["H3"]) == (2.0, ExcelError.NUM, 1.0)


def test_a_merged_cell_holds_no_array_formula(libreoffice: LibreOffice) -> None:
    def write(book: xlsxwriter.Workbook, sheet: Any) -> None:
        sheet.merge_range("C1:D2", "")
        sheet.write_formula("C1", "=PAYBACK(A1,B7:F7)")
        sheet.merge_range("C3:D3", "")
        sheet.write_formula("C3", "=ROUND(SUM(AIGAP(A1:A3,2,A5))+SUM(GPUDEP(A1,0,A2)),1)")

    plain = without_ours(portable(written(INPUTS, write)))
    assert formulas(plain) == {
        "C1": f"='Plain formulas'!$C${FIRST_ROW}",
        "C3": f"='Plain formulas'!$C${FIRST_ROW + 1}",
    }
    assert libreoffice.recalculate(spoiled(plain))["Model"]["C3"] == values(plain)["C3"] == 166.7  # 52.5*2/0.9 + 50
    assert libreoffice.recalculate(spoiled(plain))["Model"]["C1"] == values(plain)["C1"] == pytest.approx(2 + 20 / 30)


@pytest.mark.parametrize("way", [["xlsx"], ["ods", "xlsx"]])
def test_a_workbook_that_libreoffice_saved(libreoffice: LibreOffice, way: list[str]) -> None:
    package, kind = written(INPUTS | {"C1": "=AIGAP(A1,A2,A3)", "C2": "=PAYBACK(A1,B7:F7)+MOIC(A1,B7:F7)"}), "xlsx"
    for to in way:
        package, kind = libreoffice.convert(package, to, kind), to
    assert formulas(package)["C1"] == "=aigap(A1,A2,A3)"
    plain = without_ours(portable(package))
    after = libreoffice.recalculate(spoiled(plain))["Model"]
    assert (after["C1"], after["C2"]) == (200.0, pytest.approx(2 + 20 / 30 + 2.6))
    assert (values(plain)["C1"], values(plain)["C2"]) == (200.0, pytest.approx(2 + 20 / 30 + 2.6))


def test_a_strict_workbook_stays_strict(libreoffice: LibreOffice) -> None:
    """Its namespaces and kinds of relations are others (ECMA-376, part 1), also those of the sheet that is added."""
    package = Package(written(INPUTS | {"C1": "=SUM(GPUDEP(A1,0,A2))"}))
    strict = {_MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main"}
    strict[_RELATIONS] = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    for name in package.names:
        for old, new in strict.items():
            package[name] = package[name].replace(old.encode(), new.encode())
    plain = without_ours(portable(package.save()))
    assert len(openpyxl.load_workbook(io.BytesIO(libreoffice.convert(plain, "xlsx"))).sheetnames) == 2
    for name, part in parts(plain).items():
        assert not any(old.encode() in part for old in strict), name
    assert libreoffice.recalculate(spoiled(plain))["Model"]["C1"] == pytest.approx(50.0)
