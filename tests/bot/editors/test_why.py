"""/why: the story of an article, in the order it happened."""

from support.editors import EDITOR, VIEWER, Office


async def test_the_story_of_an_article_names_who_did_what(office: Office):
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    await office.press(EDITOR, card, "Now")
    await office.deliver()
    await office.until("✅ out")
    told = (await office.ask(VIEWER, f"/why #{article.id}", "attempt 1"))["text"]
    assert told.startswith(f"#{article.id} Talks on water begin\nhttps://news.example/en/1\n")
    assert "tg-en scheduled by Anar: approved, now" in told


async def test_the_article_may_be_named_by_its_address_or_by_a_reply(office: Office):
    article = await office.article()
    card = await office.until(f"#{article.id} new")
    await office.ask(VIEWER, f"/why {article.url}", "seen by site-en")
    await office.ask(VIEWER, "/why", "seen by site-en", reply_to=card["message_id"])


async def test_without_an_article_it_is_asked_for(office: Office):
    await office.ask(VIEWER, "/why", "Which article? Write its number or address, or reply to its card:\n/why #482")


async def test_what_was_never_seen_is_said_so_with_the_way_in(office: Office):
    await office.ask(
        VIEWER, "/why https://news.example/nothing", "If it is on the site, /post and its address brings it in."
    )


async def test_a_story_longer_than_a_message_is_cut_and_still_comes(office: Office):
    article = await office.article("Words " * 1_000)
    told = await office.ask(VIEWER, f"/why #{article.id}", "Words")
    assert len(told["text"]) <= 4096
