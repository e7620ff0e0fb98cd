"""Text with spans: whatever is cut, joined or stored, the spans stay on their words."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from newswire.richtext import RichText, Span, Style, link, styled

texts = st.text(max_size=40)


@st.composite
def rich_texts(draw: st.DrawFn) -> RichText:
    text = draw(texts)
    spans = draw(
        st.lists(
            st.builds(
                Span,
                st.integers(-3, 45),
                st.integers(-3, 45),
                st.sampled_from(Style),
                st.sampled_from(["", "https://news.example/1"]),
            ),
            max_size=5,
        )
    )
    return RichText(text, tuple(spans))


def words(text: RichText) -> list[tuple[str, Style, str]]:
    """Each span's own words, style and link, wherever they stand."""
    return [(text.text[s.start : s.end], s.style, s.url) for s in text.spans]


def test_a_span_that_reaches_outside_is_kept_inside():
    assert RichText("abc", (Span(-2, 9, Style.BOLD),)).spans == (Span(0, 3, Style.BOLD),)


def test_an_empty_span_is_dropped():
    assert RichText("abc", (Span(2, 2, Style.BOLD), Span(3, 9, Style.BOLD), Span(2, 1, Style.BOLD))).spans == ()


def test_joining_moves_the_spans_of_the_second():
    joined = styled("One", Style.BOLD) + " " + link("two", "https://news.example/2")
    assert joined.text == "One two"
    assert words(joined) == [("One", Style.BOLD, ""), ("two", Style.LINK, "https://news.example/2")]


def test_cutting_keeps_what_of_a_span_is_inside():
    text = RichText("a bold word", (Span(2, 6, Style.BOLD),))
    assert words(text[4:11]) == [("ld", Style.BOLD, "")]
    assert words(text[7:]) == []


def test_strip_takes_white_space_and_leaves_spans_on_their_words():
    text = RichText(" \n bold ", (Span(0, 8, Style.BOLD),)).strip()
    assert (text.text, text.spans) == ("bold", (Span(0, 4, Style.BOLD),))
    assert RichText(" \n", (Span(0, 2, Style.BOLD),)).strip() == RichText()


@given(rich_texts())
def test_spans_are_sorted_not_empty_and_inside(text: RichText):
    assert list(text.spans) == sorted(text.spans)
    assert all(0 <= s.start < s.end <= len(text) for s in text.spans)


@given(rich_texts())
def test_json_gives_back_the_same_text(text: RichText):
    assert RichText.from_json(json.loads(json.dumps(text.to_json()))) == text


@given(rich_texts(), rich_texts())
def test_joining_and_cutting_gives_back_both(first: RichText, second: RichText):
    joined = first + second
    assert joined[: len(first)] == first
    assert joined[len(first) :] == second


@given(rich_texts(), st.integers(-45, 45), st.integers(-45, 45))
def test_a_cut_reads_as_pythons_own(text: RichText, start: int, end: int):
    cut = text[start:end]
    assert cut.text == text.text[start:end]
    assert all((style, url) in [(s.style, s.url) for s in text.spans] for _, style, url in words(cut))
