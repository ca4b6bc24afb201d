"""Our models as finished workbooks, built once for all tests that look at them: building takes seconds."""

from __future__ import annotations

from functools import cache

from workbooks.book import Edition
from workbooks.editions import build
from workbooks.models import MODELS


@cache
def built(model: str, edition: Edition, scenario: str | None = None) -> bytes:
    """Return the package of a model, by its name."""
    return build(MODELS[model], edition, scenario)
