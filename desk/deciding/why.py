"""Why: the whole story of an article here, in lines an editor can read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from db import articles, audit, deliveries, posts
from db.articles import Fate, Stored
from db.audit import Entry
from desk.newsroom import Newsroom
from desk.writing import drafting
from newswire.article import Article
from newswire.delivery import Action, Delivery, Outcome
from newswire.post import Post
from sources._identity import identity

_TOO_LONG = 16  # no article has a number of so many digits, and no database takes one


@dataclass(frozen=True, slots=True)
class Story:
    """Everything known of one article. `refusals`: channels that do not take it, and why."""

    stored: Stored
    posts: list[Post]
    deliveries: dict[int, list[Delivery]]
    entries: list[Entry]
    refusals: dict[str, str]


async def story(newsroom: Newsroom, article_id: int) -> Story | None:
    """The story of #id."""
    async with newsroom.store.read() as connection:
        stored = await articles.get(connection, article_id)
        if stored is None:
            return None
        own = await posts.of_article(connection, article_id)
        tries = {post.id: await deliveries.of_post(connection, post.id) for post in own}
        entries = await audit.of_article(connection, article_id)
    taken = {post.channel for post in own}
    refusals = {name: why for name, why in drafting.refusals(newsroom, stored.article).items() if name not in taken}
    return Story(stored, own, tries, entries, refusals)


async def find(newsroom: Newsroom, wanted: str) -> int | None:
    """The number behind `#482`, `482` or an article's address."""
    number = wanted.lstrip("#")
    async with newsroom.store.read() as connection:
        if number.isdecimal():
            stored = await articles.get(connection, int(number)) if len(number) < _TOO_LONG else None
        else:
            stored = await articles.find(connection, identity(Article(url=wanted, title="")))
    return stored.article.id if stored else None


def lines(told: Story, newsroom: Newsroom) -> list[str]:
    """The story in lines, oldest first, in the newsroom's time."""

    def at(moment: datetime) -> str:
        return f"{moment.astimezone(newsroom.settings.timezone):%d %b %H:%M:%S}"

    article = told.stored.article
    out = [
        f"#{article.id} {article.title}",
        article.url,
        f"{at(told.stored.seen_at)}  seen by {article.source or 'hand'}",
    ]
    if told.stored.fate is not Fate.ROUTED:
        out.append(f"not posted: {told.stored.reason}")
    if told.stored.changed_at:
        out.append(f"{at(told.stored.changed_at)}  changed on the site (revision {article.revision})")
    if told.stored.gone_at:
        out.append(f"{at(told.stored.gone_at)}  taken away by the site")
    events = [(entry.at, _deed(entry)) for entry in told.entries]
    events += [(one.started_at, f"{p.channel} {_attempt(one)}") for p in told.posts for one in told.deliveries[p.id]]
    out += [f"{at(moment)}  {text}" for moment, text in sorted(events, key=lambda event: event[0])]
    out += [f"{name} does not take it: {why}" for name, why in told.refusals.items()]
    return out


def _deed(entry: Entry) -> str:
    detail = f": {entry.detail}" if entry.detail else ""
    return f"{entry.channel or 'article'} {entry.act.replace('_', ' ')} by {entry.by}{detail}"


_CALLS = {
    Action.PUBLISH: "sent",
    Action.EDIT: "edit sent",
    Action.DELETE: "deletion sent",
    Action.FIND: "looked for it",
}
_ANSWERS = {
    Outcome.OPEN: "no answer yet",
    Outcome.SENT: "done",
    Outcome.RETRY: "not yet",
    Outcome.REJECTED: "refused",
    Outcome.PAUSED: "channel paused",
    Outcome.UNKNOWN: "nobody knows",
}


def _attempt(one: Delivery) -> str:
    """A call and its answer, as `sent (attempt 2): not yet after 0.4 s: Telegram wants a pause`."""
    number = "" if one.action is Action.FIND else f" (attempt {one.attempt})"
    took = f" after {(one.finished_at - one.started_at).total_seconds():.1f} s" if one.finished_at else ""
    return f"{_CALLS[one.action]}{number}: {_ANSWERS[one.outcome]}{took}{': ' + one.detail if one.detail else ''}"


def as_data(told: Story) -> dict[str, Any]:
    """The story for machines."""
    article = told.stored.article
    return {
        "article": article.id,
        "title": article.title,
        "url": article.url,
        "seen_at": told.stored.seen_at,
        "fate": told.stored.fate,
        "posts": [
            {
                "id": post.id,
                "channel": post.channel,
                "state": post.state,
                "due_at": post.due_at,
                "url": post.remote_url,
                "reason": post.reason,
                "calls": [asdict(one) for one in told.deliveries[post.id]],
            }
            for post in told.posts
        ],
        "deeds": [asdict(entry) for entry in told.entries],
        "refused": told.refusals,
    }
