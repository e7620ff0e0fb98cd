"""The page's paths: the page and its files, the state of everything now, link cards, and a bot's commands."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.page.cards import NoCard, read_card
from sandbox.site import Site
from sandbox.telegram.chats import Bot, Chat
from sandbox.telegram.cloud import Cloud
from sandbox.world import World
from sandbox.x import X

MOST_DRAWN = 120
_STATIC = Path(__file__).parent / "static"
_MIMES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_SAFE = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class Page:
    """The page over one sandbox. `people` are the visitor's parts by name; `channels` the chat of each edition."""

    def __init__(
        self,
        world: World,
        *,
        site: Site,
        telegram: Cloud,
        x: X,
        people: Mapping[str, int],
        channels: Mapping[str, int],
        editors: int,
    ) -> None:
        self.world = world
        self.site = site
        self.telegram = telegram
        self.x = x
        self.people = people
        self.channels = channels
        self.editors = editors
        self.run = secrets.token_hex(4)

    def routes(self) -> list[web.RouteDef]:
        """Its paths."""
        return [
            web.get("/", self._index),
            web.get("/page/now", self._now),
            web.get("/page/card", self._card),
            web.get("/page/commands", self._commands),
            web.get(r"/page/{name:[a-z]+\.(?:js|css|svg)}", self._file),
        ]

    async def _index(self, _: web.Request) -> web.Response:
        text = (_STATIC / "index.html").read_text(encoding="utf-8")
        return web.Response(text=text, content_type="text/html", headers=_SAFE)

    async def _file(self, request: web.Request) -> web.Response:
        file = _STATIC / request.match_info["name"]
        if not file.is_file():
            raise web.HTTPNotFound
        return web.Response(text=file.read_text(encoding="utf-8"), content_type=_MIMES[file.suffix], headers=_SAFE)

    async def _now(self, _: web.Request) -> web.Response:
        """All that the page draws, as it stands after event number `last`; of messages and posts the newest."""
        return web.json_response(
            {
                "run": self.run,
                "last": len(self.world.events),
                "most": MOST_DRAWN,
                "zone": str(self.site.zone),
                "editions": [self._edition(code) for code in self.site.editions],
                "people": [
                    {"part": part, **self.telegram.people[number].to_json()} for part, number in self.people.items()
                ],
                "bots": [bot.to_json() for bot in self.telegram.bots.values()],
                "channels": [
                    {"edition": code, **self.telegram.chats[number].to_json()} for code, number in self.channels.items()
                ],
                "editors": self.telegram.chats[self.editors].to_json(),
                "chats": {str(chat.id): self._messages(chat) for _, chat in self.telegram.every_chat()},
                "accounts": [{"username": one.username, "name": one.name} for one in self.x.accounts.values()],
                "x": self._posts(),
            },
            headers={"Cache-Control": "no-store"},
        )

    def _edition(self, code: str) -> dict[str, Any]:
        edition = self.site.editions[code]
        stories = [story for story in self.site.stories if story.edition == code and not story.gone]
        last = max(stories, key=lambda story: (story.published_at, story.id), default=None)
        return {
            "code": code,
            "language": edition.language,
            "home": f"/site{edition.prefix}/",
            "sections": {key: section.name for key, section in edition.sections.items()},
            "count": len(stories),
            "last": {"id": last.id, "title": last.title, "path": self.site.path(last)} if last else None,
        }

    @staticmethod
    def _messages(chat: Chat) -> dict[str, Any]:
        newest = list(islice(reversed(chat.messages.values()), MOST_DRAWN))
        count = sum(message.deleted_at is None for message in chat.messages.values())
        return {"count": count, "messages": [message.for_page() for message in reversed(newest)]}

    def _posts(self) -> dict[str, Any]:
        posts = self.x.posts
        return {"count": sum(not post["deleted"] for post in posts), "posts": posts[-MOST_DRAWN:]}

    async def _card(self, request: web.Request) -> web.Response:
        """The card of the page at `url`; 404 when it has none."""
        try:
            return web.json_response(await read_card(request, request.query.get("url", "")))
        except NoCard as reason:
            return web.json_response({"error": str(reason)}, status=404)

    async def _commands(self, request: web.Request) -> web.Response:
        """What a bot's menu offers to `user_id` in `chat_id`: the narrowest list that is set, as in Telegram's apps."""
        try:
            user, chat = int(request.query["user_id"]), int(request.query["chat_id"])
        except (KeyError, ValueError):
            return web.json_response({"error": "user_id and chat_id are wanted, as numbers."}, status=400)
        commands = [command for bot in self.telegram.bots.values() for command in self._menu(bot, chat, user)]
        return web.json_response({"commands": commands})

    def _menu(self, bot: Bot, chat_id: int, user_id: int) -> list[dict[str, str]]:
        """https://core.telegram.org/bots/api#determining-list-of-commands."""
        person, chat = self.telegram.people.get(user_id), self.telegram.chats.get(chat_id)
        languages = (person.language if person else "", "")
        runs = chat is not None and chat.member(user_id).status in ("creator", "administrator")
        scopes: list[dict[str, Any]] = [{"type": "chat", "chat_id": chat_id}]
        if chat is not None:
            member = {"type": "chat_member", "chat_id": chat_id, "user_id": user_id}
            leaders = [{"type": "chat_administrators", "chat_id": chat_id}] if runs else []
            scopes = [member, *leaders, *scopes, *([{"type": "all_chat_administrators"}] if runs else [])]
        scopes += [{"type": "all_private_chats" if chat is None else "all_group_chats"}, {"type": "default"}]
        for scope in scopes:
            for language in languages:
                if commands := bot.commands.get((json.dumps(scope, sort_keys=True), language)):
                    return commands
        return []
