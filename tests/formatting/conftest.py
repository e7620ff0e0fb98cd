"""Two platforms as data, as their publishers state them."""

from __future__ import annotations

import pytest

from newswire.platform import Limits, Unit


@pytest.fixture(scope="session")
def telegram() -> Limits:
    return Limits(text=4096, caption=1024, styles=True, buttons=True, preview=True, pictures=10)


@pytest.fixture(scope="session")
def x() -> Limits:
    return Limits(text=280, unit=Unit.X_WEIGHT, pictures=4, alt_text=1000)
