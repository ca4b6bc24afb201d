"""What prints reports: the templates and the computing that a run needs, each made when it is first needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from udfs import ExcelError
from workbooks.batch.computing import ByArrays, ByEngine, Values, computing
from workbooks.batch.order import Order
from workbooks.batch.template import Shape, Template
from workbooks.engine import Value
from workbooks.model import Scenario
from workbooks.vector.program import VectorError


@dataclass(frozen=True)
class Print:
    """A report, or the reason why there is none.

    Parameters
    ----------
    report : the file's content; empty where it failed.
    figures : the headline figures.
    problem : what went wrong.
    """

    report: bytes = b""
    figures: tuple[Value, ...] = ()
    problem: str = ""


@dataclass
class Press:
    """Prints scenarios, a block at a time; one press for each process.

    Parameters
    ----------
    order : what is printed.
    many : whether the run has so many scenarios that preparing to compute them all at once pays.
    """

    order: Order
    many: bool
    _computing: dict[str, ByArrays | ByEngine] = field(default_factory=dict)
    _templates: dict[Shape, Template] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._headline = list(self.order.headline().values())

    def prints(self, scenarios: Sequence[Scenario]) -> Iterator[Print]:
        """Yield the report of each scenario, in order."""
        shapes = [Shape.of(self.order.model, one) for one in scenarios]
        start = 0
        while start < len(scenarios):  # those in place of the same scenario of the model are computed together
            end = start + 1
            while end < len(scenarios) and shapes[end].own == shapes[start].own:
                end += 1
            block = scenarios[start:end]
            for scenario, shape, values in zip(
                block, shapes[start:end], self._computed(block, shapes[start].own), strict=True
            ):
                yield self._print(scenario, shape, values)
            start = end

    def _computed(self, block: Sequence[Scenario], own: str) -> Iterator[Values]:
        if own not in self._computing:
            self._computing[own] = computing(self.order.model, block[0], many=self.many)
        compute = self._computing[own]
        try:
            yield from compute(block)
        except VectorError:
            # The engine has the last word.
            self._computing[own] = ByEngine(self.order.model, block[0])
            yield from self._computed(block, own)

    def _print(self, scenario: Scenario, shape: Shape, values: Values) -> Print:
        figures = self._computing[shape.own].figures
        wrong = next((place for place, value in enumerate(values) if isinstance(value, ExcelError)), None)
        if wrong is not None:
            return Print(problem=f"{'!'.join(figures[wrong])} is {values[wrong]} with these inputs. Correct them.")
        if shape not in self._templates:
            self._templates[shape] = Template(self.order, scenario, figures)
        report = self._templates[shape].print(scenario, values)
        return Print(report, tuple(values[figures.index(place)] for place in self._headline))
