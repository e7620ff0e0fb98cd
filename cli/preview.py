"""`newswire preview`: an article as each channel would post it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.output import as_json, newsroom_of, run_async, show_json, waiting

if TYPE_CHECKING:
    from cli.main import Context

_WIDE = 90


@click.command("preview")
@click.argument("url")
@as_json
@click.pass_obj
def command(context: Context, url: str, *, as_json: bool) -> None:
    """Show an article as each channel would post it.

    URL is the article's address, or 482 for article #482, which is here already. Nothing is stored or sent.
    """
    run_async(show(context, url, as_json=as_json))


async def show(context: Context, url: str, *, as_json: bool) -> None:
    """Print what `desk.deciding.by_hand.preview` says."""
    from desk.deciding import by_hand

    async with newsroom_of(context) as newsroom:
        with waiting(f"Reading {url}"):
            shown, refusals = await by_hand.preview(newsroom, url)
    if as_json:
        show_json(
            [
                {
                    "channel": s.channel,
                    "platform": s.platform,
                    "used": s.used,
                    "limit": s.limit,
                    "trouble": s.trouble,
                    "message": s.message,
                }
                for s in shown
            ]
        )
        return
    for one in shown:
        click.echo(click.style(f"{one.channel} ({one.platform}) {one.used}/{one.limit}", bold=True))
        click.echo(one.trouble or one.message.text.text)
        for button in (button for row in one.message.buttons for button in row):
            click.echo(f"  [{button.label}] {_shortened(button.value)}")
        if one.message.dropped:
            click.echo(f"  left out for want of room: {', '.join(one.message.dropped)}")
        click.echo()
    if not shown:
        click.echo("\n".join(["No channel takes this article.", *(f"{name}: {why}" for name, why in refusals.items())]))


def _shortened(address: str) -> str:
    """Links that share an article hold it whole, percent-encoded; `--json` shows them in full."""
    return address if len(address) <= _WIDE else f"{address[: _WIDE - 1]}…"
