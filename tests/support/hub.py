"""A WebSub hub of another project for tests (flask-websub), in a process of its own."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

HUB = """
import sys
from celery import Celery
from flask import Flask
from flask_websub.hub import Hub, SQLite3HubStorage

app = Flask(__name__)
app.config["PUBLISH_SUPPORTED"] = True
app.config["SIGNATURE_ALGORITHM"] = sys.argv[3]
celery = Celery("hub")
celery.conf.task_always_eager = True
hub = Hub(SQLite3HubStorage(sys.argv[1]), celery, **app.config)
app.register_blueprint(hub.build_blueprint(url_prefix="/hub"))
app.run("127.0.0.1", int(sys.argv[2]), threaded=True)
"""


def interpreter() -> str:
    """A Python that has the hub: the one NEWSWIRE_SERVERS_PYTHON names, or our own. Missing: skipped, failed in CI."""
    named = os.environ.get("NEWSWIRE_SERVERS_PYTHON", "")
    if named or importlib.util.find_spec("flask_websub"):
        return named or sys.executable
    words = "no WebSub hub here: install flask-websub[celery,redis], or name a Python that has it in NEWSWIRE_SERVERS_PYTHON"
    return str((pytest.fail if os.environ.get("CI") else pytest.skip)(words))


@dataclass
class RealHub:
    """A hub in `folder`. It fetches a topic when told of it, and brings it to everybody who asked."""

    folder: Path
    algorithm: str = "sha512"
    url: str = ""
    _process: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        """Run it, and wait until it listens."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        code = self.folder / "hub.py"
        code.write_text(HUB)
        command = [interpreter(), str(code), str(self.folder / "hub.db"), str(port), self.algorithm]
        log = (self.folder / "hub.log").open("wb")
        with log:
            self._process.append(subprocess.Popen(command, stdout=log, stderr=log))
        self.url = f"http://127.0.0.1:{port}/hub"
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                if time.monotonic() > end or self._process[0].poll() is not None:
                    raise AssertionError((self.folder / "hub.log").read_text()[-2000:]) from None
                time.sleep(0.1)  # a process of its own becomes ready by and by
            else:
                return

    def stop(self) -> None:
        """End it."""
        for process in self._process:
            process.terminate()
            process.wait(10)
