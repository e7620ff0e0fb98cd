"""X on loopback: its paths, who may enter, and what the public sees of it.

Names of methods for faults: create, delete, post, lookup, me, posts, upload, status, initialize, append, finalize,
metadata. Events: sent, edited, deleted; their place is the username.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web

from sandbox.faults import ErrorAnswer
from sandbox.world import World
from sandbox.x import shapes
from sandbox.x.auth import Doorkeeper
from sandbox.x.limits import Limits, Meter
from sandbox.x.posting import Posting
from sandbox.x.reading import Reading
from sandbox.x.refusals import Refusal, invalid, no_credits, plain, read_only, usage_capped
from sandbox.x.state import SCOPES, Account, Call, Grant, Ids, Tweet
from sandbox.x.uploads import Answer, Uploads
from sandbox.x.visit import Visit, multipart, parse_json

_SUSPENDED = "Your account is suspended and is not permitted to access this feature."
_LONGEST_RECORD = 4_000


@dataclass(frozen=True, slots=True)
class _Operation:
    """One of X's operations: its path, the method that answers, and what a bearer token must allow."""

    name: str
    method: str
    path: str
    scopes: frozenset[str]
    handle: Callable[[Visit], Answer]
    writes: bool = False


class X:
    """An X with as many accounts as are added. `calls` holds the last requests with their answers."""

    def __init__(self, world: World, *, limits: Limits | None = None, remembered_calls: int = 1_000) -> None:
        self.world = world
        self.limits = limits or Limits()
        self.calls: deque[Call] = deque(maxlen=remembered_calls)
        self.accounts: dict[str, Account] = {}
        self._door = Doorkeeper()
        self._meter = Meter(self.limits.rates)
        ids = Ids()
        self._uploads = Uploads(self.limits, ids, self._charge)
        self._posting = Posting(self.limits, ids, self._uploads, self._charge, self._tell)
        self._reading = Reading(self._posting.tweets, self.accounts, self.limits)

    def add_account(
        self,
        id: str,  # noqa: A002 - X's own name for it
        username: str,
        name: str,
        *,
        api_key: str,
        api_secret: str,
        access_token: str,
        access_secret: str,
        credits: float | None = None,  # noqa: A002 - X's own name for it
        premium: bool = False,
        permissions: Literal["write", "read"] = "write",
    ) -> Account:
        """Open an account, with the keys of the app that posts for it."""
        account = Account(
            id=id,
            username=username,
            name=name,
            api_key=api_key,
            api_secret=api_secret,
            access_token=access_token,
            access_secret=access_secret,
            credits=credits,
            premium=premium,
            permissions=permissions,
            created_at=self.world.now(),
        )
        self.accounts[id] = account
        self._door.accounts[access_token] = account
        return account

    def grant(
        self, account: Account, token: str, *, scopes: frozenset[str] = SCOPES, expires_in: float = 7_200
    ) -> None:
        """Accept an OAuth 2 user token for an account."""
        self._door.grants[token] = Grant(account=account, scopes=scopes, expires=self.world.now() + expires_in)

    @property
    def posts(self) -> list[dict[str, Any]]:
        """Every post there ever was, deleted ones too, as the public reads it; the oldest first."""
        return [shapes.as_read(tweet) for tweet in self._posting.tweets.values() if not tweet.replaced]

    def routes(self) -> list[web.RouteDef]:
        """X's own paths under /x, and the sandbox's view of it under /control/x."""
        control = [
            web.get("/control/x/posts", self._show_posts),
            web.get("/control/x/media/{id}", self._show_medium),
        ]
        return [*map(self._route, self._operations()), *control]

    def _operations(self) -> list[_Operation]:
        read, users = frozenset({"tweet.read", "users.read"}), frozenset({"users.read", "tweet.read"})
        write, media = read | {"tweet.write"}, frozenset({"media.write"})
        up = self._uploads
        return [
            _Operation("create", "POST", "/2/tweets", write, self._posting.create, writes=True),
            _Operation("delete", "DELETE", "/2/tweets/{id}", write, self._posting.delete, writes=True),
            _Operation("post", "GET", "/2/tweets/{id}", read, self._reading.post),
            _Operation("lookup", "GET", "/2/tweets", read, self._reading.lookup),
            _Operation("me", "GET", "/2/users/me", users, self._reading.me),
            _Operation("posts", "GET", "/2/users/{id}/tweets", read, self._reading.timeline),
            _Operation("upload", "POST", "/2/media/upload", media, up.upload, writes=True),
            _Operation("status", "GET", "/2/media/upload", media, up.status),
            _Operation("initialize", "POST", "/2/media/upload/initialize", media, up.initialize, writes=True),
            _Operation("append", "POST", "/2/media/upload/{id}/append", media, up.append, writes=True),
            _Operation("finalize", "POST", "/2/media/upload/{id}/finalize", media, up.finalize, writes=True),
            _Operation("metadata", "POST", "/2/media/metadata", media, up.metadata, writes=True),
        ]

    def _route(self, operation: _Operation) -> web.RouteDef:
        async def answer(request: web.Request) -> web.StreamResponse:
            body = await request.read()
            call = self._record(operation, request, body)

            async def take() -> web.StreamResponse:
                return self._take(operation, request, body, call)

            return await self.world.faults.play("x", operation.name, request, take, self._error_answer(call))

        return web.route(operation.method, f"/x{operation.path}", answer)

    def _take(self, operation: _Operation, request: web.Request, body: bytes, call: Call) -> web.Response:
        """Let the request in, let it act, and put the rate headers on whatever comes of it."""
        headers: dict[str, str] = {}
        now = self.world.now()
        try:
            account, grant = self._door.admit(request, body, now=now, clock=now - self.world.offset)
            call.username = account.username
            within, headers = self._meter.take(operation.name, account.id, account.api_key, now)
            if not within:
                raise plain(429)
            _check_rights(account, grant, operation)
            visit = Visit(request=request, account=account, body=body, now=now)
            status, answer = operation.handle(visit)
            if operation.method == "GET":
                self._charge(visit, self._reading.price(visit, answer))
        except Refusal as refusal:
            status, answer = refusal.status, refusal.body
        return _respond(call, status, answer, headers)

    def _charge(self, visit: Visit, price: float) -> None:
        """Take the price of a call from the account's credits, or refuse it."""
        account = visit.account
        if account.credits is not None:
            if account.credits + 1e-9 < price:
                raise no_credits(account.id)
            account.credits -= price
        account.spent += price

    def _tell(self, kind: str, tweet: Tweet) -> None:
        self.world.tell("x", kind, tweet.author.username, **shapes.as_read(tweet))

    def _error_answer(self, call: Call) -> ErrorAnswer:
        def answer(status: int, retry_after: int | None) -> web.Response:
            refusal = invalid("One or more parameters to your request was invalid.") if status == 400 else plain(status)
            if status == 402:
                refusal = no_credits(next(iter(self.accounts), "0"))
            reset = {"x-rate-limit-reset": str(int(self.world.now()) + retry_after)} if retry_after else {}
            limits = {"x-rate-limit-limit": "100", "x-rate-limit-remaining": "0"} | reset if status == 429 else {}
            return _respond(call, refusal.status, refusal.body, limits)

        return answer

    def _record(self, operation: _Operation, request: web.Request, body: bytes) -> Call:
        call = Call(
            at=self.world.now(),
            name=operation.name,
            method=operation.method,
            operation=operation.path,
            path=request.path.removeprefix("/x"),
            query=dict(request.query),
            content_type=request.content_type,
            body=_readable(request, body),
        )
        self.calls.append(call)
        return call

    async def _show_posts(self, request: web.Request) -> web.Response:
        username = request.query.get("username")
        posts = [post for post in self.posts if username in (None, post["username"])]
        return web.json_response({"posts": posts})

    async def _show_medium(self, request: web.Request) -> web.Response:
        medium = self._uploads.media.get(request.match_info["id"])
        if medium is None or not medium.kind:
            raise web.HTTPNotFound
        return web.Response(body=medium.data, content_type=medium.mime)


def _check_rights(account: Account, grant: Grant | None, operation: _Operation) -> None:
    """Refuse what the account, its app or the token may not do."""
    if account.suspended:
        raise plain(403, _SUSPENDED)
    if account.capped:
        raise usage_capped(account.id)
    if grant is not None and not operation.scopes <= grant.scopes:
        raise plain(403)
    if operation.writes and account.permissions == "read":
        raise read_only()
    if account.credits is not None and account.credits <= 0:
        raise no_credits(account.id)


def _respond(call: Call, status: int, answer: dict[str, Any], headers: dict[str, str]) -> web.Response:
    call.status, call.answer = status, answer
    kind = "application/json" if status < 400 or "errors" in answer else "application/problem+json"
    return web.Response(body=json.dumps(answer).encode(), status=status, headers={**headers, "Content-Type": kind})


def _readable(request: web.Request, body: bytes) -> Any:
    """A body to keep: JSON as it was, files and long texts as their size."""
    if not body:
        return None
    if request.content_type == "multipart/form-data":
        parts = multipart(request.headers["Content-Type"], body)
        texts = {name: part.decode("utf-8", "replace") for name, part in parts.items() if name != "media"}
        return texts | {name: f"({len(part)} bytes)" for name, part in parts.items() if name == "media"}
    try:
        data = parse_json(body)
    except Refusal:
        return f"({len(body)} bytes)"
    if isinstance(data, dict) and len(str(data.get("media", ""))) > _LONGEST_RECORD:
        data["media"] = f"({len(data['media'])} characters)"
    return data
