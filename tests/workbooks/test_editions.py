"""The editions of the capex model: the same numbers everywhere, also in a spreadsheet that we did not write."""

import io
import re
import subprocess
import sys

import openpyxl
import pandas as pd
import pytest
import python_calamine

from tests.tools import validate_package
from tests.workbooks.packages import WRONG, cached, close, differences, formula_cells, spoiled
from tests.workbooks.semantics import problems
from udfs import ExcelError
from udfs.ledger import assumptions, sources
from workbooks.capex_model import CAPEX_MODEL
from workbooks.editions import build, compute, with_scenarios
from workbooks.engine import Engine
from workbooks.layout import lay_out
from workbooks.model import Scenario
from workbooks.package import read_parts

NAMES = [scenario.name for scenario in CAPEX_MODEL.scenarios]
# A case in which nothing pays back and a case in which the gap is a surplus: texts and negative bars appear.
NEVER = Scenario("Never", {**CAPEX_MODEL.scenarios[0].values, "hour_price": 0.2, "growth": -0.1, "revenue": 1e9})
SURPLUS = Scenario(
    "Surplus", {**CAPEX_MODEL.scenarios[0].values, "revenue": 900e9, "useful_life": 5.5, "hour_price": 12}
)
EDITIONS = ("headless", "portable", "report")


@pytest.fixture(scope="module")
def packages():
    return {edition: build(CAPEX_MODEL, edition) for edition in EDITIONS}


def rounding(sheet):
    """Differences of like amounts may hold nothing but rounding: there, cents of billions count as equal."""
    return 1e-2 if sheet in ("Checks", "Evidence", "Depreciation") else 0.0


@pytest.mark.parametrize("scenario", [*NAMES, "Never", "Surplus"])
def test_libreoffice_computes_the_same(libreoffice, scenario):
    """Every cell of the portable edition, from wrong values; the headless edition's cells against their twins."""
    portable = build(CAPEX_MODEL, "portable", scenario, [NEVER, SURPLUS])
    headless = cached(build(CAPEX_MODEL, "headless", scenario, [NEVER, SURPLUS]))
    ours = cached(portable)
    wrong = spoiled(portable)
    shown_without_calculating = cached(wrong)
    fresh = libreoffice.recalculate(wrong)
    cells = formula_cells(portable)
    assert sum(map(len, cells.values())) > 500
    for sheet, addresses in cells.items():
        assert all(shown_without_calculating[sheet][cell] == WRONG for cell in addresses)
        assert WRONG not in fresh[sheet].values()
        assert not differences(ours[sheet], fresh[sheet], addresses, rounding(sheet)), sheet
        assert not differences(headless[sheet], fresh[sheet], addresses, rounding(sheet)), sheet


def test_editions_show_the_same(packages):
    values = {edition: cached(package) for edition, package in packages.items()}
    for sheet, cells in formula_cells(packages["headless"]).items():
        for cell in cells:
            shown = {edition: values[edition][sheet].get(cell) for edition in EDITIONS}
            assert shown["headless"] == shown["portable"] == shown["report"], (sheet, cell, shown)


@pytest.mark.parametrize("scenario", NAMES)
def test_choosing_a_scenario_changes_everything(libreoffice, scenario):
    """The selector, set in the engine and in LibreOffice, gives what building with that scenario gives."""
    built = build(CAPEX_MODEL, "portable", scenario)
    expected, cells = cached(built), formula_cells(built)
    engine = Engine.load(build(CAPEX_MODEL, "headless"))
    engine.set("Inputs", "D5", scenario)
    engine.calculate()
    book = openpyxl.load_workbook(io.BytesIO(build(CAPEX_MODEL, "portable")))
    book["Inputs"]["D5"] = scenario
    file = io.BytesIO()
    book.save(file)
    fresh = libreoffice.recalculate(file.getvalue())
    for sheet, addresses in cells.items():
        in_engine = {cell: engine.get(sheet, cell) for cell in addresses}
        assert not differences(expected[sheet], in_engine, addresses, rounding(sheet)), sheet
        assert not differences(expected[sheet], fresh[sheet], addresses, rounding(sheet)), sheet


@pytest.mark.parametrize("edition", EDITIONS)
def test_readers_see_the_figures(packages, edition):
    """pandas and calamine calculate nothing: they see what is cached."""
    package = packages[edition]
    read = pd.read_excel(io.BytesIO(package), sheet_name=["Inputs", "Gap"], header=None, engine="openpyxl")
    inputs, gap = read["Inputs"], read["Gap"]
    assert gap.loc[gap[1] == "Gap", 3].dropna().unique().tolist() == [125e9]
    assert inputs.loc[inputs[1] == "GPU spending", 3].iloc[0] == 50e9
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(package))
    rows = {row[0 if row[0] else 1]: row for row in book.get_sheet_by_name("Scenarios").to_python() if any(row)}
    assert [value for value in rows["Gap"] if isinstance(value, float)] == [
        125e9,
        125e9,
        500e9,
        pytest.approx(16384 * 35000 * 1.16 / 0.5 - 287e6),
    ]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("scenarios", [(), (NEVER, SURPLUS)], ids=["shipped", "more"])
def test_open_xml_sdk_finds_nothing(edition, scenarios):
    package = build(CAPEX_MODEL, edition, None, scenarios)
    assert validate_package(package) == []
    assert problems(package) == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_same_bytes_on_any_day(packages, edition):
    """Another process, other hash seeds, another date: the same file."""
    program = (
        "import sys, datetime, time\n"
        "class Later(datetime.datetime):\n"
        "    @classmethod\n"
        "    def now(cls, tz=None): return cls(2031, 5, 6, 7, 8, 9)\n"
        "    utcnow = now\n"
        "datetime.datetime = Later\n"
        "time.time = lambda: 2e9\n"
        "from workbooks.capex_model import CAPEX_MODEL\n"
        "from workbooks.editions import build\n"
        f"sys.stdout.buffer.write(build(CAPEX_MODEL, {edition!r}))\n"
    )
    for seed in ("1", "77"):
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, env={"PYTHONHASHSEED": seed}, check=True
        )
        assert done.stdout == packages[edition]


def row_value(sheet, label, column="D"):
    """The figure that stands in the first row with this label."""
    cells = [
        cell for cell, value in sheet.items() if value == label and cell.startswith("B") and column + cell[1:] in sheet
    ]
    return sheet[column + cells[0][1:]]


def test_figures_of_david_cahn():
    """His figures, from his articles of 2023-09-20 and 2024-06-20."""
    gap_2023 = cached(build(CAPEX_MODEL, "report", "Cahn 2023"))["Gap"]
    gap_2024 = cached(build(CAPEX_MODEL, "report", "Cahn 2024"))["Gap"]
    assert row_value(gap_2023, "Data-centre spending") == 100e9
    assert row_value(gap_2023, "Required revenue") == 200e9
    assert row_value(gap_2023, "Gap") == 125e9
    assert row_value(gap_2024, "Required revenue") == 600e9
    assert row_value(gap_2024, "Gap") == 500e9


@pytest.mark.parametrize("scenario", [*NAMES, "Never", "Surplus"])
def test_no_error_and_all_checks_pass(scenario):
    model = with_scenarios(CAPEX_MODEL, [NEVER, SURPLUS])
    live = [one.name for one in model.scenarios].index(scenario) + 1
    values = compute(lay_out(model), live)
    for sheet, cells in values.items():
        for cell, value in cells.items():
            assert value is not None, (sheet, cell)
            assert not isinstance(value, ExcelError), (sheet, cell, value)
    assert values["Cover"]["D5"] == "all checks pass"


def test_what_never_pays_back_says_so():
    values = cached(build(CAPEX_MODEL, "report", "Never", [NEVER]))
    assert row_value(values["Payback"], "Payback") == "never"
    assert row_value(values["Gap"], "Years of growth until the gap is closed") == "never"


def test_checks_fail_when_a_figure_is_wrong():
    """A corrupted cell must turn the master check to 0: each check is there to catch something."""
    engine = Engine.load(build(CAPEX_MODEL, "headless"))
    engine.calculate()
    layout = lay_out(CAPEX_MODEL)
    for key in ("gap", "centre", "cash", "npv", "sales", "charge"):
        place = layout.places[key]
        cell = f"{'D' if place.span == 'value' else 'G'}{place.row}"
        formula_value = engine.get(place.sheet, cell)
        fresh = Engine.load(build(CAPEX_MODEL, "headless"))
        fresh.set(place.sheet, cell, formula_value * 1.001 + 1e6)
        fresh.calculate()
        assert fresh.get("Cover", "D5") == "CHECK FAILS", key


def test_an_input_out_of_range_fails_a_check():
    engine = Engine.load(build(CAPEX_MODEL, "headless"))
    engine.set("Inputs", "E11", 0.5)
    engine.calculate()
    assert engine.get("Cover", "D5") == "CHECK FAILS"


def test_every_input_has_its_source_in_the_ledger():
    keys = {key for item in CAPEX_MODEL.inputs for key in item.source.split("; ")}
    assert keys <= {*sources(), *assumptions()}


def test_portable_edition_has_no_function_of_ours(packages):
    from udfs import FUNCTIONS

    for part, content in read_parts(packages["portable"]).items():
        if part.startswith("xl/worksheets/"):
            for formula in re.findall(rb"<f\b[^>]*>([^<]*)</f>", content):
                assert not set(re.findall(r"([A-Z]{3,})\(", formula.decode())) & set(FUNCTIONS), formula


def test_report_holds_values_and_their_record(packages):
    parts = read_parts(packages["report"])
    assert not any(
        re.search(rb"<f[ >/]", content) for name, content in parts.items() if name.startswith("xl/worksheets/sheet")
    )
    record = pd.read_excel(io.BytesIO(packages["report"]), sheet_name="Record", header=4, engine="openpyxl")
    gap = record[(record["Sheet"] == "Gap") & (record["Figure"] == "Gap")].iloc[0]
    assert gap["Formula"] == "=AIGAP(gpu,mult,margin,revenue,cloud)"
    assert gap["With its inputs"] == "=AIGAP(50000000000,2,0.5,75000000000,0)"
    assert close(gap["Value"], 125e9)
    assert len(record) == sum(map(len, formula_cells(packages["headless"]).values()))


def test_charts_show_their_axes(packages):
    """LibreOffice shows axes that Excel would hide, so a picture proves nothing here."""
    charts = [content.decode() for name, content in read_parts(packages["report"]).items() if "/charts/chart" in name]
    assert len(charts) == 8
    for chart in charts:
        assert chart.count('<delete val="0" />') == 2
        assert '<delete val="1" />' not in chart
        assert chart.count("<overlay val=") >= 1
        assert '<overlay val="1" />' not in chart
