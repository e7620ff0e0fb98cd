"""The sandbox's own counter of what a text weighs on X."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.x.weight import find_links, is_valid, weigh

SPECS = os.environ.get("NEWSWIRE_SPECS", "")
NOT_LINKED_BY_X = {  # valid addresses of which X's text makes no link, or a shorter one
    "Valid url: port and userinfo",
    "Valid url: ipv4",
    "Valid url: ipv6",
    "Valid url: sub delims and question marks",
}


@pytest.fixture(scope="module")
def groups() -> dict[str, list[dict[str, Any]]]:
    if not SPECS:
        pytest.skip("NEWSWIRE_SPECS names no folder with the platforms' own test cases")
    loaded: dict[str, list[dict[str, Any]]] = yaml.safe_load((Path(SPECS) / "twitter-text-validate.yml").read_text())[
        "tests"
    ]
    return loaded


def _wrong(cases: list[dict[str, Any]], *, emoji: bool) -> list[tuple[Any, ...]]:
    found = [(weigh(case["text"], emoji=emoji), is_valid(case["text"])) for case in cases]
    expected = [(case["expected"]["weightedLength"], case["expected"]["valid"]) for case in cases]
    return [
        (case["description"], want, got)
        for case, want, got in zip(cases, expected, found, strict=True)
        if want[0] != got[0] or (emoji and want[1] != got[1])
    ]


def test_every_published_case_with_emoji_as_one_unit_comes_out_right(groups):
    assert _wrong(groups["WeightedTweetsWithDiscountedEmojiCounterTest"], emoji=True) == []


def test_every_published_case_by_the_older_emoji_rule_comes_out_right(groups):
    assert _wrong(groups["WeightedTweetsCounterTest"], emoji=False) == []


def test_directional_marks_weigh_what_x_says(groups):
    assert _wrong(groups["UnicodeDirectionalMarkerCounterTest"], emoji=True) == []


def test_texts_of_the_140_era_are_judged_as_then_but_for_the_limit(groups):
    for case in groups["tweets"]:
        if "141" in case["description"]:
            assert weigh(case["text"]) == 143, case  # a link weighed 20 and 21 then
        else:
            assert is_valid(case["text"]) is case["expected"], case


def test_an_address_is_linked_whole_exactly_when_it_is_valid(groups):
    for case in [*groups["urls"], *groups["urls_without_protocol"]]:
        whole = [link.url for link in find_links(case["text"])] == [case["text"]]
        assert whole is (case["expected"] and case["description"] not in NOT_LINKED_BY_X), case


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("Caliber.Az reports", 31),
        ("caliber.az/en", 23),
        ("Azərbaycan Prezidenti", 21),
        ("Президент Азербайджана", 22),
        ("🇦🇿", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("…", 2),
        ("№", 2),
        ("—", 1),
        ("“", 1),
        ("©", 1),
        ("©️", 2),
        ("☺️", 2),
        ("❤️‍🔥", 2),
        ("1️⃣", 2),
        ("👍🏽", 2),
        ("☺🏽", 4),
        ("2026", 4),
        ("editor@caliber.az", 17),
        ("#caliber.az", 11),
        ("no.such-tld.example1", 20),
    ],
)
def test_a_text_weighs(text, weight):
    assert weigh(text) == weight


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("read https://example.com/a_(b) now", ["https://example.com/a_(b)"]),
        ("(https://example.com/a)", ["https://example.com/a"]),
        ("see example.com.", ["example.com"]),
        ("see https://example.com/path.", ["https://example.com/path"]),
        ("日本語example.com日本語", ["example.com"]),
        ("http://пример.рф/новости", ["http://пример.рф/новости"]),
        ("пример.рф", []),
        ("primer.рф", ["primer.рф"]),
        ('"caliber.az"', ["caliber.az"]),
        ("x /a.com/b.com c.com", ["c.com"]),
        ("1.com日本2.com", ["1.com", "2.com"]),
        ("https://t.co/abcdefghij-more", ["https://t.co/abcdefghij"]),
        ("https://example.com:8080/x?a=b&c=d", ["https://example.com:8080/x?a=b&c=d"]),
        ("a.com,b.org", ["a.com", "b.org"]),
        ("xhttp://example.com", []),
        ("U.S. and e.g. 3.14", []),
        ("http://127.0.0.1:80/x", []),
    ],
)
def test_x_makes_links_of(text, links):
    assert [link.url for link in find_links(text)] == links


@pytest.mark.parametrize(("first", "last"), [(0x0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037)])
def test_light_characters_end_where_x_says(first, last):
    assert [weigh(chr(code)) for code in (max(first, 0x21), last)] == [1, 1]
    assert weigh(chr(last + 1)) == 2


def test_a_link_is_4096_characters_at_most():
    base = "https://example.com/"
    assert weigh(base + "a" * (4096 - len(base))) == 23
    assert weigh(base + "a" * (4097 - len(base))) > 4000


def test_addresses_of_this_machine_are_links_only_on_request():
    text = "news http://127.0.0.1:8080/en/post/a?x=1."
    assert [link.url for link in find_links(text, loopback=True)] == ["http://127.0.0.1:8080/en/post/a?x=1"]
    assert weigh(text, loopback=True) == 5 + 23 + 1
