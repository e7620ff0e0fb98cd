"""The schema: which version the database has, which one this program wants, and the way between (Alembic)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from db.store import Store
from newswire.errors import ConfigError

_FOLDER = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Version:
    """`have` is None for an empty database. `pending` are the steps to take, oldest first, each with its headline."""

    have: str | None
    want: str
    pending: tuple[str, ...]
    newer: bool = False

    @property
    def current(self) -> bool:
        """Whether there is nothing to do."""
        return self.have == self.want


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config


async def version(store: Store) -> Version:
    """Where the database stands."""
    scripts = ScriptDirectory.from_config(_config())
    want = scripts.get_current_head() or ""
    async with store.read() as connection:
        have = await connection.run_sync(lambda c: MigrationContext.configure(c).get_current_revision())
        empty = have is None and not await connection.run_sync(lambda c: inspect(c).get_table_names())
    if have is None and not empty:
        raise ConfigError(
            f"the database {store.url.database} belongs to another program: it has tables but no schema version"
        )
    known = {script.revision for script in scripts.walk_revisions()}
    if have is not None and have not in known:
        return Version(have, want, (), newer=True)
    steps = scripts.iterate_revisions(want, have or "base")
    return Version(
        have, want, tuple(f"{step.revision} {step.doc}" for step in reversed(list(steps)) if step.revision != have)
    )


async def upgrade(store: Store) -> None:
    """Take every pending step, all in one transaction."""
    async with store.write() as connection:
        await connection.run_sync(lambda c: command.upgrade(_config(c), "head"))


async def require_current(store: Store, *, migrate: bool) -> None:
    """An empty database is set up; an older one is updated only when `migrate` says so; a newer one is refused."""
    at = await version(store)
    if at.newer:
        raise ConfigError(
            f"the database has schema {at.have}, made by a newer Newswire; this one knows {at.want}: upgrade Newswire"
        )
    if at.current:
        return
    if at.have is not None and not migrate:
        raise ConfigError(f"the database has schema {at.have}, this Newswire wants {at.want}: run `newswire migrate`")
    await upgrade(store)
