"""Every secret that the code asks for, found in the code itself, and every way in which one could be written down."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

import publishers
from bot import webhook
from db.store import address
from newswire.secret import Secret

HOUSE = Path(publishers.__file__).parent.parent
ROOMS = ("newswire", "sources", "publishers", "db", "desk", "scheduler", "bot", "web", "cli")
_ASKED = re.compile(r"secrets\.(?:get|first)\(([^()]*)\)")
_NAME = re.compile(r"\"([A-Z][A-Z0-9_]+)\"")
_LINE = re.compile(r"(?m)^#?\s?([A-Z][A-Z0-9_]+)=")


def names() -> set[str]:
    """What publishers declare, what is asked for by name anywhere, and what .env.example tells people to set."""
    declared = {env for name in publishers.known() for env in publishers.load(name).Config.secret_fields().values()}
    files = [file for room in ROOMS for file in (HOUSE / room).rglob("*.py")]
    asked = {name for file in files for call in _ASKED.findall(file.read_text()) for name in _NAME.findall(call)}
    return declared | asked | set(_LINE.findall((HOUSE / ".env.example").read_text()))


def values(secrets: Mapping[str, str]) -> dict[str, str]:
    """`secrets` and what is made of them: the webhook's secret, the bot's half of its token, the database's password."""
    token = secrets["TELEGRAM_BOT_TOKEN"]
    database = address(secrets["DATABASE_URL"])
    passwords = {"database password": database.password, "password": database.query.get("password")}
    made = {
        "webhook secret": webhook.secret_of(Secret(token)),
        "second half of the token": token.partition(":")[2],
        **{name: str(value) for name, value in passwords.items() if value},
    }
    plain = {name: value for name, value in secrets.items() if name != "DATABASE_URL" or database.password}
    return {**plain, **made}


def forms(secret: str) -> set[str]:
    """`secret` as it is, and as addresses, JSON, Python, Basic log-ins and the like write it."""
    raw = secret.encode()
    return {
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        raw.hex(),
        *_in_base64(raw),
    }


def _in_base64(raw: bytes) -> Iterator[str]:
    """The part that is the same whatever stands before and after, in each of the three places it may begin."""
    for before in range(3):
        begins, ends = 4 if before else 0, (before + len(raw)) // 3 * 4
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(b"\0" * before + raw).decode()[begins:ends]


def leaks(secrets: Mapping[str, str], said: Mapping[str, str | bytes]) -> list[str]:
    """`NAME in PLACE` for each secret that stands, in any form, in what was said."""
    return [
        f"{name} in {place}"
        for place, text in said.items()
        for name, secret in secrets.items()
        if _holds(text if isinstance(text, bytes) else text.encode(), forms(secret))
    ]


def _holds(text: bytes, shapes: Iterable[str]) -> bool:
    return any(shape.encode() in text for shape in shapes)
