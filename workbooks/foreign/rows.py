"""Plain cells and rows put into a worksheet's XML, where they belong."""

from __future__ import annotations

import re
from collections.abc import Mapping

from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter
from openpyxl.utils.exceptions import CellCoordinatesException

from workbooks.foreign.cell_text import ADDRESS, TYPE, VALUE_MARK, Value, address_of, cell_xml, patterns
from workbooks.foreign.container import UnusableFileError
from workbooks.foreign.xml_text import attributes

_Cells = Mapping[int, tuple[str, "Value"]]  # column -> address and value


def with_values(rows: bytes, values: Mapping[str, Value], tag: bytes) -> bytes:
    """Return rows with plain values in some cells, which keep their formats; None empties a cell.

    Parameters
    ----------
    rows : what stands in ``sheetData``; each row and cell with its address.
    values : by address.
    tag : what stands before the names of elements.
    """
    by_row: dict[int, dict[int, tuple[str, Value]]] = {}
    for address, value in values.items():
        number, column = _place(address)
        by_row.setdefault(number, {})[column] = address, value
    waiting = sorted(by_row, reverse=True)
    pieces, place = [], 0
    for match in patterns(tag).row.finditer(rows):
        if not waiting:
            break
        number = _number(match[1])
        pieces.append(rows[place : match.start()])
        place = match.start()
        while waiting and waiting[-1] < number:
            earlier = waiting.pop()
            pieces.append(_row(earlier, by_row[earlier], tag))
        if waiting and waiting[-1] == number:
            pieces.append(_merged(match, by_row[waiting.pop()], tag))
            place = match.end()
    pieces.append(rows[place:])
    pieces += [_row(number, by_row[number], tag) for number in reversed(waiting)]
    return b"".join(pieces)


def _place(address: str) -> tuple[int, int]:
    """Return the row and column of a cell."""
    try:
        row, column = coordinate_to_tuple(address)
    except (CellCoordinatesException, ValueError) as error:
        raise UnusableFileError(f"is damaged ({error}). Open it in Excel and save it anew") from error
    return row, column


def _number(marks: bytes) -> int:
    """Return a row's number, by the attributes of its element; 0 if it has none."""
    given = attributes(marks).get("r", "0")
    if not (given.isascii() and given.isdecimal()):
        raise UnusableFileError(f"is damaged: {given!r} is no number of a row. Open it in Excel and save it anew")
    return int(given)


def numbered(rows: bytes, tag: bytes) -> bytes:
    """Return rows with the addresses that a writer has left out, as it may."""
    known = patterns(tag)
    number = 0

    def numbered_row(row: re.Match[bytes]) -> bytes:
        nonlocal number
        given = _number(row[1])
        number = given or number + 1
        column = 0

        def numbered_cell(cell: re.Match[bytes]) -> bytes:
            nonlocal column
            address = ADDRESS.search(cell[1])
            if address:
                column = _place(address[1].decode())[1]
                return cell[0]
            column += 1
            mark = b' r="%s%d"' % (get_column_letter(column).encode(), number)
            head = len(tag) + 2
            return cell[0][:head] + mark + cell[0][head:]

        inside = known.cell.sub(numbered_cell, row[2] or b"")
        mark = b"" if given else b' r="%d"' % number
        return b"<%srow%s%s>%s</%srow>" % (tag, mark, row[1].rstrip(b"/"), inside, tag)

    return known.row.sub(numbered_row, rows)


def _row(number: int, cells: _Cells, tag: bytes) -> bytes:
    inside = b"".join(
        cell_xml(b' r="%s"' % address.encode(), b"", value, tag)
        for _, (address, value) in sorted(cells.items())
        if value is not None
    )
    return b'<%srow r="%d">%s</%srow>' % (tag, number, inside, tag) if inside else b""


def _merged(row: re.Match[bytes], new: _Cells, tag: bytes) -> bytes:
    known = patterns(tag)
    cells: dict[int, re.Match[bytes]] = {}
    for old in known.cell.finditer(row[2] or b""):
        cells[_place(address_of(old[1]))[1]] = old
    texts = {column: old[0] for column, old in cells.items()}
    for column, (address, value) in new.items():
        if column in cells:
            marks = TYPE.sub(b"", VALUE_MARK.sub(b"", cells[column][1])).rstrip(b" /")
            texts[column] = cell_xml(marks, b"", value, tag)
        elif value is not None:
            texts[column] = cell_xml(b' r="%s"' % address.encode(), b"", value, tag)
    inside = b"".join(texts[column] for column in sorted(texts))
    return b"<%srow%s>%s</%srow>" % (tag, row[1].rstrip(b"/"), inside, tag)
