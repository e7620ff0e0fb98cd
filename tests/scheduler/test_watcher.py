"""The watcher after a step of the wall clock."""

from datetime import timedelta

from support.desk import Site

from newswire.clock import SetClock
from scheduler.watcher import Watcher


async def test_after_a_step_back_a_source_is_looked_at_as_soon_as_it_would_have_been(make, site: Site):
    newsroom = await make(site)
    clock = newsroom.clock
    assert isinstance(clock, SetClock)
    watcher = Watcher(newsroom)
    watcher.tick()
    await watcher.idle()
    looks = len(site.requests)
    assert looks
    clock.set_forth(-timedelta(minutes=10))
    watcher.shift(-timedelta(minutes=10))
    watcher.tick()
    await watcher.idle()
    assert len(site.requests) == looks
    clock.move(timedelta(seconds=61))
    watcher.tick()
    await watcher.idle()
    assert len(site.requests) > looks
    await watcher.stop()
