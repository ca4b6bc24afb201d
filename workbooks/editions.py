"""From a declaration to a finished workbook, in the edition asked for."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles.fonts import Font
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.book import Book, Edition, Figure
from workbooks.cached import plant_values
from workbooks.cover import write_cover
from workbooks.engine import Engine, Value
from workbooks.functions_sheet import write_functions
from workbooks.inputs_sheet import write_inputs
from workbooks.layout import INPUTS, Layout, lay_out
from workbooks.model import Model, Scenario
from workbooks.package import read_parts, write_parts
from workbooks.pages import set_up_page
from workbooks.record_sheet import RECORD, Record, write_record
from workbooks.reference_sheets import write_checks, write_evidence, write_sources
from workbooks.sheets import write_sheet

_LABEL_FORMAT = re.compile(rb'(<numFmt formatCode="[^"]*")\s*/>')
Values = Mapping[str, Mapping[str, Value]]

# openpyxl writes the children of <font> in another order than the schema has them.
Font.__elements__ = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "name", "family",
    "charset", "scheme",
)  # fmt: skip


def build(model: Model, edition: Edition, scenario: str | None = None, scenarios: Sequence[Scenario] = ()) -> bytes:
    """Return a model as a finished .xlsx package: same arguments, same bytes.

    Parameters
    ----------
    model : the declaration.
    edition : "addin" and "headless" hold our functions, "portable" plain formulas, "report" values alone.
    scenario : name of the live one; the first, if None.
    scenarios : more of them, or others under the same names.

    Raises
    ------
    KeyError
        There is no scenario of that name.
    """
    model = with_scenarios(model, scenarios)
    if edition == "report" and scenario != model.own:
        model = _without(model, model.own)  # nobody can enter figures in a report
    names = [one.name for one in model.scenarios]
    if scenario is not None and scenario not in names:
        raise KeyError(scenario)
    live = names.index(scenario) + 1 if scenario else 1
    layout = lay_out(model)
    draft = write(layout, edition, live)
    return draft.finished(draft.computed() if edition in ("addin", "headless") else compute(layout, live))


@dataclass(frozen=True)
class Draft:
    """A workbook as openpyxl wrote it: all there but the computed values."""

    package: bytes
    edition: Edition
    figures: tuple[Figure, ...]
    record: Record | None

    def computed(self) -> Values:
        """Return every computed cell, by the formulas as they are in the draft."""
        engine = Engine.load(self.package)
        engine.calculate()
        values: dict[str, dict[str, Value]] = {}
        for figure in self.figures:
            values.setdefault(figure.sheet, {})[figure.cell] = engine.get(figure.sheet, figure.cell)
        return values

    def finished(self, values: Values) -> bytes:
        """Return the package with the values of its computed cells."""
        if self.record is not None:
            told = self.record.told({(sheet, cell): one for sheet, of in values.items() for cell, one in of.items()})
            # The record computes nothing but its heading, which is the same on every sheet.
            values = {**values, RECORD: {**values["Checks"], **told}}
        return plant_values(self.package, values, keep_formulas=self.edition != "report")


def write(layout: Layout, edition: Edition, live: int) -> Draft:
    """Write a model, in one of its editions, with one of its scenarios live."""
    book = Book(layout, edition, live)
    record = _write(book)
    return Draft(saved(book), edition, tuple(book.figures), record)


def with_scenarios(model: Model, scenarios: Sequence[Scenario]) -> Model:
    """Return the model with these scenarios added, or put in place of those of the same name.

    They also take the place of the scenario that waits for the user's own figures.
    """
    named = {one.name: one for one in scenarios}
    if named and model.own not in named:
        model = _without(model, model.own)
    own = {one.name: one for one in model.scenarios} | named
    return replace(model, scenarios=tuple(own.values()))


def _without(model: Model, scenario: str) -> Model:
    return replace(model, scenarios=tuple(one for one in model.scenarios if one.name != scenario))


def compute(layout: Layout, live: int) -> Values:
    """Return every computed cell of a model: sheet -> cell -> value."""
    return write(layout, "headless", live).computed()


def _write(book: Book) -> Record | None:
    contents = [INPUTS, *(sheet.title for sheet in book.model.sheets), "Evidence", "Sources", "Functions", "Checks"]
    if book.edition == "report":
        contents.append(RECORD)
    cover = write_cover(book, contents)
    write_inputs(book)
    for declared in book.model.sheets:
        write_sheet(book, declared)
    marks = write_evidence(book)
    write_sources(book)
    write_functions(book)
    write_checks(book, marks)
    record = write_record(book) if book.edition == "report" else None
    for sheet in cast(list[Worksheet], book.workbook.worksheets):
        set_up_page(book, sheet, book.layout.starts(sheet.title))
        if sheet.title != INPUTS:
            sheet.protection.sheet = True
    book.workbook.active = book.workbook.index(cover)
    return record


def saved(book: Book) -> bytes:
    """Return a book as a package that is the same on any day."""
    workbook = book.workbook
    moment = datetime.datetime.fromisoformat(book.model.as_of)
    workbook.properties = DocumentProperties(
        creator="aicapex", title=book.model.title, created=moment, modified=moment, lastModifiedBy="aicapex"
    )
    # A reader without the add-in must show our values, not work them out again to #NAME?.
    workbook.calculation = CalcProperties(fullCalcOnLoad=False, calcId=191029)
    buffer = io.BytesIO()
    workbook.save(buffer)
    parts = read_parts(buffer.getvalue())
    # openpyxl notes the time of saving here whatever it was told.
    core = parts["docProps/core.xml"]
    head, opening, rest = core.partition(b"<dcterms:modified")
    _, closing, tail = rest.partition(b"</dcterms:modified>")
    stamp = f' xsi:type="dcterms:W3CDTF">{moment:%Y-%m-%dT%H:%M:%SZ}'.encode()
    parts["docProps/core.xml"] = head + opening + stamp + closing + tail
    for name, content in parts.items():
        if name.startswith("xl/charts/"):
            # Without this a label takes the number format of its cell, and zeros show.
            parts[name] = _LABEL_FORMAT.sub(rb'\1 sourceLinked="0"/>', content)
    return write_parts(parts)
