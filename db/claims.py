"""Claims: taking what is due, each with its attempt written down before the platform is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, Select, TextualSelect, bindparam, func, insert, literal, select, text, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import channels, lanes, posts
from db.deliveries import look
from db.tables import articles, deliveries
from db.tables import posts as table
from newswire.channel import ChannelState
from newswire.delivery import Action, Outcome, Search
from newswire.platform import Lane
from newswire.post import Post, PostState, Priority, rank

_CARRIED = (PostState.SCHEDULED, PostState.CORRECTING, PostState.UNCERTAIN)
_CLOCKS = timedelta(minutes=2)  # by how much the clocks of two machines may differ
_TOGETHER = 100  # channels in one statement


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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post that is due, and what says whether it may still go.

    `stale`: its text is older than its article, which changed while the post was in the air. `gone`: the site has taken
    the article away.
    """

    id: int
    channel: str
    action: Action
    rank: int
    priority: int
    published_at: datetime | None
    seen_at: datetime
    stale: bool = False
    gone: bool = False


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


async def next_due(connection: AsyncConnection) -> datetime | None:
    """When the first post is due, or was; what is in the air does not count. Three seeks, however many wait."""
    firsts = [
        select(func.min(table.c.due_at).label("at")).where(table.c.state == state, table.c.due_at.is_not(None))
        for state in _CARRIED
    ]
    due: datetime | None = await connection.scalar(select(func.min(union_all(*firsts).subquery().c.at)))
    return due


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
    for candidate in await _due(connection, names, now, limit):
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


async def _in_the_air(connection: AsyncConnection) -> set[str]:
    """Channels with a post in the air."""
    return set((await connection.execute(_AIRBORNE)).scalars())


_AIRBORNE = select(table.c.channel).where(table.c.lease_until.is_not(None))


async def _open_channels(connection: AsyncConnection, terms: Terms) -> list[str]:
    """The channels that may speak."""
    paused = {name for name, at in (await channels.states(connection)).items() if at.state is not ChannelState.ON}
    return [name for name in terms.paces if name not in paused]


async def _due(connection: AsyncConnection, names: Sequence[str], now: datetime, limit: int) -> list[Candidate]:
    """The first of each channel, and what else is due of corrections and looks, in the order of the line.

    A channel with a post in the air sends nothing but what is strict, and the strict come first in every line. No post
    beyond `last` can be due, so a long queue is not read to its end.
    """
    last = rank(Priority.BACKLOG, now + timedelta(minutes=1))  # the backlog is put in order by milliseconds
    rows = list(await connection.execute(_others(now, limit)))
    for at in range(0, len(names), _TOGETHER):
        some = names[at : at + _TOGETHER]
        rows += await connection.execute(_firsts(len(some)), _bound(some, last, now))
    busy = await _in_the_air(connection)  # after the posts: whoever takes one meanwhile is seen
    found = [one for one in map(_candidate, rows) if one.channel in names and _turn(one, busy)]
    return sorted(found, key=lambda c: (c.priority > Priority.EDITOR, c.rank, c.id))


def _turn(candidate: Candidate, busy: Collection[str]) -> bool:
    strict = candidate.priority <= Priority.EDITOR
    return strict or candidate.action is not Action.PUBLISH or candidate.channel not in busy


def _others(now: datetime, limit: int) -> Select[Any]:
    """Corrections and looks; there are never many."""
    return _OTHERS.where(table.c.due_at <= now).limit(4 * limit)


_OTHERS = (
    select(
        *(table.c.id, table.c.channel, table.c.state, table.c.change, table.c.rank, table.c.priority),
        *(articles.c.published_at, articles.c.seen_at),
        *(literal(value=False).label("stale"), literal(value=False).label("gone")),
    )
    .join(articles, articles.c.id == table.c.article_id)
    .where(table.c.state.in_([PostState.CORRECTING, PostState.UNCERTAIN]), table.c.lease_until.is_(None))
    .order_by(table.c.due_at)
)


@cache
def _firsts(number: int) -> TextualSelect:
    """The first post of each of so many channels, one seek each. As text: building it of parts took most of a claim."""
    names = ", ".join(f"(:name{n})" for n in range(number))
    return (
        text(
            f"WITH line(name) AS (VALUES {names}) "  # noqa: S608 - numbers of ours, nothing from outside
            "SELECT p.id, p.channel, p.state, p.change, p.rank, p.priority, a.published_at, a.seen_at, "
            "p.revision < a.revision AND CAST(p.parts AS TEXT) = '[]' AS stale, a.gone_at IS NOT NULL AS gone FROM line "
            "JOIN posts p ON p.id = (SELECT q.id FROM posts q WHERE q.channel = line.name AND q.state = 'scheduled' "
            "AND q.rank <= CAST(:last AS BIGINT) AND q.due_at <= :now AND q.lease_until IS NULL ORDER BY q.rank, q.id LIMIT 1) "
            "JOIN articles a ON a.id = p.article_id"
        )
        .bindparams(bindparam("now", type_=table.c.due_at.type))
        .columns(*_OTHERS.selected_columns)
    )


def _bound(names: Sequence[str], last: int, now: datetime) -> dict[str, Any]:
    return {"now": now, "last": last} | {f"name{n}": name for n, name in enumerate(names)}


def _candidate(row: Row[Any]) -> Candidate:
    action = {
        PostState.SCHEDULED: Action.PUBLISH,
        PostState.UNCERTAIN: Action.FIND,
        PostState.CORRECTING: Action(row.change or Action.EDIT),
    }[PostState(row.state)]
    return Candidate(
        *(row.id, row.channel, action, row.rank, row.priority, row.published_at, row.seen_at), row.stale, row.gone
    )


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
        search = await search_for(connection, post, longest, now, terms.places) if looking else None
        claims.append(Claim(post, numbers[row.id], row.looks if looking else row.tries, action, search))
    return claims


async def search_for(
    connection: AsyncConnection,
    post: Post,
    longest: timedelta,
    now: datetime,
    places: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Search:
    """What is known of a post whose answer was lost: from the first call that nobody knows the end of, to the last.

    `longest` is how long a call may go on whose carrier is only cut off from here; zero where that cannot be, on one
    machine. Clocks of several differ: what was out before the call is only what was out well before it.
    """
    rows = await connection.execute(
        select(deliveries.c.started_at, deliveries.c.finished_at, deliveries.c.taken)
        .where(deliveries.c.post_id == post.id, deliveries.c.action == Action.PUBLISH)
        .where(deliveries.c.outcome.in_([Outcome.UNKNOWN, Outcome.OPEN]))
        .order_by(deliveries.c.id)
    )
    calls = rows.all()
    since = calls[0].started_at if calls else now
    skew = _CLOCKS if longest else timedelta()
    until = max((max(call.finished_at or now, call.started_at + longest) for call in calls), default=now)
    out = (
        select(table.c.remote_id)
        .where(table.c.channel.in_(sorted(places.get(post.channel, (post.channel,)))))
        .where(table.c.remote_id != "", table.c.id != post.id)
        .order_by(table.c.published_at.desc())
    )
    after = await connection.scalar(out.where(table.c.published_at <= since - skew).limit(1))
    known = await connection.execute(out.where(table.c.published_at > since - skew))
    return Search(
        key=post.key,
        since=since,
        until=until,
        after=after or "",
        known=frozenset(known.scalars()),
        done=post.begun(since),
        taken=any(call.taken for call in calls),
    )
