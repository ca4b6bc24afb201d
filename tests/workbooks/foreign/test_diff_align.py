"""Lines are paired so that little is left to tell, the same way round both ways."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from workbooks.foreign.diff_align import Line, aligned

LINES = st.lists(
    st.builds(
        Line.of, st.sampled_from(["", "a", "b", "c"]), st.just(()), st.lists(st.integers(0, 3), min_size=1, max_size=2)
    ),
    max_size=7,
)


@given(a=LINES, b=LINES)
def test_pairs_rise_and_do_not_depend_on_the_order(a: list[Line], b: list[Line]) -> None:
    pairs = aligned(a, b)
    assert all(i < k and j < n for (i, j), (k, n) in pairwise(pairs))
    assert all(i < len(a) and j < len(b) for i, j in pairs)
    if a != b:
        assert sorted((i, j) for j, i in aligned(b, a)) == pairs
    assert aligned(a, a) == [(i, i) for i in range(len(a))]


@given(lines=LINES, new=st.lists(st.integers(10, 99), min_size=1, max_size=3), data=st.data())
def test_a_new_line_is_found(lines: list[Line], new: list[int], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(lines)))
    longer = [*lines[:place], Line.of("new", (), new), *lines[place:]]
    pairs = aligned(lines, longer)
    assert [lines[i].cells for i, _ in pairs] == [longer[j].cells for _, j in pairs] == [line.cells for line in lines]


def test_a_replaced_line_is_two() -> None:
    a = [Line.of("Price", (), [5]), Line.of("Old cost", (), [1, 2]), Line.of("Volume", (), [7])]
    b = [Line.of("Price", (), [5]), Line.of("Power", (), [8, 9]), Line.of("Volume", (), [7])]
    assert aligned(a, b) == [(0, 0), (2, 2)]


def test_a_renamed_line_is_one() -> None:
    a = [Line.of("Price", (), [5]), Line.of("Cost", (), [1, 2]), Line.of("Volume", (), [7])]
    b = [Line.of("Price", (), [5]), Line.of("Costs", (), [1, 2]), Line.of("Volume", (), [7])]
    assert aligned(a, b) == [(0, 0), (1, 1), (2, 2)]


def test_long_lists_of_equal_lines_take_no_time() -> None:
    line, other = Line.of("", (), [1]), Line.of("", (), [2])
    a, b = [line] * 3000 + [other] * 3000, [other] * 3000 + [line] * 2999
    assert len(aligned(a, b)) >= 2999
