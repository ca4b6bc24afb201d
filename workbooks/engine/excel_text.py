"""Excel's functions of text; those of the engine take numbers, truth values and letters with accents otherwise."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from udfs import OMITTED, ExcelError
from workbooks.engine.excel_values import truth

Result = str | ExcelError

_LONGEST: Final = 32767  # characters of a cell


def as_text(value: Any) -> Any:
    """Return a value as Excel puts it into text, a number with fifteen digits; an error as it is."""
    if isinstance(value, (str, ExcelError)):
        return value
    if value is None or value is OMITTED:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if abs(value) >= 1e20:
        mantissa, _, exponent = f"{value:.14E}".partition("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"
    return f"{Decimal(f'{value + 0.0:.15g}'):f}"  # the zero of -0.001 rounded has no sign in Excel


def collated(text: str) -> str:
    """Return what a text is compared by: letters with accents stand behind those without, capitals are the same.

    >>> sorted(["f", "É", "e", "ez"], key=collated)
    ['e', 'É', 'ez', 'f']
    """
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFD", text.lower())
    plain = "".join(one for one in letters if not unicodedata.combining(one))
    return plain if plain == letters else f"{plain} {''.join(one for one in letters if unicodedata.combining(one))}"


def proper(text: Any) -> Result:
    """Return text with a capital at the start of each run of letters."""
    words = as_text(text)
    return words if isinstance(words, ExcelError) else re.sub(r"[^\W\d_]+", _capitalised, words)


def left(text: str, count: float = 1.0) -> Result:
    """Return the first characters."""
    return text[: int(count)] if count >= 0 else ExcelError.VALUE


def right(text: str, count: float = 1.0) -> Result:
    """Return the last characters."""
    if count < 0:
        return ExcelError.VALUE
    return text[-int(count) :] if count >= 1 else ""


def mid(text: str, start: float, count: float) -> Result:
    """Return characters from a place on, which counts from 1."""
    if start < 1 or count < 0:
        return ExcelError.VALUE
    return text[int(start) - 1 : int(start) - 1 + int(count)]


def len_(text: str) -> float:
    """Return the number of characters."""
    return float(len(text.encode("utf-16-le")) // 2)  # Excel counts some characters twice


def lower(text: str) -> str:
    """Return small letters."""
    return text.lower()


def upper(text: str) -> str:
    """Return capitals, letter by letter."""
    return "".join(one if len(one.upper()) > 1 else one.upper() for one in text)


def trim(text: str) -> str:
    """Return text without spaces at its ends and with single ones inside."""
    return " ".join(word for word in text.split(" ") if word)


def clean(text: str) -> str:
    """Return text without the first 32 characters of ASCII."""
    return "".join(one for one in text if one >= " ")


def code(text: str) -> float | ExcelError:
    """Return the number of the first character on a page of Windows; that of ? for one that is not on it."""
    return float(text[0].encode("cp1252", "replace")[0]) if text else ExcelError.VALUE


def unicode(text: str) -> float | ExcelError:
    """Return the number of the first character."""
    return float(ord(text[0])) if text else ExcelError.VALUE


def exact(one: str, other: str) -> bool:
    """Return whether two texts are the same, also in their capitals."""
    return one == other


def find(sought: str, text: str, start: float = 1.0) -> float | ExcelError:
    """Return the place of a text in another, from 1."""
    if not 1 <= start <= len(text) + (not sought):
        return ExcelError.VALUE
    place = text.find(sought, int(start) - 1)
    return ExcelError.VALUE if place < 0 else float(place + 1)


def search(sought: str, text: str, start: float = 1.0) -> float | ExcelError:
    """Return the place of a pattern with * and ? in a text, whatever the capitals."""
    if not 1 <= start <= len(text) + (not sought):
        return ExcelError.VALUE
    found = pattern(sought).search(text, int(start) - 1)
    return ExcelError.VALUE if found is None else float(found.start() + 1)


@lru_cache(maxsize=256)
def pattern(sought: str) -> re.Pattern[str]:
    """Return a text with * and ? as a pattern; ~ before them makes them letters."""
    pieces = re.findall(r"~[*?~]|.", sought, re.DOTALL)
    signs = {"*": ".*?", "?": "."}
    text = "".join(signs.get(piece) or re.escape(piece[-1]) for piece in pieces)
    return re.compile(text, re.IGNORECASE | re.DOTALL)


def replace(text: str, start: float, count: float, new: str) -> Result:
    """Return text with some characters replaced; beyond its end, the new ones are added."""
    if start < 1 or count < 0:
        return ExcelError.VALUE
    first = int(start) - 1
    return text[:first] + new + text[first + int(count) :]


def rept(text: str, times: float) -> Result:
    """Return text several times."""
    if times < 0 or len(text) * int(times) > _LONGEST:
        return ExcelError.VALUE
    return text * int(times)


def substitute(text: str, old: str, new: str, which: float | None = None) -> Result:
    """Return text with one text in it replaced, everywhere or in one place."""
    if which is not None and which < 1:
        return ExcelError.VALUE
    if not old:
        return text
    if which is None:
        return text.replace(old, new)
    pieces = text.split(old)
    number = int(which)
    if number >= len(pieces):
        return text
    return old.join(pieces[:number]) + new + old.join(pieces[number:])


def numbervalue(text: str, decimal: str = ".", group: str = ",") -> float | ExcelError:
    """Return the number in a text with the given separators; spaces do not count."""
    decimal, group = decimal[:1], group[:1]
    written = re.sub(r"\s", "", text)
    amount = written.rstrip("%")
    if not decimal or not group or decimal == group:
        return ExcelError.VALUE
    whole, point, rest = amount.partition(decimal)
    if group in rest or decimal in rest:
        return ExcelError.VALUE
    digits = whole.replace(group, "") + ("." if point else "") + rest
    if not digits and not written:
        return 0.0
    if not re.fullmatch(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:E[-+]?\d+)?", digits, re.IGNORECASE):
        return ExcelError.VALUE
    return float(digits) / 100.0 ** (len(written) - len(amount))


def _capitalised(run: re.Match[str]) -> str:
    return upper(run[0][:1]) + run[0][1:].lower()


def concat(*values: Any) -> Result:
    """Return all values in one text, ranges row by row."""
    return textjoin("", False, *values)


def textjoin(delimiter: Any, ignore_empty: Any, *values: Any) -> Result:
    """Return all values in one text, with a delimiter between them."""
    empty = truth(ignore_empty)
    if isinstance(empty, ExcelError):
        return empty
    texts: list[str] = []
    for value in _cells([as_text(delimiter), *values]):
        text = as_text(value)
        if isinstance(text, ExcelError):
            return text
        texts.append(text)
    separator, *rest = texts
    joined = separator.join(text for text in rest if text or not empty)
    return joined if len(joined) <= _LONGEST else ExcelError.VALUE


def _cells(values: list[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from (cell for row in value for cell in row)
        else:
            yield value
