"""Tables of pandas in and out: the headline figures of many scenarios, for notebooks and other programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbooks.inputs_file import scenario_rows
from workbooks.models import MODELS
from workbooks.table_file import InputsError, Table, open_table
from workbooks.vector.scenario_table import compute_table

if TYPE_CHECKING:
    import pandas as pd


def scenarios(table: pd.DataFrame | str | Path, model: str = "capex") -> pd.DataFrame:
    """Return inputs and headline figures of all scenarios of a table.

    Parameters
    ----------
    table : a row per scenario, a column ``scenario`` with their names, and a column for each input that differs from
        the base case; or a file that holds such a table.
    model : which one: "capex", "gap", "payback" or "cluster".

    Returns
    -------
    pandas.DataFrame
        A row per scenario, by its name: all inputs, then the headline figures in the units of the workbook. A figure
        that is no number is text, such as "never".

    Raises
    ------
    InputsError
        The table, or the model's name, can't be used; the message names row and column.

    Examples
    --------
    >>> import pandas as pd
    >>> cahn = pd.DataFrame({"scenario": ["2023", "2024"], "gpu": [50e9, 150e9], "revenue": [75e9, 100e9]})
    >>> scenarios(cahn, "gap")["revenue_gap"].to_dict()
    {'2023': 125000000000.0, '2024': 500000000000.0}
    """
    import pandas as pd

    if model not in MODELS:
        raise InputsError(f"There is no model {model!r}. There are: {', '.join(MODELS)}.")
    opened = Table("the table", "scenario", _rows(table)) if isinstance(table, pd.DataFrame) else open_table(table)
    columns, blocks = compute_table(scenario_rows(opened, MODELS[model]), opened.place, MODELS[model])
    rows = [row for block in blocks for row in block]
    return pd.DataFrame(rows, columns=[one.name for one in columns]).set_index("scenario")


def _rows(frame: pd.DataFrame) -> Iterator[list[Any]]:
    yield list(frame.columns)
    for row in frame.itertuples(index=False, name=None):
        yield ["" if value is None or value != value else value for value in row]
