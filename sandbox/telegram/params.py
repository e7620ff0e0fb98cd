"""A call's parameters: from the query, a form or JSON, every value text as the Bot API server sees it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, hdrs, web

from sandbox.telegram.refusal import bad_request

_NUMBER = re.compile(r"\s*(-?\d{1,18})")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Params:
    """Values by name, and uploads by the name of their field."""

    values: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def __contains__(self, name: object) -> bool:
        return name in self.values or name in self.uploads

    def text(self, name: str) -> str:
        """The value, empty when it was not given."""
        return self.values.get(name, "")

    def integer(self, name: str, default: int = 0) -> int:
        """The number a value begins with; 0 when it does not begin with one."""
        value = self.text(name)
        if not value:
            return default
        found = _NUMBER.match(value)
        return int(found[1]) if found else 0

    def flag(self, name: str) -> bool:
        """Whether a value says yes."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def json(self, name: str, what: str) -> Any:
        """The value decoded, None when it was not given; `what` names it in the refusal."""
        value = self.text(name)
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None


async def read(request: web.Request) -> Params:
    """The parameters of one request; the body's win over the query's."""
    params = await _gathered(request)
    try:
        "".join(params.values.values()).encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return params


async def _gathered(request: web.Request) -> Params:
    params = Params(values=dict(request.query))
    if request.method == hdrs.METH_GET:
        return params
    if request.content_type == "application/json":
        params.values.update(_from_json(await request.text()))
    elif request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name:
                await _take(part, params)
    elif request.content_type == "application/x-www-form-urlencoded":
        params.values.update({name: str(value) for name, value in (await request.post()).items()})
    return params


async def _take(part: BodyPartReader, params: Params) -> None:
    content = bytes(await part.read(decode=True))
    name = str(part.name)
    if part.filename is not None:
        params.uploads[name] = Upload(part.filename, content)
        return
    try:
        params.values[name] = content.decode()
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None


def _from_json(body: str) -> dict[str, str]:
    if not body.strip():
        return {}
    try:
        data = json.loads(body)
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(data, dict):
        raise bad_request("can't parse JSON object")
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in data.items()
        if value is not None
    }
