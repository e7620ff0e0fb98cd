"""Five outcomes, and what each makes of the post, its channel and the people who must know."""

import asyncio
from datetime import timedelta

import pytest
from support.desk import NOON

from db import alerts, channels, deliveries, posts
from desk import deliver, intake
from newswire.article import Article
from newswire.channel import ChannelState
from newswire.delivery import Outcome
from newswire.errors import OutcomeUnknown, OutOfBudget, RateLimited, Rejected, Unauthorized, Unavailable
from newswire.platform import Lane
from newswire.post import PostState


async def _one(newsroom, n: int = 1):
    """An article on its way; the ids of its two posts."""
    article = Article(url=f"https://news.example/{n}", title="Talks begin", edition="en", published_at=NOON)
    taken = await intake.take_in(newsroom, article, by="test")
    async with newsroom.store.read() as connection:
        return [p.id for p in await posts.of_article(connection, taken.article.id)]


async def _round(newsroom):
    claims = await deliver.claim(newsroom, 10)
    for claim in claims:
        await deliver.deliver(newsroom, claim)
    return len(claims)


async def _post(newsroom, post_id: int):
    async with newsroom.store.read() as connection:
        return await posts.get(connection, post_id)


async def _alerts(newsroom):
    async with newsroom.store.read() as connection:
        return await alerts.open_ones(connection)


class Failing:
    """Makes a real dry-run publisher answer with an error, once or always."""

    def __init__(self, newsroom, channel: str, error: Exception, *, times: int = 10**9) -> None:
        self.publisher = newsroom.publishers[channel]
        self.error, self.times, self.calls = error, times, 0
        newsroom.publishers[channel] = self

    def __getattr__(self, name: str):
        return getattr(self.publisher, name)

    async def publish(self, message, *, key):
        self.calls += 1
        if self.calls <= self.times:
            raise self.error
        return await self.publisher.publish(message, key=key)


async def test_a_post_is_written_down_as_on_its_way_before_the_call(newsroom):
    ids = await _one(newsroom)
    claims = await deliver.claim(newsroom, 10)
    assert [claim.post.id for claim in claims] == ids
    async with newsroom.store.read() as connection:
        [attempt] = await deliveries.of_post(connection, ids[0])
    assert (attempt.attempt, attempt.outcome) == (1, Outcome.OPEN)
    assert (await _post(newsroom, ids[0])).state is PostState.PUBLISHING
    assert await deliver.claim(newsroom, 10) == [], "nobody claims it twice"


async def test_sent(newsroom):
    ids = await _one(newsroom)
    await _round(newsroom)
    post = await _post(newsroom, ids[0])
    assert (post.state, post.remote_id, post.published_at) == (PostState.PUBLISHED, "1", NOON)


async def test_rate_limited_waits_until_the_platforms_own_time_and_closes_only_its_lane(newsroom):
    until = NOON + timedelta(seconds=43_837)
    failing = Failing(newsroom, "tg-en", RateLimited("slow down", retry_at=until), times=1)
    failing.lanes = lambda: [Lane("slow", 1.0)]
    slow, quick = await _one(newsroom)
    await _round(newsroom)
    assert (await _post(newsroom, slow)).due_at == until
    assert (await _post(newsroom, quick)).state is PostState.PUBLISHED
    newsroom.clock.move(timedelta(seconds=60))
    _, later_quick = await _one(newsroom, 2)
    await _round(newsroom)
    assert failing.calls == 1, "the closed lane lets nobody in"
    assert (await _post(newsroom, later_quick)).state is PostState.PUBLISHED
    newsroom.clock.move(timedelta(seconds=43_837))
    await _round(newsroom)
    newsroom.clock.move(timedelta(seconds=1))
    await _round(newsroom)
    assert (await _post(newsroom, slow)).state is PostState.PUBLISHED


async def test_unavailable_is_tried_again_later_and_at_last_a_person_decides(newsroom):
    failing = Failing(newsroom, "tg-en", Unavailable("cannot be reached"))
    first, _ = await _one(newsroom)
    waits = []
    for _ in range(6):
        await _round(newsroom)
        post = await _post(newsroom, first)
        if post.state is PostState.SCHEDULED:
            waits.append((post.due_at - newsroom.clock.now()).total_seconds())
            newsroom.clock.move(post.due_at - newsroom.clock.now())
    assert waits == [5, 15, 60, 300, 900]
    assert (post.state, failing.calls) == (PostState.FAILED, 6)
    assert [a.cause for a in await _alerts(newsroom)] == ["rejected"]


async def test_a_refused_post_fails_at_once_and_says_why(newsroom):
    Failing(newsroom, "tg-en", Rejected("text is too long"))
    first, second = await _one(newsroom)
    await _round(newsroom)
    post = await _post(newsroom, first)
    assert (post.state, post.reason) == (PostState.FAILED, "text is too long")
    assert (await _post(newsroom, second)).state is PostState.PUBLISHED


@pytest.mark.parametrize("error", [Unauthorized("the bot was kicked"), OutOfBudget("credits are used up")])
async def test_lost_rights_pause_the_channel_keep_its_queue_and_tell_people(newsroom, error):
    failing = Failing(newsroom, "tg-en", error, times=1)
    first, _ = await _one(newsroom)
    await _round(newsroom)
    async with newsroom.store.read() as connection:
        standing = (await channels.states(connection))["tg-en"]
    assert standing.state is ChannelState.PAUSED
    assert (await _post(newsroom, first)).state is PostState.SCHEDULED
    assert "/resume tg-en" in (await _alerts(newsroom))[0].text
    await _one(newsroom, 2)
    await _round(newsroom)
    assert failing.calls == 1, "a paused channel is left alone"


@pytest.mark.parametrize("error", [OutcomeUnknown("no answer"), ValueError("a library stumbled")])
async def test_no_answer_makes_the_post_uncertain_and_it_is_never_sent_again_by_itself(newsroom, error):
    failing = Failing(newsroom, "tg-en", error)
    first, _ = await _one(newsroom)
    for _ in range(5):
        await _round(newsroom)
        newsroom.clock.move(timedelta(hours=1))
    assert (await _post(newsroom, first)).state is PostState.UNCERTAIN
    assert failing.calls == 1
    assert "will not be sent twice" in (await _alerts(newsroom))[0].text


async def test_a_platform_that_hangs_is_given_up_and_the_post_is_uncertain(make):
    newsroom = await make('[delivery]\ntimeout = "0.2s"\n[[channel]]\nname = "tg-en"\ntype = "dry_run"\n')

    class Hanging(Failing):
        async def publish(self, message, *, key):
            await asyncio.Event().wait()

    Hanging(newsroom, "tg-en", Rejected(""))
    [first] = await _one(newsroom)
    await _round(newsroom)
    assert (await _post(newsroom, first)).state is PostState.UNCERTAIN


async def test_a_late_answer_after_recovery_is_recorded_and_settles_the_post(newsroom):
    ids = await _one(newsroom)
    claims = await deliver.claim(newsroom, 10)
    assert await deliver.recover(newsroom, at_start=True) == 2
    assert (await _post(newsroom, ids[0])).state is PostState.UNCERTAIN
    await deliver.deliver(newsroom, claims[0])
    assert (await _post(newsroom, ids[0])).state is PostState.PUBLISHED


async def test_an_answer_of_an_older_attempt_changes_nothing(newsroom):
    ids = await _one(newsroom)
    [old, _] = await deliver.claim(newsroom, 10)
    await deliver.recover(newsroom, at_start=True)
    async with newsroom.store.write() as connection:
        await posts.move(connection, ids[0], PostState.SCHEDULED, by="Leyla", now=NOON, due_at=NOON)
    [new] = await deliver.claim(newsroom, 10)
    await deliver.deliver(newsroom, old)
    post = await _post(newsroom, ids[0])
    assert (post.state, post.attempt) == (PostState.PUBLISHING, 2)
    await deliver.deliver(newsroom, new)
    assert (await _post(newsroom, ids[0])).state is PostState.PUBLISHED


async def test_a_lease_that_ran_out_makes_the_post_uncertain(newsroom):
    ids = await _one(newsroom)
    await deliver.claim(newsroom, 10)
    assert await deliver.recover(newsroom, at_start=False) == 0
    newsroom.clock.move(timedelta(minutes=5))
    assert await deliver.recover(newsroom, at_start=False) == 2
    assert (await _post(newsroom, ids[1])).state is PostState.UNCERTAIN


async def test_posts_keep_their_channels_lane(newsroom):
    newsroom.publishers["tg-en"].lanes = lambda: [Lane("one a minute", 60.0)]
    await _one(newsroom, 1)
    await _one(newsroom, 2)
    assert await _round(newsroom) == 3
    assert await deliver.next_look(newsroom) == pytest.approx(60, abs=1)
    newsroom.clock.move(timedelta(seconds=60))
    assert await _round(newsroom) == 1


async def test_an_answer_after_trouble_ends_only_its_own_alert(newsroom):
    Failing(newsroom, "tg-en", OutcomeUnknown("no answer"), times=1)
    await _one(newsroom, 1)
    await _round(newsroom)
    await _one(newsroom, 2)
    await _round(newsroom)
    assert [a.cause for a in await _alerts(newsroom)] == ["unknown"], "the first post is still uncertain"
