"""What several test modules need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.libreoffice import LibreOffice
from tests.tools import newer_soffice

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


OFFICES = {"installed": None} | ({"newer": newer} if (newer := newer_soffice()) else {})


@pytest.fixture(scope="session", params=OFFICES.values(), ids=OFFICES.keys())
def calc(request: pytest.FixtureRequest) -> Iterator[LibreOffice]:
    """Return a LibreOffice with our extension: the installed one, and where it can be had a newer one too."""
    soffice: Path | None = request.param
    office = LibreOffice(soffice, extension=True)
    yield office
    office.close()
