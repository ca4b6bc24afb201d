"""pandas takes in and gives out the tables of scenarios."""

import math

import pandas as pd
import pytest

import workbooks
from workbooks.editions import build
from workbooks.models import MODELS
from workbooks.table_file import InputsError


def test_a_frame_gives_what_the_file_gives(tmp_path):
    frame = pd.DataFrame({"scenario": ["a", "b", "c"], "gpu": [50e9, math.nan, 1e9], "used": [0.5, 0.6, None]})
    frame.to_csv(tmp_path / "plan.csv", index=False)
    frame.to_parquet(tmp_path / "plan.parquet", index=False)
    computed = workbooks.scenarios(frame, "payback")
    pd.testing.assert_frame_equal(computed, workbooks.scenarios(tmp_path / "plan.csv", "payback"))
    pd.testing.assert_frame_equal(computed, workbooks.scenarios(tmp_path / "plan.parquet", "payback"))
    base = MODELS["payback"].scenarios[0].values
    assert computed.loc["b", "gpu"] == base["gpu"]  # an empty cell is as in the base case
    assert computed.loc["c", "used"] == base["used"]


def test_a_report_holds_the_same_figures(tmp_path):
    """The model's own scenarios, in the report as pandas reads it, and computed from a frame."""
    model = MODELS["gap"]
    frame = pd.DataFrame([{"scenario": f"{one.name} again", **one.values} for one in model.scenarios])
    computed = workbooks.scenarios(frame, "gap")
    path = tmp_path / "report.xlsx"
    path.write_bytes(build(model, "report"))
    sheet = pd.read_excel(path, sheet_name="Scenarios", header=None, engine="openpyxl").set_index(1)
    for name, label in (("required_revenue", "Required revenue"), ("revenue_gap", "Gap")):
        figures = sheet.loc[label].iloc[-len(model.scenarios) + 1 :]
        assert list(computed[name])[:-1] == pytest.approx([float(one) for one in figures])


@pytest.mark.parametrize(
    ("columns", "model", "message"),
    [
        ({"scenario": ["a"], "gpus": [1.0]}, "capex", "no input is called 'gpus'. Did you mean 'gpu'"),
        ({"scenario": ["a"], "margin": [1.5]}, "capex", "column 'margin': '1.5' is outside 0 to 0.95"),
        ({"scenario": ["a", "A"], "gpu": [1e9, 2e9]}, "gap", "'A'"),
        ({"scenario": ["a"], "gpu": ["much"]}, "gap", "'much'"),
        ({"scenario": ["a"], "gpu": [1e9]}, "gp", "There is no model 'gp'. There are: capex, gap, payback, cluster."),
    ],
)
def test_what_is_refused(columns, model, message):
    with pytest.raises(InputsError, match=message.replace("(", r"\(").replace("'", "['\"]?")):
        workbooks.scenarios(pd.DataFrame(columns), model)
