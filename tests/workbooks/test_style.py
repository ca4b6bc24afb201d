"""The palette, seen with every kind of colour vision."""

from itertools import combinations

import numpy as np
import pytest

from workbooks.lint.chart_rules import PALETTE

# Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE
# TVCG 15(6), 2009: what remains of linear RGB with one kind of cone missing.
VISION = {
    "all cones": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
# IEC 61966-2-1 (sRGB) to CIE XYZ, and its white.
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(colour):
    """The linear RGB of RRGGBB."""
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE L*a*b*, in which distances are about as large as they look."""
    ratio = XYZ @ np.clip(rgb, 0, 1) / WHITE
    root = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def test_the_scale_is_that_of_the_standard():
    assert lab(linear("FFFFFF")) == pytest.approx([100, 0, 0], abs=0.02)
    assert lab(linear("FF0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.02)  # as published for sRGB's red


@pytest.mark.parametrize("vision", VISION)
def test_no_two_colours_of_charts_look_alike(vision):
    """A difference of 2.3 is just noticeable; lines of a chart need several times that."""
    seen = {colour: lab(np.array(VISION[vision]) @ linear(colour)) for colour in PALETTE}
    for one, other in combinations(sorted(PALETTE), 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 4 * 2.3, (one, other)
