"""The paths of the demo page: its files, the state of everything, link cards, a bot's commands."""

from __future__ import annotations

import json
import re

import pytest
from aiohttp.test_utils import TestServer

from sandbox.cast import EDITORS_CHAT, PEOPLE, stage
from sandbox.page.page import MOST_DRAWN

OWNER, STRANGER = PEOPLE["owner"][0], PEOPLE["stranger"][0]


@pytest.fixture
def cast():
    return stage(every=0, unlimited=True)


@pytest.fixture
async def address(cast):
    async with TestServer(cast.app, host="127.0.0.1") as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.fixture
def read(http, address):
    """`await read(path, **query)` is the status and the JSON of an answer."""

    async def read(path, **query):
        async with http.get(address + path, params=query) as answer:
            return answer.status, await answer.json()

    return read


async def text(http, url):
    async with http.get(url) as answer:
        assert answer.status == 200, url
        return await answer.text(), answer.headers


async def test_the_page_runs_only_files_of_its_own_and_asks_nobody_else(http, address):
    html, headers = await text(http, f"{address}/")
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style", html)
    waiting = re.findall(r'(?:src|href)="(/page/[^"]+)"', html)
    seen = set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        body, headers = await text(http, address + path)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert not re.findall(r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval)\b", body), path
        assert not re.search(r"(?:@import|url\(|from )\W*https?:", body), path
        waiting += re.findall(r'from "(/page/[^"]+)"', body)
    assert {"/page/main.js", "/page/richtext.js", "/page/page.css", "/page/icon.svg"} <= seen


@pytest.mark.parametrize("name", ["index.html", "none.js", "..%2Fpage.py", "page.py"])
async def test_no_other_file_is_served(http, address, name):
    async with http.get(f"{address}/page/{name}") as answer:
        assert answer.status == 404


async def test_the_state_of_everything_holds_the_newest_and_counts_all(cast, read):
    chat, bot = cast.telegram.chats[EDITORS_CHAT], next(iter(cast.telegram.bots.values()))
    for _ in range(MOST_DRAWN + 5):
        cast.telegram.post(chat, bot)
    cast.telegram.delete(chat.messages[3])
    status, now = await read("/page/now")
    assert status == 200
    drawn = now["chats"][str(EDITORS_CHAT)]
    assert drawn["count"] == MOST_DRAWN + 4
    assert [m["message_id"] for m in drawn["messages"]] == list(range(6, MOST_DRAWN + 6))
    assert now["last"] == len(cast.world.events)
    assert {p["part"]: p["id"] for p in now["people"]}["owner"] == OWNER
    assert [c["edition"] for c in now["channels"]] == ["en", "ru", "hy"]
    assert {e["code"]: e["count"] for e in now["editions"]} == {"en": 12, "ru": 12, "hy": 12}


async def test_a_card_is_what_the_page_says_of_itself(cast, read, address):
    story = cast.site.publish("hy", section="sport")
    url = f"{address}{cast.site.path(story)}?utm_source=telegram"
    status, card = await read("/page/card", url=url)
    assert status == 200
    assert (card["url"], card["title"], card["description"]) == (url, story.title, story.lead)
    assert (card["site_name"], card["width"], card["height"]) == ("Caspian Lantern", 1200, 630)
    assert re.fullmatch(rf"/site/picture/sport-{story.picture}-1200x630\.jpg", card["image"])


async def test_a_card_follows_an_article_that_moved_and_goes_with_one_that_is_gone(cast, read, address):
    story = cast.site.publish("en")
    before = address + cast.site.path(story)
    cast.site.move(story.id, "elsewhere")
    assert (await read("/page/card", url=before))[1]["title"] == story.title
    cast.site.remove(story.id)
    assert await read("/page/card", url=before) == (404, {"error": "The page answers 404."})


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://example.com/site/en/post/x", "Only the sandbox's own site has cards."),
        ("http://127.0.0.1:1/site/en/", "Only the sandbox's own site has cards."),
        ("http://169.254.169.254/site/", "Only the sandbox's own site has cards."),
        ("http://user@example.com:{port}/site/", "Only the sandbox's own site has cards."),
        ("file:///etc/passwd", "Only the sandbox's own site has cards."),
        ("http://[half", "That is no address."),
        ("http://127.0.0.1:{port}/control/clock", "Only pages of the site have cards."),
        ("http://127.0.0.1:{port}/site/../control/clock", "Only pages of the site have cards."),
        ("http://127.0.0.1:{port}/site/%2e%2E/control/clock", "Only pages of the site have cards."),
        ("http://127.0.0.1:{port}/site/en/", "The page has no og:title."),
        ("", "Only the sandbox's own site has cards."),
    ],
)
async def test_no_other_page_is_read_for_a_card(read, address, url, reason):
    asked = url.replace("{port}", address.rpartition(":")[2])
    assert await read("/page/card", url=asked) == (404, {"error": reason})


async def test_who_asks_cannot_choose_where_a_card_is_fetched(http, address):
    """The Host header is the asker's own words: the fetch goes to the socket it came in by."""
    headers = {"Host": "example.com:8080"}
    url = "http://example.com:8080/site/en/"
    async with http.get(f"{address}/page/card", params={"url": url}, headers=headers) as answer:
        assert (answer.status, await answer.json()) == (404, {"error": "The page has no og:title."})


async def test_the_narrowest_list_of_commands_is_offered(cast, read):
    bot = next(iter(cast.telegram.bots.values()))

    def offer(name, scope, language=""):
        commands = [{"command": name, "description": name}]
        bot.commands[json.dumps(scope, sort_keys=True), language] = commands

    async def offered(chat, user):
        _, body = await read("/page/commands", chat_id=chat, user_id=user)
        return [command["command"] for command in body["commands"]]

    assert await offered(EDITORS_CHAT, OWNER) == []
    offer("start", {"type": "default"})
    assert await offered(EDITORS_CHAT, OWNER) == await offered(OWNER, OWNER) == ["start"]
    offer("latest", {"type": "all_private_chats"})
    assert await offered(OWNER, OWNER) == ["latest"]
    offer("queue", {"type": "chat", "chat_id": EDITORS_CHAT})
    offer("warteschlange", {"type": "chat", "chat_id": EDITORS_CHAT}, "de")
    assert await offered(EDITORS_CHAT, STRANGER) == ["queue"]
    offer("queue_in_english", {"type": "chat", "chat_id": EDITORS_CHAT}, "en")
    assert await offered(EDITORS_CHAT, STRANGER) == ["queue_in_english"]
    offer("team", {"type": "chat_administrators", "chat_id": EDITORS_CHAT})
    cast.telegram.set_member(EDITORS_CHAT, OWNER)
    assert await offered(EDITORS_CHAT, OWNER) == ["team"]
    assert await offered(EDITORS_CHAT, STRANGER) == ["queue_in_english"]
    offer("addchannel", {"type": "chat_member", "chat_id": EDITORS_CHAT, "user_id": OWNER})
    assert await offered(EDITORS_CHAT, OWNER) == ["addchannel"]


async def test_commands_are_asked_for_with_numbers(read):
    assert (await read("/page/commands", chat_id="x", user_id="1"))[0] == 400
