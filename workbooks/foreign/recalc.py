"""Fresh values for the formulas of anybody's workbook; the formulas themselves are not touched.

What the engine can't compute as Excel does keeps the value it had, and that value is what the formulas that depend on
it see, as it is in Excel when a source of data can't be reached. Where there is no such value (none was ever saved, or
the cell holds a data type of which the file keeps a stand-in) the formulas that depend on it keep theirs too.
"""

from __future__ import annotations

from dataclasses import replace

from workbooks.engine import EngineError
from workbooks.foreign.container import Source, UnusableFileError
from workbooks.foreign.outcome import Outcome, Target, changed, notes_on
from workbooks.foreign.recalculation import Computed, Recalculation
from workbooks.foreign.workbook import Workbook


def recalc(source: Source, target: Target | None = None) -> Outcome:
    """Compute the formulas of a workbook and put fresh values beside them.

    Parameters
    ----------
    source : an .xlsx or .xlsm file: its path, its content, or the file opened in binary mode.
    target : where the new one goes, if not to the caller alone: a path, which may be that of the source, or a file.

    Returns
    -------
    outcome
        ``package`` is the new file's content; ``left`` lists the formulas that keep the values they had, and why.

    Raises
    ------
    UnusableFileError
        The source is no workbook that can be computed; the message says why and what to do.
    workbooks.files.OutputError
        The target can't be written.
    """
    return changed(source, target, _with_fresh_values)


def _with_fresh_values(book: Workbook) -> Outcome:
    computed = recalculate(book)
    package = book.save()
    notes = notes_on(book, changed=package != book.package.data)
    return Outcome(package, computed.count, computed.left, (*notes, *computed.notes))


def recalculate(book: Workbook) -> Computed:
    """Compute the formulas of a workbook that is being changed, and note the fresh values in it.

    Raises
    ------
    UnusableFileError
        It can't be computed at all.
    """
    if book.precision_as_shown:
        raise UnusableFileError(
            "computes with the digits that are shown, as only Excel does. Switch that off in Excel (File, Options, "
            "Advanced, Set precision as displayed), and save it"
        )
    try:
        return _recalculated(book)
    except EngineError as error:
        raise UnusableFileError(f"can't be computed: {error}".rstrip(".")) from error


def _recalculated(book: Workbook) -> Computed:
    """Compute column by column what can be computed so in a workbook with large sheets, and then the rest."""
    sheets = [book.cells(sheet) for sheet in book.worksheets]
    if not any(cells.large for cells in sheets) or any(cells.changed for cells in sheets):
        return Recalculation(book).carry_out()
    from workbooks.columns.apart import SetApart  # only here is NumPy needed
    from workbooks.columns.computing import fresh_columns

    columns = fresh_columns(book)
    for found in columns:
        book.cells(found.sheet).renew(found.rows())
    whole = {found.sheet for found in columns if found.whole}
    if all(sheet.name in whole or not book.cells(sheet).has_formulas for sheet in book.worksheets):
        return Computed({}, (), (), columns)
    apart = [SetApart(book.cells(found.sheet), found) for found in columns]
    computed = Recalculation(book).carry_out()
    if all(one.put_back() for one in apart):
        return replace(computed, by_column=columns)
    for one in apart:
        one.undo()
    return Recalculation(book).carry_out()
