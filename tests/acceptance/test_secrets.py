"""A whole run at level debug with everything going wrong, and then every secret is looked for wherever words end up."""

import asyncio
import base64
import re
import socket
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest
from support import secrets
from support.live import Live, until

OFTEN = (
    {"kind": "error", "status": 500},
    {"kind": "error", "status": 400},
    {"kind": "flood", "seconds": 1},
    {"kind": "reset"},
    {"kind": "drop"},
    {"kind": "delay", "seconds": 2.5},
)
"""A platform's bad day; at its end the key is revoked."""
REVOKED = {"kind": "error", "status": 401, "times": None}


def test_the_secrets_are_found_in_the_code_so_that_a_new_one_is_looked_for_too(tmp_path: Path):
    found = secrets.names()
    assert {"TELEGRAM_BOT_TOKEN", "X_API_KEY", "X_API_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_SECRET"} <= found
    assert "DATABASE_URL" in found


@pytest.mark.parametrize("secret", ["7000000001:AAF-x_y", "p@ss/w%rd é\"'\\", "abcdef", "abcdefgh"])
def test_the_search_finds_a_secret_in_every_form(secret: str):
    for shape in secrets.forms(secret):
        assert shape
        assert secrets.leaks({"A": secret}, {"there": f"so {shape}, then"}) == ["A in there"]
    for before in ("", "u", "us", "use"):
        login = base64.b64encode(f"{before}{secret}:x".encode())
        assert secrets.leaks({"A": secret}, {"there": login}) == ["A in there"]
    assert secrets.leaks({"A": secret}, {"there": "nothing of the kind"}) == []


def _all(live: Live) -> dict[str, str]:
    """The sandbox's own, and something made up for every other secret there is."""
    made_up = {name: f"made-up {name.lower()}/ü&=+%41 for nobody" for name in secrets.names()}
    return {**made_up, **live.stage.where["secrets"], "DATABASE_URL": f"sqlite:///{live.folder / 'newswire.db'}"}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


async def _bad_day(live: Live) -> None:
    """Every kind of failure on both platforms and the site, with posts and cards on their way."""
    for platform, methods in {"telegram": ("sendMessage", "sendPhoto", "getUpdates"), "x": ("create", "media")}.items():
        for method in methods:
            for fault in (*OFTEN, REVOKED):
                await live.fault(platform, method=method, **fault)
    for fault in OFTEN[:1] + OFTEN[4:6]:
        await live.fault("site", **fault)
    await live.publish(*["en"] * 9, *["hy"] * 4, *["ru"] * 3)

    async def enough() -> bool:
        words = ("answered 500", "does not accept", "does not know", "no answer in", "connection broke", "X did not")
        return all(word in live.log() for word in words)

    await until(enough, lambda: f"not everything went wrong: {live.log()}", seconds=20)


async def _said(live: Live) -> dict[str, str | bytes]:
    """What the daemon's pages and the commands say. None of them is empty."""
    said = {page: (await live.asks(page))[1] for page in ("/metrics", "/readyz")}
    commands = ("status --json", "config show", "check")
    runs = await asyncio.gather(*[live.run(*command.split()) for command in commands])
    said |= {command: out + err for command, (_, out, err) in zip(commands, runs, strict=True)}
    assert all(said.values()), said
    return dict(said)


async def _knock(live: Live) -> str:
    """A webhook delivery from somebody who does not know the secret."""
    header = {"X-Telegram-Bot-Api-Secret-Token": "wrong"}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{live.address()}/hooks/telegram", json={"update_id": 1}, headers=header) as answer,
    ):
        assert answer.status == 403
        return repr(answer.headers) + await answer.text()


def _files(folder: Path) -> dict[str, str | bytes]:
    """All that the run has written: database, log, pictures, whatever there is. Only .env may hold secrets."""
    files = [file for file in folder.rglob("*") if file.is_file() and file.name != ".env"]
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_no_secret_is_anywhere_after_a_whole_run_in_which_everything_goes_wrong(staged, way):
    port = _free_port()
    hooked = {"updates": "webhook", "webhook_url": f"http://127.0.0.1:{port}"} if way == "webhook" else {}
    live = await staged(
        log={"level": "debug", "format": "text" if hooked else "json"},
        delivery={"timeout": "1s"},
        web={"port": port},
        bot=hooked,
    )
    given = _all(live)
    live.configure(**given)
    await live.start()
    await live.settled(await live.publish("en"))
    await _bad_day(live)
    said = {"a hook": await _knock(live)} if hooked else await _said(live)
    await live.mended()
    assert await live.stage.end_daemon() == 0
    assert {"daemon.log", "newswire.db", "newswire.toml"} <= _files(live.folder).keys()
    assert re.search(r'"level": "debug"|\[debug ', live.log())
    assert secrets.leaks(secrets.values(given), {**said, **_files(live.folder)}) == []


async def test_a_database_that_refuses_its_password_is_told_without_it_wherever_its_address_has_it(staged, postgresql):
    live = await staged(editors={}, log={"level": "debug"})
    word = "wr0ng p@ss/w%rd"
    queried = f"postgresql://postgres@/postgres?host={postgresql.folder}&password={quote(word, safe='')}"
    for address, commands in ((postgresql.address("postgres", word), ("run", "check")), (queried, ("run", "status"))):
        given = {**_all(live), "DATABASE_URL": address}
        live.configure(**given)
        runs = await asyncio.gather(*[live.run(command) for command in commands])
        said = {command: out + err for command, (_, out, err) in zip(commands, runs, strict=True)}
        assert secrets.leaks(secrets.values(given), said) == []
        assert all("password authentication failed" in text for text in said.values()), said
        assert [code for code, _, _ in runs] == [69, 69]
        assert "Traceback" not in str(said)


async def test_a_wrong_token_and_wrong_keys_are_told_without_them(staged):
    live = await staged(log={"level": "debug"})
    wrong = {name: f"{value[:-6]}-wrong" for name, value in live.stage.where["secrets"].items()}
    live.configure(**wrong)
    runs = {command: await live.run(command) for command in ("run", "check")}
    assert [code for code, _, _ in runs.values()] == [78, 78], runs
    assert "Telegram does not know TELEGRAM_BOT_TOKEN" in runs["run"][2]
    given = {**_all(live), **wrong}
    said = {command: out + err for command, (_, out, err) in runs.items()}
    assert secrets.leaks(secrets.values(given), {**said, **_files(live.folder)}) == []
