"""X: an account, through the API v2 with the account's own keys (https://docs.x.com/x-api)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import html
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import requests
import tweepy
from pydantic import Field

from newswire.delivery import Receipt, Search
from newswire.errors import DeliveryError, OutcomeUnknown, Rejected, Unavailable, UsageProblem
from newswire.platform import Account, Can, Lane, Limits, Unit
from newswire.post import Media, Message
from newswire.secret import Secret
from publishers import _media
from publishers._base import Config, from_env, hush, understood
from publishers._base import Publisher as Base
from publishers._readback import Reading, Shown, unseen
from publishers._x_errors import decide

API = "https://api.x.com"
_CONNECT = 10.0
_GIF = "image/gif"
_CASHTAG = re.compile(r"(?<!\S)\$[a-z]{1,6}(?:[._][a-z]{1,2})?(?![\w$])", re.IGNORECASE | re.ASCII)
_LINK = re.compile(
    r"(?:https?://)?(?:www\.|mobile\.)?(?:x|twitter)\.com/(?:i/web|\w{1,15})/status/(?P<number>\d{1,19})(?:[/?#]\S*)?",
    re.IGNORECASE | re.ASCII,
)
_PAGE = 100  # the most that X shows at once
_SKEW = timedelta(minutes=1)
_SETTLING = timedelta(seconds=20)
_PAGES = 5  # of a hundred posts: more than X takes in a day from most newsrooms
_SHOWN_LATE = timedelta(minutes=5)
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

    def __init__(self, api: str, patience: float) -> None:
        super().__init__()
        self._api = api.rstrip("/")
        self._timeout = (_CONNECT, patience)

    def request(self, method: str | bytes, url: str | bytes, **more: Any) -> requests.Response:  # type: ignore[override] # tweepy passes no more than this
        """As requests does, elsewhere and not for ever. No redirect: it could take a post twice."""
        path = str(url).removeprefix("https://api.twitter.com")
        more |= {"timeout": self._timeout, "allow_redirects": False}
        return super().request(method, f"{self._api}{path}", **more)


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
        hush("tweepy", "requests_oauthlib", "oauthlib")  # keys, tokens and whole pictures
        keys = self.config
        self._client = tweepy.Client(
            consumer_key=keys.api_key.reveal(),
            consumer_secret=keys.api_secret.reveal(),
            access_token=keys.access_token.reveal(),
            access_token_secret=keys.access_secret.reveal(),
            wait_on_rate_limit=False,
        )
        self._client.session.close()
        self._client.session = _Session(keys.api, self.patience)
        self._username = "i"  # x.com/i/status/… leads to every post; asking for the name would cost a paid read

    async def close(self) -> None:
        """Close the connections."""
        self._client.session.close()

    def lanes(self) -> Sequence[Lane]:
        """X takes 100 posts in 15 minutes from a user: a fifth of them at once, then evenly."""
        most = self.config.per_15_minutes
        return (Lane.of(f"x:{self._user()}", most, 900, burst=most // 5),)

    def _user(self) -> str:
        """The user's number, which X puts before the token proper; a fingerprint where it does not."""
        token = self.config.access_token.reveal()
        number, dash, _ = token.partition("-")
        return number if dash and number.isdigit() else hashlib.sha256(token.encode()).hexdigest()[:12]

    async def _call(self, work: Callable[[], _T]) -> _T:
        """Tweepy is not asynchronous: it runs in a thread. Its errors become decisions."""
        with understood(self.title):
            try:
                return await asyncio.to_thread(work)
            except (tweepy.TweepyException, requests.RequestException) as error:
                raise decide(error, self.clock.now()) from error

    async def _send(self, path: str, body: dict[str, Any]) -> Any:
        """POST what tweepy has no method for; the JSON of the answer."""
        return await self._call(lambda: self._client.request("POST", path, json=body, user_auth=True).json())

    async def verify(self) -> Account:
        """Whose keys these are, and whether they may write."""
        answer = await self._call(lambda: self._client.request("GET", "/2/users/me", user_auth=True))
        with understood(self.title):
            user = answer.json()["data"]
            number, self._username = str(user["id"]), str(user["username"])
        read_only = answer.headers.get("x-access-level") == "read"
        return Account(
            id=number,
            name=f"@{self._username}",
            url=f"https://x.com/{self._username}",
            missing=("write posts: give the app read and write permission, then make its access token anew",)
            if read_only
            else (),
        )

    def _trouble(self, part: Message) -> str:
        """Besides its length: X takes one cashtag a post."""
        if len(_CASHTAG.findall(part.text.text)) > 1:
            return "a post may have one cashtag ($SYMBOL): take the $ off the others"
        return super()._trouble(part)

    async def _put(self, part: Message, *, key: str, after: str) -> Receipt:  # noqa: ARG002 - X has no key of ours
        """Pictures first, then the post. A picture that X does not take is left out: the link brings a card."""
        media = await self._uploaded(part.media[: self.limits.pictures])
        create = partial(
            self._client.create_tweet,
            text=part.text.text,
            media_ids=media or None,
            in_reply_to_tweet_id=after or None,
            user_auth=True,
        )
        answer = await self._call(create)
        with understood(self.title):
            number = str(answer.data["id"])
        return Receipt(remote_id=number, at=self.clock.now(), url=f"https://x.com/{self._username}/status/{number}")

    async def _uploaded(self, pictures: Sequence[Media]) -> list[str]:
        """X's ids of the pictures it takes. Nothing is out yet, so what is lost here may be tried again."""
        moving = [picture for picture in pictures if picture.mime == _GIF]
        together = moving[:1] or pictures  # one animation, or up to four pictures
        try:
            async with asyncio.timeout(self.patience / 2):
                return [number for picture in together if (number := await self._upload(picture))]
        except TimeoutError:
            raise Unavailable("X takes too long with the picture") from None
        except OutcomeUnknown as error:
            raise Unavailable(f"{error}, while the picture was on its way; the post was not yet") from error

    async def _upload(self, picture: Media) -> str:
        """X's id of the picture, with its alt text; empty when there are no bytes or X refuses the picture."""
        content = await _media.content(picture)
        if not content:
            return ""
        body = {
            "media": base64.b64encode(content).decode(),
            "media_category": "tweet_gif" if picture.mime == _GIF else "tweet_image",
        }
        try:
            answer = await self._send("/2/media/upload", body)
        except Rejected:
            return ""
        with understood(self.title):
            number = str(answer["data"]["id"])
        if picture.alt:
            described = {"id": number, "metadata": {"alt_text": {"text": picture.alt}}}
            with suppress(Rejected):  # a picture without words is better than none
                await self._send("/2/media/metadata", described)
        return number

    async def _change(self, remote_id: str, part: Message) -> None:  # noqa: ARG002 - see text
        """X lets only some accounts edit, and gives a new id: a correction there is a new post, a person's decision."""
        raise Rejected("X has no edit for this account: retract and post again")

    async def _remove(self, remote_id: str, receipt: Receipt) -> None:  # noqa: ARG002 - X deletes at any age
        """Take the post away."""
        try:
            await self._call(partial(self._client.delete_tweet, remote_id, user_auth=True))
        except Rejected as error:
            if not isinstance(error.__cause__, tweepy.NotFound):
                raise

    async def named(self, link: str) -> Receipt:
        """As https://x.com/name/status/123. X is asked whose post that is ($0.001): the name in a link proves nothing."""
        found = _LINK.fullmatch(link)
        if found is None:
            raise UsageProblem(f"{link} is no link to a post; one looks like https://x.com/name/status/123")
        number, own = found["number"], await self._number()
        answer = await self._call(partial(self._client.get_tweet, number, tweet_fields=["author_id"], user_auth=True))
        if answer.data is None:
            raise UsageProblem(f"X shows no post at {link}")
        if str(answer.data.author_id) != own:
            raise UsageProblem(f"{link} is another account's post")
        return Receipt(remote_id=number, at=self.clock.now(), url=f"https://x.com/{self._username}/status/{number}")

    async def _number(self) -> str:
        """The account's number."""
        user = self._user()
        return user if user.isdigit() else (await self.verify()).id

    async def _look(self, parts: Sequence[Message], search: Search) -> Sequence[Receipt]:
        """In the account's own posts, $0.001 each. X may show them late."""
        reading = Reading(list(parts))
        for shown in await self._own_posts(search):
            if shown.receipt.remote_id not in search.known and reading.over(shown):
                break
        settling = _SHOWN_LATE if search.taken else _SETTLING
        found = reading.verdict(self.title, search, now=self.clock.now(), settling=settling)
        if reading.left and search.taken:
            raise OutcomeUnknown("X says that it has the post, but does not show it: please look")
        return found

    async def _own_posts(self, search: Search) -> list[Shown]:
        """The account's posts since the lost call, the oldest first."""
        since = search.done.ids[-1] if search.done else search.after
        bounds: dict[str, Any] = {"since_id": since} if since else {"start_time": search.since - _SKEW}
        shown: list[Shown] = []
        page: dict[str, Any] = {}
        for _ in range(_PAGES):
            answer = await self._page(search, **bounds, **page)
            with understood(self.title):
                if answer.errors or len(answer.data or []) != answer.meta["result_count"]:
                    raise OutcomeUnknown("X does not show all of the account's posts: please look")
                shown += [_shown(tweet, self._username, self.clock.now()) for tweet in answer.data or []]
                if "next_token" not in answer.meta:
                    return shown[::-1]
                page = {"pagination_token": answer.meta["next_token"]}
        raise OutcomeUnknown("the account has posted too much since then: please look")

    async def _page(self, search: Search, **bounds: Any) -> Any:
        """A page of the account's posts, the newest first."""
        try:
            number = await self._number()
            work = partial(
                self._client.get_users_tweets, number, max_results=_PAGE, tweet_fields=["entities"], **bounds
            )
            return await self._call(partial(work, user_auth=True))
        except DeliveryError as error:
            raise unseen(error, search, self.clock.now()) from error


def _shown(tweet: tweepy.Tweet, username: str, now: datetime) -> Shown:
    """A post of ours as X gives it back: links are behind t.co, and `& < >` are written as HTML does."""
    urls = (tweet.entities or {}).get("urls", [])
    receipt = Receipt(remote_id=str(tweet.id), at=now, url=f"https://x.com/{username}/status/{tweet.id}")
    targets = frozenset(url["expanded_url"] for url in urls if "media_key" not in url)
    return Shown(receipt, html.unescape(tweet.text), targets)


PUBLISHER = X
