"""Updates that Telegram brings: only with the secret, only what can be read, and never taken from another program."""

from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from support.editors import CHAT, OWNER, SETTINGS, TOKEN, Office, buttons

from bot import webhook
from bot.polling import UPDATES
from newswire.errors import AlreadyRunning, ConfigError
from newswire.secret import Secret
from web.app import WebFace

FOREIGN = "http://127.0.0.1:9/another-program"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


def _command(text: str, number: int = 900_000_000) -> dict[str, Any]:
    """An update as Telegram brings it: the owner writes in the editors' chat."""
    entity = {"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}
    chat = {"id": CHAT, "type": "supergroup", "title": "Editors"}
    person = {"id": OWNER, "is_bot": False, "first_name": "Leyla"}
    at = int(datetime.now(UTC).timestamp())
    message = {"message_id": 1, "date": at, "chat": chat, "from": person, "text": text, "entities": [entity]}
    return {"update_id": number, "message": message}


async def _bring(url: str, secret: str | None, body: Any) -> int:
    headers = {HEADER: secret} if secret is not None else {}
    sent = {"data": body} if isinstance(body, bytes) else {"json": body}
    async with aiohttp.ClientSession() as session, session.post(url, headers=headers, **sent) as answer:
        return answer.status


SECRET = webhook.secret_of(Secret(TOKEN))


async def test_a_delivery_with_the_secret_is_acted_on(office: Office):
    assert await _bring(office.hook, SECRET, _command("/help")) == 200
    await office.until("You are owner here.")


@pytest.mark.parametrize(
    "secret", [None, "", "wrong", SECRET[:-1], SECRET + "0", SECRET.upper(), "ключ".encode().decode("latin-1")]
)
async def test_a_delivery_without_the_right_secret_is_refused_and_not_acted_on(office: Office, secret: str | None):
    assert await _bring(office.hook, secret, _command("/pause all")) == 403
    await office.ask(OWNER, "/channels", "🟢 tg-en")
    assert len(office.said()) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[]", b'"words"', b"{}", b'{"update_id": "x", "message": 5}', b"[" * 50_000],
)
async def test_a_body_that_is_no_update_is_refused_and_the_next_is_heard(office: Office, body: bytes):
    assert await _bring(office.hook, SECRET, body) == 400
    assert await _bring(office.hook, SECRET, _command("/help")) == 200
    await office.until("You are owner here.")


async def test_before_the_bot_is_there_telegram_is_asked_to_come_again(open_office):
    office = await open_office(start=False)
    assert await _bring(office.hook, SECRET, _command("/help")) == 503


async def test_the_web_keeps_the_door_as_well(open_office):
    office: Office = await open_office(SETTINGS + "\n[web]\nport = 0\n")
    web = WebFace(office.newsroom, {"telegram": office.face.receive}, [])
    await web.start()
    try:
        address = "http://{}:{}/hooks/telegram".format(*web.address)
        assert await _bring(address, "wrong", _command("/help")) == 403
        assert await _bring(address, SECRET, b"{") == 400
        assert await _bring(address, SECRET, _command("/help")) == 200
        await office.until("You are owner here.")
    finally:
        await web.stop()


async def test_the_webhook_is_set_with_the_secret_and_only_for_what_is_read(office: Office):
    bot = office.telegram.bots[TOKEN]
    assert bot.webhook is not None
    assert (bot.webhook.url, bot.webhook.secret) == (office.hook, SECRET)
    assert bot.updates.allowed == set(UPDATES)


@pytest.mark.parametrize("polling", [True, False])
async def test_a_webhook_of_another_program_is_not_taken_away_from_it(open_office, telegram, polling: bool):
    office: Office = await open_office(polling=polling, start=False)
    await _set(office, FOREIGN)
    with pytest.raises(AlreadyRunning, match=r"updates go to another program, at 127\.0\.0\.1:9") as caught:
        await office.face.start()
    assert caught.value.exit_code == 75
    assert "\n" not in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert telegram.bots[TOKEN].webhook.url == FOREIGN


async def test_polling_begins_where_our_own_webhook_was(open_office, telegram):
    await open_office()
    office: Office = await open_office(polling=True)
    assert telegram.bots[TOKEN].webhook is None
    await office.ask(OWNER, "/help", "You are owner here.")


async def test_an_address_that_telegram_refuses_is_named_with_its_line(open_office):
    office: Office = await open_office(start=False, hook="http://news.example")
    with pytest.raises(
        ConfigError, match=r"newswire.toml:\d+ bot\.webhook_url: Telegram refuses it: Bad webhook: an https url"
    ):
        await office.face.start()


async def test_a_press_comes_by_webhook_as_well(office: Office):
    card = await office.until(f"#{(await office.article()).id} new")
    assert buttons(card)
    assert await office.press(OWNER, card, "Approve") == "Approved."


async def _set(office: Office, url: str) -> None:
    """Another program sets its webhook."""
    bot = office.face._bot
    await bot.initialize()
    await bot.set_webhook(url)
