"""Doors of sources: what comes through them is in the ledger at once, and hubs are asked to call."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from support.desk import CHANNELS, NOON
from support.wire import serving

from db import articles
from db import sources as source_rows
from desk.watching import watch
from desk.watching.doors import SourceDoor, callback_of, doors, renew
from newswire.errors import ConfigError
from sources._signatures import derived
from sources.websub import lease_ends

KEY = "the newsroom's own"
BASE = "https://newsroom.example"


def feed(*titles: str, hub: str = "") -> str:
    items = "".join(
        f"<item><title>{title}</title><link>https://news.example/{title.lower()}</link><pubDate>{format_datetime(NOON)}</pubDate></item>"
        for title in titles
    )
    link = f'<link xmlns="http://www.w3.org/2005/Atom" rel="hub" href="{hub}"/>' if hub else ""
    return f"<rss><channel><title>Site</title>{link}{items}</channel></rss>"


@dataclass
class Site:
    """A feed, and the hub it names: it asks back at the door it is given."""

    address: str = ""
    titles: list[str] = field(default_factory=lambda: ["First"])
    door: SourceDoor | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    takes: bool = True
    answers_late: bool = False
    while_looked: Callable[[], Awaitable[str]] | None = None

    async def answer(self, request: web.Request) -> web.Response:
        if request.path != "/hub":
            if self.while_looked:
                assert await self.while_looked() == "c1"
            return web.Response(text=feed(*self.titles, hub=f"{self.address}/hub"), content_type="application/rss+xml")
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(form)
        if not self.takes:
            return web.Response(status=500)
        if self.answers_late:
            return web.Response(status=202)
        return web.Response(status=202 if await self.verify() == "c1" else 400)

    async def verify(self) -> str:
        """The hub asks back."""
        assert self.door is not None
        form = self.asked[-1]
        question = {name: form[f"hub.{name}"] for name in ("mode", "topic", "lease_seconds")} | {"challenge": "c1"}
        return await self.door.challenge({f"hub.{name}": value for name, value in question.items()})


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    async with serving(made.answer) as address:
        made.address = address
        yield made


@dataclass
class House:
    """A newsroom with one source and its door."""

    newsroom: object
    source: object
    door: SourceDoor
    rings: list[tuple[str, datetime]]

    async def titles(self):
        async with self.newsroom.store.read() as connection:
            return sorted(stored.article.title for stored in await articles.recent(connection, limit=100))

    async def health(self):
        async with self.newsroom.store.read() as connection:
            return (await source_rows.all_of_them(connection))[self.source.name]


@pytest.fixture
async def house(make, site):
    async def one(kind, *, key=KEY, looked=True):
        newsroom = await make(
            f'{CHANNELS}\n[[source]]\nname = "wire"\nkind = "{kind}"\nread_page = false\nfeeds = ["{site.address}/feed"]\n'
        )
        rings: list[tuple[str, datetime]] = []
        (source,) = newsroom.settings.sources()
        opened = doors(newsroom, key, BASE, lambda name, at: rings.append((name, at)))
        site.door = opened["wire"]
        if looked:
            await watch.look(newsroom, source)
        return House(newsroom, source, site.door, rings)

    return one


def signed(body: bytes, secret: str, name: str = "X-Hub-Signature") -> dict[str, str]:
    return {name: "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


async def test_a_hub_is_asked_asks_back_and_what_it_brings_is_in_the_ledger(house, site):
    here = await house("websub")
    assert await renew(here.newsroom, here.source, key=KEY, base=f"{BASE}/")
    callback = "https://newsroom.example/hooks/wire"
    assert [(one["hub.callback"], one["hub.secret"]) for one in site.asked] == [(callback, derived(KEY, callback))]
    assert lease_ends((await here.health()).memory) == NOON + timedelta(days=7)
    assert not await renew(here.newsroom, here.source, key=KEY, base=BASE)
    body = feed("Second", "First").encode()
    assert await here.door(body, signed(body, derived(KEY, callback))) == 202
    assert await here.titles() == ["First", "Second"]
    assert await here.door(body, signed(body, derived(KEY, callback))) == 202
    assert await here.titles() == ["First", "Second"]
    assert here.rings == []


async def test_a_look_afterwards_remembers_the_lease_and_is_slow(house, site):
    here = await house("websub")
    await renew(here.newsroom, here.source, key=KEY, base=BASE)
    site.titles.insert(0, "Second")
    look = await watch.look(here.newsroom, here.source)
    assert look.new == 1
    assert look.next_at == NOON + timedelta(minutes=10)
    assert lease_ends((await here.health()).memory) == NOON + timedelta(days=7)


async def test_what_a_hub_answers_while_a_look_is_under_way_is_not_lost(house, site):
    here = await house("websub")
    site.answers_late = True
    assert await renew(here.newsroom, here.source, key=KEY, base=BASE)
    assert lease_ends((await here.health()).memory) is None, "the hub has not asked back yet"
    site.titles.insert(0, "Second")
    site.while_looked = site.verify
    await watch.look(here.newsroom, here.source)
    health = await here.health()
    assert lease_ends(health.memory) == NOON + timedelta(days=7)
    assert health.memory.extra["listed"] == 2, "and what the look has learned is remembered as well"


async def test_a_hub_that_does_not_take_it_is_asked_again_later(house, site):
    here = await house("websub")
    site.takes = False
    assert await renew(here.newsroom, here.source, key=KEY, base=BASE)
    assert not await renew(here.newsroom, here.source, key=KEY, base=BASE)
    here.newsroom.clock.move(timedelta(minutes=16))
    assert await renew(here.newsroom, here.source, key=KEY, base=BASE)


@pytest.mark.parametrize(("key", "base"), [("", BASE), (KEY, "")])
async def test_without_a_key_or_a_public_address_no_hub_is_asked(house, site, key, base):
    here = await house("websub")
    assert not await renew(here.newsroom, here.source, key=key, base=base)
    assert site.asked == []


async def test_nobody_may_bring_anything_unsigned(house):
    here = await house("websub")
    body = feed("Second").encode()
    for headers in ({}, signed(body, KEY), signed(body, "")):
        assert await here.door(body, headers) == 202
    assert await here.titles() == ["First"]


async def test_before_the_first_look_a_call_is_only_a_reason_to_look(house):
    here = await house("hook", looked=False)
    body = json.dumps({"url": "/second", "title": "Second"}).encode()
    assert await here.door(body, signed(body, KEY, "X-Signature")) == 202
    assert here.rings == [("wire", NOON)]


async def test_a_signed_call_of_the_site_is_in_the_ledger_at_once(house):
    here = await house("hook")
    body = json.dumps({"url": "/second", "title": "Second"}).encode()
    assert await here.door(body, signed(body, KEY, "X-Signature")) == 202
    assert await here.titles() == ["First", "Second"]
    body = json.dumps({"url": "/second", "event": "deleted"}).encode()
    assert await here.door(body, signed(body, KEY, "X-Signature")) == 202
    async with here.newsroom.store.read() as connection:
        assert [s.article.title for s in await articles.recent(connection, limit=9) if s.gone_at] == ["Second"]
    assert await here.door(body, {}) == 401
    assert here.rings == []


async def test_many_pings_of_a_moment_are_one_look_now_and_one_a_little_later(house, site):
    here = await house("hook")
    ping = (
        "<methodCall><methodName>weblogUpdates.ping</methodName><params><param><value>Site</value></param>"
        f"<param><value>{site.address}/</value></param></params></methodCall>"
    ).encode()
    for _ in range(20):
        assert await here.door(ping, {}) == 200
    assert {at for _, at in here.rings} == {NOON, NOON + timedelta(seconds=10)}


async def test_a_feed_has_no_door_and_a_second_feed_has_one_of_its_own(make, site):
    newsroom = await make(
        f'{CHANNELS}\n[[source]]\nname = "plain"\nfeeds = ["{site.address}/a"]\n'
        f'[[source]]\nname = "wire"\nkind = "hook"\nfeeds = ["{site.address}/b", "{site.address}/c"]\n'
    )
    assert list(doors(newsroom, KEY, BASE, lambda name, at: None)) == ["wire", "wire-2"]
    assert callback_of(BASE, newsroom.settings.sources()[2]) == "https://newsroom.example/hooks/wire-2"
    assert await doors(newsroom, KEY, BASE, lambda name, at: None)["wire"].challenge({"hub.challenge": "x"}) == ""


async def test_the_door_of_telegram_is_not_for_sources(make, site):
    newsroom = await make(
        f'{CHANNELS}\n[[source]]\nname = "telegram"\nkind = "hook"\nfeeds = ["{site.address}/b"]\n',
    )
    with pytest.raises(ConfigError, match="/hooks/telegram is Telegram's; give the source another name"):
        doors(newsroom, KEY, BASE, lambda name, at: None)
