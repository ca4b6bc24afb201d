"""Formulas made ready for the engine: refused where it can't compute them rightly, rewritten where it needs telling.

It must be told of skipped arguments, of functions of single values over ranges, of the rows and columns of a range, and
that Excel compares numbers by fifteen digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

import formualizer
from openpyxl.utils import FORMULAE
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, range_boundaries

import udfs
from workbooks.engine.builtins import PATCHES, SORTED_SEARCH
from workbooks.engine.computed_ranges import beyond_the_engine
from workbooks.engine.excel_functions import CHECKED, NO_RANGE
from workbooks.engine.loading import Formula, Prepared
from workbooks.engine.spreading import SKIPPED, SORTED, may_be_range, spreads
from workbooks.engine.table_references import Table, TableReferenceError, plain_address, table_at
from workbooks.foreign.names import plain_names
from workbooks.formulas import (
    Call,
    FormulaError,
    calls,
    joins_ranges,
    operands,
    references,
    replace_references,
    rewrite,
    wrap_operands,
)
from workbooks.relative import shifted

FIT: Final = "ENGINE.FIT"  # fits a result into the cells that an array formula fills
EACH: Final = "ENGINE.EACH"  # calls a function of single values for each cell of a range
WORDS: Final = "ENGINE.WORDS"  # puts a number into text
DIGITS: Final = "ENGINE.DIGITS"  # rounds to the digits by which Excel compares

# Cells, and numbers but 0. Formulas copied along a sheet differ in them only, so what was found in one formula holds
# for all, and what it is rewritten to gets the others' cells and numbers.
_NUMBER: Final = re.compile(
    r"(?<![\w.\\])(\$?(?:[A-Z]{1,2}|[A-W][A-Z]{2}|X[A-E][A-Z]|XF[A-D])?\$?)(?!0(?!\d))(\d+)(?![\w(])", re.IGNORECASE
)
_LETTERS: Final = re.compile("[A-Z]+", re.IGNORECASE)
_EXTERNAL: Final = re.compile(r"'?\[|'[^']*\[[^]]*\][^']*'!")
_SEVERAL_SHEETS: Final = re.compile(r"(?:'(?:[^']|'')*:(?:[^']|'')*'|[^'!:]+:[^'!:]+)!")
_ONE_CELL: Final = re.compile(r"(?:'(?:[^']|'')+'!|[^'!]+!)?\$?[A-Z]{1,3}\$?[0-9]+|-?[0-9.]+", re.IGNORECASE)
# A format in the formula itself, without exponents, fractions and the format General.
_TEXT_FORMAT: Final = re.compile(r'"(?!.*(?:E[-+]|\?|[#0]/|General)).*"', re.IGNORECASE | re.DOTALL)
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
# The first cells of a column: A1:INDEX(A1:A9,n).
_FIRST_CELLS: Final = re.compile(
    r"((?:'(?:[^']|'')+'!|\w+!)?(\$?[A-Z]{1,3})\$?[0-9]+):INDEX\(\1:\2\$?[0-9]+,", re.IGNORECASE
)
# Forms in which files write our functions' names otherwise than people type them.
_FOREIGN: Final = re.compile(r"!|_xl|aicapex", re.IGNORECASE)
_LITERAL: Final = re.compile(r'[-+]?[0-9.]+(?:E[-+]?[0-9]+)?%?|"(?:[^"]|"")*"|TRUE|FALSE', re.IGNORECASE)
_SPAN: Final = re.compile(r"start: (\d+), end: (\d+)")  # in bytes


class EngineError(Exception):
    """A formula or a package that can't be computed: says what, where, and what to do.

    Parameters
    ----------
    message : all of it.
    reason : of a formula, without its place.
    """

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason


class RefusalError(Exception):
    """Why the formula at hand can't be computed rightly; it reads on from its place."""


class Preparation:
    """Makes the formulas of one workbook ready.

    Parameters
    ----------
    names : defined names in capitals, with all that they stand for, in the workbook and in single sheets.
    tables : of all sheets.
    dates_from_1904 : whether the workbook counts dates so.
    hidden_rows : whether it has any.
    as_stored : whether formulas are computed as the file has them: one that is not marked as one that spills shows
        a single value; functions whose results change by themselves, such as NOW, are refused.
    """

    def __init__(
        self,
        names: Mapping[str, Sequence[str]],
        tables: Sequence[Table] = (),
        *,
        dates_from_1904: bool = False,
        hidden_rows: bool = False,
        as_stored: bool = False,
    ) -> None:
        self._names = names
        self._refused = VOLATILE if as_stored else frozenset()
        self._as_stored = as_stored
        self._hidden_rows = hidden_rows
        self._dates_from_1904 = dates_from_1904
        self._tables = {table.name.upper(): table for table in tables}
        self._single_names = {name for name, texts in names.items() if all(map(_ONE_CELL.fullmatch, texts))}
        self._table_names = re.compile("|".join(map(re.escape, self._tables)) or "(?!)", re.IGNORECASE)
        self._formulas = {name: texts[0] for name, texts in names.items() if len(texts) == 1 and _computes(texts[0])}
        patterns = "|".join(map(re.escape, self._formulas))
        self._inlined = re.compile(rf"(?<![\w.])(?:{patterns})(?![\w.(])", re.IGNORECASE) if patterns else None
        self._faults: dict[str, str] = {}
        # shape of a formula -> what the engine gets (empty if the same), and whether it may give a range
        self._templates: dict[str, tuple[str, bool]] = {}
        self._ranges_of_ours: dict[str, bool] = {}  # by shape, too
        for name in names:
            if name not in self._formulas:
                self._faults[name] = self._fault(name)

    def __call__(self, formula: Formula) -> Prepared:
        """Return the formula that the engine gets.

        Raises
        ------
        RefusalError
            The engine can't compute it rightly.
        """
        if formula.cell and not formula.text.removeprefix("="):
            raise RefusalError("is a copy of a shared formula that the sheet does not have. Enter it anew.")
        try:
            text = plain_names(formula.text) if _FOREIGN.search(formula.text) else formula.text
            prepared = self._told(self._without_tables(self._without_names(text, formula.cell), formula))
        except TableReferenceError as error:
            raise RefusalError(str(error)) from None
        except FormulaError as error:
            raise RefusalError(f"can't be read: {formula.text} ({error}). Correct it.") from None
        array = formula.array
        if array is None and self._as_stored and not formula.spills and prepared.may_spill and self._from_ours(text):
            array = 1, 1  # Excel shows the first value of what a function like ours gives
        if array is not None:
            rows, columns = array
            return Prepared(f"={FIT}({prepared.text[1:]},{rows},{columns})", copies=False, may_spill=False)
        return prepared._replace(copies=prepared.copies and "[" not in formula.text)

    def _from_ours(self, text: str) -> bool:
        """Return whether a formula gives a range, if at all, because a function of ours does."""
        shape = _NUMBER.sub(r"\g<1>1", text)
        if shape not in self._ranges_of_ours:
            rest = rewrite(text, lambda call: "1" if call.name in udfs.FUNCTIONS else None)
            self._ranges_of_ours[shape] = not may_be_range(rest[1:], self._single_names)
        return self._ranges_of_ours[shape]

    def _without_names(self, text: str, cell: str) -> str:
        """Put formulas in place of the names that stand for them."""
        if self._inlined is None or not self._inlined.search(text):
            return text
        letters, row = coordinate_from_string(cell)
        rows, columns = row - 1, column_index_from_string(letters) - 1  # names are written as seen from A1
        return self._expanded(text, rows, columns, ())

    def _expanded(self, text: str, rows: int, columns: int, within: tuple[str, ...]) -> str:
        def formula(reference: str) -> str | None:
            name = reference.upper()
            if name not in self._formulas:
                return None
            if name in within:
                raise RefusalError(f"uses the name {reference}, which refers to itself. Break the circle.")
            inner = self._expanded("=" + self._formulas[name], rows, columns, (*within, name))
            return f"({shifted(inner, rows, columns)[1:]})" if not within else f"({inner[1:]})"

        return replace_references(text, formula)

    def _without_tables(self, text: str, formula: Formula) -> str:
        if not self._tables or ("[" not in text and not self._table_names.search(text)):
            return text
        letters, row = coordinate_from_string(formula.cell)
        own = table_at(self._tables.values(), formula.sheet, row, column_index_from_string(letters))
        return replace_references(text, lambda reference: plain_address(reference, self._tables, row, own))

    def _told(self, text: str) -> Prepared:
        pieces = _NUMBER.split(text)
        differing = tuple(map("".join, zip(pieces[1::3], pieces[2::3], strict=True)))
        pieces[1::3] = [_LETTERS.sub("A", place) for place in pieces[1::3]]
        pieces[2::3] = ["1"] * len(differing)
        shape = "".join(pieces)
        known = self._templates.get(shape)
        if known is not None:
            template, may_spill = known
            return Prepared(template % differing if template else text, not may_spill, may_spill)
        new = self._checked(text)
        told = self._rewritten(shape)
        may_spill = may_be_range(text[1:], self._single_names)
        inserted = _NUMBER.split(told)
        # Where the rewritten form depends on the cells or numbers themselves, each formula is read on its own.
        free = "ROW(" not in shape.upper() and "COLUMN(" not in shape.upper() and len(inserted) == len(pieces)
        if free:
            inserted = [piece.replace("%", "%%") for piece in inserted]
            inserted[1::3] = [""] * len(differing)
            inserted[2::3] = ["%s"] * len(differing)
            self._templates[shape] = "".join(inserted) if told != shape else "", may_spill
        return Prepared(new, free and not may_spill, may_spill)

    def _checked(self, text: str) -> str:
        try:
            formualizer.parse(text)
        except (formualizer.ParserError, formualizer.TokenizerError) as error:
            raise FormulaError(_complaint(error, text)) from None
        called = calls(text)
        for reference in references(text):
            if _EXTERNAL.match(reference):
                raise RefusalError(f"refers to another workbook: {reference}. Put the value itself in its place.")
            if "[" in reference:
                raise RefusalError(f"refers to a table that the workbook does not have: {reference}. Correct it.")
            if _SEVERAL_SHEETS.match(reference):
                raise RefusalError(f"refers to several sheets at once: {reference}. Refer to each sheet.")
        for name in [*references(text), *(call.name for call in called)]:
            fault = self._faults.get(name.rpartition("!")[2].upper())
            if fault:
                raise RefusalError(f"uses the name {name}, which {fault}")
        for call in called:
            reason = self._refusal(call)
            if reason:
                raise RefusalError(reason)
        if beyond_the_engine(_FIRST_CELLS.sub("OFFSET(", text), called):
            raise RefusalError(
                "computes the end of a range among operators, which the headless engine does not. Use OFFSET instead."
            )
        if joins_ranges(text):
            raise RefusalError(
                "joins or intersects ranges, which the headless engine does not. Name the cells one by one."
            )
        return self._rewritten(text)

    def _refusal(self, call: Call) -> str | None:
        """Return why a call can't be computed; None if it can, or if Excel does not know the function either."""
        name = call.name
        if name in self._refused:
            return f"uses {name}, whose result changes by itself. Let Excel compute it."
        if name in EXTERNAL:
            return f"uses {name}, which gets data from outside of the workbook. Let Excel compute it."
        if name == "TABLE":
            return "belongs to a what-if data table, which only Excel computes. Put its values into the cells."
        if name == "TEXT" and len(call.arguments) == 2 and not _TEXT_FORMAT.fullmatch(call.arguments[1] or ""):
            how = call.arguments[1]
            return f"uses TEXT with the format {how}, which the headless engine does not know. Use another."
        if name == "SUBTOTAL" and self._hidden_rows:
            return "uses SUBTOTAL where rows are hidden, which the headless engine counts. Show them, or use SUM."
        if name == "VALUE" and self._dates_from_1904:
            return "uses VALUE where dates count from 1904. Use DATE for a date, or NUMBERVALUE."
        if name in udfs.FUNCTIONS or name in PATCHES or name in CHECKED:
            return None
        if name in FORMULAE or name in _NEWER or _known_to_engine(name):
            return f"uses {name}, which the headless engine does not compute as Excel does. Use another function."
        return None

    def _rewritten(self, text: str) -> str:
        # The engine computes with a range up to INDEX(...) as with a reference to nothing.
        text = _FIRST_CELLS.sub(r"OFFSET(\1,0,0,", text)
        return wrap_operands(rewrite(text, self._replaced), joined=_as_text, compared=_by_digits)

    def _replaced(self, call: Call) -> str | None:
        if call.name in ("ROW", "COLUMN"):
            return self._positions(call)
        arguments = [f'"{SKIPPED}"' if argument is None else argument for argument in call.arguments]
        if call.name in udfs.FUNCTIONS or call.name in PATCHES:
            return f"{call.name}({','.join(arguments)})"
        if call.name in SORTED_SEARCH and not _looks_for_equal(call):
            return f"{SORTED}{call.name}({','.join(arguments)})"
        if call.name not in CHECKED or not spreads(call, self._single_names):
            return None
        if call.name in NO_RANGE:
            raise RefusalError(
                f"gives {call.name} a range, which the headless engine can't take. Use a formula for each cell."
            )
        quoted = f'"{call.name}"'
        return f"{EACH}({','.join([quoted, *arguments])})"

    def _positions(self, call: Call) -> str | None:
        """Return the row or column numbers of a range as a formula: the engine gives the first only."""
        if not call.arguments:
            return None
        reference = str(call.arguments[0])
        address = self._names.get(reference.upper(), [reference])[0].rpartition("!")[2]
        try:
            left, top, right, bottom = range_boundaries(address)
        except (ValueError, TypeError):
            left = top = right = bottom = None
        first, last = (top, bottom) if call.name == "ROW" else (left, right)
        if first is None or last is None:
            raise RefusalError(f"asks for the {call.name} of {reference}. Give it the address of a range.")
        if first == last:
            return None
        count = last - first + 1
        return f"SEQUENCE({count},1,{first})" if call.name == "ROW" else f"SEQUENCE(1,{count},{first})"

    def _fault(self, name: str) -> str:
        """Return why a formula can't use a name; empty if it can."""
        known = self._faults.get(name)
        if known is not None:
            return known
        self._faults[name] = "refers to itself. Break the circle."  # found again while it is looked into
        for text in self._names[name]:
            for inner in references(f"={text}"):
                key = inner.rpartition("!")[2].upper()
                if key in self._names and self._fault(key):
                    return self._fault(key)
            try:
                new = self._checked(f"={text}")
            except (RefusalError, FormulaError) as error:
                return str(error)
            if _computes(text):
                return f"stands for the formula {text} in one sheet, and for something else in another."
            if new != f"={text}":
                return f"stands for the formula {text}, which the headless engine can compute in a cell only."
        return ""


def _computes(text: str) -> bool:
    """Return whether what a name stands for is a formula, which cells can hold in its place."""
    try:
        found = operands(text)
        return found != [text.strip()] and not any(call.name == "LAMBDA" for call in calls(f"={text}"))
    except FormulaError:
        return False


def _looks_for_equal(call: Call) -> bool:
    """Return whether a call of MATCH, VLOOKUP or HLOOKUP looks for equal values, not in sorted ones."""
    place = 2 if call.name == "MATCH" else 3
    if len(call.arguments) <= place:
        return False
    how = (call.arguments[place] or "0").upper().removesuffix("()")  # LibreOffice writes FALSE()
    if how in ("0", "FALSE"):
        return True
    if how in ("1", "-1", "TRUE"):
        return False
    raise RefusalError(f"gives {call.name} {how} as the kind of search. Write 0 or 1 into the formula.")


def _as_text(side: str) -> str:
    """Put a number into text with the digits that Excel shows."""
    return side if side.startswith('"') and _LITERAL.fullmatch(side) else f"{WORDS}({side})"


def _complaint(error: Exception, text: str) -> str:
    """Return what the engine's parser finds wrong, without the terms of its own."""
    span = _SPAN.search(str(error))
    if span is None:
        return re.sub(r"^\w+( at position \d+)?: |: \w+\(.*$", "", str(error))
    unexpected = text.encode()[int(span[1]) : int(span[2])].decode()
    return f"{unexpected!r} is out of place{'; a comma separates arguments' if unexpected == ';' else ''}"


def _by_digits(left: str, right: str) -> tuple[str, str]:
    """Make both sides of a comparison equal where Excel counts them as equal: in their first fifteen digits."""
    if any(side == "0" or side.upper() in ("TRUE", "FALSE") or side.startswith('"') for side in (left, right)):
        return left, right
    wrapped = [side if _LITERAL.fullmatch(side) else f"{DIGITS}({side})" for side in (left, right)]
    return wrapped[0], wrapped[1]


@cache
def _known_to_engine(name: str) -> bool:
    workbook = formualizer.Workbook()
    workbook.add_sheet("Sheet")
    workbook.set_formula("Sheet", 1, 1, f"={name}()")
    value = workbook.evaluate_cell("Sheet", 1, 1)
    return not (isinstance(value, dict) and value["kind"] == "Name")
