"""Parameters, share addresses and the rows of buttons."""

from urllib.parse import parse_qs, urlsplit

import pytest

from formatting.links import LONGEST_COPY_TEXT, TARGETS, share_buttons, share_link, with_parameters, written_link
from newswire.errors import ConfigError, Rejected
from newswire.post import ButtonKind

LINK = "https://news.example/en/1?a=b&c=d"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.az/1", "https://a.az/1?utm_source=tg"),
        ("https://a.az/1?x=1#top", "https://a.az/1?x=1&utm_source=tg#top"),
        ("https://a.az/1?utm_source=site", "https://a.az/1?utm_source=site"),
        ("https://a.az/1?utm_source=", "https://a.az/1?utm_source="),
        ("https://a.az?q=a%20b+c", "https://a.az?q=a%20b+c&utm_source=tg"),
        ("https://a.az/1?", "https://a.az/1?utm_source=tg"),
    ],
)
def test_a_parameter_joins_the_query_unless_it_is_there(url, expected):
    assert with_parameters(url, {"utm_source": "tg"}) == expected


def test_values_are_encoded_and_adding_twice_adds_once():
    once = with_parameters(LINK, {"utm_campaign": "ışıq & söz"})
    assert parse_qs(urlsplit(once).query)["utm_campaign"] == ["ışıq & söz"]
    assert with_parameters(once, {"utm_campaign": "ışıq & söz"}) == once


@pytest.mark.parametrize("target", TARGETS)
def test_a_share_address_carries_the_link_encoded_with_percent_signs_only(target):
    address = share_link(target, LINK, "A & B <C>\u00a0+ d")
    assert "https%3A%2F%2Fnews.example%2Fen%2F1%3Fa%3Db%26c%3Dd" in address
    assert "+" not in address
    assert "A%20%26%20B%20%3CC%3E" in address or target in ("facebook", "linkedin")
    assert address.isascii()


def test_an_unknown_target_is_refused_with_the_known_ones():
    with pytest.raises(ConfigError, match="unknown target “myspace”; known: telegram, x"):
        share_link("myspace", LINK, "t")


def test_buttons_stand_in_even_rows_and_the_copy_button_is_last():
    rows = share_buttons(LINK, "Title", ("telegram", "x", "facebook", "whatsapp"), "ru")
    assert [[b.label for b in row] for row in rows] == [["Поделиться", "X", "Facebook"], ["WhatsApp", "📋 Копировать"]]
    assert rows[-1][-1].value == LINK
    assert rows[-1][-1].kind is ButtonKind.COPY


def test_an_unknown_language_has_english_labels():
    assert share_buttons(LINK, "t", ("telegram",), "sw")[0][0].label == "Share"


def test_what_telegram_refuses_as_a_button_is_left_out():
    assert share_buttons(LINK, "t", ("viber", "email"), "en", copy_link=False) == ()


def test_a_link_of_256_characters_can_be_copied_and_one_of_257_cannot():
    fits = "https://a.az/".ljust(LONGEST_COPY_TEXT, "a")
    assert share_buttons(fits, "t", (), "en")[0][0].value == fits
    assert share_buttons(fits + "a", "t", (), "en") == ()


def test_a_title_too_long_for_a_button_is_left_out_of_its_address():
    (row,) = share_buttons(LINK, "Я" * 1000, ("x",), "en", copy_link=False)
    assert row[0].value.endswith("&text=")


def test_a_link_that_x_would_cut_in_two_is_percent_encoded_where_it_stands_bare():
    assert written_link("https://a.az/مقال", bare=True) == "https://a.az/%D9%85%D9%82%D8%A7%D9%84"
    assert written_link("https://a.az/مقال", bare=False) == "https://a.az/مقال"
    assert written_link("https://a.az/статья?x=%20", bare=True) == "https://a.az/статья?x=%20"


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "a.az", "https://", "https://a.az/a b", "ftp://a.az"])
def test_what_is_no_web_address_is_refused(link):
    with pytest.raises(Rejected, match="not a web address"):
        written_link(link, bare=True)
