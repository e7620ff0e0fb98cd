"""From bytes to text: byte-order marks, what is declared, and what is really there."""

from __future__ import annotations

import codecs
import re

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UNMARKED = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
XML_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)""")
HTML_DECLARED = re.compile(rb"""<meta[^>]+?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
HEAD = 4096

# As browsers read them: sites that say Latin-1 mean Windows' superset of it.
MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}
# Python's own, which no site can mean.
NO_ENCODINGS = frozenset({"undefined", "idna", "punycode", "unicode-escape", "unicode_escape", "raw-unicode-escape"})
LONGEST_NAME = 40
SEVEN_BIT = ("iso2022", "hz", "utf-7")
# A word in Cyrillic is a run of high bytes; in a Latin script a high byte stands mostly alone.
HIGH_RUN = re.compile(rb"[\x80-\xff]{3,}")
HIGH = re.compile(rb"[\x80-\xff]+")
SMALL = re.compile(rb"[\xe0-\xff]")
# A text with one broken character among ten sound ones beyond ASCII is UTF-8 with an accident; fewer such letters do not
# tell one Latin alphabet from another.
SOUND = 10
# How much of a text is shown to a detector, and how much of that may stand before the first byte beyond ASCII.
DETECTED_IN = 65_536
BEFORE = 1_024


def decode(body: bytes, charset: str = "") -> tuple[str, str]:
    """The text of a feed or page, and a warning where the declared encoding was wrong ("" where all was well).

    A mark decides, then UTF-8 if it is UTF-8, then the header's charset, then the document's own word, each only if
    the bytes bear it out. Never fails: what cannot be read becomes U+FFFD.
    """
    for mark, name in MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name + ("" if name == "utf-8" else _order(mark)), "replace"), ""
    for start, name in UNMARKED:
        if body.startswith(start):
            return body.decode(name, "replace"), ""
    declared = [name for name in map(_known, (charset, *_declared(body))) if name]
    try:
        if not any(name.startswith(SEVEN_BIT) for name in declared):
            return body.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    return _other(body, declared)


def _order(mark: bytes) -> str:
    return "-le" if mark[0] == 0xFF else "-be"  # noqa: PLR2004 - U+FEFF's low byte


def _declared(body: bytes) -> list[str]:
    head = body[:HEAD]
    found = XML_DECLARED.search(head) or HTML_DECLARED.search(head)
    return [found[1].decode("ascii", "replace")] if found else []


def _known(name: str) -> str:
    """Python's name of an encoding, "" where it has none or it is no encoding of text."""
    try:
        found = codecs.lookup(name.strip()[:LONGEST_NAME])
    except (LookupError, ValueError):
        return ""
    if found.name in NO_ENCODINGS or not getattr(found, "_is_text_encoding", True):
        return ""
    return MEANT.get(found.name, found.name)


def _other(body: bytes, declared: list[str]) -> tuple[str, str]:
    """Text that is not UTF-8: in a declared encoding that fits, else in the likeliest."""
    likely = _likely(body)
    for name in declared:
        if name == "utf-8" or (name in ("cp1252", "cp1254") and likely not in ("cp1252", "utf-8")):
            continue
        try:
            return body.decode(name), ""
        except UnicodeError:
            continue
    few = likely == "cp1252" and sum(map(len, HIGH.findall(body))) < SOUND
    if not declared and likely != "utf-8" and not few:
        likely = _detected(body) or likely
    said = f"says it is in {declared[0]}, " if declared else "says no encoding, "
    return body.decode(likely, "replace"), f"{said}but reads as {likely}"


def _likely(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    if text.count("\N{REPLACEMENT CHARACTER}") * SOUND <= len(body) - len(text):
        return "utf-8"
    high = sum(map(len, HIGH.findall(body)))
    runs = sum(map(len, HIGH_RUN.findall(body)))
    if runs * 2 < high:
        return "cp1252"
    # Small letters, the most of any text, lie above 0xE0 in Windows-1251 and below it in KOI8-R.
    return "cp1251" if len(SMALL.findall(body)) * 2 >= high else "koi8-r"


def _detected(body: bytes) -> str:
    """The encoding as a detector tells it from a part of the text, "" where it cannot; only of text that says none."""
    import chardet  # noqa: PLC0415 - nearly all text says what it is in, and the detector's tables take a while to load

    high = HIGH.search(body)
    start = max(0, high.start() - BEFORE) if high else 0
    return _known(str(chardet.detect(body[start:], max_bytes=DETECTED_IN)["encoding"] or ""))
