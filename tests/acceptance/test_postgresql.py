"""The daemon on PostgreSQL: the whole way, a server that goes away for a while, and one daemon to a database."""

import asyncio


async def test_an_article_in_each_edition_goes_out_everywhere_once(staged, postgresql):
    live = await staged(web={"enabled": False})
    live.configure(DATABASE_URL=postgresql.database("whole"))
    await live.start()
    stories = await live.publish("en", "ru", "hy")
    await live.settled(stories)
    code, out, _ = await live.run("status", "--json")
    assert code == 0
    assert out.count('"published": 1') == 4
    assert await live.stage.end_daemon() == 0


async def test_a_server_gone_for_five_seconds_doubles_nothing_and_loses_nothing(staged, postgresql):
    live = await staged(editors={})
    live.configure(DATABASE_URL=postgresql.database("gone"))
    await live.start()
    before = await live.publish("en", "ru")
    await live.settled(before)
    await live.fault("telegram", "delay", seconds=1.5, times=1)
    meanwhile = await live.publish("hy")
    await asyncio.to_thread(postgresql.stop, "fast")
    meanwhile += await live.publish("en", "ru")
    status, said = await live.ready()
    await asyncio.sleep(5)
    assert live.alive()
    await asyncio.to_thread(postgresql.start)
    await live.settled(meanwhile, seconds=30)
    await live.settled(await live.publish("hy"))
    assert status == 503
    assert "does not answer" in said["troubles"][0]
    assert (await live.ready())[0] == 200
    assert await live.stage.end_daemon() == 0
    assert "Traceback" not in live.log()


async def test_a_second_daemon_on_one_database_is_75_and_one_line_also_after_the_server_was_gone(staged, postgresql):
    live = await staged(editors={}, web={"enabled": False})
    live.configure(DATABASE_URL=postgresql.database("twice"))
    await live.start()
    refused = (75, "", "another Newswire is running on this database; stop it first\n")
    assert await live.run("run") == refused
    await asyncio.to_thread(postgresql.stop, "immediate")
    await asyncio.to_thread(postgresql.start)
    await live.settled(await live.publish("ru"))
    await asyncio.sleep(2)
    assert await live.run("run") == refused
