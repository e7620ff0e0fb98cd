"""From what sites write to plain text: markup, entities, white space, headline tags."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator

# Tags as a browser's tokenizer sees them: quotes hide `>` only behind an equals sign. Possessive throughout, so that
# hostile text costs one pass; feeds' HTML is never made a tree, for trees of hostile HTML cost quadratic time.
TAG_END = r"[^>=]*+(?:=\s*+(?:\"[^\"]*+\"|'[^']*+')?+[^>=]*+)*+>?"
TAG = re.compile(rf"<[!?]?+(/?+[a-zA-Z][a-zA-Z0-9:.-]*+)(?:>|{TAG_END})")
COMMENT = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))", re.DOTALL)
UNSEEN = frozenset(
    {"script", "style", "figcaption", "noscript", "template", "svg", "iframe", "object", "textarea", "select"}
)
_BLOCKS = (
    "p div br li ul ol dl dt dd h1 h2 h3 h4 h5 h6 tr table blockquote section article header footer aside figure pre hr"  # noqa: SIM905 - a list of 30 quoted words reads worse
    " center".split()
)
BLOCKS = frozenset(_BLOCKS) | {f"/{name}" for name in _BLOCKS}
BREAK = "\0"


class _Marks(dict[str, str | None]):
    """What a tag leaves in the text, by its name: a break, nothing, or None where what it holds is not seen either."""

    def __missing__(self, name: str) -> str | None:
        name = name.lower()
        return BREAK if name in BLOCKS else None if name in UNSEEN else ""


_INLINE = "a b em i img span strong".split()  # noqa: SIM905 - one word a tag
MARKS = _Marks(dict.fromkeys(BLOCKS, BREAK) | dict.fromkeys(_INLINE, "") | {f"/{name}": "" for name in _INLINE})
# Their text is never meant to be read, whether they are closed or not.
CODE = frozenset({"script", "style"})
# In a title only what is markup in titles goes, for a title may speak of `List<T>` or `<C>`.
TITLE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blink|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|mark|nobr|p|q|s|small|span|strike|strong|sub|sup|tt|u|wbr)"
    rf"(?:\s{TAG_END}|/?>)"
    rf"|<(script|style)(?:\s{TAG_END}(?:[^<]*+(?:<(?!/?(?:script|style))[^<]*+)*+</\1\s*>)?|>[^<]*+</\1\s*>)"
    # Titles speak of these too, but not with their attributes.
    rf"|<(?:applet|embed|frame|frameset|iframe|link|meta|object)\s{TAG_END}"
    r"|</(?:applet|frameset|iframe|object)>",
    re.IGNORECASE | re.DOTALL,
)
# What is not seen, or turns the order of letters around: controls, bidi embeddings and overrides, zero-width space,
# soft hyphen, byte-order mark, lone surrogates. Joiners stay: scripts and emoji need them.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u180e\u200b\u2060\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
C1 = re.compile("[\x80-\x9f]")
WINDOWS = {code: mark for code in range(0x80, 0xA0) if (mark := bytes([code]).decode("cp1252", "ignore"))}
SENTENCE_ENDS = tuple(".!?…”»\u0589。\uff01\uff1f」")
# Left by blog software at the end of every summary.
CHROME = re.compile(r"^The post .{1,400} appeared first on .{1,200}$")


def fold(text: str) -> str:
    """One line of plain text: white space folded, invisible characters off."""
    if "  " not in text and _is_clean(text):
        return text.strip()
    folded = " ".join(text.split())
    # Python takes U+0085 for white space.
    if folded.isprintable() and "\x85" not in text:
        return folded
    return " ".join(INVISIBLE.sub("", _meant(text)).split())


def _meant(text: str) -> str:
    """Control characters that stand for others: bytes of UTF-8 read as Latin-1, or Windows' punctuation."""
    if not C1.search(text):
        return text
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text.translate(WINDOWS)


PRINTABLE = bytes(range(0x20, 0x7F))


def _is_clean(text: str) -> bool:
    """Whether the only white space is U+0020 and everything can be seen. Of ASCII it is told three times as fast."""
    return not text.encode().translate(None, PRINTABLE) if text.isascii() else text.isprintable()


def plain_title(text: str, *, markup: bool = True) -> str:
    """A title as people read it. `markup` False: tags are meant to be seen (Atom's type="text")."""
    if markup and "<" in text:
        text = TITLE_TAG.sub("", text)
    # Once more: inside CDATA, and where software escapes twice, `&nbsp;` and `&quot;` survive the first time.
    return fold(unescaped(text))


MOST_CHARACTERS = 2_048
LONGEST_REFERENCE = 40
REFERENCE = re.compile(r"(&(?:#\d+|#[xX][0-9a-fA-F]+|[^\t\n\f <&#;]{1,32});?)")


class _Characters(dict[str, str]):
    """What references stand for. Texts repeat the same few, so they are remembered, but not without end."""

    def __missing__(self, reference: str) -> str:
        # Numbers with more digits than any has are none (and more than Python cares to read).
        known = len(reference) < LONGEST_REFERENCE
        character = html.unescape(reference) if known else "\N{REPLACEMENT CHARACTER}"
        if len(self) < MOST_CHARACTERS:
            self[reference] = character
        return character


CHARACTERS = _Characters()


def unescaped(text: str) -> str:
    """`html.unescape`, several times faster."""
    return "".join(_pieces(text)) if "&" in text else text


def _pieces(text: str) -> list[str]:
    """The text between references at even places, the characters they stand for at odd ones."""
    pieces = REFERENCE.split(text)
    pieces[1::2] = map(CHARACTERS.__getitem__, pieces[1::2])
    return pieces


# From so many characters on it pays to look at all of a text at once.
SHORT = 400
PLAIN = PRINTABLE + BREAK.encode() + b"\n"


def _is_nearly_clean(text: str) -> bool:
    """Whether all can be seen but breaks and line ends; quick for texts in Latin letters, False for others."""
    rest = text.encode("utf-8", "surrogatepass").translate(None, PLAIN)
    return len(rest) * 4 < len(text) and rest.decode("utf-8", "surrogatepass").isprintable()


def paragraphs(markup: str) -> list[str]:
    """The visible text of a piece of HTML, a line for each paragraph; captions, scripts and chrome left out."""
    text = _visible(markup) if "<" in markup else markup
    pieces = _pieces(text) if "&" in text else [text]
    # Looked at before the references are put in: until then most texts are ASCII, of which all is told faster.
    clean = len(text) > SHORT and _is_nearly_clean(text) and "".join(pieces[1::2]).isprintable()
    whole = "".join(pieces)
    parts = whole.split(BREAK)
    if clean:
        # Only these two kinds of white space are left to look for, of which the second is rare.
        spaced = "  " in whole
        seen = filter(None, map(str.strip, parts))
        lines = [" ".join(part.split()) if "\n" in part or (spaced and "  " in part) else part for part in seen]
    else:
        lines = [line for part in parts if part and (line := fold(part))]
    if lines and CHROME.match(lines[-1]):
        del lines[-1]
    return lines


def _visible(markup: str) -> str:
    """The text between the tags, with a `BREAK` where a block begins or ends."""
    if "<!--" in markup:
        markup = COMMENT.sub("", markup)
    pieces = TAG.split(markup.replace(BREAK, "") if BREAK in markup else markup)
    marks = list(map(MARKS.__getitem__, pieces[1::2]))
    if None in marks:
        return "".join(_seen(pieces, marks))
    pieces[1::2] = marks
    return "".join(pieces)


def _seen(pieces: list[str], marks: list[str | None]) -> Iterator[str]:
    """The text outside of elements that are not seen, as far as they are closed at all."""
    names = [name.lower() for name in pieces[1::2]]
    left = Counter(names)
    yield pieces[0]
    until = ""
    for name, mark, text in zip(names, marks, pieces[2::2], strict=True):
        left[name] -= 1
        if not until and mark is None and (left[f"/{name}"] or name in CODE):
            until = f"/{name}"
        elif not until or until == name:
            yield (mark or "") + text
            until = ""


def plain(markup: str) -> str:
    """The visible text of a piece of HTML on one line."""
    if "<" not in markup and "&" not in markup and "appeared first" not in markup:
        return fold(markup.replace(BREAK, " "))
    return " ".join(paragraphs(markup))


def first_words(text: str, limit: int = 100) -> str:
    """The beginning of `text`, whole words, for an article that has no title."""
    if len(text) <= limit:
        return text
    whole = text[:limit].rpartition(" ")[0] or text[:limit]
    return whole.rstrip(" ,;:\u2013—-") + "…"


ATTRIBUTE = re.compile(r"([^\s/>=\"']++)(?:\s*+=\s*+(?:\"([^\"]*+)\"?|'([^']*+)'?|([^\s>]*+)))?")


def attributes(tag: str) -> dict[str, str]:
    """The attributes of a start tag, given what stands between its name and its end. The first of a name counts."""
    found: dict[str, str] = {}
    for name, double, single, bare in ATTRIBUTE.findall(tag):
        found.setdefault(name.lower(), unescaped(double or single or bare))
    return found


FLAG_WORDS = {
    "photo": ("PHOTO", "PHOTOS", "FOTO", "FOTOLAR", "FOTOS", "ФОТО", "ՖՈՏՈ", "ԼՈՒՍԱՆԿԱՐ", "ԼՈՒՍԱՆԿԱՐՆԵՐ"),
    "video": ("VIDEO", "VIDEOS", "VİDEO", "ВИДЕО", "ՎԻԴԵՈ", "ՏԵՍԱՆՅՈՒԹ"),
    "updated": (
        "UPDATED",
        "UPDATE",
        "ОБНОВЛЕНО",
        "ОБНОВЛЯЕТСЯ",
        "YENİLƏNİB",
        "YENİLƏNİR",
        "ԹԱՐՄԱՑՎԱԾ",
        "ԹԱՐՄԱՑՎՈՒՄ Է",
        "GÜNCELLENDİ",
    ),
    "live": ("LIVE", "LIVE UPDATES", "ПРЯМОЙ ЭФИР", "ПРЯМАЯ ТРАНСЛЯЦИЯ", "CANLI", "CANLI YAYIM", "ՈՒՂԻՂ", "ՈՒՂԻՂ ԵԹԵՐ"),
}
FLAGS = {word: flag for flag, words in FLAG_WORDS.items() for word in words}
_WORD = f"(?:{'|'.join(sorted(FLAGS, key=len, reverse=True))})"
_TAGS = rf"{_WORD}(?:\s*+(?:[/+&,|-]\s*+)?+{_WORD})*"
_MARKS = "|/•·—\u2013:"
AT_END = re.compile(rf"([\s([{{,{_MARKS}-]+)({_TAGS})[\s)\]}}.!]*$")
AT_START = re.compile(rf"(?:[([{{]\s*({_TAGS})\s*[)\]}}][\s{_MARKS}.-]*|({_TAGS})(?:\s*[{_MARKS}]|\s+-)\s*)")
NEAR = 80


def take_flags(title: str) -> tuple[str, tuple[str, ...]]:
    """A title without its headline tags (`… PHOTO`, `(ВИДЕО) …`), and the flags they stand for.

    Only in capitals, at the end behind a space or a mark, at the start with a mark of its own ("VIDEO games" is no
    tag). A title that is all capitals, or nothing but the tag, keeps it.
    """
    flags: list[str] = []
    tail = title[-NEAR:]
    if tail.rstrip(" )]}.!")[-1:].isupper() and (found := AT_END.search(tail)) and found[1] not in ("-", "/", ","):
        rest = title[: len(title) - len(tail) + found.start()].rstrip()
        if rest and (found[1].strip() or rest != rest.upper()):
            title, flags = rest, _flags(found[2])
    if (found := AT_START.match(title[:NEAR])) and (rest := title[found.end() :]):
        title, flags = rest, flags + _flags(found[1] or found[2])
    return title, tuple(dict.fromkeys(flags))


def _flags(tags: str) -> list[str]:
    return [FLAGS[word] for word in re.findall(_WORD, tags)]
