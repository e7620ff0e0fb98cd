"""The site in a real browser: it fits a phone, its buttons work, and it stands in a frame of its own origin."""

import shutil

import pytest
from aiohttp import web
from playwright.async_api import Page, async_playwright

from sandbox.site import Site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
]
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")


class Framed:
    """A page of the same origin with the site in a frame, as the demo page has it."""

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/framed", self.page)]

    async def page(self, _request: web.Request) -> web.Response:
        return web.Response(text='<iframe src="/site/en/" width="390" height="700"></iframe>', content_type="text/html")


@pytest.fixture
async def page():
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 390, "height": 800})
        page.set_default_timeout(10_000)
        yield page
        await browser.close()


async def width(page: Page) -> int:
    return await page.evaluate("document.documentElement.scrollWidth")


async def test_the_site_fits_a_phone_and_its_buttons_work_without_a_complaint(world, serve, page):
    site, complaints = Site(world), []
    base = await serve(site)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for story in (site.latest(code)[0] for code in site.editions):
        await page.goto(base + site.path(story))
        assert await width(page) == 390
        body = page.locator(".post_body")
        before = await body.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
        await page.get_by_text("A+", exact=True).click()
        assert await body.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") == before + 2
        assert await page.locator(".post_cover").evaluate("e => e.offsetHeight") > 150
    await page.goto(f"{base}/site/hy/")
    assert await width(page) == 390
    assert complaints == []


async def test_the_site_stands_in_a_frame_of_its_own_origin(world, serve, page):
    base = await serve(Site(world), Framed())
    await page.goto(f"{base}/framed")
    brand = page.frame_locator("iframe").locator(".brand span")
    await brand.wait_for()
    assert await brand.inner_text() == "Caspian Lantern"
