"""The pictures of the README, from the report as LibreOffice prints it: ``python -m tests.pictures``."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from tests.libreoffice import LibreOffice
from workbooks.capex_model import CAPEX_MODEL
from workbooks.editions import build

FOLDER = Path(__file__).parent.parent / "docs" / "images"
SHEETS = ("Inputs", "Gap", "Cluster", "Payback", "Depreciation", "Financing", "Tokens", "Sensitivity")


def draw(folder: Path) -> None:
    """Write a picture of each page into a folder."""
    office = LibreOffice()
    try:
        pdf = office.to_pdf(build(CAPEX_MODEL, "report"))
    finally:
        office.close()
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        text = subprocess.run(["pdftotext", file.name, "-"], check=True, capture_output=True, text=True).stdout
        titles = [page.strip().partition("\n")[0] for page in text.split("\f")]
        pages = {"cover": 1} | {sheet.lower(): titles.index(sheet) + 1 for sheet in SHEETS}
        for name, page in pages.items():
            target = str(folder / name)
            command = [
                "pdftoppm",
                "-r",
                "110",
                "-f",
                str(page),
                "-l",
                str(page),
                "-png",
                "-singlefile",
                file.name,
                target,
            ]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    draw(FOLDER)
