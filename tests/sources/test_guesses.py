"""Pages that tell machines little: what stands near the headline, and what older names of metadata say."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from newswire.errors import SourceError
from newswire.source import Source
from sources import article_page

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TEXT = "".join(
    f"<p>The port has opened berth {n}, three hundred metres long and deep enough for the largest ships.</p>"
    for n in range(5)
)


@pytest.fixture
def read(answered):
    """Read the page of a newsroom in Baku without fetching it."""

    def reading(body="", head="", headline="<h1>Port opens</h1>"):
        page = f"<html><head>{head}</head><body><div>{headline}{body}</div>{TEXT}</body></html>"
        source = Source(name="wire", url="https://news.example/rss.xml", zone=ZoneInfo("Asia/Baku"))
        return article_page.read_page(answered(page, "https://news.example/1"), source, NOW)

    return reading


MINUTE = datetime(2026, 6, 25, 13, 24, tzinfo=UTC)
DAY = datetime(2026, 6, 24, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "moment"),
    [
        ("<span class='article-date'>25 Iyun 2026 17:24</span>", MINUTE),
        ("<p class='posted-on'>Posted on June 25, 2026 at 5:24 PM</p>", MINUTE),
        ("<time>25.06.2026, 17:24</time>", MINUTE),
        ("<div><span class=day-date>25 June 2026</span><i class='time'>25 June 2026, 17:24</i></div>", MINUTE),
        ("<abbr class='published' title='2026-06-25T17:24:00+04:00'>today</abbr>", MINUTE),
        ("<div class='elementor-widget'><b class='post-date'>25 June 2026 17:24</b></div>", MINUTE),
        ("<span class='date'>25 June 2026</span>", DAY),
        ("<span class='date'>Updated 25 June 2026 17:24</span>", None),
        ("<ul class='related'><li class='date'>25 June 2026 17:24</li></ul>", None),
        ("<div class='comment'><b class='date'>25 June 2026 17:24</b></div>", None),
        ("<p>On 25 June 2026 at 17:24 the port opened.</p>", None),
    ],
)
def test_a_date_near_the_headline_is_the_articles(read, body, moment):
    assert read(body).published_at == moment


def test_a_day_gives_way_to_the_minute_of_that_day_told_elsewhere(read):
    day = "<meta name='article:published_time' content='2026-06-25'>"
    assert read("<time>25 June 2026 17:24</time>", day).published_at == MINUTE
    assert read("<time>28 June 2026 17:24</time>", day).published_at == DAY


@pytest.mark.parametrize(
    "body",
    [
        "<p class='byline'>By Anna Ray</p>",
        "<p class='byline'>By <a href='/anna'>Anna Ray</a>, 25 June 2026</p>",
        "<div class='author'><img><span class='author__name'>Anna Ray</span><a href='/x'>@anna</a></div>",
        "<span id='author-name'>Автор: Anna Ray</span>",
        "<address class='author'>Anna Ray</address>",
        "<b class='author'>All authors</b><b class='author'>Anna Ray</b>",
    ],
)
def test_a_byline_near_the_headline_names_the_author(read, body):
    assert read(body).author == "Anna Ray"


@pytest.mark.parametrize(
    "body",
    [
        "<div class='comments'><b class='comment-author'>Reader</b></div>",
        "<div class='author'>More by 12 authors</div>",
        "<aside class='popular'><b class='author'>Bob</b></aside>",
    ],
)
def test_readers_and_authors_of_other_articles_are_not_its_own(read, body):
    assert read(body).author == ""


@pytest.mark.parametrize(
    ("tab", "title"),
    [
        ("Port opens second berth | Lantern", "Port opens second berth"),
        ("Port opens second berth : Economy : Lantern News", "Port opens second berth"),
        ("Port opens - second berth is in use now | Lantern", "Port opens - second berth is in use now"),
        ("Anglo-Saxon port", "Anglo-Saxon port"),
    ],
)
def test_the_tabs_title_stands_in_where_there_is_no_headline(read, tab, title):
    assert read(head=f"<title>{tab}</title>", headline="<h1> </h1>").title == title


@pytest.mark.parametrize("part", ["a - ", "a ", " - a"])
def test_no_tabs_title_takes_long(read, timed, part):
    with timed(1):
        read(head=f"<title>{part * 200_000}</title>", headline="")


def test_no_number_of_bylines_and_dates_takes_long(read, timed):
    with timed(2):
        read("<div>" * 500 + "<i class=author>12</i><i class=date>2026</i>" * 20_000)


def test_a_page_with_a_tabs_title_and_no_text_is_no_article(answered):
    page = "<html><head><title>Just a moment</title></head><body><p>Checking your browser</p></body></html>"
    with pytest.raises(SourceError, match="has no title"):
        article_page.read_page(
            answered(page, "https://news.example/1"), Source(name="w", url="https://news.example"), NOW
        )


@pytest.mark.parametrize(
    "name",
    ["og:published_time", "publishdate", "article_date_original", "DC.date.issued", "dcterms.created", "sailthru.date"],
)
def test_older_names_of_the_date_are_known(read, name):
    assert (
        read(head=f"<meta name='date' content='soon'><meta name='{name}' content='2026-06-25 17:24'>").published_at
        == MINUTE
    )


def test_older_names_of_author_lead_language_and_picture_are_known(read):
    article = read(
        head="<meta property='og:author' content='By &lt;a href=/a&gt;Anna Ray&lt;/a&gt;'><meta name='lang' content='az'>"
        "<meta name='dc.description' content='The second berth of the port is open'><link rel='image_src' href='/1.jpg'>"
    )
    assert (article.author, article.language) == ("Anna Ray", "az")
    assert article.lead == "The second berth of the port is open"
    assert article.images[0].url == "https://news.example/1.jpg"


def test_a_lead_that_is_only_the_sites_name_is_none(read):
    head = "<meta property='og:site_name' content='Lantern'><meta property='og:description' content='Lantern'>"
    assert read(head=head).lead.startswith("The port has opened")


def test_the_headline_is_the_heading_that_the_tab_shows_too(read):
    """Sites make headings of their own name and of their sections."""
    headings = "<h1>Health and Family Center</h1><h2>Doctors find a new way</h2>"
    article = read(head="<title>Doctors find a new way | Site</title>", headline=headings)
    assert article.title == "Doctors find a new way"


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Ray Research, https://ray.example/", "Ray Research"),
        ("Anna Ray, anna@news.example", "Anna Ray"),
        ("Por Anna Ray", "Anna Ray"),
        ("www.news.example", ""),
        ("104363", ""),
        ("Anna Ray, Bob Stone", "Anna Ray, Bob Stone"),
    ],
)
def test_an_author_is_a_name_and_no_address_or_number(read, author, name):
    assert read(head=f"<meta name='author' content='{author}'>").author == name
