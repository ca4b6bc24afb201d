"""Flows in the rows of tables, and ranges that grow: what finance people keep their projects in."""

from __future__ import annotations

import re
from typing import Any

import pytest
import xlsxwriter

from tests.libreoffice import LibreOffice
from tests.tools import validate_package
from tests.workbooks.foreign.test_portable import formulas, parts, values, without_ours, written
from tests.workbooks.foreign.test_portable_models import spoiled
from tests.workbooks.packages import close
from workbooks import portable, recalc
from workbooks.foreign.package import Package
from workbooks.foreign.workbook import Workbook

_PROJECTS = [["a", 50.0, 10.0, 20.0, 30.0, 30.0], ["b", 20.0, 1.0, 20.0, 3.0, 4.0], ["c", 60.0, 30.0, 20.0, 20.0, 0.0]]
_YEARS = "T[[#This Row],[2026]:[2029]]"
# The column's formula, as typed: XlsxWriter stores [@cost] as [[#This Row],cost].
_COLUMNS = {
    "gap": "=AIGAP([@cost],2,0.5)",
    "named": "=AIGAP(T[@cost],1)+AICAPEX(T[[#This Row],[cost]])",
    "back": "=PAYBACK([@cost],T[@[2026]:[2029]])",
    "multiple": "=MOIC([@cost],T[@[2026]:[2029]])",
    "rate": "=CLUSTERIRR([@cost],T[@[2026]:[2029]],5)",
    "worth": "=IFERROR(PROFITINDEX([@cost],T[@[2026]:[2029]],0.1),0)*2",
    "first": "=GPUDEP([@cost],0,5)",
    "total": "=SUM(AICAPEX(T[cost]))",
}


def table() -> bytes:
    def write(book: xlsxwriter.Workbook, sheet: Any) -> None:
        heads = ["name", "cost", "2026", "2027", "2028", "2029"]
        columns = [{"header": head} for head in heads]
        columns += [{"header": head, "formula": formula} for head, formula in _COLUMNS.items()]
        sheet.add_table(2, 1, 5, len(columns), {"name": "T", "columns": columns, "data": _PROJECTS})

    return written({}, write)


def test_columns_of_a_table(libreoffice: LibreOffice) -> None:
    package = table()
    plain = without_ours(portable(package))
    fresh, computed = values(recalc(package).package), libreoffice.recalculate(spoiled(plain))["Model"]
    mine = [cell for cell in fresh if cell[0] in "HIJKLMNO"]
    assert len(mine) == 4 * len(_COLUMNS)
    for cell in mine:
        assert close(fresh[cell], values(plain)[cell], 1e-9), cell
        assert close(fresh[cell], computed[cell], 1e-9), cell
    assert computed["J4"] == pytest.approx(2 + 20 / 30)  # 10 + 20 + 20 of 30 make 50
    assert computed["J5"] == pytest.approx(1 + 19 / 20)
    assert validate_package(plain) == validate_package(package)


def test_new_rows_get_the_formula_of_the_column() -> None:
    plain = without_ours(portable(table()))
    part = parts(plain)["xl/tables/table1.xml"].decode()
    found = re.findall(r"<calculatedColumnFormula([^>]*)>([^<]*)<", part)
    cells = Workbook.open(plain).cells("Model").formulas
    for (marks, text), letter in zip(found, "HIJKLMNO", strict=True):
        for row in (4, 5, 6):  # what the table puts into a new row is what its rows hold
            assert cells[f"{letter}{row}"].formula == f"={text.replace('&lt;', '<').replace('&gt;', '>')}"
            assert cells[f"{letter}{row}"].kind == ("array" if marks == ' array="1"' else "")
    assert "T[[#This Row],[cost]]*2/(1-0.5)" in part
    assert [letter for (marks, _), letter in zip(found, "HIJKLMNO", strict=True) if marks] == list("JLMO")


def test_formulas_follow_their_row_when_a_table_is_sorted() -> None:
    plain = formulas(without_ours(portable(table())))
    for letter in "HIJKLMN":
        assert len({plain[f"{letter}{row}"] for row in (4, 5, 6)}) == 1
    assert plain["K4"] == f"=SUM({_YEARS})/T[[#This Row],[cost]]"
    assert "T[[#This Row],[cost]:[2029]]" in plain["L4"]


def test_names_of_columns_with_brackets(libreoffice: LibreOffice) -> None:
    def write(book: xlsxwriter.Workbook, sheet: Any) -> None:
        columns = [{"header": "cost [$m] '26"}, {"header": "gap", "formula": "=1"}]
        sheet.add_table("A1:B3", {"name": "T", "columns": columns, "data": [[5.0], [7.0]]})

    package = Package(written({}, write))
    for part in ("xl/worksheets/sheet1.xml", "xl/tables/table1.xml"):
        ours = b"AICAPEX(T[[#This Row],[cost '[$m'] ''26]])"
        package[part] = re.sub(rb"(<f>|Formula>)1(?=</)", rb"\1" + ours, package[part])
    plain = without_ours(portable(package.save()))
    assert formulas(plain)["B2"] == "=T[[#This Row],[cost '[$m'] ''26]]*2"
    assert libreoffice.recalculate(spoiled(plain))["Model"]["B3"] == values(plain)["B3"] == 14.0


@pytest.mark.parametrize(
    "flows",
    [
        "OFFSET(Model!$B$1,0,0,1,COUNT(Model!$B$1:$Z$1))",
        "OFFSET(Model!$B$3,0,0,COUNT(Model!$B$3:$B$99),1)",
        "OFFSET(Model!$B$1:$F$1,0,0)",
        "Model!$B$3:INDEX(Model!$B$3:$B$99,COUNT(Model!$B$3:$B$99))",
    ],
)
def test_a_range_that_grows_has_a_name(libreoffice: LibreOffice, flows: str) -> None:
    def write(book: xlsxwriter.Workbook, sheet: Any) -> None:
        book.define_name("flows", f"={flows}")
        sheet.write_row("B1", [10, 20, 30, 30, 40])
        sheet.write_column("B3", [10, 20, 30, 30, 40])

    cells = {
        "A1": 50.0,
        "H21": "=PAYBACK(A1,flows)",
        "H22": "=MOIC(A1,flows)",
        "H23": "=IF(PROFITINDEX(A1,flows,0.1)>1,DEBTCAP(flows,1.3,0.1),0)",
        "H24": "=PAYBACK(A1,flows,0.1)+1",
    }
    package = written(cells, write)
    plain = Workbook.open(without_ours(portable(package)))
    for more in (None, 25.0):  # also when a year is added
        book = Workbook.open(package)
        for one in (book, plain):
            one.cells("Model").put("G1", more)
            one.cells("Model").put("B8", more)
        fresh = values(recalc(book.save()).package)
        computed = libreoffice.recalculate(spoiled(plain.save()))["Model"]
        assert all(close(fresh[cell], computed[cell], 1e-9) for cell in ("H21", "H22", "H23", "H24"))


@pytest.mark.parametrize("flows", ["B:B", "(B3:B4,B5:B7)", "OFFSET(B3,0,0,COUNT(B3:B99),1)", 'INDIRECT("B3:B7")'])
def test_a_multiple_looks_at_the_sum_of_any_range(libreoffice: LibreOffice, flows: str) -> None:
    cells = {"A1": 50.0, **{f"B{row}": 10.0 * row for row in range(3, 8)}, "D1": f"=MOIC(A1,{flows})"}
    outcome = portable(written(cells))
    assert formulas(outcome.package) == {"D1": f"=SUM({flows})/A1"}
    assert libreoffice.recalculate(spoiled(outcome.package))["Model"]["D1"] == 250 / 50


def test_two_tables_with_the_same_columns(libreoffice: LibreOffice) -> None:
    def write(book: xlsxwriter.Workbook, sheet: Any) -> None:
        for name, area, amount in (("T", "A1:B3", 5.0), ("U", "D1:E3", 7.0)):
            columns = [{"header": "cost"}, {"header": "gap", "formula": "=AICAPEX([@cost],2)"}]
            sheet.add_table(area, {"name": name, "columns": columns, "data": [[amount], [amount + 1]]})

    plain = without_ours(portable(written({}, write)))
    got = formulas(plain)
    assert (got["B2"], got["E3"]) == ("=T[[#This Row],[cost]]*2", "=U[[#This Row],[cost]]*2")
    computed = libreoffice.recalculate(spoiled(plain))["Model"]
    assert [computed[cell] for cell in ("B2", "B3", "E2", "E3")] == [10.0, 12.0, 14.0, 16.0]
