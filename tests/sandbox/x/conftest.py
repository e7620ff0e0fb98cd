"""What tests of the sandbox's X share: the real tweepy client, led to the stand-in."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import requests
import tweepy
from PIL import Image

from sandbox.world import World
from sandbox.x import Limits, X

KEYS = {"api_key": "app-key", "api_secret": "app-secret", "access_token": "7-token", "access_secret": "token-secret"}
OTHER_KEYS = KEYS | {"access_token": "8-token", "access_secret": "other-secret"}


class Rerouted(requests.Session):
    """A session that takes what is meant for X to the stand-in, so that the signature covers the address called."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        for host in ("https://api.twitter.com", "https://api.x.com"):
            url = url.replace(host, f"{self.base}/x")
        return super().request(method, url, *args, timeout=10, **kwargs)


class Tweepy:
    """tweepy's client in a thread: `await api("create_tweet", text="…")`, `await api.raw("POST", "/2/…", json={})`."""

    def __init__(self, base: str, *, bearer: str = "", **keys: str) -> None:
        used = KEYS | keys
        self.user_auth = not bearer
        self.client = tweepy.Client(
            bearer or None, used["api_key"], used["api_secret"], used["access_token"], used["access_secret"]
        )
        self.client.session.close()
        self.client.session = Rerouted(base)

    async def __call__(self, method: str, *args: Any, **kwargs: Any) -> Any:
        kwargs["user_auth"] = self.user_auth
        return await asyncio.to_thread(getattr(self.client, method), *args, **kwargs)

    async def raw(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        return await self("request", method, path, **kwargs)

    async def refused(self, method: str, *args: Any, **kwargs: Any) -> tuple[int, dict[str, Any]]:
        """The status and body of a refusal."""
        with pytest.raises(tweepy.HTTPException) as caught:
            await self(method, *args, **kwargs)
        return caught.value.response.status_code, caught.value.response.json()

    async def upload(self, data: bytes, category: str = "tweet_image") -> str:
        """The media id of a one-shot upload, as multipart."""

        def send() -> requests.Response:
            auth = tweepy.OAuth1UserHandler(
                self.client.consumer_key,
                self.client.consumer_secret,
                self.client.access_token,
                self.client.access_token_secret,
            ).apply_auth()
            url = "https://api.x.com/2/media/upload"
            form = {"media_category": category}
            return self.client.session.request("POST", url, data=form, files={"media": ("a.bin", data)}, auth=auth)

        answer = await asyncio.to_thread(send)
        answer.raise_for_status()
        return str(answer.json()["data"]["id"])


Make = Callable[..., Awaitable[tuple[X, Tweepy]]]


@pytest.fixture
async def make(world: World, serve: Any) -> AsyncIterator[Make]:
    """`x, api = await make(Limits(…), credits=1.0)`: one account, and its client. `api.base` is the sandbox's address."""
    clients: list[Tweepy] = []

    async def start(limits: Limits | None = None, **account: Any) -> tuple[X, Tweepy]:
        x = X(world, limits=limits)
        x.add_account("7", "caliber", "Caliber.Az", **(KEYS | account))
        clients.append(Tweepy(await serve(x)))
        return x, clients[-1]

    yield start
    for client in clients:
        client.client.session.close()


@pytest.fixture
def client() -> AsyncIterator[Callable[..., Tweepy]]:
    """`client(base, …)`: one more client, with other keys or a bearer token."""
    clients: list[Tweepy] = []

    def start(base: str, **keys: str) -> Tweepy:
        clients.append(Tweepy(base, **keys))
        return clients[-1]

    yield start
    for made in clients:
        made.client.session.close()


@pytest.fixture
def picture() -> Callable[..., bytes]:
    """`picture("PNG", 40, 30)`: a small picture's bytes."""

    def draw(form: str = "PNG", width: int = 40, height: int = 30, frames: int = 1) -> bytes:
        made = [Image.new("RGB", (width, height), (number * 40, 90, 120)) for number in range(frames)]
        buffer = io.BytesIO()
        more = {"save_all": True, "append_images": made[1:]} if frames > 1 else {}
        made[0].save(buffer, form, **more)
        return buffer.getvalue()

    return draw
