"""Cards as they are read: each way an article can stand, word by word."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support.editors import SETTINGS

from bot.cards import Decision, Facts, draw
from db.articles import Fate, Stored
from db.siblings import Alike, Sibling
from newswire.article import Article
from newswire.configuration import parse
from newswire.post import Message, Post, PostState
from newswire.richtext import RichText

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # 16:00 in Baku
SLOTS = parse(SETTINGS.replace('name = "tg-en"', 'name = "tg-en"\nslots = ["18:30"]'), environ={})
ARTICLE = Article(
    id=482,
    url="https://www.news.example/en/482-talks",
    title="Talks on water begin",
    lead="Talks have begun. More follows in the evening.",
    body="word " * 612,
    edition="en",
    source="site-en",
    section="politics",
    author="A. Author",
)
STORED = Stored(
    article=ARTICLE,
    content_hash="",
    fate=Fate.ROUTED,
    reason="",
    seen_at=NOW - timedelta(minutes=3),
    changed_at=None,
    gone_at=None,
)
APPROVED = Decision("approved", "Anar", NOW - timedelta(minutes=1))


def _post(
    channel: str, state: PostState, *, due: timedelta | None = timedelta(), dropped: tuple[str, ...] = (), **more
):
    message = Message(text=RichText("Talks"), link="https://news.example/en/482", dropped=dropped)
    due_at = None if due is None else NOW + due
    where = {"channel": channel, "remote_id": "7", **more}
    return Post(id=1, article_id=482, state=state, message=message, due_at=due_at, **where)


def _draw(*posts: Post, **more):
    return draw(Facts(stored=more.pop("stored", STORED), posts=posts, now=NOW, **more), SLOTS)


def _labels(drawn) -> list[list[str]]:
    return [[key.label for key in row] for row in drawn.rows]


def test_a_new_article_shows_what_when_and_where_and_what_is_asked():
    drawn = _draw(
        _post("tg-en", PostState.IN_REVIEW, due=timedelta(hours=2, minutes=30)),
        _post("x-en", PostState.IN_REVIEW, dropped=("lead", "tags")),
        answer_by=NOW + timedelta(minutes=45),
    )
    assert drawn.text.text == (
        "🆕 #482 new · EN · Politics · site-en · 15:57\n"
        "Talks on water begin\n"
        "Talks have begun. More follows in the evening.\n"
        "By A. Author · 612 words · no photo · news.example/en/482-talks\n"
        "\n"
        "tg-en  18:30 slot\n"
        "x-en  at once · without lead, tags\n"
        "\n"
        "Needs 1 approval · held at 16:45 if nobody answers"
    )
    assert _labels(drawn) == [["✅ Approve", "⚡ Now", "🙈 Skip"], ["👁 Preview", "🕒 Time"]]


STATES = {
    "tg-en  ⏳ at once": _post("tg-en", PostState.SCHEDULED),
    "tg-en  ⏳ 18:30 slot": _post("tg-en", PostState.SCHEDULED, due=timedelta(hours=2, minutes=30)),
    "tg-en  ⏳ tomorrow 16:00": _post("tg-en", PostState.SCHEDULED, due=timedelta(days=1)),
    "tg-en  ⏳ 16:00, 27 Nov": _post("tg-en", PostState.SCHEDULED, due=timedelta(days=3)),
    "tg-en  ⏳ once more 16:01: answered 502": _post(
        "tg-en", PostState.SCHEDULED, due=timedelta(minutes=1), attempt=2, reason="answered 502"
    ),
    "tg-en  📤 going out": _post("tg-en", PostState.PUBLISHING),
    "tg-en  ✅ out · 16:00:00": _post("tg-en", PostState.PUBLISHED, published_at=NOW),
    "tg-en  ❌ not taken: too long": _post("tg-en", PostState.FAILED, reason="too long"),
    "tg-en  ❓ nobody knows whether it is out: no answer in 60 s": _post(
        "tg-en", PostState.UNCERTAIN, due=None, reason="no answer in 60 s"
    ),
    "tg-en  🔎 perhaps out, I am looking: no answer in 60 s": _post(
        "tg-en", PostState.UNCERTAIN, due=timedelta(seconds=2), reason="no answer in 60 s"
    ),
    "tg-en  🙈 skipped": _post("tg-en", PostState.SKIPPED),
    "tg-en  🗑 retracted": _post("tg-en", PostState.RETRACTED),
    "tg-en  ✏️ being corrected": _post("tg-en", PostState.CORRECTING, change="edit"),
    "tg-en  🗑 being taken back": _post("tg-en", PostState.CORRECTING, change="delete"),
    "tg-en  📤 going out, then taken back": _post("tg-en", PostState.PUBLISHING, change="delete"),
    "tg-en  ✅ out · I cannot change it there": _post("tg-en", PostState.PUBLISHED, remote_id=""),
    "tg-en  🚫 called off": _post("tg-en", PostState.CANCELLED),
    "tg-en  ⌛ too old by now, not sent": _post("tg-en", PostState.EXPIRED),
}


@pytest.mark.parametrize("line", STATES)
def test_each_state_of_a_post_has_its_line(line: str):
    assert line in _draw(STATES[line]).text.text.splitlines()


@pytest.mark.parametrize(
    ("due", "line"),
    [
        (timedelta(hours=2), "tg-en  ⏸ channel paused · 18:00"),
        (timedelta(), "tg-en  ⏸ channel paused · at once when it goes on"),
    ],
)
def test_a_paused_channel_is_said_with_what_happens_then(due: timedelta, line: str):
    drawn = _draw(_post("tg-en", PostState.SCHEDULED, due=due), paused=frozenset({"tg-en"}))
    assert line in drawn.text.text.splitlines()


@pytest.mark.parametrize("state", list(PostState))
def test_every_state_can_be_drawn_and_has_the_preview(state: PostState):
    assert "👁 Preview" in str(_labels(_draw(_post("tg-en", state))))


def test_an_article_that_was_taken_back_everywhere_says_so_in_the_first_line():
    out, back, off = (_post("tg-en", s) for s in (PostState.PUBLISHED, PostState.RETRACTED, PostState.CANCELLED))
    assert _draw(back, off, decision=APPROVED).text.text.startswith("🗑 #482 retracted · ")
    assert not _draw(back, out).text.text.startswith("🗑")
    assert not _draw(off).text.text.startswith("🗑")


def test_who_decided_stands_in_the_first_line():
    drawn = _draw(_post("tg-en", PostState.SCHEDULED), decision=APPROVED)
    assert drawn.text.text.startswith("✅ #482 approved · Anar 15:59 · EN")
    assert _labels(drawn)[0] == ["⚡ Now", "🙈 Skip"]


def test_a_changed_headline_is_shown_old_to_new_with_where_the_old_one_still_stands():
    changed = replace(STORED, article=replace(ARTICLE, revision=2), changed_at=NOW)
    drawn = _draw(
        _post("tg-en", PostState.IN_REVIEW),
        _post("x-en", PostState.PUBLISHED, published_at=NOW),
        stored=changed,
        former_title="Talks begin",
        decision=APPROVED,
    )
    assert drawn.text.text.split("\n\n")[-1] == (
        "♻️ The site changed the headline at 16:00: Talks begin → Talks on water begin\n"
        "Still with the old text: x-en\n"
        "Approved before the change · Anar 15:59\n"
        "Needs 1 approval"
    )
    assert {key.data.split("|")[2] for row in drawn.rows for key in row} == {"2"}


def test_what_the_site_put_right_in_the_text_is_shown_before_and_after():
    changed = replace(STORED, article=replace(ARTICLE, revision=2), changed_at=NOW)
    drawn = _draw(_post("tg-en", PostState.PUBLISHED), stored=changed, correction="text corrected: 12 dead → 14 dead")
    shown = drawn.text.text.split("\n\n")[-1]
    assert shown.startswith("♻️ The site changed the text at 16:00\n⚠️ Text corrected: 12 dead → 14 dead\n")


def test_what_comes_back_to_be_approved_without_a_change_is_not_called_changed():
    drawn = _draw(_post("tg-en", PostState.IN_REVIEW), decision=APPROVED)
    assert "Approved before · Anar 15:59" in drawn.text.text


def test_an_article_that_is_gone_says_so_first():
    drawn = _draw(_post("tg-en", PostState.PUBLISHED, published_at=NOW), stored=replace(STORED, gone_at=NOW))
    assert drawn.text.text.startswith("🗑 #482 gone from the site")
    assert "🗑 The site took it away at 16:00." in drawn.text.text


def test_the_longest_article_fits_a_message_and_its_buttons_their_bytes():
    long = replace(
        STORED, article=replace(ARTICLE, id=10**9, title="Talk " * 500, lead="Water " * 500, url=ARTICLE.url * 9)
    )
    posts = [_post(f"channel-number-{n}", PostState.FAILED, reason="why " * 200) for n in range(12)]
    drawn = _draw(*posts, stored=long)
    assert len(drawn.text.text) <= 4096
    assert all(len(key.data.encode()) <= 64 for row in drawn.rows for key in row)


def test_two_cards_that_look_the_same_have_the_same_digest_and_others_have_not():
    post = _post("tg-en", PostState.SCHEDULED)
    assert _draw(post).digest == _draw(post).digest
    assert _draw(post).digest != _draw(post, decision=APPROVED).digest


def test_what_it_looks_like_and_its_other_editions_are_said():
    editions = [Sibling(480, "ru", "https://n/480", ""), Sibling(483, "hy", "https://n/483", "")]
    drawn = _draw(like=Alike(481, "Talks on water have begun", 87), editions=editions)
    assert drawn.text.text.splitlines()[-2:] == [
        "⚠ 87 % like #481: Talks on water have begun",
        "Also as RU #480 · HY #483",
    ]
