"""The zip that somebody's workbook comes in: looked at before anything is unpacked, and written back in place.

Nothing in it is trusted: a hundred bytes can unpack to a gigabyte, and XML that declares entities can grow without end
while it is read. What is not changed is copied as it is compressed.
"""

from __future__ import annotations

import copy
import io
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias, cast

try:
    from isal import isal_zlib as packing
except ImportError:  # there is none for every processor
    import zlib as packing  # type: ignore[no-redef]

Source: TypeAlias = str | os.PathLike[str] | bytes | BinaryIO

_MOST_PARTS: Final = 10_000
_LARGEST: Final = 1 << 29  # bytes, packed, and of XML unpacked: about ten million cells
_RATIO: Final = 200  # to which no program's sheet packs; media may
_SMALL: Final = 1 << 20  # bytes of a part for which the ratio is not looked at
_LEVEL: Final = 1  # of compression: a fifth of the time of zlib's second level, and no larger
_LONGEST: Final = 1000  # characters of a message
_OLE: Final = b"\xd0\xcf\x11\xe0"
_XML: Final = (".xml", ".rels", ".vml")
_DAMAGES: Final = (
    zipfile.BadZipFile,
    zlib.error,
    cast(type[Exception], packing.error),
    struct.error,
    EOFError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    OverflowError,
)
_PROLOG: Final = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)


class UnusableFileError(ValueError):
    """No workbook that can be used; the message says why and what to do. It reads on from the file's name."""

    def __init__(self, message: str) -> None:
        # It may quote the file, which may hold anything.
        super().__init__(message if len(message) <= _LONGEST else f"{message[: _LONGEST - 1]}…")


class Container:
    """The parts of a package by name, as they are stored.

    Parameters
    ----------
    data : the file's content.

    Raises
    ------
    UnusableFileError
        It is no zip, cut off, locked, of another kind, or larger than any workbook; or a part of it declares entities.
    """

    def __init__(self, data: bytes) -> None:
        _refuse_other_kinds(data)
        self._data = data
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            self._entries = {entry.filename: entry for entry in self._archive.infolist()}
            self._check()
        except UnusableFileError:
            raise
        except _DAMAGES as error:
            what = "is cut off or damaged" if data.startswith(b"PK") else "is no .xlsx workbook, or it is damaged"
            raise UnusableFileError(f"{what}. Open it in Excel and save it anew") from error

    @property
    def names(self) -> list[str]:
        """The parts' names, in the order of the file."""
        return [name for name in self._entries if not name.endswith("/")]

    def read(self, name: str) -> bytes:
        """Return a part's content.

        Raises
        ------
        KeyError
            There is no such part.
        UnusableFileError
            It is damaged, or unpacks to more than any part holds.
        """
        entry = self._entries[name]
        _refuse_bomb(entry)
        try:
            return self._unpacked(entry) if entry.compress_type else self._archive.read(entry)
        except _DAMAGES as error:
            raise UnusableFileError(f"is damaged in {name}. Open it in Excel and save it anew") from error

    def _unpacked(self, entry: zipfile.ZipInfo) -> bytes:
        """Unpack a part that is compressed; half of the time that ``zipfile`` takes goes into checks of its sum."""
        content: bytes = packing.decompressobj(-zlib.MAX_WBITS).decompress(self._packed(entry), entry.file_size + 1)
        if len(content) != entry.file_size or packing.crc32(content) != entry.CRC:
            raise zipfile.BadZipFile(f"bad sum of {entry.filename}")
        return content

    def _packed(self, entry: zipfile.ZipInfo) -> bytes:
        """Return a part as it is compressed."""
        start = entry.header_offset
        head = self._data[start : start + 30]
        if len(head) < 30 or not head.startswith(b"PK\x03\x04"):
            raise UnusableFileError(f"is damaged in {entry.filename}. Open it in Excel and save it anew")
        start += len(head) + sum(struct.unpack("<HH", head[26:]))
        return self._data[start : start + entry.compress_size]

    def written(self, changes: Mapping[str, bytes | None]) -> bytes:
        """Return the file with some parts changed: in their places, new ones at the end, None removed.

        All other parts are copied as they are compressed.
        """
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
            for name, entry in self._entries.items():
                if name not in changes:
                    self._copy(entry, new)
                    continue
                content = changes[name]
                if content is not None:
                    _put(_like(entry), content, new)
            for name, content in changes.items():
                if name not in self._entries and content is not None:
                    added = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                    added.create_system = 0
                    _put(added, content, new)
            new.comment = self._archive.comment
        return buffer.getvalue()

    def _copy(self, entry: zipfile.ZipInfo, new: zipfile.ZipFile) -> None:
        """Put an entry into another archive without unpacking it."""
        packed = self._packed(entry)
        copied = copy.copy(entry)
        copied.flag_bits &= ~0x08  # its size stands before it, not after it
        copied.extra = _without_sizes(entry.extra)
        _append(copied, packed, new)

    def _check(self) -> None:
        entries = self._archive.infolist()
        if len(entries) > _MOST_PARTS:
            raise UnusableFileError(f"has {len(entries)} parts, which no workbook has: it is not opened")
        seen: set[str] = set()
        for entry in entries:
            name = entry.filename.lower()
            if name in seen or ".." in name.replace("\\", "/").split("/"):
                what = "twice" if name in seen else "outside of it"
                raise UnusableFileError(
                    f"holds a part {what}: {entry.filename!r}, which no spreadsheet program writes. "
                    "Open it in Excel and save it anew"
                )
            seen.add(name)
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise UnusableFileError(
                    f"has a part packed as no workbook's is: {entry.filename!r}. Open it in Excel and save it anew"
                )
            if entry.flag_bits & 0x01:
                raise UnusableFileError("is a zip with a password. Unpack it, and use the workbook inside")
        if sum(entry.compress_size for entry in entries) > len(self._data):
            raise UnusableFileError("is damaged: its parts overlap. Open it in Excel and save it anew")
        if "xl/workbook.bin" in seen:
            raise UnusableFileError("is a binary workbook (.xlsb). Open it in Excel and save it as .xlsx")
        if "mimetype" in seen and "content.xml" in seen:
            raise UnusableFileError("is an OpenDocument file. Open it in LibreOffice and save it as .xlsx")
        texts = [entry for entry in entries if entry.filename.lower().endswith(_XML)]
        if sum(entry.file_size for entry in texts) > _LARGEST:
            raise UnusableFileError("unpacks to more than half a gigabyte of XML, which is too large to be opened")
        for entry in texts:
            _refuse_bomb(entry)
            self._refuse_entities(entry)

    def _refuse_entities(self, entry: zipfile.ZipInfo) -> None:
        with self._archive.open(entry) as stream:
            head = stream.read(4096)
            state = _beginning(head)
            if state is None:  # a long comment, at most
                state = _beginning(head + stream.read())
        if state:
            raise UnusableFileError(
                f"declares entities in {entry.filename}, which no spreadsheet program does: it is not opened"
            )


def data_of(source: Source) -> bytes:
    """Return what a path or an open file holds.

    Raises
    ------
    UnusableFileError
        The file can't be read, or is larger than any workbook.
    """
    if isinstance(source, bytes):
        return source
    try:
        if isinstance(source, (str, os.PathLike)):
            with Path(source).open("rb") as file:
                data = file.read(_LARGEST + 1)
        else:
            data = source.read(_LARGEST + 1)
    except OSError as error:
        raise UnusableFileError(f"can't be read ({error.strerror}). Name an .xlsx or .xlsm file") from error
    if not isinstance(data, bytes):
        raise TypeError(f"a workbook is read from a file opened in binary mode, not from one that gives {type(data)}")
    if len(data) > _LARGEST:
        raise UnusableFileError("is larger than half a gigabyte, which is too large to be opened")
    return data


def _refuse_other_kinds(data: bytes) -> None:
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UnusableFileError(
                "is protected with a password. Open it in Excel, take the password away (File, Info, Protect Workbook, "
                "Encrypt with Password), and save it"
            )
        if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
            raise UnusableFileError("is an .xls workbook of Excel 97 to 2003. Open it in Excel and save it as .xlsx")
        raise UnusableFileError("is protected with a password, or of Excel 97. Save it as .xlsx without a password")
    if not data:
        raise UnusableFileError("is empty, and so no .xlsx workbook. Name the right file")


def _refuse_bomb(entry: zipfile.ZipInfo) -> None:
    if entry.file_size > _LARGEST or (entry.file_size > _SMALL and entry.file_size > _RATIO * entry.compress_size):
        raise UnusableFileError(
            f"has a part {entry.filename} that unpacks to {entry.file_size / 1e6:,.0f} MB, as no workbook does: "
            "it is not opened"
        )


def _beginning(head: bytes) -> bool | None:
    """Return whether a document type stands before the first element; None if the head ends before either."""
    text = head.lstrip(b"\xff\xfe\xef\xbb\xbf").replace(b"\0", b"")  # without the zeros of UTF-16
    found = _PROLOG.match(text)
    rest = text[found.end() :] if found else text
    if len(rest) < 4 or rest.startswith((b"<?", b"<!--")):
        return None
    return rest.startswith(b"<!")


def _put(entry: zipfile.ZipInfo, content: bytes, new: zipfile.ZipFile) -> None:
    """Compress a part and put it into an archive."""
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.file_size, entry.CRC = len(content), packing.crc32(content)
    packed = packing.compress(content, _LEVEL, wbits=-zlib.MAX_WBITS)
    entry.compress_size = len(packed)
    _append(entry, packed, new)


def _append(entry: zipfile.ZipInfo, packed: bytes, new: zipfile.ZipFile) -> None:
    """Put an entry behind the others of an archive, as it is compressed."""
    entry.header_offset = new.start_dir
    assert new.fp is not None
    new.fp.seek(new.start_dir)
    new.fp.write(entry.FileHeader(zip64=False))
    new.fp.write(packed)
    new.start_dir = new.fp.tell()
    new.filelist.append(entry)
    new.NameToInfo[entry.filename] = entry


def _like(entry: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Return a new entry with the name, date and rights of another."""
    new = zipfile.ZipInfo(entry.filename, entry.date_time)
    new.create_system = entry.create_system
    new.external_attr = entry.external_attr
    return new


def _without_sizes(extra: bytes) -> bytes:
    """Return an entry's extra fields without that for sizes over four gigabytes."""
    kept = b""
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        if kind != 1:
            kept += extra[: 4 + length]
        extra = extra[4 + length :]
    return kept
