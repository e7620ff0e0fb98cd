"""Reading back: whether a post that a platform shows is the one whose answer was lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from urllib.parse import unquote

from formatting.urls import find_urls
from newswire.delivery import Receipt, Search
from newswire.errors import DeliveryError, OutcomeUnknown, RateLimited, Unavailable
from newswire.post import Message

_EXPLICIT = re.compile(r"https?://\S+", re.IGNORECASE)  # also where no rule would see a link: http://127.0.0.1:8000/
_SOONEST = timedelta(seconds=5)
_LATEST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Shown:
    """A post as the platform shows it: its words, where it leads, its date there, and whether it is a picture.

    Its receipt tells our own time, not the platform's: by the times of receipts the ledger knows which post was out
    before which call, and no other clock may have a say in that.
    """

    receipt: Receipt
    text: str
    targets: frozenset[str] = frozenset()
    date: datetime | None = None
    picture: bool = False


@dataclass(slots=True)
class Reading:
    """Posts are held against `left`, the parts still looked for, the oldest first.

    A post that says the same words and leads to the same address is ours. One that does only one of both may be ours,
    changed by the platform or by a person: `alike` keeps those, for each part of `left` from the first on, for a person
    to look at. What follows one that may be a part, and is the next part to the letter, is no surer than that one.
    """

    left: list[Message]
    found: list[Receipt] = field(default_factory=list)
    alike: list[list[Receipt]] = field(default_factory=list)

    def over(self, shown: Shown) -> bool:
        """Take one more post into account; whether everything is found."""
        if _same(self.left[0], shown):
            self.found.append(shown.receipt)
            del self.left[0]
            self.alike.clear()  # they came before: they were none of ours
            return not self.left
        parts = range(min(len(self.alike), len(self.left) - 1), -1, -1)  # the next one sooner than one seen before
        same = [number for number in parts if _same(self.left[number], shown)]
        for number in (same or [number for number in parts if _alike(self.left[number], shown)])[:1]:
            if number == len(self.alike):
                self.alike.append([])
            self.alike[number].append(shown.receipt)
        return False

    def verdict(self, title: str, search: Search, *, now: datetime, settling: timedelta) -> Sequence[Receipt]:
        """What is found, when the rest certainly is not out. OutcomeUnknown when that cannot be said (yet).

        A request may be taken for some time after its connection broke: nothing is certain before `settling` is over.
        """
        if self.left and now < search.until + settling:
            raise OutcomeUnknown(f"{title} does not show the post so far", retry_at=search.until + settling)
        if self.left and self.alike:
            raise self._perhaps(title, search)
        return self.found

    def _perhaps(self, title: str, search: Search) -> OutcomeUnknown:
        """What a person is asked. Where there is one for each part, the whole post goes along; what is sure in any case."""
        last = self.alike[-1][-1]
        error = OutcomeUnknown(f"{title} has a post much like it, {last.url}: please look whether it is this one")
        error.done = _joined(search.done, self.found)
        if len(self.alike) == len(self.left) and all(len(those) == 1 for those in self.alike):
            error.alike = _joined(error.done, [one for (one,) in self.alike])
        return error


def _joined(first: Receipt | None, more: Iterable[Receipt]) -> Receipt | None:
    """One receipt of parts that follow each other."""
    for receipt in more:
        first = first.followed_by(receipt.remote_id) if first else receipt
    return first


def _same(part: Message, shown: Shown) -> bool:
    """The same words, and the same address behind them."""
    ours = words(part.text.text)
    without_link = not part.link or (not _says_its_link(part) and not shown.targets)  # a card may fail to be drawn
    return words(shown.text) == ours and (_leads_there(part, shown) or bool(ours and without_link))


def _alike(part: Message, shown: Shown) -> bool:
    """The same words, or the same address."""
    ours = words(part.text.text)
    return bool(ours and words(shown.text) == ours) or _leads_there(part, shown)


def _leads_there(part: Message, shown: Shown) -> bool:
    return bool(part.link) and (plain(part.link) in map(plain, shown.targets) or part.link in shown.text.split())


def _says_its_link(part: Message) -> bool:
    """Whether the link stands in the text itself, and not only on a card or a button."""
    return part.link in part.text.text or any(span.url == part.link for span in part.text.spans)


def words(text: str) -> str:
    """The letters and digits of `text` outside addresses, without marks: what is left of it on every platform."""
    text = _EXPLICIT.sub(" ", unicodedata.normalize("NFC", text))
    ends = [0, *chain.from_iterable(find_urls(text)), len(text)]
    outside = "".join(text[start:end] for start, end in zip(ends[::2], ends[1::2], strict=True))
    return "".join(letter for letter in unicodedata.normalize("NFD", outside) if letter.isalnum()).casefold()


def plain(url: str) -> str:
    """An address in a form that platforms' small changes to it do not touch."""
    return unquote(url).casefold().removeprefix("https://").removeprefix("http://").rstrip("/")


def unseen(error: DeliveryError, search: Search, now: datetime) -> OutcomeUnknown:
    """What it means for a search that a look into the platform failed so: look again, or ask a person.

    Where there was no answer, the time since the call doubles until the next look: soon at first, seldom in a long outage.
    """
    match error:
        case RateLimited(retry_at=at):
            return OutcomeUnknown(f"{error}, before it shows whether the post is there", retry_at=at)
        case Unavailable() | OutcomeUnknown():
            at = now + min(max(now - search.until, _SOONEST), _LATEST)
            return OutcomeUnknown(f"{error}, when asked whether the post is there", retry_at=at)
        case _:
            return OutcomeUnknown(f"it does not show whether the post is there ({error}); please look")
