"""Why somebody could not be reached, from the real errors of both HTTP libraries: never a class's name."""

import asyncio
import socket
import ssl
from collections.abc import Iterator

import aiohttp
import pytest
import requests

from newswire import reach


@pytest.fixture
def addresses() -> Iterator[dict[str, str]]:
    """One that refuses, one that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.create_server(("127.0.0.1", 0)) as taken:
        silent_port, closed = silent.getsockname()[1], taken.getsockname()[1]
        taken.close()
        yield {
            "refuses": f"http://127.0.0.1:{closed}/",
            "silent": f"http://127.0.0.1:{silent_port}/",
            "unknown": "http://nowhere.invalid/",
        }


CASES = [
    ("refuses", "it refuses the connection"),
    ("silent", "no answer in time"),
    ("unknown", "its host name is not found (DNS)"),
]


@pytest.mark.parametrize(("place", "says"), CASES)
async def test_an_error_of_aiohttp_says_what_happened(addresses, place, says):
    timeout = aiohttp.ClientTimeout(total=5, sock_read=0.2)
    with pytest.raises((aiohttp.ClientError, TimeoutError)) as caught:
        async with aiohttp.ClientSession(timeout=timeout) as session:
            await session.get(addresses[place])
    assert reach.why(caught.value) == says


@pytest.mark.parametrize(("place", "says"), CASES)
async def test_an_error_of_requests_says_what_happened(addresses, place, says):
    with pytest.raises(requests.RequestException) as caught:
        await asyncio.to_thread(requests.get, addresses[place], timeout=(5, 0.2))
    assert reach.why(caught.value) == says


async def _speaks_plainly(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 400 no\r\n\r\n")
    writer.close()


async def test_a_certificate_and_a_talk_that_is_no_tls_are_told_apart():
    async with await asyncio.start_server(_speaks_plainly, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        async with aiohttp.ClientSession() as session:
            with pytest.raises(aiohttp.ClientError) as caught:
                await session.get(f"https://127.0.0.1:{port}/")
    assert reach.why(caught.value) == "it speaks no proper TLS"
    assert reach.why(ssl.SSLCertVerificationError("expired")) == "its certificate is not valid"


def test_what_nobody_foresaw_is_no_name_of_a_class():
    assert reach.why(OSError(28, "No space left on device")) == "no space left on device"
    assert reach.why(ValueError()) == "the connection broke"
