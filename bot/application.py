"""The face in Telegram: receives updates by polling or by webhook, and hands each to whoever knows what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any

from telegram import Update
from telegram.constants import ChatType
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot import editors, menu, presses, webhook
from bot.access import Doorkeeper
from bot.ask import Ask, not_allowed
from bot.drawing import Draughtsman
from bot.polling import Poller
from bot.room import Room
from db import alerts
from desk.health.crew import Crew
from desk.newsroom import Newsroom
from newswire import log
from newswire.editor import LEAST, Editor, Role
from newswire.errors import AlreadyRunning, ConfigError, NewswireError
from newswire.richtext import RichText
from publishers import _ptb
from publishers._ptb import described

logger = log.get("newswire.bot")

_AT_ONCE = 16
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0

_LOST = "I know commands only. /help shows them."
_COMMANDS = {command.name: command for command in editors.ALL}
_WORDS = filters.UpdateType.MESSAGE & (filters.ChatType.PRIVATE | filters.REPLY | filters.COMMAND)


class TelegramFace:
    """The editors' bot as the daemon runs it.

    `patience` is how many seconds each thing that is still in hand has when the bot stops; `listen` is for how many it
    listens at the start whether another process polls.
    """

    name = "telegram"

    def __init__(self, newsroom: Newsroom, *, patience: float = 4.0, listen: int = 2) -> None:
        settings = newsroom.settings
        token, chat = settings.bot_token, settings.editors.chat
        if token is None or chat is None:
            place = settings.where("editors", "chat")
            raise ConfigError(f"{place} [editors] names a chat, but TELEGRAM_BOT_TOKEN is not set; put it into .env")
        self._newsroom, self._patience = newsroom, patience
        self._hooked = settings.bot.updates == "webhook"
        self._secret = webhook.secret_of(token)
        newsroom.settings.secrets.known.add(self._secret)
        api = str(settings.platform.get("telegram", {}).get("api", _ptb.API))
        self._bot = _ptb.bot(token, api, _ptb.AiohttpRequest())
        self._app = self._application()
        self._room = Room(newsroom, self._bot, chat)
        self._door = Doorkeeper(settings, self._room)
        self._poller = Poller(self._bot, self._app.update_queue.put, self._tell, listen=listen)
        self._draughtsman = Draughtsman(self._room)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._met: set[int] = set()  # editors who have their menu in private
        self._open = False

    def _application(self) -> Application[Any, Any, Any, Any, Any, Any]:
        app = ApplicationBuilder().bot(self._bot).updater(None).job_queue(None).concurrent_updates(_AT_ONCE).build()
        app.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, self._moved))
        app.add_handler(CommandHandler([*_COMMANDS, "start"], self._command, filters.UpdateType.MESSAGE))
        app.add_handler(MessageHandler(_WORDS, self._said))
        app.add_handler(CallbackQueryHandler(self._press))
        app.add_error_handler(self._stumbled)
        return app

    # -- coming and going

    def healthy(self) -> bool:
        """Whether updates arrive."""
        return self._open and (self._hooked or self._poller.alive)

    async def start(self) -> None:
        """Log in. Telegram out of reach is no reason not to run: the bot comes when it can.

        ConfigError for a token or an address that Telegram refuses, AlreadyRunning when somebody else has the updates.
        """
        try:
            await self._enter()
        except (InvalidToken, NewswireError, NetworkError, RetryAfter) as error:
            if isinstance(error, NetworkError | RetryAfter) and not isinstance(error, BadRequest):
                logger.warning("telegram is out of reach; the bot comes later", error=described(error))
                self._begin("entering", self._enter_later())
                return
            await self._leave()
            if isinstance(error, NewswireError):
                raise
            raise ConfigError(_no_entry(error)) from None

    async def _enter(self) -> None:
        await self._app.initialize()
        await self._room.find()
        await self._take_updates()
        await self._app.start()
        self._open = True
        self._begin("drawing", self._draughtsman.run())
        self._begin("menu", self._set_menu(self._room.chat))
        self._begin("crew", Crew(self._newsroom).watch())
        if not self._hooked:
            self._begin("polling", self._poller.run())

    async def _take_updates(self) -> None:
        """By the way that [bot] says, unless somebody else has them."""
        set_already = await webhook.check_free(self._newsroom, self._bot)
        if self._hooked:
            await webhook.install(self._newsroom, self._bot, self._secret)
            return
        if set_already:
            await self._bot.delete_webhook(drop_pending_updates=False)
        await self._poller.listen()

    async def _enter_later(self) -> None:
        """Again and again, with growing pauses; people read in `newswire status` what is in the way."""
        pause = _FIRST_PAUSE
        while not self._open:
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
            try:
                await self._enter()
            except (TelegramError, NewswireError) as error:
                words = _no_entry(error) if isinstance(error, InvalidToken) else described(error)
                logger.error("the bot cannot come yet", error=words, seconds=pause)
                if isinstance(error, AlreadyRunning | ConfigError | InvalidToken):
                    await self._tell(f"The editors' bot cannot start: {words}")
        await self._tell("")

    def _begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self._tasks[name] = asyncio.create_task(work, name=f"bot {name}")
        self._tasks[name].add_done_callback(_look)

    async def _set_menu(self, chat: int, role: Role = Role.OWNER) -> None:
        """In the editors' chat all commands, in private those that the editor may use."""
        commands = [one for one in editors.ALL if role >= LEAST[one.act]]
        try:
            await menu.install(self._newsroom, self._bot, chat, commands)
        except (TelegramError, NewswireError) as error:
            logger.warning("the menu of commands is not set", chat=chat, error=described(error))

    async def stop(self) -> None:
        """Take no more, finish what is in hand, draw what is left to draw, and say good-bye. The webhook stays."""
        was_open, self._open = self._open, False
        await self._end("entering", "menu", "polling", "crew")
        if was_open:
            await self._answer_what_is_in_hand()
            self._draughtsman.end()
            await asyncio.wait([self._tasks["drawing"]], timeout=self._patience)
            if not self._hooked:
                await self._poller.confirm()
        await self._leave()

    async def _answer_what_is_in_hand(self) -> None:
        self._room.hurry()
        try:
            await asyncio.wait_for(self._app.stop(), self._patience)
        except TimeoutError:
            left = self._app.update_processor.current_concurrent_updates
            logger.warning("telegram was too slow to take every answer before the bot stopped", unanswered=left)

    async def _leave(self) -> None:
        await self._end(*self._tasks)
        await self._app.shutdown()
        await self._bot.shutdown()  # where logging in failed, the application does not do it

    async def _end(self, *names: str) -> None:
        tasks = [self._tasks.pop(name) for name in names if name in self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _tell(self, text: str) -> None:
        """Trouble with the updates, or (empty) its end, where people look."""
        now = self._newsroom.clock.now()
        async with self._newsroom.store.write() as connection:
            if text:
                await alerts.raise_(connection, "bot", "updates", text, now=now)
            else:
                await alerts.close(connection, "bot", "updates", now=now)
        self._newsroom.bell.ring("cards")

    # -- what comes in

    async def receive(self, body: bytes, headers: Mapping[str, str]) -> int:
        """A delivery to the webhook; the HTTP status to answer. Until the bot is there Telegram is asked to wait."""
        if not webhook.is_telegram(headers, self._secret):
            return HTTPStatus.FORBIDDEN
        if not (self._open and self._hooked):
            return HTTPStatus.SERVICE_UNAVAILABLE
        update = webhook.read(body, self._bot)
        if update is None:
            return HTTPStatus.BAD_REQUEST
        await self._app.update_queue.put(update)
        return HTTPStatus.OK

    async def _command(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        editor = await self._let_in(update)
        if message is None or editor is None or not message.text:
            return
        first, _sep, words = message.text.partition(" ")
        name = first.removeprefix("/").partition("@")[0].lower()
        command = _COMMANDS["help" if name == "start" else name]
        ask = Ask(room=self._room, message=message, editor=editor, words=words.strip())
        await _carried_out(command.carry_out if editor.may(command.act) else _refused, ask)

    async def _said(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """No command of ours: an answer we asked for, a slip, or something in private. Other talk is the group's own."""
        message = update.effective_message
        if message is None:
            return
        asked, hint = editors.answered(message), editors.hint(message.text or "", message.get_bot().username)
        if not (asked or hint or message.chat.type == ChatType.PRIVATE):
            return
        editor = await self._let_in(update)
        if editor is None:
            return
        if asked is None:
            await self._room.answer(RichText(hint or _LOST), chat=message.chat.id)
            return
        await _carried_out(asked, Ask(room=self._room, message=message, editor=editor, words=message.text or ""))

    async def _let_in(self, update: Update) -> Editor | None:
        """The editor who writes. Others hear the refusal, where we listen at all."""
        message, chat = update.effective_message, update.effective_chat
        if message is None or chat is None or not self._door.listens(chat):
            return None
        hidden = message.sender_chat is not None
        editor = None if hidden else self._door.editor(message.from_user)
        if editor is None and (said := self._door.refusal(message.from_user, chat, hidden=hidden)):
            await self._room.answer(RichText(said), chat=chat.id, reply_to=message.message_id)
        if editor is not None and chat.type == ChatType.PRIVATE and editor.id not in self._met:
            self._met.add(editor.id)
            self._begin(f"menu of {editor.id}", self._set_menu(editor.id, editor.role))
        return editor

    async def _press(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        if query is not None and self._door.listens(update.effective_chat):
            await presses.press(self._room, query, self._door.editor(query.from_user), self._door.no_press())

    async def _moved(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """The group has become a supergroup, with another number."""
        message = update.effective_message
        if message is not None and message.migrate_to_chat_id and message.chat.id == self._room.chat:
            await self._room.moved(message.migrate_to_chat_id)
            await self._set_menu(self._room.chat)

    async def _stumbled(self, _: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        error = context.error
        if isinstance(error, TelegramError):
            logger.warning("an answer did not get through", error=described(error))
        else:
            logger.error("an update could not be handled", exc_info=error)


async def _carried_out(work: Callable[[Ask], Awaitable[None]], ask: Ask) -> None:
    try:
        await work(ask)
    except NewswireError as error:
        await ask.answer(f"That did not work: {error}")


async def _refused(ask: Ask) -> None:
    await ask.answer(not_allowed(ask.editor).text)


def _no_entry(error: Exception) -> str:
    if isinstance(error, InvalidToken):  # the library's own words hold the token
        return "Telegram does not know TELEGRAM_BOT_TOKEN; get a new one from @BotFather"
    return f"Telegram: {described(error)}"


def _look(task: asyncio.Task[None]) -> None:
    """A task that fell is said in the log."""
    if not task.cancelled() and (error := task.exception()):
        logger.error("a part of the bot fell", part=task.get_name(), exc_info=error)
