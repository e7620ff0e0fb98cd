"""/healthz and /readyz of a real daemon when something it needs is gone, and when it is back."""

from support.live import until

from sandbox.cast import BOT_TOKEN


async def _troubled(live, words: str) -> dict:
    """What /readyz says once it names the trouble; the process is alive meanwhile."""

    async def told() -> dict | None:
        status, said = await live.ready()
        return said if status == 503 and any(words in trouble for trouble in said["troubles"]) else None

    said = await until(told, f"/readyz does not say {words!r}")
    assert await live.asks("/healthz") == (200, "ok\n")
    return said


async def _well(live) -> None:
    async def told() -> bool:
        return (await live.ready())[0] == 200

    await until(told, "/readyz stays 503")


async def _say_something(live) -> None:
    """An update, which ends the long poll that hangs."""
    where = live.stage.where
    order = {"chat_id": where["editors_chat"], "user_id": where["people"]["owner"], "text": "/help"}
    assert "error" not in await live.stage.post("/control/telegram/say", order)


async def test_a_database_that_is_gone_is_not_ready_and_the_counters_stay(staged, postgresql):
    live = await staged(editors={})
    live.configure(DATABASE_URL=postgresql.database("health"))
    await live.start()
    await _well(live)
    postgresql.stop("immediate")
    try:
        said = await _troubled(live, "does not answer")
        assert len(said["troubles"]) == 1
        assert said["troubles"][0].startswith("the database postgresql://postgres@/health")
        _, page = await live.asks("/metrics")
        errors = next(line for line in page.splitlines() if line.startswith("newswire_db_errors_total "))
        assert float(errors.split()[1]) >= 1
    finally:
        postgresql.start()
    await _well(live)


async def test_a_bot_whose_token_is_revoked_is_not_ready_until_it_is_back(staged):
    live = await staged()
    await live.start()
    await _well(live)
    await live.fault("telegram", "error", status=401, times=None)
    await _say_something(live)
    (story,) = await live.publish("hy")
    said = await _troubled(live, "telegram is not working")
    assert said["troubles"] == ["telegram is not working"]

    async def paused() -> bool:
        _, said = await live.ready()
        return said["channels"]["tg-hy"]["state"] != "on"

    await until(paused, "the channel goes on")
    assert BOT_TOKEN not in live.log()
    assert await live.seen(story) == {}
    await live.mended()
    await _say_something(live)
    await _well(live)


async def test_a_broken_source_is_no_trouble_of_the_process_and_its_misses_are_counted(staged):
    live = await staged(editors={})
    await live.start()
    await live.fault("site", "error", method="feed", status=500, times=6)

    async def missed() -> bool:
        _, said = await live.ready()
        return all(source["failures"] for source in said["sources"].values())

    await until(missed, "no miss is counted")
    assert await live.asks("/healthz") == (200, "ok\n")
    assert (await live.ready())[0] == 200
    await live.mended()
    await live.settled(await live.publish("en"))
    assert not any(source["failures"] for source in (await live.ready())[1]["sources"].values())
