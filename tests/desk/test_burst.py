"""More new articles at once than a source ever had are held, and the editors asked."""

from datetime import timedelta

from support.desk import CHANNELS, NOON, Story

from db import alerts, held, posts
from desk.deciding import by_hand
from desk.watching import burst, watch
from newswire.post import PostState
from newswire.source import FirstRun


async def _watched(newsroom, site, stories: int = 3):
    """A source after its first look."""
    _publish(newsroom, site, stories)
    await watch.look(newsroom, site.source())


def _publish(newsroom, site, number: int, *, ago: timedelta = timedelta(seconds=30)):
    for _ in range(number):
        n = len(site.stories)
        at = newsroom.clock.now() - ago
        site.stories.insert(0, Story(f"/{n}", title=f"Talks about matter {n} begin", lead=f"Matter {n} is on.", at=at))


async def _look(newsroom, site) -> int:
    newsroom.clock.move(timedelta(minutes=1))
    return (await watch.look(newsroom, site.source())).new


async def _held(newsroom):
    async with newsroom.store.read() as connection:
        return await held.ids(connection, "site-en", burst.reason("site-en"))


async def _open(newsroom):
    async with newsroom.store.read() as connection:
        return [a.text for a in await alerts.open_ones(connection) if a.cause == "burst"]


async def _waiting(newsroom):
    async with newsroom.store.read() as connection:
        return len({p.article_id for p in await posts.in_states(connection, [PostState.SCHEDULED])})


async def test_ten_at_once_in_a_source_that_never_had_so_many_are_held_and_told_once(newsroom, site):
    await _watched(newsroom, site)
    _publish(newsroom, site, 10)
    assert await _look(newsroom, site) == 10
    numbers = await _held(newsroom)
    assert len(numbers) == 10
    assert await _waiting(newsroom) == 0
    [text] = await _open(newsroom)
    assert f"had 10 new articles at once, more than ever before. They are held, #{numbers[0]} to #{numbers[-1]}" in text
    assert await _look(newsroom, site) == 0
    assert len(await _open(newsroom)) == 1


async def test_nine_are_posted(newsroom, site):
    await _watched(newsroom, site)
    _publish(newsroom, site, 9)
    await _look(newsroom, site)
    assert (await _held(newsroom), await _waiting(newsroom)) == ([], 9)


async def test_what_the_source_had_before_is_no_burst_any_more(newsroom, site):
    await _watched(newsroom, site)
    _publish(newsroom, site, 12)
    await _look(newsroom, site)
    _publish(newsroom, site, 12)
    await _look(newsroom, site)
    assert await _waiting(newsroom) == 12


async def test_what_was_published_while_nobody_looked_is_late_and_no_burst(newsroom, site):
    await _watched(newsroom, site)
    newsroom.clock.move(timedelta(hours=2))
    _publish(newsroom, site, 12, ago=timedelta(hours=1))
    assert await _look(newsroom, site) == 12
    assert (await _held(newsroom), await _waiting(newsroom)) == ([], 12)


async def test_what_was_published_while_the_site_could_not_be_read_is_no_burst(newsroom, site):
    await _watched(newsroom, site)
    site.feed_status = 503
    await _look(newsroom, site)
    site.feed_status = 200
    _publish(newsroom, site, 12)
    assert await _look(newsroom, site) == 12
    assert (await _held(newsroom), await _waiting(newsroom)) == ([], 12)


async def test_articles_of_before_an_outage_that_nobody_had_seen_are_a_burst(newsroom, site):
    await _watched(newsroom, site)
    newsroom.clock.move(timedelta(hours=2))
    _publish(newsroom, site, 12, ago=timedelta(hours=5))
    assert await _look(newsroom, site) == 12
    assert len(await _held(newsroom)) == 12


async def test_post_and_the_number_sends_one_of_them(newsroom, site):
    await _watched(newsroom, site)
    _publish(newsroom, site, 10)
    await _look(newsroom, site)
    number = (await _held(newsroom))[-1]
    done = await by_hand.post(newsroom, f"#{number}", by="Leyla")
    assert [post.channel for post in done.posts] == ["tg-en", "x-en"]
    assert number not in await _held(newsroom)


async def test_the_question_ends_when_all_were_released_and_they_go(newsroom, site):
    await _watched(newsroom, site)
    _publish(newsroom, site, 10)
    await _look(newsroom, site)
    await burst.sweep(newsroom)
    assert len(await _open(newsroom)) == 1
    assert await burst.release(newsroom, "site-en", by="Leyla") == 10
    assert await _open(newsroom) == []
    assert await _waiting(newsroom) == 10


async def test_the_question_ends_after_a_day(newsroom, site):
    await _watched(newsroom, site)
    _publish(newsroom, site, 10)
    await _look(newsroom, site)
    newsroom.clock.move(timedelta(hours=25))
    await burst.sweep(newsroom)
    assert await _open(newsroom) == []


async def test_a_newsroom_without_an_editors_chat_has_nobody_to_ask(make, site):
    newsroom = await make(CHANNELS.partition("[[channel]]")[2].join(["[[channel]]", ""]))
    await _watched(newsroom, site)
    _publish(newsroom, site, 10)
    await _look(newsroom, site)
    assert (await _held(newsroom), await _waiting(newsroom)) == ([], 10)


async def test_what_a_first_look_queues_is_no_burst(newsroom, site):
    _publish(newsroom, site, 12)
    await watch.look(newsroom, site.source(first_run=FirstRun.QUEUE))
    assert (await _held(newsroom), await _waiting(newsroom)) == ([], 12)
    assert newsroom.clock.now() == NOON
