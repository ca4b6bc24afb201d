"""Keys of the ledger that stand in cells: what the functions give for them, the table must give too."""

from __future__ import annotations

import pytest

import udfs
from tests.libreoffice import LibreOffice
from tests.tools import validate_package
from tests.workbooks.foreign.test_portable import formulas, values, without_ours, written
from tests.workbooks.foreign.test_portable_models import spoiled
from udfs.ledger import assumptions, sources
from workbooks import portable
from workbooks.foreign.workbook import Workbook

SHEET = "Plain formulas"


def test_every_key_gives_its_figures_and_source(libreoffice: LibreOffice) -> None:
    keys = sorted(assumptions().keys() | sources().keys())
    cells: dict[str, object] = {}
    for row, key in enumerate(keys, start=1):
        cells |= {f"A{row}": f" {key.upper()} ", f"B{row}": ("low", "High", "BASE")[row % 3]}
        cells |= {
            f"C{row}": f"=AIASSUME(A{row})",
            f"D{row}": f"=AIASSUME(A{row},B{row})",
            f"E{row}": f"=AISOURCE(A{row})",
        }
    package = written(cells)
    plain = without_ours(portable(package))
    computed = libreoffice.recalculate(spoiled(plain))["Model"]
    for row, key in enumerate(keys, start=1):
        which = cells[f"B{row}"]
        expected = udfs.call("AIASSUME", key), udfs.call("AIASSUME", key, which), udfs.call("AISOURCE", key)
        assert tuple(values(plain)[f"{column}{row}"] for column in "CDE") == expected
        assert tuple(computed[f"{column}{row}"] for column in "CDE") == expected
    assert validate_package(plain) == validate_package(package)


@pytest.mark.parametrize("key", ["nothing", "pu", "pue*", "", 5.0, True])
def test_what_is_no_key_shows_what_it_showed(libreoffice: LibreOffice, key: object) -> None:
    outcome = portable(written({"A1": key, "C1": "=AIASSUME(A1)", "C2": '=IFERROR(AISOURCE(A1),"none")'}))
    shown = values(outcome.package)
    assert (shown["C1"], shown["C2"]) == (udfs.call("AIASSUME", key or None), "none")
    left = {one.cell for one in outcome.left}
    computed = libreoffice.recalculate(spoiled(outcome.package))["Model"]
    assert all(computed[cell] == shown[cell] for cell in {"C1", "C2"} - left)


def test_the_table_stays_live_and_stands_where_it_is_needed_alone(libreoffice: LibreOffice) -> None:
    package = written({"A1": "pue", "C1": "=AIGAP(50,2,0.5)*AIASSUME(A1)", "C2": '=AIASSUME("pue")'})
    plain = Workbook.open(without_ours(portable(package)))
    plain.cells("Model").put("A1", "gpu_life")
    computed = libreoffice.recalculate(plain.save())["Model"]
    assert computed["C1"] == 200.0 * assumptions()["gpu_life"].base
    assert formulas(plain.save())["C2"] == f"={assumptions()['pue'].base}"
    alone = portable(written({"C1": '=AIASSUME("pue")&AISOURCE("pue")'})).package
    assert [sheet.name for sheet in Workbook.open(alone).sheets] == ["Model"]
