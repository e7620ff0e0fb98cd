"""Anything a site may send is read or refused: no other error, no hang."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newswire.errors import SourceError
from newswire.source import Source
from sources import article_page, feed

ROOT = Path(__file__).parents[2]
SOURCE = Source(name="wire", url="https://news.example/rss.xml")
RSS = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/"><channel xml:base="http://a.example/"><title>W</title><item>'
    '<title><![CDATA[A &nbsp; B PHOTO]]></title><link>/1?a=1&amp;b=2</link><guid isPermaLink="">1</guid>'
    "<pubDate>Fri, 20 Nov 2026 07:30:00 -0500</pubDate><dc:creator>a@b.c (Anna)</dc:creator>"
    '<media:group><media:content url="//c.example/1.jpg" width="9"><media:title>t</media:title></media:content>'
    '</media:group><enclosure url="x.jpg"/><description>&lt;p&gt;x&lt;img src="y"&gt;</description></item></channel></rss>'
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">W</div>'
    '</title><entry><id>1</id><title type="html">A &amp;amp; B</title><link rel="alternate" href="1" xml:base="b/"/>'
    '<updated>2026-11-20T07:30:00Z</updated><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x</p>'
    "</div></content><author><name>Anna</name></author></entry></feed>"
)
JSON = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "url": "/1", "tags": ["a"], "image": "x"}]}'
HTML = (
    '<!doctype html><html lang="en"><head><base href="/x/"><link rel="canonical" href="/1"><meta property="og:image" '
    'content="1.jpg"><script type="application/ld+json">{"@type": "NewsArticle", "headline": "A", "image": [{"@id": "#i"}],'
    ' "author": {"name": ["B"]}}</script></head><body><h1 class="post_title">A PHOTO</h1><p class="post_time">'
    '25 Июня 2026 17:24</p><div class="post_cover" style="background: url(1.webp)"></div><div class="post_body"><p>x</p>'
    '<figure><img src="2.jpg"><figcaption>c</figcaption></figure></div></body></html>'
)
SEEDS = [RSS, ATOM, JSON, HTML]
PIECES = st.sampled_from(
    [
        *(
            "<",
            ">",
            "&",
            "<!--",
            "]]>",
            "<![CDATA[",
            "<!DOCTYPE rss [",
            "<?",
            "/>",
            '"',
            "'",
            "=",
            "\0",
            "\ufffe",
            "\ud800",
        ),
        *("&#0;", "&#x110000;", "&nosuch;", "http://[", "//", "xmlns=''", "xml:base='http://['", "<item>", "</item>"),
        *("[", "{", "}", ",", "1e999", "9" * 5000, "\\ud800", "null", "<p a=", "<title>", "\N{COMBINING ACUTE ACCENT}"),
    ]
)


@st.composite
def mutated(draw):
    """A feed or page with pieces cut out, doubled, or put in at random places."""
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        middle = draw(st.sampled_from(["", text[start:end] * 2]) | PIECES | st.text(max_size=5))
        text = text[:start] + middle + text[end:]
    return text


def read_both(body, answered, now, charset=""):
    with suppress(SourceError):
        _, articles = feed.read(answered(body, charset=charset), SOURCE, now)
        for article in articles:
            assert article.url.startswith(("http://", "https://"))
            assert article.title
            assert "\n" not in article.title + article.lead
            article.content_hash()
    with suppress(SourceError):
        article = article_page.read_page(answered(body, charset=charset), SOURCE, now)
        assert article.title
        article.content_hash()


FUZZ = settings(max_examples=250, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(body=mutated(), charset=st.sampled_from(["", "utf-8", "windows-1251", "utf-16", "idna"]))
def test_a_mutated_feed_or_page_is_read_or_refused(body, charset, answered, now):
    read_both(body.encode("utf-8", "surrogatepass"), answered, now, charset)


@FUZZ
@given(
    body=st.binary(max_size=300), prefix=st.sampled_from([b"", b"<", b"<rss>", b"{", b"\xff\xfe", b"<html>", b"<?xml "])
)
def test_any_bytes_are_read_or_refused(body, prefix, answered, now):
    read_both(prefix + body, answered, now)


@FUZZ
@given(
    parts=st.lists(
        st.sampled_from(
            [
                *(
                    "<rss>",
                    "<channel>",
                    "<item>",
                    "</item>",
                    "<title>",
                    "</title>",
                    "<link>",
                    "</link>",
                    "<a:b>",
                    "<feed>",
                ),
                *(
                    "<entry>",
                    "<content type='xhtml'>",
                    "<media:content url='x'>",
                    "text",
                    "&amp;",
                    "&",
                    "<![CDATA[",
                    "]]>",
                ),
                *(
                    "<link href='/x'/>",
                    "<guid>http://a.example</guid>",
                    "<html>",
                    "<p>",
                    "</p>",
                    "<table>",
                    "<h1>t</h1>",
                ),
            ]
        ),
        max_size=40,
    )
)
def test_any_row_of_tags_is_read_or_refused(parts, answered, now):
    read_both("".join(parts), answered, now)


@pytest.mark.parametrize(
    "part",
    [
        *(
            "<",
            "&",
            "<a",
            "<a b='",
            "<![CDATA[",
            "<!--",
            "<!DOCTYPE",
            "<!DOCTYPE rss [",
            "<?x ",
            "<item>",
            "&#x",
            "&a;",
        ),
        *(
            "<item><link>/x</link></item>",
            "<title>",
            "<p>&lt;",
            "]]>",
            "<a:b c:d='e'>",
            " ",
            "\0",
            "{",
            '{"a":',
            "[",
            "http://",
        ),
    ],
)
@pytest.mark.parametrize(
    "start", ["", "<rss><channel>", "<rss><channel><item><description>", "<rss><channel><item><title>"]
)
def test_no_feed_takes_long(part, start, answered, timed, now):
    body = start + part * (400_000 // len(part))
    with timed(1), suppress(SourceError):
        feed.read(answered(body), SOURCE, now)


ITEM = "<title>a</title><link>https://news.example/1</link>"


def described(markup):
    return f"<rss><channel><item>{ITEM}<description><![CDATA[{markup}]]></description></item></channel></rss>"


HOSTILE = {
    "nested elements": f"<rss><channel><item>{ITEM}{'<a>' * 100_000}",
    "nested groups": f"<rss xmlns:m='http://search.yahoo.com/mrss/'><channel><item>{ITEM}{'<m:group>' * 2_000}",
    "parts of an item": f"<rss><channel><item>{ITEM}{'<category>x</category>' * 140_000}</item></channel></rss>",
    "namespaces": f"<rss><channel><item>{ITEM}" + "".join(f"<t xmlns='urn:{n}'/>" for n in range(50_000)),
    "empty items": f"<rss><channel>{'<item/>' * 140_000}</channel></rss>",
    "items of a hundred thousand kinds": "<rss><channel>"
    + "".join(f"<item><link>https://a.example/{n}</link><x{n}/></item>" for n in range(40_000))
    + "</channel></rss>",
    "text": described("word " * 900_000),
    "tags in a text": described("<p>" * 1_500_000),
    "references": described("&nbsp;&amp;" * 400_000),
    "different references": described("".join(f"&#{n};" for n in range(60_000))),
    "a reference without end": described("&#" + "9" * 1_000_000 + ";"),
    "quotes": described('<a b="' * 600_000),
    "smaller-than signs": described("<" * 4_900_000),
    "comments": described("<!--" * 1_200_000),
    "pictures that are none": described("<img src='data:x'>" * 250_000),
    "a title without end": f"<rss><channel><item><title>{'PHOTO ' * 800_000}</title></item></channel></rss>",
    "an address without end": f"<rss><channel><item><link>https://a.example/{'a' * 4_000_000}</link></item></channel></rss>",
    "a date without end": f"<rss><channel><item>{ITEM}<pubDate>{'1' * 4_000_000}</pubDate></item></channel></rss>",
    "bare ampersands": f"<rss><channel><item>{ITEM}<x>{'& ' * 2_000_000}</x></item></channel></rss>",
    "entities nobody knows": f"<rss><channel><item>{ITEM}<x>{'&foo; ' * 800_000}</x></item></channel></rss>",
    "items that never end": "<rss><channel>" + "<item><title>a" * 200_000,
    "bases in bases": "<rss><channel>" + "<g xml:base='x/'>" * 900 + f"<item>{ITEM}</item>" * 5_000,
    "hours": f"<rss><channel><skipHours>{'<hour>1</hour>' * 140_000}</skipHours><item>{ITEM}</item></channel></rss>",
    "declared entities": "<!DOCTYPE rss ["
    + "<!ENTITY a 'x'>" * 200_000
    + f"]><rss><channel><item>{ITEM}</item></channel></rss>",
    "instructions": "<?x ?>" * 800_000 + f"<rss><channel><item>{ITEM}</item></channel></rss>",
    "authors with broken mailboxes": "<rss><channel>"
    + "".join(f"<item><link>/{n}</link><author>{'(' * 150}{'@' * 150}</author></item>" for n in range(10_000))
    + "</channel></rss>",
    "authors of a feed": "<feed xmlns='http://www.w3.org/2005/Atom'>"
    + "<author><name>Anna</name></author>" * 35_000
    + "<entry><link href='/1'/></entry></feed>",
    "a title of scripts that never end": f"<rss><channel><item><title><![CDATA[{'<script a>' * 400_000}",
    "titles of tags alone": "<rss><channel>"
    + "".join(f"<item><link>/{n}</link><title>{'PHOTO ' * 14}PH</title></item>" for n in range(20_000))
    + "</channel></rss>",
    "JSON in JSON": '{"items":[' + "[" * 100_000,
    "JSON items": '{"items":[' + ",".join(f'{{"url":"https://a.example/{n}"}}' for n in range(90_000)) + "]}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_hostile_feed_takes_long(name, answered, timed, now):
    with timed(3), suppress(SourceError):
        _, found = feed.read(answered(HOSTILE[name].encode()[: 5 * 2**20]), SOURCE, now)
        assert len(found) <= 20_000


def test_the_largest_feed_stays_within_its_memory():
    """Read in a process of its own: 5 MB with as many items as fit."""
    code = """
import resource, sys
from datetime import UTC, datetime
from newswire.source import Source
from sources import feed
from sources._fetch import Fetched
item = "<item><title>a</title><link>https://a.example/%d</link><description>x</description></item>"
body = ("<rss><channel>" + "".join(item % n for n in range(36_000)) + "</channel></rss>").encode()
url = "https://a.example/"
answer = Fetched(url=url, status=200, headers={}, body=body, charset="", etag="", last_modified="", permanent_url=url)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert len(feed.read(answer, Source(name="wire", url=url), datetime.now(UTC))[1]) == 20_000
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    kilobytes = int(done.stdout) / (1024 if sys.platform == "darwin" else 1)
    assert kilobytes < 200_000
