"""Who may enter the sandbox's X, how often, for how much, and what goes wrong on order."""

from __future__ import annotations

import time

import pytest
import requests
import tweepy
from oauthlib import oauth1

from sandbox.faults import Fault
from sandbox.x import DAY, RATES, Limits, Rate, Rates

UNAUTHORIZED = {"title": "Unauthorized", "detail": "Unauthorized", "type": "about:blank", "status": 401}


@pytest.mark.parametrize(
    "wrong",
    [{"api_key": "x"}, {"api_secret": "x"}, {"access_token": "x"}, {"access_secret": "x"}],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_a_wrong_key_opens_nothing(make, client, wrong):
    x, api = await make()
    stranger = client(api.client.session.base, **wrong)
    assert await stranger.refused("create_tweet", text="Hello") == (401, UNAUTHORIZED)
    assert x.posts == []


async def test_no_key_opens_nothing(make, http):
    _, api = await make()
    async with http.get(f"{api.client.session.base}/x/2/users/me") as answer:
        assert (answer.status, answer.content_type) == (401, "application/problem+json")
        assert await answer.json() == UNAUTHORIZED


async def test_a_signature_covers_the_query_and_serves_once(make, http):
    _, api = await make()
    auth = tweepy.OAuth1UserHandler("app-key", "app-secret", "7-token", "token-secret").apply_auth()
    base = f"{api.client.session.base}/x/2/users/me"
    signed = requests.Request("GET", f"{base}?user.fields=url", auth=auth).prepare()
    headers = {"Authorization": signed.headers["Authorization"]}
    if isinstance(headers["Authorization"], bytes):
        headers["Authorization"] = headers["Authorization"].decode()
    statuses = []
    for url in (f"{base}?user.fields=name", signed.url, signed.url):
        async with http.get(url, headers=headers) as answer:
            statuses.append(answer.status)
    assert statuses == [401, 200, 401]


async def test_a_signature_of_six_minutes_ago_is_stale(make, http):
    _, api = await make()
    signer = oauth1.Client("app-key", "app-secret", "7-token", "token-secret", timestamp=str(int(time.time()) - 360))
    url, headers, _ = signer.sign(f"{api.client.session.base}/x/2/users/me")
    async with http.get(url, headers=headers) as answer:
        assert answer.status == 401


async def test_moving_the_sandbox_s_time_does_not_spoil_signatures(make, world):
    _, api = await make()
    world.offset = 10 * DAY
    assert (await api("get_me")).data.username == "caliber"


async def test_an_oauth_2_token_serves_within_its_scopes_and_time(make, client, world):
    x, api = await make()
    x.grant(x.accounts["7"], "full")
    x.grant(x.accounts["7"], "reader", scopes=frozenset({"tweet.read", "users.read"}))
    base = api.client.session.base
    full, reader = client(base, bearer="full"), client(base, bearer="reader")
    await full("create_tweet", text="By token")
    assert (await reader("get_me")).data.username == "caliber"
    assert (await reader.refused("create_tweet", text="No"))[0] == 403
    assert (await client(base, bearer="nobody").refused("get_me"))[0] == 401
    world.offset = 7300
    assert (await full.refused("get_me"))[0] == 401


async def test_an_app_that_may_only_read_cannot_post(make):
    _, api = await make(permissions="read")
    assert (await api("get_me")).data.username == "caliber"
    status, body = await api.refused("create_tweet", text="No")
    assert (status, body["type"]) == (403, "https://api.x.com/2/problems/oauth1-permissions")
    assert body["detail"].startswith("Your client app is not configured with the appropriate oauth1 app permissions")


async def test_a_suspended_account_is_told_so(make):
    x, api = await make()
    x.accounts["7"].suspended = True
    status, body = await api.refused("get_me")
    assert (status, body["detail"]) == (
        403,
        "Your account is suspended and is not permitted to access this feature.",
    )


async def test_every_call_has_its_price(make):
    x, api = await make(credits=1.0)
    account = x.accounts["7"]
    plain = (await api("create_tweet", text="No link")).data["id"]
    assert account.spent == pytest.approx(0.015)
    await api("create_tweet", text="A link: Caliber.Az")
    assert account.spent == pytest.approx(0.215)
    await api("get_users_tweets", "7")
    await api("get_users_tweets", "7")
    assert account.spent == pytest.approx(0.217)
    await api("delete_tweet", plain)
    assert account.spent == pytest.approx(0.227)
    assert account.credits == pytest.approx(1.0 - 0.227)


async def test_without_credits_nothing_goes(make):
    x, api = await make(credits=0.1)
    status, body = await api.refused("create_tweet", text="https://caliber.az/a")
    assert (status, body["title"]) == (402, "CreditsDepleted")
    assert body["detail"] == "Your enrolled account [7] does not have any credits to fulfill this request."
    await api("create_tweet", text="No link")
    assert [post["text"] for post in x.posts] == ["No link"]


async def test_the_month_s_cap_is_a_429_that_no_reset_lifts(make):
    x, api = await make()
    x.accounts["7"].capped = True
    status, body = await api.refused("get_users_tweets", "7")
    assert (status, body["title"]) == (429, "UsageCapExceeded")
    assert body["type"] == "https://api.x.com/2/problems/usage-capped"


async def test_the_rates_are_on_every_answer_and_100_posts_are_enough(make, world):
    rates = {**RATES, "create": Rates(user=Rate(2), app=Rate(3, DAY))}
    _, api = await make(Limits(rates=rates))
    answer = await api.raw("POST", "/2/tweets", json={"text": "One"})
    assert (answer.headers["x-rate-limit-limit"], answer.headers["x-rate-limit-remaining"]) == ("2", "1")
    assert 895 <= int(answer.headers["x-rate-limit-reset"]) - time.time() <= 902
    assert answer.headers["x-app-limit-24hour-remaining"] == "2"
    await api.refused("create_tweet", text="One")
    with pytest.raises(tweepy.TooManyRequests) as caught:
        await api("create_tweet", text="Two")
    assert caught.value.response.json()["title"] == "Too Many Requests"
    assert caught.value.reset_time - time.time() > 890
    world.offset = 1000
    assert (await api.refused("create_tweet", text="Two"))[0] == 429, "the app's day is still full"


def test_the_rates_are_those_of_the_docs():
    user = {name: (rates.user.calls, rates.user.seconds) for name, rates in RATES.items()}
    assert user["create"] == (100, 900)
    assert user["delete"] == (50, 900)
    assert user["posts"] == (900, 900)
    assert user["upload"] == (500, 900)
    assert RATES["create"].app == Rate(10_000, DAY)


async def test_a_dropped_answer_leaves_the_post_there(make, world):
    x, api = await make()
    world.faults.add(Fault(platform="x", kind="drop", method="create"))
    with pytest.raises(requests.ConnectionError):
        await api("create_tweet", text="Is it out?")
    assert [post["text"] for post in x.posts] == ["Is it out?"]
    status, body = await api.refused("create_tweet", text="Is it out?")
    assert (status, body["detail"]) == (403, "You are not allowed to create a Tweet with duplicate content.")


async def test_a_reset_takes_nothing(make, world):
    x, api = await make()
    world.faults.add(Fault(platform="x", kind="reset", method="create"))
    with pytest.raises(requests.ConnectionError):
        await api("create_tweet", text="Is it out?")
    assert x.posts == []
    assert [(call.name, call.status) for call in x.calls] == [("create", 0)]


@pytest.mark.parametrize(
    ("status", "title"), [(503, "Service Unavailable"), (402, "CreditsDepleted"), (403, "Forbidden")]
)
async def test_errors_on_order_have_x_s_form(make, world, status, title):
    x, api = await make()
    world.faults.add(Fault(platform="x", kind="error", method="create", status=status))
    assert await api.refused("create_tweet", text="No") == (status, x.calls[-1].answer)
    assert x.calls[-1].answer["title"] == title
    assert x.posts == []


async def test_an_error_after_the_fact_leaves_the_post_there(make, world):
    x, api = await make()
    world.faults.add(Fault(platform="x", kind="error_after", method="create", status=500))
    assert (await api.refused("create_tweet", text="It is out"))[0] == 500
    assert len(x.posts) == 1


async def test_a_flood_says_when_it_ends(make, world):
    _, api = await make()
    world.faults.add(Fault(platform="x", kind="flood", method="create", seconds=60))
    world.faults.add(Fault(platform="x", kind="flood", method="create"))
    with pytest.raises(tweepy.TooManyRequests) as caught:
        await api("create_tweet", text="No")
    assert 55 <= caught.value.reset_time - time.time() <= 60
    with pytest.raises(tweepy.TooManyRequests) as caught:
        await api("create_tweet", text="No")
    assert caught.value.reset_time is None


async def test_calls_are_remembered_up_to_a_number(world, serve, client):
    from sandbox.x import X  # noqa: PLC0415 - only here a stand-in is made by hand

    x = X(world, remembered_calls=2)
    x.add_account(
        "7", "caliber", "C", api_key="app-key", api_secret="app-secret", access_token="7-token",
        access_secret="token-secret",
    )  # fmt: skip
    api = client(await serve(x))
    for text in ("One", "Two", "Three"):
        await api("create_tweet", text=text)
    assert [call.body for call in x.calls] == [{"text": "Two"}, {"text": "Three"}]
    assert {(call.method, call.operation, call.status, call.username) for call in x.calls} == {
        ("POST", "/2/tweets", 201, "caliber")
    }
