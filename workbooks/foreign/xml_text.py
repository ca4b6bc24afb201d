"""XML edited as text, so that what is not changed stays as it is.

Parts are brought into one form first: UTF-8, without comments and CDATA sections. A part that is only read, or not
changed, is never written in this form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final
from xml.etree import ElementTree as ET
from xml.parsers import expat
from xml.sax.saxutils import escape, unescape

from workbooks.foreign.container import UnusableFileError

_ENCODING: Final = re.compile(rb"""^\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([\w.-]+)["']""")
_DECLARATION: Final = re.compile(r"""(<\?xml\b[^>]*?\bencoding\s*=\s*["'])[\w.-]+""")
_ODDITY: Final = re.compile(rb"<!--.*?-->|<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_ATTRIBUTE: Final = re.compile(rb"""([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ROOT: Final = re.compile(rb"<(?:([\w.-]+):)?([A-Za-z][\w.-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_HIDDEN: Final = re.compile(r"_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")  # no half of a character
_CONTROL: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_QUOTES: Final = {"&quot;": '"', "&apos;": "'"}
_NUMERIC: Final = re.compile(r"&#(x[0-9A-Fa-f]+|[0-9]+);")


def parse(part: bytes) -> ET.Element:
    """Return a part's elements.

    Raises
    ------
    UnusableFileError
        It is no XML.
    """
    try:
        return ET.fromstring(part)
    except (ET.ParseError, ValueError, LookupError) as error:
        raise UnusableFileError(f"is damaged ({error}). Open it in Excel and save it anew") from error


def plain(part: bytes) -> bytes:
    """Return a part in the one form that is edited: sound XML in UTF-8, without comments and CDATA sections.

    Raises
    ------
    UnusableFileError
        It is no XML.
    """
    try:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = _refuse_entities
        parser.Parse(part, True)
        part = _utf_8(part)
    except (expat.ExpatError, UnicodeError, LookupError, ValueError) as error:
        if isinstance(error, UnusableFileError):
            raise
        raise UnusableFileError(f"is damaged ({error}). Open it in Excel and save it anew") from error
    if b"<!" in part:
        part = _ODDITY.sub(lambda found: escape((found[1] or b"").decode()).encode(), part)
    return part


def prefix(part: bytes) -> bytes:
    """Return what stands before the names of a plain part's elements: nothing, or as in ``x:worksheet`` ``x:``."""
    found = _ROOT.search(part)
    return found[1] + b":" if found and found[1] else b""


def attributes(tag: bytes) -> dict[str, str]:
    """Return the attributes of a start tag, or of what stands in it behind the name."""
    return {key.decode(): text_of(one or other) for key, one, other in _ATTRIBUTE.findall(tag)}


def text_of(content: bytes) -> str:
    """Return the characters that stand for themselves between tags."""
    if b"&" not in content:
        return content.decode()
    text = _NUMERIC.sub(_character, content.decode())
    return unescape(text, _QUOTES)


def text_in(text: str) -> bytes:
    """Return a text as it stands between tags."""
    return escape(text).encode()


def shown(text: str) -> str:
    """Return a cell's text as it shows: the format writes control characters as ``_x000D_``."""
    return _HIDDEN.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def hidden(text: str) -> str:
    r"""Return a cell's text as the format writes it; the reverse of ``shown``.

    >>> hidden("a\r_x0041_")
    'a_x000D__x005F_x0041_'
    """
    return _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def string_text(item: ET.Element) -> str:
    """Return the text of a string with its runs; how it is pronounced is no part of it."""
    return "".join(
        e.text or "" for child in item if not child.tag.endswith("rPh") for e in child.iter() if e.tag.endswith("}t")
    )


def rewrite_elements(part: bytes, names: Collection[str], change: Callable[[str], str | None]) -> bytes:
    """Return a plain part with the text of some elements changed.

    Parameters
    ----------
    part : as ``plain`` gives it.
    names : of the elements, whatever their namespace: ``formula1`` is also ``xm:formula1``; empty ones, too.
    change : gives the new text for the old; None leaves it, and with it the bytes.
    """
    pattern = re.compile(
        rb"""(<((?:[\w.-]+:)?(?:%s))(?=[\s/>])(?:[^>"'/]|"[^"]*"|'[^']*')*)(?:/>|>([^<]*)(?=</))"""
        % b"|".join(re.escape(name.encode()) for name in names)
    )

    def changed(found: re.Match[bytes]) -> bytes:
        new = change(text_of(found[3] or b""))
        if new is None:
            return found[0]
        end = b"</%s>" % found[2] if found[3] is None else b""  # an empty element has no end of its own
        return b"%s>%s%s" % (found[1], text_in(new), end)

    return pattern.sub(changed, part)


def rewrite_attributes(part: bytes, element: str, attribute: str, change: Callable[[str], str | None]) -> bytes:
    r"""Return a plain part with the value of an attribute changed in all elements of a name.

    Parameters
    ----------
    part, change : as for ``rewrite_elements``.
    element, attribute : whatever the element's namespace.

    Examples
    --------
    >>> rewrite_attributes(b"<x:a v='1'/><a w='1'/>", "a", "v", lambda text: text + '"')
    b'<x:a v="1&quot;"/><a w=\'1\'/>'
    """
    pattern = re.compile(
        rb"""(<(?:[\w.-]+:)?%s(?=\s)(?:[^>"']|"[^"]*"|'[^']*')*?\s%s\s*=\s*)("[^"]*"|'[^']*')"""
        % (re.escape(element.encode()), re.escape(attribute.encode()))
    )

    def changed(found: re.Match[bytes]) -> bytes:
        new = change(text_of(found[2][1:-1]))
        return found[0] if new is None else b'%s"%s"' % (found[1], escape(new, {'"': "&quot;"}).encode())

    return pattern.sub(changed, part)


def _character(found: re.Match[str]) -> str:
    code = found[1]
    character = chr(int(code[1:], 16) if code[0] == "x" else int(code))
    return "&amp;" if character == "&" else character


def _refuse_entities(*_: object) -> None:
    raise UnusableFileError("declares entities in its XML, which no spreadsheet program does: it is not opened")


def _utf_8(part: bytes) -> bytes:
    if part.startswith(b"\xef\xbb\xbf"):
        return part[3:]
    if part.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = part.decode("utf-16")
    else:
        found = _ENCODING.match(part)
        encoding = found[1].decode() if found else "utf-8"
        if encoding.lower() in ("utf-8", "utf8", "us-ascii", "ascii"):
            return part
        text = part.decode(encoding)
    return _DECLARATION.sub(r"\1UTF-8", text, count=1).encode()
