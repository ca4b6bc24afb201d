"""The documentation page of the known differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.parity.draws import draws
from tests.parity.known_differences import CALC, CALC_DIFFERENCES, NATIVE_DIFFERENCES, KnownDifference
from udfs import FUNCTIONS, OMITTED, ExcelError, call

_HEAD = """\
<!-- Made by python -m tests.parity from tests/parity. -->
# Parity: the same number in every host

A function is written once, and every host is derived from that one definition. A test proves that they agree: it draws
{count:,} calls over all {functions} functions, ordinary ones, arguments at the edge of their domain and outside of it,
blank cells, text, truth values, errors, arguments left out, and demands of every host the same number to nine digits,
or the same error.

| host | how the call is made |
| --- | --- |
| the boundary | `udfs.call("AIGAP", 50e9, 2, 0.5)`: what all others are held against |
| plain Python | `udfs.AIGAP(50e9, 2, 0.5)`, where all arguments are numbers of their domain |
| one range | one call of the boundary with a column for each argument, as lists |
| one NumPy array | the same with arrays |
| headless engine | `=AIGAP(A1,B1,C1)` in a workbook |
| Excel through xlwings | the calls of Excel on Windows, through xlwings' own COM server; Excel itself did not run |
| LibreOffice Calc with the extension | `=AIGAP(A1,B1,C1)`, calculated by LibreOffice with our functions in it |
| native formula in the engine | `=A1*B1/(1-C1)`, as it stands in a portable workbook |
| native formula in LibreOffice | the same, calculated by LibreOffice |

The first six agree in every call. The others differ where these tables say so, and nowhere else. The examples are
computed by the test too.
"""

_NATIVE = """
## Native formulas

| difference | our functions | a native formula | why | example: our result, and the formula's |
| --- | --- | --- | --- | --- |
"""

_CALC = """
## LibreOffice Calc with the extension

Tested with LibreOffice 7.4, and where it can be had with 25.2.

| difference | elsewhere | in Calc | why | example: elsewhere, and in Calc |
| --- | --- | --- | --- | --- |
"""


def document() -> str:
    """Return the page."""
    head = _HEAD.format(count=len(draws()), functions=len(FUNCTIONS))
    return head + _NATIVE + _table(NATIVE_DIFFERENCES) + _CALC + _table(CALC_DIFFERENCES)


def _table(differences: Sequence[KnownDifference]) -> str:
    rows = []
    for one in differences:
        name, *arguments = one.example
        mine = call(name, *arguments)
        alone = len(one.hosts) == 1 and one.hosts != CALC
        where = f" ({one.hosts[0].removeprefix('native formula ')} only)" if alone else ""
        example = f"`{_typed(name, arguments)}: `{_shown(mine)}`, `{_shown(one.shown)}`"
        rows.append(f"| {one.name}{where} | {one.ours} | {one.theirs} | {one.why} | {example} |\n")
    return "".join(rows)


def _typed(name: str, arguments: list[Any]) -> str:
    blank = " with a blank cell" if None in arguments else ""
    return f"={name}({','.join(map(_text, arguments))})`{blank}"


def _text(value: Any) -> str:
    if value is OMITTED or value is None:
        return ""
    if isinstance(value, list):
        return "{" + ";".join(",".join(map(_text, row)) for row in value) + "}"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        return f'"{value}"'
    return str(value) if isinstance(value, ExcelError) else f"{value:.15g}".upper()


def _shown(result: Any) -> str:
    return f"{result:.9g}" if isinstance(result, float) else str(result)
