"""Choosing a scenario: every cell of every model follows, in the engine and in LibreOffice, and they agree."""

import io
import re
from functools import cache

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter

from tests.workbooks.building import built
from tests.workbooks.packages import WRONG, cached, differences, formula_cells, named_cells, spoiled
from udfs import ExcelError
from workbooks.engine import Engine
from workbooks.layout import lay_out
from workbooks.models import MODELS
from workbooks.package import read_parts
from workbooks.relative import precedents
from workbooks.style import FORMATS

CENT = 0.01
# Differences of like amounts, which are nothing but rounding.
DIFFERENCES = ("Checks", "Evidence")

NEVER = ("payback_years", "years_to_close")
# Data-centre spending, required revenue and gap, from David Cahn's articles of 2023-09-20 and 2024-06-20.
CAHN = [("Cahn 2023", 100e9, 200e9, 125e9), ("Cahn 2024", 300e9, 600e9, 500e9)]


@pytest.fixture(scope="module", params=MODELS)
def model(request):
    return request.param


@pytest.fixture(scope="module")
def chosen(model):
    """The headless edition after each scenario was chosen in it: scenario -> sheet -> cell -> value."""
    return switched(built(model, "headless", extremes=True))


def switched(package):
    """Choose each scenario of a workbook in the engine."""
    engine, names, cells = Engine.load(package), named_cells(package), formula_cells(package)
    found = {}
    for scenario in scenarios(package):
        engine.set(*names["scenario"], scenario)
        engine.calculate()
        found[scenario] = {sheet: {cell: engine.get(sheet, cell) for cell in of} for sheet, of in cells.items()}
    return found


def scenarios(package):
    """The names that the selector offers."""
    sheet = openpyxl.load_workbook(io.BytesIO(package))["Inputs"]
    (offered,) = [one.formula1 for one in sheet.data_validations.dataValidation if one.type == "list"]
    return [cell.value for cell in sheet[offered.replace("$", "")][0]]


@cache
def kinds(package):
    """The formula cells of each sheet, those with amounts apart from all others."""
    book = openpyxl.load_workbook(io.BytesIO(package))
    found = {}
    for sheet, cells in formula_cells(package).items():
        money = [cell for cell in cells if book[sheet][cell].number_format == FORMATS["money"]]
        found[sheet] = money, sorted({*cells} - {*money})
    return found


def assert_same(one, other, package):
    """Hold all formula cells of two workbooks against each other, amounts to the cent."""
    for sheet, (money, others) in kinds(package).items():
        assert not differences(one[sheet], other[sheet], money, CENT), sheet
        assert not differences(one[sheet], other[sheet], others, CENT if sheet in DIFFERENCES else 0.0), sheet


def test_libreoffice_and_engine_agree_on_every_scenario(libreoffice, model, chosen):
    """From wrong values in every cell: LibreOffice shows none that was stored in the file."""
    portable = built(model, "portable", extremes=True)
    wrong = spoiled(portable)
    stored = cached(wrong)
    assert all(stored[sheet][cell] == WRONG for sheet, cells in formula_cells(portable).items() for cell in cells)
    selector = named_cells(portable)["scenario"]
    fresh = libreoffice.tried(wrong, [(*selector, scenario) for scenario in chosen])
    in_engine = switched(portable)
    for (scenario, headless), in_libreoffice in zip(chosen.items(), fresh, strict=True):
        assert not any(WRONG in cells.values() for cells in in_libreoffice.values()), scenario
        assert_same(headless, in_libreoffice, portable)
        assert_same(headless, in_engine[scenario], portable)


def test_a_chosen_scenario_shows_what_a_report_of_it_shows(model, chosen):
    own = MODELS[model].own
    report = built(model, "report", own, extremes=True)
    headless = built(model, "headless", extremes=True)
    assert_same(chosen[own], cached(report), headless)
    record = pd.read_excel(io.BytesIO(report), sheet_name="Record", header=4, engine="openpyxl")
    lines = {sheet: set(of["Cell"]) for sheet, of in record.groupby("Sheet")}
    assert lines == {sheet: {*cells} for sheet, cells in formula_cells(headless).items()}


def test_no_scenario_has_an_error_or_fails_a_check(model, chosen):
    sheet, cell = named_cells(built(model, "headless", extremes=True))["master_check"]
    for scenario, sheets in chosen.items():
        for title, cells in sheets.items():
            odd = {one: value for one, value in cells.items() if value is None or isinstance(value, ExcelError)}
            assert not odd, (scenario, title)
        failed = [one for one, value in sheets[sheet].items() if value == 0 and one.startswith(cell[0])]
        assert not failed, (scenario, failed)
        assert sheets[sheet][cell] == 1.0, scenario


def test_a_scenario_changes_every_sheet_and_chart(model, chosen):
    """What some scenario changes: a figure at least of each sheet that computes, a point at least of each chart."""

    def differs(sheet, cells):
        return any(len({str(sheets[sheet].get(cell)) for sheets in chosen.values()}) > 1 for cell in cells)

    package = built(model, "headless", extremes=True)
    for declared in MODELS[model].sheets:
        # The head of each sheet shows the scenario's name.
        assert differs(declared.title, [cell for cell in chosen[MODELS[model].own][declared.title] if cell != "B3"])
    charts = {
        name: part for name, part in read_parts(package).items() if re.fullmatch(r"xl/charts/chart\d+\.xml", name)
    }
    assert charts
    for name, part in charts.items():
        shown = re.findall(r"<val>\s*<numRef>\s*<f>([^<]*)</f>", part.decode())
        assert shown, name
        areas = [area for formula in shown for area in precedents("=" + formula)]
        assert any(
            differs(sheet, [f"{get_column_letter(column)}{row}"])
            for sheet, (left, top, right, bottom) in areas
            for column in range(left, right + 1)
            for row in range(top, bottom + 1)
        ), name


def test_what_never_pays_back_says_so(model, chosen):
    names = named_cells(built(model, "headless", extremes=True))
    found = [chosen["Never"][sheet][cell] for name, (sheet, cell) in names.items() if name in NEVER]
    assert found == ["never"] * len(found)
    assert found or model == "cluster"


@pytest.mark.parametrize(("scenario", "centre", "required", "gap"), CAHN)
def test_figures_of_david_cahn(model, chosen, scenario, centre, required, gap):
    names = named_cells(built(model, "headless", extremes=True))
    if "revenue_gap" in names:
        sheets = chosen[scenario]
        place = lay_out(MODELS[model]).places["centre"]
        assert sheets[place.sheet][f"D{place.row}"] == centre
        assert [sheets[sheet][cell] for sheet, cell in (names["required_revenue"], names["revenue_gap"])] == [
            required,
            gap,
        ]
    else:
        assert model in ("payback", "cluster")
