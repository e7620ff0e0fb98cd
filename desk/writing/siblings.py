"""Siblings: one story in several editions is linked, posted once in each channel, and told from a duplicate."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncConnection

from db import audit, posts, sights
from db import siblings as rows
from db.store import Store
from desk.newsroom import Newsroom
from desk.writing.compose import editions
from desk.writing.lately import BACK, MOST, Lately, Recent, recent
from newswire import log
from newswire.article import Article
from newswire.likeness import WINDOW, kinship, likeness
from newswire.post import WAITING, PostState, Priority
from sources._identity import canonical

logger = log.get("newswire.desk.writing.siblings")

FLAGGED = 70
"""Per cent of likeness from which on editors are told."""

_LATELY, _MOST_LATELY = timedelta(minutes=10), 20
_CLEARLY = 0.85
_PICTURES_AT_ONCE = 6
_NAMED = "its page names it"
_OUT_OF_THE_WAY = frozenset({PostState.SKIPPED, PostState.EXPIRED, PostState.CANCELLED, PostState.RETRACTED})


@dataclass(frozen=True, slots=True)
class Kin:
    """What is known of an article's family before it is stored.

    `article` names its editions, `ids` are stored already; `like` is an article that it repeats, with the likeness.
    `seen` are all articles that were looked at: what came after them is looked at when the article is stored.
    """

    article: Article
    ids: tuple[int, ...] = ()
    because: str = ""
    like: tuple[int, int] | None = None
    seen: frozenset[int] = frozenset()


_windows: WeakKeyDictionary[Store, Lately] = WeakKeyDictionary()


# ------------------------------------------------------------------ an article comes


async def meet(newsroom: Newsroom, article: Article) -> Kin:
    """Look for the article's siblings among those of the last hours, and for one of its own edition that it repeats."""
    async with newsroom.store.read() as connection:
        return await _meet(newsroom, connection, article)


async def _meet(newsroom: Newsroom, connection: AsyncConnection, article: Article) -> Kin:
    now = newsroom.clock.now()
    window = _windows.setdefault(newsroom.store, Lately())
    await window.refresh(connection, now)
    own = recent(article, now)
    kin = Kin(article, like=_duplicate(own, window.known.values()), seen=frozenset(window.known))
    if len(editions(newsroom.settings)) < 2:  # noqa: PLR2004 - with one edition nobody has siblings
        return kin
    found, because = await _family(connection, own, window)
    return replace(kin, article=_naming_them(article, found), ids=tuple(one.id for one in found), because=because)


async def _family(connection: AsyncConnection, own: Recent, window: Lately) -> tuple[list[Article], str]:
    """The article's siblings, and how they are known."""
    known = await sights.known(connection, [f"url:{url}" for url in own.named])
    named = {one.id for one in known.values()} | {one.article.id for one in _naming(own, window.known.values())}
    taken = {window.known[n].article.edition for n in named if n in window.known} | {own.article.edition}
    alike = [one.article.id for one in _alike(own, window, taken)]
    every = set(named) | set(alike)
    for number in (*named, *alike):
        every |= {one.article_id for one in await rows.of(connection, number)}
    others = sorted(await rows.contents(connection, every - {own.article.id}), key=lambda one: one.id) if every else []
    return [one for one in others if one.edition not in ("", own.article.edition)], _NAMED if named else _ALIKE


_ALIKE = "names, numbers, pictures and time agree"


def _naming(own: Recent, others: Iterable[Recent]) -> Iterator[Recent]:
    """Those whose pages name this one as their other edition, or whose address differs in nothing but the edition."""
    for one in others:
        if one.article.edition != own.article.edition and (own.address in one.named or _twins(own, one)):
            yield one


_COUNTING = 4
"""Digits of a number that counts a site's articles."""


def _twins(one: Recent, other: Recent) -> bool:
    """`/en/post/4711` and `/az/post/4711`: one number, in folders that are named after editions."""
    first, second = _bare(one), _bare(other)
    counted = any(part[-_COUNTING:].isdecimal() and len(part) >= _COUNTING for part in first)
    return one.address != other.address and first == second and counted


def _bare(one: Recent) -> list[str]:
    return [part for part in one.address.split("/") if part not in (one.article.edition, one.article.language, "")]


def _alike(own: Recent, window: Lately, taken: Collection[str]) -> list[Recent]:
    """In each edition that is not taken yet the one article that is surely the same story, if just one is."""
    common = window.common()
    best: dict[str, list[tuple[float, Recent]]] = {}
    for one in window.known.values():
        if one.article.edition and one.article.edition not in taken and own.article.edition:
            picture = window.same_picture(own.article, one.article)
            if (sure := kinship(own.traits, one.traits, common=common, picture=picture)) > 0:
                best.setdefault(one.article.edition, []).append((sure, one))
    found = []
    for candidates in best.values():
        first, *rest = sorted(candidates, key=lambda pair: -pair[0])
        if not rest or rest[0][0] < _CLEARLY * first[0]:
            found.append(first[1])
    return found


def _duplicate(own: Recent, others: Iterable[Recent]) -> tuple[int, int] | None:
    """The article of the same edition that this one is most like, and how like it is; None where none is enough."""
    best = (0, 0)
    words = set(own.traits.title)
    for one in others:
        if one.article.edition != own.article.edition or one.address == own.address:
            continue
        other = one.traits
        if 2 * len(words & set(other.title)) < len(words) and own.traits.shingles.isdisjoint(other.shingles):
            continue
        best = max(best, (likeness(own.traits, other), one.article.id))
    return (best[1], best[0]) if best[0] >= FLAGGED else None


def _naming_them(article: Article, others: Sequence[Article]) -> Article:
    """The article, with each sibling among its alternates."""
    there = {language for language, _ in article.alternates}
    more = tuple((one.edition, one.url) for one in others if one.edition not in there)
    return replace(article, alternates=(*article.alternates, *more)) if more else article


async def with_editions(newsroom: Newsroom, article: Article) -> Article:
    """The article as it is to be written: it names the siblings that were found since, too."""
    if len(editions(newsroom.settings)) < 2:  # noqa: PLR2004 - see above
        return article
    async with newsroom.store.read() as connection:
        known = await sights.known(connection, [f"url:{canonical(article.url)}"])
        found = [s for one in known.values() for s in await rows.of(connection, one.id)]
    return _naming_them(article, [Article(url=s.url, title="", edition=s.edition) for s in found])


# ------------------------------------------------------------------ what follows from it


async def settle(newsroom: Newsroom, connection: AsyncConnection, stored: Article, kin: Kin) -> None:
    """Write down what `meet` found, in the transaction that stores the article and its posts: nothing went out yet."""
    now = newsroom.clock.now()
    kin = await _once_more(newsroom, connection, stored, kin)
    if kin.like:
        other, percent = kin.like
        await rows.flag(connection, stored.id, other, percent)
        detail = f"{percent} % like #{other}"
        await audit.record(connection, at=now, by="newswire", act="flagged", detail=detail, article_id=stored.id)
    if kin.ids:
        await _link(newsroom, connection, stored, kin.ids, kin.because)


async def _once_more(newsroom: Newsroom, connection: AsyncConnection, stored: Article, kin: Kin) -> Kin:
    """Editions often come in the same moment: whoever was stored since `meet` is looked at, too."""
    newer = await rows.recent(connection, since=newsroom.clock.now() - BACK, limit=1 + MOST)
    if kin.seen.issuperset(one.id for one in newer if one.id != stored.id):
        return kin
    again = await _meet(newsroom, connection, stored)
    return again if again.ids or again.like else kin


async def _link(
    newsroom: Newsroom, connection: AsyncConnection, article: Article, ids: Sequence[int], because: str
) -> None:
    now = newsroom.clock.now()
    await rows.link(connection, [article.id, *ids], because, now=now)
    others = ", ".join(f"#{number}" for number in ids)
    detail = f"the same story as {others}: {because}"
    await audit.record(connection, at=now, by="newswire", act="linked", detail=detail, article_id=article.id)
    for number in ids:
        await posts.redraw(connection, number)
    await _once_in_each_channel(newsroom, connection, [article.id, *ids])
    logger.info("editions linked", article=article.id, others=others, because=because)


async def _once_in_each_channel(newsroom: Newsroom, connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Of a channel's posts of one story that wait, only the one in the edition it prefers stays; none where one is out.

    What an editor sends by hand goes all the same.
    """
    family = {one.id: one for one in await rows.contents(connection, ids)}
    own = [post for number in ids for post in await posts.of_article(connection, number)]
    for channel in newsroom.settings.channel:
        here = [post for post in own if post.channel == channel.name and post.state not in _OUT_OF_THE_WAY]
        waiting = [post for post in here if post.state in WAITING and post.priority > Priority.EDITOR]
        if len(here) < 2 or not waiting:  # noqa: PLR2004 - one story, one post
            continue
        order = list(channel.editions) or editions(newsroom.settings)
        out = [post for post in here if post not in waiting]
        stays = min(out or waiting, key=lambda post: _rank(order, family[post.article_id].edition))
        for post in waiting:
            if post is not stays and family[post.article_id].edition != family[stays.article_id].edition:
                edition = family[stays.article_id].edition.upper()
                why = f"the story goes there in {edition}: #{stays.article_id}"
                await posts.move(
                    connection, post.id, PostState.SKIPPED, by="newswire", now=newsroom.clock.now(), why=why
                )


def _rank(order: Sequence[str], edition: str) -> int:
    return order.index(edition) if edition in order else len(order)


# ------------------------------------------------------------------ what is found out later


async def tick(newsroom: Newsroom) -> None:
    """Look once more at the articles of the last hours that have no siblings: their pictures may tell."""
    if len(editions(newsroom.settings)) < 2:  # noqa: PLR2004 - see above
        return
    now = newsroom.clock.now()
    window = _windows.setdefault(newsroom.store, Lately())
    async with newsroom.store.read() as connection:
        await window.refresh(connection, now)
        linked = await rows.linked(connection, list(window.known))
    alone = [one for n, one in window.known.items() if n not in linked and one.seen_at > now - WINDOW]
    version = window.version
    lately = [one for one in alone if one.seen_at > now - _LATELY and window.looked.get(one.article.id) != version]
    for one in sorted(lately, key=lambda one: one.seen_at, reverse=True)[:_MOST_LATELY]:
        # Two processes may have stored two editions in the same moment.
        await _found(newsroom, one.article, await _kin_by_words(newsroom, one, window))
        window.looked[one.article.id] = version
    pairs = [] if window.paired == version else list(islice(_worth_a_look(alone, window), _PICTURES_AT_ONCE))
    if not pairs:
        window.paired = version
    await asyncio.gather(*(window.look_at(newsroom, one.article.images[0].url) for pair in pairs for one in pair))
    for one, other in pairs:
        window.compared.add((one.article.id, other.article.id))
        if window.same_picture(one.article, other.article):
            await _found(newsroom, one.article, ([other.article], "they show the same picture"))


async def _kin_by_words(newsroom: Newsroom, one: Recent, window: Lately) -> tuple[list[Article], str]:
    async with newsroom.store.read() as connection:
        return await _family(connection, one, window)


async def _found(newsroom: Newsroom, article: Article, kin: tuple[list[Article], str]) -> None:
    others, because = kin
    if not others:
        return
    async with newsroom.store.write() as connection:
        await _link(newsroom, connection, article, [one.id for one in others], because)
        await posts.redraw(connection, article.id)
    newsroom.bell.ring("posts", "cards")


def _worth_a_look(alone: Sequence[Recent], window: Lately) -> Iterator[tuple[Recent, Recent]]:
    """Pairs of two editions that would be one story if they showed one picture."""
    common = window.common()
    for n, one in enumerate(alone):
        for other in alone[n + 1 :]:
            pair = (one.article.id, other.article.id)
            differ = one.article.edition != other.article.edition and one.article.images and other.article.images
            if differ and pair not in window.compared:
                if kinship(one.traits, other.traits, common=common, picture=True) > 0:
                    yield one, other
                else:
                    window.compared.add(pair)
