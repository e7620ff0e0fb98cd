"""A PostgreSQL server of our own for tests, on a socket in a folder of its own, to stop and start as a test likes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import pytest

_USER = "postgres"
PASSWORD = "corr3ct h*rse/b@ttery"


def installed() -> Path:
    """The folder of the server's programs. Missing: skipped on a laptop, failed in CI."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no PostgreSQL server is installed")
    return found[-1].parent


@dataclass
class Server:
    """A server in `folder`. It does not run as root, so root hands the folder to the user postgres.

    The folder is none of pytest's: those are closed to other users again whenever another session begins.
    """

    folder: Path
    programs: Path

    def make(self) -> None:
        """An empty server with a password, not started."""
        word = self.folder / "password"
        word.write_text(PASSWORD)
        if os.geteuid() == 0:
            for path in (self.folder, word):
                shutil.chown(path, _USER)
        self._run(
            "initdb", "-N", "-A", "scram-sha-256", "-E", "UTF8", "-U", _USER, "--pwfile", str(word), "-D", self._data
        )

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def start(self) -> None:
        """Run it."""
        options = f"-c listen_addresses='' -c fsync=off -k {self.folder}"
        self._run("pg_ctl", "-w", "-D", self._data, "-o", options, "-l", str(self.folder / "log"), "start")

    def stop(self, how: str = "fast") -> None:
        """End it: fast, or immediate as a crash."""
        self._run("pg_ctl", "-w", "-D", self._data, "-m", how, "stop")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """While the block runs, it holds every connection and says nothing, as a machine does whose disk hangs."""
        main = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(main, signal.SIGSTOP)  # the first, so that it makes no others
        children = [int(pid) for pid in Path(f"/proc/{main}/task/{main}/children").read_text().split()]
        for pid in children:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in (*children, main):
                os.kill(pid, signal.SIGCONT)

    def database(self, name: str) -> str:
        """The address of a new, empty database."""
        environment = {"PGPASSWORD": PASSWORD, "PATH": os.environ["PATH"]}
        self._run("createdb", "-h", str(self.folder), "-U", _USER, name, env=environment)
        return self.address(name)

    def address(self, name: str, password: str = PASSWORD) -> str:
        """The address of a database, with a password."""
        return f"postgresql://{_USER}:{quote(password, safe='')}@/{name}?host={self.folder}"

    def _run(self, program: str, *words: str, env: dict[str, str] | None = None) -> None:
        command = [str(self.programs / program), *words]
        if os.geteuid() == 0:
            command = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--init-groups", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", env=env)


@contextmanager
def running() -> Iterator[Server]:
    """A server that runs while the block does."""
    with TemporaryDirectory(prefix="newswire-pg-") as folder:
        server = Server(Path(folder), installed())
        server.make()
        server.start()
        yield server
        server.stop("immediate")
