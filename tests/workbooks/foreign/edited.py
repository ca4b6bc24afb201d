"""Models that are edited as a person edits them, and the record of what was done: what a comparison must find.

A model here is rows that refer to each other by themselves, not by address; addresses come about when it is written,
as in a spreadsheet program that moves references when a row is inserted.
"""

from __future__ import annotations

import copy
import io
from dataclasses import dataclass, field
from itertools import count
from random import Random

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

YEARS = 4
FIRST = 3  # column of the first year
ABOVE = 3  # rows above the first one: title, blank, header


@dataclass(eq=False)
class Row:
    """A row of figures: typed ones, or a formula that uses other rows: ``{0}*{1}+7``."""

    label: str
    unit: str
    typed: list[float] | None = None
    formula: str = ""
    uses: list[Row] = field(default_factory=list)
    values: list[float] = field(default_factory=list)


@dataclass
class Tab:
    """A sheet: rows, None for blank ones, and the identities of its columns."""

    name: str
    rows: list[Row | None]
    columns: list[int] = field(default_factory=lambda: list(range(YEARS)))

    def row(self, row: Row) -> int:
        return ABOVE + 1 + next(number for number, one in enumerate(self.rows) if one is row)


@dataclass
class Model:
    """The sheets, and the rows whose first year has a name."""

    tabs: list[Tab]
    names: dict[str, Row] = field(default_factory=dict)

    def place(self, row: Row) -> tuple[Tab, int]:
        return next((tab, tab.row(row)) for tab in self.tabs if any(one is row for one in tab.rows))

    def address(self, row: Row, year: int) -> str:
        """Return the cell of a row and a year, by the year's identity."""
        tab, number = self.place(row)
        return f"{xl_col_to_name(FIRST + tab.columns.index(year))}{number}"

    def cell(self, row: Row, year: int) -> tuple[str, str]:
        return self.place(row)[0].name, self.address(row, year)

    def text(self, row: Row, year: int, tab: Tab) -> str:
        used = []
        for other in row.uses:
            place = self.place(other)[0]
            sheet = "" if place is tab else f"'{place.name}'!"
            used.append(sheet + self.address(other, year))
        return "=" + row.formula.format(*used)

    def save(self, write=lambda formula: formula) -> bytes:
        """Return the workbook; ``write`` is how a program writes formulas."""
        buffer = io.BytesIO()
        book = xlsxwriter.Workbook(buffer)
        for tab in self.tabs:
            sheet = book.add_worksheet(tab.name)
            sheet.write(0, 0, "All figures")
            for place, header in enumerate(("Item", "Unit", "Note")):
                sheet.write(2, place, header)
            for place, year in enumerate(tab.columns):
                sheet.write(2, FIRST + place, f"Year {year}")
            for number, row in enumerate(tab.rows, start=ABOVE):
                if row is None:
                    continue
                sheet.write(number, 0, row.label)
                sheet.write(number, 1, row.unit)
                for place, year in enumerate(tab.columns):
                    if row.typed is not None:
                        sheet.write(number, FIRST + place, row.typed[year])
                    else:
                        text = write(self.text(row, year, tab))
                        sheet.write_formula(number, FIRST + place, text, None, row.values[year])
        for name, row in self.names.items():
            sheet, address = self.cell(row, 0)
            book.define_name(name, f"='{sheet}'!${address[0]}${address[1:]}")
        book.close()
        return buffer.getvalue()


def drawn(chance: Random) -> Model:
    """Return a model of two sheets; formulas use rows of both."""
    numbers = count(100)
    rows: list[Row] = []
    tabs = []
    for name in ("Inputs", "Cash flow"):
        tab = Tab(name, [])
        for _ in range(chance.randint(4, 9)):
            if chance.random() < 0.15:
                tab.rows.append(None)
            row = new_row(chance, rows, next(numbers))
            rows.append(row)
            tab.rows.append(row)
        tabs.append(tab)
    tabs.append(Tab("Notes", [new_row(chance, [], next(numbers)) for _ in range(3)]))
    return Model(tabs, {"first": tabs[0].rows[-1], "second": tabs[1].rows[-1]})


def new_row(chance: Random, rows: list[Row], number: int) -> Row:
    label, unit = f"Item {number}", chance.choice(["$", "%", "MW", "years"])
    if len(rows) < 2 or chance.random() < 0.4:
        return Row(label, unit, typed=[round(chance.uniform(1, 1e6), 2) for _ in range(2 * YEARS)])
    uses = chance.sample(rows, 2)
    formula = chance.choice(["{0}*{1}", "IF({0}>{1},1,2)", "SUM({0},{1})"]) + f"+{number}"
    return Row(label, unit, formula=formula, uses=uses, values=[chance.uniform(1, 1e9) for _ in range(2 * YEARS)])


@dataclass
class Expected:
    """What a comparison must tell, as sets of places before and after; None where there is no cell."""

    inputs: set = field(default_factory=set)
    texts: set = field(default_factory=set)
    formulas: set = field(default_factory=set)
    values: set = field(default_factory=set)
    lines: set = field(default_factory=set)
    names: set = field(default_factory=set)
    sheets: set = field(default_factory=set)


EDITS = (
    "input", "formula", "overwrite", "value", "label", "insert row", "delete row", "insert column", "delete column",
    "rename sheet", "add sheet", "delete sheet", "add name", "delete name", "move name",
)  # fmt: skip


def edit(model: Model, edits: list[str], chance: Random) -> tuple[Model, Expected]:
    """Return the model after some edits, no two of them of the same cells, and what they amount to."""
    after, memo = _copied(model)
    back = {id(new): old for old, new in memo}
    numbers = count(5000)
    untouched = [row for tab in after.tabs[:2] for row in tab.rows if row is not None]
    chance.shuffle(untouched)
    done: list[tuple] = []
    for kind in edits:
        row = untouched.pop() if untouched else None
        if row is None:
            break
        tab = after.place(row)[0]
        if kind == "input" and row.typed is not None:
            year = chance.randrange(YEARS)
            row.typed[year] += chance.choice([1, -0.5, 1e6])
            done.append(("input", row, year))
        elif kind == "formula" and row.typed is None:
            row.formula += f"*{next(numbers)}"
            done.append(("formula", row))
        elif kind == "overwrite" and row.typed is None:
            row.typed, row.formula, row.uses = list(row.values), "", []
            done.append(("formula", row))
        elif kind == "value" and row.typed is None:
            year = chance.randrange(YEARS)
            row.values[year] *= chance.choice([1.01, -1, 1 + 1e-9])
            done.append(("value", row, year))
        elif kind == "label":
            row.label += " renamed"
            done.append(("label", row))
        elif kind == "insert row":
            new = new_row(chance, untouched or [row], next(numbers))
            tab.rows.insert(next(n for n, one in enumerate(tab.rows) if one is row), new)
            done.append(("new row", new))
        elif kind == "delete row":
            used = any(row is other for one in _rows(after) for other in one.uses)
            if not used and all(row is not one for one in after.names.values()):
                done.append(("gone row", back[id(row)]))
                tab.rows = [one for one in tab.rows if one is not row]
        elif kind == "insert column" and len(tab.columns) == YEARS:
            _column(after, tab, chance, done)
        elif kind == "rename sheet" and not tab.name.endswith("(new)"):
            done.append(("sheet name", tab.name, f"{tab.name} (new)"))
            tab.name += " (new)"
        elif kind == "add sheet" and len(after.tabs) == 3:
            after.tabs.append(Tab("Added", [new_row(chance, [], next(numbers)) for _ in range(3)]))
            done.append(("sheet", None, "sheet Added"))
        elif kind == "delete sheet" and after.tabs[-1].name == "Notes":
            del after.tabs[2]
            done.append(("sheet", "sheet Notes", None))
        elif kind == "add name" and "third" not in after.names:
            after.names["third"] = row
            done.append(("name", None, "name third"))
        elif kind == "delete name" and "first" in after.names:
            del after.names["first"]
            done.append(("name", "name first", None))
        elif kind == "move name" and back.get(id(after.names["second"])) is model.names["second"] is not back[id(row)]:
            after.names["second"] = row
            done.append(("name", "name second", "name second"))
    return after, _expected(model, after, done, back)


def _column(model: Model, tab: Tab, chance: Random, done: list[tuple]) -> None:
    new = YEARS
    tab.columns.insert(chance.randint(0, YEARS), new)
    # Rows of this sheet use years of the other, which must have it too.
    for other in model.tabs[:2]:
        if new not in other.columns:
            other.columns.insert(chance.randint(0, YEARS), new)
    done.append(("new column", new))


def _rows(model: Model) -> list[Row]:
    return [row for tab in model.tabs for row in tab.rows if row is not None]


def _copied(model: Model) -> tuple[Model, list[tuple[Row, Row]]]:
    after = copy.deepcopy(model)
    return after, list(zip(_rows(model), _rows(after), strict=True))


def _expected(before: Model, after: Model, done: list[tuple], back: dict[int, Row]) -> Expected:
    found = Expected()

    def old(row: Row, year: int):
        return before.cell(back[id(row)], year) if id(row) in back and year < YEARS else None

    def line(model: Model, row: Row) -> tuple[str, int]:
        tab, number = model.place(row)
        return tab.name, number

    for what, *facts in done:
        if what in ("input", "value"):
            row, year = facts
            if back[id(row)].typed is None or what == "input":
                found.__dict__[f"{what}s"].add((old(row, year), after.cell(row, year)))
        elif what == "formula":
            years = after.place(facts[0])[0].columns
            found.formulas |= {(old(facts[0], year), after.cell(facts[0], year)) for year in years if year < YEARS}
        elif what == "label":
            places = [line(before, back[id(facts[0])]), line(after, facts[0])]
            found.texts.add(tuple((sheet, f"A{number}") for sheet, number in places))
        elif what == "sheet name":
            found.sheets.add(("name of a sheet", *facts))
        elif what in ("sheet", "name"):
            about = facts[1] or facts[0]
            found.__dict__[f"{what}s"].add((about, facts[0] is not None, facts[1] is not None))
        else:
            _of_lines(found, before, after, what, facts[0])
    return found


def _of_lines(found: Expected, before: Model, after: Model, what: str, of: Row | int) -> None:
    """Note a row or column that is new or gone: the line itself, and each of its cells."""
    if what == "new column":
        for tab in after.tabs[:2]:
            letter = xl_col_to_name(FIRST + tab.columns.index(of))
            found.lines.add((tab.name, "columns", letter, True))
            found.texts.add((None, (tab.name, f"{letter}{ABOVE}")))
            for row in filter(None, tab.rows):
                kind = found.inputs if row.typed is not None else found.formulas
                kind.add((None, after.cell(row, of)))
        return
    model = after if what == "new row" else before
    tab, number = model.place(of)
    found.lines.add((tab.name, "rows", str(number), what == "new row"))
    cells = [(found.texts, f"{letter}{number}") for letter in "AB"]
    kind = found.inputs if of.typed is not None else found.formulas
    cells += [(kind, model.address(of, year)) for year in tab.columns]
    for where, address in cells:
        where.add((None, (tab.name, address)) if what == "new row" else ((tab.name, address), None))
