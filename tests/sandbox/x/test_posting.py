"""Writing and deleting posts on the sandbox's X, through the real tweepy client."""

from __future__ import annotations

import pytest

from sandbox.x import Limits

OTHER = {"access_token": "8-token", "access_secret": "other-secret"}
OTHER_KEYS = {"api_key": "app-key", "api_secret": "app-secret", **OTHER}


async def test_a_post_goes_out_is_read_back_and_deleted(make, world):
    x, api = await make()
    sent = await api("create_tweet", text="Baku: talks begin")
    assert sent.data["text"] == "Baku: talks begin"
    assert [post["text"] for post in x.posts] == ["Baku: talks begin"]
    read = await api("get_tweet", sent.data["id"], tweet_fields=["created_at", "author_id"])
    assert (read.data.author_id, read.data.edit_history_tweet_ids) == (7, [int(sent.data["id"])])
    gone = await api("delete_tweet", sent.data["id"])
    assert gone.data == {"deleted": True}
    assert x.posts[0]["deleted"] is True
    assert [(event.kind, event.place) for event in world.events] == [("sent", "caliber"), ("deleted", "caliber")]


async def test_links_become_t_co_and_keep_their_target(make):
    x, api = await make()
    url = "https://caliber.az/en/post/talks-begin-in-baku?utm_source=x&a=1"
    sent = await api("create_tweet", text=f"Talks & more {url}")
    read = await api("get_tweet", sent.data["id"], tweet_fields=["entities"])
    entity = read.data.entities["urls"][0]
    assert read.data.text == f"Talks &amp; more {entity['url']}"
    assert len(entity["url"]) == 23
    assert read.data.text[entity["start"] : entity["end"]] == entity["url"]
    assert entity["expanded_url"] == url
    assert entity["display_url"] == "caliber.az/en/post/talks-…"
    post = x.posts[0]
    assert post["text"] == "Talks & more caliber.az/en/post/talks-…"
    assert post["links"] == [{"start": 13, "end": len(post["text"]), "target": url}]
    assert post["card"] == {"url": url, "domain": "caliber.az"}


async def test_280_weighs_in_and_281_is_too_long(make):
    _, api = await make()
    await api("create_tweet", text="я" * 280)
    status, body = await api.refused("create_tweet", text="a" * 281)
    assert (status, body["title"]) == (400, "Invalid Request")
    assert body["errors"][0]["message"].startswith("Your Tweet text is too long.")
    status, _ = await api.refused("create_tweet", text="Caliber.Az " + "a" * 257)
    assert status == 400


async def test_a_premium_account_may_write_at_length(make):
    x, api = await make(premium=True)
    await api("create_tweet", text="a" * 1000)
    assert len(x.posts[0]["text"]) == 1000


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Request must include at least one of text, media, poll or quote_tweet_id."),
        ({"text": " \n"}, "Request must include at least one of text, media, poll or quote_tweet_id."),
        ({"text": 5}, "$.text: integer found, string expected"),
        (
            {"text": "a", "link": "b"},
            "$.link: is not defined in the schema and the schema does not allow additional properties",
        ),
        ({"text": "a", "media": {}}, "$.media.media_ids: is missing but it is required"),
        (
            {"text": "a", "media": {"media_ids": ["1", "2", "3", "4", "5"]}},
            "$.media.media_ids: there must be a maximum of 4 items in the array",
        ),
        ({"text": "a", "media": {"media_ids": [1]}}, "$.media.media_ids[0]: integer found, string expected"),
        (
            {"text": "a", "reply": {"in_reply_to_tweet_id": "x"}},
            "$.reply.in_reply_to_tweet_id: does not match the regex pattern ^[0-9]{1,19}$",
        ),
        ({"text": "a", "media": {"media_ids": ["123"]}}, "Your media IDs are invalid."),
        ({"text": "bad \ufffe"}, "$.text: contains invalid characters"),
    ],
)
async def test_a_malformed_request_is_named(make, body, message):
    x, api = await make()
    status, answer = await api.refused("request", "POST", "/2/tweets", json=body)
    assert (status, answer["errors"][0]["message"]) == (400, message)
    assert answer["type"] == "https://api.x.com/2/problems/invalid-request"
    assert x.posts == []


async def test_a_body_that_is_no_json_is_refused(make, http):
    x, api = await make()
    x.grant(x.accounts["7"], "token")
    url = f"{api.client.session.base}/x/2/tweets"
    async with http.post(url, data={"text": "a"}, headers={"Authorization": "Bearer token"}) as answer:
        assert answer.status == 400
        body = await answer.json()
    assert body["errors"][0]["message"] == "Requests with bodies must have content-type of application/json."


async def test_the_same_text_twice_is_refused_until_the_window_has_passed(make, world):
    _, api = await make(Limits(duplicate_window=3600))
    await api("create_tweet", text="Once")
    status, body = await api.refused("create_tweet", text="Once ")
    assert (status, body["detail"]) == (403, "You are not allowed to create a Tweet with duplicate content.")
    assert (body["title"], body["type"], body["status"]) == ("Forbidden", "about:blank", 403)
    world.offset = 3700
    await api("create_tweet", text="Once")


async def test_a_deleted_text_may_be_posted_again(make):
    _, api = await make()
    sent = await api("create_tweet", text="Once")
    await api("delete_tweet", sent.data["id"])
    await api("create_tweet", text="Once")


async def test_two_cashtags_are_one_too_many(make):
    _, api = await make()
    await api("create_tweet", text="Oil at $85, $BP falls")
    status, body = await api.refused("create_tweet", text="$BP and $SHEL fall")
    assert (status, body["detail"]) == (403, "Posts are limited to a maximum of one cashtag ($SYMBOL)")


async def test_a_thread_of_ones_own_needs_the_switch(make):
    _, api = await make()
    first = await api("create_tweet", text="One")
    status, body = await api.refused("create_tweet", text="Two", in_reply_to_tweet_id=first.data["id"])
    assert status == 403
    assert body["detail"].startswith("Reply to this conversation is not allowed because you have not been mentioned")


async def test_with_the_switch_a_thread_hangs_together(make):
    _, api = await make(Limits(self_threads=True))
    first = await api("create_tweet", text="One")
    second = await api("create_tweet", text="Two", in_reply_to_tweet_id=first.data["id"])
    read = await api("get_tweet", second.data["id"], tweet_fields=["conversation_id", "referenced_tweets"])
    assert str(read.data.conversation_id) == first.data["id"]
    assert str(read.data.referenced_tweets[0].id) == first.data["id"]


async def test_one_may_answer_and_quote_only_who_called(make, client):
    x, api = await make()
    x.add_account("8", "reader", "A Reader", **OTHER_KEYS)
    other = client(api.client.session.base, **OTHER)
    calm = (await other("create_tweet", text="Nice weather")).data["id"]
    call = (await other("create_tweet", text="Is it true, @Caliber?")).data["id"]
    assert (await api.refused("create_tweet", text="Yes", in_reply_to_tweet_id=calm))[0] == 403
    status, body = await api.refused("create_tweet", text="Look", quote_tweet_id=calm)
    assert (status, body["detail"].split(" because")[0]) == (403, "Quoting this post is not allowed")
    await api("create_tweet", text="Yes", in_reply_to_tweet_id=call)
    assert x.accounts["7"].spent == pytest.approx(0.010)


async def test_an_answer_to_what_is_gone_is_refused(make):
    _, api = await make(Limits(self_threads=True))
    status, body = await api.refused("create_tweet", text="Two", in_reply_to_tweet_id="123")
    assert (status, body["detail"]) == (
        403,
        "You attempted to reply to a Tweet that is deleted or not visible to you.",
    )


async def test_only_ones_own_posts_can_be_deleted(make, client):
    x, api = await make()
    x.add_account("8", "reader", "A Reader", **OTHER_KEYS)
    other = client(api.client.session.base, **OTHER)
    sent = await api("create_tweet", text="Mine")
    status, body = await other.refused("delete_tweet", sent.data["id"])
    assert (status, body["detail"]) == (403, "You are not authorized to delete this Tweet.")
    assert x.posts[0]["deleted"] is False


async def test_deleting_what_is_not_there_is_fine_unless_the_switch_says_404(make):
    _, api = await make()
    assert (await api("delete_tweet", "123")).data == {"deleted": True}
    _, strict = await make(Limits(missing_delete_is_404=True))
    assert (await strict.refused("delete_tweet", "123"))[0] == 404


async def test_an_edit_makes_a_new_post_in_place_of_the_old(make, world):
    x, api = await make(premium=True)
    first = (await api("create_tweet", text="Talks beginn")).data["id"]
    body = {"text": "Talks begin", "edit_options": {"previous_post_id": first}}
    second = (await api.raw("POST", "/2/tweets", json=body)).json()["data"]
    assert second["edit_history_tweet_ids"] == [first, second["id"]]
    assert [(post["text"], post["edited"]) for post in x.posts] == [("Talks begin", True)]
    world.offset = 3700
    late = {"text": "Talks begin now", "edit_options": {"previous_post_id": second["id"]}}
    assert (await api.refused("request", "POST", "/2/tweets", json=late))[0] == 403


async def test_five_edits_are_enough(make):
    x, api = await make(premium=True)
    last = (await api("create_tweet", text="Version 0")).data["id"]
    for number in range(1, 6):
        body = {"text": f"Version {number}", "edit_options": {"previous_post_id": last}}
        last = (await api.raw("POST", "/2/tweets", json=body)).json()["data"]["id"]
    body = {"text": "Version 6", "edit_options": {"previous_post_id": last}}
    assert (await api.refused("request", "POST", "/2/tweets", json=body))[0] == 403
    await api("delete_tweet", last)
    assert [(post["text"], post["deleted"]) for post in x.posts] == [("Version 5", True)]


async def test_an_account_without_premium_cannot_edit(make):
    _, api = await make()
    first = (await api("create_tweet", text="Talks beginn")).data["id"]
    body = {"text": "Talks begin", "edit_options": {"previous_post_id": first}}
    assert (await api.refused("request", "POST", "/2/tweets", json=body))[0] == 403


async def test_on_loopback_a_demo_can_have_its_links(make):
    x, api = await make(Limits(loopback_links=True))
    await api("create_tweet", text="Read http://127.0.0.1:8080/en/post/one")
    assert x.posts[0]["links"][0]["target"] == "http://127.0.0.1:8080/en/post/one"
