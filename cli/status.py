"""`newswire status`: what waits, what went wrong, how the sources are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from cli.output import as_json, at, newsroom_of, run_async, show_json, show_table

if TYPE_CHECKING:
    from cli.main import Context
    from desk.deciding.queue import ChannelView
    from desk.newsroom import Newsroom

_TABLES = {
    ("Channels", "channels"): {
        "channel": "name",
        "state": "state",
        "waiting": "waiting",
        "review": "in_review",
        "in flight": "in_flight",
        "uncertain": "uncertain",
        "failed": "failed",
        "out in 24 h": "published",
        "overdue since": "overdue_since",
        "closed until": "lane_closed_until",
        "last post": "last_sent_at",
    },
    ("Sources", "sources"): {
        "source": "name",
        "last read": "last_success_at",
        "misses": "failures",
        "next look": "next_at",
        "trouble": "error",
    },
    ("Processes", "processes"): {
        "role": "role",
        "stands": "stands",
        "process": "process",
        "machine": "machine",
        "since": "since",
    },
}
"""The tables for people: title and rows, and for each heading the key of its cells."""

_STANDS = {False: "at work", True: "stands by"}


@click.command("status")
@as_json
@click.pass_obj
def command(context: Context, *, as_json: bool) -> None:
    """What waits, what went wrong, how the sources are."""
    run_async(_status(context, as_json=as_json))


async def _status(context: Context, *, as_json: bool) -> None:
    async with newsroom_of(context, public=True) as newsroom:
        data, zone = await _gather(newsroom), newsroom.settings.timezone
    if as_json:
        show_json(data)
        return
    for (title, key), columns in _TABLES.items():
        rows = [[_cell(row[name], zone) for name in columns.values()] for row in data[key]]
        show_table(tuple(columns), rows, title=title, sparse=True)
    for text in (*data["absent"], *(alert["text"] for alert in data["alerts"])):
        click.echo(f"! {text}")
    for name in (c["name"] for c in data["channels"] if c["state"] == "paused"):
        click.echo(f"`newswire channel resume {name}` lets {name} go on.")


def _cell(value: Any, zone: ZoneInfo) -> str:
    return at(value, zone) if isinstance(value, datetime) else str(value or "-")


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
    from desk.health import figures

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
        "processes": [asdict(hand) | {"stands": _STANDS[hand.stands_by]} for hand in state.hands],
        "absent": list(dict.fromkeys(state.absent.values())),
        "alerts": [{"place": a.place, "text": a.text, "since": a.opened_at, "count": a.count} for a in open_alerts],
    }
