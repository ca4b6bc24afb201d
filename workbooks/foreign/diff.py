"""What differs between two workbooks: the question that every reviewer asks.

Two workbooks are the same here if a person typed the same into them and they show the same. How it looks is not
compared, nor which program saved it: the names that programs store functions by, the way they write formulas, and the
last digits of numbers (a relative 1e-12) are no differences.
"""

from __future__ import annotations

import math
import os
from typing import Final

from workbooks.foreign.container import Source, UnusableFileError
from workbooks.foreign.diff_cells import Pair, change, grouped, pairs
from workbooks.foreign.diff_facts import Book, lines_alone, names, settings, sheets
from workbooks.foreign.diff_places import Places
from workbooks.foreign.diff_sheets import Formulas, matched_sheets
from workbooks.foreign.differences import Change, Differences, Value
from workbooks.lint.reading import Cell

_NOISE: Final = 1e-12


def diff(a: Source, b: Source) -> Differences:
    """Compare two workbooks.

    Parameters
    ----------
    a, b : path, content, or file opened in binary mode of an .xlsx or .xlsm workbook, by whichever program.

    Returns
    -------
    Differences
        Rows and columns that were inserted or deleted are found by their labels and contents, so that what moved
        with them is no difference. ``diff(b, a)`` tells the same the other way round.

    Raises
    ------
    UnusableFileError
        One of them is no workbook that can be read; the message says which, why and what to do.

    Examples
    --------
    >>> import io, openpyxl
    >>> def book(price):
    ...     book, package = openpyxl.Workbook(), io.BytesIO()
    ...     book.active.append(["Price", price])
    ...     book.save(package)
    ...     return package.getvalue()
    >>> [change] = diff(book(5), book(6)).inputs
    >>> change.b.label, change.a.value, change.b.value
    ('Price', 5.0, 6.0)
    """
    one, other = _opened(a, "first"), _opened(b, "second")
    matched = matched_sheets(one.sheets, other.sheets)
    formulas = Formulas(matched)
    found = Differences(
        settings=list(settings(one, other, matched)),
        sheets=list(sheets(one, other, matched)),
        names=list(names(one, other, matched, formulas)),
        lines=[lines for sheet in matched for lines in lines_alone(sheet)],
        without_value=(one.without_value, other.without_value),
    )
    cells = (pair for sheet in matched for pair in pairs(sheet))
    found.formulas = list(grouped([pair for pair in cells if _sort(pair, formulas, found)]))
    found.values = [change for change in found.values if not _noise(change, one, other)]
    return found


def _opened(source: Source, which: str) -> Book:
    try:
        return Book.open(source)
    except ValueError as error:
        name = os.fspath(source) if isinstance(source, (str, os.PathLike)) else f"the {which} workbook"
        what = (
            error
            if isinstance(error, UnusableFileError)
            else f"is damaged ({error}). Open it in Excel and save it anew"
        )
        raise UnusableFileError(f"{name}: {what}") from error


def _sort(pair: Pair, formulas: Formulas, found: Differences) -> bool:
    """Note a cell that differs where it belongs; return whether it is one whose formula differs."""
    natures = {_nature(places, cell) for places, cell in pair.sides()}
    a, b = pair.values()
    if "formula" in natures:
        texts = [cell.formula for _, cell in pair.sides() if cell is not None and cell.formula is not None]
        if len(texts) < 2 or not pair.both_arrays() or not formulas.same(texts[0], texts[1], pair.sheet):
            return True
        if a is not None and b is not None and not _equal(a, b):
            found.values.append(change([pair]))
    elif not _equal(a, b):
        if natures <= {"computed", ""}:
            found.values.append(change([pair]))
        else:
            texts_only = all(cell is None or places.typed_text(cell) for places, cell in pair.sides())
            is_label = texts_only and not any(cell and places.takes_text(cell) for places, cell in pair.sides())
            (found.texts if is_label else found.inputs).append(change([pair]))
    return False


def _nature(places: Places, cell: Cell | None) -> str:
    if cell is None or (cell.formula is None and not cell.value):
        return ""
    return "formula" if cell.formula is not None else "computed" if places.computed(cell) else "constant"


def _equal(a: Value, b: Value) -> bool:
    """Return whether two values are the same but for the last digits."""
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=_NOISE)
    return (a, isinstance(a, bool)) == (b, isinstance(b, bool)) or {a, b} <= {None, ""}


def _noise(change: Change, a: Book, b: Book) -> bool:
    """Return whether a result differs by no more than the last digits of the numbers that it is computed from.

    Differences of large numbers that should be 0 are 0 in one program and 0.00001 in another.
    """
    cells = change.a, change.b
    values = [side.value for side in cells if side is not None and isinstance(side.value, float)]
    if len(values) < 2 or abs(values[0] - values[1]) > _NOISE * max(a.largest, b.largest):
        return False
    used = (
        book.largest_used(book.sheets[side.sheet.casefold()], side.formula)
        for book, side in zip((a, b), cells, strict=True)
        if side is not None and side.formula is not None
    )
    return abs(values[0] - values[1]) <= _NOISE * max(used, default=0.0)
