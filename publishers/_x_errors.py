"""What X's refusals mean (https://docs.x.com/x-api/fundamentals/response-codes-and-errors)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import requests
import tweepy

from newswire import reach
from newswire.errors import (
    AlreadyThere,
    DeliveryError,
    OutcomeUnknown,
    OutOfBudget,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)

_NO_RESET_GIVEN = timedelta(minutes=15)
_SIGNED_FOR = timedelta(minutes=4)
_WINDOWS = ("x-rate-limit", "x-app-limit-24hour", "x-user-limit-24hour")
_ACCOUNT_TROUBLE = (
    "client-forbidden",
    "client-not-enrolled",
    "user-not-enrolled",
    "oauth1 app permissions",
    "not configured with the appropriate",
    "suspended",
    "account is temporarily locked",
)


_NOT_OPENED = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ProxyError")
_NOT_AGREED = ("CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION_NUMBER", "HANDSHAKE_FAILURE", "RECORD_LAYER_FAILURE")
"""How OpenSSL names what ends a connection before anything is said over it."""


def decide(error: Exception, now: datetime) -> DeliveryError:
    """The decision for an error of tweepy or of the wire below it."""
    if isinstance(error, tweepy.HTTPException):
        return _refused(error, now)
    if isinstance(error, requests.ConnectionError) and _never_left(error):
        return Unavailable(f"X cannot be reached: {reach.why(error)}")
    if isinstance(error, requests.JSONDecodeError):
        return OutcomeUnknown("X gave an answer that cannot be read")
    return OutcomeUnknown(f"X did not answer: {reach.why(error)}")


def _never_left(error: requests.ConnectionError) -> bool:
    """Whether the connection could not even be opened: urllib3 says so in the reason it gave up for."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return type(reason).__name__ in _NOT_OPENED or any(words in str(reason) for words in _NOT_AGREED)


def _refused(error: tweepy.HTTPException, now: datetime) -> DeliveryError:
    words = _words(error)
    match error.response.status_code:
        case HTTPStatus.UNAUTHORIZED:
            return _clock_is_wrong(error, now) or Unauthorized(f"X does not accept this account's keys: {words}")
        case HTTPStatus.PAYMENT_REQUIRED:
            return OutOfBudget("X: this account's credits are used up; top them up")
        case HTTPStatus.FORBIDDEN:
            return _forbidden(error, words)
        case HTTPStatus.TOO_MANY_REQUESTS:
            return _too_many(error, words, now)
        case HTTPStatus.REQUEST_TIMEOUT:
            return Unavailable("X did not get the whole request in time")
        case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return OutcomeUnknown(f"X answered {status}")
        case status if status < HTTPStatus.BAD_REQUEST:
            return Unavailable(f"X answered {status}, a redirect: the address of its API is wrong")
        case _:
            return Rejected(f"X refused it: {words}")


def _clock_is_wrong(error: tweepy.HTTPException, now: datetime) -> Unavailable | None:
    """X takes a signature for a few minutes only: with a clock that is wrong by more, good keys look like bad ones."""
    try:
        ahead = now - parsedate_to_datetime(error.response.headers["Date"])
    except (KeyError, TypeError, ValueError):
        return None
    if abs(ahead) < _SIGNED_FOR:
        return None
    minutes, where = abs(ahead) // timedelta(minutes=1), "ahead of" if ahead > timedelta() else "behind"
    return Unavailable(f"X refuses what is signed now: this machine's clock is {minutes} minutes {where} X's; set it")


def _forbidden(error: tweepy.HTTPException, words: str) -> DeliveryError:
    """The account's trouble, the post's, or a text that X has already: then the post of a lost answer may be there."""
    said = words.lower() + _problem_type(error)
    if "duplicate content" in said:
        return AlreadyThere("X has a post with this very text already")
    if "reply to this conversation is not allowed" in said:
        return Rejected("X lets this app write no threads: make it one post")
    if any(text in said for text in _ACCOUNT_TROUBLE):
        return Unauthorized(f"X: {words}")
    return Rejected(f"X refused it: {words}")


def _too_many(error: tweepy.HTTPException, words: str, now: datetime) -> DeliveryError:
    if "usage-capped" in _problem_type(error):
        return OutOfBudget(f"X: {words}")
    reset = _reset(error.response.headers) or now + _NO_RESET_GIVEN
    return RateLimited(
        f"X asks for a pause until {reset:%H:%M:%S} UTC", retry_at=max(reset, now + timedelta(seconds=1))
    )


def _reset(headers: Mapping[str, str]) -> datetime | None:
    """When the last of the windows that are full opens: a quarter of an hour's, or the app's or the user's day."""
    ends = [
        int(headers[f"{window}-reset"])
        for window in _WINDOWS
        if headers.get(f"{window}-reset", "").isdigit() and headers.get(f"{window}-remaining", "0") == "0"
    ]
    return datetime.fromtimestamp(max(ends), UTC) if ends else None


def _body(error: tweepy.HTTPException) -> dict[str, object]:
    try:
        body = error.response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _problem_type(error: tweepy.HTTPException) -> str:
    body = _body(error)
    return f" {body.get('type', '')} {body.get('reason', '')}".lower()


def _words(error: tweepy.HTTPException) -> str:
    """X's own words for it, in one line."""
    said = [str(_body(error).get("detail", "")), *map(str, error.api_messages)]
    unique = list(dict.fromkeys(text.strip() for text in said if text.strip()))
    return " ".join(" ".join(unique).split())[:300] or f"answered {error.response.status_code}"
