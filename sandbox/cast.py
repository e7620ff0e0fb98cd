"""The cast of the demo: the site, the bot, the channels, the accounts and the people, as one made-up world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.app import build
from sandbox.control import Control
from sandbox.page import Page
from sandbox.site import Site
from sandbox.site.editions import editions
from sandbox.telegram import Telegram
from sandbox.telegram.rates import NO_LIMITS
from sandbox.world import World
from sandbox.x import RATES, Limits, X
from sandbox.x.limits import NO_RATES

BOT_TOKEN = "7000000001:DEMO-not-a-secret-of-anybody-0000001"  # noqa: S105 - opens nothing but this sandbox
X_KEYS = {
    "X_API_KEY": "demo-api-key-00000000001",
    "X_API_SECRET": "demo-api-secret-0000000000000000000000000001",
    "X_ACCESS_TOKEN": "7100000001-demo-access-token-000000000000001",
    "X_ACCESS_SECRET": "demo-access-secret-00000000000000000000000001",
}
EDITORS_CHAT = -1007000000009
CHANNELS = {
    "en": (-1007000000001, "caspian_lantern_en", "Caspian Lantern"),
    "ru": (-1007000000002, "caspian_lantern_ru", "Каспийский маяк"),
    "hy": (-1007000000003, "caspian_lantern_hy", "Կասպից փարոս"),
}
PEOPLE = {
    "owner": (7_200_001, "Leyla (owner)", "en"),
    "editor": (7_200_002, "Anar (editor)", "en"),
    "viewer": (7_200_003, "Nino (viewer)", "en"),
    "stranger": (7_200_004, "A stranger", "en"),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """The world with everyone in place. `description` is what a daemon and a page need to know of it."""

    world: World
    site: Site
    telegram: Telegram
    x: X
    app: web.Application

    @staticmethod
    def description(address: str) -> dict[str, Any]:
        """Where everything is, once the sandbox listens at `address`."""
        return {
            "address": address,
            "site": f"{address}/site",
            "feeds": {code: f"{address}/site{'' if code == 'ru' else '/' + code}/rss.xml" for code in CHANNELS},
            "sections": _sections(),
            "telegram_api": f"{address}/telegram",
            "x_api": f"{address}/x",
            "secrets": {"TELEGRAM_BOT_TOKEN": BOT_TOKEN, **X_KEYS},
            "channels": {code: number for code, (number, _, _) in CHANNELS.items()},
            "editors_chat": EDITORS_CHAT,
            "people": {role: number for role, (number, _, _) in PEOPLE.items()},
        }


def _sections() -> dict[str, dict[str, str]]:
    """By short name, what each edition calls a section."""
    named: dict[str, dict[str, str]] = {}
    for code, edition in editions().items():
        for short, section in edition.sections.items():
            named.setdefault(short, {})[code] = section.name
    return named


def stage(*, every: float = 8.0, unlimited: bool = False) -> Stage:
    """Everyone in place; `unlimited`: Telegram and X take as much as comes."""
    world = World()
    site = Site(world, every=every)
    telegram = Telegram(world, rates=NO_LIMITS) if unlimited else Telegram(world)
    bot = telegram.add_bot(BOT_TOKEN, "caspian_lantern_bot", "Caspian Lantern desk")
    for number, username, title in CHANNELS.values():
        telegram.add_channel(number, username, title)
        telegram.set_member(number, bot.id)
    telegram.add_group(EDITORS_CHAT, "Editors")
    telegram.set_member(EDITORS_CHAT, bot.id)
    for number, name, language in PEOPLE.values():
        telegram.add_user(number, name, language)
        telegram.set_member(EDITORS_CHAT, number, "member")
    x = X(world, limits=Limits(loopback_links=True, rates=NO_RATES if unlimited else RATES))
    x.add_account(
        "7100000001",
        "caspianlantern",
        "Caspian Lantern",
        api_key=X_KEYS["X_API_KEY"],
        api_secret=X_KEYS["X_API_SECRET"],
        access_token=X_KEYS["X_ACCESS_TOKEN"],
        access_secret=X_KEYS["X_ACCESS_SECRET"],
    )
    people = {part: number for part, (number, _, _) in PEOPLE.items()}
    channels = {code: number for code, (number, _, _) in CHANNELS.items()}
    page = Page(world, site=site, telegram=telegram, x=x, people=people, channels=channels, editors=EDITORS_CHAT)
    app = build([site, telegram, x, Control(world, telegram), page])
    return Stage(world, site, telegram, x, app)
