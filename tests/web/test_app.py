"""The server itself: where it listens, what it refuses, how it stops, and what it never shows."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import signal
import socket

import aiohttp
import pytest

from newswire import log
from newswire.configuration import parse
from newswire.errors import AlreadyRunning, ConfigError
from web.app import WebFace


async def test_port_0_becomes_a_real_one_on_loopback(serve):
    served = await serve()
    host, port = served.face.address
    assert host == "127.0.0.1"
    assert port > 0
    assert served.face.healthy()


async def test_a_port_that_is_taken_is_refused_in_one_line_that_names_it(serve):
    served = await serve()
    port = served.face.address[1]
    second = served.newsroom
    second.settings = parse("\n[web]\nport = 1", environ={"NEWSWIRE_WEB_PORT": str(port)})
    with pytest.raises(AlreadyRunning) as caught:
        await WebFace(second, {}, []).start()
    assert str(caught.value) == (
        f"newswire.toml:3 [web] port {port} on 127.0.0.1 is taken by another process; "
        "stop it, or choose another port (0: any free one)"
    )
    assert caught.value.exit_code == 75


@pytest.mark.parametrize(
    ("host", "says"),
    [
        ("no-such-host.invalid", r"newswire\.toml:2 \[web\] host: there is no address 'no-such-host.invalid'"),
        ("192.0.2.1", r"newswire\.toml:2 \[web\] cannot listen on 192\.0\.2\.1 port 0: Cannot assign"),
    ],
)
async def test_an_address_that_is_not_ours_is_a_mistake_of_the_file(serve, host: str, says: str):
    served = await serve()
    served.newsroom.settings = parse(f'[web]\nhost = "{host}"\nport = 0')
    with pytest.raises(ConfigError, match=says):
        await WebFace(served.newsroom, {}, []).start()


async def test_after_stop_nobody_listens_and_the_port_is_free_again(serve):
    served = await serve()
    host, port = served.face.address
    await served.face.stop()
    assert not served.face.healthy()
    with socket.create_server((host, port)):
        pass


async def test_a_face_that_never_started_can_be_stopped(serve):
    served = await serve()
    await WebFace(served.newsroom, {}, []).stop()


async def test_stop_lets_a_request_under_way_finish(serve):
    entered, leave = asyncio.Event(), asyncio.Event()

    async def door(body, headers):
        entered.set()
        await leave.wait()
        return 200

    served = await serve(doors={"slow": door})
    request = asyncio.create_task(served.http.post(served.url("/hooks/slow"), data=b"{}"))
    await entered.wait()
    stopping = asyncio.create_task(served.face.stop())
    await asyncio.sleep(0.2)
    assert not stopping.done()
    leave.set()
    assert (await request).status == 200
    await stopping


async def test_signals_stay_with_the_daemon(serve):
    heard = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, heard.set)
    try:
        served = await serve()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(heard.wait(), 5)
        assert (await served.get("/healthz"))[0] == 200
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/nothing"])
async def test_every_answer_has_strict_headers_and_none_names_the_server(serve, path: str):
    served = await serve()
    async with served.http.get(served.url(path)) as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Server" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect", "/", "/hooks", "/hooks/"]
)
async def test_there_are_no_other_pages(serve, path: str):
    served = await serve()
    assert (await served.get(path))[0] == 404


async def test_below_a_base_path_everything_answers_with_it_and_without(serve):
    served = await serve('base = "/newswire"')
    for path in ("/healthz", "/newswire/healthz", "/newswire/metrics"):
        assert (await served.get(path))[0] == 200
    assert (await served.get("/other/healthz"))[0] == 404


def test_a_base_path_must_look_like_one():
    with pytest.raises(
        ConfigError, match=r"""newswire\.toml:2 web\.base: 'newswire/' is no path; write "/newswire\""""
    ):
        parse('[web]\nbase = "newswire/"')


async def test_the_server_logs_through_our_log_only_and_without_secrets(serve):
    stream, root = io.StringIO(), logging.getLogger()
    before = root.handlers[:], root.level
    token = "7000000001:AAF-not_a_real_token_but_as_long_as_one"
    log.start(form="text", level="info", secrets={token}, stream=stream)

    async def door(body, headers):
        raise RuntimeError(f"stumbled over {token}")

    try:
        served = await serve(doors={"bad": door})
        async with served.http.post(served.url(f"/hooks/bad?token={token}"), data=b"{}") as answer:
            assert answer.status == 500
        await served.face.stop()
    finally:
        root.handlers[:], root.level = before
    logged = stream.getvalue()
    assert "web listens" in logged
    assert "Uvicorn" not in logged
    assert "stumbled over •••" in logged
    assert token not in logged


async def test_nonsense_on_the_wire_is_refused_and_harms_nobody(serve):
    served = await serve()
    host, port = served.face.address
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")
    await writer.drain()
    assert b"400" in await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert (await served.get("/healthz"))[0] == 200


async def test_many_ask_at_once(serve):
    served = await serve()
    answers = await asyncio.gather(*(served.get("/readyz") for _ in range(50)), return_exceptions=True)
    assert not [a for a in answers if isinstance(a, aiohttp.ClientError)]
