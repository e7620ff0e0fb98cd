"""Every table, on one page. Times are aware UTC; enums are text; audit and deliveries are never rewritten."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from db.columns import ID, Time, id_column, text_column

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


articles = Table(
    "articles",
    metadata,
    id_column(),
    text_column("url"),
    text_column("source"),
    text_column("edition"),
    text_column("section"),
    text_column("title"),
    Column("content", JSON, nullable=False),
    text_column("content_hash"),
    text_column("sight_hash"),
    Column("revision", Integer, nullable=False, server_default="1"),
    text_column("fate"),
    text_column("reason"),
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
    Column("article_id", ID, ForeignKey("articles.id"), nullable=False, index=True),
)

revisions = Table(
    "revisions",
    metadata,
    Column("article_id", ID, ForeignKey("articles.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("content", JSON, nullable=False),
    Column("at", Time, nullable=False),
    Column("change", JSON),
)

siblings = Table(
    "siblings",
    metadata,
    Column("article_id", ID, ForeignKey("articles.id"), primary_key=True),
    Column("story", ID, nullable=False, index=True),
    text_column("because"),
    Column("at", Time, nullable=False),
)

likenesses = Table(
    "likenesses",
    metadata,
    Column("article_id", ID, ForeignKey("articles.id"), primary_key=True),
    Column("other_id", ID, ForeignKey("articles.id"), nullable=False),
    Column("percent", Integer, nullable=False),
)

readiness = Table(
    "readiness",
    metadata,
    Column("article_id", ID, ForeignKey("articles.id"), primary_key=True),
    Column("until", Time, nullable=False),
    Column("next_at", Time, nullable=False, index=True),
    text_column("reason"),
    Column("due", JSON, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("name", String(80), primary_key=True),
    text_column("url"),
    text_column("kind"),
    Column("memory", JSON, nullable=False),
    Column("first_seen_at", Time),
    Column("last_success_at", Time),
    Column("last_failure_at", Time),
    Column("failures", Integer, nullable=False, server_default="0"),
    text_column("error"),
    Column("next_at", Time),
    text_column("state", "on"),
)

channels = Table(
    "channels",
    metadata,
    Column("name", String(80), primary_key=True),
    text_column("state", "on"),
    text_column("reason"),
    text_column("by"),
    Column("since", Time),
    Column("until", Time),
    Column("last_sent_at", Time),
)

posts = Table(
    "posts",
    metadata,
    id_column(),
    Column("article_id", ID, ForeignKey("articles.id"), nullable=False),
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
    text_column("carrier"),
    text_column("change"),
    Column("wish", JSON),
    Column("parts", JSON, nullable=False, server_default="[]"),
    text_column("reason"),
    text_column("remote_id"),
    text_column("remote_url"),
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
    id_column(),
    Column("post_id", ID, ForeignKey("posts.id"), nullable=False),
    Column("action", String(10), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("started_at", Time, nullable=False),
    Column("finished_at", Time),
    Column("outcome", String(10), nullable=False),
    text_column("detail"),
    text_column("remote_id"),
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
    Column("article_id", ID, ForeignKey("articles.id"), primary_key=True),
    Column("chat_id", BigInteger),
    Column("message_id", BigInteger),
    text_column("shown"),
    text_column("note"),
    Column("dirty", Boolean, nullable=False, server_default=text("true")),
    Column("sending", Boolean, nullable=False, server_default=text("false")),
    Column("answer_by", Time),
)
Index("ix_cards_dirty", cards.c.dirty, sqlite_where=cards.c.dirty, postgresql_where=cards.c.dirty)

alerts = Table(
    "alerts",
    metadata,
    id_column(),
    text_column("place"),
    text_column("cause"),
    text_column("text"),
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
    id_column(),
    Column("at", Time, nullable=False),
    text_column("by"),
    text_column("act"),
    Column("article_id", ID, index=True),
    Column("post_id", ID, index=True),
    text_column("channel"),
    text_column("detail"),
)

marks = Table(
    "marks",
    metadata,
    Column("name", String(80), primary_key=True),
    text_column("value"),
)

checks = Table(
    "checks",
    metadata,
    Column("article_id", ID, ForeignKey("articles.id"), primary_key=True),
    Column("at", Time, nullable=False, index=True),
    Column("step", Integer, nullable=False, server_default="0"),
    Column("misses", Integer, nullable=False, server_default="0"),
    Column("missing_since", Time),
    text_column("etag"),
    text_column("last_modified"),
    text_column("digest"),
    Column("listed", JSON),
)

unread = Table(
    "unread",
    metadata,
    Column("key", String(700), primary_key=True),
    text_column("source"),
    Column("listed", JSON, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("at", Time, nullable=False, index=True),
    Column("since", Time, nullable=False),
    text_column("reason"),
)
