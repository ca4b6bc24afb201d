"""The ledger of assumptions and sources as a table, for keys that stand in cells: AIASSUME and AISOURCE look there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from udfs import NativeFormError
from udfs.ledger import assumptions, sources
from workbooks.formulas import Call

_KEYS: Final = "G"
_BASE: Final = "H"
_LOW: Final = "I"
_HIGH: Final = "J"
_SOURCES: Final = "K"
HEADINGS: Final = {_KEYS: "Key", _BASE: "Base", _LOW: "Low", _HIGH: "High", _SOURCES: "Source"}


class Entry(NamedTuple):
    """A row of the table; None is what the ledger does not have."""

    key: str
    base: float | None
    low: float | None
    high: float | None
    source: str


def entries() -> list[Entry]:
    """Return the whole ledger."""
    figures, texts = assumptions(), sources()
    found = []
    for key in sorted(figures.keys() | texts.keys()):
        figure = figures.get(key)
        base, low, high = (figure.base, figure.low, figure.high) if figure else (None, None, None)
        found.append(Entry(key, base, low, high, (texts.get(key) or figures[key]).citation))
    return found


def lookup(call: Call, *, single: bool, columns: Callable[[str, str], str]) -> str | None:
    """Return the text for a call that looks a key up in the ledger; None for any other call.

    Parameters
    ----------
    call : with arguments that need no more work.
    single : whether they are one value each.
    columns : gives the reference to columns of the table, from one to another.

    Raises
    ------
    NativeFormError
        It can't be looked up; the message says why.
    """
    if call.name not in ("AIASSUME", "AISOURCE"):
        return None
    most = 1 if call.name == "AISOURCE" else 2
    if len(call.arguments) > most:
        raise NativeFormError(f"{call.name} is given more arguments than it takes")
    if call.arguments[0] is None:
        raise NativeFormError(f"{call.name} needs a key")
    if not single:
        raise NativeFormError(f"{call.name} is given a range in place of one key: write one formula for each")
    row = f"MATCH(TRIM({call.arguments[0]}),{columns(_KEYS, _KEYS)},0)"
    if call.name == "AISOURCE":
        return f"INDEX({columns(_SOURCES, _SOURCES)},{row})"
    which = call.arguments[1] if len(call.arguments) == 2 else None
    if which is None:
        return f"INDEX({columns(_BASE, _BASE)},{row})"
    return f'INDEX({columns(_BASE, _HIGH)},{row},MATCH(TRIM({which}),{{"BASE","LOW","HIGH"}},0))'
