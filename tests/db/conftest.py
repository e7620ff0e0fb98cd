"""Databases to test on: SQLite in a file, and a PostgreSQL server of our own, started and stopped by its process id."""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from db.store import Store

_USER = "postgres"


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty server on a socket in a folder of its own. Missing: skipped on a laptop, failed in CI."""
    binaries = _binaries()
    if binaries is None:
        reason = "no PostgreSQL server is installed"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    folder = Path(str(tmp_path_factory.mktemp("pg")))
    as_root = os.geteuid() == 0
    if as_root:
        shutil.chown(folder, _USER)
        for above in (folder, *folder.parents[:-2]):
            above.chmod(above.stat().st_mode | 0o711)

    def pg(*words: str) -> None:
        command = [str(binaries / words[0]), *words[1:]]
        as_user = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--init-groups", *command] if as_root else command
        subprocess.run(as_user, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")

    data = str(folder / "data")
    pg("initdb", "-A", "trust", "-E", "UTF8", "-U", _USER, "-D", data)
    pg("pg_ctl", "-w", "-D", data, "-o", f"-c listen_addresses='' -k {folder}", "-l", str(folder / "log"), "start")
    yield f"postgresql://{_USER}@/postgres?host={folder}"
    pg("pg_ctl", "-w", "-D", data, "-m", "immediate", "stop")


@pytest.fixture(params=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """An open, empty database of either kind."""
    url = f"sqlite:///{tmp_path / 'a.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql")
    made = Store(url)
    yield made
    if request.param == "postgresql":
        await _emptied(made)
    await made.close()


async def _emptied(store: Store) -> None:
    async with store.write() as connection:
        await connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        await connection.exec_driver_sql("CREATE SCHEMA public")
