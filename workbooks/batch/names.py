"""Names of files from names of scenarios: such as every system can store and Excel can open."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Signs that Windows forbids, and the brackets that Excel can't open a workbook with.
_UNSAFE: Final = re.compile(r'[<>:"/\\|?*\[\]\x00-\x1f\x7f]')
_DEVICES: Final = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])(?=\.|$)", re.IGNORECASE)


def file_stem(name: str) -> str:
    """Return the name of a scenario's file, without what follows the dot.

    >>> file_stem("GPUs: 50% / 75%"), file_stem("con"), file_stem("...")
    ('GPUs_ 50% _ 75%', 'con_', '_')
    """
    stem = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(" ").rstrip(". ")
    if stem.startswith((".", "~$")):
        stem = "_" + stem[1:]
    device = _DEVICES.match(stem)
    if device:
        stem = f"{device.group()}_{stem[device.end() :]}"
    return stem or "_"


def file_key(file: str) -> str:
    """Return what two files must not share in one folder: most systems take upper and lower case for the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", file).casefold())
