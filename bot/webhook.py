"""Webhook: Telegram brings the updates to an address of ours, with a secret that proves that it is Telegram.

https://core.telegram.org/bots/api#setwebhook
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping

from telegram import Bot, Update
from telegram.error import BadRequest

from bot.polling import UPDATES
from db import marks
from desk.newsroom import Newsroom
from newswire.errors import AlreadyRunning, ConfigError
from newswire.secret import Secret
from newswire.settings import Settings
from publishers._ptb import described

_HEADER = "x-telegram-bot-api-secret-token"
_MARK = "bot webhook"
_AT_ONCE = 8


def address(settings: Settings) -> str:
    """Where Telegram is to bring updates; empty where [bot] names no address."""
    base = settings.bot.webhook_url.rstrip("/")
    return f"{base}/hooks/telegram" if base else ""


def secret_of(token: Secret) -> str:
    """A secret that whoever knows the token can make again, and nobody can turn back into the token."""
    return hmac.new(token.reveal().encode(), b"newswire webhook", hashlib.sha256).hexdigest()


def is_telegram(headers: Mapping[str, str], secret: str) -> bool:
    """Whether a delivery carries the secret; compared in constant time."""
    given = next((value for name, value in headers.items() if name.lower() == _HEADER), "")
    return hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode())


def read(body: bytes, bot: Bot) -> Update | None:
    """The update in a delivery; None for anything else."""
    try:
        given = json.loads(body)
        return Update.de_json(given, bot) if isinstance(given, dict) else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


async def check_free(newsroom: Newsroom, bot: Bot) -> str:
    """The webhook that is set, which may only be ours. AlreadyRunning: another program's is not taken away from it."""
    async with newsroom.store.read() as connection:
        ours = {address(newsroom.settings), await marks.get(connection, _MARK)}
    found = await bot.get_webhook_info()
    if found.url and found.url not in ours:
        host = found.url.partition("://")[2].partition("/")[0]
        failing = f" (which fails: {found.last_error_message})" if found.last_error_message else ""
        raise AlreadyRunning(
            f"this bot's updates go to another program, at {host}{failing}; give this newsroom a bot of its own, or stop "
            "that program and open https://api.telegram.org/bot<TOKEN>/deleteWebhook once, with the bot's token"
        )
    return found.url


async def install(newsroom: Newsroom, bot: Bot, secret: str) -> None:
    """Updates come to our address from now on, also those that waited. ConfigError when Telegram refuses the address."""
    settings = newsroom.settings
    try:
        await bot.set_webhook(address(settings), secret_token=secret, allowed_updates=UPDATES, max_connections=_AT_ONCE)
    except BadRequest as error:
        place = settings.where("bot", "webhook_url")
        raise ConfigError(f"{place} bot.webhook_url: Telegram refuses it: {described(error)}") from None
    async with newsroom.store.write() as connection:
        await marks.put(connection, _MARK, address(settings))
