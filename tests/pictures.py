"""The pictures of the docs, from workbooks as LibreOffice prints them: ``python -m tests.pictures``."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from tests.libreoffice import LibreOffice
from workbooks.capex_model import CAPEX_MODEL
from workbooks.editions import build
from workbooks.simulation.book import simulation_workbook
from workbooks.simulation.distributions_file import (
    CORRELATIONS_EXAMPLE,
    EXAMPLE,
    read_correlations,
    read_distributions,
)
from workbooks.simulation.draws import Draws
from workbooks.simulation.run import simulate

FOLDER = Path(__file__).parent.parent / "docs" / "images"
SHEETS = ("Inputs", "Gap", "Cluster", "Payback", "Depreciation", "Financing", "Tokens", "Sensitivity")


def draw(folder: Path) -> None:
    """Write a picture of each page into a folder."""
    office = LibreOffice()
    try:
        _draw_pages(
            office.to_pdf(build(CAPEX_MODEL, "report")), {"cover": "", **{one.lower(): one for one in SHEETS}}, folder
        )
        _draw_pages(office.to_pdf(simulation()), {"simulation": "Simulation"}, folder)
    finally:
        office.close()


def simulation() -> bytes:
    """Return the workbook of a simulation, of the example in the docs."""
    with tempfile.TemporaryDirectory() as scratch:
        plan, pairs = Path(scratch) / "plan.csv", Path(scratch) / "pairs.csv"
        plan.write_text(EXAMPLE)
        pairs.write_text(CORRELATIONS_EXAMPLE)
        given = read_distributions(plan, CAPEX_MODEL)
        draws = Draws(given, read_correlations(pairs, CAPEX_MODEL, given), 100_000, 1)
    return simulation_workbook(simulate(CAPEX_MODEL, None, draws), "aicapex simulate plan.csv --correlations pairs.csv")


def _draw_pages(pdf: bytes, pages: dict[str, str], folder: Path) -> None:
    """Write a picture of the page under each title; without a title, of the first page."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        text = subprocess.run(["pdftotext", file.name, "-"], check=True, capture_output=True, text=True).stdout
        titles = [page.strip().partition("\n")[0] for page in text.split("\f")]
        for name, title in pages.items():
            page = str(titles.index(title) + 1 if title else 1)
            options = ["-r", "110", "-f", page, "-l", page, "-png", "-singlefile"]
            subprocess.run(["pdftoppm", *options, file.name, str(folder / name)], check=True)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    draw(FOLDER)
