"""Claims: taking what is due, each with its attempt written down before the platform is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import channels, lanes, line, posts, searches
from db.deliveries import look
from db.line import Candidate
from db.tables import deliveries
from db.tables import posts as table
from newswire.channel import ChannelState
from newswire.delivery import Action, Outcome, Search
from newswire.platform import Lane
from newswire.post import Post, PostState, Priority


@dataclass(frozen=True, slots=True)
class Claim:
    """A post that is ours to carry, in its `attempt`; `delivery_id` is the row written for it.

    `search` is what is known of a post that is looked for; `taken_at` is the taker's monotonic clock then.
    """

    post: Post
    delivery_id: int
    tries: int
    action: Action = Action.PUBLISH
    search: Search | None = None
    taken_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms posts are taken: the channels this process can speak to with their lanes, for how long, for whom.

    `places` are the channels that speak in the same place, by channel. `guard` says why a post may not go any more (empty: it may). `looks` are the lanes of looking back, by channel.
    A call lasts `timeout` at most, and its carrier is taken to be gone after `lease`.
    """

    paces: Mapping[str, Sequence[Lane]]
    looks: Mapping[str, Sequence[Lane]] = field(default_factory=dict)
    places: Mapping[str, Collection[str]] = field(default_factory=dict)
    timeout: timedelta
    lease: timedelta
    carrier: str = ""
    guard: Callable[[Candidate], str] = lambda _: ""

    def lanes_of(self, candidate: Candidate) -> Sequence[Lane]:
        """What the candidate's call would use."""
        kind = self.looks if candidate.action is Action.FIND else self.paces
        return kind.get(candidate.channel, ())


@dataclass(slots=True)
class Taken:
    """What a round took, what may not go any more and why, and the seconds until a lane opens for what had to wait.

    `stale` must be written anew before they can be taken.
    `more`: there may be more that can go now, behind what was refused or need not wait its turn.
    """

    claims: list[Claim] = field(default_factory=list)
    refused: list[tuple[Candidate, str]] = field(default_factory=list)
    stale: list[Candidate] = field(default_factory=list)
    wait: float | None = None
    more: bool = False


async def claim(
    connection: AsyncConnection, terms: Terms, *, now: datetime, limit: int, monotonic: float = 0.0
) -> Taken:
    """Take up to `limit` posts that are due, as far as their lanes allow, and write an open delivery for each.

    In one channel one post is in the air at a time, so that they arrive in their order; breaking news and an editor's
    press do not wait for that. Who claims twice gets nothing twice: the lanes' rows are locked first, and the guarded
    UPDATE decides.
    """
    taken = Taken()
    names = await _open_channels(connection, terms)
    wanted = {lane.name: lane for n in names for lane in (*terms.paces[n], *terms.looks.get(n, ()))}
    board = await lanes.board(connection, wanted.values())
    chosen: list[Candidate] = []
    for candidate in await line.due(connection, names, now, limit):
        if reason := terms.guard(candidate):
            taken.refused.append((candidate, reason))
        elif candidate.stale:
            taken.stale.append(candidate)
        elif len(chosen) < limit:
            wait = board.take(terms.lanes_of(candidate), now.timestamp())
            if wait <= 0:
                chosen.append(candidate)
            else:
                taken.wait = min(wait, taken.wait or wait)
    await board.write(connection)
    taken.more = bool(taken.refused) or any(one.priority <= Priority.EDITOR for one in chosen)
    taken.claims = [replace(one, taken_at=monotonic) for one in await _write_down(connection, terms, chosen, now)]
    return taken


async def _open_channels(connection: AsyncConnection, terms: Terms) -> list[str]:
    """The channels that may speak."""
    paused = {name for name, at in (await channels.states(connection)).items() if at.state is not ChannelState.ON}
    return [name for name in terms.paces if name not in paused]


async def _write_down(
    connection: AsyncConnection, terms: Terms, chosen: Iterable[Candidate], now: datetime
) -> list[Claim]:
    by_action: defaultdict[Action, list[Candidate]] = defaultdict(list)
    for candidate in chosen:
        by_action[candidate.action].append(candidate)
    claims: list[Claim] = []
    for action, some in by_action.items():
        seen = {candidate.id: candidate.seen_at for candidate in some}
        rows = await _leased(connection, terms, action, list(seen), now)
        claims += await _claims(connection, terms, action, rows, seen=seen, now=now)
    place = {candidate.id: n for n, candidate in enumerate(c for some in by_action.values() for c in some)}
    return sorted(claims, key=lambda c: place[c.post.id])


async def _leased(
    connection: AsyncConnection, terms: Terms, action: Action, ids: Sequence[int], now: datetime
) -> Sequence[Row[Any]]:
    """The guarded UPDATE: from here on they are this carrier's."""
    looking = action is Action.FIND
    values: dict[str, Any] = {"lease_until": now + terms.lease, "carrier": terms.carrier}
    counted = ("looks",) if looking else ("attempt", "tries")
    values |= {name: table.c[name] + 1 for name in counted}
    if action is Action.PUBLISH:
        values |= {"state": PostState.PUBLISHING, "version": table.c.version + 1}
    came_from = {Action.PUBLISH: PostState.SCHEDULED, Action.FIND: PostState.UNCERTAIN}.get(
        action, PostState.CORRECTING
    )
    leased = (
        update(table)
        .where(table.c.id.in_(ids), table.c.state == came_from, table.c.lease_until.is_(None))
        .values(**values)
        .returning(table)
    )
    rows: Sequence[Row[Any]] = (await connection.execute(leased)).all()
    return rows


async def _claims(
    connection: AsyncConnection,
    terms: Terms,
    action: Action,
    rows: Sequence[Row[Any]],
    *,
    seen: Mapping[int, datetime],
    now: datetime,
) -> list[Claim]:
    """An open delivery for each row."""
    if not rows:
        return []
    looking = action is Action.FIND
    made = await connection.execute(
        insert(deliveries).returning(deliveries.c.post_id, deliveries.c.id),
        [
            {
                "post_id": row.id,
                "action": action,
                "attempt": look(row.attempt, row.looks) if looking else row.attempt,
                "started_at": now,
                "outcome": Outcome.OPEN,
            }
            for row in rows
        ],
    )
    numbers = {row.post_id: row.id for row in made}
    longest = terms.timeout if terms.carrier else timedelta()  # alone on its database, a carrier that is gone is dead
    claims: list[Claim] = []
    for row in rows:
        post = posts.from_row(row, seen_at=seen[row.id])
        search = await searches.search_for(connection, post, longest, now, terms.places) if looking else None
        claims.append(Claim(post, numbers[row.id], row.looks if looking else row.tries, action, search))
    return claims
