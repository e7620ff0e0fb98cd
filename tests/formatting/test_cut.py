"""Cutting: whole sentences, whole words, whole links, whole numbers."""

import pytest

from formatting.cut import cut
from formatting.measure import length
from newswire.platform import Unit
from newswire.richtext import RichText, Span, Style, link, styled


def shortened(text: str, budget: int, language: str = "en") -> str:
    return str(cut(RichText(text), budget, len, language))


@pytest.mark.parametrize(
    ("text", "budget", "expected"),
    [
        ("Fits as it is.", 14, "Fits as it is."),
        ("One sentence. And another one.", 20, "One sentence."),
        ("Short. And then a very long sentence that goes on and on.", 30, "Short. And then a very long…"),
        ("Talks end, ministers say", 12, "Talks end…"),
        ("Talks end — ministers say", 13, "Talks end…"),
        ("Paid $1,200.50 today", 12, "Paid…"),
        ("Paid $1,200.50 today", 15, "Paid…"),
        ("They paid $5 million more", 14, "They paid…"),
        ("They paid $5 million more", 22, "They paid $5 million…"),
        ("В город приехали 1 200 000 человек сегодня", 25, "В город приехали…"),
        ("Look at https://a.az/b/c now", 20, "Look at…"),
        ("Look at https://a.az/b/c now", 26, "Look at https://a.az/b/c…"),
        ("Says Caliber.Az today again", 13, "Says…"),
        ("News #SouthCaucasus is here", 14, "News…"),
        ("He said “we will not go” today", 17, "He said…"),
        ("He was there and said “we” today", 26, "He was there and said…"),
        ("Talks (held in Baku) went on well", 12, "Talks…"),
        ('He spoke to them "and left', 21, "He spoke to them…"),
        ("«Мы победим», сказал он вчера", 15, "«Мы победим»…"),
        ("Extraordinarily long", 9, "Extraord…"),
        ("故人西辞黄鹤楼，烟花三月下扬州", 9, "故人西辞黄鹤楼…"),
        ("故人西辞黄鹤楼。烟花三月下扬州", 9, "故人西辞黄鹤楼。"),
        ("https://a.az/only-a-link-here", 10, ""),
        ("word", 1, ""),
        ("", 5, ""),
        ("“”“”", 2, ""),
    ],
)
def test_a_text_is_cut_where_an_editor_would(text, budget, expected):
    assert shortened(text, budget) == expected


def test_no_character_that_readers_see_is_split():
    family = "👨‍👩‍👧‍👦"
    assert shortened(family * 3, 10) == family + "…"
    assert shortened("e\u0301" * 5, 4) == "e\u0301…"


def test_styles_follow_and_cover_the_ellipsis():
    text = styled("Bold words go on", Style.BOLD)
    assert cut(text, 12, len).spans == (Span(0, 11, Style.BOLD),)
    assert cut(styled("Bold", Style.BOLD) + " and plain", 9, len).spans == (Span(0, 4, Style.BOLD),)


def test_a_link_stays_whole_or_goes():
    text = RichText("See ") + link("the whole story", "https://a.az") + " for more of it"
    assert cut(text, 12, len) == RichText("See…")
    whole = cut(text, 21, len)
    assert whole.text == "See the whole story…"
    assert whole.spans == (Span(4, 19, Style.LINK, "https://a.az"),)


def test_the_budget_is_in_the_measure_that_is_given():
    assert str(cut(RichText("中文新闻报道今天"), 10, lambda text: length(text, Unit.X_WEIGHT))) == "中文新闻…"
    assert str(cut(RichText("中文新闻报道今天"), 15, lambda text: length(text, Unit.BYTES))) == "中文新闻…"


def test_an_open_quotation_inside_a_link_does_not_break_the_link():
    text = link("The mayor: “we stay", "https://a.az") + ", she said and left the room"
    made = cut(text, 26, len)
    assert made.text == "The mayor: “we stay, she…"
    assert made.spans == (Span(0, 19, Style.LINK, "https://a.az"),)
