"""Anything a site may send to the other kinds of source is read or refused: no other error, no hang."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from multidict import CIMultiDict

from newswire.source import Memory, Source
from sources import hook, websub
from sources._ghost import read_event
from sources._html import parse
from sources._links import links
from sources._list_page import items
from sources._robots import read_robots
from sources._sitemapfile import read_sitemap
from sources._wordpress_post import read_post

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SOURCE = Source(name="wire", url="https://news.example/")
BASE = "https://news.example/economy"
SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
    "<url><loc>https://news.example/1</loc><lastmod>2026-11-24</lastmod><n:news><n:publication><n:language>en</n:language>"
    "</n:publication><n:title>A &amp; B</n:title></n:news></url></urlset>"
)
SECTION = (
    '<html><script type="application/ld+json">{"itemListElement": [{"url": "/1"}, {"item": {"@id": "/2"}}]}</script>'
    '<nav><a href="/x">x</a></nav><h2><a href="/post/a-b-c">Headline of a story</a></h2><a href=//[>x</a><a href="/d-e-f">'
    "<p>Block</p></a></html>"
)
HEAD = '<link rel=hub href="https://hub.example/"><base href="/x/"><atom:link rel=self href=y><link rel="alternate" type=z>'
ROBOTS = "User-agent: *\nDisallow: /a*b$\nAllow: /\nSitemap: /map.xml\n"
PING = "<methodCall><methodName>pingback.ping</methodName><params><param><value>https://news.example/</value></param></params></methodCall>"
SEEDS = [SITEMAP, SECTION, HEAD, ROBOTS, PING, "https://news.example/1\nhttps://news.example/2"]
PIECES = st.sampled_from(
    [
        *(
            "<",
            ">",
            "&",
            "<!--",
            "]]>",
            "<!DOCTYPE x [",
            '"',
            "'",
            "=",
            "\0",
            "\ufffe",
            "\ud800",
            "*",
            "$",
            "%",
            "%zz",
            "#",
        ),
        *(
            ":",
            "http://[",
            "//",
            "https://[::1",
            "xmlns=''",
            "<url>",
            "</url>",
            "<loc>",
            "[" * 500,
            "{",
            "}",
            "9" * 5000,
        ),
        *("\n", "*a" * 50),
    ]
)
FUZZ = settings(max_examples=200, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def mutated(draw):
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        middle = draw(st.sampled_from(["", text[start:end] * 2]) | PIECES | st.text(max_size=5))
        text = text[:start] + middle + text[end:]
    return text


@FUZZ
@given(text=mutated() | st.text(max_size=200))
def test_files_and_pages_are_read_or_refused(text, answered):
    body = text.encode("utf-8", "surrogatepass")
    with suppress(ValueError):
        file = read_sitemap(body, "", BASE)
        assert all(one.url.startswith("http") for one in (*file.pages, *file.maps))
    with suppress(ValueError):
        assert all(item.url.startswith("http") for item in items(parse(text), BASE, {}))
    assert all(link.url.startswith("http") for link in links(answered(body, BASE)))
    robots = read_robots(text, "Newswire/0.1", BASE)
    assert robots.allows(BASE) in (True, False)
    assert robots.allows("https://news.example/a?" + text[:50]) in (True, False)
    for headers in ({}, {"X-Hub-Signature": text[:99]}, {"X-Ghost-Signature": text[:99]}, {"X-Signature": text[:99]}):
        heard = hook.receive(SOURCE, Memory(), body, CIMultiDict(headers), secret="s", now=NOW)
        assert heard.sight is None
        assert websub.receive(SOURCE, Memory(), body, CIMultiDict(headers), secret="s", now=NOW).sight is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=10,
)
WORDS = st.sampled_from(
    [
        "https://news.example/1",
        "/1",
        "http://[",
        "<p>x</p>",
        "&#xd800;",
        "9999-99-99",
        "2026-11-24T10:00:00",
        "published",
        "public",
    ]
)
NAMES = [
    "id",
    "link",
    "url",
    "guid",
    "title",
    "content",
    "excerpt",
    "date_gmt",
    "modified_gmt",
    "lang",
    "_embedded",
    "html",
    "status",
    "visibility",
    "tags",
    "authors",
]
DEEPER = [
    "rendered",
    "protected",
    "author",
    "wp:term",
    "wp:featuredmedia",
    "name",
    "source_url",
    "mime_type",
    "caption",
    "media_details",
    "width",
]


@FUZZ
@given(
    post=st.dictionaries(
        st.sampled_from(NAMES),
        WORDS | JSON | st.dictionaries(st.sampled_from(DEEPER), WORDS | JSON | st.lists(JSON, max_size=3), max_size=5),
        max_size=12,
    ),
    previous=JSON,
)
def test_posts_of_any_shape_are_read_or_passed_over(post, previous):
    article = read_post(post, SOURCE, NOW)
    assert article is None or json.dumps(article.to_json())
    for event in ({"post": {"current": post, "previous": previous}}, {"post": post}, post):
        found, gone = read_event(event, SOURCE, NOW)
        assert found is None or json.dumps(found.to_json())
        assert gone == "" or gone.startswith("http")


@FUZZ
@given(
    query=st.dictionaries(
        st.sampled_from(["hub.mode", "hub.topic", "hub.challenge", "hub.lease_seconds"]), st.text(max_size=20)
    )
)
def test_questions_of_any_shape_are_answered_with_nothing(query):
    memory = websub.intend(
        websub.Subscription(hub="https://h.example", topic="https://t.example/x").within(Memory()), NOW
    )
    assert websub.challenge(memory, query, now=NOW)[1] == ""


@pytest.mark.parametrize(
    "part",
    ["<url>", "<url><loc>http://a.example/", "<a>", "<a href=/a-b-c>x y z", "<h2><a href=/a-b-c>", "&", "*", "<link "],
)
def test_nothing_takes_long(part, timed, answered):
    text = "<html>" + part * (300_000 // len(part))
    with timed(4):
        with suppress(ValueError):
            read_sitemap(text.encode(), "", BASE)
        with suppress(ValueError):
            items(parse(text), BASE, {})
        links(answered(text, BASE))
        read_robots(text.replace("<html>", "User-agent: *\nDisallow: /"), "a", BASE).allows(BASE + "a" * 5000)
        hook.is_ping(SOURCE, b"<methodCall>" + text.encode())
