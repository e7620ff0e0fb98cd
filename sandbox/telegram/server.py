"""The stand-in's door: tokens, methods and files under /telegram, and the record of every call."""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.telegram.call import Call
from sandbox.telegram.chats import Bot
from sandbox.telegram.cloud import USUAL_RATES, Cloud
from sandbox.telegram.methods import BY_SMALL_NAME, METHODS
from sandbox.telegram.params import Params, read
from sandbox.telegram.rates import Rates
from sandbox.telegram.refusal import Refused, fault
from sandbox.telegram.spec import Description
from sandbox.world import World

BASE = "/telegram"
KEPT_CALLS = 10_000
LOGGED_OUT_SECONDS = 600
_TOKEN = re.compile(r"\d{1,19}:[A-Za-z0-9_-]{3,}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A call on record. `params` are texts as they came; `uploads` gives the size of each file."""

    method: str
    params: dict[str, str]
    at: float
    bot: str
    uploads: dict[str, int]


class Telegram(Cloud):
    """Telegram's Bot API on loopback, for a bot whose base URL is `http://HOST:PORT/telegram/bot`.

    `spec` is the path of a description of the Bot API (JSON). With it, a call with a field that the description does not
    allow is refused, and an answer that it does not allow is an internal error; both are kept in `mistakes`.
    """

    def __init__(
        self,
        world: World,
        *,
        rates: Rates | None = USUAL_RATES,
        gaps: float = 0.0,
        callback_seconds: float = 30.0,
        spec: Path | str | None = None,
    ) -> None:
        super().__init__(world, rates=rates, gaps=gaps, callback_seconds=callback_seconds)
        self.description = Description.load(Path(spec)) if spec else None
        self.calls: deque[Asked] = deque(maxlen=KEPT_CALLS)
        self.mistakes: list[str] = []
        self._tasks: set[asyncio.Task[web.StreamResponse]] = set()

    def routes(self) -> list[web.RouteDef]:
        """`/telegram/bot{token}/{method}`, by GET and POST, and the files."""
        return [
            web.get(BASE + "/file/bot{token}/{path:.+}", self._file),
            web.get(BASE + "/bot{token}/{method}", self._serve),
            web.post(BASE + "/bot{token}/{method}", self._serve),
        ]

    async def close(self) -> None:
        """End what waits: polls and webhooks."""
        for bot in self.bots.values():
            bot.updates.stop()
            if bot.webhook is not None:
                await bot.webhook.close()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        try:
            bot = self._bot(request.match_info["token"])
            name = BY_SMALL_NAME.get(request.match_info["method"].lower())
            if name is None:
                raise Refused(404, "Not Found: method not found")
            params = await read(request)
        except Refused as refused:
            return refused.answer()
        play = self.world.faults.play(
            "telegram", name, request, lambda: self._answer(bot, name, params, request), fault
        )
        if name == "getUpdates":
            return await play
        return await self._finish(play)

    async def _finish(self, play: Any) -> web.StreamResponse:
        """Carry a call through even when its caller hangs up: what Telegram has read, it does."""
        task = asyncio.ensure_future(play)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    def _bot(self, token: str) -> Bot:
        """The bot with this token; what cannot be a token is not found, what could be one is not authorized."""
        if not _TOKEN.fullmatch(token):
            raise Refused(404, "Not Found")
        bot = self.bots.get(token)
        if bot is None:
            raise Refused(401, "Unauthorized")
        if bot.logged_out_at is not None and self.world.now() - bot.logged_out_at < LOGGED_OUT_SECONDS:
            raise Refused(400, "Logged out")
        return bot

    async def _answer(self, bot: Bot, name: str, params: Params, request: web.Request) -> web.StreamResponse:
        uploads = {field: len(upload.content) for field, upload in params.uploads.items()}
        self.calls.append(Asked(name, dict(params.values), self.world.now(), bot.username, uploads))

        def connected() -> bool:
            return request.transport is not None and not request.transport.is_closing()

        call = Call(cloud=self, bot=bot, method=name, params=params, connected=connected)
        try:
            self._check_call(name, params)
            result = await METHODS[name](call)
            self._check_answer(name, result)
        except Refused as refused:
            return refused.answer()
        body = {"ok": True, "result": result}
        if call.remark:
            body["description"] = call.remark
        return web.json_response(body, dumps=lambda data: json.dumps(data, ensure_ascii=False))

    def _check_call(self, name: str, params: Params) -> None:
        problems = self.description.check_call(name, params.values, params.uploads) if self.description else []
        if problems:
            self.mistakes += problems
            raise Refused(400, f"Bad Request: not in the Bot API: {'; '.join(problems)}")

    def _check_answer(self, name: str, result: object) -> None:
        problems = self.description.check_answer(name, result) if self.description else []
        if problems:
            self.mistakes += problems
            raise Refused(500, f"Internal Server Error: the sandbox answers wrongly: {'; '.join(problems)}")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """A picture's bytes. Faults know this call as `file`."""
        return await self.world.faults.play("telegram", "file", request, lambda: self._download(request), fault)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        try:
            self._bot(request.match_info["token"])
            unique = Path(request.match_info["path"]).stem
            if unique not in self.pictures.kept:
                raise Refused(404, "Not Found")
        except Refused as refused:
            return refused.answer()
        picture = self.pictures.kept[unique]
        return web.Response(body=picture.content, content_type=picture.mime)
