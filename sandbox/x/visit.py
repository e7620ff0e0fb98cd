"""One request on its way through the stand-in: who calls, with what, and how its parts are read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from sandbox.x.refusals import CONTENT_TYPE, invalid
from sandbox.x.schema import Schema, first_fault
from sandbox.x.state import Account

_ID = re.compile(r"[0-9]{1,19}")
_QUOTED = re.compile(r'name="([^"]*)"')


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TWEET_FIELDS = _words(
    "article article_title attachments author_id card_uri community_id context_annotations conversation_id created_at "
    "display_text_range edit_controls entities geo id in_reply_to_user_id lang media_metadata non_public_metrics "
    "note_tweet note_post organic_metrics possibly_sensitive promoted_metrics public_metrics referenced_tweets "
    "referenced_posts reply_settings scopes source text withheld edit_history_tweet_ids edit_history_post_ids"
)
USER_FIELDS = _words(
    "confirmed_email connection_status created_at description entities id is_identity_verified location name parody "
    "profile_banner_url profile_image_url protected public_metrics receives_your_dm subscribes_to_you subscription "
    "subscription_type url username verified verified_followers_count verified_type withheld"
)
MEDIA_FIELDS = _words(
    "alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url promoted_metrics "
    "public_metrics type url variants width"
)
EXPANSIONS = _words(
    "article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet "
    "attachments.poll_ids author_id edit_history_tweet_ids edit_history_post_ids entities.mentions.username "
    "geo.place_id in_reply_to_user_id pinned_tweet_id referenced_tweets.id referenced_posts username"
)
FIELDS = {
    "tweet.fields": TWEET_FIELDS,
    "post.fields": TWEET_FIELDS,
    "user.fields": USER_FIELDS,
    "media.fields": MEDIA_FIELDS,
    "expansions": EXPANSIONS,
    "poll.fields": _words("duration_minutes end_datetime id options voting_status"),
    "place.fields": _words("contained_within country country_code full_name geo id name place_type"),
    "exclude": frozenset(["replies", "retweets"]),
}


@dataclass(slots=True, kw_only=True)
class Visit:
    """A request that was let in. `now` is the sandbox's time."""

    request: web.Request
    account: Account
    body: bytes
    now: float
    sent: list[dict[str, Any]] = field(default_factory=list)

    def json(self, schema: Schema) -> dict[str, Any]:
        """The JSON body, checked."""
        if self.request.content_type != "application/json":
            raise invalid(CONTENT_TYPE)
        data = parse_json(self.body)
        fault = first_fault(data, schema)
        if fault is not None:
            path, message, value = fault
            raise invalid(message, **{path: [json.dumps(value, ensure_ascii=False)]})
        return dict(data)

    def check_query(self, *allowed: str) -> None:
        """Refuse a query parameter that is not known here, or a field name X does not have."""
        for name, value in self.request.query.items():
            if name not in allowed:
                raise invalid(f"The query parameter [{name}] is not one of [{','.join(allowed)}]", **{name: [value]})
            known = FIELDS.get(name)
            for item in self.names(name) if known else ():
                if item not in (known or ()):
                    listed = ",".join(sorted(known or ()))
                    raise invalid(
                        f"The `{name}` query parameter value [{item}] is not one of [{listed}]", **{name: [item]}
                    )

    def names(self, parameter: str) -> set[str]:
        """The values of a comma-separated query parameter."""
        return {item for item in self.request.query.get(parameter, "").split(",") if item}

    @property
    def tweet_fields(self) -> set[str]:
        """The fields of posts that are asked for, by the old name of the parameter or the new one."""
        return self.names("tweet.fields") | self.names("post.fields")

    def id(self, parameter: str = "id") -> str:
        """The id in the path, or in the query under another name."""
        value = self.request.match_info.get(parameter) or self.request.query.get(parameter, "")
        return check_id(parameter, value)

    def time(self, parameter: str) -> float | None:
        """A time of the query in seconds since 1970; None when it is not given."""
        value = self.request.query.get(parameter)
        if value is None:
            return None
        try:
            if not value.endswith("Z"):
                raise ValueError(value)
            return datetime.fromisoformat(value).timestamp()
        except ValueError:
            message = f"Invalid '{parameter}': '{value}' is not a valid RFC3339 date-time"
            raise invalid(message, **{parameter: [value]}) from None

    def number(self, parameter: str, default: int, least: int, most: int) -> int:
        """A number of the query, within its bounds."""
        value = self.request.query.get(parameter, str(default))
        if not value.isdigit() or not least <= int(value) <= most:
            message = f"The `{parameter}` query parameter value [{value}] is not between {least} and {most}"
            raise invalid(message, **{parameter: [value]})
        return int(value)

    def form(self) -> dict[str, bytes]:
        """The parts of a multipart body by name, byte for byte."""
        return multipart(self.request.headers.get("Content-Type", ""), self.body)


def check_id(parameter: str, value: str) -> str:
    """`value` if it can be an id."""
    if not _ID.fullmatch(value):
        raise invalid(f"The `{parameter}` query parameter value [{value}] is not valid", **{parameter: [value]})
    return value


def parse_json(body: bytes) -> Any:
    """A JSON body as Python has it, or X's refusal."""
    try:
        return json.loads(body)
    except ValueError:
        raise invalid("Request body is not valid JSON.") from None


def multipart(content_type: str, body: bytes) -> dict[str, bytes]:
    """The parts of a multipart body by name. Parts without a name are left out."""
    _, _, boundary = content_type.partition("boundary=")
    parts = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.split(";")[0].strip('" ').encode())[1:]:
        head, _, content = part.partition(b"\r\n\r\n")
        found = _QUOTED.search(head.decode("utf-8", "replace"))
        if found:
            parts[found[1]] = content
    return parts
