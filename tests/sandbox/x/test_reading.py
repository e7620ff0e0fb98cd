"""Reading back from the sandbox's X: lookups, an account's timeline, and what the public sees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.x import Limits


async def _post(api, *texts: str) -> list[str]:
    return [(await api("create_tweet", text=text)).data["id"] for text in texts]


async def test_me_says_whose_token_it_is(make):
    _, api = await make(premium=True)
    me = (await api("get_me", user_fields=["verified"])).data
    assert (me.id, me.username, me.name, me.verified) == (7, "caliber", "Caliber.Az", True)


async def test_the_timeline_is_newest_first_and_without_what_was_deleted(make):
    _, api = await make()
    ids = await _post(api, "One", "Two", "Three")
    await api("delete_tweet", ids[1])
    answer = await api("get_users_tweets", "7")
    assert [str(tweet.id) for tweet in answer.data] == [ids[2], ids[0]]
    assert answer.meta == {"result_count": 2, "newest_id": ids[2], "oldest_id": ids[0]}


async def test_the_timeline_may_show_a_post_later_than_it_is_there(make, world):
    _, api = await make(limits=Limits(shown_after=20))
    (number,) = await _post(api, "One")
    assert (await api("get_users_tweets", "7")).data is None
    assert str((await api("get_tweet", number)).data.id) == number
    world.offset = 20
    assert [str(tweet.id) for tweet in (await api("get_users_tweets", "7")).data] == [number]


async def test_the_timeline_goes_on_page_by_page(make):
    _, api = await make()
    ids = await _post(api, *[f"Number {number}" for number in range(12)])
    seen, token = [], None
    while True:
        answer = await api("get_users_tweets", "7", max_results=5, pagination_token=token)
        seen += [str(tweet.id) for tweet in answer.data]
        token = answer.meta.get("next_token")
        if token is None:
            break
    assert seen == ids[::-1]


async def test_the_timeline_begins_after_an_id_or_a_time(make, world):
    _, api = await make()
    ids = await _post(api, "One", "Two")
    later = datetime.now(UTC) + timedelta(hours=1)
    world.offset = 7200
    ids += await _post(api, "Three")
    since = await api("get_users_tweets", "7", since_id=ids[0])
    assert [str(tweet.id) for tweet in since.data] == [ids[2], ids[1]]
    started = await api("get_users_tweets", "7", start_time=later)
    assert [str(tweet.id) for tweet in started.data] == [ids[2]]
    ended = await api("get_users_tweets", "7", end_time=later, until_id=ids[1])
    assert [str(tweet.id) for tweet in ended.data] == [ids[0]]


async def test_an_empty_timeline_has_no_data(make):
    _, api = await make()
    answer = await api("get_users_tweets", "7")
    assert (answer.data, answer.meta) == (None, {"result_count": 0})


async def test_fields_come_only_when_asked_for(make):
    _, api = await make()
    await _post(api, "One https://caliber.az/a #Baku @reader")
    bare = (await api("get_users_tweets", "7")).data[0]
    assert (bare.created_at, bare.entities) == (None, None)
    fields = ["created_at", "entities", "public_metrics"]
    full = (await api("get_users_tweets", "7", tweet_fields=fields)).data[0]
    assert abs(full.created_at - datetime.now(UTC)) < timedelta(seconds=30)
    assert full.entities["hashtags"][0]["tag"] == "Baku"
    assert full.entities["mentions"][0]["username"] == "reader"
    assert full.public_metrics["like_count"] == 0


async def test_what_is_not_there_is_told_beside_what_is(make):
    _, api = await make()
    ids = await _post(api, "One")
    answer = await api("get_tweets", [ids[0], "123"], expansions=["author_id"])
    assert [str(tweet.id) for tweet in answer.data] == ids
    assert answer.errors[0]["type"] == "https://api.x.com/2/problems/resource-not-found"
    assert answer.errors[0]["detail"] == "Could not find tweet with ids: [123]."
    assert answer.includes["users"][0].username == "caliber"
    alone = await api("get_tweet", "123")
    assert (alone.data, len(alone.errors)) == (None, 1)


@pytest.mark.parametrize(
    ("method", "arguments", "words"),
    [
        ("get_users_tweets", {"id": "7", "max_results": 3}, "value [3] is not between 5 and 100"),
        ("get_users_tweets", {"id": "7", "tweet_fields": ["likes"]}, "value [likes] is not one of ["),
        ("get_users_tweets", {"id": "seven"}, "The `id` query parameter value [seven] is not valid"),
        ("get_users_tweets", {"id": "7", "start_time": "yesterday"}, "Invalid 'start_time'"),
        ("get_users_tweets", {"id": "7", "pagination_token": "???"}, "`pagination_token` query parameter value"),
        ("get_tweets", {"ids": ["a"]}, "The `ids` query parameter value [a] is not valid"),
    ],
)
async def test_a_malformed_question_is_named(make, method, arguments, words):
    _, api = await make()
    status, body = await api.refused(method, **arguments)
    assert status == 400
    assert words in body["errors"][0]["message"]


async def test_a_parameter_x_does_not_know_is_refused(make):
    _, api = await make()
    status, body = await api.refused("request", "GET", "/2/users/7/tweets", params={"count": 5})
    assert (status, body["errors"][0]["message"][:37]) == (400, "The query parameter [count] is not on")


async def test_the_public_view_shows_every_account_and_marks_what_was_deleted(make, http):
    _, api = await make()
    ids = await _post(api, "One", "Two")
    await api("delete_tweet", ids[0])
    async with http.get(f"{api.client.session.base}/control/x/posts?username=caliber") as answer:
        posts = (await answer.json())["posts"]
    assert [(post["text"], post["deleted"]) for post in posts] == [("One", True), ("Two", False)]
    async with http.get(f"{api.client.session.base}/control/x/media/1") as answer:
        assert answer.status == 404
