"""Notes on cells, as programs keep them: a part with their texts, and a drawing with their boxes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import quoteattr

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from workbooks.foreign.cells import SheetCells
from workbooks.foreign.container import UnusableFileError
from workbooks.foreign.package import Package
from workbooks.foreign.xml_text import attributes, hidden, parse, plain, prefix, text_in

AUTHOR: Final = "aicapex"

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_RELATIONS: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_COMMENTS_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE: Final = "application/vnd.openxmlformats-officedocument.vmlDrawing"
# What the format puts behind the drawing of the notes.
_BEHIND: Final = (
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
_NO_COMMENTS: Final = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{_MAIN}">'
    "<authors></authors><commentList></commentList></comments>"
).encode()
_NO_BOXES: Final = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="%d"/>'
    b'</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    b'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" '
    b'o:connecttype="rect"/></v:shapetype></xml>'
)
_BOX: Final = (
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s{number}" type="#_x0000_t202" '
    'style="position:absolute;margin-left:60pt;margin-top:2pt;width:{width}pt;height:{height}pt;z-index:1;'
    'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{left}, 15, {top}, 2, {right}, 15, {bottom}, 4</x:Anchor>"
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_SHAPE_NUMBER: Final = re.compile(rb"""\bid\s*=\s*["']_x0000_s(\d+)["']""")


def add_notes(package: Package, part: str, cells: SheetCells, notes: Mapping[str, str]) -> list[str]:
    """Add notes to cells of a sheet; where a cell has one, the new text goes to its end.

    Parameters
    ----------
    package : the workbook's package.
    part : the sheet's part.
    cells : its cells, to which the link to the drawing is added if there is none.
    notes : by address.

    Returns
    -------
    addresses
        Those of cells with a thread of comments, which got no note: Excel writes the note of a thread by itself.
    """
    threads = [parse(package[thread]) for thread in package.related(part, "threadedComment")]
    threaded = {one.get("ref", "") for thread in threads for one in thread} & notes.keys()
    notes = {address: text for address, text in notes.items() if address not in threaded}
    if notes:
        _add(package, part, cells, notes)
    return sorted(threaded)


def _add(package: Package, part: str, cells: SheetCells, notes: Mapping[str, str]) -> None:
    comments = next(iter(package.related(part, "comments")), None)
    if comments is None:
        comments = _free_name(package, "xl/comments{}.xml")
        empty = _NO_COMMENTS.replace(_MAIN.encode(), cells.frame.namespace.encode())
        package.add(comments, empty, _COMMENTS_TYPE, part=part, kind="comments")
    content, new = _with_texts(plain(package[comments]), notes)
    package[comments] = content
    if new:
        drawing = _drawing(package, part, cells)
        package[drawing] = _with_boxes(plain(package[drawing]), {address: notes[address] for address in new})


def _with_texts(part: bytes, notes: Mapping[str, str]) -> tuple[bytes, list[str]]:
    """Return the part with the texts, and the cells that had no note."""
    tag = prefix(part)
    part, author = _with_author(part, tag)
    new = []
    pieces = []
    for address, text in notes.items():
        run = b'<%sr><%st xml:space="preserve">%%s</%st></%sr>' % (tag, tag, tag, tag)
        mark = rb"""<%scomment\b(?=[^>]*\bref\s*=\s*["']%s["'])(?:(?!</%scomment\b).)*?(</%stext\s*>|<%stext\s*/>)"""
        found = re.search(mark % (tag, address.encode(), tag, tag, tag), part, re.DOTALL)
        if found:
            added = run % text_in(hidden("\n" + text))
            if not found[1].startswith(b"</"):
                added = b"<%stext>%s</%stext>" % (tag, run % text_in(hidden(text)), tag)
            place = found.start(1) if found[1].startswith(b"</") else found.end(1)
            part = part[: found.start(1)] + added + part[place:]
            continue
        new.append(address)
        head = b'<%scomment ref="%s" authorId="%d"><%stext>' % (tag, address.encode(), author, tag)
        pieces.append(head + run % text_in(hidden(text)) + b"</%stext></%scomment>" % (tag, tag))
    return _at_end(part, b"commentList", tag, b"".join(pieces)), new


def _with_author(part: bytes, tag: bytes) -> tuple[bytes, int]:
    authors = re.findall(rb"<%sauthor(?:\s[^>]*)?(?:/>|>([^<]*)</)" % tag, part)
    if AUTHOR.encode() in authors:
        return part, authors.index(AUTHOR.encode())
    return _at_end(part, b"authors", tag, b"<%sauthor>%s</%sauthor>" % (tag, AUTHOR.encode(), tag)), len(authors)


def _at_end(part: bytes, element: bytes, tag: bytes, new: bytes) -> bytes:
    """Return a part with something new at the end of an element."""
    closing = b"</%s%s" % (tag, element)
    if closing in part:
        place = part.rindex(closing)
        return part[:place] + new + part[place:]
    empty = re.search(rb"<%s%s\s*/>" % (tag, element), part)
    if empty is None:
        raise UnusableFileError("is damaged in its notes. Open it in Excel and save it anew")
    return part[: empty.start()] + b"<%s%s>%s%s>" % (tag, element, new, closing) + part[empty.end() :]


def _drawing(package: Package, part: str, cells: SheetCells) -> str:
    """Return the part with the sheet's boxes; a new one if there is none."""
    linked = cells.frame.find("legacyDrawing")
    if linked is not None:
        wanted = next((value for key, value in attributes(linked).items() if key.rpartition(":")[2] == "id"), "")
        found = next((one.target for one in package.relations(part) if one.identity == wanted), None)
        if found is None:
            raise UnusableFileError(f"lacks the drawing of the notes of {part}. Open it in Excel and save it anew")
        return found
    drawing = _free_name(package, "xl/drawings/vmlDrawing{}.vml")
    number = int(re.sub(r"\D", "", drawing.rpartition("/")[2]))
    package.add_ending("vml", _VML_TYPE)
    identity = package.add(drawing, _NO_BOXES % number, "", part=part, kind="vmlDrawing")
    relations = _RELATIONS if cells.frame.namespace == _MAIN else _STRICT_RELATIONS
    link = f"legacyDrawing xmlns:r={quoteattr(relations)} r:id={quoteattr(identity)}"
    cells.frame.insert(b"<%s%s/>" % (cells.prefix, link.encode()), before=_BEHIND)
    return drawing


def _with_boxes(part: bytes, notes: Mapping[str, str]) -> bytes:
    taken = [int(number) for number in _SHAPE_NUMBER.findall(part)]
    maps = re.search(rb"""<(?:\w+:)?idmap\b[^>]*\bdata\s*=\s*["'](\d+)""", part)
    highest = max(taken, default=1024 * (int(maps[1]) if maps else 1))
    boxes = []
    for number, (address, text) in enumerate(notes.items(), start=highest + 1):
        letters, row = coordinate_from_string(address)
        column = column_index_from_string(letters)
        lines = min(20, 2 + len(text) // 30)
        left = column if column < 16380 else column - 5
        top = max(0, row - 2) if row < 1048550 else row - 25
        box = _BOX.format(
            number=number, row=row - 1, column=column - 1, left=left, right=left + 3, top=top, bottom=top + lines,
            width=180, height=15 * lines,
        )  # fmt: skip
        boxes.append(box.encode())
    end = part.rindex(b"</")
    return part[:end] + b"".join(boxes) + part[end:]


def _free_name(package: Package, form: str) -> str:
    number = 1
    while form.format(number) in package:
        number += 1
    return form.format(number)
