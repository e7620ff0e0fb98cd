"""Reach: why somebody on the network could not be reached, or fell silent, in words for editors. Pure."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

_DEEPEST = 8

# The first that fits, so the narrower kinds stand before the wider ones.
_CAUSES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (socket.gaierror, "its host name is not found (DNS)"),
    (ssl.SSLCertVerificationError, "its certificate is not valid"),
    (ssl.SSLError, "it speaks no proper TLS"),
    (ConnectionRefusedError, "it refuses the connection"),
    (TimeoutError, "no answer in time"),
    ((ConnectionResetError, BrokenPipeError, ConnectionAbortedError), "it closed the connection"),
)


def why(error: BaseException) -> str:
    """As `it refuses the connection`, from what lies beneath the error of any HTTP library."""
    beneath = list(_beneath(error, _DEEPEST))
    for kinds, words in _CAUSES:
        if any(isinstance(one, kinds) for one in beneath):
            return words
    system = next((one.strerror for one in beneath if isinstance(one, OSError) and one.strerror), "")
    return system.lower() or "the connection broke"


def _beneath(error: BaseException, depth: int) -> Iterator[BaseException]:
    """The error and those it was made of; libraries keep them in different places."""
    yield error
    held = (error.__cause__, error.__context__, *error.args)
    kept = (getattr(error, name, None) for name in ("os_error", "certificate_error", "reason"))
    for one in (*held, *kept):
        if depth and isinstance(one, BaseException) and one is not error:
            yield from _beneath(one, depth - 1)
