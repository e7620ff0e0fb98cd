"""Hostile pages: refused, or read in good time."""

import pytest

from newswire.errors import SourceError
from newswire.source import Source
from sources import article_page
from sources._html import parse

SOURCE = Source(name="wire", url="https://news.example/rss.xml")
HEAD = "<html><body><h1>Title</h1>"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<p " + " ".join(f"a{n}=1" for n in range(50_000)) + ">x", "more than 250 attributes"),
        ("<p " + " ".join(f"a{n}" for n in range(50_000)) + ">x", "more than 250 attributes"),
        ('<p a=">" ' + " ".join(f"a{n}" for n in range(50_000)) + ">x", "more than 250 attributes"),
        ("<p a='<' " + "/".join(f"a{n}" for n in range(50_000)) + ">x", "more than 250 attributes"),
        ("<script " + " ".join(f"a{n}" for n in range(50_000)) + "></script>", "more than 250 attributes"),
        ('<script><p a="</script><p ' + " ".join(f"a{n}" for n in range(50_000)) + ">", "more than 250 attributes"),
        ("<div>" * 100_000, "leaves thousands of its tags open"),
        ("<div>" * 50_000 + "</div>" * 50_000, "leaves thousands of its tags open"),
        ("<div></p>" * 50_000, "leaves thousands of its tags open"),
        ("</div>" * 50_000 + "<div>" * 50_000, "leaves thousands of its tags open"),
        ("<a href=x>y" * 100_000, "leaves thousands of its tags open"),
        ("<p>" + "".join(f"<b a{n}>" for n in range(900)) + "</p>" + "<p>x</p>" * 50_000, "leaves thousands"),
        ("<table><tr><td>" * 30_000, "leaves thousands of its tags open"),
        ("<path>" * 100_000, "leaves thousands of its tags open"),
        ("<p>x" * 400_000, "more than 150,000 tags"),
        ("<" * 4_000_000, "more than 150,000 tags"),
    ],
)
def test_a_page_made_to_hang_its_reader_is_refused_at_once(body, words, timed):
    with timed(1), pytest.raises(ValueError, match=words):
        parse(HEAD + body)


@pytest.mark.parametrize(
    "body",
    [
        "<a href=/x>link</a> " * 60_000,
        "<p>text " * 100_000,
        "<p " + " ".join(f"a{n}=1" for n in range(200)) + ">x" + "<p>x</p>" * 1000,
        "<svg>" + "<path d='M0 0'/>" * 4_000 + "</svg>",
        "<div>" * 500 + "text" + "</div>" * 500,
        "<ul><li>" * 450 + "words of a text " * 50_000,
        "<div><p>x</p>" * 900 + "<p>text</p>" * 30_000,
        "<div class=share>" * 900 + "words of a text " * 50_000,
        f"<meta property='og:image' content='{'9' * 1_000_000}'>",
        f"<meta name='author' content='{'a@' * 500_000} x'>",
        f"<h1 class=post_title>Title</h1><div class=post_cover style='{'url(' * 250_000}'>",
        "<article>" * 900 + "<p>text</p>" * 10_000,
        "<!-- " + "<div>" * 100_000 + " -->",
        "<script>" + "'<div>' + " * 100_000 + "</script>",
        "<img src='data:image/png;base64," + "A" * 1_000_000 + "'>",
        "<div data-state='" + '{"a": 1} ' * 50_000 + "'></div>",
        "&amp;" * 800_000,
        "\0" * 1_000_000,
    ],
)
def test_a_large_but_honest_page_is_read(body, answered, timed, now):
    with timed(2):
        article = article_page.read_page(answered(HEAD + body, "https://news.example/a"), SOURCE, now)
    assert article.title == "Title"


@pytest.mark.parametrize(
    "part",
    [
        *(
            "<",
            "<a ",
            "<a b=",
            '<a b="',
            "<!--",
            "<script>",
            "<script ",
            "<p/",
            "<p =",
            "</",
            "<!doctype ",
            "<svg><![CDATA[",
        ),
        *("<meta content=x>", "<figure><img src=x>", "<b><p></b>", "<select><option>", "<template>", "<frameset>"),
        '<script type="application/ld+json">{"a":[',
    ],
)
def test_no_page_takes_long(part, answered, timed, now):
    body = HEAD + part * (1_000_000 // len(part))
    with timed(3):
        try:
            article_page.read_page(answered(body, "https://news.example/a"), SOURCE, now)
        except SourceError as refused:
            assert "news.example" in str(refused)  # noqa: PT017 - either is right, the time is what counts
