"""The log: one event a line, for people or machines, with every secret taken out at the last moment."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterable
from functools import lru_cache
from typing import TextIO
from urllib.parse import quote, quote_plus

import structlog

_TOKEN = re.compile(r"(?<!\d)\d{6,12}(?::|%3A)[A-Za-z0-9_-]{30,}")  # no \b: in addresses it follows "bot"
_BEARER = re.compile(r"(?i)(bearer|oauth_(?:token|signature|consumer_key)=)\s*[\"']?[A-Za-z0-9%._~+/=-]{8,}")
_IN_URL = re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)|(?<=[?&]password=)[^&\s'\"]+")
_PRIORITIES = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}
_SHORT = 6  # a secret shorter than this would blank out ordinary words


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` without any of `secrets`, however a log may write them, and without anything shaped like a token."""
    for secret in sorted(secrets, key=len, reverse=True):  # one may be part of another
        for form in _forms(secret) if len(secret) >= _SHORT else ():
            text = text.replace(form, "•••")
    text = _TOKEN.sub("•••", text)
    text = _IN_URL.sub("•••", text)
    return _BEARER.sub(r"\1 •••", text)


@lru_cache(maxsize=64)
def _forms(secret: str) -> frozenset[str]:
    """`secret` as it is, and as addresses, JSON and Python's own notation write it."""
    return frozenset(
        (
            secret,
            quote(secret, safe=""),
            quote(secret),
            quote_plus(secret),
            json.dumps(secret)[1:-1],
            json.dumps(secret, ensure_ascii=False)[1:-1],
            repr(secret)[1:-1],
        )
    )


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Formats, then redacts: message, arguments and trace alike. `secrets` is read anew for each line.

    For the journal each line begins with its priority, which the journal takes off again (sd-daemon(3)).
    """

    secrets: set[str]
    journal: bool = False

    def format(self, record: logging.LogRecord) -> str:
        """One line (a trace in text form: several)."""
        text = redact(super().format(record), self.secrets)
        if not self.journal:
            return text
        mark = f"<{_PRIORITIES.get(record.levelno, 6)}>"
        return "\n".join(mark + line for line in text.splitlines())


def _is_journal(stream: TextIO) -> bool:
    """Whether systemd has connected `stream` to its journal, as it says in JOURNAL_STREAM."""
    try:
        end = os.fstat(stream.fileno())
    except OSError:
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{end.st_dev}:{end.st_ino}"


def start(*, form: str, level: str, secrets: set[str], stream: TextIO | None = None) -> None:
    """Send every logger of the process, ours and the libraries', through one redacting handler."""
    stream = stream or sys.stderr
    journal = _is_journal(stream)
    shared: list[structlog.typing.Processor] = [structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name]
    if form == "json" or not journal:  # the journal writes the time before each line by itself
        shared.append(structlog.processors.TimeStamper(fmt="iso", utc=True))
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    last: list[structlog.typing.Processor] = [structlog.processors.format_exc_info, renderer]
    if form == "text":
        last = [
            structlog.dev.ConsoleRenderer(
                colors=False,
                pad_event_to=0,
                exception_formatter=structlog.dev.plain_traceback,  # the other one prints local values: secrets
            )
        ]
    formatter = RedactingFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
    formatter.secrets, formatter.journal = secrets, journal
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for chatty in ("httpx", "httpcore", "apscheduler", "telegram", "aiosqlite", "alembic", "uvicorn"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(level.upper())))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def get(name: str) -> structlog.stdlib.BoundLogger:
    """A logger: `log.info("post published", channel="tg-en", post=7)`."""
    return structlog.stdlib.get_logger(name)
