"""Formulas made ready for the engine: each put as it understands it, or refused where it can't compute it rightly."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

import udfs
from workbooks.engine.definitions import Definitions
from workbooks.engine.intersection import intersected
from workbooks.engine.loading import Formula, Prepared, Source
from workbooks.engine.refusals import VOLATILE, RefusalError, check
from workbooks.engine.rewriting import FIT, rewritten
from workbooks.engine.spreading import may_be_range
from workbooks.engine.table_references import Table, TableReferenceError
from workbooks.foreign.names import plain_names
from workbooks.formulas import FormulaError, joins_ranges, references, rewrite

# Cells, and numbers but 0. Formulas copied along a sheet differ in them only, so what was found in one formula holds
# for all, and what it is rewritten to gets the others' cells and numbers.
_NUMBER: Final = re.compile(
    r"(?<![\w.\\])(\$?(?:[A-Z]{1,2}|[A-W][A-Z]{2}|X[A-E][A-Z]|XF[A-D])?\$?)(?!0(?!\d))(\d+)(?![\w(])", re.IGNORECASE
)
# What it is rewritten to depends on the cells themselves: A1:INDEX(A1:A9,n) begins where its range does.
_BY_CELLS: Final = re.compile(r"ROW\(|COLUMN\(|:INDEX\(", re.IGNORECASE)
_LETTERS: Final = re.compile("[A-Z]+", re.IGNORECASE)
# Forms in which files write our functions' names otherwise than people type them.
_FOREIGN: Final = re.compile(r"!|_xl|aicapex|\w\s+\(", re.IGNORECASE)


_FIRST_MARK: Final = 1_000_001  # numbers that formulas do not have, but could


class _Template(NamedTuple):
    """What the engine gets for formulas of one shape: texts between what differs, and which of it stands there."""

    text: str
    order: tuple[int, ...]
    may_spill: bool

    def prepared(self, text: str, differing: Sequence[str]) -> Prepared:
        if self.text:
            text = self.text % tuple(differing[place] for place in self.order)
        return Prepared(text, not self.may_spill, self.may_spill)


def _template(told: str, may_spill: bool) -> _Template:
    """Return the template for a rewritten text with marks in place of what differs."""
    order: list[int] = []

    def place(found: re.Match[str]) -> str:
        mark = int(found[2]) - _FIRST_MARK
        if mark < 0:
            return found[0]
        order.append(mark)
        return "\0"

    return _Template(_NUMBER.sub(place, told).replace("%", "%%").replace("\0", "%s"), tuple(order), may_spill)


class Preparation:
    """Makes the formulas of one workbook ready.

    Parameters
    ----------
    names : defined names in capitals, with all that they stand for, in the workbook and in single sheets.
    tables : of all sheets.
    dates_from_1904 : whether the workbook counts dates so.
    hidden_rows : whether it has any.
    as_stored : whether formulas are computed as the file has them: one that is not marked as one that spills shows
        a single value; functions whose results change by themselves, such as NOW, are refused.
    """

    def __init__(
        self,
        names: Mapping[str, Sequence[str]],
        tables: Sequence[Table] = (),
        *,
        dates_from_1904: bool = False,
        hidden_rows: bool = False,
        as_stored: bool = False,
    ) -> None:
        self._names = names
        self._as_stored = as_stored
        self._definitions = Definitions(names, tables)
        self._faults: dict[str, str] = {}
        self._check = partial(
            check,
            faults=self._faults,
            changing=VOLATILE if as_stored else (),
            hidden_rows=hidden_rows,
            dates_from_1904=dates_from_1904,
        )
        self._templates: dict[str, _Template] = {}  # by the shape of formulas
        self._without_intersections: set[str] = set()  # shapes of formulas
        self._ranges_of_ours: dict[str, bool] = {}  # by shape, too
        for name in names:
            if name not in self._definitions.formulas:
                self._faults[name] = self._fault(name)

    @classmethod
    def of(cls, source: Source, *, as_stored: bool) -> Preparation:
        """Return what makes the formulas of a workbook ready that is to be computed."""
        return cls(
            source.names,
            source.tables,
            dates_from_1904=source.book.dates_from_1904,
            hidden_rows=source.hidden_rows,
            as_stored=as_stored,
        )

    def __call__(self, formula: Formula) -> Prepared:
        """Return the formula that the engine gets.

        Raises
        ------
        RefusalError
            The engine can't compute it rightly.
        """
        if formula.cell and not formula.text.removeprefix("="):
            raise RefusalError("is a copy of a shared formula that the sheet does not have. Enter it anew.")
        try:
            text = plain_names(formula.text) if _FOREIGN.search(formula.text) else formula.text
            plain = self._definitions.plain(text, formula)
            ordinary = self._as_stored and formula.array is None and not formula.spills
            one_valued = self._one_valued(plain, formula.cell) if ordinary else plain
            prepared = self._told(one_valued)
        except TableReferenceError as error:
            raise RefusalError(str(error)) from None
        except FormulaError as error:
            raise RefusalError(f"can't be read: {formula.text} ({error}). Correct it.") from None
        array = formula.array
        if array is None and self._as_stored and not formula.spills and prepared.may_spill and self._from_ours(text):
            array = 1, 1  # Excel shows the first value of what a function like ours gives
        if array is not None:
            rows, columns = array
            return Prepared(f"={FIT}({prepared.text[1:]},{rows},{columns})", copies=False, may_spill=False)
        return prepared._replace(copies=prepared.copies and "[" not in formula.text and one_valued == plain)

    def _one_valued(self, text: str, cell: str) -> str:
        """Return an ordinary formula with single cells in place of ranges where one value is wanted."""
        if ":" not in text and not self._names:
            return text
        shape = _NUMBER.sub(r"\g<1>1", text)
        if shape in self._without_intersections:
            return text
        found = text if joins_ranges(text) else intersected(text, cell, self._names)  # the former is refused
        if found == text:
            self._without_intersections.add(shape)
        return found

    def _from_ours(self, text: str) -> bool:
        """Return whether a formula gives a range, if at all, because a function of ours does."""
        shape = _NUMBER.sub(r"\g<1>1", text)
        if shape not in self._ranges_of_ours:
            rest = rewrite(text, lambda call: "1" if call.name in udfs.FUNCTIONS else None)
            self._ranges_of_ours[shape] = not may_be_range(rest[1:], self._definitions.single_names)
        return self._ranges_of_ours[shape]

    def _told(self, text: str) -> Prepared:
        pieces = _NUMBER.split(text)
        differing = tuple(map("".join, zip(pieces[1::3], pieces[2::3], strict=True)))
        pieces[1::3] = [_LETTERS.sub("A", place) for place in pieces[1::3]]
        pieces[2::3] = ["1"] * len(differing)
        shape = "".join(pieces)
        known = self._templates.get(shape)
        if known is not None:
            return known.prepared(text, differing)
        self._check(text)
        new = self._rewritten(text)
        may_spill = may_be_range(text[1:], self._definitions.single_names)
        # Where the rewritten form depends on the cells or numbers themselves, each formula is read on its own.
        free = not _BY_CELLS.search(shape)
        if free:
            pieces[2::3] = [str(_FIRST_MARK + place) for place in range(len(differing))]
            marked = "".join(pieces)
            told = self._rewritten(marked)
            self._templates[shape] = _template("" if told == marked else told, may_spill)
        return Prepared(new, free and not may_spill, may_spill)

    def _rewritten(self, text: str) -> str:
        return rewritten(text, self._names, self._definitions.single_names)

    def _fault(self, name: str) -> str:
        """Return why a formula can't use a name; empty if it can."""
        known = self._faults.get(name)
        if known is not None:
            return known
        self._faults[name] = "refers to itself. Break the circle."  # found again while it is looked into
        text = self._names[name][0]  # the names of single sheets are gone by now
        for inner in references(f"={text}"):
            key = inner.rpartition("!")[2].upper()
            if key in self._names and self._fault(key):
                return self._fault(key)
        try:
            self._check(f"={text}")
            new = self._rewritten(f"={text}")
        except (RefusalError, FormulaError) as error:
            return str(error)
        if new != f"={text}":
            return f"stands for the formula {text}, which the headless engine can compute in a cell only."
        return ""
