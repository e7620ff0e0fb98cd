"""The Bot API's own description, and what in a call or an answer it does not allow.

The file holds `methods` and `types`, each with its `fields` (`name`, `types`, `required`) or `subtypes`, and for a
method what it `returns`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PLAIN: dict[str, tuple[type, ...]] = {"Integer": (int,), "Float": (int, float), "String": (str,), "Boolean": (bool,)}
_ARRAY = "Array of "


@dataclass(frozen=True, slots=True)
class Description:
    """Checks against the description; every check answers with a list of problems, empty for none."""

    methods: dict[str, Any]
    types: dict[str, Any]

    @classmethod
    def load(cls, path: Path) -> Description:
        """Read the JSON file."""
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(data["methods"], data["types"])

    def check_call(self, method: str, params: Mapping[str, str], uploads: Collection[str] = ()) -> list[str]:
        """Whether the texts of a call fit the method: known fields, the required ones, of the right types."""
        if method not in self.methods:
            return [f"{method}: no such method"]
        fields = {field["name"]: field for field in self.methods[method].get("fields", [])}
        attached = {text for value in params.values() for text in uploads if f"attach://{text}" in value}
        problems = [f"{method}.{name}: no such field" for name in {*params, *uploads} - fields.keys() - attached]
        for name, field in fields.items():
            if name in params:
                problems += self._text(f"{method}.{name}", params[name], field["types"])
            elif name in uploads:
                if "InputFile" not in field["types"]:
                    problems.append(f"{method}.{name}: takes no file")
            elif field["required"]:
                problems.append(f"{method}.{name}: missing")
        return problems

    def check_answer(self, method: str, result: object) -> list[str]:
        """Whether a method's result is of the types it returns."""
        if method not in self.methods:
            return [f"{method}: no such method"]
        return self.check(method, result, self.methods[method]["returns"])

    def check(self, place: str, value: object, types: list[str]) -> list[str]:
        """Whether a decoded value is of one of `types`; the problems of the closest are given."""
        tries = [self._one(place, value, name) for name in types]
        return min(tries, key=len) if tries else [f"{place}: of no type"]

    def _text(self, place: str, text: str, types: list[str]) -> list[str]:
        """A parameter: text where text may be, else what its JSON says."""
        if "String" in types or "InputFile" in types:
            return []
        try:
            value = json.loads(text)
        except ValueError:
            return [f"{place}: {text[:40]!r} is not {' or '.join(types)}"]
        return self.check(place, value, types)

    def _one(self, place: str, value: object, name: str) -> list[str]:
        if name.startswith(_ARRAY):
            if not isinstance(value, list):
                return [f"{place}: not an array"]
            item = name.removeprefix(_ARRAY)
            return [problem for i, each in enumerate(value) for problem in self._one(f"{place}[{i}]", each, item)]
        if name in _PLAIN:
            fits = isinstance(value, _PLAIN[name]) and (name == "Boolean" or not isinstance(value, bool))
            return [] if fits else [f"{place}: {str(value)[:40]!r} is not {name}"]
        if name == "InputFile":
            return [] if isinstance(value, str) else [f"{place}: not a file"]
        described = self.types.get(name)
        if described is None:
            return [f"{place}: unknown type {name}"]
        if subtypes := described.get("subtypes"):
            return self.check(place, value, subtypes)
        return self._object(place, value, described.get("fields", []))

    def _object(self, place: str, value: object, fields: list[dict[str, Any]]) -> list[str]:
        if not isinstance(value, dict):
            return [f"{place}: not an object"]
        known = {field["name"]: field for field in fields}
        problems = [f"{place}.{name}: no such field" for name in value.keys() - known.keys()]
        for name, field in known.items():
            if name in value:
                problems += self.check(f"{place}.{name}", value[name], field["types"])
            elif field["required"]:
                problems.append(f"{place}.{name}: missing")
        return problems
