"""A package changed part by part: its parts, what they are related to, and what kind each is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from posixpath import basename, dirname, join, normpath, relpath
from typing import Final
from urllib.parse import unquote
from xml.sax.saxutils import quoteattr

from workbooks.foreign.container import Container, Source, UnusableFileError, data_of
from workbooks.foreign.xml_text import attributes, parse, plain, prefix

_TYPES: Final = "[Content_Types].xml"
_TYPES_NAMESPACE: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS_NAMESPACE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_STRICT_KINDS: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships/"
_ELEMENT: Final = rb"<(?:[\w.-]+:)?%s\b([^>]*?)(?:/>|>\s*</(?:[\w.-]+:)?%s\s*>)"
_RELATION: Final = re.compile(_ELEMENT % (b"Relationship", b"Relationship"))
_OVERRIDE: Final = re.compile(_ELEMENT % (b"Override", b"Override"))


@dataclass(frozen=True)
class Relation:
    """That one part belongs to another.

    Parameters
    ----------
    identity : by which the part's XML refers to it: ``rId3``.
    kind : ``worksheet``, ``comments``, ...: the last part of the type.
    target : the part, or for what stands outside the package the address.
    external : whether it stands outside.
    """

    identity: str
    kind: str
    target: str
    external: bool = False


class Package:
    """A package that is being changed. ``save`` gives the new one; parts that are not set are copied as they are.

    Parts are read by ``package[name]``, changed or added by ``package[name] = content``.

    Parameters
    ----------
    data : the file's content.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._container = Container(data)
        self._changed: dict[str, bytes | None] = {}
        self._spelled = {name.lower(): name for name in self._container.names}

    @classmethod
    def open(cls, source: Source) -> Package:
        """Open a path, bytes, or a file opened in binary mode.

        Raises
        ------
        UnusableFileError
            It is no package that can be used; the message says why and what to do.
        """
        return cls(data_of(source))

    @property
    def names(self) -> list[str]:
        """The parts there are now."""
        return [name for name in self._spelled.values() if self._changed.get(name, b"") is not None]

    @property
    def signed(self) -> bool:
        """Whether somebody signed the package: the signature ends with any change."""
        return any(relation.kind == "origin" for relation in self.relations("")) or any(
            name.lower().startswith("_xmlsignatures/") for name in self.names
        )

    def __contains__(self, name: str) -> bool:
        spelled = self._spelled.get(name.lower())
        return spelled is not None and self._changed.get(spelled, b"") is not None

    def __getitem__(self, name: str) -> bytes:
        if name not in self:
            raise UnusableFileError(f"lacks its part {name}. Open it in Excel and save it anew")
        spelled = self._spelled[name.lower()]
        changed = self._changed.get(spelled)
        return self._container.read(spelled) if changed is None else changed

    def __setitem__(self, name: str, content: bytes) -> None:
        self._changed[self._spelled.setdefault(name.lower(), name)] = content

    def relations(self, part: str) -> list[Relation]:
        """Return what a part is related to; the part "" is the package itself."""
        name = _relations_part(part)
        if name not in self:
            return []
        return [
            Relation(
                identity=one.get("Id", ""),
                kind=basename(one.get("Type", "")),
                target=one.get("Target", "")
                if one.get("TargetMode") == "External"
                else _target(part, one.get("Target")),
                external=one.get("TargetMode") == "External",
            )
            for one in parse(self[name])
        ]

    def related(self, part: str, kind: str) -> list[str]:
        """Return the parts of one kind that a part is related to."""
        return [one.target for one in self.relations(part) if one.kind == kind and not one.external]

    def content_type(self, name: str) -> str:
        """Return what kind of content a part has, as the package says; "" if it does not."""
        types = parse(self[_TYPES])
        ending = name.rpartition(".")[2].lower()
        own = (one for one in types if one.get("PartName", "").lower() == f"/{name}".lower())
        general = (one for one in types if one.get("Extension", "").lower() == ending)
        found = next(own, None)
        found = next(general, None) if found is None else found
        return "" if found is None else found.get("ContentType", "")

    def add(self, name: str, content: bytes, content_type: str, *, part: str, kind: str) -> str:
        """Add a part that another part is related to, and return the relation's identity.

        Parameters
        ----------
        name, content : of the new part.
        content_type : what kind of content it is, as in ``application/vnd....comments+xml``; "" if the
            ending of its name says so already.
        part : the part that it belongs to.
        kind : of the relation: ``comments``.
        """
        self[name] = content
        if content_type:
            override = f"<Override PartName={quoteattr('/' + name)} ContentType={quoteattr(content_type)}/>"
            self[_TYPES] = _with_child(plain(self[_TYPES]), override)
        taken = {one.identity for one in self.relations(part)}
        identity = next(one for one in map("rId{}".format, range(1, len(taken) + 2)) if one not in taken)
        relations = _relations_part(part)
        if relations not in self:
            self[relations] = (
                '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
                f'<Relationships xmlns="{_RELATIONS_NAMESPACE}"></Relationships>'
            ).encode()
        target = relpath(name, dirname(part) or ".")
        kinds = _STRICT_KINDS if _STRICT_KINDS.encode() in self[_relations_part("")] else _KINDS
        relation = f'<Relationship Id="{identity}" Type="{kinds}{kind}" Target={quoteattr(target)}/>'
        self[relations] = _with_child(plain(self[relations]), relation)
        return identity

    def add_ending(self, ending: str, content_type: str) -> None:
        """Say what parts hold whose names end so: ``vml``; nothing changes if that is said already."""
        known = {one.get("Extension", "").lower() for one in parse(self[_TYPES])}
        if ending.lower() not in known:
            default = f"<Default Extension={quoteattr(ending)} ContentType={quoteattr(content_type)}/>"
            self[_TYPES] = _with_child(plain(self[_TYPES]), default, first=True)

    def remove(self, name: str, *, part: str) -> None:
        """Remove a part, its content type, its own relations, and the relation that a part has to it."""
        if name not in self:
            return
        self._changed[self._spelled[name.lower()]] = None
        own = _relations_part(name)
        if own in self:
            self._changed[self._spelled[own.lower()]] = None
        self[_TYPES] = _OVERRIDE.sub(
            lambda found: b"" if attributes(found[1]).get("PartName", "").lower() == f"/{name}".lower() else found[0],
            plain(self[_TYPES]),
        )
        gone = {one.identity for one in self.relations(part) if one.target.lower() == name.lower()}
        relations = _relations_part(part)
        self[relations] = _RELATION.sub(
            lambda found: b"" if attributes(found[1]).get("Id") in gone else found[0], plain(self[relations])
        )

    def save(self) -> bytes:
        """Return the package with its changes; the very bytes it came as if there are none."""
        return self._container.written(self._changed) if self._changed else self.data


def _relations_part(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels".lstrip("/")


def _target(part: str, target: str | None) -> str:
    address = unquote(target or "").replace("\\", "/")
    return normpath(address.lstrip("/") if address.startswith("/") else join(dirname(part), address))


def _with_child(part: bytes, child: str, *, first: bool = False) -> bytes:
    """Return a part with one more child of its root element."""
    before = prefix(part)
    new = child.replace("<", f"<{before.decode()}", 1).encode()
    root = re.search(rb"<%s(?:Types|Relationships)\b[^>]*>" % re.escape(before), part)
    if root is None:
        raise UnusableFileError("is damaged. Open it in Excel and save it anew")
    if root[0].endswith(b"/>"):
        name = root[0][1:].split(None, 1)[0].rstrip(b"/>")
        return part[: root.start()] + root[0][:-2] + b">" + new + b"</" + name + b">" + part[root.end() :]
    end = root.end() if first else part.rindex(b"</")
    return part[:end] + new + part[end:]
