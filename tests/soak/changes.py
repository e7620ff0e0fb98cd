"""The battle in which articles change and editors take posts back, while the processes that do it are killed."""

from __future__ import annotations

import asyncio
import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from soak.battle import CHANNELS, Battle, Stories

from cli._stage import Stage
from db import articles
from desk.deciding import retract
from desk.newsroom import Newsroom, opened
from desk.writing import drafting
from newswire import configuration
from newswire.post import Post, PostState

_AMONG = 12
"""The articles that change are among so many last ones: the site's feed still lists them."""
_AT_ONCE = 2
_PATIENCE = 20  # seconds: posts that were caught by a kill are looked for first
_TAKEN_BACK = 0.3
"""The share of strikes at which a post is taken back as well."""
_TITLE = "Update {}: {}"
_UPDATE = re.compile(r"Update (\d+): ")


@dataclass
class Changes(Battle):
    """At each strike articles get another title, and now and then one is taken back at the command line.

    Readers must end with one post: with the last title where the platform can edit; with none where it was taken back.
    """

    calls: tuple[tuple[str, str], ...] = (
        *(("telegram", name) for name in ("sendMessage", "sendPhoto", "editMessageText", "editMessageCaption")),
        *(("telegram", "deleteMessages"), ("x", "create"), ("x", "delete")),
    )
    settled: frozenset[PostState] = frozenset({PostState.PUBLISHED, PostState.RETRACTED, PostState.CANCELLED})
    _last: dict[str, int] = field(default_factory=dict)
    """The number of the last change of each article that has changed, by its address."""
    _to_take_back: set[str] = field(default_factory=set)
    _changes: int = 0
    _edits: int = 0

    async def _strike(self, stage: Stage, told: Stories) -> None:
        await self._change(stage, told)
        await super()._strike(stage, told)
        await self._follow(stage)

    async def _change(self, stage: Stage, told: Stories) -> None:
        """The site's people and the editors at work."""
        if self.rng.random() < _TAKEN_BACK:
            self._to_take_back.add(self.rng.choice(told)["url"])
        some = await self._out(told[-_AMONG:])
        for story in self.rng.sample(some, min(_AT_ONCE, len(some))):
            self._changes += 1
            title = _TITLE.format(self._changes, story["title"])
            answer = await stage.post(f"/control/site/articles/{story['id']}/edit", {"title": title})
            assert answer["title"] == title, answer
            self._last[story["url"]] = self._changes

    async def _out(self, some: Stories) -> Stories:
        """Those of the articles that are out and stay; all that stay where none is out for long."""
        staying = [story for story in some if story["url"] not in self.unwanted | self._to_take_back]
        for _ in range(_PATIENCE):
            out = {
                _url(post)
                for post in await self._posts()
                if post.state is PostState.PUBLISHED and post.channel == CHANNELS[0]
            }
            if found := [story for story in staying if story["url"] in out]:
                return found
            await asyncio.sleep(1)
        return staying

    async def _follow(self, stage: Stage) -> bool:
        """What has changed since a post went out is put right; whether all posts say what they must."""
        settings = configuration.load(self.folder / "newswire.toml")
        async with opened(settings, folder=self.folder) as newsroom:
            every = [post for post in await self._posts() if post.channel == CHANNELS[0]]
            told = [await self._put_right(newsroom, post) for post in every]
        for url in sorted(self._to_take_back & {_url(post) for post in every}):
            await self._take_back(url)
        return all(told) and not self._to_take_back

    async def _put_right(self, newsroom: Newsroom, post: Post) -> bool:
        """Whether it says the last title already, or is not to be seen at all. Only what is out is edited."""
        last = self._last.get(_url(post))
        if last is None or _url(post) in self.unwanted or last == _said(post.message.text.text):
            return post.state is not PostState.CORRECTING
        async with newsroom.store.read() as connection:
            stored = await articles.get(connection, post.article_id)
        channel = newsroom.channel(post.channel)
        if stored is None or channel is None or _said(stored.article.title) != last:
            return False  # the change has not been noticed yet
        wished = post.wish is not None and _said(post.wish.text.text) == last
        if post.state in (PostState.PUBLISHED, PostState.CORRECTING) and not wished:
            (written,) = await drafting.write(newsroom, stored.article, [channel])
            async with newsroom.store.write() as connection:
                self._edits += await retract.ask_to_edit(
                    newsroom, connection, post, written.message, by="soak", why="the article has changed"
                )
        return False

    async def _take_back(self, url: str) -> None:
        """As an editor types it."""
        file = str(self.folder / "newswire.toml")
        command = [sys.executable, "-m", "cli", "--config", file, "post", "retract", url]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        said, _ = await process.communicate()
        assert process.returncode == 0, said
        self._to_take_back.remove(url)
        self.unwanted.add(url)

    async def _wrong(self, stage: Stage, told: Stories) -> tuple[str, ...]:
        lines = [] if self._edits else ["nothing was edited"]
        there = await self._there(stage)
        for url in (story["url"] for story in told):
            wanted = 0 if url in self.unwanted else 1
            for channel in CHANNELS:
                texts = [text for text in there[channel] if url in text]
                if len(texts) != wanted:
                    lines.append(f"{len(texts)} posts in {channel} where there should be {wanted}: {url}")
                elif wanted and channel == CHANNELS[0] and _said(texts[0]) != self._last.get(url):
                    lines.append(f"update {_said(texts[0])} in {channel} instead of {self._last.get(url)}: {url}")
        return tuple(lines)

    async def _there(self, stage: Stage) -> dict[str, list[str]]:
        """What readers find now in each channel."""
        found: dict[str, list[str]] = defaultdict(list)
        chats = (await stage.get("/control/telegram/chats"))["chats"]
        messages: list[Any] = next(chat["messages"] for chat in chats if chat["id"] == stage.where["channels"]["en"])
        posts: list[Any] = (await stage.get("/control/x/posts?username=caspianlantern"))["posts"]
        for channel, every in zip(CHANNELS, (messages, posts), strict=True):
            found[channel] = [str(one) for one in every if not one["deleted"]]
        return found

    async def _also(self) -> str:
        return f"{self._changes} changes, {self._edits} edits, {len(self.unwanted)} taken back"


def _url(post: Post) -> str:
    return post.message.link.partition("?")[0]


def _said(text: str) -> int | None:
    """Which change a text tells of."""
    found = _UPDATE.search(text)
    return int(found[1]) if found else None
