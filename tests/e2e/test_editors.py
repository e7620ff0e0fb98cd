"""The editors' chat with the real daemon and the real library: a card is pressed, commands are answered."""

import asyncio
from pathlib import Path

import pytest

from cli import _count
from cli._stage import Stage


async def _chat(stage: Stage) -> list[dict]:
    chats = (await stage.get("/control/telegram/chats"))["chats"]
    return next(chat for chat in chats if chat["id"] == stage.where["editors_chat"])["messages"]


def _text(message: dict) -> str:
    return str(message.get("message", message).get("text", ""))


async def _until(stage: Stage, word: str, *, seconds: float = 15) -> dict:
    """The newest message of the editors' chat that says `word`."""
    for _ in range(int(seconds / 0.1)):
        for message in reversed(await _chat(stage)):
            if word in str(message):
                return message
        await asyncio.sleep(0.1)
    raise AssertionError(f"nobody said {word!r}; there is: {[_text(m) for m in await _chat(stage)]}")


async def _press(stage: Stage, who: str, message: dict, label: str) -> str:
    """What the bot tells `who` after a press of the button called `label`."""
    shown = message.get("message", message)
    data = next(
        b["callback_data"] for row in shown["reply_markup"]["inline_keyboard"] for b in row if label in b["text"]
    )
    order = {
        "chat_id": stage.where["editors_chat"],
        "message_id": shown["message_id"],
        "data": data,
        "user_id": stage.where["people"][who],
    }
    made = await stage.post("/control/telegram/press", order)
    for _ in range(100):
        said = await stage.get(f"/control/telegram/answers?id={made['id']}")
        if said.get("answer"):
            return str(said["answer"])
        await asyncio.sleep(0.05)
    raise AssertionError(f"the press was not answered: {made}")


async def _say(stage: Stage, who: str, text: str) -> None:
    order = {"chat_id": stage.where["editors_chat"], "user_id": stage.where["people"][who], "text": text}
    assert "error" not in await stage.post("/control/telegram/say", order)


@pytest.mark.timeout(110)
async def test_a_card_is_approved_by_one_press_and_the_commands_answer(tmp_path: Path):
    async with Stage(tmp_path, every=0, review=("politics",)) as stage:
        await stage.start_daemon()
        await _count.baseline(stage, 30)
        story = await stage.post("/control/site/publish", {"edition": "en", "section": "politics"})
        card = await _until(stage, "Needs 1 approval")
        assert story["title"].split(" PHOTO")[0][:20] in str(card)
        assert "cannot do this" in await _press(stage, "viewer", card, "Approve")
        assert "for the editors" in await _press(stage, "stranger", card, "Approve")
        assert [row.seen for row in await _count.rows_of(stage, [story])] == [0, 0]
        first, second = await asyncio.gather(
            _press(stage, "editor", card, "Approve"), _press(stage, "owner", card, "Approve")
        )
        assert "Approved" in first + second
        assert "Already approved by" in first + second
        rows = await _count.wait_for(stage, [story], 20)
        assert [(row.state, row.seen) for row in rows] == [("published", 1), ("published", 1)]
        await _until(stage, "approved · ")
        for command, word in (
            ("/channels", "🟢 tg-en"),
            ("/queue", "Nothing waits"),
            ("/why #37", "sent (attempt 1): done"),
            ("/pause tg-hy 1h storm", "tg-hy paused until"),
            ("/help", "You are owner here"),
            ("/resume tg-hy", "tg-hy on again"),
            (f"/post {story['url']}", "is here already"),
        ):
            await _say(stage, "owner", command)
            await _until(stage, word)
        await _say(stage, "stranger", "/queue")
        await _until(stage, "This bot serves the editors")
        assert await stage.end_daemon() == 0
