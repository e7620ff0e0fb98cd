"""Columns: the kinds of column that the tables are made of, the same in SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Integer, Text, TypeDecorator


class Time(TypeDecorator[datetime]):
    """Aware UTC in and out. SQLite keeps it as text without a zone, PostgreSQL as timestamptz."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database; a time without a zone is a mistake of ours, not something to guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """From the database."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


ID = BigInteger().with_variant(Integer(), "sqlite")  # only INTEGER counts up by itself in SQLite


def id_column() -> Column[int]:
    """The key that counts up."""
    return Column("id", ID, primary_key=True, autoincrement=True)


def text_column(name: str, default: str = "", **more: Any) -> Column[str]:
    """Text that is never null."""
    return Column(name, Text, nullable=False, server_default=default, **more)
