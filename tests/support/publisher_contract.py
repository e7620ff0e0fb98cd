"""What every publisher promises, as tests to inherit: give a `place` fixture, and a table of decisions for the wire.

    class TestTelegram(WireContract):
        decisions = {400: Rejected, …}

        @pytest.fixture
        async def place(self, …): …

Every place is a stand-in over real HTTP, with the platform's real library in between.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest
from aiohttp import web
from PIL import Image
from support.wire import closed_port, odd, relayed, served

from newswire.delivery import Receipt, Search
from newswire.errors import (
    DeliveryError,
    Gone,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)
from newswire.post import Button, ButtonKind, Media, Message, Preview
from newswire.richtext import RichText, Span
from publishers import Publisher
from sandbox.faults import Fault
from sandbox.world import World

LINK = "https://news.example.com/en/post/talks?utm_source=wire"
GOLDEN = Path(__file__).parent.parent / "golden"
CASES = sorted(path.parent.name for path in GOLDEN.glob("*/article.json"))
STATUSES = (400, 401, 402, 403, 404, 405, 409, 410, 413, 422, 500, 501, 502, 503, 504)
HTML = "<html><body><h1>It is not what you look for</h1></body></html>"


def specs() -> Path | None:
    """The folder with the platforms' own descriptions, when there is one."""
    folder = os.environ.get("NEWSWIRE_SPECS")
    return Path(folder) if folder else None


def post(words: str = "Talks begin", **more: Any) -> Message:
    """A message with its link written out, so that it can go anywhere."""
    return Message(text=RichText(f"{words}\n\n{LINK}"), link=LINK, **more)


def picture(folder: Path, *, kind: str = "JPEG", size: tuple[int, int] = (64, 48), alt: str = "") -> Media:
    """A picture with its local copy."""
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind)
    file = folder / f"{size[0]}x{size[1]}.{kind.lower()}"
    file.write_bytes(out.getvalue())
    return Media(url="https://news.example.com/a.jpg", alt=alt, path=str(file), mime=f"image/{kind.lower()}")


def thread(*words: str) -> Message:
    """A thread of such parts."""
    first, *more = (post(each) for each in words or ("One", "Two", "Three"))
    return replace(first, more=tuple(more))


def lost(before: Receipt, *, key: str = "nw-1-a-1", settled: bool = True, **more: Any) -> Search:
    """What is known of a call after the post of `before` that broke off just now; or long ago, when `settled`."""
    until = datetime.now(UTC) - timedelta(minutes=10 if settled else 0)
    since = before.at - timedelta(minutes=20)
    return Search(key=key, since=since, until=until, after=before.remote_id, **more)


async def searched(
    publisher: Publisher, message: Message, search: Callable[..., Search], out: dict[int, str]
) -> Receipt | None:
    """What the search ends with, which breaks off as often as anything else. `out` are the posts that are known by then."""
    while True:
        try:
            return await publisher.find(message, search(known=frozenset(out.values())))
        except OutcomeUnknown as error:
            if error.retry_at is None:
                raise


def assert_same(found: Receipt | None, out: Receipt | Seen) -> None:
    """`found` is that post."""
    assert found is not None
    assert found.remote_id == (out.remote_id if isinstance(out, Receipt) else out.id)
    assert found.url == out.url if isinstance(out, Receipt) else True
    assert abs((found.at - datetime.now(UTC)).total_seconds()) < 5
    assert found.at.tzinfo is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A post as the public sees it now. `targets` is where its text and its card lead; `spans` None: no styles here.

    `answers` is the post that it follows in a thread.
    """

    id: str
    text: str
    targets: frozenset[str]
    spans: tuple[Span, ...] | None = None
    pictures: int = 0
    alts: tuple[str, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    card: Preview | None = None
    silent: bool = False
    answers: str = ""


@dataclass(kw_only=True)
class Place(ABC):
    """A platform's stand-in with one account on it. `address` is what a channel's `api` says: it ends in `path`."""

    world: World = field(default_factory=World)
    address: str = ""
    path: str = ""
    secrets: frozenset[str] = frozenset()
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @abstractmethod
    def app(self) -> web.Application | None:
        """The stand-in, ready to be served."""

    @abstractmethod
    def make(self, *, api: str, patience: float, **options: Any) -> Publisher:
        """A publisher for the account, not opened."""

    @abstractmethod
    def seen(self) -> list[Seen]:
        """What is public now, the oldest first."""

    def remarks(self) -> list[str]:
        """What in the recorded calls the platform's own description does not allow."""
        return []

    async def publisher(self, *, api: str = "", patience: float = 10.0, **options: Any) -> Publisher:
        """An open publisher; it is closed with the place."""
        made = self.make(api=api or self.address, patience=patience, **options)
        await made.open()
        self.stack.push_async_callback(made.close)
        return made

    async def at(self, app: web.Application) -> Publisher:
        """A publisher that finds `app` where its platform should be."""
        return await self.publisher(api=await self.stack.enter_async_context(served(app)))


class PublisherContract:
    """What holds wherever a post goes."""

    golden: ClassVar[str]
    letters: ClassVar[Mapping[str, int]]
    """Letters, and how much one of them counts."""
    link_counts: ClassVar[int] = len(LINK)

    @pytest.fixture
    async def publisher(self, place: Place) -> Publisher:
        return await place.publisher()

    async def test_a_post_is_out_once_with_its_link(self, place, publisher):
        receipt = await publisher.publish(post(), key="nw-1-a-1")
        (seen,) = place.seen()
        assert seen.text.startswith("Talks begin")
        assert LINK in seen.targets
        assert receipt.remote_id == seen.id
        assert receipt.at.tzinfo is UTC

    @pytest.mark.parametrize("case", CASES)
    async def test_a_golden_message_reads_back_as_it_was_composed(self, case, place, publisher, tmp_path):
        message = Message.from_json(json.loads((GOLDEN / case / f"{self.golden}.json").read_text(encoding="utf-8")))
        files = tuple(replace(m, path=picture(tmp_path).path, mime="image/jpeg") for m in message.media)
        await publisher.publish(replace(message, media=files), key="nw-1-a-1")
        (seen,) = place.seen()
        assert seen.text == message.text.text
        assert seen.spans in (None, message.text.spans)
        assert message.link in seen.targets
        assert seen.pictures == min(len(files), publisher.limits.pictures)
        assert seen.buttons == (message.buttons if publisher.limits.buttons else ())
        assert seen.alts == tuple(m.alt for m in message.media if m.alt and publisher.limits.alt_text)
        assert seen.card == (message.preview if publisher.limits.preview else seen.card)

    async def test_a_message_may_be_as_long_as_the_limit_says_and_no_longer(self, place, publisher):
        for n, (letter, counts) in enumerate(self.letters.items(), 1):
            room = publisher.limits.text - self.link_counts - 2
            full = letter * (room // counts) + "." * (room % counts)
            await publisher.publish(post(full), key=f"nw-{n}-a-1")
            assert len(place.seen()) == n
            with pytest.raises(Rejected):
                await publisher.publish(post(f"{full}."), key=f"nw-{n}-b-1")
            assert len(place.seen()) == n

    async def test_a_post_is_corrected_and_saying_the_same_again_is_no_error(self, place, publisher):
        receipt = await publisher.publish(post(), key="nw-1-a-1")
        if not publisher.can.edit:
            with pytest.raises(Rejected, match="edit"):
                await publisher.edit(receipt, post("Talks end"))
            return
        for _ in range(2):
            assert (await publisher.edit(receipt, post("Talks end"))).remote_id == receipt.remote_id
        (seen,) = place.seen()
        assert seen.text.startswith("Talks end")
        assert LINK in seen.targets

    async def test_a_post_that_is_gone_cannot_be_corrected(self, place, publisher):
        receipt = await publisher.publish(post(), key="nw-1-a-1")
        await publisher.delete(receipt)
        with pytest.raises(Gone if publisher.can.edit else Rejected):
            await publisher.edit(receipt, post("Talks end"))

    async def test_a_post_is_taken_away_and_taking_it_away_again_is_no_error(self, place, publisher):
        stays = await publisher.publish(post("This stays"), key="nw-1-a-1")
        receipt = await publisher.publish(post(), key="nw-2-a-1")
        await publisher.delete(receipt)
        await publisher.delete(receipt)
        assert [seen.id for seen in place.seen()] == [stays.remote_id]

    async def test_lanes_are_named_and_hold_no_secret(self, place, publisher):
        lanes = publisher.lanes()
        assert len({lane.name for lane in lanes}) == len(lanes)
        assert all(lane.gap >= 0 and lane.burst >= 1 for lane in lanes)
        assert not [s for s in place.secrets for lane in lanes if s in lane.name]
        assert lanes or not publisher.public

    async def test_it_says_who_it_is_and_that_nothing_is_missing(self, publisher):
        account = await publisher.verify()
        assert account.id
        assert account.name
        assert account.missing == ()

    async def test_a_post_is_found_by_what_it_says_and_one_that_was_never_sent_is_not(self, place, publisher):
        before = await publisher.publish(post("Before"), key="nw-1-a-1")
        out = await publisher.publish(post(), key="nw-2-a-1")
        after = await publisher.publish(post("After"), key="nw-3-a-1")
        assert_same(await publisher.find(post(), lost(before, key="nw-2-a-1")), out)
        known = frozenset({after.remote_id})
        assert await publisher.find(post("Never sent"), lost(out, key="nw-4-a-1", known=known)) is None
        assert [seen.text.split("\n")[0] for seen in place.seen()] == ["Before", "Talks begin", "After"]

    async def test_a_post_that_was_taken_away_again_is_not_found(self, publisher):
        before = await publisher.publish(post("Before"), key="nw-1-a-1")
        await publisher.delete(await publisher.publish(post(), key="nw-2-a-1"))
        assert await publisher.find(post(), lost(before, key="nw-2-a-1")) is None

    async def test_a_thread_goes_out_in_order_and_keeps_the_ids_of_all_its_parts(self, place, publisher):
        receipt = await publisher.publish(thread(), key="nw-1-a-1")
        assert [seen.text.split("\n")[0] for seen in place.seen()] == ["One", "Two", "Three"]
        assert receipt.ids == tuple(seen.id for seen in place.seen())
        assert [seen.answers for seen in place.seen()] in (["", *receipt.ids[:-1]], ["", "", ""])

    async def test_nothing_of_a_thread_goes_out_while_one_of_its_parts_is_too_long(self, place, publisher):
        long = replace(thread(), more=(*thread().more, post("a" * publisher.limits.text)))
        with pytest.raises(Rejected, match=r"part 4: .*too long"):
            await publisher.publish(long, key="nw-1-a-1")
        assert place.seen() == []

    async def test_a_post_without_words_is_refused_before_it_is_sent(self, place, publisher):
        for nothing in ("", " \n"):
            with pytest.raises(Rejected, match="no text"):
                await publisher.publish(Message(text=RichText(nothing), link=LINK), key="nw-1-a-1")
        assert place.seen() == []

    async def test_a_thread_is_found_and_corrected_and_taken_away_as_one(self, place, publisher):
        before = await publisher.publish(post("Before"), key="nw-1-a-1")
        receipt = await publisher.publish(thread(), key="nw-2-a-1")
        found = await publisher.find(thread(), lost(before, key="nw-2-a-1"))
        assert found is not None
        assert found.ids == receipt.ids
        if publisher.can.edit:
            await publisher.edit(found, thread("Uno", "Due", "Tre"))
            assert [seen.text.split("\n")[0] for seen in place.seen()] == ["Before", "Uno", "Due", "Tre"]
        with pytest.raises(Rejected):
            await publisher.edit(found, thread("One", "Two"))
        for _ in range(2):
            await publisher.delete(found)
        assert [seen.id for seen in place.seen()] == [before.remote_id]

    async def test_a_picture_goes_out_from_its_local_copy(self, place, publisher, tmp_path):
        await publisher.publish(post(media=(picture(tmp_path, alt="A hand"),)), key="nw-1-a-1")
        (seen,) = place.seen()
        assert seen.pictures == 1
        assert seen.alts == (("A hand",) if publisher.limits.alt_text else ())
        assert LINK in seen.targets

    async def test_what_is_no_picture_does_not_hold_the_post(self, place, publisher, tmp_path):
        broken = tmp_path / "a.jpeg"
        broken.write_bytes(b"this is no picture")
        lost = str(tmp_path / "nowhere.jpeg")
        for n, path in enumerate((str(broken), lost, str(tmp_path), "")):
            media = Media(url="https://news.example.com/a.jpg", path=path, mime="image/jpeg")
            await publisher.publish(post(f"Story {n}", media=(media,)), key=f"nw-{n}-a-1")
        assert [seen.text.split("\n")[0] for seen in place.seen()] == [f"Story {n}" for n in range(4)]

    async def test_silence_buttons_and_cards_go_along_where_the_platform_has_them(self, place, publisher):
        buttons = ((Button("Share", "https://t.me/share/url?url=x"), Button("Copy", LINK, ButtonKind.COPY)),)
        card = Preview(url=LINK, large=True, above_text=True)
        await publisher.publish(post(buttons=buttons, preview=card, silent=True), key="nw-1-a-1")
        (seen,) = place.seen()
        assert seen.buttons == (buttons if publisher.limits.buttons else ())
        assert seen.card == card or not publisher.limits.preview
        assert seen.silent or self.golden != "telegram"

    async def test_every_request_is_as_the_platform_itself_describes_it(self, place, publisher, tmp_path):
        if specs() is None:
            pytest.skip("NEWSWIRE_SPECS names no folder with the platforms' own descriptions")
        await publisher.verify()
        receipt = await publisher.publish(post(media=(picture(tmp_path, alt="A hand"),), silent=True), key="nw-1-a-1")
        await publisher.delete(receipt)
        buttons = ((Button("Copy", LINK, ButtonKind.COPY),),)
        receipt = await publisher.publish(post(buttons=buttons, preview=Preview(url=LINK)), key="nw-2-a-1")
        if publisher.can.edit:
            await publisher.edit(receipt, post("Talks end"))
        await publisher.delete(receipt)
        assert place.remarks() == []


class WireContract(PublisherContract):
    """What holds in addition where a post goes over a wire that may break."""

    platform: ClassVar[str]
    """The name that faults know it by."""
    decisions: ClassVar[Mapping[int, type[DeliveryError]]]
    """What each refusal means; 5xx is an unknown outcome unless it stands here."""
    wait_unsaid: ClassVar[float]
    """Seconds to wait on a 429 that does not say how long."""

    def order(self, place: Place, kind: Any, **more: Any) -> None:
        place.world.faults.add(Fault(platform=self.platform, kind=kind, **more))

    async def fails(self, place: Place, publisher: Publisher, message: Message | None = None) -> DeliveryError:
        """The decision on a post that does not go well; it is fit to be read by an editor."""
        with pytest.raises(DeliveryError) as caught:
            await publisher.publish(message or post(), key="nw-1-a-1")
        error = caught.value
        assert "\n" not in str(error)
        assert 10 < len(str(error)) < 300
        assert not leaks(place, error)
        return error

    def meaning(self, status: int) -> type[DeliveryError]:
        return self.decisions.get(status, OutcomeUnknown if status >= 500 else Rejected)

    @pytest.mark.parametrize("status", STATUSES)
    async def test_a_status_has_its_meaning_in_the_platform_s_words(self, status, place, publisher):
        self.order(place, "error", status=status)
        assert type(await self.fails(place, publisher)) is self.meaning(status)
        assert place.seen() == []

    @pytest.mark.parametrize("status", STATUSES)
    async def test_a_status_has_its_meaning_on_a_page_from_the_way_too(self, status, place):
        error = await self.fails(place, await place.at(odd(status, HTML)))
        assert type(error) is self.meaning(status)
        assert "<" not in str(error)

    async def test_a_rate_limit_says_the_platform_s_own_time(self, place, publisher):
        self.order(place, "flood", seconds=70)
        error = await self.fails(place, publisher)
        assert isinstance(error, RateLimited)
        assert abs((error.retry_at - datetime.now(UTC)).total_seconds() - 70) < 2
        assert error.retry_at.tzinfo is UTC
        await publisher.publish(post(), key="nw-1-a-1")
        assert len(place.seen()) == 1

    async def test_a_rate_limit_without_a_time_waits_all_the_same(self, place, publisher):
        self.order(place, "flood", seconds=0)
        for out in (publisher, await place.at(odd(429, HTML)), await place.at(odd(429, "{}"))):
            error = await self.fails(place, out)
            assert isinstance(error, RateLimited)
            assert abs((error.retry_at - datetime.now(UTC)).total_seconds() - self.wait_unsaid) < 2

    @pytest.mark.parametrize(
        "body", [HTML, "", "{}", "[]", "null", '"ok"', "7", '{"ok": true, "result": true}', "\xff"]
    )
    async def test_an_answer_that_makes_no_sense_is_an_unknown_outcome(self, body, place):
        for status in (200, 201, 204):
            error = await self.fails(place, await place.at(odd(status, body)))
            assert type(error) is OutcomeUnknown

    async def test_nobody_listening_means_certainly_not_taken(self, place):
        error = await self.fails(place, await place.publisher(api=closed_port()))
        assert type(error) is Unavailable

    async def test_no_encryption_to_agree_on_means_certainly_not_taken(self, place):
        error = await self.fails(place, await place.publisher(api=place.address.replace("http:", "https:")))
        assert type(error) is Unavailable
        assert place.seen() == []

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_a_redirect_is_not_followed(self, status, place):
        error = await self.fails(place, await place.at(odd(status, HTML, Location=place.address)))
        assert type(error) is Unavailable
        assert place.seen() == []

    async def test_a_connection_reset_before_the_post_was_taken_is_an_unknown_outcome(self, place, publisher):
        self.order(place, "reset")
        assert type(await self.fails(place, publisher)) is OutcomeUnknown
        assert place.seen() == []

    async def test_a_connection_lost_after_the_post_was_taken_is_an_unknown_outcome_and_one_post(
        self, place, publisher
    ):
        self.order(place, "drop")
        assert type(await self.fails(place, publisher)) is OutcomeUnknown
        assert len(place.seen()) == 1

    async def test_an_error_after_the_post_was_taken_is_an_unknown_outcome_and_one_post(self, place, publisher):
        self.order(place, "error_after", status=502)
        assert type(await self.fails(place, publisher)) is OutcomeUnknown
        assert len(place.seen()) == 1

    async def test_an_answer_that_is_late_is_an_unknown_outcome_and_at_most_one_post(self, place):
        self.order(place, "delay", seconds=0.6)
        assert type(await self.fails(place, await place.publisher(patience=0.2))) is OutcomeUnknown
        await asyncio.sleep(0.6)
        assert len(place.seen()) <= 1

    @pytest.mark.parametrize(
        ("fault", "decision"),
        [
            ({"kind": "error", "status": 401}, Unauthorized),
            ({"kind": "error", "status": 503}, OutcomeUnknown),
            ({"kind": "flood", "seconds": 70}, RateLimited),
            ({"kind": "drop"}, OutcomeUnknown),
        ],
    )
    async def test_what_goes_wrong_with_any_other_call_is_a_decision_too(self, fault, decision, place, publisher):
        receipt = await publisher.publish(post(), key="nw-1-a-1")
        calls = [publisher.verify, partial(publisher.delete, receipt)]
        if publisher.can.edit:
            calls.insert(1, partial(publisher.edit, receipt, post("Talks end")))
        for call in calls:
            self.order(place, **fault)
            with pytest.raises(DeliveryError) as caught:
                await call()
            twice_is_once = decision is OutcomeUnknown and call is not calls[0]
            assert type(caught.value) is (Unavailable if twice_is_once else decision)
            assert not leaks(place, caught.value)

    @pytest.mark.parametrize("kind", ["reset", "drop"])
    async def test_an_edit_and_a_deletion_whose_answer_was_lost_are_simply_done_again(self, kind, place, publisher):
        stays = await publisher.publish(post("This stays"), key="nw-1-a-1")
        receipt = await publisher.publish(post(), key="nw-2-a-1")
        calls = [partial(publisher.delete, receipt)]
        if publisher.can.edit:
            calls.insert(0, partial(publisher.edit, receipt, post("Talks end")))
        for call in calls:
            self.order(place, kind)
            with pytest.raises(Unavailable):
                await call()
            await call()
            last = place.seen()[-1]
            assert last.id == stays.remote_id or last.text.startswith("Talks end")
        assert [seen.id for seen in place.seen()] == [stays.remote_id]

    @pytest.mark.parametrize("kind", ["drop", "error_after"])
    async def test_a_connection_lost_after_the_post_was_taken_makes_exactly_one_post(self, kind, place, publisher):
        before = await publisher.publish(post("Before"), key="nw-1-a-1")
        self.order(place, kind)
        assert type(await self.fails(place, publisher)) is OutcomeUnknown
        asked = datetime.now(UTC)
        found = await publisher.find(post(), lost(before, settled=False))
        assert_same(found, place.seen()[-1])
        assert found.at >= asked, "the platform's clock has no say in what was out before what"
        assert len(place.seen()) == 2

    async def test_a_connection_lost_before_the_post_was_taken_makes_exactly_one_post_once_that_is_certain(
        self, place, publisher
    ):
        before = await publisher.publish(post("Before"), key="nw-1-a-1")
        self.order(place, "reset")
        assert type(await self.fails(place, publisher)) is OutcomeUnknown
        fresh = lost(before, settled=False)
        with pytest.raises(OutcomeUnknown) as caught:
            await publisher.find(post(), fresh)
        assert fresh.until < caught.value.retry_at < fresh.until + timedelta(minutes=1)
        assert await publisher.find(post(), lost(before)) is None
        await publisher.publish(post(), key="nw-1-a-1")
        assert len(place.seen()) == 2

    async def test_a_post_that_is_taken_late_is_not_sent_again(self, place, publisher):
        before = await publisher.publish(post("Before"), key="nw-1-a-1")
        self.order(place, "delay", seconds=0.6)
        assert type(await self.fails(place, await place.publisher(patience=0.2))) is OutcomeUnknown
        search = lost(before, settled=False)
        with pytest.raises(OutcomeUnknown) as caught:
            await publisher.find(post(), search)
        assert caught.value.retry_at is not None
        async with asyncio.timeout(10):
            async for _ in place.world.follow():
                if len(place.seen()) == 2:
                    break
        assert_same(await publisher.find(post(), search), place.seen()[-1])

    async def test_in_a_storm_of_broken_connections_every_post_is_out_exactly_once(self, place, publisher):
        before = await publisher.publish(post("Before"), key="nw-0-a-1")
        for kind in ("drop", "reset", "error_after"):
            self.order(place, kind, times=None, chance=0.1, status=502)
        out = {0: before.remote_id}
        at_once = asyncio.Semaphore(8)

        async def carried(n: int) -> None:
            message = Message(text=RichText(f"Story {n}\n\n{LINK}&n={n}"), link=f"{LINK}&n={n}")
            async with at_once:
                receipt = None
                while receipt is None:
                    try:
                        receipt = await publisher.publish(message, key=f"nw-{n}-a-1")
                    except OutcomeUnknown:
                        receipt = await searched(publisher, message, partial(lost, before, key=f"nw-{n}-a-1"), out)
            out[n] = receipt.remote_id

        await asyncio.gather(*[carried(n) for n in range(1, 21)])
        seen = {seen.id: seen.text.split("\n")[0] for seen in place.seen()}
        assert seen == {remote_id: f"Story {n}" if n else "Before" for n, remote_id in out.items()}
        assert len(place.seen()) == 21

    async def test_other_posts_that_say_the_same_are_not_taken_for_the_lost_one(self, place, publisher):
        before = await publisher.publish(post("Before"), key="nw-1-a-1")
        same = await publisher.publish(post(), key="nw-2-a-1")
        known = frozenset({same.remote_id})
        assert await publisher.find(post(), lost(before, key="nw-3-a-1", known=known)) is None
        assert_same(await publisher.find(post(), lost(before, key="nw-2-a-1")), same)

    async def test_a_post_with_the_same_link_and_other_words_is_shown_to_a_person(self, place, publisher):
        before = await publisher.publish(post("Before"), key="nw-1-a-1")
        other = await publisher.publish(post("Talks began"), key="nw-2-a-1")
        with pytest.raises(OutcomeUnknown, match=f"{other.remote_id}: please look") as caught:
            await publisher.find(post(), lost(before))
        assert caught.value.retry_at is None

    @pytest.mark.parametrize("out", [True, False])
    async def test_a_thread_that_broke_off_is_resumed_where_it_broke(self, out, place, publisher):
        before = await publisher.publish(post("Before"), key="nw-1-a-1")
        first = await publisher.publish(thread().parts[0], key="nw-2-a-1")
        self.order(place, "drop" if out else "reset")
        with pytest.raises(OutcomeUnknown) as caught:
            await publisher.publish(thread(), key="nw-2-a-1", done=first)
        assert caught.value.done == first
        for done in (first, None):  # written down, or not even that
            found = await publisher.find(thread(), lost(before, key="nw-2-a-1", done=done))
            assert found is not None
            assert len(found.ids) == (2 if out else 1)
        receipt = await publisher.publish(thread(), key="nw-2-a-1", done=found)
        assert [seen.text.split("\n")[0] for seen in place.seen()] == ["Before", "One", "Two", "Three"]
        assert receipt.ids == tuple(seen.id for seen in place.seen()[1:])

    async def test_a_thread_that_is_refused_half_way_says_what_is_out(self, place, publisher):
        first = await publisher.publish(thread().parts[0], key="nw-1-a-1")
        self.order(place, "flood", seconds=70)
        with pytest.raises(RateLimited) as caught:
            await publisher.publish(thread(), key="nw-1-a-1", done=first)
        assert caught.value.done == first
        assert len(place.seen()) == 1

    @pytest.mark.parametrize(
        ("fault", "again"),
        [
            ({"kind": "error", "status": 401}, False),
            ({"kind": "error", "status": 403}, False),
            ({"kind": "error", "status": 503}, True),
            ({"kind": "flood", "seconds": 70}, True),
            ({"kind": "drop"}, True),
            ({"kind": "reset"}, True),
        ],
    )
    async def test_whatever_stands_in_the_way_of_a_search_the_post_stays_uncertain(
        self, fault, again, place, publisher
    ):
        before = await publisher.publish(post("Before"), key="nw-1-a-1")
        self.order(place, times=None, **fault)
        with pytest.raises(DeliveryError) as caught:
            await publisher.find(post(), lost(before))
        place.world.faults.clear()
        assert type(caught.value) is OutcomeUnknown
        assert (caught.value.retry_at is not None) is again
        assert again or "please look" in str(caught.value)
        assert not leaks(place, caught.value)
        assert await publisher.find(post(), lost(before)) is None

    async def test_a_long_outage_is_looked_into_less_and_less_often(self, place):
        publisher = await place.publisher(api=closed_port())
        before = Receipt(remote_id="1", at=datetime.now(UTC))
        for settled, wait in ((False, 5), (True, 600)):
            with pytest.raises(OutcomeUnknown) as caught:
                await publisher.find(post(), lost(before, settled=settled))
            assert abs((caught.value.retry_at - datetime.now(UTC)).total_seconds() - wait) < 3

    @pytest.mark.parametrize("body", [HTML, "", "{}", "[]", "null", '{"ok": true, "result": true}'])
    async def test_an_answer_that_makes_no_sense_is_no_proof_of_anything(self, body, place):
        publisher = await place.at(odd(200, body))
        with pytest.raises(OutcomeUnknown):
            await publisher.find(post(), lost(Receipt(remote_id="1", at=datetime.now(UTC))))

    async def test_a_connection_that_the_platform_closed_while_idle_is_replaced(self, place):
        async with relayed(base(place)) as relay:
            publisher = await place.publisher(api=place.address.replace(base(place), relay.address))
            for n in range(3):
                await publisher.publish(post(f"Story {n}"), key=f"nw-{n}-a-1")
            assert relay.connections == 1
            await asyncio.gather(*[relay.hang_up(), asyncio.sleep(0.05)])
            await publisher.publish(post("After the pause"), key="nw-9-a-1")
            assert (relay.connections, relay.requests) == (2, 4)
        assert len(place.seen()) == 4

    @pytest.mark.parametrize(("cut", "out"), [("before", 1), ("after", 2)])
    async def test_a_kept_connection_that_breaks_as_we_send_is_an_unknown_outcome_and_nothing_is_sent_again(
        self, cut, out, place
    ):
        async with relayed(base(place)) as relay:
            publisher = await place.publisher(api=place.address.replace(base(place), relay.address))
            await publisher.publish(post("The first"), key="nw-1-a-1")
            relay.cut = cut
            assert type(await self.fails(place, publisher)) is OutcomeUnknown
            assert relay.requests == 2
            assert len(place.seen()) == out
            await publisher.publish(post("The third"), key="nw-3-a-1")
        assert len(place.seen()) == out + 1

    async def test_no_log_and_no_error_holds_a_secret(self, place, caplog, tmp_path):
        caplog.set_level(logging.DEBUG)
        publisher = await place.publisher()
        await publisher.verify()
        message = post(media=(picture(tmp_path, alt="A hand"),))
        receipt = await publisher.publish(message, key="nw-1-a-1")
        for status in STATUSES:
            self.order(place, "error", status=status)
            await self.fails(place, publisher)
        for kind in ("reset", "flood", "drop"):
            self.order(place, kind)
            logging.getLogger("newswire").error("it failed", exc_info=await self.fails(place, publisher))
        for out in (await place.publisher(api=closed_port()), await place.at(odd(200, HTML))):
            logging.getLogger("newswire").error("it failed", exc_info=await self.fails(place, out, post("Another")))
        await publisher.delete(receipt)
        said = [
            caplog.text,
            repr(publisher),
            str(publisher),
            repr(publisher.config),
            str(publisher.config),
            repr(receipt),
        ]
        assert len(caplog.records) > 5
        assert [secret for secret in place.secrets for text in said if secret in text] == []


def base(place: Place) -> str:
    """`http://HOST:PORT` of the place."""
    return "/".join(place.address.split("/")[:3])


def leaks(place: Place, error: BaseException) -> list[str]:
    """The secrets in an error: its text, its notation, and the whole trace with its causes."""
    said = [str(error), repr(error), "".join(traceback.format_exception(error))]
    return [secret for secret in place.secrets for text in said if secret in text]


def spans_of(text: str, entities: list[dict[str, Any]]) -> Iterator[tuple[int, int, str, str]]:
    """Start and end in code points, type and address, of entities that count in UTF-16."""
    places = [n for n, letter in enumerate(text) for _ in range(2 if ord(letter) > 0xFFFF else 1)] + [len(text)]
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        yield places[start], places[end], entity["type"], entity.get("url", "")
