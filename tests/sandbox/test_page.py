"""The demo page in a real browser: what it draws, what a visitor can do on it, and what it bears."""

from __future__ import annotations

import contextlib
import re
import shutil
from functools import partial

import aiohttp
import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import async_playwright, expect
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity

from sandbox.cast import BOT_TOKEN, CHANNELS, EDITORS_CHAT, PEOPLE, stage
from sandbox.page.page import MOST_DRAWN

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
]
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium"),
    pytest.mark.asyncio(loop_scope="module"),  # one browser for all: a start costs more than most tests
]
module_fixture = partial(pytest_asyncio.fixture, loop_scope="module")
EN = CHANNELS["en"][0]
OWNER, EDITOR, _, STRANGER = (number for number, _, _ in PEOPLE.values())
HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>&amp;'


@pytest.fixture
def cast():
    return stage(every=0, unlimited=True)


@module_fixture()
async def server(cast):
    server = TestServer(cast.app, host="127.0.0.1")
    await server.start_server(shutdown_timeout=0.1)
    yield server
    await server.close()


@pytest.fixture
def address(server):
    return str(server.make_url("")).rstrip("/")


@module_fixture()
async def bot(address):
    async with Bot(BOT_TOKEN, base_url=f"{address}/telegram/bot") as bot:
        yield bot


@module_fixture(scope="module")
async def browser():
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@module_fixture()
async def page(address, browser):
    """The page, live, 1400 px wide. Whatever it complains of fails the test."""
    complaints = []
    context = await browser.new_context(viewport={"width": 1400, "height": 900})
    page = await context.new_page()
    page.set_default_timeout(8_000)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
    await page.goto(address, wait_until="domcontentloaded")
    await expect(page.locator("#link[data-state=live]")).to_be_visible()
    yield page
    await context.close()
    assert [c for c in complaints if "ERR_" not in c and "status of 404" not in c] == []


@module_fixture()
async def http():
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def tweet(cast, http, address):
    """`await tweet(text)` posts on X and gives the id; `await tweet(delete=id)` takes a post back."""
    cast.x.grant(next(iter(cast.x.accounts.values())), "token")

    async def tweet(text="", delete=""):
        verb, body = ("DELETE", None) if delete else ("POST", {"text": text})
        url, headers = f"{address}/x/2/tweets/{delete}".rstrip("/"), {"Authorization": "Bearer token"}
        async with http.request(verb, url, json=body, headers=headers) as answer:
            assert answer.ok, await answer.text()
            return (await answer.json())["data"].get("id")

    return tweet


def group(page):
    return page.get_by_role("list", name="The editors' group")


def channel(page, edition="en"):
    return page.locator(f"#panel-{edition}")


async def test_a_post_is_drawn_with_its_entities_wherever_emoji_stand(page, bot):
    text = "🔥🇦🇿 Bold and deep, code, quote, x.example.com #tag"
    units = [len(text[:n].encode("utf-16-le")) // 2 for n in range(len(text) + 1)]
    said = {"bold": "Bold and deep", "italic": "deep", "code": "code", "text_link": "quote"}
    entities = [
        MessageEntity(kind, units[text.index(words)], len(words), url="https://e.example/" if "link" in kind else None)
        for kind, words in said.items()
    ]
    await bot.send_message(EN, text, entities=entities, link_preview_options=LinkPreviewOptions(is_disabled=True))
    shown = channel(page).locator(".text")
    await expect(shown.locator("b")).to_have_text("Bold and deep")
    await expect(shown.locator("b > i")).to_have_text("deep")
    await expect(shown.locator("code")).to_have_text("code")
    assert await shown.locator("a").evaluate_all("all => all.map(a => [a.textContent, a.href])") == [
        ["quote", "https://e.example/"],
        ["x.example.com", "http://x.example.com/"],
    ]
    await expect(shown.locator(".word")).to_have_text("#tag")


async def test_the_preview_is_the_linked_pages_card_where_the_bot_wants_it(page, bot, cast, address):
    story = cast.site.publish("en", section="sport")
    url = address + cast.site.path(story)
    wishes = LinkPreviewOptions(url=url, show_above_text=True, prefer_large_media=True)
    await bot.send_message(EN, "Above", link_preview_options=wishes)
    await bot.send_message(EN, f"Below {url}", link_preview_options=LinkPreviewOptions(prefer_small_media=True))
    await bot.send_message(EN, f"None {url}", link_preview_options=LinkPreviewOptions(is_disabled=True))
    bubbles = channel(page).locator(".bubble")
    await expect(bubbles).to_have_count(3)
    await expect(bubbles.nth(0).locator(".card-title")).to_have_text(story.title)
    assert await bubbles.nth(0).locator(".preview + .text").count() == 1
    await expect(bubbles.nth(1).locator(".text + .preview.small .card-about")).to_have_text(story.lead)
    assert await bubbles.nth(2).locator(".preview").count() == 0
    picture = bubbles.nth(0).locator(".preview img")
    await picture.scroll_into_view_if_needed()
    await page.wait_for_function("picture => picture.naturalWidth === 1200", arg=await picture.element_handle())


async def test_nothing_that_a_feed_brings_becomes_markup(page, bot, cast, tweet):
    await bot.send_message(EN, HOSTILE)
    await bot.send_message(EDITORS_CHAT, HOSTILE)
    await tweet(HOSTILE)
    story = cast.site.publish("en", title=HOSTILE)
    await page.locator("#words").fill(HOSTILE)
    await page.get_by_role("button", name="Send").click()
    await expect(channel(page).locator(".text")).to_have_text(re.compile(re.escape(HOSTILE)))
    await expect(page.locator(".post-text")).to_have_text(HOSTILE)
    await expect(group(page).locator(".text")).to_have_count(2)
    await expect(page.locator("#latest-title")).to_have_text(story.title)
    assert await page.locator("main img:not(.photo, .preview img, .media img, .shot img)").count() == 0
    assert await page.locator("main script").count() == 0


async def test_an_address_that_is_not_the_webs_is_only_shown(page, cast):
    """Telegram takes tg:// in buttons, and an X post's link could be anything one day."""
    chat, author = cast.telegram.chats[EN], next(iter(cast.telegram.bots.values()))
    rows = [[{"text": "Run", "url": "javascript:alert(1)"}, {"text": "Chat", "url": "tg://user?id=1"}]]
    cast.telegram.post(chat, author, markup={"inline_keyboard": rows})
    await expect(channel(page).locator(".key")).to_have_count(2)
    assert await channel(page).locator("a").count() == 0


async def test_edits_and_deletions_are_seen_where_the_post_stands(page, bot, tweet):
    first = await bot.send_message(EN, "First")
    await bot.send_message(EN, "Second")
    await bot.edit_message_text("First, corrected", EN, first.message_id)
    bubbles = channel(page).locator(".bubble")
    await expect(bubbles.nth(0)).to_contain_text("First, corrected")
    await expect(bubbles.nth(0).locator(".meta")).to_contain_text("edited")
    await bot.delete_message(EN, first.message_id)
    await expect(bubbles.nth(0).locator(".meta")).to_contain_text("deleted")
    assert "line-through" in await bubbles.nth(0).locator(".text").evaluate("e => getComputedStyle(e).textDecoration")
    post = await tweet("On X")
    await tweet(delete=post)
    await expect(page.locator(".post.deleted .post-head")).to_contain_text("deleted")
    counts = page.locator("#counts dd")
    await expect(counts).to_have_text(["36", "1", "0", "0", "0", "0"])


async def test_a_press_is_the_chosen_persons_and_the_answer_is_shown(page, bot):
    keys = [InlineKeyboardButton("Yes", callback_data="y"), InlineKeyboardButton("No", callback_data="n")]
    await bot.send_message(EDITORS_CHAT, "Approve?", reply_markup=InlineKeyboardMarkup([keys]))
    await page.get_by_role("radio", name="Stranger").check()
    await group(page).get_by_role("button", name="Yes").click()
    first = (await bot.get_updates(timeout=5))[-1]
    assert (first.callback_query.from_user.id, first.callback_query.data) == (STRANGER, "y")
    await first.callback_query.answer("You may not.")
    await expect(page.locator("#column-editors .toast")).to_have_text("You may not.")
    await page.get_by_role("radio", name="Owner").check()
    await group(page).get_by_role("button", name="No").click()
    second = (await bot.get_updates(offset=first.update_id + 1, timeout=5))[-1]
    assert second.callback_query.from_user.id == OWNER
    await second.callback_query.answer("Really?", show_alert=True)
    await expect(page.get_by_role("dialog")).to_contain_text("Really?")
    await page.get_by_role("button", name="OK").click()
    await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_the_keyboard_stays_on_a_button_whose_card_is_drawn_anew(page, bot):
    def keys(number):
        rows = [
            [InlineKeyboardButton("Time", callback_data="t"), InlineKeyboardButton(f"Now {number}", callback_data="n")]
        ]
        return InlineKeyboardMarkup(rows)

    card = await bot.send_message(EDITORS_CHAT, "Card", reply_markup=keys(1))
    await group(page).get_by_role("button", name="Now 1").focus()
    await bot.edit_message_text("Card 2", EDITORS_CHAT, card.message_id, reply_markup=keys(2))
    await expect(group(page).get_by_role("button", name="Now 2")).to_be_focused()


async def test_commands_are_offered_and_words_are_said_as_the_chosen_person(page, bot, cast):
    await bot.set_my_commands([("queue", "what waits"), ("post", "post an article"), ("pause", "stop a channel")])
    words = page.locator("#words")
    await page.get_by_role("radio", name="Editor", exact=True).check()
    await words.press_sequentially("/")
    await expect(page.locator("#menu").get_by_role("option")).to_have_count(3)
    await words.press_sequentially("p")
    await expect(page.locator("#menu").get_by_role("option")).to_have_count(2)
    await words.press("ArrowDown")
    await words.press("Enter")
    await expect(words).to_have_value("/pause ")
    await words.press_sequentially("all")
    await words.press("Enter")
    await expect(group(page).locator(".message.own .text")).to_contain_text("/pause all")
    said = cast.telegram.chats[EDITORS_CHAT].messages[1]
    assert (said.author.id, said.body.text) == (EDITOR, "/pause all")


async def test_a_reply_names_its_message_and_the_private_chat_is_the_persons_own(page, bot, cast):
    await bot.send_message(EDITORS_CHAT, "Which headline?")
    message = group(page).locator(".message")
    await message.hover()
    await message.get_by_role("button", name="Reply to message 1").click()
    await expect(page.locator("#answering-to")).to_contain_text("Which headline?")
    await page.locator("#words").fill("A better one")
    await page.locator("#words").press("Enter")
    await expect(group(page).locator(".quoted")).to_contain_text("Which headline?")
    assert cast.telegram.chats[EDITORS_CHAT].messages[2].reply_to.id == 1
    await page.get_by_role("tab", name="Private").click()
    await page.locator("#words").fill("/start")
    await page.locator("#words").press("Enter")
    await expect(page.get_by_role("list", name="Leyla (owner) and the bot").locator(".text")).to_contain_text("/start")
    owner = cast.telegram.people[OWNER]
    chat = cast.telegram.private(next(iter(cast.telegram.bots.values())), owner)
    assert [m.body.text for m in chat.messages.values()] == ["/start"]


async def test_a_visitor_publishes_changes_a_headline_and_takes_an_article_away(page, cast):
    await page.get_by_role("radio", name="HY").first.check()
    await page.locator("#publish-section").select_option("sport")
    async with page.expect_response("**/control/site/publish"):
        await page.get_by_role("button", name="Publish an article").click()
    frame = page.frame_locator("#site-frame")
    await expect(page.locator("#latest-title")).to_have_text(cast.site.stories[-1].title)
    story = cast.site.stories[-1]
    assert (story.edition, story.section) == ("hy", "sport")
    await expect(frame.locator(".lead_card h3")).to_have_text(story.title)
    await page.get_by_role("button", name="Change headline").click()
    await page.get_by_label("New headline").fill("Another headline")
    cast.site.publish("hy")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#latest-title")).to_have_text("Another headline")
    assert story.title == "Another headline"
    await expect(frame.get_by_text("Another headline")).to_be_visible()
    await page.get_by_role("button", name="Take away").click()
    await expect(frame.get_by_text("Another headline")).to_be_hidden()
    assert story.gone == 404


async def test_an_article_that_is_being_read_stays_open(page, cast):
    frame = page.frame_locator("#site-frame")
    await frame.locator(".lead_card h3 a").click()
    await frame.locator(".post_title").evaluate("e => { e.dataset.read = 'half'; }")
    cast.site.publish("en")
    await expect(page.locator("#latest-title")).to_have_text(cast.site.stories[-1].title)
    await page.wait_for_timeout(700)
    assert await frame.locator(".post_title").get_attribute("data-read") == "half"


async def test_trouble_is_ordered_seen_and_used_up(page, cast, bot):
    await page.get_by_role("button", name="Trouble").click()
    await page.get_by_label("Where").select_option(label="X, creating a post")
    await page.get_by_label("What").select_option(label="takes it, then drops the line")
    await page.get_by_label("How often").select_option(label="until cleared")
    await page.get_by_role("button", name="Order").click()
    orders = page.get_by_role("list", name="Open orders").get_by_role("listitem")
    await expect(orders).to_have_text(["X: takes it, then drops the lineuntil cleared"])
    await page.get_by_role("button", name="Clear all").click()
    await expect(orders).to_have_count(0)
    assert cast.world.faults.orders == []
    await page.get_by_label("Where").select_option(label="Telegram, sending a message")
    await page.get_by_label("What").select_option(label="error 500, not taken")
    await page.get_by_label("How often").select_option(label="the next call")
    await page.get_by_role("button", name="Order").click()
    await expect(page.locator("#trouble-count")).to_have_text("1")
    with contextlib.suppress(Exception):
        await bot.send_message(EN, "Not taken")
    await expect(page.locator("#trouble-count")).to_be_hidden()
    assert await channel(page).locator(".message").count() == 0


async def test_hundreds_of_messages_leave_what_is_drawn_alone(page, cast):
    chat, author = cast.telegram.chats[EN], next(iter(cast.telegram.bots.values()))
    for _ in range(MOST_DRAWN):
        cast.telegram.post(chat, author)
    bubbles = channel(page).locator(".message")
    await expect(bubbles).to_have_count(MOST_DRAWN)
    await bubbles.nth(MOST_DRAWN - 1).evaluate("e => { e.remembered = true; }")
    for _ in range(MOST_DRAWN - 1):
        cast.telegram.post(chat, author)
    cast.telegram.edited(chat.messages[1])
    await expect(bubbles.last).to_have_attribute("data-id", str(2 * MOST_DRAWN - 1))
    await expect(bubbles).to_have_count(MOST_DRAWN)
    assert await bubbles.first.evaluate("e => e.remembered === true")
    await expect(bubbles.last).to_be_in_viewport()
    await expect(page.locator("#counts dd").nth(1)).to_have_text(str(2 * MOST_DRAWN - 1))


async def test_who_reads_older_messages_is_not_pulled_away(page, cast):
    chat, author = cast.telegram.chats[EN], next(iter(cast.telegram.bots.values()))
    for _ in range(60):
        cast.telegram.post(chat, author)
    bubbles = channel(page).locator(".message")
    await expect(bubbles).to_have_count(60)
    await bubbles.nth(20).scroll_into_view_if_needed()
    before = (await bubbles.nth(20).bounding_box())["y"]
    cast.telegram.post(chat, author)
    jump = channel(page).get_by_role("button", name="Go to the newest")
    await expect(jump).to_have_text("1")
    assert abs((await bubbles.nth(20).bounding_box())["y"] - before) < 2
    await jump.click()
    await expect(bubbles.last).to_be_in_viewport()


async def test_a_link_to_a_post_leads_to_it_on_the_page(page, bot, tweet):
    await bot.send_message(CHANNELS["ru"][0], "Пост")
    post = await tweet("On X")
    urls = ["https://t.me/caspian_lantern_ru/1", f"https://x.com/i/status/{post}"]
    entities = [MessageEntity("text_link", 2 * n, 1, url=url) for n, url in enumerate(urls)]
    wishes = LinkPreviewOptions(is_disabled=True)
    await bot.send_message(EDITORS_CHAT, "1 2", entities=entities, link_preview_options=wishes)
    links = group(page).locator(".text a")
    await links.nth(0).click()
    await expect(channel(page, "ru").locator(".message.found")).to_be_in_viewport()
    await links.nth(1).click()
    await expect(page.locator(".post.found")).to_be_in_viewport()
    assert len(page.context.pages) == 1


async def test_copying_says_so(page, bot, address):
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    button = InlineKeyboardButton("Copy link", api_kwargs={"copy_text": {"text": "https://e.example/1"}})
    await bot.send_message(EN, "Post", reply_markup=InlineKeyboardMarkup([[button]]))
    await channel(page).get_by_role("button", name="Copy link").click()
    await expect(page.locator("#column-telegram .toast")).to_have_text("Copied to the clipboard.")
    assert await page.evaluate("navigator.clipboard.readText()") == "https://e.example/1"


async def test_a_lost_line_is_followed_on_and_another_sandbox_is_read_anew(page, cast, server):
    for _ in range(3):
        cast.telegram.post(cast.telegram.chats[EN], next(iter(cast.telegram.bots.values())))
    await expect(channel(page).locator(".message")).to_have_count(3)
    port = server.port
    await server.close()
    await expect(page.locator("#link[data-state=lost]")).to_be_visible()
    other = stage(every=0, unlimited=True)
    other.telegram.post(other.telegram.chats[EN], next(iter(other.telegram.bots.values())))
    again = TestServer(other.app, host="127.0.0.1", port=port)
    await again.start_server(shutdown_timeout=0.1)
    await expect(page.locator("#link[data-state=live]")).to_be_visible(timeout=15_000)
    await expect(channel(page).locator(".message")).to_have_count(1)
    await again.close()


async def test_a_phone_shows_one_column_at_a_time_and_a_desk_all(page, bot):
    columns = page.locator(".column")
    assert [await c.is_visible() for c in await columns.all()] == [True] * 4
    await page.set_viewport_size({"width": 390, "height": 844})
    for name in ("Site", "X", "Editors", "Telegram"):
        await page.get_by_role("navigation", name="Columns").get_by_role("button", name=name).click()
        shown = [await c.get_attribute("data-column") for c in await columns.all() if await c.is_visible()]
        assert shown == [name.lower()]
        assert await page.evaluate("document.documentElement.scrollWidth") == 390
    await bot.send_message(EDITORS_CHAT, "Look")
    await expect(page.locator("[data-shows=editors].unseen-news")).to_be_visible()


async def test_tabs_follow_the_arrow_keys_and_everything_to_press_has_a_name(page, bot):
    await bot.send_message(EDITORS_CHAT, "Hello")
    await expect(group(page).locator(".message")).to_have_count(1)
    await page.get_by_role("tab", name="EN").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("tab", name="RU")).to_be_focused()
    assert await channel(page, "ru").is_visible()
    assert not await channel(page).is_visible()
    nameless = """all => all.filter(e => !(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.title
        || e.textContent.trim() || e.labels?.length)).map(e => e.outerHTML)"""
    assert (
        await page.locator("button, select, textarea, input, iframe, a, [role]:not([role=status])").evaluate_all(
            nameless
        )
        == []
    )
