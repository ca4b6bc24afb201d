"""How wide a figure is as Excel shows it, in characters of a column's width."""

from __future__ import annotations

import re
from typing import Final

from workbooks.lint.looks import Look

_TEXT: Final = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')
_DATE: Final = re.compile(r"[ymdhs]", re.IGNORECASE)
_DIGITS: Final = re.compile(r"[#0?][#0?,]*(?:\.([#0?]*),*)?")
_DEFAULT_SIZE: Final = 11
_BOLD: Final = 1.05
_NARROW: Final = {",": 0.5, ".": 0.5, "(": 0.6, ")": 0.6, "-": 0.6}  # of a digit's width, in Calibri


def shown_width(value: float, look: Look) -> float:
    """Return the width that a number needs at least.

    >>> shown_width(1234567.0, Look(format="#,##0"))
    8.0
    """
    text = shown(value, look.format)
    characters = sum(_NARROW.get(character, 1.0) for character in text)
    return characters * look.size / _DEFAULT_SIZE * (_BOLD if look.bold else 1.0)


def shown(value: float, code: str) -> str:
    """Return about how a number is shown; only the number of characters matters.

    >>> shown(-2.5e9, '$#,##0.0,,,"B";($#,##0.0,,,"B");"–"')
    '($2.5B)'
    """
    if code == "General":
        return f"{value:.0f}" if abs(value) < 1e11 else f"{value:.0E}"  # decimals give way
    sections = code.split(";")
    section = sections[0]
    if value < 0 and len(sections) > 1:
        section, value = sections[1], -value
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    bare = _TEXT.sub("", section)
    if _DATE.search(bare):
        return bare
    digits = _DIGITS.search(bare)
    literal = _TEXT.sub(lambda found: found.group(1) or found.group(2) or "", section)
    if digits is None:
        return literal
    pattern = digits.group()
    scale = 1000 ** (len(pattern) - len(pattern.rstrip(",")))  # a comma at the end stands for three digits
    scaled = value * (100 if "%" in bare else 1) / scale
    grouped = "," in pattern.rstrip(",")
    optional = digits.group(1) or ""
    number = f"{scaled:{',' if grouped else ''}.{len(optional)}f}"
    if optional.endswith("#"):
        number = number.rstrip("0").rstrip(".") if "0" not in optional else number
    return _DIGITS.sub(lambda _: number, literal, count=1)
