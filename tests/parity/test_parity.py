"""Every function gives the same in every host, but for the differences that the documentation lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.libreoffice import LibreOffice
from tests.parity import hosts
from tests.parity.document import document
from tests.parity.draws import Draw, draws
from tests.parity.known_differences import (
    CALC,
    CALC_DIFFERENCES,
    KNOWN_DIFFERENCES,
    LIBREOFFICE,
    NATIVE,
    NATIVE_DIFFERENCES,
    KnownDifference,
    same,
)
from udfs import FUNCTIONS, OMITTED, ExcelError, call

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "parity.md"
every_host = pytest.mark.parametrize("host", [*hosts.HOSTS, *LIBREOFFICE])

DRAWS = draws()


@pytest.fixture(scope="module")
def ours() -> list[Any]:
    return hosts.boundary(DRAWS)


def compute(host: str, calls: list[Draw], office: LibreOffice) -> list[Any]:
    return hosts.HOSTS[host](calls) if host in hosts.HOSTS else hosts.native_in_libreoffice(calls, office)


@every_host
def test_parity(host: str, ours: list[Any], libreoffice: LibreOffice) -> None:
    agree(host, ours, compute(host, DRAWS, libreoffice))


def test_parity_in_calc(ours: list[Any], calc: LibreOffice) -> None:
    agree(*CALC, ours, hosts.in_calc(DRAWS, calc))


def agree(host: str, ours: list[Any], found: list[Any]) -> None:
    """Fail if a host differs in what is no known difference, or computes too few of the calls."""
    unexplained = []
    compared = 0
    for draw, mine, theirs in zip(DRAWS, ours, found, strict=True):
        if theirs is hosts.ABSENT:
            continue
        compared += 1
        if same(mine, theirs):
            continue
        if not any(host in one.hosts and one.explains(draw, mine, theirs) for one in KNOWN_DIFFERENCES):
            unexplained.append(f"{draw.told()} {draw.formula()} gives {mine!r}, but {theirs!r}")
    assert not unexplained, f"{len(unexplained)} of {compared}:\n" + "\n".join(unexplained[:20])
    assert compared >= len(DRAWS) * (0.3 if host == "plain Python" else 0.75)


@pytest.mark.parametrize("difference", NATIVE_DIFFERENCES, ids=lambda difference: difference.name)
def test_example_of_a_known_difference(difference: KnownDifference, libreoffice: LibreOffice) -> None:
    """The documentation's examples: our result, and that of each host, are as it says."""
    shown_by(difference, lambda host, draw: compute(host, [draw], libreoffice))


@pytest.mark.parametrize("difference", CALC_DIFFERENCES, ids=lambda difference: difference.name)
def test_example_of_a_known_difference_of_calc(difference: KnownDifference, calc: LibreOffice) -> None:
    shown_by(difference, lambda _, draw: hosts.in_calc([draw], calc))


def shown_by(difference: KnownDifference, compute: Callable[[str, Draw], list[Any]]) -> None:
    """Fail if the example of a difference does not come out as the documentation says."""
    name, *arguments = difference.example
    function = FUNCTIONS[name]
    draw = Draw(function, (*arguments, *[OMITTED] * (len(function.parameters) - len(arguments))), row=2)
    mine = call(name, *arguments)
    assert not same(mine, difference.shown)
    for host in difference.hosts:
        [theirs] = compute(host, draw)
        assert theirs == (
            pytest.approx(difference.shown, abs=1e-4) if isinstance(difference.shown, float) else difference.shown
        )
        assert difference.explains(draw, mine, theirs)


def test_draws_reach_everything() -> None:
    """Ordinary and odd values for every parameter, results and errors of every function."""
    assert len(DRAWS) >= 3000
    for function in FUNCTIONS.values():
        mine = [draw for draw in DRAWS if draw.function is function]
        results = [call(function.name, *draw.arguments) for draw in mine]
        assert sum(not isinstance(result, ExcelError) for result in results) >= len(mine) * 0.2, function.name
        assert any(isinstance(result, ExcelError) for result in results), function.name
        for place, parameter in enumerate(function.parameters):
            drawn = [draw.arguments[place] for draw in mine]
            if parameter.kind.numeric:
                assert any(not isinstance(value, float) and value is not OMITTED for value in drawn), parameter.name
            if not parameter.required:
                assert OMITTED in drawn, parameter.name


def test_differences_are_listed_for_all() -> None:
    assert {host for one in KNOWN_DIFFERENCES for host in one.hosts} == {*NATIVE, *CALC}


def test_documentation_is_current() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run python -m tests.parity"
