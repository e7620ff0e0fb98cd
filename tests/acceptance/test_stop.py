"""SIGTERM: what is in the air comes down first, and only once; who asks twice does not want to wait."""

import asyncio
import signal

from support.live import until

from newswire.post import PostState


async def _in_the_air(live) -> bool:
    return any(post.state is PostState.PUBLISHING for post in await live.posts())


async def test_sigterm_lets_a_post_in_the_air_finish_and_it_goes_out_once(staged):
    live = await staged(editors={}, web={"enabled": False})
    await live.start()
    for platform, method in (("telegram", "sendMessage"), ("telegram", "sendPhoto"), ("x", "create")):
        await live.fault(platform, "delay", method=method, seconds=2.0, times=None)
    stories = await live.publish("en", "ru")
    await until(lambda: _in_the_air(live), "nothing is in the air")
    assert await live.seen(stories[0]) == {}
    assert await live.stage.end_daemon() == 0
    assert "stopping: finishing what is in hand" in live.log()
    carried = [post for post in await live.posts() if post.attempt]
    assert carried
    assert {post.state for post in carried} == {PostState.PUBLISHED}
    await live.mended()
    await live.start()
    await live.settled(stories)
    assert await live.stage.end_daemon() == 0


async def test_a_second_sigterm_ends_at_once_and_the_post_is_not_sent_again(staged):
    live = await staged(editors={}, web={"enabled": False})
    await live.start()
    await live.fault("telegram", "delay", method="*", seconds=20.0, times=None)
    (story,) = await live.publish("hy")
    await until(lambda: _in_the_air(live), "nothing is in the air")
    live.stage.daemon.send_signal(signal.SIGTERM)
    await live.says("stopping")
    began = asyncio.get_running_loop().time()
    assert await live.stage.end_daemon() == 1
    assert asyncio.get_running_loop().time() - began < 10.0, "the platform would answer after twenty"
    await live.mended()
    await live.start()
    assert [post.state for post in await live.posts()] == [PostState.UNCERTAIN]
    assert await live.stage.end_daemon() == 0
    assert (await live.seen(story)).get("tg-hy", 0) <= 1
