"""`newswire source test`: what Newswire would see at an address."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from cli.output import as_json, run_async, settings_of, show_json, show_table, waiting

if TYPE_CHECKING:
    from cli.main import Context


@click.group("source")
def command() -> None:
    """Try out feeds."""


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
            f"{a.published_at:%Y-%m-%d %H:%M}" if a.published_at else "no date",
            a.title[:60],
            ", ".join(a.categories),
            a.author,
            "yes" if a.images else "no",
            a.url,
        )
        for a in found
    ]
    show_table(("published (UTC)", "title", "categories", "author", "picture", "link"), rows, title=sight.title or url)
    for warning in sight.warnings:
        click.echo(f"warning: {warning}", err=True)
