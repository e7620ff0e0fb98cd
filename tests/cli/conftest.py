"""The sandbox as a process of its own, and the command line called in this one or in a terminal."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import IO, Any

import pytest
from click.testing import CliRunner, Result

from cli import main

Control = Callable[..., Any]


@pytest.fixture(scope="module")
def town() -> Iterator[dict[str, Any]]:
    """Where everything in the sandbox is."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--every", "0", "--unlimited"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    yield json.loads(process.stdout.readline())
    process.terminate()
    process.wait(20)
    process.stdout.close()


@pytest.fixture
def control(town: dict[str, Any]) -> Control:
    """`control("telegram/say", chat_id=…)`: an order to the sandbox, or a look when nothing is ordered."""

    def call(path: str, **order: Any) -> Any:
        request = urllib.request.Request(
            f"{town['address']}/control/{path}",
            data=json.dumps(order).encode() if order else None,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    return call


Shell = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """`shell("status", env={…})`: the real command in a process of its own, in the test's folder, with no secret."""

    def call(
        *words: str, env: dict[str, str] | None = None, stdout: int | IO[Any] = subprocess.PIPE
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cli", *words],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
            cwd=tmp_path,
            env={name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ} | (env or {}),
        )

    return call


Cli = Callable[..., Result]


@pytest.fixture
def newswire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cli]:
    """`newswire("init", …, input="…", env={…})`, with no secret from the environment of the tests."""
    for name in ("TELEGRAM_BOT_TOKEN", "DATABASE_URL", "TZ", "X_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    root = logging.getLogger()
    before = root.handlers[:], root.level

    def call(*words: str, typed: str = "", env: dict[str, str] | None = None) -> Result:
        return CliRunner().invoke(main.newswire, list(words), input=typed, env=env)

    yield call
    root.handlers[:], root.level = before


@pytest.fixture
def bare_site() -> Iterator[str]:
    """The address of a site that has one page, and nothing else for machines either."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<html><head><title>Village news</title></head><body><p>Soon.</p></body></html>")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
