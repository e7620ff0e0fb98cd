"""The requests X takes, as the subset of JSON Schema its answers speak of, and a check that names what is wrong.

Facts from X's published description, https://api.x.com/2/openapi.json; objects take no field that is not listed
unless they are `open`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

_ID = "^[0-9]{1,19}$"
_STRING: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_ID_STRING: Schema = {"type": "string", "pattern": _ID}
_REPLIERS: Schema = {"type": "string", "enum": ["following", "mentionedUsers", "subscribers", "verified"]}
_URL: Schema = {"type": "object", "required": ["url"], "properties": {"url": _STRING}}
_STORES = ("app_store_id", "ipad_app_store_id", "play_store_id")


def _object(*required: str, **properties: Schema) -> Schema:
    return {"type": "object", "required": list(required), "properties": properties}


CREATE = _object(
    card_uri=_STRING,
    community_id=_ID_STRING,
    direct_message_deep_link=_STRING,
    edit_options=_object("previous_post_id", previous_post_id=_ID_STRING),
    for_super_followers_only=_FLAG,
    geo=_object("place_id", place_id=_STRING),
    made_with_ai=_FLAG,
    media=_object(
        "media_ids",
        call_to_actions=_object(
            app_install=_object(**dict.fromkeys(_STORES, _STRING)), visit_site=_URL, watch_now=_URL
        ),
        description=_STRING,
        embeddable=_FLAG,
        media_ids={"type": "array", "minItems": 1, "maxItems": 4, "items": _ID_STRING},
        preview_media_id=_ID_STRING,
        tagged_user_ids={"type": "array", "maxItems": 10, "items": _ID_STRING},
        title=_STRING,
    ),
    nullcast=_FLAG,
    paid_partnership=_FLAG,
    poll=_object(
        "options",
        "duration_minutes",
        duration_minutes={"type": "integer", "minimum": 5, "maximum": 10080},
        options={
            "type": "array",
            "minItems": 2,
            "maxItems": 4,
            "items": {"type": "string", "minLength": 1, "maxLength": 25},
        },
        reply_settings=_REPLIERS,
    ),
    quote_tweet_id=_ID_STRING,
    reply=_object(
        "in_reply_to_tweet_id",
        auto_populate_reply_metadata=_FLAG,
        exclude_reply_user_ids={"type": "array", "items": _STRING},
        in_reply_to_tweet_id=_ID_STRING,
    ),
    reply_settings=_REPLIERS,
    share_with_followers=_FLAG,
    text=_STRING,
)

_CATEGORIES = ["tweet_image", "tweet_video", "tweet_gif", "dm_image", "dm_video", "dm_gif", "subtitles"]
UPLOAD = _object(
    "media",
    "media_category",
    additional_owners=_STRING,
    media=_STRING,
    media_category={"type": "string", "enum": _CATEGORIES},
)
INITIALIZE = _object(
    additional_owners={"type": "array", "items": _ID_STRING},
    media_category={
        "type": "string",
        "enum": [
            "amplify_video", "tweet_gif", "tweet_image", "tweet_video", "dm_gif", "dm_image", "dm_video", "subtitles",
        ],
    },
    media_type={
        "type": "string",
        "enum": [
            "video/mp4", "video/webm", "video/mp2t", "video/quicktime", "text/srt", "text/vtt", "image/jpeg",
            "image/gif", "image/bmp", "image/png", "image/webp", "image/pjpeg", "image/tiff", "model/gltf-binary",
            "model/vnd.usdz+zip",
        ],
    },
    shared=_FLAG,
    total_bytes={"type": "integer", "minimum": 0, "maximum": 17179869184},
)  # fmt: skip
APPEND = _object(
    "media", "segment_index", media=_STRING, segment_index={"type": "integer", "minimum": 0, "maximum": 999}
)
_ALT_TEXT = _object("text", text={"type": "string", "maxLength": 1000})
METADATA = _object("id", id=_ID_STRING, metadata=_object(alt_text=_ALT_TEXT) | {"open": True}) | {"open": True}

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "array": list,
    "object": dict,
}


def first_fault(value: Any, schema: Schema, path: str = "$") -> tuple[str, str, Any] | None:
    """The first thing wrong with `value`: where it is, what X says of it, and what stood there. None when it is right."""
    return next(_faults(value, schema, path), None)


def _faults(value: Any, schema: Schema, path: str) -> Iterator[tuple[str, str, Any]]:
    kind = _name(value)
    if kind != schema["type"]:
        yield path, f"{path}: {kind} found, {schema['type']} expected", value
    elif kind == "object":
        yield from _object_faults(value, schema, path)
    elif kind == "array":
        yield from _array_faults(value, schema, path)
    elif kind == "string":
        yield from _string_faults(value, schema, path)
    elif kind == "integer":
        yield from _integer_faults(value, schema, path)


def _object_faults(value: dict[str, Any], schema: Schema, path: str) -> Iterator[tuple[str, str, Any]]:
    for name in schema["required"]:
        if name not in value:
            yield path, f"{path}.{name}: is missing but it is required", value
    for name, item in value.items():
        place = f"{path}.{name}"
        if name in schema["properties"]:
            yield from _faults(item, schema["properties"][name], place)
        elif not schema.get("open"):
            text = "is not defined in the schema and the schema does not allow additional properties"
            yield place, f"{place}: {text}", item


def _array_faults(value: list[Any], schema: Schema, path: str) -> Iterator[tuple[str, str, Any]]:
    least, most = schema.get("minItems", 0), schema.get("maxItems")
    if len(value) < least:
        yield path, f"{path}: there must be a minimum of {least} items in the array", value
    if most is not None and len(value) > most:
        yield path, f"{path}: there must be a maximum of {most} items in the array", value
    for number, item in enumerate(value):
        yield from _faults(item, schema["items"], f"{path}[{number}]")


def _string_faults(value: str, schema: Schema, path: str) -> Iterator[tuple[str, str, Any]]:
    if "enum" in schema and value not in schema["enum"]:
        yield path, f"{path}: does not have a value in the enumeration [{', '.join(schema['enum'])}]", value
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield path, f"{path}: does not match the regex pattern {schema['pattern']}", value
    if len(value) < schema.get("minLength", 0):
        yield path, f"{path}: must be at least {schema['minLength']} characters long", value
    if "maxLength" in schema and len(value) > schema["maxLength"]:
        yield path, f"{path}: may only be {schema['maxLength']} characters long", value


def _integer_faults(value: int, schema: Schema, path: str) -> Iterator[tuple[str, str, Any]]:
    if "minimum" in schema and value < schema["minimum"]:
        yield path, f"{path}: must have a minimum value of {schema['minimum']}", value
    if "maximum" in schema and value > schema["maximum"]:
        yield path, f"{path}: must have a maximum value of {schema['maximum']}", value


def _name(value: Any) -> str:
    """JSON's name for the kind of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return next((name for name, kind in _TYPES.items() if isinstance(value, kind)), "number")
