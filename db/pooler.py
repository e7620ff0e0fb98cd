"""Poolers: a PgBouncer before PostgreSQL may hand a session to others between two transactions, and its locks with it."""

from __future__ import annotations

from sqlalchemy import text

from db.link import Link
from db.store import Store
from newswire.errors import ConfigError

_BESIDE = 3
"""Transactions of others, held open, so that a pooler must give our session another connection, if it ever does."""


async def require_sessions(store: Store) -> None:
    """A ConfigError where a session does not stay what it is: no lock would hold there, and no notice be heard."""
    if store.sqlite:
        return
    link = Link(store)
    try:
        own = await link.ask("SELECT pg_backend_pid()")
        if own != link.pid and await _moves(store, link, own):
            raise ConfigError(
                "DATABASE_URL leads to a pooler (PgBouncer) in transaction mode, where Newswire's locks do not hold: "
                "give it pool_mode = session for this database, or write PostgreSQL's own address"
            )
    finally:
        await link.drop()


async def _moves(store: Store, link: Link, own: int, beside: int = _BESIDE) -> bool:
    """Whether the session is served by somebody else while others are busy."""
    if not beside:
        return bool(await link.ask("SELECT pg_backend_pid()") != own)
    async with store.read() as connection:
        await connection.execute(text("SELECT 1"))
        return await _moves(store, link, own, beside - 1)
