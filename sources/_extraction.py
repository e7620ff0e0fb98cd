"""The text of a page that says nowhere where it is: trafilatura, in a process of its own that may be ended at any time.

Some pages hang every extractor (100,000 links; 50,000 attributes on a tag), and no thread can be ended from outside.
So one child reads all such pages, one after the other, and is replaced when it takes too long.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import json
import os
import select
import struct
import subprocess
import sys
import threading
import time
from functools import cache
from typing import IO

from sources._text import SENTENCE_ENDS

SECONDS = 5.0
LARGEST = 2_000_000
LARGEST_ANSWER = 8_000_000
MEMORY = 2**30
LENGTH = struct.Struct(">I")
# So little text in a whole page is doubtful, and another reading counts that finds clearly more.
LITTLE = 1_000
CLEARLY = 2


def extract(text: str) -> list[str]:
    """The paragraphs of the article in a page's HTML; none where the extractor is not installed, fails or hangs."""
    if not installed() or len(text) > LARGEST:
        return []
    return _the_child().paragraphs(text)


@cache
def installed() -> bool:
    """Whether trafilatura is there (the extra `newswire[extraction]`)."""
    return importlib.util.find_spec("trafilatura") is not None


@cache
def _the_child() -> Child:
    child = Child()
    atexit.register(child.stop)
    return child


class Child:
    """The process, started when it is first needed, and again after it was ended."""

    def __init__(self, *, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def paragraphs(self, text: str) -> list[str]:
        """Ask the child, and end it if it does not answer in time."""
        with self._lock:
            process = self._running()
            try:
                _write(process.stdin, text.encode("utf-8", "replace"))
                answer = json.loads(_read_within(process, self._seconds))
            except (OSError, ValueError, EOFError, TimeoutError):
                self._end()
                return []
        return [line for line in answer if isinstance(line, str)] if isinstance(answer, list) else []

    def stop(self) -> None:
        """End the child."""
        with self._lock:
            self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            command = [sys.executable, "-P", "-m", __name__]
            folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - as the interpreter's own path
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PYTHONPATH": folder, "PATH": os.environ.get("PATH", "")},
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _write(pipe: IO[bytes] | None, message: bytes) -> None:
    assert pipe is not None  # noqa: S101 - opened with pipes above
    pipe.write(LENGTH.pack(len(message)) + message)
    pipe.flush()


def _read_within(process: subprocess.Popen[bytes], seconds: float) -> bytes:
    """The child's answer. TimeoutError when it does not come, EOFError when the child ended."""
    assert process.stdout is not None  # noqa: S101 - see above
    pipe = process.stdout.fileno()
    end = time.monotonic() + seconds
    (length,) = LENGTH.unpack(_bytes(pipe, LENGTH.size, end))
    if length > LARGEST_ANSWER:
        raise ValueError("the answer is too large")
    return _bytes(pipe, length, end)


def _bytes(pipe: int, count: int, end: float) -> bytes:
    found = bytearray()
    while len(found) < count:
        ready, _, _ = select.select([pipe], [], [], max(end - time.monotonic(), 0))
        if not ready:
            raise TimeoutError
        part = os.read(pipe, count - len(found))
        if not part:
            raise EOFError
        found += part
    return bytes(found)


def _serve() -> None:
    """The child's whole life: a page in, its paragraphs out, until the other side is gone."""
    import resource  # noqa: PLC0415 - only here, and only where there is such a thing

    import trafilatura  # noqa: PLC0415 - the child alone pays for it

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    come, go = sys.stdin.buffer, sys.stdout.buffer
    while head := come.read(LENGTH.size):
        text = come.read(*LENGTH.unpack(head)).decode("utf-8")
        found = ""
        for fast in (True, False):
            # Not `deduplicate`: it remembers texts from page to page, and drops those it has seen before.
            with contextlib.suppress(Exception):  # whatever a page does to it, the next page is read
                text_of_it = trafilatura.extract(
                    text, fast=fast, include_comments=False, include_tables=False, include_images=False
                )
                found = found if len(found) * CLEARLY > len(text_of_it or "") else text_of_it or ""
            if len(found) > LITTLE:
                break
        _write(go, json.dumps(_whole(found)).encode())


def _whole(text: str) -> list[str]:
    """The paragraphs of `text`. A line that the page only wrapped goes on with the one before: it begins small."""
    lines: list[str] = []
    for line in filter(None, (" ".join(part.split()) for part in text.split("\n"))):
        if lines and line[0].islower() and lines[-1][-1] not in SENTENCE_ENDS:
            lines[-1] += f" {line}"
        else:
            lines.append(line)
    return lines


if __name__ == "__main__":
    _serve()
