"""Telegram's entities: offsets in UTF-16, nesting as it allows, and back again."""

from hypothesis import given
from hypothesis import strategies as st

from formatting import entities
from newswire.richtext import RichText, Span, Style, link, styled


def test_offsets_are_in_utf16_units():
    text = RichText("📷 ") + styled("Title 👍", Style.BOLD) + " " + link("Read →", "https://a.az/1")
    assert entities.of(text) == [
        {"type": "bold", "offset": 3, "length": 8},
        {"type": "text_link", "offset": 12, "length": 6, "url": "https://a.az/1"},
    ]


def test_white_space_at_the_ends_of_an_entity_is_left_out_and_an_empty_one_vanishes():
    text = styled("  bold \n", Style.BOLD) + styled("   ", Style.ITALIC)
    assert entities.of(text) == [{"type": "bold", "offset": 2, "length": 4}]


def test_nested_styles_stay_nested_and_crossing_ones_are_cut():
    text = RichText("abcdefgh", (Span(0, 4, Style.BOLD), Span(1, 3, Style.ITALIC), Span(2, 6, Style.LINK, "https://a")))
    assert [(e["type"], e["offset"], e["length"]) for e in entities.of(text)] == [
        ("bold", 0, 2),
        ("italic", 1, 1),
        ("text_link", 2, 4),
        ("bold", 2, 2),
        ("italic", 2, 1),
    ]


def test_code_stands_alone_and_quotations_do_not_nest():
    text = RichText("abcdef", (Span(0, 6, Style.CODE), Span(2, 4, Style.BOLD)))
    assert [e["type"] for e in entities.of(text)] == ["code"]
    text = RichText("abcdef", (Span(0, 6, Style.QUOTE), Span(2, 4, Style.QUOTE)))
    assert [(e["offset"], e["length"]) for e in entities.of(text)] == [(0, 6)]


def test_of_more_than_a_hundred_the_links_are_kept():
    text = RichText()
    for number in range(150):
        text = text + styled("b", Style.BOLD) + " " + (link("l", f"https://a.az/{number}") if number % 3 == 0 else "x")
    kept = entities.of(text)
    assert len(kept) == 100
    assert sum(e["type"] == "text_link" for e in kept) == 50


@given(
    st.text(st.sampled_from("ab \n👍é"), max_size=20),
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.sampled_from(Style)), max_size=8),
)
def test_what_telegram_would_draw_is_what_was_meant_and_well_nested(words, marks):
    text = RichText(words, tuple(Span(a, b, s, "https://a.az" if s is Style.LINK else "") for a, b, s in marks))
    made = entities.of(text)
    units = len(words.encode("utf-16-le")) // 2
    for one in made:
        assert 0 <= one["offset"] < one["offset"] + one["length"] <= units
    ranges = [(e["offset"], e["offset"] + e["length"]) for e in made]
    for a, b in ranges:
        for c, d in ranges:
            assert b <= c or d <= a or (a <= c and d <= b) or (c <= a and b <= d)
    back = entities.rich(words, made)
    assert entities.of(back) == made
    linked = {i for s in text.spans if s.style is Style.LINK for i in range(s.start, s.end) if not words[i].isspace()}
    assert linked <= {i for s in back.spans if s.style is Style.LINK for i in range(s.start, s.end)}
