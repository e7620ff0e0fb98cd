"""The long poll: one process has a bot's updates, a second one leaves in one line, and trouble passes."""

import asyncio
import os
import sys
from pathlib import Path

import aiohttp
import pytest
from support.editors import EDITOR, OWNER, SETTINGS, TOKEN, Office

from newswire.errors import AlreadyRunning
from sandbox.faults import Fault


async def test_commands_and_presses_come_by_long_poll(open_office):
    office: Office = await open_office(polling=True)
    await office.ask(OWNER, "/help", "You are owner here.")
    card = await office.until(f"#{(await office.article()).id} new")
    assert await office.press(EDITOR, card, "Approve") == "Approved."


async def test_a_second_poller_on_the_token_does_not_start_and_the_first_goes_on(open_office):
    first: Office = await open_office(polling=True)
    second: Office = await open_office(polling=True, start=False, database="second.db")
    with pytest.raises(AlreadyRunning, match="another process reads this bot's updates; stop it first") as caught:
        await second.face.start()
    assert caught.value.exit_code == 75
    assert first.face.healthy()
    await first.ask(OWNER, "/help", "You are owner here.")
    assert not any("reads this bot's updates" in text for text in first.said())


async def test_a_second_daemon_on_the_token_ends_with_75_and_one_line(open_office, api: str, tmp_path: Path):
    await open_office(polling=True)
    folder = tmp_path / "second"
    folder.mkdir()
    (folder / "newswire.toml").write_text(f'{SETTINGS}\n[web]\nenabled = false\n[platform.telegram]\napi = "{api}"\n')
    environ = {**os.environ, "TELEGRAM_BOT_TOKEN": TOKEN, "DATABASE_URL": f"sqlite:///{folder / 'newswire.db'}"}
    command = [sys.executable, "-m", "cli", "run"]
    root = Path(__file__).parents[2]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env={**environ, "PYTHONPATH": str(root)}, stdout=pipe, stderr=pipe
    )
    _, said = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 75, said
    (line,) = [line for line in said.decode().splitlines() if "reads this bot's updates" in line]
    assert "stop it first, or give this newsroom a bot of its own" in line
    assert "Traceback" not in said.decode()
    assert TOKEN not in said.decode()


async def _rival(api: str) -> None:
    """Another program that asks for the updates again and again."""
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{api}/bot{TOKEN}/getUpdates", params={"timeout": "5", "offset": "-1"}):
                await asyncio.sleep(0)


async def test_a_poller_that_is_interrupted_says_so_in_the_chat_and_takes_it_back_when_it_is_over(
    open_office, api: str
):
    office: Office = await open_office(polling=True)
    rival = asyncio.create_task(_rival(api))
    try:
        shown = await office.until("❌ Another process reads this bot's updates, so presses and commands may be lost.")
        assert "Posts go out as usual." in shown["text"]
        assert not office.face.healthy()
    finally:
        rival.cancel()
        await asyncio.gather(rival, return_exceptions=True)
    over = await office.until("✅ Over after", seconds=12)
    assert over["message_id"] == shown["message_id"]
    assert office.face.healthy()
    await office.ask(OWNER, "/help", "You are owner here.")


async def test_a_poll_that_breaks_off_is_asked_again_and_nothing_is_lost(open_office):
    office: Office = await open_office(polling=True)
    office.telegram.world.faults.add(Fault(platform="telegram", kind="drop", method="getUpdates", times=2))
    await office.ask(OWNER, "/channels", "🟢 tg-en")
    await office.ask(OWNER, "/help", "You are owner here.")
    assert len(office.said()) == 2


async def test_a_poll_that_is_too_fast_for_telegram_waits_as_told(open_office):
    office: Office = await open_office(polling=True)
    office.telegram.world.faults.add(Fault(platform="telegram", kind="flood", method="getUpdates", seconds=1))
    await office.ask(OWNER, "/help", "You are owner here.")


async def test_what_was_taken_is_not_taken_again_at_the_next_start(open_office):
    office: Office = await open_office(polling=True)
    await office.ask(OWNER, "/help", "You are owner here.")
    await office.face.stop()
    again: Office = await open_office(polling=True, database="newswire.db")
    await again.ask(OWNER, "/channels", "🟢 tg-en")
    assert len(again.said()) == 2
