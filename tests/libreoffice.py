"""A real LibreOffice for tests: it calculates formulas, recalculates workbooks and converts them.

One headless soffice with a profile of its own serves a whole test session. Every file is calculated anew after loading,
all cells of it, so no value comes out that was only stored in the file. It knows our functions only if it is given our
extension.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from addin.calc.finding import Office, find_office
from addin.calc.installing import install
from tests.formula_sheet import SHEET, ArrayFormula, FormulaSheet
from tests.tools import soffice_binary, uno_python
from udfs import ExcelError

__all__ = ["ArrayFormula", "LibreOffice", "LibreOfficeError", "Value"]

START_SECONDS = 60.0
REQUEST_SECONDS = 120.0

# LibreOffice's codes, and what Excel shows in such a case. 502 stands for a few of Excel's errors: #NUM! for arithmetic
# (LN(-1)), but also #REF! for INDEX outside its range.
_ERRORS = {
    502: ExcelError.NUM,
    503: ExcelError.NUM,
    504: ExcelError.VALUE,
    519: ExcelError.VALUE,
    521: ExcelError.NULL,
    523: ExcelError.NUM,  # an iteration that finds nothing, such as IRR
    524: ExcelError.REF,
    525: ExcelError.NAME,
    532: ExcelError.DIV0,
    32767: ExcelError.NA,
}

Value = float | str | bool | ExcelError | None
Change = tuple[str, str, float | str]  # sheet, cell, and what to put there


@dataclass(frozen=True)
class Loaded:
    """A document that was loaded.

    Parameters
    ----------
    cells : sheet -> address of a formula -> formula as Calc has it, and its value; an error as the cell shows it.
    names : named expressions, likewise.
    modified : whether it asks to be saved.
    undo : what can be undone.
    protected : names of protected sheets.
    seconds : how long loading took.
    """

    cells: dict[str, dict[str, tuple[str, float | str]]]
    names: dict[str, str]
    modified: bool
    undo: list[str]
    protected: list[str]
    seconds: float


class LibreOfficeError(RuntimeError):
    """LibreOffice did not start, did not answer, or can't make sense of a file or formula."""


class LibreOffice:
    """One running soffice. ``close()`` ends it; so does the end of this process, however it comes.

    Parameters
    ----------
    soffice : its program; None is the installed one.
    extension : whether our functions are installed in it.
    """

    def __init__(self, soffice: Path | None = None, *, extension: bool = False) -> None:
        office = find_office(soffice) if soffice else Office(Path(soffice_binary()), Path(uno_python()))
        self._folder = Path(tempfile.mkdtemp(prefix="aicapex-lo-"))
        self.soffice = soffice
        self.profile = self._folder / "profile"
        if extension:
            install(office, self.profile)
        pipe = f"pipe,name=aicapex{uuid.uuid4().hex}"
        self._soffice = subprocess.Popen(
            [
                office.program,
                "--headless",
                "--norestore",
                "--nologo",
                "--nodefault",
                "--nolockcheck",
                f"-env:UserInstallation={self.profile.as_uri()}",
                f"--accept={pipe};urp;",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # its splash process starts the real one: both are ended as one group
        )
        self._helper = subprocess.Popen(
            [office.python, str(Path(__file__).with_name("libreoffice_helper.py")), pipe, str(START_SECONDS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={key: value for key, value in os.environ.items() if not key.startswith("PYTHON")},
        )
        try:
            self._receive(START_SECONDS + 10)
        except BaseException:
            self.close()
            raise

    def calculate(
        self,
        formulas: Sequence[str | ArrayFormula],
        cells: Mapping[str, Any] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> list[Any]:
        """Return the value of each formula; the parameters are those of ``FormulaSheet``.

        Returns
        -------
        list
            Per formula a float, text, truth value or ``ExcelError``; a nested list for an array formula of
            more than one cell.
        """
        sheet = FormulaSheet(formulas, cells, names)
        return sheet.values(self.recalculate(sheet.package)[SHEET].get)

    def recalculate(self, package: bytes) -> dict[str, dict[str, Value]]:
        """Return sheet -> address -> value of every cell that is not empty, calculated anew."""
        return _by_address(self._read(package))

    def tried(self, package: bytes, changes: Sequence[Change]) -> list[dict[str, dict[str, Value]]]:
        """Return what ``recalculate`` returns, for each of some changes: each made alone, and undone."""
        with self._file(package, "xlsx") as path:
            found = self._ask({"do": "try", "path": str(path), "changes": list(changes), "cells": None})
        return [_by_address(sheets) for sheets in found]

    def tried_cells(
        self, package: bytes, changes: Sequence[Change], cells: Sequence[tuple[str, str]]
    ) -> list[list[Value]]:
        """Return the values of these cells, each a sheet and an address, for each of some changes made alone."""
        with self._file(package, "xlsx") as path:
            found = self._ask({"do": "try", "path": str(path), "changes": list(changes), "cells": list(cells)})
        return [[_value(one, "!".join(cell)) for one, cell in zip(row, cells, strict=True)] for row in found]

    def convert(self, package: bytes, to: str, suffix: str = "xlsx", *, anew: bool = True) -> bytes:
        """Return the workbook as LibreOffice saves it: "xlsx", "ods", "fods", "pdf", "png" or "csv".

        ``suffix`` is the format that ``package`` comes in; it is calculated anew, unless its stored values are wanted.
        """
        with self._file(package, suffix) as path:
            target = path.with_name(f"converted.{to}")
            self._ask({"do": "convert", "path": str(path), "target": str(target), "format": to, "anew": anew})
            return target.read_bytes()

    def loaded(self, package: bytes, suffix: str = "xlsx") -> Loaded:
        """Return what a workbook shows when it has been loaded, and nothing is calculated but what LibreOffice does."""
        with self._file(package, suffix) as path:
            found = self._ask({"do": "loaded", "path": str(path), "anew": False})
        found["cells"] = {
            sheet: {_address(place): (formula, value) for place, (formula, value) in cells.items()}
            for sheet, cells in found["cells"].items()
        }
        return Loaded(**found)

    def version(self) -> str:
        """Return the version, such as 7.4."""
        found: str = self._ask({"do": "version"})
        return found

    def recalculation_seconds(self, package: bytes, runs: int) -> float:
        """Return the median time in which all cells of a workbook are calculated anew, once it is loaded."""
        with self._file(package, "xlsx") as path:
            return float(self._ask({"do": "time", "path": str(path), "runs": runs}))

    def wizard(self) -> dict[str, Any]:
        """Return what the function wizard knows: function -> category, description, and name and help of arguments."""
        found: dict[str, Any] = self._ask({"do": "wizard"})
        return found

    def to_pdf(self, package: bytes) -> bytes:
        """Return the workbook as a PDF."""
        return self.convert(package, "pdf")

    def close(self) -> None:
        """End LibreOffice and remove its profile."""
        if self._helper.stdin and not self._helper.stdin.closed:
            with contextlib.suppress(BrokenPipeError):
                self._helper.stdin.close()  # the helper then asks LibreOffice to end
        for process in (self._helper, self._soffice):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
        self._kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _kill(self) -> None:
        self._helper.kill()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._soffice.pid, signal.SIGKILL)
        self._helper.wait(timeout=10)
        self._soffice.wait(timeout=10)

    @contextlib.contextmanager
    def _file(self, package: bytes, suffix: str) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            path = Path(folder) / f"book.{suffix}"
            path.write_bytes(package)
            yield path

    def _read(self, package: bytes) -> dict[str, list[list[Any]]]:
        with self._file(package, "xlsx") as path:
            sheets: dict[str, list[list[Any]]] = self._ask({"do": "read", "path": str(path)})
            return sheets

    def _ask(self, request: dict[str, Any]) -> Any:
        assert self._helper.stdin is not None
        try:
            self._helper.stdin.write(json.dumps(request) + "\n")
            self._helper.stdin.flush()
        except (BrokenPipeError, ValueError):
            raise LibreOfficeError("LibreOffice is no longer running") from None
        reply = self._receive(REQUEST_SECONDS)
        if "problem" in reply:
            raise LibreOfficeError(reply["problem"])
        return reply["result"]

    def _receive(self, seconds: float) -> dict[str, Any]:
        assert self._helper.stdout is not None
        assert self._helper.stderr is not None
        watch = threading.Timer(seconds, self._kill)
        watch.start()
        try:
            line = self._helper.stdout.readline()
        finally:
            watch.cancel()
        if not line:
            raise LibreOfficeError(
                f"LibreOffice ended, or gave no answer within {seconds:g} s. {self._helper.stderr.read().strip()}"
            )
        reply: dict[str, Any] = json.loads(line)
        return reply


def _by_address(sheets: Mapping[str, list[list[Any]]]) -> dict[str, dict[str, Value]]:
    return {
        sheet: {
            f"{get_column_letter(column)}{row}": _value(value, f"{sheet}!{get_column_letter(column)}{row}")
            for row, values in enumerate(rows, start=1)
            for column, value in enumerate(values, start=1)
            if value is not None
        }
        for sheet, rows in sheets.items()
    }


def _address(place: str) -> str:
    column, row = map(int, place.split())
    return f"{get_column_letter(column + 1)}{row + 1}"


def _value(value: Any, place: str) -> Value:
    if not isinstance(value, dict):
        plain: Value = value
        return plain
    try:
        return _ERRORS[value["error"]]
    except KeyError:
        raise LibreOfficeError(f"{place}: LibreOffice's Err:{value['error']} for {value['formula']}") from None
