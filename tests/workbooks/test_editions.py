"""The editions of our models: the same numbers everywhere, and what each of them is for."""

import hashlib
import io
import re
import subprocess
import sys

import pandas as pd
import pytest
import python_calamine

from tests.tools import validate_package
from tests.workbooks.building import built
from tests.workbooks.packages import cached, close, formula_cells
from tests.workbooks.semantics import problems
from udfs import FUNCTIONS
from udfs.ledger import assumptions, sources
from workbooks.models import MODELS
from workbooks.package import read_parts

EDITIONS = ("addin", "headless", "portable", "report")


@pytest.mark.parametrize("model", MODELS)
def test_editions_show_the_same(model):
    """A report has no column for the user's own scenario: test_scenarios holds it against the others."""
    addin, headless, portable = (cached(built(model, edition)) for edition in ("addin", "headless", "portable"))
    for sheet, cells in formula_cells(built(model, "headless")).items():
        shown = {cell: headless[sheet].get(cell) for cell in cells}
        assert {cell: addin[sheet].get(cell) for cell in cells} == shown, sheet
        assert {cell: portable[sheet].get(cell) for cell in cells} == shown, sheet


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("model", MODELS)
def test_a_second_reader_sees_the_figures(model, edition):
    """calamine calculates nothing, as openpyxl: both see what is stored."""
    package = built(model, edition)
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(package))
    for sheet, cells in cached(package).items():
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        numbers = sorted(value for value in cells.values() if isinstance(value, (int, float)))
        assert sorted(value for row in rows for value in row if isinstance(value, (int, float))) == numbers, sheet


@pytest.mark.parametrize("edition", EDITIONS)
def test_pandas_sees_the_figures(edition):
    package = built("capex", edition)
    read = pd.read_excel(io.BytesIO(package), sheet_name=["Inputs", "Scenarios"], header=None, engine="openpyxl")
    inputs, scenarios = read["Inputs"], read["Scenarios"]
    assert inputs.loc[inputs[1] == "GPU spending", 3].iloc[0] == 50e9
    names = inputs.loc[inputs[1] == "Input"].iloc[0].tolist()
    gap = scenarios.loc[scenarios[1] == "Gap"].iloc[0]
    assert (gap[names.index("Cahn 2023")], gap[names.index("Cahn 2024")]) == (125e9, 500e9)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("model", MODELS)
def test_open_xml_sdk_finds_nothing(model, edition):
    package = built(model, edition)
    assert validate_package(package) == []
    assert problems(package) == []


@pytest.mark.parametrize("edition", ["headless", "portable"])
def test_open_xml_sdk_finds_nothing_in_extreme_cases(edition):
    package = built("capex", edition, extremes=True)
    assert validate_package(package) == []
    assert problems(package) == []


def test_same_bytes_on_any_day():
    """Another process, another hash seed, another date: the same files."""
    asked = [("capex", "headless"), ("gap", "report"), *((model, "portable") for model in MODELS)]
    program = (
        "import sys, datetime, hashlib, time\n"
        "class Later(datetime.datetime):\n"
        "    @classmethod\n"
        "    def now(cls, tz=None): return cls(2031, 5, 6, 7, 8, 9)\n"
        "    utcnow = now\n"
        "datetime.datetime = Later\n"
        "time.time = lambda: 2e9\n"
        "from workbooks.editions import build\n"
        "from workbooks.models import MODELS\n"
        f"for model, edition in {asked!r}:\n"
        "    print(hashlib.sha256(build(MODELS[model], edition)).hexdigest())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, env={"PYTHONHASHSEED": "77"}, check=True, text=True
    )
    assert done.stdout.split() == [hashlib.sha256(built(*one)).hexdigest() for one in asked]


def test_every_input_has_its_source_in_the_ledger():
    keys = {key for model in MODELS.values() for item in model.inputs for key in item.source.split("; ")}
    assert keys <= {*sources(), *assumptions()}


@pytest.mark.parametrize("model", MODELS)
def test_portable_edition_has_no_function_of_ours(model):
    for part, content in read_parts(built(model, "portable")).items():
        if part.startswith("xl/worksheets/"):
            for formula in re.findall(rb"<f\b[^>]*>([^<]*)</f>", content):
                assert not set(re.findall(r"([A-Z]{3,})\(", formula.decode())) & set(FUNCTIONS), formula


@pytest.mark.parametrize("model", MODELS)
def test_report_holds_values_and_their_record(model):
    package = built(model, "report")
    assert sum(map(len, formula_cells(package).values())) == 0
    record = pd.read_excel(io.BytesIO(package), sheet_name="Record", header=4, engine="openpyxl")
    assert len(record) > 200
    values = cached(package)
    for line in record.itertuples():
        assert close(line.Value, values[line.Sheet][line.Cell]), line
    assert set(record["Sheet"]) == {*values} - {"Record"}


def test_the_record_shows_a_formula_with_its_inputs():
    record = pd.read_excel(io.BytesIO(built("capex", "report")), sheet_name="Record", header=4, engine="openpyxl")
    gap = record[(record["Sheet"] == "Gap") & (record["Figure"] == "Gap")].iloc[0]
    assert gap["Formula"] == "=AIGAP(gpu,mult,margin,revenue,cloud)"
    assert gap["With its inputs"] == "=AIGAP(50000000000,2,0.5,75000000000,0)"
    assert close(gap["Value"], 125e9)


@pytest.mark.parametrize("model", MODELS)
def test_charts_show_their_axes(model):
    """LibreOffice shows axes that Excel would hide, so a picture proves nothing here."""
    parts = read_parts(built(model, "report"))
    charts = [content.decode() for name, content in parts.items() if "/charts/chart" in name]
    assert len(charts) == 1 + sum(len(sheet.charts) for sheet in MODELS[model].sheets)  # and one on the cover
    for chart in charts:
        assert chart.count('<delete val="0" />') == 2
        assert '<delete val="1" />' not in chart
        assert chart.count("<overlay val=") >= 1
        assert '<overlay val="1" />' not in chart
