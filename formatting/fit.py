"""An article becomes the message one channel posts: written by its template, then shortened until it fits, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import partial
from typing import Literal

from formatting.clean import one_line
from formatting.cut import cut
from formatting.direction import mark_directions
from formatting.hashtags import tags
from formatting.labels import arrow, labels
from formatting.links import edition_buttons, share_buttons, written_link
from formatting.measure import length
from formatting.sentences import sentence_ends
from formatting.summary import lead
from formatting.template import DEFAULTS, Value, carries, link_values, template
from newswire.article import Article
from newswire.errors import ConfigError, Rejected
from newswire.platform import Limits, Unit
from newswire.post import Button, Media, Message, Preview
from newswire.richtext import RichText

GIVE_WAY = ("lead", "tags", "author", "picture", "title")
LEAST_LEAD = 40
FLAGS = {"photo": "📷", "video": "📹"}
_DROPPABLE = ("lead", "tags", "author", "section", "site", "edition", "flag", "time", "picture", "title")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a channel wants its posts.

    `template` empty: the platform's own default. `link` is the article's address with the channel's parameters.
    `give_way` says what is shortened or left out first when there is no room; the link never is.
    `picture`: `auto` is a large link card where the platform draws one, but the photos themselves for a photo story;
    `card` always the card, `photo` always the picture, `none` neither. `zone` is for the value `time`. `editions` are
    pairs of language and address where the same story can be read, for buttons.
    """

    link: str
    template: str = ""
    language: str = "en"
    site: str = ""
    hashtags: tuple[str, ...] = ()
    sentences: int = 2
    share: tuple[str, ...] = ("telegram", "x", "facebook", "whatsapp")
    copy_link: bool = True
    picture: Literal["auto", "card", "photo", "none"] = "auto"
    give_way: tuple[str, ...] = GIVE_WAY
    zone: tzinfo = UTC
    editions: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if unknown := [name for name in self.give_way if name not in _DROPPABLE]:
            raise ConfigError(f"give_way: “{unknown[0]}” cannot give way; known: {', '.join(_DROPPABLE)}")


def fit(article: Article, wishes: Wishes, limits: Limits) -> Message:
    """The message for `article` on a platform with `limits`. Raises `Rejected` when not even the link fits."""
    draft = _Draft(article, wishes, limits)
    dropped = tuple(name for name in wishes.give_way if draft.excess() > 0 and draft.give(name))
    if draft.excess() > 0:
        raise Rejected(draft.complaint())
    cards = limits.preview and not draft.media and wishes.picture != "none"
    # Telegram's albums take no buttons.
    buttons = limits.buttons and len(draft.media) <= 1
    return Message(
        text=draft.text,
        link=draft.link,
        language=wishes.language,
        media=draft.media,
        buttons=_buttons(draft, wishes) if buttons else (),
        preview=Preview(url=draft.link, large=bool(article.images), above_text=bool(article.images)) if cards else None,
        dropped=dropped,
    )


def _buttons(draft: _Draft, wishes: Wishes) -> tuple[tuple[Button, ...], ...]:
    shares = share_buttons(draft.link, draft.title, wishes.share, wishes.language, copy_link=wishes.copy_link)
    return (*shares, *edition_buttons(wishes.editions))


class _Draft:
    """A message on its way to fitting: its values, its media, and the text they make."""

    def __init__(self, article: Article, wishes: Wishes, limits: Limits) -> None:
        self.wishes, self.limits = wishes, limits
        self.link = written_link(wishes.link, bare=not limits.styles)
        self.title = one_line(article.title)
        self.measure = partial(length, unit=limits.unit)
        self.media = _media(article, wishes, limits, self.title)
        self.tags = tags(wishes.hashtags, len(wishes.hashtags), wishes.language)
        self.template = template(wishes.template or DEFAULTS[_default(limits)])
        label = f"{labels(wishes.language).read} {arrow(wishes.language)}"
        self.values = _values(article, wishes) | link_values(self.link, label, limits)
        self.values |= {"title": self.title, "tags": " ".join(self.tags)}
        self._render()

    def _render(self) -> None:
        text = self.template.render(self.values, styles=self.limits.styles)
        if not carries(text, self.link):
            read = self.values["read"]
            text += (RichText("\n\n") if len(text) else RichText()) + (read if len(read) else "")
        self.text = mark_directions(text, self.wishes.language)

    def set(self, name: str, value: Value) -> None:
        self.values[name] = value
        self._render()

    def room(self) -> int:
        return (self.limits.caption if self.media else 0) or self.limits.text

    def excess(self) -> int:
        """By how much the text is too long; 0 or less when it fits."""
        return self.measure(self.text.text) - self.room()

    def give(self, name: str) -> bool:
        """Shorten `name`, or leave it out, as far as needed. False when that changed nothing."""
        before = self.text, self.media
        match name:
            case "lead":
                self._give_sentences()
                self._give_words(name, least=LEAST_LEAD)
            case "title":
                self._give_words(name, least=1)
            case "tags":
                self._give_tags()
            case "picture":
                self.media = () if 0 < self.limits.caption < self.limits.text else self.media
            case _:
                self.set(name, "")
        return before != (self.text, self.media)

    def _give_sentences(self) -> None:
        whole = str(self.values["lead"])
        for end in reversed(sentence_ends(whole, self.wishes.language)[:-1]):
            if self.excess() <= 0:
                return
            self.set("lead", whole[:end])

    def _give_words(self, name: str, *, least: int) -> None:
        whole = str(self.values[name])
        budget = self.measure(whole)
        while (excess := self.excess()) > 0 and self.values[name]:
            budget = min(budget, self.measure(str(self.values[name]))) - excess
            shorter = cut(RichText(whole), budget, self.measure, self.wishes.language) if budget >= least else ""
            self.set(name, str(shorter))

    def _give_tags(self) -> None:
        while self.excess() > 0 and self.tags:
            self.tags = self.tags[:-1]
            self.set("tags", " ".join(self.tags))

    def complaint(self) -> str:
        """Why this article cannot be posted here, in one line."""
        alone, room, unit = self.measure(self._least()), self.room(), self.limits.unit.value.replace("_", " ")
        if alone > room:
            return f"the link alone takes {alone} of {room} ({unit}): {self.link[:80]}…. Use a shorter address"
        return f"too long by {self.excess()} ({unit}) though {', '.join(self.wishes.give_way)} gave way. Shorten the template"

    def _least(self) -> str:
        return str(self.values["read"]) if self.limits.styles else self.link


def _default(limits: Limits) -> str:
    if limits.styles:
        return "telegram"
    return "x" if limits.unit is Unit.X_WEIGHT else "plain"


def _values(article: Article, wishes: Wishes) -> dict[str, Value]:
    """The values of the article itself, all of them plain text on one line."""
    at = article.published_at
    words = {
        "lead": lead(article, wishes.language, wishes.sentences),
        "author": article.author,
        "section": article.section,
        "site": wishes.site,
        "edition": article.edition,
        "flag": "".join(sign for flag, sign in FLAGS.items() if flag in article.flags),
        "time": at.astimezone(wishes.zone).strftime("%H:%M") if at else "",
    }
    return {name: one_line(word) for name, word in words.items()}


def _media(article: Article, wishes: Wishes, limits: Limits, title: str) -> tuple[Media, ...]:
    """The pictures to send: all that fit for a photo story, else one, or none where a link card does."""
    story = "photo" in article.flags
    if wishes.picture in ("card", "none") or (wishes.picture == "auto" and limits.preview and not story):
        return ()
    usable = [image for image in article.images if image.url.startswith(("https://", "http://"))]
    return tuple(
        Media(
            url=image.url,
            alt=_alt(one_line(image.alt) or one_line(image.caption) or title, limits.alt_text, wishes.language),
            width=image.width,
            height=image.height,
        )
        for image in usable[: limits.pictures if story else min(limits.pictures, 1)]
    )


def _alt(text: str, most: int, language: str) -> str:
    return str(cut(RichText(text), most, len, language)) if most else ""
