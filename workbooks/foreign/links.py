"""Links from a workbook to other files: which one a formula's ``[1]`` is, and the end of one that nothing uses."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final
from urllib.parse import unquote

from udfs import FUNCTIONS
from workbooks.foreign.workbook import Workbook
from workbooks.foreign.xml_text import attributes, parse, plain

_ENTRY: Final = re.compile(rb"<(?:[\w.-]+:)?externalReference\b([^>]*?)(?:/>|>\s*</(?:[\w.-]+:)?externalReference\s*>)")
_EMPTY: Final = re.compile(rb"<((?:[\w.-]+:)?externalReferences)\b[^>]*>\s*</\1\s*>")
_OUR_FILES: Final = "aicapex"
_OURS: Final = re.compile(rf"\[(\d+)\]!(?:{'|'.join(FUNCTIONS)})\(", re.IGNORECASE)
_READ: Final = (".xml", ".vml")
_TEXTS: Final = re.compile(r"^docProps/|sharedStrings|comments", re.IGNORECASE)


def links(book: Workbook) -> list[str]:
    """Return the parts of the links in the order in which formulas number them, from 1."""
    xml = parse(book.package[book.main])
    targets = {one.identity: one.target for one in book.package.relations(book.main)}
    found = []
    for entry in xml.iterfind("{*}externalReferences/{*}externalReference"):
        identity = next((value for key, value in entry.items() if key.endswith("}id")), "")
        found.append(targets.get(identity, ""))
    return found


def file_of(book: Workbook, part: str) -> str:
    """Return the name of the file that a link goes to; "" if it is not said."""
    for relation in book.package.relations(part):
        if relation.external:
            return unquote(relation.target).replace("\\", "/").rpartition("/")[2]
    return ""


def used_for_ours(book: Workbook) -> set[int]:
    """Return the numbers of the links through which formulas call functions by the names of ours."""
    if not links(book):
        return set()
    formulas = (cell.written for sheet in book.worksheets for cell in book.cells(sheet).formulas.values())
    names = (name.text for name in book.names)
    return {int(number) for text in (*formulas, *names) for number in _OURS.findall(text)}


def taken_for_ours(book: Workbook, numbers: Collection[int]) -> list[str]:
    """Return the files whose functions were taken for ours though their names don't say so."""
    parts = links(book)
    files = [file_of(book, parts[number - 1]) for number in sorted(numbers) if 1 <= number <= len(parts)]
    return [file for file in files if _OUR_FILES not in file.lower()]


def drop_unused(book: Workbook, numbers: Collection[int]) -> None:
    """Remove links that nothing refers to any more.

    A link stays if one with a higher number does: its removal would renumber that one.

    Parameters
    ----------
    book : with all other changes in it.
    numbers : of the links that may go.
    """
    parts = links(book)
    while parts and len(parts) in numbers and not _mentioned(book, len(parts), parts[-1]):
        gone = parts.pop()
        identities = {one.identity for one in book.package.relations(book.main) if one.target == gone}
        main = _ENTRY.sub(
            lambda found, ids=identities: b"" if set(attributes(found[1]).values()) & ids else found[0],  # type: ignore[misc]
            plain(book.package[book.main]),
        )
        book.package[book.main] = _EMPTY.sub(b"", main)
        book.package.remove(gone, part=book.main)


def _mentioned(book: Workbook, number: int, link: str) -> bool:
    """Return whether any part of the workbook may refer to a link; parts that hold texts only can't."""
    mark = b"[%d]" % number
    return any(
        mark in book.package[name]
        for name in book.package.names
        if name != link and name.lower().endswith(_READ) and not _TEXTS.search(name)
    )
