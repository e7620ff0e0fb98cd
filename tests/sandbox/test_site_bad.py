"""The feeds that are wrong on purpose are wrong in the way they say."""

import asyncio
import time
import zlib

import feedparser
import pytest
from aiohttp import ClientSession, ClientTimeout, TooManyRedirects
from lxml import etree

from sandbox.site import Site


@pytest.fixture
async def bad(world, serve):
    return f"{await serve(Site(world, seed=5))}/site/bad"


async def fetch(http: ClientSession, url: str) -> bytes:
    async with http.get(url) as answer:
        assert answer.status == 200
        return await answer.read()


async def items(http: ClientSession, url: str) -> list[etree._Element]:
    return etree.fromstring(await fetch(http, url)).findall(".//item")


async def test_malformed_xml_does_not_parse(bad, http):
    body = await fetch(http, f"{bad}/malformed.xml")
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(body)
    assert feedparser.parse(body).bozo


async def test_a_page_stands_where_a_feed_should(bad, http):
    async with http.get(f"{bad}/html") as answer:
        assert answer.content_type == "text/html"
        assert "<h1>Sign in" in await answer.text()


async def test_the_huge_feed_has_ten_megabytes_and_does_not_say_so_beforehand(bad, http):
    async with http.get(f"{bad}/huge.xml") as answer:
        assert "Content-Length" not in answer.headers
        body = await answer.read()
    assert 10 * 2**20 <= len(body) < 11 * 2**20
    assert len(etree.fromstring(body).findall(".//item")) > 2000


async def test_the_bomb_holds_nested_entities_and_the_other_one_asks_for_a_file(bad, http):
    with pytest.raises(etree.XMLSyntaxError, match=r"[Ee]ntity"):
        etree.fromstring(await fetch(http, f"{bad}/bomb.xml"))
    assert b'SYSTEM "file:///etc/hostname"' in await fetch(http, f"{bad}/outside.xml")


async def test_the_gzip_bomb_is_small_on_the_wire_and_large_when_unpacked(bad):
    async with ClientSession(auto_decompress=False) as http, http.get(f"{bad}/gzip.xml") as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        packed = await answer.read()
    assert len(packed) < 2**20
    unpacker, size = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16), 0
    while packed:
        size += len(unpacker.decompress(packed, 2**22))
        packed = unpacker.unconsumed_tail
    assert size > 200 * 2**20


async def test_the_loop_never_ends(bad, http):
    with pytest.raises(TooManyRedirects):
        await http.get(f"{bad}/loop", max_redirects=25)


async def test_the_slow_feed_drips_a_byte_a_second_and_ends(bad, http):
    began = time.monotonic()
    assert await fetch(http, f"{bad}/slow?seconds=2") == b"<?"
    assert 1.9 < time.monotonic() - began < 5
    with pytest.raises(asyncio.TimeoutError):
        async with http.get(f"{bad}/slow?seconds=60", timeout=ClientTimeout(total=0.3)) as answer:
            await answer.read()


async def test_charsets_lie(bad, http):
    body = await fetch(http, f"{bad}/charset.xml")
    with pytest.raises(UnicodeDecodeError):
        body.decode()
    assert "Порт открыл" in body.decode("windows-1251")
    async with http.get(f"{bad}/charset-header.xml") as answer:
        assert answer.charset == "windows-1251"
        assert "Порт открыл" in (await answer.read()).decode()


async def test_feeds_lack_or_fake_what_their_names_say(bad, http):
    assert [i for i in await items(http, f"{bad}/nodates.xml") if i.find("pubDate") is not None] == []
    assert {i.findtext("guid") for i in await items(http, f"{bad}/dupguid.xml")} == {"same"}
    assert [i for i in await items(http, f"{bad}/nolinks.xml") if i.find("link") is not None] == []
    assert {i.findtext("title") for i in await items(http, f"{bad}/emptytitles.xml")} == {""}
    assert all(i.findtext("link").startswith("/site/") for i in await items(http, f"{bad}/relative.xml"))
    parsed = feedparser.parse(await fetch(http, f"{bad}/futuredates.xml"))
    assert len(parsed.entries) == 12
    assert min(time.mktime(entry.published_parsed) for entry in parsed.entries) > time.time() + 360 * 86400


@pytest.mark.parametrize(("path", "wait"), [("500", None), ("410", None), ("429", "30"), ("503?after=5", "5")])
async def test_statuses_come_as_asked_with_the_wait_where_one_is_due(bad, http, path, wait):
    async with http.get(f"{bad}/status/{path}") as answer:
        assert answer.status == int(path[:3])
        assert answer.headers.get("Retry-After") == wait


async def test_other_statuses_are_not_played(bad, http):
    async with http.get(f"{bad}/status/200") as answer:
        assert answer.status == 404
