"""Hashtags that every platform reads as one."""

import pytest

from formatting.hashtags import hashtag, tags


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("politics", "#politics"),
        ("South Caucasus", "#SouthCaucasus"),
        ("south-caucasus news", "#SouthCaucasusNews"),
        ("COVID-19", "#COVID19"),
        ("#Baku", "#Baku"),
        ("Южный Кавказ", "#ЮжныйКавказ"),
        ("Հարավային Կովկաս", "#ՀարավայինԿովկաս"),
        ("O'Brien", "#OBrien"),
        ("نوروز", "#نوروز"),
        ("新闻", "#新闻"),
        ("2024", ""),
        ("!!!", ""),
        ("", ""),
        ("a\nb", "#AB"),
    ],
)
def test_a_tag_becomes_a_hashtag_of_letters_and_digits(tag, expected):
    assert hashtag(tag) == expected


def test_azerbaijani_keeps_the_dot_of_its_i():
    assert hashtag("iqlim dəyişikliyi", "az") == "#İqlimDəyişikliyi"


def test_only_the_first_different_ones_are_used():
    assert tags(["Baku", "baku", "2024", "Politics", "Economy"]) == ("#Baku", "#Politics")
    assert tags(["Baku"], limit=0) == ()
