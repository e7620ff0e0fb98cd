"""Reading back: a post, several, an account's own timeline, and who one is."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from sandbox.x import shapes
from sandbox.x.limits import Limits, day_of
from sandbox.x.refusals import invalid, not_found
from sandbox.x.state import Account, Tweet
from sandbox.x.uploads import Answer
from sandbox.x.visit import Visit, check_id

_BEYOND = 10**19
_SHOWN = ("tweet.fields", "post.fields", "expansions", "user.fields", "media.fields", "poll.fields", "place.fields")
_TIMELINE = (
    "id", "max_results", "pagination_token", "start_time", "end_time", "since_id", "until_id", "exclude", *_SHOWN,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """Which part of a timeline is asked for: ids and times between bounds, with or without replies."""

    since: int
    until: int
    start: float
    end: float
    replies: bool

    def holds(self, tweet: Tweet) -> bool:
        """Whether a post lies in it."""
        within = self.since < int(tweet.id) < self.until and self.start <= tweet.at < self.end
        return within and (self.replies or not tweet.reply_to)


class Reading:
    """Answers from the posts and accounts it is given; counts what the reader has to pay for."""

    def __init__(self, tweets: dict[str, Tweet], accounts: dict[str, Account], limits: Limits) -> None:
        self.tweets = tweets
        self.accounts = accounts
        self.limits = limits

    def me(self, visit: Visit) -> Answer:
        """GET /2/users/me."""
        visit.check_query("user.fields", "expansions", "tweet.fields", "post.fields")
        return 200, {"data": shapes.user(visit.account, visit.names("user.fields"))}

    def post(self, visit: Visit) -> Answer:
        """GET /2/tweets/:id. What is not there is a 200 answer with errors and no data, as X does."""
        visit.check_query("id", *_SHOWN)
        tweet = self._visible(visit.id())
        if tweet is None:
            return 200, {"errors": [not_found("tweet", "id", visit.id())]}
        return 200, {"data": shapes.post(tweet, visit.tweet_fields)} | self._includes(visit, [tweet])

    def lookup(self, visit: Visit) -> Answer:
        """GET /2/tweets?ids=."""
        visit.check_query("ids", *_SHOWN)
        ids = [check_id("ids", item) for item in visit.request.query.get("ids", "").split(",")]
        if len(ids) > 100:
            raise invalid(
                f"The number of values in the `ids` query parameter list [{len(ids)}] is not between 1 and 100"
            )
        found = {item: self._visible(item) for item in ids}
        there = [tweet for tweet in found.values() if tweet is not None]
        answer: dict[str, Any] = {"data": [shapes.post(tweet, visit.tweet_fields) for tweet in there]} if there else {}
        missing = [not_found("tweet", "ids", item) for item, tweet in found.items() if tweet is None]
        return 200, answer | ({"errors": missing} if missing else {}) | self._includes(visit, there)

    def timeline(self, visit: Visit) -> Answer:
        """GET /2/users/:id/tweets: the newest first."""
        visit.check_query(*_TIMELINE)
        author = visit.id()
        if author not in self.accounts:
            return 200, {"errors": [not_found("user", "id", author)]}
        most = visit.number("max_results", 10, 5, 100)
        cut = _cut(visit)
        wanted = [
            tweet
            for tweet in reversed(self.tweets.values())
            if tweet.author.id == author and tweet.visible and cut.holds(tweet)
            if tweet.at <= visit.now - self.limits.shown_after
        ]
        page = wanted[:most]
        meta: dict[str, Any] = {"result_count": len(page)}
        if not page:
            return 200, {"meta": meta}
        meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
        if len(wanted) > most:
            meta["next_token"] = base64.b32hexencode(page[-1].id.encode()).decode().lower().rstrip("=")
        data = [shapes.post(tweet, visit.tweet_fields) for tweet in page]
        return 200, {"data": data, "meta": meta} | self._includes(visit, page)

    def price(self, visit: Visit, answer: dict[str, Any]) -> float:
        """What the posts in an answer cost; each is paid for once a day."""
        data = answer.get("data", [])
        shown = [item["id"] for item in (data if isinstance(data, list) else [data]) if item["id"] in self.tweets]
        day, prices = day_of(visit.now), self.limits.prices
        fresh = {item for item in shown if (day, item) not in visit.account.reads}
        visit.account.reads |= {(day, item) for item in fresh}
        own = sum(self.tweets[item].author.id == visit.account.id for item in fresh)
        return own * prices.own_post + (len(fresh) - own) * prices.other_post

    def _visible(self, tweet_id: str) -> Tweet | None:
        tweet = self.tweets.get(tweet_id)
        return tweet if tweet is not None and not tweet.deleted else None

    def _includes(self, visit: Visit, tweets: list[Tweet]) -> dict[str, Any]:
        includes: dict[str, Any] = {}
        expansions = visit.names("expansions")
        if "author_id" in expansions and tweets:
            authors = {tweet.author.id: tweet.author for tweet in tweets}
            includes["users"] = [shapes.user(author, visit.names("user.fields")) for author in authors.values()]
        media = {medium.key: medium for tweet in tweets for medium in tweet.media}
        if "attachments.media_keys" in expansions and media:
            includes["media"] = [shapes.medium(medium, visit.names("media.fields")) for medium in media.values()]
        return {"includes": includes} if includes else {}


def _cut(visit: Visit) -> _Cut:
    """The bounds in a query; X's refusal when one of them is malformed."""
    query = visit.request.query
    start, end = visit.time("start_time"), visit.time("end_time")
    until = int(visit.id("until_id")) if "until_id" in query else _BEYOND
    return _Cut(
        since=int(visit.id("since_id")) if "since_id" in query else 0,
        until=min(until, _page(query["pagination_token"])) if "pagination_token" in query else until,
        start=0.0 if start is None else start,
        end=float("inf") if end is None else end,
        replies="replies" not in visit.names("exclude"),
    )


def _page(token: str) -> int:
    """The id that a pagination token stands for: the page begins below it."""
    try:
        return int(base64.b32hexdecode(token.upper() + "=" * (-len(token) % 8)))
    except ValueError:
        message = f"The `pagination_token` query parameter value [{token}] is not valid"
        raise invalid(message, pagination_token=[token]) from None
