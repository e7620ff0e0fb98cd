"""The invented newsroom: it keeps the stories and publishes, edits, moves and removes them."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.site.editions import Edition, editions
from sandbox.site.plots import Plot, Telling, plots, tell
from sandbox.site.story import QUIRKS, Story, slug_of
from sandbox.world import World

BASELINE = 12
EDITABLE = frozenset({"title", "lead", "body", "section", "author", "picture", "tags", "quirks"})
_CHANCES = {
    "no_description": 0.08,
    "no_author": 0.12,
    "no_date": 0.08,
    "cdata": 0.3,
    "content": 0.3,
    "published_time": 0.6,
    "json_ld": 0.5,
    "alt": 0.7,
    "figure": 0.4,
}


class Newsroom:
    """Stories in several editions, invented from `plots`; the same `seed` invents the same ones.

    `base_url` (scheme and host, no slash at the end) stands before the addresses told to the world;
    empty, they are paths.
    """

    def __init__(
        self,
        world: World,
        *,
        name: str = "Caspian Lantern",
        zone: str = "Asia/Baku",
        editions: Iterable[str] = ("en", "ru", "hy"),
        every: float = 8.0,
        base_url: str = "",
        seed: int = 1,
    ) -> None:
        self.world = world
        self.name = name
        self.zone = ZoneInfo(zone)
        self.every = every
        self.base_url = base_url.rstrip("/")
        self.editions: dict[str, Edition] = _chosen(editions)
        self.stories: list[Story] = []
        self.changed: dict[str, datetime] = dict.fromkeys(self.editions, self.now())
        self._rng = random.Random(seed)
        self._deck: list[Plot] = []
        self._pending: deque[tuple[str, Telling, int]] = deque(maxlen=60)
        self._titles: set[tuple[str, str]] = set()
        self._paths: dict[tuple[str, str], Story] = {}
        self._groups = 0
        self._guids = 1
        self._write_baseline()

    def now(self) -> datetime:
        """The world's time."""
        return datetime.fromtimestamp(self.world.now(), UTC)

    async def run(self) -> None:
        """Publish a new article every `every` seconds, until cancelled."""
        while True:
            await asyncio.sleep(self.every)
            self.publish()

    # what an editor does

    def publish(self, edition: str | None = None, **overrides: Any) -> Story:
        """Publish the next article: of `edition`, or of the one whose turn it is.

        `overrides` are fields of `Story`. Raises `ValueError` for an edition, section or field the site has not.
        """
        story = self._add(edition, overrides)
        self._tell("publish", story)
        return story

    def edit(self, id: int, **changes: Any) -> Story:  # noqa: A002 - the field's own name
        """Change what readers see of an article (`EDITABLE`); its address and its time of publication stay."""
        story = self.story(id)
        if unknown := changes.keys() - EDITABLE:
            raise ValueError(
                f"an edit cannot change {', '.join(sorted(unknown))}; it can: {', '.join(sorted(EDITABLE))}"
            )
        self._check(changes)
        before = story.title
        for field, value in changes.items():
            setattr(story, field, value)
        self._touch(story)
        self._tell("edit", story, before=before)
        return story

    def remove(self, id: int, status: int = 404) -> Story:  # noqa: A002 - the field's own name
        """Take an article down: its page answers `status` (404 or 410) from now on, lists and feeds forget it."""
        story = self.story(id)
        story.gone = status
        self._touch(story)
        self._tell("remove", story, status=status)
        return story

    def redate(self, id: int, published_at: datetime | None = None) -> Story:  # noqa: A002 - the field's own name
        """Give an article another time of publication (now, when none is given), as some sites do to lift it up."""
        story = self.story(id)
        story.published_at = published_at or self.now()
        self._touch(story)
        self._tell("redate", story)
        return story

    def move(self, id: int, slug: str = "") -> Story:  # noqa: A002 - the field's own name
        """Give an article another slug (made from its title when empty); the old address redirects to the new one."""
        story = self.story(id)
        story.slug = self._free_slug(story.edition, slug or f"{self._slug(story)}-{story.id}")
        self._paths[story.edition, story.slug] = story
        self._touch(story)
        self._tell("move", story)
        return story

    def reguid(self) -> None:
        """Give every article another guid, as a change of publishing software does."""
        self._guids += 1
        for story in self.stories:
            story.guid = self._guid(story.id)
        for edition in self.editions:
            self.changed[edition] = self.now()
            self.world.tell("site", "reguid", edition)

    # what can be asked

    def story(self, id: int) -> Story:  # noqa: A002 - the field's own name
        """The article numbered `id`, or `KeyError`."""
        if 1 <= id <= len(self.stories):
            return self.stories[id - 1]
        raise KeyError(f"no article {id}; there are {len(self.stories)}")

    def at(self, edition: str, slug: str) -> Story | None:
        """The article at an address of the site, present or former."""
        return self._paths.get((edition, slug))

    def latest(self, edition: str, section: str = "", limit: int = 30) -> list[Story]:
        """The newest articles that are not gone, newest first."""
        found = [s for s in self.stories if s.edition == edition and not s.gone and section in ("", s.section)]
        return sorted(found, key=lambda s: (s.published_at, s.id), reverse=True)[:limit]

    def siblings(self, story: Story) -> list[Story]:
        """The same story in every edition that has it and shows it."""
        return [s for s in self.stories if s.group == story.group and not s.gone]

    def path(self, story: Story) -> str:
        """The article's path on the site."""
        return f"/site{self.editions[story.edition].prefix}/post/{story.slug}"

    # how a story comes to be

    def _write_baseline(self) -> None:
        age = timedelta()
        ages = [age := age + timedelta(minutes=self._rng.randint(17, 61)) for _ in range(BASELINE)]
        for age in reversed(ages):
            for edition in self.editions:
                at = self.now() - age + timedelta(minutes=self._rng.randint(0, 11), seconds=self._rng.randint(0, 59))
                self._add(edition, {"published_at": at, "modified_at": at, "views": self._rng.randint(40, 900)})

    def _add(self, edition: str | None, overrides: dict[str, Any]) -> Story:
        if edition is not None and edition not in self.editions:
            raise ValueError(f"no edition {edition}; there are {', '.join(self.editions)}")
        if unknown := overrides.keys() - set(Story.__dataclass_fields__) | overrides.keys() & {"id", "edition"}:
            raise ValueError(f"publish takes no {', '.join(sorted(unknown))}")
        self._check(overrides)
        code, telling, group = self._next(edition)
        story = Story(**{**self._invent(self.editions[code], telling), "group": group, **overrides})
        story.slug = self._free_slug(code, story.slug or self._slug(story))
        self.stories.append(story)
        self._paths[code, story.slug] = story
        self.changed[code] = max(self.changed[code], story.modified_at)
        return story

    def _invent(self, edition: Edition, telling: Telling) -> dict[str, Any]:
        shared = random.Random(telling.seed)
        wording, now, number = telling.write(edition), self.now(), len(self.stories) + 1
        flag = f" {shared.choice(edition.flags)}" if shared.random() < 0.2 and len(wording.title) < 90 else ""
        return {
            "id": number,
            "edition": edition.code,
            "section": telling.plot.section,
            "title": wording.title + flag,
            "lead": wording.lead,
            "body": wording.body,
            "author": edition.authors[shared.randrange(len(edition.authors))],
            "slug": "",
            "published_at": now,
            "modified_at": now,
            "guid": self._guid(number),
            "picture": shared.randrange(10**6),
            "tags": (edition.places[telling.places[0]],),
            "quirks": frozenset(quirk for quirk in QUIRKS if self._rng.random() < _CHANCES[quirk]),
        }

    def _next(self, edition: str | None) -> tuple[str, Telling, int]:
        """The edition, the story and its group: one that waits for translation, or else a new one."""
        for waiting in self._pending:
            if edition in (None, waiting[0]):
                self._pending.remove(waiting)
                return waiting
        telling = self._draw(edition)
        self._groups += 1
        codes = [code for code in self.editions if code in telling.plot.wordings]
        self._rng.shuffle(codes)
        first = edition or codes[0]
        self._pending.extend((code, telling, self._groups) for code in codes if code != first)
        return first, telling, self._groups

    def _draw(self, edition: str | None) -> Telling:
        """A plot that `edition` has, told in a way that gives no headline a second time."""
        wanted = {edition} if edition else set(self.editions)
        while True:
            if not self._deck:
                self._deck = list(plots())
                self._rng.shuffle(self._deck)
            plot = self._deck.pop()
            if not wanted & plot.wordings.keys():
                continue
            telling = tell(plot, self._rng, len(next(iter(self.editions.values())).places))
            titles = {(c, telling.write(e).title) for c, e in self.editions.items() if c in plot.wordings}
            if not titles & self._titles:
                self._titles |= titles
                return telling

    def _slug(self, story: Story) -> str:
        return slug_of(story.title, self.editions[story.edition].latin)

    def _free_slug(self, edition: str, wish: str) -> str:
        slug, number = wish, 1
        while (edition, slug) in self._paths:
            number += 1
            slug = f"{wish}-{number}"
        return slug

    def _guid(self, number: int) -> str:
        return f"lantern-{self._guids}-{number}"

    def _check(self, fields: dict[str, Any]) -> None:
        known = next(iter(self.editions.values())).sections
        if (section := fields.get("section", "world")) not in known:
            raise ValueError(f"no section {section}; there are {', '.join(known)}")

    def _touch(self, story: Story) -> None:
        story.revision += 1
        story.modified_at = self.changed[story.edition] = self.now()

    def _tell(self, kind: str, story: Story, **detail: Any) -> None:
        path = self.path(story)
        detail |= {"id": story.id, "title": story.title, "url": self.base_url + path, "path": path}
        self.world.tell("site", kind, story.edition, section=story.section, **detail)


def _chosen(codes: Iterable[str]) -> dict[str, Edition]:
    known, wanted = editions(), tuple(codes)
    if unknown := [code for code in wanted if code not in known]:
        raise ValueError(f"no edition {', '.join(unknown)}; there are {', '.join(known)}")
    return {code: known[code] for code in wanted}
