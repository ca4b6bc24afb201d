"""The rule for the cover of workbooks laid out as ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from workbooks.lint.looks import look
from workbooks.lint.reading import Cell, Sheet, Workbook
from workbooks.lint.rule import WARNING, Found, rule
from workbooks.lint.standard import COVER, model_sheets
from workbooks.style import INPUT_TEXT, LINK_TEXT

_HEAD_ROWS: Final = 6  # title, purpose, version and date stand there
_SENTENCE: Final = 5  # words of a purpose at least
_VERSION: Final = re.compile(r"\bversion \d", re.IGNORECASE)
_AS_OF: Final = re.compile(r"\bas of \d{4}-\d{2}-\d{2}\b", re.IGNORECASE)


@rule(
    "cover",
    WARNING,
    "The first sheet is the cover: what the workbook is for, its version, its as-of date, the key to its colours, and "
    "a link to every other sheet.",
    "Move it to the front, and add what is missing, such as “Version 1.0, figures as of 2026-11-01”.",
    ours=True,
)
def cover(workbook: Workbook) -> Iterator[Found]:
    """Find covers that leave a reader without a start."""
    if workbook.sheets[0].name != COVER:
        yield Found("the cover is not the first sheet", workbook.sheets[0].name)
    sheet = workbook.sheet(COVER)
    if sheet is None:
        return
    texts = [cell for cell in sheet.cells.values() if cell.is_text]
    head = [cell.value or "" for cell in texts if cell.row <= _HEAD_ROWS]
    said = [text for text in head if len(text.split()) >= _SENTENCE and not _VERSION.search(text)]
    if not any(not _AS_OF.search(text) for text in said):
        yield Found(f"its first {_HEAD_ROWS} rows do not say in a sentence what the workbook is for", COVER)
    if not any(_VERSION.search(text) for text in head):
        yield Found("it has no version", COVER)
    if not any(_AS_OF.search(text) for text in head):
        yield Found("it has no as-of date", COVER)
    yield from _colour_key(workbook, texts)
    yield from _contents(workbook, sheet)


def _colour_key(workbook: Workbook, texts: list[Cell]) -> Iterator[Found]:
    looks = [look(workbook, cell) for cell in texts]
    if not any(one.colour == INPUT_TEXT and one.filled for one in looks):
        yield Found("no key shows the colour of inputs", COVER)
    if not any(one.colour == LINK_TEXT for one in looks):
        yield Found("no key shows the colour of links to other sheets", COVER)


def _contents(workbook: Workbook, sheet: Sheet) -> Iterator[Found]:
    links = [target.lstrip("#") for _, kind, target in workbook.related(sheet.part) if kind == "hyperlink"]
    links += [entry.get("location", "") for entry in sheet.xml.iterfind("{*}hyperlinks/{*}hyperlink")]
    linked = {link.rpartition("!")[0].strip("'") for link in links}
    for other in model_sheets(workbook):
        if other.name != COVER and other.name not in linked:
            yield Found(f"no link leads to the sheet {other.name}", COVER)
