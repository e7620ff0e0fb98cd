"""Five outcomes, and what each makes of the post, its channel and the people who must know."""

import asyncio
from datetime import timedelta

import pytest
from support.desk import NOON

from db import alerts, channels, deliveries, posts, searches
from desk.carrying import deliver, recover
from desk.watching import intake
from newswire.article import Article
from newswire.channel import ChannelState
from newswire.delivery import Outcome
from newswire.errors import OutcomeUnknown, OutOfBudget, RateLimited, Rejected, Unauthorized, Unavailable
from newswire.platform import Lane
from newswire.post import PostState, Priority
from newswire.retry import LOOKS


async def _one(newsroom, n: int = 1, *, priority: int = Priority.TIMED):
    """An article on its way; the ids of its two posts."""
    article = Article(url=f"https://news.example/{n}", title="Talks begin", edition="en", published_at=NOON)
    taken = await intake.take_in(newsroom, article, by="test", priority=priority)
    async with newsroom.store.read() as connection:
        return [p.id for p in await posts.of_article(connection, taken.article.id)]


async def _round(newsroom):
    claims = (await deliver.claim(newsroom, 10)).claims
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

    async def publish(self, message, *, key, done=None):
        self.calls += 1
        if self.calls <= self.times:
            raise self.error
        return await self.publisher.publish(message, key=key, done=done)


async def test_a_post_is_written_down_as_on_its_way_before_the_call(newsroom):
    ids = await _one(newsroom)
    claims = (await deliver.claim(newsroom, 10)).claims
    assert [claim.post.id for claim in claims] == ids
    async with newsroom.store.read() as connection:
        [attempt] = await deliveries.of_post(connection, ids[0])
    assert (attempt.attempt, attempt.outcome) == (1, Outcome.OPEN)
    assert (await _post(newsroom, ids[0])).state is PostState.PUBLISHING
    assert (await deliver.claim(newsroom, 10)).claims == [], "nobody claims it twice"


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
    assert "When it is mended: /resume tg-en" in (await _alerts(newsroom))[0].text
    await _one(newsroom, 2)
    await _round(newsroom)
    assert failing.calls == 1, "a paused channel is left alone"


async def test_where_editors_have_no_chat_a_command_is_named(make):
    newsroom = await make('[[channel]]\nname = "tg-en"\ntype = "dry_run"\n')
    Failing(newsroom, "tg-en", Unauthorized("the bot was kicked"), times=1)
    await _one(newsroom)
    await _round(newsroom)
    assert "When it is mended: newswire channel resume tg-en" in (await _alerts(newsroom))[0].text


class Lost(Failing):
    """Takes the post, and its answer is lost; `sees`: what a look finds. Before that many looks, nobody can tell."""

    def __init__(self, newsroom, channel: str, *, takes: bool = True, blind: int = 0) -> None:
        super().__init__(newsroom, channel, OutcomeUnknown("no answer"), times=1)
        self.takes, self.blind, self.looked = takes, blind, 0

    async def publish(self, message, *, key, done=None):
        if self.calls == 0 and self.takes:
            await self.publisher.publish(message, key=key, done=done)
        return await super().publish(message, key=key, done=done)

    async def find(self, message, search):
        self.looked += 1
        if self.looked <= self.blind:
            raise OutcomeUnknown("nobody can tell yet", retry_at=self.publisher.clock.now() + timedelta(seconds=10))
        return await self.publisher.find(message, search)


async def _later(newsroom, seconds: float = 10):
    newsroom.clock.move(timedelta(seconds=seconds))
    await _round(newsroom)


async def test_a_post_whose_answer_was_lost_is_looked_for_and_found(newsroom):
    lost = Lost(newsroom, "tg-en", blind=2)
    first, _ = await _one(newsroom)
    await _round(newsroom)
    assert (await _post(newsroom, first)).state is PostState.UNCERTAIN
    for _ in range(3):
        await _later(newsroom)
    post = await _post(newsroom, first)
    assert (post.state, post.remote_id, lost.calls, lost.looked) == (PostState.PUBLISHED, "1", 1, 3)
    assert await _last_post(newsroom) == post.published_at
    assert await _alerts(newsroom) == [], "what mends itself wakes nobody"
    async with newsroom.store.read() as connection:
        trace = [(d.action, d.outcome) for d in await deliveries.of_post(connection, first)]
    assert trace == [("publish", "unknown"), ("find", "retry"), ("find", "retry"), ("find", "sent")]


async def _last_post(newsroom):
    async with newsroom.store.read() as connection:
        return (await channels.states(connection))["tg-en"].last_sent_at


async def test_a_post_that_is_found_late_does_not_set_back_when_its_channel_last_spoke(newsroom):
    Lost(newsroom, "tg-en")
    await _one(newsroom)
    await _round(newsroom)
    later = newsroom.clock.now() + timedelta(hours=1)
    async with newsroom.store.write() as connection:
        await channels.sent(connection, {"tg-en": later})
    await _later(newsroom)
    assert await _last_post(newsroom) == later


async def test_a_post_that_is_certainly_not_there_goes_out_once(newsroom):
    lost = Lost(newsroom, "tg-en", takes=False)
    first, _ = await _one(newsroom)
    await _round(newsroom)
    await _later(newsroom)
    assert (await _post(newsroom, first)).state is PostState.SCHEDULED
    await _later(newsroom)
    assert (await _post(newsroom, first)).state is PostState.PUBLISHED
    assert lost.calls == 2
    assert len(lost.publisher.shown) == 1


@pytest.mark.parametrize("error", [OutcomeUnknown("no answer"), ValueError("a library stumbled")])
async def test_where_nobody_can_tell_people_are_asked_and_nothing_is_sent_meanwhile(newsroom, error):
    failing = Failing(newsroom, "tg-en", error)
    failing.find = _nobody_can_tell
    first, _ = await _one(newsroom)
    for _ in range(5):
        await _later(newsroom, 3600)
    post = await _post(newsroom, first)
    assert (post.state, post.due_at) == (PostState.UNCERTAIN, None)
    assert failing.calls == 1
    assert "will not be sent twice" in (await _alerts(newsroom))[0].text


async def _nobody_can_tell(message, search):
    raise OutcomeUnknown("it cannot be asked")


async def test_a_look_that_never_tells_ends_with_a_question(newsroom):
    lost = Lost(newsroom, "tg-en", blind=99)
    first, _ = await _one(newsroom)
    for _ in range(20):
        await _later(newsroom)
    assert (await _post(newsroom, first)).due_at is None
    assert lost.looked == LOOKS
    assert lost.calls == 1


async def test_a_search_knows_what_else_went_out_and_since_when(newsroom):
    await _one(newsroom, 1)
    await _round(newsroom)
    lost = Lost(newsroom, "tg-en", blind=99)
    newsroom.clock.move(timedelta(minutes=3))
    first, _ = await _one(newsroom, 2)
    began = newsroom.clock.now()
    await _round(newsroom)
    await _one(newsroom, 3)
    await _later(newsroom, 1)
    async with newsroom.store.read() as connection:
        post = await posts.get(connection, first)
        search = await searches.search_for(connection, post, timedelta(seconds=30), newsroom.clock.now())
    assert (search.since, search.until) == (began, began + timedelta(seconds=30))
    assert (search.after, search.known, search.taken) == ("1", frozenset({"3"}), False)
    assert lost.calls == 2


async def test_a_platform_that_hangs_is_given_up_and_the_post_is_uncertain(make):
    newsroom = await make('[delivery]\ntimeout = "0.2s"\n[[channel]]\nname = "tg-en"\ntype = "dry_run"\n')

    class Hanging(Failing):
        async def publish(self, message, *, key, done=None):
            await asyncio.Event().wait()

    Hanging(newsroom, "tg-en", Rejected(""))
    [first] = await _one(newsroom)
    await _round(newsroom)
    assert (await _post(newsroom, first)).state is PostState.UNCERTAIN


async def test_a_late_answer_after_recovery_is_recorded_and_settles_the_post(newsroom):
    ids = await _one(newsroom)
    claims = (await deliver.claim(newsroom, 10)).claims
    assert await recover.recover(newsroom) == 2
    assert (await _post(newsroom, ids[0])).state is PostState.UNCERTAIN
    await deliver.deliver(newsroom, claims[0])
    assert (await _post(newsroom, ids[0])).state is PostState.PUBLISHED


async def test_an_answer_of_an_older_attempt_changes_nothing(newsroom):
    ids = await _one(newsroom)
    [old, _] = (await deliver.claim(newsroom, 10)).claims
    await recover.recover(newsroom)
    async with newsroom.store.write() as connection:
        await posts.move(connection, ids[0], PostState.SCHEDULED, by="Leyla", now=NOON, due_at=NOON)
    [new] = (await deliver.claim(newsroom, 10)).claims
    await deliver.deliver(newsroom, old)
    post = await _post(newsroom, ids[0])
    assert (post.state, post.attempt) == (PostState.PUBLISHING, 2)
    await deliver.deliver(newsroom, new)
    assert (await _post(newsroom, ids[0])).state is PostState.PUBLISHED


async def test_a_call_that_lasts_longer_than_any_may_is_given_up_whatever_the_wall_clock_says(newsroom):
    ids = await _one(newsroom)
    await deliver.claim(newsroom, 10)
    lookout = recover.Lookout(newsroom)
    newsroom.clock.set_forth(timedelta(hours=1))
    assert await lookout.sweep() == 0, "the wall clock was set; nobody has waited"
    newsroom.clock.move(timedelta(seconds=44))
    assert await lookout.sweep() == 0
    newsroom.clock.move(timedelta(seconds=2))
    assert await lookout.sweep(in_hand={ids[0]}) == 1, "what this process carries itself is in good hands"
    assert (await _post(newsroom, ids[1])).state is PostState.UNCERTAIN


async def test_a_process_that_slept_between_claim_and_call_does_not_call(newsroom):
    first, _ = await _one(newsroom)
    [claim, _] = (await deliver.claim(newsroom, 10)).claims
    newsroom.clock.move(timedelta(seconds=6))
    await deliver.deliver(newsroom, claim)
    post = await _post(newsroom, first)
    assert (post.state, post.remote_id) == (PostState.SCHEDULED, "")


async def test_in_one_channel_one_post_is_in_the_air_and_breaking_does_not_wait_for_it(newsroom):
    for n in (1, 2):
        await _one(newsroom, n)
    flying = (await deliver.claim(newsroom, 10)).claims
    assert [c.post.article_id for c in flying] == [1, 1], "one in each channel"
    urgent = await _one(newsroom, 3, priority=Priority.BREAKING)
    assert {c.post.id for c in (await deliver.claim(newsroom, 10)).claims} == set(urgent)


async def test_breaking_goes_first_then_an_editors_press_then_the_longest_wait(newsroom):
    newsroom.publishers.pop("x-en")
    wanted = {1: Priority.BACKLOG, 2: Priority.TIMED, 3: Priority.EDITOR, 4: Priority.BREAKING}
    for n, priority in wanted.items():
        await _one(newsroom, n, priority=priority)
    went = []
    for _ in wanted:
        [*some] = (await deliver.claim(newsroom, 1)).claims
        went += [c.post.article_id for c in some]
        for c in some:
            await deliver.deliver(newsroom, c)
    assert went == [4, 3, 2, 1]


async def test_the_backlog_is_not_starved_by_what_comes_later(newsroom):
    newsroom.publishers.pop("x-en")
    await _one(newsroom, 1, priority=Priority.BACKLOG)
    newsroom.clock.move(timedelta(minutes=41))
    await _one(newsroom, 2, priority=Priority.TIMED)
    [claim] = (await deliver.claim(newsroom, 1)).claims
    assert claim.post.article_id == 1


async def test_what_became_old_while_it_waited_expires_and_says_so(newsroom):
    first, _ = await _one(newsroom)
    pressed, _ = await _one(newsroom, 2, priority=Priority.EDITOR)
    newsroom.clock.move(timedelta(hours=25))
    for _ in range(2):
        await _round(newsroom)
    post = await _post(newsroom, first)
    assert (post.state, post.reason) == (PostState.EXPIRED, "published more than 1 day, 0:00:00 ago")
    assert (await _post(newsroom, pressed)).state is PostState.PUBLISHED, "an editor has said so"


async def test_posts_keep_their_channels_lane(newsroom):
    newsroom.publishers["tg-en"].lanes = lambda: [Lane("one a minute", 60.0)]
    await _one(newsroom, 1)
    await _one(newsroom, 2)
    assert await _round(newsroom) == 2
    held = await deliver.claim(newsroom, 10)
    assert [c.post.channel for c in held.claims] == ["x-en"]
    assert held.wait == pytest.approx(60, abs=1)
    newsroom.clock.move(timedelta(seconds=60))
    assert await _round(newsroom) == 1


async def test_an_answer_after_trouble_ends_only_its_own_alert(newsroom):
    Failing(newsroom, "tg-en", OutcomeUnknown("no answer"), times=1).find = _nobody_can_tell
    await _one(newsroom, 1)
    await _round(newsroom)
    await _later(newsroom)
    await _one(newsroom, 2)
    await _round(newsroom)
    assert [a.cause for a in await _alerts(newsroom)] == ["unknown"], "the first post is still uncertain"
