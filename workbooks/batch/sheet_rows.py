"""Rows of any number in a sheet, each styled as the one that openpyxl wrote: streamed into the package."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Final
from xml.sax.saxutils import escape

from workbooks.package import member, read_parts, sheet_parts

_STYLE: Final = re.compile(rb'<c\b[^>]*?\br="([A-Z]+)\d+"[^>]*?\bs="(\d+)"')
_LINES: Final = 1000  # that are written in one go


def stream_rows(
    package: bytes, sheet: str, row: int, lines: Iterable[Sequence[str | float | None]], path: Path
) -> None:
    """Write a package to a path, with lines in place of one row of a sheet.

    Parameters
    ----------
    package : a workbook that openpyxl wrote.
    sheet, row : the row that shows how the cells of each line look.
    lines : numbers and texts; an empty text or None leaves the cell empty.
    path : where it goes.
    """
    parts = read_parts(package)
    part = sheet_parts(parts)[sheet]
    found = re.search(rb'<row\b[^>]*?\br="%d"[^>]*>.*?</row>' % row, parts[part], re.DOTALL)
    assert found is not None
    styles = {letters.decode(): number.decode() for letters, number in _STYLE.findall(found.group())}
    heads = [(f'<c r="{letters}', f'" s="{number}"') for letters, number in styles.items()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, zipfile.ZipFile(io.BytesIO(package)) as old:
        for name in old.namelist():
            with archive.open(member(name), "w") as file:
                if name != part:
                    file.write(parts[name])
                    continue
                file.write(parts[part][: found.start()])
                _write_lines(file, row, heads, lines)
                file.write(parts[part][found.end() :])


def _write_lines(
    file: IO[bytes], row: int, heads: Sequence[tuple[str, str]], lines: Iterable[Sequence[str | float | None]]
) -> None:
    waiting: list[str] = []
    for number, line in enumerate(lines, start=row):
        cells = [_cell(f"{start}{number}{style}", value) for (start, style), value in zip(heads, line, strict=True)]
        waiting.append(f'<row r="{number}">{"".join(cells)}</row>')
        if len(waiting) == _LINES:
            file.write("".join(waiting).encode())
            waiting.clear()
    file.write("".join(waiting).encode())


def _cell(head: str, value: str | float | None) -> str:
    if value is None or value == "":
        return f"{head}/>"
    if isinstance(value, str):
        return f'{head} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f"{head}><v>{repr(float(value)).removesuffix('.0')}</v></c>"
