"""What stands around the cells in a worksheet's XML: formats, validations, links to other parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from xml.etree import ElementTree as ET

from workbooks.foreign.container import UnusableFileError
from workbooks.foreign.xml_text import parse, rewrite_attributes, rewrite_elements


class SheetFrame:
    """The XML before and behind the cells of a worksheet.

    Parameters
    ----------
    head, tail : what stands before the rows, and behind them.
    prefix : what stands before the names of elements.

    Attributes
    ----------
    changed : whether anything was changed.
    """

    def __init__(self, head: bytes, tail: bytes, prefix: bytes) -> None:
        self.head = head
        self.tail = tail
        self._prefix = prefix
        self.changed = False

    def rewrite(
        self, names: Collection[str], change: Callable[[str], str | None], attribute: tuple[str, str] | None = None
    ) -> None:
        """Change the text of elements that stand behind the cells: the ``formula`` of a conditional format, ...

        Parameters
        ----------
        names : of the elements, in any namespace.
        change : gives the new text for the old; None leaves it.
        attribute : an element and its attribute to be changed likewise.
        """
        new = rewrite_elements(self.tail, names, change)
        if attribute is not None:
            new = rewrite_attributes(new, *attribute, change)
        self.changed = self.changed or new != self.tail
        self.tail = new

    def find(self, name: str) -> bytes | None:
        """Return the tag of an element that stands behind the cells; None if there is none."""
        found = re.search(rb"<%s%s\b[^>]*>" % (re.escape(self._prefix), name.encode()), self.tail)
        return found[0] if found else None

    def insert(self, element: bytes, before: Collection[str]) -> None:
        """Put an element behind the cells, before the first of others or else at the end."""
        names = b"|".join(name.encode() for name in before)
        tag = re.escape(self._prefix)
        place = re.search(rb"<%s(?:%s)\b|</%sworksheet\s*>" % (tag, names, tag), self.tail)
        if place is None:
            raise UnusableFileError("is damaged: a sheet does not end. Open it in Excel and save it anew")
        self.tail = self.tail[: place.start()] + element + self.tail[place.start() :]
        self.changed = True

    def element(self) -> ET.Element:
        """Return the sheet's elements without its cells."""
        return parse(self.head + self.tail)

    @property
    def namespace(self) -> str:
        """The namespace of the sheet's elements, which differs in strict workbooks."""
        return self.element().tag.rpartition("}")[0].lstrip("{")


def in_three(part: bytes, tag: bytes) -> tuple[bytes, bytes, bytes]:
    """Return what stands before the rows, the rows, and what stands behind them."""
    opening = re.search(rb"<%ssheetData\b[^>]*>" % re.escape(tag), part)
    if opening is None:
        raise UnusableFileError("is damaged: a sheet has no place for cells. Open it in Excel and save it anew")
    if opening[0].endswith(b"/>"):
        return part[: opening.start()] + b"<%ssheetData>" % tag, b"", b"</%ssheetData>" % tag + part[opening.end() :]
    end = part.rfind(b"</%ssheetData" % tag)
    return part[: opening.end()], part[opening.end() : end], part[end:]
