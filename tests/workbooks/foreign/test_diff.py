"""A comparison tells what was edited, all of it and nothing else."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.cell import cols_from_range

from tests.workbooks.foreign.edited import EDITS, Expected, drawn, edit
from workbooks.foreign.diff import diff
from workbooks.foreign.differences import Cells, Change, Differences


def cells(side: Cells | None) -> list[tuple[str, str]] | None:
    if side is None:
        return None
    area = side.cells if ":" in side.cells else f"{side.cells}:{side.cells}"
    return [(side.sheet, address) for column in cols_from_range(area) for address in column]


def places(changes: list[Change]) -> set:
    found = set()
    for change in changes:
        sides = [cells(change.a) or [None] * change.count, cells(change.b) or [None] * change.count]
        pairs = list(zip(*sides, strict=True))
        assert len(pairs) == change.count
        assert not found & set(pairs), "told twice"
        found |= set(pairs)
    return found


def facts(found: Differences) -> Expected:
    return Expected(
        inputs=places(found.inputs),
        texts=places(found.texts),
        formulas=places(found.formulas),
        values=places(found.values),
        lines={(one.sheet, one.kind, line, one.inserted) for one in found.lines for line in spread(one.lines)},
        names={(one.about, one.a is not None, one.b is not None) for one in found.names},
        sheets={
            (one.about, one.a, one.b) if one.about.startswith("name of") else (one.about, bool(one.a), bool(one.b))
            for one in found.sheets
        },
    )


def spread(lines: str) -> list[str]:
    first, _, last = lines.partition(":")
    return [first] if not last else [str(line) for line in range(int(first), int(last) + 1)]


def swapped(change: Change) -> Change:
    return Change(change.b, change.a, change.count)


@settings(max_examples=100)
@given(seed=st.integers(0, 10**9), edits=st.lists(st.sampled_from(EDITS), max_size=6))
def test_edits_are_what_is_told(seed: int, edits: list[str]) -> None:
    chance = Random(seed)
    before = drawn(chance)
    after, expected = edit(before, edits, chance)
    a, b = before.save(), after.save()
    found = diff(a, b)
    assert facts(found) == expected
    assert bool(found) == (expected != Expected())
    assert not found.settings
    assert not diff(b, b)
    other = diff(b, a)
    for kind in ("inputs", "texts", "formulas", "values"):
        assert set(map(swapped, getattr(other, kind))) == set(getattr(found, kind)), kind
    assert {(one.sheet, one.kind, one.lines, not one.inserted) for one in other.lines} == {
        (one.sheet, one.kind, one.lines, one.inserted) for one in found.lines
    }
    assert {(one.b, one.a) for one in other.sheets + other.names} == {
        (one.a, one.b) for one in found.sheets + found.names
    }
