"""How Telegram says no: a code, a description in its own words, and sometimes how long to wait."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from aiohttp import web


class Refused(Exception):
    """A call that Telegram does not take. `parameters` is the answer's object of the same name."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def answer(self) -> web.Response:
        """The refusal as it goes over the wire."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return web.json_response(body, status=self.code)


def bad_request(words: str) -> Refused:
    """400: the call is wrong as it is. A first capital falls, as at Telegram, unless the word is an error's name."""
    if words[1:2] != "_" and not words[1:2].isupper():
        words = words[:1].lower() + words[1:]
    return Refused(400, f"Bad Request: {words}")


def forbidden(words: str) -> Refused:
    """403: the bot may not do this there."""
    return Refused(403, f"Forbidden: {words}")


def too_many(seconds: int) -> Refused:
    """429: come back in `seconds`."""
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def fault(status: int, retry_after: int | None) -> web.StreamResponse:
    """What Telegram answers when a fault is ordered: JSON with the status' name, for a flood with the wait if given."""
    if status == 429 and retry_after:
        return too_many(retry_after).answer()
    return Refused(status, HTTPStatus(status).phrase).answer()
