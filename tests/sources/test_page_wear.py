"""What real pages do wrong, each in a small page of our own: values cut by their quotes, credits, captions, comments."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from newswire.source import Source
from sources import article_page

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FIRST = "The port has opened its second berth, three hundred metres long and deep enough for the largest ships."
SECOND = "Two cranes will follow in spring, the harbour master said; until then ships unload with their own."
TEXT = f"<p>{FIRST}</p><p>{SECOND}</p>"


@pytest.fixture
def read(answered):
    """Read a page of a newsroom in Baku without fetching it."""

    def reading(body=TEXT, head="", top="<html>", headline="<h1>Port opens</h1>"):
        page = f"{top}<head>{head}</head><body>{headline}<article>{body}</article></body></html>"
        source = Source(name="wire", url="https://news.example/rss.xml", zone=ZoneInfo("Asia/Baku"))
        return article_page.read_page(answered(page, "https://news.example/1"), source, NOW)

    return reading


@pytest.mark.parametrize(
    ("meta", "title"),
    [
        ('<meta property="og:title" content="He said "no" to It">', 'He said "no" to It'),
        ('<meta content=""Never" again, says Ray" property="og:title"/>', '"Never" again, says Ray'),
        ("<meta property='og:title' content='It's the port's day' />", "It's the port's day"),
        ('<meta property="og:title" content="Port "A"opens" data-rh>', 'Port "A"opens'),
        ('<meta property="og:title" content="Berth opens""/>', "Berth opens"),
        ('<meta property="og:title" content="Port " a"="" opens"="">', "Port opens"),
        ('<meta property="og:title" content="Berth opens" data-rh id="a" class="b">', "Berth opens"),
    ],
)
def test_a_value_with_bare_quotes_in_it_is_read_whole(read, meta, title):
    assert read(head=meta).title == title


@pytest.mark.parametrize(
    "line",
    [
        "© RIPRODUZIONE RISERVATA",
        "© 2026 Site",
        "Copyright 2026 Site",
        "— Foto: Ann Ray/Agency",
        "Ships at the berth — Foto: Ann Ray/Agency",
        "Ships at the berth (Photo: Ann Ray)",
        "Корабли у причала | Фото: Агентство",
        "(Read also: Port closes)",
        "▶ Follow us on X",
        "* * *",
        "----------",
    ],
)
def test_credits_captions_and_rules_are_no_paragraphs(read, line):
    for body in (f"<p>{line}</p>{TEXT}", f"{TEXT}<p>{line}</p>"):
        article = read(body)
        assert (article.lead, article.body) == (FIRST, f"{FIRST}\n\n{SECOND}")


@pytest.mark.parametrize(
    "line",
    [
        "Copyright law is about to change, the ministry told the newspaper.",
        "— Photos of the berth were shown to the court, and the case goes on.",
        '"Read more books," the mayor told the pupils of the port\'s school.',
        "The ministry (image: poor, say its critics.) has no answer.",
        "— Нет, — сказал капитан.",
    ],
)
def test_sentences_about_such_things_stay(read, line):
    assert read(f"{TEXT}<p>{line}</p>").body.endswith(line)


@pytest.mark.parametrize(
    "credit", ["© RIPRODUZIONE RISERVATA", "© Riproduzione riservata.", "(c) All rights reserved", "Все права защищены"]
)
def test_a_credit_behind_the_last_word_goes_and_the_words_stay(read, credit):
    assert read(f"<p>{FIRST}</p><p>{SECOND} {credit}</p>").body == f"{FIRST}\n\n{SECOND}"


def test_a_sentence_that_ends_with_such_words_keeps_them(read):
    line = f"{SECOND} And it comes with all rights reserved."
    assert read(f"<p>{FIRST}</p><p>{line}</p>").body == f"{FIRST}\n\n{line}"


VIDEO = '{"@type": "VideoObject", "name": "Berth", "uploadDate": "2026-06-25T17:24:00+04:00"}'
OTHER = VIDEO.replace("17:24", "09:00")
MINUTE = datetime(2026, 6, 25, 13, 24, tzinfo=UTC)


def as_json_ld(data):
    return f'<script type="application/ld+json">{data}</script>'


@pytest.mark.parametrize(
    ("head", "body", "moment"),
    [
        (as_json_ld(VIDEO), TEXT, MINUTE),
        (as_json_ld('{"@graph": [{"@type": "WebPage", "datePublished": "2026-06-25T13:24:00Z"}]}'), TEXT, MINUTE),
        (as_json_ld(f"[{VIDEO}, {OTHER}]"), TEXT, None),
        (as_json_ld(OTHER), f"<time datetime='2026-06-25T17:24'>25 June</time>{TEXT}", MINUTE),
        (as_json_ld(OTHER) + as_json_ld('{"@type": "Article", "datePublished": "2026-06-25T13:24:00Z"}'), TEXT, MINUTE),
    ],
)
def test_a_page_without_a_date_of_its_own_has_its_videos_or_its_own_as_a_web_page(read, head, body, moment):
    assert read(body, head).published_at == moment


def test_a_mailbox_behind_a_name_is_no_byline(read):
    assert read(head='<meta name="author" content="Ann Ray | ann.ray@news.example">').author == "Ann Ray"
    assert read(f"{TEXT}<p>letters@news.example</p>").body.endswith("letters@news.example")


def test_comments_that_are_built_like_wordpress_articles_are_none(read):
    comments = f"<div id='comments'><div class='entry-content'><p>{SECOND * 3} I was there!</p></div></div>"
    assert "I was there" not in read(f"{TEXT}{comments}").body
    theme = f"<div class='entry-content'>{TEXT}</div>"
    assert read(f"{theme}<ol class='comment-list'><li class='entry-content'><p>Me too</p></li></ol>").body == (
        f"{FIRST}\n\n{SECOND}"
    )


@pytest.mark.parametrize("top", ["<html class='social-share'>", "<html hidden>", "<html aria-hidden=true>"])
def test_a_page_is_read_whatever_it_calls_itself(read, top):
    assert read(top=top).body == f"{FIRST}\n\n{SECOND}"
    assert read("<p>Berth two is open.</p>", top=top).body == "Berth two is open."


def test_what_a_site_says_of_itself_by_its_own_name_is_no_lead(read):
    head = """<meta property="og:site_name" content="Harbour.Az">
    <meta property="og:description" content="Harbour.Az is an internet paper">"""
    assert read(f"<p>{FIRST} Harbour.Az reports.</p><p>{SECOND}</p>", head).lead == f"{FIRST} Harbour.Az reports."


@pytest.mark.parametrize(
    ("beside", "moment"),
    [
        ("<div class='info'>2026-06-25 17:24 Source: Agency</div>", MINUTE),
        ("<div class='shipInfo'>2020-01-01 10:00</div><div class='post-date'>2026-06-25 17:24</div>", MINUTE),
    ],
)
def test_a_date_in_a_line_of_information_counts_where_no_place_for_dates_is_near(read, beside, moment):
    assert read(headline=f"<h1>Port opens</h1>{beside}").published_at == moment


def test_markup_in_a_description_is_no_text(read):
    head = "<meta name='description' content='<p>The port: <ul><li>two berths</li><li>two cranes</li></ul>'>"
    assert read("<p>Berths, cranes and a port.</p>", head).lead == "The port: two berths two cranes"


def test_names_are_joined_as_they_are_written_by_hand(read):
    assert read(head='<meta name="author" content="By Ann Ray , Tom Fox">').author == "Ann Ray, Tom Fox"
