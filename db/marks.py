"""Marks: small facts to keep between two starts, by name."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import marks
from db.upsert import upsert


async def get(connection: AsyncConnection, name: str) -> str:
    """The mark, or nothing."""
    return await connection.scalar(select(marks.c.value).where(marks.c.name == name)) or ""


async def put(connection: AsyncConnection, name: str, value: str) -> None:
    """Set the mark."""
    await upsert(connection, marks, {"name": name}, {"value": value})
