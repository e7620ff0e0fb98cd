"""A post is to be taken back while nobody knows whether it is out: the wish is kept, and done once that is known."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from support.desk import NOON, OWNER

from db import deliveries, posts
from db.claims import Claim
from db.settlements import Settlement
from desk.carrying import deliver, recover
from desk.deciding import retract, why, witness
from desk.deciding.review import Press, Said
from desk.newsroom import Newsroom
from desk.watching import intake
from newswire.article import Article
from newswire.delivery import Action, Receipt
from newswire.errors import DeliveryError, OutcomeUnknown, Rejected, Unavailable
from newswire.post import Post, PostState
from newswire.retry import judge
from newswire.richtext import RichText

STORY = Article(url="https://news.example/en/1", title="Talks begin", edition="en", source="site-en", published_at=NOON)
CHANNEL = """
[editors]
chat = -100123
owners = [1]
approve = { default = 0 }

[[channel]]
name = "tg-en"
type = "dry_run"
edition = "en"
"""


class Wire:
    """One article with one post, which is in the air."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom = newsroom
        self.claim: Claim

    async def fly(self) -> None:
        await intake.take_in(self.newsroom, STORY, by="test")
        (self.claim,) = (await deliver.claim(self.newsroom, 10)).claims

    async def post(self) -> Post:
        async with self.newsroom.store.read() as connection:
            found = await posts.get(connection, self.claim.post.id)
        assert found is not None
        return found

    async def answer(self, answer: Receipt | DeliveryError, claim: Claim | None = None) -> PostState:
        """The platform's answer to the claim; where the post stands then."""
        claim = claim or self.claim
        now = self.newsroom.clock.now()
        if isinstance(answer, Receipt):
            settlement = deliver._settlement(claim, PostState.PUBLISHED, receipt=answer)
        else:
            verdict = judge(answer, tries=1, now=now, action=claim.action)
            settlement = Settlement(
                claim=claim, verdict=verdict, reason=str(answer), receipt=answer.done, alike=answer.alike
            )
        await self.newsroom.settling.settle(settlement)
        return (await self.post()).state

    async def look(self) -> Claim:
        """The claim of a look whether it is there."""
        self.newsroom.clock.move(timedelta(seconds=5))
        (claim,) = (await deliver.claim(self.newsroom, 10)).claims
        assert claim.action is Action.FIND
        return claim

    async def go_on(self) -> PostState:
        """Whatever is due is delivered, to channels that reach nobody."""
        for claim in (await deliver.claim(self.newsroom, 10)).claims:
            await deliver.deliver(self.newsroom, claim)
        return (await self.post()).state

    async def retract(self) -> Said:
        return await retract.retract(self.newsroom, Press(OWNER, self.claim.post.article_id))

    async def why(self) -> str:
        told = await why.story(self.newsroom, self.claim.post.article_id)
        assert told is not None
        return "\n".join(why.lines(told, self.newsroom))


@pytest.fixture
async def wire(make) -> Wire:
    made = Wire(await make(CHANNEL))
    await made.fly()
    return made


LOST = OutcomeUnknown("no answer in 60 s")
OUT = Receipt(remote_id="7", at=NOON, url="https://t.example/7")
DOUBT = "Nobody knows yet whether it is out in tg-en; if so, it is taken back then."


async def test_a_post_that_is_going_out_is_deleted_as_soon_as_it_is_out_and_why_says_so(wire: Wire):
    said = await wire.retract()
    assert said.done
    assert said.text.endswith(DOUBT)
    assert (await wire.post()).state is PostState.PUBLISHING, "the call goes on"
    assert await wire.answer(OUT) is PostState.CORRECTING
    assert (await wire.post()).remote_id == "7"
    assert await wire.go_on() is PostState.RETRACTED
    told = await wire.why()
    assert "tg-en to be taken back by Leyla: retracted" in told
    assert "tg-en published by newswire" in told
    assert "tg-en correcting by newswire: it is out, and was to be taken back" in told


@pytest.mark.parametrize("answer", [Unavailable("never left"), Rejected("too long")], ids=["later", "refused"])
async def test_a_post_that_is_going_out_and_is_not_taken_is_called_off_and_never_sent_again(wire: Wire, answer):
    await wire.retract()
    assert await wire.answer(answer) is PostState.CANCELLED
    wire.newsroom.clock.move(timedelta(hours=1))
    assert await wire.go_on() is PostState.CANCELLED
    assert "tg-en cancelled by newswire: it is not out, and was to be taken back" in await wire.why()


async def test_an_uncertain_post_that_is_found_is_deleted(wire: Wire):
    assert await wire.answer(LOST) is PostState.UNCERTAIN
    assert (await wire.retract()).done
    assert await wire.answer(OUT, await wire.look()) is PostState.CORRECTING
    assert await wire.go_on() is PostState.RETRACTED


async def test_an_uncertain_post_that_is_certainly_not_there_is_called_off(wire: Wire):
    await wire.answer(LOST)
    await wire.retract()
    claim = await wire.look()
    await deliver.deliver(wire.newsroom, claim)  # the channel that reaches nobody shows nothing
    assert (await wire.post()).state is PostState.CANCELLED


async def test_of_a_thread_that_broke_off_what_is_out_is_deleted(wire: Wire):
    await wire.retract()
    broken = Unavailable("never left")
    broken.done = replace(OUT, parts=("7",))
    assert await wire.answer(broken) is PostState.CORRECTING
    assert (await wire.post()).remote_id == "7"
    assert await wire.go_on() is PostState.RETRACTED


async def test_the_wish_outlives_the_process(wire: Wire):
    await wire.retract()
    assert await recover.recover(wire.newsroom) == 1
    assert (await wire.post()).state is PostState.UNCERTAIN
    assert await wire.answer(OUT) is PostState.CORRECTING, "the late answer says where it is"


async def test_a_wish_is_written_down_once(wire: Wire):
    first, second = await wire.retract(), await wire.retract()
    assert (first.done, second.done) == (True, False)
    assert second.text == f"Already retracted by Leyla. {DOUBT}"


async def test_two_who_retract_while_the_answer_comes_leave_one_deletion(wire: Wire):
    await asyncio.gather(wire.retract(), wire.answer(OUT), wire.retract())
    assert await wire.go_on() is PostState.RETRACTED
    async with wire.newsroom.store.read() as connection:
        calls = await deliveries.of_post(connection, wire.claim.post.id)
    assert [call.action for call in calls] == [Action.PUBLISH, Action.DELETE]


# ------------------------------------------------------------------ a person looks


async def _asked(wire: Wire, alike: Receipt | None, *, done: Receipt | None = None) -> None:
    """Nobody but a person can tell; the platform shows `alike`."""
    await wire.answer(LOST)
    error = OutcomeUnknown("it has a post much like it: please look whether it is this one")
    error.alike, error.done = alike, done
    assert await wire.answer(error, await wire.look()) is PostState.UNCERTAIN


async def _settle(wire: Wire, *, there: bool) -> str:
    return (await witness.settle(wire.newsroom, OWNER, wire.claim.post.id, there=there)).text


async def test_what_a_person_says_is_the_one_that_was_seen_can_be_taken_back_later(wire: Wire):
    await _asked(wire, OUT)
    assert await _settle(wire, there=True) == "Noted: it is there, at https://t.example/7."
    post = await wire.post()
    assert (post.state, post.remote_id) == (PostState.PUBLISHED, "7")
    assert (await wire.retract()).done
    assert await wire.go_on() is PostState.RETRACTED


async def test_of_a_thread_that_a_person_says_is_there_every_part_is_known(wire: Wire):
    await _asked(wire, OUT.followed_by("8"))
    assert (await _settle(wire, there=True)).startswith("Noted: it is there")
    post = await wire.post()
    assert (post.state, post.remote_id, post.parts) == (PostState.PUBLISHED, "7", ("7", "8"))
    assert deliver.receipt_of(post).ids == ("7", "8")


async def test_of_a_thread_that_a_person_says_is_not_there_what_is_sure_is_not_sent_again(wire: Wire):
    await _asked(wire, OUT.followed_by("8"), done=OUT)
    assert await _settle(wire, there=False) == "Sending it again."
    assert (await wire.post()).parts == ("7",)


async def test_where_nothing_was_seen_the_answer_says_that_it_is_for_people_from_then_on(wire: Wire):
    await _asked(wire, None)
    assert await _settle(wire, there=True) == (
        "Noted: it is there. I do not know its number there. Reply to its card with the post's link, and I can correct it "
        "and take it back; without, please do so by hand."
    )
    said = await wire.retract()
    assert not said.done
    assert said.text.endswith("I do not know its number in tg-en: please take it away there by hand.")
    assert (await wire.post()).state is PostState.PUBLISHED
    assert "seen there by a person (number unknown)" in await wire.why()


async def test_a_wish_meets_a_person_who_has_seen_it(wire: Wire):
    await _asked(wire, OUT)
    await wire.retract()
    assert await _settle(wire, there=True) == "Noted: it is there, at https://t.example/7, and is taken back now."
    assert await wire.go_on() is PostState.RETRACTED


async def test_a_wish_meets_a_person_who_has_seen_it_where_nobody_knows_its_number(wire: Wire):
    await _asked(wire, None)
    await wire.retract()
    assert await _settle(wire, there=True) == (
        "Noted: it is there. I do not know its number there. Please take it away by hand, or reply to its card with the "
        "post's link and retract it."
    )
    assert ((await wire.post()).state, (await wire.post()).change) == (PostState.PUBLISHED, "")


async def test_a_wish_meets_a_person_who_says_that_it_is_not_there(wire: Wire):
    await _asked(wire, OUT)
    await wire.retract()
    assert await _settle(wire, there=False) == "Noted: it is not there, and is not sent."
    assert (await wire.post()).state is PostState.CANCELLED


async def test_what_an_earlier_look_has_seen_is_not_taken_for_a_later_attempts_post(wire: Wire):
    await _asked(wire, OUT)
    assert await _settle(wire, there=False) == "Sending it again."
    (again,) = (await deliver.claim(wire.newsroom, 10)).claims
    await wire.answer(LOST, again)
    assert (await _settle(wire, there=True)).startswith("Noted: it is there. I do not know its number there")


async def _edit(wire: Wire, text: str) -> bool:
    post = await wire.post()
    message = replace(post.message, text=RichText(text))
    async with wire.newsroom.store.write() as connection:
        return await retract.ask_to_edit(wire.newsroom, connection, post, message, by="test", why="changed")


async def test_a_post_that_is_to_be_edited_is_taken_back_all_the_same_and_no_edit_undoes_that(wire: Wire):
    assert await wire.answer(OUT) is PostState.PUBLISHED
    assert await _edit(wire, "Talks go on")
    assert (await wire.retract()).done
    assert not await _edit(wire, "Talks end"), "it is to be taken back"
    assert await wire.go_on() is PostState.RETRACTED


async def test_of_two_edits_the_last_one_stands(wire: Wire):
    await wire.answer(OUT)
    assert await _edit(wire, "Talks go on")
    (first,) = (await deliver.claim(wire.newsroom, 10)).claims
    assert await _edit(wire, "Talks end"), "one is in the air"
    assert await wire.answer(OUT, first) is PostState.CORRECTING, "its answer finds that something else is wished"
    (second,) = (await deliver.claim(wire.newsroom, 10)).claims
    assert second.post.wish is not None
    assert second.post.wish.text.text == "Talks end"
    assert await wire.answer(OUT, second) is PostState.PUBLISHED
