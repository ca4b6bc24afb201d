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
