"""`newswire status`: what waits, what went wrong, how the sources are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from cli.output import as_json, newsroom_of, run_async, show_json, show_table

if TYPE_CHECKING:
    from cli.main import Context
    from desk.newsroom import Newsroom
    from desk.queue import ChannelView


@click.command("status")
@as_json
@click.pass_obj
def command(context: Context, *, as_json: bool) -> None:
    """What waits, what went wrong, how the sources are."""
    run_async(_status(context, as_json=as_json))


async def _status(context: Context, *, as_json: bool) -> None:
    async with newsroom_of(context, public=True) as newsroom:
        data = await _gather(newsroom)
    if as_json:
        show_json(data)
        return
    show_table(
        (
            "channel",
            "state",
            "waiting",
            "review",
            "in flight",
            "uncertain",
            "failed",
            "out in 24 h",
            "overdue since",
            "closed until",
            "last post",
        ),
        [
            [
                str(c[key] or "-")
                for key in (
                    "name",
                    "state",
                    "waiting",
                    "in_review",
                    "in_flight",
                    "uncertain",
                    "failed",
                    "published",
                    "overdue_since",
                    "lane_closed_until",
                    "last_sent_at",
                )
            ]
            for c in data["channels"]
        ],
        title="Channels",
    )
    show_table(
        ("source", "last read", "misses", "next look", "trouble"),
        [
            [str(s[key] or "-") for key in ("name", "last_success_at", "failures", "next_at", "error")]
            for s in data["sources"]
        ],
        title="Sources",
    )
    show_table(
        ("role", "process", "machine"),
        [[hand[key] or "-" for key in ("role", "process", "machine")] for hand in data["processes"]],
        title="At work",
    )
    for text in (*data["absent"], *(alert["text"] for alert in data["alerts"])):
        click.echo(f"! {text}")


def _channel(view: ChannelView) -> dict[str, Any]:
    from newswire.post import PostState

    return {
        "name": view.name,
        "platform": view.platform,
        "state": view.standing.state,
        "reason": view.standing.reason,
        "waiting": view.counts.get(PostState.SCHEDULED, 0),
        "in_review": view.counts.get(PostState.IN_REVIEW, 0),
        "in_flight": view.counts.get(PostState.PUBLISHING, 0),
        "uncertain": view.counts.get(PostState.UNCERTAIN, 0),
        "failed": view.counts.get(PostState.FAILED, 0),
        "published": view.counts.get(PostState.PUBLISHED, 0),
        "overdue_since": view.oldest_overdue,
        "lane_closed_until": datetime.fromtimestamp(view.closed_until, UTC) if view.closed_until else None,
        "last_sent_at": view.standing.last_sent_at,
    }


async def _gather(newsroom: Newsroom) -> dict[str, Any]:
    from dataclasses import asdict

    from db import alerts
    from desk import figures

    state = await figures.now(newsroom)
    async with newsroom.store.read() as connection:
        open_alerts = await alerts.open_ones(connection)
    return {
        "channels": [_channel(view) for view in state.channels],
        "sources": [
            {
                "name": source.name,
                "url": source.url,
                "last_success_at": row.last_success_at if (row := state.sources[source.name]) else None,
                "failures": row.failures if row else 0,
                "next_at": row.next_at if row else None,
                "error": row.error if row else "",
            }
            for source in newsroom.settings.sources()
        ],
        "processes": [asdict(hand) for hand in state.at_work],
        "absent": list(dict.fromkeys(state.absent.values())),
        "alerts": [{"place": a.place, "text": a.text, "since": a.opened_at, "count": a.count} for a in open_alerts],
    }
