"""/there, and a link as a reply: a post that nobody could find has its number, and is corrected and taken back like any other."""

from __future__ import annotations

import pytest
from support.editors import CHIEF, EDITOR, SETTINGS, TOKEN, VIEWER, Office

from newswire.article import Article
from newswire.post import PostState

HERE, ELSEWHERE = "https://t.me/c/1112223334/45", "https://t.me/c/1999999999/45"
TELEGRAM = SETTINGS.replace('type = "dry_run"', 'type = "telegram"\nto = -1001112223334', 1)


@pytest.fixture
async def office(open_office) -> Office:
    made: Office = await open_office(TELEGRAM)
    made.telegram.add_channel(-1001112223334, "", "Lantern")
    made.telegram.set_member(-1001112223334, int(TOKEN.partition(":")[0]))
    return made


@pytest.fixture
async def article(office: Office) -> Article:
    """Nobody knows whether its post in tg-en is out."""
    made = await office.article()
    await office.uncertain(made, "tg-en")
    return made


async def test_the_card_takes_a_link_as_a_reply_and_the_post_can_be_taken_back(office: Office, article: Article):
    card = await office.until("or reply with the post's link")
    await office.ask(EDITOR, HERE, f"Noted: it is there, at {HERE}.", reply_to=card["message_id"])
    post = (await office.posts(article))["tg-en"]
    assert (post.state, post.remote_id, post.remote_url) == (PostState.PUBLISHED, "45", HERE)
    question = await office.ask(CHIEF, "/retract #1", "Retract #1?")
    await office.press(CHIEF, question, "Take it back everywhere")
    assert (await office.posts(article))["tg-en"].state is PostState.CORRECTING


async def test_a_link_to_another_channel_changes_nothing(office: Office, article: Article):
    await office.ask(EDITOR, f"/there #1 {ELSEWHERE}", f"tg-en: {ELSEWHERE} leads to another chat than -1001112223334")
    assert (await office.posts(article))["tg-en"].state is PostState.UNCERTAIN


async def test_a_post_that_was_said_to_be_there_without_a_link_gets_it_later(office: Office, article: Article):
    card = await office.until("or reply with the post's link")
    await office.press(EDITOR, card, "It is there")
    assert (await office.posts(article))["tg-en"].remote_id == ""
    await office.ask(EDITOR, f"/there #1 {HERE}", f"Noted: tg-en is at {HERE}. I can correct it and take it back now.")
    assert (await office.posts(article))["tg-en"].remote_id == "45"
    await office.ask(EDITOR, "/why #1", f"link given by Anar: {HERE}")


async def test_a_post_that_was_to_be_taken_back_is_taken_back_where_the_link_leads(office: Office, article: Article):
    question = await office.ask(CHIEF, "/retract #1", "Retract #1?")
    await office.press(CHIEF, question, "Take it back everywhere")
    await office.ask(EDITOR, f"/there #1 {HERE}", "and is taken back now.")
    post = (await office.posts(article))["tg-en"]
    assert (post.state, post.change, post.remote_id) == (PostState.CORRECTING, "delete", "45")


async def test_the_post_of_another_article_is_not_taken_for_this_one(office: Office, article: Article):
    await office.ask(EDITOR, f"/there #1 {HERE}", "Noted")
    other = await office.article("Another story")
    await office.uncertain(other, "tg-en")
    await office.ask(EDITOR, f"/there #2 {HERE}", f"{HERE} is the post of #1. Please look again.")
    assert (await office.posts(other))["tg-en"].state is PostState.UNCERTAIN


@pytest.mark.parametrize(
    ("who", "text", "answer"),
    [
        (EDITOR, "/there", "Which article, and where is its post?"),
        (EDITOR, "/there #1", "Which article, and where is its post?"),
        (EDITOR, f"/there #1 {HERE} {HERE}", "tg-en: this post has 1 part: give a link for each, in their order"),
        (EDITOR, f"/there #77 {HERE}", "I have never seen #77."),
        (VIEWER, f"/there #1 {HERE}", "Your role (viewer) cannot do this."),
    ],
)
async def test_what_cannot_be_done_is_answered_with_why(
    office: Office, article: Article, who: int, text: str, answer: str
):
    await office.ask(who, text, answer)
    assert (await office.posts(article))["tg-en"].state is PostState.UNCERTAIN


async def test_links_under_a_card_of_which_no_post_is_missed_are_the_editors_own_talk(office: Office):
    await office.article()
    card = await office.until("#1 new")
    before = office.said()
    office.say(EDITOR, "https://other.example/story", reply_to=card["message_id"])
    await office.ask(EDITOR, f"/there #1 {HERE}", "I look for no post of #1, and know where the others are.")
    assert len(office.said()) == len(before) + 1
