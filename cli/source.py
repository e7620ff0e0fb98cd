"""`newswire source`: find, add, try out, rehearse and list what is watched."""

from __future__ import annotations

import sys
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from cli.output import as_json, at, newsroom_of, run_async, settings_of, show_json, show_table, waiting

if TYPE_CHECKING:
    from cli.main import Context
    from db.sources import Health
    from newswire.source import Source
    from sources.discovery import Candidate


@click.group("source")
def command() -> None:
    """Find, add, try out, rehearse and list what is watched."""


# -- test


@command.command("test")
@click.argument("url")
@click.option("--kind", default="feed", show_default=True, help="What is at the address.")
@click.option("--no-page", is_flag=True, help="Do not read the first article's own page.")
@as_json
@click.pass_obj
def test(context: Context, url: str, *, kind: str, no_page: bool, as_json: bool) -> None:
    """Read URL as the daemon would and show the articles. Nothing is stored or posted."""
    run_async(_test(context, url, kind=kind, no_page=no_page, as_json=as_json))


async def _test(context: Context, url: str, *, kind: str, no_page: bool, as_json: bool) -> None:
    import sources
    from desk.newsroom import fetcher_of
    from newswire.clock import SystemClock
    from newswire.source import Memory, Source
    from sources.article_page import read

    settings = settings_of(context)
    source = next(
        (s for s in settings.sources() if s.url == url), Source(name="test", url=url, kind=kind, zone=settings.timezone)
    )
    with waiting(f"Reading {url}"):
        async with fetcher_of(settings) as fetcher:
            now = SystemClock().now()
            sight = await sources.load(source.kind).poll(fetcher, source, Memory(), now=now)
            found = list(sight.articles or ())
            if found and source.read_page and not no_page:
                found[0] = found[0].completed_by(await read(fetcher, found[0].url, source, now=now))
    found = [replace(a, section=settings.section_of(a.categories)) for a in found]
    if as_json:
        show_json({"title": sight.title, "warnings": sight.warnings, "articles": [a.to_json() for a in found]})
        return
    rows = [
        (
            at(a.published_at, settings.timezone, "no date"),
            a.title[:60],
            ", ".join(a.categories),
            a.author,
            "yes" if a.images else "no",
            a.url,
        )
        for a in found
    ]
    show_table(("published", "title", "categories", "author", "picture", "link"), rows, title=sight.title or url)
    for warning in sight.warnings:
        click.echo(f"warning: {warning}", err=True)


# -- add


@command.command("add")
@click.argument("url")
@click.option("--kind", default="", help="Take the first of this kind: feed, websub, hook, wordpress, sitemap, page.")
@click.option("--edition", default="", metavar="CODE", help="The edition its articles belong to; else by its language.")
@click.option("--name", default="", help="Its name in newswire.toml; else from the site's.")
@click.option("--yes", is_flag=True, help="Take the first without asking.")
@as_json
@click.pass_obj
def add(context: Context, url: str, *, kind: str, edition: str, name: str, yes: bool, as_json: bool) -> None:
    """Look what can be watched at URL, a site or a section, and write one of it into newswire.toml.

    The first in the table is the best. Comments and everything else in the file stay as they are.
    """
    run_async(_add(context, url, kind=kind, edition=edition, name=name, yes=yes, as_json=as_json))


async def _add(context: Context, url: str, *, kind: str, edition: str, name: str, yes: bool, as_json: bool) -> None:
    from cli import _sources
    from cli._operator import Operator
    from desk.newsroom import fetcher_of
    from newswire.clock import SystemClock
    from newswire.errors import UsageProblem
    from sources import discovery

    settings = settings_of(context)
    url = url if "://" in url else f"https://{url}"
    with waiting(f"Looking around at {url}"):
        async with fetcher_of(settings) as fetcher:
            found = await discovery.candidates(fetcher, url, now=SystemClock().now())
    found = _sources.callable_kinds(settings, found)
    if not found:
        raise _sources.nothing_there(url)
    if not as_json:
        _show_candidates(found, settings.timezone)
    one = _sources.chosen(Operator(present=sys.stdin.isatty() and not as_json), found, kind=kind, yes=yes)
    if there := _sources.watched(settings, one.url):
        place = settings.where_source(there.name)
        raise UsageProblem(f"{one.url} is watched already, by source '{there.name}' ({place}); nothing was written")
    name, place = _sources.added(context.config, settings, one, name=name, edition=edition)
    if as_json:
        added = {"name": name, "kind": one.kind, "url": one.url, "place": place}
        show_json({"added": added, "candidates": [asdict(each) for each in found]})
        return
    click.echo(f"{place} source '{name}' is there now: {one.kind} at {one.url}")
    click.echo("What it lists by then is noted and not posted at its first look, after the daemon's next start.")


def _show_candidates(found: list[Candidate], zone: ZoneInfo) -> None:
    rows = [
        (
            str(n),
            one.kind,
            one.url,
            one.title[:40] or "-",
            one.language or "-",
            str(one.articles),
            at(one.newest, zone),
            "yes" if one.hub else "-",
        )
        for n, one in enumerate(found, 1)
    ]
    show_table(("", "kind", "address", "title", "language", "articles", "newest", "hub"), rows)


# -- rehearse


@command.command("rehearse")
@click.argument("url")
@click.option("--kind", default="", help="What is at the address; else as the source's own.")
@click.option("--source", "name", default="", help="The source that would move there; else the one of the same site.")
@click.option(
    "--first-run",
    type=click.Choice(["skip", "queue", "ask"]),
    help="As if the source had this setting for first looks.",
)
@as_json
@click.pass_obj
def rehearse(context: Context, url: str, *, kind: str, name: str, first_run: str | None, as_json: bool) -> None:
    """If you switched to URL today: which of its articles are known, and which would be posted where.

    The real look is done on a copy of the ledger; nothing is stored or sent. Exit codes: 0 nothing would be posted,
    1 something would.
    """
    run_async(_rehearse(context, url, kind=kind, name=name, first_run=first_run or "", as_json=as_json))


async def _rehearse(context: Context, url: str, *, kind: str, name: str, first_run: str, as_json: bool) -> None:
    from cli import _sources
    from desk.watching.rehearsal import Verdict, rehearse

    async with newsroom_of(context) as newsroom:
        source = _sources.meant(newsroom.settings, url, name=name, kind=kind, first_run=first_run)
        with waiting(f"Rehearsing {url}"):
            told = await rehearse(newsroom, source)
    posted = sum(one.verdict is Verdict.POSTED for one in told)
    if as_json:
        articles = [
            {
                "url": one.article.url,
                "title": one.article.title,
                "verdict": one.verdict.value.lower(),
                "why": one.why,
                "channels": one.channels,
            }
            for one in told
        ]
        show_json({"source": source.name, "kind": source.kind, "articles": articles, "would_be_posted": posted})
    else:
        rows = [
            (
                at(one.article.published_at, newsroom.settings.timezone, "no date"),
                one.verdict.value,
                one.why,
                one.article.title[:60],
                one.article.url,
            )
            for one in told
        ]
        title = f"{url} as source '{source.name}', {source.kind}"
        show_table(("published", "what", "why", "title", "link"), rows, title=title)
        click.echo(f"{posted} would be posted")
    raise click.exceptions.Exit(1 if posted else 0)


# -- list


@command.command("list")
@as_json
@click.pass_obj
def list_(context: Context, *, as_json: bool) -> None:
    """Every address that is watched, and how it is doing."""
    run_async(_list(context, as_json=as_json))


async def _list(context: Context, *, as_json: bool) -> None:
    from db import marks
    from db import sources as source_rows
    from desk.watching.inventory import UNMAPPED

    async with newsroom_of(context) as newsroom:
        zone = newsroom.settings.timezone
        async with newsroom.store.read() as connection:
            rows = await source_rows.all_of_them(connection)
            troubled = await marks.beginning(connection, UNMAPPED)
            unmapped = {name: await marks.get(connection, f"{UNMAPPED}{name}") for name in troubled}
        told = [
            _source(source, rows.get(source.name), zone, trouble=unmapped.get(source.name, ""))
            for source in newsroom.settings.sources()
        ]
    if as_json:
        show_json(told)
        return
    keys = ("name", "kind", "edition", "state", "last_read", "next_look", "url", "error")
    columns = ("source", "kind", "edition", "state", "last read", "next look", "address", "trouble")
    cells = [[at(v, zone) if isinstance(v := one[key], datetime) else str(v or "-") for key in keys] for one in told]
    show_table(columns, cells, sparse=True)


def _source(source: Source, health: Health | None, zone: ZoneInfo, *, trouble: str) -> dict[str, Any]:
    from sources import websub

    known = health if health and health.url == source.url else None
    ends = websub.lease_ends(known.memory) if known else None
    if known is None or known.first_seen_at is None:
        state = "failing" if known and known.failures else "not read yet"
    elif known.failures:
        state = f"failing ({known.failures})"
    else:
        state = f"its hub calls until {at(ends, zone)}" if ends else "ok"
    return {
        "name": source.name,
        "kind": source.kind,
        "edition": source.edition,
        "url": source.url,
        "state": state,
        "last_read": known.last_success_at if known else None,
        "next_look": known.next_at if known else None,
        "failures": known.failures if known else 0,
        "error": (known.error or trouble) if known else "",
    }
