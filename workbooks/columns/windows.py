"""What the references of a formula stand for that is copied down a column, seen from the row of each copy.

The formula is read for two rows far from any number in it. What differs then is what moves with the row; if anything
but the rows of references does, or by another distance, the cells hold no copies of one formula.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workbooks.formulas import FormulaError
from workbooks.vector.parsing import Area, Constant, Function, Node, Operation, Sign, Table

# Rows with different numbers of digits: no other number that holds the digits of a row moves by as much in both.
HERE, THERE = 500_003, 70_009


@dataclass(frozen=True)
class Window:
    """The cells that a reference stands for.

    Parameters
    ----------
    sheet, left, right : sheet and columns.
    top, bottom : rows; if it moves, from the formula's own row on.
    moves : whether it moves with the row of the formula.
    """

    sheet: str
    left: int
    right: int
    top: int
    bottom: int
    moves: bool


def windows_of(here: Node, there: Node) -> dict[Area, Window]:
    """Return what the references of a formula stand for, from how it reads in two rows.

    Raises
    ------
    FormulaError
        It is not the same formula.
    """
    windows: dict[Area, Window] = {}
    for one, other in _areas(here, there):
        window = _window(one, other)
        if windows.setdefault(one, window) != window:
            raise FormulaError("they are no copies")
    return windows


def _areas(here: Node, there: Node) -> Iterator[tuple[Area, Area]]:
    """Yield the references of a formula as read in two rows.

    Raises
    ------
    FormulaError
        Something else differs, or the formula looks at where its references are.
    """
    match here, there:
        case Area(), Area():
            yield here, there
        case Sign(), Sign() if here.sign == there.sign:
            yield from _areas(here.operand, there.operand)
        case Operation(), Operation() if here.sign == there.sign:
            yield from _areas(here.left, there.left)
            yield from _areas(here.right, there.right)
        case Function(), Function() if _alike(here, there):
            for one, other in zip(here.arguments, there.arguments, strict=True):
                if one is not None and other is not None:
                    yield from _areas(one, other)
        case (Constant(), Constant()) | (Table(), Table()) if here == there:
            pass
        case _:
            raise FormulaError("they are no copies")


def _alike(here: Function, there: Function) -> bool:
    skipped = [[one is None for one in call.arguments] for call in (here, there)]
    return here.name == there.name and here.name != "ROW" and skipped[0] == skipped[1]


def _window(here: Area, there: Area) -> Window:
    """Return what a reference stands for, from what it is in two rows.

    Raises
    ------
    FormulaError
        Only one end of it moves, or something else than its rows.
    """
    same = (here.sheet, here.left, here.right) == (there.sheet, there.left, there.right)
    if same and (here.top, here.bottom) == (there.top, there.bottom):
        return Window(here.sheet, here.left, here.right, here.top, here.bottom, moves=False)
    window = Window(here.sheet, here.left, here.right, here.top - HERE, here.bottom - HERE, moves=True)
    if same and (window.top, window.bottom) == (there.top - THERE, there.bottom - THERE):
        return window
    raise FormulaError("they are no copies")
