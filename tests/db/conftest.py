"""Databases to test on: SQLite in a file, and a PostgreSQL server of our own."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from support.postgresql import running

from db.store import Store


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of an empty server. Missing: skipped on a laptop, failed in CI."""
    with running() as server:
        yield server.address("postgres")


@pytest.fixture(params=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """An open, empty database of either kind."""
    url = f"sqlite:///{tmp_path / 'a.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql")
    made = Store(url)
    yield made
    if request.param == "postgresql":
        await _emptied(made)
    await made.close()


async def _emptied(store: Store) -> None:
    async with store.write() as connection:
        await connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        await connection.exec_driver_sql("CREATE SCHEMA public")
