"""`python -m sandbox`: the sandbox as a process. It prints one line of JSON when it listens, and serves until stopped."""

from __future__ import annotations

import argparse
import asyncio
import errno
import json
import signal
import sys

from aiohttp import web

from sandbox.cast import Stage, stage


async def serve(cast: Stage, host: str, port: int) -> None:
    """Serve `cast` until SIGTERM or SIGINT; its site publishes as long as it runs."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(cast.app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    listener = web.TCPSite(runner, host, port)
    try:
        await listener.start()
    except OSError as error:
        taken = f"port {port} of this machine is taken, perhaps by another demo; --port 0 takes any free one"
        sys.exit(
            taken if error.errno == errno.EADDRINUSE else f"nothing can be served at {host}:{port}: {error.strerror}"
        )
    bound = runner.addresses[0][1]
    sys.stdout.write(json.dumps(cast.description(f"http://{host}:{bound}")) + "\n")
    sys.stdout.flush()
    publishing = asyncio.create_task(cast.site.run()) if cast.site.every > 0 else None
    await stop.wait()
    if publishing:
        publishing.cancel()
    await runner.cleanup()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    parser.add_argument("--port", type=int, default=0, help="port; 0: any free one")
    parser.add_argument("--every", type=float, default=8.0, help="seconds between two new articles; 0: none by itself")
    parser.add_argument("--unlimited", action="store_true", help="no rate limits")
    chosen = parser.parse_args()
    cast = stage(every=chosen.every, unlimited=chosen.unlimited)
    asyncio.run(serve(cast, chosen.host, chosen.port))


if __name__ == "__main__":
    main()
