"""Domains: one comparison decides exactly what the words say."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs import FUNCTIONS, kinds
from udfs.kinds import FRACTION, LARGEST, MONEY, Kind

KINDS = {
    kind: parameter.name
    for function in FUNCTIONS.values()
    for parameter in function.parameters
    for kind in [parameter.kind]
    if kind.numeric
}
PLAIN = Kind("number", "x", "0")


@pytest.mark.parametrize("kind", KINDS, ids=KINDS.values())
@given(st.one_of(st.floats(), st.floats(-2, 2), st.integers(-9000, 9000).map(float)))
def test_a_number_is_in_the_domain_or_not(kind, number):
    above = number > kind.low if kind.low_open else number >= kind.low
    below = number < kind.high if kind.high_open else number <= kind.high
    whole = not kind.whole or (math.isfinite(number) and number == int(number))
    assert kind.holds(number) == (above and below and whole)


@pytest.mark.parametrize("kind", KINDS, ids=KINDS.values())
def test_neither_nan_nor_infinity_nor_beyond_all_amounts(kind):
    for number in (math.nan, math.inf, -math.inf, LARGEST * 1.01, -LARGEST * 1.01):
        assert not kind.holds(number)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (MONEY, ""),
        (FRACTION.within(at_least=0, below=1), "at least 0 and below 1"),
        (FRACTION.within(at_least=0, at_most=1), "at least 0 and at most 1"),
        (FRACTION.within(above=-1), "above -1"),
        (PLAIN.within(at_most=0.5), "at most 0.5"),
        (
            Kind("count", "", "0", whole=True).within(at_least=1, at_most=1000),
            "a whole number and at least 1 and at most 1000",
        ),
        (Kind("method", "text", "@", choices=("SL", "SYD")), "one of SL, SYD"),
    ],
)
def test_domain_in_words(kind, words):
    assert kind.domain == words


def test_within_narrows_and_keeps_the_rest():
    margin = FRACTION.within(at_least=0, below=1)
    assert (margin.noun, margin.unit, margin.number_format) == (FRACTION.noun, FRACTION.unit, FRACTION.number_format)
    later = margin.within(above=0)
    assert (later.low, later.low_open, later.high, later.high_open) == (0, True, 1, True)
    assert FRACTION.low == -LARGEST  # the first kind is as it was
    assert not later.holds(0.0)
    assert later.holds(5e-324)
    assert later.holds(1 - 2**-53)
    assert not later.holds(1.0)


def test_kinds_say_what_they_mean():
    """Every type for a signature carries one kind, with words, and a format that shows a number."""
    types = [hint for hint in vars(kinds).values() if hasattr(hint, "__metadata__")]
    assert len(types) > 20
    for hint in types:
        [kind] = hint.__metadata__
        assert isinstance(kind, Kind)
        assert kind.noun
        assert kind.low <= kind.high
        assert kind.number_format
