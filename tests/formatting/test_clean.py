"""Words from outside: one line, no controls, nothing that turns the post round."""

import pytest

from formatting.clean import one_line, paragraphs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a\n\n b\t c ", "a b c"),
        ("a\u00a0b", "a\u00a0b"),
        ("a \u00a0 b", "a b"),
        ("a\x00\x1b[31mb\x07", "a[31mb"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\u202eevil\u202c", "evil\u202c"),
        ("\ud800a", "a"),
        ("a\ue000\ufdd0\U0010ffffb", "ab"),
        ("\ufefftitle", "title"),
        ("👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
        ("می‌خواهم", "می‌خواهم"),
        ("", ""),
    ],
)
def test_a_line_holds_words_and_nothing_else(text, expected):
    assert one_line(text) == expected


def test_paragraphs_are_parted_by_blank_lines():
    assert paragraphs("One\nline.\r\n\r\nTwo.\n \n\n\nThree.\u2029Four.") == ["One line.", "Two.", "Three.", "Four."]
