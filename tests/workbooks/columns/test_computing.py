"""Formulas computed column by column: the values that the engine gives cell by cell, and LibreOffice."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.workbook.defined_name import DefinedName

from tests.libreoffice import LibreOffice
from tests.workbooks.columns.conftest import BY_CELL, BY_COLUMN
from tests.workbooks.packages import cached, close
from tests.workbooks.vector.test_formulas_over_arrays import NUMBERS, ODD_TEMPLATES, OTHERS, TEMPLATES
from udfs import ExcelError
from workbooks import recalc
from workbooks.columns.computing import fresh_columns
from workbooks.foreign.workbook import Workbook
from workbooks.package import read_parts, write_parts

WRONG = 987654.25
ROWS = 600


def by_column(package: bytes) -> set[tuple[str, str]]:
    """Return sheet and cell of the formulas that are computed column by column."""
    found = fresh_columns(Workbook.open(package))
    return {(one.sheet, address) for one in found for address in one.addresses()}


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def of_templates(templates: list[str], pairs: list[tuple[Any, Any]]) -> bytes:
    """A row for each pair of values, a column for each formula; the values stand in the row a second time, with two."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row, (a, b) in enumerate(pairs, start=11):
        for column, value in enumerate((a, b, a, b, 3.0), start=1):
            cell = sheet.cell(row, column)
            cell.value = str(value) if isinstance(value, ExcelError) else value
            if isinstance(value, ExcelError):
                cell.data_type = "e"
        for column, template in enumerate(templates, start=8):
            text = template.format(a=f"A{row}", b=f"B{row}", r=f"$C{row}:$F{row}")
            sheet.cell(row, column, "=" + text)
    return saved(book)


@pytest.mark.parametrize(
    ("templates", "values"),
    [(TEMPLATES, NUMBERS), (ODD_TEMPLATES, [*NUMBERS[:4], *OTHERS, None])],
    ids=["numbers", "odd"],
)
def test_columns_hold_what_cells_hold(templates: list[str], values: list[Any], few: Callable[[int], None]) -> None:
    package = of_templates(templates, list(itertools.product(values, repeat=2)))
    few(BY_CELL)
    expected = cached(recalc(package).package)["Sheet"]
    few(BY_COLUMN)
    outcome = recalc(package)
    found = cached(outcome.package)["Sheet"]
    wrong = {
        (templates[openpyxl.utils.cell.coordinate_to_tuple(cell)[1] - 8], cell, found.get(cell), value)
        for cell, value in expected.items()
        if not close(found.get(cell), value, 1e-15)
    }
    assert not wrong
    assert found.keys() == expected.keys()
    alone = set(range(8, 8 + len(templates))) - {
        openpyxl.utils.cell.coordinate_to_tuple(cell)[1] for _, cell in by_column(package)
    }
    assert {templates[column - 8] for column in alone} <= LEFT_TO_THE_ENGINE


# Tables, what only an array formula takes whole, and rates of -100%.
LEFT_TO_THE_ENGINE = {
    "INDEX(GPUDEP({a},0,4),MAX({b},1))", 'SUM(GPUDEP({a},0,3,"SYD"))', "AND({r}>-5)", "SUM({r}*{b})",
    "SUM(COLUMN({r})*{a})",
}  # fmt: skip


# A plan as people write one, copied down 600 rows; {p} and {n} are the rows above and below.
PLAN = {
    "G": "=B{r}*Assumptions!$B$2/(1-margin)",
    "H": "=IF(B{r}>Assumptions!$B$3,B{r}*0.9,B{r})",
    "I": "=B{r}/SUM($B$2:$B$601)",
    "J": "=INDEX(Assumptions!$B$10:$B$13,MATCH(A{r},Assumptions!$A$10:$A$13,0))",
    "K": "=ROUND(G{r}*J{r},2)",
    "L": '=IF(A{r}="north","in the "&A{r},-1)',
    "M": "=B{n}-B{r}",
    "N": "=SUM(B{r}:D{r},G{r}:K{r})",
    "O": '=IFERROR(B{r}/C{r},"none & 0")',
    "P": "=B{r}/C{r}",
    "Q": "=NPV(0.1,C{r}:D{r})-IF(E{r},B{r},C{r})*1.5",
    "R": "=N{p}",
    "S": "=B{r}>C{r}",
    "T": "=SUM(B{r},T{p})",
    "U": "=T{r}/2",
    "V": "=INT(RAND())+B{r}",
}
TOTALS = {"G": "=SUM(G2:G601)", "I": "=ROUND(SUM(I2:I601),9)", "N": "=MAX(N2:N601)", "T": "=T601"}
RUNNING = {"T", "U"}  # each row needs the one above it
CHANGING = {"V"}  # stays as it is
REGIONS = {"north": 0.9, "south": 1.1, "east": 1.25, "Übersee & Co": 2.0}


def plan_cells() -> dict[str, dict[str, Any]]:
    """Sheet -> address -> value or formula."""
    assumptions: dict[str, Any] = {"B1": 0.5, "B2": 2, "B3": 140}
    for row, (name, factor) in enumerate(REGIONS.items(), start=10):
        assumptions |= {f"A{row}": name, f"B{row}": factor}
    plan: dict[str, Any] = {"A1": "Region", "B1": "Capital", "N1": "Sum"}
    names = itertools.cycle([*REGIONS, "NORTH"])
    for row in range(2, ROWS + 2):
        plan[f"A{row}"] = next(names)
        plan[f"B{row}"] = 100 + row * 37 % 101 / 8
        plan[f"C{row}"] = row % 7
        if row % 5:
            plan[f"D{row}"] = row / 3
        plan[f"E{row}"] = row % 2 == 0
        for column, text in PLAN.items():
            plan[f"{column}{row}"] = text.format(r=row, p=row - 1, n=row + 1)
    return {"Assumptions": assumptions, "Plan": plan | {f"{column}{ROWS + 2}": text for column, text in TOTALS.items()}}


def by_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, found in plan_cells().items():
        sheet = book.create_sheet(name)
        for address, value in found.items():
            sheet[address] = value
    book.defined_names["margin"] = DefinedName("margin", attr_text="Assumptions!$B$1")
    return saved(book)


def by_xlsxwriter() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    bold = book.add_format({"bold": True})
    for name, found in plan_cells().items():
        sheet = book.add_worksheet(name)
        for address, value in found.items():
            if isinstance(value, str) and value.startswith("="):
                sheet.write_formula(address, value, bold if "2" in address else None, WRONG)
            else:
                sheet.write(address, value)
    book.define_name("margin", "=Assumptions!$B$1")
    book.close()
    return buffer.getvalue()


def with_shared_formulas(package: bytes) -> bytes:
    """The plan as Excel writes it: a column's formula is written once, its copies refer to it."""
    parts = read_parts(package)
    [part] = [name for name in parts if name.endswith("sheet2.xml")]
    groups = {column.encode(): number for number, column in enumerate(PLAN)}

    def shared(cell: re.Match[bytes]) -> bytes:
        column, row, marks, text = cell[1], int(cell[2]), cell[3], cell[4]
        if column not in groups or not 3 <= row <= ROWS + 1:
            return cell[0]
        first = b' ref="%s3:%s%d"' % (column, column, ROWS + 1) if row == 3 else b""
        formula = b'<f t="shared"%s si="%d"' % (first, groups[column])
        formula += b">%s</f>" % text if row == 3 else b"/>"
        return b'<c r="%s%d"%s>%s' % (column, row, marks, formula)

    parts[part] = re.sub(rb'<c r="([A-Z]+)([0-9]+)"([^>]*)><f>([^<]*)</f>', shared, parts[part])
    return write_parts(parts)


@pytest.fixture(scope="module", params=["openpyxl", "XlsxWriter", "shared formulas", "LibreOffice"])
def plan(request: pytest.FixtureRequest, libreoffice: LibreOffice) -> bytes:
    """The plan as a program writes it."""
    match request.param:
        case "openpyxl":
            return by_openpyxl()
        case "XlsxWriter":
            return by_xlsxwriter()
        case "shared formulas":
            return with_shared_formulas(by_xlsxwriter())
    return libreoffice.convert(libreoffice.convert(by_openpyxl(), "ods"), "xlsx", "ods")


def test_a_plan_of_many_rows_is_as_libreoffice_has_it(
    plan: bytes, libreoffice: LibreOffice, few: Callable[[int], None]
) -> None:
    few(BY_COLUMN)
    outcome = recalc(plan)
    assert {(one.sheet, one.cell) for one in outcome.left} == {("Plan", f"V{row}") for row in range(2, ROWS + 2)}
    found, expected = cached(outcome.package)["Plan"], libreoffice.recalculate(plan)["Plan"]
    formulas = [cell for cell, text in plan_cells()["Plan"].items() if str(text).startswith("=")]
    fresh = [cell for cell in formulas if cell[0] not in CHANGING]
    wrong = {
        (cell, found.get(cell), expected[cell])
        for cell in fresh
        if not close(_plain(found.get(cell)), _plain(expected[cell]))
    }
    assert not wrong
    at_once = {cell for _, cell in by_column(plan)}
    firsts = {f"{column}3" for column in PLAN}  # of shared formulas, which others may be copies of
    assert at_once >= {cell for cell in fresh if cell[0] not in RUNNING} - firsts
    assert not any(cell[0] in RUNNING and int(cell[1:]) > 3 for cell in at_once)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, ExcelError) else value


def test_only_values_change(plan: bytes, few: Callable[[int], None]) -> None:
    """All but the values stays as it is, byte for byte; and what is fresh stays altogether."""
    few(BY_COLUMN)
    package = recalc(plan).package
    before, after = read_parts(plan), read_parts(package)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {name for name in before if name.startswith("xl/worksheets/")}
    for name in changed:
        one, other = (_without_values(parts[name]) for parts in (before, after))
        assert one == other
    assert recalc(package).package == package


def _without_values(part: bytes) -> bytes:
    """Return a sheet without the values and types of cells that have a formula."""
    return re.sub(
        rb'(<c r="[A-Z]+[0-9]+"[^>]*?)(?: t="\w+")?(>\s*<f[^>]*(?:/>|>[^<]*</f>))(?:<v>[^<]*</v>|<v ?/>)?',
        rb"\1\2",
        part,
    )


def test_large_workbooks_are_computed_by_column() -> None:
    """Cahn's gap for 12,000 amounts: at a multiple of 2 and a margin of 50% four times the GPUs, less 75."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Gaps")
    for row in range(12_000):
        sheet.write_row(row, 0, [row + 0.25, 75])
        sheet.write_formula(row, 2, f"=AIGAP(A{row + 1},2,50%,B{row + 1})", None, WRONG)
        sheet.write_formula(row, 3, f"=IF(C{row + 1}>0,C{row + 1}/A{row + 1},-1)", None, WRONG)
    book.close()
    outcome = recalc(buffer.getvalue())
    assert (outcome.done, outcome.left) == (24_000, ())
    assert len(by_column(buffer.getvalue())) == 24_000
    found = cached(outcome.package)["Gaps"]
    for row in range(12_000):
        gap = 4 * (row + 0.25) - 75
        assert found[f"C{row + 1}"] == gap
        assert close(found[f"D{row + 1}"], gap / (row + 0.25) if gap > 0 else -1)


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# What stands in a sheet of ten rows: formulas as the XML has them, in column and rows; {r} is the row.
SPECIAL = {
    "of any type": [
        ("B", range(1, 11), '<f>IF(A{r}&gt;5,"a&lt;b &amp; c",1/0)</f><v>1</v>'),
        ("C", range(1, 11), "<f>A{r}&gt;5</f>"),
        ("D", range(1, 11), "<f>IF(C{r},-0,NA())</f><v/>"),
        ("E", range(1, 11), '<f>IF(A{r}=3,"",B{r})</f><v>987</v>'),
        ("F", range(1, 11), '<f>A{r}*1E+300*1E+10</f><v>5</v>'),
    ],
    "array formulas": [
        ("B", [1], '<f t="array" ref="B1:B10">A1:A10*2</f><v>1</v>'),
        ("B", range(2, 11), "<v>7</v>"),
        ("C", range(1, 11), "<f>B{r}+1</f><v>1</v>"),
        ("D", range(1, 11), "<f>SUM(A1:A10)+A{r}</f><v>1</v>"),
    ],
    "a formula that spills": [
        ("C", [1], '" cm="1"><f t="array" ref="C1:C2">A1:A5*2</f><v>1</v>'),
        ("C", [2], "<v>7</v>"),
        ("D", range(1, 11), "<f>C{r}+1</f><v>1</v>"),
        ("B", range(1, 11), "<f>A{r}+1</f><v>1</v>"),
    ],
    "a data table": [
        ("B", [1], '<f t="dataTable" ref="B1:B10" dt2D="0" dtr="0" r1="A1"/><v>4</v>'),
        ("B", range(2, 11), "<v>7</v>"),
        ("C", range(1, 11), "<f>B{r}+1</f><v>1</v>"),
    ],
    "shared formulas": [
        ("B", [1], '<f t="shared" ref="B1:C10" si="0">A1*$A$2+A$3</f><v>1</v>'),
        ("B", range(2, 11), '<f t="shared" si="0"/><v>1</v>'),
        ("C", range(1, 11), '<f t="shared" si="0"/><v>1</v>'),
        ("D", range(1, 11), '<f t="shared" si="7"/><v>3</v>'),
        ("E", [1], '<f t="shared" ref="E1:E4" si="1">A1+1</f><v>1</v>'),
        ("E", range(2, 5), '<f t="shared" si="1">A1*99</f><v>1</v>'),
        ("E", [5], '<f t="shared" ref="E5:E10" si="1">A5+2</f><v>1</v>'),
        ("E", range(6, 11), '<f t="shared" si="1"/><v>1</v>'),
    ],
    "data types": [
        ("B", range(1, 11), '" t="e" vm="1"><v>#VALUE!</v>'),
        ("C", range(1, 11), "<f>B{r}</f><v>5</v>"),
        ("D", range(1, 11), "<f>A{r}*3</f><v>5</v>"),
    ],
    "errors of data types, and dates": [
        ("B", range(1, 11), '" t="e"><v>#FIELD!</v>'),
        ("C", range(1, 11), "<f>ISERROR(B{r})</f><v>5</v>"),
        ("D", range(1, 11), '" t="d"><v>2026-01-0{r}</v>'),
        ("E", range(1, 10), "<f>D{r}+1</f><v>5</v>"),
        ("F", range(1, 11), '" t="e"><v>#DIV/0!</v>'),
        ("G", range(1, 11), "<f>IFERROR(F{r},A{r})</f><v>5</v>"),
    ],
    "names in other forms": [
        ("B", range(1, 11), "<f>_xll.AIGAP(A{r},2,0.5)+[1]!AIGAP(A{r},,0.5)</f><v>1</v>"),
        ("C", range(1, 11), "<f>factor*A{r}+above</f><v>1</v>"),
        ("D", range(1, 11), "<f>_xlfn.IFNA(A{r},1)+@A{r}</f><v>1</v>"),
        ("E", range(1, 11), "<f>nowhere*A{r}</f><v>1</v>"),
        ("F", range(1, 11), "<f>own*A{r}</f><v>1</v>"),
    ],
    "ranges where one value is wanted": [
        ("B", range(1, 11), "<f>$A$1:$A$10*2</f><v>1</v>"),
        ("C", range(1, 11), "<f>SUM(A1:A10*A{r})</f><v>1</v>"),
        ("D", range(1, 11), "<f>SUMPRODUCT($A$1:$A$10*A{r})</f><v>1</v>"),
        ("E", range(1, 11), "<f>AIGAP($A$1:$A$3,2,0.5)</f><v>1</v>"),
        ("F", range(1, 11), "<f>SUM(AIGAP($A$1:$A$3,A{r},0.5))</f><v>1</v>"),
    ],
    "circles, whole columns, changing functions": [
        ("B", range(1, 11), "<f>C{r}+1</f><v>1</v>"),
        ("C", range(1, 11), "<f>B{r}+1</f><v>1</v>"),
        ("D", range(1, 11), "<f>SUM(A:A)+A{r}</f><v>1</v>"),
        ("E", range(1, 11), "<f>NOW()*0+A{r}</f><v>3</v>"),
        ("F", range(1, 11), "<f>E{r}*2</f><v>1</v>"),
        ("G", range(1, 11), "<f>OFFSET(A{r},0,0)+ROW()+ROW(A{r})</f><v>1</v>"),
        ("H", range(1, 11), "<f>#REF!+A{r}</f><v>1</v>"),
    ],
    "numbers that hold the row's": [
        ("B", range(1, 11), "<f>A{r}*1.5+{r}+10{r}+A1{r}+A{r}0</f><v>1</v>"),
        ("C", range(1, 11), '<f>IF(A{r}=1,"A1","A{r}")&amp;Sheet1!A{r}</f><v>1</v>'),
        ("D", range(1, 11), "<f>LOG10(A{r})+A$1+$A{r}+A1</f><v>1</v>"),
        ("E", range(1, 11), "<f>SUM(A1:A{r})+SUM(A{r}:A10)+SUM($A{r}:A{r})</f><v>1</v>"),
    ],
}  # fmt: skip


def special(cells_in: list[tuple[str, Any, str]]) -> bytes:
    """A workbook of one sheet, with the numbers from 1 to 10 in column A."""
    package = saved(openpyxl.Workbook())
    parts = read_parts(package)
    columns = sorted({column for column, _, _ in cells_in})
    rows = []
    for row in range(1, 11):
        found = [f'<c r="A{row}"><v>{row}</v></c>']
        for column in columns:
            for _, _, inside in [one for one in cells_in if one[0] == column and row in one[1]]:
                text = inside.replace("{r}", str(row))
                found.append(f'<c r="{column}{row}{text}</c>' if text[0] == '"' else f'<c r="{column}{row}">{text}</c>')
        rows.append(f'<row r="{row}">{"".join(found)}</row>')
    [part] = [name for name in parts if name.startswith("xl/worksheets/")]
    parts[part] = f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'.encode()
    names = "".join(
        f"<definedName {marks}>Sheet1!{cell}</definedName>"
        for marks, cell in (
            ('name="factor"', "$A$2"), ('name="above"', "A1"),
            ('name="own"', "$A$3"), ('name="own" localSheetId="0"', "$A$4"),
        )
    )  # fmt: skip
    workbook = parts["xl/workbook.xml"].replace(b'name="Sheet"', b'name="Sheet1"')
    workbook = re.sub(rb"<definedNames ?/>", b"", workbook)
    parts["xl/workbook.xml"] = workbook.replace(b"</sheets>", f"</sheets><definedNames>{names}</definedNames>".encode())
    return write_parts(parts)


@pytest.mark.parametrize("what", SPECIAL)
def test_special_sheets_are_as_they_are_cell_by_cell(what: str, few: Callable[[int], None]) -> None:
    package = special(SPECIAL[what])
    few(BY_CELL)
    expected = recalc(package)
    few(BY_COLUMN)
    found = recalc(package)
    assert found.left == expected.left
    assert found.done == expected.done
    assert cached(found.package) == cached(expected.package)
    assert [_without_values(part) for part in read_parts(found.package).values()] == [
        _without_values(part) for part in read_parts(expected.package).values()
    ]


@pytest.mark.parametrize(
    ("what", "columns"),
    [
        ("of any type", "BCDEF"), ("array formulas", "D"), ("a formula that spills", "B"), ("a data table", ""),
        ("shared formulas", "C"), ("data types", ""), ("errors of data types, and dates", "G"),
        ("names in other forms", "B"), ("ranges where one value is wanted", "DF"),
        ("circles, whole columns, changing functions", "H"), ("numbers that hold the row's", "D"),
    ],
)  # fmt: skip
def test_what_is_computed_by_column(what: str, columns: str, few: Callable[[int], None]) -> None:
    few(BY_COLUMN)
    found = by_column(special(SPECIAL[what]))
    whole = {column for column in "BCDEFGH" if {("Sheet1", f"{column}{row}") for row in range(1, 10)} <= found}
    assert "".join(sorted(whole)) == columns
