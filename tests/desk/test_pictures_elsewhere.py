"""A post taken in on one machine and carried on another: its pictures are fetched once more, or it goes without."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from PIL import Image
from support.desk import NOON
from support.wire import served

from desk.carrying import deliver
from desk.watching import intake
from desk.writing import pictures
from newswire.article import Article
from newswire.delivery import Receipt
from newswire.post import Media, Message
from newswire.richtext import RichText
from publishers.telegram import Telegram


@pytest.fixture
async def made(newsroom):
    """A message whose picture was made at hand in another folder, which is not here; and the requests for it."""
    asked: list[str] = []
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(out, "JPEG")

    async def show(request: web.Request) -> web.Response:
        asked.append(request.path)
        if "gone" in request.path:
            return web.Response(status=404)
        return web.Response(body=out.getvalue(), content_type="image/jpeg")

    app = web.Application()
    app.router.add_get("/{n}", show)
    async with served(app) as address:

        def message(name: str) -> Message:
            there = Media(url=f"{address}/{name}", path="/srv/elsewhere/media/a.jpeg", mime="image/jpeg", width=60)
            return Message(text=RichText("Talks"), link="https://news.example/1", media=(there,))

        yield message, asked, out.getvalue()


async def test_a_picture_that_lies_on_another_machine_is_fetched_to_this_one_and_kept(newsroom, made):
    message, asked, content = made
    for _ in range(2):
        (picture,) = (await pictures.here(newsroom, message("a"), Telegram.limits)).media
        assert Path(picture.path).read_bytes() == content  # noqa: ASYNC240 - a small local file
        assert Path(picture.path).is_relative_to(newsroom.folder)
    assert asked == ["/a"]


async def test_a_picture_that_lies_here_is_not_fetched(newsroom, made):
    message, asked, _ = made
    here = (await pictures.here(newsroom, message("a"), Telegram.limits)).media[0]
    asked.clear()
    again = replace(message("a"), media=(here,))
    assert await pictures.here(newsroom, again, Telegram.limits) == again
    assert asked == []


async def test_a_picture_that_is_gone_holds_nothing_up_and_its_address_is_left_to_the_publisher(newsroom, made):
    message, _, _ = made
    lost = message("gone")
    assert await pictures.here(newsroom, lost, Telegram.limits) == lost


async def test_a_message_without_pictures_and_one_with_addresses_only_stay_as_they_are(newsroom):
    plain = Message(text=RichText("Talks"), link="https://news.example/1")
    linked = replace(plain, media=(Media(url="https://news.example/1.jpg"),))
    assert await pictures.here(newsroom, plain, Telegram.limits) == plain
    assert await pictures.here(newsroom, linked, Telegram.limits) == linked


async def test_the_publisher_gets_the_post_with_the_picture_that_is_here(newsroom, made):
    message, _, content = made
    article = Article(url="https://news.example/1", title="Talks begin", edition="en", published_at=NOON)
    await intake.take_in(newsroom, article, by="test")
    claim = (await deliver.claim(newsroom, 1)).claims[0]
    real = newsroom.publishers[claim.post.channel]
    got: list[bytes] = []

    class Looking:
        def __getattr__(self, name: str):
            return getattr(real, name)

        async def publish(self, message: Message, *, key: str, done: Receipt | None = None) -> Receipt:
            got.append(Path(message.media[0].path).read_bytes())  # noqa: ASYNC240 - a small local file
            return await real.publish(message, key=key, done=done)

    newsroom.publishers[claim.post.channel] = Looking()
    await deliver.deliver(newsroom, replace(claim, post=replace(claim.post, message=message("a"))))
    assert got == [content]
