"""A cell with a formula, as a worksheet's XML has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workbooks.foreign.cell_text import CELL_MARK, KIND, VALUE_MARK, Value, cell_xml, patterns
from workbooks.foreign.xml_text import attributes, text_in, text_of

if TYPE_CHECKING:
    from workbooks.foreign.cells import SheetCells


class Keep:
    """Stands for what shall stay as it is."""


KEEP: Final = Keep()


class FormulaCell:
    """A cell with a formula, as the sheet has it.

    Attributes
    ----------
    address : as in ``B7``.
    kind : "" for an ordinary formula, else "shared", "array" (also one that spills) or "dataTable".
    reference : the cells that an array formula or data table fills, or the first of a shared formula is written for.
    group : number of the shared formula; "" for none.
    spills : whether it is marked as a dynamic array (``cm``).
    raw : the formula's text as it stands in the XML; empty in the copies of a shared formula.
    rich : whether its value is a data type such as a stock (``vm``); the cached value is then only a stand-in.
    """

    __slots__ = ("_rest", "_sheet", "address", "attributes", "end", "marks", "raw", "start")

    def __init__(
        self, sheet: SheetCells, address: str, attributes: bytes, marks: bytes, text: bytes, rest: bytes,
        start: int, end: int,
    ) -> None:  # fmt: skip
        self._sheet = sheet
        self.address = address
        self.attributes = attributes
        self.marks = marks
        self.raw = text
        self._rest = rest
        self.start = start
        self.end = end

    @property
    def kind(self) -> str:
        if not self.marks:
            return ""
        found = KIND.search(self.marks)
        kind = found[1].decode() if found else ""
        return "" if kind == "normal" else kind

    @property
    def reference(self) -> str:
        return attributes(self.marks).get("ref", self.address) if self.marks else self.address

    @property
    def group(self) -> str:
        return attributes(self.marks).get("si", "") if self.kind == "shared" else ""

    @property
    def spills(self) -> bool:
        return self.kind == "array" and CELL_MARK.search(self.attributes) is not None

    @property
    def rich(self) -> bool:
        return VALUE_MARK.search(self.attributes) is not None

    @property
    def written(self) -> str:
        """The formula as it stands here, from ``=`` on; "" in the copies of a shared formula."""
        return "=" + text_of(self.raw) if self.raw else ""

    @property
    def is_plain_number(self) -> bool:
        """Whether it has a formula of its own, and a number or no value, without anything that makes it special."""
        if not self.raw or b"t" in self.attributes or b"v" in self.attributes:  # as in t="str", vm="1"
            return False
        rest = self._rest
        return rest in self._sheet.no_value or (rest.startswith(self._sheet.value_start) and rest.count(b"<") == 2)

    @property
    def formula(self) -> str:
        """The formula, from ``=`` on; worked out for the copies of a shared one, ``=TABLE()`` for a data table."""
        if self.kind == "dataTable":
            return "=TABLE()"
        return self.written or self._sheet.shared_formula(self)

    @property
    def has_master(self) -> bool:
        """Whether the formula that a copy of a shared one copies is in the sheet."""
        return self._sheet.has_shared_formula(self.group)

    def as_value(self) -> bytes:
        """Return the cell with its value alone."""
        tag = self._sheet.prefix
        return b"<%sc%s>%s</%sc>" % (tag, self.attributes, self._rest, tag)

    @property
    def value(self) -> Value:
        """The cached value; None if there is none. Dates are serials."""
        if self._rest in self._sheet.no_value and b"t" not in self.attributes:
            return None
        if self.is_plain_number:
            try:
                return float(self._rest[len(self._sheet.value_start) : self._rest.index(b"<", 1)])
            except ValueError:
                pass  # told below
        return self._sheet.value_of(self.attributes, self._rest)

    def xml(self, formula: str | Keep | None, value: Value | Keep) -> bytes:
        """Return the cell with another formula and value.

        Parameters
        ----------
        formula, value : as ``SheetCells.edit`` takes them.
        """
        tag, marks = self._sheet.prefix, self.marks
        if formula is KEEP and value.__class__ is float and self.is_plain_number:
            number = repr(value + 0.0).removesuffix(".0").encode()  # -0 is shown as 0
            return b"<%sc%s><%sf%s>%s</%sf><%sv>%s</%sv></%sc>" % (
                tag, self.attributes, tag, marks, self.raw, tag, tag, number, tag, tag,
            )  # fmt: skip
        if isinstance(formula, str) and self.kind in ("shared", "dataTable"):
            marks = b""
        text = text_in(formula[1:]) if isinstance(formula, str) else self.raw
        if formula is None:
            element = b""
        elif text:
            if isinstance(formula, str) and formula[1:] != formula[1:].strip() and b"xml:space" not in marks:
                marks += b' xml:space="preserve"'
            element = b"<%sf%s>%s</%sf>" % (tag, marks, text, tag)
        else:
            element = b"<%sf%s/>" % (tag, marks)
        marked = self.attributes if formula is not None else CELL_MARK.sub(b"", self.attributes)
        if isinstance(value, Keep):
            value = self.value
            kind = KIND.search(self.attributes)
            is_date = kind is not None and kind[1] == b"d"  # as text, by the format
            if formula is not None or is_date or not (value is None or isinstance(value, str)):
                return b"<%sc%s>%s%s</%sc>" % (tag, marked, element, self._rest, tag)
        else:
            marked = VALUE_MARK.sub(b"", marked)
        known = patterns(tag)
        rest = known.inline.sub(b"", known.value.sub(b"", self._rest))
        return cell_xml(marked, element, value, tag, rest)
