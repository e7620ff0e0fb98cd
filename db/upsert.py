"""Insert, or update what is there: the one statement that SQLite and PostgreSQL spell alike but import apart."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Table, case
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


async def upsert(
    connection: AsyncConnection,
    table: Table,
    key: dict[str, Any],
    values: dict[str, Any],
    *,
    fresh: dict[str, Any] | None = None,
) -> None:
    """Set `values` in the row with `key`; a row that is not there is made, with `fresh` added."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    new = {**(fresh or {}), **key, **values}
    await connection.execute(make(table).values(**new).on_conflict_do_update(index_elements=list(key), set_=values))


async def upsert_all(connection: AsyncConnection, table: Table, key: str, rows: list[dict[str, Any]]) -> None:
    """Insert the rows, or update those that are there. All rows have the same columns."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = make(table)
    values = {name: statement.excluded[name] for name in rows[0] if name != key}
    await connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=values), rows)


async def upsert_latest(connection: AsyncConnection, table: Table, key: str, rows: list[dict[str, Any]]) -> None:
    """As `upsert_all`, but nothing becomes less than it is: for times that do not go back."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = make(table)
    new = {name: statement.excluded[name] for name in rows[0] if name != key}
    values = {name: case((table.c[name] > value, table.c[name]), else_=value) for name, value in new.items()}
    await connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=values), rows)


async def insert_missing(connection: AsyncConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert the rows whose key is not there yet."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    await connection.execute(make(table).on_conflict_do_nothing(), rows)


async def copy_missing(connection: AsyncConnection, table: Table, columns: list[str], rows: Select[Any]) -> None:
    """Insert what `rows` finds, as far as its key is not there yet."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    await connection.execute(make(table).from_select(columns, rows).on_conflict_do_nothing())
