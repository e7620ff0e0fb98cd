"""X's weighted count, against the public conformance cases and a few of our own."""

import os
import timeit
from pathlib import Path

import pytest
import yaml

from formatting.urls import find_urls
from formatting.x_weight import Rules, X, valid, weight

# The cases grew with the rules: `tweets` are of version 1, the first weighted ones of version 2, the rest of version 3.
V1 = Rules(most=140, light=r"\u0000-\U0010ffff", emoji=False)
V2 = Rules(emoji=False)
RULES = {
    "WeightedTweetsCounterTest": V2,
    "WeightedTweetsWithDiscountedEmojiCounterTest": X,
    "UnicodeDirectionalMarkerCounterTest": X,
}
# Another function's business: it checks one address by the RFC, X's finder does not take these (or not all of them).
NOT_FOUND_BY_X = {
    "Valid url: port and userinfo",
    "Valid url: ipv4",
    "Valid url: ipv6",
    "Valid url: sub delims and question marks",
}


@pytest.fixture(scope="module")
def cases():
    folder = os.environ.get("NEWSWIRE_SPECS")
    if not folder:
        pytest.skip("NEWSWIRE_SPECS names no folder with the platforms' own descriptions")
    return yaml.safe_load((Path(folder) / "twitter-text-validate.yml").read_text(encoding="utf-8"))["tests"]


def test_all_public_cases_of_whole_tweets_hold(cases):
    assert {c["description"]: valid(c["text"], V1) for c in cases["tweets"]} == {
        c["description"]: c["expected"] for c in cases["tweets"]
    }


@pytest.mark.parametrize("group", RULES)
def test_all_public_cases_of_weighted_length_hold(cases, group):
    rules = RULES[group]
    ours = {c["description"]: (weight(c["text"], rules), valid(c["text"], rules)) for c in cases[group]}
    theirs = {c["description"]: (c["expected"]["weightedLength"], c["expected"]["valid"]) for c in cases[group]}
    assert ours == theirs


@pytest.mark.parametrize("group", ["urls", "urls_without_protocol"])
def test_an_address_of_the_public_cases_is_found_whole_or_not_at_all(cases, group):
    told = [c for c in cases[group] if c["description"] not in NOT_FOUND_BY_X]
    assert {c["text"]: find_urls(c["text"]) == [(0, len(c["text"]))] for c in told} == {
        c["text"]: c["expected"] for c in told
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("☺", 2),
        ("☺\ufe0f", 2),
        ("☺\ufe0e", 4),
        ("🐱\ufe0f", 4),
        ("1\ufe0f\u20e3", 2),
        ("🇦🇦", 4),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2),
        ("🙋🏽", 2),
        ("🏃🏽‍♀️", 2),
        ("👩‍❤️‍💋‍👩", 2),
        ("🐱‍👤", 5),
        ("\u202aabc", 5),
        ("Թուրքիա", 7),
        ("Əliyev", 6),
        ("©", 2),
    ],
)
def test_an_emoji_weighs_two_and_all_but_latin_and_its_kin_two_each(text, expected):
    assert weight(text) == expected


def test_a_text_x_refuses_is_not_valid():
    assert not valid("")
    assert not valid("a\ufeffb")
    assert not valid("a" * 281)
    assert valid("a" * 280)
    assert not valid("中" * 141)


def test_weighing_a_full_post_takes_well_under_a_millisecond():
    text = (
        "A lie gets halfway round the world. Президент прибыл в Баку 👨‍👩‍👧‍👦. " * 4
        + "Caliber.Az https://caliber.az/en/1"
    )
    weight(text)
    assert min(timeit.repeat(lambda: weight(text), number=20, repeat=5)) / 20 < 0.0005
