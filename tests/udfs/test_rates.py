"""All internal rates of return, held against NumPy's roots of polynomials and pyxirr."""

import sys

import numpy as np
import pytest
import pyxirr
from hypothesis import assume, given
from hypothesis import strategies as st

from udfs.rates import rates_of_return

amounts = st.integers(-1000, 1000).map(float)


def by_numpy(flows):
    """Rates from the eigenvalues of the companion matrix, simple real roots only."""
    growth = np.roots(np.trim_zeros(np.array(flows)))
    real = [root.real for root in growth if abs(root.imag) < 1e-9 * abs(root)]
    return sorted(root - 1 for root in real if 0 < root <= 11)


@given(st.lists(amounts, min_size=2, max_size=9))
def test_numpy_finds_the_same(flows):
    assume(any(flows))
    growth = np.roots(np.trim_zeros(np.array(flows)))
    # Roots that all but coincide, or lie at the edge of what is looked for, are a matter of the last digits.
    assume(all(abs(a - b) > 1e-3 * abs(a) for i, a in enumerate(growth) for b in growth[:i]))
    assume(all(abs(root.imag) > 1e-3 * abs(root) or abs(root.imag) < 1e-12 * abs(root) for root in growth))
    assume(all(abs(root - edge) > 1e-3 for root in growth for edge in (0, 11)))
    assert rates_of_return(flows) == pytest.approx(by_numpy(flows), rel=1e-6, abs=1e-6)


@given(st.floats(1, 1e12), st.lists(st.floats(0.001, 1), min_size=1, max_size=30), st.booleans())
def test_one_change_of_sign_without_pyxirr(capital, parts, lent):
    """A host may have nothing but Python's standard library: the own search finds pyxirr's rate."""
    flows = [-capital, *(capital * part for part in parts)]
    if lent:
        flows = [-flow for flow in flows]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "pyxirr", None)
        own = rates_of_return(flows)
    assert own == pytest.approx(rates_of_return(flows), abs=1e-9)
    expected = pyxirr.irr(flows)
    if expected is not None:
        assert own == pytest.approx([expected] if -1 < expected <= 10 else [], abs=1e-9)
    else:  # it gives up below -60% now and then; there is one rate all the same
        [rate] = own
        worth = pyxirr.npv(rate, flows)
        assert worth == pytest.approx(0, abs=1e-9 * capital)


@pytest.mark.parametrize(
    ("flows", "rates"),
    [
        ([], []),
        ([0.0, 0.0], []),
        ([-100.0], []),
        ([-100.0, -10.0], []),
        ([-100.0, 110.0], [0.1]),
        ([0.0, 0.0, -100.0, 110.0, 0.0], [0.1]),  # time starts and ends with the money
        ([-100.0, 1100.0], [10.0]),  # the highest that counts
        ([-100.0, 1101.0], []),
        ([100.0, -230.0, 132.0], [0.1, 0.2]),
        ([-1000.0, 6000.0, -11000.0, 6000.0], [0.0, 1.0, 2.0]),
        ([-100.0, 220.0, -121.0], [0.1]),  # two that coincide
        ([-1.0, 3.0, -3.0], []),  # complex ones do not count
        ([1.0, -2.0, 1.0], [0.0]),
    ],
)
def test_known_rates(flows, rates):
    assert rates_of_return(flows) == pytest.approx(rates, abs=1e-6)


def test_hotchkiss_oil_pump():
    """Lorie and Savage's pump (1955): -1600, 10000, -10000 has the rates 25% and 400%."""
    assert rates_of_return([-1600.0, 10000.0, -10000.0]) == pytest.approx([0.25, 4.0], rel=1e-9)
