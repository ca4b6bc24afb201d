"""Numbers as people write them into tables: 50e9, 50%, $50,000, 0,5.

What can be read in one way only is read; what could be two numbers is refused.

>>> number("50%"), number("$50,000"), number("0,5"), number("(12.5%)")
(0.5, 50000.0, 0.5, -0.125)
>>> number("1,275")
Traceback (most recent call last):
ValueError: '1,275' could be 1.275 or 1275. Write 1275, or with one more digit 1,2750
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Final, Literal

Mark = Literal[".", ","]

_SHAPE: Final = re.compile(
    r"(?P<sign>[-+]?)(?P<dollar>\$?) ?(?P<digits>[\d., '’]*)(?P<power>(?:[eE][-+]?\d{1,3})?) ?(?P<percent>%?)", re.ASCII
)
_GROUPED: Final = re.compile(r"[1-9]\d{0,2}(?:([ ,.'’])\d{3})(?:\1\d{3})*", re.ASCII)
_UNITS: Final = re.compile(r"(?<=[\d.,])\s*(?:k|m|mm|mn|b|bn|t|tn|thousand|million|billion|trillion)\.?", re.IGNORECASE)


def number(text: str, decimal: Mark | None = None) -> float:
    """Return the number that a text writes.

    Parameters
    ----------
    text : digits, in groups of three or not, with a sign, ``$``, ``%``, an exponent, or in parentheses for a loss.
    decimal : the decimal mark of the file it stands in, if that is known. It decides what one mark before exactly
        three digits means, and nothing else: 0,5 and 1,234,567 are clear anyway.

    Raises
    ------
    ValueError
        It is no number, or could be two; the message says so, and what to write.
    """
    plain = " ".join(text.replace("\N{MINUS SIGN}", "-").split())  # split also drops the spaces of French thousands
    loss = plain.startswith("(") and plain.endswith(")")
    shape = _SHAPE.fullmatch(plain[1:-1].strip() if loss else _dollar_after_sign(plain))
    if shape is None or (loss and shape["sign"]):
        raise ValueError(_refusal(text, plain))
    digits = _plain_digits(shape["digits"].strip(), "." if shape["dollar"] else decimal)
    if digits is None:
        raise ValueError(_refusal(text, plain))
    power = int(shape["power"][1:] or 0) - (2 if shape["percent"] else 0)
    value = float(f"{'-' if loss else shape['sign']}{digits}e{power}")
    if math.isinf(value):
        raise ValueError(_refusal(text, plain))
    return value


def _dollar_after_sign(text: str) -> str:
    return f"{text[1]}${text[2:]}" if text[:1] == "$" and text[1:2] in ("-", "+") else text


def _plain_digits(digits: str, decimal: Mark | None) -> str | None:
    """Return digits without grouping and with a decimal point; None if they are not written as any number is."""
    places = [place for place, sign in enumerate(digits) if sign in ".,"]
    used = {digits[place] for place in places}
    if not places or (len(used) == 1 and len(places) > 1):
        return _ungrouped(digits)
    mark = digits[places[-1]]
    whole, part = digits[: places[-1]], digits[places[-1] + 1 :]
    if len(places) > 1 and digits.count(mark) > 1:
        return None
    if len(places) == 1 and _GROUPED.fullmatch(digits):
        # One mark before three digits: the decimal mark, or the thousands'.
        if decimal is None or (decimal == "," and mark == "."):
            raise ValueError(
                f"{digits!r} could be {whole}.{part} or {whole}{part}. "
                f"Write {whole}{part}, or with one more digit {digits}0"
            )
        if mark != decimal:
            return whole + part
    ungrouped = _ungrouped(whole) if whole else "0"
    return f"{ungrouped}.{part or 0}" if ungrouped is not None and (part.isdigit() or (whole and not part)) else None


def _ungrouped(digits: str) -> str | None:
    if digits.isdigit():
        return digits
    return re.sub(r"\D", "", digits) if _GROUPED.fullmatch(digits) else None


def _refusal(text: str, plain: str) -> str:
    if any(unicodedata.category(sign) == "Sc" and sign != "$" for sign in plain):
        return f"{text!r} is not in US dollars. Convert it, and write the number alone"
    if _UNITS.search(plain):
        return f"{text!r} is abbreviated. Write it in full, such as 50e9 or 50,000,000,000"
    return f"{text!r} is not a number. Write it in full, such as 50e9 or 0.5"
