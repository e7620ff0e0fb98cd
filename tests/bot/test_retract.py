"""/retract: what is out is taken back after a second word, and only a chief may say it."""

from support.editors import CHIEF, EDITOR, Office, buttons

from newswire.post import PostState


async def test_an_article_is_taken_back_everywhere_after_a_second_word(office: Office):
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    await office.press(EDITOR, card, "Now")
    await office.deliver()
    asked = await office.ask(CHIEF, f"/retract #{article.id}", f"Retract #{article.id}? It is out in tg-en, x-en.")
    await office.press(CHIEF, asked, "Take it back everywhere")
    await office.deliver()
    assert {post.state for post in (await office.posts(article)).values()} == {PostState.RETRACTED}
    await office.until("retracted")


async def test_it_stays_when_the_second_word_says_so(office: Office):
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    await office.press(EDITOR, card, "Now")
    await office.deliver()
    asked = await office.ask(CHIEF, f"/retract #{article.id}", "Retract")
    assert await office.press(CHIEF, asked, "Keep") == f"#{article.id} stays."
    assert {post.state for post in (await office.posts(article)).values()} == {PostState.PUBLISHED}


async def test_an_editor_may_not_retract(office: Office):
    article = await office.article()
    await office.ask(EDITOR, f"/retract #{article.id}", "cannot")


async def test_what_waits_is_called_off(office: Office):
    article = await office.article()
    asked = await office.ask(CHIEF, f"/retract #{article.id}", "It is out nowhere")
    await office.press(CHIEF, asked, "Take it back everywhere")
    assert {post.state for post in (await office.posts(article)).values()} == {PostState.CANCELLED}


async def test_what_perhaps_is_out_is_kept_in_mind_and_its_card_says_so(office: Office):
    article = await office.article()
    await office.uncertain(article, "tg-en")
    asked = await office.ask(
        CHIEF, f"/retract #{article.id}", "It is out in no channel for certain, and perhaps in tg-en."
    )
    await office.press(CHIEF, asked, "Take it back everywhere")
    await office.until("Nobody knows yet whether it is out in tg-en; if so, it is taken back then.")
    card = await office.until("❓ nobody knows whether it is out; if so, it is taken back: no answer in 60 s")
    assert ["It is there", "It is not"] in buttons(card)
    assert await office.press(EDITOR, card, "It is not") == "Noted: it is not there, and is not sent."
    posts = await office.posts(article)
    assert {post.state for post in posts.values()} == {PostState.CANCELLED}
    await office.until("🚫 called off: not there, and was to be taken back")


async def test_an_article_that_is_not_here_is_said_so(office: Office):
    await office.ask(CHIEF, "/retract #99", "I have never seen #99.")
    await office.ask(CHIEF, "/retract", "Which article?")
