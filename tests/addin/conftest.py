"""What the tests of the Excel files need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.addin.com import Excel, windows


@pytest.fixture(scope="module")
def excel() -> Iterator[Excel]:
    """Return what calls functions as Excel does."""
    with windows() as excel:
        yield excel
