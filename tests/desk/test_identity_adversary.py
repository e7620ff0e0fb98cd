"""Whatever a site does, in whatever order and together: no article is posted twice, and none that is new is missed.

Each run is the same for its seed. The site is looked at by three section feeds of one edition; between two looks it does some
of what sites do, and the process may end, also in the middle of a look.
"""

import asyncio
import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web
from support.desk import CHANNELS, NOON
from support.shifty import Item, Site
from support.wire import serving

from db import articles, posts, schema
from desk.newsroom import opened
from desk.watching import changes, watch
from newswire.clock import SetClock
from newswire.configuration import parse
from newswire.post import PostState

LOOKS = 18
EVERY = timedelta(minutes=3)
SEEDS = range(6)
SECTIONS = ("/rss.xml", "/section-2.xml", "/section-3.xml")


class Adversary(Site):
    """Does one thing after the other to a site, by chance; `new` are the articles that came after the first look."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.chance, self.new, self.number, self.marked = random.Random(seed), [], 0, False
        self.in_section: dict[int, set[str]] = {}
        self.down, self.log = set(), []
        self.shuffled = False
        self.answers, self.owed = -1, asyncio.Event()

    def come(self, now) -> Item:
        item = self.publish(self.number, at=now - timedelta(minutes=self.chance.randrange(5)), guid=f"g-{self.number}")
        others = {path for path in SECTIONS[1:] if self.chance.random() < 0.4}
        self.in_section[id(item)] = {SECTIONS[0], *others}
        self.number += 1
        return item

    async def answer(self, request: web.Request) -> web.Response:
        """`answers`: after so many, none comes any more (-1: always one)."""
        self.answers -= self.answers > 0
        if self.answers == 0:
            self.owed.set()
            await asyncio.sleep(5)
        return await super().answer(request)

    def _list(self, path: str) -> web.Response:
        if path in self.down:
            return web.Response(status=503)
        shown = self.items if self.listed is None else self.listed
        mine = [item for item in shown if path in self.in_section[id(item)]]
        if self.shuffled:
            self.chance.shuffle(mine)
        if self.marked:
            marked = [
                replace(item, link=f"{item.link or self.address + item.path}?section={path[1:-4]}") for item in mine
            ]
        else:
            marked = mine
        before, self.listed = self.listed, marked
        try:
            return super()._list(path)
        finally:
            self.listed = before

    def act(self, now) -> None:
        """One of all that sites do."""
        deeds = [getattr(self, name) for name in dir(self) if name.startswith("do_")]
        deed = self.chance.choice(deeds)
        self.log.append(deed.__name__)
        deed(now)

    def do_issue_all_guids_anew(self, now) -> None:
        for item in self.items:
            item.guid = f"{self.chance.randrange(10**9)}"

    def do_use_places_as_guids(self, now) -> None:
        for n, item in enumerate(self.items):
            item.guid = str(n)

    def do_use_addresses_as_guids(self, now) -> None:
        for item in self.items:
            item.guid = ""

    def do_change_a_slug(self, now) -> None:
        item = self.chance.choice(self.items)
        old, item.path = item.path, f"/news/{self.chance.randrange(10**9)}"
        self.moved[old] = f"{self.address}{item.path}"
        item.link = ""

    def do_change_a_slug_and_its_guid(self, now) -> None:
        self.do_change_a_slug(now)
        self.chance.choice(self.items).guid = f"new {self.chance.randrange(10**9)}"

    def do_write_addresses_otherwise(self, now) -> None:
        write = self.chance.choice(
            [
                lambda address: f"{address}?utm_source=rss&fbclid=1",
                lambda address: f"{address}/",
                lambda address: address.replace("http", "HTTP"),
                lambda address: f"{address}#comments",
                lambda address: "",
            ]
        )
        for item in self.items:
            item.link = write(f"{self.address}{item.path}")

    def do_mark_links_by_section(self, now) -> None:
        self.marked = not self.marked
        for item in self.items:
            item.link = ""

    def do_shrink(self, now) -> None:
        self.listed = self.items[: self.chance.randrange(1, 4)]

    def do_show_an_old_copy(self, now) -> None:
        self.listed = self.items[self.chance.randrange(1, 5) :]

    def do_show_all(self, now) -> None:
        self.listed = None

    def do_date_all_anew(self, now) -> None:
        for n, item in enumerate(self.items):
            item.at = item.updated = now - timedelta(seconds=n)

    def do_shuffle(self, now) -> None:
        self.shuffled = not self.shuffled

    def do_break_down(self, now) -> None:
        self.down = {path for path in SECTIONS if self.chance.random() < 0.5}

    def do_mend(self, now) -> None:
        self.down = set()

    def settle(self) -> None:
        """All is there again, as it is now."""
        self.down, self.listed = set(), None


async def _posted(newsroom) -> Counter[int]:
    """How many posts each article of the site has, by its number."""
    async with newsroom.store.read() as connection:
        rows = await posts.in_states(connection, list(PostState))
        stored = await articles.some(connection, {row.article_id for row in rows})
    titles = [stored[row.article_id].article.title for row in rows]
    return Counter(_number(title) for title in titles)


def _number(title: str) -> int:
    return int(title.rpartition(" ")[2])


class House:
    """A newsroom that can be ended, also while its looks are under way, and begun again on the same database."""

    def __init__(self, folder, sources) -> None:
        self.folder, self.sources = folder, sources

    async def begin(self, now) -> None:
        database = {"DATABASE_URL": f"sqlite:///{self.folder / 'newswire.db'}"}
        settings = parse(f"[fetch]\nallow_loopback = true\n{CHANNELS}", environ=database)
        self._opened = opened(settings, folder=self.folder, clock=SetClock(now))
        self.newsroom = await self._opened.__aenter__()
        await schema.require_current(self.newsroom.store, migrate=False)

    async def end(self) -> None:
        await self._opened.__aexit__(None, None, None)

    async def look(self) -> None:
        """One look at each section."""
        await asyncio.gather(*(watch.look(self.newsroom, source) for source in self.sources))

    async def killed(self, site: Adversary) -> None:
        """A look that ends while the site owes it an answer."""
        site.answers = site.chance.randrange(1, 6)
        look = asyncio.create_task(watch.look(self.newsroom, self.sources[0]))
        owed = asyncio.create_task(site.owed.wait())
        await asyncio.wait([look, owed], return_when=asyncio.FIRST_COMPLETED)
        owed.cancel()
        look.cancel()
        await asyncio.gather(look, owed, return_exceptions=True)
        site.answers = -1
        site.owed.clear()

    async def later(self, time: timedelta) -> None:
        """Time goes by; then all is looked at."""
        self.newsroom.clock.move(time)
        await self.look()
        await changes.tick(self.newsroom)


@pytest.mark.parametrize("seed", SEEDS)
async def test_nothing_is_posted_twice_and_nothing_new_is_missed(tmp_path, seed):
    site = Adversary(seed)
    async with serving(site.answer) as address:
        site.port = int(address.rpartition(":")[2])
        for n in range(8):
            site.come(NOON - timedelta(hours=9 - n))
        house = House(
            tmp_path, [site.source(name=f"site#{n}", url=f"{address}{path}") for n, path in enumerate(SECTIONS)]
        )
        await house.begin(NOON)
        await house.look()
        for n in range(LOOKS):
            now = NOON + n * EVERY
            for _ in range(site.chance.randrange(1, 4)):
                site.act(now)
            if site.chance.random() < 0.6:
                site.new.append(site.come(now))
            if site.chance.random() < 0.3:
                await house.killed(site)
                await house.end()
                await house.begin(now)
                site.log.append("restart")
            await house.later(EVERY)
            site.log.append("look")
        site.settle()
        for _ in range(4):
            await house.later(timedelta(minutes=31))
        came = await _posted(house.newsroom)
        await house.end()
    assert came == {_number(item.title): 2 for item in site.new}, " ".join(site.log)
