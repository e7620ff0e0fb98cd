"""Feeds with a hub (https://www.w3.org/TR/websub/): the hub brings what is new, looks go on at a slower pace."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any

from newswire.errors import SourceError
from newswire.source import Memory, Sight, Source
from sources import feed
from sources._base import Heard, slower
from sources._entries import resolved
from sources._fetch import Fetched, Fetcher
from sources._identity import canonical
from sources._links import first, links
from sources._signatures import signed

WISHED = timedelta(days=7)
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=30)
# A lease is renewed when this part of it is left; an intent nobody verified is sent again after a while.
LEFT = 0.2
PATIENCE = timedelta(minutes=15)
AFTER_A_DENIAL = timedelta(days=1)
REDISCOVER = timedelta(days=1)
TAKEN, NOT_OURS = 202, 404
KEY = "websub"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What is remembered of a subscription. Times are None where it has not happened."""

    hub: str = ""
    topic: str = ""
    found_at: datetime | None = None
    asked_at: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    denied_at: datetime | None = None

    def live(self, now: datetime) -> bool:
        """Whether the hub has promised to call."""
        return self.until is not None and now < self.until

    @classmethod
    def of(cls, memory: Memory) -> Subscription:
        """The one in a source's memory; an empty one where there is none."""
        kept: dict[str, Any] = memory.extra.get(KEY, {})
        times = ("found_at", "asked_at", "since", "until", "denied_at")
        moments = {name: datetime.fromisoformat(kept[name]) for name in times if kept.get(name)}
        return cls(hub=kept.get("hub", ""), topic=kept.get("topic", ""), **moments)

    def within(self, memory: Memory) -> Memory:
        """The memory with this subscription in it."""
        kept = {name: getattr(self, name) for name in self.__slots__}
        plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in kept.items()}
        return replace(memory, extra={**memory.extra, KEY: {name: value for name, value in plain.items() if value}})


async def poll(fetcher: Fetcher, source: Source, memory: Memory, *, now: datetime) -> Sight:
    """One look at the feed, and at times at who its hub is. Its memory: the feed's, and the subscription under `websub`."""
    known = Subscription.of(memory) if memory.extra.get("asked") == source.url else Subscription()
    sight = await feed.poll(fetcher, source, memory, now=now)
    if known.found_at is None or now - known.found_at > REDISCOVER:
        known = await _discovered(fetcher, source, known, now)
    sight = replace(sight, memory=known.within(sight.memory))
    if known.live(now):
        return slower(sight, source, now)
    if not known.hub:
        return replace(sight, warnings=(*sight.warnings, "names no hub (WebSub); it is only looked at"))
    return sight


async def _discovered(fetcher: Fetcher, source: Source, known: Subscription, now: datetime) -> Subscription:
    """The hub as the feed names it now. Another hub or topic begins anew."""
    try:
        hub, topic = named(await fetcher.get(source.url, any_port=source.any_port))
    except SourceError:
        return known
    if (hub, topic) != (known.hub, known.topic):
        known = Subscription(hub=hub, topic=topic)
    return replace(known, found_at=now)


def named(answer: Fetched) -> tuple[str, str]:
    """The hub that a feed or page names, and the address it calls its own; "" for no hub."""
    found = links(answer)
    hub, own = first(found, "hub"), first(found, "self")
    if not hub and answer.body.lstrip()[:1] == b"{":
        hub, own = _named_in_json(answer)
    return hub, (own or answer.url) if hub else ""


def _named_in_json(answer: Fetched) -> tuple[str, str]:
    """The same of a JSON Feed (https://www.jsonfeed.org/version/1.1/)."""
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return "", ""
    hubs = told.get("hubs")
    addresses = [one.get("url") for one in hubs if isinstance(one, dict)] if isinstance(hubs, list) else []
    hub = next((url for text in addresses if isinstance(text, str) and (url := resolved(answer.url, text))), "")
    own = told.get("feed_url")
    return hub, resolved(answer.url, own) if isinstance(own, str) else ""


def due(memory: Memory, now: datetime) -> bool:
    """Whether `subscribe` should be called: there is a hub, and no lease, or one that ends soon."""
    known = Subscription.of(memory)
    if not known.hub or (known.denied_at and now - known.denied_at < AFTER_A_DENIAL):
        return False
    if known.asked_at and now - known.asked_at < PATIENCE:
        return False
    if known.since is None or known.until is None or not known.live(now):
        return True
    return known.until - now < (known.until - known.since) * LEFT


def intend(memory: Memory, now: datetime) -> Memory:
    """The memory to store before the hub is asked, for it may ask back before we have its answer."""
    return replace(Subscription.of(memory), asked_at=now).within(memory)


async def subscribe(fetcher: Fetcher, memory: Memory, *, callback: str, secret: str) -> None:
    """Ask the hub to call `callback`, signing with `secret`; it asks back there (`challenge`).

    Raises `SourceError` when the hub does not take it. `intend` comes first.
    """
    known = Subscription.of(memory)
    form = {
        "hub.mode": "subscribe",
        "hub.topic": known.topic,
        "hub.callback": callback,
        "hub.secret": secret,
        "hub.lease_seconds": str(int(WISHED.total_seconds())),
    }
    await fetcher.post(known.hub, form)


def challenge(memory: Memory, query: Mapping[str, str], *, now: datetime) -> tuple[Memory, str]:
    """The hub asks back: the memory afterwards, and the text to answer with. "" means 404: this is not what we asked for.

    A GET at the callback. `hub.mode` is subscribe, unsubscribe or denied.
    """
    known = Subscription.of(memory)
    mode, topic = query.get("hub.mode", ""), query.get("hub.topic", "")
    if not known.topic or canonical(topic) != canonical(known.topic):
        return memory, ""
    if mode == "denied":
        return replace(known, denied_at=now, since=None, until=None).within(memory), "denied"
    wanted = known.asked_at is not None and now - known.asked_at < PATIENCE
    if mode != "subscribe" or not wanted or not query.get("hub.challenge"):
        return memory, ""
    lease = query.get("hub.lease_seconds", "")
    length = timedelta(seconds=int(lease)) if lease.isdecimal() and len(lease) < 10 else WISHED  # noqa: PLR2004 - 30 years
    until = now + min(max(length, SHORTEST), LONGEST)
    return replace(known, since=now, until=until, denied_at=None).within(memory), query["hub.challenge"]


def receive(
    source: Source, memory: Memory, body: bytes, headers: Mapping[str, str], *, secret: str, now: datetime
) -> Heard:
    """What the hub brings: the feed, or its new items. Taken politely and dropped where the signature is wrong.

    What is no feed is a reason to look at the feed itself.
    """
    if not signed(secret, body, headers.get("X-Hub-Signature", "")):
        return Heard(status=TAKEN)
    answer = Fetched(
        url=source.url,
        status=200,
        headers={},
        body=body,
        charset=_charset(headers.get("Content-Type", "")),
        etag="",
        last_modified="",
        permanent_url=source.url,
    )
    try:
        brought, found = feed.read(answer, source, now)
    except SourceError:
        return Heard(status=TAKEN, look=True)
    sight = Sight(memory=memory, articles=found, title=brought.title, warnings=tuple(brought.warnings))
    return Heard(status=TAKEN, sight=sight)


def _charset(content_type: str) -> str:
    words = Message()
    words["Content-Type"] = content_type
    return str(words.get_content_charset() or "")


def lease_ends(memory: Memory) -> datetime | None:
    """When the hub stops calling, for `/why` and `newswire check`; None while it does not call."""
    until = Subscription.of(memory).until
    return until.astimezone(UTC) if until else None
