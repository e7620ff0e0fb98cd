"""The stand-ins as places for publishers: who has an account there, and what the public sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby
from typing import Any

from aiohttp import web
from support.publisher_contract import Place, Seen, spans_of, specs

from newswire.clock import SystemClock
from newswire.post import Button, ButtonKind, Preview
from newswire.richtext import Span, Style
from newswire.secret import Secret
from publishers import Publisher
from publishers.dry_run import DryRun, DryRunConfig
from publishers.telegram import Telegram, TelegramConfig
from publishers.x import X, XConfig
from sandbox.app import build
from sandbox.telegram import Telegram as TelegramStandIn
from sandbox.telegram.chats import Chat
from sandbox.x import Limits
from sandbox.x import X as XStandIn
from sandbox.x.limits import RATES, Rate, Rates
from sandbox.x.spec import Spec

TOKEN = "7000000001:A-made-up-token_of_nobody-00000001"
CHANNEL = -1001000000001
PRIVATE = -1001000000002
GROUP = -1001000000003
OPS = -1001000000004
BASIC_GROUP = -4000000005
KEYS = {
    "api_key": "made-up-api-key-0001",
    "api_secret": "made-up-api-secret-000000000002",
    "access_token": "7100000001-made-up-access-token-03",
    "access_secret": "made-up-access-secret-00000000004",
}
_STYLES = {"bold": Style.BOLD, "italic": Style.ITALIC, "blockquote": Style.QUOTE, "text_link": Style.LINK}


@dataclass(kw_only=True)
class TelegramPlace(Place):
    """A bot with a public channel, a private one, a group, and the ops chat where it reads back."""

    path: str = "/telegram"
    secrets: frozenset[str] = frozenset({TOKEN, TOKEN.partition(":")[2]})
    stand_in: TelegramStandIn = field(init=False)

    def __post_init__(self) -> None:
        folder = specs()
        spec = folder / "telegram-bot-api.json" if folder else None
        self.stand_in = TelegramStandIn(self.world, rates=None, spec=spec)
        bot = self.stand_in.add_bot(TOKEN, "wire_bot", "Wire")
        self.stand_in.add_channel(CHANNEL, "wire_en", "Wire English")
        self.stand_in.add_channel(PRIVATE, "", "Wire behind doors")
        for group, title in ((GROUP, "Wire talks"), (OPS, "Wire desk"), (BASIC_GROUP, "Wire friends")):
            self.stand_in.add_group(group, title)
            self.stand_in.set_member(group, bot.id, "member")
        for chat in (CHANNEL, PRIVATE):
            self.stand_in.set_member(chat, bot.id)

    @property
    def chat(self) -> Chat:
        return self.stand_in.chats[CHANNEL]

    def app(self) -> web.Application:
        return build([self.stand_in])

    def make(self, *, api: str, patience: float, **options: Any) -> Publisher:
        config = TelegramConfig(**{"to": CHANNEL, "token": Secret(TOKEN), "api": api, "ops_chat": OPS, **options})
        return Telegram(config, clock=SystemClock(), patience=patience)

    def seen(self) -> list[Seen]:
        assert all(copy.silent for copy in self.stand_in.chats[OPS].messages.values())
        return [_on_telegram(*messages) for messages in self._posts()]

    def _posts(self) -> Iterator[list[dict[str, Any]]]:
        """The messages of each post: one, or those of an album."""
        live = [m.for_page() for m in self.chat.messages.values() if m.deleted_at is None]
        for _, messages in groupby(live, key=lambda m: m.get("media_group_id") or m["message_id"]):
            yield list(messages)

    def remarks(self) -> list[str]:
        return self.stand_in.mistakes


def _on_telegram(message: dict[str, Any], *album: dict[str, Any]) -> Seen:
    text = message.get("text") or message.get("caption", "")
    entities = message.get("entities") or message.get("caption_entities", [])
    found = list(spans_of(text, entities))
    asked = message.get("link_preview_options", {})
    card = None
    if asked.get("url"):
        large, above = asked.get("prefer_large_media", False), asked.get("show_above_text", False)
        card = Preview(url=asked["url"], large=large, above_text=above)
    targets = {url or text[start:end] for start, end, kind, url in found if kind in ("text_link", "url")}
    rows = (message.get("markup") or {}).get("inline_keyboard", [])
    return Seen(
        id=",".join(str(each["message_id"]) for each in (message, *album)),
        text=text,
        targets=frozenset(targets | ({card.url} if card else set())),
        spans=tuple(sorted(Span(a, b, _STYLES[kind], url) for a, b, kind, url in found if kind in _STYLES)),
        pictures=sum(bool(each["picture"]) for each in (message, *album)),
        buttons=tuple(tuple(map(_button, row)) for row in rows),
        card=card,
        silent=message["silent"],
        answers=str(message.get("reply_to_message", {}).get("message_id", "")),
    )


def _button(drawn: dict[str, Any]) -> Button:
    if "copy_text" in drawn:
        return Button(drawn["text"], drawn["copy_text"]["text"], ButtonKind.COPY)
    return Button(drawn["text"], drawn["url"])


@dataclass(kw_only=True)
class XPlace(Place):
    """An account on X, with the app that posts for it. No rate limits but those a test orders."""

    path: str = "/x"
    secrets: frozenset[str] = frozenset(KEYS.values())
    stand_in: XStandIn = field(init=False)

    def __post_init__(self) -> None:
        self.stand_in = XStandIn(
            self.world,
            limits=Limits(rates=dict.fromkeys(RATES, Rates(user=Rate(100_000))), self_threads=True),
            remembered_calls=5_000,
        )
        self.account = self.stand_in.add_account("7100000001", "wire", "Wire", **KEYS)

    def app(self) -> web.Application:
        return build([self.stand_in])

    def make(self, *, api: str, patience: float, **options: Any) -> Publisher:
        secrets = {name: Secret(value) for name, value in KEYS.items()}
        return X(XConfig(**{**secrets, "api": api, **options}), clock=SystemClock(), patience=patience)

    def seen(self) -> list[Seen]:
        return [self._as_seen(post) for post in self.stand_in.posts if not post["deleted"]]

    def _as_seen(self, post: dict[str, Any]) -> Seen:
        card = [post["card"]["url"]] if post["card"] else []
        return Seen(
            id=post["id"],
            text=self.stand_in._posting.tweets[post["id"]].text,  # readers see links cut short
            targets=frozenset([link["target"] for link in post["links"]] + card),
            pictures=len(post["media"]),
            alts=tuple(media["alt"] for media in post["media"] if media["alt"]),
            answers=post["reply_to"],
        )

    def crowd(self, after: str, number: int) -> None:
        """So many other posts of the account, each later than the post `after`."""
        posts = self.stand_in._posting.tweets
        for n in range(1, number + 1):
            later = str(int(after) + n)
            posts[later] = replace(posts[after], id=later, text=f"Note {n}", links=())

    def remarks(self) -> list[str]:
        spec = _x_spec()
        return [fault for call in self.stand_in.calls for fault in spec.faults(call)] if spec else []


@lru_cache(maxsize=1)
def _x_spec() -> Spec | None:
    folder = specs()
    return Spec.read(folder) if folder else None


@dataclass(kw_only=True)
class DryRunPlace(Place):
    """Nobody sees it but the test."""

    path: str = ""
    made: list[DryRun] = field(default_factory=list)

    def app(self) -> None:
        """It answers nobody."""

    def make(self, *, api: str, patience: float, **options: Any) -> Publisher:
        self.made.append(DryRun(DryRunConfig(**options), clock=SystemClock(), patience=patience))
        return self.made[-1]

    def seen(self) -> list[Seen]:
        return [
            Seen(
                id=number,
                text=message.text.text,
                targets=frozenset({message.link}),
                spans=message.text.spans,
                pictures=len(message.media[:1]),
                buttons=message.buttons,
                card=message.preview,
                silent=message.silent,
            )
            for out in self.made
            for number, message in out.shown.items()
        ]
