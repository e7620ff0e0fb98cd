"""What goes out late says what its article says by then, and nothing goes out of an article that was taken away."""

import asyncio
from datetime import timedelta

from support.desk import CHANNELS, NOON

from db import articles, posts
from desk.carrying import deliver
from desk.watching import intake, withdrawal
from desk.writing import revising
from newswire.article import Article
from newswire.errors import OutcomeUnknown, RateLimited
from newswire.post import Post, PostState
from scheduler.engine import Engine

OLD = Article(url="https://news.example/1", title="Ten are hurt", edition="en", published_at=NOON)
NEW = Article(url="https://news.example/1", title="Twelve are hurt", edition="en", published_at=NOON)


class Meanwhile:
    """The platform does not take the first post, and by the time it has said so, something has happened."""

    def __init__(self, newsroom, error: Exception, happens) -> None:
        self.publisher, self.error, self.happens = newsroom.publishers["tg-en"], error, happens
        newsroom.publishers["tg-en"] = self

    def __getattr__(self, name: str):
        return getattr(self.publisher, name)

    async def publish(self, message, *, key, done=None):
        if self.happens is None:
            return await self.publisher.publish(message, key=key, done=done)
        happens, self.happens = self.happens, None
        await happens()
        raise self.error

    @property
    def texts(self) -> list[str]:
        return [message.text.text.splitlines()[0] for _, message in self.publisher.shown.items()]


async def _carried(newsroom, *states: PostState) -> Post:
    """The post in tg-en once it is in one of `states`, carried by a real engine while an hour passes."""
    engine = Engine(newsroom)
    engine.start()
    try:
        for _ in range(200):
            async with newsroom.store.read() as connection:
                [post] = [p for p in await posts.of_article(connection, 1) if p.channel == "tg-en"]
            if post.state in states:
                return post
            newsroom.clock.move(timedelta(seconds=18))
            newsroom.bell.ring("posts")
            await asyncio.sleep(0.02)
    finally:
        await engine.stop(1)
    raise AssertionError(f"{post.state}: {post.reason}")


async def _changes(newsroom) -> None:
    async with newsroom.store.read() as connection:
        stored = await articles.get(connection, 1)
    await revising.changed(newsroom, stored.article, NEW, by="source site-en")


async def _goes(newsroom) -> None:
    async with newsroom.store.read() as connection:
        stored = await articles.get(connection, 1)
    await withdrawal.gone(newsroom, stored)


async def test_an_article_that_changed_while_nobody_knew_whether_it_is_out_goes_out_as_it_is_now(newsroom):
    channel = Meanwhile(newsroom, OutcomeUnknown("no answer"), lambda: _changes(newsroom))
    await intake.take_in(newsroom, OLD, by="test")
    post = await _carried(newsroom, PostState.PUBLISHED)
    assert channel.texts == ["Twelve are hurt"]
    assert (post.revision, post.message.text.text.splitlines()[0]) == (2, "Twelve are hurt")


async def test_an_article_that_changed_while_the_platform_asked_for_a_pause_goes_out_as_it_is_now(newsroom):
    pause = RateLimited("slower", retry_at=NOON + timedelta(seconds=40))
    channel = Meanwhile(newsroom, pause, lambda: _changes(newsroom))
    await intake.take_in(newsroom, OLD, by="test")
    await _carried(newsroom, PostState.PUBLISHED)
    assert channel.texts == ["Twelve are hurt"]


async def test_what_people_approved_is_shown_to_them_again_when_it_changed_in_the_air(make):
    newsroom = await make(CHANNELS.replace('type = "dry_run"', 'type = "dry_run"\napprove = "review"'))
    pause = RateLimited("slower", retry_at=NOON + timedelta(seconds=40))
    channel = Meanwhile(newsroom, pause, lambda: _changes(newsroom))
    await intake.take_in(newsroom, OLD, by="test")
    async with newsroom.store.write() as connection:
        await posts.move(connection, 1, PostState.SCHEDULED, by="Leyla", now=NOON, due_at=NOON)
    post = await _carried(newsroom, PostState.IN_REVIEW)
    assert (channel.texts, post.revision, post.reason) == ([], 2, "the site has changed the article")


async def test_an_article_that_was_taken_away_while_its_post_was_in_the_air_does_not_go_out_after_all(newsroom):
    channel = Meanwhile(newsroom, OutcomeUnknown("no answer"), lambda: _goes(newsroom))
    await intake.take_in(newsroom, OLD, by="test")
    post = await _carried(newsroom, PostState.CANCELLED)
    assert (channel.texts, post.reason) == ([], "the site has taken the article away")
    assert (await deliver.claim(newsroom, 10)).claims == []
