"""The extractor in its own process: what it finds, and that nothing it does can hold us up."""

import os

import pytest

from newswire.source import Source
from sources import article_page
from sources._extraction import Child, extract, installed

URL = "https://news.example/a"
TEXT = [f"Sentence number {n} of an article, long enough to be told from a menu by anybody." for n in range(8)]
PAGE = (
    "<html><head><title>T</title></head><body><h1>Port opens</h1><ul>"
    + "".join(f'<li><a href="/{n}">Menu item {n}</a></li>' for n in range(30))
    + "</ul><div id=x><div>"
    + "".join(f"<div class=z><p>{line}</p></div>" for line in TEXT)
    + "<p>Share</p></div></div><p>All rights reserved, all of them, for ever and a day.</p></body></html>"
)


@pytest.fixture
def child():
    if not installed():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("trafilatura is not installed")
    started = []

    def start(**more):
        started.append(Child(**more))
        return started[-1]

    yield start
    for one in started:
        one.stop()


def test_the_text_is_found_where_the_page_does_not_say_where_it_is(child, answered, now):
    article = article_page.read_page(answered(PAGE, URL), Source(name="w", url=URL), now, child().paragraphs)
    assert article.body == "\n\n".join(TEXT)
    assert article.lead == TEXT[0]


def test_one_child_reads_page_after_page(child):
    one = child()
    one.paragraphs(PAGE)
    process = one._process
    assert all(one.paragraphs(PAGE)[:8] == TEXT for _ in range(5))
    assert one._process is process, "to start one takes longer than to read a page"


def test_a_child_that_takes_too_long_is_ended_and_replaced(child):
    hasty = child(seconds=0.001)
    assert hasty.paragraphs(PAGE) == []
    hasty._seconds = 10
    assert hasty.paragraphs(PAGE)[:8] == TEXT


def test_a_child_that_died_is_replaced(child):
    one = child()
    one.paragraphs(PAGE)
    one._process.kill()
    one._process.wait()
    assert one.paragraphs(PAGE)[:8] == TEXT


@pytest.mark.parametrize("text", ["", "\0", "<", "x" * 100_000, "<div>" * 5_000, "\ud800<p>a"])
def test_odd_pages_give_nothing_and_do_no_harm(child, text):
    one = child()
    assert isinstance(one.paragraphs(text), list)
    assert one.paragraphs(PAGE)[:8] == TEXT


def test_too_large_a_page_is_not_asked_about():
    assert extract("x" * 3_000_000) == []


def test_paragraphs_that_the_page_wraps_are_whole_again(child):
    wrapped = [line.replace(" of an article", "\n        of <code>an</code> article") for line in TEXT]
    page = (
        "<html><body><article><h1>Port</h1>"
        + "".join(f"<p>\n   {line}\n</p>" for line in wrapped)
        + "</article></body>"
    )
    assert [line for line in child().paragraphs(page) if line.startswith("Sentence")] == TEXT


def test_a_text_that_the_quick_look_misses_is_found_by_the_slow_one(child):
    """The quick one is content with the teasers that a page calls its article."""
    teasers = "".join(f"<p>Another story {n} of today is told in full on its own page.</p>" for n in range(8))
    text = "".join(f"<p>{line * 4}</p>" for line in TEXT)
    page = f"<html><body><article><h1>Port</h1>{teasers}</article><section>{text}</section></body></html>"
    assert TEXT[3] in " ".join(child().paragraphs(page))
