"""Writing a post: every rule that stands between a request and a post the public can read."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from typing import Any

from sandbox.x import refusals, shapes
from sandbox.x.limits import Limits
from sandbox.x.refusals import invalid, plain
from sandbox.x.schema import CREATE
from sandbox.x.state import Account, Ids, Medium, Tweet
from sandbox.x.uploads import Answer, Uploads
from sandbox.x.visit import Visit
from sandbox.x.weight import find_links, has_forbidden, weigh

_NOT_CARRIED = (
    "card_uri", "community_id", "direct_message_deep_link", "for_super_followers_only", "geo", "nullcast", "poll",
    "share_with_followers",
)  # fmt: skip
"""Fields that X takes and this stand-in does not show: it refuses them, so that no one relies on them."""


class Posting:
    """The posts of all accounts, and the rules for new ones. `tell` hears of each change: kind, post."""

    def __init__(
        self,
        limits: Limits,
        ids: Ids,
        uploads: Uploads,
        charge: Callable[[Visit, float], None],
        tell: Callable[[str, Tweet], None],
    ) -> None:
        self.limits = limits
        self.ids = ids
        self.uploads = uploads
        self.charge = charge
        self.tell = tell
        self.tweets: dict[str, Tweet] = {}

    def create(self, visit: Visit) -> Answer:
        """POST /2/tweets."""
        wanted = visit.json(CREATE)
        if any(name in wanted for name in _NOT_CARRIED):
            raise plain(403, refusals.NOT_PERMITTED)
        account = visit.account
        text = unicodedata.normalize("NFC", wanted.get("text", "")).strip()
        media = self._media(wanted.get("media", {}).get("media_ids", []), account, visit.now)
        self._check_text(text, account, empty_is_fine=bool(media or "quote_tweet_id" in wanted))
        former = self._former(wanted.get("edit_options", {}).get("previous_post_id", ""), account, visit.now)
        target, summoned = self._reply_target(wanted.get("reply", {}).get("in_reply_to_tweet_id", ""), account)
        self._check_quote(wanted.get("quote_tweet_id", ""), account)
        self._check_duplicate(text, account, visit.now)
        links = tuple(find_links(text, loopback=self.limits.loopback_links))
        self.charge(visit, self._price(has_link=bool(links), summoned=summoned))
        number = self.ids.next(visit.now)
        tweet = Tweet(
            id=number,
            author=account,
            text=text,
            at=visit.now,
            links=links,
            media=media,
            reply_to=target.id if target else "",
            reply_to_user=target.author.id if target else "",
            quoted=wanted.get("quote_tweet_id", ""),
            conversation=target.conversation if target else number,
            history=(*(former.history if former else ()), number),
            reply_settings=wanted.get("reply_settings", "everyone"),
        )
        if former:
            former.replaced = True
        self.tweets[number] = tweet
        self.tell("edited" if former else "sent", tweet)
        return 201, {"data": shapes.post(tweet, set())}

    def delete(self, visit: Visit) -> Answer:
        """DELETE /2/tweets/:id. Any version of an edited post takes all of them along."""
        tweet = self.tweets.get(visit.id())
        if tweet is None or tweet.deleted:
            if self.limits.missing_delete_is_404:
                raise plain(404)
            return 200, {"data": {"deleted": True}}
        if tweet.author.id != visit.account.id:
            raise plain(403, refusals.NOT_YOURS)
        self.charge(visit, self.limits.prices.delete)
        for version in self.tweets.values():
            if tweet.history[0] in version.history:
                version.deleted = True
        self.tell("deleted", tweet)
        return 200, {"data": {"deleted": True}}

    def _check_text(self, text: str, account: Account, *, empty_is_fine: bool) -> None:
        if not text and not empty_is_fine:
            raise invalid(refusals.EMPTY)
        limit = self.limits.long_text if account.premium else self.limits.text
        if len(text) > self.limits.long_text or weigh(text, loopback=self.limits.loopback_links) > limit:
            raise invalid(refusals.TOO_LONG)
        if has_forbidden(text):
            raise invalid("$.text: contains invalid characters")
        if len(shapes.CASHTAG.findall(text)) > 1:
            raise plain(403, refusals.CASHTAGS)

    def _media(self, wanted: list[str], account: Account, now: float) -> tuple[Medium, ...]:
        media = [self.uploads.usable(media_id, account.id, now) for media_id in wanted]
        found = tuple(medium for medium in media if medium is not None)
        if len(found) < len(wanted) or len(set(wanted)) < len(wanted):
            raise invalid(refusals.MEDIA_IDS, **{"media.media_ids": [json.dumps(wanted)]})
        if len(found) > 1 and any(medium.kind != "photo" for medium in found):
            raise invalid(refusals.MIXED_MEDIA, **{"media.media_ids": [json.dumps(wanted)]})
        return found

    def _former(self, wanted: str, account: Account, now: float) -> Tweet | None:
        """The post that is to be replaced by this one, if it may be."""
        if not wanted:
            return None
        former = self.tweets.get(wanted)
        if former is None or not former.visible or former.author.id != account.id or not account.premium:
            raise plain(403, refusals.NOT_PERMITTED)
        first = self.tweets[former.history[0]]
        if len(former.history) > self.limits.edits or now > first.at + self.limits.edit_window:
            raise plain(403, refusals.NOT_PERMITTED)
        return former

    def _reply_target(self, wanted: str, account: Account) -> tuple[Tweet | None, bool]:
        """The post that is replied to, and whether its author called for the reply."""
        if not wanted:
            return None, False
        target = self.tweets.get(wanted)
        if target is None or not target.visible:
            raise plain(403, refusals.GONE)
        own = target.author.id == account.id
        summoned = not own and self._engaged(target, account)
        if not summoned and not (own and self.limits.self_threads):
            raise plain(403, refusals.REPLY)
        return target, summoned

    def _engaged(self, tweet: Tweet, account: Account) -> bool:
        """Whether a post names the account or quotes it."""
        entities: dict[str, Any] = shapes.post(tweet, {"entities"}).get("entities", {})
        names = {mention["username"].lower() for mention in entities.get("mentions", [])}
        quoted = self.tweets.get(tweet.quoted)
        return account.username.lower() in names or (quoted is not None and quoted.author.id == account.id)

    def _check_quote(self, wanted: str, account: Account) -> None:
        if not wanted:
            return
        quoted = self.tweets.get(wanted)
        allowed = quoted is not None and quoted.visible and (self.limits.quotes or self._engaged(quoted, account))
        if not allowed:
            raise plain(403, refusals.QUOTE)

    def _check_duplicate(self, text: str, account: Account, now: float) -> None:
        recent = (
            tweet
            for tweet in reversed(self.tweets.values())
            if tweet.author.id == account.id and tweet.visible and tweet.at > now - self.limits.duplicate_window
        )
        if text and any(tweet.text == text for tweet in recent):
            raise plain(403, refusals.DUPLICATE)

    def _price(self, *, has_link: bool, summoned: bool) -> float:
        prices = self.limits.prices
        if summoned:
            return prices.summoned_reply
        return prices.create_with_link if has_link else prices.create
