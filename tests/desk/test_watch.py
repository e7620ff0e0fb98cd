import asyncio
from dataclasses import replace
from datetime import timedelta

from support.desk import NOON, Story

from db import alerts, articles, posts, sources
from db.articles import Fate
from desk.watching import changes, watch
from desk.watching.logbook import Logbook
from newswire.post import PostState
from newswire.source import FirstRun


async def _posts(newsroom):
    async with newsroom.store.read() as connection:
        return await posts.in_states(connection, list(PostState))


async def _articles(newsroom):
    async with newsroom.store.read() as connection:
        return await articles.recent(connection, limit=100)


async def test_the_first_look_is_a_baseline_and_posts_nothing(newsroom, site):
    site.stories = [Story("/1"), Story("/2")]
    look = await watch.look(newsroom, site.source())
    assert look.new == 0
    assert await _posts(newsroom) == []
    assert [stored.fate for stored in await _articles(newsroom)] == [Fate.BASELINE, Fate.BASELINE]


async def test_what_comes_after_the_baseline_goes_to_every_channel_once(newsroom, site):
    site.stories = [Story("/1")]
    await watch.look(newsroom, site.source())
    site.stories.insert(0, Story("/2", title="Second"))
    assert (await watch.look(newsroom, site.source())).new == 1
    assert (await watch.look(newsroom, site.source())).new == 0
    assert [(p.channel, p.state) for p in await _posts(newsroom)] == [("tg-en", "scheduled"), ("x-en", "scheduled")]


async def test_first_run_queue_posts_what_is_there(newsroom, site):
    site.stories = [Story("/2", at=NOON - timedelta(minutes=1)), Story("/1")]
    assert (await watch.look(newsroom, site.source(first_run=FirstRun.QUEUE))).new == 2
    assert [s.article.url[-2:] for s in await _articles(newsroom)] == ["/2", "/1"], "the older one was taken in first"


async def test_first_run_ask_holds_what_is_there_and_asks(newsroom, site):
    site.stories = [Story("/1")]
    await watch.look(newsroom, site.source(first_run=FirstRun.ASK))
    async with newsroom.store.read() as connection:
        assert [a.cause for a in await alerts.open_ones(connection)] == ["first look"]
    assert [s.fate for s in await _articles(newsroom)] == [Fate.HELD]
    assert await _posts(newsroom) == []


async def test_all_guids_issued_anew_post_nothing_again(newsroom, site):
    site.stories = [Story(f"/{n}", title=f"Story {n}", guid=f"old-{n}") for n in range(5)]
    await watch.look(newsroom, site.source())
    for n, story in enumerate(site.stories):
        story.guid = f"new-{n}"
    assert (await watch.look(newsroom, site.source())).new == 0


async def test_an_article_under_a_new_address_with_its_old_guid_is_known(newsroom, site):
    site.stories = [Story("/1", guid="a"), Story("/2", guid="b", title="Other")]
    await watch.look(newsroom, site.source())
    site.stories[0].path = "/1-better-slug"
    assert (await watch.look(newsroom, site.source())).new == 0


async def test_one_guid_for_all_items_hides_no_article(newsroom, site):
    site.stories = [Story("/1", guid="same")]
    await watch.look(newsroom, site.source())
    site.stories = [Story("/3", guid="same", title="Third"), Story("/2", guid="same", title="Second"), *site.stories]
    assert (await watch.look(newsroom, site.source())).new == 2


async def test_one_guid_for_all_items_hides_none_of_them_from_the_baseline(newsroom, site):
    site.stories = [Story(f"/{n}", guid="same", title=f"Story {n}") for n in range(3)]
    await watch.look(newsroom, site.source())
    site.stories.insert(0, Story("/new", guid="same", title="New"))
    assert (await watch.look(newsroom, site.source())).new == 1


async def test_an_article_in_two_feeds_seen_for_the_first_time_together_is_stored_once(newsroom, site):
    site.stories = [Story("/1"), Story("/2", title="Other")]
    logbook = Logbook(newsroom.store, newsroom.clock)
    both = site.source(), replace(site.source(), name="site-en#2", url=site.source().url + "?again")
    await asyncio.gather(*(watch.look(newsroom, one, logbook) for one in both))
    assert len(await _articles(newsroom)) == 2
    async with newsroom.store.read() as connection:
        assert set(await sources.all_of_them(connection)) == {"site-en", "site-en#2"}


async def test_http_and_https_and_a_trailing_slash_are_the_same_article(newsroom, site):
    site.stories = [Story("/a/1")]
    await watch.look(newsroom, site.source())
    site.stories[0].path = "/a/1/?utm_source=feed"
    assert (await watch.look(newsroom, site.source())).new == 0


async def test_a_changed_article_gets_a_revision_and_its_waiting_posts_a_new_text(make, site):
    newsroom = await make('[editors]\nchat = -1\n[[channel]]\nname = "tg-en"\ntype = "dry_run"\nedition = "en"\n')
    site.stories = []
    await watch.look(newsroom, site.source())
    site.stories = [Story("/1", title="Talks begin")]
    await watch.look(newsroom, site.source())
    site.stories[0].title = "Talks fail"
    await watch.look(newsroom, site.source())
    [stored] = await _articles(newsroom)
    [post] = await _posts(newsroom)
    assert (stored.article.title, stored.article.revision) == ("Talks fail", 2)
    assert "Talks fail" in post.message.text.text
    assert (post.revision, post.state) == (2, PostState.IN_REVIEW)


async def test_a_vanished_article_whose_page_is_gone_is_gone_and_its_waiting_posts_are_called_off(newsroom, site):
    site.stories = [Story("/0", at=NOON - timedelta(hours=3))]
    await watch.look(newsroom, site.source())
    site.stories.insert(0, Story("/1", title="Mistaken"))
    await watch.look(newsroom, site.source())
    site.stories[0].status = 404
    await watch.look(newsroom, site.source())
    assert all(s.gone_at is None for s in await _articles(newsroom)), "once is not enough"
    newsroom.clock.move(timedelta(minutes=2))
    await changes.tick(newsroom)
    stored = next(s for s in await _articles(newsroom) if s.article.url.endswith("/1"))
    assert stored.gone_at is not None
    assert {p.state for p in await _posts(newsroom)} == {PostState.CANCELLED}


async def test_an_item_that_only_left_the_feed_is_not_gone(newsroom, site):
    site.stories = [Story("/0", at=NOON - timedelta(hours=3)), Story("/1", at=NOON - timedelta(hours=4))]
    await watch.look(newsroom, site.source(first_run=FirstRun.QUEUE))
    site.stories = [Story("/0", at=NOON - timedelta(hours=3))]
    await watch.look(newsroom, site.source())
    assert all(s.gone_at is None for s in await _articles(newsroom))


async def test_three_misses_in_a_row_make_one_alert_which_ends_with_the_next_success(newsroom, site):
    site.feed_status = 500
    for _ in range(4):
        await watch.look(newsroom, site.source())
    async with newsroom.store.read() as connection:
        [alert] = await alerts.open_ones(connection)
        health = (await sources.all_of_them(connection))["site-en"]
    assert alert.place == "source site-en"
    assert health.failures == 4
    site.feed_status = 200
    await watch.look(newsroom, site.source())
    async with newsroom.store.read() as connection:
        assert await alerts.open_ones(connection) == []


async def test_a_source_in_trouble_is_asked_less_and_less_often(newsroom, site):
    site.feed_status = 500
    first = await watch.look(newsroom, site.source(poll_seconds=60))
    second = await watch.look(newsroom, site.source(poll_seconds=60))
    assert second.next_at - newsroom.clock.now() > first.next_at - newsroom.clock.now()


async def test_a_feed_that_is_gone_for_good_is_told_once_and_asked_once_a_day(newsroom, site):
    await watch.look(newsroom, site.source())
    site.feed_status = 410
    look = await watch.look(newsroom, site.source(poll_seconds=60))
    assert look.next_at - newsroom.clock.now() >= timedelta(days=1)
    await watch.look(newsroom, site.source())
    async with newsroom.store.read() as connection:
        [alert] = await alerts.open_ones(connection)
    assert "gone for good (410)" in alert.text
    assert "Newswire asks once a day from now on" in alert.text


async def test_a_feed_with_nothing_but_old_articles_is_told_once_until_there_is_a_new_one(newsroom, site):
    site.stories = [Story("/old", at=NOON - timedelta(days=800))]
    await watch.look(newsroom, site.source())
    site.stories[0].title = "Still old"
    await watch.look(newsroom, site.source())
    async with newsroom.store.read() as connection:
        [alert] = await alerts.open_ones(connection)
    assert (alert.cause, alert.count) == ("stale", 1)
    assert "its newest article is of 2024-" in alert.text
    site.stories.insert(0, Story("/new", title="New"))
    await watch.look(newsroom, site.source())
    async with newsroom.store.read() as connection:
        assert await alerts.open_ones(connection) == []


async def test_an_article_older_than_a_channel_wants_is_kept_but_not_posted(newsroom, site):
    await watch.look(newsroom, site.source())
    site.stories = [Story("/old", at=NOON - timedelta(days=3))]
    await watch.look(newsroom, site.source())
    [stored] = await _articles(newsroom)
    assert stored.fate is Fate.UNROUTED
    assert await _posts(newsroom) == []


async def test_an_empty_title_takes_the_first_words_of_the_lead(newsroom, site):
    await watch.look(newsroom, site.source())
    site.stories = [Story("/1", title="", lead="Water is back in the city. More follows.")]
    await watch.look(newsroom, site.source())
    [stored] = await _articles(newsroom)
    assert stored.article.title.startswith("Water is back")
