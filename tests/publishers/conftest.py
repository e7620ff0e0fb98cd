"""The places where publishers are tried: a Telegram, an X and a dry run, each with one account."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

pytest.register_assert_rewrite("support.publisher_contract")

from support.places import DryRunPlace, TelegramPlace, XPlace  # noqa: E402 - after its asserts can be rewritten
from support.publisher_contract import Place  # noqa: E402 - see above
from support.wire import served  # noqa: E402 - see above


async def _opened(place: Place) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        place.stack = stack
        if app := place.app():
            place.address = await stack.enter_async_context(served(app)) + place.path
        yield place
    assert place.remarks() == []


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramPlace]:
    async for place in _opened(TelegramPlace()):
        yield place


@pytest.fixture
async def x() -> AsyncIterator[XPlace]:
    async for place in _opened(XPlace()):
        yield place


@pytest.fixture
async def dry_run() -> AsyncIterator[DryRunPlace]:
    async for place in _opened(DryRunPlace()):
        yield place
