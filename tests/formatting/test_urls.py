"""Addresses in plain text: what X would make a link of."""

import time

import pytest

from formatting.urls import find_urls, top_level_domains

FOUND = [
    ("Caliber.Az reports", ["Caliber.Az"]),
    ("see https://caliber.az/en/post/1.", ["https://caliber.az/en/post/1"]),
    ("(caliber.az)", ["caliber.az"]),
    ("caliber.az,report.az", ["caliber.az", "report.az"]),
    ("сайтcaliber.azсайт", ["caliber.az"]),
    ("http://пример.рф/а", ["http://пример.рф/а"]),
    ("http://example.comのテスト", ["http://example.com"]),
    ("example.рф", ["example.рф"]),
    ("a.co.uk", ["a.co.uk"]),
    ("foo.com.xyzzy", ["foo.com"]),
    ("http://test_underscore.twitter.com", ["http://test_underscore.twitter.com"]),
    ("caliber.az/en/a_(b)", ["caliber.az/en/a_(b)"]),
    ("caliber.az?x=1", ["caliber.az"]),
    ("caliber.az/?x=1", ["caliber.az/?x=1"]),
    ("https://caliber.az?x=1&y=2#z", ["https://caliber.az?x=1&y=2#z"]),
    ("end.So we", ["end.So"]),
    ("xn--p1ai.xn--p1ai", ["xn--p1ai.xn--p1ai"]),
    ("http://t.co/abcdef.ghi", ["http://t.co/abcdef"]),
    ("HTTPS://CALIBER.AZ", ["HTTPS://CALIBER.AZ"]),
    ("пример.рф", []),
    ("news@caliber.az", []),
    ("@caliber.az #caliber.az $caliber.az", []),
    ("-caliber.az _caliber.az .caliber.az /caliber.az", []),
    ("caliber.az-x caliber.az2 caliber.az@x", []),
    ("1,200.50 U.S.A e.g.this т.е. это", []),
    ("http://localhost/a http://1.2.3.4/a", []),
    ("http://t.co/" + "a" * 41, []),
    ("https://caliber.az/" + "a" * 4090, []),
    ("a" * 64 + ".com", []),
    ("no address here", []),
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_an_address_is_found_where_x_sees_a_link(text, expected):
    assert [text[start:end] for start, end in find_urls(text)] == expected


def test_the_list_of_top_level_domains_has_the_newsrooms_own():
    names, longest = top_level_domains()
    assert {"az", "am", "ru", "com", "news", "рф", "հայ", "中国", "پاکستان"} <= names
    assert len(names) > 1400
    assert longest == max(map(len, names))


@pytest.mark.parametrize(
    "text",
    [
        "a" * 50_000 + ".",
        "é" * 50_000 + "-.az",
        "a." * 25_000,
        "a-" * 25_000 + ".",
        "http://a.az/" + "(a" * 20_000,
        "(" * 20_000 + "a.az/" + "(" * 20_000,
        "http://" * 7_000 + ".",
        "_." * 25_000,
    ],
    ids=lambda text: text[:6],
)
def test_a_hostile_text_does_not_hold_the_finder_up(text):
    began = time.thread_time()
    find_urls(text)
    assert time.thread_time() - began < 1
