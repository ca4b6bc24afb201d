"""Our models as finished workbooks, built once for all tests that look at them: building takes seconds."""

from __future__ import annotations

from functools import cache

from workbooks.book import Edition
from workbooks.editions import Values, build, compute, with_scenarios, write
from workbooks.layout import Layout, lay_out
from workbooks.model import Scenario
from workbooks.models import MODELS

# A case in which nothing pays back and one in which the gap is a surplus: texts and negative bars appear.
_EXTREMES = {
    "Never": {"hour_price": 0.2, "growth": -0.1, "revenue": 1e9},
    "Surplus": {"hour_price": 12.0, "useful_life": 5.5, "revenue": 900e9},
}


def with_extremes(model: str) -> list[Scenario]:
    """Return the extreme cases, and after them the scenario that waits for the user's own figures."""
    declared = MODELS[model]
    base, own = declared.scenarios[0], next(one for one in declared.scenarios if one.name == declared.own)
    changed = {
        name: {key: value for key, value in figures.items() if key in base.values}
        for name, figures in _EXTREMES.items()
    }
    return [*(Scenario(name, {**base.values, **figures}) for name, figures in changed.items()), own]


@cache
def built(model: str, edition: Edition, scenario: str | None = None, *, extremes: bool = False) -> bytes:
    """Return the package of a model, by its name; with extreme cases beside its own scenarios, if asked.

    It is what ``build`` returns (``test_same_bytes_on_any_day`` sees to that), computed once for all editions.
    """
    scenarios = with_extremes(model) if extremes else []
    if edition == "report" or scenario is not None:
        return build(MODELS[model], edition, scenario, scenarios)
    layout, values = _computed(model, extremes)
    return write(layout, edition, 1).finished(values)


@cache
def _computed(model: str, extremes: bool) -> tuple[Layout, Values]:
    layout = lay_out(with_scenarios(MODELS[model], with_extremes(model) if extremes else []))
    return layout, compute(layout, 1)
