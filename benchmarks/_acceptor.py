"""A Telegram that takes everything at once: `python -m benchmarks._acceptor`, for what the sandbox is too careful for.

It checks nothing and knows every bot. It notes when each message arrived and prints one line, its port, when it listens.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from aiohttp import web

Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
taken: list[tuple[float, str, str]] = []
"""Of each message: when (seconds since 1970), its chat, its text."""


async def answer(request: web.BaseRequest) -> web.Response:
    """A message as Telegram confirms it; `GET /taken?after=N` gives what was taken after the first N."""
    if request.method == "GET":
        return web.json_response(taken[int(request.query.get("after", "0")) :])
    form = parse_qs((await request.read()).decode())
    chat, text = form["chat_id"][0], form["text"][0]
    taken.append((time.time(), chat, text))
    where = {"id": int(chat), "type": "channel", "title": "A channel", "username": "a_channel"}
    message = {"message_id": len(taken), "date": int(time.time()), "chat": where, "text": text}
    return web.json_response({"ok": True, "result": message})


async def main(answer: Answer = answer) -> None:
    """Listen on loopback until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    server = await asyncio.get_running_loop().create_server(web.Server(answer), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
