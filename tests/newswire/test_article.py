"""Articles: the way through JSON, the hash of what a reader sees, and completion from the page."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.article import Article, Image

SEEN = Article(url="https://news.example/1", title="Title", lead="Lead", body="Body", section="sport")

zones = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))
times = st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=zones)  # noqa: DTZ001 - as hypothesis wants it
words = st.lists(st.text(max_size=10), max_size=3).map(tuple)
images = st.lists(
    st.builds(Image, url=st.text(), alt=st.text(), caption=st.text(), width=st.integers(0), height=st.integers(0)),
    max_size=3,
).map(tuple)
articles = st.builds(
    Article,
    url=st.text(),
    title=st.text(),
    lead=st.text(),
    body=st.text(),
    section=st.text(),
    categories=words,
    author=st.text(),
    published_at=times,
    modified_at=times,
    images=images,
    flags=words,
    id=st.integers(0, 2**40),
    revision=st.integers(0, 100),
)


@given(articles)
def test_json_gives_back_the_same_article(article: Article):
    stored = json.loads(json.dumps(article.to_json()))
    assert Article.from_json(stored, id=article.id, revision=article.revision) == article


def test_json_holds_no_number_that_only_the_database_knows():
    assert not {"id", "revision"} & SEEN.to_json().keys()


@pytest.mark.parametrize(
    "changed",
    [
        replace(SEEN, title="Other"),
        replace(SEEN, lead="Other"),
        replace(SEEN, body="Other"),
        replace(SEEN, section="politics"),
        replace(SEEN, images=(Image(url="https://news.example/1.jpg"),)),
    ],
    ids=["title", "lead", "body", "section", "picture"],
)
def test_the_hash_changes_with_what_a_reader_sees(changed: Article):
    assert changed.content_hash() != SEEN.content_hash()


@pytest.mark.parametrize(
    "same",
    [
        replace(SEEN, id=7, revision=2),
        replace(SEEN, guid="other", source="site-en"),
        replace(SEEN, modified_at=datetime(2026, 1, 1, tzinfo=UTC)),
        replace(SEEN, author="Someone"),
    ],
    ids=["numbers", "guid", "date", "author"],
)
def test_the_hash_stays_when_only_the_feed_changes_its_mind(same: Article):
    assert same.content_hash() == SEEN.content_hash()


def test_words_moved_from_one_field_to_the_next_are_a_change():
    assert replace(SEEN, title="Title L", lead="ead").content_hash() != SEEN.content_hash()


def test_the_page_completes_what_the_feed_lacks_and_changes_nothing_else():
    page = Article(url="https://news.example/1?full", title="Page title", author="Leyla", flags=("photo",))
    whole = SEEN.completed_by(page)
    assert (whole.url, whole.title, whole.author, whole.flags) == (SEEN.url, "Title", "Leyla", ("photo",))


@given(articles, articles)
def test_a_completed_article_lacks_only_what_both_lack(feed: Article, page: Article):
    whole = feed.completed_by(page)
    assert whole.completed_by(page) == whole
    assert bool(whole.author) == bool(feed.author or page.author)
