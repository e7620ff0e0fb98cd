"""Where a fetch may go: public addresses over http and https, and nothing else."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from yarl import URL

PORTS = frozenset({80, 443})

# Not global by use, though Python may call them so: multicast, and the IPv6 ranges that carry an IPv4 address inside
# (compatible, mapped, translated, Teredo, 6to4), behind which a private one could hide.
CLOSED = tuple(
    ip_network(network)
    for network in (
        "224.0.0.0/4",
        "192.88.99.0/24",
        "::/96",
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
        "fec0::/10",
        "ff00::/8",
    )
)


class ClosedAddress(OSError):
    """A connection that was not made, because of where it would have gone."""


def is_open(address: IPv4Address | IPv6Address, *, loopback: bool) -> bool:
    """Whether a fetch may connect there."""
    if address.is_loopback:
        return loopback
    return address.is_global and not any(address in network for network in CLOSED if network.version == address.version)


def guarded_socket(*, loopback: bool) -> Callable[[Any], socket.socket]:
    """A socket factory for aiohttp's connector. It sees the very address that is connected to, literal or resolved."""

    def open_socket(target: Any) -> socket.socket:
        family, kind, protocol, _, where = target
        address = ip_address(str(where[0]).partition("%")[0])
        if not is_open(address, loopback=loopback):
            raise ClosedAddress(errno.EACCES, f"leads to {address}, which is a private address")
        return socket.socket(family, kind, protocol)

    return open_socket


def checked(url: str, *, any_port: bool) -> URL:
    """`url` for the client, without its fragment. Raises `ValueError` with the reason why it may not be fetched."""
    try:
        parsed = URL(url.strip()).with_fragment(None)
        host, port = parsed.host, parsed.port
    except (ValueError, TypeError) as error:
        raise ValueError("is not an address") from error
    if parsed.scheme not in ("http", "https"):
        raise ValueError("is not an http or https address")
    if not host:
        raise ValueError("has no host name")
    if parsed.user is not None or parsed.password is not None:
        raise ValueError("has a user name or password in it; take them out")
    if port not in PORTS and not any_port:
        raise ValueError(f"asks for port {port}; only 80 and 443 are open to fetches")
    return parsed
