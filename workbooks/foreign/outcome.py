"""What has become of a workbook: the new package, what was left as it was, and where the package goes."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

from workbooks.files import OutputError, check_writable, write_atomically
from workbooks.foreign.container import Source
from workbooks.foreign.links import taken_for_ours, used_for_ours
from workbooks.foreign.workbook import Workbook

Target: TypeAlias = str | os.PathLike[str] | BinaryIO

SIGNATURE: Final = "The workbook was signed. The signature does not hold for the changed workbook: sign it anew."


@dataclass(frozen=True)
class Left:
    """A formula that was left as it was, with the value it had.

    Parameters
    ----------
    sheet, cell : where it stands; of a defined name, the sheet that it is limited to ("" for none) and the name.
    formula : from ``=`` on.
    reason : why; reads on from the place.
    """

    sheet: str
    cell: str
    formula: str
    reason: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell} {self.reason}" if self.sheet else f"The name {self.cell} {self.reason}"


@dataclass(frozen=True)
class Outcome:
    """A changed workbook.

    Parameters
    ----------
    package : the new file's content.
    done : how many formulas were done.
    left : the formulas that were not.
    notes : what else there is to know, a sentence each.
    """

    package: bytes
    done: int
    left: tuple[Left, ...] = ()
    notes: tuple[str, ...] = ()


def changed(source: Source, target: Target | None, change: Callable[[Workbook], Outcome]) -> Outcome:
    """Open a workbook, change it, and write the new one where it goes, if not to the caller alone."""
    book = Workbook.open(source)
    if target is not None:
        _check(book, target)
    outcome = change(book)
    if target is not None:
        _deliver(outcome.package, target)
    return outcome


def _check(book: Workbook, target: Target) -> None:
    """Refuse a path that a workbook can't be written to, before any work is done.

    Raises
    ------
    OutputError
        It can't be written, or its name's ending does not fit what is in the workbook: no program would open it.
    """
    if not isinstance(target, (str, os.PathLike)):
        return
    path = Path(target)
    check_writable(path)
    if path.suffix.lower() != book.ending:
        what = "holds macros" if book.ending.endswith("m") else "is one without macros"
        raise OutputError(f"{path}: the name must end in {book.ending}, because the workbook {what}.")


def _deliver(package: bytes, target: Target) -> None:
    """Write a package to a path, in full or not at all, or to a file opened in binary mode."""
    if isinstance(target, (str, os.PathLike)):
        write_atomically(Path(target), package)
    else:
        target.write(package)


def notes_on(book: Workbook, *, changed: bool) -> tuple[str, ...]:
    """Return what there is to know about a workbook that was computed, and maybe changed."""
    signature = (SIGNATURE,) if changed and book.package.signed else ()
    files = taken_for_ours(book, used_for_ours(book))
    return (*signature, *(f"Functions of {file} were taken for ours." for file in files))
