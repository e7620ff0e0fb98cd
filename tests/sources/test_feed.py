"""Feeds over real HTTP: what is noticed, what is remembered, and what is said of a feed that is none."""

import asyncio
import json
import logging
from datetime import UTC, datetime

import pytest
from aiohttp import web

from newswire.article import Image
from newswire.errors import SourceError
from newswire.source import Memory, Source
from sources import feed

NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"'
)


def rss(*items: str, head: str = "<title>Wire</title><link>https://news.example/</link>") -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?>\n<rss version="2.0" {NAMESPACES}><channel>{head}{inside}</channel></rss>'


ITEM = (
    "<title>Port opens second berth</title><link>https://news.example/post/1</link>"
    "<guid isPermaLink='false'>1</guid><pubDate>Tue, 24 Nov 2026 11:00:00 +0400</pubDate>"
)


# What a look brings, and what is remembered


async def test_an_item_becomes_an_article(poll):
    sight = await poll(
        rss(
            "<title>Port opens &amp; closes - PHOTO</title><link>https://news.example/post/1</link><guid>id-1</guid>"
            "<pubDate>Tue, 24 Nov 2026 11:00:00 +0400</pubDate><dc:creator>Anna Ray</dc:creator>"
            "<category>Economy</category><category><![CDATA[Ports &amp; ships]]></category><category>Economy</category>"
            "<description>&lt;p&gt;It opened.&lt;/p&gt;</description>"
            "<content:encoded><![CDATA[<p>It opened.</p><p>It closed.</p>]]></content:encoded>"
            "<media:content url='https://news.example/1.jpg' medium='image' width='1200' height='630'>"
            "<media:description>The berth</media:description><media:title>A crane</media:title></media:content>"
        )
    )
    (article,) = sight.articles
    assert (article.title, article.flags) == ("Port opens & closes", ("photo",))
    assert (article.url, article.guid) == ("https://news.example/post/1", "id-1")
    assert (article.source, article.edition) == ("wire", "en")
    assert article.published_at == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    assert article.author == "Anna Ray"
    assert article.categories == ("Economy", "Ports & ships")
    assert (article.lead, article.body) == ("It opened.", "It opened.\n\nIt closed.")
    assert article.images == (
        Image(url="https://news.example/1.jpg", alt="A crane", caption="The berth", width=1200, height=630),
    )
    assert (sight.title, sight.complete, sight.warnings) == ("Wire", True, ())


async def test_a_second_look_sends_the_validators_and_304_means_nothing_changed(site, fetcher, now):
    async def answer(request):
        if request.headers.get("If-None-Match") == '"7"':
            return web.Response(status=304)
        return web.Response(text=rss(ITEM), headers={"ETag": '"7"'})

    source = Source(name="wire", url=site.on("/feed", answer))
    first = await feed.poll(fetcher, source, Memory(), now=now)
    assert first.articles is not None
    second = await feed.poll(fetcher, source, first.memory, now=now)
    assert second.articles is None
    assert second.memory == first.memory


async def test_the_same_bytes_again_are_not_read_again(poll):
    first = await poll(rss(ITEM))
    assert (await poll(rss(ITEM), memory=first.memory)).articles is None
    assert len((await poll(rss(ITEM, ITEM.replace("/1", "/2")), memory=first.memory)).articles) == 2


async def test_memory_is_fit_for_json(poll):
    memory = (await poll(rss(ITEM))).memory
    assert json.loads(json.dumps(memory.extra)) == memory.extra


async def test_a_feed_that_moved_for_good_is_asked_at_its_new_address_once_it_has_said_so_three_times(
    site, fetcher, now
):
    source = Source(name="wire", url=site.move("/old", "/new", 301))
    site.put("/new", rss(ITEM))
    memory = Memory()
    for addresses in ([""], ["", ""], ["", "", site.base + "/new"]):
        memory = (await feed.poll(fetcher, source, memory, now=now)).memory
        assert memory.url == addresses[-1]
    site.put("/new", rss(ITEM, ITEM.replace("/1", "/2")))
    sight = await feed.poll(fetcher, source, memory, now=now)
    assert "moved for good to" in sight.warnings[0]
    assert [request.path for request in site.seen] == ["/old", "/new"] * 3 + ["/new"]


async def test_a_move_is_forgotten_when_the_site_takes_it_back(site, fetcher, now):
    source = Source(name="wire", url=site.move("/old", "/new", 308))
    site.put("/new", rss(ITEM))
    memory = (await feed.poll(fetcher, source, Memory(), now=now)).memory
    assert memory.extra["moving"] == [site.base + "/new", 1]
    site.put("/old", rss(ITEM))
    assert "moving" not in (await feed.poll(fetcher, source, memory, now=now)).memory.extra


async def test_a_move_that_was_not_meant_is_undone_by_itself(site, fetcher, now):
    source = Source(name="wire", url=site.put("/old", rss(ITEM)))
    memory = Memory(url=site.base + "/nothing-here", extra={"asked": source.url})
    sight = await feed.poll(fetcher, source, memory, now=now)
    assert len(sight.articles) == 1
    assert sight.memory.url == ""


async def test_the_memory_of_another_address_is_not_used(site, fetcher, now):
    source = Source(name="wire", url=site.put("/feed", rss(ITEM)))
    memory = Memory(etag='"7"', url=site.base + "/elsewhere", extra={"asked": "https://old.example/rss"})
    assert (await feed.poll(fetcher, source, memory, now=now)).articles
    assert "If-None-Match" not in site.seen[0].headers


async def test_a_large_feed_is_read_all_the_same(poll):
    items = [ITEM.replace("/1<", f"/{n}<") + f"<description>{'word ' * 200}</description>" for n in range(400)]
    assert len((await poll(rss(*items))).articles) == 400


# Feeds that are none


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<!doctype html><html><title>Sign in</title></html>", "answers with a web page where a feed should be"),
        ("\n<!-- x --><HTML lang=en><body>", "answers with a web page where a feed should be"),
        ("<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "a web page where a feed should be"),
        ("", "answers with nothing"),
        ("   \n ", "answers with nothing"),
        ("Service unavailable", "answers with something that is no feed"),
        ("<urlset><url/></urlset>", "answers with XML that is no feed (it begins with <urlset>)"),
        ('{"error": "no"}', "answers with JSON that is no JSON Feed"),
        ("[1, 2]", "answers with JSON that is no JSON Feed"),
        ('{"items": [', "answers with broken JSON"),
        ("[" * 100_000, "answers with broken JSON"),
        ("\x89PNG\r\n\x1a\n\0\0", "no feed"),
    ],
)
async def test_what_is_no_feed_is_named(poll, site, body, words):
    with pytest.raises(SourceError) as caught:
        await poll(body)
    assert str(caught.value).startswith(f"{site.base}/feed ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_page_in_place_of_a_feed_is_asked_where_its_feed_is(poll, site):
    page = (
        "<!doctype html><head><link rel=stylesheet href=a.css>"
        "<link rel='alternate' type='application/rss+xml' title=\"News\" href='/rss.xml?key=1'></head>"
    )
    with pytest.raises(SourceError, match=f"the page names this one: {site.base}/rss.xml$"):
        await poll(page)


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
        '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY a PUBLIC "x" "http://127.0.0.1/secret">]>',
    ],
)
async def test_a_feed_that_declares_entities_is_refused(poll, site, timed, doctype):
    with timed(1), pytest.raises(SourceError, match="declares entities of its own, as XML bombs do"):
        await poll(rss(ITEM).replace("<rss", doctype + "<rss").replace("Port", "&c;&a;"))
    assert len(site.seen) == 1


async def test_short_names_that_a_feed_gives_to_text_are_put_in(poll):
    doctype = "<!DOCTYPE rss [<!ENTITY home \"https://news.example\"><!ENTITY who 'Lantern'>]>"
    item = ITEM.replace("https://news.example", "&home;").replace("Port", "&who;&eacute; port")
    sight = await poll(rss(item).replace("<rss", doctype + "<rss"))
    assert sight.articles[0].url == "https://news.example/post/1"
    assert sight.articles[0].title.startswith("Lanterné port")
    assert sight.complete
    assert not any("broken" in warning for warning in sight.warnings)


async def test_ten_thousand_short_names_take_no_time(poll, timed):
    names = "".join(f"<!ENTITY a{n} 'x'>" for n in range(10_000))
    doctype = f"<!DOCTYPE rss [{names}]>"
    with timed(1):
        await poll(rss(ITEM.replace("Port", "&a1;" * 50_000)).replace("<rss", doctype + "<rss"))


async def test_a_long_name_that_is_put_in_everywhere_is_a_bomb(poll, timed):
    doctype = f'<!DOCTYPE rss [<!ENTITY a "{"x" * 50_000}">]>'
    with timed(1), pytest.raises(SourceError, match="declares entities of its own, as XML bombs do"):
        await poll(rss(ITEM.replace("Port", "&a;" * 50_000)).replace("<rss", doctype + "<rss"))


async def test_a_doctype_that_older_feeds_carry_does_no_harm(poll):
    dtd = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:1/rss-0.91.dtd">'
    latin = '<!DOCTYPE rss [<!ENTITY % HTMLlat1 PUBLIC "x" "http://127.0.0.1:1/lat1.ent"> %HTMLlat1; ]>'
    for doctype in (dtd, latin):
        sight = await poll(rss(ITEM).replace("<rss", doctype + "<rss").replace("Port", "Caf&eacute;"))
        assert sight.articles[0].title == "Café opens second berth"


async def test_forty_thousand_attributes_on_a_tag_take_no_time(poll, timed):
    attributes = " ".join(f'a{n}="1"' for n in range(40_000))
    with timed(0.5):
        sight = await poll(rss(ITEM).replace("<title>", f"<title {attributes}>", 2))
    assert [article.title for article in sight.articles] == ["Port opens second berth"]


async def test_a_million_tags_are_refused_at_once(poll, timed):
    with timed(1), pytest.raises(SourceError, match="has more than 150,000 tags"):
        await poll(rss(ITEM + "<a/>" * 1_000_000))


async def test_tags_nested_without_end_bring_no_harm(poll, timed):
    with timed(1), pytest.raises(SourceError):
        await poll("<rss><channel>" + "<item>" * 200_000)


async def test_a_feed_of_10_mb_is_refused(poll):
    with pytest.raises(SourceError, match="is larger than 5 MB"):
        await poll(b"x" * 10 * 2**20)


async def test_another_fetch_goes_on_while_a_feed_is_slow(site, fetcher, now):
    async def never(request):
        await asyncio.sleep(5)
        return web.Response()

    slow = asyncio.create_task(feed.poll(fetcher, Source(name="slow", url=site.on("/slow", never)), Memory(), now=now))
    quick = await feed.poll(fetcher, Source(name="quick", url=site.put("/quick", rss(ITEM))), Memory(), now=now)
    assert quick.articles
    assert not slow.done()
    slow.cancel()


# Feeds that are broken


@pytest.mark.parametrize(
    ("broken", "title"),
    [
        (lambda text: text.replace("Port", "R&D port"), "R&D port opens second berth"),
        (lambda text: text.replace("Port", "Caf&eacute;&nbsp;port"), "Café port opens second berth"),
        (lambda text: text.replace("Port", "Port\x0b\x00"), "Port opens second berth"),
        (lambda text: text.replace("Port", "Port &nosuch; &#0;"), "Port &nosuch; opens second berth"),
        (lambda text: "\n\nWarning: x in y.php\n" + text, "Port opens second berth"),
        (lambda text: "<br />\n<b>Warning</b>: x in <b>y.php</b>\n" + text, "Port opens second berth"),
        (lambda text: text.replace("<guid", "<new:guid"), "Port opens second berth"),
        (lambda text: text.replace("</channel></rss>", ""), None),
        (lambda text: text.replace("isPermaLink='false'", "isPermaLink=false"), "Port opens second berth"),
    ],
)
async def test_broken_xml_is_read_as_far_as_it_can_be(poll, broken, title):
    sight = await poll(broken(rss(ITEM, ITEM.replace("/1<", "/2<"))))
    assert sight.articles[0].url == "https://news.example/post/1"
    if title:
        assert sight.articles[0].title == title


async def test_a_feed_that_breaks_off_gives_no_half_item_and_is_not_complete(poll):
    whole = rss(ITEM, ITEM.replace("post/1", "post/2222"))
    sight = await poll(whole[: whole.index("post/2222") + 7])
    assert [article.url for article in sight.articles] == ["https://news.example/post/1"]
    assert not sight.complete
    assert "broken XML" in sight.warnings[0]


async def test_a_feed_that_breaks_off_between_items_gives_all_that_were_whole(poll):
    whole = rss(ITEM, ITEM.replace("post/1", "post/2"))
    sight = await poll(whole[: whole.rindex("</item>") + len("</item>")])
    assert [article.url for article in sight.articles] == [f"https://news.example/post/{n}" for n in (1, 2)]
    assert not sight.complete


async def test_a_bare_ampersand_in_a_link_stays_in_the_link(poll):
    sight = await poll(rss(ITEM.replace("post/1", "post?id=1&lang=en&copy=2")))
    assert sight.articles[0].url == "https://news.example/post?id=1&lang=en&copy=2"


async def test_cdata_stays_as_it_is_while_the_rest_is_mended(poll):
    item = ITEM.replace("https://news.example/post/1", "<![CDATA[https://news.example/post?a=1&b=2]]>")
    sight = await poll(rss(item.replace("Port", "R&D")))
    assert sight.articles[0].url == "https://news.example/post?a=1&b=2"


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "utf-16", "utf-8"])
@pytest.mark.parametrize("declared", ["utf-8", "windows-1251", "koi8-r"])
async def test_a_wrong_charset_is_seen_through(poll, encoding, declared):
    text = rss(ITEM.replace("Port opens second berth", "Порт открыл второй причал"))
    text = text.replace('version="1.0"', f'version="1.0" encoding="{declared}"', 1)
    sight = await poll(text.encode(encoding), f"application/rss+xml; charset={declared}")
    # Two single-byte encodings can stand for each other's text: there the header's word is all there is.
    if {encoding, declared} != {"windows-1251", "koi8-r"}:
        assert sight.articles[0].title == "Порт открыл второй причал"


# Items that lack or fake something


async def test_a_title_is_text_and_not_markup(poll):
    sight = await poll(rss(ITEM.replace("Port opens second berth", "A &amp; B &lt;C&gt; _d_")))
    assert sight.articles[0].title == "A & B <C> _d_"


async def test_a_title_in_cdata_is_unescaped_once_more(poll):
    title = "<![CDATA[The&nbsp;&quot;port&quot; &amp; the <b>ships</b>]]>"
    sight = await poll(rss(ITEM.replace("Port opens second berth", title)))
    assert sight.articles[0].title == 'The "port" & the ships'


async def test_an_empty_title_is_replaced_by_the_first_words(poll):
    lead = "The port has opened its second berth. " * 10
    sight = await poll(rss(ITEM.replace("Port opens second berth", " ") + f"<description>{lead}</description>"))
    assert sight.articles[0].title.startswith("The port has opened")
    assert len(sight.articles[0].title) <= 101
    assert "no title" in sight.warnings[0]


async def test_an_item_without_any_text_is_called_by_its_address(poll):
    sight = await poll(rss("<link>https://news.example/post/1</link>"))
    assert sight.articles[0].title == "https://news.example/post/1"


async def test_a_lead_of_4097_characters_comes_whole(poll):
    sight = await poll(rss(ITEM + f"<description>{'x' * 4097}</description>"))
    assert len(sight.articles[0].lead) == 4097


async def test_a_missing_date_is_none_and_one_that_cannot_be_read_is_said(poll):
    sight = await poll(rss("<title>a</title><link>/a</link>", "<title>b</title><link>/b</link><pubDate>soon</pubDate>"))
    assert [article.published_at for article in sight.articles] == [None, None]
    assert sight.warnings == ("1 of 2 items: a date that cannot be read",)


async def test_a_date_far_in_the_future_is_taken_as_now(poll, now):
    ahead = ITEM.replace("24 Nov 2026", "24 Nov 2027")
    soon = ITEM.replace("24 Nov 2026 11", "25 Nov 2026 11").replace("/1<", "/2<")
    sight = await poll(rss(ahead, soon))
    assert sight.articles[0].published_at == now
    assert sight.articles[1].published_at == datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
    assert "dated more than a day ahead" in sight.warnings[0]


async def test_a_date_without_a_zone_is_the_newsrooms(poll):
    sight = await poll(rss(ITEM.replace(" +0400", "")))
    assert sight.articles[0].published_at == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


async def test_one_guid_for_all_items_still_gives_all_items(poll):
    sight = await poll(rss(*(ITEM.replace("post/1", f"post/{n}") for n in range(3))))
    assert len(sight.articles) == 3
    assert {article.guid for article in sight.articles} == {"1"}


async def test_one_item_twice_is_one_article(poll):
    assert len((await poll(rss(ITEM, ITEM))).articles) == 1


@pytest.mark.parametrize("permalink", ["", " isPermaLink='true'", " isPermaLink=''"])
async def test_a_permalink_guid_serves_for_a_missing_link(poll, permalink):
    sight = await poll(rss(f"<title>a</title><guid{permalink}>https://news.example/a</guid>"))
    assert sight.articles[0].url == "https://news.example/a"


@pytest.mark.parametrize(
    "link",
    [
        "<guid isPermaLink='false'>https://news.example/?p=1</guid>",
        "<guid>1</guid>",
        "<link>javascript:alert(1)</link>",
        "<link>mailto:a@b.example</link>",
        "<link>https://</link>",
        f"<link>https://news.example/{'a' * 4000}</link>",
        "<link>http://[oops</link>",
        "<link/>",
    ],
)
async def test_an_item_that_leads_nowhere_is_left_out_and_said(poll, link):
    sight = await poll(rss(f"<title>a</title>{link}", ITEM))
    assert len(sight.articles) == 1
    assert sight.warnings == ("1 of 2 items: no link; left out",)
    assert not sight.complete


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/post/1", "https://news.example/post/1"),
        ("post/1", "https://news.example/post/1"),
        ("//cdn.example/1", "https://cdn.example/1"),
        (" \n https://news.example/post/\n1 ", "https://news.example/post/1"),
        ("www.news.example/1", "https://www.news.example/1"),
        ("https://news.example/a b", "https://news.example/a%20b"),
        ("https://news.example/новости/1", "https://news.example/новости/1"),
        ("http://news.example/1/?utm_source=rss#top", "http://news.example/1/?utm_source=rss#top"),
    ],
)
async def test_a_link_is_made_absolute_and_else_stays_as_the_site_writes_it(poll, link, url):
    sight = await poll(rss(f"<title>a</title><link>{link}</link>"))
    assert sight.articles[0].url == url


async def test_relative_links_of_a_feed_without_an_address_are_the_servers(poll, site):
    sight = await poll(rss("<title>a</title><link>/a</link>", head=""))
    assert sight.articles[0].url == site.base + "/a"


async def test_xml_base_goes_before_the_feeds_own_address(poll):
    text = rss("<title>a</title><link>a</link>").replace("<channel>", '<channel xml:base="https://base.example/x/">')
    assert (await poll(text)).articles[0].url == "https://base.example/x/a"


async def test_the_feeds_own_link_in_an_item_is_not_the_items_link(poll):
    item = "<title>a</title><atom:link rel='self' href='https://news.example/rss'/><link>https://news.example/a</link>"
    assert (await poll(rss(item))).articles[0].url == "https://news.example/a"


async def test_a_feed_of_which_no_item_leads_anywhere_is_an_error(poll):
    with pytest.raises(SourceError, match="has 2 items, and none of them has a link"):
        await poll(rss("<title>a</title>", "<title>b</title>"))


# Pictures, authors and captions


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        ("<enclosure url='//cdn.example/1.jpg' type='image/jpeg' length='1'/>", "https://cdn.example/1.jpg"),
        ("<enclosure url='https://a.example/1.png'/>", "https://a.example/1.png"),
        ("<enclosure url='https://a.example/1.mp3' type='audio/mpeg'/>", None),
        ("<media:thumbnail url='https://a.example/t.jpg'/>", "https://a.example/t.jpg"),
        (
            "<media:thumbnail url='https://a.example/t.jpg'/><media:content url='https://a.example/1.jpg'/>",
            "https://a.example/1.jpg",
        ),
        (
            (
                "<media:group><media:content url='https://a.example/140.jpg' medium='image' width='140'/>"
                "<media:content url='https://a.example/700.jpg' medium='image' width='700'/></media:group>"
            ),
            "https://a.example/700.jpg",
        ),
        ("<media:content url='https://a.example/v.mp4' type='video/mp4'/>", None),
        (
            (
                "<media:content url='https://0.gravatar.com/avatar/1?s=96' medium='image'/>"
                "<media:content url='https://a.example/1.jpg' medium='image'/>"
            ),
            "https://a.example/1.jpg",
        ),
        (
            "<description>&lt;img src='/pixel.gif' width='1' height='1'&gt;&lt;img src='/1.jpg'&gt;</description>",
            "https://news.example/1.jpg",
        ),
        (
            "<description>&lt;img src='data:image/gif;base64,R0' data-src='/lazy.jpg'&gt;</description>",
            "https://news.example/lazy.jpg",
        ),
        ("<description>no picture</description>", None),
    ],
)
async def test_the_picture_is_found_where_feeds_put_it(poll, inside, url):
    images = (await poll(rss(ITEM + inside))).articles[0].images
    assert (images[0].url if images else None) == url


async def test_a_caption_is_no_lead(poll):
    inside = (
        "<media:content url='https://a.example/1.jpg'><media:description>Caption</media:description></media:content>"
    )
    assert (await poll(rss(ITEM + inside))).articles[0].lead == ""


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("<author>anna@news.example (Anna Ray)</author>", "Anna Ray"),
        ("<author>Anna Ray &lt;anna@news.example&gt;</author>", "Anna Ray"),
        ("<author>anna@news.example</author>", ""),
        ("<author>desk@news.example</author><dc:creator>Anna Ray</dc:creator>", "Anna Ray"),
        ("<dc:creator>Anna Ray</dc:creator><dc:creator>Ben Low</dc:creator>", "Anna Ray, Ben Low"),
        ("<author><name>Anna Ray</name></author>", "Anna Ray"),
    ],
)
async def test_an_author_is_a_name_and_no_mailbox(poll, author, name):
    assert (await poll(rss(ITEM + author))).articles[0].author == name


async def test_nothing_is_logged_or_printed_while_a_feed_is_read(poll, caplog, capfd):
    with caplog.at_level(logging.WARNING):
        await poll(rss(ITEM).replace("Port", "R&D &nosuch;"))
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


# One link for several items


async def test_items_that_share_a_link_are_one_article_and_that_is_said(poll):
    live = "<link>https://news.example/live</link><title>{0}</title><guid isPermaLink='false'>{0}</guid>"
    part = "<link>https://news.example/live#{0}</link><title>{0}</title>"
    sight = await poll(rss(ITEM, *(live.format(n) for n in "abc"), part.format("d")))
    assert sight.warnings == ("3 of 5 items share a link with another: counted once",)
    assert (await poll(rss(ITEM, live.format("a")))).warnings == ()


# Older pages


@pytest.mark.parametrize(
    ("body", "older"),
    [
        (
            '{"items": [{"id": "1", "url": "https://news.example/1"}], "next_url": "/feed.json?page=2"}',
            "/feed.json?page=2",
        ),
        (
            (
                '<feed xmlns="http://www.w3.org/2005/Atom"><link rel="alternate" href="/"/><entry><title>A</title>'
                '<link href="/a"/></entry><link rel="prev-archive" href="/2026-10.xml"/></feed>'
            ),
            "/2026-10.xml",
        ),
        (rss(ITEM, head='<title>W</title><atom:link rel="next" href="/rss.xml?from=31"/>'), "/rss.xml?from=31"),
        (rss(ITEM, head="<title>W</title><generator>https://wordpress.org/?v=6.8</generator>"), "/feed?paged=2"),
        (rss(ITEM, head="<title>W</title><generator>Somebody's own</generator>"), ""),
    ],
)
async def test_a_look_says_where_the_list_goes_on_with_older_articles(site, fetcher, body, older):
    source = Source(name="wire", url=site.put("/feed", body))
    sight = await feed.poll(fetcher, source, Memory(), now=datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
    assert sight.rolls
    assert sight.older == (site.base + older if older else "")


async def test_an_older_page_of_wordpress_names_the_one_behind_it(site, fetcher):
    wordpress = "<title>W</title><generator>https://wordpress.org/?v=6.8</generator>"
    source = Source(name="wire", url=site.put("/feed", rss(ITEM, head=wordpress)))
    page = await feed.page(fetcher, source, f"{source.url}?cat=4&paged=2", now=datetime(2026, 11, 24, tzinfo=UTC))
    assert [one.title for one in page.articles] == ["Port opens second berth"]
    assert page.older == f"{source.url}?cat=4&paged=3"
