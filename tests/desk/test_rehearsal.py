"""A rehearsal says what the next look would do, and does nothing."""

from collections import Counter
from datetime import timedelta

import pytest
from support.desk import CHANNELS, NOON, Site, Story

from db import articles
from desk.watching import watch
from desk.watching.rehearsal import Verdict, rehearse
from newswire.errors import SourceError
from newswire.source import FirstRun


async def verdicts(newsroom, source) -> dict[Verdict, int]:
    return dict(Counter(one.verdict for one in await rehearse(newsroom, source)))


async def stored(newsroom) -> int:
    async with newsroom.store.read() as connection:
        return len(await articles.recent(connection, limit=100))


async def test_a_source_that_is_watched_and_shows_one_more_would_post_that(newsroom, site: Site):
    site.stories = [Story(f"/{n}", f"Story number {n}") for n in range(3)]
    await watch.look(newsroom, site.source())
    assert await verdicts(newsroom, site.source()) == {Verdict.KNOWN: 3}
    site.stories.insert(0, Story("/new", "Something else has happened", at=NOON))
    first, *rest = await rehearse(newsroom, site.source())
    assert (first.verdict, first.channels, first.article.title) == (
        Verdict.POSTED,
        ("tg-en", "x-en"),
        "Something else has happened",
    )
    assert {one.why.partition(":")[0] for one in rest} == {"by url"}
    assert await stored(newsroom) == 3, "nothing was stored"
    assert (await watch.look(newsroom, site.source())).new == 1, "and the look itself does as was said"


async def test_a_source_nobody_knows_would_begin_with_a_baseline_or_post_all_where_that_is_wished(newsroom, site: Site):
    site.stories = [Story(f"/{n}", f"Story number {n}") for n in range(3)]
    assert await verdicts(newsroom, site.source()) == {Verdict.BASELINE: 3}
    assert await verdicts(newsroom, site.source(first_run=FirstRun.ASK)) == {Verdict.HELD: 3}
    assert await verdicts(newsroom, site.source(first_run=FirstRun.QUEUE)) == {Verdict.POSTED: 3}
    assert await stored(newsroom) == 0


async def test_new_guids_and_other_writings_of_the_addresses_are_known(newsroom, site: Site):
    site.stories = [Story(f"/{n}", f"Story number {n}", guid=f"a{n}") for n in range(3)]
    await watch.look(newsroom, site.source())
    for n, story in enumerate(site.stories):
        story.guid, story.path = f"b{n}", f"{story.path}/?utm_source=rss"
    assert await verdicts(newsroom, site.source()) == {Verdict.KNOWN: 3}


async def test_what_no_channel_takes_is_said(make, site: Site):
    newsroom = await make(CHANNELS.replace('edition = "en"', 'edition = "ru"'))
    site.stories = [Story("/1", "Story number 1")]
    assert await verdicts(newsroom, site.source(first_run=FirstRun.QUEUE)) == {Verdict.UNROUTED: 1}


async def test_a_correction_that_would_follow_is_said(newsroom, site: Site):
    site.stories = [Story("/1", "Story number 1", at=NOON - timedelta(hours=1))]
    await watch.look(newsroom, site.source())
    site.stories[0].title = "Story number 2, and another one"
    assert await verdicts(newsroom, site.source()) == {Verdict.CHANGED: 1}


async def test_a_source_that_cannot_be_read_is_an_error(newsroom, site: Site):
    site.feed_status = 503
    with pytest.raises(SourceError, match="503"):
        await rehearse(newsroom, site.source())
