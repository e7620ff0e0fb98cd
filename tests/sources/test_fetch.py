"""The fetcher against a real server: what it takes, how long it waits, and what it says when it gives up."""

import asyncio
import gzip
import ssl
import tracemalloc
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import aiohttp
import pytest
from aiohttp import web

from newswire.clock import SetClock
from newswire.errors import SourceError
from sources._answers import in_words, retry_at, without_secrets
from sources._fetch import MIB, Fetcher

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


async def test_an_answer_brings_its_body_and_validators(site, fetcher):
    url = site.put("/a", "text", "text/xml; charset=koi8-r", ETag='"1"', Last_Modified="Tue, 24 Nov 2026 10:00:00 GMT")
    answer = await fetcher.get(url)
    assert (answer.status, answer.body, answer.charset) == (200, b"text", "koi8-r")
    assert (answer.etag, answer.last_modified) == ('"1"', "Tue, 24 Nov 2026 10:00:00 GMT")
    assert answer.url == answer.permanent_url == url
    assert site.seen[0].headers["User-Agent"] == "Newswire test"


async def test_validators_are_sent_back_and_304_has_no_body(site, fetcher):
    async def answer(request):
        asked = (request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since"))
        return web.Response(status=304 if asked == ('"1"', "yesterday") else 500)

    answer = await fetcher.get(site.on("/a", answer), etag='"1"', last_modified="yesterday")
    assert (answer.status, answer.body) == (304, b"")


async def test_304_that_nobody_asked_for_is_an_error(site, fetcher):
    async def answer(request):
        return web.Response(status=304)

    with pytest.raises(SourceError, match="nothing changed, though we have nothing of it"):
        await fetcher.get(site.on("/a", answer))


@pytest.mark.parametrize(
    ("status", "words", "gone"),
    [
        (401, "wants a password", False),
        (403, "refuses us", False),
        (404, "is not there", True),
        (410, "is gone for good", True),
        (418, "answers with 418", False),
        (500, "is in trouble (500)", False),
    ],
)
async def test_a_status_is_said_in_words(site, fetcher, status, words, gone):
    async def answer(request):
        return web.Response(status=status)

    with pytest.raises(SourceError) as caught:
        await fetcher.get(site.on("/feed", answer) + "?token=secret")
    assert words in str(caught.value)
    assert f"{site.base}/feed " in str(caught.value)
    assert "secret" not in str(caught.value)
    assert caught.value.gone is gone


@pytest.mark.parametrize("status", [429, 503])
async def test_a_pause_the_site_asks_for_is_kept(site, status):
    async def answer(request):
        return web.Response(status=status, headers={"Retry-After": "90"})

    async with Fetcher("t", allow_loopback=True, clock=SetClock(NOW)) as fetcher:
        with pytest.raises(SourceError) as caught:
            await fetcher.get(site.on("/a", answer))
    assert caught.value.retry_at == NOW + timedelta(seconds=90)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("120", NOW + timedelta(seconds=120)),
        ("Tue, 24 Nov 2026 12:05:00 GMT", NOW + timedelta(minutes=5)),
        ("99999999999999999999", NOW + timedelta(days=1)),
        ("Tue, 24 Nov 2020 12:05:00 GMT", None),
        ("0", None),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(text, at):
    assert retry_at(text, NOW) == at


async def test_permanent_moves_are_reported_and_temporary_ones_are_not(site, fetcher):
    end = site.put("/end", "x")
    site.move("/gone-for-good", "/end", 301)
    assert (await fetcher.get(site.move("/a", "/gone-for-good", 308))).permanent_url == end
    mixed = await fetcher.get(site.move("/b", "/gone-for-good", 302))
    assert (mixed.url, mixed.permanent_url) == (end, site.base + "/b")
    site.move("/for-now", "/end", 307)
    assert (await fetcher.get(site.move("/c", "/for-now", 301))).permanent_url == site.base + "/for-now"


async def test_redirects_in_a_circle_end(site, fetcher):
    site.move("/b", "/a")
    with pytest.raises(SourceError, match="redirects in a circle"):
        await fetcher.get(site.move("/a", "/b"))
    assert len(site.seen) == 2


async def test_endless_redirects_end_after_five(site, fetcher):
    for n in range(10):
        site.move(f"/{n}", f"/{n + 1}")
    with pytest.raises(SourceError, match="/0 redirects more than 5 times"):
        await fetcher.get(f"{site.base}/0")
    assert len(site.seen) == 6


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("http://10.0.0.1/x", "leads to 10.0.0.1, which is a private address"),
        ("http://[::ffff:127.0.0.1]/", "which is a private address"),
        ("file:///etc/passwd", "is not an http or https address"),
        ("http://user:pass@127.0.0.1/", "has a user name or password in it"),
    ],
)
async def test_every_hop_of_a_redirect_is_checked(site, fetcher, to, words):
    with pytest.raises(SourceError) as caught:
        await fetcher.get(site.move("/a", to))
    assert words in str(caught.value)
    assert "pass@" not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::1]", "0.0.0.0"])
async def test_loopback_is_closed_unless_it_is_opened(site, host):
    port = site.base.rpartition(":")[2]
    site.put("/a", "secret")
    async with Fetcher("t", any_port=True) as fetcher:
        with pytest.raises(SourceError):
            await fetcher.get(f"http://{host}:{port}/a")
    assert site.seen == []


async def test_other_ports_are_closed_unless_they_are_opened():
    async with Fetcher("t") as fetcher:
        with pytest.raises(SourceError, match="asks for port 22; only 80 and 443"):
            await fetcher.get("http://news.example:22/")


@pytest.mark.parametrize("url", ["", "feed.xml", "ftp://news.example/a", "http://", "http://[oops/", "http://a..b/"])
async def test_what_is_no_web_address_is_refused(fetcher, url):
    with pytest.raises(SourceError):
        await fetcher.get(url)


async def test_a_user_name_in_an_address_is_refused_and_not_repeated(fetcher):
    with pytest.raises(SourceError) as caught:
        await fetcher.get("https://anna:hunter2@news.example/rss?key=k")
    assert str(caught.value) == "https://news.example/rss has a user name or password in it; take them out"


async def test_a_body_is_taken_up_to_the_cap_and_no_further(site):
    async with Fetcher("t", allow_loopback=True, max_bytes=MIB) as fetcher:
        assert len((await fetcher.get(site.put("/a", b"x" * MIB))).body) == MIB
        with pytest.raises(SourceError, match="/b is larger than 1 MB"):
            await fetcher.get(site.put("/b", b"x" * (MIB + 1)))


async def test_a_body_of_unknown_length_is_cut_off_at_the_cap(site, fetcher):
    sent = 0

    async def answer(request):
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            for _ in range(1000):
                await response.write(b"x" * 100_000)
                sent += 100_000
        except ConnectionError:
            pass
        return response

    with pytest.raises(SourceError, match="is larger than 5 MB"):
        await fetcher.get(site.on("/a", answer))
    assert sent < 20 * MIB


async def test_a_gzip_bomb_stops_at_the_cap(site, fetcher):
    bomb = gzip.compress(b" " * (100 * MIB))
    url = site.put("/a", bomb, Content_Encoding="gzip")
    tracemalloc.start()
    try:
        with pytest.raises(SourceError, match="is larger than 5 MB"):
            await fetcher.get(url)
        assert tracemalloc.get_traced_memory()[1] < 16 * MIB
    finally:
        tracemalloc.stop()


async def test_gzip_that_is_none_is_an_error(site, fetcher):
    with pytest.raises(SourceError, match="packed it wrongly"):
        await fetcher.get(site.put("/a", b"not gzip at all", Content_Encoding="gzip"))


async def test_a_slow_drip_ends_in_time(site):
    async def answer(request):
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(100):
            await response.write(b"x")
            await asyncio.sleep(0.05)
        return response

    async with Fetcher("t", allow_loopback=True, total_seconds=0.3) as fetcher:
        started = asyncio.get_running_loop().time()
        with pytest.raises(SourceError, match=r"did not finish in 0\.3 s"):
            await fetcher.get(site.on("/a", answer))
        assert asyncio.get_running_loop().time() - started < 3, "the drip itself takes five seconds"


async def test_the_time_covers_all_hops_together(site):
    async def slow(request):
        await asyncio.sleep(0.15)
        n = int(request.query.get("n", "0"))
        return web.Response(status=302, headers={"Location": f"/a?n={n + 1}"})

    async with Fetcher("t", allow_loopback=True, total_seconds=0.4) as fetcher:
        with pytest.raises(SourceError, match="did not finish"):
            await fetcher.get(site.on("/a", slow))


async def test_two_talk_to_one_host_at_a_time_and_waiting_costs_no_time(site):
    busy = most = 0

    async def answer(request):
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.1)
        busy -= 1
        return web.Response()

    async with Fetcher("t", allow_loopback=True, total_seconds=0.25) as fetcher:
        url = site.on("/a", answer)
        await asyncio.gather(*(fetcher.get(url) for _ in range(8)))
    assert most == 2


async def test_a_connection_cut_without_an_answer_is_told_from_one_refused(site, fetcher):
    async def cut(request):
        request.transport.abort()
        return web.Response()

    with pytest.raises(SourceError, match="closed the connection without an answer"):
        await fetcher.get(site.on("/a", cut))
    with pytest.raises(SourceError, match="refused the connection"):
        await fetcher.get("http://127.0.0.1:1/")


async def test_a_body_that_breaks_off_is_an_error(site, fetcher):
    async def broken(request):
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"<rss>")
        request.transport.abort()
        return response

    with pytest.raises(SourceError, match=r"broke off|closed the connection"):
        await fetcher.get(site.on("/a", broken))


async def test_plain_http_on_a_tls_address_is_told(site, fetcher):
    with pytest.raises(SourceError, match="speaks no proper TLS"):
        await fetcher.get(site.base.replace("http://", "https://"))


async def test_what_is_no_http_is_told(fetcher):
    async def chatter(reader, writer):
        await reader.readline()
        writer.write(b"220 mail.example ESMTP\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(chatter, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(SourceError, match="answers with broken HTTP"):
            await fetcher.get(f"http://127.0.0.1:{port}/")


def test_name_and_certificate_troubles_have_words_of_their_own():
    key = SimpleNamespace(host="news.example", port=443, ssl=True, is_ssl=True)
    name = aiohttp.ClientConnectorDNSError(key, OSError(-2, "Name or service not known"))
    assert in_words(name) == "has no address: its host name is not known (DNS)"
    wrong = ssl.SSLCertVerificationError(1, "certificate verify failed")
    wrong.verify_message = "certificate has expired"
    certificate = aiohttp.ClientConnectorCertificateError(key, wrong)
    assert in_words(certificate) == "has no valid certificate: certificate has expired"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://u:p@news.example:8443/a/b?key=1#f", "https://news.example:8443/a/b"),
        ("not an address?key=1", "not an address"),
        ("https://news.example/\x1b[31m", "https://news.example/\N{REPLACEMENT CHARACTER}[31m"),
        ("http://[oops?key=1", "http://[oops"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url, shown):
    assert without_secrets(url) == shown


def test_an_endless_address_is_cut_where_it_is_shown():
    assert len(without_secrets("https://news.example/" + "a" * 5000)) == 201


@pytest.mark.parametrize(
    ("body", "mime"),
    [
        (b"\xff\xd8\xff\xe0 jpeg", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n png", "image/png"),
        (b"GIF89a gif", "image/gif"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x20ftypavif", "image/avif"),
    ],
)
async def test_a_picture_is_what_its_bytes_are(site, fetcher, body, mime):
    assert (await fetcher.get_picture(site.put("/a", body, "text/plain"))).mime == mime


async def test_a_page_in_place_of_a_picture_is_refused(site, fetcher):
    with pytest.raises(SourceError, match="is not a picture we know"):
        await fetcher.get_picture(site.put("/a.jpg", "<svg onload=alert(1)>", "image/jpeg"))


async def test_a_picture_has_a_cap_of_its_own(site, fetcher):
    with pytest.raises(SourceError, match="is larger than 1 MB"):
        await fetcher.get_picture(site.put("/a", b"\xff\xd8\xff" + b"x" * MIB), max_bytes=MIB)


async def test_a_form_is_sent_and_a_redirect_of_it_is_refused(site, fetcher):
    came = []

    async def hub(request):
        came.append(dict(await request.post()))
        return web.Response(status=202)

    answer = await fetcher.post(site.on("/hub", hub), {"hub.mode": "subscribe", "hub.topic": "https://a.example/ü"})
    assert (answer.status, came) == (202, [{"hub.mode": "subscribe", "hub.topic": "https://a.example/ü"}])
    with pytest.raises(SourceError, match="redirects where it should take"):
        await fetcher.post(site.move("/moved", "/hub", 307), {"a": "b"})
    assert len(came) == 1


async def test_a_header_sent_several_times_is_kept_whole(site, fetcher):
    async def answer(request):
        return web.Response(headers=[("Link", "<a>; rel=x"), ("Link", "<b>; rel=y")])

    assert (await fetcher.get(site.on("/a", answer))).headers["link"] == "<a>; rel=x, <b>; rel=y"


async def test_another_port_is_open_where_the_source_says_so():
    async with Fetcher("Newswire test") as fetcher:
        with pytest.raises(SourceError, match="asks for port 8080"):
            await fetcher.get("http://127.0.0.1:8080/feed")
        with pytest.raises(SourceError, match="which is a private address"):
            await fetcher.get("http://127.0.0.1:8080/feed", any_port=True)
