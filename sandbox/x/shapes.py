"""How X shows things: posts with t.co links and entities, users, media; and the same post as a reader sees it."""

from __future__ import annotations

import hashlib
import html
import re
from typing import Any
from urllib.parse import urlsplit

from sandbox.x.state import Account, Medium, Tweet, iso

_SHOWN_PATH = 15
_SYMBOLS = (
    ("hashtags", "tag", re.compile(r"(?<![\w&/])[#\uff03](\w*[^\W\d_]\w*)")),
    ("mentions", "username", re.compile(r"(?<![A-Za-z0-9_!#$%&*@\uff20])[@\uff20]([A-Za-z0-9_]{1,15})(?![\w@])")),
    ("cashtags", "tag", re.compile(r"(?:^|(?<=\s))\$([A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?)(?=$|[^\w$])")),
)
CASHTAG = _SYMBOLS[2][2]
_METRICS = ("repost_count", "retweet_count", "reply_count", "like_count", "quote_count", "bookmark_count")

_USER_METRICS = ("followers_count", "following_count", "tweet_count", "post_count", "listed_count")


def short_link(url: str, salt: str = "") -> str:
    """The t.co address that stands for `url`: 23 characters, the same each time."""
    return f"https://t.co/{hashlib.sha256(f'{salt} {url}'.encode()).hexdigest()[:10]}"


def expanded(url: str) -> str:
    """Where a link leads: X puts http:// before a bare domain."""
    return url if url.lower().startswith(("http://", "https://")) else f"http://{url}"


def shown_link(url: str) -> str:
    """A link as readers see it: host and the beginning of the path."""
    bare = url.split("://", 1)[-1].removeprefix("www.").rstrip("/") or url
    host, slash, path = bare.partition("/")
    rest = slash + path
    return host + (rest if len(rest) <= _SHOWN_PATH else f"{rest[:_SHOWN_PATH]}…")


def address(tweet: Tweet) -> str:
    """Where readers find a post."""
    return f"https://x.com/{tweet.author.username}/status/{tweet.id}"


def post(tweet: Tweet, fields: set[str]) -> dict[str, Any]:
    """A post in an answer: id, text and edit history always, the rest where `fields` asks for it."""
    text, entities = _text_and_entities(tweet)
    everything: dict[str, Any] = {
        "author_id": tweet.author.id,
        "conversation_id": tweet.conversation,
        "created_at": iso(tweet.at),
        "entities": entities or None,
        "attachments": {"media_keys": [medium.key for medium in tweet.media]} if tweet.media else None,
        "public_metrics": dict.fromkeys((*_METRICS, "impression_count"), 0),
        "referenced_tweets": _references(tweet) or None,
        "referenced_posts": _references(tweet) or None,
        "reply_settings": tweet.reply_settings,
        "lang": "und",
        "possibly_sensitive": False,
        "in_reply_to_user_id": tweet.reply_to_user or None,
    }
    history = list(tweet.history)
    always = {"id": tweet.id, "text": text, "edit_history_tweet_ids": history, "edit_history_post_ids": history}
    return always | {name: value for name, value in everything.items() if name in fields and value is not None}


def user(account: Account, fields: set[str]) -> dict[str, Any]:
    """A user in an answer: id, name and username always."""
    everything: dict[str, Any] = {
        "created_at": iso(account.created_at),
        "description": "",
        "protected": False,
        "verified": account.premium,
        "verified_type": "blue" if account.premium else "none",
        "public_metrics": dict.fromkeys(_USER_METRICS, 0),
        "url": "",
    }
    always = {"id": account.id, "name": account.name, "username": account.username}
    return always | {name: value for name, value in everything.items() if name in fields}


def medium(item: Medium, fields: set[str]) -> dict[str, Any]:
    """A medium among the `includes` of an answer."""
    everything = {
        "url": f"https://pbs.twimg.com/media/{item.id}",
        "width": item.width,
        "height": item.height,
        "alt_text": item.alt,
    }
    return {"media_key": item.key, "type": item.kind} | {
        name: value for name, value in everything.items() if name in fields and value != ""
    }


def as_read(tweet: Tweet) -> dict[str, Any]:
    """A post as the public reads it, for the sandbox's page and for tests. Offsets are code points of `text`."""
    text, links, place = "", [], 0
    for link in tweet.links:
        text += tweet.text[place : link.start]
        shown = shown_link(link.url)
        links.append({"start": len(text), "end": len(text) + len(shown), "target": expanded(link.url)})
        text += shown
        place = link.end
    return {
        "id": tweet.id,
        "username": tweet.author.username,
        "name": tweet.author.name,
        "url": address(tweet),
        "at": iso(tweet.at),
        "text": text + tweet.text[place:],
        "links": links,
        "media": [_picture(item) for item in tweet.media],
        "card": _card(tweet),
        "reply_to": tweet.reply_to,
        "edited": len(tweet.history) > 1,
        "deleted": tweet.deleted,
    }


def _picture(item: Medium) -> dict[str, Any]:
    return {
        "id": item.id,
        "type": item.kind,
        "mime": item.mime,
        "alt": item.alt,
        "width": item.width,
        "height": item.height,
        "src": f"/control/x/media/{item.id}",
    }


def _card(tweet: Tweet) -> dict[str, str] | None:
    """The card of the last link, which X draws only where there are no media."""
    if tweet.media or not tweet.links:
        return None
    target = expanded(tweet.links[-1].url)
    return {"url": target, "domain": urlsplit(target).netloc.removeprefix("www.")}


def _references(tweet: Tweet) -> list[dict[str, str]]:
    found = [("replied_to", tweet.reply_to), ("quoted", tweet.quoted)]
    return [{"type": kind, "id": target} for kind, target in found if target]


def _text_and_entities(tweet: Tweet) -> tuple[str, dict[str, Any]]:
    """The text as the API gives it (t.co links, `& < >` as HTML entities), and what stands where in it."""
    text, urls, place = "", [], 0
    for link in tweet.links:
        text += html.escape(tweet.text[place : link.start], quote=False)
        short = short_link(link.url)
        urls.append(_url_entity(len(text), short, expanded(link.url), shown_link(link.url)))
        text += short
        place = link.end
    text += html.escape(tweet.text[place:], quote=False)
    entities = _symbols(text)
    if tweet.media:
        text += " " if text else ""
        short = short_link("media", tweet.id)
        kind = "video" if tweet.media[0].kind == "video" else "photo"
        picture = f"{address(tweet)}/{kind}/1"
        for item in tweet.media:
            entity = _url_entity(len(text), short, picture, f"pic.x.com/{short[-10:]}")
            urls.append(entity | {"media_key": item.key})
        text += short
    return text, entities | ({"urls": urls} if urls else {})


def _url_entity(start: int, short: str, target: str, shown: str) -> dict[str, Any]:
    return {
        "start": start,
        "end": start + len(short),
        "url": short,
        "expanded_url": target,
        "display_url": shown,
    }


def _symbols(text: str) -> dict[str, Any]:
    found = {
        kind: [{"start": m.start(), "end": m.end(), name: m[1]} for m in pattern.finditer(text)]
        for kind, name, pattern in _SYMBOLS
    }
    return {kind: items for kind, items in found.items() if items}
