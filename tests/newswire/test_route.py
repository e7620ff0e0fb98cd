"""Which channels take an article, and why one does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newswire.article import Article
from newswire.channel import Channel
from newswire.route import refusal, route

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
STORY = Article(
    url="https://news.example/1", title="Title", edition="en", section="sport", published_at=NOW - timedelta(hours=1)
)


def channel(name: str = "tg-en", **rules: object) -> Channel:
    return Channel.model_validate({"name": name, "type": "telegram", **rules})


def test_a_channel_without_rules_takes_everything_of_the_last_day():
    assert refusal(STORY, channel(), NOW) == ""
    assert refusal(Article(url="u", title="t"), channel(), NOW) == ""


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ({"edition": "ru"}, "takes ru only"),
        ({"edition": ["ru", "hy"]}, "takes ru, hy only"),
        ({"sections": ["politics"]}, "takes sections politics only"),
        ({"max_age": "30m"}, "published more than 0:30:00 ago"),
    ],
)
def test_a_refusal_says_why(rules: dict[str, object], why: str):
    assert refusal(STORY, channel(**rules), NOW) == why


def test_an_article_exactly_as_old_as_allowed_is_taken():
    assert refusal(STORY, channel(max_age="1h"), NOW) == ""


def test_an_article_without_a_date_or_dated_ahead_is_not_too_old():
    assert not refusal(Article(url="u", title="t"), channel(max_age="1m"), NOW)
    assert not refusal(Article(url="u", title="t", published_at=NOW + timedelta(days=2)), channel(max_age="1m"), NOW)


def test_channels_come_in_the_order_of_the_file():
    channels = [channel("b", edition="en"), channel("a", sections="sport"), channel("c", edition="ru")]
    assert [c.name for c in route(STORY, channels, NOW)] == ["b", "a"]
