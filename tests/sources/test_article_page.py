"""An article's own page: what is taken from it, from where, and what of it never reaches a post."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from newswire.article import Image
from newswire.errors import SourceError
from newswire.source import Source
from sources import article_page
from sources._places import PLACES
from sources._profiles import chrome, profiles

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://news.example/en/post/port-opens"
BAKU = ZoneInfo("Asia/Baku")

# As the client's pages are built: everything a reader sees around the text, and no metadata at all.
CLIENTS = """<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>Port opens — Site</title></head><body>
<header><a href="/">Site</a><nav><a href="/politics">Politics</a></nav><a href="https://x.com/site">X</a>
<a href="https://apps.apple.com/app/1">App Store</a><a href="#" class="theme">Night theme</a></header>
<div class="post_category"><a href="/economy">{section}</a><p>All about money</p></div>
<h1 class="post_title">{title}</h1>
<span>A+</span><span>A−</span><div class="post_time">{time}</div>
<div class="post_cover" style="background-image: url('/media/1.webp');"></div>
<div class="post_body"><p>The port has opened its <b>second</b> berth.</p><p>Views: 12</p><p>&nbsp;</p>
<figure><img src="/media/2.jpg" width="800" height="450" alt="A crane"><figcaption>A crane at work</figcaption></figure>
<p>{second}</p><p>Read also: Port closes</p><p>Share</p></div>
<div class="post_signature">{by}</div><div class="post_hits">{hits}</div>
<div class="post_share">Share <a href="https://t.me/share">Telegram</a> Print Copy link</div>
<p>Any use of materials is allowed only with a hyperlink to Site</p>
<aside><h2>Related</h2><p>Another story that is much longer than the one this page is about, by far.</p></aside>
<footer><p>All rights reserved</p></footer></body></html>"""

ENGLISH = {
    "lang": "en-GB",
    "section": "Economy",
    "title": "Port opens second berth PHOTO",
    "time": "24 September 2024 20:34",
    "second": "It is 300 metres long.",
    "by": "By Anna Ray",
    "hits": "Views: 92",
}


@pytest.fixture
def read(answered):
    """Read a page without fetching it."""

    def reading(body, url=URL, **source):
        watched = Source(name="wire", url="https://news.example/rss.xml", zone=BAKU, **source)
        return article_page.read_page(answered(body, url), watched, NOW)

    return reading


def with_head(head, body="<h1>Heading</h1><p>Text</p>"):
    return f"<html><head>{head}</head><body>{body}</body></html>"


def with_data(data, **more):
    return with_head(f'<script type="application/ld+json">{json.dumps(data)}</script>', **more)


# Over real HTTP


async def test_a_page_is_fetched_and_read(site, fetcher):
    url = site.put("/en/post/port-opens", CLIENTS.format(**ENGLISH), "text/html; charset=utf-8")
    source = Source(name="wire", url=site.base + "/rss.xml", zone=BAKU)
    article = await article_page.read(fetcher, url, source, now=NOW)
    assert (article.url, article.title) == (url, "Port opens second berth")
    assert "text/html" in site.seen[-1].headers["Accept"]


async def test_a_large_page_is_read_all_the_same(site, fetcher):
    body = CLIENTS.format(**ENGLISH) + "<!-- " + "x" * 400_000 + " -->"
    url = site.put("/a", body, "text/html")
    assert (await article_page.read(fetcher, url, Source(name="w", url=url), now=NOW)).author == "Anna Ray"


async def test_a_page_that_is_gone_is_told(site, fetcher):
    with pytest.raises(SourceError, match="is not there"):
        await article_page.read(fetcher, site.base + "/nothing", Source(name="w", url=site.base), now=NOW)


# Pages like the client's


def test_a_page_like_the_clients_gives_the_article_and_nothing_around_it(read):
    article = read(CLIENTS.format(**ENGLISH))
    assert (article.title, article.flags) == ("Port opens second berth", ("photo",))
    assert article.body == "The port has opened its second berth.\n\nIt is 300 metres long."
    assert article.lead == "The port has opened its second berth."
    assert (article.author, article.section) == ("Anna Ray", "Economy")
    assert article.published_at == datetime(2024, 9, 24, 16, 34, tzinfo=UTC)
    assert article.images == (
        Image(url="https://news.example/media/1.webp"),
        Image(url="https://news.example/media/2.jpg", alt="A crane", caption="A crane at work", width=800, height=450),
    )


@pytest.mark.parametrize(
    ("words", "author", "published"),
    [
        (
            {"lang": "ru", "time": "25 Июня 2026 17:24", "by": "Автор: Анна Рэй", "hits": "Просмотров: 92"},
            "Анна Рэй",
            datetime(2026, 6, 25, 13, 24, tzinfo=UTC),
        ),
        (
            {"lang": "hy", "time": "25 Հունիսի 2026 17:24", "by": "Հեղինակ՝ Աննա Ռեյ", "hits": "Դիտումներ՝ 92"},
            "Աննա Ռեյ",
            datetime(2026, 6, 25, 13, 24, tzinfo=UTC),
        ),
        (
            {"lang": "az", "time": "25 iyun 2026 17:24", "by": "Müəllif: Anna Rey", "hits": "Baxış: 92"},
            "Anna Rey",
            datetime(2026, 6, 25, 13, 24, tzinfo=UTC),
        ),
    ],
)
def test_the_other_editions_are_read_in_their_languages(read, words, author, published):
    article = read(CLIENTS.format(**ENGLISH | words))
    assert (article.author, article.published_at) == (author, published)
    assert "92" not in article.body


def test_the_language_is_the_editions_or_else_the_pages_own(read):
    assert read(CLIENTS.format(**ENGLISH), edition="ru").edition == "ru"
    assert read(CLIENTS.format(**ENGLISH), edition="").edition == "en"


@pytest.mark.parametrize(
    "line",
    [
        *("Share", "Print", "Copy link", "Views: 92", "Read also: this", "Follow us on Telegram", "A+ A−"),
        *("Поделиться:", "Печать", "Скопировать ссылку", "Просмотров: 92", "Читайте также: это"),
        *("Կիսվել", "Տպել", "Դիտումներ՝ 92", "Կարդացեք նաև՝ սա", "Paylaş", "Çap et", "Həmçinin oxuyun: bu"),
        "При использовании материалов гиперссылка обязательна",
    ],
)
def test_chrome_that_strays_into_the_text_is_dropped(read, line):
    assert line not in read(CLIENTS.format(**ENGLISH | {"second": line})).body


@pytest.mark.parametrize(
    "line",
    [
        "Interviews with sailors took all day.",
        "Printing presses will be next, the minister said.",
        "Shareholders of the port voted on Friday in favour of the plan.",
        "Печатники вышли на работу.",
        "Views of the harbour changed, and " + "the town with it, " * 20,
    ],
)
def test_text_that_only_looks_like_chrome_stays(read, line):
    assert line.strip() in read(CLIENTS.format(**ENGLISH | {"second": line})).body


# What machines are told


ARTICLE = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Port opens &amp; closes - VIDEO",
    "description": "It opened today.",
    "datePublished": "2026-11-20T11:30:00+04:00",
    "dateModified": "2026-11-20T12:00:00+04:00",
    "author": [{"@type": "Person", "name": "Anna Ray"}, {"@type": "Person", "name": "Ben Low"}],
    "articleSection": ["Economy", "Ports"],
    "articleBody": "It opened today.\n\nIt closed at night.",
    "image": {"@type": "ImageObject", "url": "/1.jpg", "width": 1200, "height": "630", "caption": "A crane"},
}


def test_json_ld_is_read(read):
    article = read(with_data(ARTICLE))
    assert (article.title, article.flags) == ("Port opens & closes", ("video",))
    assert article.published_at == datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
    assert article.modified_at == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    assert (article.author, article.section) == ("Anna Ray, Ben Low", "Economy")
    assert (article.lead, article.body) == ("It opened today.", "It opened today.\n\nIt closed at night.")
    assert article.images == (Image(url="https://news.example/1.jpg", caption="A crane", width=1200, height=630),)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda node: [{"@type": "WebSite", "name": "Site"}, node],
        lambda node: {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, node]},
        lambda node: {"@type": "WebPage", "mainEntity": node},
        lambda node: node | {"@type": ["Thing", "ReportageNewsArticle"]},
        lambda node: node | {"author": {"name": ["Anna Ray, Ben Low"]}},
        lambda node: node | {"author": "Anna Ray, Ben Low"},
        lambda node: node | {"image": ["/1.jpg", "/2.jpg"]},
        lambda node: node | {"image": {"contentUrl": "/1.jpg"}},
    ],
)
def test_json_ld_is_found_however_it_is_nested(read, wrap):
    article = read(with_data(wrap(ARTICLE)))
    assert (article.title, article.author) == ("Port opens & closes", "Anna Ray, Ben Low")
    assert article.images[0].url == "https://news.example/1.jpg"


def test_what_json_ld_only_points_at_is_looked_up(read):
    graph = [
        ARTICLE | {"author": {"@id": "#anna"}, "image": {"@id": "#picture"}},
        {"@id": "#anna", "@type": "Person", "name": "Anna Ray"},
        {"@id": "#picture", "@type": "ImageObject", "url": "https://news.example/1.jpg", "width": {"value": 900}},
    ]
    article = read(with_data({"@graph": graph}))
    assert article.author == "Anna Ray"
    assert article.images == (Image(url="https://news.example/1.jpg", width=900),)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: f"<!-- {text} -->",
        lambda text: f"//<![CDATA[\n{text}\n//]]>",
        lambda text: text.replace("}", ",}"),
        lambda text: text + ";",
        lambda text: text.replace("It opened", "It\n\topened"),
        lambda text: text + text,
    ],
)
def test_broken_json_ld_is_mended(read, spoil):
    head = f'<script type="application/ld+json">{spoil(json.dumps(ARTICLE))}</script>'
    assert read(with_head(head)).title == "Port opens & closes"


@pytest.mark.parametrize("data", ["{", "null", "[[[[", '{"@type": 5, "headline": {}}', "[" * 50_000, '{"@graph": 1}'])
def test_json_ld_beyond_mending_is_passed_over(read, data):
    assert read(with_head(f'<script type="application/ld+json">{data}</script>')).title == "Heading"


def test_link_card_metadata_is_read(read):
    article = read(
        with_head(
            '<meta property="og:title" content="Port opens | Site"><meta property="og:site_name" content="Site">'
            '<meta property="og:description" content="It opened."><meta property="og:image" content="/1.jpg">'
            '<meta property="og:image:width" content="1200"><meta property="og:image:height" content="630">'
            '<meta property="og:image:alt" content="A crane"><meta name="author" content="By Anna Ray">'
            '<meta property="article:published_time" content="2026-11-20T11:30:00+04:00">'
            '<meta property="article:section" content="Economy">',
            body="<p>Text</p>",
        )
    )
    assert (article.title, article.lead) == ("Port opens", "It opened.")
    assert (article.author, article.section, article.categories) == ("Anna Ray", "Economy", ("Economy",))
    assert article.published_at == datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
    assert article.images == (Image(url="https://news.example/1.jpg", alt="A crane", width=1200, height=630),)


def test_a_lead_that_is_the_first_paragraph_cut_short_is_made_whole(read):
    head = '<meta property="og:description" content="The port has opened its…">'
    body = "<h1>Port</h1><article><p>The port has opened its second berth.</p></article>"
    assert read(with_head(head, body=body)).lead == "The port has opened its second berth."


def test_the_sites_sign_is_no_picture_where_there_is_another(read):
    head = '<meta property="og:image" content="/static/logo-big.png">'
    body = '<h1>Port</h1><figure><img src="/1.jpg"><figcaption>A crane</figcaption></figure>'
    assert [image.url for image in read(with_head(head, body=body)).images] == ["https://news.example/1.jpg"]
    assert [image.url for image in read(with_head(head)).images] == ["https://news.example/static/logo-big.png"]


def test_a_date_far_in_the_future_is_taken_as_now(read):
    assert read(with_data(ARTICLE | {"datePublished": "2027-11-20"})).published_at == NOW


def test_a_date_that_cannot_be_read_leaves_the_word_to_the_next(read):
    body = '<h1>Port</h1><time datetime="2026-11-20T11:30:00+04:00">20 Nov</time>'
    article = read(with_data(ARTICLE | {"datePublished": "lately"}, body=body))
    assert article.published_at == datetime(2026, 11, 20, 7, 30, tzinfo=UTC)


# Which address is the article's


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ('<link rel="canonical" href="/post/port">', "https://news.example/post/port"),
        ('<link rel="canonical" href="https://www.news.example/post/port#x">', "https://www.news.example/post/port"),
        ('<meta property="og:url" content="https://news.example/post/port">', "https://news.example/post/port"),
        ('<link rel="canonical" href="https://evil.example.org/post/port">', URL),
        ('<link rel="canonical" href="https://news.example/">', URL),
        ('<link rel="canonical" href="javascript:alert(1)">', URL),
        ('<link rel="canonical" href="">', URL),
        (f'<link rel="canonical" href="{URL.replace("https", "http")}/">', f"{URL}/"),
        ("", URL),
    ],
)
def test_a_canonical_address_counts_where_it_is_believable(read, head, url):
    assert read(with_head(head)).url == url


def test_relative_addresses_go_by_the_pages_base(read):
    head = '<base href="https://cdn.example/x/"><meta property="og:image" content="1.jpg">'
    assert read(with_head(head)).images[0].url == "https://cdn.example/x/1.jpg"


# Selectors


def test_a_sources_own_selectors_go_before_everything(read):
    body = (
        '<h2 class="t">Own title</h2><b class="a">By Own Author</b><i class="d">1 June 2026 10:00</i>'
        '<em class="s">Own section</em><img class="c" src="/own.jpg" alt="own" width="700">'
        '<div class="b"><p>Own text.</p><p class="x">Not this.</p></div><article><p>Other text.</p></article>'
    )
    selectors = {
        "title": ".t",
        "author": ".a",
        "time": ".d",
        "section": ".s",
        "cover": ".c",
        "body": ".b",
        "drop": ".x",
    }
    article = read(with_data(ARTICLE, body=body), selectors=selectors)
    assert (article.title, article.author, article.section) == ("Own title", "Own Author", "Own section")
    assert (article.body, article.published_at) == ("Own text.", datetime(2026, 6, 1, 6, 0, tzinfo=UTC))
    assert article.images[0] == Image(url="https://news.example/own.jpg", alt="own", width=700)


def test_a_selector_that_finds_nothing_leaves_the_word_to_the_page(read):
    assert read(with_data(ARTICLE), selectors={"title": ".nothing", "body": ".nothing"}).title == "Port opens & closes"


@pytest.mark.parametrize("selector", ["p[", "!!", "..", "div >"])
@pytest.mark.parametrize("key", ["title", "body", "drop"])
def test_a_selector_that_is_none_is_named(read, key, selector):
    with pytest.raises(SourceError) as caught:
        read(with_head(""), selectors={key: selector})
    assert f"{selector!r} of source wire is no CSS selector" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        (
            "wordpress",
            (
                '<h1 class="entry-title">Port opens</h1><span class="author"><b class="fn">Anna Ray</b></span>'
                '<time class="entry-date" datetime="2026-11-20T11:30:00+04:00">20 Nov</time>'
                '<div class="post-thumbnail"><img src="/1.jpg"></div><span class="cat-links"><a>Economy</a></span>'
                '<div class="entry-content"><p>It opened.</p><div class="sharedaddy"><p>Click to tweet</p></div></div>'
            ),
        ),
        (
            "ghost",
            (
                '<h1 class="gh-article-title">Port opens</h1><a class="gh-article-tag">Economy</a>'
                '<h4 class="gh-article-author-name">Anna Ray</h4>'
                '<time class="gh-article-meta-date" datetime="2026-11-20T07:30:00Z">20 Nov</time>'
                '<figure class="gh-article-image"><img src="/1.jpg"></figure>'
                '<section class="gh-content"><p>It opened.</p><div class="kg-signup-card"><p>Sign up</p></div></section>'
            ),
        ),
    ],
)
def test_the_default_themes_are_known(read, name, body):
    assert name in {profile.name for profile in profiles()}
    article = read(with_head("", body=body))
    assert (article.title, article.author, article.section) == ("Port opens", "Anna Ray", "Economy")
    assert (article.body, article.published_at) == ("It opened.", datetime(2026, 11, 20, 7, 30, tzinfo=UTC))
    assert article.images[0].url == "https://news.example/1.jpg"


def test_a_page_that_nobody_knows_is_read_where_most_of_its_text_stands(read):
    body = (
        "<h1>Port opens</h1><div><p>Menu</p></div>"
        "<div><p>The port has opened its second berth.</p><p>It is 300 metres long.</p></div><div><p>Ad</p></div>"
    )
    assert read(with_head("", body=body)).body == "The port has opened its second berth.\n\nIt is 300 metres long."


def test_every_profile_names_only_places_that_are_read():
    for profile in profiles():
        assert set(profile.selectors) <= PLACES
    assert chrome().paragraph.match("Share this")


# Pages that are none


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("just text", "is no web page"),
        ("", "is no web page"),
        ("<html><body><p>No title</p></body></html>", "has no title that can be found"),
        ("< <", "is no web page"),
    ],
)
def test_what_is_no_articles_page_is_named(read, body, words):
    with pytest.raises(SourceError, match=f"^{URL} {words}"):
        read(body)


def test_a_page_in_another_encoding_is_read(read):
    body = with_head('<meta charset="windows-1251">', body="<h1>Порт открыт</h1>")
    assert read(body.encode("windows-1251")).title == "Порт открыт"


# Leads, languages, siblings


TEXT = "<h1>Port opens</h1><article><p>The harbour has a second berth now.</p><p>Ferries will use it.</p></article>"


@pytest.mark.parametrize(
    ("description", "lead"),
    [
        ("Ferries use the harbour's new berth.", "Ferries use the harbour's new berth."),
        ("Site is an online newspaper about politics, economy and society.", "The harbour has a second berth now."),
        ("The harbour has a sec…", "The harbour has a second berth now."),
        ("Port opens", "The harbour has a second berth now."),
        ("Share", "The harbour has a second berth now."),
        ("", "The harbour has a second berth now."),
    ],
)
def test_a_description_is_the_lead_only_if_it_is_of_this_article(read, description, lead):
    article = read(with_head(f'<meta property="og:description" content="{description}">', body=TEXT))
    assert article.lead == lead


def test_a_selector_for_the_lead_counts_most(read):
    head = '<meta property="og:description" content="Ferries use the harbour.">'
    body = '<p class="standfirst">Two ferries, one harbour.</p>' + TEXT
    assert read(with_head(head, body=body), selectors={"lead": ".standfirst"}).lead == "Two ferries, one harbour."


@pytest.mark.parametrize(
    ("page", "language"),
    [
        ('<html lang="az-Latn-AZ"><h1>T</h1>', "az"),
        ('<html lang="en_GB"><h1>T</h1>', "en"),
        ('<html lang="not a language"><meta property="og:locale" content="ru_RU"><h1>T</h1>', "ru"),
        ('<html><meta http-equiv="content-language" content="hy"><h1>T</h1>', "hy"),
        ("<html><h1>T</h1>", ""),
    ],
)
def test_the_language_is_what_the_page_says(read, page, language):
    assert read(page).language == language


def test_siblings_in_other_languages_are_told_and_front_pages_are_none(read):
    head = (
        '<link rel="alternate" hreflang="ru-RU" href="/post/port"><link rel=alternate hreflang=hy href="/hy/post/port">'
        '<link rel="alternate" hreflang="x-default" href="/post/port"><link rel="alternate" hreflang="az" href="/az/">'
        '<link rel="alternate" hreflang="tr" href="javascript:x">'
    )
    assert read(with_head(head)).alternates == (
        ("ru", "https://news.example/post/port"),
        ("hy", "https://news.example/hy/post/port"),
    )


def test_a_place_nobody_knows_is_named_with_those_there_are(read):
    with pytest.raises(SourceError, match=r"selectors\.titel of source wire is no place; there are: author, body"):
        read(with_head(""), selectors={"titel": "h1"})


def test_places_of_a_list_are_no_matter_of_an_article(read):
    assert read(with_head(""), selectors={"link": ".card a", "path": "/en/post/"}).title == "Heading"


def test_a_text_told_in_one_piece_gets_its_paragraphs_back(read):
    lines = [f"Paragraph number {n} of a text that machines are told in one piece." for n in range(12)]
    told = {"@type": "NewsArticle", "headline": "T", "articleBody": " ".join(lines)}
    shown = "<h1>T</h1><article>" + "".join(f"<p>{line}</p>" for line in lines) + "</article>"
    assert read(with_data(told, body=shown)).body == "\n\n".join(lines)
    assert read(with_data(told, body="<h1>T</h1><article><p>Subscribe to read more</p></article>")).body == " ".join(
        lines
    )


def test_the_sites_own_description_is_no_lead_though_it_shares_a_word(read):
    head = '<meta name="description" content="An online newspaper about politics, economy, society and the harbour.">'
    assert read(with_head(head, body=TEXT)).lead == "The harbour has a second berth now."


def test_a_lead_that_readers_see_is_the_lead_whatever_its_words(read):
    body = '<header><h1 class="gh-article-title">T</h1><p class="gh-article-excerpt">Wholly different words stand here.</p></header>'
    assert read(with_head("", body=body + '<div class="gh-content"><p>Text of it.</p></div>')).lead.startswith("Wholly")


PARAGRAPHS = [
    f"Berth number {n} of the port was opened on Monday, and the first ship is on its way to it." for n in range(9)
]


def found_in(before="", lines=tuple(PARAGRAPHS)):
    """A page whose text has to be found: nobody says where it is."""
    return "<div>" + before + "".join(f"<p>{line}</p>" for line in lines) + "</div>"


@pytest.mark.parametrize(
    "before",
    [
        "<h2>Port opens</h2>",
        "<p>Economy</p><h2>Port opens</h2>",
        "<p>Sections</p><p>Highlights</p>",
        "<h2>Port opens</h2><p>Anna Ray | Aug 14, 2026, 10:47 IST</p>",
        "<p>25 June 2026, 17:24</p><h2>Port opens</h2>",
    ],
)
def test_what_stands_before_the_first_paragraph_is_no_text(read, before):
    article = read(with_head("<meta property='og:title' content='Port opens'>", found_in(before)))
    assert article.body.split("\n\n") == PARAGRAPHS
    assert article.lead == PARAGRAPHS[0]


@pytest.mark.parametrize(
    "opening", ["Too late.", "The ministry had asked for the opening to be put off until the spring"]
)
def test_a_first_paragraph_that_is_short_or_without_a_stop_stays(read, opening):
    article = read(with_head("<meta property='og:title' content='Port opens'>", found_in(lines=(opening, *PARAGRAPHS))))
    assert article.body.startswith(opening)


def test_a_link_to_another_article_of_the_same_name_takes_no_paragraph_with_it(read):
    lines = (PARAGRAPHS[0], "Port opens", *PARAGRAPHS[1:])
    article = read(with_head("<meta property='og:title' content='Port opens'>", found_in(lines=lines)))
    assert article.body.startswith(PARAGRAPHS[0])


@pytest.mark.parametrize(
    "told",
    [
        PARAGRAPHS[0],  # the beginning alone
        "\n".join(line.replace(", and", "\nand", 1).replace(" of the", "\nof the", 1) for line in PARAGRAPHS),
    ],
)
def test_a_text_told_in_part_or_in_shreds_is_taken_from_the_page(read, told):
    data = {"@type": "NewsArticle", "headline": "Port opens", "articleBody": told}
    assert read(with_data(data, body=found_in())).body.split("\n\n") == PARAGRAPHS


def test_a_short_text_that_the_page_does_not_show_stays_as_it_is_told(read):
    data = {"@type": "NewsArticle", "headline": "Port opens", "articleBody": "The port has opened. Ships may come."}
    assert read(with_data(data, body=found_in())).body == "The port has opened. Ships may come."


@pytest.mark.parametrize(
    "line",
    [
        "By Anna Ray",
        "Anna Ray",
        "24 September 2024 20:34",
        "Caliber.Az",
        "Economy",
        "Port opens second berth",
        "92 views",
        "Ссылка на Caliber.Az обязательна",
        "Читать ещё: другая новость",
        "Наш Telegram-канал",
        "Միացեք մեր Telegram ալիքին",
    ],
)
def test_what_is_told_beside_the_text_is_not_told_in_it_again(read, line):
    words = ENGLISH | {"second": f"It is 300 metres long.</p><p>{line}</p><p>Ships may come."}
    article = read(CLIENTS.format(**words), url="https://caliber.az/en/post/port-opens")
    assert article.body.split("\n\n")[1:] == ["It is 300 metres long.", "Ships may come."]


@pytest.mark.parametrize("lead", ["Caliber.Az - Money and trade", "Caliber.Az | News of the day"])
def test_a_sites_word_about_itself_is_no_lead_of_a_text_that_names_the_site(read, lead):
    first = "The depot was opened in Tbilisi on Tuesday, Caliber.Az reports, citing the railway company."
    head = f"<meta property='og:title' content='Depot opens'><meta property='og:description' content='{lead}'>"
    assert read(with_head(head, found_in(lines=(first, *PARAGRAPHS))), url="https://caliber.az/en/post/1").lead == first
