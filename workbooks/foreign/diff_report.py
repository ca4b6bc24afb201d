"""What differs between two workbooks, on the screen and as JSON: first what a person did, then what followed."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, fields
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import from_excel
from rich.table import Table

from workbooks.foreign.differences import Cells, Change, Differences, Fact, Lines, Value

if TYPE_CHECKING:
    from rich.console import Console

_MOST: Final = 50  # changes of a kind; JSON has them all
_LONGEST: Final = 300  # characters of a formula, a text, a list
_DIGITS: Final = (6, 9, 12, 15, 17)


def as_json(found: Differences, a: str, b: str) -> str:
    """Return the differences as one object; docs/any-workbook.md describes it.

    Parameters
    ----------
    found : what differs.
    a, b : names of the files.
    """
    told: dict[str, Any] = {"a": a, "b": b, "different": bool(found)}
    for part in fields(found):
        entries = getattr(found, part.name)
        told[part.name] = [_as_data(one) for one in entries]
    return json.dumps(told, indent=2, ensure_ascii=False)


def _as_data(entry: Fact | Lines | Change | int) -> Any:
    if isinstance(entry, int):
        return entry
    data = asdict(entry)
    return data | {"relative": entry.relative} if isinstance(entry, Change) else data


def print_text(found: Differences, a: str, b: str, console: Console) -> None:
    """Print the differences for a person to read.

    Parameters
    ----------
    found : what differs.
    a, b : names of the files.
    console : where to; one that takes text as it is, without markup.
    """
    facts = found.settings + found.sheets + found.names
    _print_lines("Structure", [*map(_fact, facts), *map(_lines, found.lines)], console)
    _print_cells("Inputs", found.inputs, console)
    _print_lines("Formulas", ["\n".join(_formula(one)) for one in found.formulas], console)
    _print_cells("Text", found.texts, console)
    named = [one for one in found.values if (one.b or one.a or _NOWHERE).name]
    _print_cells("Results that have a name", named, console)
    _print_results(found.values, console)
    for name, count in zip((a, b), found.without_value, strict=True):
        if count:
            console.print(
                f"{name}: {_counted(count, 'formula shows no value', 'formulas show no value')}, and so there was "
                "nothing to compare; 'aicapex recalc' computes them.\n",
                soft_wrap=True,
            )
    console.print(f"{a} and {b}: {summary(found)}", soft_wrap=True)


def summary(found: Differences) -> str:
    """Return in one line how much differs.

    >>> summary(Differences())
    'no differences in inputs, formulas and results'
    """
    structure = len(found.settings) + len(found.sheets) + len(found.names) + len(found.lines)
    cells = sum(one.count for one in found.formulas)
    told = [
        _counted(structure, "difference in structure", "differences in structure"),
        _counted(len(found.inputs), "input", "inputs"),
        _counted(cells, "cell with another formula", "cells with another formula"),
        _counted(len(found.texts), "text", "texts"),
        _counted(len(found.values), "result of the same formula", "results of the same formulas"),
    ]
    return ", ".join(filter(None, told)) or "no differences in inputs, formulas and results"


def shown(a: Cells | None, b: Cells | None) -> tuple[str, str]:
    """Return the values of a cell before and after, with as many digits as it takes to tell them apart.

    >>> was, now = (Cells("Gap", "D7", "", "", "", "", None, value, "0.0%") for value in (0.5, 0.500000001))
    >>> shown(was, now)
    ('50%', '50.0000001%')
    """
    if a is not None and b is not None and isinstance(a.value, str) != isinstance(b.value, str):
        texts = _shown(a, _DIGITS[0]), _shown(b, _DIGITS[0])
        return (_quoted(a, texts[0]), _quoted(b, texts[1])) if texts[0] == texts[1] else texts
    for digits in _DIGITS:
        texts = _shown(a, digits), _shown(b, digits)
        if texts[0] != texts[1]:
            return texts
    return _shown(a, _DIGITS[0]), _shown(b, _DIGITS[0])  # the same, such as that of a formula written anew


def _quoted(cells: Cells, text: str) -> str:
    return f'"{text}"' if isinstance(cells.value, str) else text


def _shown(cells: Cells | None, digits: int) -> str:
    value: Value = None if cells is None else cells.value
    if cells is None or value is None:
        return "–"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        return _cut(" ".join(value.split()) if digits < _DIGITS[-1] else json.dumps(value, ensure_ascii=False)) or '""'
    if is_date_format(cells.number_format) and 0 < value < 2958466:
        return str(from_excel(value)).removesuffix(" 00:00:00")
    percent = "%" in cells.number_format
    text = _number(value * 100 if percent else value, digits) + ("%" if percent else "")
    is_year = cells.number_format == "General" and 1000 <= value < 10000 and value.is_integer()
    return text.replace(",", "") if is_year else text  # it may be one


def _number(value: float, digits: int) -> str:
    if not math.isfinite(value) or (value and not 1e-6 <= abs(value) < 1e15):
        return f"{value:.{digits}g}"
    text = f"{Decimal(f'{value:.{digits - 1}e}'):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _print_lines(title: str, lines: Sequence[str], console: Console) -> None:
    if lines:
        console.print(title, style="bold")
        for line in lines[:_MOST]:
            console.print(line, soft_wrap=True)
        _print_rest(len(lines), console)


def _print_cells(title: str, changes: Sequence[Change], console: Console) -> None:
    if changes:
        table = _table("cell", "what", "was", "now", "change")
        for one in changes[:_MOST]:
            table.add_row(_place(one), _called(one), *shown(one.a, one.b), _relative(one))
        console.print(title, style="bold")
        console.print(table)
        _print_rest(len(changes), console)


def _print_results(changes: Sequence[Change], console: Console) -> None:
    """Print how many results differ on each sheet, and the one that differs most."""
    if not changes:
        return
    table = _table("sheet", "cells", "most at", "what", "was", "now", "change")
    for sheet, group in groupby(changes, key=lambda one: (one.b or one.a or _NOWHERE).sheet):
        of_sheet = list(group)
        most = max(of_sheet, key=_weight)
        place = (most.b or most.a or _NOWHERE).cells
        table.add_row(sheet, f"{len(of_sheet):,}", place, _called(most), *shown(most.a, most.b), _relative(most))
    console.print("Results of the same formulas, and the largest change on each sheet", style="bold")
    console.print(table)
    console.print()


def _weight(change: Change) -> float:
    """Return how much a result differs: new errors most, then numbers by their share, then texts."""
    values = [side.value if side else None for side in (change.a, change.b)]
    if isinstance(values[1], str) and values[1].startswith("#"):
        return math.inf
    if change.relative is not None:
        return abs(change.relative)
    return -1.0 if all(isinstance(value, str) for value in values) else 1e300


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        right = heading in ("was", "now", "change", "cells")
        table.add_column(heading, justify="right" if right else "left", overflow="fold", header_style="dim")
    return table


def _fact(fact: Fact) -> str:
    if fact.a is None:
        return f"  {fact.about}: new ({_cut(fact.b or '')})"
    if fact.b is None:
        return f"  {fact.about}: gone (it was {_cut(fact.a)})"
    if fact.a == fact.b:  # a name that was not adapted when rows were inserted
        return f"  {fact.about}: still {_cut(fact.a)}, but the cells have moved"
    return f"  {fact.about}: {_cut(fact.a)} -> {_cut(fact.b)}"


def _lines(lines: Lines) -> str:
    what = lines.kind if ":" in lines.lines else lines.kind.removesuffix("s")
    labels = f" ({_cut(', '.join(lines.labels))})" if lines.labels else ""
    return f"  {lines.sheet}: {what} {lines.lines} {'inserted' if lines.inserted else 'deleted'}{labels}"


def _formula(change: Change) -> list[str]:
    """Return a headline and what the formula was and is."""
    count = f", {change.count:,} cells" if change.count > 1 else ""
    values = shown(change.a, change.b)
    head = f"  {_place(change)}  {_called(change)}{count}".rstrip()
    sides = zip(("was", "now"), (change.a, change.b), values, strict=True)
    texts = [side.formula for side in (change.a, change.b) if side is not None]
    alike = len(texts) == 2 and texts[0] == texts[1]
    hint = ["    the text is the same, but cells that it refers to have moved"] if alike else []
    return [head, *(f"    {word}  {_content(side, value)}" for word, side, value in sides), *hint]


def _content(side: Cells | None, value: str) -> str:
    if side is None or side.formula is None:
        return value
    return _cut(side.formula) + (f"  ->  {value}" if side.value is not None else "")


def _place(change: Change) -> str:
    a, b = change.a, change.b
    now = b or a or _NOWHERE
    moved = a is not None and b is not None and (a.sheet, a.cells) != (b.sheet, b.cells)
    before = f" (was {a.cells if a.sheet == now.sheet else f'{a.sheet}!{a.cells}'})" if a is not None and moved else ""
    return f"{now.sheet}!{now.cells}{before}"


def _called(change: Change) -> str:
    cells = change.b or change.a or _NOWHERE
    words = ", ".join(filter(None, (cells.label, cells.header)))
    unit = f" [{cells.unit}]" if cells.unit else ""
    name = f" ({cells.name})" if cells.name else ""
    return _cut(f"{words}{unit}{name}".strip(), 60)


def _relative(change: Change) -> str:
    if change.relative is None:
        return ""
    return f"{change.relative:+.3g}" if abs(change.relative) >= 10 else f"{change.relative:+.2%}"


def _print_rest(count: int, console: Console) -> None:
    if count > _MOST:
        console.print(f"  ... and {count - _MOST:,} more; --format json lists all.")
    console.print()


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}" if count else ""


def _cut(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


_NOWHERE: Final = Cells("", "", "", "", "", "", None, None, "")
