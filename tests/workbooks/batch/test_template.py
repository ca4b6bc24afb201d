"""A printed report is, byte for byte, the workbook that is built for the same scenario."""

from __future__ import annotations

import dataclasses

import pytest

from tests.workbooks.batch.cases import MODEL, drawn
from tests.workbooks.packages import close
from workbooks.batch.archive import Archive
from workbooks.batch.computing import ByArrays, ByEngine
from workbooks.batch.order import Order
from workbooks.batch.press import Press
from workbooks.batch.template import Shape, Template
from workbooks.book import Edition
from workbooks.editions import build
from workbooks.model import Scenario
from workbooks.models import MODELS
from workbooks.package import read_parts, write_parts

GAP = MODELS[MODEL]
EDITIONS: list[Edition] = ["report", "portable", "headless", "addin"]

NAMES = ["A", "Exactly nine", "A name that is longer", "x" * 40, "été 中 😀", 'it\'s <b>&amp; "x"', "TRUE", "#N/A"]


def differing(one: bytes, other: bytes) -> list[str]:
    """Return the parts that differ, and where: a difference of whole packages says nothing."""
    parts, others = read_parts(one), read_parts(other)
    assert list(parts) == list(others)
    found = []
    for name, content in parts.items():
        if content != others[name]:
            place = next(
                (n for n, (a, b) in enumerate(zip(content, others[name], strict=False)) if a != b), len(content)
            )
            found.append(f"{name}: {content[place - 80 : place + 60]!r}, not {others[name][place - 80 : place + 60]!r}")
    return found


@pytest.mark.parametrize("edition", EDITIONS)
def test_reports_are_those_that_are_built(edition: Edition) -> None:
    press = Press(Order(GAP, edition), many=False)
    scenarios = drawn(GAP, 2)
    for scenario, printed in zip(scenarios, press.prints(scenarios), strict=True):
        built = build(GAP, edition, scenario.name, [scenario])
        assert differing(printed.report, built) == []
        assert printed.report == built


def test_any_name_and_size() -> None:
    """Columns are as wide as names, and charts show amounts in units of their size."""
    sizes = [3e5, 4e8, 7e10]
    base = GAP.scenarios[0].values
    scenarios = [
        Scenario(name, {**base, GAP.size: max(sizes[place % 3], next(i.low for i in GAP.inputs if i.name == GAP.size))})
        for place, name in enumerate(NAMES)
    ]
    press = Press(Order(GAP, "report"), many=False)
    for scenario, printed in zip(scenarios, press.prints(scenarios), strict=True):
        assert differing(printed.report, build(GAP, "report", scenario.name, [scenario])) == []


def test_a_scenario_in_place_of_one_of_the_models() -> None:
    own = [dataclasses.replace(one, values={**one.values, GAP.size: 77e9}) for one in GAP.scenarios[:2]]
    mixed = [own[0], *drawn(GAP, 1), own[1]]
    press = Press(Order(GAP, "report"), many=False)
    for scenario, printed in zip(mixed, press.prints(mixed), strict=True):
        assert differing(printed.report, build(GAP, "report", scenario.name, [scenario])) == []


def test_zero_and_false_are_told_apart() -> None:
    """What is equal to Python but not written alike is printed anew; minus zero is written as zero."""
    scenario = drawn(GAP, 1)[0]
    computing = ByEngine(GAP, scenario)
    (values,) = computing([scenario])
    template = Template(Order(GAP, "report"), scenario, computing.figures)
    place = next(number for number, value in enumerate(values) if isinstance(value, float))
    rows = [[*values[:place], value, *values[place + 1 :]] for value in (0.0, -0.0, False, 0.0)]
    reports = [template.print(scenario, row) for row in rows]
    assert reports[0] == reports[1] == reports[3]
    assert reports[0] != reports[2]


def test_a_missing_figure_is_an_error() -> None:
    scenario = drawn(GAP, 1)[0]
    first, *others = ByEngine(GAP, scenario).figures
    with pytest.raises(KeyError, match=first[1]):
        Template(Order(GAP, "report"), scenario, others)


def test_shapes() -> None:
    one, other = drawn(GAP, 2)
    assert Shape.of(GAP, one) == Shape.of(
        GAP, dataclasses.replace(one, values=other.values | {GAP.size: one.values[GAP.size]})
    )
    assert Shape.of(GAP, one) != Shape.of(GAP, dataclasses.replace(one, name="A longer name"))
    assert Shape.of(GAP, GAP.scenarios[0]).own == GAP.scenarios[0].name


def test_arrays_and_engine_compute_the_same() -> None:
    scenarios = drawn(GAP, 5, seed=3)
    arrays, engine = ByArrays(GAP, scenarios[0]), ByEngine(GAP, scenarios[0])
    assert arrays.figures == engine.figures
    for one, other in zip(arrays(scenarios), engine(scenarios), strict=True):
        size = max(abs(value) for value in other if isinstance(value, float))
        wrong = [pair for pair in zip(one, other, strict=True) if not close(*pair, 1e-15 * size)]
        assert wrong == []


def test_members_are_replaced_in_the_form_of_a_finished_package() -> None:
    parts = {
        "[Content_Types].xml": b"<a/>",
        "xl/b.xml": b"b" * 5000,
        "xl/é.xml": b"",
        "xl/d.xml": bytes(range(256)) * 9,
    }
    archive = Archive.read(write_parts(parts))
    assert archive.package() == write_parts(parts)
    new = {"xl/b.xml": b"c" * 70_000, "xl/é.xml": b"now longer"}
    archive.replace(new)
    assert archive.package() == write_parts(parts | new)
