"""WordPress' REST API in the shapes that sites give it; the real one is in tests/acceptance."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from newswire.article import Image
from newswire.errors import SourceError
from newswire.source import Memory, Source
from sources import wordpress

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def post(number=1, **more):
    return {
        "id": number,
        "link": f"https://news.example/{number}/",
        "guid": {"rendered": f"https://news.example/?p={number}"},
        "title": {"rendered": "Port &#8211; opens"},
        "content": {"rendered": "<p>First.</p>\n<p>Second &amp; last.</p><p>Share</p>", "protected": False},
        "excerpt": {"rendered": "<p>First. Second [&hellip;]</p>"},
        "date_gmt": "2026-11-24T10:00:00",
        "modified_gmt": "2026-11-24T11:00:00",
    } | more


EMBEDDED = {
    "author": [{"code": "rest_user_invalid_id", "message": "no"}, {"name": "Anna Ray"}],
    "wp:term": [
        [{"taxonomy": "post_tag", "name": "ships"}],
        [{"taxonomy": "category", "name": "Ports &amp; Sea"}, {"taxonomy": "other", "name": "x"}, None],
    ],
    "wp:featuredmedia": [
        {"code": "rest_forbidden"},
        {
            "source_url": "https://news.example/1.webp",
            "mime_type": "image/webp",
            "alt_text": "A crane",
            "caption": {"rendered": "<p>A crane at work</p>"},
            "media_details": {"width": 1200, "height": 630},
        },
    ],
}


@pytest.fixture
def blog(site, fetcher):
    """`await blog(posts)`: a look at a site that has these posts; what was asked is in `blog.asked`."""

    async def look(posts, *, memory=None, path="/", wrap=json.dumps, now=NOW):
        async def home(request):
            return web.Response(
                text="<html></html>",
                content_type="text/html",
                headers={"Link": f'<{site.base}/?rest_route=/>; rel="https://api.w.org/"'},
            )

        async def answer(request):
            if "rest_route" not in request.query:
                return await home(request)
            look.asked.append(dict(request.query))
            wanted = request.query.get("include")
            rows = [one for one in posts if not wanted or str(one["id"]) in wanted.split(",")]
            return web.Response(text=wrap(rows), content_type="application/json")

        site.on("/", answer)
        source = Source(name="w", url=site.base + path, kind="wordpress", zone=ZoneInfo("Asia/Baku"))
        return await wordpress.poll(fetcher, source, memory or Memory(), now=now)

    look.asked = []
    return look


async def test_a_post_becomes_an_article(blog):
    sight = await blog([post(_embedded=EMBEDDED)])
    (article,) = sight.articles
    assert (article.title, article.url, article.guid) == (
        "Port – opens",
        "https://news.example/1/",
        "https://news.example/?p=1",
    )
    assert (article.lead, article.body) == ("First.", "First.\n\nSecond & last.")
    assert (article.author, article.categories) == ("Anna Ray", ("Ports & Sea", "ships"))
    assert article.images == (
        Image(url="https://news.example/1.webp", alt="A crane", caption="A crane at work", width=1200, height=630),
    )
    assert article.published_at == datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert article.modified_at == datetime(2026, 11, 24, 11, tzinfo=UTC)
    assert blog.asked[0]["rest_route"] == "/wp/v2/posts"


@pytest.mark.parametrize(
    ("excerpt", "lead"),
    [
        ("<p>Somebody wrote this.</p>", "Somebody wrote this."),
        ("<p>First. Second &amp; last.</p>", "First."),
        ("First. Sec&hellip; <a href=x>Continue reading <span>Port</span></a>", "First."),
        ("", "First."),
    ],
)
async def test_the_lead_is_what_somebody_wrote_or_the_first_paragraph(blog, excerpt, lead):
    assert (await blog([post(excerpt={"rendered": excerpt})])).articles[0].lead == lead


async def test_a_post_with_a_password_is_nobodys_business(blog):
    assert (await blog([post(content={"rendered": "", "protected": True})])).articles == ()


async def test_a_picture_of_the_text_stands_in_for_a_featured_one(blog):
    sight = await blog([post(content={"rendered": '<p>x</p><img src="/a.jpg"><img src="/b.jpg">'})])
    assert [image.url for image in sight.articles[0].images] == ["https://news.example/a.jpg"]


async def test_nothing_new_is_two_small_questions(blog):
    first = await blog([post(n) for n in range(1, 4)])
    blog.asked.clear()
    second = await blog([post(n) for n in range(1, 4)], memory=first.memory)
    assert second.articles is None
    assert [(one.get("orderby"), "_embed" in one) for one in blog.asked] == [("date", False), ("modified", False)]
    assert blog.asked[1]["modified_after"] == "2026-11-24T10:59:59Z"


async def test_an_older_wordpress_that_knows_no_modified_after_floods_nothing(blog):
    old = [post(n, modified_gmt="2026-01-01T00:00:00", date_gmt="2026-01-01T00:00:00") for n in range(2, 9)]
    first = await blog([post(1)])
    second = await blog([post(1), *old], memory=first.memory)
    assert sorted(article.url for article in second.articles) == [f"https://news.example/{n}/" for n in range(2, 9)]
    assert (await blog([post(1), *old], memory=second.memory)).articles is None


async def test_what_was_modified_in_this_very_second_is_read_again_at_the_next_look(blog):
    fresh = post(modified_gmt="2026-11-24T12:00:00")
    first = await blog([fresh])
    second = await blog([fresh], memory=first.memory)
    assert len(second.articles) == 1


async def test_a_post_that_is_listed_but_not_given_is_asked_for_again(blog):
    def wrap(rows):
        return json.dumps([row for row in rows if len(rows) > 1 or row["id"] != 2])

    first = await blog([post(1)])
    held = await blog([post(1), post(2)], memory=first.memory, wrap=wrap)
    assert held.articles is None
    assert len((await blog([post(1), post(2)], memory=held.memory)).articles) == 1


async def test_warnings_that_plug_ins_print_before_the_answer_are_passed_over(blog):
    sight = await blog([post()], wrap=lambda rows: "<b>Warning</b>: x in y.php\n" + json.dumps(rows))
    assert len(sight.articles) == 1


@pytest.mark.parametrize("text", ["<html>maintenance</html>", "", "{}", '["x", 1, {"id": "1"}, null]', "[" * 100_000])
async def test_an_answer_that_lists_no_posts_is_said_or_is_empty(blog, text):
    try:
        assert (await blog([], wrap=lambda _: text)).articles == ()
    except SourceError as error:
        assert "answers with something that is no" in str(error)  # noqa: PT017 - either is right


async def test_a_site_without_an_api_is_told_what_to_do(site, fetcher):
    url = site.put("/", "<html></html>", "text/html")
    with pytest.raises(SourceError, match=r'names no WordPress REST API.*kind = "feed"'):
        await wordpress.poll(fetcher, Source(name="w", url=url), Memory(), now=NOW)


async def test_a_collection_of_the_api_can_be_named_itself(site, fetcher):
    url = site.put("/wp-json/wp/v2/news", json.dumps([post()]), "application/json") + "?lang=en"
    sight = await wordpress.poll(fetcher, Source(name="w", url=url), Memory(), now=NOW)
    assert len(sight.articles) == 1
    assert all(request.query["lang"] == "en" for request in site.seen)


async def test_odd_values_become_no_errors(blog):
    odd = post(title=None, excerpt=5, guid=[], _embedded={"author": 5, "wp:term": [1, [2]], "wp:featuredmedia": {}})
    (article,) = (await blog([odd])).articles
    assert article.title == "First."
