"""X: an account, through the API v2 with the account's own keys (https://docs.x.com/x-api)."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import requests
import tweepy
from pydantic import Field

from newswire.delivery import Receipt
from newswire.errors import OutcomeUnknown, Rejected
from newswire.platform import Account, Can, Lane, Limits, Unit
from newswire.post import Media, Message
from newswire.secret import Secret
from publishers._base import Config, from_env
from publishers._base import Publisher as Base
from publishers._x_errors import decide, is_duplicate

API = "https://api.x.com"
_TIMEOUT = (10, 45)
_T = TypeVar("_T")


class XConfig(Config):
    """Which account on X posts."""

    per_15_minutes: int = Field(default=100, ge=0, description="posts in a quarter of an hour; 0: no limit of ours")
    api: str = Field(default=API, description="address of the API")
    api_key: Secret = from_env("X_API_KEY", description="the app's consumer key")
    api_secret: Secret = from_env("X_API_SECRET", description="the app's consumer secret")
    access_token: Secret = from_env("X_ACCESS_TOKEN", description="the account's access token, with write permission")
    access_secret: Secret = from_env("X_ACCESS_SECRET", description="the account's access token secret")


class _Session(requests.Session):
    """tweepy's session, with a time-out (it has none) and another host where the file says so (its own is fixed)."""

    def __init__(self, api: str) -> None:
        super().__init__()
        self._api = api.rstrip("/")

    def request(self, method: str | bytes, url: str | bytes, **more: Any) -> requests.Response:  # type: ignore[override] # tweepy passes no more than this
        """As requests does, elsewhere and not for ever."""
        path = str(url).removeprefix("https://api.twitter.com")
        return super().request(method, f"{self._api}{path}", **{"timeout": _TIMEOUT, **more})


class X(Base):
    """An account on X. Limits: https://docs.x.com/x-api/fundamentals/rate-limits and /counting-characters."""

    name = "x"
    title = "X"
    limits = Limits(
        text=280,
        unit=Unit.X_WEIGHT,
        pictures=4,
        picture_bytes=5 * 2**20,
        picture_sides=16_000,
        picture_types=("image/jpeg", "image/png", "image/webp", "image/gif"),
        alt_text=1000,
    )
    can = Can(edit=False, delete=True, thread=True, cost_per_post=0.015, cost_per_link_post=0.200)
    Config = XConfig
    config: XConfig

    async def open(self) -> None:
        """Make tweepy's client."""
        keys = self.config
        self._client = tweepy.Client(
            consumer_key=keys.api_key.reveal(),
            consumer_secret=keys.api_secret.reveal(),
            access_token=keys.access_token.reveal(),
            access_token_secret=keys.access_secret.reveal(),
            wait_on_rate_limit=False,
        )
        self._client.session = _Session(keys.api)
        self._username = ""

    async def close(self) -> None:
        """Close the connections."""
        self._client.session.close()

    def lanes(self) -> Sequence[Lane]:
        """X takes 100 posts in 15 minutes from a user: a fifth of them at once, then evenly."""
        user = self.config.access_token.reveal().partition("-")[0]
        most = self.config.per_15_minutes
        return (Lane(f"x:{user}", 900 / most, max(most // 5, 1)),) if most else ()

    async def _call(self, work: Callable[[], _T]) -> _T:
        """Tweepy is not asynchronous: it runs in a thread. Its errors become decisions."""
        try:
            return await asyncio.to_thread(work)
        except (tweepy.TweepyException, requests.RequestException) as error:
            raise decide(error, self.clock.now()) from error

    async def verify(self) -> Account:
        """Whose keys these are, and whether they may write."""
        answer = await self._call(lambda: self._client.get_me(user_auth=True))
        self._username = answer.data.username
        return Account(id=str(answer.data.id), name=f"@{self._username}", url=f"https://x.com/{self._username}")

    async def publish(self, message: Message, *, key: str) -> Receipt:  # noqa: ARG002 - X has no key of ours
        """Pictures first, then the post. A picture that X does not take is left out: the link brings a card."""
        media = [id_ for picture in message.media[: self.limits.pictures] if (id_ := await self._upload(picture))]
        try:
            answer = await asyncio.to_thread(
                lambda: self._client.create_tweet(text=message.text.text, media_ids=media or None, user_auth=True)
            )
        except (tweepy.TweepyException, requests.RequestException) as error:
            if is_duplicate(error):
                raise OutcomeUnknown("X says that this post is there already") from error
            raise decide(error, self.clock.now()) from error
        return self._receipt(answer.data["id"])

    async def _upload(self, picture: Media) -> str:
        """X's id of the picture, with its alt text; empty when there are no bytes or X refuses the picture."""
        content = await asyncio.to_thread(_content, picture)
        if not content:
            return ""
        body = {"media": content, "media_category": "tweet_image", "media_type": picture.mime or "image/jpeg"}
        try:
            answer = await self._call(
                lambda: self._client.request("POST", "/2/media/upload", json=body, user_auth=True).json()
            )
            media_id = str(answer["data"]["id"])
            if picture.alt:
                described = {"id": media_id, "metadata": {"alt_text": {"text": picture.alt}}}
                await self._call(
                    lambda: self._client.request("POST", "/2/media/metadata", json=described, user_auth=True)
                )
        except Rejected:
            return ""
        return media_id

    async def edit(self, receipt: Receipt, message: Message) -> Receipt:  # noqa: ARG002 - see text
        """X lets only some accounts edit, and gives a new id: a correction there is a new post, a person's decision."""
        raise Rejected("X has no edit for this account: retract and post again")

    async def delete(self, receipt: Receipt) -> None:
        """Take the post away."""
        await self._call(lambda: self._client.delete_tweet(receipt.remote_id, user_auth=True))

    def _receipt(self, remote_id: str) -> Receipt:
        who = self._username or "i"
        return Receipt(remote_id=str(remote_id), at=self.clock.now(), url=f"https://x.com/{who}/status/{remote_id}")


def _content(picture: Media) -> str:
    """The picture's bytes in base64; empty when there is no local copy."""
    file = Path(picture.path)
    return base64.b64encode(file.read_bytes()).decode() if picture.path and file.is_file() else ""


PUBLISHER = X
