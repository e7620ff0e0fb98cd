"""Holds recorded calls against X's own published description (OpenAPI), for tests of whoever talks to the stand-in.

Needs jsonschema, which only development installs. `Spec.read(folder)`, then `spec.faults(call)` for each of `x.calls`.
"""

from __future__ import annotations

import importlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.x.state import Call

_OLD_NAMES = {"tweet.fields", "place.fields", "poll.fields"}


@dataclass(frozen=True, slots=True)
class Spec:
    """X's description, made ready for JSON Schema."""

    document: dict[str, Any]

    @classmethod
    def read(cls, folder: str | Path) -> Spec:
        """The description in `folder`/x-openapi.json."""
        return cls(_with_null(json.loads((Path(folder) / "x-openapi.json").read_text())))

    def faults(self, call: Call) -> list[str]:
        """What in a call X's description does not allow: in the request when it was accepted, and in the answer."""
        operation = self.document["paths"].get(call.operation, {}).get(call.method.lower())
        if operation is None:
            return [f"X has no {call.method} {call.operation}"]
        found = self._answer_faults(call, operation)
        if 200 <= call.status < 300:
            found += self._query_faults(call, operation) + self._body_faults(call, operation)
        return [f"{call.method} {call.operation}: {fault}" for fault in found]

    def _query_faults(self, call: Call, operation: dict[str, Any]) -> list[str]:
        parameters = [self._resolve(parameter) for parameter in operation.get("parameters", [])]
        known = {parameter["name"]: parameter["schema"] for parameter in parameters if parameter["in"] == "query"}
        found = [f"no parameter {name}" for name in call.query if name not in known and name not in _OLD_NAMES]
        for name, value in call.query.items():
            if name in known:
                found += self._check(_typed(value, known[name]), known[name], name)
        return found

    def _body_faults(self, call: Call, operation: dict[str, Any]) -> list[str]:
        content = operation.get("requestBody", {}).get("content")
        if content is None:
            return [] if call.body is None else ["a body where none is taken"]
        if call.content_type not in content:
            return [f"a body of {call.content_type}"]
        body = call.body
        if call.content_type == "multipart/form-data" and str(body.get("segment_index", "")).isdigit():
            body = body | {"segment_index": int(body["segment_index"])}
        return self._check(body, content[call.content_type]["schema"], "body")

    def _answer_faults(self, call: Call, operation: dict[str, Any]) -> list[str]:
        if call.status == 0:
            return []
        if call.status < 400:
            answers = operation["responses"]
            if str(call.status) not in answers:
                return [f"an answer with status {call.status}"]
            return self._check(
                call.answer, answers[str(call.status)]["content"]["application/json"]["schema"], "answer"
            )
        problems = self.document["components"]["schemas"]["Problem"]["discriminator"]["mapping"]
        if call.answer.get("type") in problems:
            return self._check(call.answer, {"$ref": "#/components/schemas/Problem"}, "answer")
        return [
            f"a refusal without {name}"
            for name in ("title", "detail", "type")
            if not isinstance(call.answer.get(name), str)
        ]

    def _check(self, value: Any, schema: dict[str, Any], where: str) -> list[str]:
        jsonschema = importlib.import_module("jsonschema")  # here, so that a sandbox without it still runs
        validator = jsonschema.Draft202012Validator({**schema, "components": self.document["components"]})
        return [f"{where}{error.json_path[1:]}: {error.message}" for error in validator.iter_errors(value)]

    def _resolve(self, item: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in item:
            return item
        found: Any = self.document
        for name in item["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return dict(found)


def _typed(value: str, schema: dict[str, Any]) -> Any:
    """A query value as the type its schema names."""
    if schema.get("type") == "array":
        return value.split(",")
    return int(value) if schema.get("type") == "integer" and value.isdigit() else value


def _with_null(item: Any) -> Any:
    """OpenAPI's `nullable` in the words of JSON Schema."""
    if isinstance(item, list):
        return [_with_null(part) for part in item]
    if not isinstance(item, dict):
        return item
    made = {name: _with_null(part) for name, part in item.items()}
    return {"anyOf": [made, {"type": "null"}]} if made.get("nullable") is True else made
