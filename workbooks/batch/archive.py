"""A finished package of which some members change: all others stay as they are compressed."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from workbooks.package import COMPRESSION

# Where a member's checksum and two sizes stand in its local and in its central header, and its offset in the latter.
_LOCAL_SIZES: Final = 14
_CENTRAL_SIZES: Final = 16
_CENTRAL_OFFSET: Final = 42
_LOCAL_HEADER: Final = 30
_CENTRAL_HEADER: Final = 46
_END: Final = struct.Struct("<4s4H2LH")


@dataclass
class Archive:
    """A package as ``write_parts`` wrote it, taken apart into its members' bytes.

    Parameters
    ----------
    local : member -> its header and compressed content.
    central : member -> its entry in the list at the end, but for the offset.
    """

    local: dict[str, bytes] = field(default_factory=dict)
    central: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def read(cls, package: bytes) -> Archive:
        """Take a package apart."""
        archive = cls()
        with zipfile.ZipFile(io.BytesIO(package)) as opened:
            central = opened.start_dir
            for entry in opened.infolist():
                end = entry.header_offset + _LOCAL_HEADER + len(entry.orig_filename.encode()) + entry.compress_size
                archive.local[entry.filename] = package[entry.header_offset : end]
                following = central + _CENTRAL_HEADER + len(entry.orig_filename.encode())
                archive.central[entry.filename] = package[central:following]
                central = following
        return archive

    def replace(self, contents: Mapping[str, bytes]) -> None:
        """Give members new contents."""
        for name, content in contents.items():
            compressor = zlib.compressobj(COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
            data = compressor.compress(content) + compressor.flush()
            sizes = struct.pack("<3L", zlib.crc32(content), len(data), len(content))
            header = self.local[name][: _LOCAL_HEADER + len(name.encode())]
            self.local[name] = _patched(header, _LOCAL_SIZES, sizes) + data
            self.central[name] = _patched(self.central[name], _CENTRAL_SIZES, sizes)

    def package(self) -> bytes:
        """Return the package with its members as they are now."""
        entries = []
        offset = 0
        for name, member in self.local.items():
            entries.append(_patched(self.central[name], _CENTRAL_OFFSET, struct.pack("<L", offset)))
            offset += len(member)
        size = sum(map(len, entries))
        end = _END.pack(b"PK\5\6", 0, 0, len(entries), len(entries), size, offset, 0)
        return b"".join([*self.local.values(), *entries, end])


def _patched(header: bytes, place: int, new: bytes) -> bytes:
    return header[:place] + new + header[place + len(new) :]
