"""A table as it stands in a .csv or .xlsx file, read by pandas: all of its cells, or the reason why not."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from workbooks.written_numbers import Mark

_PACKAGES: Final = (".xlsx", ".xlsm")
_OLD_OR_LOCKED: Final = bytes.fromhex("D0CF11E0A1B11AE1")  # how .xls files start, and workbooks with a password
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_TOO_MANY_FIELDS: Final = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")


class InputsError(Exception):
    """A table of inputs can't be used; the message names file, row and column, and what to do."""


@dataclass(frozen=True)
class Table:
    """Cells as they stand in a file.

    Parameters
    ----------
    place : the file, and of a workbook the sheet.
    rows : from the file's first row and column on; an empty cell is "".
    decimal : the decimal mark of the file's text, if that is known.
    """

    place: str
    rows: list[list[Any]]
    decimal: Mark | None = None


def read_table(path: Path) -> Table:
    """Return the table of a file, of a workbook that on its first sheet.

    Raises
    ------
    InputsError
        The file can't be read, or not all of it.
    """
    try:
        if path.is_dir():
            raise InputsError(f"{path}: is a folder. Name the .csv or .xlsx file in it.")
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputsError(f"{path}: there is no such file. Check the folder and the name.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputsError(f"{path}: can't be read ({reason}). Check the name and that you may read it.") from error
    suffix = path.suffix.lower()
    if suffix not in (".csv", *_PACKAGES):
        raise InputsError(f"{path}: is not a .csv or .xlsx file. Save the table as one of them.")
    if not data:
        raise InputsError(f"{path}: is empty. Write a header row with names of inputs, then a row per scenario.")
    return _read_csv(path, data) if suffix == ".csv" else _read_package(path, data)


def _read_csv(path: Path, data: bytes) -> Table:
    import pandas as pd

    try:
        if data.startswith(_UTF_16):
            raise ValueError
        text = data.decode("utf-8-sig")
        if "\0" in text:
            raise ValueError
    except ValueError:
        raise InputsError(f"{path}: is not text in UTF-8. In Excel, save it as 'CSV UTF-8' or as .xlsx.") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    header = next((line for line in text.split("\n") if line.strip(" ,;")), "")
    # Excel saves semicolons where the comma is the decimal mark. No input's name has either.
    separator = ";" if ";" in header else ","
    start = text.index(header)
    above = text.count("\n", 0, start)
    try:
        frame = pd.read_csv(
            io.StringIO(text[start:]),
            sep=separator,
            header=None,
            dtype=str,
            na_filter=False,
            skip_blank_lines=False,
            skipinitialspace=True,
        )
    except pd.errors.EmptyDataError:
        return Table(str(path), [])
    except pd.errors.ParserError as error:
        raise InputsError(f"{path}{_words(error, above)}") from error
    return Table(str(path), [[]] * above + frame.to_numpy().tolist(), "," if separator == ";" else ".")


def _words(error: Exception, above: int) -> str:
    too_many = _TOO_MANY_FIELDS.search(str(error))
    if too_many is None:
        return f": can't be read as a table ({_one_line(error)}). Is a quotation mark left open?"
    expected, row, seen = map(int, too_many.groups())
    return (
        f", row {row + above}: has {seen} cells, and the header has {expected}. "
        "Put a number or name that has the separator in it into quotation marks."
    )


def _read_package(path: Path, data: bytes) -> Table:
    import openpyxl
    import pandas as pd
    from openpyxl.utils.cell import coordinate_to_tuple

    if data.startswith(_OLD_OR_LOCKED):
        raise InputsError(f"{path}: has a password, or is an old .xls. Save it as .xlsx without a password.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of decorations that openpyxl does not know
            frame = pd.read_excel(
                io.BytesIO(data), header=None, dtype=object, na_filter=False, keep_default_na=False, engine="openpyxl"
            )
            sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True).worksheets[0]
            formulas = [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    except (zipfile.BadZipFile, EOFError, KeyError) as error:
        raise InputsError(f"{path}: is damaged, or is no Excel workbook. Save it again as .xlsx.") from error
    except Exception as error:  # readers raise whatever the file's damage makes them raise
        raise InputsError(
            f"{path}: can't be read as a workbook ({_one_line(error)}). Save it again as .xlsx."
        ) from error
    table = Table(f"{path}, sheet {sheet.title!r}", frame.to_numpy().tolist())
    for cell in formulas:
        row, column = coordinate_to_tuple(cell)
        result = table.rows[row - 1][column - 1 : column] if row <= len(table.rows) else []
        if all(map(is_blank, result)):
            raise InputsError(
                f"{table.place}, cell {cell}: has a formula, but the file does not hold its result. "
                "Open the file in Excel and save it, or type the number."
            )
    return table


def is_blank(content: Any) -> bool:
    """Return whether a cell is empty."""
    return isinstance(content, str) and not content.strip()


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
