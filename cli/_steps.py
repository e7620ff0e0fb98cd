"""The steps of setting up: the site and its feeds, the time zone, X. Each verifies what was answered."""

from __future__ import annotations

import contextlib
import os
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from cli._files import Edition
from cli._setting_up import X_KEYS, SettingUp, until_right, verified
from newswire.clock import SystemClock
from newswire.errors import ConfigError, NewswireError, SourceError, Unauthorized, UsageProblem
from sources import discovery
from sources._fetch import Fetcher


async def site(up: SettingUp, fetcher: Fetcher) -> None:
    """The site, its editions, and a feed for each that can be read."""
    _address(up)
    host = urlsplit(up.answers.site).hostname or ""
    up.answers.name = up.operator.ask("Name of the newsroom", up.given.name or host.removeprefix("www."))
    codes = _codes(up)
    others = set(codes)
    for code in codes:
        edition = await until_right(up, lambda code=code: _edition(up, fetcher, code, others - {code}))  # type: ignore[misc] # mypy cannot infer a lambda with a default
        if edition:
            up.answers.editions.append(edition)
    if not up.answers.editions:
        raise ConfigError("without a feed there is nothing to watch; find the feed's address and start again")


def _address(up: SettingUp) -> None:
    """The site's address: a name will do."""
    while True:
        words = up.operator.ask("Address of the news site", up.given.site, needed="--site")
        address = words if "://" in words else f"https://{words}"
        host = _host(address)
        if "." in host or ":" in host or host == "localhost":
            up.answers.site = address
            return
        text = f"'{words}' is no address of a site; write one such as https://news.example"
        if not up.operator.present:
            raise UsageProblem(f"--site: {text}")
        up.operator.trouble(text)


def _codes(up: SettingUp) -> list[str]:
    """The site's editions, by language code."""
    while True:
        known = ", ".join(up.given.editions or up.given.channels) or "en"
        words = up.operator.ask("Its language editions, such as en, ru", known)
        codes = [word.lower() for word in re.split(r"[\s,;]+", words) if word]
        wrong = [code for code in codes if not re.fullmatch(r"[a-z]{2,3}", code)]
        if codes and not wrong:
            return list(dict.fromkeys(codes))
        text = f"'{', '.join(wrong)}': a language code has two letters, or three: en, ru, hy"
        if not up.operator.present:
            raise UsageProblem(f"--edition: {text}")
        up.operator.trouble(text)


def _host(address: str) -> str:
    with contextlib.suppress(ValueError):
        host = urlsplit(address).hostname or ""
        return host if address.isprintable() and " " not in address else ""
    return ""


async def _edition(up: SettingUp, fetcher: Fetcher, code: str, others: set[str]) -> Edition:
    """Where its articles appear: what is found is proposed, what is answered is looked at."""
    given = up.given.editions.get(code)
    found = None if given else await _found(up, fetcher, code, others)
    proposed = given or (found.url if found else "")
    feed = up.operator.ask(f"Feed of the {code} edition", proposed, needed=f"--edition {code}=ADDRESS")
    now = SystemClock().now()
    if found is None or feed != found.url:
        there = await discovery.candidates(fetcher, feed, now=now)
        places = _with_articles(there, code, others) or [one for one in there if one.articles]
        if not places:
            raise SourceError(f"{feed} shows no articles that could be watched; give the address of a feed")
        found = places[0]
    age = f", the newest {max(now - found.newest, timedelta()) // timedelta(minutes=1)} min old" if found.newest else ""
    what = "" if found.kind == "feed" and found.url == feed else f" ({found.kind} at {found.url})"
    up.operator.done(f"{found.articles} articles{age}{what}")
    return Edition(code, found.url, kind=found.kind)


async def _found(up: SettingUp, fetcher: Fetcher, code: str, others: set[str]) -> discovery.Candidate | None:
    """The best place that the edition's own page or the site's home page names; None when neither does."""
    home, found = up.answers.site.rstrip("/"), list[discovery.Candidate]()
    for page in (f"{home}/{code}/", f"{home}/{code}", up.answers.site):
        with contextlib.suppress(SourceError):
            found += _with_articles(await discovery.candidates(fetcher, page, now=SystemClock().now()), code, others)
        if any(one.kind == "feed" for one in found):
            break
    return min(found, key=lambda one: discovery.ORDER.index(one.kind), default=None)


def _with_articles(found: list[discovery.Candidate], code: str, others: set[str]) -> list[discovery.Candidate]:
    return [one for one in discovery.suited(found, code, others) if one.articles]


def timezone(up: SettingUp) -> None:
    """The newsroom's zone, guessed from this machine; a city is enough."""
    while True:
        name = up.operator.ask("Time zone of the newsroom", up.given.timezone or guessed_zone())
        if found := zone_named(name):
            if found != name:
                up.operator.done(found)
            up.answers.timezone = found
            return
        text = f"'{name}' is no time zone; write one such as Asia/Baku"
        if not up.operator.present:
            raise UsageProblem(f"--timezone: {text}")
        up.operator.trouble(text)


def zone_named(name: str) -> str:
    """The zone of that name, in any case, or the one zone of that city; empty when there is none."""
    wanted = name.strip().replace(" ", "_").casefold()
    known = sorted(available_timezones())
    whole = [zone for zone in known if zone.casefold() == wanted]
    cities = [zone for zone in known if zone.casefold().rpartition("/")[2] == wanted]
    return next(iter(whole), cities[0] if len(cities) == 1 else "")


def guessed_zone(link: Path = Path("/etc/localtime")) -> str:
    """The machine's zone by its name; UTC when it does not say."""
    for name in (os.environ.get("TZ", "").lstrip(":"), str(link.resolve()).partition("/zoneinfo/")[2]):
        with contextlib.suppress(OSError, ValueError, KeyError):
            return ZoneInfo(name).key
    return "UTC"


async def x(up: SettingUp) -> None:
    """X, if it is wanted: the four keys of the account."""
    complete = all(up.secret(name) for name in X_KEYS)
    if not up.given.x and not up.operator.sure("Post to X too?", default=up.operator.present and complete):
        return
    up.operator.say("X: four keys from the developer portal, the access token with write permission.")

    async def attempt() -> str:
        for name, what in X_KEYS.items():
            if up.secret(name) is None and (typed := up.operator.ask_secret(name, what)):
                up.answers.secrets[name] = typed
        try:
            account = await verified(up.publisher("x"))
        except NewswireError as error:
            if isinstance(error, ConfigError | Unauthorized):
                up.refuse(*X_KEYS)
            raise
        for name in X_KEYS:
            known = up.secret(name)
            up.answers.secrets[name] = known.reveal() if known else ""
        return account.name

    name = await until_right(up, attempt)
    if name:
        codes = [edition.code for edition in up.answers.editions]
        up.answers.x_edition = (
            up.operator.ask(f"Which edition posts as {name}?", codes[0]) if len(codes) > 1 else codes[0]
        )
        up.operator.done(f"posts as {name}")
