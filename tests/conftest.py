"""What several test modules need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.libreoffice import LibreOffice

# Slow machines are no reason to fail: what is tested is what comes out, not how fast. The same examples are drawn
# every time, so that a change fails for what it does; --hypothesis-profile=explore draws new ones.
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("aicapex", settings.get_profile("explore"), derandomize=True)
settings.load_profile("aicapex")


@pytest.fixture(scope="session")
def libreoffice() -> Iterator[LibreOffice]:
    """Return the LibreOffice that serves the whole session; it takes a few seconds to start."""
    office = LibreOffice()
    yield office
    office.close()
