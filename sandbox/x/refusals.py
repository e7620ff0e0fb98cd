"""How X words a refusal: problem details with title, detail, type and status, or a list of what was wrong.

Words and shapes as seen in X's answers quoted in public issues (X's docs list only the types). Not seen, so worded in
the same manner: an empty post, a picture too large, a mix of media, an edit that is not allowed.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

_PROBLEMS = "https://api.x.com/2/problems"
INVALID_REQUEST = f"{_PROBLEMS}/invalid-request"


class Refusal(Exception):
    """An answer other than success: its HTTP status and its JSON body."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(body.get("detail", ""))
        self.status = status
        self.body = body


def plain(status: int, detail: str = "") -> Refusal:
    """A refusal without a type of its own; `detail` defaults to the status's name, as X does."""
    title = HTTPStatus(status).phrase
    return Refusal(status, {"title": title, "detail": detail or title, "type": "about:blank", "status": status})


def invalid(message: str, **parameters: list[str]) -> Refusal:
    """400: the request is not well formed. Parameters are those at fault, with what they held."""
    return Refusal(
        400,
        {
            "errors": [{"parameters": parameters, "message": message}],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": INVALID_REQUEST,
        },
    )


def read_only() -> Refusal:
    """403: the app may only read."""
    detail = "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint."
    return Refusal(
        403,
        {"title": "Forbidden", "detail": detail, "type": f"{_PROBLEMS}/oauth1-permissions", "status": 403},
    )


def no_credits(account_id: str) -> Refusal:
    """402: the prepaid credits are used up."""
    detail = f"Your enrolled account [{account_id}] does not have any credits to fulfill this request."
    return Refusal(
        402,
        {
            "account_id": int(account_id),
            "title": "CreditsDepleted",
            "detail": detail,
            "type": f"{_PROBLEMS}/credits",
        },
    )


def usage_capped(account_id: str) -> Refusal:
    """429 that no reset of a rate limit lifts: the month's cap is reached."""
    return Refusal(
        429,
        {
            "account_id": int(account_id),
            "product_name": "pay-per-use",
            "title": "UsageCapExceeded",
            "period": "Monthly",
            "scope": "Product",
            "detail": "Usage cap exceeded: Monthly product cap",
            "type": f"{_PROBLEMS}/usage-capped",
        },
    )


def not_found(resource: str, parameter: str, value: str) -> dict[str, Any]:
    """What stands in `errors` of a 200 answer for each thing that is not there."""
    return {
        "value": value,
        "detail": f"Could not find {resource} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": resource,
        "parameter": parameter,
        "resource_id": value,
        "type": f"{_PROBLEMS}/resource-not-found",
    }


TOO_LONG = (
    "Your Tweet text is too long. "
    "For more information on how Twitter determines text length see https://github.com/twitter/twitter-text."
)
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
CASHTAGS = "Posts are limited to a maximum of one cashtag ($SYMBOL)"
REPLY = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged "
    "by the author of the post you are replying to."
)
QUOTE = (
    "Quoting this post is not allowed because you have not been mentioned or are not part of the conversation thread "
    "of the post you are quoting."
)
GONE = "You attempted to reply to a Tweet that is deleted or not visible to you."
NOT_YOURS = "You are not authorized to delete this Tweet."
NOT_PERMITTED = "You are not permitted to perform this action."
EMPTY = "Request must include at least one of text, media, poll or quote_tweet_id."
MEDIA_IDS = "Your media IDs are invalid."
MIXED_MEDIA = "A Tweet can have up to four photos, or one animated GIF, or one video."
CONTENT_TYPE = "Requests with bodies must have content-type of application/json."
