"""A channel that is renamed or taken out of newswire.toml while posts wait for it: they do not wait in silence."""

from datetime import timedelta

from support.desk import CHANNELS, NOON, OWNER, VIEWER

from db import alerts, posts
from desk.carrying import deliver
from desk.deciding import backlog, removed
from desk.watching import intake
from newswire.article import Article
from newswire.post import PostState

RENAMED = CHANNELS.replace('"tg-en"', '"tg-english"')


async def _told(newsroom) -> dict[str, str]:
    async with newsroom.store.read() as connection:
        return {alert.place: alert.text for alert in await alerts.open_ones(connection)}


async def _waits(make) -> None:
    """One post in each channel of the file as it was."""
    newsroom = await make()
    await intake.take_in(newsroom, Article(url="https://news.example/1", title="Talks", edition="en"), by="test")


async def test_posts_of_a_channel_that_was_renamed_are_told_and_not_as_going_soon(make):
    await _waits(make)
    newsroom = await make(RENAMED, at=NOON + timedelta(minutes=30))
    await backlog.sweep(newsroom)
    await removed.sweep(newsroom)
    assert (await _told(newsroom))["channel tg-en"] == (
        "tg-en is not in newswire.toml any more, and its posts do not go out: 1 waiting. "
        "Put it back under that name, or let what waits go: /late tg-en drop"
    )
    assert {claim.post.channel for claim in (await deliver.claim(newsroom, 10)).claims} == {"x-en"}
    back = await make()
    await removed.sweep(back)
    assert "channel tg-en" not in await _told(back)


async def test_without_an_editors_chat_the_command_that_lets_them_go_is_named(make):
    await _waits(make)
    newsroom = await make(RENAMED[RENAMED.index("[[channel]]") :])
    await removed.sweep(newsroom)
    assert (await _told(newsroom))["channel tg-en"].endswith("let what waits go: newswire channel late tg-en drop")


async def test_an_editor_lets_them_go(make):
    await _waits(make)
    newsroom = await make(RENAMED)
    await removed.sweep(newsroom)
    assert not (await backlog.decide(newsroom, VIEWER, "tg-en", "drop")).done
    assert (await backlog.decide(newsroom, OWNER, "tg-em", "drop")).text.startswith("There is no channel 'tg-em'")
    assert (await backlog.decide(newsroom, OWNER, "tg-en", "drop")).text == "1 post will not go out."
    assert await _told(newsroom) == {}
    async with newsroom.store.read() as connection:
        states = {post.channel: post.state for post in await posts.of_article(connection, 1)}
    assert states == {"tg-en": PostState.CANCELLED, "x-en": PostState.SCHEDULED}
