"""Anybody's workbook without our functions: each call becomes a plain formula, all else stays byte for byte.

The new workbook is computed and held against the old one: a formula that would show something else than before is not
changed. So it is where an argument is outside of its domain, which our functions refuse and plain formulas don't.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from udfs import ExcelError
from workbooks.engine import Value
from workbooks.foreign.cell_text import members
from workbooks.foreign.container import Source
from workbooks.foreign.dependents import Dependents
from workbooks.foreign.formula_cell import FormulaCell
from workbooks.foreign.links import drop_unused
from workbooks.foreign.outcome import Left, Outcome, Target, changed, notes_on
from workbooks.foreign.plain_workbook import Converted, Where, convert
from workbooks.foreign.recalc import recalculate
from workbooks.foreign.recalculation import Computed, is_computed_array
from workbooks.foreign.unknown_values import compute_on_load, forget
from workbooks.foreign.workbook import Workbook

_ROUNDS: Final = 10  # of leaving formulas as they are because they would show something else
_DIGITS: Final = 1e-6  # of a number's size: IRR has no more digits
_NO_VALUE: Final = "has no value until a spreadsheet program computes it"
_ROUNDING: Final = 1e-15  # of the largest number's size


def portable(source: Source, target: Target | None = None) -> Outcome:
    """Put plain formulas in place of a workbook's calls of our functions.

    Parameters
    ----------
    source : an .xlsx or .xlsm file: its path, its content, or the file opened in binary mode.
    target : where the new one goes, if not to the caller alone: a path, which may be that of the source, or a file.

    Returns
    -------
    outcome
        ``package`` is the new file's content, with fresh values; ``left`` lists the formulas that still need our
        functions, and those that are plain but keep the values they had.

    Raises
    ------
    UnusableFileError
        The source is no workbook that can be computed; the message says why and what to do.
    workbooks.files.OutputError
        The target can't be written.
    """
    return changed(source, target, _made_plain)


def _made_plain(book: Workbook) -> Outcome:
    data = book.package.data
    before = _State.after_recalculation(book)
    stay: dict[Where, str] = {}
    for rounds_left in reversed(range(_ROUNDS)):
        converted, after = _attempt(before.book.package.data, stay)
        differing = _differing(before, after)
        if not differing:
            break
        stay |= _first_of(differing, after.book, converted) if rounds_left > 1 else differing
    drop_unused(after.book, converted.links)
    still = {(left.sheet, left.cell) for left in converted.left}
    later = _leave_unknown(after, still)
    package = after.book.save()
    now = Workbook.open(package)
    kept = [
        replace(one, reason=f"is plain, but {_kept(one, now)}, as it {one.reason}")
        for one in after.computed.left
        if (one.sheet, one.cell) not in still
    ]
    kept += later
    kept += [
        Left(sheet, cell, after.book.cells(sheet).formulas[cell].formula, f"is not the same as before: {reason}.")
        for (sheet, cell), reason in differing.items()
        if (sheet, cell) not in still
    ]
    # Of formulas that were computed from values which nobody knows now there is nothing more to say.
    said = () if later and all(_NO_VALUE in one.reason for one in kept) else after.computed.notes
    notes = (*notes_on(book, changed=package != data), *said)
    return Outcome(package, converted.done, (*converted.left, *kept), notes)


def _leave_unknown(after: _State, still: Collection[Where]) -> list[Left]:
    """Leave what could not be computed, and shows ``#NAME?``, to whom opens the workbook; return what depends on it."""
    left = {(one.sheet, one.cell) for one in after.computed.left}
    cells = {sheet.name: after.book.cells(sheet).formulas for sheet in after.book.worksheets}
    unknown = {(sheet, cell) for sheet, cell in left - set(still) if cells[sheet][cell].value is ExcelError.NAME}
    if not unknown:
        return []
    later = _dependents(after.book).of(unknown, guess=False) - set(still)
    forget(after.book, unknown | later)
    compute_on_load(after.book)
    reason = f"is plain, but {_NO_VALUE}, as it depends on others that have none."
    return [Left(sheet, cell, cells[sheet][cell].formula, reason) for sheet, cell in sorted(later - left)]


def _kept(left: Left, book: Workbook) -> str:
    value = book.cells(left.sheet).formulas[left.cell].value
    return _NO_VALUE if value is None else "keeps the value that it had"


@dataclass(frozen=True)
class _State:
    """A workbook with fresh values, saved and opened again."""

    book: Workbook
    computed: Computed
    values: Mapping[str, Mapping[str, Value]]

    @classmethod
    def after_recalculation(cls, book: Workbook) -> _State:
        computed = recalculate(book)
        saved = Workbook.open(book.save())
        return cls(saved, computed, {sheet.name: saved.cells(sheet).values() for sheet in saved.worksheets})


def _attempt(data: bytes, stay: Mapping[Where, str]) -> tuple[Converted, _State]:
    book = Workbook.open(data)
    converted = convert(book, stay)
    return converted, _State.after_recalculation(Workbook.open(book.save()))


def _differing(before: _State, after: _State) -> dict[Where, str]:
    """Return the formula cells that show something else than before, with the reason to leave them as they were."""
    largest = max(
        (abs(value) for values in before.values.values() for value in values.values() if isinstance(value, float)),
        default=0.0,
    )
    # What could not be computed before may well be something else now, and what depends on it.
    fresh = {
        place for place in after.computed.values.keys() - before.computed.values.keys() if place[0] in before.values
    }
    fresh |= _dependents(after.book).of(fresh) if fresh else set()
    found: dict[Where, str] = {}
    for sheet, old in before.values.items():
        new = after.values[sheet]
        for address, cell in after.book.cells(sheet).formulas.items():
            if (sheet, address) in fresh:
                continue
            for member in _filled(cell) | _filled(before.book.cells(sheet).formulas.get(address)):
                one, other = old.get(member), new.get(member)
                if one != other and not _close(one, other, _ROUNDING * largest):
                    found[sheet, address] = _unlike(one, other)
                    break
    return found


def _filled(cell: FormulaCell | None) -> set[str]:
    """Return the cells that a formula fills."""
    if cell is None:
        return set()
    return set(members(cell.reference)) if is_computed_array(cell) else {cell.address}


def _close(one: Value, other: Value, rounding: float) -> bool:
    if not isinstance(one, float) or not isinstance(other, float):
        return False
    return abs(one - other) <= max(_DIGITS * max(abs(one), abs(other)), rounding)


def _unlike(one: Value, other: Value) -> str:
    """Return why a formula is left as it is."""
    reason = f"it shows {_shown(one)} here, and its plain formula would show {_shown(other)}"
    if one is ExcelError.NUM:
        return f"{reason}, as that refuses no argument outside its domain. Correct the arguments"
    return reason


def _shown(value: Value) -> str:
    return f"{value:.10g}" if isinstance(value, float) else "nothing" if value is None else str(value)


def _first_of(differing: Mapping[Where, str], book: Workbook, converted: Converted) -> dict[Where, str]:
    """Return those of the cells on which the others depend; where it is not they that changed, the names."""
    later = _dependents(book).of(differing, guess=False)
    first = {place: reason for place, reason in differing.items() if place not in later} or dict(differing)
    others = [reason for place, reason in first.items() if place not in converted.cells]
    return dict.fromkeys(converted.names, others[0]) if others and converted.names else first


def _dependents(book: Workbook) -> Dependents:
    cells = {
        (sheet.name, address): cell for sheet in book.worksheets for address, cell in book.cells(sheet).formulas.items()
    }
    fills = {place: list(members(cell.reference)) for place, cell in cells.items() if is_computed_array(cell)}
    return Dependents({place: cell.formula for place, cell in cells.items()}, book.names, fills)
