"""The hand of the demo page and the tests on the stand-in: what people see, and what they do, under /control/telegram."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.telegram import crowd
from sandbox.telegram.chats import Bot, Chat
from sandbox.telegram.cloud import Cloud
from sandbox.telegram.crowd import Impossible
from sandbox.telegram.refusal import Refused

BASE = "/control/telegram"
Order = Callable[[dict[str, Any]], dict[str, Any]]


class Remote:
    """Routes over one Telegram. Orders are JSON objects; one that cannot be carried out is answered 400 with its reason."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def routes(self) -> list[web.RouteDef]:
        """Its paths."""
        return [
            web.get(BASE + "/chats", self._chats),
            web.get(BASE + "/people", self._people),
            web.get(BASE + "/pictures/{unique}", self._picture),
            web.get(BASE + "/answers", self._answers),
            web.post(BASE + "/press", self._order(self._press)),
            web.post(BASE + "/say", self._order(self._say)),
            web.post(BASE + "/rights", self._order(self._rights)),
            web.post(BASE + "/block", self._order(self._block)),
        ]

    def _order(self, carry_out: Order) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            try:
                order = await request.json()
                return web.json_response(carry_out(order))
            except KeyError as missing:
                return web.json_response({"error": f"{missing.args[0]} is missing or unknown."}, status=400)
            except (Impossible, TypeError, Refused, json.JSONDecodeError) as reason:
                return web.json_response({"error": str(reason)}, status=400)

        return handle

    async def _chats(self, _: web.Request) -> web.Response:
        """Every chat with all its messages as they stand now; the deleted ones are marked."""
        return web.json_response({"chats": [self._draw(bot, chat) for bot, chat in self.cloud.every_chat()]})

    def _draw(self, bot: Bot | None, chat: Chat) -> dict[str, Any]:
        members = {str(user_id): member.status for user_id, member in chat.members.items()}
        return {
            **chat.to_json(),
            "bot": bot.username if bot else None,
            "members": members,
            "pinned": chat.pinned,
            "messages": [message.for_page() for message in chat.messages.values()],
        }

    async def _people(self, _: web.Request) -> web.Response:
        """Who is there, bots and people; tokens are kept back."""
        bots = [bot.to_json() for bot in self.cloud.bots.values()]
        return web.json_response({"people": [*bots, *(person.to_json() for person in self.cloud.people.values())]})

    async def _picture(self, request: web.Request) -> web.Response:
        picture = self.cloud.pictures.kept.get(request.match_info["unique"])
        if picture is None:
            raise web.HTTPNotFound
        return web.Response(body=picture.content, content_type=picture.mime)

    async def _answers(self, request: web.Request) -> web.Response:
        """What a bot said to a press: `answer` is null until it has."""
        press = self.cloud.presses.get(request.query.get("id", ""))
        if press is None:
            return web.json_response({"error": "Nothing was pressed under that id."}, status=404)
        return web.json_response({"id": press.id, "data": press.data, "answer": press.answer})

    def _press(self, order: dict[str, Any]) -> dict[str, Any]:
        chat = crowd.place(self.cloud, order["chat_id"], str(order.get("bot", "")))
        who = crowd.person(self.cloud, order["user_id"])
        return {"id": crowd.press(self.cloud, chat, order["message_id"], order["data"], who).id}

    def _say(self, order: dict[str, Any]) -> dict[str, Any]:
        chat = crowd.place(self.cloud, order["chat_id"], str(order.get("bot", "")))
        who = crowd.person(self.cloud, order["user_id"])
        reply_to = order.get("reply_to_message_id", 0)
        return crowd.say(self.cloud, chat, who, order["text"], reply_to=reply_to).for_page()

    def _rights(self, order: dict[str, Any]) -> dict[str, Any]:
        """`bot` (or `user_id`) becomes `status` in `chat_id`, an administrator with `rights`."""
        who = order["user_id"] if "user_id" in order else crowd.bot(self.cloud, str(order.get("bot", ""))).id
        self.cloud.set_member(order["chat_id"], who, order.get("status", "administrator"), order.get("rights"))
        member = self.cloud.chats[order["chat_id"]].member(who)
        return {"status": member.status, "rights": sorted(member.rights)}

    def _block(self, order: dict[str, Any]) -> dict[str, Any]:
        """`user_id` blocks `bot`; with `blocked` false, takes it back."""
        blocked = bool(order.get("blocked", True))
        who = crowd.person(self.cloud, order["user_id"])
        self.cloud.set_blocked(who, crowd.bot(self.cloud, str(order.get("bot", ""))), blocked=blocked)
        return {"blocked": blocked}
