"""The Telegram publisher against the sandbox's Telegram, with the real python-telegram-bot."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest
from aiohttp import web
from support.places import BASIC_GROUP, CHANNEL, GROUP, OPS, PRIVATE, TOKEN
from support.publisher_contract import LINK, WireContract, lost, picture, post
from support.wire import odd, served

from newswire.delivery import Receipt
from newswire.errors import (
    ConfigError,
    Gone,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    Undeletable,
    UsageProblem,
)
from newswire.post import Button, Media, Message, Preview
from newswire.richtext import RichText, link
from newswire.secret import Secret, Secrets
from publishers import _ptb
from publishers._telegram_search import BEYOND, EARLY, MOST
from publishers.telegram import TelegramConfig
from sandbox.faults import Fault
from sandbox.telegram.rates import Pace, Rates
from sandbox.telegram.text import Formatted

BOT = int(TOKEN.partition(":")[0])


class TestContract(WireContract):
    platform = "telegram"
    golden = "telegram"
    letters: ClassVar = {"a": 1, "я": 1, "好": 1, "😀": 1}
    decisions: ClassVar = {401: Unauthorized, 403: Unauthorized, 404: Unauthorized, 409: Unavailable, 400: Rejected}
    wait_unsaid = 30

    @pytest.fixture
    def place(self, telegram):
        return telegram


@pytest.fixture
async def publisher(telegram):
    return await telegram.publisher()


def texts(place) -> list[str]:
    return [seen.text.split("\n")[0] for seen in place.seen()]


async def pictured(telegram, tmp_path, served_as="") -> Media:
    """A picture that is fetched from loopback by its address; without a local copy unless `served_as` names one."""
    local = picture(tmp_path)
    pages = web.Application()

    async def show(_: web.Request) -> web.FileResponse:
        return web.FileResponse(local.path)

    pages.router.add_get("/a.jpeg", show)
    address = await telegram.stack.enter_async_context(served(pages))
    return Media(url=f"{address}/a.jpeg", path=served_as, mime="image/jpeg")


class TestPictures:
    async def test_bytes_go_first_under_the_file_s_own_name(self, telegram, publisher, tmp_path):
        await publisher.publish(post(media=(picture(tmp_path),)), key="a")
        (asked,) = telegram.stand_in.calls
        assert asked.method == "sendPhoto"
        assert asked.uploads["photo"] > 100

    @pytest.mark.parametrize("broken", ["not a picture", ""])
    async def test_bytes_that_are_refused_are_followed_by_the_address(self, broken, telegram, publisher, tmp_path):
        file = tmp_path / "broken.jpeg"
        file.write_text(broken)
        await publisher.publish(post(media=(await pictured(telegram, tmp_path, str(file)),)), key="a")
        assert [seen.pictures for seen in telegram.seen()] == [1]

    async def test_a_strip_that_telegram_refuses_does_not_hold_the_post(self, telegram, publisher, tmp_path):
        await publisher.publish(post(media=(picture(tmp_path, size=(2100, 100)),)), key="a")
        assert [(seen.pictures, seen.card) for seen in telegram.seen()] == [(0, Preview(url=LINK))]

    async def test_eleven_megabytes_do_not_hold_the_post(self, telegram, publisher, tmp_path):
        file = tmp_path / "large.jpeg"
        file.write_bytes(bytes(11 * 2**20))
        await publisher.publish(post(media=(await pictured(telegram, tmp_path, str(file)),)), key="a")
        assert [seen.pictures for seen in telegram.seen()] == [1]

    async def test_a_page_that_says_too_large_does_not_hold_the_post_either(self, telegram, publisher, tmp_path):
        telegram.world.faults.add(Fault(platform="telegram", kind="error", method="sendPhoto", status=413, times=2))
        await publisher.publish(post(media=(picture(tmp_path),)), key="a")
        assert [(seen.pictures, seen.card) for seen in telegram.seen()] == [(0, Preview(url=LINK))]

    async def test_without_a_local_copy_telegram_fetches_it(self, telegram, publisher, tmp_path):
        await publisher.publish(post(media=(await pictured(telegram, tmp_path),)), key="a")
        assert [seen.pictures for seen in telegram.seen()] == [1]

    async def test_a_lost_answer_stops_the_fall_backs(self, telegram, publisher, tmp_path):
        telegram.world.faults.add(Fault(platform="telegram", kind="drop", method="sendPhoto"))
        with pytest.raises(OutcomeUnknown):
            await publisher.publish(post(media=(picture(tmp_path),)), key="a")
        assert [seen.pictures for seen in telegram.seen()] == [1]
        assert len(telegram.stand_in.calls) == 1

    async def test_a_caption_may_have_1024_characters_and_no_more(self, telegram, publisher, tmp_path):
        room = publisher.limits.caption - len(LINK) - 2
        await publisher.publish(post("😀" * room, media=(picture(tmp_path),)), key="a")
        with pytest.raises(Rejected, match="caption is too long"):
            await publisher.publish(post("😀" * (room + 1), media=(picture(tmp_path),)), key="b")
        assert len(telegram.seen()) == 1

    async def test_a_caption_is_corrected_and_the_picture_stays(self, telegram, publisher, tmp_path):
        message = post(media=(picture(tmp_path),))
        receipt = await publisher.publish(message, key="a")
        await publisher.edit(receipt, replace(post("Talks end"), media=message.media))
        assert [(seen.pictures, seen.text[:9]) for seen in telegram.seen()] == [(1, "Talks end")]

    async def test_a_post_whose_picture_failed_is_corrected_as_the_text_it_became(self, telegram, publisher):
        message = post(media=(Media(url="https://news.example.com/a.jpg"),))
        receipt = await publisher.publish(message, key="a")
        for _ in range(2):
            await publisher.edit(receipt, replace(post("Talks end"), media=message.media))
        assert texts(telegram) == ["Talks end"]

    async def test_a_post_that_lost_its_picture_on_the_site_is_corrected_as_the_caption_it_is(
        self, telegram, publisher, tmp_path
    ):
        receipt = await publisher.publish(post(media=(picture(tmp_path),)), key="a")
        for _ in range(2):
            await publisher.edit(receipt, post("Talks end"))
        assert [(seen.pictures, seen.text[:9]) for seen in telegram.seen()] == [(1, "Talks end")]


def heavier(one: Media) -> Media:
    """The same picture, with nine megabytes of nothing behind it."""
    with Path(one.path).open("ab") as file:
        file.write(bytes(9 * 2**20))
    return one


class TestAlbums:
    """Several pictures are one post: several messages, with the text under the first."""

    @pytest.fixture
    def story(self, tmp_path):
        return post("A walk", media=tuple(picture(tmp_path, size=(60 + n, 40)) for n in range(3)))

    @pytest.fixture
    def broken(self, tmp_path):
        (tmp_path / "broken.jpeg").write_bytes(b"no picture")
        return Media(url="https://news.example.com/a.jpg", path=str(tmp_path / "broken.jpeg"))

    async def test_pictures_go_out_together_and_are_corrected_and_taken_away_together(self, story, telegram, publisher):
        receipt = await publisher.publish(story, key="a")
        assert receipt.remote_id == "1,2,3"
        assert receipt.url == "https://t.me/wire_en/1"
        assert receipt.ids == ("1,2,3",)
        assert [(seen.id, seen.pictures) for seen in telegram.seen()] == [("1,2,3", 3)]
        await publisher.edit(receipt, replace(story, text=post("A long walk").text))
        assert [(seen.pictures, seen.text[:11]) for seen in telegram.seen()] == [(3, "A long walk")]
        for _ in range(2):
            await publisher.delete(receipt)
        assert telegram.seen() == []

    async def test_ten_pictures_are_the_most(self, telegram, publisher, tmp_path):
        many = tuple(picture(tmp_path, size=(60 + n, 40)) for n in range(12))
        await publisher.publish(post(media=many), key="a")
        assert [seen.pictures for seen in telegram.seen()] == [10]

    async def test_a_picture_that_is_not_at_hand_is_left_out(self, story, telegram, publisher):
        less = replace(story, media=(Media(url="https://news.example.com/a.jpg"), *story.media))
        await publisher.publish(less, key="a")
        assert [(seen.pictures, seen.text[:6]) for seen in telegram.seen()] == [(3, "A walk")]

    async def test_where_only_one_is_at_hand_it_goes_out_alone(self, story, telegram, publisher):
        far = Media(url="https://news.example.com/a.jpg")
        await publisher.publish(replace(story, media=(story.media[0], far)), key="a")
        assert [(seen.id, seen.pictures) for seen in telegram.seen()] == [("1", 1)]

    async def test_an_album_too_heavy_for_one_request_leaves_the_last_out(self, telegram, publisher, tmp_path):
        six = tuple(heavier(picture(tmp_path, size=(60 + n, 40))) for n in range(6))
        await publisher.publish(post(media=six), key="a")
        assert [seen.pictures for seen in telegram.seen()] == [4]

    async def test_an_album_whose_first_picture_is_refused_is_for_a_person_to_look_at(
        self, story, broken, telegram, publisher
    ):
        with pytest.raises(Rejected, match="without words: please look"):
            await publisher.publish(replace(story, media=(broken, *story.media)), key="a")
        assert [call.method for call in telegram.stand_in.calls] == ["sendMediaGroup"]

    async def test_an_album_that_broke_off_is_found_as_far_as_it_is_out(self, story, broken, publisher):
        before = await publisher.publish(post("Before"), key="b")
        message = replace(story, media=(*story.media, broken))
        with pytest.raises(OutcomeUnknown, match="only some of the album's pictures"):
            await publisher.publish(message, key="a")
        assert (await publisher.find(message, lost(before))).remote_id == "2,3,4"

    @pytest.mark.parametrize("out", [True, False])
    async def test_a_lost_album_is_found_with_all_its_pictures_and_no_others(
        self, out, story, telegram, publisher, tmp_path
    ):
        before = await publisher.publish(story, key="b")
        telegram.world.faults.add(Fault(platform="telegram", kind="drop" if out else "reset"))
        with pytest.raises(OutcomeUnknown):
            await publisher.publish(story, key="a")
        telegram.world.offset = 2
        after = await publisher.publish(post("After", media=(picture(tmp_path),)), key="c")
        found = await publisher.find(story, lost(before, known=frozenset({after.remote_id})))
        assert (found.remote_id if found else "") == ("4,5,6" if out else "")

    async def test_a_captioned_picture_of_the_same_second_is_not_the_album_s(self, story, telegram, publisher):
        before = await publisher.publish(post("Before"), key="b")
        receipt = await publisher.publish(replace(story, media=story.media[:2]), key="a")
        await publisher.publish(replace(post("Other"), media=story.media[:1]), key="c")
        telegram.chat.messages[4].date = telegram.chat.messages[2].date
        lost_one = replace(story, media=story.media[:2])
        assert (await publisher.find(lost_one, lost(before))).remote_id == receipt.remote_id == "2,3"

    async def test_a_bare_picture_of_another_second_is_not_the_album_s(self, story, telegram, publisher):
        before = await publisher.publish(post("Before"), key="b")
        await publisher.publish(replace(story, media=story.media[:2]), key="a")
        telegram.world.offset = 2
        telegram.stand_in.post(telegram.chat, telegram.stand_in.owner, photo=telegram.chat.messages[2].photo)
        assert (await publisher.find(story, lost(before))).remote_id == "2,3"

    async def test_a_correction_brings_no_buttons_to_an_album(self, story, telegram, publisher):
        receipt = await publisher.publish(story, key="a")
        await publisher.edit(receipt, replace(story, text=post("A long walk").text, buttons=((Button("Read", LINK),),)))
        assert telegram.seen()[0].buttons == ()

    async def test_a_thread_answers_the_album_s_first_message(self, story, telegram, publisher):
        receipt = await publisher.publish(replace(story, more=(post("Two"),)), key="a")
        assert receipt.ids == ("1,2,3", "4")
        assert telegram.seen()[-1].answers == "1"
        await publisher.delete(receipt)
        assert telegram.seen() == []


class TestCards:
    async def test_no_card_is_drawn_where_none_is_wished(self, telegram, publisher):
        await publisher.publish(post(), key="a")
        assert telegram.chat.messages[1].preview == {"is_disabled": True}

    @pytest.mark.parametrize(
        "card", [Preview(url=LINK), Preview(url=LINK, large=False), Preview(url=LINK, above_text=True)]
    )
    async def test_a_card_is_for_the_address_that_was_said_and_as_it_was_wished(self, card, telegram, publisher):
        receipt = await publisher.publish(post(preview=card), key="a")
        assert [seen.card for seen in telegram.seen()] == [card]
        await publisher.edit(receipt, post("Talks end", preview=card))
        assert [seen.card for seen in telegram.seen()] == [card]

    async def test_buttons_stay_when_a_post_is_corrected_and_go_when_the_new_message_has_none(
        self, telegram, publisher
    ):
        rows = ((Button("Read", LINK),),)
        receipt = await publisher.publish(post(buttons=rows), key="a")
        await publisher.edit(receipt, post("Talks end", buttons=rows))
        assert telegram.seen()[0].buttons == rows
        await publisher.edit(receipt, post("Talks end"))
        assert telegram.seen()[0].buttons == ()


class TestLinks:
    @pytest.mark.parametrize(
        ("to", "address"),
        [
            (CHANNEL, "https://t.me/wire_en/1"),
            ("@wire_en", "https://t.me/wire_en/1"),
            (PRIVATE, "https://t.me/c/1000000002/1"),
            (str(GROUP), "https://t.me/c/1000000003/1"),
        ],
    )
    async def test_a_receipt_leads_to_the_post(self, to, address, telegram):
        publisher = await telegram.publisher(to=to)
        assert (await publisher.publish(post(), key="a")).url == address


class TestRights:
    @pytest.mark.parametrize(
        ("status", "rights", "missing"),
        [
            ("administrator", {"can_post_messages"}, ("edit messages", "delete messages")),
            ("administrator", {"can_edit_messages", "can_delete_messages"}, ("post messages",)),
            ("member", set(), ("be an administrator of the channel",)),
            ("left", set(), ("be an administrator of the channel",)),
        ],
    )
    async def test_what_is_missing_is_said_in_words(self, status, rights, missing, telegram, publisher):
        telegram.stand_in.set_member(CHANNEL, BOT, status, rights)
        account = await publisher.verify()
        assert account.missing == missing
        assert account.name == "@wire_bot in Wire English"
        assert account.url == "https://t.me/wire_en"

    async def test_a_closed_list_of_members_means_that_the_bot_is_no_administrator(self, telegram):
        said = {"ok": False, "error_code": 400, "description": "Bad Request: member list is inaccessible"}
        app = telegram.app()

        @web.middleware
        async def closed(request, handler):
            if request.path.endswith("getChatMember"):
                return web.json_response(said, status=400)
            return await handler(request)

        app.middlewares.append(closed)
        address = await telegram.stack.enter_async_context(served(app))
        publisher = await telegram.publisher(api=f"{address}/telegram")
        assert (await publisher.verify()).missing == ("be an administrator of the channel",)

    async def test_in_a_group_it_is_enough_to_be_there(self, telegram):
        publisher = await telegram.publisher(to=GROUP)
        assert (await publisher.verify()).missing == ()
        telegram.stand_in.set_member(GROUP, BOT, "left")
        with pytest.raises(Unauthorized):
            await publisher.verify()

    async def test_a_bot_that_may_not_post_loses_its_channel_not_its_post(self, telegram, publisher):
        telegram.stand_in.set_member(CHANNEL, BOT, "administrator", {"can_edit_messages"})
        with pytest.raises(Unauthorized, match="administrator rights"):
            await publisher.publish(post(), key="a")
        telegram.stand_in.set_member(CHANNEL, BOT, "kicked")
        with pytest.raises(Unauthorized, match="kicked"):
            await publisher.publish(post(), key="a")

    async def test_a_channel_that_is_not_there_is_the_channel_s_trouble(self, telegram):
        for to in ("@nobody_here", -1009999999999):
            with pytest.raises(Unauthorized, match="Chat not found"):
                await (await telegram.publisher(to=to)).publish(post(), key="a")

    async def test_a_group_that_moved_says_its_new_number(self, telegram):
        telegram.stand_in.chats[GROUP].upgraded_to = -1001000000099
        with pytest.raises(Unauthorized, match="to = -1001000000099"):
            await (await telegram.publisher(to=GROUP)).publish(post(), key="a")

    async def test_a_token_nobody_knows_says_where_to_get_one(self, telegram):
        publisher = await telegram.publisher(token=Secret("123456789:not-the-token-of-anybody-0001"))
        for call in (publisher.publish(post(), key="a"), publisher.verify()):
            with pytest.raises(Unauthorized, match="@BotFather"):
                await call


class TestAge:
    async def test_a_post_older_than_two_days_is_edited_but_not_deleted(self, telegram, publisher):
        receipt = await publisher.publish(post(), key="a")
        telegram.world.offset = 48 * 3600 + 1
        with pytest.raises(Undeletable, match="48 hours"):
            await publisher.delete(receipt)
        await publisher.edit(receipt, post("Withdrawn"))
        assert texts(telegram) == ["Withdrawn"]

    async def test_in_a_group_it_is_the_same(self, telegram):
        publisher = await telegram.publisher(to=GROUP)
        receipt = await publisher.publish(post(), key="a")
        telegram.world.offset = 48 * 3600 + 1
        with pytest.raises(Undeletable, match="48 hours"):
            await publisher.delete(receipt)
        await publisher.edit(receipt, post("Withdrawn"))

    async def test_a_bot_that_may_not_delete_is_told_to_edit_instead(self, telegram, publisher):
        receipt = await publisher.publish(post(), key="a")
        telegram.stand_in.set_member(CHANNEL, BOT, "administrator", {"can_edit_messages"})
        with pytest.raises(Undeletable, match="edit it instead"):
            await publisher.delete(receipt)

    async def test_a_post_that_is_gone_says_so(self, publisher):
        receipt = Receipt(remote_id="77", at=datetime.now(UTC))
        with pytest.raises(Gone, match="not on Telegram"):
            await publisher.edit(receipt, post())
        await publisher.delete(receipt)

    async def test_another_s_post_of_long_ago_is_not_ours_to_edit(self, telegram, publisher):
        theirs = telegram.stand_in.post(telegram.chat, telegram.stand_in.owner, body=Formatted("Good morning"))
        telegram.world.offset = 48 * 3600 + 1
        with pytest.raises(Rejected, match="somebody else's") as caught:
            await publisher.edit(Receipt(remote_id=str(theirs.id), at=datetime.now(UTC)), post())
        assert type(caught.value) is Rejected

    async def test_a_correction_that_is_too_long_for_a_caption_says_why(self, telegram, publisher, tmp_path):
        receipt = await publisher.publish(post(media=(picture(tmp_path),)), key="a")
        with pytest.raises(Rejected, match="with a picture has room for 1024"):
            await publisher.edit(receipt, post("a" * 1025))
        assert texts(telegram) == ["Talks begin"]


class TestSearching:
    """How a lost post is read back: by silent forwards to the ops chat, never by touching another post."""

    @pytest.fixture
    async def before(self, publisher):
        return await publisher.publish(post("Before"), key="b")

    def others(self, telegram, *texts: str) -> None:
        """What another administrator writes in the channel."""
        for text in texts:
            telegram.stand_in.post(telegram.chat, telegram.stand_in.owner, body=Formatted(text))

    async def forward(self, telegram, source: int, number: int) -> None:
        """What another administrator forwards into the channel."""
        bot = _ptb.bot(Secret(TOKEN), telegram.address, wire := _ptb.AiohttpRequest())
        await wire.initialize()
        await bot.forward_message(CHANNEL, source, number)
        await wire.shutdown()

    async def lose(self, telegram, publisher, message=None, *, out=True) -> None:
        telegram.world.faults.add(Fault(platform="telegram", kind="drop" if out else "reset"))
        with pytest.raises(OutcomeUnknown):
            await publisher.publish(message or post(), key="a")

    async def asks(self, publisher, before, words, message=None) -> None:
        """A person is asked, for that reason, and nothing will change by itself."""
        with pytest.raises(OutcomeUnknown, match=words) as caught:
            await publisher.find(message or post(), lost(before))
        assert caught.value.retry_at is None
        assert "please look" in str(caught.value)

    def methods(self, telegram) -> list[str]:
        return [call.method for call in telegram.stand_in.calls]

    @pytest.mark.parametrize(
        "message",
        [
            Message(text=RichText("Talks begin"), link=LINK, preview=Preview(url=LINK)),
            Message(text=link("Talks begin", LINK), link=LINK),
            Message(text=RichText("Talks begin"), link=LINK, buttons=((Button("Read", LINK),),)),
            Message(text=RichText("  Talks\r\n\n begin "), link=LINK, preview=Preview(url=LINK)),
            Message(text=RichText("Talks begin"), link=""),
        ],
    )
    async def test_a_post_is_known_wherever_its_link_is(self, message, telegram, publisher, before):
        await self.lose(telegram, publisher, message)
        found = await publisher.find(message, lost(before))
        assert found is not None
        assert (found.remote_id, found.url) == (
            telegram.seen()[-1].id,
            f"https://t.me/wire_en/{telegram.seen()[-1].id}",
        )

    async def test_another_edition_s_post_whose_button_leads_to_the_same_article_is_not_it(
        self, telegram, publisher, before
    ):
        theirs = "https://news.example.com/ru/talks"
        buttons = ((Button("EN", LINK),),)
        await publisher.publish(
            Message(text=link("Начались переговоры", theirs), link=theirs, buttons=buttons), key="r"
        )
        assert await publisher.find(post(), lost(before)) is None

    async def test_a_card_that_telegram_could_not_draw_does_not_hide_a_post(self, telegram, publisher, before):
        message = Message(text=RichText("Talks begin"), link=LINK, preview=Preview(url=LINK))
        await self.lose(telegram, publisher, message)
        telegram.chat.messages[2].preview = None
        assert (await publisher.find(message, lost(before))).remote_id == "2"

    async def test_a_picture_s_post_is_known_by_its_caption(self, telegram, publisher, before, tmp_path):
        message = post(media=(picture(tmp_path),))
        await self.lose(telegram, publisher, message)
        assert (await publisher.find(message, lost(before))).remote_id == telegram.seen()[-1].id

    async def test_only_forwards_without_a_sound_are_sent_and_each_copy_is_deleted(self, telegram, publisher, before):
        self.others(telegram, "Good morning", "The weather")
        await self.lose(telegram, publisher)
        telegram.stand_in.calls.clear()
        await publisher.find(post(), lost(before))
        assert self.methods(telegram) == ["getChat", *["forwardMessage", "deleteMessage"] * 3]
        copies = telegram.stand_in.chats[OPS].messages.values()
        assert all(copy.silent and copy.deleted_at for copy in copies)
        assert [seen.text.split("\n")[0] for seen in telegram.seen()] == [
            "Before", "Good morning", "The weather", "Talks begin",
        ]  # fmt: skip

    async def test_a_copy_that_cannot_be_deleted_does_not_stop_the_search(self, telegram, publisher, before):
        await self.lose(telegram, publisher)
        telegram.world.faults.add(Fault(platform="telegram", kind="error", method="deleteMessage", status=400))
        assert (await publisher.find(post(), lost(before))).remote_id == "2"
        assert [copy.deleted_at for copy in telegram.stand_in.chats[OPS].messages.values()] == [None]

    async def test_what_was_read_once_is_not_forwarded_again(self, telegram, publisher, before):
        self.others(telegram, *[f"Note {n}" for n in range(5)])
        for _ in range(3):
            assert await publisher.find(post(), lost(before)) is None
        assert self.methods(telegram).count("deleteMessage") == 5

    async def test_posts_of_ours_are_passed_over_without_a_look(self, telegram, publisher, before):
        known = [await publisher.publish(post(f"Story {n}"), key=str(n)) for n in range(40)]
        await self.lose(telegram, publisher)
        telegram.stand_in.calls.clear()
        found = await publisher.find(post(), lost(before, known=frozenset(one.remote_id for one in known)))
        assert found.remote_id == telegram.seen()[-1].id
        assert self.methods(telegram) == ["getChat", "forwardMessage", "deleteMessage"]

    @pytest.mark.parametrize("out", [True, False])
    async def test_gaps_and_service_messages_are_passed_over(self, out, telegram, publisher, before):
        self.others(telegram, *[f"Note {n}" for n in range(12)])
        for n in range(2, 14):
            telegram.stand_in.delete(telegram.chat.messages[n])
        telegram.stand_in.rename(telegram.chat, "Wire in English")
        await self.lose(telegram, publisher, out=out)
        found = await publisher.find(post(), lost(before))
        assert (found.remote_id if found else None) == (telegram.seen()[-1].id if out else None)

    async def test_a_sweep_between_two_posts_of_ours_does_not_end_the_search(self, telegram, publisher, before):
        self.others(telegram, *[f"Note {n}" for n in range(30)])
        for n in range(2, 32):
            telegram.stand_in.delete(telegram.chat.messages[n])
        await self.lose(telegram, publisher)
        later = await publisher.publish(post("Later"), key="c")
        found = await publisher.find(post(), lost(before, known=frozenset({later.remote_id})))
        assert found.remote_id == "32"

    async def test_the_same_text_under_another_link_is_another_post(self, telegram, publisher, before):
        other = f"{LINK}&other=1"
        self.others(telegram, f"Talks begin\n\n{other}")
        await self.asks(publisher, before, "much like it, https://t.me/wire_en/2")

    async def test_what_others_forward_into_the_channel_is_not_ours(self, telegram, publisher, before):
        await (await telegram.publisher(to=PRIVATE)).publish(post(), key="p")
        await self.forward(telegram, PRIVATE, 1)
        assert await publisher.find(post(), lost(before)) is None

    async def test_in_a_group_only_the_bot_s_own_words_count(self, telegram):
        publisher = await telegram.publisher(to=GROUP)
        group = telegram.stand_in.chats[GROUP]
        before = await publisher.publish(post("Before"), key="b")
        telegram.stand_in.post(group, telegram.stand_in.owner, body=Formatted(post().text.text))
        assert await publisher.find(post(), lost(before)) is None
        await self.lose(telegram, publisher)
        assert (await publisher.find(post(), lost(before))).url == "https://t.me/c/1000000003/3"

    async def test_a_small_group_finds_but_is_never_certain_that_nothing_is_there(self, telegram):
        publisher = await telegram.publisher(to=BASIC_GROUP)
        before = await publisher.publish(post("Before"), key="b")
        await self.asks(publisher, before, "small group")
        await self.lose(telegram, publisher)
        assert await publisher.find(post(), lost(before)) is not None

    async def test_without_an_earlier_post_a_young_channel_finds_but_is_never_certain(self, telegram, publisher):
        nothing = Receipt(remote_id="", at=datetime.now(UTC))
        await self.asks(publisher, nothing, "where the channel's new posts begin")
        await self.lose(telegram, publisher)
        assert (await publisher.find(post(), lost(nothing))).remote_id == "1"

    async def test_without_an_earlier_post_an_old_channel_is_not_searched_through(self, telegram, publisher):
        telegram.world.offset = -90 * 86_400
        self.others(telegram, *[f"Note {n}" for n in range(30)])
        telegram.world.offset = 0
        await self.asks(publisher, Receipt(remote_id="", at=datetime.now(UTC)), "where the channel's new posts begin")
        assert self.methods(telegram).count("forwardMessage") == 1

    @pytest.mark.parametrize("out", [True, False])
    async def test_posts_of_the_same_minutes_show_where_a_new_channel_of_ours_begins(self, out, telegram, publisher):
        telegram.world.offset = -90 * 86_400
        self.others(telegram, *[f"Note {n}" for n in range(30)])
        telegram.world.offset = 0
        nothing = Receipt(remote_id="", at=datetime.now(UTC))
        first = await publisher.publish(post("First"), key="f")
        await self.lose(telegram, publisher, out=out)
        later = await publisher.publish(post("Later"), key="l")
        telegram.stand_in.calls.clear()
        found = await publisher.find(post(), lost(nothing, known=frozenset({first.remote_id, later.remote_id})))
        assert (found.remote_id if found else None) == ("32" if out else None)
        assert self.methods(telegram).count("deleteMessage") == 1 + out  # the last note, and the post itself

    async def test_what_was_out_before_the_first_known_post_is_found_in_a_young_channel(self, telegram, publisher):
        await self.lose(telegram, publisher)
        later = await publisher.publish(post("Later"), key="l")
        nothing = Receipt(remote_id="", at=datetime.now(UTC))
        assert (await publisher.find(post(), lost(nothing, known=frozenset({later.remote_id})))).remote_id == "1"
        assert await publisher.find(post("Another"), lost(nothing, known=frozenset({later.remote_id, "1"}))) is None

    async def test_a_channel_with_too_many_newer_posts_is_for_a_person_to_look_at(self, telegram, publisher, before):
        self.others(telegram, *[f"Note {n}" for n in range(MOST + 1)])
        await self.lose(telegram, publisher)
        await self.asks(publisher, before, f"more than {MOST} newer posts")
        assert self.methods(telegram).count("deleteMessage") == MOST

    async def test_a_channel_that_forbids_forwards_says_so(self, telegram, publisher, before):
        telegram.chat.protected = True
        await self.asks(publisher, before, "forwarded")
        assert "forwardMessage" not in self.methods(telegram)

    async def test_nothing_is_forwarded_to_where_readers_are(self, telegram, before):
        telegram.chat.linked = OPS
        await self.asks(await telegram.publisher(), before, "where readers are")
        await self.asks(await telegram.publisher(to="@wire_en", ops_chat=CHANNEL), before, "where readers are")
        assert "forwardMessage" not in self.methods(telegram)

    async def test_no_ops_chat_says_what_to_set(self, telegram, before):
        await self.asks(await telegram.publisher(ops_chat=None), before, "names no ops_chat")

    @pytest.mark.parametrize("status", ["left", "kicked"])
    async def test_an_ops_chat_without_the_bot_is_not_the_channel_s_trouble(self, status, telegram, publisher, before):
        telegram.stand_in.set_member(OPS, BOT, status)
        self.others(telegram, "Good morning")
        await self.asks(publisher, before, "Forbidden")

    async def test_a_flood_wait_of_the_ops_chat_is_waited_for_and_the_search_goes_on_from_there(
        self, telegram, publisher, before
    ):
        telegram.stand_in.bots[TOKEN].pace = Pace(Rates(per_second=None, per_chat_second=None, per_group_minute=5))
        self.others(telegram, *[f"Note {n}" for n in range(8)])
        with pytest.raises(OutcomeUnknown, match="pause") as caught:
            await publisher.find(post(), lost(before))
        assert caught.value.retry_at > datetime.now(UTC)
        telegram.world.offset = 60
        assert await publisher.find(post(), lost(before)) is None
        assert self.methods(telegram).count("deleteMessage") == 8

    async def test_a_search_that_broke_off_goes_on_where_it_did(self, telegram, publisher, before):
        order = {"platform": "telegram", "method": "forwardMessage"}
        for _ in range(5):
            telegram.world.faults.add(Fault(kind="delay", **order))
        telegram.world.faults.add(Fault(kind="flood", seconds=70, **order))
        search = lost(before)
        with pytest.raises(OutcomeUnknown) as caught:
            await publisher.find(post(), search)
        assert caught.value.retry_at is not None
        assert await publisher.find(post(), search) is None
        assert self.methods(telegram).count("forwardMessage") == BEYOND

    async def test_a_connection_that_breaks_now_and_then_does_not_stop_the_search(self, telegram, publisher, before):
        for kind in ("reset", "error_after"):
            telegram.world.faults.add(Fault(platform="telegram", kind=kind, method="forwardMessage", status=502))
        telegram.world.faults.add(Fault(platform="telegram", kind="flood", method="forwardMessage", seconds=1))
        telegram.world.faults.add(Fault(platform="telegram", kind="reset", method="getChat"))
        telegram.world.faults.add(Fault(platform="telegram", kind="reset", method="deleteMessage"))
        self.others(telegram, "Good morning")
        assert await publisher.find(post(), lost(before)) is None

    async def test_as_long_as_nothing_is_certain_only_a_few_ids_are_tried(self, telegram, publisher, before):
        with pytest.raises(OutcomeUnknown, match="so far"):
            await publisher.find(post(), lost(before, settled=False))
        assert self.methods(telegram).count("forwardMessage") == EARLY

    async def test_searches_go_by_the_lanes_of_the_ops_chat(self, telegram):
        bot = TOKEN.partition(":")[0]
        names = [lane.name for lane in (await telegram.publisher()).search_lanes()]
        assert names == [f"telegram:{bot}:{OPS}", f"telegram:{bot}:{OPS}:minute", f"telegram:{bot}"]
        assert (await telegram.publisher(ops_chat=None)).search_lanes() == ()


class TestPace:
    async def test_the_stand_in_s_own_flood_wait_is_obeyed_to_the_second(self, world_with_rates):
        place, publisher = world_with_rates
        waits = []
        for n in range(25):
            try:
                await publisher.publish(post(f"Story {n}"), key=str(n))
            except RateLimited as error:
                waits.append((error.retry_at - datetime.now(UTC)).total_seconds())
        assert len(place.seen()) == 20
        assert all(1 < wait <= 4 for wait in waits)

    @pytest.fixture
    async def world_with_rates(self, telegram):
        telegram.stand_in.bots[TOKEN].pace = Pace(Rates(per_second=30, per_chat_second=None, per_group_minute=20))
        return telegram, await telegram.publisher()

    async def test_the_chat_s_lane_comes_first_for_it_is_the_one_a_flood_wait_closes(self, telegram):
        bot = TOKEN.partition(":")[0]
        names = [lane.name for lane in (await telegram.publisher()).lanes()]
        assert names == [f"telegram:{bot}:{CHANNEL}", f"telegram:{bot}:{CHANNEL}:minute", f"telegram:{bot}"]
        unlimited = (await telegram.publisher(per_second=0, per_minute=0)).lanes()
        assert (unlimited[0].name, unlimited[0].gap) == (f"telegram:{bot}:{CHANNEL}", 0)
        assert len(unlimited) == 2

    @pytest.mark.parametrize("wait", ["0", "-3", '"soon"', "null", "[]"])
    async def test_a_wait_that_is_none_becomes_half_a_minute(self, wait, telegram):
        body = f'{{"ok": false, "error_code": 429, "description": "Too Many", "parameters": {{"retry_after": {wait}}}}}'
        publisher = await telegram.at(odd(429, body))
        with pytest.raises(RateLimited) as caught:
            await publisher.publish(post(), key="a")
        assert 28 < (caught.value.retry_at - datetime.now(UTC)).total_seconds() <= 30


class TestConfig:
    @pytest.mark.parametrize("to", ["wire_en", "https://t.me/wire_en", ""])
    def test_a_place_that_is_no_channel_says_how_to_write_one(self, to):
        with pytest.raises(ConfigError, match=r'write "@name" or its number'):
            TelegramConfig.read("tg-en", "telegram", {"to": to}, Secrets({"TELEGRAM_BOT_TOKEN": TOKEN}))

    @pytest.mark.parametrize("token", ["what-is-a-token", "123:", "bot123:abc", "123:a b"])
    def test_a_token_that_is_none_is_not_shown(self, token):
        with pytest.raises(ConfigError, match="@BotFather") as caught:
            TelegramConfig.read("tg-en", "telegram", {"to": "@a"}, Secrets({"TELEGRAM_BOT_TOKEN": token}))
        assert token not in str(caught.value)

    def test_a_channel_s_own_token_goes_before_its_platform_s(self):
        secrets = Secrets({"TELEGRAM_BOT_TOKEN": TOKEN, "TG_EN_BOT_TOKEN": "99:own"})
        assert TelegramConfig.read("tg-en", "telegram", {"to": "@a"}, secrets).token.reveal() == "99:own"
        assert TelegramConfig.read("tg-ru", "telegram", {"to": "@a"}, secrets).token.reveal() == TOKEN


class TestLinksThatPeopleGive:
    """A person says where a post is, with the link that Telegram gives for it."""

    @pytest.mark.parametrize(
        "link",
        [
            "https://t.me/wire_en/45",
            "t.me/Wire_EN/45?single",
            "https://telegram.me/s/wire_en/45",
            f"https://t.me/c/{str(CHANNEL).removeprefix('-100')}/45",
            f"https://t.me/c/{str(CHANNEL).removeprefix('-100')}/3/45",
        ],
    )
    @pytest.mark.parametrize("to", [CHANNEL, "@wire_en"])
    async def test_a_link_to_the_channel_names_the_post(self, telegram, link, to):
        publisher = await telegram.publisher(to=to)
        assert (await publisher.named(link)).remote_id == "45"

    @pytest.mark.parametrize(
        ("link", "why"),
        [
            ("https://t.me/somebody_else/45", "leads to another chat than"),
            ("https://t.me/c/1999999999/45", "leads to another chat than"),
            ("https://t.me/wire_en", "is no link to a post; one looks like https://t.me/name/123"),
            ("https://x.com/wire_en/status/45", "is no link to a post"),
            ("https://t.me.example.com/wire_en/45", "is no link to a post"),
        ],
    )
    @pytest.mark.parametrize("to", [CHANNEL, "@wire_en"])
    async def test_any_other_link_is_refused_with_the_reason(self, telegram, link, why, to):
        publisher = await telegram.publisher(to=to)
        with pytest.raises(UsageProblem, match=why):
            await publisher.named(link)

    async def test_what_a_link_named_can_be_corrected_and_taken_away(self, publisher, telegram):
        sent = await publisher.publish(post("Talks begin"), key="1")
        found = await publisher.named(sent.url)
        assert found.ids == sent.ids
        await publisher.edit(found, post("Talks end"))
        assert texts(telegram) == ["Talks end"]
        await publisher.delete(found)
        assert texts(telegram) == []
