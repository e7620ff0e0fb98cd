"""Marks: small facts to keep between two starts, by name."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import marks
from db.upsert import upsert


async def get(connection: AsyncConnection, name: str) -> str:
    """The mark, or nothing."""
    return await connection.scalar(select(marks.c.value).where(marks.c.name == name)) or ""


async def put(connection: AsyncConnection, name: str, value: str) -> None:
    """Set the mark."""
    await upsert(connection, marks, {"name": name}, {"value": value})


async def beginning(connection: AsyncConnection, start: str) -> list[str]:
    """The names of the marks that begin so, without that beginning."""
    names = await connection.scalars(select(marks.c.name).where(marks.c.name.startswith(start, autoescape=True)))
    return [name.removeprefix(start) for name in names]


async def end(connection: AsyncConnection, name: str) -> None:
    """Take the mark away."""
    await connection.execute(delete(marks).where(marks.c.name == name))
