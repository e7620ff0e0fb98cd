"""Columns: the kinds of column that the tables are made of, the same in SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import BigInteger, Column, DateTime, Dialect, Integer, Text, TypeDecorator


class Time(TypeDecorator[datetime]):
    """Aware UTC in and out. SQLite keeps it as text without a zone, PostgreSQL as timestamptz."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """To the database; a time without a zone is a mistake of ours, not something to guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value}")
        return value.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """For SQLite the text at once: its dialect's own way there took a twentieth of a first look at a feed."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)

        def to_text(value: datetime | None) -> str | None:
            utc = self.process_bind_param(value, dialect)
            return None if utc is None else utc.replace(tzinfo=None).isoformat(" ", "microseconds")

        return to_text

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """From the database."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def to_json(value: Any) -> str:
    """What a JSON column holds, in as few letters as it takes: text stays text, whatever its alphabet."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # half of a letter, which no database would take
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()


ID = BigInteger().with_variant(Integer(), "sqlite")  # only INTEGER counts up by itself in SQLite


def id_column() -> Column[int]:
    """The key that counts up."""
    return Column("id", ID, primary_key=True, autoincrement=True)


def text_column(name: str, default: str = "", **more: Any) -> Column[str]:
    """Text that is never null."""
    return Column(name, Text, nullable=False, server_default=default, **more)
