"""Root search against functions whose solutions are known by construction."""

import math
import operator
from collections.abc import Callable
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.kinds import Kind
from udfs.solving import AnyValueError, solutions

ANY = Kind("number", "", "General")
FRACTION = ANY.within(at_least=0, below=1)
SHARE = ANY.within(above=0, at_most=1)
POSITIVE = ANY.within(above=0)
RATE = ANY.within(above=-1)
WHOLE = Kind("count", "", "0", low=0, whole=True)


def guarded(function: Callable[[float], float]) -> Callable[[float], float | None]:
    def value(x: float) -> float | None:
        try:
            y = function(x)
        except (ZeroDivisionError, ValueError, OverflowError):
            return None
        return y if not isinstance(y, complex) and math.isfinite(y) else None

    return value


@pytest.mark.parametrize(
    ("function", "target", "domain", "expected"),
    [
        pytest.param(lambda x: 100 / (1 - x), 200, FRACTION, [0.5], id="pole at the edge"),
        pytest.param(lambda x: 100 / (1 - x), 1e9, FRACTION, [0.9999999], id="next to the pole at the edge"),
        pytest.param(lambda x: 100 / (1 - x), 50, FRACTION, [], id="outside the domain"),
        pytest.param(lambda x: 1 / (x - 3.3), 1e6, ANY, [3.300001], id="next to a pole inside"),
        pytest.param(lambda x: 1 / (x - 3.3), -1e6, ANY, [3.299999], id="other side of the pole"),
        pytest.param(lambda x: 1 / (x - 3), 0, ANY, [], id="never 0, though the sign changes"),
        pytest.param(lambda x: 1 / (x - 3) ** 2, 4, ANY, [2.5, 3.5], id="both sides of an even pole"),
        pytest.param(lambda x: x * x, 4, ANY, [-2, 2], id="two"),
        pytest.param(lambda x: (x - 3) * (x - 3.01) * (x + 7), 0, ANY, [-7, 3, 3.01], id="two near each other"),
        pytest.param(lambda x: (x - 3.123456) ** 2, 0, ANY, [3.123456], id="touches"),
        pytest.param(lambda x: (x - 3.123456) ** 2 + 1e-3, 0, ANY, [], id="does not quite touch"),
        pytest.param(lambda x: max(x, 5.0), 5, ANY, [5], id="flat without end on one side"),
        pytest.param(
            lambda x: min(max(x, 2.0), 2.0) if x <= 6 else x,
            2,
            POSITIVE,
            [6],
            id="flat from a bound that is not in the domain",
        ),
        pytest.param(lambda x: min(x, 0.25), 0.25, FRACTION, [0.25], id="flat up to a bound that is not in the domain"),
        pytest.param(lambda x: min(x, 0.25), 0.25, SHARE, [0.25, 1], id="flat up to the bound"),
        pytest.param(math.floor, 2.5, ANY, [], id="jumps over it"),
        pytest.param(lambda x: math.sqrt(x - 2), 1e-4, ANY, [2.00000001], id="edge of what can be computed"),
        pytest.param(lambda r: 230 / (1 + r) - 132 / (1 + r) ** 2, 100, RATE, [0.1, 0.2], id="two rates"),
        pytest.param(lambda x: x, 1e-8, ANY, [1e-8], id="small"),
        pytest.param(lambda x: x, 123456789e9, ANY, [123456789e9], id="large"),
        pytest.param(lambda x: 100 * (1 - 0.5 ** (x + 1)) / 0.5, 175, WHOLE, [2], id="whole number"),
        pytest.param(lambda x: 100 * (1 - 0.5 ** (x + 1)) / 0.5, 180, WHOLE, [], id="no whole number"),
    ],
)
def test_known_solutions(function, target, domain, expected):
    assert solutions(guarded(function), target, domain) == pytest.approx(expected, rel=1e-9)


def test_any_value():
    with pytest.raises(AnyValueError):
        solutions(lambda x: 7.0, 7, ANY)
    assert solutions(lambda x: 7.0, 8, ANY) == []


def test_no_value_at_all():
    assert solutions(lambda x: None, 0, ANY) == []


def test_says_a_half_and_not_almost():
    assert solutions(guarded(lambda x: 100 / (1 - x)), 200, FRACTION) == [0.5]


def test_looks_around_given_numbers():
    """A pole between two samples hides what is around it, unless its place is known."""

    def narrow(x: float) -> float:
        return 1e-6 / (x - 777.777) ** 2

    assert solutions(guarded(narrow), 1, ANY, near=[777.777]) == pytest.approx([777.776, 777.778], rel=1e-12)


@given(
    st.floats(-1e3, 1e3).filter(lambda x: abs(x) > 1e-2),
    st.lists(st.floats(1.15, 10), min_size=0, max_size=4),
    st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-3),
)
def test_all_roots_of_a_polynomial(first, factors, scale):
    """Roots at least 15% apart."""
    roots = sorted(accumulate([first, *factors], operator.mul))
    found = solutions(guarded(lambda x: scale * math.prod(x - root for root in roots)), 0, ANY)
    assert found == pytest.approx(roots, rel=1e-6)


@given(st.floats(1e-6, 1e12), st.floats(1e-6, 1e12), st.floats(-1e12, 1e12))
def test_monotone(slope, x, shift):
    target = slope * x + shift
    found = solutions(lambda y: slope * y + shift, target, ANY)
    assert found
    for y in found:  # several where rounding hides the slope
        assert slope * y + shift == pytest.approx(target, rel=1e-9, abs=1e-9 * slope * x)
