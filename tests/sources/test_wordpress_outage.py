"""More happened at a WordPress than one page of its lists shows: all of it is read, and what fails half way is read later."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from newswire.errors import SourceError
from newswire.source import Memory, Source
from sources import wordpress

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def at(minutes: float) -> str:
    return f"{NOW + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S}"


def post(number: int, written: float, modified: float | None = None) -> dict:
    return {
        "id": number,
        "link": f"https://news.example/{number}/",
        "title": {"rendered": f"Number {number}"},
        "content": {"rendered": "<p>First.</p>", "protected": False},
        "date_gmt": at(written),
        "modified_gmt": at(written if modified is None else modified),
    }


class Blog:
    """A REST API that narrows, sorts and pages as WordPress does. Questions with `fails(query)` get a 503."""

    def __init__(self, site, fetcher) -> None:
        self.posts, self.asked, self.links = [], [], True
        self.fails = lambda query: False
        self.old = False
        self._site, self._fetcher, self._memory = site, fetcher, Memory()
        site.on("/wp-json/wp/v2/posts", self._answer)

    async def _answer(self, request):
        query = dict(request.query)
        self.asked.append(query)
        if self.fails(query):
            return web.Response(status=503)
        rows = list(self.posts)
        if "include" in query:
            rows = [row for row in rows if str(row["id"]) in query["include"].split(",")]
        if not self.old:
            rows = [row for row in rows if row["modified_gmt"] + "Z" > query.get("modified_after", "")]
            rows = [row for row in rows if row["modified_gmt"] + "Z" < query.get("modified_before", "9")]
        name = {"id": "id", "modified": "modified_gmt"}.get(query.get("orderby", ""), "date_gmt")
        rows.sort(key=lambda row: row[name], reverse=query.get("order", "desc") == "desc")
        many, page = int(query["per_page"]), int(query.get("page", "1"))
        pages = max(1, -(-len(rows) // many))
        if page > pages:
            return web.json_response({"code": "rest_post_invalid_page_number"}, status=400)
        goes_on = {"Link": f'<{request.url.with_query(page=page + 1)}>; rel="next"'} if page < pages else {}
        shown = rows[(page - 1) * many : page * many]
        headers = goes_on if self.links else {}
        return web.Response(text=json.dumps(shown), content_type="application/json", headers=headers)

    async def look(self, minutes: float = 0):
        source = Source(name="w", url=f"{self._site.base}/wp-json/wp/v2/posts", kind="wordpress")
        self._sight = await wordpress.poll(self._fetcher, source, self._memory, now=NOW + timedelta(minutes=minutes))
        self._memory = self._sight.memory
        return [int(article.title.removeprefix("Number ")) for article in self._sight.articles or ()]

    async def looks(self, minutes: float):
        """Looks until one brings nothing: the numbers of what came, each as often as it came."""
        came, more = [], await self.look(minutes)
        while more:
            came, more = came + more, await self.look(minutes)
        return sorted(came)


@pytest.fixture
async def blog(site, fetcher):
    """A blog that was looked at when it had forty posts."""
    made = Blog(site, fetcher)
    made.posts = [post(n, n - 2000) for n in range(1, 41)]
    await made.look()
    return made


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("seconds_apart", [60, 0.5, 0.001])
async def test_all_that_came_while_nobody_looked_is_read_once(blog, seconds_apart, links):
    blog.links = links
    blog.posts += [post(n, n * seconds_apart / 60) for n in range(100, 450)]
    assert await blog.looks(1000) == list(range(100, 450))


async def test_a_look_reads_no_more_than_a_few_pages_and_whole_posts(blog):
    blog.posts += [post(n, n) for n in range(100, 1600)]
    blog.asked.clear()
    came = await blog.look(2000)
    assert len(came) == wordpress.MOST_WHOLE
    assert len(blog.asked) <= 1 + 2 * wordpress.MOST_PAGES + wordpress.MOST_WHOLE / wordpress.AT_ONCE + 1
    assert sorted(came + await blog.looks(2000)) == list(range(100, 1600))


async def test_old_posts_that_were_edited_while_nobody_looked_are_read_too(blog):
    blog.posts += [post(n, -9000, modified=n) for n in range(100, 350)]
    assert await blog.looks(1000) == list(range(100, 350))


async def test_posts_put_off_that_came_out_without_being_modified_are_read_too(blog):
    blog.posts += [post(n, n, modified=-9000) for n in range(100, 250)]
    assert await blog.looks(1000) == list(range(100, 250))


@pytest.mark.parametrize("failing", range(12))
async def test_whichever_question_fails_nothing_is_lost(blog, failing):
    """Of all questions that a look asks after an outage, one after the other is not answered."""
    blog.posts += [post(n, n) for n in range(100, 350)]
    begun = len(blog.asked)
    blog.fails = lambda query: len(blog.asked) - begun == failing + 1
    try:
        came = await blog.look(1000)
    except SourceError:
        came = []
    blog.fails = lambda query: False
    assert sorted(came + await blog.looks(1000)) == list(range(100, 350))


async def test_a_page_of_edits_that_fails_each_time_is_passed_by_nothing(blog):
    """The page fails for a while; what was published meanwhile is read when it answers, and what was read stays read."""
    blog.posts += [post(n, -9000, modified=n) for n in range(100, 350)]
    blog.fails = lambda query: query.get("modified_after", "") > f"{at(150)}Z"
    came = await blog.look(1000)
    assert came
    with pytest.raises(SourceError):
        await blog.look(1000)
    blog.posts.append(post(900, 990))
    blog.fails = lambda query: False
    assert sorted(came + await blog.looks(1000)) == [*range(100, 350), 900]


async def test_a_post_that_is_listed_and_never_given_is_let_go(blog):
    blog.posts += [post(n, n - 3000) for n in range(100, 105)]
    blog._memory.extra["owed"]["77"] = 0
    for _ in range(6):
        await blog.look(1)
    assert blog._memory.extra["owed"] == {}


async def test_an_outage_at_an_older_wordpress_is_read_page_by_page(blog):
    blog.old = True
    blog.posts += [post(n, -9000, modified=n) for n in range(100, 350)]
    assert await blog.looks(1000) == list(range(100, 350))
    assert await blog.looks(1001) == []


async def test_what_an_earlier_version_remembered_is_enough(blog):
    for name in ("after", "owed"):
        del blog._memory.extra[name]
    blog.posts += [post(n, n) for n in range(100, 350)]
    assert await blog.looks(1000) == list(range(100, 350))
