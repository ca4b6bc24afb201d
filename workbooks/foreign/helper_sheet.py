"""The sheet with the helper cells of plain formulas: a new part at the end of a workbook."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import quoteattr

from udfs import ExcelError
from workbooks.foreign.cell_text import cell_xml
from workbooks.foreign.container import UnusableFileError
from workbooks.foreign.helper_cells import FIRST_ROW, NUMBERS, HelperCells
from workbooks.foreign.ledger_table import HEADINGS, entries
from workbooks.foreign.workbook import Workbook
from workbooks.foreign.xml_text import parse, plain, prefix, text_in

_CONTENT: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_HEADINGS: Final = {"A": "Used by", "B": "What", "C": "Value", "E": "Numbers"}
_WHY: Final = (
    "Formulas on other sheets refer to these cells: each holds what would else stand several times in one formula. "
    "Keep them."
)


def add_helper_sheet(book: Workbook, helpers: HelperCells) -> None:
    """Add the sheet that helper cells stand on; the values of its formulas are still to be computed."""
    xml = parse(book.package[book.main])
    entries = list(xml.iterfind("{*}sheets/{*}sheet"))
    space = xml.tag.rpartition("}")[0].lstrip("{")
    identity_space = next(key for key in entries[-1].attrib if key.endswith("}id")).rpartition("}")[0].lstrip("{")
    numbers = [entry.get("sheetId", "") for entry in entries]
    number = max((int(one) for one in numbers if one.isdigit()), default=0) + 1
    folder = book.main.rpartition("/")[0]
    names = {name.lower() for name in book.package.names}
    part = next(
        name
        for name in (f"{folder}/worksheets/sheet{n}.xml".lstrip("/") for n in range(number, number + len(names) + 1))
        if name.lower() not in names
    )
    identity = book.package.add(part, _part(helpers, space), _CONTENT, part=book.main, kind="worksheet")

    main = plain(book.package[book.main])
    tag = prefix(main)
    entry = f"<{tag.decode()}sheet name={quoteattr(helpers.title)} sheetId={quoteattr(str(number))} " + (
        f"xmlns:link={quoteattr(identity_space)} link:id={quoteattr(identity)}/>"
    )
    end = re.search(rb"</%ssheets\s*>" % re.escape(tag), main)
    if end is None:
        raise UnusableFileError("is damaged: its list of sheets does not end. Open it in Excel and save it anew")
    book.package[book.main] = main[: end.start()] + entry.encode() + main[end.start() :]


def _part(helpers: HelperCells, space: str) -> bytes:
    """Return the worksheet's XML."""
    rows: dict[int, dict[str, bytes]] = {
        1: {"A": _text("A1", "Helper cells of the plain formulas")},
        2: {"A": _text("A2", _WHY)},
        FIRST_ROW - 1: {
            letter: _text(f"{letter}{FIRST_ROW - 1}", heading)
            for letter, heading in _HEADINGS.items()
            if (helpers.counts if letter == "E" else helpers.cells)
        },
    }
    for row, helper in enumerate(helpers.cells, start=FIRST_ROW):
        marks = b' t="array" ref="C%d"' % row if helper.array else b""
        formula = b"<f%s>%s</f>" % (marks, text_in(helper.formula[1:]))
        rows[row] = {
            "A": _text(f"A{row}", helper.used_by),
            "B": _text(f"B{row}", helper.meaning),
            "C": cell_xml(b' r="C%d"' % row, formula, None),
        }
    if helpers.looks_up:
        rows[FIRST_ROW - 1] |= {letter: _text(f"{letter}{FIRST_ROW - 1}", text) for letter, text in HEADINGS.items()}
        for row, entry in enumerate(entries(), start=FIRST_ROW):
            cells = zip(HEADINGS, entry, strict=True)
            rows.setdefault(row, {}).update({letter: _value(f"{letter}{row}", value) for letter, value in cells})
    if helpers.counts:
        for number in range(1, NUMBERS + 1):
            row = FIRST_ROW + number - 1
            rows.setdefault(row, {})["E"] = cell_xml(b' r="E%d"' % row, b"", float(number))
    body = b"".join(
        b'<row r="%d">%s</row>' % (row, b"".join(cells[letter] for letter in sorted(cells)))
        for row, cells in sorted(rows.items())
    )
    columns = b'<col min="1" max="2" width="30" customWidth="1"/><col min="3" max="3" width="18" customWidth="1"/>'
    head = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns={quoteattr(space)}>'.encode()
    return head + b"<cols>" + columns + b"</cols><sheetData>" + body + b"</sheetData></worksheet>"


def _value(address: str, value: float | str | None) -> bytes:
    """Return a cell of the ledger; what that does not have is #N/A."""
    return cell_xml(b' r="%s"' % address.encode(), b"", ExcelError.NA if value is None else value)


def _text(address: str, text: str) -> bytes:
    return cell_xml(b' r="%s"' % address.encode(), b"", text)
