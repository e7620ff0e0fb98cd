"""The face in Telegram: receives updates by polling or by webhook, and hands each to who knows what to do."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from telegram import BotCommand, BotCommandScopeChat, Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, CommandHandler, ContextTypes

from bot import commands, presses
from bot.access import Doorkeeper
from bot.drawing import Draughtsman
from db import alerts, marks
from desk.newsroom import Newsroom
from newswire import log
from newswire.errors import AlreadyRunning, ConfigError
from publishers import _ptb

logger = log.get("newswire.bot")

UPDATES = ["message", "callback_query", "my_chat_member"]
_LONG_POLL = 25
_FIRST_POLL = 1
_LONGEST_PAUSE = 60.0
_FORBIDDEN, _BAD, _OK = 403, 400, 200
_SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the name of a header


class TelegramFace:
    """The editors' bot as the daemon runs it."""

    name = "telegram"

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._settings = newsroom.settings
        self._door = Doorkeeper(newsroom.settings)
        self._tasks: list[asyncio.Task[None]] = []
        self._alive = False
        self._offset = 0
        token = self._settings.bot_token
        if token is None:
            raise ConfigError(
                "TELEGRAM_BOT_TOKEN is not set, but [editors] names a chat; put the bot's token into .env"
            )
        self._secret = hmac.new(token.reveal().encode(), b"newswire webhook", hashlib.sha256).hexdigest()
        api = str(self._settings.platform.get("telegram", {}).get("api", _ptb.API))
        self._bot = _ptb.bot(token, api, _ptb.AiohttpRequest())
        self._app: Application[Any, Any, Any, Any, Any, Any] = (
            ApplicationBuilder().bot(self._bot).updater(None).concurrent_updates(16).job_queue(None).build()
        )
        for name in (*commands.COMMANDS, "start"):
            self._app.add_handler(CommandHandler(name, self._command))
        self._app.add_handler(CallbackQueryHandler(self._press))
        self._app.add_error_handler(self._stumbled)

    def healthy(self) -> bool:
        """Whether updates arrive."""
        return self._alive

    async def start(self) -> None:
        """Log in. Telegram out of reach is no reason not to run: the bot comes when it can."""
        try:
            await self._log_in()
        except InvalidToken:
            raise ConfigError("Telegram does not know TELEGRAM_BOT_TOKEN; get a new one from @BotFather") from None
        except Conflict:
            raise AlreadyRunning(
                "another process reads this bot's updates; stop it first, or give this newsroom a bot of its own"
            ) from None
        except NetworkError as error:
            logger.warning("telegram is out of reach; the bot comes later", error=str(error))
            self._tasks.append(asyncio.create_task(self._log_in_later(), name="bot log-in"))
            return
        self._work()

    async def _log_in(self) -> None:
        await self._app.initialize()
        if self._settings.bot.updates == "webhook":
            url = f"{self._settings.bot.webhook_url.rstrip('/')}/hooks/telegram"
            await self._bot.set_webhook(url, secret_token=self._secret, allowed_updates=UPDATES)
        else:
            await self._take_over_from_webhook()
            await self._take(await self._poll(_FIRST_POLL))
        await self._set_menu()
        await self._app.start()
        self._alive = True

    async def _log_in_later(self) -> None:
        pause = 1.0
        while not self._alive:
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            try:
                await self._log_in()
            except TelegramError as error:
                logger.warning("telegram is still out of reach", error=str(error))
        self._work()

    def _work(self) -> None:
        chat = self._settings.editors.chat
        if chat is not None:
            drawing = Draughtsman(self._newsroom, self._bot, chat).run()
            self._tasks.append(asyncio.create_task(drawing, name="bot drawing"))
        if self._settings.bot.updates == "polling":
            self._tasks.append(asyncio.create_task(self._keep_polling(), name="bot polling"))

    async def _take_over_from_webhook(self) -> None:
        """A webhook that is not ours means that somebody else uses this bot: that is said, not undone."""
        info = await self._bot.get_webhook_info()
        ours = self._settings.bot.webhook_url
        if info.url and not (ours and info.url.startswith(ours)):
            raise AlreadyRunning("this bot has a webhook of another program; remove it there, or set [bot] webhook_url")
        if info.url:
            await self._bot.delete_webhook()

    async def _poll(self, seconds: int) -> tuple[Update, ...]:
        return await self._bot.get_updates(offset=self._offset or None, timeout=seconds, allowed_updates=UPDATES)

    async def _take(self, updates: tuple[Update, ...]) -> None:
        for update in updates:
            self._offset = update.update_id + 1
            await self._app.update_queue.put(update)

    async def _keep_polling(self) -> None:
        """Until cancelled. Against another poller we do not fight: people are told, and the pauses grow."""
        pause = 1.0
        while True:
            try:
                await self._take(await self._poll(_LONG_POLL))
                if not self._alive:
                    await self._told(None)
                self._alive, pause = True, 1.0
            except Conflict:
                self._alive = False
                await self._told(
                    "Another process reads this bot's updates. Presses and commands may be lost until one of them stops."
                )
                await asyncio.sleep(pause := min(pause * 2, _LONGEST_PAUSE))
            except TelegramError as error:
                self._alive = False
                logger.warning("no updates", error=str(error))
                await asyncio.sleep(pause := min(pause * 2, _LONGEST_PAUSE))

    async def _told(self, text: str | None) -> None:
        now = self._newsroom.clock.now()
        async with self._newsroom.store.write() as connection:
            if text:
                await alerts.raise_(connection, "bot", "conflict", text, now=now)
            else:
                await alerts.close(connection, "bot", now=now)
        self._newsroom.bell.ring("cards")

    async def stop(self) -> None:
        """Draw what is left to draw, confirm what was taken, and say good-bye."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._app.running:
            await self._app.stop()
        with contextlib.suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(3):
                if self._offset and self._settings.bot.updates == "polling":
                    await self._bot.get_updates(offset=self._offset, timeout=0, limit=1, allowed_updates=UPDATES)
        await self._app.shutdown()

    async def receive(self, body: bytes, headers: Mapping[str, str]) -> int:
        """A delivery to the webhook; the HTTP status to answer."""
        given = next((value for key, value in headers.items() if key.lower() == _SECRET_HEADER), "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            return _FORBIDDEN
        try:
            update = Update.de_json(json.loads(body), self._bot)
        except (ValueError, KeyError, TypeError, AttributeError):
            return _BAD
        await self._app.update_queue.put(update)
        return _OK

    async def _set_menu(self) -> None:
        """The list behind the editors' menu button, sent only when it is another one than last time."""
        chat = self._settings.editors.chat
        menu = [BotCommand(name, command.says) for name, command in commands.COMMANDS.items()]
        mark = hashlib.sha256(repr((chat, [(c.command, c.description) for c in menu])).encode()).hexdigest()
        async with self._newsroom.store.read() as connection:
            if await marks.get(connection, "bot menu") == mark:
                return
        if chat is not None:
            await self._bot.set_my_commands(menu, scope=BotCommandScopeChat(chat))
        async with self._newsroom.store.write() as connection:
            await marks.put(connection, "bot menu", mark)

    async def _command(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        if message is None or not message.text or not self._door.listens(update):
            return
        editor = self._door.editor(message.from_user)
        if editor is None or message.sender_chat is not None:
            if said := self._door.refusal(message):
                await commands.reply(message, said, [])
            return
        first, _, words = message.text.partition(" ")
        name = first.removeprefix("/").partition("@")[0].lower()
        await commands.answer(self._newsroom, message, editor, "help" if name == "start" else name, words)

    async def _press(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.callback_query is not None:
            editor = self._door.editor(update.callback_query.from_user)
            await presses.press(self._newsroom, update.callback_query, editor)

    async def _stumbled(self, _update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        logger.error("an update could not be handled", exc_info=context.error)
