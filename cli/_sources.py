"""What `newswire source` knows of the sources in newswire.toml: which is meant by an address, and how another is added."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from cli import _files
from cli._operator import Operator
from newswire import configuration
from newswire.errors import ConfigError, SourceError, UsageProblem
from newswire.settings import Settings
from newswire.source import FirstRun, Source
from sources import discovery
from sources._identity import canonical, same_site
from sources.discovery import Candidate

NAME_LENGTH = 40


def watched(settings: Settings, url: str) -> Source | None:
    """The source that is watched at `url` already."""
    return next((one for one in settings.sources() if canonical(one.url) == canonical(url)), None)


def meant(settings: Settings, url: str, *, name: str, kind: str, first_run: str) -> Source:
    """The source whose look at `url` is to be rehearsed.

    That is the one at this address, the one called `name` moved there, the only one of the same site moved there, or
    one that is not in the file yet.
    """
    found = watched(settings, url)
    if name:
        found = next((one for one in settings.sources() if one.name == name), None)
        if found is None:
            known = ", ".join(one.name for one in settings.sources())
            raise UsageProblem(f"there is no source '{name}' (known: {known or 'none yet'})")
    if found is None:
        near = [one for one in settings.sources() if same_site(one.url, url)]
        found = near[0] if len(near) == 1 else None
    if found is None:
        edition = settings.languages[0] if settings.languages else "en"
        found = Source(name="rehearsal", url=url, edition=edition, zone=settings.timezone)
    first = FirstRun(first_run) if first_run else found.first_run
    return replace(found, url=url, kind=kind or found.kind, first_run=first)


def callable_kinds(settings: Settings, found: Sequence[Candidate]) -> list[Candidate]:
    """The same, a feed with a hub as `websub` where this daemon can be called."""
    can = settings.web.enabled and settings.web.url and settings.hook_secret
    return [replace(one, kind="websub") if one.hub and can else one for one in found]


def chosen(operator: Operator, found: Sequence[Candidate], *, kind: str, yes: bool) -> Candidate:
    """The one that the operator wants: by kind, the first one, or asked. UsageProblem where that cannot be told."""
    if kind:
        feeds = ("feed", "websub", "hook")
        fitting = [one for one in found if one.kind == kind or (kind in feeds and one.kind in feeds)]
        if kind == "websub":
            fitting = [one for one in fitting if one.hub]
        if not fitting:
            raise UsageProblem(f"nothing there can be watched as {kind}; leave --kind out to see what can")
        return replace(fitting[0], kind=kind)
    if yes:
        return found[0]
    if not operator.present:
        raise UsageProblem("nobody is there to choose; give --yes for the first, or --kind")
    number = operator.ask(f"Which one (1 to {len(found)})", "1")
    if not number.isdecimal() or not 1 <= int(number) <= len(found):
        raise UsageProblem(f"'{number}' is none of them; nothing was written")
    return found[int(number) - 1]


def added(file: Path, settings: Settings, one: Candidate, *, name: str, edition: str) -> tuple[str, str]:
    """Write the source into newswire.toml. Its name, and the place of its table: `newswire.toml:34`."""
    edition = edition or _edition(settings, one)
    name = name or _name(settings, one.url, edition)
    text = file.read_text(encoding="utf-8")
    try:
        new = _files.with_source(text, name=name, edition=edition, kind=one.kind, url=one.url)
    except ValueError as block:
        by_hand = " | ".join(str(block).strip().splitlines())
        raise ConfigError(f"{file}: its sources are written in a way of their own; add by hand: {by_hand}") from None
    written = configuration.parse(new, file=str(file), environ=settings.secrets.environment)
    _files.write({file.resolve(): (new, file.stat().st_mode & 0o777)})
    return name, written.where_source(name)


def _edition(settings: Settings, one: Candidate) -> str:
    """The edition in the candidate's language, else the one that its address names; the first where nothing is told.

    UsageProblem for a language without an edition: another edition's readers would get it.
    """
    codes = settings.languages or ("en",)
    path, language = urlsplit(one.url).path, discovery.language_of(one)
    told = [language, *(code for code in codes if f"/{code}/" in path)]
    edition = next((code for code in told if code in codes), "" if language else codes[0])
    if not edition:
        raise UsageProblem(
            f"{one.url} is in '{language}', and newswire.toml has no such edition: add it to languages, "
            f"or give --edition {codes[0]}; nothing was written"
        )
    return edition


def _name(settings: Settings, url: str, edition: str) -> str:
    """Such as `caliber-ru`, or `caliber-ru-2` where that is taken."""
    host = (urlsplit(url).hostname or "site").removeprefix("www.")
    labels = host.split(".")
    own = host if labels[-1].isdecimal() else ".".join(labels[:-1]) or host
    base = re.sub(r"[^a-z0-9]+", "-", own.lower()).strip("-")[: NAME_LENGTH - 8] or "site"
    taken = {table.name for table in settings.source}
    names = [f"{base}-{edition}", *(f"{base}-{edition}-{n}" for n in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def nothing_there(url: str) -> SourceError:
    """When not one place was found."""
    return SourceError(f"{url} names nothing that could be watched, and no articles can be told on it; give a feed")
