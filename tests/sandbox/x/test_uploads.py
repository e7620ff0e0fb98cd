"""Media on the sandbox's X: one-shot, in segments, alt text, and what is refused."""

from __future__ import annotations

import base64

import pytest
import requests

from sandbox.x import Limits


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


async def test_a_picture_with_alt_text_stands_beside_the_post(make, picture, http):
    x, api = await make()
    data = picture("PNG", 40, 30)
    media_id = await api.upload(data)
    described = {"id": media_id, "metadata": {"alt_text": {"text": "Two men shake hands"}}}
    answer = (await api.raw("POST", "/2/media/metadata", json=described)).json()
    assert answer["data"]["associated_metadata"]["alt_text"] == {"text": "Two men shake hands"}
    sent = await api("create_tweet", text="Handshake https://caliber.az/a", media_ids=[media_id])
    post = x.posts[0]
    assert post["media"] == [
        {
            "id": media_id, "type": "photo", "mime": "image/png", "alt": "Two men shake hands", "width": 40,
            "height": 30, "src": f"/control/x/media/{media_id}",
        }
    ]  # fmt: skip
    assert post["card"] is None
    assert sent.data["text"].count("https://t.co/") == 2
    async with http.get(api.client.session.base + post["media"][0]["src"]) as answer:
        assert (await answer.read(), answer.content_type) == (data, "image/png")


async def test_json_and_multipart_uploads_are_the_same(make, picture):
    _, api = await make()
    data = picture("JPEG")
    body = {"media": _encoded(data), "media_category": "tweet_image"}
    told = (await api.raw("POST", "/2/media/upload", json=body)).json()["data"]
    assert told["image"] == {"image_type": "image/jpeg", "w": 40, "h": 30}
    assert (told["size"], told["expires_after_secs"]) == (len(data), 86_400)
    assert told["media_key"] == f"3_{told['id']}"
    media_id = await api.upload(data)
    read = (await api.raw("GET", "/2/media/upload", params={"media_id": media_id})).json()["data"]
    assert read["image"] == told["image"]


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
async def test_every_kind_of_picture_x_names_is_taken(make, picture, form):
    x, api = await make()
    await api("create_tweet", media_ids=[await api.upload(picture(form))])
    assert x.posts[0]["media"][0]["mime"] == f"image/{form.lower()}"


async def test_a_file_in_segments_comes_together_in_their_order(make, picture, http):
    _, api = await make()
    data = picture("PNG", 300, 200)
    start = {"media_type": "image/png", "media_category": "tweet_image", "total_bytes": len(data)}
    media_id = (await api.raw("POST", "/2/media/upload/initialize", json=start)).json()["data"]["id"]
    path = f"/2/media/upload/{media_id}"
    for number, part in ((1, data[100:]), (0, data[:100])):
        body = {"media": _encoded(part), "segment_index": number}
        assert "expires_at" in (await api.raw("POST", f"{path}/append", json=body)).json()["data"]
    assert (await api.refused("create_tweet", media_ids=[media_id]))[0] == 400
    told = (await api.raw("POST", f"{path}/finalize")).json()["data"]
    assert told["image"]["w"] == 300
    await api("create_tweet", media_ids=[media_id])
    async with http.get(f"{api.client.session.base}/control/x/media/{media_id}") as answer:
        assert await answer.read() == data


async def test_missing_segments_do_not_add_up(make, picture):
    _, api = await make()
    start = {"media_category": "tweet_image", "total_bytes": 500}
    media_id = (await api.raw("POST", "/2/media/upload/initialize", json=start)).json()["data"]["id"]
    body = {"media": _encoded(b"abc"), "segment_index": 0}
    await api.raw("POST", f"/2/media/upload/{media_id}/append", json=body)
    status, answer = await api.refused("request", "POST", f"/2/media/upload/{media_id}/finalize")
    assert (status, answer["errors"][0]["message"]) == (400, "Segments do not add up to provided total file size.")


async def test_a_video_is_ready_only_after_a_while(make, world):
    _, api = await make()
    media_id = await api.upload(b"\x00\x00\x00\x18ftypmp42" + bytes(100), "tweet_video")
    told = (await api.raw("GET", "/2/media/upload", params={"media_id": media_id})).json()["data"]
    assert told["processing_info"]["state"] == "in_progress"
    assert (await api.refused("create_tweet", media_ids=[media_id]))[0] == 400
    world.offset = 5
    told = (await api.raw("GET", "/2/media/upload", params={"media_id": media_id})).json()["data"]
    assert told["processing_info"]["state"] == "succeeded"
    await api("create_tweet", media_ids=[media_id])


@pytest.mark.parametrize(
    ("data", "category"),
    [(b"no picture at all", "tweet_image"), (b"", "tweet_image"), (b"no video", "tweet_video")],
)
async def test_what_is_no_picture_or_video_is_refused(make, data, category):
    _, api = await make()
    body = {"media": _encoded(data), "media_category": category}
    status, answer = await api.refused("request", "POST", "/2/media/upload", json=body)
    assert (status, answer["errors"][0]["message"]) == (400, "media type unrecognized.")


async def test_a_picture_over_the_limit_is_refused(make, picture):
    data = picture("PNG")
    _, api = await make(Limits(image=len(data) - 1))
    with pytest.raises(requests.HTTPError) as caught:
        await api.upload(data)
    assert caught.value.response.json()["errors"][0]["message"] == f"File size exceeds {len(data) - 1} bytes."


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"media": "AAAA"}, "$.media_category: is missing but it is required"),
        (
            {"media": "AAAA", "media_category": "tweet_image", "media_type": "image/png"},
            "$.media_type: is not defined in the schema and the schema does not allow additional properties",
        ),
        ({"media": "***", "media_category": "tweet_image"}, "$.media: is not valid base64"),
    ],
)
async def test_a_malformed_upload_is_named(make, body, message):
    _, api = await make()
    status, answer = await api.refused("request", "POST", "/2/media/upload", json=body)
    assert (status, answer["errors"][0]["message"]) == (400, message)


async def test_media_of_another_account_or_past_their_day_are_invalid(make, world, client, picture):
    x, api = await make()
    keys = {"access_token": "8-token", "access_secret": "other"}
    x.add_account("8", "reader", "A Reader", api_key="app-key", api_secret="app-secret", **keys)
    theirs = await client(api.client.session.base, **keys).upload(picture())
    status, body = await api.refused("create_tweet", media_ids=[theirs])
    assert (status, body["errors"][0]["message"]) == (400, "Your media IDs are invalid.")
    mine = await api.upload(picture())
    world.offset = 86_500
    assert (await api.refused("create_tweet", media_ids=[mine]))[0] == 400


async def test_four_photos_go_but_a_moving_picture_goes_alone(make, picture):
    x, api = await make()
    photos = [await api.upload(picture()) for _ in range(4)]
    await api("create_tweet", media_ids=photos)
    assert len(x.posts[0]["media"]) == 4
    moving = await api.upload(picture("GIF", frames=3), "tweet_gif")
    status, body = await api.refused("create_tweet", media_ids=[photos[0], moving])
    assert (status, body["errors"][0]["message"].split(",")[0]) == (400, "A Tweet can have up to four photos")


async def test_alt_text_over_1000_characters_is_refused(make, picture):
    _, api = await make()
    body = {"id": await api.upload(picture()), "metadata": {"alt_text": {"text": "a" * 1001}}}
    status, answer = await api.refused("request", "POST", "/2/media/metadata", json=body)
    assert status == 400
    assert answer["errors"][0]["message"].endswith("may only be 1000 characters long")


async def test_alt_text_for_what_is_not_there_is_refused(make):
    _, api = await make()
    body = {"id": "123", "metadata": {"alt_text": {"text": "a"}}}
    status, answer = await api.refused("request", "POST", "/2/media/metadata", json=body)
    assert (status, answer["errors"][0]["message"]) == (400, "BadRequest: Not found")
