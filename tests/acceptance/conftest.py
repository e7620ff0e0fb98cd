"""Real processes for acceptance: a stage with the daemon not started yet, and real servers beside it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from support import wordpress
from support.hub import RealHub
from support.live import Live
from support.postgresql import Server, running
from support.wordpress import WordPress

from cli._stage import Stage


@pytest.fixture
async def staged(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """`await staged(editors={}, …)`: a sandbox without limits and the files for it; arguments are tables of the file."""
    async with AsyncExitStack() as stack:

        async def make(folder: Path = tmp_path, *, review: tuple[str, ...] = (), **overrides: Any) -> Live:
            stage = Stage(folder, every=0, unlimited=True, review=review, overrides=overrides)
            live = Live(await stack.enter_async_context(stage))
            live.configure()
            return live

        yield make


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Server]:
    """A running server with a password. Missing: skipped on a laptop, failed in CI."""
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHub]:
    """A running WebSub hub."""
    there = RealHub(tmp_path_factory.mktemp("hub"))
    try:
        there.start()
        yield there
    finally:
        there.stop()


@pytest.fixture(scope="module")
def wordpress_site() -> Iterator[WordPress]:
    """A running WordPress with its database. Missing: skipped on a laptop, failed in CI."""
    wordpress.installed()
    with TemporaryDirectory(prefix="wp-", ignore_cleanup_errors=True) as folder:
        there = WordPress(Path(folder))
        try:
            there.start()
            yield there
        finally:
            there.stop()
