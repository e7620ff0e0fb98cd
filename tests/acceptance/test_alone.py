"""Started twice by mistake: the second says who is there, in one line, and leaves the first alone."""


async def test_a_second_run_on_one_database_is_75_and_one_line(staged):
    live = await staged(editors={}, web={"enabled": False})
    await live.start()
    code, out, err = await live.run("run")
    assert (code, out) == (75, "")
    assert err == (
        f"another Newswire (process {live.stage.daemon.pid}) is running on {live.folder / 'newswire.db'}; stop it first\n"
    )
    (story,) = await live.publish("ru")
    await live.settled([story])


async def test_a_bot_that_another_process_polls_is_75_and_one_line_and_the_first_goes_on(staged):
    live = await staged(web={"enabled": False})
    await live.start()
    other = f"sqlite:///{live.folder / 'other.db'}"
    code, out, err = await live.run("run", DATABASE_URL=other)
    assert (code, out) == (75, "")
    assert err == "another process reads this bot's updates; stop it first, or give this newsroom a bot of its own\n"
    (story,) = await live.publish("ru")
    await live.settled([story])
    assert "contested" not in live.log()
    assert await live.stage.end_daemon() == 0
