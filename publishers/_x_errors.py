"""What X's refusals mean (https://docs.x.com/x-api/fundamentals/response-codes-and-errors)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import requests
import tweepy

from newswire.errors import (
    DeliveryError,
    OutcomeUnknown,
    OutOfBudget,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)

_PAYMENT_REQUIRED = 402
_NO_RESET_GIVEN = timedelta(minutes=15)
_ACCOUNT_TROUBLE = (
    "client-forbidden",
    "client-not-enrolled",
    "user-not-enrolled",
    "oauth1 app permissions",
    "not configured with the appropriate",
    "suspended",
    "account is temporarily locked",
)


def decide(error: Exception, now: datetime) -> DeliveryError:
    """The decision for an error of tweepy or of the wire below it."""
    if isinstance(error, tweepy.HTTPException):
        return _refused(error, now)
    if isinstance(error, requests.ConnectTimeout):
        return Unavailable("X cannot be reached")
    if isinstance(error, requests.ConnectionError) and _never_left(error):
        return Unavailable("X cannot be reached")
    return OutcomeUnknown(f"X did not answer ({type(error).__name__})")


def _never_left(error: requests.ConnectionError) -> bool:
    """Whether the connection could not even be opened: urllib3 says so in the reason it gave up for."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")


def _refused(error: tweepy.HTTPException, now: datetime) -> DeliveryError:
    words = _words(error)
    match error:
        case tweepy.Unauthorized():
            return Unauthorized(f"X does not accept this account's keys: {words}")
        case tweepy.TooManyRequests():
            return _too_many(error, words, now)
        case tweepy.Forbidden():
            lost = any(text in words.lower() + _problem_type(error) for text in _ACCOUNT_TROUBLE)
            return Unauthorized(f"X: {words}") if lost else Rejected(f"X: {words}")
        case tweepy.TwitterServerError():
            return OutcomeUnknown(f"X answered {error.response.status_code}")
        case _ if error.response.status_code == _PAYMENT_REQUIRED:
            return OutOfBudget("X: this account's credits are used up; top them up, then /resume")
        case _:
            return Rejected(f"X: {words}")


def _too_many(error: tweepy.TooManyRequests, words: str, now: datetime) -> DeliveryError:
    reset = datetime.fromtimestamp(error.reset_time, UTC) if error.reset_time else now + _NO_RESET_GIVEN
    if "usage-capped" in _problem_type(error):
        return OutOfBudget(f"X: {words}")
    return RateLimited(
        f"X asks for a pause until {reset:%H:%M:%S} UTC", retry_at=max(reset, now + timedelta(seconds=1))
    )


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


def is_duplicate(error: Exception) -> bool:
    """Whether X refused a text that it has already: then the post of a lost answer may be there."""
    return isinstance(error, tweepy.Forbidden) and "duplicate content" in _words(error).lower()
