"""Small sheets computed as large ones are, and large ones as small ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from workbooks.columns import computing, copies
from workbooks.foreign import cells

BY_COLUMN, BY_CELL = 0, 1 << 40  # from how many bytes on a sheet is computed column by column


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Small sheets are computed as large ones are, or large ones as small ones."""

    def switch(large: int) -> None:
        monkeypatch.setattr(cells, "_LARGE", large)
        monkeypatch.setattr(computing, "_MANY", 1)
        monkeypatch.setattr(copies, "_MANY", 3)

    return switch
