"""`newswire post`: an article by its address goes to its channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.output import as_json, newsroom_of, run_async, show_json, show_table, waiting

if TYPE_CHECKING:
    from cli.main import Context


@click.command("post")
@click.argument("url")
@click.option("--dry-run", is_flag=True, help="Only show what would go where.")
@as_json
@click.pass_obj
def command(context: Context, url: str, *, dry_run: bool, as_json: bool) -> None:
    """Post an article by its address.

    The running daemon sends it; without one, it waits for the next `newswire run`. What is here already is not posted
    again.
    """
    if dry_run:
        from cli.preview import show

        run_async(show(context, url, as_json=as_json))
    else:
        run_async(_post(context, url, as_json=as_json))


async def _post(context: Context, url: str, *, as_json: bool) -> None:
    from desk import by_hand

    async with newsroom_of(context) as newsroom:
        with waiting(f"Reading {url}"):
            done = await by_hand.post(newsroom, url, by="command line")
    article = done.taken.article
    if as_json:
        places = [{"channel": p.channel, "state": p.state, "due_at": p.due_at, "url": p.remote_url} for p in done.posts]
        told = {"article": article.id, "title": article.title, "known": done.known, "posts": places}
        show_json({**told, "refused": done.refusals})
        return
    click.echo(f"#{article.id} {article.title}{' (here already)' if done.known else ''}")
    show_table(("channel", "state", "link"), [(p.channel, p.state, p.remote_url) for p in done.posts])
    for channel, reason in done.refusals.items():
        click.echo(f"{channel}: not posted: {reason}", err=True)
