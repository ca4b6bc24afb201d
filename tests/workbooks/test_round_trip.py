"""Through LibreOffice to .xlsx and back: no number is lost or changed, and no formula becomes a value."""

import pytest

from tests.workbooks.building import built
from tests.workbooks.packages import cached, formula_cells
from workbooks.models import MODELS


@pytest.mark.parametrize("edition", ["headless", "portable", "report"])
@pytest.mark.parametrize("model", MODELS)
def test_a_round_trip_loses_no_number(libreoffice, model, edition):
    """LibreOffice does not know our functions: it must keep what the headless edition shows."""
    package = built(model, edition)
    returned = libreoffice.convert(package, "xlsx", anew=False)
    before, after = cached(package), cached(returned)
    assert list(before) == list(after)
    for sheet, cells in before.items():
        numbers = {cell: value for cell, value in cells.items() if isinstance(value, (int, float))}
        # It writes 15 digits, the last one rounded either way, and looks anew for some rates of return.
        assert {cell: after[sheet].get(cell) for cell in numbers} == pytest.approx(numbers, rel=1e-12, abs=0), sheet
    assert {sheet: set(cells) for sheet, cells in formula_cells(returned).items()} == {
        sheet: set(cells) for sheet, cells in formula_cells(package).items()
    }
