"""The sandbox's X, met through the real tweepy client."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import requests
import tweepy

from sandbox.world import World
from sandbox.x import Limits, X

KEYS = {"api_key": "app-key", "api_secret": "app-secret", "access_token": "7-token", "access_secret": "token-secret"}


class Rerouted(requests.Session):
    """A session that asks the stand-in for whatever is meant for X, so that the signature covers the address called."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        for host in ("https://api.twitter.com", "https://api.x.com"):
            url = url.replace(host, f"{self.base}/x")
        return super().request(method, url, *args, timeout=10, **kwargs)


class Tweepy:
    """tweepy's client in a thread: `await api("create_tweet", text="…")`."""

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


@pytest.fixture
def make(world: World, serve: Any) -> Any:
    """`x, api = await make(Limits(…), credits=1.0)`: one account, and its client."""

    async def start(limits: Limits | None = None, **account: Any) -> tuple[X, Tweepy]:
        x = X(world, limits=limits)
        x.add_account("7", "caliber", "Caliber.Az", **KEYS, **account)
        return x, Tweepy(await serve(x))

    return start


async def _refused(kind: type[tweepy.HTTPException], call: Any) -> dict[str, Any]:
    with pytest.raises(kind) as caught:
        await call
    body: dict[str, Any] = caught.value.response.json()
    return body


async def test_a_post_goes_out_is_read_back_and_deleted(make, world):
    x, api = await make()
    sent = await api("create_tweet", text="Baku: talks begin")
    assert sent.data["text"] == "Baku: talks begin"
    assert [post["text"] for post in x.posts] == ["Baku: talks begin"]
    read = await api("get_tweet", sent.data["id"], tweet_fields=["created_at", "author_id"])
    assert (read.data.author_id, read.data.edit_history_tweet_ids) == (7, [int(sent.data["id"])])
    gone = await api("delete_tweet", sent.data["id"])
    assert gone.data == {"deleted": True}
    assert x.posts[0]["deleted"] is True
    assert [(event.kind, event.place) for event in world.events] == [("sent", "caliber"), ("deleted", "caliber")]


async def test_me_says_whose_token_it_is(make):
    _, api = await make(premium=True)
    me = (await api("get_me", user_fields=["verified"])).data
    assert (me.id, me.username, me.name, me.verified) == (7, "caliber", "Caliber.Az", True)
