"""Links for machines, in headers and heads."""

import pytest

from sources._links import MOST, first, links


@pytest.fixture
def found(answered):
    def in_answer(body="", header=""):
        answer = answered(body, "https://news.example/a/")
        answer.headers["link"] = header
        return links(answer)

    return in_answer


def test_headers_are_read_with_all_their_quotes_and_commas(found):
    header = (
        '<https://api.example/?a=1,2>; rel="https://api.w.org/", </b>;rel=alternate;type="application/json; charset=x";'
        ' title="One, two; three", <c>; rel="hub self", <d>; type=x, <>; rel=hub, broken <e'
    )
    one, two, three = found(header=header)
    assert one.url == "https://api.example/?a=1,2"
    assert (two.url, two.type, two.title) == ("https://news.example/b", "application/json", "One, two; three")
    assert three.rel == {"hub", "self"}


def test_heads_are_read_with_their_base(found):
    links_of_head = found(
        '<link rel=alternate hreflang=RU href="ru/"><base href="https://other.example/x/">'
        "<link REL='Canonical' href='y?a=1&amp;b=2'><link rel=icon><link href=z>"
    )
    assert [(link.url, link.language) for link in links_of_head] == [
        ("https://news.example/a/ru/", "ru"),
        ("https://other.example/x/y?a=1&b=2", ""),
    ]


def test_what_headers_say_comes_first(found):
    both = found('<link rel=hub href="/in-head">', "</in-header>; rel=hub")
    assert first(both, "hub") == "https://news.example/in-header"
    assert first(both, "self") == ""


def test_hostile_headers_and_heads_take_no_time(found, timed):
    with timed(1):
        assert found("<link " + "a " * 50_000, "<a>;" * 10_000 + "<a>;x=" + '"' * 10_000 + ";=" * 20_000) == []
        assert len(found("<link rel=a href=b>" * 9_000)) == MOST
