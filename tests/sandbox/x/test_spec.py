"""The sandbox's X held against X's own published description."""

from __future__ import annotations

import base64
import os
from typing import Any

import pytest

from sandbox.x import Call, Limits
from sandbox.x.schema import APPEND, CREATE, INITIALIZE, METADATA, UPLOAD, Schema
from sandbox.x.spec import Spec
from sandbox.x.visit import MEDIA_FIELDS, TWEET_FIELDS, USER_FIELDS

FOLDER = os.environ.get("NEWSWIRE_SPECS", "")
KEPT = ("type", "enum", "pattern", "minItems", "maxItems", "minimum", "maximum", "minLength", "maxLength")


@pytest.fixture(scope="module")
def spec() -> Spec:
    if not FOLDER:
        pytest.skip("NEWSWIRE_SPECS names no folder with the platforms' own descriptions")
    return Spec.read(FOLDER)


def _ours(schema: Schema) -> Any:
    kept: dict[str, Any] = {name: schema[name] for name in KEPT if name in schema}
    if "properties" in schema:
        kept |= {"required": sorted(schema["required"])}
        kept |= {"properties": {name: _ours(item) for name, item in schema["properties"].items()}}
    if "items" in schema:
        kept["items"] = _ours(schema["items"])
    return kept


def _theirs(spec: Spec, schema: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _theirs(spec, spec.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in schema:
        return {"type": "string"}
    kept: dict[str, Any] = {name: schema[name] for name in KEPT if name in schema}
    if "properties" in schema:
        kept |= {"required": sorted(schema.get("required", []))}
        kept |= {"properties": {name: _theirs(spec, item) for name, item in schema["properties"].items()}}
    if "items" in schema:
        kept["items"] = _theirs(spec, schema["items"])
    return kept


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        (CREATE, "CreatePostsRequest"),
        (UPLOAD, "MediaUploadRequest"),
        (INITIALIZE, "InitializeMediaUploadRequest"),
        (APPEND, "AppendMediaUploadRequest"),
    ],
)
def test_the_sandbox_takes_exactly_the_bodies_x_describes(spec, schema, name):
    described = spec.document["components"]["schemas"][name]
    assert described["additionalProperties"] is False
    assert _ours(schema) == _theirs(spec, described)


def test_alt_text_has_x_s_limits(spec):
    described = spec.document["components"]["schemas"]["CreateMediaMetadataMetadataAltText"]
    assert _ours(METADATA["properties"]["metadata"]["properties"]["alt_text"]) == _theirs(spec, described)


@pytest.mark.parametrize(("name", "ours"), [("UserFields", USER_FIELDS), ("MediaFields", MEDIA_FIELDS)])
def test_the_fields_one_may_ask_for_are_x_s(spec, name, ours):
    assert ours == set(spec.document["components"]["parameters"][f"{name}Parameter"]["schema"]["items"]["enum"])


async def test_every_call_and_answer_is_as_x_describes(make, spec, picture):
    x, api = await make(Limits(self_threads=True), premium=True)
    media_id = await api.upload(picture())
    encoded = base64.b64encode(picture()).decode()
    await api.raw("POST", "/2/media/upload", json={"media": encoded, "media_category": "tweet_image"})
    started = await api.raw("POST", "/2/media/upload/initialize", json={"media_category": "tweet_image"})
    path = f"/2/media/upload/{started.json()['data']['id']}"
    await api.raw("POST", f"{path}/append", json={"media": encoded, "segment_index": 0})
    await api.raw("POST", f"{path}/finalize")
    await api.raw("GET", "/2/media/upload", params={"media_id": media_id, "command": "STATUS"})
    await api.raw("POST", "/2/media/metadata", json={"id": media_id, "metadata": {"alt_text": {"text": "A hand"}}})
    text = "Talks https://caliber.az/a #Baku @reader $BP"
    sent = (await api("create_tweet", text=text, media_ids=[media_id])).data["id"]
    await api("create_tweet", text="More", in_reply_to_tweet_id=sent)
    asked = {
        "tweet_fields": sorted(TWEET_FIELDS),
        "user_fields": sorted(USER_FIELDS),
        "media_fields": sorted(MEDIA_FIELDS),
        "expansions": ["author_id", "attachments.media_keys"],
    }
    await api("get_tweet", sent, **asked)
    await api("get_tweets", [sent, "123"], **{name: value for name, value in asked.items() if "fields" not in name})
    await api("get_users_tweets", "7", max_results=5, since_id="1")
    await api("get_me")
    await api("delete_tweet", sent)
    await api.refused("create_tweet", text="More")
    await api.refused("create_tweet", text="a" * 30_000)
    x.accounts["7"].credits = 0.0
    await api.refused("create_tweet", text="No money")
    faults = [fault for call in x.calls for fault in spec.faults(call)]
    assert {call.name for call in x.calls} >= {"create", "delete", "post", "lookup", "me", "posts", "upload", "append"}
    assert faults == []


def test_the_check_names_what_is_wrong(spec):
    call = Call(
        at=0.0, name="create", method="POST", operation="/2/tweets", path="/2/tweets", query={"a": "b"},
        content_type="application/json", body={"text": 1, "extra": 2}, status=201, answer={"data": {"id": "x"}},
    )  # fmt: skip
    found = " | ".join(spec.faults(call))
    for words in ("no parameter a", "body.text: 1 is not of type", "'extra' was unexpected", "'text' is a required"):
        assert words in found
    lost = Call(at=0.0, name="?", method="PUT", operation="/2/x", path="", query={}, content_type="", body=None)
    assert spec.faults(lost) == ["X has no PUT /2/x"]
