"""The ledger under every fault: posts go, answers get lost, the process dies between any two statements; nothing is doubled or lost."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import event, func, select, update

from db import articles, claims, deliveries, posts, schema, settlements, wishes
from db import tables as t
from db.articles import Fate
from db.claims import Claim, Terms
from db.settlements import Settlement
from db.store import Store
from newswire.article import Article
from newswire.delivery import Action, Outcome, Receipt
from newswire.errors import DeliveryError, OutcomeUnknown, RateLimited, Rejected, Unavailable
from newswire.post import Message, PostState, Priority
from newswire.retry import Verdict, judge
from newswire.richtext import RichText

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CHANNELS = ("one", "two")
TERMS = Terms(paces=dict.fromkeys(CHANNELS, ()), timeout=timedelta(seconds=30), lease=timedelta(seconds=45))
ENDED = {PostState.PUBLISHED, PostState.RETRACTED, PostState.FAILED, PostState.CANCELLED}
T = TypeVar("T")
_numbers = itertools.count(1)


class Died(Exception):
    """The process was killed before this statement."""


@dataclass
class Call:
    """A call to the platform that was made: what the platform did, and what it said (None: the answer was lost)."""

    claim: Claim
    answer: Receipt | DeliveryError | None


class Ledger(RuleBasedStateMachine):
    """One process at a time on one database, and a platform that remembers what the public saw."""

    store: Store
    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self.now = START + timedelta(days=next(_numbers))
        self.public: Counter[int] = Counter()
        self.said: dict[int, str] = {}
        self.wished: dict[int, str | None] = {}
        self.withdrawn: set[int] = set()
        self.mine: list[int] = []
        self.held: list[Claim] = []
        self.calls: list[Call] = []
        self.late: list[Call] = []
        self.do(self._clear())

    def do(self, work: Awaitable[T], dies_before: int = 0) -> T:
        """Run it; the process may die before its n-th statement, and then nothing of the transaction is left."""
        count = itertools.count(1)

        def die(*_: object) -> None:
            if next(count) == dies_before:
                raise Died

        engine = self.store._writer.sync_engine
        event.listen(engine, "before_cursor_execute", die)
        try:
            return self.loop.run_until_complete(work)
        finally:
            event.remove(engine, "before_cursor_execute", die)

    async def _clear(self) -> None:
        """What a failed example left behind is none of ours."""
        async with self.store.write() as connection:
            await connection.execute(update(t.posts).values(state=PostState.CANCELLED, lease_until=None))

    # -- what happens

    @rule(channel=st.sampled_from(CHANNELS), priority=st.sampled_from(list(Priority)))
    def a_post_is_due(self, channel: str, priority: int) -> None:
        self.mine.append(self.do(self._add(channel, priority)))

    async def _add(self, channel: str, priority: int) -> int:
        async with self.store.write() as connection:
            url = f"https://news.example/{next(_numbers)}"
            article = Article(url=url, title="Talks")
            stored = await articles.add(
                connection, article, [url], fate=Fate.ROUTED, reason="", now=self.now, sight_hash=""
            )
            draft = posts.Draft(
                article_id=stored.id,
                channel=channel,
                state=PostState.SCHEDULED,
                message=_message("first"),
                due_at=self.now,
                priority=priority,
                revision=1,
            )
            return await posts.add(connection, draft, by="test", now=self.now)

    @rule(limit=st.integers(1, 4), dies_before=st.integers(0, 14))
    def claim(self, limit: int, dies_before: int) -> None:
        self._or_die(self._claim(limit), dies_before)

    async def _claim(self, limit: int) -> None:
        async with self.store.write() as connection:
            taken = (await claims.claim(connection, TERMS, now=self.now, limit=limit)).claims
        self.held += taken

    def _or_die(self, work: Awaitable[None], dies_before: int) -> None:
        try:
            self.do(work, dies_before)
        except Died:
            self.the_process_dies_and_another_starts()

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def call(self, data: Any) -> None:
        """The platform is called. It does what it is asked or not, and its answer arrives or not."""
        claim = self.held.pop(data.draw(st.integers(0, len(self.held) - 1)))
        kind = data.draw(st.sampled_from(["taken", "lost", "never left", "rejected", "flood", "down"]))
        if claim.action is Action.FIND:
            return self.calls.append(Call(claim, self._look(claim, down=kind == "down")))
        answer: Receipt | DeliveryError | None = {
            "never left": OutcomeUnknown("no answer"),
            "rejected": Rejected("no"),
            "flood": RateLimited("slow down", retry_at=self.now + timedelta(seconds=9)),
            "down": Unavailable("cannot be reached"),
        }.get(kind)
        if kind in ("taken", "lost"):
            answer = self._takes(claim) if kind == "taken" else self._takes(claim) and OutcomeUnknown("no answer")
        return self.calls.append(Call(claim, answer))

    def _takes(self, claim: Claim) -> Receipt:
        number = claim.post.id
        match claim.action:
            case Action.PUBLISH:
                self.public[number] += 1
                self.said[number] = claim.post.message.text.text
            case Action.EDIT:
                assert claim.post.wish
                self.said[number] = claim.post.wish.text.text
            case Action.DELETE:
                self.said[number] = ""
        return Receipt(remote_id=f"r{number}", at=self.now)

    def _look(self, claim: Claim, *, down: bool) -> Receipt | DeliveryError | None:
        assert claim.search
        if down:
            return OutcomeUnknown("not yet", retry_at=self.now + timedelta(seconds=5))
        return Receipt(remote_id=f"r{claim.post.id}", at=self.now) if self.public[claim.post.id] else None

    @precondition(lambda self: self.calls)
    @rule(data=st.data(), dies_before=st.integers(0, 16))
    def answers_are_stored(self, data: Any, dies_before: int) -> None:
        """Some answers at once, as they come; the process may die in the midst of writing them down."""
        some = data.draw(st.integers(1, len(self.calls)))
        batch, self.calls = self.calls[:some], self.calls[some:]
        try:
            self.do(self._settle(batch), dies_before)
        except Died:
            self.late += batch
            self.the_process_dies_and_another_starts()

    @precondition(lambda self: self.late)
    @rule(data=st.data())
    def a_late_answer_arrives(self, data: Any) -> None:
        """A process that everybody thought dead tells what became of its call."""
        self.do(self._settle([self.late.pop(data.draw(st.integers(0, len(self.late) - 1)))]))

    async def _settle(self, calls: list[Call]) -> None:
        async with self.store.write() as connection:
            await settlements.settle(connection, [_settlement(call, self.now) for call in calls], now=self.now)

    @rule()
    def the_process_dies_and_another_starts(self) -> None:
        self.late += self.calls
        self.held, self.calls = [], []
        self.do(self._recover())

    async def _recover(self) -> None:
        async with self.store.write() as connection:
            await deliveries.abandon(connection, await deliveries.in_the_air(connection), now=self.now)

    @rule(seconds=st.sampled_from([1, 10, 60, 1000]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: self.mine)
    @rule(data=st.data(), words=st.sampled_from(["second", "third", None]), dies_before=st.integers(0, 4))
    def an_editor_wishes_it_said_something_else(self, data: Any, words: str | None, dies_before: int) -> None:
        """Or nothing at all (None)."""
        number = data.draw(st.sampled_from(self.mine))
        try:
            if self.do(self._wish(number, words), dies_before):
                self.wished[number] = words
        except Died:
            self.the_process_dies_and_another_starts()

    async def _wish(self, number: int, words: str | None) -> bool:
        async with self.store.write() as connection:
            return await posts.move(
                connection,
                number,
                PostState.CORRECTING,
                by="Leyla",
                now=self.now,
                sources=[PostState.PUBLISHED, PostState.CORRECTING],
                in_the_air=True,
                change=Action.EDIT if words else Action.DELETE,
                wish=_message(words).to_json() if words else None,
                tries=0,
                **posts.line(Priority.CORRECTION, self.now),
            )

    @precondition(lambda self: self.held or self.calls)
    @rule(data=st.data(), dies_before=st.sampled_from([0, 0, 0, 1, 2, 3]))
    def an_editor_takes_back_what_perhaps_is_out(self, data: Any, dies_before: int) -> None:
        flying = [*self.held, *(call.claim for call in self.calls)]
        number = data.draw(st.sampled_from(sorted({claim.post.id for claim in flying})))
        try:
            if self.do(self._take_back(number), dies_before):
                self.wished[number] = None
                self.withdrawn.add(number)
        except Died:
            self.the_process_dies_and_another_starts()

    async def _take_back(self, number: int) -> bool:
        async with self.store.write() as connection:
            return await wishes.take_back(connection, number, by="Tamar", now=self.now, why="retracted")

    # -- what must be true at any moment

    @invariant()
    def nothing_is_doubled(self) -> None:
        assert not [number for number, times in self.public.items() if times > 1]

    @invariant()
    def what_is_published_is_there_and_what_is_in_the_air_is_written_down(self) -> None:
        self.do(self._consistent())

    async def _consistent(self) -> None:
        async with self.store.read() as connection:
            for number in self.mine:
                post = await posts.get(connection, number)
                assert post, "nothing is lost"
                if post.state in (PostState.PUBLISHED, PostState.CORRECTING):
                    assert self.public[number] == 1
                opened = await connection.scalar(
                    select(func.count()).where(t.deliveries.c.post_id == number, t.deliveries.c.outcome == Outcome.OPEN)
                )
                flying = await connection.scalar(
                    select(func.count()).where(t.posts.c.id == number, t.posts.c.lease_until.is_not(None))
                )
                assert flying <= opened <= 1

    def teardown(self) -> None:
        """When no more goes wrong, everything comes to its end by itself."""
        self.the_process_dies_and_another_starts()
        for _ in range(80):
            self.now += timedelta(seconds=1000)
            self.do(self._claim(50))
            self.calls = [
                Call(c, self._look(c, down=False) if c.action is Action.FIND else self._takes(c)) for c in self.held
            ]
            self.held = []
            if self.calls:
                self.do(self._settle(self.calls))
            self.calls = []
            self.nothing_is_doubled()
        for number in self.mine:
            post = self.do(self._get(number))
            assert post.state in ENDED, post
            if post.state in (PostState.FAILED, PostState.CANCELLED):
                assert self.public[number] == 0
                assert (post.state is PostState.CANCELLED) == (number in self.withdrawn)
                continue
            assert self.public[number] == 1
            wish = self.wished.get(number, "first")
            refused = "could not" in post.reason or post.reason == "no"
            assert refused or self.said[number] == (wish or ""), "what was wished last is what stands there"

    async def _get(self, number: int) -> Any:
        async with self.store.read() as connection:
            return await posts.get(connection, number)


def _message(words: str) -> Message:
    return Message(text=RichText(words), link="https://news.example/")


def _settlement(call: Call, now: datetime) -> Settlement:
    """As desk/carrying/deliver.py settles: an answer is a receipt, an error, or for a look nothing at all."""
    claim, answer = call.claim, call.answer
    if isinstance(answer, Receipt):
        state = PostState.RETRACTED if claim.action is Action.DELETE else PostState.PUBLISHED
        verdict = Verdict(outcome=Outcome.SENT, state=state)
        message = claim.post.wish if claim.action is Action.EDIT else None
        return Settlement(claim=claim, verdict=verdict, receipt=answer, message=message)
    if answer is None:
        verdict = Verdict(outcome=Outcome.RETRY, state=PostState.SCHEDULED, due_at=now)
        return Settlement(claim=claim, verdict=verdict, reason="it is not there")
    verdict = judge(answer, tries=claim.tries, now=now, action=claim.action)
    if verdict.asks:  # a person would be asked; here it is looked again
        verdict = replace(verdict, due_at=now + timedelta(seconds=60))
    return Settlement(claim=claim, verdict=verdict, reason=str(answer))


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nothing_is_doubled_and_nothing_lost_whatever_dies_when(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
):
    url = f"sqlite:///{tmp_path / 'a.db'}" if database == "sqlite" else request.getfixturevalue("postgresql")
    loop = asyncio.new_event_loop()
    Ledger.store, Ledger.loop = Store(url), loop
    loop.run_until_complete(schema.upgrade(Ledger.store))
    try:
        run_state_machine_as_test(
            Ledger,
            settings=settings(
                max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
    finally:
        loop.run_until_complete(Ledger.store.close())
        loop.close()
