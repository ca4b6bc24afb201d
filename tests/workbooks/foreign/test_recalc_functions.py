"""Ordinary formulas in a file, recalculated here and by LibreOffice: errors, text and blanks among their arguments."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from openpyxl.workbook.defined_name import DefinedName

from tests.workbooks.data_sheet import marked, with_data
from tests.workbooks.packages import close
from udfs import ExcelError
from workbooks import recalc
from workbooks.foreign.workbook import Workbook

CASES = Path(__file__).parents[1] / "cases" / "ordinary.txt"
DATA: dict[str, list[Any]] = {
    "A": [1, 2, "#N/A", 4, "#N/A", 6, 7, 8],
    "B": [3, 1, 4, 1, 5, 9, 2, 6],
    "C": ["pear", "Apple", "fig", "apple", "kiwi", "12", None, "x y"],
    "D": [10, None, "t", True, 2.5, -7, None, 0],
}


def _formulas() -> list[tuple[str, Any]]:
    """Return each formula with Excel's answer; None where it is LibreOffice's."""
    found: list[tuple[str, Any]] = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            formula, *answer = line.split(" | ")
            assert len(answer) in (0, 2), line
            known = answer and (ExcelError(answer[0]) if answer[0].startswith("#") else json.loads(answer[0]))
            found.append((formula, known if answer else None))
    return found


def test_ordinary_formulas_show_what_they_show_in_libreoffice_or_excel(libreoffice):
    book = with_data(DATA)
    book.defined_names["wide"] = DefinedName("wide", attr_text="D!$B$1:$B$200")
    sheet = book.create_sheet("S")
    formulas = _formulas()
    for row, (formula, _) in enumerate(formulas, start=1):
        sheet[f"A{row}"] = marked(formula)
    buffer = io.BytesIO()
    book.save(buffer)
    outcome = recalc(buffer.getvalue())
    assert outcome.left == ()
    ours = Workbook.open(outcome.package).cells("S").values()
    theirs = libreoffice.recalculate(buffer.getvalue())["S"]
    wrong = []
    for row, (formula, answer) in enumerate(formulas, start=1):
        expected = theirs.get(f"A{row}") if answer is None else answer
        if not close(ours.get(f"A{row}"), expected):
            wrong.append(f"{formula}: {ours.get(f'A{row}')!r} against {expected!r}")
    assert wrong == []
