"""Right-to-left posts."""

from formatting.direction import MARK, mark_directions
from newswire.richtext import RichText, Span, Style, styled


def test_a_line_that_opens_with_latin_letters_is_told_its_direction():
    text = styled("NATO يعلن", Style.BOLD) + "\n\nيعلن NATO\nhttps://a.az"
    marked = mark_directions(text, "ar")
    assert marked.text == f"{MARK}NATO يعلن\n\nيعلن NATO\nhttps://a.az"
    assert marked.spans == (Span(1, 10, Style.BOLD),)


def test_other_languages_are_left_alone():
    text = RichText("NATO يعلن")
    assert mark_directions(text, "en") is text


def test_a_span_over_several_lines_stays_one():
    text = styled("NATO يعلن\nUN يعلن", Style.QUOTE)
    assert mark_directions(text, "fa").spans == (Span(1, len(text) + 2, Style.QUOTE),)
