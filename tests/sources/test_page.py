"""Section pages: which of their links are articles, and what is known of those before their pages are read."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from newswire.errors import SourceError
from newswire.source import Memory, Source
from sources import page

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BAKU = ZoneInfo("Asia/Baku")

# Cards as most sites build them, among everything else a page links to.
SECTION = """<html lang="en"><head><title>Economy — Site</title></head><body>
<header><a href="/">The Site of All News</a><nav><a href="/economy">All about our economy</a></nav></header>
<nav><a href="/politics/today-in-politics-here">Today in politics, as it happened</a></nav>
<div class="login"><a href="/login?back=economy">Log in to read more of it</a><a href="/tag/big-oil-and-gas">Big oil and gas</a></div>
<main>
<div class="card"><a href="/post/port-opens-second-berth"><img src="/1.jpg"></a><span>Economy</span>
  <h3><a href="/post/port-opens-second-berth?utm_source=home">Port opens second berth PHOTO</a></h3>
  <time datetime="2026-11-24T11:00:00+04:00">11:00</time><a href="/post/port-opens-second-berth#comments">12 comments so far</a></div>
<div class="card"><a href="/post/oil-falls-below-sixty"><div class="pic"></div><div><p>Economy</p><h3>Oil falls below sixty</h3><p>24 Nov</p></div></a></div>
<div class="card"><a href="/post/grain-deal-signed-at-last"><div class="pic"></div><p>Grain</p><p>24 Nov 2026</p></a></div>
<div class="card"><h3><a href="/post/rates-stay">Rates stay</a></h3><a href="/post/rates-stay">24 November 2026</a></div>
<div class="card"><a href="/post/minister-speaks-about-bread">Minister speaks about bread</a></div>
<div class="card"><a href="https://elsewhere.example/post/not-our-own-story">Not our own story at all</a></div>
<a href="/economy?page=2">Older stories about economy</a><a href="/economy/page/2/">Older stories about economy</a>
</main>
<aside><a href="/post/most-read-story-of-week">Most read story of the week</a></aside>
<footer><a href="/about/terms-of-use-of-site">Terms of use of this site</a></footer></body></html>"""


@pytest.fixture
def look(site, fetcher):
    """Serve a page and look at it once."""

    async def looking(body, *, memory=None, path="/economy", **source):
        watched = Source(name="wire", url=site.put(path, body, "text/html"), kind="page", zone=BAKU, **source)
        return await page.poll(fetcher, watched, memory or Memory(), now=NOW)

    return looking


def told(site, sight):
    return {article.url.removeprefix(site.base): article.title for article in sight.articles}


async def test_articles_are_found_by_their_links_and_nothing_else_is(site, look):
    sight = await look(SECTION)
    assert told(site, sight) == {
        "/post/port-opens-second-berth": "Port opens second berth",
        "/post/oil-falls-below-sixty": "Oil falls below sixty",
        "/post/rates-stay": "Rates stay",
        "/post/minister-speaks-about-bread": "Minister speaks about bread",
    }
    assert sight.articles[0].flags == ("photo",)
    assert sight.title == "Economy — Site"


async def test_selectors_say_where_articles_are_and_times_come_along(site, look):
    sight = await look(SECTION, selectors={"item": ".card", "title": ".post_title", "path": "/post/"})
    found = told(site, sight)
    assert found["/post/grain-deal-signed-at-last"] == ""
    assert len(found) == 5
    assert sight.articles[0].published_at == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


async def test_a_selector_of_links_alone_is_enough(site, look):
    assert list(told(site, await look(SECTION, selectors={"link": ".card h3"}))) == [
        "/post/port-opens-second-berth?utm_source=home",
        "/post/oil-falls-below-sixty",
        "/post/rates-stay",
    ]


@pytest.mark.parametrize(
    "element",
    [
        lambda n: {"@type": "ListItem", "position": n, "url": f"/s/{n}", "name": f"Headline {n}"},
        lambda n: {
            "@type": "ListItem",
            "item": {"@type": "NewsArticle", "@id": f"/s/{n}", "headline": f"Headline {n}"},
        },
        lambda n: {"@type": "NewsArticle", "url": f"/s/{n}", "headline": f"Headline {n}"},
    ],
)
async def test_the_pages_own_list_for_machines_is_believed(site, look, element):
    crumbs = {"@type": "BreadcrumbList", "itemListElement": [{"item": "/"}, {"item": "/economy"}]}
    data = [crumbs, {"@type": "CollectionPage", "mainEntity": {"itemListElement": [element(n) for n in range(1, 4)]}}]
    body = SECTION.replace("</head>", f'<script type="application/ld+json">{json.dumps(data)}</script></head>')
    assert told(site, await look(body)) == {f"/s/{n}": f"Headline {n}" for n in range(1, 4)}


async def test_addresses_that_say_nothing_are_found_by_their_headlines(site, look):
    cards = "".join(f'<p><a href="/n/{chr(97 + n)}">Headline of story number {n}</a></p>' for n in range(5))
    body = f'<a href="/x/y/z">The only link of its own kind</a>{cards}'
    assert set(told(site, await look(body))) == {f"/n/{letter}" for letter in "abcde"}


async def test_many_links_with_long_names_are_no_articles_where_addresses_tell_which_are(site, look):
    menu = "".join(f'<p><a href="/info/{letter}">All you must know of {letter}</a></p>' for letter in "abcdefghij")
    assert list(told(site, await look(SECTION.replace("<main>", f"<main>{menu}")))) == list(
        told(site, await look(SECTION))
    )


async def test_a_list_that_stays_though_the_page_changes_is_no_news(site, look):
    first = await look(SECTION)
    second = await look(SECTION.replace("12 comments", "13 comments"), memory=first.memory)
    assert second.articles is None
    third = await look(SECTION.replace("Oil falls below", "Oil rises above"), memory=first.memory)
    assert told(site, third)["/post/oil-falls-below-sixty"] == "Oil rises above sixty"


@pytest.mark.parametrize(
    ("body", "selectors", "words"),
    [
        ("<p>Nothing here</p>", {}, "no links that look like articles; name their place with `selectors.link`"),
        (SECTION, {"link": ".nosuch"}, "no links that look like articles"),
        (SECTION, {"item": "]["}, r"'\]\[' is no CSS selector"),
        ("", {}, "is no web page"),
    ],
)
async def test_what_cannot_be_found_is_said_with_the_way_out(look, body, selectors, words):
    with pytest.raises(SourceError, match=words):
        await look(body, selectors=selectors)


async def test_a_page_of_nothing_but_links_takes_no_time(look, timed):
    many = "".join(f'<p><a href="/post/story-number-{n}">Headline of story {n}</a></p>' for n in range(20_000))
    with timed(2):
        sight = await look(f"<html><body>{many}</body></html>")
    assert len(sight.articles) == 300
