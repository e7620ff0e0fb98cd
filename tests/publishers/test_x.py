"""The X publisher against the sandbox's X, with the real tweepy."""

import asyncio
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import ClassVar

import pytest
from aiohttp import web
from PIL import Image
from support.places import KEYS
from support.publisher_contract import WireContract, lost, picture, post, thread
from support.wire import odd, served

from newswire.delivery import Receipt
from newswire.errors import (
    AlreadyThere,
    DeliveryError,
    OutcomeUnknown,
    OutOfBudget,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    UsageProblem,
)
from newswire.post import Media, Message
from newswire.richtext import RichText
from newswire.secret import Secret
from publishers import Publisher
from sandbox.faults import Fault


class TestContract(WireContract):
    platform = "x"
    golden = "x"
    letters: ClassVar = {"a": 1, "я": 1, "好": 2, "👨‍👩‍👧": 2}
    link_counts = 23
    decisions: ClassVar = {401: Unauthorized, 402: OutOfBudget}
    wait_unsaid = 900

    @pytest.fixture
    def place(self, x):
        return x


@pytest.fixture
async def publisher(x):
    return await x.publisher()


def order(x, kind, method="*", **more) -> None:
    x.world.faults.add(Fault(platform="x", kind=kind, method=method, **more))


def called(x) -> list[str]:
    return [call.name for call in x.stand_in.calls]


async def through(x, change) -> Publisher:
    """A publisher whose answers pass through `change(request, answer)`."""
    app = x.app()

    @web.middleware
    async def changing(request, handler):
        return change(request, await handler(request))

    app.middlewares.append(changing)
    return await x.publisher(api=await x.stack.enter_async_context(served(app)) + "/x")


class TestDuplicates:
    async def test_a_text_that_x_has_already_is_perhaps_ours(self, x, publisher):
        order(x, "drop")
        with pytest.raises(OutcomeUnknown):
            await publisher.publish(post(), key="a")
        with pytest.raises(AlreadyThere, match="X has a post with this very text already"):
            await publisher.publish(post(), key="a")
        assert len(x.seen()) == 1

    async def test_what_x_says_it_has_is_waited_for_and_then_a_person_is_asked(self, x, publisher):
        before = await publisher.publish(post("Before"), key="b")
        await publisher.publish(post(), key="a")
        x.stand_in._reading.limits = replace(x.stand_in.limits, shown_after=3600)
        fresh = replace(lost(before, settled=False), taken=True)
        with pytest.raises(OutcomeUnknown) as caught:
            await publisher.find(post(), fresh)
        assert caught.value.retry_at == fresh.until + timedelta(minutes=5)
        with pytest.raises(OutcomeUnknown, match=r"says that it has the post.*please look") as caught:
            await publisher.find(post(), replace(lost(before), taken=True))
        assert caught.value.retry_at is None
        x.stand_in._reading.limits = x.stand_in.limits
        assert (await publisher.find(post(), fresh)).remote_id == x.seen()[-1].id


class TestSearching:
    """How a lost post is read back: among the account's own posts."""

    @pytest.fixture
    async def before(self, publisher):
        return await publisher.publish(post("Before"), key="b")

    @pytest.mark.parametrize(
        "text",
        [
            "Caliber.Az reports: “5 < 6 & 7 > 6”",
            "Президент прибыл в г. Баку 🇦🇿 e\u0301 #Baku @mayor $BP",
            "今天下雨了。 https://news.example.com/other?a=1&b=2",
            "  Talks\n\n\n begin ",
        ],
    )
    async def test_a_post_is_known_in_spite_of_what_x_does_to_its_text(self, text, x, publisher, before, tmp_path):
        message = post(text, media=(picture(tmp_path),))
        order(x, "drop", "create")
        with pytest.raises(OutcomeUnknown):
            await publisher.publish(message, key="a")
        found = await publisher.find(message, lost(before))
        assert found is not None
        assert found.remote_id == x.seen()[-1].id
        assert found.url == f"https://x.com/i/status/{found.remote_id}"

    async def test_a_link_that_x_leaves_as_it_is_is_read_from_the_text(self, x, publisher, before):
        message = Message(text=RichText("Talks begin http://127.0.0.1:8080/1"), link="http://127.0.0.1:8080/1")
        out = await publisher.publish(message, key="a")
        assert (await publisher.find(message, lost(before))).remote_id == out.remote_id

    async def test_only_what_came_after_the_last_known_post_is_read_and_paid_for(self, x, publisher):
        posts = [await publisher.publish(post(f"Story {n}"), key=str(n)) for n in range(5)]
        spent = x.account.spent
        await publisher.find(post("Story 4"), lost(posts[3]))
        assert x.account.spent - spent == pytest.approx(0.001)
        assert called(x)[-1] == "posts"

    async def test_without_a_known_post_the_time_of_the_call_bounds_the_search(self, x, publisher):
        x.world.offset = -3600
        await publisher.publish(post(), key="long ago")
        x.world.offset = 0
        search = replace(lost(Receipt(remote_id="", at=datetime.now(UTC))))
        assert await publisher.find(post(), search) is None
        receipt = await publisher.publish(post("Talks begin now"), key="a")
        assert (await publisher.find(post("Talks begin now"), search)).remote_id == receipt.remote_id

    @pytest.mark.parametrize(
        ("trouble", "words"),
        [({"credits": 0.0}, "credits"), ({"suspended": True}, "suspended"), ({"capped": True}, "cap")],
    )
    async def test_an_account_that_may_not_read_leaves_it_to_a_person(self, trouble, words, x, publisher, before):
        for name, value in trouble.items():
            setattr(x.account, name, value)
        with pytest.raises(OutcomeUnknown, match=words) as caught:
            await publisher.find(post(), lost(before))
        assert caught.value.retry_at is None
        assert "please look" in str(caught.value)

    async def test_more_posts_than_x_shows_at_once_are_read_page_by_page(self, x, publisher, before):
        out = await publisher.publish(post(), key="a")
        x.crowd(out.remote_id, 101)
        assert (await publisher.find(post(), lost(before))).remote_id == out.remote_id

    async def test_more_posts_than_anybody_wants_to_pay_for_are_for_a_person_to_look_at(self, x, publisher, before):
        x.crowd(before.remote_id, 501)
        with pytest.raises(OutcomeUnknown, match="too much since then: please look"):
            await publisher.find(post(), lost(before))

    async def test_a_token_without_a_number_asks_x_whose_it_is(self, x):
        x.stand_in.add_account("9", "numberless", "No Number", **KEYS | {"access_token": "no-number-here"})
        publisher = await x.publisher(access_token=Secret("no-number-here"))
        before = await publisher.publish(post("Before"), key="b")
        out = await publisher.publish(post(), key="a")
        assert (await publisher.find(post(), lost(before))).remote_id == out.remote_id
        assert called(x)[-2:] == ["me", "posts"]


class TestThreads:
    async def test_where_x_takes_no_threads_the_first_part_stays_and_is_known(self, x, publisher):
        x.stand_in._posting.limits = replace(x.stand_in.limits, self_threads=False)
        with pytest.raises(Rejected, match="no threads") as caught:
            await publisher.publish(thread(), key="a")
        assert caught.value.done.ids == tuple(seen.id for seen in x.seen())
        assert len(x.seen()) == 1


class TestCashtags:
    async def test_a_second_cashtag_is_noticed_before_anything_is_sent(self, x, publisher, tmp_path):
        with pytest.raises(Rejected, match="one cashtag"):
            await publisher.publish(post("$BP and $XOM rise", media=(picture(tmp_path),)), key="a")
        assert called(x) == []

    @pytest.mark.parametrize(
        "text", ["$BP rises", "$5 and $10", "$BP rises by $5m", "US$BP and A$XOM", "$BP/$XOM", "$abcdefg $hijklmn"]
    )
    async def test_dollars_and_a_single_cashtag_go_out(self, text, x, publisher):
        await publisher.publish(post(text), key="a")
        assert len(x.seen()) == 1


class TestPictures:
    @pytest.mark.parametrize(
        ("fault", "decision"),
        [
            ({"kind": "error", "status": 500}, Unavailable),
            ({"kind": "error", "status": 503}, Unavailable),
            ({"kind": "error_after", "status": 502}, Unavailable),
            ({"kind": "reset"}, Unavailable),
            ({"kind": "drop"}, Unavailable),
            ({"kind": "flood", "seconds": 60}, RateLimited),
            ({"kind": "error", "status": 401}, Unauthorized),
            ({"kind": "error", "status": 402}, OutOfBudget),
        ],
    )
    @pytest.mark.parametrize("method", ["upload", "metadata"])
    async def test_trouble_on_the_picture_s_way_leaves_the_post_to_be_tried_again(
        self, fault, decision, method, *, x, publisher, tmp_path
    ):
        order(x, method=method, **fault)
        message = post(media=(picture(tmp_path, alt="A hand"),))
        with pytest.raises(DeliveryError) as caught:
            await publisher.publish(message, key="a")
        assert type(caught.value) is decision
        assert "create" not in called(x)
        assert "\n" not in str(caught.value)
        await publisher.publish(message, key="a")
        assert [(seen.pictures, seen.alts) for seen in x.seen()] == [(1, ("A hand",))]

    async def test_a_picture_that_takes_too_long_leaves_the_post_to_be_tried_again(self, x, tmp_path):
        order(x, "delay", "upload", seconds=0.5)
        publisher = await x.publisher(patience=0.4)
        with pytest.raises(Unavailable, match="too long with the picture"):
            await publisher.publish(post(media=(picture(tmp_path),)), key="a")
        await asyncio.sleep(0.4)
        assert x.seen() == []
        assert "create" not in called(x)

    async def test_an_answer_about_the_picture_that_makes_no_sense_is_no_unknown_outcome(self, x, tmp_path):
        def change(request, answer):
            return web.json_response({}) if request.path.endswith("upload") else answer

        publisher = await through(x, change)
        with pytest.raises(Unavailable):
            await publisher.publish(post(media=(picture(tmp_path),)), key="a")
        assert x.seen() == []

    @pytest.mark.parametrize("status", [400, 403, 404, 413])
    async def test_a_picture_that_x_refuses_is_left_out(self, status, x, publisher, tmp_path):
        order(x, "error", "upload", status=status)
        await publisher.publish(post(media=(picture(tmp_path, alt="A hand"),)), key="a")
        assert [seen.pictures for seen in x.seen()] == [0]

    async def test_a_picture_goes_out_though_its_alt_text_was_refused(self, x, publisher, tmp_path):
        order(x, "error", "metadata", status=400)
        await publisher.publish(post(media=(picture(tmp_path, alt="A hand"),)), key="a")
        assert [(seen.pictures, seen.alts) for seen in x.seen()] == [(1, ())]

    async def test_four_pictures_go_out_and_not_a_fifth(self, x, publisher, tmp_path):
        five = tuple(picture(tmp_path, size=(50 + n, 40), alt=f"Number {n}") for n in range(5))
        await publisher.publish(post(media=five), key="a")
        assert [seen.alts for seen in x.seen()] == [("Number 0", "Number 1", "Number 2", "Number 3")]

    async def test_an_animation_goes_out_alone_and_as_one(self, x, publisher, tmp_path):
        frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
        frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
        gif = Media(url="https://news.example.com/a.gif", path=str(tmp_path / "a.gif"), mime="image/gif")
        await publisher.publish(post(media=(picture(tmp_path), gif)), key="a")
        (shown,) = [shown["media"] for shown in x.stand_in.posts]
        assert [medium["type"] for medium in shown] == ["animated_gif"]

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
    async def test_every_type_that_x_takes_goes_out(self, kind, x, publisher, tmp_path):
        await publisher.publish(post(media=(picture(tmp_path, kind=kind),)), key="a")
        assert [seen.pictures for seen in x.seen()] == [1]

    async def test_an_alt_text_of_a_thousand_characters_goes_out(self, x, publisher, tmp_path):
        await publisher.publish(post(media=(picture(tmp_path, alt="я" * 1000),)), key="a")
        assert x.seen()[0].alts == ("я" * 1000,)


class TestAccounts:
    @pytest.mark.parametrize(
        ("trouble", "decision", "words"),
        [
            ({"permissions": "read"}, Unauthorized, "oauth1 app permissions"),
            ({"suspended": True}, Unauthorized, "suspended"),
            ({"credits": 0.0}, OutOfBudget, "top them up"),
            ({"credits": 0.1}, OutOfBudget, "top them up"),
            ({"capped": True}, OutOfBudget, "Usage cap exceeded"),
        ],
    )
    async def test_the_account_s_trouble_is_not_the_post_s(self, trouble, decision, words, x, publisher):
        for name, value in trouble.items():
            setattr(x.account, name, value)
        with pytest.raises(DeliveryError, match=words) as caught:
            await publisher.publish(post(), key="a")
        assert type(caught.value) is decision

    @pytest.mark.parametrize("kind", ["client-forbidden", "not-enrolled"])
    async def test_an_app_that_x_has_not_let_in_is_the_account_s_trouble(self, kind, x):
        said = {
            "client-forbidden": {"type": "https://api.twitter.com/2/problems/client-forbidden", "title": "Client Forbidden",
                                 "reason": "client-not-enrolled", "detail": "When authenticating requests …"},
            "not-enrolled": {"title": "Forbidden", "type": "about:blank", "reason": "user-not-enrolled", "detail": "No."},
        }  # fmt: skip
        publisher = await x.at(odd(403, json.dumps(said[kind])))
        with pytest.raises(Unauthorized):
            await publisher.publish(post(), key="a")

    async def test_keys_of_nobody_are_the_account_s_trouble(self, x):
        publisher = await x.publisher(access_secret=Secret("another-made-up-secret"))
        for call in (publisher.publish(post(), key="a"), publisher.verify()):
            with pytest.raises(Unauthorized, match="does not accept this account's keys"):
                await call

    @pytest.mark.parametrize(
        ("minutes", "words"), [(61, "61 minutes ahead of X's"), (-10, "minutes behind X's; set it")]
    )
    async def test_a_clock_that_is_wrong_is_not_the_keys_trouble(self, minutes, words, x):
        publisher = await x.publisher(access_secret=Secret("what a wrong clock makes of a good signature"))
        real = publisher.clock
        publisher.clock = SimpleNamespace(now=lambda: real.now() + timedelta(minutes=minutes), monotonic=real.monotonic)
        with pytest.raises(Unavailable, match=words):
            await publisher.publish(post(), key="a")

    async def test_the_post_s_own_trouble_is_the_post_s(self, x, publisher):
        with pytest.raises(Rejected, match="one cashtag"):
            await publisher.publish(post("$BP and $XOM"), key="a")

    async def test_it_says_whose_keys_they_are_and_then_links_by_that_name(self, x, publisher):
        before = await publisher.publish(post("Before"), key="a")
        account = await publisher.verify()
        after = await publisher.publish(post("After"), key="b")
        assert (account.id, account.name, account.url) == ("7100000001", "@wire", "https://x.com/wire")
        assert before.url == f"https://x.com/i/status/{before.remote_id}"
        assert after.url == f"https://x.com/wire/status/{after.remote_id}"

    async def test_no_read_is_paid_for_a_post(self, x, publisher):
        await publisher.publish(post(), key="a")
        assert called(x) == ["create"]
        assert x.account.spent == pytest.approx(publisher.can.cost_per_link_post)

    async def test_keys_that_may_only_read_are_noticed_before_a_post_fails(self, x):
        def change(_, answer):
            answer.headers["x-access-level"] = "read"
            return answer

        account = await (await through(x, change)).verify()
        assert account.missing
        assert account.missing[0].startswith("write posts")


class TestPace:
    @pytest.mark.parametrize(("full", "wait"), [("x-app-limit-24hour", 7200), ("x-user-limit-24hour", 7200), ("", 600)])
    async def test_the_window_that_is_full_says_the_time(self, full, wait, x):
        now = int(time.time())
        headers = {"x-rate-limit-reset": str(now + 600), "x-rate-limit-remaining": "37" if full else "0"}
        for window in ("x-app-limit-24hour", "x-user-limit-24hour"):
            headers |= {f"{window}-reset": str(now + 7200), f"{window}-remaining": "0" if window == full else "512"}
        publisher = await x.at(odd(429, "{}", **headers))
        with pytest.raises(RateLimited) as caught:
            await publisher.publish(post(), key="a")
        assert caught.value.retry_at == datetime.fromtimestamp(now + wait, UTC)

    async def test_a_time_that_has_passed_already_is_a_second_from_now(self, x):
        publisher = await x.at(odd(429, "{}", **{"x-rate-limit-reset": "1700000000"}))
        with pytest.raises(RateLimited) as caught:
            await publisher.publish(post(), key="a")
        assert 0 < (caught.value.retry_at - datetime.now(UTC)).total_seconds() <= 1

    async def test_the_lane_is_the_user_s_and_is_there_without_a_limit_too(self, x):
        (lane,) = (await x.publisher()).lanes()
        assert (lane.name, lane.gap, lane.burst) == ("x:7100000001", pytest.approx(1.05 * 900 / 81), 20)
        (lane,) = (await x.publisher(per_15_minutes=0)).lanes()
        assert (lane.name, lane.gap) == ("x:7100000001", 0.0)

    @pytest.mark.parametrize("token", ["a-token-without-a-number", "tokenwithoutadash", "7100000001"])
    async def test_a_token_of_another_shape_does_not_show_in_the_lane(self, token, x):
        (lane,) = (await x.publisher(access_token=Secret(token))).lanes()
        assert token not in lane.name
        assert len(lane.name) == 14


class TestDeleting:
    async def test_what_is_gone_is_gone_even_where_x_says_not_found(self, x, publisher):
        receipt = await publisher.publish(post(), key="a")
        await publisher.delete(receipt)
        x.stand_in._posting.limits = replace(x.stand_in.limits, missing_delete_is_404=True)
        await publisher.delete(receipt)
        assert x.stand_in.calls[-1].status == 404

    async def test_another_s_post_is_not_ours_to_delete(self, x, publisher):
        other = KEYS | {"access_token": "8-other", "access_secret": "other-secret"}
        x.stand_in.add_account("8", "other", "Other", **other)
        theirs = await x.publisher(**{name: Secret(value) for name, value in other.items()})
        receipt = await theirs.publish(post(), key="a")
        with pytest.raises(Rejected, match="not authorized to delete"):
            await publisher.delete(receipt)


class TestLinks:
    """A person says where a post is, with the link that X gives for it."""

    @pytest.mark.parametrize(
        "form",
        ["https://x.com/wire/status/{}", "https://twitter.com/i/web/status/{}?s=20", "mobile.x.com/wire/status/{}"],
    )
    async def test_a_link_to_a_post_of_the_account_names_it(self, publisher, form):
        sent = await publisher.publish(post("Talks begin"), key="1")
        found = await publisher.named(form.format(sent.remote_id))
        assert found.remote_id == sent.remote_id
        await publisher.delete(found)

    async def test_another_account_s_post_is_refused_whatever_name_is_in_its_link(self, x, publisher):
        theirs = {"access_token": "7100000002-theirs", "access_secret": "their-secret"}
        x.stand_in.add_account("7100000002", "other", "Other", **(KEYS | theirs))
        other = await x.publisher(**{name: Secret(value) for name, value in theirs.items()})
        sent = await other.publish(post("Talks begin"), key="1")
        with pytest.raises(UsageProblem, match="is another account's post"):
            await publisher.named(f"https://x.com/wire/status/{sent.remote_id}")

    @pytest.mark.parametrize(
        ("link", "why"),
        [
            ("https://x.com/wire/status/1234567890123456789", "X shows no post at"),
            ("https://x.com/wire", "is no link to a post"),
            ("https://t.me/wire/45", "is no link to a post"),
        ],
    )
    async def test_any_other_link_is_refused_with_the_reason(self, publisher, link, why):
        with pytest.raises(UsageProblem, match=why):
            await publisher.named(link)
