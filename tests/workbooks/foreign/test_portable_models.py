"""Three programs, one workbook: our engine with our functions, our engine without them, LibreOffice without them."""

from __future__ import annotations

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.libreoffice import LibreOffice
from tests.workbooks.foreign.drawn_models import MODEL, DrawnModel
from tests.workbooks.packages import WRONG, close
from workbooks import portable, recalc
from workbooks.foreign.names import functions_used
from workbooks.foreign.workbook import Workbook


def spoiled(package: bytes) -> bytes:
    """Return the workbook with a wrong value beside every formula."""
    book = Workbook.open(package)
    for sheet in book.worksheets:
        cells = book.cells(sheet)
        for address in cells.formulas:
            cells.edit(address, value=WRONG)
    return book.save()


def test_what_is_drawn_covers_all_functions_and_names():
    formulas = [formula for seed in range(40) for formula in drawn(seed)[1].formulas]
    used = {name for _, _, formula in formulas for name in functions_used(f"={formula}")}
    assert len(used) >= 40
    kinds = {kind.rstrip("0123456789") for _, kind, _ in formulas}
    assert kinds == {"cell", "array", "spill"}
    assert all(any(name in formula for _, _, formula in formulas) for name in ("_xll.", "[1]!", "_xldudf_", "'C:"))


def drawn(seed: int) -> tuple[bytes, DrawnModel]:
    model = DrawnModel(seed)
    return model.package(30), model


@settings(max_examples=15, phases=[Phase.generate])  # a smaller seed is no simpler workbook
@given(st.integers(0, 2**32))
def test_a_portable_workbook_shows_what_the_workbook_showed(libreoffice: LibreOffice, seed: int):
    package, model = drawn(seed)
    fresh, plain = recalc(package), portable(package)
    assert not fresh.left
    assert not plain.left
    assert plain.done == len(model.formulas)
    after = Workbook.open(plain.package)
    for sheet in after.worksheets:
        assert not any(functions_used(cell.formula) for cell in after.cells(sheet).formulas.values())
    before = Workbook.open(fresh.package).cells(MODEL).values()
    shown = after.cells(MODEL).values()
    computed = libreoffice.recalculate(spoiled(plain.package))[MODEL]
    assert WRONG not in computed.values()
    unlike = [
        (address, value, shown.get(address), computed.get(address))
        for address, value in before.items()
        if not close(value, shown.get(address), 1e-9) or not close(value, computed.get(address), 1e-9)
    ]
    assert unlike == []
    assert before.keys() == shown.keys() == computed.keys()
