"""What differs between two workbooks, as data: the same facts for the screen, for scripts and for Python."""

from __future__ import annotations

from dataclasses import dataclass, field

Value = float | str | bool | None


@dataclass(frozen=True)
class Cells:
    """A cell, or a range of cells in which the same was done, in one of the two workbooks.

    Parameters
    ----------
    sheet, cells : where: ``Gap``, ``D7`` or ``E5:P5``.
    label, header, unit : the text to its left, the text or period above it, its unit; of the first cell.
    name : the name that the workbook gives to the cell.
    formula : as a person sees it, of the first cell; None for what was typed.
    value : what the first cell shows: a number, text, truth value, or an error as ``#N/A``; None if nothing is stored.
    number_format : its format code.
    """

    sheet: str
    cells: str
    label: str
    header: str
    unit: str
    name: str
    formula: str | None
    value: Value
    number_format: str


@dataclass(frozen=True)
class Change:
    """A cell, or a range of ``count`` cells, before and after; None where there is none."""

    a: Cells | None
    b: Cells | None
    count: int = 1

    @property
    def relative(self) -> float | None:
        """By how much of the old value the new one differs; None unless both are numbers and the old one is not 0."""
        old, new = (side.value if side else None for side in (self.a, self.b))
        if isinstance(old, float) and isinstance(new, float) and old:
            return (new - old) / abs(old)
        return None


@dataclass(frozen=True)
class Lines:
    """Rows or columns that one of the two has and the other has not.

    Parameters
    ----------
    sheet : in the workbook that has them.
    kind : "rows" or "columns".
    lines : ``12``, ``12:14`` or ``C:D``.
    labels : what they are called.
    inserted : whether the second workbook has them; else the first one, and they were deleted.
    """

    sheet: str
    kind: str
    lines: str
    labels: tuple[str, ...]
    inserted: bool


@dataclass(frozen=True)
class Fact:
    """Something about a whole sheet, a name or the workbook: what it is about, before and after; None for absent.

    For a sheet that one of the two lacks the text says what it holds.
    """

    about: str
    a: str | None
    b: str | None


@dataclass
class Differences:
    """What differs between two workbooks a and b; false if nothing does.

    Parameters
    ----------
    settings : of the workbook: dates, iteration, precision, macros, places of the sheets.
    sheets : added, removed, renamed, hidden or shown.
    names : defined names whose cells or formula differ.
    lines : rows and columns inserted or deleted; their cells are among the inputs, formulas and texts.
    inputs : numbers, dates and truth values that were typed, and text in cells that have a name or a drop-down.
    texts : all other text that was typed.
    formulas : formulas that differ, were typed over, or are new; the same change along a row or column is one.
    values : results that differ although their formula does not.
    without_value : how many formulas of each workbook show no value, so that their results were not compared.
    """

    settings: list[Fact] = field(default_factory=list)
    sheets: list[Fact] = field(default_factory=list)
    names: list[Fact] = field(default_factory=list)
    lines: list[Lines] = field(default_factory=list)
    inputs: list[Change] = field(default_factory=list)
    texts: list[Change] = field(default_factory=list)
    formulas: list[Change] = field(default_factory=list)
    values: list[Change] = field(default_factory=list)
    without_value: tuple[int, int] = (0, 0)

    def __bool__(self) -> bool:
        return bool(
            self.settings or self.sheets or self.names or self.lines or self.inputs or self.texts
            or self.formulas or self.values
        )  # fmt: skip
