"""Whole pages of our own making, built as known kinds of site build theirs: each with the article that is in it."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newswire.article import Article
from newswire.source import Source
from sources import article_page
from sources._profiles import chrome, profiles

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FOLDER = Path(__file__).parent / "pages"
PAGES = sorted(page.stem for page in FOLDER.glob("*.html"))
FIELDS = ("title", "flags", "lead", "author", "section", "published_at", "modified_at", "language", "alternates")
# Said on all these pages, and never by an article.
AROUND = (
    "Share Telegram Print Views App Store Google Play hyperlink rights Night theme A+ Copy Subscribe Powered Поделиться Печать "
    "Просмотров гиперссылка Скачайте Կիսվել Դիտումներ իրավունքները hüquqlar Həmçinin Related"
)


@pytest.fixture
def read(answered):
    """The article in a page, and what it should be."""

    def reading(name):
        expected = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
        source = Source(name="wire", url=expected["url"], edition="", zone=ZoneInfo("Asia/Baku"))
        body = (FOLDER / f"{name}.html").read_bytes()
        return article_page.read_page(answered(body, expected["url"]), source, NOW), expected

    return reading


@pytest.mark.parametrize("name", PAGES)
def test_the_article_in_a_page_is_read(read, name):
    article, expected = read(name)
    told = json.loads(json.dumps(article.to_json()))
    silent = asdict(Article(url="", title=""))
    assert {field: told[field] for field in FIELDS} == json.loads(
        json.dumps({field: expected.get(field, silent[field]) for field in FIELDS})
    )
    assert article.body.split("\n\n") == expected["body"]
    assert [{key: value for key, value in image.items() if value} for image in told["images"]] == expected["images"]
    assert article.url == expected["url"]


@pytest.mark.parametrize("name", PAGES)
def test_nothing_from_around_the_article_reaches_it(read, name):
    article, _ = read(name)
    text = f"{article.title}\n{article.lead}\n{article.body}\n{article.author}"
    assert [word for word in AROUND.split() if len(word) > 1 and word in text] == []
    assert not [line for line in text.split("\n") if chrome().paragraph.match(line)]


def test_the_clients_times_are_bakus_whatever_the_newsrooms_zone(read, answered):
    elsewhere = Source(name="wire", url="https://caliber.az/rss.xml", zone=ZoneInfo("America/New_York"))
    body = (FOLDER / "caliber-en.html").read_bytes()
    at_home = article_page.read_page(answered(body, "https://www.caliber.az/en/post/1"), elsewhere, NOW)
    assert at_home.published_at == datetime(2024, 9, 24, 16, 34, tzinfo=UTC)
    away = article_page.read_page(answered(body, "https://other.example/en/post/1"), elsewhere, NOW)
    assert away.published_at == datetime(2024, 9, 25, 0, 34, tzinfo=UTC)


def test_each_known_kind_of_site_has_its_pages(read):
    assert {profile.name for profile in profiles()} == {name.partition("-")[0] for name in PAGES} - {
        "machines",
        "microdata",
    }


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_understood_in_well_under_60_ms(read, timed, name):
    read(name)
    with timed(0.06 * 5):
        for _ in range(5):
            read(name)
