"""A role that nobody has, as editors see it: one message, which says what to do, and ends when it is over."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from support.postgresql import running

from db import lock
from newswire.clock import SetClock


async def test_editors_are_told_once_that_no_worker_is_at_work_and_that_one_is_again(open_office):
    with running() as server:
        clock = SetClock(datetime.now(UTC))
        office = await open_office(postgresql=server.database("newsroom"), clock=clock)
        store = office.newsroom.store
        async with lock.in_turn(store, "clock", asyncio.Event(), lambda: None):
            await asyncio.sleep(0.5)  # the bot has looked for the first time
            clock.move(timedelta(seconds=31))
            shown = await office.until("❌ No worker is at work", seconds=10)
            assert "newswire run --role worker" in shown["text"]
            async with lock.carrying(store):
                clock.move(timedelta(seconds=2))  # the message has its place in the chat's lanes
                over = await office.until("✅ Over after", seconds=10)
        assert over["message_id"] == shown["message_id"]
        assert [text for text in office.said() if "clock" in text] == []
