"""A duplicate of the ledger, to try things out on: what happens there happens nowhere else."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path

from sqlalchemy import insert, select

from db.store import Store
from db.tables import audit, deliveries, metadata

_AT_ONCE = 400
_LEFT = (
    audit,
    deliveries,
)  # what was done and what is in flight: long, and nobody decides by it whether an article is new


async def duplicate(store: Store, file: Path) -> Store:
    """The ledger as it is now, in a SQLite file of its own. Whoever asks for it closes it and takes the file away."""
    if store.sqlite:
        await asyncio.to_thread(_backed_up, Path(str(store.url.database)), file)
        return Store(f"sqlite:///{file}")
    copy = Store(f"sqlite:///{file}")
    async with store.read() as old, copy.write() as new:
        await new.run_sync(metadata.create_all)
        for table in metadata.sorted_tables:
            if table not in _LEFT:
                rows = await old.stream(select(table))
                async for some in rows.mappings().partitions(_AT_ONCE):
                    await new.execute(insert(table), [dict(row) for row in some])
    return copy


def _backed_up(file: Path, copy: Path) -> None:
    """SQLite's own way, which lets others go on writing meanwhile."""
    with (
        contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as old,
        contextlib.closing(sqlite3.connect(copy)) as new,
    ):
        old.backup(new)
