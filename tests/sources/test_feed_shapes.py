"""Feeds in all the shapes that sites give them: one item each, and what a reader would show of it."""

from datetime import UTC, datetime

import feedparser
import pytest

from newswire.errors import SourceError
from newswire.source import Source
from sources import feed
from sources._fetch import Fetched

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SOURCE = Source(name="wire", url="https://news.example/feed")
PREFIXES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "media": "http://search.yahoo.com/mrss/",
    "atom": "http://www.w3.org/2005/Atom",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "googleplay": "http://www.google.com/schemas/play-podcasts/1.0",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "yandex": "http://news.yandex.ru",
    "turbo": "http://turbo.yandex.ru",
    "g": "http://base.google.com/ns/1.0",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
}
NAMESPACES = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in PREFIXES.items())
DIV = "<div xmlns='http://www.w3.org/1999/xhtml'>"
LINK = "<link>https://news.example/1</link>"
ALTERNATE = "<link href='https://news.example/1'/>"
ATOM_03 = "version='0.3' xmlns='http://purl.org/atom/ns#'"


def rss(item, head=""):
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {NAMESPACES}><channel><title>Wire</title>'
        f"<link>https://news.example/</link>{head}<item>{item}</item></channel></rss>"
    )


def atom(entry, names="xmlns='http://www.w3.org/2005/Atom'", head=""):
    return f'<?xml version="1.0" encoding="utf-8"?><feed {names}><title>Wire</title>{head}<entry>{entry}</entry></feed>'


def read(body, charset=""):
    data = body.encode() if isinstance(body, str) else body
    url = SOURCE.url
    answer = Fetched(
        url=url, status=200, headers={}, body=data, charset=charset, etag="", last_modified="", permanent_url=url
    )
    return feed.read(answer, SOURCE, NOW)


def only(body, charset=""):
    (article,) = read(body, charset)[1]
    return article


def at(*moment):
    return datetime(*moment, tzinfo=UTC)


TITLES = {
    "plain": (rss(f"{LINK}<title>A</title>"), "A"),
    "with entities": (rss(f"{LINK}<title>A &amp; B</title>"), "A & B"),
    "escaped twice": (rss(f"{LINK}<title>A &amp;amp; B</title>"), "A & B"),
    "entities in CDATA": (rss(f"{LINK}<title><![CDATA[A &nbsp; &quot;B&quot; &#8212; C]]></title>"), 'A "B" — C'),
    "escaped tags": (rss(f"{LINK}<title>&lt;b&gt;A&lt;/b&gt; b</title>"), "A b"),
    "comparisons": (rss(f"{LINK}<title>1 &lt; 2 &gt; 0</title>"), "1 < 2 > 0"),
    "HTML's entities": (rss(f"{LINK}<title>Caf&eacute; &mdash; A</title>"), "Café — A"),
    "a bare ampersand": (rss(f"{LINK}<title>A & B</title>"), "A & B"),
    "several lines": (rss(f"{LINK}<title>\n  A\n\tb </title>"), "A b"),
    "Dublin Core's": (rss(f"{LINK}<dc:title>A</dc:title>"), "A"),
    "media's is not the item's": (rss(f"{LINK}<media:title>M</media:title><title>A</title>"), "A"),
    "Apple's for want of another": (rss(f"{LINK}<itunes:title>A</itunes:title>"), "A"),
    "Atom xhtml": (atom(f"{ALTERNATE}<title type='xhtml'>{DIV}A <b>b</b> &amp; c</div></title>"), "A b & c"),
    "Atom xhtml with a prefix": (
        atom(
            f"{ALTERNATE}<title type='xhtml'><x:div xmlns:x='http://www.w3.org/1999/xhtml'>A <x:i>b</x:i></x:div></title>"
        ),
        "A b",
    ),
    "Atom html": (atom(f"{ALTERNATE}<title type='html'>A &lt;i&gt;b&lt;/i&gt; &amp;amp; c</title>"), "A b & c"),
    "Atom text with a tag meant as such": (
        atom(f"{ALTERNATE}<title type='text'>Of &lt;b&gt;</title>"),
        "Of <b>",
    ),
    "Atom 0.3 escaped": (
        atom(f"{ALTERNATE}<title type='text/html' mode='escaped'>A &lt;b&gt;b&lt;/b&gt;</title>", ATOM_03),
        "A b",
    ),
    "Atom 0.3 xml": (
        atom(f"{ALTERNATE}<title type='application/xhtml+xml' mode='xml'>{DIV}A <b>b</b></div></title>", ATOM_03),
        "A b",
    ),
    "Atom 0.3 base64": (
        atom(f"{ALTERNATE}<title type='application/octet-stream' mode='base64'>UG9ydCBvcGVucw==</title>", ATOM_03),
        "Port opens",
    ),
    "Atom 0.3 base64 of no named type": (
        atom(f"{ALTERNATE}<title mode='base64'>UG9ydCBvcGVucw==</title>", ATOM_03),
        "Port opens",
    ),
    "a script in it": (rss(f"{LINK}<title>A &lt;script&gt;go()&lt;/script&gt;b</title>"), "A b"),
    "Windows' punctuation by its number": (rss(f"{LINK}<title>Port&#146;s day&#133;</title>"), "Port’s day…"),
}


@pytest.mark.parametrize(("body", "title"), TITLES.values(), ids=TITLES.keys())
def test_titles(body, title):
    assert only(body).title == title


LINKS = {
    "a permalink in capitals": (rss("<title>A</title><guid>HTTPS://news.example/g</guid>"), "https://news.example/g"),
    "in CDATA": (rss("<title>A</title><link><![CDATA[ https://news.example/1 ]]></link>"), "https://news.example/1"),
    "in lines": (rss("<title>A</title><link>\nhttps://news.example/1\n</link>"), "https://news.example/1"),
    "bare ampersand": (
        rss("<title>A</title><link>https://news.example/?a=1&b=2</link>"),
        "https://news.example/?a=1&b=2",
    ),
    "escaped twice": (
        rss("<title>A</title><link>https://news.example/?a=1&amp;amp;b=2</link>"),
        "https://news.example/?a=1&b=2",
    ),
    "relative": (rss("<title>A</title><link>/1</link>"), "https://news.example/1"),
    "an Atom link in RSS": (rss("<title>A</title><atom:link href='https://a.example/'/>"), "https://a.example/"),
    "RSS's link before Atom's": (
        rss(f"<title>A</title><atom:link href='https://a.example/'/>{LINK}"),
        "https://news.example/1",
    ),
    "only a permalink": (rss("<title>A</title><guid>https://news.example/g</guid>"), "https://news.example/g"),
    "a permalink that is a path": (
        rss("<title>A</title><guid isPermaLink='true'>/blog/1/</guid><enclosure url='https://news.example/1.mp3'/>"),
        "https://news.example/blog/1/",
    ),
    "a name that is called a permalink": (
        rss("<title>A</title><guid isPermaLink='true'>1234</guid><enclosure url='https://news.example/1.mp3'/>"),
        "https://news.example/1.mp3",
    ),
    "a path that nobody calls a permalink": (
        rss("<title>A</title><guid>blog/1</guid><enclosure url='https://news.example/1.mp3'/>"),
        "https://news.example/1.mp3",
    ),
    "a link before a permalink": (
        rss(f"<title>A</title>{LINK}<guid isPermaLink='true'>/blog/1/</guid>"),
        "https://news.example/1",
    ),
    "a permalink called ''": (
        rss("<title>A</title><guid isPermaLink=''>https://news.example/g</guid>"),
        "https://news.example/g",
    ),
    "an empty link": (rss("<title>A</title><link/><guid>https://news.example/g</guid>"), "https://news.example/g"),
    "where FeedBurner came from": (
        rss(f"<title>A</title>{LINK}<feedburner:origLink>https://o.example/</feedburner:origLink>"),
        "https://o.example/",
    ),
    "only a sound": (
        rss("<title>A</title><enclosure url='https://news.example/1.mp3' type='audio/mpeg' length='1'/>"),
        "https://news.example/1.mp3",
    ),
    "Atom's alternate of several": (
        atom(
            "<title>A</title><link rel='self' href='https://s.example/'/><link rel='alternate' href='https://a.example/'/>"
        ),
        "https://a.example/",
    ),
    "a relation spelled out": (
        atom(
            "<title>A</title><link rel='http://www.iana.org/assignments/relation/alternate' href='https://a.example/'/>"
        ),
        "https://a.example/",
    ),
    "Atom's id": (atom("<title>A</title><id>https://i.example/</id>"), "https://i.example/"),
    "where it was found": (
        atom("<title>A</title><id>urn:1</id><link rel='via' href='https://v.example/'/>"),
        "https://v.example/",
    ),
    "the feed's base": (
        atom("<title>A</title><link href='1'/>", "xmlns='http://www.w3.org/2005/Atom' xml:base='https://b.example/x/'"),
        "https://b.example/x/1",
    ),
    "the link's own base": (
        atom("<title>A</title><link xml:base='https://c.example/' href='1'/>"),
        "https://c.example/1",
    ),
    "CDF": (
        "<CHANNEL HREF='https://news.example/'><TITLE>W</TITLE><ITEM HREF='https://c.example/1'><TITLE>A</TITLE></ITEM></CHANNEL>",
        "https://c.example/1",
    ),
}


@pytest.mark.parametrize(("body", "url"), LINKS.values(), ids=LINKS.keys())
def test_links(body, url):
    assert only(body).url == url


DATES = {
    "pubDate": ("<pubDate>Fri, 20 Nov 2026 07:30:00 GMT</pubDate>", at(2026, 11, 20, 7, 30)),
    "behind Greenwich": ("<pubDate>Fri, 20 Nov 2026 07:30:00 -0500</pubDate>", at(2026, 11, 20, 12, 30)),
    "GMT+4": ("<pubDate>Fri, 20 Nov 2026 07:30:00 GMT+4</pubDate>", at(2026, 11, 20, 3, 30)),
    "two figures for the year": ("<pubDate>Fri, 20 Nov 26 07:30 EST</pubDate>", at(2026, 11, 20, 12, 30)),
    "Russian": ("<pubDate>Пт, 20 ноября 2026 07:30:00 +0300</pubDate>", at(2026, 11, 20, 4, 30)),
    "German": ("<pubDate>Mi, 20 Mai 2026 07:30:00 +0200</pubDate>", at(2026, 5, 20, 5, 30)),
    "French": ("<pubDate>mer., 12 août 2026 12:00:00 +0200</pubDate>", at(2026, 8, 12, 10, 0)),
    "Greek": ("<pubDate>Κυρ, 11 Ιουλ 2021 12:00:00 EST</pubDate>", at(2021, 7, 11, 17, 0)),
    "Korean": ("<pubDate>2026-05-25 오후 11:23:17</pubDate>", at(2026, 5, 25, 23, 23, 17)),
    "Dublin Core's": ("<dc:date>2026-11-20T11:30:00+04:00</dc:date>", at(2026, 11, 20, 7, 30)),
    "its terms": ("<dcterms:issued>2026-11-20T07:30:00Z</dcterms:issued>", at(2026, 11, 20, 7, 30)),
    "only the update": ("<atom:updated>2026-11-20T07:30:00Z</atom:updated>", at(2026, 11, 20, 7, 30)),
    "the first that can be read": (
        "<pubDate>yesterday</pubDate><dc:date>2026-11-20T07:30:00Z</dc:date>",
        at(2026, 11, 20, 7, 30),
    ),
    "the number of the day": ("<dc:date>2026-324</dc:date>", at(2026, 11, 20)),
    "a month": ("<dc:date>2026-11</dc:date>", at(2026, 11, 1)),
    "seconds since 1970": ("<pubDate>1795159800</pubDate>", at(2026, 11, 20, 7, 30)),
    "the name of the zone behind": ("<pubDate>2026-11-20T11:30:00+04:00[Asia/Baku]</pubDate>", at(2026, 11, 20, 7, 30)),
    "the leap second": ("<pubDate>Thu, 31 Dec 2020 23:59:60 GMT</pubDate>", at(2021, 1, 1)),
    "none": ("", None),
}


@pytest.mark.parametrize(("date", "moment"), DATES.values(), ids=DATES.keys())
def test_dates(date, moment):
    assert only(rss(f"{LINK}<title>A</title>{date}")).published_at == moment


LEADS = {
    "escaped": (rss(f"{LINK}<title>A</title><description>x &lt;b&gt;y&lt;/b&gt;</description>"), "x y"),
    "unescaped": (rss(f"{LINK}<title>A</title><description><p>x <b>y</b></p></description>"), "x y"),
    "in CDATA": (rss(f"{LINK}<title>A</title><description><![CDATA[<p>x &amp; y</p>]]></description>"), "x & y"),
    "the content's first paragraph": (
        rss(f"{LINK}<title>A</title><content:encoded>&lt;p&gt;x&lt;/p&gt;&lt;p&gt;y&lt;/p&gt;</content:encoded>"),
        "x",
    ),
    "a body of XHTML": (rss(f"{LINK}<title>A</title><xhtml:body><p>x</p><p>y</p></xhtml:body>"), "x"),
    "Yandex's full text": (rss(f"{LINK}<title>A</title><yandex:full-text>x</yandex:full-text>"), "x"),
    "Apple's": (
        rss(f"{LINK}<title>A</title><itunes:subtitle>s</itunes:subtitle><itunes:summary>x</itunes:summary>"),
        "x",
    ),
    "never a caption": (rss(f"{LINK}<title>A</title><media:description>caption</media:description>"), ""),
    "never a caption in its picture": (
        rss(
            f"{LINK}<title>A</title><media:content url='/1.jpg' medium='image'><media:description>c</media:description></media:content>"
        ),
        "",
    ),
    "of a film": (
        atom(
            f"{ALTERNATE}<title>A</title><m:group xmlns:m='http://search.yahoo.com/mrss/'><m:content url='/1.mp4' type='video/mp4'/>"
            "<m:description>x\ny</m:description></m:group>"
        ),
        "x y",
    ),
    "never a caption of several sizes": (
        rss(
            f"{LINK}<title>A</title><media:group><media:content url='/1.jpg'/><media:description>c</media:description></media:group>"
        ),
        "",
    ),
    "not the byline": (
        rss(f"{LINK}<title>A</title><content:encoded>&lt;p>Posted by Anna&lt;/p>&lt;p>x&lt;/p></content:encoded>"),
        "x",
    ),
    "behind a player that nobody closed": (
        rss(f"{LINK}<title>A</title><description>x &lt;iframe src='/v'/> y</description>"),
        "x y",
    ),
    "Atom text with a sign": (atom(f"{ALTERNATE}<title>A</title><summary type='text'>1 &lt; 2</summary>"), "1 < 2"),
    "Atom xhtml": (atom(f"{ALTERNATE}<title>A</title><summary type='xhtml'>{DIV}x <b>y</b></div></summary>"), "x y"),
    "Atom base64": (
        atom(f"{ALTERNATE}<title>A</title><content type='application/octet-stream'>UGxhaW4=</content>"),
        "Plain",
    ),
    "Atom content elsewhere": (
        atom(f"{ALTERNATE}<title>A</title><content type='video/mp4' src='/1.mp4'/><summary>x</summary>"),
        "x",
    ),
}


@pytest.mark.parametrize(("body", "lead"), LEADS.values(), ids=LEADS.keys())
def test_leads(body, lead):
    assert only(body).lead == lead


AUTHORS = {
    "mailbox and name": (rss(f"{LINK}<title>A</title><author>me@e.example (Anna Ray)</author>"), "Anna Ray"),
    "name and mailbox": (rss(f"{LINK}<title>A</title><author>Anna Ray &lt;me@e.example&gt;</author>"), "Anna Ray"),
    "mailbox in brackets": (rss(f"{LINK}<title>A</title><author>Anna Ray (me@e.example)</author>"), "Anna Ray"),
    "mailbox as a link": (
        rss(f"{LINK}<title>A</title><dc:creator>Anna Ray (mailto:me@e.example)</dc:creator>"),
        "Anna Ray",
    ),
    "escaped twice": (rss(f"{LINK}<title>A</title><dc:creator>Anna &amp;amp; Sons</dc:creator>"), "Anna & Sons"),
    "a link": (rss(f"{LINK}<title>A</title><dc:creator>&lt;a href='/anna'>Anna&lt;/a></dc:creator>"), "Anna"),
    "by Dublin Core's older name": (
        rss(
            f"{LINK}<title>A</title><d:creator xmlns:d='http://dublincore.org/documents/dcmi-namespace/'>Anna</d:creator>"
        ),
        "Anna",
    ),
    "a mailbox in a mailbox's name": (
        rss(f"{LINK}<title>A</title><author>me@e.example (me@e.example (Anna Ray))</author>"),
        "Anna Ray",
    ),
    "several with their mailboxes": (
        rss(f"{LINK}<title>A</title><author>a@e.example (Anna Ray), b@e.example (Ben Oz)</author>"),
        "Anna Ray, Ben Oz",
    ),
    "several, one without a name": (
        rss(f"{LINK}<title>A</title><author>Anna Ray &lt;a@e.example&gt;; b@e.example</author>"),
        "Anna Ray",
    ),
    "several": (rss(f"{LINK}<title>A</title><dc:creator>A</dc:creator><dc:creator>B</dc:creator>"), "A, B"),
    "the surer one": (rss(f"{LINK}<title>A</title><author>x@y.example</author><dc:creator>A</dc:creator>"), "A"),
    "Atom's": (
        atom(f"{ALTERNATE}<title>A</title><author><email>m@e.example</email><name>Anna</name></author>"),
        "Anna",
    ),
    "the feed's": (atom(f"{ALTERNATE}<title>A</title>", head="<author><name>Desk</name></author>"), "Desk"),
    "all the feed's": (
        atom(
            f"{ALTERNATE}<title>A</title>",
            head="<author><name>Anna</name></author><author><name>Ben</name></author>",
        ),
        "Anna, Ben",
    ),
    "of the feed it comes from": (
        atom(
            f"{ALTERNATE}<title>A</title><source><author><name>There</name></author></source>",
            head="<author><name>Desk</name></author>",
        ),
        "There",
    ),
}


@pytest.mark.parametrize(("body", "author"), AUTHORS.values(), ids=AUTHORS.keys())
def test_authors(body, author):
    assert only(body).author == author


CATEGORIES = {
    "RSS": (
        rss(f"{LINK}<title>A</title><category domain='x'>One</category><category>Two &amp;amp; three</category>"),
        ("One", "Two & three"),
    ),
    "Dublin Core": (rss(f"{LINK}<title>A</title><dc:subject>One</dc:subject><dc:subject>One</dc:subject>"), ("One",)),
    "Atom": (
        atom(f"{ALTERNATE}<title>A</title><category term='o' label='One'/><category term='two'/>"),
        ("One", "two"),
    ),
    "keywords": (
        rss(f"{LINK}<title>A</title><itunes:keywords>one, two</itunes:keywords>"),
        ("one", "two"),
    ),
    "keywords beside others": (
        rss(f"{LINK}<title>A</title><media:keywords>Port, Sea ,</media:keywords><category>Sea</category>"),
        ("Sea", "Port"),
    ),
    "keywords of no namespace": (rss(f"{LINK}<title>A</title><keywords>Port, Sea</keywords>"), ("Port", "Sea")),
    "a film's keywords": (
        rss(f"{LINK}<title>A</title><media:group><media:keywords>Port, Sea</media:keywords></media:group>"),
        ("Port", "Sea"),
    ),
    "media's": (
        rss(f"{LINK}<title>A</title><media:category label='One'>music/1</media:category>"),
        ("One",),
    ),
    "a film's": (
        rss(f"{LINK}<title>A</title><media:group><media:category>One</media:category></media:group>"),
        ("One",),
    ),
    "podcasts', one in the other": (
        rss(f"{LINK}<title>A</title><itunes:category text='One'>\n<itunes:category text='Two'/>\n</itunes:category>"),
        ("One", "Two"),
    ),
    "empty": (rss(f"{LINK}<title>A</title><category/><category> </category>"), ()),
}


def test_no_article_has_more_keywords_than_any_has():
    many = ",".join(map(str, range(50_000)))
    assert len(only(rss(f"{LINK}<title>A</title><itunes:keywords>{many}</itunes:keywords>")).categories) == 1_000


@pytest.mark.parametrize(("body", "categories"), CATEGORIES.values(), ids=CATEGORIES.keys())
def test_categories(body, categories):
    assert only(body).categories == categories


PICTURES = {
    "large before small": (
        "<media:thumbnail url='/t.jpg' width='2000'/><media:content url='/c.jpg' medium='image'/>",
        "https://news.example/c.jpg",
    ),
    "the widest": (
        "<media:group><media:content url='/a.jpg' width='300'/><media:content url='/b.jpg' width='1200'/></media:group>",
        "https://news.example/b.jpg",
    ),
    "a film's": (
        "<media:content url='/v.mp4' type='video/mp4'><media:thumbnail url='/t.jpg'/></media:content>",
        "https://news.example/t.jpg",
    ),
    "an address without a scheme": (
        "<enclosure url='//c.example/1.jpg' type='image/jpeg'/>",
        "https://c.example/1.jpg",
    ),
    "a podcast's": (
        "<enclosure url='/1.mp3' type='audio/mpeg'/><itunes:image href='/i.png'/>",
        "https://news.example/i.png",
    ),
    "RSS's image": ("<image><url>/i.jpg</url><title>x</title></image>", "https://news.example/i.jpg"),
    "of the text": ("<description>&lt;img src='/d.jpg'&gt;x</description>", "https://news.example/d.jpg"),
    "of the text, late": (
        "<content:encoded><![CDATA[<img src='data:x' data-src='/l.jpg'><p>x</p>]]></content:encoded>",
        "https://news.example/l.jpg",
    ),
    "of the text, in several sizes": (
        "<description>&lt;img srcset='/s.jpg 300w, /l.jpg 900w'&gt;x</description>",
        "https://news.example/s.jpg",
    ),
    "of the text, where the feed's is tiny": (
        "<media:thumbnail url='/t.jpg' width='72' height='72'/><description>&lt;img src='/d.jpg'&gt;x</description>",
        "https://news.example/d.jpg",
    ),
    "the feed's, tiny as it is": (
        "<media:thumbnail url='/t.jpg' width='72' height='72'/><description>x</description>",
        "https://news.example/t.jpg",
    ),
    "the wider of two small ones": (
        "<media:thumbnail url='/a.jpg' width='210'/><media:thumbnail url='/b.jpg' width='480'/>",
        "https://news.example/b.jpg",
    ),
    "of a size and nothing else": (
        "<media:content url='https://c.example/4f1a' width='130' height='86'/>",
        "https://c.example/4f1a",
    ),
    "a film of a size and a length": ("<media:content url='/4f1a' width='130' height='86' duration='9'/>", ""),
    "a sound of no kind": ("<media:content url='/1.mp3' width='130' height='86'/>", ""),
    "a kind of its own": ("<enclosure url='/show?id=1' type='jpg'/>", "https://news.example/show?id=1"),
    "a kind that nobody looked up": (
        "<enclosure url='/1.JPG?x=1' type='application/octet-stream'/>",
        "https://news.example/1.JPG?x=1",
    ),
    "a shop's": ("<g:image_link>/g.jpg</g:image_link>", "https://news.example/g.jpg"),
    "not its author's face": ("<media:thumbnail url='https://avatars2.githubusercontent.com/u/1' width='60'/>", ""),
    "not a face the size of an icon": ("<media:thumbnail url='/face.png' width='40' height='40'/>", ""),
    "no advertisement": (
        "<description>&lt;img src='https://ad.doubleclick.net/a'>&lt;img src='/d.jpg'></description>",
        "https://news.example/d.jpg",
    ),
    "no counter on a host of the site's own": (
        "<description>&lt;img src='https://feeds.a.example/~r/1'>&lt;img src='/rss-pixel.png?story=1'></description>",
        "",
    ),
    "no counter": ("<description>&lt;img src='/p.gif' width='1' height='1'&gt;x</description>", ""),
}


@pytest.mark.parametrize(("inside", "url"), PICTURES.values(), ids=PICTURES.keys())
def test_pictures(inside, url):
    images = only(rss(f"{LINK}<title>A</title>{inside}")).images
    assert (images[0].url if images else "") == url


def test_a_picture_may_stand_inside_of_the_link():
    inside = "<media:content><media:thumbnail url='/1.jpg' width='480'/><media:description>c</media:description></media:content>"
    names = f"xmlns='http://www.w3.org/2005/Atom' xmlns:media='{PREFIXES['media']}'"
    link = f"<link rel='alternate' href='https://news.example/1'>{inside}</link>"
    article = only(atom(f"{link}<title>A</title><summary>x</summary>", names))
    assert (article.url, article.images[0].url, article.lead) == (
        "https://news.example/1",
        "https://news.example/1.jpg",
        "x",
    )


def test_a_picture_may_be_linked_as_one():
    link = "<link rel='http://books.example/image' type='image/jpeg' href='/cover.jpg'/>"
    article = only(atom(f"{link}{ALTERNATE}<title>A</title>"))
    assert (article.url, article.images[0].url) == ("https://news.example/1", "https://news.example/cover.jpg")


def test_a_picture_in_the_content_is_relative_to_the_contents_base():
    entry = f"{ALTERNATE}<title>A</title><content type='html' xml:base='https://b.example/x/'>&lt;img src='1.jpg'&gt;</content>"
    assert only(atom(entry)).images[0].url == "https://b.example/x/1.jpg"


WRAPPINGS = {
    "words before and after": "Warning: x in y.php\n<?xml version='1.0'?>{rss} <!-- cached --> bye",
    "unknown namespace": "<rss xmlns='http://nobody.example/ns'>{channel}</rss>",
    "in another element": "<?xml version='1.0'?><wrap><rss>{channel}</rss></wrap>",
    "a mark and spaces": "\ufeff \n<?xml version='1.0'?>{rss}",
    "controls": "<?xml version='1.0'?>{rss}\x00\x0b",
    "prefix never declared": "<rss><channel><item><title>A</title>"
    + LINK
    + "<nobody:knows>x</nobody:knows></item></channel></rss>",
    "no end": "<rss><channel><item><title>A</title>" + LINK + "</item><item><title>B</title><link>https://news.exa",
    "no declaration": "{rss}",
    "XML 1.1": "<?xml version='1.1'?>{rss}",
    "declared twice": "<?xml version='1.0'?><?xml version='1.0'?>{rss}",
    "style sheet": "<?xml version='1.0'?><?xml-stylesheet href='x.xsl'?><!-- x -->{rss}",
}


@pytest.mark.parametrize("wrapping", WRAPPINGS.values(), ids=WRAPPINGS.keys())
def test_wrappings(wrapping):
    channel = f"<channel><title>W</title><item><title>A</title>{LINK}</item></channel>"
    assert only(wrapping.format(rss=f"<rss>{channel}</rss>", channel=channel)).title == "A"


def test_a_feed_that_is_only_empty_is_no_broken_one():
    empty = "<rss><channel><title>W</title><nobody:knows>x</nobody:knows></channel></rss>"
    assert read(empty)[1] == ()
    with pytest.raises(SourceError, match="nothing can be read"):
        read(empty[:-25])
    with pytest.raises(SourceError, match="nothing can be read"):
        read(empty.replace("<nobody:", "<!-- <item><nobody:"))


HEADLINES = {
    "utf-8": "Порт открыт — 港口",
    "windows-1251": "Порт открыл второй причал",
    "koi8-r": "Порт открыл второй причал",
    "iso-8859-5": "Порт открыл второй причал",
    "windows-1254": "Liman açıldı, şehir öğleden sonra",
    "iso-8859-9": "Liman açıldı, şehir öğleden sonra",
    "iso-8859-1": "Le port a été rouvert à midi",
    "windows-1252": "“Le port” a été rouvert…",
    "windows-1256": "افتتح الميناء",
    "gb18030": "港口开放第二个泊位",
    "gb2312": "港口开放第二个泊位",
    "big5": "港口開放第二個泊位",
    "shift_jis": "港が第二バースを開く",
    "euc-jp": "港が第二バースを開く",
    "iso-2022-jp": "港が第二バースを開く",
    "euc-kr": "항구가 두 번째 정박지를 연다",
    "utf-16": "Порт открыл второй причал",
    "utf-16-le": "Порт открыл второй причал",
    "utf-16-be": "Порт открыл второй причал",
    "utf-32": "Порт открыл второй причал",
}


@pytest.mark.parametrize(("encoding", "title"), HEADLINES.items())
@pytest.mark.parametrize("said", ["in the document", "in the header"])
def test_encodings(encoding, title, said):
    declared = f" encoding='{encoding}'" if said == "in the document" else ""
    body = f"<?xml version='1.0'{declared}?><rss><channel><item><title>{title}</title>{LINK}</item></channel></rss>"
    assert only(body.encode(encoding), encoding if said == "in the header" else "").title == title


@pytest.mark.parametrize("declared", ["utf-8", "utf-16", "us-ascii", "nonsense", ""])
@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251"])
def test_an_encoding_that_is_none_of_it_is_seen_through(encoding, declared):
    body = f"<?xml version='1.0' encoding='{declared}'?><rss><channel><item><title>Порт открыл второй причал</title>{LINK}</item></channel></rss>"
    assert only(body.encode(encoding)).title == "Порт открыл второй причал"


# What feedparser is right about, of all the above.

FEEDPARSER_DIFFERS = {
    "where FeedBurner came from",
    "a name that is called a permalink",
    "a path that nobody calls a permalink",
    "Korean",
    "seconds since 1970",
}
AGREED = {
    name: body
    for name, body in (
        *((name, case[0]) for name, case in (TITLES | LINKS).items()),
        *((name, rss(f"{LINK}<title>A</title>{case[0]}")) for name, case in DATES.items()),
    )
    if name not in FEEDPARSER_DIFFERS
}


@pytest.mark.parametrize("body", AGREED.values(), ids=AGREED.keys())
def test_feedparser_sees_the_same_where_it_sees_anything(body):
    theirs, ours = (
        feedparser.parse(body.encode(), response_headers={"content-location": SOURCE.url}).entries,
        only(body),
    )
    if not theirs:
        return
    if (link := theirs[0].get("link", "")).startswith("http"):
        assert ours.url == link
    if (moment := theirs[0].get("published_parsed")) and moment.tm_year > 1990:
        assert ours.published_at == datetime(*moment[:6], tzinfo=UTC)
