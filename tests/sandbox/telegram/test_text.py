from __future__ import annotations

import pytest

from sandbox.telegram.refusal import Refused
from sandbox.telegram.text import BadLink, check_link, read_text


def html(source: str) -> tuple[str, list[tuple[str, int, int]]]:
    read = read_text(source, "HTML", None)
    return read.text, [(e.kind, e.start, e.end) for e in read.entities]


def plain(text: str, *entities: dict[str, object]) -> list[tuple[str, int, int]]:
    return [(e.kind, e.start, e.end) for e in read_text(text, "", list(entities)).entities]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("Bakı <br/>", 'Unsupported start tag "br/" at byte offset 6'),
        ("a<", "Unclosed start tag at byte offset 1"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<b =x>y</b>", 'Empty attribute name in the tag "b" at byte offset 0'),
        ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
        (
            "&#55357;",
            "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units",
        ),
    ],
)
def test_wrong_html_is_refused_in_telegrams_words(source: str, words: str) -> None:
    with pytest.raises(Refused) as refused:
        read_text(source, "HTML", None)
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"
    assert refused.value.code == 400


def test_all_tags_become_entities() -> None:
    source = (
        "<b>a</b><strong>b</strong> <i>c</i> <u>d</u> <s>e</s> <tg-spoiler>f</tg-spoiler> <code>g</code> "
        '<blockquote expandable>h</blockquote> <a href="https://example.com">i</a> <span class="tg-spoiler">j</span>'
    )
    text, entities = html(source)
    assert text == "ab c d e f g h i j"
    assert [kind for kind, _, _ in entities] == [
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "code",
        "expandable_blockquote",
        "text_link",
        "spoiler",
    ]
    assert entities[0] == ("bold", 0, 2), "touching stretches of one style are one"


def test_code_in_a_block_carries_its_language() -> None:
    read = read_text('<pre><code class="language-python">x = 1</code></pre>', "HTML", None)
    assert read.entities_json() == [{"type": "pre", "offset": 0, "length": 5, "language": "python"}]


def test_only_four_named_entities_are_decoded() -> None:
    assert html("&lt;&gt;&amp;&quot;&nbsp;&#169;&#x1F600;")[0] == '<>&"&nbsp;©😀'


def test_offsets_are_in_utf_16_units() -> None:
    assert html("😀 <b>x</b>") == ("😀 x", [("bold", 3, 4)])


def test_a_link_that_leads_nowhere_is_plain_text() -> None:
    assert html('<a href="http://localhost:8000/x">x</a>') == ("x", [])


def test_a_link_is_kept_as_telegram_writes_it() -> None:
    assert read_text('<a href="HTTPS://Caliber.AZ">x</a>', "html", None).entities[0].extra == {
        "url": "https://caliber.az/"
    }


def test_dates_and_custom_emoji_carry_their_own():
    read = read_text(
        '<tg-time unix="1700000000" format="d">then</tg-time> <tg-emoji emoji-id="5">x</tg-emoji>', "HTML", None
    )
    assert read.entities_json() == [
        {"type": "date_time", "offset": 0, "length": 4, "unix_time": 1700000000, "date_time_format": "d"},
        {"type": "custom_emoji", "offset": 5, "length": 1, "custom_emoji_id": "5"},
    ]


def test_a_less_than_sign_that_was_not_escaped_is_a_tag_without_a_name():
    with pytest.raises(Refused, match='Unsupported start tag "" at byte offset 2'):
        read_text("a < b", "HTML", None)


def test_markdown_is_refused_with_a_reason() -> None:
    with pytest.raises(Refused, match="HTML and explicit entities"):
        read_text("*x*", "MarkdownV2", None)


def test_an_unknown_parse_mode_is_refused() -> None:
    with pytest.raises(Refused, match="unsupported parse_mode"):
        read_text("x", "BBCode", None)


def test_text_is_trimmed_and_its_entities_move_along() -> None:
    assert html(" \n <b> title </b> \n") == ("title", [("bold", 0, 5)])


def test_control_characters_and_carriage_returns_go() -> None:
    assert plain("a\r\nb\tc\u202ed", {"type": "bold", "offset": 3, "length": 4}) == [("bold", 2, 5)]
    assert read_text("a\r\nb\tc\u202ed", "", None).text == "a\nb cd"


def test_an_entity_of_blanks_is_dropped() -> None:
    assert plain("a   b", {"type": "bold", "offset": 1, "length": 2}) == []


@pytest.mark.parametrize(
    ("offset", "length", "words"),
    [
        (-1, 2, "receive an entity with incorrect offset -1"),
        (0, -1, "receive an entity with incorrect length -1"),
        (9, 1, "entity begins after the end of the text at UTF-16 offset 9"),
        (0, 9, "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 9"),
        (3, 2, "entity begins in a middle of a UTF-16 symbol at byte offset 6"),
        (0, 3, "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 6"),
    ],
)
def test_entities_beside_the_text_are_refused(offset: int, length: int, words: str) -> None:
    with pytest.raises(Refused) as refused:
        plain("ab😀cd", {"type": "bold", "offset": offset, "length": length})
    assert refused.value.description == f"Bad Request: {words}"


def test_an_entity_without_its_length_is_refused() -> None:
    with pytest.raises(Refused, match='Can\'t find field "length"'):
        plain("x", {"type": "bold", "offset": 0})


def test_a_bad_link_among_the_entities_is_refused() -> None:
    with pytest.raises(Refused, match="entity URL 'http://localhost' is invalid: Wrong HTTP URL"):
        plain("x", {"type": "text_link", "offset": 0, "length": 1, "url": "http://localhost"})


def test_unknown_kinds_of_entities_are_passed_over() -> None:
    assert plain("see x", {"type": "url", "offset": 0, "length": 3}, {"type": "new", "offset": 0, "length": 1}) == []


def test_styles_that_cross_are_cut() -> None:
    assert plain(
        "abcdef", {"type": "bold", "offset": 0, "length": 4}, {"type": "italic", "offset": 2, "length": 4}
    ) == [("bold", 0, 4), ("italic", 2, 4), ("italic", 4, 6)]


def test_styles_inside_code_go() -> None:
    assert html("<code>a<b>b</b>c</code>")[1] == [("code", 0, 3)]


def test_only_a_hundred_entities_are_kept() -> None:
    source = " ".join(f"<b>{i}</b> <i>x</i>" for i in range(80))
    assert len(read_text(source, "HTML", None).entities) == 100


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://caliber.az/en/post/1.", [("url", 4, 32)]),
        ("(https://en.wikipedia.org/wiki/Baku_(city))", [("url", 1, 42)]),
        ("caliber.az and t.me/caliber", [("url", 0, 10), ("url", 15, 27)]),
        ("Caliber.Az reports", []),
        ("version 2.0 and file.txt", []),
        ("http://127.0.0.1:8080/x", [("url", 0, 23)]),
        ("@caliber_en #Bakı $AZN", [("mention", 0, 11), ("hashtag", 12, 17), ("cashtag", 18, 22)]),
        ("/start@caliber_bot now", [("bot_command", 0, 18)]),
        ("and/or 1/2", []),
        ("mail desk@caliber.az", [("email", 5, 20)]),
        ("#2026 is no hashtag", []),
    ],
)
def test_links_names_and_commands_are_found(text: str, found: list[tuple[str, int, int]]) -> None:
    assert plain(text) == found


def test_nothing_is_found_inside_code() -> None:
    assert html("<code>caliber.az</code>")[1] == [("code", 0, 10)]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://localhost:8000", "Wrong HTTP URL"),
        ("https://", "URL host is empty"),
        ("ftp://example.com", "Unsupported URL protocol"),
        ("http://exa mple.com", "Wrong URL host"),
        ("http://example.com:99999", "Wrong port number specified in the URL"),
    ],
)
def test_bad_addresses(url: str, reason: str) -> None:
    with pytest.raises(BadLink, match=reason):
        check_link(url)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("example.com", "http://example.com/"),
        ("https://EXAMPLE.com/A?b=C d", "https://example.com/A?b=C%20d"),
        ("http://127.0.0.1:8080?x", "http://127.0.0.1:8080/?x"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
    ],
)
def test_good_addresses(url: str, kept: str) -> None:
    assert check_link(url) == kept
