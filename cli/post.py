"""`newswire post`: an article by its address goes to its channels; `why`: what became of it; `retract`: back again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cli.output import as_json, newsroom_of, operator, run_async, show_json, show_table, waiting

if TYPE_CHECKING:
    from cli.main import Context


_UNKNOWN = "{}: never seen here; `newswire post URL` brings an article in"


class _Post(click.Group):
    """`newswire post URL` is short for `newswire post send URL`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What begins with no command and asks for no help is an address with its options."""
        known = args and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if known or not args else ["send", *args])


@click.group("post", cls=_Post)
def command() -> None:
    """Post an article by its address.

    `newswire post URL` sends it to its channels, `newswire post why ID` tells the whole story of one, and
    `newswire post retract ID` takes one back.
    """


@command.command("send")
@click.argument("url")
@click.option("--dry-run", is_flag=True, help="Only show what would go where.")
@click.option("--anyway", is_flag=True, help="Even a page that looks like a list of many articles.")
@as_json
@click.pass_obj
def send(context: Context, url: str, *, dry_run: bool, anyway: bool, as_json: bool) -> None:
    """Post an article by its address.

    The running daemon sends it; without one, it waits for the next `newswire run`. What is here already is not posted
    again.
    """
    if dry_run:
        from cli.preview import show

        run_async(show(context, url, as_json=as_json))
    else:
        run_async(_post(context, url, sure=anyway, as_json=as_json))


async def _post(context: Context, url: str, *, sure: bool, as_json: bool) -> None:
    from desk.deciding import by_hand

    async with newsroom_of(context) as newsroom:
        with waiting(f"Reading {url}"):
            done = await by_hand.post(newsroom, url, by="command line", sure=sure)
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


@command.command("why")
@click.argument("article")
@as_json
@click.pass_obj
def why(context: Context, article: str, *, as_json: bool) -> None:
    """Tell what happened to ARTICLE (its number or address), and why: each deed, each call and its answer."""
    run_async(_why(context, article, as_json=as_json))


async def _why(context: Context, article: str, *, as_json: bool) -> None:
    from desk.deciding import why as desk
    from newswire.errors import UsageProblem

    async with newsroom_of(context) as newsroom:
        number = await desk.find(newsroom, article)
        story = await desk.story(newsroom, number) if number is not None else None
        if story is None:
            raise UsageProblem(_UNKNOWN.format(article))
        if as_json:
            show_json(desk.as_data(story))
            return
        for line in desk.lines(story, newsroom):
            click.echo(line)


@command.command("retract")
@click.argument("article")
@click.option("--yes", is_flag=True, help="Do not ask once more on a terminal.")
@click.pass_obj
def retract(context: Context, article: str, *, yes: bool) -> None:
    """Take the posts of ARTICLE (its number or address) back in every channel, and call off those that wait.

    The running daemon takes them away; without one, they wait for the next `newswire run`. Where a platform does not
    let it be deleted any more, a post is edited to say that it is withdrawn.
    """
    run_async(_retract(context, article, sure=yes))


async def _retract(context: Context, article: str, *, sure: bool) -> None:
    from desk.deciding import retract as desk
    from desk.deciding.review import Press
    from desk.deciding.why import find
    from newswire.errors import UsageProblem

    async with newsroom_of(context) as newsroom:
        number = await find(newsroom, article)
        there = await desk.places(newsroom, number) if number is not None else None
        if number is None or there is None:
            raise UsageProblem(_UNKNOWN.format(article))
        question = f"#{number} {there.title}\n{there.text} Take it back everywhere?"
        if not sure and sys.stdin.isatty() and not click.confirm(question, err=True):
            click.echo(f"#{number} stays.")
            return
        said = await desk.retract(newsroom, Press(operator(), number, there.revision))
    click.echo(said.text)
