"""What the cells of a host count as: Excel's serial dates, rows and columns, ragged and odd ranges."""

import datetime

import numpy as np
import openpyxl.utils.datetime as excel_dates
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs import ExcelError
from udfs.kinds import MONEY, Cashflows
from udfs.values import as_number, grid, is_range, series

CASHFLOWS = Cashflows.__metadata__[0]


@given(st.datetimes(datetime.datetime(1900, 3, 1), datetime.datetime(9999, 12, 31)))
def test_dates_are_excels_serial_numbers(moment):
    """openpyxl knows them too. Before March 1900 Excel counts a day that never was."""
    assert as_number(moment) == pytest.approx(excel_dates.to_excel(moment), rel=1e-15, abs=1e-6)
    assert as_number(moment.date()) == excel_dates.to_excel(moment.date())
    assert as_number(moment.replace(tzinfo=datetime.UTC)) == as_number(moment)


def test_pandas_values():
    assert as_number(pd.Timestamp("2024-01-01 12:00")) == 45292.5
    assert as_number(pd.NA) is ExcelError.VALUE
    assert series(pd.Series([1.0, 2.0]), CASHFLOWS) == (1.0, 2.0)
    assert series(pd.DataFrame({"y1": [1.0], "y2": [2]}), CASHFLOWS) == (1.0, 2.0)
    assert series(pd.Series([1.0, None]), CASHFLOWS) is ExcelError.NUM  # pandas' NaN


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        ([1, 2], [[1], [2]]),
        ((1, 2), [[1], [2]]),
        ([[1, 2]], [[1, 2]]),
        (((1, 2), (3, 4)), [[1, 2], [3, 4]]),
        ([[1, 2], [3]], [[1, 2], [3, ExcelError.NA]]),
        ([1, [2, 3]], [[1, ExcelError.NA], [2, 3]]),
        ([], []),
        (np.array([]), []),
        (np.zeros((0, 3)), []),
        (np.array([1, 2]), [[1], [2]]),
        (np.array([[1, 2]]), [[1, 2]]),
        (pd.Series([1, 2]), [[1], [2]]),
    ],
)
def test_grid(value, rows):
    assert is_range(value)
    found = grid(value)
    assert [list(row) for row in found] == rows


@pytest.mark.parametrize(
    "value", [None, 1.0, "text", b"bytes", np.float64(1), np.array(1.0), {}, ExcelError.NA, 1j, range(3)]
)
def test_what_is_no_range(value):
    assert not is_range(value)


def test_days_of_numpy_are_dates_at_any_precision():
    for unit in "D", "s", "ms", "us", "ns":
        [[day]] = grid(np.array([["2024-01-01"]], dtype=f"M8[{unit}]"))
        assert as_number(day) == 45292.0


def test_series_keeps_the_order_and_the_domain():
    assert series([[3.0], [1.0], [2.0]], CASHFLOWS) == (3.0, 1.0, 2.0)
    assert series([[3.0, 1.0, 2.0]], CASHFLOWS) == (3.0, 1.0, 2.0)
    assert series([3.0, None], MONEY.within(above=0)) is ExcelError.NUM
    assert series([[1.0, 2.0], [3.0, 4.0]], CASHFLOWS) is ExcelError.VALUE
