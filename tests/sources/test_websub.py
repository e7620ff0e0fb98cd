"""Feeds with a hub: finding it, asking it, being asked back, believing what it brings."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from multidict import CIMultiDict

from newswire.errors import SourceError
from newswire.source import Memory, Source
from sources import websub
from sources._signatures import derived

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SECRET = "made up"
CALLBACK = "https://newsroom.example/hooks/wire"


def rss(hub="", own="", title="Port opens"):
    named = f'<atom:link rel="hub" href="{hub}"/><atom:link rel="self" href="{own}"/>' if hub else ""
    return (
        f'<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Site</title>{named}'
        f"<item><title>{title}</title><link>https://news.example/a</link></item></channel></rss>"
    )


@pytest.fixture
def hub(site):
    """A hub that takes everything; what came is in `hub.came`."""

    async def take(request):
        take.came.append(dict(await request.post()))
        return web.Response(status=take.status)

    take.came, take.status = [], 202
    take.url = site.on("/hub", take)
    return take


@pytest.fixture
def look(site, fetcher):
    async def looking(body, memory=None, now=NOW, **headers):
        url = site.put("/feed", body, **headers)
        return await websub.poll(fetcher, Source(name="wire", url=url, kind="websub"), memory or Memory(), now=now)

    return looking


async def subscribed(look, fetcher, hub, lease="3600"):
    """A memory in which the hub has promised to call for an hour."""
    memory = (await look(rss(hub.url, "https://news.example/feed"))).memory
    memory = websub.intend(memory, NOW)
    await websub.subscribe(fetcher, memory, callback=CALLBACK, secret=SECRET)
    query = {"hub.mode": "subscribe", "hub.topic": "https://news.example/feed", "hub.challenge": "c1"}
    memory, text = websub.challenge(memory, query | {"hub.lease_seconds": lease}, now=NOW)
    assert text == "c1"
    return memory


# Discovery


async def test_the_feed_is_read_and_its_hub_found(look, hub):
    sight = await look(rss(hub.url, "https://news.example/feed"))
    assert [article.title for article in sight.articles] == ["Port opens"]
    assert websub.due(sight.memory, NOW)
    assert sight.next_at is None


async def test_a_hub_is_found_in_headers_and_in_a_json_feed_as_well(look, hub, fetcher):
    by_header = await look(rss(), Link=f'<{hub.url}>; rel="hub", <https://news.example/f>; rel="self"')
    told = (
        f'{{"version": "https://jsonfeed.org/version/1.1", "title": "T", "feed_url": "https://news.example/f", '
        f'"hubs": [{{"type": "WebSub", "url": "{hub.url}"}}], "items": []}}'
    )
    for sight in (by_header, await look(told)):
        await websub.subscribe(fetcher, sight.memory, callback=CALLBACK, secret=SECRET)
    assert [one["hub.topic"] for one in hub.came] == ["https://news.example/f"] * 2


async def test_a_feed_without_a_hub_is_only_looked_at_and_says_so(look):
    sight = await look(rss())
    assert not websub.due(sight.memory, NOW)
    assert "names no hub" in sight.warnings[0]


async def test_another_hub_begins_a_new_subscription(look, fetcher, hub):
    memory = await subscribed(look, fetcher, hub)
    later = NOW + timedelta(days=2)
    sight = await look(rss("https://other.example/hub", "https://news.example/feed"), memory, later)
    assert websub.due(sight.memory, later)
    assert websub.lease_ends(sight.memory) is None


# Asking, and being asked back


async def test_a_subscription_is_asked_for_as_hubs_want_it(look, fetcher, hub):
    await subscribed(look, fetcher, hub)
    assert hub.came == [
        {
            "hub.mode": "subscribe",
            "hub.topic": "https://news.example/feed",
            "hub.callback": CALLBACK,
            "hub.secret": SECRET,
            "hub.lease_seconds": "604800",
        }
    ]


async def test_what_we_did_not_ask_for_is_not_confirmed(look, fetcher, hub):
    memory = (await look(rss(hub.url, "https://news.example/feed"))).memory
    good = {"hub.mode": "subscribe", "hub.topic": "https://news.example/feed", "hub.challenge": "c"}
    assert websub.challenge(memory, good, now=NOW)[1] == ""
    memory = websub.intend(memory, NOW)
    await websub.subscribe(fetcher, memory, callback=CALLBACK, secret=SECRET)
    for bad in ({"hub.topic": "https://evil.example/"}, {"hub.mode": "unsubscribe"}, {"hub.challenge": ""}):
        assert websub.challenge(memory, good | bad, now=NOW)[1] == ""
    assert websub.challenge(memory, good, now=NOW + timedelta(hours=1))[1] == ""
    assert websub.challenge(memory, {}, now=NOW)[1] == ""
    assert websub.challenge(memory, good, now=NOW)[1] == "c"


async def test_a_hub_that_refuses_is_an_error_and_is_not_asked_again_at_once(look, fetcher, hub):
    memory = websub.intend((await look(rss(hub.url, "https://news.example/feed"))).memory, NOW)
    hub.status = 500
    with pytest.raises(SourceError, match="is in trouble"):
        await websub.subscribe(fetcher, memory, callback=CALLBACK, secret=SECRET)
    assert not websub.due(memory, NOW + timedelta(minutes=1))
    assert websub.due(memory, NOW + timedelta(minutes=16))


async def test_a_hub_that_denies_is_left_alone_for_a_day(look, fetcher, hub):
    memory = await subscribed(look, fetcher, hub)
    query = {"hub.mode": "denied", "hub.topic": "https://news.example/feed", "hub.reason": "no"}
    memory, text = websub.challenge(memory, query, now=NOW)
    assert text
    assert websub.lease_ends(memory) is None
    assert not websub.due(memory, NOW + timedelta(hours=23))
    assert websub.due(memory, NOW + timedelta(hours=25))


async def test_a_lease_is_renewed_before_it_ends_and_looks_are_slow_while_it_lasts(look, fetcher, hub):
    memory = await subscribed(look, fetcher, hub)
    assert websub.lease_ends(memory) == NOW + timedelta(hours=1)
    assert not websub.due(memory, NOW + timedelta(minutes=47))
    assert websub.due(memory, NOW + timedelta(minutes=49))
    sight = await look(rss(hub.url, "https://news.example/feed"), memory, NOW + timedelta(minutes=1))
    assert sight.next_at == NOW + timedelta(minutes=11)
    assert websub.lease_ends(sight.memory) == NOW + timedelta(hours=1)
    late = await look(rss(hub.url, "https://news.example/feed"), memory, NOW + timedelta(hours=2))
    assert late.next_at is None


@pytest.mark.parametrize(("lease", "hours"), [("60", 5 / 60), ("99999999", 720), ("nonsense", 168), ("9" * 40, 168)])
async def test_odd_leases_are_made_sensible(look, fetcher, hub, lease, hours):
    memory = await subscribed(look, fetcher, hub, lease)
    assert websub.lease_ends(memory) == NOW + timedelta(hours=hours)


# What the hub brings


@pytest.fixture
def bring(source, now):
    def brought(body, signature=None, method="sha256", **headers):
        own = f"{method}=" + hmac.new(SECRET.encode(), body.encode(), getattr(hashlib, method)).hexdigest()
        told = CIMultiDict({"X-Hub-Signature": own if signature is None else signature, **headers})
        return websub.receive(source, Memory(etag="kept"), body.encode(), told, secret=SECRET, now=now)

    return brought


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signed_delivery_brings_its_articles(bring, method):
    heard = bring(rss(title="Порт открыт"), method=method, **{"Content-Type": "application/rss+xml; charset=utf-8"})
    assert (heard.status, heard.look) == (202, False)
    assert [article.title for article in heard.sight.articles] == ["Порт открыт"]
    assert heard.sight.memory.etag == "kept"
    assert not heard.sight.complete


@pytest.mark.parametrize(
    "signature", ["", "sha256=", "sha256=" + "0" * 64, "md5=" + "0" * 32, "sha256", "sha512=" + "0" * 64, "=" * 300]
)
def test_what_is_not_signed_by_the_hub_is_taken_politely_and_dropped(bring, signature):
    heard = bring(rss(), signature)
    assert (heard.status, heard.sight, heard.look) == (202, None, False)


def test_no_secret_means_nobody_is_believed(source, now):
    own = "sha256=" + hmac.new(b"", b"x", hashlib.sha256).hexdigest()
    heard = websub.receive(source, Memory(), b"x", CIMultiDict({"X-Hub-Signature": own}), secret="", now=now)
    assert heard.sight is None
    assert not heard.look


def test_a_delivery_that_is_no_feed_is_a_reason_to_look(bring):
    heard = bring("something happened")
    assert (heard.sight, heard.look) == (None, True)


def test_a_secret_of_its_own_for_each_callback():
    one, other = (derived("the newsroom's key", callback) for callback in (CALLBACK, CALLBACK + "-ru"))
    assert one != other
    assert len(one) == 64
