"""The dialects of feeds, each against what it means, and all against feedparser where feedparser reads them."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from html import escape

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.errors import SourceError
from newswire.source import Source
from sources import feed
from sources._fetch import Fetched

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SOURCE = Source(name="wire", url="https://news.example/feed")
MOMENT = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)


def articles(body, url=SOURCE.url):
    answer = Fetched(
        url=url, status=200, headers={}, body=body.encode(), charset="", etag="", last_modified="", permanent_url=url
    )
    return feed.read(answer, SOURCE, NOW)[1]


def only(body):
    (article,) = articles(body)
    return article


RSS_090 = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">
<channel><title>Wire</title><link>https://news.example/</link></channel>
<item><title>Port opens</title><link>https://news.example/1</link></item></rdf:RDF>"""

RSS_091 = """<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
"http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>Wire</title>
<item><title>Port opens</title><link>https://news.example/1</link></item></channel></rss>"""

RSS_10 = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://news.example/feed"><title>Wire</title><link>https://news.example/</link>
<items><rdf:Seq><rdf:li rdf:resource="https://news.example/1"/></rdf:Seq></items></channel>
<item rdf:about="https://news.example/1"><title>Port opens</title><link>https://news.example/1</link>
<description>It opened.</description><dc:creator>Anna Ray</dc:creator><dc:subject>Economy</dc:subject>
<dc:date>2026-11-20T11:30:00+04:00</dc:date></item></rdf:RDF>"""

RSS_20_NAMESPACED = """<rss version="2.0" xmlns="http://backend.userland.com/rss2"><channel><title>Wire</title>
<ITEM><Title>Port opens</Title><LINK>https://news.example/1</LINK><PubDate>Fri, 20 Nov 2026 07:30:00 GMT</PubDate>
</ITEM></channel></rss>""".replace("ITEM", "item")

ATOM_10 = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Wire</title>
<link href="https://news.example/"/><id>urn:feed</id><author><name>The Desk</name></author>
<entry><title type="html">Port &amp;amp; &lt;b>opens&lt;/b></title><id>urn:1</id>
<link rel="self" href="https://news.example/1.atom"/><link rel="replies" href="https://news.example/1#c"/>
<link rel="alternate" type="application/json" href="https://news.example/1.json"/>
<link rel="alternate" type="text/html" href="https://news.example/1"/>
<link rel="enclosure" type="image/jpeg" href="https://news.example/1.jpg"/>
<published>2026-11-20T11:30:00+04:00</published><updated>2026-11-20T08:00:00Z</updated>
<category term="economy" label="Economy"/><category term="ports"/>
<summary>It opened.</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>It opened.</p><p>It <b>closed</b>.</p></div></content>
</entry></feed>"""

ATOM_03 = """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Wire</title>
<entry><title>Port opens</title><link rel="alternate" type="text/html" href="https://news.example/1"/><id>urn:1</id>
<issued>2026-11-20T07:30:00Z</issued><modified>2026-11-20T08:00:00Z</modified>
<content type="text/html" mode="escaped">&lt;p&gt;It opened.&lt;/p&gt;</content></entry></feed>"""


@pytest.mark.parametrize("body", [RSS_090, RSS_091, RSS_10, RSS_20_NAMESPACED, ATOM_03])
def test_old_dialects_are_read(body):
    article = only(body)
    assert (article.title, article.url) == ("Port opens", "https://news.example/1")


def test_rdf_has_dublin_core_for_what_rss_lacks():
    article = only(RSS_10)
    assert (article.author, article.categories, article.lead) == ("Anna Ray", ("Economy",), "It opened.")
    assert (article.published_at, article.guid) == (MOMENT, "https://news.example/1")


def test_rdfs_own_name_of_an_item_goes_before_dublin_cores():
    body = RSS_10.replace("<dc:date>", "<dc:identifier>doi:10.1/x</dc:identifier><dc:date>", 1)
    assert body != RSS_10
    assert only(body).guid == only(RSS_10).guid != ""


def test_atom_is_read_by_its_types_and_relations():
    article = only(ATOM_10)
    assert (article.title, article.url, article.guid) == ("Port & opens", "https://news.example/1", "urn:1")
    assert (article.published_at, article.modified_at) == (MOMENT, datetime(2026, 11, 20, 8, 0, tzinfo=UTC))
    assert (article.lead, article.body) == ("It opened.", "It opened.\n\nIt closed.")
    assert (article.author, article.categories) == ("The Desk", ("Economy", "ports"))
    assert article.images[0].url == "https://news.example/1.jpg"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ('<title type="text">Less &lt;b> is more</title>', "Less <b> is more"),
        ('<title type="html">Less &lt;b>is&lt;/b> more</title>', "Less is more"),
        (
            '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Less <b>is</b> more</div></title>',
            "Less is more",
        ),
        (
            '<title type="xhtml"><x:div xmlns:x="http://www.w3.org/1999/xhtml">Less <x:b>is</x:b> more</x:div></title>',
            "Less is more",
        ),
        ("<title><![CDATA[Less &amp; more]]></title>", "Less & more"),
    ],
)
def test_atom_titles_of_all_types(title, text):
    assert (
        only(ATOM_10.replace(ATOM_10[ATOM_10.index('<title type="html"') : ATOM_10.index("<id>urn:1")], title)).title
        == text
    )


def test_atom_without_a_published_date_goes_by_its_last_update():
    body = ATOM_10.replace("<published>2026-11-20T11:30:00+04:00</published>", "")
    assert only(body).published_at == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def test_atom_links_are_relative_to_the_nearest_base():
    body = ATOM_10.replace('href="https://news.example/1"', 'href="1" xml:base="sub/"')
    body = body.replace("<entry>", '<entry xml:base="https://base.example/x/">')
    assert only(body).url == "https://base.example/x/sub/1"


def json_feed(**item):
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Wire", "items": [item]})


def test_a_json_feed_is_read():
    article = only(
        json_feed(
            id=7,
            url="/1",
            title="Port &amp; opens PHOTO",
            summary="It < opened.",
            content_html="<p>It opened.</p>",
            date_published="2026-11-20T11:30:00+04:00",
            date_modified="2026-11-20T12:00:00+04:00",
            authors=[{"name": "Anna Ray"}, {"name": "Ben Low"}, {"url": "x"}],
            tags=["Economy", 5],
            image="//cdn.example/1.jpg",
        )
    )
    assert (article.title, article.flags, article.url) == ("Port & opens", ("photo",), "https://news.example/1")
    assert (article.guid, article.lead, article.body) == ("7", "It < opened.", "It opened.")
    assert (article.author, article.categories) == ("Anna Ray, Ben Low", ("Economy",))
    assert article.published_at == MOMENT
    assert article.images[0].url == "https://cdn.example/1.jpg"


def test_no_text_of_an_article_holds_what_cannot_be_stored():
    odd = "x\ud800\0\u202ey"
    article = only(
        json_feed(
            id=odd,
            url=f"https://news.example/{odd}",
            title=odd,
            summary=odd,
            content_html=f"<p>{odd}</p>",
            image=f"/{odd}.jpg",
            authors=[{"name": odd}],
            tags=[odd],
        )
    )
    stored = json.dumps(article.to_json(), ensure_ascii=False)
    assert stored.encode().isascii()
    assert "\\u0000" not in stored
    assert (article.title, article.url) == ("xy", "https://news.example/xy")


def test_a_json_item_of_a_sound_alone_leads_to_it():
    item = {
        "id": "1",
        "title": "A",
        "attachments": [{}, {"url": "https://news.example/1.mp3", "mime_type": "audio/mpeg"}],
    }
    assert (
        only(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]})).url
        == "https://news.example/1.mp3"
    )


def test_a_json_feed_of_plain_text_keeps_its_paragraphs():
    assert only(json_feed(id="https://news.example/1", content_text="One <b>\n\nTwo")).body == "One <b>\n\nTwo"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=10,
    ),
    st.sampled_from(
        [
            "title",
            "summary",
            "content_html",
            "content_text",
            "date_published",
            "image",
            "authors",
            "author",
            "tags",
            "attachments",
            "id",
            "url",
        ]
    ),
)
def test_a_json_item_may_hold_anything_anywhere(value, name):
    body = json_feed(**{"id": "1", "url": "https://news.example/1", "title": "Port"} | {name: value})
    with suppress(SourceError):
        articles(body)


# Against feedparser, on feeds that both must understand.

# Not Latin-1's upper half: feedparser takes it for UTF-8 read wrongly and "mends" it.
LETTERS = st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters="<>&@") | st.characters(
    min_codepoint=0x100, max_codepoint=0xD7FF, categories=("L", "N", "P")
)
SAFE = st.text(LETTERS, min_size=1, max_size=40).map(lambda text: " ".join(text.split())).filter(bool)
ENTRY = st.fixed_dictionaries(
    {
        "title": SAFE.map(lambda text: f"{text} and more"),
        "link": st.integers(1, 10**6).map(lambda n: f"https://news.example/post/{n}?a=1&b=2"),
        "guid": st.integers(1, 10**6).map(lambda n: f"urn:post:{n}"),
        "moment": st.datetimes(datetime(2001, 1, 1), datetime(2026, 11, 1)).map(  # noqa: DTZ001 - the zone comes next
            lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
        ),
        "author": SAFE,
        "tags": st.lists(SAFE, max_size=3, unique=True),
        "lead": SAFE.map(lambda text: f"Lead: {text}."),
    }
)


def as_rss(entry):
    return (
        f"<item><title>{escape(entry['title'])}</title><link>{escape(entry['link'])}</link>"
        f"<guid isPermaLink='false'>{entry['guid']}</guid><dc:creator>{escape(entry['author'])}</dc:creator>"
        f"<pubDate>{entry['moment']:%a, %d %b %Y %H:%M:%S +0000}</pubDate>"
        + "".join(f"<category>{escape(tag)}</category>" for tag in entry["tags"])
        + f"<description>{escape(entry['lead'])}</description></item>"
    )


def as_atom(entry):
    return (
        f"<entry><title>{escape(entry['title'])}</title><link href='{escape(entry['link'])}'/>"
        f"<id>{entry['guid']}</id><author><name>{escape(entry['author'])}</name></author>"
        f"<published>{entry['moment'].isoformat()}</published><updated>{entry['moment'].isoformat()}</updated>"
        + "".join(f"<category term='{escape(tag)}'/>" for tag in entry["tags"])
        + f"<summary>{escape(entry['lead'])}</summary></entry>"
    )


def whole_rss(entries):
    inside = "".join(map(as_rss, entries))
    return f'<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>W</title>{inside}</channel></rss>'


def whole_atom(entries):
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>W</title>{"".join(map(as_atom, entries))}</feed>'


@pytest.mark.parametrize("write", [whole_rss, whole_atom])
@settings(max_examples=60, deadline=None)
@given(entries=st.lists(ENTRY, min_size=1, max_size=4, unique_by=lambda entry: entry["link"]))
def test_feedparser_understands_the_same(write, entries):
    body = write(entries)
    theirs = feedparser.parse(body.encode()).entries
    ours = articles(body)
    assert len(ours) == len(theirs)
    for article, other in zip(ours, theirs, strict=True):
        assert article.title == other.title
        assert article.url == other.link
        assert article.guid == other.id
        assert article.published_at == datetime(*other.published_parsed[:6], tzinfo=UTC)
        assert article.author == other.author
        assert list(article.categories) == [tag.term for tag in other.get("tags", [])]
        assert article.lead == other.summary
