"""Length in the five units, against the table computed in the platform notes."""

import pytest

from formatting.measure import grapheme_ends, length, utf16_offsets
from newswire.platform import Unit

TABLE = [
    # text, code points, UTF-16, graphemes, bytes, X weight
    ("", 0, 0, 0, 0, 0),
    ("👨‍👩‍👧‍👦", 7, 11, 1, 25, 2),
    ("🇦🇿", 2, 4, 1, 8, 2),
    ("Azərbaycan Prezidenti", 21, 21, 21, 22, 21),
    ("Президент Азербайджана", 22, 22, 22, 43, 22),
    ("…", 1, 1, 1, 3, 2),
    ("№", 1, 1, 1, 3, 2),
    ("—", 1, 1, 1, 3, 1),
    ("«", 1, 1, 1, 2, 1),
    ("https://caliber.az/en/post/some-article-number", 46, 46, 46, 46, 23),
    ("caliber.az/en", 13, 13, 13, 13, 23),
    ("Caliber.Az reports", 18, 18, 18, 18, 31),
    ("e\u0301", 2, 2, 1, 3, 1),
    ("a\r\nb", 4, 4, 3, 4, 4),
    ("中文", 2, 2, 2, 6, 4),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_a_text_is_as_long_as_its_platform_says(row):
    text, *lengths = row
    expected = dict(zip(Unit, lengths, strict=True))
    assert {unit: length(text, unit) for unit in Unit} == expected


def test_utf16_offsets_count_two_for_what_lies_beyond_the_basic_plane():
    assert utf16_offsets("a🇦b") == [0, 1, 3, 4]
    assert utf16_offsets("") == [0]


def test_graphemes_end_where_readers_see_characters_end():
    assert grapheme_ends("e\u0301👨‍👩‍👧‍👦x") == [2, 9, 10]
