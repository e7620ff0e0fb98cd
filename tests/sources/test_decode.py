"""Which encoding a text is really in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources._decode import decode

RUSSIAN = "Порт открыл второй причал, сообщили в пятницу"
XML = '<?xml version="1.0" encoding="{}"?><title>{}</title>'


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-be"])
def test_a_mark_or_the_first_bytes_tell_unicode_forms_apart(encoding):
    text = f"<title>{RUSSIAN}</title>"
    assert decode(text.encode(encoding), "iso-8859-1") == (text, "")


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "iso-8859-5", "cp866", "mac-cyrillic", "utf-8"])
def test_a_declared_encoding_is_used_where_it_fits(encoding):
    text = XML.format(encoding, RUSSIAN)
    assert decode(text.encode(encoding)) == (text, "")


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r"])
@pytest.mark.parametrize("claimed", ["utf-8", "iso-8859-1", "nonsense", "rot13", "undefined", "punycode", "idna"])
def test_a_wrong_declaration_is_seen_through_and_reported(encoding, claimed):
    text = XML.format(claimed, RUSSIAN)
    decoded, warning = decode(text.encode(encoding))
    assert decoded == text
    assert "reads as" in warning


def test_utf_8_is_utf_8_whatever_header_and_document_say():
    text = XML.format("windows-1251", RUSSIAN)
    assert decode(text.encode(), "koi8-r") == (text, "")


def test_the_header_goes_before_the_document():
    text = XML.format("koi8-r", RUSSIAN)
    assert decode(text.encode("windows-1251"), "windows-1251") == (text, "")


JAPANESE = "政府は二十四日、港の第二岸壁の運用を始めたと発表した。穀物の輸出は来年さらに増える見通しだ。"
KOREAN = "정부는 화요일 항구의 두 번째 부두가 운영을 시작했다고 발표했다. 내년에 곡물 수출이 더 늘어날 것이라고 말했다."
TURKISH = "Hükümet salı günü limanın ikinci rıhtımının açıldığını duyurdu, şehirde görüşmeler sürüyor."


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("shift_jis", JAPANESE),
        ("euc-jp", JAPANESE),
        ("gb18030", "政府周二宣布，港口第二个泊位已经投入使用。部长表示，明年粮食出口将继续增长。"),
        ("big5", "政府週二宣布，港口第二個泊位已經啟用。部長表示，明年糧食出口將繼續增長。"),
        ("euc-kr", KOREAN),
        ("windows-1251", RUSSIAN),
        ("koi8-r", RUSSIAN),
        ("iso-8859-9", TURKISH),
    ],
)
@pytest.mark.parametrize("shape", ["{0}", "<html><title>{0}</title><script>var a;</script><p>{0}</html>", XML])
def test_an_encoding_that_nobody_declares_is_told_by_the_text(encoding, words, shape):
    text = shape.format(words) if shape is not XML else f'<?xml version="1.0"?><rss><title>{words}</title></rss>'
    decoded, warning = decode(text.encode(encoding))
    assert decoded == text
    assert warning.startswith("says no encoding, but reads as ")


def test_a_large_text_is_looked_at_in_part_only(timed):
    body = b"<p>" + b"a" * 100_000 + ("<p>" + JAPANESE * 20_000 + "</p>").encode("euc-jp")
    with timed(1.0):
        assert JAPANESE in decode(body)[0]
    with timed(2.0):
        decode(bytes(range(128, 256)) * 80_000)


def test_latin_text_without_a_word_about_it_is_windows_1252():
    text = "<title>Café “Zürich” — naïve</title>"
    assert decode(text.encode("cp1252"))[0] == text


def test_a_few_broken_bytes_do_not_make_utf_8_another_encoding():
    body = f"<title>{RUSSIAN}</title>".encode() + b"\xd0"
    assert decode(body)[0] == f"<title>{RUSSIAN}</title>\N{REPLACEMENT CHARACTER}"


def test_a_page_may_declare_its_encoding_in_a_meta_tag():
    text = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><p>{RUSSIAN}'
    assert decode(text.encode("windows-1251")) == (text, "")


def test_seven_bit_encodings_are_read_where_they_are_declared():
    text = XML.format("iso-2022-jp", "速報です")
    assert decode(text.encode("iso-2022-jp"))[0] == text


@given(st.binary(), st.text(max_size=20))
def test_any_bytes_become_text(body, charset):
    text, _ = decode(body, charset)
    assert isinstance(text, str)
