"""A Telegram that takes everything and answers after a tenth of a second: `python -m benchmarks._slow`."""

from __future__ import annotations

import asyncio

from aiohttp import web

from benchmarks import _acceptor

ANSWER_SECONDS = 0.1


async def slowly(request: web.BaseRequest) -> web.Response:
    """As the quick one, a moment later."""
    answer = await _acceptor.answer(request)
    if request.method != "GET":
        await asyncio.sleep(ANSWER_SECONDS)
    return answer


if __name__ == "__main__":
    asyncio.run(_acceptor.main(slowly))
