"""python-telegram-bot over aiohttp, telling "never left" from "no answer".

Its own httpx pool spends several milliseconds on each request and writes the token's address into the log; aiohttp does
neither. See https://docs.python-telegram-bot.org/en/stable/telegram.request.baserequest.html
"""

from __future__ import annotations

import json
from typing import Any

import aiohttp
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TimedOut
from telegram.request import BaseRequest, RequestData

from newswire.secret import Secret

API = "https://api.telegram.org"
_CONNECT = 10.0
_ANSWER = 45.0
_NO_WAIT_GIVEN = 30  # a 429 without retry_after: overloaded servers answer so
_TOO_MANY = 429


class NeverLeft(NetworkError):
    """The request did not reach Telegram: it is safe to send it again."""


class AnswerLost(NetworkError):
    """The request may have been taken; its answer did not come."""


class AiohttpRequest(BaseRequest):
    """The HTTP side of a bot. `answer` is how long an answer may take, in seconds."""

    def __init__(self, *, connections: int = 32, answer: float = _ANSWER) -> None:
        self._connections = connections
        self._answer = answer
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds for an answer; long polling adds its own to it."""
        return self._answer

    async def initialize(self) -> None:
        """Open the pool of connections."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=15)
            self._session = aiohttp.ClientSession(connector=connector)

    async def shutdown(self) -> None:
        """Close it."""
        if self._session is not None:
            await self._session.close()

    async def do_request(  # noqa: PLR0917 - the library calls it so
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the total covers it
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - ours is fixed
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the total covers it
    ) -> tuple[int, bytes]:
        """One request; status and body. The address holds the token, so no error may carry it."""
        if self._session is None:
            raise NeverLeft("the bot is not started")
        total = self._answer if read_timeout is BaseRequest.DEFAULT_NONE else (read_timeout or self._answer)
        limits = aiohttp.ClientTimeout(total=_CONNECT + total, sock_connect=_CONNECT)
        try:
            async with self._session.request(method, url, data=_body(request_data), timeout=limits) as answer:
                status, payload = answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ServerTimeoutError) as error:
            if isinstance(error, aiohttp.SocketTimeoutError):
                raise AnswerLost("Telegram did not answer in time") from None
            raise NeverLeft("Telegram cannot be reached") from None
        except TimeoutError:
            raise TimedOut("Telegram did not answer in time") from None
        except (aiohttp.ClientError, OSError) as error:
            raise AnswerLost(f"the connection to Telegram broke ({type(error).__name__})") from None
        return _judged(status, payload)


def _judged(status: int, payload: bytes) -> tuple[int, bytes]:
    """The answer, unless it is one that python-telegram-bot would take for something else."""
    if status >= 500:  # noqa: PLR2004 - HTTP's own number
        raise AnswerLost(f"Telegram answered {status}")
    if status == _TOO_MANY and b'"retry_after"' not in payload:
        raise RetryAfter(_NO_WAIT_GIVEN)
    return status, payload


def _body(data: RequestData | None) -> aiohttp.FormData | None:
    if data is None:
        return None
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items() if data.contains_files else ():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form


def bot(token: Secret, api: str, wire: AiohttpRequest) -> Bot:
    """A bot that speaks over `wire`, to Telegram or to whatever answers at `api`."""
    base = api.rstrip("/")
    return Bot(
        token.reveal(),
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=wire,
        get_updates_request=AiohttpRequest(connections=2),
    )


def described(error: Exception) -> str:
    """An error of python-telegram-bot in words, without the parts that only a program reads."""
    return str(error).removesuffix(".") or json.dumps(type(error).__name__)
