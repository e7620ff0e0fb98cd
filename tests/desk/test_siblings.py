"""One story in several editions: linked, posted once in each channel, with buttons; told twice: flagged."""

import asyncio
import io
import random
from datetime import timedelta

import pytest
from aiohttp import web
from PIL import Image as Picture
from PIL import ImageDraw
from support.desk import NOON

from db import articles, audit, posts
from db import siblings as rows
from desk.carrying import deliver
from desk.watching import intake
from desk.writing import drafting, siblings
from desk.writing.lately import picture_hash
from newswire.article import Article, Image
from newswire.likeness import same_picture
from newswire.post import PostState, Priority

THREE = """
[[source]]
name = "site-en"
edition = "en"
feeds = ["https://news.example/en/rss"]

[[source]]
name = "site-ru"
edition = "ru"
feeds = ["https://news.example/rss"]

[[source]]
name = "site-az"
edition = "az"
feeds = ["https://news.example/az/rss"]

[[channel]]
name = "tg-en"
type = "dry_run"
edition = "en"

[[channel]]
name = "tg-ru"
type = "dry_run"
edition = "ru"

[[channel]]
name = "tg-all"
type = "dry_run"
edition = ["en", "ru"]
"""
EN = Article(
    url="https://news.example/en/post/4711",
    title="Azerbaijan and Turkey sign 23 agreements in Ankara",
    lead="President Ilham Aliyev and Recep Tayyip Erdogan signed 23 documents worth $1.4 billion.",
    edition="en",
    published_at=NOON,
)
RU = Article(
    url="https://news.example/post/podpisali-v-ankare",
    title="Азербайджан и Турция подписали в Анкаре 23 соглашения",
    lead="Президент Ильхам Алиев и Реджеп Тайип Эрдоган подписали 23 документа на 1,4 миллиарда долларов.",
    edition="ru",
    published_at=NOON - timedelta(minutes=20),
)


@pytest.fixture
async def serve():
    """`await serve({path: bytes})`: the address of a server that has these pictures."""
    runners = []

    async def one(files: dict[str, bytes]) -> str:
        async def give(request: web.Request) -> web.Response:
            return web.Response(body=files.get(request.path, b""), content_type="image/jpeg")

        app = web.Application()
        app.router.add_get("/{path:.*}", give)
        runners.append(runner := web.AppRunner(app, access_log=None))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield one
    for runner in runners:
        await runner.cleanup()


async def _take(newsroom, *some: Article, **more):
    return [(await intake.take_in(newsroom, one, by="test", **more)).article for one in some]


async def _family(newsroom, article: Article):
    async with newsroom.store.read() as connection:
        return [(one.article_id, one.edition) for one in await rows.of(connection, article.id)]


async def _states(newsroom, article: Article):
    async with newsroom.store.read() as connection:
        return {post.channel: post.state for post in await posts.of_article(connection, article.id)}


async def _post(newsroom, article: Article, channel: str):
    async with newsroom.store.read() as connection:
        return next(p for p in await posts.of_article(connection, article.id) if p.channel == channel)


async def test_two_editions_are_linked_by_names_and_numbers(make):
    newsroom = await make(THREE)
    ru, en = await _take(newsroom, RU, EN)
    assert await _family(newsroom, en) == [(ru.id, "ru")]
    assert await _family(newsroom, ru) == [(en.id, "en")]


async def test_a_page_that_names_its_other_edition_is_believed(make):
    newsroom = await make(THREE)
    quiet = Article(url="https://news.example/ru/x", title="Погода", edition="ru", published_at=NOON)
    naming = Article(
        url="https://news.example/en/y",
        title="Weather",
        edition="en",
        alternates=(("ru", "http://news.example/ru/x/"),),
    )
    ru, en = await _take(newsroom, quiet, naming)
    assert await _family(newsroom, en) == [(ru.id, "ru")]


async def test_an_earlier_page_may_name_the_one_that_comes_later(make):
    newsroom = await make(THREE)
    naming = Article(
        url="https://news.example/en/y",
        title="Weather",
        edition="en",
        alternates=(("ru", "https://news.example/ru/x"),),
    )
    en, ru = await _take(newsroom, naming, Article(url="https://news.example/ru/x", title="Погода", edition="ru"))
    assert await _family(newsroom, en) == [(ru.id, "ru")]


async def test_one_number_in_the_folders_of_two_editions_is_one_story(make):
    newsroom = await make(THREE)
    one = Article(url="https://news.example/en/news/18265", title="Weather", edition="en")
    two = Article(url="https://news.example/az/news/18265", title="Hava", edition="az")
    three = Article(url="https://news.example/ru/news/18266", title="Погода", edition="ru")
    en, az, ru = await _take(newsroom, one, two, three)
    assert await _family(newsroom, en) == [(az.id, "az")]
    assert await _family(newsroom, ru) == []


async def test_a_channel_of_several_editions_has_one_post_of_a_story_in_the_one_it_prefers(make):
    newsroom = await make(THREE)
    ru, en = await _take(newsroom, RU, EN)
    assert await _states(newsroom, ru) == {"tg-ru": PostState.SCHEDULED, "tg-all": PostState.SKIPPED}
    assert await _states(newsroom, en) == {"tg-en": PostState.SCHEDULED, "tg-all": PostState.SCHEDULED}
    assert (await _post(newsroom, ru, "tg-all")).reason == f"the story goes there in EN: #{en.id}"


async def test_editions_that_come_in_the_same_moment_find_each_other(make):
    newsroom = await make(THREE)
    both = await asyncio.gather(*(intake.take_in(newsroom, one, by="test") for one in (RU, EN)))
    ru, en = (taken.article for taken in both)
    assert await _family(newsroom, en) == [(ru.id, "ru")]
    assert (await _states(newsroom, ru))["tg-all"] is PostState.SKIPPED


async def test_what_is_out_already_stays_and_the_later_edition_is_left_out(make):
    newsroom = await make(THREE)
    [ru] = await _take(newsroom, RU)
    for claim in (await deliver.claim(newsroom, 10)).claims:
        await deliver.deliver(newsroom, claim)
    [en] = await _take(newsroom, EN)
    assert (await _states(newsroom, ru))["tg-all"] is PostState.PUBLISHED
    assert await _states(newsroom, en) == {"tg-en": PostState.SCHEDULED, "tg-all": PostState.SKIPPED}


async def test_what_an_editor_posts_by_hand_goes_all_the_same(make):
    newsroom = await make(THREE)
    [en] = await _take(newsroom, EN)
    [ru] = await _take(newsroom, RU, priority=Priority.EDITOR)
    assert (await _states(newsroom, ru))["tg-all"] is PostState.SCHEDULED
    assert (await _states(newsroom, en))["tg-all"] is PostState.SKIPPED, "and it is one post all the same"


async def test_another_story_of_the_same_hour_is_posted_too(make):
    newsroom = await make(THREE)
    other = Article(url="https://news.example/post/2", title="Цены на хлеб выросли", edition="ru", published_at=NOON)
    en, ru = await _take(newsroom, EN, other)
    assert await _family(newsroom, en) == []
    assert (await _states(newsroom, ru))["tg-all"] is PostState.SCHEDULED


async def test_the_post_has_buttons_to_the_other_editions_it_knows(make):
    newsroom = await make(
        THREE.replace('type = "dry_run"\nedition = "en"', 'type = "dry_run"\nedition = "en"\nutm = { source = "tg" }')
    )
    ru, en = await _take(newsroom, RU, EN)
    labels = [[button.label for button in row] for row in (await _post(newsroom, en, "tg-en")).message.buttons]
    assert labels[-1:] == [["RU"]]
    assert (await _post(newsroom, en, "tg-en")).message.buttons[-1][0].value == f"{RU.url}?utm_source=tg"
    assert ["EN"] not in [[b.label for b in row] for row in (await _post(newsroom, ru, "tg-ru")).message.buttons]
    again = (await drafting.write(newsroom, ru, [newsroom.channel("tg-ru")]))[0].message
    assert [b.label for b in again.buttons[-1]] == ["EN"], "the button comes with the next edit"


async def test_of_two_that_are_as_likely_none_is_linked(make):
    newsroom = await make(THREE)
    twice = Article(**{**RU.to_json(), "url": f"{RU.url}-2", "published_at": NOON, "images": (), "modified_at": None})
    _, _, en = await _take(newsroom, RU, twice, EN)
    assert await _family(newsroom, en) == []


AGENCY = (
    "The foreign ministers met in Geneva on Tuesday and agreed to open two border crossings by spring, officials said. "
    "The talks lasted for six hours. A joint statement is expected in the evening. The crossings will serve lorries first "
    "and passenger cars from July on."
)


async def test_the_same_agency_story_twice_is_flagged_with_its_likeness(make):
    newsroom = await make()
    first = Article(
        url="https://news.example/1", title="Ministers agree to open two crossings", lead=AGENCY, edition="en"
    )
    again = Article(url="https://news.example/2", title="Ministers agree to open crossings", lead=AGENCY, edition="en")
    one, two = await _take(newsroom, first, again)
    async with newsroom.store.read() as connection:
        found = await rows.alike(connection, two.id)
        assert await rows.alike(connection, one.id) is None
        told = [e.detail for e in await audit.of_article(connection, two.id) if e.act == "flagged"]
    assert (found.article_id, found.title) == (one.id, first.title)
    assert found.percent > 90
    assert told == [f"{found.percent} % like #{one.id}"]


async def test_a_match_the_other_way_round_is_no_duplicate(make):
    newsroom = await make()
    one = Article(url="https://news.example/1", title="Sabah beats Neftchi 2-1", edition="en")
    two = Article(url="https://news.example/2", title="Neftchi beats Sabah 2-1", edition="en")
    _, second = await _take(newsroom, one, two)
    async with newsroom.store.read() as connection:
        assert await rows.alike(connection, second.id) is None


def _photo(*, size: int = 320, quality: int = 90, motif: int = 1) -> bytes:
    drawn = Picture.new("RGB", (320, 200), (40, 90, 160))
    pen, chance = ImageDraw.Draw(drawn), random.Random(motif)
    for _ in range(9):
        x, y, wide = chance.randrange(260), chance.randrange(150), chance.randrange(40, 120)
        pen.ellipse((x, y, x + wide, y + wide), fill=tuple(chance.randrange(256) for _ in range(3)))
    out = io.BytesIO()
    drawn.resize((size, size * 5 // 8)).save(out, "JPEG", quality=quality)
    return out.getvalue()


def test_a_picture_is_known_in_another_size_and_quality_and_another_one_is_not():
    first = picture_hash(_photo())
    assert same_picture(first, picture_hash(_photo(size=120, quality=40)))
    assert not same_picture(first, picture_hash(_photo(motif=2)))
    out = io.BytesIO()
    Picture.new("RGB", (50, 50), "white").save(out, "PNG")
    assert picture_hash(out.getvalue()) is None, "a plain one shows nothing"


@pytest.mark.parametrize(("motif", "linked"), [(1, True), (2, False)])
async def test_the_same_picture_links_later_what_words_left_open(make, serve, motif, linked):
    newsroom = await make(THREE)
    base = await serve({"/a.jpg": _photo(), "/b.jpg": _photo(size=120, quality=50, motif=motif)})
    one = Article(
        url=f"{base}/1",
        title="A bridge in Shusha is open",
        lead="Aliyev was there.",
        edition="en",
        published_at=NOON,
        images=(Image(url=f"{base}/a.jpg"),),
    )
    two = Article(
        url=f"{base}/2",
        title="Открыт мост в Шуше",
        lead="Там был и Алиев.",
        edition="ru",
        published_at=NOON,
        images=(Image(url=f"{base}/b.jpg"),),
    )
    en, ru = await _take(newsroom, one, two)
    assert await _family(newsroom, en) == []
    await siblings.tick(newsroom)
    assert await _family(newsroom, en) == ([(ru.id, "ru")] if linked else [])
    assert (await _states(newsroom, ru))["tg-all"] is (PostState.SKIPPED if linked else PostState.SCHEDULED)


async def test_a_newsroom_of_one_edition_has_no_siblings(make):
    newsroom = await make()
    first, _ = await _take(newsroom, EN, RU)
    await siblings.tick(newsroom)
    assert await _family(newsroom, first) == []


async def test_what_was_known_before_a_restart_is_found_after_it(make):
    await _take(await make(THREE), RU)
    newsroom = await make(THREE)
    [en] = await _take(newsroom, EN)
    assert [edition for _, edition in await _family(newsroom, en)] == ["ru"]
    async with newsroom.store.read() as connection:
        assert (await articles.get(connection, en.id)).article.alternates == (("ru", RU.url),)


async def test_what_was_looked_at_is_looked_at_again_only_when_something_new_has_come(make, monkeypatch):
    newsroom = await make(THREE)
    looked = []
    by_words = siblings._kin_by_words

    async def counted(newsroom, one, window):
        looked.append(one.article.id)
        return await by_words(newsroom, one, window)

    monkeypatch.setattr(siblings, "_kin_by_words", counted)
    other = Article(url="https://news.example.com/en/tea", title="Tea is picked early", edition="en", published_at=NOON)
    [other] = await _take(newsroom, other)
    for _ in range(3):
        await siblings.tick(newsroom)
    assert looked == [other.id]
    [en] = await _take(newsroom, EN)
    for _ in range(3):
        await siblings.tick(newsroom)
    assert sorted(looked) == [other.id, other.id, en.id]
