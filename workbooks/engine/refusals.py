"""What the engine does not compute as Excel does: such formulas are refused, as a wrong result gives no sign of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import Final

import formualizer
from openpyxl.utils import FORMULAE

import udfs
from workbooks.engine.builtins import PATCHES
from workbooks.engine.computed_ranges import beyond_the_engine
from workbooks.engine.excel_functions import CHECKED
from workbooks.formulas import Call, FormulaError, calls, joins_ranges, references

_EXTERNAL: Final = re.compile(r"'?\[|'[^']*\[[^]]*\][^']*'!")
_SEVERAL_SHEETS: Final = re.compile(r"(?:'(?:[^']|'')*:(?:[^']|'')*'|[^'!:]+:[^'!:]+)!")
# Of a format, what stands for itself, colours and halves of a day; and what the engine does not know: exponents,
# fractions, spaces as wide as a letter, conditions, digits apart; other letters, or digits beside those of dates.
_ITSELF: Final = re.compile(
    r'"[^"]*"|\\.|\[(?:black|blue|cyan|green|magenta|red|white|yellow)\]|AM/PM|A/P', re.IGNORECASE
)
_UNKNOWN: Final = re.compile(
    r"E[-+]|[?_*]|[#0]/|\[[<>=]|[#0][-: ()]+[#0]|[^\W\dymdhsx_]|[ymdh].*[#0]|[#0].*[ymdhs]|s[^.]*[#0]", re.IGNORECASE
)
_ERROR_CRITERION: Final = re.compile(r'"(?:=|<>)?#')
# Functions of Excel's that neither openpyxl's list nor the engine knows.
_NEWER: Final = frozenset(
    """
    ANCHORARRAY BYCOL BYROW EXPAND FORECAST.ETS GROUPBY ISOMITTED MAKEARRAY MAP MUNIT PIVOTBY REDUCE REGEXEXTRACT
    REGEXREPLACE REGEXTEST SCAN SINGLE TRIMRANGE WRAPCOLS WRAPROWS
    """.split()  # noqa: SIM905 (a list of words reads better)
)
# They give something else at every calculation. OFFSET and INDIRECT, which Excel calls volatile too, do not.
VOLATILE: Final = frozenset({"CELL", "INFO", "NOW", "RAND", "RANDARRAY", "RANDBETWEEN", "TODAY"})
EXTERNAL: Final = frozenset(
    """
    CUBEKPIMEMBER CUBEMEMBER CUBEMEMBERPROPERTY CUBERANKEDMEMBER CUBESET CUBESETCOUNT CUBEVALUE DDE FILTERXML
    GETPIVOTDATA IMAGE PY RTD STOCKHISTORY TRANSLATE WEBSERVICE
    """.split()  # noqa: SIM905
)
_SPAN: Final = re.compile(r"start: (\d+), end: (\d+)")  # in bytes


class RefusalError(Exception):
    """Why the formula at hand can't be computed rightly; it reads on from its place."""


def check(
    text: str,
    faults: Mapping[str, str],
    *,
    changing: Collection[str] = (),
    hidden_rows: bool = False,
    dates_from_1904: bool = False,
) -> None:
    """Check that a formula can be computed rightly.

    Parameters
    ----------
    text : from ``=`` on.
    faults : of defined names, in capitals: why a formula can't use them; empty if it can.
    changing : functions that are refused as their results change by themselves.
    hidden_rows : whether the workbook has any.
    dates_from_1904 : whether it counts dates so.

    Raises
    ------
    RefusalError
        The engine would compute something else than Excel.
    FormulaError
        The text is no formula.
    """
    try:
        formualizer.parse(text)
    except (formualizer.ParserError, formualizer.TokenizerError) as error:
        raise FormulaError(_complaint(error, text)) from None
    called = calls(text)
    referred = references(text)
    for reference in referred:
        if _EXTERNAL.match(reference):
            raise RefusalError(f"refers to another workbook: {reference}. Put the value itself in its place.")
        if "[" in reference:
            raise RefusalError(f"refers to a table that the workbook does not have: {reference}. Correct it.")
        if _SEVERAL_SHEETS.match(reference):
            raise RefusalError(f"refers to several sheets at once: {reference}. Refer to each sheet.")
    for name in [*referred, *(call.name for call in called)]:
        fault = faults.get(name.rpartition("!")[2].upper())
        if fault:
            raise RefusalError(f"uses the name {name}, which {fault}")
    for call in called:
        reason = _reason(call, changing, hidden_rows, dates_from_1904)
        if reason:
            raise RefusalError(reason)
    if beyond_the_engine(text, called):
        raise RefusalError(
            "computes the end of a range among operators, which the headless engine does not. Use OFFSET instead."
        )
    if joins_ranges(text):
        raise RefusalError("joins or intersects ranges, which the headless engine does not. Name the cells one by one.")


def _reason(call: Call, changing: Collection[str], hidden_rows: bool, dates_from_1904: bool) -> str | None:
    """Return why a call can't be computed; None if it can, or if Excel does not know the function either."""
    name = call.name
    if name in changing:
        return f"uses {name}, whose result changes by itself. Let Excel compute it."
    if name in EXTERNAL:
        return f"uses {name}, which gets data from outside of the workbook. Let Excel compute it."
    if name == "TABLE":
        return "belongs to a what-if data table, which only Excel computes. Put its values into the cells."
    if name == "TEXT" and len(call.arguments) == 2 and not _is_known_format(call.arguments[1] or ""):
        how = call.arguments[1]
        return f"uses TEXT with the format {how}, which the headless engine does not know. Use another."
    if name == "DATEDIF" and (call.arguments[-1] if call.arguments else "") in ('"yd"', '"YD"'):
        return 'uses DATEDIF with "yd", which spreadsheets compute in several ways. Use DATE and a difference.'
    if name.endswith(("IF", "IFS")) and any(_ERROR_CRITERION.match(one or "") for one in call.arguments[1:]):
        return f"gives {name} an error to look for, which the headless engine does not find. Use SUMPRODUCT with ISNA."
    if name == "SUBTOTAL" and hidden_rows:
        return "uses SUBTOTAL where rows are hidden, which the headless engine counts. Show them, or use SUM."
    if name == "VALUE" and dates_from_1904:
        return "uses VALUE where dates count from 1904. Use DATE for a date, or NUMBERVALUE."
    if name in udfs.FUNCTIONS or name in PATCHES or name in CHECKED:
        return None
    if name in FORMULAE or name in _NEWER or _known_to_engine(name):
        return f"uses {name}, which the headless engine does not compute as Excel does. Use another function."
    return None


def _is_known_format(argument: str) -> bool:
    """Return whether the second argument of TEXT is a format in the formula itself that the engine knows."""
    if not re.fullmatch(r'"(?:[^"]|"")*"', argument):
        return False
    return not _UNKNOWN.search(_ITSELF.sub("", argument[1:-1].replace('""', '"')))


@cache
def _known_to_engine(name: str) -> bool:
    workbook = formualizer.Workbook()
    workbook.add_sheet("Sheet")
    workbook.set_formula("Sheet", 1, 1, f"={name}()")
    value = workbook.evaluate_cell("Sheet", 1, 1)
    return not (isinstance(value, dict) and value["kind"] == "Name")


def _complaint(error: Exception, text: str) -> str:
    """Return what the engine's parser finds wrong, without the terms of its own."""
    span = _SPAN.search(str(error))
    if span is None:
        return re.sub(r"^\w+( at position \d+)?: |: \w+\(.*$", "", str(error))
    unexpected = text.encode()[int(span[1]) : int(span[2])].decode()
    return f"{unexpected!r} is out of place{'; a comma separates arguments' if unexpected == ';' else ''}"
