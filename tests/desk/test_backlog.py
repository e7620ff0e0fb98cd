"""What waited too long is told, spread out, or held for a person."""

from datetime import timedelta

import pytest
from support.desk import CHANNELS, EDITOR, NOON, OWNER

from db import alerts, posts
from desk.carrying import deliver
from desk.deciding import backlog, queue
from desk.watching import intake
from newswire.article import Article
from newswire.post import PostState, Priority

FEW = "[delivery]\nmost_late = 3\n" + CHANNELS


async def _articles(newsroom, number: int):
    """One article a minute; the last is the newest."""
    for n in range(number):
        article = Article(url=f"https://news.example/{n}", title=f"Talks {n}", edition="en", published_at=NOON)
        await intake.take_in(newsroom, article, by="test")
        newsroom.clock.move(timedelta(minutes=1))


async def _alerts(newsroom, place: str = "channel tg-en"):
    async with newsroom.store.read() as connection:
        return {a.cause: a.text for a in await alerts.open_ones(connection) if a.place == place}


async def _went(newsroom, channel: str = "tg-en"):
    """Let everything go that may; the articles in the order in which they went."""
    order = []
    while claims := (await deliver.claim(newsroom, 10)).claims:
        for claim in claims:
            await deliver.deliver(newsroom, claim)
        order += [c.post.article_id for c in claims if c.post.channel == channel]
    return order


async def _in(newsroom, state: PostState, channel: str = "tg-en"):
    async with newsroom.store.read() as connection:
        return [p.article_id for p in await posts.in_states(connection, [state], channel=channel)]


async def test_a_few_late_posts_go_by_themselves_the_newest_first_behind_what_is_due_now(make):
    newsroom = await make(FEW)
    await _articles(newsroom, 3)
    newsroom.clock.move(timedelta(minutes=30))
    await backlog.sweep(newsroom)
    await intake.take_in(newsroom, Article(url="https://news.example/new", title="New", edition="en"), by="test")
    assert await _went(newsroom) == [4, 3, 2, 1]


async def test_late_posts_raise_one_alert_a_channel_which_ends_when_they_are_out(make):
    newsroom = await make(FEW)
    await _articles(newsroom, 2)
    await backlog.sweep(newsroom)
    assert await _alerts(newsroom) == {}, "two minutes are not late"
    newsroom.clock.move(timedelta(minutes=10))
    for _ in range(3):
        await backlog.sweep(newsroom)
    assert list(await _alerts(newsroom)) == ["overdue"]
    assert "the oldest was due 12:00" in (await _alerts(newsroom))["overdue"]
    async with newsroom.store.read() as connection:
        assert {a.count for a in await alerts.open_ones(connection)} == {1}, "told once"
    await _went(newsroom)
    await backlog.sweep(newsroom)
    assert await _alerts(newsroom) == {}


async def test_more_late_posts_than_that_are_held_and_people_are_asked(make):
    newsroom = await make(FEW)
    await _articles(newsroom, 4)
    newsroom.clock.move(timedelta(minutes=30))
    await backlog.sweep(newsroom)
    assert await _went(newsroom) == []
    assert "4 posts waited since 12:00 and are held" in (await _alerts(newsroom))["held"]


@pytest.mark.parametrize(
    ("how", "said", "out", "expired"),
    [
        ("newest", "The newest 3 go out now; 2 will not.", [5, 4, 3], [1, 2]),
        ("spread", "5 posts have new times.", [5, 4, 3, 2, 1], []),
        ("drop", "5 posts will not go out.", [], [1, 2, 3, 4, 5]),
    ],
)
async def test_one_word_decides_about_all_that_are_held(make, how, said, out, expired):
    newsroom = await make(FEW)
    await _articles(newsroom, 5)
    newsroom.clock.move(timedelta(minutes=30))
    await backlog.sweep(newsroom)
    assert (await backlog.decide(newsroom, OWNER, "tg-en", how)).text == said
    newsroom.clock.move(timedelta(seconds=1))
    assert await _went(newsroom) == out
    assert await _in(newsroom, PostState.EXPIRED) == expired
    assert await _alerts(newsroom) == {}
    assert list(await _alerts(newsroom, "channel x-en")) == ["held"], "the other channel is not decided yet"


async def test_who_may_not_decide_or_decides_nonsense_is_told_so(make):
    newsroom = await make(FEW)
    assert "cannot decide" in (await backlog.decide(newsroom, EDITOR, "tg-en", "drop")).text
    assert "no channel 'tg-xx'" in (await backlog.decide(newsroom, OWNER, "tg-xx", "drop")).text
    assert (await backlog.decide(newsroom, OWNER, "tg-en", "all")).text == "Say /late tg-en newest, spread or drop."
    assert (await backlog.decide(newsroom, OWNER, "tg-en", "drop")).text == "Nothing is late in tg-en."


async def test_the_question_ends_when_each_held_post_was_decided_by_its_card(make):
    newsroom = await make(FEW)
    await _articles(newsroom, 4)
    newsroom.clock.move(timedelta(minutes=30))
    await backlog.sweep(newsroom)
    async with newsroom.store.write() as connection:
        for post in await posts.in_states(connection, [PostState.IN_REVIEW], channel="tg-en"):
            await posts.move(connection, post.id, PostState.SKIPPED, by="Leyla", now=NOON)
    await backlog.sweep(newsroom)
    assert await _alerts(newsroom) == {}


async def test_a_paused_channel_is_not_late(make):
    newsroom = await make(FEW)
    await _articles(newsroom, 5)
    await queue.pause(newsroom, OWNER, "all")
    newsroom.clock.move(timedelta(hours=1))
    await backlog.sweep(newsroom)
    assert await _alerts(newsroom) == {}
    await queue.resume(newsroom, OWNER, "all")
    await backlog.sweep(newsroom)
    assert list(await _alerts(newsroom)) == ["held"], "after the pause the question is asked before anything goes"
    assert await _went(newsroom) == []


async def test_what_an_editor_sends_by_hand_is_never_held(make):
    newsroom = await make(FEW)
    for n in range(5):
        article = Article(url=f"https://news.example/{n}", title="Talks", edition="en", published_at=NOON)
        await intake.take_in(newsroom, article, by="test", priority=Priority.EDITOR)
    newsroom.clock.move(timedelta(minutes=30))
    await backlog.sweep(newsroom)
    assert await _went(newsroom) == [1, 2, 3, 4, 5]


async def test_without_an_editors_chat_the_alert_names_what_can_be_typed(make):
    newsroom = await make(CHANNELS[CHANNELS.index("[[channel]]") :])
    await _articles(newsroom, 1)
    newsroom.clock.move(timedelta(minutes=30))
    await backlog.sweep(newsroom)
    text = (await _alerts(newsroom))["overdue"]
    assert text.endswith("newswire status counts them, newswire channel late tg-en decides otherwise.")
