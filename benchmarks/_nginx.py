"""An nginx on loopback that serves a folder from many addresses, as many sites would."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

HOSTS = tuple(f"127.0.0.{n}" for n in range(2, 52))
PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")


def program() -> str | None:
    """Where nginx is, None where it is not installed."""
    return shutil.which("nginx", path=os.pathsep.join((os.environ.get("PATH", ""), *PLACES)))


@asynccontextmanager
async def serving(folder: Path, *, hosts: Sequence[str] = HOSTS, core: int | None = None) -> AsyncIterator[list[str]]:
    """`folder` over HTTP; the base addresses, one for each of `hosts`. `core` is the processor it runs on."""
    nginx = program()
    if nginx is None:
        raise RuntimeError("nginx is not installed; on Debian: apt-get install nginx-light")
    port = _free_port()
    scratch = folder.parent / "nginx"
    scratch.mkdir(exist_ok=True)
    config = scratch / "nginx.conf"
    config.write_text(_config(scratch, folder, hosts, port, core), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(nginx, "-p", str(scratch), "-c", str(config), "-e", "error.log")
    try:
        await _answers(hosts[0], port, process)
        yield [f"http://{host}:{port}" for host in hosts]
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


async def _answers(host: str, port: int, process: asyncio.subprocess.Process) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            if process.returncode is not None or time.monotonic() > deadline:
                raise RuntimeError("nginx does not start") from None
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return


def _config(scratch: Path, folder: Path, hosts: Sequence[str], port: int, core: int | None) -> str:
    temporary = "\n".join(
        f"  {kind}_temp_path {scratch / kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    listen = "\n".join(f"    listen {host}:{port};" for host in hosts)
    affinity = f"worker_cpu_affinity {'1' + '0' * core};" if core is not None else ""
    return f"""
daemon off;
worker_processes 1;
{affinity}
{"user root;" if os.geteuid() == 0 else ""}
pid {scratch / "nginx.pid"};
events {{ worker_connections 4096; }}
http {{
  access_log off;
  types {{ application/rss+xml xml; }}
  gzip on;
  gzip_types application/rss+xml;
  keepalive_requests 100000;
{temporary}
  server {{
{listen}
    root {folder};
  }}
}}
"""
