"""Deliver: the one path a post takes to its platform, and back with an answer."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace
from datetime import timedelta

from db import claims, line, posts
from db.claims import Claim, Taken, Terms
from db.line import Candidate
from db.settlements import Settlement
from desk.deciding import retract
from desk.newsroom import Newsroom
from desk.watching import withdrawal
from desk.writing import pictures
from newswire import log
from newswire.delivery import Action, Outcome, Receipt
from newswire.errors import AlreadyThere, DeliveryError, OutcomeUnknown, Undeletable
from newswire.post import Message, Post, PostState, Priority
from newswire.retry import Verdict, judge
from newswire.route import too_old
from publishers import Publisher

logger = log.get("newswire.desk.carrying.deliver")

GRACE = timedelta(seconds=15)
_SLEPT = 5.0
"""Seconds between claim and call after which the process must have been asleep, and others may think it dead."""


def lease(newsroom: Newsroom) -> timedelta:
    """How long a claim is its carrier's, unless his death is known before."""
    return newsroom.settings.delivery.timeout + GRACE


async def claim(newsroom: Newsroom, limit: int) -> Taken:
    """Take up to `limit` due posts: from here on they are ours, and written down as being on their way."""
    now, monotonic = newsroom.clock.now(), newsroom.clock.monotonic()
    terms = Terms(
        paces=newsroom.lanes(),
        looks=newsroom.search_lanes(),
        places=newsroom.places(),
        timeout=newsroom.settings.delivery.timeout,
        lease=lease(newsroom),
        carrier=newsroom.carrier,
        guard=lambda candidate: _may_not(newsroom, candidate),
    )
    async with newsroom.store.write() as connection:
        taken = await claims.claim(connection, terms, now=now, limit=limit, monotonic=monotonic)
        for candidate, why in taken.refused:
            to = PostState.CANCELLED if candidate.gone else PostState.EXPIRED
            await posts.move(connection, candidate.id, to, by="newswire", now=now, why=why)
    if taken.refused:
        newsroom.bell.ring("cards")
    return taken


def _may_not(newsroom: Newsroom, candidate: Candidate) -> str:
    """Why a post that waited too long, or has lost its article, does not go any more. An editor's press goes all the same."""
    channel = newsroom.channel(candidate.channel)
    if candidate.action is not Action.PUBLISH or candidate.priority <= Priority.EDITOR or channel is None:
        return ""
    if candidate.gone:
        return withdrawal.WHY
    return too_old(candidate.published_at or candidate.seen_at, channel, newsroom.clock.now())


async def next_look(newsroom: Newsroom) -> float:
    """Seconds until a post is due: 0 when one is due now, infinity when nothing waits."""
    async with newsroom.store.read() as connection:
        due = await line.next_due(connection)
    return math.inf if due is None else max((due - newsroom.clock.now()).total_seconds(), 0.0)


async def deliver(newsroom: Newsroom, claim: Claim) -> None:
    """Call the platform once, and let its answer settle the post. Whatever happens, nothing is sent twice here."""
    post = claim.post
    try:
        settlement = await _answer(newsroom, claim)
    except DeliveryError as error:
        settlement = _failed(newsroom, claim, error)
    except Exception:  # a mistake of ours or of a library's, at a moment when the post may be out already
        logger.exception("publisher failed", post=post.id, channel=post.channel)
        settlement = _failed(newsroom, claim, OutcomeUnknown("Newswire stumbled; its log says over what"))
    ours = await newsroom.settling.settle(settlement, _lane(newsroom, claim))
    _tell(newsroom, settlement, ours=ours)
    newsroom.bell.ring("posts", "cards")


async def _answer(newsroom: Newsroom, claim: Claim) -> Settlement:
    """The call itself."""
    publisher = newsroom.publishers[claim.post.channel]
    timeout = newsroom.settings.delivery.timeout.total_seconds()
    if (slept := newsroom.clock.monotonic() - claim.taken_at) > _SLEPT:
        return _back(claim, f"this process slept for {slept:.0f} s before the call")
    try:
        with newsroom.metrics.publishing(claim.post.channel):
            async with asyncio.timeout(timeout):
                return await _call(publisher, await _with_pictures(newsroom, publisher, claim))
    except TimeoutError:
        raise OutcomeUnknown(f"no answer in {timeout:.0f} s") from None


async def _with_pictures(newsroom: Newsroom, publisher: Publisher, claim: Claim) -> Claim:
    """The claim with its pictures on this machine, wherever the article was taken in."""
    post = claim.post
    message = await pictures.here(newsroom, post.message, publisher.limits)
    wish = await pictures.here(newsroom, post.wish, publisher.limits) if post.wish else None
    return (
        claim
        if (message, wish) == (post.message, post.wish)
        else replace(claim, post=replace(post, message=message, wish=wish))
    )


async def _call(publisher: Publisher, claim: Claim) -> Settlement:
    post = claim.post
    match claim.action:
        case Action.PUBLISH:
            receipt = await publisher.publish(post.message, key=post.key, done=post.begun(publisher.clock.now()))
            return _settlement(claim, PostState.PUBLISHED, receipt=receipt)
        case Action.EDIT:
            message = post.wish or post.message
            return _settlement(
                claim, PostState.PUBLISHED, receipt=await publisher.edit(receipt_of(post), message), message=message
            )
        case Action.DELETE:
            await publisher.delete(receipt_of(post))
            return _settlement(claim, PostState.RETRACTED)
        case Action.FIND:
            return await _look(publisher, claim)


async def _look(publisher: Publisher, claim: Claim) -> Settlement:
    """Whether an uncertain post is there: then it is published. Certainly not: then it goes out again."""
    assert claim.search is not None  # noqa: S101 - every claim of a look has one
    message = claim.post.message
    found = await publisher.find(message, claim.search)
    if found and len(found.ids) >= len(message.parts):
        return _settlement(claim, PostState.PUBLISHED, receipt=found, reason="read back: it is there")
    verdict = Verdict(outcome=Outcome.RETRY, state=PostState.SCHEDULED, due_at=publisher.clock.now())
    lacks = f"only {len(found.ids)} of {len(message.parts)} parts are there" if found else "it is not there"
    return Settlement(claim=claim, verdict=verdict, receipt=found, reason=f"read back: {lacks}; sending it")


def receipt_of(post: Post) -> Receipt:
    """The receipt of a post that is out, as it was stored."""
    at = post.published_at or post.due_at
    assert at is not None  # noqa: S101 - a published post has its time
    return Receipt(remote_id=post.remote_id, at=at, url=post.remote_url, parts=post.parts)


def _settlement(
    claim: Claim, state: PostState, *, receipt: Receipt | None = None, message: Message | None = None, reason: str = ""
) -> Settlement:
    verdict = Verdict(outcome=Outcome.SENT, state=state)
    return Settlement(claim=claim, verdict=verdict, receipt=receipt, message=message, reason=reason)


def _back(claim: Claim, why: str) -> Settlement:
    """A claim that is given back without a call."""
    state = {Action.PUBLISH: PostState.SCHEDULED, Action.FIND: PostState.UNCERTAIN}.get(
        claim.action, PostState.CORRECTING
    )
    verdict = Verdict(outcome=Outcome.RETRY, state=state, due_at=claim.post.due_at, counts=claim.action is Action.FIND)
    return Settlement(claim=claim, verdict=verdict, reason=why)


def _failed(newsroom: Newsroom, claim: Claim, error: DeliveryError) -> Settlement:
    now = newsroom.clock.now()
    if isinstance(error, Undeletable) and claim.action is Action.DELETE:
        verdict = Verdict(outcome=Outcome.REJECTED, state=PostState.CORRECTING, due_at=now)
        notice = retract.notice(claim.post)
        return Settlement(claim=claim, verdict=verdict, reason=str(error), change=Action.EDIT, message=notice)
    verdict = judge(error, tries=claim.tries, now=now, action=claim.action)
    taken = isinstance(error, AlreadyThere)
    return Settlement(
        claim=claim, verdict=verdict, reason=str(error), receipt=error.done, alike=error.alike, taken=taken
    )


def _lane(newsroom: Newsroom, claim: Claim) -> str:
    """The lane that a platform's wait closes."""
    publisher = newsroom.publishers.get(claim.post.channel)
    if publisher is None:
        return ""
    lanes = publisher.search_lanes() if claim.action is Action.FIND else publisher.lanes()
    return next((lane.name for lane in lanes), "")


def _tell(newsroom: Newsroom, settlement: Settlement, *, ours: bool) -> None:
    """The log and the metrics."""
    claim, verdict = settlement.claim, settlement.verdict
    post, receipt = claim.post, settlement.receipt
    about = {"post": post.id, "article": post.article_id, "channel": post.channel}
    sent = verdict.outcome is Outcome.SENT
    delay = None
    if sent and receipt and claim.action in (Action.PUBLISH, Action.FIND) and post.seen_at:
        delay = (receipt.at - post.seen_at).total_seconds()
    state = verdict.state if ours else post.state
    newsroom.metrics.settled(
        post.channel, verdict.outcome, state, delay=delay, limited=verdict.lane_closed_until is not None
    )
    if sent and receipt:
        said = "late answer recorded" if not ours else f"post {_PAST[claim.action]}"
        logger.info(said, **about, remote=receipt.remote_id, **({"seconds": round(delay, 3)} if delay else {}))
    elif sent:
        logger.info("post taken back", **about)
    elif claim.action is Action.FIND:
        logger.info("looked for a post", **about, outcome=verdict.outcome, state=verdict.state, said=settlement.reason)
    else:
        undone = "post not published" if claim.action is Action.PUBLISH else f"post not {_PAST[claim.action]}"
        logger.warning(undone, **about, outcome=verdict.outcome, error=settlement.reason)


_PAST = {
    Action.PUBLISH: "published",
    Action.EDIT: "corrected",
    Action.DELETE: "taken back",
    Action.FIND: "published",
}
