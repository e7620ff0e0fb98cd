"""PgBouncer before PostgreSQL: one that hands sessions on is refused in one line, one that keeps them is fine."""

import asyncio
import os
import shutil
import socket
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy.engine import make_url
from support.postgresql import PASSWORD

from db.pooler import require_sessions
from db.store import Store
from newswire.errors import ConfigError, DependencyDown


@pytest.fixture
def bouncer(postgresql, request):
    """The address of a PgBouncer in the mode asked for. Not installed: skipped on a laptop, failed in CI."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no pgbouncer here; it is in Debian's package pgbouncer")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with TemporaryDirectory(prefix="newswire-pgbouncer-") as place:
        folder, server = Path(place), make_url(postgresql)
        (folder / "users").write_text(f'"postgres" "{PASSWORD}"\n')
        (folder / "ini").write_text(
            f"[databases]\n* = host={server.query['host']}\n[pgbouncer]\nlisten_addr=127.0.0.1\nlisten_port={port}\n"
            f"unix_socket_dir=\nauth_type=plain\nauth_file={folder / 'users'}\npool_mode={request.param}\n"
        )
        as_user = []
        if os.geteuid() == 0:
            for path in (folder, folder / "users", folder / "ini"):
                shutil.chown(path, "postgres")
            as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        running = subprocess.Popen([*as_user, program, "-q", str(folder / "ini")], cwd="/", stderr=subprocess.DEVNULL)
        try:
            yield server.set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)
        finally:
            running.terminate()
            running.wait()


async def _asked(address: str) -> None:
    """Whether sessions stay what they are, as soon as the pooler listens."""
    store = Store(address)
    try:
        for _ in range(50):
            try:
                async with store.read():
                    break
            except DependencyDown:
                await asyncio.sleep(0.1)
        await require_sessions(store)
    finally:
        await store.close()


@pytest.mark.parametrize("bouncer", ["transaction"], indirect=True)
async def test_a_pooler_that_hands_sessions_on_is_refused_with_the_way_out(bouncer):
    with pytest.raises(ConfigError, match="pool_mode = session"):
        await _asked(bouncer)


@pytest.mark.parametrize("bouncer", ["session"], indirect=True)
async def test_a_pooler_that_keeps_sessions_is_fine(bouncer):
    await _asked(bouncer)


async def test_postgresql_itself_is_fine(postgresql):
    await _asked(postgresql)
