"""Printed pages, as LibreOffice makes them: no block of rows is cut, no table is in pieces."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator

import pytest

from tests.libreoffice import LibreOffice
from workbooks.book import Book
from workbooks.editions import build, saved
from workbooks.layout import INPUTS, lay_out
from workbooks.model import Model
from workbooks.models import MODELS
from workbooks.pages import set_up_page


def pages(office: LibreOffice, package: bytes) -> list[tuple[str, str]]:
    """Return sheet and text of each page."""
    done = subprocess.run(["pdftotext", "-", "-"], input=office.to_pdf(package), capture_output=True, check=True)
    texts = done.stdout.decode().split("\f")[:-1]
    return [(line.partition(", as of")[0], text) for text in texts for line in text.split("\n") if ", as of 2" in line]


def blocks(model: Model) -> Iterator[tuple[str, str, list[str]]]:
    """Yield sheet, title and labels of all that stands together."""
    for group in dict.fromkeys(line.group for line in model.inputs):
        yield INPUTS, group, [line.label for line in model.inputs if line.group == group]
    for sheet in model.sheets:
        for block in sheet.blocks:
            yield sheet.title, block.title, [row.label for row in block.rows if not row.label.startswith("=")]


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("capex", {"Cover": 1, "Gap": 2, "Payback": 1, "Scenarios": 2, "Sensitivity": 2, "Checks": 1}),
        ("gap", {"Inputs": 1, "Gap": 2, "Sensitivity": 1}),
        ("payback", {"Cluster": 1, "Cases": 6, "Sensitivity": 2}),
        ("cluster", {"Cluster": 1, "Depreciation": 1}),
    ],
)
def test_blocks_are_not_cut_and_pages_are_few(name: str, counts: dict[str, int], libreoffice: LibreOffice) -> None:
    printed = pages(libreoffice, build(MODELS[name], "portable"))
    sheets = [sheet for sheet, _ in printed]
    assert {sheet: sheets.count(sheet) for sheet in counts} == counts
    for sheet, title, labels in blocks(MODELS[name]):
        own = [text for where, text in printed if where == sheet]
        assert any(f"\n{title}\n" in text and all(label in text for label in labels) for text in own), (
            f"{sheet}: {title} is cut, or on none of {len(own)} pages"
        )


def test_blocks_of_any_length_and_width(libreoffice: LibreOffice) -> None:
    """Sheets of blocks of which each has room on a page, and one that is longer than any page."""
    chance = random.Random(7)
    book = Book(lay_out(MODELS["gap"]), "report", 1)
    book.workbook.remove(book.workbook.worksheets[0])
    lengths = {}
    for number in range(12):
        sheet = book.add_sheet(f"Sheet{number}")
        sheet.print_title_rows = "1:4"
        sheet["A1"] = "title"
        width = chance.choice([20.0, 60.0, 110.0])
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = width, 40.0
        row, starts, lengths[sheet.title] = 5, [], [chance.randint(2, 25) for _ in range(chance.randint(3, 9))]
        lengths[sheet.title][1] = 90 if number == 11 else lengths[sheet.title][1]
        for block, length in enumerate(lengths[sheet.title]):
            starts.append(row)
            for line in range(length):
                sheet.cell(row + line, 1, f"s{number}b{block}r{line}.")
                sheet.cell(row + line, 2, "x")
            row += length + 1
        set_up_page(book, sheet, starts)
    printed = pages(libreoffice, saved(book))
    for sheet, of_blocks in lengths.items():
        own = [text for where, text in printed if where == sheet]
        for block, length in enumerate(of_blocks):
            on = [
                sum(f"{sheet.replace('Sheet', 's')}b{block}r{line}." in text for line in range(length)) for text in own
            ]
            assert sum(on) == length
            assert length == 90 or max(on) == length, f"{sheet}: block {block} of {length} rows is on pages as {on}"
    assert len(printed) < 40
