"""The daemon's web face as tests meet it: a part that is well or not, and a running face with a client."""

from dataclasses import dataclass

import aiohttp

from desk.newsroom import Newsroom
from newswire.clock import SetClock
from web.app import WebFace


@dataclass
class Part:
    """A part of the daemon, well or not."""

    name: str = "telegram"
    well: bool = True

    def healthy(self) -> bool:
        return self.well


@dataclass
class Served:
    """A running face and a client for it."""

    newsroom: Newsroom
    face: WebFace
    http: aiohttp.ClientSession

    @property
    def clock(self) -> SetClock:
        assert isinstance(self.newsroom.clock, SetClock)
        return self.newsroom.clock

    def url(self, path: str) -> str:
        host, port = self.face.address
        return f"http://{host}:{port}{path}"

    async def get(self, path: str) -> tuple[int, str]:
        async with self.http.get(self.url(path)) as answer:
            return answer.status, await answer.text()
