"""Route: which channels take an article. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from newswire.article import Article
from newswire.channel import Channel


def refusal(article: Article, channel: Channel, now: datetime) -> str:
    """Why `channel` does not take `article`, in words for /why; empty when it does."""
    if channel.editions and article.edition not in channel.editions:
        return f"takes {', '.join(channel.editions)} only"
    if channel.sections and article.section not in channel.sections:
        return f"takes sections {', '.join(channel.sections)} only"
    return too_old(article.published_at, channel, now)


def too_old(published_at: datetime | None, channel: Channel, now: datetime) -> str:
    """Why something of that age is no news for `channel` any more; empty when it is."""
    if published_at and now - published_at > channel.max_age:
        return f"published more than {channel.max_age} ago"
    return ""


def route(article: Article, channels: Iterable[Channel], now: datetime) -> list[Channel]:
    """The channels that take `article`, in the order of the file."""
    return [channel for channel in channels if not refusal(article, channel, now)]
