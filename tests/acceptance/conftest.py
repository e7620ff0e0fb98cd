"""Real processes for acceptance: a stage with the daemon not started yet, and a PostgreSQL server to stop and start."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from support.live import Live
from support.postgresql import Server, installed

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
    with TemporaryDirectory(prefix="newswire-pg-") as folder:
        server = Server(Path(folder), installed())
        server.make()
        server.start()
        yield server
        server.stop("immediate")
