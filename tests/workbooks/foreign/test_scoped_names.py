"""Names of one sheet that other sheets use: ``Model!price``, as Excel stores them. LibreOffice is the judge."""

from __future__ import annotations

import io

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from tests.libreoffice import LibreOffice
from tests.workbooks.foreign.test_portable import formulas, without_ours
from tests.workbooks.foreign.test_portable_models import spoiled
from tests.workbooks.packages import close
from workbooks import portable, recalc
from workbooks.foreign.package import Package
from workbooks.foreign.workbook import Workbook

_LONG = "+".join(f"price*{number}" for number in range(1, 30))


def book(cells: dict[str, str]) -> bytes:
    """Return a workbook with these formulas on its second sheet, and names of the first one."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Bob's model"
    other = made.create_sheet("Other")
    sheet.append([5, 7, 9])
    sheet["D1"] = "=price+SUM('Bob''s model'!flows)+'Bob''s model'!sum"
    sheet["D2"] = f"=AIGAPYEARS(10000,{_LONG},0.1)"
    other.append([50])
    other.append([60])
    other.append([70])
    for names, name, text in (
        (sheet, "price", "'Bob''s model'!$A$1"),
        (sheet, "flows", "'Bob''s model'!$A$1:$C$1"),
        (sheet, "sum", "SUM('Bob''s model'!$A$1:$C$1)*'Bob''s model'!price"),
        (sheet, "cell", "'Bob''s model'!A1"),
        (made, "price", "Other!$A$2"),
        (made, "flows", "Other!$A$1:$A$3"),
    ):
        names.defined_names[name] = DefinedName(name, attr_text=text)
    for cell, formula in cells.items():
        other[cell] = formula
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


FORMULAS = {
    "E1": "='Bob''s model'!price*2",
    "E2": "=SUM('Bob''s model'!flows)",
    "E3": "='bob''s model'!SUM/2",
    "A4": "='Bob''s model'!cell+1",  # row 4, column A
    "E4": "=\"'Bob''s model'!price\"&'Bob''s model'!price",
    "E5": "=AICAPEX('Bob''s model'!price,2)",
    "E6": "=PAYBACK(10,'Bob''s model'!flows)+MOIC(price,flows)",
    "E7": "=PROFITINDEX(10,'Bob''s model'!flows,0.1)",
}


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_name_of_another_sheet(libreoffice: LibreOffice, cell: str) -> None:
    package = book({cell: FORMULAS[cell]})
    plain = without_ours(portable(package))
    fresh = Workbook.open(recalc(package).package)
    shown = Workbook.open(plain)
    computed = libreoffice.recalculate(spoiled(plain))
    for sheet in fresh.worksheets:
        for address, value in fresh.cells(sheet).values().items():
            assert close(value, shown.cells(sheet.name).values()[address]), (sheet.name, address)
            assert close(value, computed[sheet.name][address]), (sheet.name, address)


def test_one_cell_takes_no_array_formula() -> None:
    plain = without_ours(portable(book(FORMULAS)))
    assert formulas(plain, "Other")["E5"] == "='Bob''s model'!price*2"
    assert Workbook.open(plain).cells("Other").formulas["E5"].kind == ""


def seen_from(names: str, cells: dict[str, str], *, scope: str = "") -> bytes:
    """Return a workbook whose names (``name=cells``, a line each) are seen from the cell that uses them."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Model"
    for row in ((5, 6, 7), (1, 2, 3), (10, 20, 40)):
        sheet.append(row)
    for line in names.split():
        name, _, text = line.partition("=")
        (sheet if scope else made).defined_names[name] = DefinedName(name, attr_text=text)
    for cell, formula in cells.items():
        sheet[cell] = formula
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


@pytest.mark.parametrize("scope", ["", "Model"])
def test_names_of_cells_seen_from_the_one_that_uses_them(libreoffice: LibreOffice, scope: str) -> None:
    names = "row=Model!$A1:$C1 first=Model!$A1 column=Model!A$1:A$3 area=Model!A1:B2 sum=SUM(Model!$A1:$C1)"
    cells = {
        "E1": "=SUM(row)",
        "E3": "=SUM(row)+first",
        "F2": "=first*2",
        "A5": "=SUM(column)",
        "C5": "=AVERAGE(column)",
        "G3": "=MOIC(first,row)+AICAPEX(first)",
        "H3": "=PAYBACK(12,row)",
        "I2": "=sum/2",
    }
    package = seen_from(names, cells, scope=scope)
    fresh = recalc(package)
    assert fresh.left == ()
    plain = without_ours(portable(package))
    computed = libreoffice.recalculate(spoiled(plain))["Model"]
    shown = Workbook.open(fresh.package).cells("Model").values()
    assert (shown["E3"], shown["F2"], shown["C5"]) == (80.0, 2.0, 50 / 3)
    for cell in cells:
        assert close(shown[cell], computed[cell]), cell
        assert close(shown[cell], Workbook.open(plain).cells("Model").values()[cell]), cell


def test_a_name_beyond_the_edge_of_the_sheet_goes_on_at_the_other() -> None:
    """So Excel stores the cell to the left, or above."""
    package = seen_from("left=Model!XFD1 above=Model!A1048576", {"E1": "=D1+left", "D1": "=left*2", "D2": "=above+1"})
    shown = Workbook.open(recalc(package).package).cells("Model").values()
    assert (shown["D1"], shown["E1"], shown["D2"]) == (14.0, 28.0, 15.0)


def test_a_name_of_a_cell_of_whichever_sheet() -> None:
    package = seen_from("here=!$A$1", {"E1": "=here*2"})
    assert Workbook.open(recalc(package).package).cells("Model").values()["E1"] == 10.0


def test_a_rate_of_return_needs_the_address_of_its_flows() -> None:
    """A name that is seen from its cell has none: the cell before the first flow is another one each time."""
    [left] = portable(seen_from("row=Model!$B1:$C1", {"E3": "=CLUSTERIRR(10,row)"})).left
    assert "needs the address of its range of flows" in left.reason


def test_names_in_formulas_copied_down_long_columns(libreoffice: LibreOffice) -> None:
    made = openpyxl.Workbook()
    sheet, other = made.active, made.create_sheet("Other")
    sheet.title = "Model"
    for row in range(1, 401):
        sheet.append([row, row * 2, f"=rate+A{row}", f"=SUM(row)*Other!rate+A{row}", f"=AIGAP(A{row},rate,0.5)"])
        other.append([f"=Model!rate*Model!A{row}", f"=rate*{row}", f"=AICAPEX(Model!rate,Model!A{row})"])
    sheet["G1"], other["G1"] = 7, 1000
    for names, name, text in (
        (made, "rate", "Other!$G$1"),
        (sheet, "rate", "Model!$G$1"),
        (other, "rate", "Other!$G$1"),
        (made, "row", "Model!$A1:$B1"),
    ):
        names.defined_names[name] = DefinedName(name, attr_text=text)
    file = io.BytesIO()
    made.save(file)
    fresh = Workbook.open(recalc(file.getvalue()).package)
    computed = libreoffice.recalculate(portable(file.getvalue()).package)
    for title in ("Model", "Other"):
        shown = fresh.cells(title).values()
        assert [cell for cell, value in shown.items() if not close(value, computed[title][cell])] == []


@pytest.mark.parametrize(
    "before",
    [
        '<definedName name="empty"/>',
        '<definedName name="empty" />',
        "<definedName name='a' comment='x > y \"z\"'>1</definedName>",
    ],
)
def test_names_beside_empty_ones(before: str) -> None:
    package = Package(seen_from("gap=AIGAP(Model!$A$1,2) zero=Model!$C$1", {"E1": "=gap+zero"}))
    main = package["xl/workbook.xml"]
    package["xl/workbook.xml"] = main.replace(b"<definedNames>", b"<definedNames>" + before.encode())
    plain = without_ours(portable(package.save()))
    names = {one.name: one.text for one in Workbook.open(plain).names}
    assert (names["gap"], names["zero"]) == ("Model!$A$1*2/(1-0.5)", "Model!$C$1")
    assert before.encode() in Package.open(plain)["xl/workbook.xml"]


def test_a_name_with_odd_attributes_is_made_plain() -> None:
    package = Package(seen_from("gap=AIGAP(Model!$A$1,2)", {"E1": "=gap*1"}))
    main = package["xl/workbook.xml"]
    package["xl/workbook.xml"] = main.replace(b'<definedName name="gap"', b"<definedName comment='a > b' name=\"gap\"")
    [name] = Workbook.open(without_ours(portable(package.save()))).names
    assert name.text == "Model!$A$1*2/(1-0.5)"
