"""HTML as Telegram reads it: its few tags, its few entities, and its complaints with their byte offsets.

https://core.telegram.org/bots/api#html-style
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.telegram.refusal import Refused, bad_request
from sandbox.telegram.text.entities import Entity
from sandbox.telegram.text.links import BadLink, check_link

_SPACES = b" \t\r\n\0\x0b"
_STYLES = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
}
_TAGS = (*_STYLES, "a", "pre", "code", "blockquote", "tg-emoji", "tg-time")
_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """The text without its tags, and what they said."""
    reader = _Reader(source.encode())
    reader.read()
    return reader.text(), reader.entities


def _complain(words: str) -> Refused:
    return bad_request(f"can't parse entities: {words}")


@dataclass(slots=True)
class _Tag:
    name: str
    start: int
    text_from: int
    attributes: dict[str, str]


@dataclass(slots=True)
class _Reader:
    """Walks over bytes, since Telegram's complaints name byte offsets; `units` counts the text in UTF-16."""

    data: bytes
    at: int = 0
    units: int = 0
    out: list[str] = field(default_factory=list)
    open: list[_Tag] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def text(self) -> str:
        try:
            return "".join(self.out).encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            raise _complain(
                "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched "
                "surrogate code units"
            ) from None

    def read(self) -> None:
        while self.at < len(self.data):
            c = self.data[self.at : self.at + 1]
            if c == b"<":
                self._end_tag() if self._peek(1) == b"/" else self._start_tag()
            elif c == b"&" and (decoded := self._entity()):
                self._put(decoded)
            else:
                self._put(self._character())
        if self.open:
            raise _complain(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')

    def _peek(self, ahead: int = 0) -> bytes:
        """The byte ahead; NUL behind the end, which counts as a space."""
        return self.data[self.at + ahead : self.at + ahead + 1] or b"\0"

    def _put(self, text: str) -> None:
        self.out.append(text)
        self.units += 2 if text > "\uffff" else 1

    def _character(self) -> str:
        first = self.data[self.at]
        size = 1 + (first >= 0xC0) + (first >= 0xE0) + (first >= 0xF0)
        self.at += size
        return self.data[self.at - size : self.at].decode()

    def _entity(self) -> str:
        """What `&…;` stands for, empty when it stands for itself; steps over it."""
        at = self.at + 1
        numeric = self.data[at : at + 1] == b"#"
        base = 16 if self.data[at : at + 2] == b"#x" else 10
        at += numeric + (base == 16)
        digits = b"0123456789abcdefABCDEF"[: 10 if base == 10 else None]
        end = at
        while end < len(self.data) and (self.data[end] in digits if numeric else self.data[end : end + 1].isalpha()):
            end += 1
        word = self.data[at:end]
        if numeric:
            code = int(word, base) if word else 0
            decoded = chr(code) if 0 < code < 0x10FFFF and end - self.at < 10 else ""
        else:
            decoded = _NAMED.get(word, "")
        if decoded:
            self.at = end + (self.data[end : end + 1] == b";")
        return decoded

    def _word(self, stop: bytes) -> bytes:
        begin = self.at
        while self._peek() not in (*_split(_SPACES), *_split(stop)):
            self.at += 1
        return self.data[begin : self.at]

    def _skip_spaces(self) -> None:
        while self.at < len(self.data) and self.data[self.at] in _SPACES:
            self.at += 1

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        name = self._word(b">").decode().lower()
        if self.at >= len(self.data):
            raise _complain(f"Unclosed start tag at byte offset {begin}")
        if name not in _TAGS:
            raise _complain(f'Unsupported start tag "{name}" at byte offset {begin}')
        attributes: dict[str, str] = {}
        while self._peek() != b">":
            self._skip_spaces()
            if self._peek() != b">":
                self._attribute(name, begin, attributes)
        self.at += 1
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise _complain(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(_Tag(name, self.units, len(self.out), attributes))

    def _attribute(self, tag: str, begin: int, attributes: dict[str, str]) -> None:
        name = self._word(b"=>").decode().lower()
        if not name and self._peek() == b"=":
            raise _complain(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        self._skip_spaces()
        if self._peek() == b"=":
            self.at += 1
            self._skip_spaces()
            attributes[name] = self._quoted() if self._peek() in (b"'", b'"') else self._token()
        else:
            attributes[name] = ""
        if self.at >= len(self.data):
            raise _complain(f"Unclosed start tag at byte offset {begin}")

    def _token(self) -> str:
        begin = self.at
        while self._peek().isalnum() or self._peek() in (b".", b"-"):
            self.at += 1
        if self.at < len(self.data) and self._peek() not in (*_split(_SPACES), b">"):
            raise _complain(f"Unexpected end of name token at byte offset {begin}")
        return self.data[begin : self.at].decode().lower()

    def _quoted(self) -> str:
        quote = self._peek()
        self.at += 1
        value = ""
        while self.at < len(self.data) and self._peek() != quote:
            value += (self._entity() if self._peek() == b"&" else "") or self._character()
        self.at += self._peek() == quote
        return value

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise _complain(f"Unexpected end tag at byte offset {begin}")
        self.at += 2
        name = self._word(b">").decode().lower()
        self._skip_spaces()
        if self._peek() != b">":
            raise _complain(f"Unclosed end tag at byte offset {begin}")
        self.at += 1
        tag = self.open.pop()
        if name and name != tag.name:
            raise _complain(f'Unmatched end tag at byte offset {begin}, expected "</{tag.name}>", found "</{name}>"')
        if self.units > tag.start:
            self._close(tag)

    def _close(self, tag: _Tag) -> None:
        if tag.name in _STYLES:
            self._add(_STYLES[tag.name], tag)
        elif tag.name == "blockquote":
            self._add("expandable_blockquote" if "expandable" in tag.attributes else "blockquote", tag)
        elif tag.name == "a":
            self._close_link(tag)
        elif tag.name in ("pre", "code"):
            self._close_code(tag)
        elif tag.name == "tg-emoji":
            number = tag.attributes.get("emoji-id", "")
            if not number.isdigit() or not int(number):
                raise _complain("Invalid custom emoji identifier specified")
            self._add("custom_emoji", tag, custom_emoji_id=number)
        else:
            number = tag.attributes.get("unix", "")
            if not number.isdigit():
                raise _complain("Invalid date specified")
            wish = tag.attributes.get("format", "")
            self._add("date_time", tag, unix_time=int(number), **({"date_time_format": wish} if wish else {}))

    def _add(self, kind: str, tag: _Tag, **extra: object) -> None:
        self.entities.append(Entity(kind, tag.start, self.units, extra))

    def _close_link(self, tag: _Tag) -> None:
        """A link that leads nowhere is plain text, without a word."""
        try:
            url = check_link(tag.attributes.get("href") or "".join(self.out[tag.text_from :]))
        except BadLink:
            return
        self._add("text_link", tag, url=url)

    def _close_code(self, tag: _Tag) -> None:
        """`<pre><code class="language-x">` and its reverse are one block with a language."""
        last = self.entities[-1] if self.entities else None
        same = last is not None and (last.start, last.end) == (tag.start, self.units)
        language = tag.attributes.get("class", "").removeprefix("language-")
        if same and last is not None and {last.kind, tag.name} == {"pre", "code"}:
            language = language or last.extra.get("language", "")
            self.entities.pop()
            self._add("pre", tag, **({"language": language} if language else {}))
        else:
            self._add(tag.name, tag, **({"language": language} if language and tag.name == "code" else {}))


def _split(some: bytes) -> tuple[bytes, ...]:
    return tuple(some[i : i + 1] for i in range(len(some)))
