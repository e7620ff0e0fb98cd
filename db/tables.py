"""Every table, on one page. Times are aware UTC; enums are text; audit and deliveries are never rewritten."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


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


_ID = BigInteger().with_variant(Integer(), "sqlite")  # only INTEGER counts up by itself in SQLite


def _id() -> Column[int]:
    return Column("id", _ID, primary_key=True, autoincrement=True)


def _text(name: str, default: str = "", **more: Any) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default, **more)


articles = Table(
    "articles",
    metadata,
    _id(),
    _text("url"),
    _text("source"),
    _text("edition"),
    _text("section"),
    _text("title"),
    Column("content", JSON, nullable=False),
    _text("content_hash"),
    _text("sight_hash"),
    Column("revision", Integer, nullable=False, server_default="1"),
    _text("fate"),
    _text("reason"),
    Column("seen_at", Time, nullable=False),
    Column("last_seen_at", Time, nullable=False),
    Column("published_at", Time),
    Column("changed_at", Time),
    Column("gone_at", Time),
)
Index(None, articles.c.seen_at)
Index(None, articles.c.source, articles.c.last_seen_at)

article_keys = Table(
    "article_keys",
    metadata,
    Column("key", String(700), primary_key=True),
    Column("article_id", _ID, ForeignKey("articles.id"), nullable=False, index=True),
)

revisions = Table(
    "revisions",
    metadata,
    Column("article_id", _ID, ForeignKey("articles.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("content", JSON, nullable=False),
    Column("at", Time, nullable=False),
    Column("change", JSON),
)

siblings = Table(
    "siblings",
    metadata,
    Column("article_id", _ID, ForeignKey("articles.id"), primary_key=True),
    Column("story", _ID, nullable=False, index=True),
    _text("because"),
    Column("at", Time, nullable=False),
)

likenesses = Table(
    "likenesses",
    metadata,
    Column("article_id", _ID, ForeignKey("articles.id"), primary_key=True),
    Column("other_id", _ID, ForeignKey("articles.id"), nullable=False),
    Column("percent", Integer, nullable=False),
)

readiness = Table(
    "readiness",
    metadata,
    Column("article_id", _ID, ForeignKey("articles.id"), primary_key=True),
    Column("until", Time, nullable=False),
    Column("next_at", Time, nullable=False, index=True),
    _text("reason"),
    Column("due", JSON, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("name", String(80), primary_key=True),
    _text("url"),
    _text("kind"),
    Column("memory", JSON, nullable=False),
    Column("first_seen_at", Time),
    Column("last_success_at", Time),
    Column("last_failure_at", Time),
    Column("failures", Integer, nullable=False, server_default="0"),
    _text("error"),
    Column("next_at", Time),
    _text("state", "on"),
)

channels = Table(
    "channels",
    metadata,
    Column("name", String(80), primary_key=True),
    _text("state", "on"),
    _text("reason"),
    _text("by"),
    Column("since", Time),
    Column("until", Time),
    Column("last_sent_at", Time),
)

posts = Table(
    "posts",
    metadata,
    _id(),
    Column("article_id", _ID, ForeignKey("articles.id"), nullable=False),
    Column("channel", String(80), nullable=False),
    Column("serial", Integer, nullable=False, server_default="1"),
    Column("state", String(20), nullable=False),
    Column("message", JSON, nullable=False),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("priority", Integer, nullable=False, server_default="20"),
    Column("rank", BigInteger, nullable=False, server_default="0"),
    Column("due_at", Time),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("looks", Integer, nullable=False, server_default="0"),
    Column("lease_until", Time),
    _text("carrier"),
    _text("change"),
    Column("wish", JSON),
    Column("parts", JSON, nullable=False, server_default="[]"),
    _text("reason"),
    _text("remote_id"),
    _text("remote_url"),
    Column("created_at", Time, nullable=False),
    Column("published_at", Time),
    UniqueConstraint("article_id", "channel", "serial"),
)
Index("ix_posts_channel", posts.c.channel, posts.c.state, posts.c.rank)
Index("ix_posts_state", posts.c.state, posts.c.due_at)
Index(
    "ix_posts_in_the_air",
    posts.c.channel,
    sqlite_where=posts.c.lease_until.is_not(None),
    postgresql_where=posts.c.lease_until.is_not(None),
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    Column("post_id", _ID, ForeignKey("posts.id"), nullable=False),
    Column("action", String(10), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("started_at", Time, nullable=False),
    Column("finished_at", Time),
    Column("outcome", String(10), nullable=False),
    _text("detail"),
    _text("remote_id"),
    Column("taken", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("post_id", "action", "attempt"),
)
Index(
    "ix_deliveries_open",
    deliveries.c.outcome,
    sqlite_where=text("outcome = 'open'"),
    postgresql_where=text("outcome = 'open'"),
)

lanes = Table(
    "lanes",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("free_at", Float, nullable=False, server_default="0"),
    Column("closed_until", Float, nullable=False, server_default="0"),
)

cards = Table(
    "cards",
    metadata,
    Column("article_id", _ID, ForeignKey("articles.id"), primary_key=True),
    Column("chat_id", BigInteger),
    Column("message_id", BigInteger),
    _text("shown"),
    _text("note"),
    Column("dirty", Boolean, nullable=False, server_default=text("true")),
    Column("sending", Boolean, nullable=False, server_default=text("false")),
    Column("answer_by", Time),
)
Index("ix_cards_dirty", cards.c.dirty, sqlite_where=cards.c.dirty, postgresql_where=cards.c.dirty)

alerts = Table(
    "alerts",
    metadata,
    _id(),
    _text("place"),
    _text("cause"),
    _text("text"),
    Column("count", Integer, nullable=False, server_default="1"),
    Column("opened_at", Time, nullable=False),
    Column("closed_at", Time),
    Column("chat_id", BigInteger),
    Column("message_id", BigInteger),
    Column("dirty", Boolean, nullable=False, server_default=text("true")),
)
Index(
    "uq_alerts_open",
    alerts.c.place,
    alerts.c.cause,
    unique=True,
    sqlite_where=alerts.c.closed_at.is_(None),
    postgresql_where=alerts.c.closed_at.is_(None),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", Time, nullable=False),
    _text("by"),
    _text("act"),
    Column("article_id", _ID, index=True),
    Column("post_id", _ID, index=True),
    _text("channel"),
    _text("detail"),
)

marks = Table(
    "marks",
    metadata,
    Column("name", String(80), primary_key=True),
    _text("value"),
)

checks = Table(
    "checks",
    metadata,
    Column("article_id", _ID, ForeignKey("articles.id"), primary_key=True),
    Column("at", Time, nullable=False, index=True),
    Column("step", Integer, nullable=False, server_default="0"),
    Column("misses", Integer, nullable=False, server_default="0"),
    Column("missing_since", Time),
    _text("etag"),
    _text("last_modified"),
    _text("digest"),
    Column("listed", JSON),
)

unread = Table(
    "unread",
    metadata,
    Column("key", String(700), primary_key=True),
    _text("source"),
    Column("listed", JSON, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("at", Time, nullable=False, index=True),
    Column("since", Time, nullable=False),
    _text("reason"),
)
