"""The doctor: looks at everything that could go wrong, all at once, and says for each trouble the way out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from desk.health import looks
from desk.health.findings import Finding, Grade, exit_code, fail
from desk.health.looks import Look, Visit
from desk.newsroom import fetcher_of
from newswire.clock import Clock, SystemClock
from newswire.log import redact
from newswire.settings import Settings

__all__ = ["Finding", "Grade", "examine", "exit_code"]


async def examine(
    settings: Settings, folder: Path, *, online: bool = True, clock: Clock | None = None
) -> AsyncIterator[Finding]:
    """Every finding, in the order of the list, as soon as it is known; one look in trouble hides no other."""
    async with fetcher_of(settings) as fetcher:
        visit = Visit(settings, folder, fetcher, clock or SystemClock(), online)
        planned: list[tuple[str, Look]] = [
            ("configuration", looks.configuration),
            ("disk", looks.disk),
            ("database", looks.database),
            ("clock", looks.clock),
            ("editors", looks.editors),
            *((f"source {source.name}", looks.source(source)) for source in settings.sources()),
            *((f"channel {channel.name}", looks.channel(channel)) for channel in settings.channel),
        ]
        tasks = [asyncio.create_task(_looked(thing, look, visit)) for thing, look in planned]
        try:
            for task in tasks:
                for finding in await task:
                    yield finding
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _looked(thing: str, look: Look, visit: Visit) -> list[Finding]:
    try:
        async with asyncio.timeout(looks.SECONDS):
            found = await look(visit)
    except Exception as error:  # noqa: BLE001 - a look that stumbles is a finding itself
        found = [fail(thing, error)]
    known = visit.settings.secrets.known
    return [Finding(f.grade, f.thing, redact(f.text, known), f.exit_code) for f in found]
