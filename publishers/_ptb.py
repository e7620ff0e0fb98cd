"""python-telegram-bot over aiohttp, telling "never left" from "no answer".

Its own httpx pool spends several milliseconds on each request and writes the token's address into the log; aiohttp does
neither. See https://docs.python-telegram-bot.org/en/stable/telegram.request.baserequest.html
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

import aiohttp
from telegram import Bot
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut
from telegram.request import BaseRequest, RequestData

from newswire import reach
from newswire.secret import Secret
from publishers._base import hush

API = "https://api.telegram.org"
_CONNECT = 10.0
_ANSWER = 45.0
_IDLE = 15  # seconds a connection is kept: well below a server's, so that it is seldom closed as we send
_NO_WAIT_GIVEN = 30  # a 429 without retry_after: overloaded servers answer so
_LONGEST = 250  # characters of an error that an editor reads
_TOLD_APART = (400, 401, 403, 404, 409)  # python-telegram-bot has an error for each


class NeverLeft(NetworkError):
    """The request did not reach Telegram: it is safe to send it again."""


class AnswerLost(NetworkError):
    """The request may have been taken; its answer did not come."""


class Flood(RetryAfter):
    """Telegram wants a pause. The library's own error warns about its coming type each time it is read."""

    @property
    def retry_after(self) -> timedelta:
        """The pause."""
        return self._retry_after


@dataclass(slots=True)
class _Sent:
    """Whether a request began to leave. Until then every failure is harmless: names, connections, the pool, TLS."""

    begun: bool = False


async def _note(_: aiohttp.ClientSession, context: SimpleNamespace, __: aiohttp.TraceRequestHeadersSentParams) -> None:
    """Called right before the first byte goes out."""
    context.trace_request_ctx.begun = True


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
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=_IDLE)
            trace = aiohttp.TraceConfig()
            trace.on_request_headers_sent.append(_note)
            self._session = aiohttp.ClientSession(connector=connector, trace_configs=[trace])

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
        """One request; status and body. The address holds the token: no error may carry it, no redirect take it along."""
        if self._session is None:
            raise NeverLeft("the bot is not started")
        total = self._answer if read_timeout is BaseRequest.DEFAULT_NONE else (read_timeout or self._answer)
        limits = aiohttp.ClientTimeout(total=_CONNECT + total, sock_connect=_CONNECT, sock_read=total)
        sent = _Sent()
        try:
            async with self._session.request(
                method,
                url,
                data=_body(request_data),
                timeout=limits,
                allow_redirects=False,
                trace_request_ctx=sent,
            ) as answer:
                status, payload = answer.status, await answer.read()
        except Exception as error:  # noqa: BLE001 - whatever it is, what counts is whether the request was on its way
            raise _lost(error, sent) from None
        return _judged(status, payload)


def _lost(error: Exception, sent: _Sent) -> NetworkError:
    """What it means that no answer came."""
    if not sent.begun:
        return NeverLeft(f"cannot be reached: {reach.why(error)}")
    if isinstance(error, TimeoutError):
        return TimedOut("no answer in time")
    return AnswerLost(f"no answer came: {reach.why(error)}")


def _judged(status: int, payload: bytes) -> tuple[int, bytes]:
    """The answer, unless it is one that python-telegram-bot would take for something else."""
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return status, payload
    said = _said(payload)
    words = str(said.get("description", "")) or _phrase(status)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise AnswerLost(f"answered {status}")
    if status < HTTPStatus.BAD_REQUEST:
        raise NeverLeft(f"answered {status}, a redirect: the address of the Bot API is wrong")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise Flood(_wait(said))
    if status not in _TOLD_APART:
        raise BadRequest(words)
    return status, payload if said else json.dumps({"ok": False, "description": words}).encode()


def _said(payload: bytes) -> dict[str, Any]:
    """A refusal's JSON; empty for anything else, such as the page of a proxy."""
    try:
        said = json.loads(payload)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _phrase(status: int) -> str:
    try:
        return f"{HTTPStatus(status).phrase} ({status})"
    except ValueError:
        return f"answered {status}"


def _wait(said: dict[str, Any]) -> int:
    parameters = said.get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return wait if isinstance(wait, int) and wait > 0 else _NO_WAIT_GIVEN


def _body(data: RequestData | None) -> aiohttp.FormData | None:
    if data is None:
        return None
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items() if data.contains_files else ():
        stream = io.BytesIO(content) if isinstance(content, bytes) else content  # raw bytes would block the loop
        form.add_field(name, stream, filename=filename, content_type=mime)
    return form


def bot(token: Secret, api: str, wire: AiohttpRequest) -> Bot:
    """A bot that speaks over `wire`, to Telegram or to whatever answers at `api`."""
    hush("telegram.Bot", "telegram.ext.ExtBot")  # each writes its address, token and all
    base = api.rstrip("/")
    return Bot(
        token.reveal(),
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=wire,
        get_updates_request=AiohttpRequest(connections=2),
    )


def described(error: Exception) -> str:
    """An error of python-telegram-bot in words, on one line."""
    return " ".join(str(error).split())[:_LONGEST].removesuffix(".") or reach.why(error)
