"""Calls of sites: who is believed, and what they bring."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from multidict import CIMultiDict

from newswire.article import Image
from newswire.source import Memory, Source
from sources import hook

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SECRET = "made up"
SITE = Source(name="wire", url="https://news.example/rss.xml", kind="hook", edition="en")

GHOST = {
    "id": "67447438e61fb200012f48e0",
    "url": "https://news.example/port-opens/",
    "title": "Port <opens> VIDEO",
    "html": "<p>The port has opened.</p><p>Ships &amp; ferries come.</p>",
    "status": "published",
    "visibility": "public",
    "custom_excerpt": None,
    "feature_image": "/content/images/1.jpg",
    "feature_image_alt": "A crane",
    "feature_image_caption": "<span>A crane at work</span>",
    "published_at": "2026-11-24T11:59:00.000Z",
    "updated_at": "2026-11-24T11:59:30.000Z",
    "authors": [{"name": "Anna Ray", "email": "anna@news.example"}, {"name": "Ben Low"}],
    "tags": [{"name": "Ports"}, {"name": "#hidden"}],
}


def mac(message, secret=SECRET, method="sha256"):
    return f"{method}=" + hmac.new(secret.encode(), message, getattr(hashlib, method)).hexdigest()


def call(body, headers=None, *, secret=SECRET, now=NOW):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return hook.receive(SITE, Memory(), data, CIMultiDict(headers or {}), secret=secret, now=now)


def ghost(current, previous=None, *, at=NOW, with_time=True, secret=SECRET):
    body = json.dumps({"post": {"current": current, "previous": previous or {}}}).encode()
    stamp = str(int(at.timestamp() * 1000))
    signature = mac(body + stamp.encode() if with_time else body, secret)
    return call(body, {"x-ghost-signature": f"{signature}, t={stamp}"})


# Ghost


@pytest.mark.parametrize("with_time", [True, False])
def test_what_ghost_publishes_is_an_article(with_time):
    heard = ghost(GHOST, {"status": "draft"}, with_time=with_time)
    (article,) = heard.sight.articles
    assert (heard.status, article.url, article.title, article.flags) == (
        202,
        "https://news.example/port-opens/",
        "Port <opens>",
        ("video",),
    )
    assert (article.lead, article.body) == ("The port has opened.", "The port has opened.\n\nShips & ferries come.")
    assert (article.author, article.categories) == ("Anna Ray, Ben Low", ("Ports",))
    assert article.images == (
        Image(url="https://news.example/content/images/1.jpg", alt="A crane", caption="A crane at work"),
    )
    assert article.published_at == NOW - timedelta(minutes=1)


def test_what_is_for_members_keeps_its_text_to_itself():
    (article,) = ghost(GHOST | {"visibility": "paid", "custom_excerpt": "For all."}).sight.articles
    assert (article.lead, article.body) == ("For all.", "")


@pytest.mark.parametrize(
    ("current", "previous"),
    [(GHOST | {"status": "draft"}, {"status": "published"}), ({}, GHOST)],
)
def test_what_ghost_unpublishes_or_deletes_is_gone(current, previous):
    sight = ghost(current, previous).sight
    assert (sight.articles, sight.gone) == ((), ("https://news.example/port-opens/",))


@pytest.mark.parametrize("current", [{}, {"status": "draft", "url": GHOST["url"]}, {"title": "x"}])
def test_drafts_are_nobodys_business(current):
    heard = ghost(current)
    assert (heard.status, heard.sight, heard.look) == (202, None, False)


def test_an_old_call_of_ghost_and_one_with_another_secret_are_refused():
    assert ghost(GHOST, at=NOW - timedelta(minutes=6)).status == 401
    assert ghost(GHOST, at=NOW + timedelta(minutes=6)).status == 401
    assert ghost(GHOST, secret="another").status == 401


# Anybody


def test_our_own_form_signs_the_time_as_well():
    body, stamp = b'{"url": "/a", "event": "published", "title": "Port opens"}', str(int(NOW.timestamp()))
    headers = {"X-Newswire-Timestamp": stamp, "X-Newswire-Signature": mac(stamp.encode() + b"." + body)}
    (article,) = call(body, headers).sight.articles
    assert (article.url, article.title, article.edition) == ("https://news.example/a", "Port opens", "en")
    assert call(body, headers, now=NOW + timedelta(minutes=6)).status == 401
    assert call(body, headers | {"X-Newswire-Timestamp": "9" * 20}).status == 401
    assert call(body, {"X-Newswire-Signature": mac(body)}).status == 401


@pytest.mark.parametrize("name", hook.SIGNATURES)
@pytest.mark.parametrize("bare", [True, False])
def test_a_signature_over_the_body_alone_is_believed_under_its_usual_names(name, bare):
    body = b'{"url": "https://news.example/a"}'
    signature = mac(body).removeprefix("sha256=") if bare else mac(body)
    (article,) = call(body, {name: signature}).sight.articles
    assert (article.url, article.title) == ("https://news.example/a", "")


@pytest.mark.parametrize("event", ["deleted", "unpublished", "withdrawn"])
def test_a_withdrawal_is_told(event):
    body = json.dumps({"url": "/a", "event": event}).encode()
    assert call(body, {"X-Signature": mac(body)}).sight.gone == ("https://news.example/a",)


def test_a_signed_call_that_says_nothing_is_a_reason_to_look():
    for body in (b"", b"{}", b'{"event": "published"}'):
        heard = call(body, {"X-Signature": mac(body)})
        assert (heard.status, heard.sight, heard.look) == (202, None, True)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Signature": ""},
        {"X-Signature": mac(b"other")},
        {"X-Signature": mac(b"{}", method="sha1")},
        {"X-Ghost-Signature": "sha256=, t=1"},
        {"X-Ghost-Signature": mac(b"{}")},
    ],
)
def test_nobody_else_is_believed(headers):
    heard = call(b"{}", headers)
    assert (heard.status, heard.sight, heard.look) == (401, None, False)


def test_without_a_secret_nobody_is_believed():
    assert call(b"{}", {"X-Signature": mac(b"{}", "")}, secret="").status == 401


@pytest.mark.parametrize("body", [b"[]", b"not json", b"[" * 100_000, b'"x"', b"\xff"])
def test_a_signed_call_that_is_no_event_is_refused(body):
    assert call(body, {"X-Signature": mac(body)}).status == 400


def test_an_address_of_another_site_is_refused():
    for event in ({"url": "https://evil.example/a"}, {"url": "https://evil.example/a", "event": "deleted"}):
        body = json.dumps(event).encode()
        assert call(body, {"X-Signature": mac(body)}).status == 400


# WordPress' pings


def ping(method, *values):
    said = "".join(f"<param><value><string>{value}</string></value></param>" for value in values)
    return f'<?xml version="1.0"?><methodCall><methodName>{method}</methodName><params>{said}</params></methodCall>'.encode()


@pytest.mark.parametrize(
    "body",
    [
        ping("weblogUpdates.ping", "Site", "https://news.example/"),
        ping("weblogUpdates.extendedPing", "Site", "https://www.news.example", "", "https://news.example/feed/"),
        ping("pingback.ping", "https://news.example/a", "https://newsroom.example/"),
        ping("weblogUpdates.ping", "Site", "https://news.example/")
        .replace(b"<string>", b"")
        .replace(b"</string>", b""),
    ],
)
def test_a_ping_of_the_site_is_a_reason_to_look_and_no_more(body):
    heard = call(body)
    assert (heard.status, heard.sight, heard.look) == (200, None, True)


@pytest.mark.parametrize(
    "body",
    [
        ping("weblogUpdates.ping", "Site", "https://evil.example/"),
        ping("system.listMethods", "https://news.example/"),
        ping("weblogUpdates.ping", "Site", "https://news.example/")[:-20],
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><methodCall><methodName>&a;</methodName></methodCall>',
        b"<methodCall>" * 100_000,
    ],
)
def test_a_ping_of_somebody_else_is_nothing(body):
    assert call(body).status == 401


async def test_looks_are_a_slow_fall_back(site, fetcher):
    url = site.put(
        "/feed", "<rss><channel><item><title>A</title><link>https://n.example/a</link></item></channel></rss>"
    )
    source = Source(name="wire", url=url, kind="hook", poll_seconds=120)
    sight = await hook.poll(fetcher, source, Memory(), now=NOW)
    assert len(sight.articles) == 1
    assert sight.next_at == NOW + timedelta(minutes=20)
