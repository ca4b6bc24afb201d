"""A formula with plain ones in place of its calls of our functions, wherever they stand in it.

Each call becomes the function's native formula with the caller's own arguments. Three things make this more than
putting texts together:

* An argument that the native formula uses several times, and that is long, is computed in a helper cell: what an
  argument adds to a formula by being repeated is at most ``REPEATED`` characters. In a formula that stands in no
  cell (a name, a format) that goes for absolute references only; else it is repeated.
* Where a range stands for a single value, the call computes cell by cell. So must the formula: ``IF(a>b,a,b)`` in place
  of ``MAX(a,b)``, a product in place of ``AND``; and it becomes an array formula if it is not one already.
* What a schedule fills several cells with is an array formula too, over as many numbers as there are years.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from udfs import FUNCTIONS, Definition, NativeFormError, NativeFormula
from udfs.trace import ATOM, Argument, weakest_operator
from workbooks.engine.table_references import of_this_row
from workbooks.foreign.helper_cells import Helper, HelperCells
from workbooks.foreign.ledger_table import lookup
from workbooks.foreign.limits import check_circle, check_depth, check_length, check_lists
from workbooks.foreign.movable import fills_cells, qualified
from workbooks.foreign.names import handed_over
from workbooks.foreign.native_arguments import TEXT, Slot, cell_by_cell, figure, flows_argument
from workbooks.foreign.shapes import ONE, Scope, Shape, names_of_let
from workbooks.formulas import Call, calls, replace_references, rewrite

REPEATED: Final = 100  # characters
# A private character stands for an argument until all is put together, and one for the number of a schedule's row.
_FIRST_MARK: Final = 0xE100
_ROW: Final = "\ue0ff"
_DRAWN: Final = frozenset({"RAND", "RANDARRAY", "RANDBETWEEN"})  # no two calls give the same
_NOT_FOUND: Final = "#NAME?"  # what the name of a function stands for that Excel did not find, and kept as a name
Kind = Literal["cell", "array", "column", "name", "rule"]


@dataclass(frozen=True)
class Place:
    """Where a formula stands.

    Parameters
    ----------
    kind : "cell": an ordinary formula. "array": an array formula, or one that spills. "column": what a table puts
        into new rows. "name": it stands in no cell, but is what a name stands for. "rule": nor there, but in a
        conditional format or a validation.
    sheet : that it stands on; "" for a name of the whole workbook.
    cell : "" for a column, a name and a rule.
    scope : what names mean there.
    local : names in capitals that are that sheet's own.
    merged : whether the cell is merged with others, so that it can't have an array formula.
    """

    kind: Kind
    sheet: str = ""
    cell: str = ""
    scope: Scope = field(default_factory=Scope)
    local: Collection[str] = ()
    merged: bool = False

    @property
    def no_arrays(self) -> bool:
        """Whether it is none where LibreOffice computes array formulas."""
        return self.kind in ("name", "rule")


def portable_formula(formula: str, place: Place, helpers: HelperCells) -> NativeFormula:
    """Return the formula without our functions, and whether it must be an array formula.

    Parameters
    ----------
    formula : from ``=`` on, with plain names.
    place : where it stands.
    helpers : give the helper cells that it needs; none if it can't be made plain.

    Raises
    ------
    NativeFormError
        It can't be made plain; the message says why.
    """
    start = helpers.mark()
    try:
        formula = replace_references(
            formula, lambda reference: of_this_row(reference, place.scope.tables, place.scope.table)
        )
        handed = handed_over(formula)
        if handed:
            raise NativeFormError(f"{handed} is handed to another function: write its call with all arguments")
        conversion = _Conversion(formula, place, helpers, aside=place.no_arrays)
        text, array = conversion.result()
        if array and place.kind != "array" and fills_cells(formula, place.scope):
            helpers.back_to(start)
            text, array = _Conversion(formula, place, helpers, aside=True).result()
        elif array and place.merged:
            text, array = conversion.moved(text), False
        check_length(text)
        check_depth(text)
        check_circle(formula, text, place.sheet, place.cell)
        if place.kind == "rule":
            check_lists(formula, text)
    except NativeFormError:
        helpers.back_to(start)
        raise
    return NativeFormula(text, array)


class _Conversion:
    """One formula on its way.

    Parameters
    ----------
    formula, place, helpers : as for ``portable_formula``.
    aside : whether what must be an array formula goes into helper cells.
    """

    def __init__(self, formula: str, place: Place, helpers: HelperCells, *, aside: bool) -> None:
        self._formula = formula
        self._place = place
        self._helpers = helpers
        self._aside = aside
        self._scope = replace(place.scope, own=names_of_let(formula), several=place.kind == "array")
        # Where there is LAMBDA, every formula is one for arrays.
        self._always_array = any(call.name == "LAMBDA" for call in calls(formula))
        self._arrays: list[str] = []

    def result(self) -> tuple[str, bool]:
        """Return the formula, and whether it must be an array formula."""
        text = rewrite(rewrite(self._formula, self._plain), self._schedule)
        return text, self._needs_array(text)

    def moved(self, text: str) -> str:
        """Return a formula that shows what an array formula in a helper cell shows."""
        return "=" + self._moved(text[1:], "the formula of a merged cell", array=True)

    def _plain(self, call: Call) -> str | None:
        """Return the text for any call but one of a schedule of which all rows are wanted."""
        if call.name == "INDEX":
            return self._row_of_schedule(call)
        if call.name == "SINGLE" and len(call.arguments) == 1 and self._scope.shape(call.arguments[0] or "0").single:
            only = call.arguments[0] or "0"  # Excel's @, which newer Excel puts before functions that it does not know
            return only if call.whole or weakest_operator(only) == ATOM else f"({only})"
        function = FUNCTIONS.get(call.name)
        if function is None:
            return None
        if call.name in self._scope.names and self._scope.names[call.name] != _NOT_FOUND:
            raise NativeFormError(f"{call.name} is a name of the workbook's own: rename it")
        known = figure(call)
        if known is not None:
            return known
        single = all(self._scope.shape(text).single for text in call.arguments if text)
        found = lookup(call, single=single, columns=self._helpers.ledger)
        if found is not None:
            return found
        if function.native_row:
            return None
        return self._native(call, function, call.arguments)

    def _row_of_schedule(self, call: Call) -> str | None:
        """Return the text for ``INDEX(schedule, row)``; None for any other INDEX."""
        if len(call.arguments) not in (2, 3) or call.arguments[0] is None:
            return None
        inner = calls(f"={call.arguments[0]}")[:1]
        function = FUNCTIONS.get(inner[0].name) if inner and inner[0].alone else None
        row = call.arguments[1]
        in_first_column = len(call.arguments) == 2 or (call.arguments[2] or "").strip() == "1"
        if function is None or not function.native_row or row is None or not row.strip("0 ") or not in_first_column:
            return None
        return self._native(call, function, inner[0].arguments, row, self._scope.shape(row))

    def _schedule(self, call: Call) -> str | None:
        """Return the text for all rows of a schedule."""
        function = FUNCTIONS.get(call.name)
        if function is None or function.native_row is None:
            return None
        if self._aside and not self._always_array:
            raise NativeFormError(f"{call.name} fills several cells: put it into cells, and refer to them")
        if not all(self._scope.shape(text).single for text in call.arguments if text):
            raise NativeFormError(f"{call.name} is given a range in place of one value: give it one cell")
        if call.alone and self._place.kind != "array":  # an ordinary formula shows the first cell of its result
            return self._native(call, function, call.arguments, "1")
        years = next(place for place, one in enumerate(function.parameters) if one.kind.whole)
        count = call.arguments[years] if len(call.arguments) > years else None
        return self._native(call, function, call.arguments, self._helpers.numbers(count or "1"), Shape(None, 1))

    def _native(
        self,
        call: Call,
        function: Definition,
        arguments: Sequence[str | None],
        row: str | None = None,
        row_shape: Shape = ONE,
    ) -> str:
        """Return the text that stands for a call.

        Parameters
        ----------
        call : what it stands for.
        function, arguments : of ours.
        row, row_shape : of a schedule, the number of the row.
        """
        symbols = [self._symbol(function, place, text) for place, text in enumerate(arguments)]
        form = function.formula(*symbols) if row is None else function.row_formula(Slot(_ROW), *symbols)
        form = replace(form, text=self._with_cell_before(form.text, function, symbols))
        slots = [(one, text) for one, text in zip(symbols, arguments, strict=True) if isinstance(one, Slot) and text]
        ranges = [slot for slot, text in slots if not self._scope.shape(text).single]
        spreads = bool(ranges) or not row_shape.single
        text = cell_by_cell(function, form.text, ranges) if spreads else form.text
        for slot, argument in slots:
            name = function.parameters[ord(slot.text) - _FIRST_MARK].name
            text = self._filled_in(text, slot.text, argument, f"{function.name}: {name}")
            check_length(text)  # here, or it could grow without end
        text = text.replace(_ROW, row or "")
        if (form.array or spreads) and not self._always_array:
            if not self._aside:
                self._arrays.append(text)
            elif spreads:
                raise NativeFormError(
                    f"{function.name} is given a range in place of one value, which takes an array formula: put the "
                    "call into cells of its own"
                )
            elif fills_cells(f"={call.name}({','.join(text or '' for text in arguments)})", self._scope):
                raise NativeFormError(f"{function.name} takes an array formula: put the call into a cell of its own")
            else:
                return self._moved_or_whole(text, function.name)
        return text if call.whole or weakest_operator(text) == ATOM else f"({text})"

    def _with_cell_before(self, form: str, function: Definition, symbols: Sequence[Argument | None]) -> str:
        """Return a native form with the reference to flows and the cell before them, where they lie in a table."""
        for flows in (one.address or one.text for one in symbols if one is not None):
            if f"before:{flows}" in form:
                longer = of_this_row(flows, self._scope.tables, self._scope.table, before=1)
                if longer is None:
                    raise NativeFormError(f"{function.name} needs the address of its range of flows, such as D12:M12")
                form = form.replace(f"before:{flows}", longer)
        return form

    def _symbol(self, function: Definition, place: int, text: str | None) -> Argument | None:
        """Return what stands for an argument while the native formula is written."""
        if text is None:
            return None
        parameter = function.parameters[place] if place < len(function.parameters) else None
        if parameter is not None and parameter.kind.choices and TEXT.fullmatch(text):
            return Argument(text)
        if parameter is not None and parameter.kind.shape == "series":
            shape = self._scope.shape(text)
            if not shape.single:
                return flows_argument(function, text, shape, self._scope)
        return Slot(chr(_FIRST_MARK + place), binding=weakest_operator(text))

    def _filled_in(self, text: str, mark: str, argument: str, meaning: str) -> str:
        """Put an argument into a formula in place of its mark."""
        uses = text.count(mark)
        drawn = uses > 1 and any(call.name in _DRAWN for call in calls(f"={argument}"))
        single = self._scope.shape(argument).single
        if drawn and not single:
            raise NativeFormError(f"{meaning.partition(':')[0]} is given random numbers, put them into cells")
        if drawn or (single and (uses - 1) * len(argument) > REPEATED):
            try:
                array = self._place.kind == "array" or self._needs_array(argument)
                return text.replace(mark, self._moved(argument, meaning, array=array))
            except NativeFormError:
                if drawn:
                    raise
        return text.replace(mark, argument)

    def _moved(self, text: str, meaning: str, *, array: bool) -> str:
        """Return the reference to a helper cell that holds a text."""
        place = self._place
        moved = qualified(text, self._scope, place.sheet, place.local, fixed=not place.cell, array=array)
        if moved is None:
            raise NativeFormError(
                f"{meaning.partition(':')[0]} stands where its plain formula can't be computed: put the call into a "
                "cell of its own"
            )
        used_by = f"{place.sheet}!{place.cell}" if place.cell else place.sheet or "a name"
        return self._helpers.reference(Helper(f"={moved}", array, used_by, meaning))

    def _moved_or_whole(self, text: str, meaning: str) -> str:
        """Return what stands for one value of an array formula where there is none."""
        try:
            return self._moved(text, meaning, array=True)
        except NativeFormError:
            if not self._place.no_arrays:
                raise
            # Excel computes arrays in rules anyway, LibreOffice within SUMPRODUCT alone.
            return f"SUMPRODUCT({text})"

    def _needs_array(self, text: str) -> bool:
        return any(array in text for array in self._arrays)
