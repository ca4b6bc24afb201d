"""Values in place of formulas: those that use our functions, or all.

The workbook is computed first, so that what is frozen is fresh. A formula that can't be computed here is frozen at the
value that was saved with it; without one, or where it is ``#NAME?``, it stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from udfs import ExcelError
from workbooks.foreign.container import Source
from workbooks.foreign.links import drop_unused, used_for_ours
from workbooks.foreign.names import functions_used, handed_over
from workbooks.foreign.notes import add_notes
from workbooks.foreign.outcome import Left, Outcome, Target, changed, notes_on
from workbooks.foreign.recalc import recalculate
from workbooks.foreign.recalculation import Computed
from workbooks.foreign.rules import rules
from workbooks.foreign.workbook import Sheet, Workbook
from workbooks.foreign.xml_text import plain, text_of
from workbooks.formulas import FormulaError, references

# Marks of a function's or name's age, which people do not type.
_AGE: Final = re.compile(r"_xl(?:fn|ws|pm|udf)\.")
_OF_COLUMN: Final = re.compile(
    rb"<(?P<tag>(?:[\w.-]+:)?(?:calculatedColumnFormula|totalsRowFormula))(?:\s[^>]*)?>([^<]*)</(?P=tag)\s*>"
)
_TOTAL: Final = re.compile(rb"""(<(?:[\w.-]+:)?tableColumn\b[^>]*?)\s+totalsRowFunction\s*=\s*["'](\w+)["']""")


def freeze(
    source: Source, target: Target | None = None, *, everything: bool = False, keep_notes: bool = False
) -> Outcome:
    """Put values in place of the formulas of a workbook that use our functions.

    Parameters
    ----------
    source : an .xlsx or .xlsm file: its path, its content, or the file opened in binary mode.
    target : where the new one goes, if not to the caller alone: a path, which may be that of the source, or a file.
    everything : all formulas become values.
    keep_notes : each frozen formula stays to be read, as a note on its cell.

    Returns
    -------
    outcome
        ``package`` is the new file's content; ``left`` lists what could not be frozen at a fresh value, and why.

    Raises
    ------
    UnusableFileError
        The source is no workbook that can be used; the message says why and what to do.
    workbooks.files.OutputError
        The target can't be written.
    """
    return changed(source, target, lambda book: _Freezing(book, everything).outcome(keep_notes))


class _Freezing:
    """One workbook on its way."""

    def __init__(self, book: Workbook, everything: bool) -> None:
        self._book = book
        self._everything = everything
        self._names = _names_of_ours(book)

    def outcome(self, keep_notes: bool) -> Outcome:
        book = self._book
        computed = recalculate(book)
        left: list[Left] = []
        said: list[str] = []
        done = 0
        for sheet in book.worksheets:
            frozen = list(self._freeze_cells(sheet, computed, left))
            done += len(frozen)
            if keep_notes and frozen:
                said += self._keep_notes(sheet, dict(frozen))
            left += self._kept_around(sheet)
            for part in book.package.related(sheet.part, "table"):
                self._freeze_table(part)
        left += self._kept_names()
        used = used_for_ours(book)
        package = book.save()
        notes = notes_on(book, changed=package != book.package.data)
        if used:
            frozen_book = Workbook.open(package)
            drop_unused(frozen_book, used)
            package = frozen_book.save()
        return Outcome(package, done, tuple(left), (*notes, *said, *computed.notes))

    def _freeze_cells(self, sheet: Sheet, computed: Computed, left: list[Left]) -> Iterator[tuple[str, str]]:
        """Freeze a sheet's formulas, and yield their places and texts."""
        reasons = {(one.sheet, one.cell): one.reason for one in computed.left}
        cells = self._book.cells(sheet)
        for address, cell in cells.formulas.items():
            formula = cell.formula
            if not self._is_meant(formula):
                if (sheet.name, address) in reasons:
                    left.append(Left(sheet.name, address, formula, reasons[sheet.name, address]))
                continue
            reason = reasons.get((sheet.name, address))
            if reason is not None and (cell.value is None or cell.value is ExcelError.NAME):
                left.append(Left(sheet.name, address, formula, f"{reason} It has no saved value either, and stays."))
                continue
            if reason is not None:
                left.append(Left(sheet.name, address, formula, f"{reason} It is frozen at the value it had."))
            cells.edit(address, formula=None)
            yield address, formula

    def _is_meant(self, formula: str) -> bool:
        return self._everything or _is_ours(formula) or bool(self._names and self._names & _mentioned(formula))

    def _keep_notes(self, sheet: Sheet, formulas: dict[str, str]) -> list[str]:
        texts = {address: _AGE.sub("", formula) for address, formula in formulas.items()}
        without = add_notes(self._book.package, sheet.part, self._book.cells(sheet), texts)
        return [f"{sheet.name}!{address} has a thread of comments, and no note of its formula." for address in without]

    def _kept_around(self, sheet: Sheet) -> Iterator[Left]:
        """Yield what uses our functions outside of cells: it has no value to freeze."""
        for rule in rules(self._book.cells(sheet).frame.element()):
            if _is_ours(f"={rule.text}"):
                reason = f"has {rule.what} with our function: ={rule.text}. Make it plain with 'aicapex portable'."
                yield Left(sheet.name, rule.cells, f"={rule.text}", reason)

    def _freeze_table(self, part: str) -> None:
        """Take the formulas away that a table puts into new rows, and those of its totals."""
        before = plain(self._book.package[part])

        def kept(found: re.Match[bytes]) -> bytes:
            return b"" if self._is_meant("=" + text_of(found[2])) else found[0]

        after = _OF_COLUMN.sub(kept, before)
        if self._everything:
            after = _TOTAL.sub(rb"\1", after)
        elif after != before:
            after = _without_custom_totals(after)
        if after != before:
            self._book.package[part] = after

    def _kept_names(self) -> Iterator[Left]:
        for name in self._book.names:
            if _is_ours(f"={name.text}"):
                reason = f"stands for a formula with our function: ={name.text}. Make it plain with 'aicapex portable'."
                yield Left(name.scope or "", name.name, f"={name.text}", reason)


def _is_ours(formula: str) -> bool:
    try:
        return bool(functions_used(formula)) or handed_over(formula) is not None
    except FormulaError:
        return False


def _mentioned(formula: str) -> set[str]:
    try:
        return {one.rpartition("!")[2].upper() for one in references(formula)}
    except FormulaError:
        return set()


def _names_of_ours(book: Workbook) -> set[str]:
    """Return the defined names, in capitals, that use our functions, also through others."""
    found: set[str] = set()
    while True:
        more = {
            name.name.upper()
            for name in book.names
            if name.name.upper() not in found and (_is_ours(f"={name.text}") or found & _mentioned(f"={name.text}"))
        }
        if not more:
            return found
        found |= more


def _without_custom_totals(part: bytes) -> bytes:
    """Return a table's part in which no column says that its total is a formula which is gone."""

    def column(found: re.Match[bytes]) -> bytes:
        inside = found[0]
        if b"totalsRowFormula" in inside or b"custom" not in inside:
            return inside
        return _TOTAL.sub(lambda total: total[1] if total[2] == b"custom" else total[0], inside)

    return re.sub(rb"<((?:[\w.-]+:)?tableColumn)\b(?:[^>]*/>|.*?</\1\s*>)", column, part, flags=re.DOTALL)
